/*
 * A reserve in memory, filled through the core's own commands and events: no socket, no database. What
 * persons sign they sign, with keys that everybody knows.
 *
 * round_reserve_make fills it for a round; lots are entered by their four events alone, as a replay would.
 * Or step by step, with somebody who takes each entry: see ledger_life.h.
 */
#ifndef BENCH_ROUND_RESERVE_H
#define BENCH_ROUND_RESERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "bench/command_id.h"
#include "bench/names.h"
#include "ledger/entry.h"
#include "ledger/hash.h"
#include "ledger/key.h"
#include "reserve/decide.h"
#include "reserve/state.h"

#define ROUND_ORIGIN "bench.example/reserve"

enum { ROUND_PERSONS = 4 };

/* Takes an entry before it is applied. False, with its error, ends what is being made. */
typedef bool round_each(void *context, const struct entry_meta *meta, const struct event *event,
	struct error *error);

struct round_reserve {
	struct state *state;
	struct arena *arena;    /* of the last command, with the cap that a request has */
	struct hasher *hasher;
	struct signer *log, *orders, *persons[ROUND_PERSONS];
	struct random random;   /* of command ids; the same in every run */
	int64_t now, lots;
	round_each *each;       /* may be NULL */
	void *context;
	struct entry_meta meta; /* of the command that was decided last, where each is set */
	struct error failed;    /* of each */
};

/* Empty; then each may be set. lots: how many there will be, which floors and requests go by. */
void round_reserve_begin(struct round_reserve *reserve, int64_t lots);

/* Founded, stocked, declared, every request eligible. False: the core refused a part of it. */
bool round_reserve_make(struct round_reserve *reserve, int64_t lots, struct error *error);
void round_reserve_free(struct round_reserve *reserve);

/* Its steps: founding and frame; floors, prices and bases, which may follow the lots. */
bool round_reserve_frame(struct round_reserve *reserve, struct error *error);
bool round_reserve_set(struct round_reserve *reserve, struct error *error);

/*
 * Decides and applies a command given as a JSON object, and empties that. ret_id: what it made, or NULL.
 * ret_refused: whether a rule refused it, or NULL.
 */
bool round_reserve_give(struct round_reserve *reserve, const char *person, const char *command,
	struct buffer *json, char ret_id[CODE_MAX], bool *ret_refused, struct error *error);

/* The same for what makes a note; then so many officers sign it. */
bool round_reserve_settle(struct round_reserve *reserve, const char *command, struct buffer *json,
	int signatures, char ret_id[CODE_MAX], struct error *error);

/* Lets time pass, with what it brings about. */
bool round_reserve_wait(struct round_reserve *reserve, int64_t ms, struct error *error);

/* Decides a command given as a JSON object; changes nothing. The decision lives in the arena. */
bool round_reserve_decide(struct round_reserve *reserve, const char *person, const char *command,
	struct buffer *json, struct decision *ret_decision, struct error *error);

/* Applies it, and brings about what time does then. False: failed says what each did not take. */
bool round_reserve_apply(struct round_reserve *reserve, const char *person,
	const struct decision *decision);

/* Writes how an officer signs an open note as it stands. */
void round_reserve_signature(struct round_reserve *reserve, const char *person, const char *note,
	struct buffer *ret_json);

/* The id of the one declaration. */
const char *round_reserve_declaration(const struct round_reserve *reserve);

#endif
