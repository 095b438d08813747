/*
 * Everything that persons signed, checked from the entries alone: the founding note against the keys
 * it names, each signature against the text prepared and a key that was enrolled and unrevoked then,
 * each effect against the signatures that it needs, and that nobody signs what they asked for. No state
 * of the core is involved.
 */
#ifndef AUDIT_NOTES_H
#define AUDIT_NOTES_H

#include <stdint.h>

#include "audit/check.h"
#include "wire/entry.h"

struct notes;

/* What does not hold, by which check, about whom: "O-2026-0031". Texts live during the call. */
typedef void notes_fault(void *context, const struct check *check, const char *subject,
	const char *message);

struct notes *notes_new(notes_fault *fault, void *context);
void notes_free(struct notes *notes);

/*
 * Takes the entries in order and goes on after each fault: a signature that does not hold, or that its
 * signer was not to give, counts for nothing from then on.
 */
void notes_entry(struct notes *notes, const struct parsed_entry *entry);

int64_t notes_signatures(const struct notes *notes); /* checked and good */
int64_t notes_documents(const struct notes *notes);  /* prepared, the founding note included */

extern const struct check check_founding, check_signatures, check_two_signatures, check_signer_asked;

#endif
