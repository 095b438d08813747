/* Signing checkpoints, and whether the ledger that was opened extends the last one that this machine released. */
#ifndef VAULTD_CHECKPOINTS_H
#define VAULTD_CHECKPOINTS_H

#include <stdbool.h>

#include "base/error.h"
#include "vaultd/store/store.h"
#include "vaultd/vaultd.h"

/*
 * Whether the ledger in the database extends the checkpoint that was released; true too where none was.
 * ERROR_ROLLED_BACK names both sizes.
 */
bool checkpoint_check_released(const struct vaultd *vaultd, const struct head *head,
	struct error *error);

#endif
