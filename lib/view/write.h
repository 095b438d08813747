/*
 * Members of a reply that are there only where they say something: what is empty, absent or false has no
 * key, as in every entry of the ledger.
 */
#ifndef VIEW_WRITE_H
#define VIEW_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"

void write_text(struct json *json, const char *name, const char *text);    /* NULL or "": none */
void write_int(struct json *json, const char *name, int64_t value);        /* ABSENT: none */
void write_time(struct json *json, const char *name, int64_t time_ms);     /* ABSENT: none */
void write_true(struct json *json, const char *name, bool value);          /* false: none */

#endif
