/*
 * One COPY of entries is open while they come; the tables follow, in the order in which parents stand before
 * children. A COPY ends after so many rows and another begins, for the server keeps in memory what it has
 * yet to check of each.
 */
#include "vaultd/store/fill.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "vaultd/store/connection.h"
#include "vaultd/store/rows.h"

enum {
	SEND_BYTES = 256 * 1024,  /* at once */
	COPY_ROWS_MAX = 200000,
	CUTS_MAX = 8192,          /* COPYs of one table */
	SPOOL_COMMAND = TABLE_COUNT, SPOOL_TILE, SPOOL_COUNT,
};

/* Rows of one table in a file without a name. */
struct spool {
	int file;                 /* -1: none yet */
	struct buffer pending;    /* not yet in it */
	int64_t bytes, rows;      /* in all */
	int64_t *cuts;            /* where a COPY ends, in bytes */
	size_t cut_count;
};

struct store_fill {
	PGconn *connection;
	const char *folder;
	struct buffer entries;    /* not yet sent */
	bool copying;
	struct spool spools[SPOOL_COUNT];
};

static const char copy_ledger[] = "copy vault.ledger(sequence, entry) from stdin (format binary)";

/* ---- COPY ---- */

static bool copy_begin(struct store_fill *fill, const char *sql, struct error *error)
{
	static const char header[19] = "PGCOPY\n\377\r\n"; /* its NUL, flags, no extension */
	PGresult *result = PQexec(fill->connection, sql);
	fill->copying = PQresultStatus(result) == PGRES_COPY_IN;
	if (!fill->copying)
		connection_error(fill->connection, result, "the database refused rows", error);
	PQclear(result);
	return fill->copying && (PQputCopyData(fill->connection, header, sizeof header) == 1 ||
		connection_error(fill->connection, NULL, "rows could not be sent", error));
}

static bool copy_send(struct store_fill *fill, const char *bytes, size_t length,
	struct error *error)
{
	return PQputCopyData(fill->connection, bytes, (int)length) == 1 ||
		connection_error(fill->connection, NULL, "rows could not be sent", error);
}

static bool copy_end(struct store_fill *fill, struct error *error)
{
	static const char trailer[2] = "\377\377";
	bool good = copy_send(fill, trailer, sizeof trailer, error) &&
		(PQputCopyEnd(fill->connection, NULL) == 1 ||
		connection_error(fill->connection, NULL, "rows could not be sent", error));
	fill->copying = false;
	for (PGresult *result; good && (result = PQgetResult(fill->connection)) != NULL; PQclear(result)) {
		if (PQresultStatus(result) != PGRES_COMMAND_OK)
			good = connection_error(fill->connection, result, "the database refused rows", error);
	}
	return good;
}

/* ---- files ---- */

static bool spool_failed(const struct store_fill *fill, struct error *error)
{
	return error_set(error, ERROR_STORE, "data_dir", "a file in %.300s cannot be used: %s",
		fill->folder, strerror(errno));
}

