/*
 * One transaction a batch in libpq's pipeline mode: begin, move the head, ledger, command ids, tiles,
 * then each touched table's rows, commit. Statements are prepared once a connection, on first use.
 * Deadlock in pipeline mode is avoided as libpq documents it for small results: every statement
 * answers with its command tag alone.
 */
#include "vaultd/store/writer.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "vault/limits.h"
#include "vaultd/cluster.h"
#include "vaultd/log.h"
#include "vaultd/store/connection.h"
#include "vaultd/store/rows.h"

enum { PARAMETERS_MAX = 64 };

enum statement { STATEMENT_HEAD, STATEMENT_LEDGER, STATEMENT_COMMAND, STATEMENT_TILE,
	STATEMENT_CHECKPOINT, STATEMENT_COSIGNATURE, STATEMENT_BEGIN, STATEMENT_COMMIT, STATEMENT_LEDGER_ONE,
	STATEMENT_COMMAND_ONE, STATEMENT_INSERT,
	STATEMENT_INSERT_ONE = STATEMENT_INSERT + TABLE_COUNT,
	STATEMENT_UPDATE = STATEMENT_INSERT_ONE + TABLE_COUNT,
	STATEMENT_UPDATE_ONE = STATEMENT_UPDATE + TABLE_COUNT,
	STATEMENT_COUNT = STATEMENT_UPDATE_ONE + TABLE_COUNT };

struct writer {
	struct cluster *cluster;
	char *conninfo;
	PGconn *connection;
	struct head head;
	bool prepared[STATEMENT_COUNT];
	struct buffer parameters[PARAMETERS_MAX];
	bool null[PARAMETERS_MAX]; /* of the statement being sent */

	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	int ended_fd;
	bool stop, busy, ended;
	bool ask; /* whether the head is still ours */
	const struct batch *batch;
	const struct kept_checkpoint *checkpoint;
	const struct cosigning *cosignings;
	enum commit_end end;
	struct error error;
	unsigned losses; /* in a row: a full disk accepts connections and refuses commits */
	_Atomic int64_t away_since;
};

static int64_t clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- statements ---- */

static void statement_sql(struct buffer *out, int statement)
{
	if (statement >= STATEMENT_UPDATE_ONE) {
		rows_update_one_sql(out, (enum table_id)(statement - STATEMENT_UPDATE_ONE));
	} else if (statement >= STATEMENT_UPDATE) {
		rows_update_sql(out, (enum table_id)(statement - STATEMENT_UPDATE));
	} else if (statement >= STATEMENT_INSERT_ONE) {
		rows_insert_one_sql(out, (enum table_id)(statement - STATEMENT_INSERT_ONE));
	} else if (statement >= STATEMENT_INSERT) {
		rows_insert_sql(out, (enum table_id)(statement - STATEMENT_INSERT));
	} else {
		static const char *const texts[] = {
			[STATEMENT_HEAD] = "select vault.move_head($1::int8, $2::int8, $3::int8, $4::bytea)",
			[STATEMENT_LEDGER] = "insert into vault.ledger(sequence, entry) select "
				"unnest($1::int8[]), unnest($2::text[])",
			[STATEMENT_COMMAND] = "insert into vault.command(id, actor, digest, sequence, at) "
				"select unnest($1::uuid[]), unnest($2::text[]), unnest($3::bytea[]), "
				"unnest($4::int8[]), unnest($5::timestamptz[])",
			[STATEMENT_TILE] = "insert into vault.tile(level, number, hashes) select "
				"unnest($1::int4[]), unnest($2::int8[]), unnest($3::bytea[])",
			[STATEMENT_CHECKPOINT] = "insert into vault.checkpoint(size, root, note, at) values "
				"($1::int8, $2::bytea, $3::text, $4::timestamptz) on conflict do nothing",
			[STATEMENT_COSIGNATURE] = "insert into vault.cosignature(size, witness, key_id, at, "
				"signature) values ($1::int8, $2::text, $3::text, $4::timestamptz, $5::bytea) "
				"on conflict do nothing",
			[STATEMENT_BEGIN] = "begin",
			[STATEMENT_COMMIT] = "commit",
			[STATEMENT_LEDGER_ONE] = "insert into vault.ledger(sequence, entry) values "
				"($1::int8, $2::text)",
			[STATEMENT_COMMAND_ONE] = "insert into vault.command(id, actor, digest, sequence, at) "
				"values ($1::uuid, $2::text, $3::bytea, $4::int8, $5::timestamptz)",
		};
		buffer_append_text(out, texts[statement]);
	}
}

