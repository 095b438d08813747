/* Rows of cells to the exact integers of the wire: columns, units, refusals. */
#include "vaultctl/import_table.h"

#include <string.h>

#include "base/buffer.h"
#include "base/json.h"
#include "runner.h"

/* The first row of a file as the JSON that goes to vaultd; "" and the fault where it is wrong. */
static void convert(const char *noun, const char *text, struct buffer *out, struct csv_fault *fault)
{
	const struct import_kind *kind = import_kind_find(noun);
	struct csv *csv = NULL;
	struct import_map map;
	struct import_record record;
	struct json json;
	buffer_clear(out);
	*fault = (struct csv_fault){ 0 };
	CU_ASSERT_PTR_NOT_NULL_FATAL(kind);
	CU_ASSERT_FATAL(csv_read(text, strlen(text), &csv, fault));
	if (import_map_columns(kind, csv, &map, fault)
		&& import_record_read(&map, &csv->rows[0], &record, fault)) {
		json_begin(&json, out, false);
		import_record_write(kind, &record, &json);
	}
	csv_free(csv);
}

static void conversions(void)
{
	static const struct { const char *noun, *text, *json; } cases[] = {
		{ "lot", "code,commodity,site,expected_kg,class,origin\nGA-1,ga,ROT,1250.5,sealed,CAN\n",
			"{\"code\":\"GA-1\",\"commodity\":\"ga\",\"site\":\"ROT\",\"expected_g\":1250500,"
			"\"class\":\"sealed\",\"origin\":\"CAN\"}" },
		{ "lot", "site,expected_t,commodity,code\nROT,25,w,W-1\n",
			"{\"code\":\"W-1\",\"commodity\":\"w\",\"site\":\"ROT\",\"expected_g\":25000000}" },
		{ "lot", "code,commodity,site,gross_kg,tare_kg\nW-1,w,ROT,25310,310\n",
			"{\"code\":\"W-1\",\"commodity\":\"w\",\"site\":\"ROT\",\"expected_g\":25000000}" },
		{ "lot", "code,commodity,site,expected_kg\nW-1,w,ROT,0.001\n",
			"{\"code\":\"W-1\",\"commodity\":\"w\",\"site\":\"ROT\",\"expected_g\":1}" },
		{ "commodity", "code,mineral,stage,form,basis,min_grade_percent\n"
			"ga-4n,ga,refining,metal,Ga,99.99\n",
			"{\"code\":\"ga-4n\",\"mineral\":\"ga\",\"stage\":\"refining\",\"form\":\"metal\","
			"\"basis\":\"Ga\",\"min_grade_ppm\":999900}" },
		{ "price", "commodity,price,unit,basis\nw,26.10,USD/lb,W\n",
			"{\"commodity\":\"w\",\"quoted\":2610,\"decimals\":2,\"unit\":\"USD/lb\","
			"\"basis\":\"W\"}" },
		{ "price", "commodity,price,unit,basis,effective_at\nw,380,USD/mtu,WO3,2027-01-01\n",
			"{\"commodity\":\"w\",\"quoted\":380,\"unit\":\"USD/mtu\",\"basis\":\"WO3\","
			"\"effective_at\":\"2027-01-01T00:00:00Z\"}" },
		{ "price", "commodity,price,unit\nta,180,USD/kg Ta2O5\n",
			"{\"commodity\":\"ta\",\"quoted\":180,\"unit\":\"USD/kg\",\"basis\":\"Ta2O5\"}" },
		{ "price", "commodity,price,unit,basis\ncu,490,US cents/lb,Cu\n",
			"{\"commodity\":\"cu\",\"quoted\":490,\"unit\":\"USc/lb\",\"basis\":\"Cu\"}" },
		{ "observation", "commodity,period,price,unit,basis,series,kind,origin,mass_kg\n"
			"w,2026-09,315.50,$/mtu WO3,,customs,import,CHN,1.5\n",
			"{\"commodity\":\"w\",\"period\":\"2026-09\",\"quoted\":31550,\"decimals\":2,"
			"\"unit\":\"USD/mtu\",\"basis\":\"WO3\",\"series\":\"customs\",\"kind\":\"import\","
			"\"origin\":\"CHN\",\"mass_g\":1500}" },
		{ "floor", "commodity,kind,mass_kg,days,consumption_kg_per_day\nga,hard,,15,52.05\n",
			"{\"commodity\":\"ga\",\"kind\":\"hard\",\"days\":15,"
			"\"consumption_g_per_day\":52050}" },
		{ "floor", "commodity,kind,mass_g\nga,operating,0\n",
			"{\"commodity\":\"ga\",\"kind\":\"operating\",\"mass_g\":0}" },
		{ "member", "code,name,kind,status\nJPN,Japan,,in-force\n",
			"{\"code\":\"JPN\",\"name\":\"Japan\",\"status\":\"in-force\"}" },
		{ "site", "code,name,country,capacity_t,daily_loadout_t\nROT,Rotterdam,NLD,2.5,60\n",
			"{\"code\":\"ROT\",\"name\":\"Rotterdam\",\"country\":\"NLD\","
			"\"capacity_g\":2500000,\"daily_loadout_g\":60000000}" },
		{ "rule", "code,kind,member,mass_t,days,imports_kg,production_kg,proxy\n"
			"b,consumption-base,JPN,52,365,-0.5,0,yes\n",
			"{\"code\":\"b\",\"kind\":\"consumption-base\",\"member\":\"JPN\",\"mass_g\":52000000,"
			"\"days\":365,\"production_g\":0,\"imports_g\":-500,\"proxy\":true}" },
		{ "rule", "code,kind,declaration_kind,share_percent,words,ends\n"
			"c,member-cap,limited,0.5,\"AUT,ITA\",no\n",
			"{\"code\":\"c\",\"kind\":\"member-cap\",\"declaration_kind\":\"limited\","
			"\"share_ppm\":5000,\"words\":\"AUT,ITA\",\"ends\":false}" },
		{ "mineral", "code,name\nga,gallium\n", "{\"code\":\"ga\",\"name\":\"gallium\"}" },
		{ "whatif", "at,member,commodity,mass,min_grade,partial\n1.5,JPN,ga,0.3723t,99.8%,yes\n",
			"{\"at\":\"1.5\",\"member\":\"JPN\",\"commodity\":\"ga\",\"mass_g\":372300,"
			"\"min_grade_ppm\":998000,\"partial\":true}" },
		{ "whatif", "member,commodity,mass_kg,min_grade_ppm,tier,need_by,partial\n"
			"JPN,ga,25,998000,A,2026-12-20,no\n",
			"{\"member\":\"JPN\",\"commodity\":\"ga\",\"mass_g\":25000,"
			"\"min_grade_ppm\":998000,\"need_by\":\"2026-12-20T00:00:00Z\",\"tier\":\"A\","
			"\"partial\":false}" },
	};
	struct buffer out = { 0 };
	struct csv_fault fault;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		convert(cases[i].noun, cases[i].text, &out, &fault);
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), cases[i].json);
		CU_ASSERT_STRING_EQUAL(fault.message, "");
	}
	buffer_free(&out);
}

