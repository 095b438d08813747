/*
 * What is kept beside the entries: rows, tiles, command ids. Every column of every row that a small reserve
 * has is changed once, and found by its name.
 */
#include "tests/unit/audit_checks.h"

#include "audit/replay.h"
#include "ledger/tiles.h"
#include "reserve/emergency/request.h"
#include "reserve/stock/lot.h"

/* ---- rows ---- */

/* The rows as they would be stored: those of a replay of their own. */
static struct replay *stored_rows(const struct audited *audited)
{
	struct replay *replay = replay_new(true, NULL, NULL, NULL);
	for (size_t i = 0; i < audited->entry_count; i++) {
		struct error error = { 0 };
		CU_ASSERT_FATAL(replay_entry(replay, audited->entries[i].bytes,
			audited->entries[i].length, &error));
	}
	return replay;
}

/* One run over rows of which one is left out, or brought as another. */
struct bent {
	const struct row *row;   /* NULL: none is bent */
	const struct row *as;    /* NULL: it is left out */
	const struct row *added; /* beside it; or NULL */
};

static void bring_table(struct audit *audit, enum table_id table, const struct state *stored,
	const struct bent *bent)
{
	const struct row *row = NULL;
	while ((row = state_next(stored, table, row)) != NULL) {
		const struct row *brought = row == bent->row ? bent->as : row;
		if (brought != NULL)
			audit_row(audit, table, brought);
		if (row == bent->row && bent->added != NULL)
			audit_row(audit, table, bent->added);
	}
}

static void run_tables(struct audited *audited, const struct state *stored, const struct bent *bent)
{
	static const char *const only[] = { "tables", NULL };
	const struct audit_options options = { .only = only, .now = audited->world->now,
		.since = ABSENT, .since_index = ABSENT, .size = ABSENT, .tables = true,
		.found = audited_found, .unchecked = audited_unchecked, .context = audited };
	audited->found = audited->unchecked = 0;
	struct audit *audit = audit_new(&options);
	for (size_t i = 0; i < audited->entry_count; i++)
		audit_entry(audit, (int64_t)i, audited->entries[i].bytes, audited->entries[i].length);
	audit_end_of_ledger(audit);
	for (int t = 0; t < TABLE_COUNT; t++)
		bring_table(audit, (enum table_id)t, stored, bent);
	audit_tables_end(audit);
	audit_end(audit);
	audit_free(audit);
}

/* Where the replay cannot go on, rows are compared with nothing, and that is told. */
static void without_state(void)
{
	struct audited *audited = audited_new(world_stocked);
	struct replay *stored = stored_rows(audited);
	audited_bend(audited, "lot.weighed", 0, "\"gross_g\"", "\"gross_x\"");
	run_tables(audited, replay_state(stored), &(struct bent){ 0 });
	CU_ASSERT_EQUAL(audited->found, 0);
	CU_ASSERT_EQUAL(audited->unchecked, 1);
	replay_free(stored);
	audited_free(audited);
}

/* Another value than it has, in a copy of the row; text lives as long as the test. */
static void bend_field(const struct field *field, char *copy)
{
	static const char other[] = "another";
	static const struct list none;
	const char *text = other;
	char *at = copy + field->offset;
	switch (field->type) {
	case FIELD_INT:
	case FIELD_TIME:
		field_set_number(field, copy, field_absent(field, copy) ? 7 :
			field_number(field, copy) + 1000);
		break;
	case FIELD_BOOL:
		field_set_number(field, copy, field_number(field, copy) == 0);
		break;
	case FIELD_ENUM:
		field_set_number(field, copy, field_number(field, copy) == 1 ? 2 : 1);
		break;
	case FIELD_SET:
		field_set_number(field, copy, field_number(field, copy) ^ 1);
		break;
	case FIELD_TEXT:
	case FIELD_BYTES:
	case FIELD_UUID:
		at[0] = (char)(at[0] ^ 1);
		break;
	case FIELD_STRING:
		memcpy(at, &text, sizeof text);
		break;
	case FIELD_REF: /* a key of its own behind a row's head */
		break;
	case FIELD_LIST:
		memcpy(at, &none, sizeof none);
		break;
	}
}

