/* Stocktakes and samples: each fault that is planted is found. */
#include "audit_plant.h"

#include "ledger/tree.h"
#include "reserve/stock/count.h"
#include "reserve/stock/sample.h"

/* The root over all entries of the world that is being made. */
static void real_root(void *context, uint8_t ret_root[32])
{
	struct hasher *hasher = hasher_new();
	struct tree tree;
	struct hash hash;
	(void)context;
	tree_init(&tree);
	for (size_t i = 0; i < audited_now->entry_count; i++) {
		hasher_leaf(hasher, audited_now->entries[i].bytes, audited_now->entries[i].length, &hash);
		tree_append(&tree, hasher, &hash);
	}
	tree_root(&tree, hasher, &hash);
	memcpy(ret_root, hash.bytes, 32);
	hasher_free(hasher);
}

static struct world *yard(void)
{
	struct world *world = world_framed();
	world->root = real_root;
	world->digest = audited_digest;
	world_lot(world, "A", "ga", 100000, 900000, ABSENT);
	world_lot(world, "B", "ga", 50000, 900000, ABSENT);
	return world;
}

#define U "U-2026-0001"

static void sheet(struct world *world, const char *counter, const char *lines)
{
	DO(world, "aud", "count.enter", "count=" U " counter=%s lines=[%s]", counter, lines);
	char id[CODE_MAX];
	text_copy(id, sizeof id, world->id);
	CU_ASSERT(world_sign(world, counter, id));
}

static struct audited *counting(void)
{
	struct audited *audited = audited_new(yard);
	DO(audited->world, "aud", "count.new", "site=north blind=true counters=kim,asa because=yearly");
	return audited;
}

static struct audited *counted(const char *lines)
{
	struct audited *audited = counting();
	sheet(audited->world, "kim", lines);
	sheet(audited->world, "asa", lines);
	return audited;
}

static void overdue(void)
{
	struct audited *audited = audited_new(yard);
	AUDIT_CLEAN(audited, "count-overdue");
	audited_sleep(audited, COUNT_AGE_DAYS - 1);
	AUDIT_CLEAN(audited, "count-overdue");
	audited_sleep(audited, 1);
	const struct audited_finding *finding = audited_one(audited, "count-overdue", "site north bulk",
		"2 of 2 bulk lots at north were last counted or weighed in over 365 days ago");
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_WARNING);
	audited_sleep(audited, COUNT_AGE_DAYS);
	finding = audited_one(audited, "count-overdue", "site north bulk", "lot A");
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_CRITICAL);
	audited_free(audited);
}

/* A count puts them in date again, those alone that were in it. */
static void counted_in_time(void)
{
	struct audited *audited = audited_new(yard);
	world_pass(audited->world, 300 * TIME_DAY_MS);
	DO(audited->world, "aud", "count.new", "site=north counters=kim,asa");
	char id[CODE_MAX];
	text_copy(id, sizeof id, audited->world->id);
	for (int i = 0; i < 2; i++) {
		DO(audited->world, "aud", "count.enter", "count=%s counter=%s lines=[lot=A net_g=100000; lot=B "
			"net_g=50000]", id, i == 0 ? "kim" : "asa");
		char note[CODE_MAX];
		text_copy(note, sizeof note, audited->world->id);
		CU_ASSERT(world_sign(audited->world, i == 0 ? "kim" : "asa", note));
	}
	world_lot(audited->world, "C", "ga", 7000, 900000, ABSENT);
	audited_sleep(audited, 364);
	AUDIT_CLEAN(audited, "count-overdue");
	audited_sleep(audited, 2);
	AUDIT_FINDS(audited, "count-overdue", "site north bulk", "3 of 3");
	audited_free(audited);
}

static void variance(void)
{
	struct audited *audited = counted("lot=A net_g=80000; lot=B net_g=50000");
	AUDIT_FINDS(audited, "count-variance", U, "1 lots at north are off the books");
	DO(audited->world, "aud", "count.abandon", "count=" U " because='fire alarm'");
	AUDIT_FINDS(audited, "count-variance", U, "was abandoned, and nobody has counted since");
	audited_free(audited);
}

