/*
 * A blocking varlink client over a Unix stream socket, for vaultctl, tests and the load generator.
 * One call at a time, or several sent ahead: replies come in order.
 */
#ifndef WIRE_CLIENT_H
#define WIRE_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "wire/message.h"

struct client;

/* ERROR_UNREACHABLE where nobody listens there or nobody accepts within timeout_ms. */
bool client_connect(const char *path, int timeout_ms, struct client **ret_client,
	struct error *error);
void client_close(struct client *client);

/* For poll(2), when several clients are driven by one loop. */
int client_fd(const struct client *client);

/*
 * Sends one call. parameters: text of a JSON object, or NULL; flags: enum call_flags.
 * ERROR_UNREACHABLE where the connection was lost before the whole call was sent, so that the
 * daemon cannot have acted on it.
 */
bool client_send(struct client *client, const char *method, const char *parameters, unsigned flags,
	int timeout_ms, struct error *error);

/*
 * Waits for the next reply; a reply that is an error of the daemon is still true here. Call it
 * again while reply.continues. timeout_ms < 0 waits for ever. ERROR_IN_DOUBT where the connection
 * ended (client_ended) or the time ran out before a reply: what was called may have happened.
 */
bool client_receive(struct client *client, int timeout_ms, struct reply *ret_reply,
	struct error *error);

/* Both of the above. */
bool client_call(struct client *client, const char *method, const char *parameters, unsigned flags,
	int timeout_ms, struct reply *ret_reply, struct error *error);

/* Whether the other side has closed, as against a time-out. */
bool client_ended(const struct client *client);

/*
 * An error reply as a struct error, field, message and remedy from its parameters; a service error
 * (InvalidParameter and the like) becomes the nearest of ours. Always returns false.
 */
bool client_reply_error(const struct reply *reply, struct error *error);

#endif
