/* Gathering a month from rows. */
#include "reserve/zone/participant_statement.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/decide.h"
#include "reserve/stock/material.h"
#include "reserve/zone/charge.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/member.h"
#include "reserve/zone/participant.h"

static const struct field commodity_fields[] = {
	F_INT(struct statement_commodity, bought_g),
	F_INT(struct statement_commodity, closing_g),
	F_TEXT(struct statement_commodity, commodity),
	F_INT(struct statement_commodity, drawn_g),
	F_INT(struct statement_commodity, extinguished_g),
	F_INT(struct statement_commodity, given_g),
	F_INT(struct statement_commodity, granted_g),
	F_INT(struct statement_commodity, opening_g),
	F_INT(struct statement_commodity, owed_g),
	F_INT(struct statement_commodity, received_g),
	F_INT(struct statement_commodity, replenished_g),
	F_INT(struct statement_commodity, undone_g),
};
static const struct descriptor commodity_descriptor_of_statement =
	DESCRIPTOR("statement_commodity", struct statement_commodity, commodity_fields);

static const struct field movement_fields[] = {
	F_TIME(struct statement_movement, at),
	F_INT(struct statement_movement, balance_g),
	F_TEXT(struct statement_movement, commitment),
	F_TEXT(struct statement_movement, commodity),
	F_TEXT(struct statement_movement, counterparty),
	F_ENUM(struct statement_movement, kind, movement_kind_names),
	F_INT(struct statement_movement, mass_g),
	F_TEXT(struct statement_movement, subject),
};
static const struct descriptor movement_descriptor_of_statement =
	DESCRIPTOR("statement_movement", struct statement_movement, movement_fields);

static const struct field days_fields[] = {
	F_TEXT(struct statement_days, commitment),
	F_INT(struct statement_days, days),
	F_TIME(struct statement_days, from),
	F_INT(struct statement_days, gross_g),
	F_INT(struct statement_days, interest_ppm),
	F_INT(struct statement_days, principal_cents),
	F_INT(struct statement_days, rate),
	F_INT(struct statement_days, storage_micros_per_tonne_day),
	F_INT(struct statement_days, undrawn_g),
	F_TIME(struct statement_days, until),
};
static const struct descriptor days_descriptor =
	DESCRIPTOR("statement_days", struct statement_days, days_fields);

static const struct field charge_fields[] = {
	F_INT(struct statement_charge, bought_cents),
	F_INT(struct statement_charge, bought_g),
	F_TEXT(struct statement_charge, commitment),
	F_TEXT(struct statement_charge, commodity),
	F_INT(struct statement_charge, due_cents),
	F_INT(struct statement_charge, fee_applied_cents),
	F_INT(struct statement_charge, fee_left_cents),
	F_TIME(struct statement_charge, from),
	F_INT(struct statement_charge, interest_cents),
	F_BOOL(struct statement_charge, posted),
	F_INT(struct statement_charge, storage_cents),
	F_TIME(struct statement_charge, until),
};
static const struct descriptor charge_descriptor_of_statement =
	DESCRIPTOR("statement_charge", struct statement_charge, charge_fields);

static const struct field fee_fields[] = {
	F_TIME(struct statement_fee, at),
	F_TEXT(struct statement_fee, commitment),
	F_INT(struct statement_fee, fee_cents),
};
static const struct descriptor fee_descriptor =
	DESCRIPTOR("statement_fee", struct statement_fee, fee_fields);

static const struct field buy_back_fields[] = {
	F_TIME(struct statement_buy_back, at),
	F_INT(struct statement_buy_back, buy_back_cents),
	F_TEXT(struct statement_buy_back, commitment),
	F_TEXT(struct statement_buy_back, commodity),
	F_INT(struct statement_buy_back, due_cents),
	F_INT(struct statement_buy_back, fee_back_cents),
	F_INT(struct statement_buy_back, mass_g),
	F_INT(struct statement_buy_back, refund_cents),
};
static const struct descriptor buy_back_descriptor =
	DESCRIPTOR("statement_buy_back", struct statement_buy_back, buy_back_fields);

