/*
 * `allocation compare | run`, and the review of a plan before it is signed. Figures of a commodity
 * stand in one unit, so that columns can be read down.
 */
#include "vaultctl/allocation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "ledger/hash.h"
#include "vault/limits.h"
#include "vaultctl/render.h"
#include "vaultctl/sign_text.h"
#include "vaultctl/special.h"
#include "vaultctl/units.h"

/* {"KEY":"TEXT"[,"KEY":"TEXT"]}: what most calls here take. */
static void write_params(struct buffer *params, const char *const (*members)[2], size_t count)
{
	struct json json;
	json_begin(&json, params, false);
	json_open_object(&json);
	for (size_t i = 0; i < count; i++) {
		json_key(&json, members[i][0]);
		json_text(&json, members[i][1]);
	}
	json_close_object(&json);
}

static bool call(struct ctl *ctl, const char *method, const char *key, const char *text,
	struct reply *ret_reply, struct error *error)
{
	struct buffer params = { 0 };
	write_params(&params, (const char *const[][2]){ { key, text } }, 1);
	bool good = ctl_call(ctl, method, buffer_text(&params), ret_reply, error);
	buffer_free(&params);
	return good;
}

/* ---- a table of figures that is measured before it is printed ---- */

enum { CELL_SIZE = 56, COLUMNS_MAX = 16, FEW_COLUMNS = 5 };

struct grid {
	struct ctl_column columns[COLUMNS_MAX];
	char titles[COLUMNS_MAX][CELL_SIZE];
	size_t column_count, row_count;
	char (*cells)[COLUMNS_MAX][CELL_SIZE];
};

static void grid_column(struct grid *grid, const char *title, bool right)
{
	size_t at = grid->column_count;
	if (at == COLUMNS_MAX)
		return;
	text_copy(grid->titles[at], CELL_SIZE, title);
	grid->columns[at] = (struct ctl_column){ grid->titles[at], right };
	grid->column_count++;
}

/* A new row; its cells are empty. */
static char (*grid_row(struct grid *grid))[CELL_SIZE]
{
	grid->cells = reallocarray(grid->cells, grid->row_count + 1, sizeof *grid->cells);
	if (grid->cells == NULL)
		abort();
	memset(grid->cells[grid->row_count], 0, sizeof *grid->cells);
	return grid->cells[grid->row_count++];
}

static size_t grid_width(const struct grid *grid)
{
	size_t width = 0;
	for (size_t i = 0; i < grid->column_count; i++) {
		size_t widest = strlen(grid->titles[i]);
		for (size_t row = 0; row < grid->row_count; row++) {
			size_t length = strlen(grid->cells[row][i]);
			widest = length > widest ? length : widest;
		}
		width += widest + 2;
	}
	return width;
}

static void grid_print(const struct ctl *ctl, struct grid *grid)
{
	struct ctl_table *table = ctl_table_new(ctl, grid->columns, grid->column_count);
	for (size_t row = 0; row < grid->row_count; row++) {
		const char *cells[COLUMNS_MAX];
		for (size_t i = 0; i < grid->column_count; i++)
			cells[i] = grid->cells[row][i];
		ctl_table_row(table, cells);
	}
	ctl_table_print(table);
}

/* ---- compare: one shortage ---- */

enum { BAR_CELLS = 5 };

struct shortage {
	const struct value *value, *claims, *policies;
	enum mass_unit unit;
	bool bases;                  /* of any member */
	bool bars;
};

static void show_sum(int64_t *sum, int64_t more)
{
	if (!checked_add(*sum, more, sum))
		*sum = INT64_MAX;
}

/* "24.1": in the shortage's unit, without its name. */
static void figure(const struct shortage *shortage, int64_t mass_g, char to[CELL_SIZE])
{
	char text[UNIT_TEXT];
	static const int decimals[] = { [MASS_G] = 0, [MASS_KG] = 1, [MASS_T] = 3 };
	unit_show_mass_in(mass_g, shortage->unit, decimals[shortage->unit], text);
	*strrchr(text, ' ') = '\0';
	text_copy(to, CELL_SIZE, text);
}

