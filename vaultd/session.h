/*
 * One connection: its input, its output, and which replies may already leave. Calls are answered in
 * order. A reply is written into the output at once but stays held until the batch that it saw is
 * committed; until then the call's bytes are kept, so that after a lost commit it can be handled
 * again.
 *
 * This header is what handlers see of a session; server.h is what the loop sees.
 */
#ifndef VAULTD_SESSION_H
#define VAULTD_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buffer.h"

struct server;
struct session;

struct peer {
	uid_t uid;
	gid_t gid;
	pid_t pid;
};

/* Who connected, as the kernel says. */
const struct peer *session_peer(const struct session *session);

/* A name that stays safe when the session is gone; never 0 and never used again. */
uint64_t session_handle(const struct session *session);

/* Whether a reply of this session waits for a commit. */
bool session_has_held(const struct session *session);

/* Something of the owner's that lives as long as the session; see struct server_hooks.closed. */
void *session_data(const struct session *session);
void session_set_data(struct session *session, void *data);

/*
 * The answers to a call whose dispatch returned CALL_DEFERRED, from the loop thread. All take a
 * handle and do nothing but return false where that session is gone.
 *
 * session_reply appends whole reply messages with their NUL and sends what it can; ret_unsent (may
 * be NULL) is how many bytes the peer has not taken. A producer pauses above WIRE_STREAM_UNSENT_MAX
 * until server_hooks.drained. session_finish ends the call, and the next call is handled.
 * session_again ends the deferral without an answer: the same call is dispatched once more.
 *
 * Where a call was deferred behind held replies and these were rewound meanwhile, its answer is
 * dropped and it is dispatched again in its turn, whichever of the three comes.
 */
bool session_reply(struct server *server, uint64_t handle, const void *bytes, size_t length,
	size_t *ret_unsent);
bool session_finish(struct server *server, uint64_t handle);
bool session_again(struct server *server, uint64_t handle);

#endif
