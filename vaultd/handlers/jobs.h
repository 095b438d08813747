/*
 * What handlers give to other threads: a job is made with an arena of its own, submitted or refused
 * where too many wait, and ends the call that it answers or has it dispatched again. Two of them
 * any write may need: the answer of a command that was answered before, and the look-up of a
 * command id that memory no longer covers.
 */
#ifndef VAULTD_HANDLERS_JOBS_H
#define VAULTD_HANDLERS_JOBS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "vaultd/registry.h"
#include "vaultd/store/readers.h"

struct asked;

/*
 * Allocates a job with its own arena; size is that of the owner's struct, whose first member it is.
 * It sees what the call has seen; its end is job_done, unless the owner sets another.
 */
void *job_new(struct asked *asked, size_t size, void (*run)(struct read_job *, struct reader *));

/* Ends a job with an error reply instead of what it rendered since mark. */
void job_fail(struct read_job *job, size_t mark, const struct error *error);

/* Hands it to one of vaultd's pools: the call is deferred, or answered that too many wait. */
enum call_outcome job_submit(struct asked *asked, struct readers *pool, struct read_job *job,
	struct buffer *out);

/* The two ends, in the loop; context is the struct vaultd. The call is over, or comes once more. */
void job_done(struct read_job *job, void *context);
void job_done_again(struct read_job *job, void *context);

/* Frees one that was never submitted. */
void job_drop(struct read_job *job);

/* Answers a command that was answered before with the same answer, from its entries at index. */
enum call_outcome job_repeat_answer(struct asked *asked, const uint8_t id[16], int64_t index,
	struct buffer *out);

/* Asks the store for a command id; then the call is dispatched again, and the sequencer knows. */
enum call_outcome job_look_up(struct asked *asked, const uint8_t id[16], struct buffer *out);

#endif
