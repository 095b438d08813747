/*
 * What becomes of findings: an audit by vaultd records what it found, persons acknowledge and close, two
 * officers lift what stops awards.
 *
 * Who: officers and auditors acknowledge and close; nobody closes a finding about an entry that they made,
 * for who caused it must not be who says that it is well. A finding that stops awards is never closed: it
 * is lifted, by a note of two officers, of whom neither made the entry at fault.
 */
#ifndef RESERVE_EVIDENCE_FINDING_LIFE_H
#define RESERVE_EVIDENCE_FINDING_LIFE_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/finding.h"

/* One thing that an audit found, as it is recorded. */
struct audit_item {
	char caused_by[CODE_MAX];
	char check[32];
	int64_t index;
	const char *message;
	uint8_t severity;
	char stops[CODE_MAX];
	char subject[64];
};

/*
 * What vaultd records after a run: new findings are raised, closed ones that recur reopened, all others
 * left alone. complete: every check ran over the whole ledger, and so it is the last audit.
 */
struct audit_record {
	char asked_by[CODE_MAX];  /* "": the self-check */
	int64_t checks;
	bool complete;
	int64_t criticals, entries;
	struct list findings;     /* of struct audit_item */
	uint8_t root[32];
	int64_t unchecked, warnings;
};

extern const struct command_type command_audit_record, command_finding_acknowledge,
	command_finding_close, command_finding_lift;
extern const struct event_type event_audit_completed, event_finding_found, event_finding_reopened,
	event_finding_acknowledged, event_finding_closed, event_finding_lift_proposed,
	event_finding_lifted;
extern const struct document_kind document_finding_lift;

/* Joins what it stops after a load. */
void finding_loaded(struct state *state, struct row *row);

#endif
