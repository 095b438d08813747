/*
 * Everything that can still change, in memory. One table an entity; each row is found by its key and
 * kept at a fixed address until it is closed and swept. apply() alone writes here, and marks what it
 * touched, so that the shell can write each touched row once a batch.
 *
 * A row owns its strings and lists: memory of malloc, freed with the row.
 *
 * Pure: no I/O, no clock. Out of memory aborts: recovery is the start.
 */
#ifndef RESERVE_STATE_H
#define RESERVE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/descriptor.h"

/* In the order in which rows are written and loaded: parents before children. */
enum table_id {
	TABLE_RESERVE,
	TABLE_COUNTER,
	TABLE_PERSON,
	TABLE_KEY,
	TABLE_DECLARATION,
	TABLE_MINERAL,
	TABLE_COMMODITY,
	TABLE_SITE,
	TABLE_MEMBER,
	TABLE_ACCOUNT,
	TABLE_LOT,
	TABLE_HOLD,
	TABLE_FLOOR,
	TABLE_PRICE,
	TABLE_OBSERVATION,
	TABLE_HS_CODE,
	TABLE_TARIFF_SCHEDULE,
	TABLE_ASSESSMENT,
	TABLE_SALE,
	TABLE_PARTICIPANT,
	TABLE_COMMITMENT,
	TABLE_ENTITLEMENT,
	TABLE_MOVEMENT,
	TABLE_RATE,
	TABLE_CHARGE,
	TABLE_TRANSFER,
	TABLE_EXCHANGE,
	TABLE_EXCHANGE_RETURN,
	TABLE_EXCHANGE_AMENDMENT,
	TABLE_TITLE,
	TABLE_PLEDGE,
	TABLE_ANNUAL_LINE,
	TABLE_MEMBER_STEP,
	TABLE_PRODUCTION,
	TABLE_WAIVER,
	TABLE_CONTRACT,
	TABLE_CONTRACT_QUARTER,
	TABLE_REQUEST,
	TABLE_RELEASE_ORDER,
	TABLE_RULE,
	TABLE_EXTENSION,
	TABLE_STATEMENT,
	TABLE_PLAN,
	TABLE_PLAN_LINE,
	TABLE_CREDIT,
	TABLE_DOCUMENT,
	TABLE_FINDING,
	TABLE_COUNT_POLICY,
	TABLE_STOCKTAKE,
	TABLE_STOCKTAKE_LINE,
	TABLE_SAMPLE,
	TABLE_SAMPLE_LOT,
	TABLE_INSPECTION,
	TABLE_LOADOUT_TEST,
	TABLE_REQUIREMENT,
	TABLE_FILING,
	TABLE_COUNT
};

/*
 * What every row begins with. The key text stands directly behind it: an entity is
 * struct { struct row row; char code[…]; … }.
 */
struct row {
	struct row *next_touched;
	int64_t last_index; /* ledger index of the last entry that touched it */
	uint32_t slot;
	uint8_t table;
	bool stored : 1;    /* PostgreSQL has it */
	bool touched : 1;   /* on the list of touched rows */
	bool closed : 1;    /* can never change again: swept once written */
	bool live : 1;      /* false: the slot is free */
};

#define ROW_KEY_OFFSET sizeof(struct row)

static inline const char *row_key(const struct row *row)
{
	return (const char *)row + ROW_KEY_OFFSET;
}

/* A reference to a row of a table as a field. */
#define F_REF(s, m, t) { FIELD_AT(s, m), .type = FIELD_REF, .table = (t), \
	.key_offset = ROW_KEY_OFFSET }

struct state;

/* What the state knows of a table; see tables in tables.c. */
struct table_info {
	const char *name;                     /* in SQL as well */
	const struct descriptor *descriptor;  /* the first field is the key */
	bool forever;                         /* rows are never closed */
	void (*loaded)(struct state *state, struct row *row); /* joins indexes after a load, or NULL */
	int64_t (*due)(const struct row *row); /* when time changes it next, TIME_NONE for never; or NULL */
	bool (*over)(const struct row *row);   /* lists leave it out unless asked for its state; or NULL */
	void (*freed)(struct row *row);       /* drops what is derived and owned by the row, or NULL */
	/*
	 * Ended rows that something derived still counts: those with recall_mass > 0 and recall_at within
	 * recall_days of the last entry are loaded, shown to `loaded`, and dropped. NULL: none.
	 */
	const char *recall_at, *recall_mass;
	int64_t recall_days;
};

const struct table_info *table_info(enum table_id table);

struct state *state_new(bool keep_closed); /* keep_closed: replay for an audit sweeps nothing */
void state_free(struct state *state);

/* A new zeroed row (numbers absent) with its key, found from now on, touched. */
void *state_insert(struct state *state, enum table_id table, const char *key);

