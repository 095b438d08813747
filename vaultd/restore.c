/*
 * The order: the key and the checkpoint, the database and its emptiness, then one pass in which lib/ledger
 * verifies and hands out entry after entry while they are applied and sent. What a table came to is sent
 * when all is verified; a row that ended is put aside at once, so that memory is that of the state.
 */
#include "vaultd/restore.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/guard.h"
#include "audit/notes.h"
#include "audit/plans.h"
#include "audit/replay.h"
#include "base/text.h"
#include "ledger/export.h"
#include "reserve/founding.h"
#include "vaultd/cluster.h"
#include "vaultd/command_ids.h"
#include "vaultd/keys.h"
#include "vaultd/released.h"
#include "vaultd/store/fill.h"
#include "vaultd/store/store.h"

struct restore {
	const struct config *config;
	const char *directory;
	struct signer *log_signer, *order_signer;
	struct verifier_key pinned;      /* what vouches for the checkpoint */
	struct checkpoint checkpoint;    /* of the export */
	struct checkpoint released;      /* of this machine; size 0: none */
	struct cluster *cluster;
	struct store_lock *lock;
	struct store_fill *fill;
	struct replay *replay;
	struct notes *notes;             /* what persons signed */
	struct plans *plans;
	struct error fault;              /* the first that notes found */
	struct hasher *hasher;
	struct tile_builder builder;
	uint8_t command[16];             /* of the last entry that had one */
	bool terminal;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

static bool goes_on(struct error *error)
{
	return !interrupted || error_set(error, ERROR_NOT_APPLIED, "",
		"stopped by a signal: the database is as empty as before");
}

/* ---- the key and the checkpoint ---- */

static bool open_key(const char *path, const char *what, struct signer **ret_signer,
	struct error *error)
{
	if (access(path, F_OK) == 0)
		return keys_open(path, ret_signer, error);
	error_set(error, ERROR_CONFIG, path, "the reserve's %s is not here", what);
	return error_remedy(error, "put it back from its backup first: with another key the restored "
		"reserve could never go on");
}

/* A checkpoint that is read without a key says only whose it claims to be. */
static bool open_checkpoint(struct restore *restore, const char *key, struct error *error)
{
	struct export_reader *reader;
	if (!export_reader_open(restore->directory, NULL, 0, &reader, error))
		return false;
	restore->checkpoint = *export_reader_checkpoint(reader);
	export_reader_close(reader);
	if (restore->checkpoint.size == 0)
		return error_set(error, ERROR_LEDGER, "", "the export is empty: there is nothing to restore");
	return key != NULL ? verifier_key_parse(key, &restore->pinned, error) :
		signer_verifier_key(restore->log_signer, restore->checkpoint.origin, KEY_ED25519,
			&restore->pinned, error);
}

static bool check_released(struct restore *restore, struct error *error)
{
	if (!released_read(restore->config, &restore->released)) {
		restore->released.size = 0;
		return true;
	}
	return restore->checkpoint.size >= restore->released.size ||
		released_refuse(restore->config, &restore->released, "the export",
			restore->checkpoint.size, error);
}

/* Whether a key of ours is the one that the restored ledger names. */
static bool check_key(const struct signer *signer, const char *named, const char *path,
	struct error *error)
{
	struct verifier_key own, theirs;
	if (!verifier_key_parse(named, &theirs, error) ||
	    !signer_verifier_key(signer, theirs.name, KEY_ED25519, &own, error))
		return false;
	return verifier_key_equal(&own, &theirs) || error_set(error, ERROR_CONFIG, path,
		"this is not the key of %s", theirs.name);
}

static bool check_keys(const struct restore *restore, struct error *error)
{
	const struct reserve *reserve = state_reserve(replay_state(restore->replay));
	const struct config *config = restore->config;
	return check_key(restore->log_signer, reserve->log_key, config->log_key, error) &&
		check_key(restore->order_signer, reserve->order_key, config->order_key, error);
}

/* ---- the database ---- */

static bool take_lock(struct restore *restore, const char *writer, struct error *error)
{
	bool taken = true;
	if (cluster_is_embedded(restore->cluster))
		return true;
	return store_lock_open(writer, &restore->lock, &taken, error) && (taken ||
		error_set(error, ERROR_CONFLICT, "database", "another vaultd serves this database"));
}

static bool open_database(struct restore *restore, struct error *error)
{
	struct head head;
	if (!cluster_open(restore->config, &restore->cluster, error))
		return false;
	const char *owner = cluster_conninfo(restore->cluster, CLUSTER_ROLE_OWNER);
	const char *writer = cluster_conninfo(restore->cluster, CLUSTER_ROLE_WRITER);
	return store_migrate(owner, error) && take_lock(restore, writer, error) &&
		store_check_durability(writer, restore->config->allow_loss, error) &&
		store_take_head(writer, &head, error) && store_fill_before(owner, error) &&
		store_fill_begin(writer, restore->config->data_dir, &head, restore->checkpoint.size,
			&restore->checkpoint.root, &restore->fill, error);
}

/* ---- entry after entry ---- */

static bool put_tile(void *context, int level, int64_t number,
	const struct hash hashes[TILE_WIDTH], struct error *error)
{
	const struct restore *restore = context;
	return store_fill_tile(restore->fill, level, number, hashes, error);
}

static bool put_ended(void *context, const struct row *row, struct error *error)
{
	const struct restore *restore = context;
	return !row->closed || store_fill_row(restore->fill, row, error);
}

/*
 * Entries of one command stand together; its id belongs to the first. When it came is in no entry where the
 * reserve has a clock of its own: then it is the time inside the id.
 */
static bool put_command(void *context, const struct state *state, const struct parsed_entry *entry,
	const struct event_type *type, struct error *error)
{
	struct restore *restore = context;
	(void)type;
	if (!entry->has_command || memcmp(entry->command, restore->command, 16) == 0)
		return true;
	struct batch_command command = { .index = entry->sequence, .at = entry->at };
	memcpy(command.id, entry->command, sizeof command.id);
	memcpy(command.digest, entry->digest, sizeof command.digest);
	text_copy(command.actor, sizeof command.actor, entry->actor);
	if (state_reserve(state)->demonstration)
		command.at = command_id_time(command.id);
	memcpy(restore->command, entry->command, sizeof restore->command);
	return store_fill_command(restore->fill, &command, error);
}

static void take_fault(void *context, const struct check *check, const char *subject,
	const char *message)
{
	struct restore *restore = context;
	(void)check;
	error_set(&restore->fault, ERROR_LEDGER, "", "%s: %s", subject, message);
}

/* Signatures of persons and plans, before the entry is applied. */
static bool check_signed(void *context, const struct state *state, const struct parsed_entry *entry,
	const struct event_type *type, struct error *error)
{
	struct restore *restore = context;
	struct error cause = { 0 };
	(void)state;
	(void)type;
	notes_entry(restore->notes, entry);
	if (restore->fault.id != ERROR_NONE)
		cause = restore->fault;
	else if (plans_entry(restore->plans, entry, &cause))
		return true;
	return error_set(error, ERROR_LEDGER, "", "entry %lld (%s): %s", (long long)entry->sequence,
		entry->kind, cause.message);
}

/* The ledger must pass through what was released from here. */
static bool check_passes(struct restore *restore, struct error *error)
{
	struct tree tree;
	struct hash root;
	if (restore->builder.size != restore->released.size)
		return true;
	tile_builder_tree(&restore->builder, restore->hasher, &tree);
	tree_root(&tree, restore->hasher, &root);
	return hash_equal(&root, &restore->released.root) ||
		released_refuse(restore->config, &restore->released, "the export",
			restore->checkpoint.size, error);
}

struct step {
	struct restore *restore;
	const char *bytes;
	size_t length;
	bool good;
	struct error *error;
};

static void replay_step(void *context)
{
	struct step *step = context;
	step->good = replay_entry(step->restore->replay, step->bytes, step->length, step->error);
}

/* Well formed and signed by the log, and yet what no decision can have made: apply asserts. */
static bool apply(struct restore *restore, int64_t index, const uint8_t *bytes, size_t length,
	struct error *error)
{
	struct step step = { restore, (const char *)bytes, length, false, error };
	return guard_run(replay_step, &step) ? step.good : error_set(error, ERROR_LEDGER, "",
		"entry %lld cannot be applied to what stands before it", (long long)index);
}

static bool put_entry(void *context, int64_t index, const uint8_t *bytes, size_t length,
	struct error *error)
{
	struct restore *restore = context;
	struct hash leaf;
	hasher_leaf(restore->hasher, bytes, length, &leaf);
	return goes_on(error) && apply(restore, index, bytes, length, error) &&
		store_fill_entry(restore->fill, index, bytes, length, error) &&
		tile_builder_append(&restore->builder, restore->hasher, &leaf, put_tile, restore, error) &&
		check_passes(restore, error);
}

static void show_progress(void *context, int64_t done, int64_t total)
{
	const struct restore *restore = context;
	if (restore->terminal)
		fprintf(stderr, "\rrestoring: %lld of %lld entries (%lld %%)", (long long)done,
			(long long)total, (long long)(done * 100 / total));
}

static bool show_table(void *context, const char *table, struct error *error)
{
	const struct restore *restore = context;
	if (restore->terminal)
		fprintf(stderr, "\r\033[Krestoring: the table %s", table);
	return goes_on(error);
}

/* ---- the whole ---- */

static bool put_live_rows(struct restore *restore, struct error *error)
{
	const struct state *state = replay_state(restore->replay);
	bool good = true;
	for (int t = 0; t < TABLE_COUNT; t++) {
		const struct row *row = NULL;
		while (good && (row = state_next(state, (enum table_id)t, row)) != NULL)
			good = store_fill_row(restore->fill, row, error);
	}
	return good;
}

/* As vaultd would have signed it: signatures of others are not ours to keep. */
static bool sign(const struct restore *restore, struct kept_checkpoint *kept, struct error *error)
{
	const struct state *state = replay_state(restore->replay);
	struct buffer note = { 0 };
	*kept = (struct kept_checkpoint){ .size = restore->checkpoint.size,
		.root = restore->checkpoint.root, .at = state_last_at(state) };
	checkpoint_append_text(&note, &restore->checkpoint);
	bool good = note_sign(&note, note.length, restore->checkpoint.origin, restore->log_signer,
			error) && (text_copy(kept->note, sizeof kept->note, buffer_text(&note)) ||
		error_set(error, ERROR_LIMIT, "", "a checkpoint is too long"));
	buffer_free(&note);
	return good;
}

static bool fill(struct restore *restore, struct error *error)
{
	struct checkpoint verified;
	struct kept_checkpoint kept;
	const struct export_check check = { .keys = &restore->pinned, .key_count = 1,
		.progress = show_progress, .entry = put_entry, .context = restore };
	tile_builder_init(&restore->builder);
	if (!export_verify(restore->directory, &check, &verified, error))
		return false;
	if (verified.size != restore->checkpoint.size ||
	    !hash_equal(&verified.root, &restore->checkpoint.root))
		return error_set(error, ERROR_CONFLICT, "", "the export was written to meanwhile");
	return plans_end(restore->plans, error) && check_keys(restore, error) && put_live_rows(restore, error) &&
		sign(restore, &kept, error) &&
		store_fill_commit(restore->fill, &kept, show_table, restore, error) &&
		(released_keep(restore->config, kept.note) || error_set(error, ERROR_STORE, "checkpoint",
		"the database is restored, and the checkpoint's file cannot be written"));
}

static bool finish(struct restore *restore, struct error *error)
{
	struct buffer root = { 0 };
	base64_append(&root, restore->checkpoint.root.bytes, HASH_SIZE);
	if (restore->terminal)
		fputs("\r\033[K", stderr);
	printf("restored %lld entries of %s\nroot %s\nvaultd can be started now\n",
		(long long)restore->checkpoint.size, restore->checkpoint.origin, buffer_text(&root));
	buffer_free(&root);
	return store_fill_after(cluster_conninfo(restore->cluster, CLUSTER_ROLE_OWNER), error);
}

static void close_all(struct restore *restore)
{
	struct error error = { 0 };
	store_fill_free(restore->fill);
	replay_free(restore->replay);
	notes_free(restore->notes);
	plans_free(restore->plans);
	hasher_free(restore->hasher);
	store_lock_close(restore->lock);
	if (restore->cluster != NULL && cluster_is_embedded(restore->cluster) &&
	    !cluster_stop(restore->cluster, &error))
		fprintf(stderr, "vaultd: %s\n", error.message);
	if (restore->cluster != NULL)
		cluster_free(restore->cluster);
	signer_free(restore->log_signer);
	signer_free(restore->order_signer);
}

bool restore_from(const struct config *config, const char *directory, const char *key,
	struct error *error)
{
	struct restore *restore = calloc(1, sizeof *restore);
	const struct sigaction stop = { .sa_handler = on_signal };
	if (restore == NULL)
		abort();
	restore->config = config;
	restore->directory = directory;
	restore->terminal = isatty(STDERR_FILENO) == 1;
	restore->hasher = hasher_new();
	restore->replay = replay_new(false, check_signed, put_command, restore);
	restore->notes = notes_new(take_fault, restore);
	restore->plans = plans_new();
	replay_watch_rows(restore->replay, put_ended);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	bool good = open_key(config->log_key, "log key", &restore->log_signer, error) &&
		open_key(config->order_key, "order key", &restore->order_signer, error) &&
		open_checkpoint(restore, key, error) && check_released(restore, error) && open_database(restore, error) &&
		fill(restore, error) && finish(restore, error);
	if (!good && restore->terminal)
		fputs("\r\033[K", stderr);
	close_all(restore);
	free(restore);
	return good;
}
