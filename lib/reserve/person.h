/*
 * Persons, their duties and their keys: who may, and whether two are two. A person is the unit of
 * responsibility; Unix users never reach the core. Keys are rows of their own, so that what a key
 * signed before it was replaced verifies for ever.
 */
#ifndef RESERVE_PERSON_H
#define RESERVE_PERSON_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum duty {
	DUTY_KEEPER = 1,
	DUTY_ASSAYER = 2,
	DUTY_OFFICER = 4,
	DUTY_AUDITOR = 8,
	DUTY_ADMINISTRATOR = 16,
	DUTY_DELEGATE = 32,
	DUTY_ANY = 63,      /* of those who act */
	DUTY_WITNESS = 64   /* a member state that cosigns checkpoints, and does nothing else here */
};

enum person_state { PERSON_NONE, PERSON_PROPOSED, PERSON_ENROLLED, PERSON_REVOKED };

struct person {
	struct row row;
	char code[CODE_MAX];
	char name[NAME_MAX_BYTES];
	uint32_t duties;          /* of enum duty */
	char member[8];           /* a delegate's or witness's member, or "" */
	uint8_t state;
	char verifier_key[224];   /* the key in force, C2SP text form */
	char document[CODE_MAX];  /* the note that proposed what is proposed */
};

/* A verifier key and the ledger indexes between which it speaks for its person. */
struct key {
	struct row row;
	char id[CODE_MAX + 16];   /* person + "." + eight hex digits of the key id */
	struct person *person;
	char verifier_key[224];
	int64_t from_index, until_index; /* until: ABSENT while in force */
};

extern const char *const duty_names[];
extern const struct descriptor person_descriptor, key_descriptor;
extern const struct event_type event_person_proposed, event_person_enrolled,
	event_person_revoked, event_person_key_replaced, event_witness_named;
extern const struct command_type command_person_enrol, command_person_revoke,
	command_key_replace;

/* The enrolled person with that code, or NULL. */
struct person *person_find(const struct state *state, const char *code);

/* The key of a person whose id is those eight hex digits and that is in force now, or NULL. */
struct key *person_key(const struct state *state, const char *person, const char *key_id);

/* How many enrolled persons have any of these duties. */
uint32_t person_count(const struct state *state, uint32_t duties);

/* Whether an enrolled delegate speaks for that member; costs nothing where there is no delegate. */
bool person_speaks_for(const struct state *state, const char *member);
void person_loaded(struct state *state, struct row *row);

/* Makes a person enrolled with a key from the entry being applied on (founding and enrolment). */
void person_install(struct state *state, const char *code, const char *name, uint32_t duties,
	const char *member, const char *verifier_key);

/* Whether text is a verifier key whose name is origin + "/" + code; copies its eight hex digits. */
bool person_key_named(const char *verifier_key, const char *origin, const char *code,
	char ret_key_id[9]);

/*
 * Whether it is a key of the kind that these duties need: one for cosignatures (type 0x04) of a witness,
 * and of nobody else. It signs checkpoints and nothing besides, so that nobody takes the one signature
 * for the other. That the text is a verifier key at all is the edge's to check.
 */
bool person_key_fits(const char *verifier_key, uint32_t duties);

/* Whether two verifier keys are the same public key under whatever names and for whatever use. */
bool person_keys_equal(const char *one, const char *other);

/* A witness whom the founding note names: its entry, behind the founding. Adds the event. */
void person_name_witness(struct decision *decision, const char *code, const char *name,
	const char *member, const char *verifier_key);

/* Notes about persons: enrolment, revocation, a key in place of another. */
extern const struct document_kind document_person;

#endif
