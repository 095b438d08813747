/*
 * What is durable in the simulation: the part that PostgreSQL plays. Batches are applied whole or
 * not at all; what a real database would refuse (a key twice, a row that is missing, a head
 * elsewhere, an id twice) and what it could not see (a wrong root or tile) are failures of the run.
 */
#ifndef SIMULATION_DURABLE_H
#define SIMULATION_DURABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/tiles.h"
#include "ledger/tree.h"
#include "reserve/state.h"
#include "vaultd/batch.h"
#include "vaultd/sequencer.h"

struct durable {
	struct state *rows;          /* copies by table and key; closed ones are kept */
	struct buffer entries;
	size_t *ends;                /* entry i ends there */
	int64_t size;
	int64_t last_at;
	struct tree tree;            /* grown here from the bytes of the entries */
	struct hasher *hasher;
	struct hash *leaves;
	struct batch_command *commands; /* in order of their entries */
	size_t command_count;
	size_t *ids;                 /* open addressing: number of a command + 1 */
	size_t id_capacity;
	struct batch_tile *tiles;
	size_t tile_count;
};

struct durable *durable_new(void);
void durable_free(struct durable *durable);

/* Commits a batch; a message where it breaks what it must keep, else NULL. */
const char *durable_commit(struct durable *durable, const struct batch *batch);

/* The command with that id, or NULL. */
const struct batch_command *durable_command(const struct durable *durable, const uint8_t id[16]);

const char *durable_entry(const struct durable *durable, int64_t index, size_t *ret_length);

/* A fresh live state from the rows, as the store loads one; the right edge from tiles and entries. */
struct state *durable_load(const struct durable *durable);
void durable_load_edge(struct durable *durable, struct tile_builder *ret_builder);

/* Tells the sequencer the ids used since then. */
void durable_remember(const struct durable *durable, struct sequencer *sequencer, int64_t from);

#endif