static void refusals(void)
{
	static const struct { const char *noun, *text; int64_t line; const char *column, *part; }
	cases[] = {
		{ "lot", "code,commodity,expected_kg\nG,ga,1\n", 1, "site", "no such column" },
		{ "lot", "code,commodity,site\nG,ga,R\n", 1, "expected_kg", "no such column" },
		{ "lot", "code,commodity,site,gross_kg\nG,ga,R,1\n", 1, "tare_kg", "no such column" },
		{ "lot", "code,commodity,site,expected\nG,ga,R,1\n", 1, "expected", "no column of lots" },
		{ "lot", "code,commodity,site,expected_kg,expected_g\nG,ga,R,1,1\n", 1, "expected_g",
			"says again" },
		{ "lot", "code,commodity,site,expected_kg\nG,ga,R,\"25,310\"\n", 2, "expected_kg",
			"not a plain number" },
		{ "lot", "code,commodity,site,expected_kg\nG,ga,R,-5\n", 2, "expected_kg",
			"not a plain number" },
		{ "lot", "code,commodity,site,expected_kg\nG,ga,R,1e3\n", 2, "expected_kg",
			"not a plain number" },
		{ "lot", "code,commodity,site,expected_kg\nG,ga,R,.5\n", 2, "expected_kg",
			"not a plain number" },
		{ "lot", "code,commodity,site,expected_kg\nG,ga,R,0.0005\n", 2, "expected_kg",
			"whole number of grams" },
		{ "lot", "code,commodity,site,expected_t\nG,ga,R,9007199255\n", 2, "expected_t",
			"whole number of grams" },
		{ "lot", "code,commodity,site,expected_kg\nG,ga,R,\n", 2, "expected_kg", "needs" },
		{ "lot", "code,commodity,site,gross_kg,tare_kg\nG,ga,R,300,310\n", 2, "tare_kg",
			"not less" },
		{ "lot", "code,commodity,site,expected_kg\nG 1,ga,R,1\n", 2, "code", "cannot be a code" },
		{ "lot", "code,commodity,site,expected_kg\n,ga,R,1\n", 2, "code", "is empty" },
		{ "lot", "code,commodity,site,expected_kg,class\nG,ga,R,1,loose\n", 2, "class",
			"none of the words" },
		{ "lot", "code,commodity,site,expected_kg,origin\nG,ga,R,1,CANADA\n", 2, "origin",
			"too long" },
		{ "commodity", "code,mineral,stage,form,basis,min_grade_percent\n"
			"g,ga,refining,metal,Ga,100.01\n", 2, "min_grade_percent", "more than the whole" },
		{ "commodity", "code,mineral,stage,form,basis,min_grade_percent\n"
			"g,ga,refining,metal,Ga,99.99999\n", 2, "min_grade_percent", "parts per million" },
		{ "price", "commodity,price,unit,basis\nw,0,USD/lb,W\n", 2, "price", "cannot be a price" },
		{ "price", "commodity,price,unit,basis,effective_at\nw,1,USD/lb,W,2027-02-29\n", 2,
			"effective_at", "no date that exists" },
		{ "floor", "commodity,kind,mass_kg,days,consumption_kg_per_day\nga,hard,5,15,52\n", 2,
			"mass_kg", "beside days" },
		{ "floor", "commodity,kind,mass_kg,days,consumption_kg_per_day\nga,hard,,15,\n", 2,
			"consumption_kg_per_day", "daily consumption" },
		{ "floor", "commodity,kind,mass_kg,days,consumption_kg_per_day\nga,hard,,,\n", 2,
			"mass_kg", "a floor is a mass" },
		{ "floor", "commodity,kind\nga,hard\n", 1, "mass_kg", "no such column" },
		{ "whatif", "member,commodity,mass\nJPN,ga,25\n", 2, "mass", "has no unit" },
		{ "whatif", "member,commodity,mass\nJPN,ga,\"25,310kg\"\n", 2, "mass", "is no unit" },
		{ "whatif", "member,commodity,mass\nJPN,ga,0.5g\n", 2, "mass", "whole number of grams" },
		{ "whatif", "member,commodity,mass\nJPN,ga,\n", 2, "mass", "needs" },
		{ "whatif", "member,commodity,mass_kg,mass\nJPN,ga,1,1kg\n", 1, "mass", "says again" },
		{ "whatif", "member,commodity,mass,min_grade\nJPN,ga,1kg,99\n", 2, "min_grade",
			"not a share" },
		{ "whatif", "member,commodity,mass,min_grade\nJPN,ga,1kg,101%\n", 2, "min_grade",
			"more than the whole" },
		{ "whatif", "member,commodity,mass,tier\nJPN,ga,1kg,D\n", 2, "tier", "none of the words" },
		{ "whatif", "member,commodity,mass,partial\nJPN,ga,1kg,1\n", 2, "partial",
			"neither yes nor no" },
		{ "whatif", "member,commodity\nJPN,ga\n", 1, "mass", "no such column" },
		{ "lot", "code,commodity,site,expected\nG,ga,R,1kg\n", 1, "expected", "no column of lots" },
	};
	struct buffer out = { 0 };
	struct csv_fault fault;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		convert(cases[i].noun, cases[i].text, &out, &fault);
		CU_ASSERT_EQUAL(out.length, 0);
		CU_ASSERT_EQUAL(fault.line, cases[i].line);
		CU_ASSERT_STRING_EQUAL(fault.column, cases[i].column);
		CU_ASSERT_PTR_NOT_NULL(strstr(fault.message, cases[i].part));
	}
	buffer_free(&out);
}

