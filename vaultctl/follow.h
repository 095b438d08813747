/*
 * Follows the committed entries of the ledger (Evidence.Watch). A connection that is lost is made
 * again and asked from the next index on, so that no entry is missed and none comes twice.
 */
#ifndef VAULTCTL_FOLLOW_H
#define VAULTCTL_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "vaultctl/ctl.h"

/* Takes one entry, its canonical text. False ends it, with or without an error. */
typedef bool follow_each(void *context, int64_t index, const char *entry, struct error *error);

/* Nothing more has come by now, or a great deal has come without a rest. False as above. */
typedef bool follow_rest(void *context, struct error *error);

struct follow {
	struct ctl *ctl;     /* its connection is the stream's; vaultd was reached before */
	int64_t next;        /* the first index; moves on as entries are taken */
	const char *subject; /* only entries that mention this id, or NULL */
	int64_t until_ms;    /* of ctl_clock_ms; 0: for ever */
	bool by_signal;      /* SIGINT and SIGTERM end it */
	follow_each *each;
	follow_rest *rest;   /* or NULL; first called before any entry */
	void *context;
};

enum follow_end {
	FOLLOW_ON,     /* never returned */
	FOLLOW_DONE,   /* each or rest wanted no more */
	FOLLOW_LATE,   /* until_ms is over */
	FOLLOW_SIGNAL,
	FOLLOW_FAILED, /* an error; vaultd not reached again within ctl->again_ms is one */
};

enum follow_end follow_run(struct follow *follow, struct error *error);

/* The size of the ledger: what is committed from now on has this index or a later one. */
bool follow_size(struct ctl *ctl, int64_t *ret_size, struct error *error);

#endif
