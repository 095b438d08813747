/*
 * Thousands of random commands over a store that fails, delays and forgets; one line a seed that
 * fails, with what replays it. Everything a run does follows from its seed.
 *
 *   simulate --seeds N --commands M        seeds 1 to N
 *   simulate --seed S --commands M [--trace]     what is sent and answered, then the ledger
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit_world.h"
#include "base/json.h"
#include "base/time.h"
#include "commands.h"
#include "coverage.h"
#include "durable.h"
#include "params.h"
#include "replay.h"
#include "server.h"

enum { OUTSTANDING_MAX = 48, BEGIN_DAY = 20020, BEGIN_DAYS = 12, DRAIN_TURNS = 20000 };

struct simulation {
	struct random random;
	struct server server;
	struct durable *durable;
	struct command *commands; /* never moved: the server points to them */
	int made, limit;
	int outstanding;
	struct seen *seen;
	size_t seen_count, seen_capacity;
	struct arena *arena;
	struct hasher *hasher;
	int64_t step;
	bool trace;
	uint64_t done, errors, again;
	struct coverage *coverage;
	char broken[1024];
};

/* What a run is at, for the message of an assertion that fails. */
static uint64_t current_seed;
static const struct simulation *current;

static void on_abort(int signal_number)
{
	char line[160];
	int length = snprintf(line, sizeof line, "\nFAILED --seed %llu at step %lld: aborted\n",
		(unsigned long long)current_seed, current != NULL ? (long long)current->step : 0LL);
	ssize_t written = write(STDERR_FILENO, line, (size_t)length);
	(void)written;
	(void)signal_number;
	_exit(1);
}

static void broken(struct simulation *simulation, const char *what)
{
	if (simulation->broken[0] == '\0')
		snprintf(simulation->broken, sizeof simulation->broken, "%s", what);
}

#define TRACE(simulation, ...) ((simulation)->trace ? (void)printf(__VA_ARGS__) : (void)0)

/* ---- commands and their ids ---- */

static void put_time(uint8_t id[16], int64_t time_ms)
{
	for (int i = 0; i < 6; i++)
		id[i] = (uint8_t)(time_ms >> (40 - 8 * i));
}

/* A UUIDv7, mostly of now; some were made long ago and come late, some are out of their time. */
static void make_id(struct simulation *simulation, uint8_t id[16])
{
	struct random *random = &simulation->random;
	int64_t made = simulation->server.now, draw = random_below(random, 100);
	uint64_t bits[2] = { random_next(random), random_next(random) };
	if (draw < 10)
		made -= random_below(random, 3 * COMMAND_IDS_KEPT_MS);
	else if (draw < 13)
		made -= random_below(random, 35 * TIME_DAY_MS);
	else if (draw < 15)
		made += random_below(random, 10 * 60000);
	memcpy(id, bits, 16);
	put_time(id, made);
	id[6] = (uint8_t)(0x70 | (id[6] & 15));
	id[8] = (uint8_t)(0x80 | (id[8] & 63));
}

static void digest(struct simulation *simulation, struct command *command)
{
	struct buffer text = { 0 };
	struct hash hash;
	arena_reset(simulation->arena);
	buffer_append_text(&text, command->type->name);
	buffer_append_byte(&text, '\n');
	json_canonical_record(&text, command->type->params,
		params_read(simulation->arena, command->type->params, command->line));
	hasher_sha256(simulation->hasher, text.bytes, text.length, &hash);
	memcpy(command->digest, hash.bytes, 32);
	buffer_free(&text);
}

static struct command *next_command(struct simulation *simulation)
{
	struct command *command = &simulation->commands[simulation->made++];
	make_id(simulation, command->id);
	return command;
}

static void send(struct simulation *simulation, struct command *command)
{
	TRACE(simulation, "%lld send %d %s %s %.100s\n", (long long)simulation->step,
		(int)(command - simulation->commands), command->actor, command->type->name,
		command->line);
	simulation->outstanding++;
	server_ask(&simulation->server, command);
}

