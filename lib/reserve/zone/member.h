/* Members of the bloc and their standing: only a member in force may claim. */
#ifndef RESERVE_ZONE_MEMBER_H
#define RESERVE_ZONE_MEMBER_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum member_status { MEMBER_NONE, MEMBER_DELEGATION, MEMBER_SIGNATORY, MEMBER_IN_FORCE,
	MEMBER_SUSPENDED, MEMBER_WITHDRAWN };

struct member {
	struct row row;
	char code[8];
	char name[NAME_MAX_BYTES];
	uint8_t kind, status;
	int64_t since;
	int64_t overdue_returns; /* derived: exchanges that it answers for and that are overdue */
};

extern const struct descriptor member_descriptor;
extern const struct event_type event_member_set;
extern const struct command_type command_member_set;

const char *member_status_name(const struct member *member);

#endif
