/*
 * Inspections: that somebody looked at a site, at what lies there or at its scale, on what day, who
 * answers for it there, and when it is due again. An inspection is a fact; nobody edits one. The
 * newest of a site and kind, or of a lot, is current; the others are superseded.
 *
 *   kind        of what                   due again at most after       because
 *   commodity   a site's stock, or a lot  INSPECTION_COMMODITY_DAYS     stock is looked at yearly
 *   facility    a site                    INSPECTION_FACILITY_DAYS      roofs, fire, locks: yearly
 *   scale       a site's weighbridge      INSPECTION_SCALE_DAYS         its certificate says
 *   other       a site or a lot           when its inspector says       not due where nobody says
 *
 * What failed is due again at once, until it passes. A failed scale makes what was weighed on it
 * since it last passed a finding (the audit's scale-failed); a lot that fails is held at once.
 */
#ifndef RESERVE_STOCK_INSPECTION_H
#define RESERVE_STOCK_INSPECTION_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum inspection_kind { INSPECTION_NONE, INSPECTION_COMMODITY, INSPECTION_FACILITY, INSPECTION_SCALE,
	INSPECTION_OTHER, INSPECTION_KIND_COUNT };
enum inspection_result { INSPECTION_RESULT_NONE, INSPECTION_PASS, INSPECTION_FAIL,
	INSPECTION_REMARKS };
enum inspection_state { INSPECTION_STATE_NONE, INSPECTION_CURRENT, INSPECTION_SUPERSEDED };

struct site;

struct inspection {
	struct row row;
	char id[CODE_MAX];            /* I-2026-0001 */
	struct site *site;
	char lot[CODE_MAX];           /* the one that was looked at, or "": the site */
	int64_t lot_index;            /* created_index of the lot; ABSENT: the site */
	uint8_t kind, result, state;  /* enums inspection_kind, _result, _state */
	int64_t inspected_at, next_at; /* next: due again; ABSENT: it failed, or nobody said (other alone) */
	char by[NAME_MAX_BYTES];      /* who looked */
	char responsible[NAME_MAX_BYTES]; /* who answers for it at the site */
	char cells[64];               /* warehouses and cells that were looked at, as text */
	char *remarks;
	uint8_t evidence_sha256[32];  /* of the report, all zero: none */
	char recorded_by[CODE_MAX];
};

extern const char *const inspection_kind_names[];
extern const struct descriptor inspection_descriptor;
extern const struct event_type event_inspection_recorded;
extern const struct command_type command_inspection_record;

/* Days after which a kind is due again at the latest; 0: its inspector says. */
int64_t inspection_interval_days(enum inspection_kind kind);

/*
 * The current one of a site and kind (of its stock, not of one lot), or NULL. A walk of the table.
 */
const struct inspection *inspection_of_site(const struct state *state, const struct site *site,
	enum inspection_kind kind);

/* When it is due again: one that failed at once; ABSENT: never. */
int64_t inspection_due_again(const struct inspection *inspection);

/*
 * An inspection that is due. A site where something lies and that nobody inspected is due from the
 * moment from which it must have been: of its facility and its scale since the first lot that lies
 * here was weighed, of its stock a year after that.
 */
struct inspection_due {
	const struct site *site;
	enum inspection_kind kind;
	const struct inspection *last; /* NULL: never */
	const char *lot;               /* of one lot, or "": the site */
	int64_t due_at;
};

/* Each that is due at or before a moment: of open sites, then of lots that are still here. */
typedef void inspection_each_due(void *context, const struct inspection_due *due);
void inspection_due_by(const struct state *state, int64_t until_ms, inspection_each_due *each,
	void *context);

/* Rows leave lists, unless asked for, once a newer one stands. */
bool inspection_over(const struct row *row);

#endif
