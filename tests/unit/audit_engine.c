/* The run of an audit: what it tells of a bent entry, what goes on behind it, what it leaves unchecked. */
#include "tests/unit/audit_checks.h"

static struct audited *stocked(void)
{
	return audited_new(world_stocked);
}

static void clean(void)
{
	struct audited *audited = stocked();
	AUDIT_CLEAN(audited, "ledger-entry");
	AUDIT_CLEAN(audited, "ledger-root");
	CU_ASSERT(audited->entry_count > 20);
	audited_free(audited);
}

static void expect_entry(int line, struct audited *audited, int64_t index, const char *text)
{
	char subject[40];
	snprintf(subject, sizeof subject, "entry %lld", (long long)index);
	audited_finds(line, __FILE__, audited, "ledger-entry", subject, text);
}

/* Bytes that are no entry end the state; what needs none goes on. */
static void broken_entry(void)
{
	struct audited *audited = stocked();
	int64_t index = audited_bend(audited, "lot.weighed", 0, "\"gross_g\"", "\"gross_x\"");
	expect_entry(__LINE__, audited, index, "");
	CU_ASSERT_EQUAL(audited->findings[0].index, index);
	CU_ASSERT_EQUAL(audited->found, 1);
	audited_free(audited);
}

/* Gives the nth entry of a kind another sequence. */
static int64_t bend_sequence(struct audited *audited, const char *kind, int64_t by)
{
	char from[48], to[48];
	int64_t index = audited_find(audited, kind, 0);
	snprintf(from, sizeof from, "\"sequence\":%lld}", (long long)index);
	snprintf(to, sizeof to, "\"sequence\":%lld}", (long long)(index + by));
	return audited_bend(audited, kind, 0, from, to);
}

/* An entry that says another's sequence is named, and so is one behind it that does. */
static void sequences(void)
{
	struct audited *audited = stocked();
	int64_t first = bend_sequence(audited, "lot.assayed", 1);
	int64_t second = bend_sequence(audited, "price.drafted", -2);
	expect_entry(__LINE__, audited, first, "says that it is number");
	expect_entry(__LINE__, audited, second, "says that it is number");
	CU_ASSERT_EQUAL(audited->found, 2);
	audited_free(audited);
}

/* Well formed, and no decision of the core: a finding and not the end of the process. */
static void nonsense(void)
{
	struct audited *audited = stocked();
	int64_t index = audited_bend(audited, "lot.accepted", 0, "\"lot\":\"GA-1\"", "\"lot\":\"GA-2\"");
	expect_entry(__LINE__, audited, index, "no decision of a reserve can have made it");
	audited_free(audited);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "clean", clean },
		{ "broken entry", broken_entry },
		{ "sequences", sequences },
		{ "nonsense", nonsense },
		CU_TEST_INFO_NULL,
	};
	return run_cases("audit engine", cases);
}