static void settled(void)
{
	struct audited *audited = counted("lot=A net_g=80000; lot=B net_g=50000");
	DO(audited->world, "aud", "count.cause", "count=" U " lot=A cause=spill because='bay four'");
	DO_SIGNED(audited->world, "ola", "count.adjust", "count=" U);
	AUDIT_CLEAN(audited, "count-variance");
	AUDIT_CLEAN(audited, "count-hands");
	AUDIT_CLEAN(audited, "count-frozen");
	AUDIT_CLEAN(audited, "recount");
	AUDIT_CLEAN(audited, "mass-conserved");
	AUDIT_CLEAN(audited, "accounts-zero");
	DO(audited->world, "asa", "lot.hold_release", "hold=A/1 because='looked at'");
	AUDIT_CLEAN(audited, "available-book");
	AUDIT_CLEAN(audited, "floor-broken");
	audited_free(audited);
}

/* A lot of which nothing was there is lost, and its mass is where the accounts say. */
static void nothing_there(void)
{
	struct audited *audited = counted("lot=A net_g=100000; lot=B missing=true; lot=X net_g=7");
	DO(audited->world, "aud", "count.cause", "count=" U " lot=B cause=record-error because='never came'");
	DO(audited->world, "aud", "count.cause", "count=" U " lot=X cause=found because='no label'");
	DO_SIGNED(audited->world, "ola", "count.adjust", "count=" U);
	AUDIT_CLEAN(audited, "recount");
	AUDIT_CLEAN(audited, "mass-conserved");
	AUDIT_CLEAN(audited, "accounts-zero");
	AUDIT_CLEAN(audited, "count-hands");
	AUDIT_CLEAN(audited, "floor-broken");
	audited_free(audited);
}

static void one_counter(void)
{
	struct audited *audited = audited_new(yard);
	audited_plant(audited, "aud", "count.opened", "count=" U " site=north first=kim second=kim lots=2 "
		"expires_at=%lld", (long long)audited->world->now + TIME_DAY_MS);
	AUDIT_FINDS(audited, "count-hands", U, "has one counter, kim");
	audited_free(audited);
}

static void counter_may_not(void)
{
	struct audited *audited = audited_new(yard);
	audited_plant(audited, "aud", "count.opened", "count=" U " site=north first=kim second=adm lots=2 "
		"expires_at=%lld", (long long)audited->world->now + TIME_DAY_MS);
	AUDIT_FINDS(audited, "count-hands", U, "of whom one may not");
	audited_free(audited);
}

static void counter_explains(void)
{
	struct audited *audited = counted("lot=A net_g=80000; lot=B net_g=50000");
	audited_plant(audited, "kim", "count.explained",
		"count=" U " lot=A cause=spill because='bay four'");
	AUDIT_FINDS(audited, "count-hands", U, "kim counted U-2026-0001 and said why it differs");
	audited_free(audited);
}

/* How many signatures the ledger has. */
static int audited_signatures(const struct audited *audited)
{
	int count = 0;
	for (size_t i = 0; i < audited->entry_count; i++) {
		struct buffer entry = audited->entries[i];
		count += strstr(buffer_text(&entry), "\"kind\":\"document.signed\"") != NULL;
	}
	return count;
}

static void other_hand_on_a_sheet(void)
{
	struct audited *audited = counting();
	sheet(audited->world, "kim", "lot=A net_g=100000; lot=B net_g=50000");
	AUDIT_CLEAN(audited, "count-hands");
	audited_bend(audited, "document.signed", audited_signatures(audited) - 1, "\"person\":\"kim\"",
		"\"person\":\"ola\"");
	AUDIT_FINDS(audited, "count-hands", U, "does not bear that counter's own signature");
	audited_free(audited);
}

static void counter_signs(void)
{
	struct audited *audited = counted("lot=A net_g=80000; lot=B net_g=50000");
	DO(audited->world, "aud", "count.cause", "count=" U " lot=A cause=spill because='bay four'");
	DO_SIGNED(audited->world, "ola", "count.adjust", "count=" U);
	audited_bend(audited, "document.signed", audited_signatures(audited) - 1, "\"person\":\"oma\"",
		"\"person\":\"asa\"");
	AUDIT_FINDS(audited, "count-hands", U, "asa counted U-2026-0001 and signed its adjustment");
	audited_free(audited);
}

