/* What the loop and the handlers tell one another about cosignatures that wait to be committed. */
#ifndef VAULTD_HANDLERS_COSIGN_H
#define VAULTD_HANDLERS_COSIGN_H

#include <stdbool.h>

#include "vaultd/cosignature.h"
#include "vaultd/vaultd.h"

/* The writer is done with one: kept, or refused. Its call is answered, and it is gone with its job. */
void evidence_cosigned(struct vaultd *vaultd, struct cosigning *cosigning, bool kept);

/* Frees a list whose calls nobody answers any more. */
void evidence_cosignings_free(struct cosigning *cosignings);

#endif
