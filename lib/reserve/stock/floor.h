/*
 * Stock floors: per commodity an operating and a hard one, in contained grams. Raising is at once, by
 * one officer's note; lowering waits its notice and needs two signatures. Floors are rows that follow
 * one another; none is ever edited.
 */
#ifndef RESERVE_STOCK_FLOOR_H
#define RESERVE_STOCK_FLOOR_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/setting.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum floor_kind { FLOOR_NONE, FLOOR_OPERATING, FLOOR_HARD };
struct commodity;

struct floor {
	struct row row;
	char id[CODE_MAX + 24]; /* ga/operating/3 */
	struct commodity *commodity;
	uint8_t kind;
	int64_t version;
	int64_t mass_g;                       /* what must stay */
	int64_t days, consumption_g_per_day;  /* where it was set as days of cover */
	int64_t effective_at;
	uint8_t state;
	char document[CODE_MAX];
};

extern const struct descriptor floor_descriptor;
extern const struct document_kind document_floors;
extern const struct event_type event_floor_proposed, event_floors_approved, event_floor_in_force;
extern const struct command_type command_floor_set;

/*
 * Mass that may leave under a floor.
 * Returns: available_g - floor, or 0 where the floor is reached or there is none. Pure.
 */
int64_t floor_headroom_g(const struct floor *floor, int64_t available_g);

/* "30 days, floor v3, in force since 2026-10-01", in the arena. */
const char *floor_words(struct arena *arena, const struct floor *floor);

void floor_loaded(struct state *state, struct row *row);
int64_t floor_due(const struct row *row);
void tick_floor(const struct floor *floor, int64_t due_ms, struct decision *decision);

#endif
