/*
 * Checks whose findings would be faults of the core. Signatures are not among them, for the run signs
 * with nothing, nor what is merely overdue, old or short.
 */
#include "audit_world.h"

#include <stdio.h>

#include "audit/audit.h"

static const char *const only[] = { "floor-broken", "price-broken", "release-without-order",
	"delivered-elsewhere", "expired-declaration", "mass-conserved", "accounts-zero", "recount",
	"available-book", "entitlements", "charges", "price-computed", "assessments",
	"accepted-unweighed", "same-hands", "one-title", "one-pledge", "criteria-missing", NULL };

static char failure[1024];

static void found(void *context, const struct check *check, const struct check_finding *finding)
{
	(void)context;
	if (finding->severity == SEVERITY_CRITICAL && failure[0] == '\0')
		snprintf(failure, sizeof failure, "%s finds %s [%lld]: %s", check->id, finding->subject,
			(long long)finding->index, finding->message);
}

static void unchecked(void *context, const struct check *check, const char *reason)
{
	(void)context;
	if (failure[0] == '\0')
		snprintf(failure, sizeof failure, "%s is unchecked: %s", check->id, reason);
}

const char *audit_world(const struct durable *durable)
{
	const struct audit_options options = { .only = only, .now = durable->last_at, .since = ABSENT,
		.since_index = ABSENT, .size = ABSENT, .found = found, .unchecked = unchecked };
	struct audit *audit = audit_new(&options);
	failure[0] = '\0';
	for (int64_t i = 0; i < durable->size; i++) {
		size_t length;
		const char *bytes = durable_entry(durable, i, &length);
		audit_entry(audit, i, bytes, length);
	}
	audit_end_of_ledger(audit);
	audit_end(audit);
	audit_free(audit);
	return failure[0] != '\0' ? failure : NULL;
}
