/*
 * Answers as of the past: Evidence.AsOf. One thread makes the state of an index again from the ledger
 * and renders it by the same view that answers live. The state that was made last is kept for some
 * minutes, so that the next page, or the next question about the same index or a later one, goes on
 * from it.
 */
#ifndef VAULTD_HANDLERS_PAST_H
#define VAULTD_HANDLERS_PAST_H

struct asked;
struct handler;
struct past;
struct read_job;
struct vaultd;

struct past *past_new(void);
void past_free(struct past *past); /* once the thread has ended */

/* A PAST method asked as of now: of the ledger's end. The reply is the method's own. */
struct read_job *past_show(struct asked *asked, const struct handler *handler);

/* Once a second: has what is kept dropped when nobody has asked for long. */
void past_tick(struct vaultd *vaultd);

#endif
