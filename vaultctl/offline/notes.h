/*
 * Everything that persons signed, checked from the entries alone: the founding note against the keys
 * it names, each signature against the text prepared and a key that was enrolled and unrevoked then,
 * each effect against the signatures that it needs. No state of the core is involved.
 */
#ifndef VAULTCTL_OFFLINE_NOTES_H
#define VAULTCTL_OFFLINE_NOTES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "wire/entry.h"

struct notes;

struct notes *notes_new(void);
void notes_free(struct notes *notes);

/*
 * Takes the entries in order. ERROR_LEDGER for a signature that does not hold, by a person or a key
 * that may not sign, given twice, or too few behind an effect.
 */
bool notes_entry(struct notes *notes, const struct parsed_entry *entry, struct error *error);

int64_t notes_signatures(const struct notes *notes); /* checked and good */
int64_t notes_documents(const struct notes *notes);  /* prepared, the founding note included */

#endif
