/* No check of the world finds a fault in the history of the ledgers that earlier stages left. */
#include "audit_checks.h"

#include "ledger/export.h"

/*
 * Whose critical findings would be faults of the core of that stage. What time alone makes of a ledger of
 * years ago (overdue, old, stale), and what its people left undone, is not among them.
 */
static const char *const history[] = { "ledger-entry", "ledger-root", "founding", "signatures",
	"two-signatures", "signer-asked", "plan-hash", "floor-broken", "price-broken",
	"release-without-order", "delivered-elsewhere", "expired-declaration", "mass-conserved",
	"accounts-zero", "recount", "available-book", "entitlements", "charges", "price-computed",
	"assessments", "accepted-unweighed", "same-hands", "one-title", "one-pledge", NULL };
static const char *const by_time[] = { "below-floor", "below-target", "retest-overdue", "old-metal",
	"return-overdue", "return-amended", "order-unlifted", "price-stale", "observation-stale",
	"accepted-on-paper", "reason-missing", "supplier-weights", "weight-in-out", NULL };

struct seen {
	const char *const *only;
	size_t critical, all;
};

static void found(void *context, const struct check *check, const struct check_finding *finding)
{
	struct seen *seen = context;
	bool critical = finding->severity == SEVERITY_CRITICAL;
	seen->all++;
	seen->critical += critical;
	if (critical && seen->only == history)
		printf("\n  %s: %s [%lld] %s", check->id, finding->subject, (long long)finding->index,
			finding->message);
}

static void unchecked(void *context, const struct check *check, const char *reason)
{
	((struct seen *)context)->critical++;
	printf("\n  unchecked %s: %s", check->id, reason);
}

static struct seen audit_export(const char *name, const char *const *only, int64_t now)
{
	char folder[256];
	struct seen seen = { only, 0, 0 };
	struct export_reader *reader;
	struct error error = { 0 };
	snprintf(folder, sizeof folder, "%s/ledgers/%s/export", TESTS_DIR, name);
	CU_ASSERT_FATAL(export_reader_open(folder, NULL, 0, &reader, &error));
	int64_t size = export_reader_checkpoint(reader)->size;
	const struct audit_options options = { .only = only, .now = now, .since = ABSENT, .since_index = ABSENT,
		.size = ABSENT, .found = found, .unchecked = unchecked, .context = &seen };
	struct audit *audit = audit_new(&options);
	for (int64_t i = 0; i < size; i++) {
		const uint8_t *bytes;
		size_t length;
		CU_ASSERT_FATAL(export_reader_entry(reader, i, &bytes, &length, &error));
		audit_entry(audit, i, (const char *)bytes, length);
	}
	audit_end_of_ledger(audit);
	audit_end(audit);
	audit_free(audit);
	export_reader_close(reader);
	return seen;
}

static void stages(void)
{
	static const char *const names[] = { "1-straight-path", "2-rounds", "3-trade" };
	const int64_t years_later = WORLD_BEGIN + 3 * 365 * TIME_DAY_MS;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		CU_ASSERT_EQUAL(audit_export(names[i], history, years_later).critical, 0);
		CU_ASSERT(audit_export(names[i], by_time, years_later).all > 0);
	}
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "stages", stages },
		CU_TEST_INFO_NULL,
	};
	return run_cases("audit ledgers", cases);
}
