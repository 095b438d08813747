/*
 * What every kind of command is drawn with: choices that the seed decides, rows of the state, and the
 * line that is being written. One short function a kind; commands.c has the table of weights.
 */
#ifndef SIMULATION_DRAW_H
#define SIMULATION_DRAW_H

#include "base/buffer.h"
#include "random.h"
#include "reserve/state.h"

#define DRAW_ORIGIN "demo.sim/log"

enum { LOT_CODES = 36, DRAW_PEOPLE = 13, DRAW_COMMODITIES = 3, DRAW_SITES = 3, DRAW_MEMBERS = 6 };

struct draw {
	struct random *random;
	const struct state *state;
	int64_t now;
	struct buffer line;
	const char *actor;
};

extern const char *const draw_people[DRAW_PEOPLE];
extern const char *const draw_commodities[DRAW_COMMODITIES];
extern const char *const draw_sites[DRAW_SITES];
extern const char *const draw_members[DRAW_MEMBERS]; /* the last one does not exist */
extern const char draw_founding[];

/* ---- choices ---- */

const char *draw_one_of(struct draw *draw, const char *const words[], int count);
#define ONE_OF(draw, words) draw_one_of((draw), (words), (int)(sizeof(words) / sizeof *(words)))

/* The same of words that stand here. */
#define ANY(draw, ...) ONE_OF((draw), ((const char *const[]){ __VA_ARGS__ }))

bool draw_chance(struct draw *draw, int percent);
long long draw_number(struct draw *draw, int64_t from, int64_t to);

/* Writes a time around now, so often. */
void draw_time(struct draw *draw, const char *name, int percent, int64_t from_ms, int64_t to_ms);

/* ---- rows ---- */

/* A live row of a table for which the question holds (NULL: any), or NULL. */
typedef bool draw_wanted(const void *row, const void *context);
const void *draw_row(struct draw *draw, enum table_id table, draw_wanted *wanted,
	const void *context);

/* Its key, or another text where there is none. */
const char *draw_key(const void *row, const char *otherwise);

/* A lot in one of the states given by bits, else, and now and then, any code. */
const char *draw_lot(struct draw *draw, unsigned states);

/* ---- kinds of commands ---- */

void draw_found(struct draw *draw);

void draw_lot_add(struct draw *draw);
void draw_weigh(struct draw *draw);
void draw_sample(struct draw *draw);
void draw_assay(struct draw *draw);
void draw_accept(struct draw *draw);
void draw_end_lot(struct draw *draw);
void draw_hold(struct draw *draw);
void draw_hold_release(struct draw *draw);
void draw_move(struct draw *draw);
void draw_arrive(struct draw *draw);
void draw_correct(struct draw *draw);
void draw_site_set(struct draw *draw);
void draw_floor_set(struct draw *draw);
void draw_member_set(struct draw *draw);
void draw_price(struct draw *draw);
void draw_observation(struct draw *draw);
void draw_computed_price(struct draw *draw);
void draw_hs(struct draw *draw);
void draw_tariff(struct draw *draw);
void draw_import_price(struct draw *draw);
void draw_assess(struct draw *draw);
void draw_sale(struct draw *draw);
void draw_participant_add(struct draw *draw);
void draw_rate_set(struct draw *draw);
void draw_commitment_new(struct draw *draw);
void draw_commitment_end(struct draw *draw);
void draw_transfer(struct draw *draw);
void draw_loan(struct draw *draw);
void draw_rotation(struct draw *draw);
void draw_drawdown(struct draw *draw); /* of a participant */
void draw_disposal(struct draw *draw);
void draw_return(struct draw *draw);
void draw_amend(struct draw *draw);
void draw_default(struct draw *draw);
void draw_annual_set(struct draw *draw);
void draw_title(struct draw *draw);
void draw_pledge(struct draw *draw);
void draw_unpledge(struct draw *draw);
void draw_market(struct draw *draw);
void draw_waiver(struct draw *draw);
void draw_contract(struct draw *draw);
void draw_report(struct draw *draw);
void draw_settle(struct draw *draw);
void draw_production(struct draw *draw);
void draw_count_new(struct draw *draw);
void draw_count_enter(struct draw *draw);
void draw_count_cause(struct draw *draw);
void draw_count_adjust(struct draw *draw);
void draw_count_abandon(struct draw *draw);
void draw_count_policy(struct draw *draw);
void draw_sample_draw(struct draw *draw);
void draw_sample_result(struct draw *draw);
void draw_inspection(struct draw *draw);
void draw_loadout_test(struct draw *draw);
void draw_commodity_storage(struct draw *draw);
void draw_site_storage(struct draw *draw);
void draw_requirement(struct draw *draw);
void draw_filing(struct draw *draw);
void draw_attachment(struct draw *draw);

void draw_declare(struct draw *draw);
void draw_extend(struct draw *draw);
void draw_rule(struct draw *draw);
void draw_request(struct draw *draw);
void draw_bring(struct draw *draw);
void draw_withdraw(struct draw *draw);
void draw_run(struct draw *draw);

void draw_prepare(struct draw *draw);
void draw_load(struct draw *draw);
void draw_deliver(struct draw *draw);
void draw_slot_move(struct draw *draw);

void draw_sign(struct draw *draw);
void draw_sign_count(struct draw *draw); /* sheets and adjustments of stocktakes */
void draw_sign_whole(struct draw *draw); /* with as many officers as it takes */
void draw_reject(struct draw *draw);
void draw_finding(struct draw *draw);
void draw_audit(struct draw *draw);
void draw_acknowledge(struct draw *draw);
void draw_close(struct draw *draw);
void draw_lift(struct draw *draw);
void draw_enrol(struct draw *draw);
void draw_revoke(struct draw *draw);
void draw_replace(struct draw *draw);
void draw_enrol_witness(struct draw *draw);
void draw_revoke_witness(struct draw *draw);
void draw_dispute(struct draw *draw);

#endif
