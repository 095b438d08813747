/*
 * Whole tables read once, row by row, inside a job of a reader thread: for who compares them and keeps
 * nothing. What is handed out lives during the call.
 */
#ifndef VAULTD_STORE_SCAN_H
#define VAULTD_STORE_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "ledger/tiles.h"
#include "reserve/state.h"
#include "vaultd/store/readers.h"

/*
 * Every row of a table, closed ones too. Rows are by themselves: see rows_decode. unreadable: a column
 * that holds what is no value of it, or NULL.
 */
typedef void scan_each_row(void *context, enum table_id table, const struct row *row,
	const char *unreadable);
bool scan_rows(struct reader *reader, enum table_id table, scan_each_row *each, void *context,
	struct error *error);

/* Every command id. */
typedef void scan_each_command(void *context, const uint8_t id[16], const char *actor,
	const uint8_t digest[32], int64_t index);
bool scan_commands(struct reader *reader, scan_each_command *each, void *context,
	struct error *error);

/* Full tiles of a level from a number on, at most SCAN_TILES of them. */
enum { SCAN_TILES = 64 };
struct scan_tiles {
	int64_t numbers[SCAN_TILES];
	struct hash hashes[SCAN_TILES][TILE_WIDTH];
	int count;
};
bool scan_tiles(struct reader *reader, int level, int64_t from, struct scan_tiles *ret_tiles,
	struct error *error);

/*
 * Entries from, up to and without to, in order, as a stream: nothing else may be read meanwhile. Unlike
 * reader_entries it does not go by pages of indexes, so that a forged one far behind the end costs nothing.
 */
bool scan_entries(struct reader *reader, int64_t from, int64_t to, reader_each_entry *each,
	void *context, struct error *error);

/* Checkpoints of sizes behind after, up to and with upto, in order. */
typedef bool scan_each_checkpoint(void *context, int64_t size, const struct hash *root,
	const char *note, struct error *error);
bool scan_checkpoints(struct reader *reader, int64_t after, int64_t upto,
	scan_each_checkpoint *each, void *context, struct error *error);

/* One more than the last index of the ledger's rows, whatever the head says; 0 where there is none. */
bool scan_ledger_end(struct reader *reader, int64_t *ret_end, struct error *error);

#endif
