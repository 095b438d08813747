/*
 * What of the reserve a connection may see. Who acts for the reserve's own people sees all of it, and so
 * does who has a line that only lets look: an auditor. Who acts for delegates and witnesses of members
 * alone sees what `delegates_see` of vaultd.conf says: reports of that edition at most, with the rows of
 * the delegate's own member whole, and of methods those that tell nothing of how much there is.
 */
#ifndef VAULTD_HANDLERS_SIGHT_H
#define VAULTD_HANDLERS_SIGHT_H

#include <stdbool.h>

#include "vaultd/handlers/handler.h"

/* By the persons that the connection may act for, and by the one for whom it asks now (or NULL). */
enum view_sight sight_of(struct vaultd *vaultd, struct session *session, const struct person *actor);

/* Whether a connection may call a method that reads. DENIED says what it may ask instead. */
bool sight_allows(struct asked *asked, const struct method *method, struct error *error);

/* Whether it may try a write without making it: a request that costs nothing would ask how much there is. */
bool sight_allows_trial(struct asked *asked, const struct command_type *command, struct error *error);

#endif
