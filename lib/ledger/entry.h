/*
 * The bytes of a ledger entry: canonical JSON with the keys actor, at, body, command, digest,
 * effective, kind, sequence, those that are absent left out. These bytes are the leaf.
 */
#ifndef LEDGER_ENTRY_H
#define LEDGER_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/descriptor.h"
#include "vault/limits.h"

struct entry_meta {
	int64_t sequence;       /* the leaf index, from 0 */
	int64_t at;             /* ms, UTC: time of record */
	int64_t effective;      /* ms, UTC, or ABSENT */
	char actor[CODE_MAX];   /* a person's code, or vaultd */
	bool has_command;       /* false in what a tick made: neither command nor digest */
	uint8_t command[16];
	uint8_t digest[32];     /* SHA-256 of the command's canonical parameters */
	const char *kind;       /* for instance lot.weighed or lot.weighed@2 */
};

/* Appends the entry and returns its size, which the caller holds against LEDGER_ENTRY_MAX. */
size_t entry_append(struct buffer *out, const struct entry_meta *meta,
	const struct descriptor *body_descriptor, const void *body);

/* The same with a body that is canonical JSON already. */
size_t entry_append_raw(struct buffer *out, const struct entry_meta *meta, const char *body,
	size_t length);

#endif
