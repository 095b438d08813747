/*
 * What a lot is and how its masses move. The commands about lots stand in lot_commands.c; here are
 * the row, the table of legal steps, and the bookkeeping of what is available.
 */
#include "reserve/stock/lot.h"

#include <assert.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/account.h"
#include "reserve/stock/count.h"
#include "reserve/stock/lot_names.h"
#include "reserve/stock/material.h"
#include "reserve/stock/title.h"
#include "reserve/words.h"

const char *const lot_state_names[] = { "", "expected", "received", "quarantined", "accepted",
	"rejected", "lost", "out", NULL };
const char *const lot_class_names[] = { "", "bulk", "sealed", NULL };

static const struct field lot_fields[] = {
	F_TEXT(struct lot, code),
	F_INT(struct lot, created_index),
	F_REF(struct lot, commodity, TABLE_COMMODITY),
	F_REF(struct lot, site, TABLE_SITE),
	F_REF(struct lot, destination, TABLE_SITE),
	F_ENUM(struct lot, state, lot_state_names),
	F_ENUM(struct lot, class, lot_class_names),
	F_BOOL(struct lot, assayed),
	F_BOOL(struct lot, expired),
	F_TEXT(struct lot, supplier),
	F_TEXT(struct lot, origin),
	F_INT(struct lot, expected_g),
	F_INT(struct lot, gross_g),
	F_INT(struct lot, tare_g),
	F_INT(struct lot, moisture_ppm),
	F_INT(struct lot, grade_ppm),
	F_INT(struct lot, contained_g),
	F_INT(struct lot, reserved_g),
	F_INT(struct lot, reserved_net_g),
	F_INT(struct lot, reserved_units),
	F_INT(struct lot, received_g),
	F_INT(struct lot, adjusted_g),
	F_INT(struct lot, on_hand_g),
	F_INT(struct lot, in_transit_g),
	F_INT(struct lot, out_g),
	F_INT(struct lot, transformed_g),
	F_INT(struct lot, lost_g),
	F_INT(struct lot, units),
	F_INT(struct lot, holds),
	F_INT(struct lot, hold_serial),
	F_REF(struct lot, weighed_by, TABLE_PERSON),
	F_REF(struct lot, assayed_by, TABLE_PERSON),
	F_REF(struct lot, accepted_by, TABLE_PERSON),
	F_TIME(struct lot, weighed_at),
	F_TIME(struct lot, retest_at),
};
const struct descriptor lot_descriptor = DESCRIPTOR("lot", struct lot, lot_fields);

static const struct field hold_fields[] = {
	F_TEXT(struct hold, id),
	F_TEXT(struct hold, lot),
	F_INT(struct hold, lot_index),
	F_ENUM(struct hold, reason, reason_names),
	F_TEXT(struct hold, because),
	F_TEXT(struct hold, opened_by),
	F_TIME(struct hold, opened_at),
	F_TIME(struct hold, closed_at),
};
const struct descriptor hold_descriptor = DESCRIPTOR("hold", struct hold, hold_fields);

static const struct field pick_fields[] = {
	R_INT(struct pick, contained_g),
	R_TEXT(struct pick, lot),
	R_INT(struct pick, net_g),
	F_INT(struct pick, units),
};
const struct descriptor pick_descriptor = DESCRIPTOR("pick", struct pick, pick_fields);

static const struct { enum lot_state from; enum lot_event event; enum lot_state to; } legal[] = {
	{ LOT_EXPECTED, LOT_WEIGH, LOT_RECEIVED },
	{ LOT_EXPECTED, LOT_REJECT, LOT_REJECTED },
	{ LOT_RECEIVED, LOT_SAMPLE, LOT_QUARANTINED },
	{ LOT_RECEIVED, LOT_ASSAY, LOT_QUARANTINED },
	{ LOT_RECEIVED, LOT_REJECT, LOT_REJECTED },
	{ LOT_RECEIVED, LOT_LOSE, LOT_LOST },
	{ LOT_QUARANTINED, LOT_SAMPLE, LOT_QUARANTINED },
	{ LOT_QUARANTINED, LOT_ASSAY, LOT_QUARANTINED },
	{ LOT_QUARANTINED, LOT_ACCEPT, LOT_ACCEPTED },
	{ LOT_QUARANTINED, LOT_REJECT, LOT_REJECTED },
	{ LOT_QUARANTINED, LOT_LOSE, LOT_LOST },
	{ LOT_ACCEPTED, LOT_SAMPLE, LOT_ACCEPTED },
	{ LOT_ACCEPTED, LOT_ASSAY, LOT_ACCEPTED },
	{ LOT_ACCEPTED, LOT_LOSE, LOT_LOST },
	{ LOT_ACCEPTED, LOT_EMPTY, LOT_OUT },
};