/* "24.1 ###..": and how much of the claim that is. */
static void share(const struct shortage *shortage, int64_t award_g, int64_t claim_g,
	char to[CELL_SIZE])
{
	int64_t filled = 0;
	figure(shortage, award_g, to);
	if (!shortage->bars)
		return;
	if (claim_g > 0)
		checked_mul_div_down(award_g, BAR_CELLS, claim_g, &filled);
	size_t length = strlen(to);
	to[length++] = ' ';
	for (int i = 0; i < BAR_CELLS && length + 1 < CELL_SIZE; i++)
		to[length++] = i < filled ? '#' : '.';
	to[length] = '\0';
}

/* The award of a claim under the policy that stands at a place. */
static int64_t award_at(const struct value *claim, size_t at)
{
	return value_get_int(value_at(value_get(claim, "shares"), at), "award_g", 0);
}

static void add_columns(const struct shortage *shortage, struct grid *grid)
{
	const char *declared = value_get_text(shortage->value, "declared", "");
	grid_column(grid, "member", false);
	grid_column(grid, "asked", true);
	grid_column(grid, "counts", true);
	if (shortage->bases) {
		grid_column(grid, "base", true);
		grid_column(grid, "right", true);
	}
	for (size_t i = 0; i < value_count(shortage->policies); i++) {
		const char *name = value_text(value_at(shortage->policies, i), "");
		grid_column(grid, text_equal(name, declared) ? "DECLARED" : name, true);
	}
}

static void add_claim(const struct shortage *shortage, const struct value *claim,
	struct grid *grid)
{
	char (*cells)[CELL_SIZE] = grid_row(grid);
	int64_t claim_g = value_get_int(claim, "claim_g", 0);
	size_t at = 0;
	text_copy(cells[at++], CELL_SIZE, value_get_text(claim, "member", ""));
	figure(shortage, value_get_int(claim, "asked_g", 0), cells[at++]);
	figure(shortage, claim_g, cells[at++]);
	if (shortage->bases && value_get(claim, "base_g") != NULL) {
		char base[CELL_SIZE];
		figure(shortage, value_get_int(claim, "base_g", 0), base);
		snprintf(cells[at], CELL_SIZE, "%s%.50s",
			value_get_bool(claim, "base_proxy", false) ? "~" : "", base);
		figure(shortage, value_get_int(claim, "right_g", 0), cells[at + 1]);
	}
	at += shortage->bases ? 2 : 0;
	for (size_t i = 0; i < value_count(shortage->policies) && at < COLUMNS_MAX; i++, at++)
		share(shortage, award_at(claim, i), claim_g, cells[at]);
}

static void add_totals(const struct shortage *shortage, struct grid *grid)
{
	char (*cells)[CELL_SIZE] = grid_row(grid);
	int64_t sums[COLUMNS_MAX] = { 0 };
	size_t policies = value_count(shortage->policies), before = shortage->bases ? 5 : 3;
	for (size_t i = 0; i < value_count(shortage->claims); i++) {
		const struct value *claim = value_at(shortage->claims, i);
		show_sum(&sums[1], value_get_int(claim, "asked_g", 0));
		show_sum(&sums[2], value_get_int(claim, "claim_g", 0));
		for (size_t j = 0; j < policies && before + j < COLUMNS_MAX; j++)
			show_sum(&sums[before + j], award_at(claim, j));
	}
	text_copy(cells[0], CELL_SIZE, "all");
	figure(shortage, sums[1], cells[1]);
	figure(shortage, sums[2], cells[2]);
	for (size_t j = 0; j < policies && before + j < COLUMNS_MAX; j++)
		share(shortage, sums[before + j], sums[2], cells[before + j]);
}

static void fill_grid(const struct shortage *shortage, struct grid *grid)
{
	add_columns(shortage, grid);
	for (size_t i = 0; i < value_count(shortage->claims); i++)
		add_claim(shortage, value_at(shortage->claims, i), grid);
	add_totals(shortage, grid);
}

