/*
 * The command ids of the last hour, at most a million, in memory: so that a repeated command is known
 * without a look into the store. What is older is forgotten in order.
 */
#ifndef VAULTD_COMMAND_IDS_H
#define VAULTD_COMMAND_IDS_H

#include <stdint.h>

#include "vaultd/batch.h"

struct command_ids;

/* from: every id used since then will be put in. */
struct command_ids *command_ids_new(int64_t from);
void command_ids_free(struct command_ids *ids);

void command_ids_put(struct command_ids *ids, const struct batch_command *command);

/* NULL where it is not known. */
const struct batch_command *command_ids_find(const struct command_ids *ids, const uint8_t id[16]);

/* The oldest time that the table covers without a gap. */
int64_t command_ids_from(const struct command_ids *ids);

#endif
