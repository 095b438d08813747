/*
 * vaultd without sockets, threads and PostgreSQL: the real sequencer, a batch in flight, replies
 * held until their batch is durable, and starting over after a refusal, a loss or a crash. What
 * happens to a commit is the seed's decision.
 */
#ifndef SIMULATION_SERVER_H
#define SIMULATION_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "durable.h"
#include "random.h"
#include "vaultd/sequencer.h"

/* A command as its client keeps it: until it is answered it is asked again with the same id. */
struct command {
	const struct command_type *type;
	char *line;              /* its parameters, see params.h */
	char actor[CODE_MAX];
	uint8_t id[16], digest[32];
	bool poison;             /* the database will refuse any batch with it */
	bool acknowledged;       /* it was answered with an index at least once */
	int64_t index;
};

enum answer_kind { ANSWER_DONE, ANSWER_ERROR, ANSWER_SEEN };

/* A reply, held until a batch is durable. */
struct answer {
	enum answer_kind kind;
	struct command *command; /* NULL for a reader */
	uint64_t batch;
	int64_t index;
	enum error_id error;
	bool failed_alone;       /* InternalError of a poison command */
	int64_t size;            /* what a reader saw, and where */
	char commodity[CODE_MAX];
	int64_t available_g, reserved_g;
};

enum { POISONS_MAX = 16 };

enum fate { FATE_COMMIT, FATE_LOST_BEFORE, FATE_LOST_AFTER };

struct server {
	struct durable *durable;
	struct sequencer *sequencer;
	struct arena *arena;
	struct random *random;
	int64_t now;
	struct batch *flying;    /* with the writer; its fate, and in how many steps */
	enum fate fate;
	int steps_left;
	uint64_t committed;      /* number of the last batch that is durable */
	struct answer *held;
	size_t held_count, held_capacity;
	struct command **waiting; /* not given to the sequencer yet, in order */
	size_t waiting_count, waiting_capacity;
	uint8_t poisons[POISONS_MAX][16]; /* the last that failed alone; zero where there is none */
	unsigned poison_next;
	uint32_t solo_left;
	const char *broken;      /* the first thing that must not be, or NULL */
	/* Gives a durable answer to whoever asked. */
	void (*answered)(void *context, const struct answer *answer);
	void *context;
	uint64_t loads, losses, refusals; /* for the summary */
};

void server_start(struct server *server, struct durable *durable, struct random *random);
void server_stop(struct server *server);

/* The process is killed: all but the durable copy is gone; a batch in flight is committed or not. */
void server_crash(struct server *server);

/* A client sends a command, for the first time or again. */
void server_ask(struct server *server, struct command *command);

/* A reader asks what is available of a commodity; the answer is held like every other. */
void server_read(struct server *server, const char *commodity);

/* One turn: what waits is decided, what is durable is answered, the open batch sealed if it can. */
void server_turn(struct server *server);

/* Nothing is held, waits or flies. */
bool server_idle(const struct server *server);

struct state *server_state(const struct server *server);

#endif
