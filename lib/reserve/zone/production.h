/*
 * World production as published: mass by mineral, stage, year and country. A row is the figure of one
 * publication; a later one is a new version of it. Beside countries stand "other", what a publication
 * sums up without naming whose it is, and "world", the total that it states.
 */
#ifndef RESERVE_ZONE_PRODUCTION_H
#define RESERVE_ZONE_PRODUCTION_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

#define PRODUCTION_OTHER "other"
#define PRODUCTION_WORLD "world"

struct production {
	struct row row;
	char id[CODE_MAX + 40];  /* ga/refining/2025/CHN */
	char mineral[CODE_MAX];  /* a mineral's code, or a family of minerals (REE) counted together */
	uint8_t stage;           /* enum stage */
	int64_t year;
	char country[8];         /* alpha-3, other or world */
	int64_t mass_g;
	bool estimated;
	char content[12];        /* grams of what: Ga, REO; "": gross */
	char source[160];
	int64_t version;         /* of this row, from 1 */
};

extern const struct descriptor production_descriptor;
extern const struct event_type event_production_recorded;
extern const struct command_type command_production_record;

/* The stages by enum stage, as fields name them; NULL ends. */
extern const char *const production_stage_names[];

#endif
