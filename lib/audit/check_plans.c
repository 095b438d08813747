/* Plans of rounds, as a check of an audit. */
#include "audit/plans.h"

static void *begin(const struct check_run *run)
{
	(void)run;
	return plans_new();
}

static void tell(const struct check_run *run, int64_t index, const struct error *error)
{
	check_report(run, &(struct check_finding){ .subject = error->field, .index = index,
		.message = error->message });
}

static void before(const struct check_run *run, const struct parsed_entry *entry)
{
	struct error error = { 0 };
	if (!plans_entry(run->own, entry, &error))
		tell(run, entry->sequence, &error);
}

static void end(const struct check_run *run)
{
	struct error error = { 0 };
	if (!plans_end(run->own, &error))
		tell(run, ABSENT, &error);
}

static void end_of(void *own)
{
	plans_free(own);
}

const struct check check_plan_hash = {
	.id = "plan-hash",
	.title = "committed otherwise than officers signed",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "the content of each plan against the hash in its note, each award and order against that "
		"content, and that a run and a commit are whole",
	.remedy = "compare the plan's lines (allocation P-…) with the orders cut from it, and hold what was "
		"not in it",
	.begin = begin, .before = before, .end = end, .free = end_of, .entries_only = true,
};
