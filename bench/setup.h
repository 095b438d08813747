/*
 * Inside vault-bench-setup: a new reserve made ready for the load, all of it through the socket, as
 * people would do it.
 */
#ifndef BENCH_SETUP_H
#define BENCH_SETUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "bench/command_id.h"
#include "ledger/key.h"
#include "vault/limits.h"
#include "wire/client.h"

enum { SETUP_PERSONS = 4, SETUP_TIMEOUT_MS = 600000 };
enum { SETUP_FIRST_OFFICER = 2, SETUP_SECOND_OFFICER = 3 }; /* in setup_persons */

struct setup {
	const char *socket, *origin;
	int64_t lots;
	bool demonstration; /* on a clock of its own */
	bool round;         /* filled for a round: see content.h */
	struct client *client;
	struct random random;
	struct signer *signers[SETUP_PERSONS]; /* in the order of setup_persons */
};

struct setup_person {
	const char *code, *duties, *name;
};
extern const struct setup_person setup_persons[SETUP_PERSONS];

/* Appends ,"as":PERSON,"command":a new id and the closing brace of a call's parameters. */
void setup_end_params(struct setup *setup, struct buffer *params, const char *person);

/* One call; an error reply is an error. The reply is the caller's to free. */
bool setup_call(struct setup *setup, const char *method, struct buffer *params,
	struct reply *ret_reply, struct error *error);

/* Founding; minerals, commodities, sites, members. Makes the signers. */
bool setup_found(struct setup *setup, struct error *error);
bool setup_frame(struct setup *setup, struct error *error);

/* Lots announced, weighed, assayed and accepted, over connections of their own. */
bool setup_lots(struct setup *setup, struct error *error);

/*
 * Floors, then one full declaration over everything, open when this returns; with lots it waits for
 * the floors too, until a request would pass.
 */
bool setup_floors(struct setup *setup, struct error *error);
bool setup_declare(struct setup *setup, char ret_id[CODE_MAX], struct error *error);

/* Prices, bases, a declaration in rounds with its requests; then the round, its figures printed. */
bool setup_round(struct setup *setup, struct error *error);

/* ---- notes ---- */

struct setup_signed {
	int64_t took_ns; /* of the call that brings the signature */
	int64_t index;   /* in the ledger, of the first entry that it made */
};

/* Sends what prepares a note and gives the note's id; the params are freed. */
bool setup_prepare(struct setup *setup, const char *method, struct buffer *params,
	char ret_id[CODE_MAX], struct error *error);

/* A person signs a note that is open. */
bool setup_sign(struct setup *setup, int person, const char *id, struct setup_signed *ret_signed,
	struct error *error);

/* Prepares a note and has both officers sign it. */
bool setup_settle(struct setup *setup, const char *method, struct buffer *params,
	char ret_id[CODE_MAX], struct error *error);

#endif
