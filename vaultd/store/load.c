/* Loading the state in one REPEATABLE READ snapshot, by binary COPY. */
#include "vaultd/store/load.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/time.h"
#include "vault/limits.h"
#include "vaultd/command_ids.h"
#include "vaultd/store/connection.h"
#include "vaultd/store/rows.h"
#include "vaultd/store/store.h"

enum { COPY_HEADER = 19 };

/* Where no row comes back, ret_head is untouched and *ret_taken false. */
static bool take_head(const char *conninfo, const char *sql, int count, const char *const *values,
	struct head *ret_head, bool *ret_taken, struct error *error)
{
	PGconn *connection;
	if (!connection_open(conninfo, &connection, error))
		return false;
	PGresult *result = connection_query(connection, sql, count, values, error);
	*ret_taken = result != NULL && PQntuples(result) == 1;
	if (*ret_taken) {
		ret_head->epoch = wire_int8(PQgetvalue(result, 0, 0));
		ret_head->size = wire_int8(PQgetvalue(result, 0, 1));
		memcpy(ret_head->root.bytes, PQgetvalue(result, 0, 2), HASH_SIZE);
	}
	PQclear(result);
	PQfinish(connection);
	return result != NULL;
}

bool store_take_head(const char *conninfo, struct head *ret_head, struct error *error)
{
	bool taken = false;
	if (!take_head(conninfo, "select * from take_head()", 0, NULL, ret_head, &taken, error))
		return false;
	return taken || error_set(error, ERROR_STORE, "head", "the head of the ledger is missing");
}

bool store_take_head_again(const char *conninfo, int64_t my_epoch, struct head *ret_head,
	bool *ret_mine, struct error *error)
{
	char epoch[24];
	const char *values[] = { epoch };
	snprintf(epoch, sizeof epoch, "%lld", (long long)my_epoch);
	return take_head(conninfo, "update head set epoch = epoch + 1 where epoch = $1::int8 "
		"returning epoch, size, root", 1, values, ret_head, ret_mine, error);
}

bool load_head(PGconn *connection, struct head *head, int64_t *ret_last_at,
	struct error *error)
{
	PGresult *result = connection_query(connection,
		"select epoch, size, root, (select (entry::json ->> 'at')::timestamptz from ledger "
		"where sequence = size - 1) from head", 0, NULL, error);
	if (result == NULL)
		return false;
	bool whole = PQntuples(result) == 1;
	if (whole) {
		head->epoch = wire_int8(PQgetvalue(result, 0, 0));
		head->size = wire_int8(PQgetvalue(result, 0, 1));
		memcpy(head->root.bytes, PQgetvalue(result, 0, 2), HASH_SIZE);
		whole = head->size == 0 || !PQgetisnull(result, 0, 3);
		*ret_last_at = head->size > 0 && whole ?
			rows_time_ms(wire_int8(PQgetvalue(result, 0, 3))) : 0;
	}
	PQclear(result);
	return whole || error_set(error, ERROR_STORE, "head",
		"the head of the ledger and its last entry do not fit");
}

/* A chunk is one row, the first with the header before it. */
static bool copy_rows(PGconn *connection, load_each_copied *each, void *context,
	struct arena *scratch, struct error *error)
{
	char *chunk;
	int length;
	bool first = true, good = true;
	while ((length = PQgetCopyData(connection, &chunk, 0)) > 0) {
		const char *at = chunk, *end = chunk + length;
		if (first)
			at += COPY_HEADER;
		first = false;
		while (good && end - at >= 2 && wire_int2(at) >= 0) {
			good = each(context, at + 2, (size_t)(end - at - 2), scratch, error);
			at = end;
		}
		arena_reset(scratch);
		PQfreemem(chunk);
	}
	if (length == -2)
		return connection_error(connection, NULL, "loading was cut off", error);
	PGresult *result = PQgetResult(connection);
	if (good && PQresultStatus(result) != PGRES_COMMAND_OK)
		good = connection_error(connection, result, "loading failed", error);
	while (result != NULL) {
		PQclear(result);
		result = PQgetResult(connection);
	}
	return good;
}

