/*
 * What a commitment is charged: month by month, posted by time itself at the first instant of the next
 * month and at term, and then kept for ever. A row ends as it is made.
 *
 * The fee that was paid up front is applied against interest and storage as they are posted, until it
 * is used up; what is left of it lowers the principal from the next day on. What is left at term is set
 * off against the buy-back.
 */
#ifndef RESERVE_ZONE_CHARGE_H
#define RESERVE_ZONE_CHARGE_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "reserve/zone/carrying.h"
#include "vault/limits.h"

struct commitment;
struct participant;

/* Days alike: nothing in it changed. */
struct charge_line {
	int64_t from;
	int64_t gross_g;
	int64_t interest_ppm;
	int64_t principal_cents;
	int64_t rate;                         /* its version */
	int64_t storage_micros_per_tonne_day;
	int64_t undrawn_g;
	int64_t until;
};

struct charge {
	struct row row;
	char id[CODE_MAX + 16];               /* K-2026-0001/2026-11 */
	struct commitment *commitment;
	struct participant *participant;
	int64_t from, until;                  /* days UTC; equal: of what was bought back after its term */
	struct list lines;                    /* of struct charge_line */
	int64_t interest_cents, storage_cents;
	int64_t interest_rest, storage_rest;  /* carried to the next, see carrying.h */
	int64_t fee_applied_cents, fee_left_cents;
	int64_t bought_g, bought_cents;       /* since the last posting; < 0: given back */
	int64_t due_cents;                    /* interest + storage - fee applied + bought */
};

/* Lines of a charge in the making, and their sum. */
struct charge_sum {
	struct charge_line *lines;
	uint32_t count;
	struct carrying carrying;
};

extern const struct descriptor charge_descriptor, charge_line_descriptor;
extern const struct event_type event_commitment_charged, event_commitment_ended;

/*
 * The days [commitment->charged_until, until) as they would be charged, from what is carried on; in
 * arena. Requires a commitment in force and a rate for its first day.
 */
void charge_compute(const struct state *state, const struct commitment *commitment, int64_t until,
	struct arena *arena, struct charge_sum *ret_sum);

/* Until when days have ended that run towards the next posting; charged_until where none has. */
int64_t charge_running_until(const struct commitment *commitment, int64_t now);

/* Adds the events of what is due: the charge of the days before due_ms, and at term the end. */
void charge_decide(const struct context *context, const struct commitment *commitment,
	int64_t due_ms, struct decision *decision);

#endif
