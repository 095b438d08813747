/*
 * A reserve in memory, filled for a round through the core's own commands and events: no socket, no
 * database, no signatures. Lots are entered by their four events alone, as a replay would.
 */
#ifndef BENCH_ROUND_RESERVE_H
#define BENCH_ROUND_RESERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "ledger/hash.h"
#include "reserve/decide.h"
#include "reserve/state.h"

struct round_reserve {
	struct state *state;
	struct arena *arena;    /* of the last command, with the cap that a request has */
	struct hasher *hasher;
	int64_t now, lots;
};

/* Founded, stocked, declared, every request eligible. False: the core refused a part of it. */
bool round_reserve_make(struct round_reserve *reserve, int64_t lots, struct error *error);
void round_reserve_free(struct round_reserve *reserve);

/* Decides a command given as a JSON object; changes nothing. The decision lives in the arena. */
bool round_reserve_decide(struct round_reserve *reserve, const char *person, const char *command,
	struct buffer *json, struct decision *ret_decision, struct error *error);

/* Applies it, and brings about what time does then. */
void round_reserve_apply(struct round_reserve *reserve, const char *person,
	const struct decision *decision);

/* Writes how an officer signs an open note as it stands. */
void round_reserve_signature(struct round_reserve *reserve, const char *person, const char *note,
	struct buffer *ret_json);

/* The id of the one declaration. */
const char *round_reserve_declaration(const struct round_reserve *reserve);

#endif
