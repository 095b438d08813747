/*
 * Imports assessed: what a customs declaration says, made into a consignment by what the reserve
 * knows (the commodity of its HS code, the reference price on the day of entry, members,
 * schedules), and the figures of tariff.h with what is charged of them. Recorded, it is a row for
 * ever.
 *
 * Goods are of the country of their last substantial transformation: it decides whether they come
 * from inside the zone, and which schedule they are under. Where the ore was mined is kept beside
 * it.
 *
 * A duty is due by the floor and charged by the schedule: only one in force charges. Draft, shadow
 * and no schedule at all charge nothing, and the sheet says so.
 */
#ifndef RESERVE_ZONE_ASSESSMENT_H
#define RESERVE_ZONE_ASSESSMENT_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "reserve/zone/schedule.h"
#include "reserve/zone/tariff.h"
#include "vault/limits.h"

/* What is declared, and behind it what follows. */
struct assessed {
	char assessment[CODE_MAX];   /* A-2026-0001, or "" */
	char basis[12];              /* of the grade; "": the commodity's */
	bool capped;
	int64_t charged_cents;
	char commodity[CODE_MAX];
	int64_t contained_g;         /* of the reference's basis */
	char currency[8];            /* of the invoice, ISO 4217 */
	int64_t customs_cents, duty_cents, duty_micros_per_kg, duty_ppm, entry_at, floor_cents;
	int64_t freight_millis, gap_cents, grade_ppm;
	char hs[16];
	bool inside;
	int64_t insurance_millis, landed_cents;
	char mined_in[8];
	uint8_t mode;                /* of the schedule */
	int64_t moisture_ppm, net_g;
	char origin[8];              /* of the last substantial transformation */
	int64_t other_duty_cents, rate, rate_decimals;
	char rate_source[96], reference[CODE_MAX + 16], reference_basis[12], schedule[SCHEDULE_ID_MAX];
	uint8_t terms;
	int64_t value_millis;
	/* for people, in no entry: what is due, what is charged and why; the price as quoted */
	const char *verdict, *reference_price;
};

/* The row keeps what the entry says. */
struct assessment_row {
	struct row row;
	char id[CODE_MAX];
	struct assessed is;
	int64_t recorded_at;
};

extern const struct descriptor assessment_descriptor;       /* of the row */
extern const struct descriptor assessed_params_descriptor;  /* of what is declared, as a record */
extern const struct descriptor assessed_descriptor;         /* of the sheet: all, with the verdict */
extern const struct event_type event_assessment_recorded;
extern const struct command_type command_assessment_record;

/*
 * Completes what is declared by what the reserve knows; memory of context->arena. False with an
 * error that names the field. Changes nothing.
 */
bool assessment_complete(const struct context *context, struct assessed *assessed,
	struct error *error);

/* Fills what is for people. */
void assessment_describe(const struct context *context, struct assessed *assessed);

#endif
