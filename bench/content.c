/* Lists of what there is, each element written by one short function from its number. */
#include "bench/content.h"

#include "base/json.h"
#include "base/time.h"

/* One element by its number; context is the list's own. */
typedef void append_element(struct buffer *out, unsigned number, const void *context);

static void append_list(struct buffer *out, const char *name, unsigned count,
	append_element *append, const void *context)
{
	buffer_printf(out, "\"%s\":[", name);
	for (unsigned i = 0; i < count; i++) {
		if (i > 0)
			buffer_append_byte(out, ',');
		append(out, i, context);
	}
	buffer_append_byte(out, ']');
}

void content_text(struct buffer *out, const char *name, const void *text, size_t length)
{
	struct json json;
	buffer_printf(out, "\"%s\":", name);
	json_begin(&json, out, false);
	json_text_n(&json, text, length);
}

static void append_mineral(struct buffer *out, unsigned number, const void *context)
{
	(void)context;
	buffer_printf(out, "{\"code\":\"m%02u\",\"name\":\"Mineral %u\"}", number, number);
}

void content_minerals(struct buffer *out)
{
	append_list(out, "minerals", NAMES_COMMODITIES, append_mineral, NULL);
}

static void append_commodity(struct buffer *out, unsigned number, const void *context)
{
	char code[CODE_MAX];
	(void)context;
	names_commodity(code, number);
	buffer_printf(out, "{\"code\":\"%s\",\"mineral\":\"m%02u\",\"stage\":\"refining\","
		"\"form\":\"metal\",\"basis\":\"X%u\"}", code, number, number);
}

void content_commodities(struct buffer *out)
{
	append_list(out, "commodities", NAMES_COMMODITIES, append_commodity, NULL);
}

static void append_member(struct buffer *out, unsigned number, const void *context)
{
	char code[CODE_MAX];
	(void)context;
	names_member(code, number);
	buffer_printf(out, "{\"code\":\"%s\",\"name\":\"Member %u\",\"kind\":\"state\","
		"\"status\":\"in-force\"}", code, number);
}

void content_members(struct buffer *out)
{
	append_list(out, "members", NAMES_MEMBERS, append_member, NULL);
}

static void append_site(struct buffer *out, unsigned number, const void *context)
{
	const int64_t *daily_g = context;
	char code[CODE_MAX];
	names_site(code, number);
	buffer_printf(out, "{\"code\":\"%s\",\"name\":\"Site %u\",\"country\":\"USA\"", code, number);
	if (*daily_g > 0)
		buffer_printf(out, ",\"daily_loadout_g\":%lld", (long long)*daily_g);
	buffer_append_byte(out, '}');
}

void content_sites(struct buffer *out, int64_t daily_g)
{
	append_list(out, "sites", NAMES_SITES, append_site, &daily_g);
}

struct floors {
	int64_t operating_g, hard_g;
};

/* Twice as many as commodities: the operating floor of each, then the hard one. */
static void append_floor(struct buffer *out, unsigned number, const void *context)
{
	const struct floors *floors = context;
	bool operating = number % 2 == 0;
	char code[CODE_MAX];
	names_commodity(code, number / 2);
	buffer_printf(out, "{\"commodity\":\"%s\",\"kind\":\"%s\",\"mass_g\":%lld}", code,
		operating ? "operating" : "hard",
		(long long)(operating ? floors->operating_g : floors->hard_g));
}

void content_floors(struct buffer *out, int64_t operating_g, int64_t hard_g)
{
	struct floors floors = { operating_g, hard_g };
	append_list(out, "floors", 2 * NAMES_COMMODITIES, append_floor, &floors);
}

/* ---- lots ---- */