static const struct field statement_fields[] = {
	F_LIST(struct participant_statement, buy_backs, &buy_back_descriptor),
	F_LIST(struct participant_statement, charges, &charge_descriptor_of_statement),
	F_LIST(struct participant_statement, commodities, &commodity_descriptor_of_statement),
	F_LIST(struct participant_statement, days, &days_descriptor),
	F_INT(struct participant_statement, due_cents),
	F_LIST(struct participant_statement, fees, &fee_descriptor),
	F_BOOL(struct participant_statement, final),
	F_TIME(struct participant_statement, from),
	F_TEXT(struct participant_statement, member),
	F_TEXT(struct participant_statement, month),
	F_LIST(struct participant_statement, movements, &movement_descriptor_of_statement),
	F_TEXT(struct participant_statement, name),
	F_TEXT(struct participant_statement, participant),
	F_TIME(struct participant_statement, until),
};
const struct descriptor participant_statement_descriptor =
	DESCRIPTOR("participant_statement", struct participant_statement, statement_fields);

bool participant_statement_month(const char *month, int64_t *ret_from, int64_t *ret_until,
	struct error *error)
{
	char day[TIME_TEXT_SIZE];
	if (strlen(month) == 7 && text_copy(day, sizeof day, month)) {
		memcpy(day + 7, "-01", 4);
		if (time_parse(day, ret_from)) {
			*ret_until = carrying_next_month(*ret_from);
			return true;
		}
	}
	return error_set(error, ERROR_INVALID, "month", "\"%.20s\" is not a month such as 2026-11",
		month);
}

/* ---- gathering ---- */

struct maker {
	const struct state *state;
	const struct participant *participant;
	int64_t from, until, now;
	struct arena *arena;
	struct participant_statement *statement;
};

/* A further item at the end of a list, which grows by doubling. */
static void *append(struct arena *arena, struct list *list, const struct descriptor *descriptor)
{
	size_t size = descriptor->size;
	if ((list->count & (list->count - 1)) == 0) { /* 0, or a power of two: full */
		char *items = arena_alloc(arena, (list->count == 0 ? 1 : list->count * 2) * size);
		assert(items != NULL);
		if (list->count > 0)
			memcpy(items, list->items, list->count * size);
		list->items = items;
	}
	void *item = (char *)list->items + list->count++ * size;
	record_clear(descriptor, item);
	return item;
}

static struct statement_commodity *commodity_line(struct maker *maker, const char *code)
{
	struct list *list = &maker->statement->commodities;
	struct statement_commodity *lines = list->items;
	for (uint32_t i = 0; i < list->count; i++) {
		if (text_equal(lines[i].commodity, code))
			return &lines[i];
	}
	struct statement_commodity *line = append(maker->arena, list,
		&commodity_descriptor_of_statement);
	*line = (struct statement_commodity){ 0 };
	body_text(line->commodity, code);
	return line;
}

static int64_t sign_of(enum movement_kind kind)
{
	switch (kind) {
	case MOVEMENT_GRANTED:
	case MOVEMENT_RECEIVED:
	case MOVEMENT_REPLENISHED:
	case MOVEMENT_DRAW_UNDONE:
	case MOVEMENT_PURCHASE_UNDONE:
		return 1;
	case MOVEMENT_GIVEN:
	case MOVEMENT_DRAWN:
	case MOVEMENT_BOUGHT:
	case MOVEMENT_EXTINGUISHED:
		return -1;
	case MOVEMENT_NONE:
		break;
	}
	return 0;
}

/* Which column of its commodity's line a movement counts in. */
static int64_t *column_of(struct statement_commodity *line, enum movement_kind kind)
{
	switch (kind) {
	case MOVEMENT_GRANTED: return &line->granted_g;
	case MOVEMENT_RECEIVED: return &line->received_g;
	case MOVEMENT_GIVEN: return &line->given_g;
	case MOVEMENT_DRAWN: return &line->drawn_g;
	case MOVEMENT_BOUGHT: return &line->bought_g;
	case MOVEMENT_REPLENISHED: return &line->replenished_g;
	case MOVEMENT_DRAW_UNDONE:
	case MOVEMENT_PURCHASE_UNDONE: return &line->undone_g;
	case MOVEMENT_EXTINGUISHED: return &line->extinguished_g;
	case MOVEMENT_NONE: break;
	}
	assert(false && "a movement has a kind");
	return NULL;
}

/* Movements end as they are made, so that the order of their slots says nothing: by entry, by number. */
static int by_entry(const void *left, const void *right)
{
	const struct movement *a = *(const struct movement *const *)left;
	const struct movement *b = *(const struct movement *const *)right;
	size_t length_a = strlen(a->id), length_b = strlen(b->id);
	if (a->row.last_index != b->row.last_index)
		return a->row.last_index < b->row.last_index ? -1 : 1;
	return length_a != length_b ? (length_a < length_b ? -1 : 1) : strcmp(a->id, b->id);
}