/* The columns of the terminal; a file or pipe has room for all. */
static size_t room(const struct ctl *ctl)
{
	struct winsize size;
	if (!ctl->out_terminal || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return SIZE_MAX;
	return size.ws_col;
}

static void print_grid(const struct ctl *ctl, struct shortage *shortage)
{
	struct grid grid = { 0 };
	shortage->bars = true;
	fill_grid(shortage, &grid);
	if (grid_width(&grid) > room(ctl)) {
		free(grid.cells);
		grid = (struct grid){ 0 };
		shortage->bars = false;
		fill_grid(shortage, &grid);
	}
	grid_print(ctl, &grid);
	free(grid.cells);
}

/* ---- compare: what the shortage is, in words ---- */

static const char *mass(int64_t mass_g, char to[UNIT_TEXT])
{
	unit_show_mass(mass_g, to);
	return to;
}

/* Why nothing may leave. */
static const char *empty_because(const struct value *shortage)
{
	if (value_get(shortage, "floor_g") == NULL)
		return "not both of its floors are set";
	if (value_get_int(shortage, "available_g", 0) <= value_get_int(shortage, "floor_g", 0))
		return "the stock is not above the floor that must stay";
	if (value_get_int(shortage, "cap_left_g", 1) == 0)
		return "the cap of the declaration is used up";
	if (value_get_int(shortage, "annual_left_g", 1) == 0)
		return "the annual plan for release is used up";
	return "what is left is owed to members already";
}

static void say_demand(const struct value *shortage)
{
	char asked[UNIT_TEXT], counts[UNIT_TEXT];
	const struct value *claims = value_get(shortage, "claims");
	int64_t asked_g = 0, claimed_g = value_get_int(shortage, "claimed_g", 0);
	size_t members = value_count(claims);
	for (size_t i = 0; i < members; i++)
		show_sum(&asked_g, value_get_int(value_at(claims, i), "asked_g", 0));
	printf("%s: %zu %s %s", value_get_text(shortage, "commodity", ""), members,
		members == 1 ? "member asks for" : "members ask for", mass(asked_g, asked));
	if (claimed_g < asked_g)
		printf("; after caps and bases %s of it count", mass(claimed_g, counts));
	puts(".");
}

static void say_estate(const struct value *shortage)
{
	char estate[UNIT_TEXT], missing[UNIT_TEXT], part[UNIT_TEXT];
	int64_t estate_g = value_get_int(shortage, "estate_g", 0), ppm = 0;
	int64_t claimed_g = value_get_int(shortage, "claimed_g", 0);
	if (estate_g == 0) {
		printf("  Nothing may leave: %s.\n", empty_because(shortage));
	} else if (estate_g >= claimed_g) {
		printf("  %s may leave: enough for all that counts.\n", mass(estate_g, estate));
	} else {
		checked_mul_div_down(estate_g, 1000, claimed_g, &ppm);
		unit_show_share(ppm * 1000, part);
		printf("  %s may leave, %s of what counts: %s are missing.\n", mass(estate_g, estate),
			part, mass(claimed_g - estate_g, missing));
	}
}

static void say_stock(const struct value *shortage)
{
	char text[UNIT_TEXT];
	printf("  Available %s", mass(value_get_int(shortage, "available_g", 0), text));
	if (value_get(shortage, "floor_g") != NULL)
		printf("; must stay %s", mass(value_get_int(shortage, "floor_g", 0), text));
	if (value_get(shortage, "cap_left_g") != NULL)
		printf("; the cap leaves %s", mass(value_get_int(shortage, "cap_left_g", 0), text));
	if (value_get_int(shortage, "entitled_g", 0) > 0)
		printf("; participants may draw %s",
			mass(value_get_int(shortage, "entitled_g", 0), text));
	if (value_get(shortage, "annual_left_g") != NULL)
		printf("; the annual plan leaves %s",
			mass(value_get_int(shortage, "annual_left_g", 0), text));
	if (value_get_int(shortage, "set_aside_g", 0) > 0)
		printf("; %s are owed to members already",
			mass(value_get_int(shortage, "set_aside_g", 0), text));
	puts(".");
}

static enum mass_unit unit_of(const struct value *claims)
{
	int64_t largest_g = 0;
	for (size_t i = 0; i < value_count(claims); i++) {
		int64_t asked_g = value_get_int(value_at(claims, i), "asked_g", 0);
		largest_g = asked_g > largest_g ? asked_g : largest_g;
	}
	return unit_of_mass(largest_g);
}

static void print_shortage(const struct ctl *ctl, const struct value *value)
{
	struct shortage shortage = { .value = value, .claims = value_get(value, "claims"),
		.policies = value_get(value, "policies") };
	char estate[CELL_SIZE];
	shortage.unit = unit_of(shortage.claims);
	for (size_t i = 0; i < value_count(shortage.claims); i++)
		shortage.bases = shortage.bases ||
			value_get(value_at(shortage.claims, i), "base_g") != NULL;
	putchar('\n');
	say_demand(value);
	say_estate(value);
	say_stock(value);
	putchar('\n');
	print_grid(ctl, &shortage);
	figure(&shortage, value_get_int(value, "estate_g", 0), estate);
	printf("estate %s %s%s%s\n", estate, unit_name(shortage.unit),
		shortage.bars ? "; a bar shows how much of what counts" : "",
		shortage.bases ? "; ~ by a proxy; right: by the supply right" : "");
}

static void print_comparison(const struct ctl *ctl, const struct value *reply)
{
	int64_t at;
	char when[UNIT_TEXT] = "";
	const struct value *shortages = value_get(reply, "shortages");
	const char *id = value_get_text(reply, "declaration", "");
	if (time_parse(value_get_text(reply, "at", ""), &at))
		unit_show_time(at, when);
	if (value_count(shortages) == 0) {
		ctl_say(ctl, "nobody waits for a round of %s", id);
		return;
	}
	printf("%s   %s   %s\n", id, when,
		value_get_text(value_at(shortages, 0), "declared", ""));
	for (size_t i = 0; i < value_count(shortages); i++)
		print_shortage(ctl, value_at(shortages, i));
	ctl_next(ctl, "vaultctl allocation run %s", id);
}

/* ---- compare: for programs ---- */

static void csv_int(const struct value *object, const char *key)
{
	if (value_get(object, key) != NULL)
		printf("%lld", (long long)value_get_int(object, key, 0));
	putchar(',');
}

/* A line a member and policy. */
static void print_csv(const struct value *reply)
{
	const struct value *shortages = value_get(reply, "shortages");
	printf("commodity,member,asked_g,claim_g,base_g,right_g,policy,award_g\r\n");
	for (size_t i = 0; i < value_count(shortages); i++) {
		const struct value *claims = value_get(value_at(shortages, i), "claims");
		for (size_t j = 0; j < value_count(claims); j++) {
			const struct value *claim = value_at(claims, j), *shares = value_get(claim, "shares");
			for (size_t k = 0; k < value_count(shares); k++) {
				printf("%s,%s,", value_get_text(value_at(shortages, i), "commodity", ""),
					value_get_text(claim, "member", ""));
				csv_int(claim, "asked_g");
				csv_int(claim, "claim_g");
				csv_int(claim, "base_g");
				csv_int(claim, "right_g");
				printf("\"%s\",%lld\r\n", value_get_text(value_at(shares, k), "policy", ""),
					(long long)value_get_int(value_at(shares, k), "award_g", 0));
			}
		}
	}
}

static void print_json(const struct value *reply)
{
	struct buffer text = { 0 };
	value_write(reply, &text);
	puts(buffer_text(&text));
	buffer_free(&text);
}

static void print_compared(const struct ctl *ctl, const struct value *reply)
{
	const struct value *shortages = value_get(reply, "shortages");
	switch (ctl->output) {
	case OUTPUT_TABLE:
		print_comparison(ctl, reply);
		break;
	case OUTPUT_JSON:
		print_json(reply);
		break;
	case OUTPUT_CSV:
		print_csv(reply);
		break;
	case OUTPUT_ID:
		for (size_t i = 0; i < value_count(shortages); i++)
			puts(value_get_text(value_at(shortages, i), "commodity", ""));
		break;
	}
}

int allocation_compare_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct reply reply = { 0 };
	struct buffer params = { 0 };
	char id[CTL_ID], commodity[CTL_ID];
	if (!ctl_words(argc, argv, 1, 2, &error) ||
	    !ctl_resolve(ctl, "declaration", argv[0], id, &error) ||
	    (argc > 1 && !ctl_resolve(ctl, "commodity", argv[1], commodity, &error)))
		return ctl_fail(ctl, &error);
	write_params(&params, (const char *const[][2]){ { "declaration", id },
		{ "commodity", commodity } }, argc > 1 ? 2 : 1);
	bool good = ctl_call(ctl, "Emergency.CompareAllocation", buffer_text(&params), &reply, &error);
	buffer_free(&params);
	if (!good)
		return ctl_fail(ctl, &error);
	print_compared(ctl, reply.parameters);
	reply_free(&reply);
	return 0;
}

