/*
 * Which interfaces the daemon has, which of their methods are implemented, and the way of a call
 * from bytes to a handler: read, found, checked. It answers by itself what needs no handler: errors
 * of the protocol and org.varlink.service.
 */
#ifndef VAULTD_REGISTRY_H
#define VAULTD_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "vaultd/session.h"
#include "wire/interface.h"
#include "wire/message.h"

enum call_outcome {
	CALL_ANSWERED, /* the reply is in out */
	CALL_DEFERRED, /* session_reply, session_finish or session_again come later; a barrier */
	CALL_RETRY,    /* no room now: dispatch it again after server_resume */
	CALL_WAIT,     /* dispatch it again when no earlier reply of this session is held */
	CALL_CLOSE,    /* close the connection when what is before it has been sent */
};

/* A row of what is implemented. The texts must outlive the server. */
struct method {
	const char *interface, *name;
	bool needs_more; /* answers ExpectedMore without it */
	bool barrier;    /* is dispatched only when no earlier reply of the session is held */
	const void *data;
};

/* A call that has passed the check. */
struct invocation {
	const struct call *call;
	const struct method *method;
	const struct interface_member *signature;
};

/*
 * Handles one call. out: the reply with its NUL is appended; whatever is appended for a call that
 * is oneway, or with an outcome other than CALL_ANSWERED, is dropped. *ret_batch: the batch whose
 * commit the reply waits for, 0 for none; earlier replies of the session still go first.
 *
 * A call that is answered by session_reply must not be deferred while session_has_held: return
 * CALL_WAIT, or set barrier. One that will end in session_again may.
 */
typedef enum call_outcome server_dispatch(void *context, struct session *session,
	const struct invocation *invocation, struct buffer *out, uint64_t *ret_batch);

/* What GetInfo says. Held by reference, so that its owner may change it. */
struct service_info {
	const char *vendor, *product, *version, *url;
};

struct registry;

struct registry *registry_new(const struct service_info *info);
void registry_free(struct registry *registry);

/* An interface by its text; org.varlink.service is one of them and is answered in here. */
bool registry_add_interface(struct registry *registry, const char *text, size_t length,
	struct error *error);

/* A method that is implemented; its interface must be there. */
bool registry_add_method(struct registry *registry, const struct method *method,
	struct error *error);

/* false, naming one, where an interface declares a method that nobody implements. */
bool registry_complete(const struct registry *registry, struct error *error);

/*
 * What stands behind a method's whole name: its row, and the shape of its parameters. NULL where there is
 * no such method, or nobody implements it.
 */
const struct method *registry_find(const struct registry *registry, const char *name,
	const struct interface_member **ret_signature);

/* Where a call goes, and what is told of one that is refused before it gets there. */
struct registry_target {
	void *context;
	server_dispatch *dispatch;
	void (*refused)(void *context, const struct peer *peer, const char *method,
		const char *reason); /* may be NULL */
};

/*
 * One message, without its NUL. As server_dispatch; *ret_oneway says that no reply may be sent, and
 * what is in out is to be dropped.
 */
enum call_outcome registry_answer(const struct registry *registry,
	const struct registry_target *target, struct session *session, const char *bytes,
	size_t length, struct buffer *out, uint64_t *ret_batch, bool *ret_oneway);

#endif
