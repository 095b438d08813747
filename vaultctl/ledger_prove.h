/* How a proof is asked for, alone and as a part of a receipt. */
#ifndef VAULTCTL_LEDGER_PROVE_H
#define VAULTCTL_LEDGER_PROVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Takes --quorum K out of argv: how many witnesses must have cosigned the checkpoint; 0: not said. */
bool ledger_quorum_take(int *argc, char **argv, int64_t *ret_quorum, struct error *error);

/* The parameters of Evidence.Prove. */
void ledger_prove_params(char *to, size_t size, int64_t index, int64_t quorum);

#endif
