/* Charges computed by decide, carried by events, kept by apply. */
#include "reserve/zone/charge.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "reserve/finding.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/participant.h"
#include "reserve/zone/rate.h"

static const struct field line_fields[] = {
	F_TIME(struct charge_line, from),
	F_INT(struct charge_line, gross_g),
	F_INT(struct charge_line, interest_ppm),
	F_INT(struct charge_line, principal_cents),
	F_INT(struct charge_line, rate),
	F_INT(struct charge_line, storage_micros_per_tonne_day),
	F_INT(struct charge_line, undrawn_g),
	F_TIME(struct charge_line, until),
};
const struct descriptor charge_line_descriptor =
	DESCRIPTOR("charge_line", struct charge_line, line_fields);

static const struct field charge_fields[] = {
	F_TEXT(struct charge, id),
	F_REF(struct charge, commitment, TABLE_COMMITMENT),
	F_REF(struct charge, participant, TABLE_PARTICIPANT),
	F_TIME(struct charge, from),
	F_TIME(struct charge, until),
	F_LIST(struct charge, lines, &charge_line_descriptor),
	F_INT(struct charge, interest_cents),
	F_INT(struct charge, storage_cents),
	F_INT(struct charge, interest_rest),
	F_INT(struct charge, storage_rest),
	F_INT(struct charge, fee_applied_cents),
	F_INT(struct charge, fee_left_cents),
	F_INT(struct charge, bought_g),
	F_INT(struct charge, bought_cents),
	F_INT(struct charge, due_cents),
};
const struct descriptor charge_descriptor = DESCRIPTOR("charge", struct charge, charge_fields);

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* ---- computing ---- */

/* The level of a day: the last that begins on it or before; ret_until: when the next begins. */
static int64_t level_at(const struct commitment *commitment, int64_t day, int64_t *ret_until)
{
	const struct level *levels = commitment->levels.items;
	int64_t undrawn_g = 0;
	*ret_until = INT64_MAX;
	for (uint32_t i = 0; i < commitment->levels.count; i++) {
		if (levels[i].at <= day)
			undrawn_g = levels[i].undrawn_g;
		else
			*ret_until = least(*ret_until, levels[i].at);
	}
	return undrawn_g;
}

static void add_line(const struct state *state, const struct commitment *commitment, int64_t day,
	int64_t until, struct charge_sum *sum)
{
	int64_t level_until;
	const struct rate *rate = rate_at(state, day);
	assert(rate != NULL);
	struct charge_line *line = &sum->lines[sum->count++];
	*line = (struct charge_line){ .from = day, .rate = rate->version,
		.interest_ppm = rate->interest_ppm,
		.storage_micros_per_tonne_day = rate->storage_micros_per_tonne_day };
	line->undrawn_g = level_at(commitment, day, &level_until);
	line->until = least(until, least(level_until, rate_next_change(state, day)));
	bool fits = carrying_gross_g(line->undrawn_g, commitment->gross_ppm, &line->gross_g);
	assert(fits); /* all of it does, which was checked */
	(void)fits;
	int64_t principal_cents = commitment_value_cents(commitment, line->undrawn_g) -
		commitment->fee_left_cents;
	line->principal_cents = principal_cents > 0 ? principal_cents : 0;
	carrying_add(&sum->carrying, (line->until - line->from) / TIME_DAY_MS, line->principal_cents,
		line->interest_ppm, line->gross_g, line->storage_micros_per_tonne_day);
}

void charge_compute(const struct state *state, const struct commitment *commitment, int64_t until,
	struct arena *arena, struct charge_sum *ret_sum)
{
	int64_t day = commitment->charged_until;
	size_t days = until > day ? (size_t)((until - day) / TIME_DAY_MS) : 0;
	assert(days <= 31);
	*ret_sum = (struct charge_sum){ .lines = arena_alloc(arena, (days + 1) * sizeof *ret_sum->lines),
		.carrying = { .interest_rest = commitment->interest_rest,
			.storage_rest = commitment->storage_rest } };
	assert(ret_sum->lines != NULL); /* far below the arena's cap */
	while (day < until) {
		add_line(state, commitment, day, until, ret_sum);
		day = ret_sum->lines[ret_sum->count - 1].until;
	}
}

int64_t charge_running_until(const struct commitment *commitment, int64_t now)
{
	int64_t posts_at = commitment_due(&commitment->row);
	if (commitment->state != COMMITMENT_IN_FORCE || now < commitment->charged_until)
		return commitment->charged_until;
	return least(now - now % TIME_DAY_MS, posts_at);
}