/* ---- run ---- */

static void print_run(struct ctl *ctl, const struct value *reply, const struct value *document)
{
	const struct value *plan = value_get(reply, "plan");
	const char *id = value_get_text(plan, "id", "");
	long long need = (long long)value_get_int(document, "need", 2);
	printf("%s of %s, frozen at ledger index %lld\nsha256 %s\n\n", id,
		value_get_text(plan, "declaration", ""),
		(long long)value_get_int(plan, "frozen_index", 0),
		value_get_text(plan, "content_sha256", ""));
	ctl_print_rows(ctl, "PlanLine", value_get(reply, "lines"));
	printf("\n%zu awards: vaultctl plan %s\n%lld officers must sign it, none of whom asked for "
		"metal in it: vaultctl sign %s\n", value_count(value_get(reply, "awards")), id, need, id);
}

/* The plan as it stands now; where it cannot be had any more the receipt has said enough. */
static bool show_run(struct ctl *ctl, const struct value *receipt, struct error *error)
{
	const char *id = value_get_text(receipt, "id", "");
	struct reply plan = { 0 }, note = { 0 };
	if (!call(ctl, "Emergency.GetPlan", "id", id, &plan, error))
		return false;
	bool good = call(ctl, "Evidence.GetDocument", "id", id, &note, error);
	if (good)
		print_run(ctl, plan.parameters, value_get(note.parameters, "document"));
	reply_free(&plan);
	reply_free(&note);
	return good;
}

