/*
 * What session.c and server.c share; nobody else includes it. Positions in the two streams of a
 * session are counted from the connection's beginning, so that nothing moves when bytes are dropped
 * at the front of a buffer.
 */
#ifndef VAULTD_SESSION_PRIVATE_H
#define VAULTD_SESSION_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "base/buffer.h"
#include "vaultd/registry.h"
#include "vaultd/server.h"
#include "vaultd/session.h"

/* A ring of links; its head is a link as well. A link outside any list points at itself. */
struct link {
	struct link *next, *previous;
};

static inline void link_clear(struct link *link)
{
	link->next = link->previous = link;
}

static inline bool link_alone(const struct link *link)
{
	return link->next == link;
}

static inline void link_remove(struct link *link)
{
	link->next->previous = link->previous;
	link->previous->next = link->next;
	link_clear(link);
}

/* Behind all others; from wherever it was. */
static inline void link_append(struct link *head, struct link *link)
{
	link_remove(link);
	link->previous = head->previous;
	link->next = head;
	head->previous->next = link;
	head->previous = link;
}

/* The session whose member of that name the link is. */
#define SESSION_OF(link, member) \
	((struct session *)(void *)((char *)(link) - offsetof(struct session, member)))

/*
 *          in:   in_base     in_kept            in_next      in_end           (end)
 *                  | released  | handled, replies held | next call | more, not looked at |
 *         out:   out_base    out_sent           out_released                  (end)
 *                  | sent      | may be sent           | held                            |
 */
struct session {
	struct server *server;
	uint64_t handle;
	int fd;
	struct peer peer;
	void *data;

	struct buffer in;
	uint64_t in_base;    /* position of in.bytes[0] */
	uint64_t in_kept;    /* begin of the first call whose reply is held; in_next if there is none */
	uint64_t in_next;    /* begin of the first call that is not handled */
	uint64_t in_end;     /* behind that call's NUL; 0 while it is not known */
	uint64_t in_scanned; /* no NUL from in_next up to here */

	struct buffer out;
	uint64_t out_base, out_sent, out_released;

	struct mark *marks;  /* a ring */
	uint32_t mark_first, mark_count, mark_capacity;

	enum session_pause {
		PAUSE_NONE,
		PAUSE_DEFERRED, /* until session_finish or session_again */
		PAUSE_FULL,     /* until server_resume */
		PAUSE_BARRIER,  /* until no reply is held */
	} pause;
	uint64_t deferred_end; /* in_end of the deferred call */
	bool deferred_oneway;
	bool deferred_stale;   /* what stood before it was rewound: it is dispatched again, in order */
	bool producer_waits;   /* session_reply told it to pause; drained is owed */

	bool ended;   /* the peer sends no more */
	bool gone;    /* the peer takes no more; nothing is sent and epoll has forgotten the socket */
	bool closing; /* no further call is handled; closed when all before is sent */
	bool dead;    /* closed; its memory waits for the end of the turn */

	uint32_t events;                   /* what epoll watches */
	struct link held, ready, full, half, stalled, dead_link;
	uint64_t half_begin, half_due_us;  /* position and deadline of the message begun */
	uint64_t stalled_sent, stalled_due_us;
};

/* A reply that is held: where it ends in out, where its call ends in in, what it waits for. */
struct mark {
	uint64_t out_end, in_end, batch;
};

struct listener {
	int fd;
	sd_event_source *source;
};

enum { LISTENERS_MAX = 8 };

struct server {
	sd_event *event;
	const struct registry *registry;
	struct server_hooks hooks;
	struct registry_target target;
	struct server_limits limits;
	int epoll_fd;
	sd_event_source *epoll_source, *ready_source, *tick_source;
	struct listener listeners[LISTENERS_MAX];
	int listener_count;
	char *own_path;          /* of a socket that we made, to be removed */
	ino_t own_inode;
	bool accept_paused, stopping, ticking;
	bool handling;           /* dispatch is on the stack */
	int nesting;             /* how many server functions are on the stack; 0 may reap */
	uint64_t committed;

	struct slot { struct session *session; uint32_t generation; } *slots;
	uint32_t *free_slots, free_count;
	size_t session_count;
	struct link held, ready, full, half, stalled, dead;
	char *scratch;
};

/* session.c */
struct session *session_new(struct server *server, int fd, const struct peer *peer,
	uint64_t handle);
void session_free(struct session *session);
void session_kill(struct session *session); /* closes; memory and hook wait for server_leave */
void session_on_events(struct session *session, uint32_t events);
void session_run(struct session *session);  /* handles calls of one turn, sends, adjusts */
void session_release(struct session *session);
void session_rewind(struct session *session);
void session_adjust(struct session *session);

/* server.c */
struct session *server_session(const struct server *server, uint64_t handle);
void server_enter(struct server *server);
void server_leave(struct server *server);
void server_make_ready(struct server *server, struct session *session);
void server_forget(struct server *server, struct session *session);
void server_need_tick(struct server *server);
uint64_t server_now_us(const struct server *server);

#endif
