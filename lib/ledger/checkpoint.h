/*
 * What a log says of itself at one size: C2SP tlog-checkpoint. As text three lines: origin, size in
 * decimal, the base64 of the RFC 6962 root. Who signs must never sign two that do not agree.
 */
#ifndef LEDGER_CHECKPOINT_H
#define LEDGER_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "ledger/hash.h"
#include "ledger/note.h"

#define CHECKPOINT_ORIGIN_MAX 128 /* with its NUL */
#define CHECKPOINT_NOTE_MAX (64 * 1024)

struct checkpoint {
	char origin[CHECKPOINT_ORIGIN_MAX];
	int64_t size;
	struct hash root;
};

/* The text that is signed. Requires an origin that is a key's name, and size >= 0. */
void checkpoint_append_text(struct buffer *out, const struct checkpoint *checkpoint);

/* The text of a note, strictly: three lines, no leading zeros, canonical base64. */
bool checkpoint_parse(const char *text, size_t length, struct checkpoint *ret_checkpoint,
	struct error *error);

/*
 * A whole signed checkpoint. Holds where at least one Ed25519 key whose name is the origin signed
 * it, and no signature of a key given is bad. With no keys only the form is checked: the caller
 * must say that nobody vouches for it.
 */
bool checkpoint_open(const char *bytes, size_t length, const struct verifier_key *keys,
	size_t key_count, struct checkpoint *ret_checkpoint, struct error *error);

#endif