static void remedy_is_the_number_meant(void)
{
	struct buffer out = { 0 };
	struct csv_fault fault;
	convert("lot", "code,commodity,site,expected_kg\nG,ga,R,\"25,310.5\"\n", &out, &fault);
	CU_ASSERT_STRING_EQUAL(fault.remedy, "Write 25310.5, without separators");
	buffer_free(&out);
}

static void decimals(void)
{
	static const struct { const char *text; int power; bool good, number; int64_t value; } cases[] = {
		{ "0", 0, true, true, 0 }, { "007", 0, true, true, 7 }, { "1.50", 1, true, true, 15 },
		{ "1.50", 2, true, true, 150 }, { "1.55", 1, false, true, 0 },
		{ "9007199254740991", 0, true, true, 9007199254740991 },
		{ "9007199254740992", 0, false, true, 0 }, { "999999999999999999", 6, false, true, 0 },
		{ "1234567890123456789", 0, false, false, 0 }, { "", 0, false, false, 0 },
		{ ".", 0, false, false, 0 }, { "1.", 0, false, false, 0 }, { "1..2", 0, false, false, 0 },
		{ "1.2.3", 0, false, false, 0 }, { "+1", 0, false, false, 0 }, { " 1", 0, false, false, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t value = -1;
		bool number;
		CU_ASSERT_EQUAL(import_decimal(cases[i].text, cases[i].power, &value, &number),
			cases[i].good);
		CU_ASSERT_EQUAL(number, cases[i].number);
		CU_ASSERT_EQUAL(value, cases[i].good ? cases[i].value : -1);
	}
}

/* Every template can be imported as it is printed. */
static void templates(void)
{
	static const char *const nouns[] = { "mineral", "commodity", "site", "lot", "floor", "price",
		"member", "rule", "whatif" };
	struct buffer out = { 0 };
	struct csv_fault fault;
	for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++) {
		convert(nouns[i], import_kind_find(nouns[i])->example, &out, &fault);
		CU_ASSERT(out.length > 2);
		CU_ASSERT_STRING_EQUAL(fault.message, "");
	}
	CU_ASSERT_PTR_NULL(import_kind_find("request"));
	buffer_free(&out);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "rows become exact integers", conversions },
		{ "refusals name line and column", refusals },
		{ "the remedy is the number that was meant", remedy_is_the_number_meant },
		{ "decimal numbers", decimals },
		{ "templates import", templates },
		CU_TEST_INFO_NULL,
	};
	return run_cases("import", cases);
}
