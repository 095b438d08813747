/*
 * A receipt checked by itself: a tlog-proof whose extra line holds the entry's bytes. What it
 * proves is that the log, by its key, vouches for a ledger in which this very entry stands at this
 * index; so what the entry says was recorded.
 */
#ifndef VAULTCTL_OFFLINE_RECEIPT_H
#define VAULTCTL_OFFLINE_RECEIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "vault/limits.h"

/* The decision on a request, as its entry has it. Masses in contained grams, ABSENT: none. */
struct receipt_decision {
	char request[CODE_MAX], member[CODE_MAX], commodity[CODE_MAX];
	int64_t asked_g, awarded_g;
	char rule[8];         /* that bound: it refused, or cut the award; "" where none did */
	const char *title;    /* of that rule */
	const char *because;  /* its sentence, or "" */
	int64_t limit_g;      /* the most that it let pass */
};

struct receipt {
	struct checkpoint checkpoint;
	int64_t index;
	const char *entry;    /* its canonical text */
	const char *kind;     /* "request.refused" */
	char actor[CODE_MAX];
	int64_t at;           /* ms, UTC */
	bool decides;         /* it is a decision on a request */
	struct receipt_decision decision;
};

/*
 * ERROR_LEDGER for whatever does not hold, naming it: the form, the log's signature by one of the
 * keys, the index, the entry with its path. Without keys nobody vouches; that is for making one.
 * The texts of ret_receipt live in the arena.
 */
bool receipt_open(const char *bytes, size_t length, const struct verifier_key *keys,
	size_t key_count, struct arena *arena, struct receipt *ret_receipt, struct error *error);

#endif