/* ---- answers ---- */

static void check_done(struct simulation *simulation, const struct answer *answer)
{
	struct command *command = answer->command;
	const struct batch_command *durable = durable_command(simulation->durable, command->id);
	if (durable == NULL || durable->index != answer->index)
		broken(simulation, "a command was acknowledged that is not durable where it was said");
	if (command->acknowledged && command->index != answer->index)
		broken(simulation, "the same id was answered with another index");
	if (command->poison)
		broken(simulation, "a command was acknowledged that the database refuses");
	command->acknowledged = true;
	command->index = answer->index;
	simulation->done++;
}

static void check_error(struct simulation *simulation, const struct answer *answer)
{
	const struct command *command = answer->command;
	if (answer->failed_alone ? !command->poison : answer->error == ERROR_INTERNAL)
		broken(simulation, "a command failed alone that the database does not refuse");
	/* Only an id older than ids live is not told what became of it. */
	if (command->acknowledged && answer->error != ERROR_COMMAND_REUSED &&
	    answer->error != ERROR_COMMAND_EXPIRED)
		broken(simulation, "a command that was acknowledged was answered with an error");
	simulation->errors++;
}

static void note_seen(struct simulation *simulation, const struct answer *answer)
{
	if (answer->size > simulation->durable->size)
		broken(simulation, "a reader saw what is not durable");
	if (simulation->seen_count == simulation->seen_capacity) {
		simulation->seen_capacity = simulation->seen_capacity * 2 + 64;
		simulation->seen = reallocarray(simulation->seen, simulation->seen_capacity,
			sizeof *simulation->seen);
		if (simulation->seen == NULL)
			abort();
	}
	struct seen *seen = &simulation->seen[simulation->seen_count++];
	*seen = (struct seen){ .size = answer->size, .available_g = answer->available_g,
		.reserved_g = answer->reserved_g };
	text_copy(seen->commodity, sizeof seen->commodity, answer->commodity);
}

static void on_answer(void *context, const struct answer *answer)
{
	struct simulation *simulation = context;
	if (answer->kind == ANSWER_SEEN) {
		note_seen(simulation, answer);
		return;
	}
	TRACE(simulation, "%lld answer %d %s %lld\n", (long long)simulation->step,
		(int)(answer->command - simulation->commands),
		answer->kind == ANSWER_DONE ? "at" : error_info(answer->error)->name,
		(long long)answer->index);
	simulation->outstanding--;
	coverage_command(simulation->coverage, answer->command->type, answer->kind == ANSWER_DONE);
	if (answer->kind == ANSWER_DONE)
		check_done(simulation, answer);
	else
		check_error(simulation, answer);
}

/* ---- steps ---- */

static void send_new(struct simulation *simulation)
{
	struct command *command = next_command(simulation);
	commands_draw(&simulation->random, server_state(&simulation->server), simulation->server.now,
		command);
	command->poison = random_below(&simulation->random, 400) == 0;
	digest(simulation, command);
	send(simulation, command);
}

static struct command *any_command(struct simulation *simulation)
{
	int64_t back = random_below(&simulation->random, simulation->made);
	if (random_chance(&simulation->random, 50) && back > 40)
		back %= 40;
	return &simulation->commands[simulation->made - 1 - back];
}

/* The same id by another actor or with other parameters: no second effect, and not its answer. */
static void send_reused(struct simulation *simulation)
{
	const struct command *used = any_command(simulation);
	if (!used->acknowledged)
		return;
	struct command *command = next_command(simulation);
	memcpy(command->id, used->id, 16);
	command->type = used->type;
	command->line = strdup(used->line);
	text_copy(command->actor, sizeof command->actor, used->actor);
	if (command->line == NULL)
		abort();
	digest(simulation, command);
	if (random_chance(&simulation->random, 50))
		command->digest[5] ^= 1;
	else
		text_copy(command->actor, sizeof command->actor, "mallory");
	send(simulation, command);
}

