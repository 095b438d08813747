/* What the files about notes share: what is kept of entries, and how a fault is told. Nobody else's. */
#ifndef AUDIT_NOTES_PRIVATE_H
#define AUDIT_NOTES_PRIVATE_H

#include "audit/items.h"
#include "audit/notes.h"
#include "ledger/key.h"
#include "reserve/founding.h"
#include "vault/limits.h"

struct person_key_item {
	struct item item;      /* PERSON.KEYID */
	struct verifier_key key;
	bool in_force;
};

struct person_item {
	struct item item;
	uint32_t duties;
	char member[8];          /* whom a delegate speaks for, or "" */
	char key[CODE_MAX + 16]; /* the item of the key in force, or "" */
};

struct note_item {
	struct item item;
	char *text;            /* NULL once it took effect or was rejected */
	char barred[CODE_MAX];
	uint32_t may_sign;     /* duties of which a signer has any */
	int64_t need;
	bool rejected;
	uint32_t count;
	char (*signers)[CODE_MAX];
};

/*
 * Who asked for a request that waits for a round, or for an exchange; who asked for any that a plan
 * holds, or for what an order releases.
 */
struct request_item {
	struct item item;
	char asker[CODE_MAX];
};
struct plan_item {
	struct item item;
	uint32_t count;
	char (*askers)[CODE_MAX];
};

struct notes {
	struct items keys, persons, documents, requests, plans;
	struct items kinds;    /* what an entry of a kind is taken for */
	char origin[sizeof((struct founding *)0)->origin];
	struct founding_witness witnesses[WITNESSES_MAX]; /* that the founding note names */
	int64_t witness_count;
	int64_t signatures;
	notes_fault *fault;
	void *context;
};

/* Tells a fault. Always returns false. */
bool notes_wrong(const struct notes *notes, const struct check *check, const char *subject,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A person with a key from now on; false where the key is none for them. */
bool notes_enrol(struct notes *notes, const char *code, uint32_t duties, const char *member,
	const char *verifier_key);

/* Entry 0. */
bool notes_take_founding(struct notes *notes, const struct parsed_entry *entry);

/* Behind entry 0, in its command and in the order of its note: a witness that the note names. */
bool notes_take_witness(struct notes *notes, const struct parsed_entry *entry);

/* Nothing comes between the founding and the last witness that its note names. */
void notes_check_after_founding(struct notes *notes, const struct parsed_entry *entry);

#endif
