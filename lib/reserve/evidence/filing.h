/*
 * Reports that were filed: which, of what period, when, and the SHA-256 of what was handed in. What
 * a report says is made elsewhere; here is that it was not forgotten.
 *
 *   kind           period     due                                         50 USC
 *   annual         2027       FILING_ANNUAL_DAYS after the fiscal year    98h-2(b)
 *   quarterly      2027Q1     FILING_QUARTER_DAYS after quarters 1 to 3,  98h-2(a)
 *                             FILING_LAST_QUARTER_DAYS after the fourth
 *   requirements   2027       15 January of every odd year                98h-5
 *   shortfall      2027       1 March of each year                        98h-5(f)
 *
 * Years and quarters of annual and quarterly are fiscal (FISCAL_YEAR_MONTH), those of the others of
 * the calendar and say what was before them. A period counts where it ended after the founding of
 * the reserve.
 */
#ifndef RESERVE_EVIDENCE_FILING_H
#define RESERVE_EVIDENCE_FILING_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum filing_kind { FILING_NONE, FILING_ANNUAL, FILING_QUARTERLY, FILING_REQUIREMENTS, FILING_SHORTFALL,
	FILING_KIND_COUNT };
enum { FILING_PERIOD_SIZE = 12 };

struct filing {
	struct row row;
	char id[CODE_MAX];                /* quarterly/2027Q1 */
	uint8_t kind;
	char period[FILING_PERIOD_SIZE];
	int64_t due_at, filed_at;         /* due: the last day on which it is in time, UTC */
	uint8_t report_sha256[32];        /* of the newest that was filed */
	int64_t version;                  /* from 1: filed again, corrected */
	char filed_by[CODE_MAX];
};

extern const char *const filing_kind_names[];
extern const struct descriptor filing_descriptor;
extern const struct event_type event_report_filed;
extern const struct command_type command_report_file;

/* A report that law expects, and what was filed for it. */
struct filing_due {
	enum filing_kind kind;
	char id[CODE_MAX], period[FILING_PERIOD_SIZE];
	int64_t begins_at, ends_at; /* of the time that it reports */
	int64_t due_at;             /* the last day on which it is in time */
	const struct filing *filed; /* NULL: not yet */
};

/* Whether a moment is after the day that a report was due on. */
bool filing_is_late(int64_t due_at, int64_t at_ms);

/*
 * Every report whose period began by then and ended after the founding, in order of kind and
 * period.
 */
typedef void filing_each(void *context, const struct filing_due *due);
void filing_each_by(const struct state *state, int64_t until_ms, filing_each *each, void *context);

#endif