enum lot_state lot_transition(enum lot_state from, enum lot_event event)
{
	for (size_t i = 0; i < sizeof legal / sizeof *legal; i++) {
		if (legal[i].from == from && legal[i].event == event)
			return legal[i].to;
	}
	return LOT_NONE;
}

const char *lot_state_shown(const struct lot *lot)
{
	return lot->holds > 0 ? "held" : lot_state_names[lot->state];
}

int64_t lot_contained_g(int64_t net_g, int64_t moisture_ppm, int64_t grade_ppm)
{
	int64_t dry_g, contained_g;
	bool fits = checked_mul_div_down(net_g, VAULT_PPM - moisture_ppm, VAULT_PPM, &dry_g) &&
		checked_mul_div_down(dry_g, grade_ppm, VAULT_PPM, &contained_g);
	assert(fits);
	return contained_g;
}

/* Whether its mass may leave: the design's list, one line a condition. */
static bool may_leave(const struct lot *lot)
{
	return lot->state == LOT_ACCEPTED && !lot->row.closed && lot->assayed && !lot->expired &&
		lot->holds == 0 && !lot->pledged && lot->destination == NULL && lot->site->state == SITE_OPEN &&
		count_freezing(lot) == NULL;
}

/* What is here and may not leave now is kept apart. */
static bool is_aside(const struct lot *lot)
{
	return !lot->row.closed && lot->state != LOT_EXPECTED && !may_leave(lot);
}

static bool is_indexed(const struct lot *lot)
{
	return lot->pick.priority != 0;
}

void lot_unlist(struct state *state, struct lot *lot)
{
	if (lot->listed) {
		pick_remove(&lot->commodity->lots, lot);
		lot->commodity->available_g -= lot_free_g(lot);
		lot->listed = false;
		state_touch(state, lot->commodity);
	} else if (is_indexed(lot)) {
		pick_remove(&lot->commodity->aside, lot);
	}
}

void lot_refresh(struct state *state, struct lot *lot)
{
	bool listed = may_leave(lot);
	if (is_indexed(lot) && lot->listed == listed)
		return;
	lot_unlist(state, lot);
	if (listed) {
		lot->listed = true;
		pick_insert(&lot->commodity->lots, lot);
		lot->commodity->available_g += lot_free_g(lot);
		state_touch(state, lot->commodity);
	} else if (is_aside(lot)) {
		pick_insert(&lot->commodity->aside, lot);
	}
}

void lot_loaded(struct state *state, struct row *row)
{
	struct lot *lot = (struct lot *)(void *)row;
	(void)state;
	lot->listed = may_leave(lot);
	if (lot->listed) /* available_g came from the commodity's own row */
		pick_insert(&lot->commodity->lots, lot);
	else if (is_aside(lot))
		pick_insert(&lot->commodity->aside, lot);
}

/* What is available came from the commodity's own row, which knew that the lot may not leave. */
void lot_loaded_frozen(struct lot *lot)
{
	if (!lot->listed)
		return;
	pick_remove(&lot->commodity->lots, lot);
	lot->listed = false;
	pick_insert(&lot->commodity->aside, lot);
}

void lot_loaded_pledged(struct lot *lot)
{
	lot->pledged = true;
	lot_loaded_frozen(lot);
}

int64_t lot_due(const struct row *row)
{
	const struct lot *lot = (const struct lot *)(const void *)row;
	return lot->state == LOT_ACCEPTED && !lot->expired ? lot->retest_at : TIME_NONE;
}

int64_t lot_units(const struct lot *lot)
{
	return lot->units != ABSENT ? lot->units : 1;
}

static int64_t reserved_units(const struct lot *lot)
{
	return lot->reserved_units != ABSENT ? lot->reserved_units : 0;
}

int64_t lot_free_units(const struct lot *lot)
{
	return lot->class == LOT_SEALED ? lot_units(lot) - reserved_units(lot) : 0;
}

struct lot_left lot_left(const struct lot *lot)
{
	return (struct lot_left){ .contained_g = lot_free_g(lot),
		.net_g = lot->on_hand_g - lot->reserved_net_g,
		.units = lot->class == LOT_SEALED ? lot_free_units(lot) : ABSENT };
}

