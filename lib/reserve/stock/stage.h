/* Forms of a commodity and their stages of production, by the versioned table in stages.def. */
#ifndef RESERVE_STOCK_STAGE_H
#define RESERVE_STOCK_STAGE_H

#include <stdint.h>

#include "reserve/stock/material.h"

#define STAGES_VERSION 2

/*
 * The stage of a form, by the whole of it or else by its last word ("flake concentrate" is a
 * concentrate); STAGE_NONE where the table has neither. ret_version: since which version; may be NULL.
 */
enum stage stage_of_form(const char *form, int64_t *ret_version);

#endif
