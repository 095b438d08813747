/*
 * vaultd.conf, read whole or not at all. Every path in it is absolute after loading and every
 * default is filled in, so nothing else asks the environment where things lie. Who may act for whom
 * is checked here by Unix ids; what a person may do is the core's to know.
 */
#ifndef VAULTD_CONFIG_H
#define VAULTD_CONFIG_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "vault/limits.h"
#include "view/view.h"

/* sockaddr_un.sun_path holds 108 bytes with its NUL. */
#define CONFIG_SOCKET_SIZE 108

/* One line of [users]: `NAME = PERSON, …` or `NAME = *`, with `read-only` behind or alone. */
struct config_user {
	char name[NAME_MAX_BYTES];   /* user or, with is_group, group; "*" is anybody who connects */
	bool is_group, anybody;
	bool resolved;               /* the name is known here; else the line matches nobody */
	uint32_t id;                 /* its uid or gid, where resolved */
	bool any_person;             /* may act for every enrolled person */
	bool read_only;
	char (*persons)[CODE_MAX];
	size_t person_count;
};

struct config {
	char file[PATH_MAX];         /* "" where there is none and all is default */
	bool system;                 /* started by root or systemd: the machine's folders */
	char data_dir[PATH_MAX];
	char run_dir[PATH_MAX];
	char socket[CONFIG_SOCKET_SIZE];
	char socket_group[NAME_MAX_BYTES];   /* alone may connect, beside the owner; "": anybody */
	char auditors_group[NAME_MAX_BYTES]; /* may reach the database, read only; "": nobody else */
	char *database;              /* libpq conninfo or URI; NULL: the embedded cluster */
	char pg_bindir[PATH_MAX];    /* "": the newest that fits */
	char user[NAME_MAX_BYTES];   /* whom root becomes; "vault" by default */
	bool allow_loss;             /* several hosts without synchronous commit */
	char log_key[PATH_MAX];      /* PKCS#8 PEM; data_dir/log.key */
	char order_key[PATH_MAX];    /* data_dir/order.key */
	char clock_file[PATH_MAX];   /* a demonstration's clock, from the command line only; "" */
	enum view_sight delegates_see; /* of the reserve: who acts for delegates and witnesses alone */
	int64_t self_check_hours;    /* between two comparisons of the tables with the ledger; 0: never */
	char log_level[16];          /* error, warning, info or debug */
	struct config_user *users;   /* in the order of the file */
	size_t user_count;
};

/*
 * Reads a configuration. file NULL: /etc/vault/vaultd.conf for the system, else
 * $XDG_CONFIG_HOME/vault/vaultd.conf; that one may be missing. clock_file may be NULL.
 * Errors: ERROR_CONFIG with file, line and key, and what could stand there as the remedy.
 */
bool config_load(const char *file, const char *clock_file, struct config **ret_config,
	struct error *error);

/*
 * Reads the same file again, for SIGHUP. Only [users], self_check, log_level and delegates_see may differ:
 * any other change is refused by name, because it needs a restart. The old one stays valid and the caller's.
 */
bool config_reload(const struct config *config, struct config **ret_config, struct error *error);

void config_free(struct config *config);

/*
 * The line for a peer (SO_PEERCRED, SO_PEERGROUPS), or NULL where it may do nothing. The line of
 * the user wins, then the first of its groups, then `*`. groups: the peer's gid and supplementary
 * gids. Without a [users] section the user that vaultd runs as may act for any person.
 */
const struct config_user *config_user_for(const struct config *config, uid_t uid,
	const gid_t *groups, size_t group_count);

/* Whether a line lets its user act for a person. */
bool config_user_acts_for(const struct config_user *user, const char *person);

#endif
