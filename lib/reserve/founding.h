/*
 * How a reserve begins: one note, signed by every person it names, which is entry 0. From then on
 * persons, keys, duties and thresholds change only by a note of two enrolled officers.
 *
 * The text, one item a line after the type line projectvault.org/founding@v1:
 *   origin vault.example/reserve-log
 *   log VERIFIER-KEY               named like the origin
 *   orders VERIFIER-KEY            named origin/orders
 *   person CODE DUTY[,DUTY…] VERIFIER-KEY NAME…
 *   witness CODE MEMBER VERIFIER-KEY NAME…   a member state that cosigns checkpoints; it signs no note,
 *                                  this one neither, and its key is of type 0x04
 *   signatures KIND N              optional, 2: persons that must sign a note of this kind (person,
 *                                  floors that are lowered, prices, declaration, release-order)
 *   floor-notice-days N            optional, 14
 *   order-lapse-days N             optional, 30
 *   demonstration yes              optional: the reserve runs on a clock of its own
 */
#ifndef RESERVE_FOUNDING_H
#define RESERVE_FOUNDING_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

struct finding;
struct rule_list;

/* How many persons must sign a kind of note, where that is not two. */
struct threshold {
	char kind[16];
	int64_t signatures;
};

struct reserve {
	struct row row;
	char key[12];              /* "reserve": there is one row */
	char origin[128];
	char log_key[224], order_key[224]; /* verifier keys */
	bool demonstration;
	int64_t floor_notice_days, order_lapse_days;
	int64_t founded_at;
	struct list thresholds; /* of struct threshold */
	/* The last audit by vaultd that ran every check over the whole ledger; ABSENT: none yet. */
	int64_t audited_at;
	char audited_by[CODE_MAX]; /* "": the self-check */
	int64_t audited_entries, audited_checks, audited_criticals, audited_warnings, audited_unchecked;
	uint8_t audited_root[32];
	struct rule_list *rules; /* derived, of Emergency: those in force for every commodity */
	const struct finding *stopped; /* derived, of Evidence: it stops every commodity; or NULL */
};

struct founding_person {
	char code[CODE_MAX];
	uint32_t duties;
	char name[NAME_MAX_BYTES];
	char verifier_key[224];
};

struct founding_witness {
	char code[CODE_MAX], member[8];
	char name[NAME_MAX_BYTES];
	char verifier_key[224];
};

/* A founding text, read. */
struct founding {
	char origin[128], log_key[224], order_key[224];
	bool demonstration;
	int64_t floor_notice_days, order_lapse_days;
	struct list persons;    /* of struct founding_person, in the arena */
	struct list witnesses;  /* of struct founding_witness, in the arena */
	struct list thresholds; /* of struct threshold, in the arena */
};

extern const struct descriptor reserve_descriptor;
extern const struct event_type event_reserve_founded;
extern const struct command_type command_found;

/* How many different persons must sign a note of that kind. */
int64_t founding_signatures(const struct reserve *reserve, const char *kind);

/* Reads a founding text; errors name the line. */
bool founding_read(const char *text, struct arena *arena, struct founding *ret_founding,
	struct error *error);

#endif
