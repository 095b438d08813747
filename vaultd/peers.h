/* Which person a connection acts for, by vaultd.conf and what is enrolled. */
#ifndef VAULTD_PEERS_H
#define VAULTD_PEERS_H

#include <stdbool.h>

#include "base/error.h"
#include "reserve/person.h"
#include "vaultd/vaultd.h"

/* The configuration's line for a session, or NULL where its user may do nothing. Cached with it. */
const struct config_user *peer_user(struct vaultd *vaultd, struct session *session);

/* The name of the Unix user, or its number. */
const char *peer_name(struct session *session);

/*
 * The person that a call acts for: as (may be ""), else the only one that the line names. *ret_actor
 * is NULL with true before founding. False: as is not allowed, nobody is meant, or several are.
 */
bool peer_actor(struct vaultd *vaultd, struct session *session, const char *as,
	const struct person **ret_actor, struct error *error);

/* Frees what was cached; the server's closed hook. */
void peer_closed(void *context, struct session *session);

#endif
