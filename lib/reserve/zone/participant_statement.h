/*
 * What a participant's month came to: entitlements from opening to closing, every movement, what each
 * commitment was charged with the days it rests on, fees and buy-backs. Made of rows that never change
 * once a month is over, so that its statement stays the same for ever; of a month that still runs it
 * says what the days that have ended come to so far.
 *
 * Months are of UTC and by date: what happens in the first instant of a month belongs to it.
 *
 * Pure. The state must hold the participant's movements and charges, which end as they are made: one that
 * keeps closed rows, or that a reader has loaded.
 */
#ifndef RESERVE_ZONE_PARTICIPANT_STATEMENT_H
#define RESERVE_ZONE_PARTICIPANT_STATEMENT_H

#include "base/arena.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "reserve/state.h"
#include "vault/limits.h"

struct participant;

/* opening + granted + received + replenished + undone - given - drawn - bought - extinguished = closing */
struct statement_commodity {
	int64_t bought_g, closing_g;
	char commodity[CODE_MAX];
	int64_t drawn_g, extinguished_g, given_g, granted_g, opening_g;
	int64_t owed_g; /* at the end */
	int64_t received_g, replenished_g;
	int64_t undone_g; /* drawn or bought and never lifted */
};

struct statement_movement {
	int64_t at, balance_g;
	char commitment[CODE_MAX], commodity[CODE_MAX], counterparty[CODE_MAX];
	uint8_t kind;
	int64_t mass_g;
	char subject[CODE_MAX];
};

/* Days alike of one commitment. */
struct statement_days {
	char commitment[CODE_MAX];
	int64_t days, from, gross_g, interest_ppm, principal_cents, rate;
	int64_t storage_micros_per_tonne_day, undrawn_g, until;
};

struct statement_charge {
	int64_t bought_cents, bought_g;
	char commitment[CODE_MAX], commodity[CODE_MAX];
	int64_t due_cents, fee_applied_cents, fee_left_cents, from, interest_cents;
	bool posted;
	int64_t storage_cents, until;
};

struct statement_fee {
	int64_t at;
	char commitment[CODE_MAX];
	int64_t fee_cents;
};

struct statement_buy_back {
	int64_t at, buy_back_cents;
	char commitment[CODE_MAX], commodity[CODE_MAX];
	int64_t due_cents, fee_back_cents, mass_g;
	int64_t refund_cents; /* of the fee that was neither applied nor set off */
};

struct participant_statement {
	struct list buy_backs;   /* of struct statement_buy_back */
	struct list charges;     /* of struct statement_charge */
	struct list commodities; /* of struct statement_commodity */
	struct list days;        /* of struct statement_days */
	int64_t due_cents;       /* fees + charges due + buy-backs due - refunds */
	struct list fees;        /* of struct statement_fee */
	bool final;              /* the month is over and all of it posted */
	int64_t from;
	char member[8];
	char month[8];           /* 2026-11 */
	struct list movements;   /* of struct statement_movement */
	char name[NAME_MAX_BYTES];
	char participant[CODE_MAX];
	int64_t until;
};

extern const struct descriptor participant_statement_descriptor;

/* "2026-11" to the month's first instant and the next month's; INVALID names month. */
bool participant_statement_month(const char *month, int64_t *ret_from, int64_t *ret_until,
	struct error *error);

/* Lists are in the arena, each in order of time, then id. */
void participant_statement_make(const struct state *state, const struct participant *participant,
	int64_t from, int64_t until, int64_t now, struct arena *arena,
	struct participant_statement *ret_statement);

#endif