int allocation_run_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct reply reply = { 0 };
	char id[CTL_ID];
	if (!ctl_words(argc, argv, 1, 1, &error) ||
	    !ctl_resolve(ctl, "declaration", argv[0], id, &error))
		return ctl_fail(ctl, &error);
	ctl->doubt = "a plan may or may not have been proposed";
	if (!call(ctl, "Emergency.RunAllocation", "declaration", id, &reply, &error))
		return ctl_fail(ctl, &error);
	const struct value *receipt = value_get(reply.parameters, "receipt");
	bool good = true;
	ctl_print_receipt(ctl, receipt);
	if (ctl->output == OUTPUT_TABLE && ctl->dry_run)
		ctl_say(ctl, "what it would give whom: vaultctl allocation compare %s", id);
	else if (ctl->output == OUTPUT_TABLE)
		good = show_run(ctl, receipt, &error);
	reply_free(&reply);
	return good ? 0 : ctl_fail(ctl, &error);
}

/* ---- before a plan is signed ---- */

enum { KEYS_MAX = 32, AWARDS_SHOWN = 200 };

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void canonical(const struct value *value, struct buffer *to);

/* Members in ascending order of keys; a row's id is no part of what was hashed. */
static void canonical_object(const struct value *object, struct buffer *to)
{
	const char *keys[KEYS_MAX], *key;
	size_t count = 0;
	struct value_cursor cursor = { 0 };
	const struct value *member;
	while (count < KEYS_MAX && value_next(object, &cursor, &key, &member)) {
		if (member != NULL && !text_equal(key, "id"))
			keys[count++] = key;
	}
	qsort(keys, count, sizeof *keys, by_text);
	buffer_append_byte(to, '{');
	for (size_t i = 0; i < count; i++) {
		buffer_printf(to, "%s\"%s\":", i > 0 ? "," : "", keys[i]);
		canonical(value_get(object, keys[i]), to);
	}
	buffer_append_byte(to, '}');
}

