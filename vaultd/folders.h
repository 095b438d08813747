/* The folders that a reserve lives in, and whom they belong to. */
#ifndef VAULTD_FOLDERS_H
#define VAULTD_FOLDERS_H

#include <limits.h>
#include <stdbool.h>

#include "base/error.h"
#include "vaultd/config.h"

enum { FOLDERS_PATH_SIZE = PATH_MAX + 64 };

/* What PostgreSQL calls its socket inside its folder. */
#define FOLDERS_SOCKET "/.s.PGSQL.5432"

/*
 * The first thing a start does, before threads, sockets and keys: makes data_dir (0700) and run_dir
 * (0755, with pg below it for the database's socket), and as root gives them to config->user and
 * becomes that user for good, with socket_group among its groups. Without root the folders must be
 * ours or be makeable.
 */
bool folders_prepare(const struct config *config, struct error *error);

/* Where the embedded database's socket lies: run_dir/pg. */
void folders_database(const struct config *config, char path[FOLDERS_PATH_SIZE]);

/* Whether a socket in that folder has a name that the kernel takes. */
bool folders_socket_fits(const char *folder, struct error *error);

#endif
