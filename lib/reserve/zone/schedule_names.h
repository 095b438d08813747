/* What the files of schedules share: one body for their events, and how a version becomes a row. */
#ifndef RESERVE_ZONE_SCHEDULE_NAMES_H
#define RESERVE_ZONE_SCHEDULE_NAMES_H

#include "reserve/zone/schedule.h"

struct schedule_event {
	const char *because;
	int64_t cap_micros_per_kg, cap_ppm;
	char commodity[CODE_MAX], document[CODE_MAX];
	int64_t duty_micros_per_kg, duty_ppm, effective_at;
	bool ends;
	int64_t until_at, gap_micros_per_kg;
	uint8_t mode;
	char observation[sizeof((struct schedule *)0)->observation];
	int64_t observed_micros_per_kg;
	char origin[8], reference[CODE_MAX + 16];
	int64_t reference_micros_per_kg;
	char schedule[SCHEDULE_ID_MAX];
	int64_t version;
};

/* Gives the body the next version of its commodity and origin, and the id of its row. */
void schedule_next_version(const struct context *context, struct arena *arena,
	struct schedule_event *body);

/* The row of a version, without dates, figures and state. */
struct schedule *schedule_insert(struct state *state, const struct schedule_event *body);

#endif