static void canonical(const struct value *value, struct buffer *to)
{
	if (value_kind(value) == VALUE_OBJECT) {
		canonical_object(value, to);
	} else if (value_kind(value) == VALUE_ARRAY) {
		buffer_append_byte(to, '[');
		for (size_t i = 0; i < value_count(value); i++) {
			if (i > 0)
				buffer_append_byte(to, ',');
			canonical(value_at(value, i), to);
		}
		buffer_append_byte(to, ']');
	} else {
		value_write(value, to);
	}
}

/* The content that a plan's hash is of, as plan.h says; every name in ascending order. */
static void write_content(const struct value *reply, struct buffer *to)
{
	static const char *const names[] = { "awarded_g", "awards", "commodities", "declaration",
		"lines", "minimum_g", "plan", "policy", "requests", "tiers" };
	const struct value *plan = value_get(reply, "plan");
	bool first = true;
	buffer_append_byte(to, '{');
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		bool list = text_equal(names[i], "awards") || text_equal(names[i], "lines");
		const struct value *member = list ? value_get(reply, names[i]) :
			value_get(plan, text_equal(names[i], "plan") ? "id" : names[i]);
		if (member == NULL)
			continue;
		buffer_printf(to, "%s\"%s\":", first ? "" : ",", names[i]);
		canonical(member, to);
		first = false;
	}
	buffer_append_byte(to, '}');
}

static bool check_hash(const struct value *reply, const char *text, struct error *error)
{
	struct buffer content = { 0 }, digits = { 0 };
	struct hash hash;
	char named[2 * HASH_SIZE + 1] = "";
	write_content(reply, &content);
	hash_sha256(content.bytes, content.length, &hash);
	buffer_append_hex(&digits, hash.bytes, HASH_SIZE);
	sign_text_value(text, strlen(text), "content-sha256", named, sizeof named);
	bool same = text_equal(buffer_text(&digits), named);
	buffer_free(&content);
	buffer_free(&digits);
	if (same)
		return true;
	error_set(error, ERROR_LEDGER, "",
		"the plan that vaultd shows is not the one whose hash stands in its note");
	return error_remedy(error, "Do not sign it; tell the auditors");
}

/* Awards that the text of the note has no room for. */
static void show_awards(const struct value *reply, const char *id)
{
	const struct value *awards = value_get(reply, "awards");
	size_t count = value_count(awards);
	char asked[UNIT_TEXT], awarded[UNIT_TEXT];
	fputs("What it gives to whom:\n\n", stderr);
	for (size_t i = 0; i < count && i < AWARDS_SHOWN; i++) {
		const struct value *award = value_at(awards, i);
		fprintf(stderr, "  %-12s %-4s %-12s %-2s %12s of %s\n",
			value_get_text(award, "request", ""), value_get_text(award, "member", ""),
			value_get_text(award, "commodity", ""), value_get_text(award, "tier", "-"),
			mass(value_get_int(award, "awarded_g", 0), awarded),
			mass(value_get_int(award, "asked_g", 0), asked));
	}
	if (count > AWARDS_SHOWN)
		fprintf(stderr, "  and %zu more: vaultctl plan %s\n", count - AWARDS_SHOWN, id);
	fputc('\n', stderr);
}

bool allocation_review(struct ctl *ctl, const char *id, const char *text, struct error *error)
{
	static const char kind[] = "projectvault.org/plan@";
	struct reply reply = { 0 };
	if (!text_starts(text, kind))
		return true;
	if (!call(ctl, "Emergency.GetPlan", "id", id, &reply, error))
		return false;
	bool good = check_hash(reply.parameters, text, error);
	if (good && strstr(text, "\naward ") == NULL)
		show_awards(reply.parameters, id);
	if (good)
		fputs("The plan was hashed here again: it is the one that the note names.\n\n", stderr);
	reply_free(&reply);
	return good;
}