/* Sends a statement with its first count parameter buffers as binary values, some of them NULL. */
static bool send(struct writer *writer, int statement, int count)
{
	char name[16];
	const char *values[PARAMETERS_MAX];
	int lengths[PARAMETERS_MAX], formats[PARAMETERS_MAX];
	snprintf(name, sizeof name, "s%d", statement);
	if (!writer->prepared[statement]) {
		struct buffer sql = { 0 };
		statement_sql(&sql, statement);
		int sent = PQsendPrepare(writer->connection, name, buffer_text(&sql), 0, NULL);
		buffer_free(&sql);
		if (sent == 0)
			return false;
		writer->prepared[statement] = true;
	}
	for (int i = 0; i < count; i++) {
		values[i] = writer->null[i] ? NULL : writer->parameters[i].bytes;
		writer->null[i] = false;
		lengths[i] = (int)writer->parameters[i].length;
		formats[i] = 1;
	}
	return PQsendQueryPrepared(writer->connection, name, count, values, lengths, formats, 1) == 1;
}

static struct buffer *parameter(struct writer *writer, int i)
{
	buffer_clear(&writer->parameters[i]);
	return &writer->parameters[i];
}

static void put_int8(struct buffer *out, int64_t value)
{
	uint64_t big = __builtin_bswap64((uint64_t)value);
	buffer_append(out, &big, sizeof big);
}

static bool send_head(struct writer *writer, const struct batch *batch)
{
	put_int8(parameter(writer, 0), writer->head.epoch);
	put_int8(parameter(writer, 1), batch->old_size);
	put_int8(parameter(writer, 2), batch->new_size);
	buffer_append(parameter(writer, 3), batch->new_root.bytes, HASH_SIZE);
	return send(writer, STATEMENT_HEAD, 4);
}

static bool send_ledger(struct writer *writer, const struct batch *batch)
{
	size_t count = (size_t)(batch->new_size - batch->old_size), begins = 0;
	struct buffer *sequences = parameter(writer, 0), *entries = parameter(writer, 1);
	if (count == 1) {
		put_int8(sequences, batch->old_size);
		buffer_append(entries, batch->entries.bytes, batch->entry_ends[0]);
		return send(writer, STATEMENT_LEDGER_ONE, 2);
	}
	rows_array_begin(sequences, OID_INT8_ARRAY, count);
	rows_array_begin(entries, OID_TEXT_ARRAY, count);
	for (size_t i = 0; i < count; i++) {
		rows_array_int8(sequences, batch->old_size + (int64_t)i);
		rows_array_bytes(entries, batch->entries.bytes + begins, batch->entry_ends[i] - begins);
		begins = batch->entry_ends[i];
	}
	return send(writer, STATEMENT_LEDGER, 2);
}

static bool send_command(struct writer *writer, const struct batch_command *command)
{
	buffer_append(parameter(writer, 0), command->id, sizeof command->id);
	buffer_append_text(parameter(writer, 1), command->actor);
	buffer_append(parameter(writer, 2), command->digest, sizeof command->digest);
	put_int8(parameter(writer, 3), command->index);
	put_int8(parameter(writer, 4), rows_timestamp(command->at));
	return send(writer, STATEMENT_COMMAND_ONE, 5);
}

