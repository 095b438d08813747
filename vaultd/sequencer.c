/*
 * Decide, apply, append. The order inside one command: what time does first, then the command, then
 * what time does because of it (a price that is in force from now). All stands in one open batch.
 */
#include "vaultd/sequencer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "ledger/entry.h"
#include "ledger/tree.h"
#include "reserve/person.h"
#include "vault/limits.h"
#include "vaultd/command_ids.h"

enum { ABSENT_IDS = 64 };

struct sequencer {
	struct state *state;
	struct tile_builder builder;
	struct tree tree;
	struct hasher *hasher;
	struct command_ids *ids;
	struct batch *open;
	uint64_t sealed;              /* number of the last sealed batch */
	struct arena *tick_arena;
	struct batch_command found[ABSENT_IDS]; /* commands of the store, asked for lately */
	unsigned found_next;
	uint8_t absent[ABSENT_IDS][16]; /* ids that the store was asked for and does not have */
	unsigned absent_next;
};

static void begin(struct sequencer *sequencer, struct state *state,
	const struct tile_builder *builder, int64_t ids_from)
{
	sequencer->state = state;
	tile_builder_copy(&sequencer->builder, builder);
	tile_builder_tree(builder, sequencer->hasher, &sequencer->tree);
	assert(builder->size == state_size(state));
	sequencer->ids = command_ids_new(ids_from);
	memset(sequencer->absent, 0, sizeof sequencer->absent); /* what was lost may be there after all */
	sequencer->open = batch_new(sequencer->sealed + 1, state_size(state));
}

struct sequencer *sequencer_new(struct state *state, const struct tile_builder *builder,
	int64_t ids_from)
{
	struct sequencer *sequencer = calloc(1, sizeof *sequencer);
	if (sequencer == NULL)
		abort();
	sequencer->hasher = hasher_new();
	sequencer->tick_arena = arena_new(0);
	begin(sequencer, state, builder, ids_from);
	return sequencer;
}

static void drop(struct sequencer *sequencer)
{
	state_free(sequencer->state);
	command_ids_free(sequencer->ids);
	batch_free(sequencer->open);
}

void sequencer_reset(struct sequencer *sequencer, struct state *state,
	const struct tile_builder *builder, int64_t ids_from)
{
	drop(sequencer);
	sequencer->sealed++; /* numbers of batches that were lost are never used again */
	begin(sequencer, state, builder, ids_from);
}

void sequencer_free(struct sequencer *sequencer)
{
	if (sequencer == NULL)
		return;
	drop(sequencer);
	hasher_free(sequencer->hasher);
	arena_free(sequencer->tick_arena);
	free(sequencer);
}

struct state *sequencer_state(const struct sequencer *sequencer)
{
	return sequencer->state;
}

int64_t sequencer_size(const struct sequencer *sequencer)
{
	return state_size(sequencer->state);
}

/* ---- command ids ---- */

void sequencer_remember(struct sequencer *sequencer, const struct batch_command *command)
{
	command_ids_put(sequencer->ids, command);
}

void sequencer_remember_found(struct sequencer *sequencer, const struct batch_command *command)
{
	sequencer->found[sequencer->found_next++ % ABSENT_IDS] = *command;
}

static const struct batch_command *find_command(const struct sequencer *sequencer,
	const uint8_t id[16])
{
	const struct batch_command *known = command_ids_find(sequencer->ids, id);
	for (int i = 0; known == NULL && i < ABSENT_IDS; i++) {
		if (memcmp(sequencer->found[i].id, id, 16) == 0)
			known = &sequencer->found[i];
	}
	return known;
}

void sequencer_absent_in_store(struct sequencer *sequencer, const uint8_t id[16])
{
	memcpy(sequencer->absent[sequencer->absent_next++ % ABSENT_IDS], id, 16);
}

static bool known_absent(const struct sequencer *sequencer, const uint8_t id[16])
{
	for (int i = 0; i < ABSENT_IDS; i++) {
		if (memcmp(sequencer->absent[i], id, 16) == 0)
			return true;
	}
	return false;
}

/* Once used it is absent no more, also when memory has forgotten it. */
static void absent_no_more(struct sequencer *sequencer, const uint8_t id[16])
{
	for (int i = 0; i < ABSENT_IDS; i++) {
		if (memcmp(sequencer->absent[i], id, 16) == 0)
			memset(sequencer->absent[i], 0, 16);
	}
}

