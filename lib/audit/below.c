/* One figure a commodity: the entry by which it went below, while it is. */
#include "audit/below.h"

#include "audit/column.h"
#include "base/time.h"
#include "reserve/words.h"

__extension__ typedef __int128 wide;

struct below {
	bool is;
	int64_t since, index;
};

void *below_begin(const struct check_run *run)
{
	(void)run;
	return column_new(sizeof(struct below));
}

void below_mark(const struct check_run *run, const struct commodity *commodity, bool is,
	const struct parsed_entry *entry)
{
	struct below *below = column_at(run->own, commodity);
	if (is && !below->is)
		*below = (struct below){ true, entry->at, entry->sequence };
	below->is = is;
}

void below_report(const struct check_run *run, const struct commodity *commodity, const char *of,
	int64_t mass_g, int64_t critical_days)
{
	const struct below *below = column_at(run->own, commodity);
	char since[TIME_TEXT_SIZE], available[WORD_MASS], stays[WORD_MASS];
	if (!below->is)
		return;
	int64_t days = (run->now - below->since) / TIME_DAY_MS;
	time_format(below->since, since);
	word_mass(available, commodity->available_g);
	word_mass(stays, mass_g);
	const struct check_finding finding = { .index = below->index,
		.subject = arena_printf(run->arena, "commodity %s", commodity->code),
		.severity = days >= critical_days ? SEVERITY_CRITICAL : SEVERITY_WARNING,
		.message = arena_printf(run->arena, "%s has been below its %s for %lld days, since %.10s: "
			"%s available of %s, %lld%%", commodity->code, of, (long long)days, since, available,
			stays, (long long)((wide)commodity->available_g * 100 / mass_g)) };
	check_report(run, &finding);
}