static bool send_commands(struct writer *writer, const struct batch *batch)
{
	static const uint32_t arrays[] = { OID_UUID_ARRAY, OID_TEXT_ARRAY, OID_BYTEA_ARRAY,
		OID_INT8_ARRAY, OID_TIMESTAMPTZ_ARRAY };
	if (batch->command_count == 0)
		return true;
	if (batch->command_count == 1)
		return send_command(writer, &batch->commands[0]);
	for (int i = 0; i < 5; i++)
		rows_array_begin(parameter(writer, i), arrays[i], batch->command_count);
	for (uint32_t i = 0; i < batch->command_count; i++) {
		const struct batch_command *command = &batch->commands[i];
		rows_array_bytes(&writer->parameters[0], command->id, 16);
		rows_array_bytes(&writer->parameters[1], command->actor, strlen(command->actor));
		rows_array_bytes(&writer->parameters[2], command->digest, 32);
		rows_array_int8(&writer->parameters[3], command->index);
		rows_array_int8(&writer->parameters[4], rows_timestamp(command->at));
	}
	return send(writer, STATEMENT_COMMAND, 5);
}

static bool send_tiles(struct writer *writer, const struct batch *batch)
{
	if (batch->tile_count == 0)
		return true;
	rows_array_begin(parameter(writer, 0), OID_INT4_ARRAY, batch->tile_count);
	rows_array_begin(parameter(writer, 1), OID_INT8_ARRAY, batch->tile_count);
	rows_array_begin(parameter(writer, 2), OID_BYTEA_ARRAY, batch->tile_count);
	for (uint32_t i = 0; i < batch->tile_count; i++) {
		uint32_t level = __builtin_bswap32((uint32_t)batch->tiles[i].level);
		rows_array_bytes(&writer->parameters[0], &level, sizeof level);
		rows_array_int8(&writer->parameters[1], batch->tiles[i].number);
		rows_array_bytes(&writer->parameters[2], batch->tiles[i].hashes,
			sizeof batch->tiles[i].hashes);
	}
	return send(writer, STATEMENT_TILE, 3);
}

/* many and one: the statement for several rows of the table, and for a single one. */
static bool send_rows(struct writer *writer, int many, int one, enum table_id table,
	const struct list *rows)
{
	size_t columns = rows_columns(table);
	if (rows->count == 0)
		return true;
	assert(columns <= PARAMETERS_MAX);
	if (rows->count == 1) {
		for (size_t i = 0; i < columns; i++)
			writer->null[i] = !rows_value(parameter(writer, (int)i), table, i, rows->items);
		return send(writer, one + (int)table, (int)columns);
	}
	for (size_t i = 0; i < columns; i++)
		rows_column(parameter(writer, (int)i), table, i, rows);
	return send(writer, many + (int)table, (int)columns);
}

static bool send_checkpoint(struct writer *writer, const struct kept_checkpoint *checkpoint)
{
	put_int8(parameter(writer, 0), checkpoint->size);
	buffer_append(parameter(writer, 1), checkpoint->root.bytes, HASH_SIZE);
	buffer_append_text(parameter(writer, 2), checkpoint->note);
	put_int8(parameter(writer, 3), rows_timestamp(checkpoint->at));
	return send(writer, STATEMENT_CHECKPOINT, 4);
}

static bool send_cosignature(struct writer *writer, int64_t size,
	const struct cosignature *cosignature)
{
	put_int8(parameter(writer, 0), size);
	buffer_append_text(parameter(writer, 1), cosignature->witness);
	buffer_append_text(parameter(writer, 2), cosignature->key_id);
	put_int8(parameter(writer, 3), rows_timestamp(cosignature->at));
	buffer_append(parameter(writer, 4), cosignature->bytes, sizeof cosignature->bytes);
	return send(writer, STATEMENT_COSIGNATURE, 5);
}

