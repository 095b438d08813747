/*
 * The varlink server of vaultd: listens, keeps the sessions, checks every call against its
 * interface and hands it to one dispatch function. It runs in the loop thread alone and knows
 * nothing of vaults.
 *
 * Within sd-event it has three sources, all at SD_EVENT_PRIORITY_NORMAL: the listening sockets, one
 * epoll descriptor that holds every session (sd-event itself asks the kernel once for each source
 * it dispatches, which is too slow for hundreds of sockets), and work left over from the last turn.
 * At the end of a turn, when all input that was ready has been handled, it calls hooks.turn_end:
 * that is where the sequencer seals.
 */
#ifndef VAULTD_SERVER_H
#define VAULTD_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <systemd/sd-event.h>

#include "base/error.h"
#include "vaultd/registry.h"
#include "vaultd/session.h"

struct server_hooks {
	void *context;
	server_dispatch *dispatch;
	/* The rest may be NULL. */
	void (*turn_end)(void *context);
	void (*closed)(void *context, struct session *session); /* last look at handle and data */
	/* A deferred call may go on; may come from within session_reply, so only take note of it. */
	void (*drained)(void *context, uint64_t handle);
	/* A call or peer was refused; method is "" where there was none. To be logged, rate-limited. */
	void (*refused)(void *context, const struct peer *peer, const char *method,
		const char *reason);
};

/* Limits that tests lower; zero means the value of limits.h. */
struct server_limits {
	size_t connections, connections_per_uid;
	uint64_t half_message_ms, send_stall_ms;
};

/* The registry is only read and must outlive the server. limits: NULL for those of limits.h. */
bool server_new(sd_event *event, const struct registry *registry, const struct server_hooks *hooks,
	const struct server_limits *limits, struct server **ret_server, struct error *error);
void server_free(struct server *server); /* closes every session */

/* A socket of our own at path (a stale one is replaced, a live one is ERROR_CONFIG). */
bool server_listen(struct server *server, const char *path, mode_t mode, struct error *error);

/* Sockets from systemd that are named "varlink"; *ret_count may be 0. */
bool server_listen_activated(struct server *server, int *ret_count, struct error *error);

/*
 * The functions below, and those of session.h that answer a deferred call, are not to be called
 * from within dispatch; from any other hook they may.
 */

/* Everything up to this batch is committed: replies held for it go out. */
void server_release(struct server *server, uint64_t committed_batch);

/*
 * A commit was lost or refused: every held reply is forgotten and its call handled again in the
 * next turn. Deferred calls that already answer only read, and go on.
 */
void server_rewind(struct server *server);

/* There is room again: calls that got CALL_RETRY are dispatched in the next turn. */
void server_resume(struct server *server);

/* No more connections, no more input; what is released or held still goes out. */
void server_stop(struct server *server);

/* Whether after server_stop nothing is left to send. */
bool server_flushed(const struct server *server);

size_t server_session_count(const struct server *server);

#endif
