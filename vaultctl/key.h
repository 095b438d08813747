/*
 * A person's private key on their own machine: where it lies, under which name it signs, how its
 * passphrase is asked for. It never leaves this program.
 */
#ifndef VAULTCTL_KEY_H
#define VAULTCTL_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "ledger/key.h"
#include "ledger/note.h"
#include "vaultctl/ctl.h"

/* What a person said about the key: --key, --name; NULL where not. What it is for: 0 is KEY_ED25519. */
struct key_choice {
	const char *file, *name;
	enum key_type type;
};

/* Takes --key and --name out of argv. */
bool key_choice_take(struct key_choice *choice, int *argc, char **argv, struct error *error);

/*
 * The key to sign with: --key, $VAULT_KEY, else CODE.pem in the configuration folder, code being a
 * person's ("" where unknown). Its name: --name, else the verifier key beside the file, else origin
 * and code (NULL: not known). ret_key is its verifier key. signer_free(*ret_signer).
 */
bool key_load(const struct key_choice *choice, const char *code, const char *origin,
	struct signer **ret_signer, struct verifier_key *ret_key, struct error *error);

/* A verifier key given as its text or as a file that begins with it. */
bool key_read_verifier(const char *text_or_file, struct verifier_key *ret_key,
	struct error *error);

/* "$XDG_CONFIG_HOME/vault/CODE.pem", or below ~/.config; false where neither is known. */
bool key_default_path(const char *code, char *to, size_t size);

#endif