bool load_copy(PGconn *connection, const char *query, load_each_copied *each, void *context,
	struct arena *scratch, struct error *error)
{
	struct buffer sql = { 0 };
	buffer_printf(&sql, "copy (%s) to stdout (format binary)", query);
	PGresult *result = PQexec(connection, buffer_text(&sql));
	buffer_free(&sql);
	bool begun = PQresultStatus(result) == PGRES_COPY_OUT ||
		connection_error(connection, result, "loading failed", error);
	PQclear(result);
	return begun && copy_rows(connection, each, context, scratch, error);
}

struct loading {
	struct state *state;
	enum table_id table;
};

static bool load_row(void *context, const char *bytes, size_t length, struct arena *scratch,
	struct error *error)
{
	const struct loading *loading = context;
	return rows_load(loading->state, loading->table, bytes, length, scratch, error);
}

bool load_table(PGconn *connection, struct state *state, enum table_id table, bool all,
	const char *condition, struct arena *scratch, struct error *error)
{
	struct buffer sql = { 0 };
	struct loading loading = { state, table };
	rows_select_sql(&sql, table, all);
	buffer_append_text(&sql, condition);
	bool done = load_copy(connection, buffer_text(&sql), load_row, &loading, scratch, error);
	buffer_free(&sql);
	return done;
}

bool load_live(PGconn *connection, struct state *state, enum table_id table, int64_t last_at,
	struct arena *scratch, struct error *error)
{
	const struct table_info *info = table_info(table);
	char condition[160], from[TIME_TEXT_SIZE];
	if (!load_table(connection, state, table, false, "", scratch, error))
		return false;
	if (info->recall_at == NULL)
		return true;
	int64_t from_ms = last_at - info->recall_days * TIME_DAY_MS;
	time_format(from_ms > 0 ? from_ms : 0, from);
	snprintf(condition, sizeof condition, " where closed and %s > 0 and %s > '%s'",
		info->recall_mass, info->recall_at, from);
	return load_table(connection, state, table, true, condition, scratch, error);
}

/* ---- the right edge of the tree ---- */

/* A partial tile above the lowest level is not stored: its hashes are the roots of the tiles below. */
static bool load_from_below(PGconn *connection, struct hasher *hasher, int level, int64_t number,
	int width, struct hash ret_hashes[TILE_WIDTH], struct error *error)
{
	char below[24], first[24], count[24];
	const char *values[] = { below, first, count };
	snprintf(below, sizeof below, "%d", level - 1);
	snprintf(first, sizeof first, "%lld", (long long)(number * TILE_WIDTH));
	snprintf(count, sizeof count, "%d", width);
	PGresult *result = connection_query(connection, "select hashes from tile where "
		"level = $1::int4 and number >= $2::int8 and number < $2::int8 + $3::int4 "
		"order by number", 3, values, error);
	bool whole = result != NULL && PQntuples(result) == width;
	for (int i = 0; whole && i < width; i++) {
		struct hash hashes[TILE_WIDTH];
		whole = PQgetlength(result, i, 0) == sizeof hashes;
		if (!whole)
			break;
		memcpy(hashes, PQgetvalue(result, i, 0), sizeof hashes);
		tile_root(hasher, hashes, 8, &ret_hashes[i]);
	}
	PQclear(result);
	return whole || error_set(error, ERROR_STORE, "tile", "tiles below %d/%lld are missing", level,
		(long long)number);
}