static int64_t month_after(int64_t time_ms)
{
	int year, month, day;
	time_civil(time_ms, &year, &month, &day);
	return month < 12 ? time_from_civil(year, month + 1, 1) : time_from_civil(year + 1, 1, 1);
}

/* To just before or after a moment at which time does something. */
static void pass_boundary(struct simulation *simulation)
{
	struct server *server = &simulation->server;
	int64_t draw = random_below(&simulation->random, 10), due_ms = 0;
	int64_t at = month_after(server->now);
	if (draw < 4 && state_next_due(server_state(server), &due_ms) != NULL)
		at = due_ms;
	else if (draw < 8 || at > server->now + 4 * TIME_DAY_MS)
		at = server->now - server->now % TIME_DAY_MS + TIME_DAY_MS;
	at += random_below(&simulation->random, 3000) - 1500;
	if (at > server->now)
		server->now = at;
}

static void pass_time(struct simulation *simulation)
{
	struct random *random = &simulation->random;
	int64_t draw = random_below(random, 1000);
	simulation->server.now += random_below(random, draw < 900 ? 500 : 20000);
	if (draw == 0)
		simulation->server.now += random_below(random, 2 * TIME_DAY_MS);
	else if (draw < 4)
		simulation->server.now += random_below(random, 2 * COMMAND_IDS_KEPT_MS);
	else if (draw < 8)
		simulation->server.now -= random_below(random, 5000); /* a clock that was set back */
	else if (draw < 12)
		pass_boundary(simulation);
}

static void step(struct simulation *simulation)
{
	struct random *random = &simulation->random;
	struct server *server = &simulation->server;
	static const char *const commodities[] = { "ga", "wo3", "dy" };
	int64_t draw = random_below(random, 1000);
	simulation->step++;
	pass_time(simulation);
	if (draw < 4) {
		TRACE(simulation, "%lld crash\n", (long long)simulation->step);
		server_crash(server);
	} else if (draw < 40) {
		simulation->again++;
		send(simulation, any_command(simulation)); /* lost the answer, or impatient */
	} else if (draw < 50) {
		send_reused(simulation);
	} else if (draw < 100) {
		server_read(server, commodities[random_below(random, 3)]);
	} else if (draw < 110) {
		sequencer_tick(server->sequencer, server->now);
	} else if (simulation->outstanding < OUTSTANDING_MAX) {
		send_new(simulation);
	}
	if (!random_chance(random, 30))
		server_turn(server);
	if (server->broken != NULL)
		broken(simulation, server->broken);
}

static void drain(struct simulation *simulation)
{
	for (int i = 0; i < DRAIN_TURNS && !server_idle(&simulation->server); i++)
		server_turn(&simulation->server);
	if (!server_idle(&simulation->server))
		broken(simulation, "commands are never answered");
	if (simulation->server.broken != NULL)
		broken(simulation, simulation->server.broken);
}

static void set_up(struct simulation *simulation)
{
	for (int i = 0;; i++) {
		struct command *command = next_command(simulation);
		if (!commands_setup(i, &simulation->random, server_state(&simulation->server),
		    simulation->server.now, command)) {
			simulation->made--;
			return;
		}
		put_time(command->id, simulation->server.now);
		digest(simulation, command);
		send(simulation, command);
		drain(simulation);
		if (!command->acknowledged)
			broken(simulation, "the reserve could not be set up");
	}
}

static void trace_ledger(const struct simulation *simulation)
{
	for (int64_t i = 0; simulation->trace && i < simulation->durable->size; i++) {
		size_t length;
		const char *bytes = durable_entry(simulation->durable, i, &length);
		printf("entry %.*s\n", (int)length, bytes);
	}
}

static void finish(struct simulation *simulation)
{
	drain(simulation);
	trace_ledger(simulation);
	for (int i = 0; i < simulation->made; i++) {
		const struct command *command = &simulation->commands[i];
		const struct batch_command *durable = durable_command(simulation->durable, command->id);
		if (command->acknowledged && (durable == NULL || durable->index != command->index))
			broken(simulation, "an acknowledged command was lost");
	}
	if (simulation->broken[0] != '\0')
		return;
	const char *failed = replay_check(simulation->durable, simulation->seen,
		simulation->seen_count, simulation->coverage);
	if (failed == NULL)
		failed = audit_world(simulation->durable);
	if (failed != NULL)
		broken(simulation, failed);
}

