/*
 * Participants: the companies for which the reserve holds metal. Each has a host member, through which
 * it claims where a declaration pools entitlements. What it may draw stands in entitlement.h, what it
 * has committed itself to in commitment.h.
 */
#ifndef RESERVE_ZONE_PARTICIPANT_H
#define RESERVE_ZONE_PARTICIPANT_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

struct entitlement;
struct member;

struct participant {
	struct row row;
	char code[CODE_MAX];
	char name[NAME_MAX_BYTES];
	struct member *member;            /* its host */
	int64_t since;                    /* when it was recorded */
	struct entitlement *entitlements; /* derived: the first of its own */
};

extern const struct descriptor participant_descriptor;
extern const struct event_type event_participant_added;
extern const struct command_type command_participant_add;

/* The participant with that code; NOT_FOUND names the field. */
struct participant *participant_find(const struct context *context, const char *field,
	const char *code, struct error *error);

#endif