bool load_tile(PGconn *connection, struct hasher *hasher, int level, int64_t number, int width,
	struct hash ret_hashes[TILE_WIDTH], struct error *error)
{
	char one[24], two[24];
	const char *values[] = { one, two };
	if (width < TILE_WIDTH && level > 0)
		return load_from_below(connection, hasher, level, number, width, ret_hashes, error);
	if (width < TILE_WIDTH) { /* not stored: hashed from the entries */
		snprintf(one, sizeof one, "%lld", (long long)(number * TILE_WIDTH));
		snprintf(two, sizeof two, "%lld", (long long)(number * TILE_WIDTH + width));
		PGresult *result = connection_query(connection, "select entry from ledger where "
			"sequence >= $1::int8 and sequence < $2::int8 order by sequence", 2, values, error);
		bool whole = result != NULL && PQntuples(result) == width;
		for (int i = 0; whole && i < width; i++)
			hasher_leaf(hasher, PQgetvalue(result, i, 0), (size_t)PQgetlength(result, i, 0),
				&ret_hashes[i]);
		PQclear(result);
		return whole || error_set(error, ERROR_STORE, "ledger",
			"entries are missing at the end of the ledger");
	}
	snprintf(one, sizeof one, "%d", level);
	snprintf(two, sizeof two, "%lld", (long long)number);
	PGresult *result = connection_query(connection, "select hashes from tile where "
		"level = $1::int4 and number = $2::int8", 2, values, error);
	bool whole = result != NULL && PQntuples(result) == 1 &&
		PQgetlength(result, 0, 0) == TILE_WIDTH * HASH_SIZE;
	if (whole)
		memcpy(ret_hashes, PQgetvalue(result, 0, 0), (size_t)width * HASH_SIZE);
	PQclear(result);
	return whole || error_set(error, ERROR_STORE, "tile", "tile %d/%lld is missing", level,
		(long long)number);
}

struct edge {
	PGconn *connection;
	struct hasher *hasher;
};

static bool read_tile(void *context, int level, int64_t number, int width,
	struct hash ret_hashes[TILE_WIDTH], struct error *error)
{
	struct edge *edge = context;
	return load_tile(edge->connection, edge->hasher, level, number, width, ret_hashes, error);
}

static bool load_edge(PGconn *connection, const struct head *head, struct tile_builder *builder,
	struct error *error)
{
	struct edge edge = { connection, hasher_new() };
	struct tree tree;
	struct hash root;
	bool loaded = tile_builder_load(builder, head->size, edge.hasher, read_tile, &edge, error);
	if (loaded) {
		tile_builder_tree(builder, edge.hasher, &tree);
		tree_root(&tree, edge.hasher, &root);
		loaded = hash_equal(&root, &head->root) || error_set(error, ERROR_LEDGER, "head",
			"the tiles and entries at the end of the ledger do not give the root of the head");
	}
	hasher_free(edge.hasher);
	return loaded;
}

/* ---- command ids ---- */

static bool load_ids(PGconn *connection, int64_t now, struct loaded *loaded,
	store_remember *remember, void *context, struct error *error)
{
	char from[64], limit[24];
	const char *values[] = { from, limit };
	int64_t from_ms = now - COMMAND_IDS_KEPT_MS;
	/* Ids begin with their own time, which may lie behind the time of record. */
	uint64_t oldest = (uint64_t)(from_ms > COMMAND_ID_SKEW_MS ? from_ms - COMMAND_ID_SKEW_MS : 0);
	snprintf(from, sizeof from, "%08llx-%04llx-7000-8000-000000000000",
		(unsigned long long)(oldest >> 16), (unsigned long long)(oldest & 0xFFFF));
	snprintf(limit, sizeof limit, "%d", COMMAND_IDS_MAX);
	PGresult *result = connection_query(connection, "select id, actor, digest, sequence, at from "
		"command where id >= $1::uuid order by id desc limit $2::int8", 2, values, error);
	if (result == NULL)
		return false;
	loaded->ids_from = from_ms;
	int count = PQntuples(result);
	if (count == COMMAND_IDS_MAX) /* what is not loaded is older by its own time */
		loaded->ids_from = command_id_time((const uint8_t *)PQgetvalue(result, count - 1, 0)) -
			COMMAND_ID_SKEW_MS;
	for (int i = count - 1; i >= 0; i--) {
		struct batch_command command = { .index = wire_int8(PQgetvalue(result, i, 3)),
			.at = rows_time_ms(wire_int8(PQgetvalue(result, i, 4))) };
		memcpy(command.id, PQgetvalue(result, i, 0), 16);
		text_copy(command.actor, sizeof command.actor, PQgetvalue(result, i, 1));
		if (PQgetlength(result, i, 2) == 32)
			memcpy(command.digest, PQgetvalue(result, i, 2), 32);
		remember(context, &command);
	}
	PQclear(result);
	return true;
}

