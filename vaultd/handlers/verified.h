/*
 * Signatures on notes, checked by a worker thread and never by the loop. A prepare function that
 * has a note asks here. What no worker has checked yet it cannot answer: the call is put aside, a
 * worker checks, the call is dispatched once more from its beginning, and the same question finds
 * its answer. A result belongs to the bytes alone (a SHA-256 over text, verifier keys and
 * signatures), so it holds whatever is committed, lost or rewound meanwhile, and for whoever brings
 * the same note again.
 */
#ifndef VAULTD_HANDLERS_VERIFIED_H
#define VAULTD_HANDLERS_VERIFIED_H

#include <stdbool.h>

#include "base/error.h"
#include "ledger/note.h"

struct asked;
struct verified;

/*
 * Remembers VERIFIED_KEPT results; one that another has pushed out is checked again when asked for.
 */
struct verified *verified_new(void);
void verified_free(struct verified *verified);

/*
 * Whether the note's signatures hold: line i is by keys[i]; a line whose key is NULL is not looked
 * at. Whether a key may sign is not asked here.
 *
 * True:  every line that has a key is by that key.
 * False: with an error, BadSignature, naming the person of the first that is not; or without one,
 *        and then asked->job must run first: the prepare function just returns false.
 */
bool verified_note(struct asked *asked, const struct note *note,
	const struct verifier_key *const keys[], struct error *error);

#endif
