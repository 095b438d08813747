/*
 * Who follows the ledger. A watcher is a session whose call of Watch never ends: each entry from an
 * index on is sent to it once it is committed, for ever. While nothing happens it costs nothing but
 * its place in a list; when the ledger has grown, one job of a reader thread reads what is new for
 * all who are due at the same place, and no second one begins before it is done. So a thousand
 * watchers cost one reading, one that is far behind keeps nobody waiting for long, and a peer that
 * takes nothing is left out until it does, or is dropped as any other (WIRE_SEND_STALL_MS).
 */
#ifndef VAULTD_WATCH_H
#define VAULTD_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "vaultd/session.h"

struct vaultd;
struct watches;

struct watches *watches_new(void);
void watches_free(struct watches *watches);

/*
 * From now on the deferred call of this session is answered with every committed entry from an
 * index on, or with those that mention the id subject ("": all). from: ABSENT for what comes from
 * now on. ERROR_INVALID behind the ledger's end or for no id; ERROR_LIMIT where there are too many.
 */
bool watch_add(struct vaultd *vaultd, const struct session *session, int64_t from,
	const char *subject, struct error *error);

/*
 * Begins a job where somebody is due and none is under way. After every commit, at every turn's
 * end.
 */
void watch_pump(struct vaultd *vaultd);

/* The same once a second, also after a job that failed: the database may be back. */
void watch_tick(struct vaultd *vaultd);

/* A session took what it was sent; a session has gone. Those that are no watchers are ignored. */
void watch_drained(struct vaultd *vaultd, uint64_t handle);
void watch_closed(struct vaultd *vaultd, uint64_t handle);

#endif