enum id_standing sequencer_id(const struct sequencer *sequencer, const uint8_t id[16],
	const char *actor, const uint8_t digest[32], int64_t now, int64_t *ret_index)
{
	const struct batch_command *known = find_command(sequencer, id);
	if (known != NULL) {
		*ret_index = known->index;
		return strcmp(known->actor, actor) == 0 && memcmp(known->digest, digest, 32) == 0 ?
			ID_USED : ID_REUSED;
	}
	int64_t made = command_id_time(id);
	if (made > now + COMMAND_ID_SKEW_MS || made < now - COMMAND_ID_LIFE_MS)
		return ID_EXPIRED;
	if (made > command_ids_forgotten(sequencer->ids) ||
	    known_absent(sequencer, id))
		return ID_NEW;
	return ID_UNKNOWN;
}

/* ---- the open batch ---- */

uint32_t sequencer_open_commands(const struct sequencer *sequencer)
{
	return sequencer->open->command_count;
}

bool sequencer_has_room(const struct sequencer *sequencer)
{
	return sequencer->open->command_count < BATCH_COMMANDS_MAX &&
		sequencer->open->entries.length < BATCH_BYTES_MAX;
}

uint64_t sequencer_seen(const struct sequencer *sequencer)
{
	const struct batch *open = sequencer->open;
	return open->new_size > open->old_size ? open->number : sequencer->sealed;
}

static bool keep_tile(void *context, int level, int64_t number,
	const struct hash hashes[TILE_WIDTH], struct error *error)
{
	struct batch *batch = context;
	(void)error;
	if (batch->tile_count == batch->tile_capacity) {
		batch->tile_capacity = batch->tile_capacity == 0 ? 8 : batch->tile_capacity * 2;
		batch->tiles = reallocarray(batch->tiles, batch->tile_capacity, sizeof *batch->tiles);
		if (batch->tiles == NULL)
			abort();
	}
	struct batch_tile *tile = &batch->tiles[batch->tile_count++];
	tile->level = level;
	tile->number = number;
	memcpy(tile->hashes, hashes, sizeof tile->hashes);
	return true;
}

/* Counts the bytes behind the last entry as one more entry and grows the tree by it. */
static void close_entry(struct sequencer *sequencer, size_t begins, size_t ends)
{
	struct batch *batch = sequencer->open;
	struct hash leaf;
	struct error error = { 0 };
	size_t count = (size_t)(batch->new_size - batch->old_size);
	if (count == batch->entry_capacity) {
		batch->entry_capacity = count == 0 ? 256 : count * 2;
		batch->entry_ends = reallocarray(batch->entry_ends, batch->entry_capacity,
			sizeof *batch->entry_ends);
		if (batch->entry_ends == NULL)
			abort();
	}
	batch->entry_ends[count] = ends;
	hasher_leaf(sequencer->hasher, batch->entries.bytes + begins, ends - begins, &leaf);
	tree_append(&sequencer->tree, sequencer->hasher, &leaf);
	bool kept = tile_builder_append(&sequencer->builder, sequencer->hasher, &leaf, keep_tile, batch,
		&error);
	assert(kept);
	(void)kept;
	batch->new_size++;
}

/*
 * Writes the entries of a decision behind the batch's bytes and applies them. False, with nothing
 * changed, where one of them would be too long.
 */
static bool record(struct sequencer *sequencer, const struct decision *decision,
	struct entry_meta *meta, struct error *error)
{
	struct batch *batch = sequencer->open;
	size_t before = batch->entries.length;
	size_t *ends = arena_alloc(decision->arena, decision->count * sizeof *ends);
	meta->sequence = state_size(sequencer->state);
	for (uint32_t i = 0; i < decision->count; i++, meta->sequence++) {
		const struct event *event = &decision->events[i];
		meta->kind = event->type->kind;
		meta->effective = event->effective;
		if (ends == NULL || entry_append(&batch->entries, meta, event->type->body, event->body) >
		    LEDGER_ENTRY_MAX) {
			batch->entries.length = before;
			return error_set(error, ERROR_LIMIT, "",
				"an entry of the ledger would have more than %d bytes", LEDGER_ENTRY_MAX);
		}
		ends[i] = batch->entries.length;
	}
	for (uint32_t i = 0; i < decision->count; i++) {
		const struct event *event = &decision->events[i];
		struct applied applied = { .index = state_size(sequencer->state), .at = meta->at,
			.effective = event->effective, .actor = meta->actor };
		reserve_apply(sequencer->state, &applied, event->type, event->body);
		close_entry(sequencer, i == 0 ? before : ends[i - 1], ends[i]);
	}
	batch->last_at = meta->at;
	return true;
}