static bool send_cosignings(struct writer *writer)
{
	bool sent = true;
	for (const struct cosigning *at = writer->cosignings; sent && at != NULL; at = at->next) {
		sent = send_checkpoint(writer, &at->checkpoint);
		for (size_t i = 0; sent && i < at->count; i++)
			sent = send_cosignature(writer, at->checkpoint.size, &at->cosignatures[i]);
	}
	return sent;
}

/* Rows that end are written before new ones that may take their codes. */
static bool send_batch(struct writer *writer, const struct batch *batch)
{
	bool sent = send_head(writer, batch) && send_ledger(writer, batch) &&
		send_commands(writer, batch) && send_tiles(writer, batch);
	for (int t = 0; sent && t < TABLE_COUNT; t++)
		sent = send_rows(writer, STATEMENT_UPDATE, STATEMENT_UPDATE_ONE, (enum table_id)t,
				&batch->updates[t]) &&
			send_rows(writer, STATEMENT_INSERT, STATEMENT_INSERT_ONE, (enum table_id)t,
				&batch->inserts[t]);
	return sent;
}

/* Reads all results up to the synchronisation; the first failure counts. */
static enum store_end read_results(struct writer *writer, struct error *error)
{
	enum store_end end = STORE_DONE;
	int empty = 0;
	for (;;) {
		PGresult *result = PQgetResult(writer->connection);
		if (result == NULL) { /* between statements there is one NULL; more: nothing will come */
			if (++empty > 2 || PQstatus(writer->connection) != CONNECTION_OK) {
				connection_error(writer->connection, NULL, "commit", error);
				return STORE_LOST;
			}
			continue;
		}
		empty = 0;
		ExecStatusType status = PQresultStatus(result);
		if (status == PGRES_FATAL_ERROR && end == STORE_DONE) {
			end = connection_failure(writer->connection, result);
			connection_error(writer->connection, result, "commit", error);
		}
		PQclear(result);
		if (status == PGRES_PIPELINE_SYNC)
			return end;
	}
}

static enum store_end transact(struct writer *writer, struct error *error)
{
	bool sent = send(writer, STATEMENT_BEGIN, 0) &&
		(writer->batch == NULL || send_batch(writer, writer->batch)) &&
		(writer->checkpoint == NULL || send_checkpoint(writer, writer->checkpoint)) &&
		send_cosignings(writer) &&
		send(writer, STATEMENT_COMMIT, 0) && PQpipelineSync(writer->connection) == 1;
	if (!sent) {
		connection_error(writer->connection, NULL, "commit", error);
		return STORE_LOST;
	}
	return read_results(writer, error);
}

/* ---- the connection ---- */

static bool connect_once(struct writer *writer, struct error *error)
{
	PQfinish(writer->connection);
	writer->connection = NULL;
	memset(writer->prepared, 0, sizeof writer->prepared);
	/* Every row is found by its key: a plan made while a table was small must not scan it later. */
	return connection_open(writer->conninfo, &writer->connection, error) &&
		connection_run(writer->connection, "set enable_seqscan = off; set enable_hashjoin = off; "
			"set enable_mergejoin = off; set enable_bitmapscan = off; set jit = off", error) &&
		(PQenterPipelineMode(writer->connection) == 1 ||
		error_set(error, ERROR_STORE, "", "no pipeline mode"));
}

static void pause_ms(int64_t ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000 };
	nanosleep(&time, NULL);
}

static int64_t longer(int64_t pause)
{
	return pause * 2 < STORE_RETRY_LAST_MS ? pause * 2 : STORE_RETRY_LAST_MS;
}

/* No other vaultd can have taken the head of a cluster of our own. */
static bool take_again(struct writer *writer, struct head *ret_head, bool *ret_mine,
	struct error *error)
{
	*ret_mine = true;
	if (cluster_is_embedded(writer->cluster))
		return store_take_head(writer->conninfo, ret_head, error);
	return store_take_head_again(writer->conninfo, writer->head.epoch, ret_head, ret_mine, error);
}

