/*
 * What one transaction makes durable: the entries of whole commands, copies of the rows they touched,
 * command ids, full tiles, and where the head moves from and to. Once sealed a batch shares nothing
 * with the state that can change: references point to rows that live for ever, whose keys never change.
 */
#ifndef VAULTD_BATCH_H
#define VAULTD_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "ledger/hash.h"
#include "ledger/tiles.h"
#include "base/descriptor.h"
#include "reserve/state.h"
#include "vault/limits.h"

struct batch_command {
	uint8_t id[16];
	uint8_t digest[32];
	char actor[CODE_MAX];
	int64_t index; /* of its first entry */
	int64_t at;
};

struct batch_tile {
	int level;
	int64_t number;
	struct hash hashes[TILE_WIDTH];
};

struct batch {
	uint64_t number;            /* 1, 2, 3 …: what held replies wait for */
	int64_t old_size, new_size; /* of the ledger */
	struct hash new_root;
	int64_t last_at;

	struct buffer entries;      /* bytes of all entries, one after another */
	size_t *entry_ends;         /* entry i ends there; new_size - old_size of them */
	size_t entry_capacity;

	struct batch_command *commands;
	uint32_t command_count, command_capacity;

	struct batch_tile *tiles;
	uint32_t tile_count, tile_capacity;

	/* Copies of touched rows, side by side, by table: those that PostgreSQL has not, those it has. */
	struct list inserts[TABLE_COUNT], updates[TABLE_COUNT];
	struct arena *arena;        /* owns the copies */
};

struct batch *batch_new(uint64_t number, int64_t size);
void batch_free(struct batch *batch);

/* Copies every row of a list taken from the state. */
void batch_copy_rows(struct batch *batch, const struct row *touched);

#endif
