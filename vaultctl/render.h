/*
 * Rows and objects of replies as people and programs want them. How a field is shown follows from
 * its name, which bears the unit; which fields stand in a table is one line a type in render.c, and a
 * column that no row fills is left out.
 */
#ifndef VAULTCTL_RENDER_H
#define VAULTCTL_RENDER_H

#include <stdbool.h>

#include "base/buffer.h"
#include "vaultctl/ctl.h"
#include "wire/interface.h"
#include "wire/value.h"

struct printer;

/* For rows of a struct type; printer_end prints what was gathered and frees. */
struct printer *printer_new(struct ctl *ctl, const struct type *type);
void printer_row(struct printer *printer, const struct value *row);
void printer_end(struct printer *printer);

/*
 * One field of a row as a person reads it, masses to one decimal or exactly; nothing where it is
 * absent. "price" stands for quoted, decimals and unit.
 */
void render_show(const char *field, const struct value *row, bool exact, struct buffer *to);
void render_cell(const char *field, const struct value *row, struct buffer *to); /* not exactly */

/* "need by", "contained": the name of a field without its unit. */
void render_title(const char *field, struct buffer *to);

/* An object line by line, and the tables inside it. */
void render_object(struct ctl *ctl, const struct type *type, const struct value *object);

/* A whole reply by the output type of its method, in the format asked for. */
void render_reply(struct ctl *ctl, const struct interface_member *method,
	const struct value *parameters);

/* The struct type of that name in any room, or NULL. */
const struct type *render_type(struct ctl *ctl, const char *name);

#endif
