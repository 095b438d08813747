/*
 * Rows that somebody keeps, held against those that the ledger amounts to. One table at a time: its rows
 * are found by their keys, and those that nobody brought are told when the next table begins.
 */
#include "audit/audit_private.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"

const struct check check_tables = {
	.id = "tables",
	.title = "rows that are not what the ledger amounts to",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "the ledger replayed by the core's own apply, against each stored row, column by column; "
		"all but checkpoints and head.epoch",
	.remedy = "restore the row as the ledger has it (the finding says both), or the database from a "
		"backup that this audit finds clean; then sign `finding lift`",
};

static size_t place_of(const struct table_part *part, const char *key)
{
	return text_hash(key) & (part->capacity - 1);
}

static void open_table(struct audit *audit, enum table_id table)
{
	struct table_part *part = &audit->tables;
	const struct state *state = audit_state(audit);
	const struct row *row = NULL;
	part->open = true;
	part->table = table;
	for (part->capacity = 16; part->capacity < 2 * state_count(state, table);)
		part->capacity *= 2;
	part->index = calloc(part->capacity, sizeof *part->index);
	part->brought = calloc(part->capacity, sizeof *part->brought);
	if (part->index == NULL || part->brought == NULL)
		abort();
	while ((row = state_next(state, table, row)) != NULL) {
		size_t at = place_of(part, row_key(row));
		while (part->index[at] != NULL)
			at = (at + 1) & (part->capacity - 1);
		part->index[at] = row;
	}
}

static const char *field_shown(struct arena *arena, const struct field *field, const struct row *row)
{
	struct buffer text = { 0 };
	struct json json;
	if (field_absent(field, row))
		return "(none)";
	json_begin(&json, &text, false);
	json_field(&json, field, row);
	const char *shown = arena_text(arena, text.bytes, text.length);
	buffer_free(&text);
	return shown;
}

/*
 * Whose releases rest on a row: the commodity that it is, names, or whose lot it names. What names none
 * (a person, a key, a site, a rule for all) reaches everything.
 */
static const char *reach_of(const struct audit *audit, enum table_id table, const struct row *row)
{
	const struct descriptor *descriptor = table_info(table)->descriptor;
	const struct lot *lot = NULL;
	const char *code = table == TABLE_COMMODITY ? row_key(row) : "";
	for (size_t i = 0; i < descriptor->field_count && code[0] == '\0'; i++) {
		const struct field *field = &descriptor->fields[i];
		bool names = field->type == FIELD_REF || field->type == FIELD_TEXT;
		if (names && text_equal(field->name, "commodity"))
			code = field_text(field, row);
		else if (names && text_equal(field->name, "lot"))
			lot = state_find(audit_state(audit), TABLE_LOT, field_text(field, row));
	}
	if (code[0] == '\0' && lot != NULL)
		code = lot->commodity->code;
	return state_find(audit_state(audit), TABLE_COMMODITY, code) != NULL ? code : FINDING_STOPS_ALL;
}

static void tell_column(struct audit *audit, const struct row *replayed, const char *column,
	const char *expected, const char *found)
{
	const struct check_finding finding = {
		.subject = arena_printf(audit->arena, "%s %s",
			table_info((enum table_id)replayed->table)->name, row_key(replayed)),
		.column = column, .expected = expected, .found = found, .index = replayed->last_index,
		.stops = reach_of(audit, (enum table_id)replayed->table, replayed),
		.message = arena_printf(audit->arena, "%s is %.160s in the table and %.160s by the ledger", column,
			found, expected),
	};
	audit_find(audit, &check_tables, &finding);
}

static const char *number_shown(struct arena *arena, int64_t number)
{
	return arena_printf(arena, "%lld", (long long)number);
}

static void compare_row(struct audit *audit, const struct row *replayed, const struct row *row)
{
	const struct table_info *info = table_info((enum table_id)replayed->table);
	arena_reset(audit->arena);
	for (size_t i = 0; i < info->descriptor->field_count; i++) {
		const struct field *field = &info->descriptor->fields[i];
		if (!field_equal(field, replayed, row))
			tell_column(audit, replayed, field->name, field_shown(audit->arena, field, replayed),
				field_shown(audit->arena, field, row));
	}
	if (replayed->last_index != row->last_index)
		tell_column(audit, replayed, "last_index",
			number_shown(audit->arena, replayed->last_index),
			number_shown(audit->arena, row->last_index));
	if (replayed->closed != row->closed)
		tell_column(audit, replayed, "closed", replayed->closed ? "true" : "false",
			row->closed ? "true" : "false");
}

