/* The turns of vaultd's loop, with the writer played by a counter and a fate. */
#include "server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "params.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "settled_checks.h"

enum { USAGE_EVERY = 8 }; /* loads: it looks at every request there ever was */

struct state *server_state(const struct server *server)
{
	return sequencer_state(server->sequencer);
}

static void broken(struct server *server, const char *what)
{
	if (server->broken == NULL)
		server->broken = what;
}

/* ---- loading ---- */

static void begin(struct server *server)
{
	struct tile_builder *builder = malloc(sizeof *builder);
	if (builder == NULL)
		abort();
	int64_t ids_from = server->now - COMMAND_IDS_KEPT_MS;
	struct state *state = durable_load(server->durable);
	durable_load_edge(server->durable, builder);
	if (server->sequencer == NULL)
		server->sequencer = sequencer_new(state, builder, ids_from);
	else
		sequencer_reset(server->sequencer, state, builder, ids_from);
	durable_remember(server->durable, server->sequencer, ids_from);
	server->committed = sequencer_seen(server->sequencer);
	server->loads++;
	const char *failed = checks_settled(state);
	if (failed == NULL && server->loads % USAGE_EVERY == 0)
		failed = checks_usage(state, server->durable->rows, state_last_at(state));
	if (failed != NULL)
		broken(server, failed);
	free(builder);
}

void server_start(struct server *server, struct durable *durable, struct random *random)
{
	server->durable = durable;
	server->random = random;
	server->arena = arena_new(0);
	begin(server);
}

void server_stop(struct server *server)
{
	sequencer_free(server->sequencer);
	batch_free(server->flying);
	arena_free(server->arena);
	free(server->held);
	free(server->waiting);
}

static void wait(struct server *server, struct command *command)
{
	if (server->waiting_count == server->waiting_capacity) {
		server->waiting_capacity = server->waiting_capacity * 2 + 16;
		server->waiting = reallocarray(server->waiting, server->waiting_capacity,
			sizeof(struct command *));
		if (server->waiting == NULL)
			abort();
	}
	server->waiting[server->waiting_count++] = command;
}

/* What is held goes back to the front of what waits, in its order; readers ask no more. */
static void rewind_held(struct server *server)
{
	size_t later = server->waiting_count;
	struct command **again = malloc((later + 1) * sizeof *again);
	if (again == NULL)
		abort();
	if (later > 0)
		memcpy(again, server->waiting, later * sizeof *again);
	server->waiting_count = 0;
	for (size_t i = 0; i < server->held_count; i++) {
		if (server->held[i].command != NULL)
			wait(server, server->held[i].command);
	}
	for (size_t i = 0; i < later; i++)
		wait(server, again[i]);
	free(again);
	server->held_count = 0;
}

static void start_over(struct server *server)
{
	batch_free(server->flying);
	server->flying = NULL;
	begin(server);
	rewind_held(server);
}

static void commit(struct server *server)
{
	const char *failed = durable_commit(server->durable, server->flying);
	if (failed != NULL)
		broken(server, failed);
}

static bool contains_poison(const struct server *server, const struct batch *batch)
{
	for (uint32_t i = 0; i < batch->command_count; i++) {
		for (size_t j = 0; j < server->held_count; j++) {
			const struct command *command = server->held[j].command;
			if (command != NULL && command->poison &&
			    memcmp(command->id, batch->commands[i].id, 16) == 0)
				return true;
		}
	}
	return false;
}

void server_crash(struct server *server)
{
	if (server->flying != NULL && server->fate == FATE_LOST_AFTER &&
	    !contains_poison(server, server->flying))
		commit(server);
	batch_free(server->flying);
	server->flying = NULL;
	sequencer_free(server->sequencer);
	server->sequencer = NULL;
	memset(server->poisons, 0, sizeof server->poisons);
	server->solo_left = 0;
	begin(server);
	rewind_held(server);
}

/* ---- deciding ---- */

static void hold(struct server *server, struct answer answer)
{
	if (server->held_count == server->held_capacity) {
		server->held_capacity = server->held_capacity * 2 + 64;
		server->held = reallocarray(server->held, server->held_capacity, sizeof *server->held);
		if (server->held == NULL)
			abort();
	}
	server->held[server->held_count++] = answer;
}

static void hold_error(struct server *server, struct command *command, enum error_id error,
	bool failed_alone)
{
	hold(server, (struct answer){ .kind = ANSWER_ERROR, .command = command, .error = error,
		.failed_alone = failed_alone, .batch = sequencer_seen(server->sequencer) });
}

static enum id_standing standing_of(struct server *server, const struct command *command,
	int64_t *ret_index)
{
	enum id_standing standing = sequencer_id(server->sequencer, command->id, command->actor,
		command->digest, server->now, ret_index);
	if (standing != ID_UNKNOWN)
		return standing;
	const struct batch_command *found = durable_command(server->durable, command->id);
	if (found != NULL)
		sequencer_remember_found(server->sequencer, found);
	else
		sequencer_absent_in_store(server->sequencer, command->id);
	return sequencer_id(server->sequencer, command->id, command->actor, command->digest,
		server->now, ret_index);
}