static const struct movement **movements_of(const struct maker *maker, size_t *ret_count)
{
	size_t count = 0, most = state_count(maker->state, TABLE_MOVEMENT);
	const struct movement **rows = arena_alloc(maker->arena, (most + 1) * sizeof(struct movement *));
	const struct movement *row = NULL;
	assert(rows != NULL);
	while ((row = state_next(maker->state, TABLE_MOVEMENT, row)) != NULL) {
		if (row->participant == maker->participant && row->at < maker->until)
			rows[count++] = row;
	}
	if (count > 1)
		qsort(rows, count, sizeof(struct movement *), by_entry);
	*ret_count = count;
	return rows;
}

/*
 * The balance after the last movement is the closing one; what came back to a commitment after its term
 * was bought and moved no balance, so it counts in the columns only as far as it moved any.
 */
static void add_movements(struct maker *maker)
{
	size_t count;
	const struct movement **rows = movements_of(maker, &count);
	for (size_t i = 0; i < count; i++) {
		const struct movement *row = rows[i];
		struct statement_commodity *line = commodity_line(maker, row->commodity->code);
		bool moved = row->balance_g != line->closing_g;
		line->closing_g = row->balance_g;
		line->owed_g = row->owed_g;
		if (row->at < maker->from) {
			line->opening_g = row->balance_g;
			continue;
		}
		if (moved)
			*column_of(line, row->kind) += row->mass_g;
		struct statement_movement *shown = append(maker->arena, &maker->statement->movements,
			&movement_descriptor_of_statement);
		shown->at = row->at;
		shown->kind = row->kind;
		shown->mass_g = sign_of(row->kind) * row->mass_g;
		shown->balance_g = row->balance_g;
		body_text(shown->commitment, row->commitment->id);
		body_text(shown->commodity, row->commodity->code);
		body_text(shown->counterparty, row->counterparty);
		body_text(shown->subject, row->subject);
	}
}

static void add_days(struct maker *maker, const char *commitment, const struct charge_line *lines,
	uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct charge_line *line = &lines[i];
		struct statement_days *days = append(maker->arena, &maker->statement->days,
			&days_descriptor);
		*days = (struct statement_days){ .days = (line->until - line->from) / TIME_DAY_MS,
			.from = line->from, .until = line->until, .gross_g = line->gross_g,
			.interest_ppm = line->interest_ppm, .principal_cents = line->principal_cents,
			.rate = line->rate, .undrawn_g = line->undrawn_g,
			.storage_micros_per_tonne_day = line->storage_micros_per_tonne_day };
		body_text(days->commitment, commitment);
	}
}

static void add_posted(struct maker *maker, const struct charge *row)
{
	struct statement_charge *charge = append(maker->arena, &maker->statement->charges,
		&charge_descriptor_of_statement);
	*charge = (struct statement_charge){ .bought_cents = row->bought_cents,
		.bought_g = row->bought_g, .due_cents = row->due_cents,
		.fee_applied_cents = row->fee_applied_cents, .fee_left_cents = row->fee_left_cents,
		.from = row->from, .interest_cents = row->interest_cents, .posted = true,
		.storage_cents = row->storage_cents, .until = row->until };
	body_text(charge->commitment, row->commitment->id);
	body_text(charge->commodity, row->commitment->commodity->code);
	maker->statement->due_cents += row->due_cents;
	add_days(maker, row->commitment->id, row->lines.items, row->lines.count);
}

/* What the days that have ended come to in a month that is not posted yet. */
static void add_running(struct maker *maker, const struct commitment *commitment)
{
	int64_t until = charge_running_until(commitment, maker->now);
	struct charge_sum sum;
	if (commitment->state == COMMITMENT_IN_FORCE && commitment->charged_until < maker->until)
		maker->statement->final = false;
	if (commitment->state != COMMITMENT_IN_FORCE || commitment->charged_until < maker->from ||
	    commitment->charged_until >= maker->until || until <= commitment->charged_until)
		return;
	charge_compute(maker->state, commitment, until, maker->arena, &sum);
	int64_t cents = sum.carrying.interest_cents + sum.carrying.storage_cents;
	int64_t applied = cents < commitment->fee_left_cents ? cents : commitment->fee_left_cents;
	struct statement_charge *charge = append(maker->arena, &maker->statement->charges,
		&charge_descriptor_of_statement);
	*charge = (struct statement_charge){ .due_cents = cents - applied,
		.bought_g = commitment->bought_g - commitment->bought_charged_g,
		.bought_cents = commitment_value_cents(commitment, commitment->bought_g) -
			commitment->bought_cents,
		.fee_applied_cents = applied, .fee_left_cents = commitment->fee_left_cents - applied,
		.from = commitment->charged_until, .until = until,
		.interest_cents = sum.carrying.interest_cents,
		.storage_cents = sum.carrying.storage_cents };
	charge->due_cents += charge->bought_cents;
	body_text(charge->commitment, commitment->id);
	body_text(charge->commodity, commitment->commodity->code);
	maker->statement->due_cents += charge->due_cents;
	add_days(maker, commitment->id, sum.lines, sum.count);
}