static void release(struct simulation *simulation)
{
	server_stop(&simulation->server);
	durable_free(simulation->durable);
	for (int i = 0; i < simulation->made; i++)
		free(simulation->commands[i].line);
	free(simulation->commands);
	free(simulation->seen);
	arena_free(simulation->arena);
	hasher_free(simulation->hasher);
}

static bool run(uint64_t seed, int limit, bool trace, bool verbose, struct coverage *coverage)
{
	struct simulation simulation = { .random = random_from(seed), .limit = limit, .trace = trace,
		.coverage = coverage, .durable = durable_new(), .arena = arena_new(0), .hasher = hasher_new() };
	simulation.commands = calloc((size_t)limit + 16, sizeof *simulation.commands);
	if (simulation.commands == NULL)
		abort();
	/* Late in October 2024: a month's end comes soon, a year's in the long runs. */
	simulation.server = (struct server){ .now = (BEGIN_DAY +
		random_below(&simulation.random, BEGIN_DAYS)) * TIME_DAY_MS, .answered = on_answer,
		.context = &simulation };
	current_seed = seed;
	current = &simulation;
	server_start(&simulation.server, simulation.durable, &simulation.random);
	set_up(&simulation);
	while (simulation.made < limit && simulation.broken[0] == '\0')
		step(&simulation);
	if (simulation.broken[0] == '\0')
		finish(&simulation);
	bool good = simulation.broken[0] == '\0';
	if (!good)
		printf("FAILED --seed %llu --commands %d at step %lld: %s\n", (unsigned long long)seed,
			limit, (long long)simulation.step, simulation.broken);
	else if (verbose)
		printf("seed %llu: %lld entries, %llu done, %llu errors, %llu asked again, %llu loads, "
			"%llu losses, %llu refusals, %zu reads\n", (unsigned long long)seed,
			(long long)simulation.durable->size, (unsigned long long)simulation.done,
			(unsigned long long)simulation.errors, (unsigned long long)simulation.again,
			(unsigned long long)simulation.server.loads,
			(unsigned long long)simulation.server.losses,
			(unsigned long long)simulation.server.refusals, simulation.seen_count);
	current = NULL;
	release(&simulation);
	return good;
}

static uint64_t number(const char *text)
{
	char *end;
	unsigned long long value = text != NULL ? strtoull(text, &end, 10) : 0;
	if (text == NULL || *end != '\0' || value == 0) {
		fprintf(stderr, "usage: simulate (--seeds N | --seed S) --commands M [--trace]\n");
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	uint64_t first = 1, last = 200, commands = 2000, failures = 0;
	struct coverage coverage = { 0 };
	bool trace = false;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--trace") == 0)
			trace = true;
		else if (strcmp(argv[i], "--seed") == 0)
			first = last = number(argv[++i]);
		else if (strcmp(argv[i], "--seeds") == 0)
			last = number(argv[++i]);
		else if (strcmp(argv[i], "--commands") == 0)
			commands = number(argv[++i]);
		else
			number(NULL);
	}
	signal(SIGABRT, on_abort);
	for (uint64_t seed = first; seed <= last; seed++)
		failures += run(seed, (int)commands, trace, first == last, &coverage) ? 0 : 1;
	coverage_print(&coverage);
	const char *missing = coverage_missing(&coverage, last - first + 1);
	if (missing != NULL)
		printf("FAILED: no seed came to an entry %s\n", missing);
	printf("%llu of %llu seeds of %llu commands held\n",
		(unsigned long long)(last - first + 1 - failures), (unsigned long long)(last - first + 1),
		(unsigned long long)commands);
	return failures == 0 && missing == NULL ? 0 : 1;
}
