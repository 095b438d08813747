/* Why a request was decided as it was, as a member of a reply. */
#ifndef VIEW_WHY_H
#define VIEW_WHY_H

#include <stdint.h>

#include "base/json.h"

struct request_decided;

/*
 * Member "decision", from the body of an entry of that kind; index ABSENT: of a dry run; coarse: without
 * figures of stock.
 */
void view_write_decision(struct json *json, const char *kind, const struct request_decided *body,
	int64_t index, int64_t at, bool coarse);

#endif
