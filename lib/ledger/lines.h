/* Lines of the texts that proofs, evidence and a witness's state are written in. */
#ifndef LEDGER_LINES_H
#define LEDGER_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "ledger/hash.h"
#include "ledger/tree.h"

/* A line without its newline. */
struct line {
	const char *text;
	size_t length;
};

/* Cuts the next line off; false where no newline is left. */
bool line_take(const char **at, const char *end, struct line *ret_line);

/* Takes a word off the line's front. */
bool line_word(struct line *line, const char *word);

/* The whole line as a decimal number from 0 up, without leading zeros; as base64 of a hash. */
bool line_number(struct line line, int64_t *ret_number);
bool line_hash(struct line line, struct hash *ret_hash);

/* Hashes of a path, a line each, up to and with an empty line; what names the text in errors. */
bool line_path(const char **at, const char *end, struct tree_path *path, const char *what,
	struct error *error);
void line_append_path(struct buffer *out, const struct tree_path *path);

#endif
