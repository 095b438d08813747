/*
 * The PostgreSQL that the store talks to. Without `database =` it is a private cluster in
 * data_dir/postgres: made once, started as a daemon of its own that outlives a killed vaultd,
 * adopted or restarted by the next, stopped with a clean shutdown. It runs PostgreSQL's own
 * programs and never speaks SQL over a connection: that is the store's.
 *
 * Everything here may block for seconds. The process must not ignore SIGCHLD.
 */
#ifndef VAULTD_CLUSTER_H
#define VAULTD_CLUSTER_H

#include <stdbool.h>

#include "base/error.h"
#include "vaultd/config.h"

struct cluster;

/* Database of the reserve, and the roles of it; see docs and sql. */
#define CLUSTER_DATABASE "vault"
#define CLUSTER_ROLE_OWNER "vault_owner"     /* owns the tables, runs migrations */
#define CLUSTER_ROLE_WRITER "vault_writer"   /* vaultd's daily work; owns nothing */
#define CLUSTER_ROLE_AUDITOR "vault_auditor" /* reads */

/*
 * Embedded: takes the lock of the data directory ("already served by pid N"), makes the cluster
 * where there is none, starts or adopts its server and waits until it answers. With `database =`
 * only remembers the text.
 */
bool cluster_open(const struct config *config, struct cluster **ret_cluster, struct error *error);

bool cluster_is_embedded(const struct cluster *cluster);

/*
 * A libpq connection string that works as that role; valid as long as the cluster. With
 * `database =` it is that text with `options=-c role=ROLE`, so the login there must be a member of
 * the role.
 */
const char *cluster_conninfo(struct cluster *cluster, const char *role);

/*
 * Makes sure that the embedded server answers: waits while it recovers, starts it where it died.
 * With `database =` true at once. For the thread that lost its connection.
 */
bool cluster_ensure(struct cluster *cluster, struct error *error);

/* Stops an embedded server in PostgreSQL's fast mode. All connections should be closed. */
bool cluster_stop(struct cluster *cluster, struct error *error);

/* Lets go of the lock; the server is left as it is. */
void cluster_free(struct cluster *cluster);

#endif
