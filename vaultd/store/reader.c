/* What a job of a reader thread asks the database for: rows, entries, tiles, states of its own. */
#include "vaultd/store/readers.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "vaultd/store/connection.h"
#include "vaultd/store/load.h"
#include "vaultd/store/rows.h"

enum { OID_INT8 = 20 };

static PGresult *query(struct reader *reader, const char *sql, int count,
	const char *const *values, struct error *error)
{
	PGconn *connection = reader_connection(reader, error);
	return connection != NULL ? connection_query(connection, sql, count, values, error) : NULL;
}

struct reader_row {
	const PGresult *result;
	int row;
};

int64_t reader_row_int(const struct reader_row *row, int column)
{
	assert(PQftype(row->result, column) == (Oid)OID_INT8);
	return PQgetisnull(row->result, row->row, column) ? ABSENT :
		wire_int8(PQgetvalue(row->result, row->row, column));
}

const char *reader_row_text(const struct reader_row *row, int column)
{
	return PQgetvalue(row->result, row->row, column);
}

bool reader_query(struct reader *reader, const char *sql, int count, const char *const *values,
	reader_each_row *each, void *context, struct error *error)
{
	PGresult *result = query(reader, sql, count, values, error);
	bool goes_on = result != NULL;
	for (int i = 0; goes_on && i < PQntuples(result); i++)
		goes_on = each(context, &(struct reader_row){ result, i });
	PQclear(result);
	return goes_on;
}

static void number_text(char text[24], int64_t number)
{
	snprintf(text, 24, "%lld", (long long)number);
}

bool reader_head(struct reader *reader, struct head *ret_head, struct error *error)
{
	PGresult *result = query(reader, "select epoch, size, root from head", 0, NULL, error);
	if (result == NULL)
		return false;
	ret_head->epoch = wire_int8(PQgetvalue(result, 0, 0));
	ret_head->size = wire_int8(PQgetvalue(result, 0, 1));
	memcpy(ret_head->root.bytes, PQgetvalue(result, 0, 2), HASH_SIZE);
	PQclear(result);
	return true;
}

bool reader_entry(struct reader *reader, int64_t index, struct buffer *out, struct error *error)
{
	char number[24];
	const char *values[] = { number };
	number_text(number, index);
	PGresult *result = query(reader, "select entry from ledger where sequence = $1::int8", 1,
		values, error);
	if (result == NULL)
		return false;
	bool found = PQntuples(result) == 1;
	if (found)
		buffer_append(out, PQgetvalue(result, 0, 0), (size_t)PQgetlength(result, 0, 0));
	PQclear(result);
	return found || error_set(error, ERROR_NOT_FOUND, "index", "the ledger has no entry %lld",
		(long long)index);
}

/* ---- entries, page by page: the server has the next one ready while this one is looked at ---- */

enum { ENTRIES_PAGE = 2048, TAKE_EVERY = 64 };

static bool ask_page(PGconn *connection, int64_t from, int64_t to, struct error *error)
{
	char first[24], end[24];
	const char *values[] = { first, end };
	number_text(first, from);
	number_text(end, from + ENTRIES_PAGE < to ? from + ENTRIES_PAGE : to);
	return PQsendQueryParams(connection, "select sequence, entry from ledger where sequence >= "
		"$1::int8 and sequence < $2::int8 order by sequence", 2, NULL, values, NULL, NULL, 1) == 1 ||
		connection_error(connection, NULL, "the database refused a query", error);
}

/* What was asked for, whole; NULL: it failed. */
static PGresult *take_page(PGconn *connection, struct error *error)
{
	PGresult *page = PQgetResult(connection);
	bool good = PQresultStatus(page) == PGRES_TUPLES_OK ||
		connection_error(connection, page, "the database refused a query", error);
	for (PGresult *rest; (rest = PQgetResult(connection)) != NULL;)
		PQclear(rest);
	if (good)
		return page;
	PQclear(page);
	return NULL;
}

/* ahead: what the server sends meanwhile is taken in, so that it need not wait. */
static bool show_page(PGconn *connection, const PGresult *page, bool ahead,
	reader_each_entry *each, void *context, struct error *error)
{
	for (int i = 0; i < PQntuples(page); i++) {
		if (ahead && i % TAKE_EVERY == 0)
			PQconsumeInput(connection);
		if (!each(context, wire_int8(PQgetvalue(page, i, 0)), PQgetvalue(page, i, 1),
		    (size_t)PQgetlength(page, i, 1), error))
			return false;
	}
	return true;
}

/* Nothing is asked for ahead of the first page: who wants a few entries ends there. */
bool reader_entries(struct reader *reader, int64_t from, int64_t to, reader_each_entry *each,
	void *context, struct error *error)
{
	bool asked = false, good = true;
	struct error late = { 0 }; /* of what is asked ahead: asked again, it tells */
	PGconn *connection = reader_connection(reader, error);
	if (connection == NULL)
		return false;
	for (int64_t at = from; good && at < to; at += ENTRIES_PAGE) {
		PGresult *page = asked || ask_page(connection, at, to, error) ? take_page(connection, error) : NULL;
		asked = page != NULL && at > from && at + ENTRIES_PAGE < to &&
			ask_page(connection, at + ENTRIES_PAGE, to, &late);
		good = page != NULL && show_page(connection, page, asked, each, context, error);
		PQclear(page);
	}
	if (asked)
		PQclear(take_page(connection, &late));
	return good;
}

