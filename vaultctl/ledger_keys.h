/* The verifier keys that a person gives with --key, once or several times, as text or as files. */
#ifndef VAULTCTL_LEDGER_KEYS_H
#define VAULTCTL_LEDGER_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "ledger/note.h"

struct ledger_keys {
	struct verifier_key *items;
	size_t count;
};

/* Takes every --key out of argv. The keys are the caller's to clear, also on false. */
bool ledger_keys_take(struct ledger_keys *keys, int *argc, char **argv, struct error *error);

/* The same of another option: "--witness". */
bool ledger_keys_take_as(struct ledger_keys *keys, const char *option, int *argc, char **argv,
	struct error *error);
void ledger_keys_clear(struct ledger_keys *keys);

#endif