static bool can_bend(const struct field *field, const struct row *row)
{
	if (field->type == FIELD_REF)
		return false; /* compared as the text of its key */
	return field->type != FIELD_LIST || !field_absent(field, row);
}

static void bend_row(struct audited *audited, const struct state *stored, const struct row *row)
{
	const struct table_info *info = table_info((enum table_id)row->table);
	char *copy = malloc(info->descriptor->size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
	for (size_t i = 1; i < info->descriptor->field_count; i++) {
		const struct field *field = &info->descriptor->fields[i];
		if (!can_bend(field, row))
			continue;
		memcpy(copy, row, info->descriptor->size);
		bend_field(field, copy);
		const struct bent bent = { row, (const struct row *)(const void *)copy, NULL };
		run_tables(audited, stored, &bent);
		bool found = audited->found == 1 &&
			text_equal(audited->findings[0].column, field->name) &&
			audited->findings[0].index == row->last_index &&
			strstr(audited->findings[0].subject, row_key(row)) != NULL;
		if (!found) {
			printf("\n  %s.%s of %s was changed\n", info->name, field->name, row_key(row));
			audited_print(audited);
		}
		CU_ASSERT(found);
	}
	free(copy);
}

static void columns(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO(audited->world, "ola", "request.submit",
		"member=AUT commodity=ga mass_g=1000 purpose=wafers tier=C");
	struct replay *stored = stored_rows(audited);
	const struct bent none = { 0 };
	run_tables(audited, replay_state(stored), &none);
	CU_ASSERT_EQUAL(audited->found, 0);
	int tables = 0;
	for (int t = 0; t < TABLE_COUNT; t++) {
		const struct row *row = state_next(replay_state(stored), (enum table_id)t, NULL);
		if (row == NULL)
			continue;
		bend_row(audited, replay_state(stored), row);
		tables++;
	}
	CU_ASSERT(tables >= 15);
	replay_free(stored);
	audited_free(audited);
}

/* Gone, invented, ended or not, of another entry. */
static void rows(void)
{
	struct audited *audited = audited_new(world_stocked);
	struct replay *stored = stored_rows(audited);
	const struct state *state = replay_state(stored);
	const struct lot *lot = state_find(state, TABLE_LOT, "GA-1");
	struct bent bent = { .row = &lot->row };
	run_tables(audited, state, &bent);
	CU_ASSERT_EQUAL(audited->found, 1);
	CU_ASSERT_PTR_NOT_NULL(audited_have(audited, "lot GA-1", "missing from the table"));
	struct lot other = *lot;
	bent.as = &lot->row;
	bent.added = &other.row;
	text_copy(other.code, sizeof other.code, "GA-2");
	run_tables(audited, state, &bent);
	CU_ASSERT_EQUAL(audited->found, 1);
	CU_ASSERT_PTR_NOT_NULL(audited_have(audited, "lot GA-2", "knows nothing of this row"));
	other = *lot;
	other.row.closed = true;
	bent.as = &other.row;
	bent.added = NULL;
	run_tables(audited, state, &bent);
	CU_ASSERT_PTR_NOT_NULL(audited_have(audited, "lot GA-1", "closed is true in the table and false"));
	other = *lot;
	other.row.last_index++;
	run_tables(audited, state, &bent);
	CU_ASSERT_PTR_NOT_NULL(audited_have(audited, "lot GA-1", "last_index is "));
	bent.added = &lot->row; /* the same lot twice */
	bent.as = &lot->row;
	run_tables(audited, state, &bent);
	CU_ASSERT_PTR_NOT_NULL(audited_have(audited, "lot GA-1", "knows nothing of this row"));
	replay_free(stored);
	audited_free(audited);
}

/* Of requests that ended only a fingerprint is held: changed, gone, reopened, invented, and of one code. */
static void ended(void)
{
	struct audited *audited = audited_new(world_stocked);
	for (int i = 0; i < 3; i++)
		REFUSED(audited->world, "request", "ola", "request.submit",
			"member=AUT commodity=ga mass_g=%d purpose=resale tier=C", 1000 + i);
	struct replay *stored = stored_rows(audited);
	const struct state *state = replay_state(stored);
	const struct request *request = state_next(state, TABLE_REQUEST, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(request);
	CU_ASSERT_FATAL(request->row.closed);
	struct request other = *request;
	struct bent bent = { 0 };
	run_tables(audited, state, &bent);
	CU_ASSERT_EQUAL(audited->found, 0);
	bent = (struct bent){ .row = &request->row, .as = &other.row };
	other.mass_g++;
	run_tables(audited, state, &bent);
	CU_ASSERT_EQUAL(audited->found, 1);
	CU_ASSERT_PTR_NOT_NULL(audited_have(audited, "request R-2026-0001", "not what it was"));
	CU_ASSERT_EQUAL(audited->findings[0].index, request->row.last_index);
	other = *request;
	other.row.closed = false;
	run_tables(audited, state, &bent);
	CU_ASSERT_EQUAL(audited->found, 1);
	CU_ASSERT_PTR_NOT_NULL(audited_have(audited, "request R-2026-0001", "can still change"));
	other = *request;
	text_copy(other.id, sizeof other.id, "R-2026-0009");
	run_tables(audited, state, &bent);
	CU_ASSERT_EQUAL(audited->found, 2);
	CU_ASSERT_PTR_NOT_NULL(audited_have(audited, "request R-2026-0009", "knows nothing of this row"));
	char subject[64];
	snprintf(subject, sizeof subject, "request that entry %lld ended",
		(long long)request->row.last_index);
	CU_ASSERT_PTR_NOT_NULL(audited_have(audited, subject, "missing from the table"));
	bent.as = NULL;
	run_tables(audited, state, &bent);
	CU_ASSERT_EQUAL(audited->found, 1);
	CU_ASSERT_PTR_NOT_NULL(audited_have(audited, subject, "missing from the table"));
	replay_free(stored);
	audited_free(audited);
}

/* ---- tiles and the root ---- */

struct kept {
	struct audited *audited;
	struct hash tiles[4][TILE_WIDTH];
	int count;
	struct tile_builder builder;
};

static bool keep_tile(void *context, int level, int64_t number,
	const struct hash hashes[TILE_WIDTH], struct error *error)
{
	struct kept *kept = context;
	(void)error;
	CU_ASSERT_FATAL(level == 0 && number == kept->count);
	memcpy(kept->tiles[kept->count++], hashes, sizeof kept->tiles[0]);
	return true;
}

static bool give_tile(void *context, int level, int64_t number, struct hash ret_hashes[TILE_WIDTH])
{
	const struct kept *kept = context;
	if (level > 0 || number >= kept->count)
		return false;
	memcpy(ret_hashes, kept->tiles[number], sizeof kept->tiles[0]);
	return true;
}

static void kept_found(void *context, const struct check *check, const struct check_finding *finding)
{
	audited_found(((struct kept *)context)->audited, check, finding);
}

static void run_ledger(struct kept *kept, int64_t skip, int64_t until, int64_t beyond)
{
	static const char *const only[] = { "ledger-entry", "ledger-root", NULL };
	struct tree tree;
	struct hasher *hasher = hasher_new();
	struct audited *audited = kept->audited;
	struct audit_options options = { .only = only, .since = ABSENT, .since_index = ABSENT,
		.size = kept->builder.size, .tile = give_tile, .found = kept_found, .context = kept };
	tile_builder_tree(&kept->builder, hasher, &tree);
	tree_root(&tree, hasher, &options.root);
	hasher_free(hasher);
	audited->found = 0;
	struct audit *audit = audit_new(&options);
	for (int64_t i = 0; i < until; i++) {
		if (i != skip)
			audit_entry(audit, i, audited->entries[i].bytes, audited->entries[i].length);
	}
	for (int64_t i = until; i < until + beyond; i++)
		audit_entry(audit, i, audited->entries[0].bytes, audited->entries[0].length);
	audit_end_of_ledger(audit);
	audit_end(audit);
	audit_free(audit);
}

/* A reserve of more entries than two tiles hold, and what its keeper has of it. */
static void keep(struct kept *kept)
{
	struct error error = { 0 };
	struct hasher *hasher = hasher_new();
	*kept = (struct kept){ .audited = audited_new(world_stocked) };
	for (int i = 0; i < 600; i++)
		DO(kept->audited->world, "kim", "finding.raise",
			"check=count severity=warning subject=x message='number %d'", i);
	tile_builder_init(&kept->builder);
	for (size_t i = 0; i < kept->audited->entry_count; i++) {
		struct hash leaf;
		hasher_leaf(hasher, kept->audited->entries[i].bytes, kept->audited->entries[i].length, &leaf);
		CU_ASSERT(tile_builder_append(&kept->builder, hasher, &leaf, keep_tile, kept, &error));
	}
	hasher_free(hasher);
	CU_ASSERT_EQUAL_FATAL(kept->count, 2);
}

static bool tells(const struct kept *kept, const char *check, const char *subject, const char *text)
{
	const struct audited_finding *finding = audited_have(kept->audited, subject, text);
	bool told = finding != NULL && text_equal(finding->check->id, check);
	if (!told)
		audited_print(kept->audited);
	return told;
}

static void hashes(void)
{
	struct kept kept;
	keep(&kept);
	int64_t size = kept.builder.size;
	run_ledger(&kept, -1, size, 0);
	CU_ASSERT_EQUAL(kept.audited->found, 0);
	kept.tiles[1][44].bytes[7] ^= 1;
	run_ledger(&kept, -1, size, 0);
	CU_ASSERT_EQUAL(kept.audited->found, 1);
	CU_ASSERT(tells(&kept, "ledger-root", "tile 0/1", "differs from the entries"));
	CU_ASSERT_EQUAL(kept.audited->findings[0].index, 256 + 44);
	kept.tiles[1][44].bytes[7] ^= 1;
	kept.count = 1;
	run_ledger(&kept, -1, size, 0);
	CU_ASSERT(tells(&kept, "ledger-root", "tile 0/1", "is missing"));
	kept.count = 2;
	run_ledger(&kept, 300, size, 0);
	CU_ASSERT(tells(&kept, "ledger-entry", "entry 300", "1 entry is missing"));
	run_ledger(&kept, -1, size - 3, 0);
	CU_ASSERT(tells(&kept, "ledger-entry", "end of the ledger", "3 are missing at the end"));
	run_ledger(&kept, -1, size, 2);
	CU_ASSERT_EQUAL(kept.audited->found, 1);
	CU_ASSERT(tells(&kept, "ledger-entry", "entries behind the end", "behind the end"));
	/* a text that only the hash tells: one in a tile, one behind the last */
	audited_bend(kept.audited, "finding.raised", 100, "number 100", "number 101");
	run_ledger(&kept, -1, size, 0);
	char subject[40];
	snprintf(subject, sizeof subject, "entry %lld",
		(long long)audited_find(kept.audited, "finding.raised", 100));
	CU_ASSERT(tells(&kept, "ledger-entry", subject, "it was changed"));
	CU_ASSERT(tells(&kept, "ledger-root", "head", "do not hash"));
	audited_bend(kept.audited, "finding.raised", 100, "number 101", "number 100");
	audited_bend(kept.audited, "finding.raised", 599, "number 599", "number 598");
	run_ledger(&kept, -1, size, 0);
	CU_ASSERT(tells(&kept, "ledger-root", "head", "do not hash"));
	audited_free(kept.audited);
}

/* ---- command ids ---- */

struct kept_command {
	uint8_t id[16], digest[32];
	char actor[CODE_MAX];
	int64_t index;
};

static size_t commands_of(const struct audited *audited, struct kept_command *ret_commands)
{
	struct arena *arena = arena_new(0);
	size_t count = 0;
	for (size_t i = 0; i < audited->entry_count; i++) {
		struct parsed_entry entry;
		struct error error = { 0 };
		CU_ASSERT_FATAL(entry_parse(audited->entries[i].bytes, audited->entries[i].length,
			event_find_body, NULL, arena, &entry, &error));
		if (!entry.has_command ||
		    (count > 0 && memcmp(ret_commands[count - 1].id, entry.command, 16) == 0))
			continue;
		struct kept_command *kept = &ret_commands[count++];
		memcpy(kept->id, entry.command, 16);
		memcpy(kept->digest, entry.digest, 32);
		text_copy(kept->actor, sizeof kept->actor, entry.actor);
		kept->index = entry.sequence;
	}
	arena_free(arena);
	return count;
}

static void run_commands(struct audited *audited, const struct kept_command *commands, size_t count)
{
	static const char *const only[] = { "command-ids", NULL };
	const struct audit_options options = { .only = only, .now = audited->world->now,
		.since = ABSENT, .since_index = ABSENT, .size = ABSENT, .commands = true,
		.found = audited_found, .context = audited };
	audited->found = 0;
	struct audit *audit = audit_new(&options);
	for (size_t i = 0; i < audited->entry_count; i++)
		audit_entry(audit, (int64_t)i, audited->entries[i].bytes, audited->entries[i].length);
	audit_end_of_ledger(audit);
	for (size_t i = 0; i < count; i++)
		audit_command(audit, commands[i].id, commands[i].actor, commands[i].digest,
			commands[i].index);
	audit_commands_end(audit);
	audit_end(audit);
	audit_free(audit);
}

static bool one_told(const struct audited *audited, const char *text)
{
	bool told = audited->found == 1 && strstr(audited->findings[0].message, text) != NULL;
	if (!told)
		audited_print(audited);
	return told;
}

static void commands(void)
{
	static struct kept_command kept[AUDITED_ENTRIES], bent[AUDITED_ENTRIES];
	struct audited *audited = audited_new(world_stocked);
	size_t count = commands_of(audited, kept);
	CU_ASSERT_FATAL(count > 10);
	run_commands(audited, kept, count);
	CU_ASSERT_EQUAL(audited->found, 0);
	/* the last one is not a year old, so it must be kept */
	run_commands(audited, kept, count - 1);
	CU_ASSERT(one_told(audited, "is not kept"));
	run_commands(audited, kept + 1, count - 1);
	CU_ASSERT_EQUAL(audited->found, 0);
	memcpy(bent, kept, sizeof bent);
	text_copy(bent[3].actor, sizeof bent[3].actor, "oma2");
	run_commands(audited, bent, count);
	CU_ASSERT(one_told(audited, "is not that of its entry"));
	memcpy(bent, kept, sizeof bent);
	bent[3].digest[30] ^= 1;
	run_commands(audited, bent, count);
	CU_ASSERT(one_told(audited, "is not that of its entry"));
	memcpy(bent, kept, sizeof bent);
	bent[3].index++;
	run_commands(audited, bent, count);
	CU_ASSERT(one_told(audited, "is not that of its entry"));
	memcpy(bent, kept, sizeof bent);
	bent[count] = kept[3];
	run_commands(audited, bent, count + 1);
	CU_ASSERT(one_told(audited, "kept twice"));
	bent[count].id[15] ^= 0x55;
	run_commands(audited, bent, count + 1);
	CU_ASSERT(one_told(audited, "knows nothing of this command"));
	audited_free(audited);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "columns", columns },
		{ "rows", rows },
		{ "ended", ended },
		{ "hashes", hashes },
		{ "commands", commands },
		{ "without a state", without_state },
		CU_TEST_INFO_NULL,
	};
	return run_cases("what is stored", cases);
}
