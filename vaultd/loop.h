/*
 * What the loop thread does beside answering calls: hand batches to the writer and take them back, end
 * a commit in one of its three ways, let time pass, sign checkpoints, stop.
 */
#ifndef VAULTD_LOOP_H
#define VAULTD_LOOP_H

#include <stdbool.h>

#include "base/error.h"
#include "vaultd/vaultd.h"

/* Schema, fence, state: what must be there before anybody is served. */
bool loop_open(struct vaultd *vaultd, struct error *error);

/* Threads, timers, signals. The server is there. */
bool loop_start(struct vaultd *vaultd, struct error *error);

/* Seals the open batch and hands it over, where the writer is free. */
void loop_pump(void *vaultd);

/* The server's turn_end hook: pumps, and serves who follows the ledger. */
void loop_turn_end(void *vaultd);

/* The server's drained and closed hooks. */
void loop_drained(void *vaultd, uint64_t handle);
void loop_closed(void *vaultd, struct session *session);

/* Gives the socket to socket_group, where one is configured. */
bool loop_socket_group(const struct config *config, struct error *error);

/* Ends everything; clean: also the embedded database. */
void loop_close(struct vaultd *vaultd, bool clean);

#endif
