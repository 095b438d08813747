/* Declarations as time-boxed as they say: nothing is let go outside a window, and windows close. */
#include "audit/check_world.h"

#include "audit/said.h"
#include "base/time.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"

static const char *declaration_subject(const struct check_run *run,
	const struct declaration *declaration)
{
	return arena_printf(run->arena, "declaration %s", declaration->id);
}

/* The state before the entry: a declaration that the entry itself ends is still open. */
static void before_award(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct declaration *declaration = state_find(run->state, TABLE_DECLARATION,
		check_text(entry, "declaration"));
	char starts[TIME_TEXT_SIZE], ends[TIME_TEXT_SIZE];
	if (declaration == NULL) {
		check_found(run, check_text(entry, "request"), entry->sequence, "%s was awarded under no "
			"declaration", check_text(entry, "request"));
		return;
	}
	if (entry->at >= declaration->starts_at && entry->at < declaration->ends_at)
		return;
	time_format(declaration->starts_at, starts);
	time_format(declaration->ends_at, ends);
	check_found(run, check_text(entry, "request"), entry->sequence, "%s was awarded under %s outside its "
		"window, from %s to %s", check_text(entry, "request"), declaration->id, starts, ends);
}

static void end_declarations(const struct check_run *run)
{
	const struct declaration *declaration = NULL;
	while ((declaration = state_next(run->state, TABLE_DECLARATION, declaration)) != NULL) {
		char ends[TIME_TEXT_SIZE];
		if (declaration->state != DECLARATION_OPEN || declaration->ends_at > run->now)
			continue;
		time_format(declaration->ends_at, ends);
		const struct check_finding finding = { .severity = SEVERITY_WARNING,
			.subject = declaration_subject(run, declaration), .index = declaration->row.last_index,
			.message = arena_printf(run->arena, "%s is open and ended on %s: what time does has "
				"stood still for %lld h", declaration->id, ends,
				(long long)((run->now - declaration->ends_at) / (TIME_DAY_MS / 24))) };
		check_report(run, &finding);
	}
}

static const struct event_type *const award_kinds[] = { &event_request_allocated,
	&event_request_granted, NULL };

const struct check check_expired_declaration = {
	.id = "expired-declaration",
	.title = "awarded outside a declaration, or open behind its end",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "each award's time against the window of its declaration; declarations that are open and "
		"whose end is past",
	.remedy = "Withdraw what was awarded outside the window; start vaultd, which ends what is over.",
	.source = "42 USC 6241(h): a limited drawdown ends after 60 days",
	.history = true,
	.kinds = award_kinds, .before = before_award, .end = end_declarations,
};
