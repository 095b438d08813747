/* The daemon's own keys: made at the first start, kept as files that only its user can read. */
#ifndef VAULTD_KEYS_H
#define VAULTD_KEYS_H

#include <stdbool.h>

#include "base/error.h"
#include "ledger/key.h"

/* Loads the PKCS#8 PEM at path, or makes a new key there (0600) where there is none. */
bool keys_open(const char *path, struct signer **ret_signer, struct error *error);

#endif
