/*
 * Many calls over many connections by one thread: sends bytes, cuts replies at their NUL, keeps
 * the order, notes the time. What is asked and what a reply means is the plan's; no JSON is parsed
 * here, so that the driver costs a few microseconds a call beside what it measures.
 */
#ifndef BENCH_DRIVE_H
#define BENCH_DRIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

enum drive_verdict {
	DRIVE_DONE,  /* answered */
	DRIVE_AGAIN, /* to be asked again as it was, after a pause */
	DRIVE_STOP,  /* end the whole run; the error is set */
};

struct drive_plan {
	const char *socket;
	int connections;   /* 1 or more */
	int in_flight;     /* calls of each sent and not yet answered; 1 or more */
	int patience_ms;   /* 0: a lost connection ends the run; else it is opened again this long */
	size_t call_size;  /* of the plan's record of a call */
	void *context;

	/* Fills the next call of a connection; false where it has no more. */
	bool (*next)(void *context, int connection, void *call);

	/* Appends the call's message with its NUL. The same bytes for the same call. */
	void (*write)(void *context, const void *call, struct buffer *out);

	/* Takes a reply, without its NUL. */
	enum drive_verdict (*take)(void *context, const void *call, const char *reply, size_t length,
		int64_t took_ns, struct error *error);

	/* After the replies of one turn; may be NULL. */
	bool (*turn)(void *context, struct error *error);
};

struct drive_result {
	int64_t elapsed_ns; /* from the first call to the last reply; connecting is not counted */
	int64_t cpu_ns;     /* of this process in that time */
	int64_t answered;   /* calls */
	int64_t reconnects;
};

int64_t drive_now_ns(void);

/* Runs until no connection has more calls and all are answered. */
bool drive_run(const struct drive_plan *plan, struct drive_result *ret_result,
	struct error *error);

#endif