static void append_lot(struct buffer *out, unsigned number, bool round)
{
	char lot[CODE_MAX], commodity[CODE_MAX], site[CODE_MAX];
	names_lot(lot, number);
	names_commodity(commodity, number % NAMES_COMMODITIES);
	names_site(site, content_lot_site(number));
	buffer_printf(out, "{\"code\":\"%s\",\"commodity\":\"%s\",\"site\":\"%s\",\"expected_g\":%lld,"
		"\"supplier\":\"acme\",\"origin\":\"CAN\"", lot, commodity, site,
		(long long)content_lot_g(round));
	if (round && content_lot_sealed(number))
		buffer_printf(out, ",\"class\":\"sealed\",\"units\":%d", ROUND_LOT_UNITS);
	buffer_append_byte(out, '}');
}

void content_lots(struct buffer *out, unsigned first, unsigned count, unsigned last, bool round)
{
	buffer_append_text(out, "\"lots\":[");
	for (unsigned i = first; i < first + count && i <= last; i++) {
		if (i > first)
			buffer_append_byte(out, ',');
		append_lot(out, i, round);
	}
	buffer_append_byte(out, ']');
}

/* ---- a round ---- */

/* Contained in the lots of one commodity, nearly. */
static int64_t stock_g(int64_t lots)
{
	return lots * ROUND_LOT_G / NAMES_COMMODITIES / 100 * 95;
}

int64_t round_hard_g(int64_t lots)
{
	return stock_g(lots) / 2;
}

int64_t round_operating_g(int64_t lots)
{
	return stock_g(lots) / 10 * 7;
}

static void append_price(struct buffer *out, unsigned number, const void *context)
{
	char code[CODE_MAX];
	(void)context;
	names_commodity(code, number);
	buffer_printf(out, "{\"commodity\":\"%s\",\"quoted\":%u,\"unit\":\"USD/kg\",\"basis\":\"X%u\"}",
		code, 100 + number, number);
}

void round_prices(struct buffer *out)
{
	append_list(out, "prices", NAMES_COMMODITIES, append_price, NULL);
}

/* A year's consumption; of every tenth member it is less than it will claim. */
static void append_base(struct buffer *out, unsigned number, const void *context)
{
	const int64_t *lots = context;
	char member[CODE_MAX];
	int64_t year_g = stock_g(*lots) / (number % 10 == 9 ? 30 : 3);
	names_member(member, number);
	buffer_printf(out, "{\"code\":\"base-%s\",\"kind\":\"consumption-base\",\"member\":\"%s\","
		"\"mass_g\":%lld,\"days\":365}", member, member, (long long)year_g);
}

void round_bases(struct buffer *out, int64_t lots)
{
	append_list(out, "rules", NAMES_MEMBERS, append_base, &lots);
}

void round_declaration(struct buffer *out)
{
	buffer_printf(out, "\"kind\":\"full\",\"days\":%d,\"minimum_g\":1000,\"findings\":\"benchmark\","
		"\"authority\":\"benchmark\"", ROUND_DAYS);
}

void round_request(struct buffer *out, unsigned member, unsigned commodity, int64_t lots,
	int64_t at)
{
	static const char *const tiers[] = { "A", "B", "C" };
	unsigned tier = (member + commodity) % 3, grade = (7 * member + commodity) % 6;
	int64_t mean_g = (stock_g(lots) - round_hard_g(lots)) / 2 * 3 / NAMES_MEMBERS;
	char code[CODE_MAX], wanted[CODE_MAX], need_by[TIME_TEXT_SIZE];
	names_member(code, member);
	names_commodity(wanted, commodity);
	buffer_printf(out, "\"member\":\"%s\",\"commodity\":\"%s\",\"mass_g\":%lld,\"tier\":\"%s\"",
		code, wanted, (long long)(mean_g * (50 + (37 * member + 11 * commodity) % 101) / 100),
		tiers[tier]);
	if (tier < 2) { /* the tiers that go first say by when */
		time_format(at / 1000 * 1000 + (30 + (int64_t)(member % 20)) * TIME_DAY_MS, need_by);
		buffer_printf(out, ",\"need_by\":\"%s\"", need_by);
	}
	if (grade > 0)
		buffer_printf(out, ",\"min_grade_ppm\":%u", 890000 + 20000 * grade);
}
