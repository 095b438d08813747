/* The table of stages: as data/stages.csv has it, and what a commodity may say of its form. */
#include "reserve_world.h"

#include "reserve/stock/stage.h"

static void test_as_in_data(void)
{
	char line[200];
	int rows = 0;
	int64_t newest = 0;
	FILE *file = fopen(TESTS_DIR "/../data/stages.csv", "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_PTR_NOT_NULL_FATAL(fgets(line, sizeof line, file));
	CU_ASSERT_STRING_EQUAL(line, "form,stage,version\n");
	while (fgets(line, sizeof line, file) != NULL) {
		char form[64], stage[64];
		long long version = 0;
		int64_t known = 0;
		CU_ASSERT_EQUAL_FATAL(sscanf(line, "%63[^,],%63[^,],%lld", form, stage, &version), 3);
		enum stage found = stage_of_form(form, &known);
		const struct field *field = descriptor_field(&commodity_descriptor, "stage");
		CU_ASSERT_EQUAL((int)found, field_name_value(field, stage));
		CU_ASSERT_EQUAL(known, version);
		newest = version > newest ? version : newest;
		rows++;
	}
	fclose(file);
	CU_ASSERT(rows >= 23);
	CU_ASSERT_EQUAL(newest, STAGES_VERSION);
}

static void test_forms(void)
{
	static const struct { const char *form; enum stage stage; } cases[] = {
		{ "flake concentrate", STAGE_MINING }, { "recovered scrap", STAGE_REFINING },
		{ "NdPr oxide", STAGE_REFINING }, { "metal powder", STAGE_PROCESSING },
		{ "muriate", STAGE_NONE }, { "", STAGE_NONE }, { "Ore", STAGE_NONE },
		{ "concentrated", STAGE_NONE }, { "powder metal", STAGE_REFINING },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CU_ASSERT_EQUAL(stage_of_form(cases[i].form, NULL), cases[i].stage);
}

static void test_commodities(void)
{
	struct world *world = world_framed();
	FAILS(world, ERROR_INVALID, "ola", "commodity.add", "commodities=[code=x mineral=gallium "
		"stage=mining form=metal basis=Ga]");
	FAILS(world, ERROR_INVALID, "ola", "commodity.add", "commodities=[code=x mineral=gallium "
		"stage=refining form='flake concentrate' basis=Ga]");
	DO(world, "ola", "commodity.add", "commodities=[code=x mineral=gallium stage=mining "
		"form='flake concentrate' basis=Ga; code=y mineral=gallium stage=manufacturing "
		"form=wafer basis=Ga]");
	world_free(world);
}

int main(void)
{
	return run_cases("stages", (CU_TestInfo[]){
		{ "the table is the file's", test_as_in_data },
		{ "forms by their last word", test_forms },
		{ "a commodity of a known form", test_commodities },
		CU_TEST_INFO_NULL,
	});
}
