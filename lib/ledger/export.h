/*
 * A ledger as a folder of C2SP tlog-tiles: writing it, going on with it, reading it and verifying
 * it whole. The checkpoint is written last, so that a folder is always the export of some size,
 * whatever was interrupted; what lies beyond the checkpoint is nobody's and is written again.
 */
#ifndef LEDGER_EXPORT_H
#define LEDGER_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "ledger/tiles.h"
#include "ledger/tree.h"

/* How far something long is: entries done of total. */
typedef void export_progress(void *context, int64_t done, int64_t total);

/* --- writing --- */

struct export_writer;

/*
 * Opens or makes the folder. With a checkpoint in it (checked against keys as checkpoint_open does,
 * and against the tiles at the right edge) the export goes on at its size; else it begins at 0. A
 * folder that another writer has open is an error.
 */
bool export_writer_open(const char *directory, const struct verifier_key *keys, size_t key_count,
	struct export_writer **ret_writer, struct error *error);

/* Entries that the folder and the appends since hold, and the root over them. */
int64_t export_writer_size(const struct export_writer *writer);
void export_writer_root(const struct export_writer *writer, struct hash *ret_root);

/* The checkpoint that the folder had when opened; size 0 and origin "" where it had none. */
const struct checkpoint *export_writer_start(const struct export_writer *writer);

/* Calls progress after each bundle from now on; total only goes through. */
void export_writer_watch(struct export_writer *writer, int64_t total, export_progress *progress,
	void *context);

/* Memory stays bounded by one bundle and the open files of one group, whatever the size. */
bool export_writer_append(struct export_writer *writer, const void *entry, size_t length,
	struct error *error);

/*
 * Writes partial tiles, makes everything durable, then puts the signed checkpoint in place. Refused
 * unless its size and root are those of the entries; signatures are the caller's. Once per writer.
 */
bool export_writer_finish(struct export_writer *writer, const char *note, size_t length,
	struct error *error);

/*
 * Two notes of one text as one: the lines of the first but those of keys that sign anew in the second, then
 * the second's.
 */
void export_merge(struct buffer *out, const struct note *now, const struct note *more);

/*
 * Adds to the export's checkpoint the signature lines of a note of the same text that it lacks, durably.
 * ERROR_CONFLICT where the export has gone on to another checkpoint, or another writer has it open.
 */
bool export_add_signatures(const char *directory, const struct note *note, struct error *error);

/* With or without a finish; what was not finished is no part of the export. */
void export_writer_close(struct export_writer *writer);

/* --- reading --- */

struct export_reader;

/* Checks the checkpoint as checkpoint_open does, and no hash: see export_verify. */
bool export_reader_open(const char *directory, const struct verifier_key *keys, size_t key_count,
	struct export_reader **ret_reader, struct error *error);
const struct checkpoint *export_reader_checkpoint(const struct export_reader *reader);

/* The signed checkpoint's bytes, with a NUL behind that is not counted. */
const char *export_reader_note(struct export_reader *reader, size_t *ret_length);

/* Entry index, valid until the next call. One after another costs one read a bundle. */
bool export_reader_entry(struct export_reader *reader, int64_t index, const uint8_t **ret_bytes,
	size_t *ret_length, struct error *error);

/* Proofs within the checkpoint's size. Requires 0 <= index < size, old_size <= new_size <= size. */
bool export_reader_inclusion(struct export_reader *reader, int64_t index,
	struct tree_path *ret_path, struct error *error);
bool export_reader_consistency(struct export_reader *reader, int64_t old_size, int64_t new_size,
	struct tree_path *ret_path, struct error *error);

/* The root that the tree had at a size within the checkpoint's. */
bool export_reader_root(struct export_reader *reader, int64_t size, struct hash *ret_root,
	struct error *error);
void export_reader_close(struct export_reader *reader);

/* --- verifying --- */

/* Takes each entry, in order, once its bundle is verified against the hash tiles. */
typedef bool export_entry(void *context, int64_t index, const uint8_t *bytes, size_t length,
	struct error *error);

struct export_check {
	const struct verifier_key *keys; /* as checkpoint_open takes them */
	size_t key_count;
	int threads;                     /* that hash; 0: one a processor */
	export_progress *progress;       /* may be NULL; on the calling thread */
	export_entry *entry;             /* may be NULL; on the calling thread */
	void *context;
};

/*
 * Reads every entry, recomputes leaf hashes, every tile of every level, the root, and compares each
 * bit with the files and the signed checkpoint. The error names the first file and index at fault.
 * An entry handed out stands under a root not yet compared: hold back what it led to until true.
 */
bool export_verify(const char *directory, const struct export_check *check,
	struct checkpoint *ret_checkpoint, struct error *error);

#endif