/*
 * Until the database answers: connect, take the fence, read where the head stands. False where vaultd
 * is to end. *ret_mine is false where another vaultd has the fence: it is left alone.
 */
static bool come_back(struct writer *writer, struct head *ret_head, bool *ret_mine)
{
	int64_t pause = STORE_RETRY_FIRST_MS;
	if (atomic_load(&writer->away_since) == 0)
		atomic_store(&writer->away_since, clock_ms());
	for (unsigned i = 1; i < writer->losses; i++)
		pause = longer(pause);
	if (writer->losses++ > 0)
		pause_ms(pause);
	for (;;) {
		struct error error = { 0 };
		pthread_mutex_lock(&writer->lock);
		bool stop = writer->stop;
		pthread_mutex_unlock(&writer->lock);
		if (stop)
			return false;
		if (cluster_ensure(writer->cluster, &error) &&
		    take_again(writer, ret_head, ret_mine, &error)) {
			if (!*ret_mine)
				return true;
			writer->head.epoch = ret_head->epoch;
			if (connect_once(writer, &error))
				break;
		}
		log_warning("database-away", "reason=%s pause_ms=%lld", error.message, (long long)pause);
		pause_ms(pause);
		pause = longer(pause);
	}
	if (writer->losses == 1)
		atomic_store(&writer->away_since, 0);
	return true;
}

static enum commit_end after_loss(struct writer *writer, struct error *error)
{
	struct head head;
	bool mine = true;
	log_warning("commit-lost", "reason=%s", error->message);
	if (!come_back(writer, &head, &mine))
		return COMMIT_LOST;
	if (!mine)
		return COMMIT_FENCED;
	if (writer->batch == NULL) /* nobody waits for a checkpoint alone */
		return writer->cosignings != NULL ? COMMIT_LOST : COMMIT_DONE;
	if (head.size == writer->batch->new_size &&
	    hash_equal(&head.root, &writer->batch->new_root))
		return COMMIT_DONE;
	return head.size == writer->batch->old_size ? COMMIT_LOST : COMMIT_FENCED;
}

/* The transaction is still open and some statements were never prepared: a new connection is clean. */
static enum commit_end after_refusal(struct writer *writer)
{
	struct error error = { 0 };
	if (!connect_once(writer, &error))
		log_warning("database-away", "reason=%s", error.message); /* the next commit comes back */
	return COMMIT_REFUSED;
}

static enum commit_end commit(struct writer *writer, struct error *error)
{
	if (writer->ask) {
		error_set(error, ERROR_STORE, "", "a connection was lost while nothing was written");
		return after_loss(writer, error);
	}
	switch (transact(writer, error)) {
	case STORE_DONE:
		return COMMIT_DONE;
	case STORE_REFUSED:
		return after_refusal(writer);
	case STORE_FENCED:
		return COMMIT_FENCED;
	case STORE_LOST:
		break;
	}
	return after_loss(writer, error);
}

/* ---- the thread ---- */

void writer_back(struct writer *writer)
{
	writer->losses = 0;
	atomic_store(&writer->away_since, 0);
}

static void *run(void *data)
{
	struct writer *writer = data;
	const uint64_t one = 1;
	pthread_mutex_lock(&writer->lock);
	for (;;) {
		while (!writer->busy && !writer->stop)
			pthread_cond_wait(&writer->wake, &writer->lock);
		if (!writer->busy)
			break;
		pthread_mutex_unlock(&writer->lock);
		struct error error = { 0 };
		enum commit_end end = commit(writer, &error);
		pthread_mutex_lock(&writer->lock);
		writer->end = end;
		if (end == COMMIT_DONE || end == COMMIT_REFUSED)
			writer_back(writer);
		writer->error = error;
		writer->busy = false;
		writer->ended = true;
		if (write(writer->ended_fd, &one, sizeof one) != sizeof one)
			abort();
	}
	pthread_mutex_unlock(&writer->lock);
	return NULL;
}