static bool spool_write(struct store_fill *fill, struct spool *spool, struct error *error)
{
	if (spool->file < 0)
		spool->file = open(fill->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	size_t done = 0;
	while (spool->file >= 0 && done < spool->pending.length) {
		ssize_t put = write(spool->file, spool->pending.bytes + done, spool->pending.length - done);
		if (put < 0 && errno != EINTR)
			break;
		done += put > 0 ? (size_t)put : 0;
	}
	if (done < spool->pending.length || spool->file < 0)
		return spool_failed(fill, error);
	buffer_clear(&spool->pending);
	return true;
}

/* A row was put at the end of pending: from before on. */
static bool spool_row(struct store_fill *fill, struct spool *spool, size_t before,
	struct error *error)
{
	spool->bytes += (int64_t)(spool->pending.length - before);
	if (++spool->rows % COPY_ROWS_MAX == 0) {
		if (spool->cut_count == CUTS_MAX)
			return error_set(error, ERROR_LIMIT, "", "too many rows for one table");
		if (spool->cuts == NULL && (spool->cuts = calloc(CUTS_MAX, sizeof *spool->cuts)) == NULL)
			abort();
		spool->cuts[spool->cut_count++] = spool->bytes;
	}
	return spool->pending.length < SEND_BYTES || spool_write(fill, spool, error);
}

static bool send_part(struct store_fill *fill, const struct spool *spool, int64_t from, int64_t to,
	struct error *error)
{
	static char bytes[SEND_BYTES];
	while (from < to) {
		size_t want = to - from < SEND_BYTES ? (size_t)(to - from) : SEND_BYTES;
		ssize_t got = pread(spool->file, bytes, want, from);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return spool_failed(fill, error);
		if (!copy_send(fill, bytes, (size_t)got, error))
			return false;
		from += got;
	}
	return true;
}

static bool send_spool(struct store_fill *fill, struct spool *spool, const char *sql,
	struct error *error)
{
	int64_t from = 0;
	bool good = spool_write(fill, spool, error);
	for (size_t i = 0; good && from < spool->bytes; i++) {
		int64_t to = i < spool->cut_count ? spool->cuts[i] : spool->bytes;
		good = copy_begin(fill, sql, error) && send_part(fill, spool, from, to, error) &&
			copy_end(fill, error);
		from = to;
	}
	return good;
}

/* ---- the beginning ---- */

static void append_tables(struct buffer *sql, const char *before, const char *between,
	const char *after)
{
	static const char *const others[] = { "ledger", "tile", "command", "checkpoint" };
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		buffer_printf(sql, "%s%svault.%s%s", i > 0 ? between : "", before, others[i], after);
	for (int t = 0; t < TABLE_COUNT; t++)
		buffer_printf(sql, "%s%svault.%s%s", between, before, table_info((enum table_id)t)->name,
			after);
}

static bool check_empty(PGconn *connection, const struct head *head, struct error *error)
{
	struct buffer sql = { 0 };
	bool empty = head->size == 0;
	if (empty) {
		buffer_append_text(&sql, "select ");
		append_tables(&sql, "exists(select from ", " or ", ")");
		PGresult *result = connection_query(connection, buffer_text(&sql), 0, NULL, error);
		buffer_free(&sql);
		if (result == NULL)
			return false;
		empty = PQgetvalue(result, 0, 0)[0] == 0;
		PQclear(result);
	}
	if (empty)
		return true;
	error_set(error, ERROR_CONFLICT, "database", head->size > 0 ?
		"the database holds a ledger of %lld entries already: only an empty one is filled" :
		"the database is not empty, though its ledger has %lld entries", (long long)head->size);
	return error_remedy(error, "name another database, or an empty data_dir, in vaultd.conf");
}

static bool move_head(PGconn *connection, const struct head *head, int64_t size,
	const struct hash *root, struct error *error)
{
	static const char hex[] = "0123456789abcdef";
	char epoch[24], to[24], bytes[2 * HASH_SIZE + 3] = "\\x";
	const char *values[] = { epoch, to, bytes };
	snprintf(epoch, sizeof epoch, "%lld", (long long)head->epoch);
	snprintf(to, sizeof to, "%lld", (long long)size);
	for (size_t i = 0; i < HASH_SIZE; i++) {
		bytes[2 + 2 * i] = hex[root->bytes[i] >> 4];
		bytes[3 + 2 * i] = hex[root->bytes[i] & 15];
	}
	PGresult *result = connection_query(connection,
		"select vault.move_head($1::int8, 0, $2::int8, $3::bytea)", 3, values, error);
	PQclear(result);
	return result != NULL;
}

bool store_fill_begin(const char *conninfo, const char *folder, const struct head *head,
	int64_t size, const struct hash *root, struct store_fill **ret_fill, struct error *error)
{
	struct store_fill *fill = calloc(1, sizeof *fill);
	if (fill == NULL)
		abort();
	fill->folder = folder;
	for (int i = 0; i < SPOOL_COUNT; i++)
		fill->spools[i].file = -1;
	if (!connection_open(conninfo, &fill->connection, error) ||
	    !check_empty(fill->connection, head, error) ||
	    !connection_run(fill->connection, "begin", error) ||
	    !move_head(fill->connection, head, size, root, error) ||
	    !copy_begin(fill, copy_ledger, error)) {
		store_fill_free(fill);
		return false;
	}
	*ret_fill = fill;
	return true;
}

void store_fill_free(struct store_fill *fill)
{
	if (fill == NULL)
		return;
	PQfinish(fill->connection); /* the server rolls back what is not committed */
	for (int i = 0; i < SPOOL_COUNT; i++) {
		struct spool *spool = &fill->spools[i];
		if (spool->file >= 0)
			close(spool->file);
		buffer_free(&spool->pending);
		free(spool->cuts);
	}
	buffer_free(&fill->entries);
	free(fill);
}

/* ---- what comes ---- */

static void put_columns(struct buffer *out, uint16_t count)
{
	uint16_t big = htobe16(count);
	buffer_append(out, &big, sizeof big);
}

bool store_fill_entry(struct store_fill *fill, int64_t index, const void *bytes, size_t length,
	struct error *error)
{
	put_columns(&fill->entries, 2);
	rows_array_int8(&fill->entries, index);
	rows_array_bytes(&fill->entries, bytes, length);
	if (fill->entries.length < SEND_BYTES)
		return true;
	bool good = copy_send(fill, fill->entries.bytes, fill->entries.length, error);
	buffer_clear(&fill->entries);
	return good;
}

bool store_fill_command(struct store_fill *fill, const struct batch_command *command,
	struct error *error)
{
	struct spool *spool = &fill->spools[SPOOL_COMMAND];
	struct buffer *out = &spool->pending;
	size_t before = out->length;
	put_columns(out, 5);
	rows_array_bytes(out, command->id, sizeof command->id);
	rows_array_bytes(out, command->actor, strlen(command->actor));
	rows_array_bytes(out, command->digest, sizeof command->digest);
	rows_array_int8(out, command->index);
	rows_array_int8(out, rows_timestamp(command->at));
	return spool_row(fill, spool, before, error);
}

bool store_fill_tile(struct store_fill *fill, int level, int64_t number,
	const struct hash hashes[TILE_WIDTH], struct error *error)
{
	struct spool *spool = &fill->spools[SPOOL_TILE];
	struct buffer *out = &spool->pending;
	size_t before = out->length;
	uint32_t big = htobe32((uint32_t)level);
	put_columns(out, 3);
	rows_array_bytes(out, &big, sizeof big);
	rows_array_int8(out, number);
	rows_array_bytes(out, hashes, TILE_BYTES);
	return spool_row(fill, spool, before, error);
}

bool store_fill_row(struct store_fill *fill, const struct row *row, struct error *error)
{
	struct spool *spool = &fill->spools[row->table];
	size_t before = spool->pending.length;
	rows_copy_row(&spool->pending, (enum table_id)row->table, row);
	return spool_row(fill, spool, before, error);
}

/* ---- the end ---- */

static bool send_table(struct store_fill *fill, int table, struct error *error)
{
	struct buffer sql = { 0 };
	if (table == SPOOL_COMMAND)
		buffer_append_text(&sql, "copy vault.command(id, actor, digest, sequence, at) "
			"from stdin (format binary)");
	else if (table == SPOOL_TILE)
		buffer_append_text(&sql, "copy vault.tile(level, number, hashes) "
			"from stdin (format binary)");
	else
		rows_copy_sql(&sql, (enum table_id)table);
	bool good = send_spool(fill, &fill->spools[table], buffer_text(&sql), error);
	buffer_free(&sql);
	return good;
}

static const char *name_of(int table)
{
	return table == SPOOL_COMMAND ? "command" : table == SPOOL_TILE ? "tile" :
		table_info((enum table_id)table)->name;
}

static bool send_checkpoint(struct store_fill *fill, const struct kept_checkpoint *checkpoint,
	struct error *error)
{
	struct buffer row = { 0 };
	put_columns(&row, 4);
	rows_array_int8(&row, checkpoint->size);
	rows_array_bytes(&row, checkpoint->root.bytes, HASH_SIZE);
	rows_array_bytes(&row, checkpoint->note, strlen(checkpoint->note));
	rows_array_int8(&row, rows_timestamp(checkpoint->at));
	bool good = copy_begin(fill, "copy vault.checkpoint(size, root, note, at) from stdin "
			"(format binary)", error) && copy_send(fill, row.bytes, row.length, error) &&
		copy_end(fill, error);
	buffer_free(&row);
	return good;
}

bool store_fill_commit(struct store_fill *fill, const struct kept_checkpoint *checkpoint,
	store_fill_step *step, void *context, struct error *error)
{
	bool good = copy_send(fill, fill->entries.bytes, fill->entries.length, error) &&
		copy_end(fill, error);
	for (int i = 0; good && i < SPOOL_COUNT; i++) {
		good = (step == NULL || step(context, name_of(i), error)) && send_table(fill, i, error);
	}
	return good && send_checkpoint(fill, checkpoint, error) &&
		connection_run(fill->connection, "commit", error);
}

/* Of our tables alone: the owner role owns no others. */
static bool maintain(const char *owner_conninfo, const char *what, struct error *error)
{
	PGconn *connection;
	struct buffer sql = { 0 };
	if (!connection_open(owner_conninfo, &connection, error))
		return false;
	buffer_append_text(&sql, what);
	append_tables(&sql, "", ", ", "");
	bool good = connection_run(connection, buffer_text(&sql), error);
	buffer_free(&sql);
	PQfinish(connection);
	return good;
}

bool store_fill_before(const char *owner_conninfo, struct error *error)
{
	return maintain(owner_conninfo, "vacuum ", error);
}

bool store_fill_after(const char *owner_conninfo, struct error *error)
{
	return maintain(owner_conninfo, "analyze ", error);
}
