/*
 * Contracts for difference: the reserve's bloc makes up to a producer what the market stays below the
 * strike, and takes a share of what it goes above; settled by the calendar quarter, by the formula of
 * settlement.h. Nobody buys metal by one.
 *
 *   PROPOSED --two signatures--> SIGNED --end of its term--> ENDED (its quarters still settle)
 *       +--> REJECTED
 *
 * A quarter is reported once it is over: what was sold, what was stockpiled, and how much of what was
 * sold had been counted as stockpiled before, for metal counts once. A report may be corrected until it
 * is settled. Settling computes by what is observed then, keeps every input, and takes two signatures,
 * neither of who reported: it moves money on the word of one person. The last signature computes
 * again; an input that has moved since is named (R20).
 *
 *   REPORTED --settle--> COMPUTED --two signatures--> SETTLED
 *       ^------rejected------+
 *
 * The market of a quarter: the observations of the named series whose period lies in the quarter; where
 * there are none, those whose period covers it whole, as a year's average does.
 */
#ifndef RESERVE_ZONE_CONTRACT_H
#define RESERVE_ZONE_CONTRACT_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/state.h"
#include "reserve/zone/settlement.h"
#include "vault/limits.h"

enum contract_state { CONTRACT_NONE, CONTRACT_PROPOSED, CONTRACT_SIGNED, CONTRACT_ENDED,
	CONTRACT_REJECTED };
enum quarter_state { QUARTER_NONE, QUARTER_REPORTED, QUARTER_COMPUTED, QUARTER_SETTLED };

struct commodity;

struct contract {
	struct row row;
	char id[CODE_MAX];            /* C-2026-0001; its note has the same id */
	char producer[NAME_MAX_BYTES];
	struct commodity *commodity;
	int64_t quoted, decimals;     /* the strike as quoted */
	char unit[12], basis[12];
	int64_t strike_micros_per_kg; /* derived, rounded up */
	char series[CODE_MAX];              /* of market observations */
	int64_t upside_ppm;           /* of what is above the strike */
	int64_t starts_at, ends_at;   /* whole quarters, [start, end) */
	uint8_t state;
	char *because;
};

/* An observation that a settlement rests on. */
struct quarter_input {
	char observation[96];
	int64_t price_micros_per_kg, version;
};

struct contract_quarter {
	struct row row;
	char id[CODE_MAX];            /* C-2026-0001/2026Q3 */
	struct contract *contract;
	char quarter[QUARTER_TEXT];
	uint8_t state;
	int64_t sold_g, stockpiled_g; /* contained */
	int64_t from_stockpile_g;     /* of what was sold: counted in a quarter before */
	int64_t mass_g;               /* what counts: sold - from stockpile + stockpiled */
	char *evidence;
	char reported_by[CODE_MAX];
	int64_t reported_at;
	int64_t version;              /* of the report */
	struct list inputs;           /* of struct quarter_input: from COMPUTED on, as what follows */
	int64_t market_sum_micros, market_count;
	int64_t market_micros_per_kg; /* their mean, for people */
	int64_t to_producer_cents, from_producer_cents;
	char document[CODE_MAX];
	int64_t settled_at;
};

extern const struct descriptor contract_descriptor, contract_quarter_descriptor;
extern const struct document_kind document_contract, document_settlement;
extern const struct event_type event_contract_proposed, event_contract_signed,
	event_contract_ended, event_contract_reported, event_contract_computed,
	event_contract_settled;
extern const struct command_type command_contract_propose, command_contract_report,
	command_contract_settle;

int64_t contract_due(const struct row *row);
void tick_contract(const struct contract *contract, int64_t due_ms, struct decision *decision);

/* The contract's row of a quarter, or NULL. */
struct contract_quarter *contract_quarter_of(const struct state *state, const char *contract,
	const char *quarter);

#endif