bool writer_start(struct cluster *cluster, const char *conninfo, const struct head *head,
	struct writer **ret_writer, struct error *error)
{
	struct writer *writer = calloc(1, sizeof *writer);
	if (writer == NULL || (writer->conninfo = strdup(conninfo)) == NULL)
		abort();
	writer->cluster = cluster;
	writer->head = *head;
	writer->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&writer->lock, NULL);
	pthread_cond_init(&writer->wake, NULL);
	if (writer->ended_fd < 0 || !connect_once(writer, error) ||
	    pthread_create(&writer->thread, NULL, run, writer) != 0) {
		PQfinish(writer->connection);
		if (writer->ended_fd >= 0)
			close(writer->ended_fd);
		free(writer->conninfo);
		free(writer);
		return error_set(error, ERROR_STORE, "", "the writer could not be started");
	}
	*ret_writer = writer;
	return true;
}

void writer_stop(struct writer *writer)
{
	if (writer == NULL)
		return;
	pthread_mutex_lock(&writer->lock);
	writer->stop = true;
	pthread_cond_signal(&writer->wake);
	pthread_mutex_unlock(&writer->lock);
	pthread_join(writer->thread, NULL);
	PQfinish(writer->connection);
	close(writer->ended_fd);
	for (int i = 0; i < PARAMETERS_MAX; i++)
		buffer_free(&writer->parameters[i]);
	pthread_mutex_destroy(&writer->lock);
	pthread_cond_destroy(&writer->wake);
	free(writer->conninfo);
	free(writer);
}

int writer_fd(const struct writer *writer)
{
	return writer->ended_fd;
}

bool writer_free(const struct writer *writer)
{
	struct writer *mutable = (struct writer *)writer;
	pthread_mutex_lock(&mutable->lock);
	bool is_free = !writer->busy && !writer->ended;
	pthread_mutex_unlock(&mutable->lock);
	return is_free;
}

bool writer_connected(struct writer *writer)
{
	pthread_mutex_lock(&writer->lock);
	bool connected = writer->busy || writer->ended || (writer->connection != NULL &&
		PQconsumeInput(writer->connection) == 1 && PQstatus(writer->connection) == CONNECTION_OK);
	pthread_mutex_unlock(&writer->lock);
	return connected;
}

/* Since then the database owes an answer, whether it hangs or is gone. */
static void begin(struct writer *writer, bool ask)
{
	writer->ask = ask;
	writer->busy = true;
	if (atomic_load(&writer->away_since) == 0)
		atomic_store(&writer->away_since, clock_ms());
	pthread_cond_signal(&writer->wake);
}

void writer_commit(struct writer *writer, const struct batch *batch,
	const struct kept_checkpoint *checkpoint, const struct cosigning *cosignings)
{
	pthread_mutex_lock(&writer->lock);
	assert(!writer->busy && !writer->ended);
	writer->batch = batch;
	writer->checkpoint = checkpoint;
	writer->cosignings = cosignings;
	begin(writer, false);
	pthread_mutex_unlock(&writer->lock);
}

void writer_ask(struct writer *writer)
{
	pthread_mutex_lock(&writer->lock);
	assert(!writer->busy && !writer->ended);
	writer->batch = NULL;
	writer->checkpoint = NULL;
	writer->cosignings = NULL;
	begin(writer, true);
	pthread_mutex_unlock(&writer->lock);
}

bool writer_take(struct writer *writer, enum commit_end *ret_end, struct error *ret_error)
{
	uint64_t count;
	pthread_mutex_lock(&writer->lock);
	bool ended = writer->ended;
	if (ended) {
		*ret_end = writer->end;
		*ret_error = writer->error;
		writer->ended = false;
		(void)!read(writer->ended_fd, &count, sizeof count);
	}
	pthread_mutex_unlock(&writer->lock);
	return ended;
}

int64_t writer_away_since(const struct writer *writer)
{
	return atomic_load(&writer->away_since);
}
