/* Showing one row by its key: from the state, or where it has ended by a reader thread. */
#ifndef VAULTD_HANDLERS_ROWS_H
#define VAULTD_HANDLERS_ROWS_H

#include "vaultd/handlers/handler.h"

/* A reply with one member `name`: the row of the table whose key is the parameter `key_name`. */
bool show_row(struct asked *asked, enum table_id table, const char *key_name, const char *name,
	struct buffer *out, struct error *error);

/*
 * The same by a reader thread, closed rows too, the live one before them. extra may append members
 * from the state that was read; NULL for none.
 */
typedef void show_extra(struct json *json, const struct state *state, const struct row *row);
struct read_job *show_row_later(struct asked *asked, enum table_id table, const char *key_name,
	const char *name, show_extra *extra, struct error *error);

#endif