bool store_load(const char *conninfo, int64_t now, struct loaded *ret_loaded,
	store_remember *remember, void *context, struct error *error)
{
	PGconn *connection;
	int64_t last_at;
	if (!connection_open(conninfo, &connection, error))
		return false;
	struct loaded loaded = { .state = state_new(false) };
	struct arena *scratch = arena_new(0);
	bool good = connection_run(connection, "begin isolation level repeatable read read only",
			error) && load_head(connection, &loaded.head, &last_at, error);
	for (int table = 0; good && table < TABLE_COUNT; table++)
		good = load_live(connection, loaded.state, (enum table_id)table, last_at, scratch,
			error);
	good = good && load_edge(connection, &loaded.head, &loaded.builder, error) &&
		load_ids(connection, now, &loaded, remember, context, error);
	arena_free(scratch);
	PQfinish(connection);
	if (!good) {
		state_free(loaded.state);
		return false;
	}
	state_set_position(loaded.state, loaded.head.size, last_at);
	*ret_loaded = loaded;
	return true;
}

bool store_root_at(const char *conninfo, int64_t size, struct hash *ret_root, struct error *error)
{
	PGconn *connection;
	if (!connection_open(conninfo, &connection, error))
		return false;
	struct edge edge = { connection, hasher_new() };
	struct tile_source tiles;
	tile_source_init(&tiles, size, read_tile, &edge, edge.hasher);
	struct tree_source tree = tile_source_tree(&tiles);
	bool done = tree_source_root(&tree, size, ret_root, error);
	hasher_free(edge.hasher);
	PQfinish(connection);
	return done;
}

void load_cosignature(const PGresult *result, int row, struct kept_checkpoint *ret_checkpoint,
	struct cosignature *ret_cosignature)
{
	*ret_checkpoint = (struct kept_checkpoint){ .size = wire_int8(PQgetvalue(result, row, 0)),
		.at = rows_time_ms(wire_int8(PQgetvalue(result, row, 3))) };
	*ret_cosignature =
		(struct cosignature){ .at = rows_time_ms(wire_int8(PQgetvalue(result, row, 6))) };
	if (PQgetlength(result, row, 1) == HASH_SIZE)
		memcpy(ret_checkpoint->root.bytes, PQgetvalue(result, row, 1), HASH_SIZE);
	if (PQgetlength(result, row, 7) == NOTE_COSIGNATURE_SIZE)
		memcpy(ret_cosignature->bytes, PQgetvalue(result, row, 7), NOTE_COSIGNATURE_SIZE);
	text_copy(ret_checkpoint->note, sizeof ret_checkpoint->note, PQgetvalue(result, row, 2));
	text_copy(ret_cosignature->witness, sizeof ret_cosignature->witness, PQgetvalue(result, row, 4));
	text_copy(ret_cosignature->key_id, sizeof ret_cosignature->key_id, PQgetvalue(result, row, 5));
}

bool store_load_cosignatures(const char *conninfo, store_cosignature *each, void *context,
	struct error *error)
{
	PGconn *connection;
	char limit[24];
	const char *values[] = { limit };
	struct kept_checkpoint checkpoint;
	struct cosignature cosignature;
	snprintf(limit, sizeof limit, "%d", COSIGNED_KEPT);
	if (!connection_open(conninfo, &connection, error))
		return false;
	PGresult *result = connection_query(connection, "select c.size, c.root, c.note, c.at, s.witness, "
		"s.key_id, s.at, s.signature from cosignature s join checkpoint c using (size) where s.size "
		"in (select distinct size from cosignature order by size desc limit $1::int8) or "
		"(s.witness, s.at) in (select witness, max(at) from cosignature group by witness) "
		"order by c.size, s.at", 1, values, error);
	for (int i = 0; result != NULL && i < PQntuples(result); i++) {
		load_cosignature(result, i, &checkpoint, &cosignature);
		each(context, &checkpoint, &cosignature);
	}
	PQclear(result);
	PQfinish(connection);
	return result != NULL;
}