static void other_mass(void)
{
	struct audited *audited = counted("lot=A net_g=80000; lot=B net_g=50000");
	DO(audited->world, "aud", "count.cause", "count=" U " lot=A cause=spill because='bay four'");
	DO_SIGNED(audited->world, "ola", "count.adjust", "count=" U);
	audited_bend(audited, "count.adjusted", 0, "\"adjusted_g\":-20000", "\"adjusted_g\":-21000");
	AUDIT_FINDS(audited, "count-hands", U, "adjusted lot A by -21000 g, and -20000 g were found");
	audited_free(audited);
}

static void other_figures(void)
{
	struct audited *audited = counting();
	sheet(audited->world, "kim", "lot=A net_g=100000 seals=intact; lot=B missing=true");
	AUDIT_CLEAN(audited, "count-sheet");
	audited_bend(audited, "count.entered", 0, "\"net_g\":100000", "\"net_g\":90000");
	AUDIT_FINDS(audited, "count-sheet", audited->world->id, "says other figures than were entered");
	audited_free(audited);
}

/* A sheet too long for its note is named by its SHA-256. */
static void long_sheet(void)
{
	enum { LOTS = COUNT_LINES_PER_ENTRY * 3 };
	static char lines[LOTS * 40];
	struct audited *audited = audited_new(yard);
	struct world *world = audited->world;
	const char *between = "lot=A net_g=100000; lot=B net_g=50000; ";
	lines[0] = '\0';
	DO(world, "aud", "count.new", "site=north counters=kim,asa");
	size_t length = 0;
	for (int i = 0; i < LOTS - 2; i++, between = "; ")
		length += (size_t)snprintf(lines + length, sizeof lines - length, "%slot=X%d net_g=%d", between, i,
			i + 1);
	struct buffer json = { 0 };
	const struct command_type *type = command_type_find("count.enter");
	char *line = malloc(sizeof lines + 100);
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	snprintf(line, sizeof lines + 100, "count=" U " counter=kim lines=[%s]", lines);
	arena_reset(world->arena);
	void *params = params_read(world->arena, type->params, line);
	const struct field *field = descriptor_field(type->params, "lines");
	const struct list *list = (const struct list *)(const void *)((char *)params + field->offset);
	for (uint32_t i = 0; i < list->count; i++) {
		buffer_append_byte(&json, i == 0 ? '[' : ',');
		json_canonical_record(&json, field->items, (char *)list->items + i * field->items->size);
	}
	buffer_append_byte(&json, ']');
	struct hash hash;
	hash_sha256(json.bytes, json.length, &hash);
	world->content_digest = hash.bytes;
	CU_ASSERT(world_submit(world, "aud", "count.enter", params));
	world->content_digest = NULL;
	AUDIT_CLEAN(audited, "count-sheet");
	audited_bend(audited, "count.entered", 1, "\"net_g\":300}", "\"net_g\":301}");
	AUDIT_FINDS(audited, "count-sheet", world->id, "says other figures than were entered");
	buffer_free(&json);
	free(line);
	audited_free(audited);
}

static void moved_while_counted(void)
{
	struct audited *audited = counting();
	AUDIT_CLEAN(audited, "count-frozen");
	int64_t index = audited_plant(audited, "kim", "lot.moved", "lot=A to=south");
	const struct audited_finding *finding = audited_one(audited, "count-frozen", U,
		"lot.moved of lot A while north was being counted");
	CU_ASSERT_EQUAL(finding->index, index);
	audited_free(audited);
}

/* ---- samples ---- */

static struct world *shelf(void)
{
	struct world *world = yard();
	char code[CODE_MAX];
	for (int i = 1; i <= 6; i++) {
		snprintf(code, sizeof code, "S%d", i);
		world_lot(world, code, "ga", 1000 * i, 950000, ABSENT);
	}
	return world;
}

static struct audited *drawn(void)
{
	struct audited *audited = audited_new(shelf);
	DO(audited->world, "aud", "sample.draw", "lots=3 commodity=ga days=10");
	AUDIT_CLEAN(audited, "sample-seed");
	return audited;
}