static void tell_odd(struct audit *audit, enum table_id table, const struct row *row, bool missing)
{
	arena_reset(audit->arena);
	const struct check_finding finding = {
		.subject = arena_printf(audit->arena, "%s %s", table_info(table)->name, row_key(row)),
		.index = missing ? row->last_index : ABSENT, .stops = reach_of(audit, table, row),
		.expected = missing ? "a row" : "no row", .found = missing ? "no row" : "a row",
		.message = missing ? "a row that the ledger amounts to is missing from the table"
			: "the ledger knows nothing of this row",
	};
	audit_find(audit, &check_tables, &finding);
}

/* Of rows that share a key: the one that ended with the same entry, else one that stands as this does. */
static bool fits_better(const struct row *row, const struct row *a, const struct row *b)
{
	bool exact = a->last_index == row->last_index, other = b->last_index == row->last_index;
	return exact != other ? exact : a->closed == row->closed && b->closed != row->closed;
}

/*
 * A stored row that the replay has not among what can still change: it ended, as it was then, or not so.
 * What it said is not kept, so no column is named; the entry that ended it is.
 */
static void compare_ended(struct audit *audit, enum table_id table, const struct row *row)
{
	bool same;
	int64_t index;
	if (!audit_ended_known(audit, table, row, &same, &index)) {
		tell_odd(audit, table, row, false);
		return;
	}
	if (same && row->closed)
		return;
	arena_reset(audit->arena);
	audit_find(audit, &check_tables, &(struct check_finding){
		.subject = arena_printf(audit->arena, "%s %s", table_info(table)->name, row_key(row)),
		.column = same ? "closed" : NULL, .index = index, .stops = reach_of(audit, table, row),
		.message = same ? "the row has ended by the ledger, and in the table it can still change"
			: "the row is not what it was when this entry ended it, or another has its key" });
}

static void tell_ended_left(struct audit *audit, enum table_id table, int64_t index)
{
	arena_reset(audit->arena);
	audit_find(audit, &check_tables, &(struct check_finding){
		.subject = arena_printf(audit->arena, "%s that entry %lld ended", table_info(table)->name,
			(long long)index),
		.index = index, .stops = FINDING_STOPS_ALL, .expected = "a row", .found = "no row",
		.message = "a row that the ledger amounts to is missing from the table" });
}

static void close_table(struct audit *audit)
{
	struct table_part *part = &audit->tables;
	if (!part->open)
		return;
	for (size_t at = 0; at < part->capacity; at++) {
		if (part->index[at] != NULL && !part->brought[at])
			tell_odd(audit, part->table, part->index[at], true);
	}
	free(part->index);
	free(part->brought);
	part->index = NULL;
	part->brought = NULL;
	part->open = false;
	part->done[part->table] = true;
}

/* No state, no comparison; that it could not be run was told where the replay ended. */
static bool compares(const struct audit *audit)
{
	return audit->options.tables && audit->broken[0] == '\0' && audit_wants(audit, &check_tables);
}

void audit_row(struct audit *audit, enum table_id table, const struct row *row)
{
	struct table_part *part = &audit->tables;
	if (!compares(audit))
		return;
	if (part->open && part->table != table)
		close_table(audit);
	assert(!part->done[table]);
	if (!part->open)
		open_table(audit, table);
	size_t best = part->capacity;
	for (size_t at = place_of(part, row_key(row)); part->index[at] != NULL;
	     at = (at + 1) & (part->capacity - 1)) {
		if (part->brought[at] || !text_equal(row_key(part->index[at]), row_key(row)))
			continue;
		if (best == part->capacity || fits_better(row, part->index[at], part->index[best]))
			best = at;
	}
	bool kept = best < part->capacity && (!row->closed || part->index[best]->closed ||
		!audit_ended_has(audit, table, row));
	if (!kept) {
		compare_ended(audit, table, row);
		return;
	}
	part->brought[best] = true;
	compare_row(audit, part->index[best], row);
}

void audit_unreadable(struct audit *audit, enum table_id table, const struct row *row,
	const char *column)
{
	arena_reset(audit->arena);
	audit_find(audit, &check_tables, &(struct check_finding){
		.subject = arena_printf(audit->arena, "%s %s", table_info(table)->name, row_key(row)),
		.column = column, .index = row->last_index, .stops = reach_of(audit, table, row),
		.message = arena_printf(audit->arena, "%s holds what is no value of it", column) });
}

void audit_tables_end(struct audit *audit)
{
	if (!compares(audit))
		return;
	close_table(audit);
	for (int t = 0; t < TABLE_COUNT; t++) {
		if (audit->tables.done[t])
			continue;
		open_table(audit, (enum table_id)t);
		close_table(audit);
	}
	audit_ended_left(audit, tell_ended_left);
}

void audit_tables_free(struct audit *audit)
{
	free(audit->tables.index);
	free(audit->tables.brought);
}