/* ---- posting ---- */

struct charged {
	int64_t bought_cents, bought_g;
	char charge[CODE_MAX + 16], commitment[CODE_MAX];
	int64_t due_cents, fee_applied_cents, fee_left_cents, from, interest_cents, interest_rest;
	struct list lines;
	int64_t storage_cents, storage_rest, until;
};
static const struct field charged_fields[] = {
	F_INT(struct charged, bought_cents),
	F_INT(struct charged, bought_g),
	F_TEXT(struct charged, charge),
	F_TEXT(struct charged, commitment),
	F_INT(struct charged, due_cents),
	F_INT(struct charged, fee_applied_cents),
	F_INT(struct charged, fee_left_cents),
	F_TIME(struct charged, from),
	F_INT(struct charged, interest_cents),
	F_INT(struct charged, interest_rest),
	F_LIST(struct charged, lines, &charge_line_descriptor),
	F_INT(struct charged, storage_cents),
	F_INT(struct charged, storage_rest),
	F_TIME(struct charged, until),
};
static const struct descriptor charged_body =
	DESCRIPTOR("commitment.charged", struct charged, charged_fields);

struct ended {
	int64_t buy_back_cents, buy_back_g;
	char commitment[CODE_MAX];
	int64_t due_cents, fee_back_cents, fee_left_cents, owed_g;
};
static const struct field ended_fields[] = {
	F_INT(struct ended, buy_back_cents),
	F_INT(struct ended, buy_back_g),
	F_TEXT(struct ended, commitment),
	F_INT(struct ended, due_cents),
	F_INT(struct ended, fee_back_cents),
	F_INT(struct ended, fee_left_cents),
	F_INT(struct ended, owed_g),
};
static const struct descriptor ended_body =
	DESCRIPTOR("commitment.ended", struct ended, ended_fields);

/* K-2026-0001/2026-11; what was bought back after the term: by the day on which that is posted. */
static void charge_id(char id[CODE_MAX + 16], const struct commitment *commitment, int64_t at,
	bool day)
{
	char text[TIME_TEXT_SIZE];
	size_t length = strlen(commitment->id), shown = day ? 10 : 7;
	time_format(at, text);
	memcpy(id, commitment->id, length);
	id[length] = '/';
	memcpy(id + length + 1, text, shown);
	id[length + 1 + shown] = '\0';
}

/* What is bought is charged as a whole, so that no rounding is charged twice. Returns the fee left. */
static int64_t add_charge(const struct context *context, const struct commitment *commitment,
	int64_t until, struct decision *decision)
{
	struct charge_sum sum;
	bool running = commitment->state == COMMITMENT_IN_FORCE;
	charge_compute(context->state, commitment, running ? until : commitment->charged_until,
		decision->arena, &sum);
	struct charged *body = decision_body(decision, &event_commitment_charged);
	charge_id(body->charge, commitment, running ? commitment->charged_until : until, !running);
	body_text(body->commitment, commitment->id);
	body->from = running ? commitment->charged_until : until;
	body->until = until;
	body->lines = (struct list){ sum.lines, sum.count };
	body->interest_cents = sum.carrying.interest_cents;
	body->interest_rest = sum.carrying.interest_rest;
	body->storage_cents = sum.carrying.storage_cents;
	body->storage_rest = sum.carrying.storage_rest;
	int64_t carrying_cents = body->interest_cents + body->storage_cents;
	body->fee_applied_cents = least(commitment->fee_left_cents, carrying_cents);
	body->fee_left_cents = commitment->fee_left_cents - body->fee_applied_cents;
	body->bought_g = commitment->bought_g - commitment->bought_charged_g;
	body->bought_cents = commitment_value_cents(commitment, commitment->bought_g) -
		commitment->bought_cents;
	body->due_cents = carrying_cents - body->fee_applied_cents + body->bought_cents;
	decision_add_at(decision, &event_commitment_charged, body, until);
	return body->fee_left_cents;
}

/* What is drawn and not replenished falls due with the term, whatever a draw's own date says. */
static void add_owed(const struct context *context, const struct commitment *commitment,
	struct decision *decision)
{
	char mass[WORD_MASS];
	word_mass(mass, commitment->owed_g);
	finding_add(context, decision, "commitment-owed", "warning", commitment->id,
		arena_printf(decision->arena, "it has ended, and %s of %s that was drawn under it is not "
		"replenished", mass, commitment->commodity->code));
}

