/*
 * What a check of the audit is. Each has an id that people type (`audit run --only retest-overdue`), says
 * what it looks at and what to do about what it finds, and sees every entry of the ledger with the state
 * before and after it, and the state at the end. A check finds; it never mends, and never stops the run.
 *
 * The list of all is `checks` in checks.c; a file check_*.c holds the checks of one concern.
 */
#ifndef AUDIT_CHECK_H
#define AUDIT_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "reserve/decide.h"
#include "reserve/finding.h"
#include "reserve/state.h"
#include "wire/entry.h"

/* What a check sees. */
struct check_run {
	/*
	 * Of the replay, before or after the entry. Closed rows are kept but for requests, holds, movements
	 * and lines of plans, of which there may be too many.
	 */
	const struct state *state;
	int64_t now;                 /* ms UTC: what overdue is measured by */
	struct arena *arena;         /* of this call */
	void *own;                   /* what begin returned */
	const struct check *check;
	struct audit *audit;
};

struct check {
	const char *id;              /* "floor-broken"; stands in findings for ever */
	const char *title;           /* the fault, as a person reads it: "released below a floor" */
	enum finding_severity severity; /* of what it finds, where a finding does not say another */
	const char *looks_at;        /* a sentence: what is compared with what */
	const char *remedy;          /* a sentence: what to do about a finding */
	const char *source;          /* the real case that it comes from, or NULL */
	const struct event_type *const *kinds; /* that before and after are called for; NULL: all; NULL ends */
	void *(*begin)(const struct check_run *run);              /* or NULL */
	void (*before)(const struct check_run *run, const struct parsed_entry *entry); /* or NULL */
	void (*after)(const struct check_run *run, const struct parsed_entry *entry);  /* or NULL */
	void (*end)(const struct check_run *run);                 /* the whole state; or NULL */
	void (*free)(void *own);                                  /* or NULL */
	const struct check *via;     /* the check whose hooks look for this one's faults too, or NULL */
	bool history;                /* of acts that a rule forbids at any index: never of what time alone makes */
	bool entries_only;           /* before looks at no state: it is called where the replay cannot go on */
};

extern const struct check *const checks[]; /* NULL ends */
const struct check *check_find(const char *id);

/*
 * Whether a name means a check: its id, or one of four groups: "ledger" (what the entries alone
 * show), "replay" (stored rows and command ids against the ledger), "world" (all others), and of these
 * "history" (acts that a rule forbids, at any index; not what is overdue, short or old now).
 */
bool check_is_meant(const struct check *check, const char *name);

/* Whether a name means any. */
bool check_name_known(const char *name);

/* A field of an entry's body by its name: a text ("" where absent or unknown), a number (ABSENT). */
const char *check_text(const struct parsed_entry *entry, const char *field);
int64_t check_number(const struct parsed_entry *entry, const char *field);

/*
 * Reports a finding. subject: the row or entry at fault ("lot GA-0042", "O-2026-0031"); with the check's id
 * it is the finding's identity, so it must be the same in every run that finds the same fault and must
 * hold no figure. index: of the entry at fault, or ABSENT. The format is a sentence with the figures.
 */
void check_found(const struct check_run *run, const char *subject, int64_t index,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * The same with more: severity 0 for the check's own; column, expected and found may be NULL. A finding
 * of a check that was not asked for is dropped, so a check may report for those that go via it: with
 * check_report_as. Subjects are cut to 63 bytes.
 */
struct check_finding {
	enum finding_severity severity;
	const char *subject, *column, *expected, *found, *message;
	int64_t index;
	const char *stops;     /* drift: the commodity that it reaches, or FINDING_STOPS_ALL; NULL: no drift */
	const char *caused_by; /* who made the entry at fault; NULL: the engine says so where it knows */
};
void check_report(const struct check_run *run, const struct check_finding *finding);
void check_report_as(const struct check_run *run, const struct check *check,
	const struct check_finding *finding);

#endif