/* The row with that key that is not closed, or NULL. */
void *state_find(const struct state *state, enum table_id table, const char *key);

/*
 * For loading: a row with its key that PostgreSQL has already; the caller fills its fields and then
 * calls state_loaded once for the row.
 */
void *state_insert_stored(struct state *state, enum table_id table, const char *key);
void state_loaded(struct state *state, struct row *row);

/* The same for a closed row that is recalled: it is shown to `loaded` and gone, unless closed rows are kept. */
void state_recall(struct state *state, struct row *row);

/* The row must be written with the next batch. */
void state_touch(struct state *state, void *row);

/* Puts the row on the agenda at its due time; to be called whenever that may have changed. */
void state_schedule(struct state *state, const void *row);

/* From now on the row is found no more and its key is free; iteration meets it until it is swept. */
void state_close(struct state *state, void *row);

/* The first of the rows touched since the last take, for who only looks; NULL: none. */
const struct row *state_touched(const struct state *state);

/* The rows touched since the last take, each once; the list is emptied, the rows stay. */
struct row *state_take_touched(struct state *state);

/* Frees a closed row that was written; call for each row of a taken list after it was copied. */
void state_sweep(struct state *state, struct row *row);

/* Iteration by slot, closed rows that are not swept included: start with NULL. */
void *state_next(const struct state *state, enum table_id table, const void *after);

/* The same from a row's slot on, whether or not that row still is; slots are reused. */
void *state_next_from(const struct state *state, enum table_id table, uint32_t slot);
size_t state_count(const struct state *state, enum table_id table);

/* The earliest row that time changes, and when; NULL where there is none. */
struct row *state_next_due(struct state *state, int64_t *ret_due_ms);

/* The live rows that time changes before a moment, in no order; a row may be told more than once. */
typedef void state_each_due(void *context, const struct row *row);
void state_due_before(const struct state *state, int64_t until_ms, state_each_due *each,
	void *context);

/*
 * How many live rows of a table are in each value of a field, for tables too large to be counted by a
 * walk: whoever moves a row from one value to another says so, 0 standing for none.
 */
void state_tally(struct state *state, enum table_id table, int64_t from, int64_t to);
int64_t state_tallied(const struct state *state, enum table_id table, int64_t value);

/* Position in the ledger: number of entries applied, and the time of the last. */
int64_t state_size(const struct state *state);
int64_t state_last_at(const struct state *state);
void state_set_position(struct state *state, int64_t size, int64_t last_at);

/*
 * Ids such as R-2026-0014: the next one of a kind in a year (decide), and taking one (apply).
 * kind: "R", "O", "D", "N", "F", "P", "L" (pledge) …
 */
void state_next_id(const struct state *state, const char *kind, int64_t now, uint32_t ahead,
	char *ret_id, size_t size);
void state_take_id(struct state *state, const char *id);

/* The last version that was given out under an id (0: none yet), and noting one as given. */
int64_t state_last_version(const struct state *state, const char *id);
void state_take_version(struct state *state, const char *id, int64_t version);

/*
 * What a lower room asks of a higher one; it stands here, for rooms lean one way.
 *
 * Which award or exchange holds a part of a lot: its id, or "a delivery".
 */
const char *state_award_holding(const struct state *state, const char *lot);

/* The exchange that a lot, or a part of it, came back for; "" where it came back for none. */
struct lot;
const char *state_lot_returned_for(const struct state *state, const struct lot *lot);

struct commodity;
struct member;
struct site;

/* How draws of participants stand to what is declared for a commodity. */
enum draw_standing {
	DRAW_NORMAL,    /* nothing is: a draw leaves the operating floor and is to be replenished */
	DRAW_OPERATING, /* it leaves the operating floor and owes nothing back */
	DRAW_HARD,      /* it leaves the hard floor and owes nothing back */
	DRAW_POOLED     /* participants claim through their host members; nothing is drawn */
};
enum draw_standing state_draw_standing(const struct commodity *commodity);

/* What rules say of releases outside a declaration: who must sign; what a site loads a day, or ABSENT. */
int64_t state_release_approvals(const struct state *state, const struct commodity *commodity,
	const struct member *member, int64_t mass_g, int64_t value_cents);
int64_t state_release_daily_g(const struct state *state, const struct commodity *commodity,
	const struct member *member, const struct site *site);

/*
 * What a release is decided by now, row by row with its version: "floor ga/operating/3, floor ga/hard/2, price
 * ga/7, declaration D-2026-0003, annual ga/2027/release/1, rule ga-cap/2", in the arena. granted: the id of
 * what is released, R-, X-, T-, B- or V-.
 */
struct arena;
const char *state_release_criteria(const struct state *state, struct arena *arena,
	const struct commodity *commodity, const struct member *member, const char *granted);

struct reserve;
/* The one row of the reserve, NULL before founding. */
struct reserve *state_reserve(const struct state *state);

#endif