static void add_end(const struct context *context, const struct commitment *commitment,
	int64_t fee_left_cents, int64_t due_ms, struct decision *decision)
{
	struct ended *body = decision_body(decision, &event_commitment_ended);
	body_text(body->commitment, commitment->id);
	body->buy_back_g = commitment->undrawn_g;
	body->buy_back_cents = commitment_value_cents(commitment, commitment->undrawn_g);
	body->fee_back_cents = least(fee_left_cents, body->buy_back_cents);
	body->fee_left_cents = fee_left_cents - body->fee_back_cents;
	body->due_cents = body->buy_back_cents - body->fee_back_cents;
	body->owed_g = commitment->owed_g;
	decision_add_at(decision, &event_commitment_ended, body, due_ms);
	if (commitment->owed_g > 0)
		add_owed(context, commitment, decision);
}

void charge_decide(const struct context *context, const struct commitment *commitment,
	int64_t due_ms, struct decision *decision)
{
	int64_t fee_left_cents = commitment->fee_left_cents;
	bool running = commitment->state == COMMITMENT_IN_FORCE;
	if (!running || commitment->charged_until < due_ms)
		fee_left_cents = add_charge(context, commitment, due_ms, decision);
	if (running && due_ms == commitment->ends_at)
		add_end(context, commitment, fee_left_cents, due_ms, decision);
}

static struct list keep_lines(const struct list *lines)
{
	if (lines->count == 0)
		return (struct list){ NULL, 0 };
	void *items = malloc(lines->count * sizeof(struct charge_line));
	if (items == NULL)
		abort();
	memcpy(items, lines->items, lines->count * sizeof(struct charge_line));
	return (struct list){ items, lines->count };
}

static void keep_charge(struct state *state, struct commitment *commitment,
	const struct charged *body)
{
	struct charge *charge = state_insert(state, TABLE_CHARGE, body->charge);
	charge->commitment = commitment;
	charge->participant = commitment->participant;
	charge->from = body->from;
	charge->until = body->until;
	charge->lines = keep_lines(&body->lines);
	charge->interest_cents = body->interest_cents;
	charge->storage_cents = body->storage_cents;
	charge->interest_rest = body->interest_rest;
	charge->storage_rest = body->storage_rest;
	charge->fee_applied_cents = body->fee_applied_cents;
	charge->fee_left_cents = body->fee_left_cents;
	charge->bought_g = body->bought_g;
	charge->bought_cents = body->bought_cents;
	charge->due_cents = body->due_cents;
	state_close(state, charge);
}

static void apply_charged(struct state *state, const struct applied *applied, const void *data)
{
	const struct charged *body = data;
	(void)applied;
	struct commitment *commitment = state_find(state, TABLE_COMMITMENT, body->commitment);
	assert(commitment != NULL);
	keep_charge(state, commitment, body);
	commitment->interest_rest = body->interest_rest;
	commitment->storage_rest = body->storage_rest;
	commitment->fee_left_cents = body->fee_left_cents;
	commitment->bought_charged_g += body->bought_g;
	commitment->bought_cents += body->bought_cents;
	commitment->bought_since = ABSENT;
	if (commitment->state == COMMITMENT_IN_FORCE) {
		commitment->charged_until = body->until;
		commitment_forget_levels(commitment, body->until);
	}
	state_touch(state, commitment);
	state_schedule(state, commitment);
}

static void apply_ended(struct state *state, const struct applied *applied, const void *data)
{
	const struct ended *body = data;
	struct commitment *commitment = state_find(state, TABLE_COMMITMENT, body->commitment);
	assert(commitment != NULL && commitment->undrawn_g == body->buy_back_g);
	entitlement_extinguish(state, applied, commitment);
	commitment->state = COMMITMENT_ENDED;
	commitment->buy_back_g = body->buy_back_g;
	commitment->buy_back_cents = body->buy_back_cents;
	commitment->fee_back_cents = body->fee_back_cents;
	commitment->fee_left_cents = body->fee_left_cents;
	free(commitment->levels.items);
	commitment->levels = (struct list){ NULL, 0 };
	state_touch(state, commitment);
	state_schedule(state, commitment);
}

const struct event_type event_commitment_charged = { "commitment.charged", &charged_body,
	apply_charged };
const struct event_type event_commitment_ended = { "commitment.ended", &ended_body, apply_ended };