int64_t lot_left_least_g(const struct lot_left *left)
{
	if (left->contained_g == 0 || left->units == 0)
		return 0;
	if (left->units == ABSENT || left->contained_g < left->units)
		return 1;
	return left->contained_g / left->units;
}

static int64_t share_down(int64_t mass_g, int64_t part, int64_t whole)
{
	int64_t share_g;
	bool fits = checked_mul_div_down(mass_g, part, whole, &share_g);
	assert(fits);
	(void)fits;
	return share_g;
}

/*
 * The most units k with floor(contained x k / units) <= target: k <= ((target + 1) x units - 1) /
 * contained.
 */
static int64_t units_within(const struct lot_left *left, int64_t target_g)
{
	__extension__ __int128 most = ((__int128)target_g + 1) * left->units - 1;
	most /= left->contained_g;
	return most < left->units ? (int64_t)most : left->units;
}

bool lot_left_cut(struct lot_left *left, int64_t target_g, struct pick *ret_part)
{
	struct pick part = { .contained_g = left->contained_g, .net_g = left->net_g,
		.units = left->units };
	int64_t least_g = lot_left_least_g(left);
	if (least_g == 0 || least_g > target_g)
		return false;
	if (left->units != ABSENT) {
		part.units = units_within(left, target_g);
		part.contained_g = share_down(left->contained_g, part.units, left->units);
		part.net_g = share_down(left->net_g, part.units, left->units);
		left->units -= part.units;
	} else if (target_g < left->contained_g) {
		part.contained_g = target_g;
		bool fits = checked_mul_div_up(target_g, left->net_g, left->contained_g, &part.net_g);
		assert(fits);
		(void)fits;
	}
	left->contained_g -= part.contained_g;
	left->net_g -= part.net_g;
	*ret_part = part;
	return true;
}

void lot_reserve(struct state *state, struct lot *lot, const struct pick *part, int sign)
{
	int64_t contained_g = sign * part->contained_g;
	lot->reserved_g += contained_g;
	lot->reserved_net_g += sign * part->net_g;
	if (part->units != ABSENT) {
		lot->reserved_units = reserved_units(lot) + sign * part->units;
		assert(lot->reserved_units >= 0 && lot->reserved_units <= lot_units(lot));
	}
	assert(lot->reserved_g >= 0 && lot->reserved_net_g >= 0);
	lot->commodity->reserved_g += contained_g;
	if (lot->listed) {
		pick_changed(&lot->commodity->lots, lot);
		lot->commodity->available_g -= contained_g;
	} else if (is_indexed(lot)) {
		pick_changed(&lot->commodity->aside, lot);
	}
	state_touch(state, lot);
	state_touch(state, lot->commodity);
}

void lot_take_out(struct state *state, struct lot *lot, const struct pick *reserved,
	int64_t out_contained_g, int64_t out_net_g)
{
	lot_reserve(state, lot, reserved, -1);
	lot_unlist(state, lot);
	lot->on_hand_g -= out_net_g;
	lot->out_g += out_net_g;
	lot->contained_g -= out_contained_g;
	if (lot->units != ABSENT && reserved->units != ABSENT)
		lot->units -= reserved->units;
	assert(lot->on_hand_g >= 0 && lot->contained_g >= lot->reserved_g);
	if (lot->on_hand_g == 0) {
		lot->state = (uint8_t)lot_transition((enum lot_state)lot->state, LOT_EMPTY);
		title_lot_ended(state, lot, ABSENT);
		state_close(state, lot);
	}
	lot_refresh(state, lot);
	state_touch(state, lot);
}

void lot_open_hold(struct state *state, struct lot *lot, enum reason reason, const char *because,
	const char *by, int64_t at)
{
	char id[CODE_MAX + 8], serial[WORD_INT];
	lot_unlist(state, lot);
	lot->holds++;
	lot->hold_serial++;
	word_int(serial, lot->hold_serial);
	size_t length = strlen(lot->code);
	assert(length + 1 + strlen(serial) < sizeof id);
	memcpy(id, lot->code, length);
	id[length] = '/';
	memcpy(id + length + 1, serial, strlen(serial) + 1);
	struct hold *hold = state_insert(state, TABLE_HOLD, id);
	body_text(hold->lot, lot->code);
	hold->lot_index = lot->created_index;
	hold->reason = (uint8_t)reason;
	body_text(hold->because, because);
	body_text(hold->opened_by, by);
	hold->opened_at = at;
	lot_refresh(state, lot);
	state_touch(state, lot);
}