static void decide(struct server *server, struct command *command)
{
	struct submission submission = { .type = command->type,
		.actor = person_find(server_state(server), command->actor), .now = server->now,
		.arena = server->arena, .random = command->id };
	struct outcome outcome;
	struct error error = { 0 };
	arena_reset(server->arena);
	memcpy(submission.id, command->id, 16);
	memcpy(submission.digest, command->digest, 32);
	submission.params = params_read(server->arena, command->type->params, command->line);
	if (sequencer_submit(server->sequencer, &submission, false, &outcome, &error)) {
		server->solo_left -= server->solo_left > 0 ? 1 : 0;
		hold(server, (struct answer){ .kind = ANSWER_DONE, .command = command,
			.index = outcome.index, .batch = outcome.batch });
	} else {
		hold_error(server, command, error.id, false);
	}
	const char *failed = checks_settled(server_state(server));
	if (failed != NULL)
		broken(server, failed);
}

static bool has_failed_alone(const struct server *server, const struct command *command)
{
	for (int i = 0; i < POISONS_MAX; i++) {
		if (memcmp(command->id, server->poisons[i], 16) == 0)
			return true;
	}
	return false;
}

/* False where the command must wait: the batch is full, or it is to be decided alone. */
static bool take(struct server *server, struct command *command)
{
	int64_t index = 0;
	if (has_failed_alone(server, command)) {
		hold_error(server, command, ERROR_INTERNAL, true);
		return true;
	}
	switch (standing_of(server, command, &index)) {
	case ID_USED:
		hold(server, (struct answer){ .kind = ANSWER_DONE, .command = command, .index = index,
			.batch = sequencer_seen(server->sequencer) });
		return true;
	case ID_REUSED:
		hold_error(server, command, ERROR_COMMAND_REUSED, false);
		return true;
	case ID_EXPIRED:
		hold_error(server, command, ERROR_COMMAND_EXPIRED, false);
		return true;
	case ID_UNKNOWN:
		broken(server, "an id is unknown after the store was asked");
		return true;
	case ID_NEW:
		break;
	}
	if (!sequencer_has_room(server->sequencer) ||
	    (server->solo_left > 0 && sequencer_open_commands(server->sequencer) > 0))
		return false;
	decide(server, command);
	return true;
}

void server_ask(struct server *server, struct command *command)
{
	wait(server, command);
}

static void take_waiting(struct server *server)
{
	size_t taken = 0;
	while (taken < server->waiting_count && take(server, server->waiting[taken]))
		taken++;
	server->waiting_count -= taken;
	memmove(server->waiting, server->waiting + taken, server->waiting_count *
		sizeof(struct command *));
}

void server_read(struct server *server, const char *commodity)
{
	const struct commodity *row = state_find(server_state(server), TABLE_COMMODITY, commodity);
	struct answer answer = { .kind = ANSWER_SEEN,
		.batch = sequencer_seen(server->sequencer),
		.size = sequencer_size(server->sequencer) };
	if (row == NULL)
		return;
	text_copy(answer.commodity, sizeof answer.commodity, commodity);
	answer.available_g = row->available_g;
	answer.reserved_g = row->reserved_g;
	hold(server, answer);
}

/* ---- the writer ---- */

static void release(struct server *server)
{
	size_t kept = 0;
	for (size_t i = 0; i < server->held_count; i++) {
		struct answer answer = server->held[i];
		if (answer.batch <= server->committed)
			server->answered(server->context, &answer);
		else
			server->held[kept++] = answer;
	}
	server->held_count = kept;
}

static void refuse(struct server *server)
{
	const struct batch *batch = server->flying;
	uint32_t waiting = sequencer_open_commands(server->sequencer);
	server->refusals++;
	if (batch->command_count == 1) {
		memcpy(server->poisons[server->poison_next++ % POISONS_MAX], batch->commands[0].id, 16);
		server->solo_left += waiting;
	} else {
		server->solo_left = batch->command_count + waiting;
	}
	start_over(server);
}

static void seal(struct server *server)
{
	int64_t draw = random_below(server->random, 100);
	server->flying = sequencer_seal(server->sequencer);
	server->steps_left = (int)random_below(server->random, 8);
	server->fate = draw < 94 ? FATE_COMMIT : draw < 97 ? FATE_LOST_BEFORE : FATE_LOST_AFTER;
}

static void land(struct server *server)
{
	if (contains_poison(server, server->flying)) {
		refuse(server);
		return;
	}
	if (server->fate != FATE_LOST_BEFORE)
		commit(server);
	if (server->fate != FATE_COMMIT) {
		server->losses++;
		start_over(server);
		return;
	}
	server->committed = server->flying->number;
	batch_free(server->flying);
	server->flying = NULL;
	seal(server); /* the next batch first, then the replies */
	release(server);
}

void server_turn(struct server *server)
{
	take_waiting(server);
	if (server->flying == NULL)
		seal(server);
	else if (server->steps_left-- == 0)
		land(server);
	release(server);
}

bool server_idle(const struct server *server)
{
	return server->flying == NULL && server->held_count == 0 && server->waiting_count == 0;
}
