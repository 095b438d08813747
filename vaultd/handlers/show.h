/*
 * Views of what may have ended: the live state answers while the row asked for lives in it; else a reader
 * thread loads what a table of shows says into a small state of its own, and the same view renders that.
 */
#ifndef VAULTD_HANDLERS_SHOW_H
#define VAULTD_HANDLERS_SHOW_H

#include <stdbool.h>

#include "vaultd/handlers/handler.h"

/* A row and where the parameters name it, with what must be loaded to show it. */
struct show {
	enum table_id table;
	const char *parameter;            /* that holds the row's key */
	const struct reader_part *beside; /* rows of other tables that have the key in a column, or NULL */
	bool always;                      /* rows beside it have ended, or entries are read: never live */
	handler_later *later;             /* makes the job itself, where figures are summed up by the database */
};

bool show_lives(const struct asked *asked, const struct show *show);
struct read_job *show_later(struct asked *asked, const struct handler *handler,
	struct error *error);

/* The ones that methods.def names. */
#define SHOW(room, method, function, rows) extern const struct show rows;
#include "vault/methods.def"

#endif
