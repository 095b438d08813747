/* Findings: what an audit, the core or a person saw that needs somebody. */
#ifndef RESERVE_FINDING_H
#define RESERVE_FINDING_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum finding_severity { SEVERITY_NONE, SEVERITY_WARNING, SEVERITY_CRITICAL };
enum finding_state { FINDING_NONE, FINDING_OPEN, FINDING_CLOSED };

struct finding {
	struct row row;
	char id[CODE_MAX];
	char check[32];
	uint8_t severity, state;
	char subject[64];
	char *message;
	int64_t raised_at, raised_index;
};

extern const struct descriptor finding_descriptor;
extern const struct event_type event_finding_raised;
extern const struct command_type command_finding_raise;

/* Adds a finding to a decision of the core; severity "warning" or "critical". */
void finding_add(const struct context *context, struct decision *decision, const char *check,
	const char *severity, const char *subject, const char *message);

#endif
