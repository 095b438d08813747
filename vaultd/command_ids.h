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

/*
 * The time inside the youngest id that was forgotten, or that may have been used before the table
 * began: an id whose own time is later was never used, unless it is in the table.
 */
int64_t command_ids_forgotten(const struct command_ids *ids);

/* The milliseconds inside an id (RFC 9562, section 5.7). */
int64_t command_id_time(const uint8_t id[16]);

#endif
