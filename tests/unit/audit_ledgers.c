/* No check of the world finds a fault in the history of the ledgers that earlier stages left. */
#include "audit_checks.h"

#include "ledger/export.h"

/* What time alone makes of a ledger of years ago: overdue, old, stale; and what its people left undone. */
static bool by_time(const struct check *check)
{
	static const char *const ids[] = { "below-floor", "below-target", "retest-overdue", "old-metal",
		"return-overdue", "return-amended", "order-unlifted", "price-stale", "observation-stale",
		"accepted-on-paper", "available-book", "reason-missing", "supplier-weights", "weight-in-out",
		"expired-declaration", "inspection-overdue", "loadout-unproven", "evidence-missing",
		"criteria-missing", "report-overdue", "count-overdue", NULL };
	for (size_t i = 0; ids[i] != NULL; i++) {
		if (text_equal(check->id, ids[i]))
			return true;
	}
	return false;
}

struct seen {
	size_t faults, by_time;
};

static void found(void *context, const struct check *check, const struct check_finding *finding)
{
	struct seen *seen = context;
	bool sums = text_equal(check->id, "available-book") ||
		text_equal(check->id, "expired-declaration") || text_equal(check->id, "criteria-missing");
	bool fault = !by_time(check) || (sums && finding->severity != SEVERITY_WARNING);
	seen->by_time += !fault;
	seen->faults += fault;
	if (fault || getenv("AUDIT_SHOW") != NULL)
		printf("\n  %s: %s [%lld] %s", check->id, finding->subject, (long long)finding->index,
			finding->message);
}

static void unchecked(void *context, const struct check *check, const char *reason)
{
	((struct seen *)context)->faults++;
	printf("\n  unchecked %s: %s", check->id, reason);
}

static void audit_export(const char *name, int64_t now)
{
	char folder[256];
	struct seen seen = { 0 };
	struct export_reader *reader;
	struct error error = { 0 };
	snprintf(folder, sizeof folder, "%s/ledgers/%s/export", TESTS_DIR, name);
	CU_ASSERT_FATAL(export_reader_open(folder, NULL, 0, &reader, &error));
	int64_t size = export_reader_checkpoint(reader)->size;
	const struct audit_options options = { .now = now, .since = ABSENT, .since_index = ABSENT,
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
	CU_ASSERT_EQUAL(seen.faults, 0);
	CU_ASSERT(seen.by_time > 0); /* years later something is overdue */
	audit_free(audit);
	export_reader_close(reader);
}

static void stages(void)
{
	const int64_t years_later = WORLD_BEGIN + 3 * 365 * TIME_DAY_MS;
	audit_export("1-straight-path", years_later);
	audit_export("2-rounds", years_later);
	audit_export("3-trade", years_later);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "stages", stages },
		CU_TEST_INFO_NULL,
	};
	return run_cases("audit ledgers", cases);
}
