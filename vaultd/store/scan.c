/* Tables by binary COPY, so that neither side holds more than what is under way. */
#include "vaultd/store/scan.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "vaultd/store/connection.h"
#include "vaultd/store/load.h"
#include "vaultd/store/rows.h"

struct scan {
	enum table_id table;
	scan_each_row *row;
	scan_each_command *command;
	reader_each_entry *entry;
	void *context;
};

static bool copy(struct reader *reader, const char *sql, load_each_copied *each, struct scan *scan,
	struct error *error)
{
	PGconn *connection = reader_connection(reader, error);
	if (connection == NULL)
		return false;
	struct arena *scratch = arena_new(0);
	bool done = load_copy(connection, sql, each, scan, scratch, error);
	arena_free(scratch);
	return done;
}

static bool take_row(void *context, const char *bytes, size_t length, struct arena *scratch,
	struct error *error)
{
	const struct scan *scan = context;
	struct row *row;
	const char *unreadable;
	if (!rows_decode(scan->table, bytes, length, scratch, &row, &unreadable, error))
		return false;
	scan->row(scan->context, scan->table, row, unreadable);
	return true;
}

bool scan_rows(struct reader *reader, enum table_id table, scan_each_row *each, void *context,
	struct error *error)
{
	struct scan scan = { .table = table, .row = each, .context = context };
	struct buffer sql = { 0 };
	rows_select_sql(&sql, table, true);
	bool done = copy(reader, buffer_text(&sql), take_row, &scan, error);
	buffer_free(&sql);
	return done;
}

/* id, digest and index have their sizes; the actor, which has not, is the last column. */
static bool take_command(void *context, const char *bytes, size_t length, struct arena *scratch,
	struct error *error)
{
	enum { ID = 4, DIGEST = ID + 16 + 4, INDEX = DIGEST + 32 + 4, ACTOR = INDEX + 8 + 4 };
	const struct scan *scan = context;
	if (length < ACTOR || wire_int4(bytes) != 16 || wire_int4(bytes + ID + 16) != 32)
		return error_set(error, ERROR_STORE, "command", "a command id cannot be read");
	scan->command(scan->context, (const uint8_t *)bytes + ID,
		arena_text(scratch, bytes + ACTOR, length - ACTOR), (const uint8_t *)bytes + DIGEST,
		wire_int8(bytes + INDEX));
	return true;
}

bool scan_commands(struct reader *reader, scan_each_command *each, void *context,
	struct error *error)
{
	struct scan scan = { .command = each, .context = context };
	/* one of another length was never written by vaultd: it is told as one that differs */
	return copy(reader, "select id, substring(digest || sha256('') for 32), sequence, actor from "
		"vault.command", take_command, &scan, error);
}

static bool take_entry(void *context, const char *bytes, size_t length, struct arena *scratch,
	struct error *error)
{
	enum { INDEX = 4, ENTRY = INDEX + 8 + 4 };
	const struct scan *scan = context;
	(void)scratch;
	return length >= ENTRY ? scan->entry(scan->context, wire_int8(bytes + INDEX), bytes + ENTRY,
		length - ENTRY, error) : error_set(error, ERROR_STORE, "ledger", "an entry is null");
}

bool scan_entries(struct reader *reader, int64_t from, int64_t to, reader_each_entry *each,
	void *context, struct error *error)
{
	char sql[160];
	struct scan scan = { .entry = each, .context = context };
	snprintf(sql, sizeof sql, "select sequence, entry from vault.ledger where sequence >= %lld and "
		"sequence < %lld order by sequence", (long long)from, (long long)to);
	return copy(reader, sql, take_entry, &scan, error);
}

bool scan_tiles(struct reader *reader, int level, int64_t from, struct scan_tiles *ret_tiles,
	struct error *error)
{
	char one[24], two[24], limit[24];
	const char *values[] = { one, two, limit };
	PGconn *connection = reader_connection(reader, error);
	snprintf(one, sizeof one, "%d", level);
	snprintf(two, sizeof two, "%lld", (long long)from);
	snprintf(limit, sizeof limit, "%d", SCAN_TILES);
	PGresult *result = connection == NULL ? NULL : connection_query(connection, "select number, "
		"hashes from tile where level = $1::int4 and number >= $2::int8 order by number limit "
		"$3::int8", 3, values, error);
	if (result == NULL)
		return false;
	ret_tiles->count = 0;
	for (int i = 0; i < PQntuples(result); i++) {
		if (PQgetlength(result, i, 1) != TILE_BYTES)
			continue;
		ret_tiles->numbers[ret_tiles->count] = wire_int8(PQgetvalue(result, i, 0));
		memcpy(ret_tiles->hashes[ret_tiles->count++], PQgetvalue(result, i, 1), TILE_BYTES);
	}
	PQclear(result);
	return true;
}

bool scan_checkpoints(struct reader *reader, int64_t after, int64_t upto,
	scan_each_checkpoint *each, void *context, struct error *error)
{
	char first[24], last[24];
	const char *values[] = { first, last };
	PGconn *connection = reader_connection(reader, error);
	snprintf(first, sizeof first, "%lld", (long long)after);
	snprintf(last, sizeof last, "%lld", (long long)upto);
	PGresult *result = connection == NULL ? NULL : connection_query(connection, "select size, root, "
		"note from checkpoint where size > $1::int8 and size <= $2::int8 order by size", 2, values,
		error);
	if (result == NULL)
		return false;
	bool goes_on = true;
	for (int i = 0; goes_on && i < PQntuples(result); i++) {
		struct hash root = { { 0 } };
		if (PQgetlength(result, i, 1) == HASH_SIZE)
			memcpy(root.bytes, PQgetvalue(result, i, 1), HASH_SIZE);
		goes_on = each(context, wire_int8(PQgetvalue(result, i, 0)), &root,
			PQgetvalue(result, i, 2), error);
	}
	PQclear(result);
	return goes_on;
}

bool scan_ledger_end(struct reader *reader, int64_t *ret_end, struct error *error)
{
	PGconn *connection = reader_connection(reader, error);
	PGresult *result = connection == NULL ? NULL : connection_query(connection,
		"select coalesce(max(sequence) + 1, 0) from ledger", 0, NULL, error);
	if (result == NULL)
		return false;
	*ret_end = wire_int8(PQgetvalue(result, 0, 0));
	PQclear(result);
	return true;
}