/* What decide makes itself is hashed here: the core has no hash of its own. */
static void digest_record(void *context, const struct descriptor *descriptor, const void *record,
	uint8_t ret_sha256[32])
{
	struct sequencer *sequencer = context;
	struct buffer text = { 0 };
	struct hash hash;
	json_canonical_record(&text, descriptor, record);
	hasher_sha256(sequencer->hasher, text.bytes, text.length, &hash);
	memcpy(ret_sha256, hash.bytes, 32);
	buffer_free(&text);
}

/* What seeds a sample: the root of all entries so far. */
static void root_now(void *context, uint8_t ret_root[32])
{
	struct sequencer *sequencer = context;
	struct hash root;
	tree_root(&sequencer->tree, sequencer->hasher, &root);
	memcpy(ret_root, root.bytes, 32);
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void sequencer_tick(struct sequencer *sequencer, int64_t now)
{
	if (state_reserve(sequencer->state) == NULL)
		return;
	for (;;) {
		struct decision decision = { 0 };
		struct error error = { 0 };
		struct context context = { .state = sequencer->state,
			.now = later(now, state_last_at(sequencer->state)),
			.arena = sequencer->tick_arena, .digest = digest_record, .root = root_now,
			.digest_context = sequencer };
		if (!reserve_decide_tick(&context, &decision))
			break;
		struct entry_meta meta = { .at = context.now, .actor = "vaultd" };
		bool recorded = record(sequencer, &decision, &meta, &error);
		assert(recorded);
		(void)recorded;
		arena_reset(sequencer->tick_arena);
	}
	arena_reset(sequencer->tick_arena);
}

static void remember(struct sequencer *sequencer, const struct submission *submission,
	const struct outcome *outcome, const char *actor)
{
	static const uint8_t none[16];
	struct batch *batch = sequencer->open;
	if (memcmp(submission->id, none, 16) == 0)
		return;
	if (batch->command_count == batch->command_capacity) {
		batch->command_capacity = batch->command_capacity == 0 ? 64 : batch->command_capacity * 2;
		batch->commands = reallocarray(batch->commands, batch->command_capacity,
			sizeof *batch->commands);
		if (batch->commands == NULL)
			abort();
	}
	struct batch_command *command = &batch->commands[batch->command_count++];
	memset(command, 0, sizeof *command);
	memcpy(command->id, submission->id, 16);
	memcpy(command->digest, submission->digest, 32);
	body_text(command->actor, actor);
	command->index = outcome->index;
	command->at = submission->received_at != 0 ? submission->received_at : outcome->at;
	command_ids_put(sequencer->ids, command);
	absent_no_more(sequencer, command->id);
}

bool sequencer_submit(struct sequencer *sequencer, const struct submission *submission, bool dry_run,
	struct outcome *ret_outcome, struct error *error)
{
	static const uint8_t none[16];
	if (!dry_run)
		sequencer_tick(sequencer, submission->now);
	struct context context = { .state = sequencer->state,
		.now = later(submission->now, state_last_at(sequencer->state)),
		.actor = submission->actor, .arena = submission->arena,
		.digest = digest_record, .root = root_now, .digest_context = sequencer,
		.content_digest = submission->content_digest, .random = submission->random };
	struct outcome outcome = { .index = ABSENT, .at = context.now };
	const char *actor = submission->actor != NULL ? submission->actor->code :
		state_reserve(sequencer->state) != NULL ? "vaultd" : "founders";
	if (!reserve_decide(&context, submission->type, submission->params, &outcome.decision, error))
		return false;
	assert(outcome.decision.count > 0);
	if (!dry_run) {
		struct entry_meta meta = { .at = context.now,
			.has_command = memcmp(submission->id, none, 16) != 0 };
		body_text(meta.actor, actor);
		memcpy(meta.command, submission->id, 16);
		memcpy(meta.digest, submission->digest, 32);
		outcome.index = state_size(sequencer->state);
		if (!record(sequencer, &outcome.decision, &meta, error))
			return false;
		remember(sequencer, submission, &outcome, actor);
		sequencer_tick(sequencer, context.now);
	}
	outcome.batch = sequencer_seen(sequencer);
	*ret_outcome = outcome;
	return true;
}

struct batch *sequencer_seal(struct sequencer *sequencer)
{
	struct batch *batch = sequencer->open;
	if (batch->new_size == batch->old_size)
		return NULL;
	struct row *touched = state_take_touched(sequencer->state);
	batch_copy_rows(batch, touched);
	for (struct row *next; touched != NULL; touched = next) {
		next = touched->next_touched;
		state_sweep(sequencer->state, touched);
	}
	tree_root(&sequencer->tree, sequencer->hasher, &batch->new_root);
	sequencer->sealed = batch->number;
	sequencer->open = batch_new(batch->number + 1, batch->new_size);
	return batch;
}
