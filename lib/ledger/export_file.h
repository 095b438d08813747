/* Inside lib/ledger: how an export's files are read, by the writer, the reader and the verifier. */
#ifndef LEDGER_EXPORT_FILE_H
#define LEDGER_EXPORT_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "ledger/checkpoint.h"
#include "ledger/hash.h"
#include "ledger/tiles.h"

#define EXPORT_CHECKPOINT "checkpoint"
#define EXPORT_BUNDLE_MAX (TILE_WIDTH * (2 + LEDGER_ENTRY_MAX))

bool export_directory_open(const char *path, int *ret_fd, struct error *error);

/*
 * Reads a whole regular file below the folder into out, whose content it replaces. A file that is
 * not there is an error as well, unless ret_missing is given: then it is true and out is empty.
 */
bool export_file_read(int directory, const char *path, size_t max, struct buffer *out,
	bool *ret_missing, struct error *error);

/*
 * The first width hashes of a tile, or a bundle. A partial file that is gone, as a log may do once
 * the full one exists, is taken from the full one.
 */
bool export_tile_read(int directory, int level, int64_t number, int width, struct buffer *scratch,
	struct hash ret_hashes[TILE_WIDTH], struct error *error);
bool export_bundle_read(int directory, int64_t number, int width, struct buffer *out,
	struct error *error);

/* The signed checkpoint of the folder, opened; ret_missing as above. */
bool export_checkpoint_read(int directory, const struct verifier_key *keys, size_t key_count,
	struct buffer *out, struct checkpoint *ret_checkpoint, bool *ret_missing, struct error *error);

#endif