/* What was charged of one commitment in the month, one posting at most, or runs in it. */
static void add_charges(struct maker *maker, const struct commitment *commitment)
{
	const struct charge *row = NULL;
	while ((row = state_next(maker->state, TABLE_CHARGE, row)) != NULL) {
		if (row->commitment == commitment && row->from >= maker->from &&
		    row->from < maker->until)
			add_posted(maker, row);
	}
	add_running(maker, commitment);
}

static void add_fee(struct maker *maker, const struct commitment *commitment)
{
	if (commitment->fee_cents == 0 || commitment->starts_at < maker->from ||
	    commitment->starts_at >= maker->until || commitment->starts_at > maker->now)
		return;
	struct statement_fee *fee = append(maker->arena, &maker->statement->fees, &fee_descriptor);
	fee->at = commitment->starts_at;
	fee->fee_cents = commitment->fee_cents;
	body_text(fee->commitment, commitment->id);
	maker->statement->due_cents += fee->fee_cents;
}

static void add_buy_back(struct maker *maker, const struct commitment *commitment)
{
	if (commitment->state != COMMITMENT_ENDED || commitment->ends_at < maker->from ||
	    commitment->ends_at >= maker->until)
		return;
	struct statement_buy_back *back = append(maker->arena, &maker->statement->buy_backs,
		&buy_back_descriptor);
	back->at = commitment->ends_at;
	back->mass_g = commitment->buy_back_g;
	back->buy_back_cents = commitment->buy_back_cents;
	back->fee_back_cents = commitment->fee_back_cents;
	back->refund_cents = commitment->fee_left_cents;
	back->due_cents = back->buy_back_cents - back->fee_back_cents;
	body_text(back->commitment, commitment->id);
	body_text(back->commodity, commitment->commodity->code);
	maker->statement->due_cents += back->due_cents - back->refund_cents;
}

static int by_id(const void *left, const void *right)
{
	const struct commitment *a = *(const struct commitment *const *)left;
	const struct commitment *b = *(const struct commitment *const *)right;
	return strcmp(a->id, b->id);
}

static void add_commitments(struct maker *maker)
{
	size_t count = 0, most = state_count(maker->state, TABLE_COMMITMENT);
	const struct commitment **rows = arena_alloc(maker->arena,
		(most + 1) * sizeof(struct commitment *));
	const struct commitment *row = NULL;
	assert(rows != NULL);
	while ((row = state_next(maker->state, TABLE_COMMITMENT, row)) != NULL) {
		if (row->participant == maker->participant &&
		    (row->state == COMMITMENT_IN_FORCE || row->state == COMMITMENT_ENDED))
			rows[count++] = row;
	}
	if (count > 1)
		qsort(rows, count, sizeof(struct commitment *), by_id);
	for (size_t i = 0; i < count; i++) {
		add_fee(maker, rows[i]);
		add_charges(maker, rows[i]);
		add_buy_back(maker, rows[i]);
	}
}

void participant_statement_make(const struct state *state, const struct participant *participant,
	int64_t from, int64_t until, int64_t now, struct arena *arena,
	struct participant_statement *ret_statement)
{
	struct maker maker = { state, participant, from, until, now, arena, ret_statement };
	char day[TIME_TEXT_SIZE];
	record_clear(&participant_statement_descriptor, ret_statement);
	time_format(from, day);
	memcpy(ret_statement->month, day, 7);
	ret_statement->from = from;
	ret_statement->until = until;
	ret_statement->final = until <= now;
	ret_statement->due_cents = 0;
	body_text(ret_statement->participant, participant->code);
	body_text(ret_statement->name, participant->name);
	body_text(ret_statement->member, participant->member->code);
	add_movements(&maker);
	add_commitments(&maker);
}
