/*
 * Reads that are answered as of the past (--as-of-index N, --as-of TIME) or from an exported ledger without
 * any daemon (--ledger DIR, --key KEY): every call that a command makes goes there instead.
 */
#ifndef VAULTCTL_PAST_H
#define VAULTCTL_PAST_H

#include <stdbool.h>

#include "vaultctl/ctl.h"

struct past;

/* Takes --as-of-index and --as-of out of argv, and puts a --ledger or --key before the noun behind it. */
bool past_take(struct ctl *ctl, int *argc, char **argv, struct error *error);

/* Whether no noun is left: then the status is meant. */
bool past_lacks_noun(int argc, char *const *argv);

/* Whether a row's command can be asked as of the past; NULL: no command yet. */
bool past_may(const struct ctl_command *row);

/*
 * For the row that runs: takes --ledger and --key where it is a read. ERROR_INVALID where what was asked
 * for cannot be had of it.
 */
bool past_begin(struct ctl *ctl, int *argc, char **argv, struct error *error);
void past_end(struct ctl *ctl);

/* Everything is answered from that folder from now on. */
void past_set_ledger(struct ctl *ctl, const char *directory);

/* SHA-256 over every row of the state of the last answer from a folder, in hex; returns its last index. */
enum { PAST_DIGEST = 65 };
int64_t past_digest(const struct ctl *ctl, char to[PAST_DIGEST]);

/*
 * Where a call goes as of the past: from an export it is answered here; else *method and *params become
 * those of Evidence.AsOf, and past_unwrap takes the answer out of its reply.
 */
bool past_offline(const struct ctl *ctl);
bool past_answer(struct ctl *ctl, const char *method, const char *params, struct reply *ret_reply,
	struct error *error);
bool past_wrap(struct ctl *ctl, struct buffer *method, struct buffer *params, struct error *error);
void past_unwrap(struct ctl *ctl, struct reply *reply);

#endif