bool reader_command(struct reader *reader, const uint8_t id[16], bool *ret_found,
	struct batch_command *ret_command, struct error *error)
{
	char text[40];
	const char *values[] = { text };
	struct buffer hex = { 0 };
	buffer_append_hex(&hex, id, 16);
	snprintf(text, sizeof text, "%.32s", buffer_text(&hex));
	buffer_free(&hex);
	PGresult *result = query(reader, "select actor, digest, sequence, at from command where "
		"id = $1::uuid", 1, values, error);
	if (result == NULL)
		return false;
	*ret_found = PQntuples(result) == 1;
	if (*ret_found) {
		memset(ret_command, 0, sizeof *ret_command);
		memcpy(ret_command->id, id, 16);
		snprintf(ret_command->actor, sizeof ret_command->actor, "%s", PQgetvalue(result, 0, 0));
		if (PQgetlength(result, 0, 1) == 32)
			memcpy(ret_command->digest, PQgetvalue(result, 0, 1), 32);
		ret_command->index = wire_int8(PQgetvalue(result, 0, 2));
		ret_command->at = rows_time_ms(wire_int8(PQgetvalue(result, 0, 3)));
	}
	PQclear(result);
	return true;
}

bool reader_tile(void *context, int level, int64_t number, int width,
	struct hash ret_hashes[TILE_WIDTH], struct error *error)
{
	struct reader *reader = context;
	PGconn *connection = reader_connection(reader, error);
	if (connection == NULL)
		return false;
	return load_tile(connection, reader_hasher(reader), level, number, width, ret_hashes, error);
}

/* The tables whose rows never end. */
static bool load_forever(PGconn *connection, struct state *state, struct arena *scratch,
	struct error *error)
{
	bool good = true;
	for (int t = 0; good && t < TABLE_COUNT; t++) {
		if (table_info((enum table_id)t)->forever)
			good = load_table(connection, state, (enum table_id)t, false, "", scratch, error);
	}
	return good;
}

/* Quotes a key as an SQL literal: COPY takes no parameters, and keys are codes by their form. */
static bool key_condition(PGconn *connection, const char *column, const char *key,
	struct buffer *out)
{
	char *literal = PQescapeLiteral(connection, key, strlen(key));
	if (literal == NULL)
		return false;
	buffer_printf(out, " where \"%s\" = %s", column, literal);
	PQfreemem(literal);
	return true;
}

/* Closed rows too. A table that never ends is there already. */
static bool load_part(PGconn *connection, struct state *state, const struct reader_part *part,
	const char *key, struct arena *scratch, struct error *error)
{
	struct buffer condition = { 0 };
	bool good = table_info(part->table)->forever ||
		(key_condition(connection, part->column, key, &condition) &&
		load_table(connection, state, part->table, true, buffer_text(&condition), scratch, error));
	buffer_free(&condition);
	return good;
}

bool reader_rows_with(struct reader *reader, enum table_id table, const struct reader_part *beside,
	const char *key, struct state **ret_state, struct error *error)
{
	const struct reader_part own = { table, table_info(table)->descriptor->fields[0].name };
	PGconn *connection = reader_connection(reader, error);
	if (connection == NULL)
		return false;
	struct state *state = state_new(true);
	struct arena *scratch = arena_new(0);
	bool good = load_forever(connection, state, scratch, error) &&
		load_part(connection, state, &own, key, scratch, error);
	for (; good && beside != NULL && beside->table != TABLE_COUNT; beside++)
		good = load_part(connection, state, beside, key, scratch, error);
	arena_free(scratch);
	if (!good) {
		state_free(state);
		return false;
	}
	*ret_state = state;
	return true;
}

bool reader_rows_with_key(struct reader *reader, enum table_id table, const char *key,
	struct state **ret_state, struct error *error)
{
	return reader_rows_with(reader, table, NULL, key, ret_state, error);
}

bool reader_live_state(struct reader *reader, struct state **ret_state, struct error *error)
{
	struct head head;
	int64_t last_at = 0;
	PGconn *connection = reader_connection(reader, error);
	if (connection == NULL)
		return false;
	struct state *state = state_new(false);
	struct arena *scratch = arena_new(0);
	bool good = load_head(connection, &head, &last_at, error);
	for (int t = 0; good && t < TABLE_COUNT; t++)
		good = load_live(connection, state, (enum table_id)t, last_at, scratch, error);
	arena_free(scratch);
	if (!good) {
		state_free(state);
		return false;
	}
	state_set_position(state, head.size, last_at);
	*ret_state = state;
	return true;
}

bool reader_cosignatures(struct reader *reader, reader_each_cosignature *each, void *context,
	struct error *error)
{
	PGresult *result = query(reader, "select c.size, c.root, c.note, c.at, s.witness, s.key_id, s.at, "
		"s.signature from cosignature s join checkpoint c using (size) order by c.size, s.at", 0, NULL,
		error);
	bool goes_on = result != NULL;
	for (int i = 0; goes_on && i < PQntuples(result); i++) {
		struct kept_checkpoint checkpoint;
		struct cosignature cosignature;
		load_cosignature(result, i, &checkpoint, &cosignature);
		goes_on = each(context, &checkpoint, &cosignature);
	}
	PQclear(result);
	return goes_on;
}

bool reader_checkpoint(struct reader *reader, int64_t size, struct buffer *note,
	struct error *error)
{
	char number[24];
	const char *values[] = { number };
	number_text(number, size);
	buffer_clear(note);
	PGresult *result = query(reader, "select note from checkpoint where size = $1::int8", 1, values,
		error);
	if (result == NULL)
		return false;
	if (PQntuples(result) == 1)
		buffer_append(note, PQgetvalue(result, 0, 0), (size_t)PQgetlength(result, 0, 0));
	PQclear(result);
	return true;
}
