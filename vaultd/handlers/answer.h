/*
 * Replies to writes, rendered from events: from the ones just decided, or from the ledger's entries
 * when the same command comes again. One function for both, so that the answers are the same.
 */
#ifndef VAULTD_HANDLERS_ANSWER_H
#define VAULTD_HANDLERS_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/json.h"
#include "reserve/decide.h"

/* More kinds than any one command makes. */
enum { ANSWER_KINDS_MAX = 64 };

/* What the reply is made of, however many events there were. */
struct answer {
	struct event first;  /* what it is about; a refusal is this event alone */
	const char *kinds[ANSWER_KINDS_MAX]; /* each once, by their first appearance */
	uint32_t kind_count;
	int64_t index, at;   /* of the first; index ABSENT on a dry run */
	const char *document; /* the note that was made, the last of several; or NULL */
	const char *next;    /* or NULL */
	const char *remark;  /* or NULL */
	bool coarse;         /* for who may not see how much there is: no figures of stock */
};

/* The first event, whose body must live as long as the answer; and each that follows. */
void answer_begin(struct answer *answer, const struct event *first, int64_t index, int64_t at);
void answer_add(struct answer *answer, const struct event *event, struct arena *arena);

/* The reply of a write: a Receipt, for requests with the decision, or the error Refused. */
void answer_write(struct buffer *out, const struct answer *answer);

/* What an event is about: R-2026-0014, GA-0042. */
const char *answer_subject(const struct event *event);

#endif