static void chosen_seed(void)
{
	struct audited *audited = drawn();
	char from[32];
	struct buffer *entry = &audited->entries[audited_find(audited, "sample.drawn", 0)];
	memcpy(from, strstr(buffer_text(entry), "\"seed\":\""), 16);
	from[16] = '\0';
	char to[32];
	text_copy(to, sizeof to, from);
	to[8] = to[8] == '0' ? '1' : '0';
	audited_bend(audited, "sample.drawn", 0, from, to);
	AUDIT_FINDS(audited, "sample-seed", "M-2026-0001", "is not the root of the ledger");
	audited_free(audited);
}

static void chosen_lot(void)
{
	struct audited *audited = drawn();
	const struct lot *lot = NULL;
	char from[64] = "", to[64] = "";
	while ((lot = state_next(audited->world->state, TABLE_LOT, lot)) != NULL) {
		char id[2 * CODE_MAX];
		snprintf(id, sizeof id, "M-2026-0001/%s", lot->code);
		bool in = state_find(audited->world->state, TABLE_SAMPLE_LOT, id) != NULL;
		snprintf(in ? from : to, sizeof from, "\"lot\":\"%s\"", lot->code);
	}
	audited_bend(audited, "sample.drawn", 0, from, to);
	AUDIT_FINDS(audited, "sample-seed", "M-2026-0001", "which its seed draws");
	audited_free(audited);
}

/* An announcement with something between it and the draw lets somebody try. */
static void late_draw(void)
{
	struct audited *audited = audited_new(shelf);
	audited_plant(audited, "aud", "sample.announced", "sample=M-2026-0001 commodity=ga lots=1 "
		"population=8 due_at=%lld", (long long)audited->world->now + TIME_DAY_MS);
	audited_plant(audited, "kim", "lot.held", "lot=A because='looks odd'");
	audited_plant(audited, "vaultd", "sample.drawn", "sample=M-2026-0001 population=8 size=5 "
		"lots=[lot=A grade_ppm=900000]");
	AUDIT_FINDS(audited, "sample-seed", "M-2026-0001", "other entries in between could choose its seed");
	audited_free(audited);
}

static void not_assayed_again(void)
{
	struct audited *audited = drawn();
	AUDIT_CLEAN(audited, "sample-overdue");
	audited_sleep(audited, 10);
	AUDIT_FINDS(audited, "sample-overdue", "M-2026-0001", "3 of the 3 lots");
	audited_free(audited);
}

static void same_laboratory(void)
{
	struct audited *audited = drawn();
	const struct sample_lot *row = state_next(audited->world->state, TABLE_SAMPLE_LOT, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	DO(audited->world, "bo", "sample.result", "sample=M-2026-0001 lot=%s grade_ppm=950000 "
		"laboratory=lab", row->lot);
	char subject[64];
	snprintf(subject, sizeof subject, "M-2026-0001/%s", row->lot);
	AUDIT_FINDS(audited, "sample-overdue", subject, "was assayed by lab, who made the assay");
	audited_free(audited);
}

int main(void)
{
	return run_cases("audit stocktakes", (CU_TestInfo[]){
		{ "overdue", overdue },
		{ "counted in time", counted_in_time },
		{ "variances that nobody settled", variance },
		{ "settled, and every other check is clean", settled },
		{ "nothing there", nothing_there },
		{ "one counter", one_counter },
		{ "a counter who may not", counter_may_not },
		{ "a counter explains", counter_explains },
		{ "another's hand on a sheet", other_hand_on_a_sheet },
		{ "a counter signs", counter_signs },
		{ "another mass than was found", other_mass },
		{ "other figures than were signed", other_figures },
		{ "a long sheet", long_sheet },
		{ "moved while counted", moved_while_counted },
		{ "a chosen seed", chosen_seed },
		{ "a chosen lot", chosen_lot },
		{ "a draw that came late", late_draw },
		{ "not assayed again", not_assayed_again },
		{ "the same laboratory again", same_laboratory },
		CU_TEST_INFO_NULL,
	});
}
