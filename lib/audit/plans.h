/*
 * Plans of rounds, checked from the entries alone: the content that the entries of a run make
 * hashes to what the plan and its note name; what was committed is that plan and nothing else, each
 * request as planned and once; an order cut from it names its hash. That the note was signed is
 * notes.h's.
 */
#ifndef AUDIT_PLANS_H
#define AUDIT_PLANS_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/check.h"
#include "base/error.h"
#include "wire/entry.h"

struct plans;

struct plans *plans_new(void);
void plans_free(struct plans *plans);

/*
 * Takes the entries in order. ERROR_LEDGER for what does not hold, with the plan as the error's field; of
 * that plan nothing more is said then.
 */
bool plans_entry(struct plans *plans, const struct parsed_entry *entry, struct error *error);

/* After the last entry: nothing is left half done. */
bool plans_end(const struct plans *plans, struct error *error);

int64_t plans_checked(const struct plans *plans); /* whose hash holds */

extern const struct check check_plan_hash;

#endif
