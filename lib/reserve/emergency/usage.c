/*
 * One list of days for each member, found by the member's slot, and one for all; days ascend, so that
 * today's is at the end. What is forgotten hangs on the newest day alone, and so never on the order in
 * which requests are loaded.
 */
#include "reserve/emergency/usage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "reserve/emergency/rule.h"
#include "reserve/stock/annual.h"
#include "reserve/zone/member.h"

struct usage_day {
	int64_t day;    /* since 1970 */
	int64_t mass_g;
};

struct usage_days {
	struct usage_day *days;
	uint32_t count, capacity;
};

struct usage {
	int64_t newest;           /* day */
	struct usage_days *lists; /* all members together, then each by its slot */
	uint32_t count;
};

static void *allocate(void *old, size_t count, size_t size)
{
	void *memory = reallocarray(old, count, size);
	if (memory == NULL)
		abort();
	return memory;
}

static uint32_t place_of(const struct member *member)
{
	return member != NULL ? member->row.slot + 1 : 0;
}

static struct usage *take(struct commodity *commodity, uint32_t place)
{
	struct usage *usage = commodity->usage;
	if (usage == NULL) {
		usage = commodity->usage = allocate(NULL, 1, sizeof *usage);
		*usage = (struct usage){ 0 };
	}
	if (place >= usage->count) {
		usage->lists = allocate(usage->lists, place + 1, sizeof *usage->lists);
		memset(&usage->lists[usage->count], 0,
			(place + 1 - usage->count) * sizeof *usage->lists);
		usage->count = place + 1;
	}
	return usage;
}

void usage_free(struct usage *usage)
{
	for (uint32_t i = 0; usage != NULL && i < usage->count; i++)
		free(usage->lists[i].days);
	if (usage != NULL)
		free(usage->lists);
	free(usage);
}

/* The first place whose day is not before this one: searched from the end, where it mostly is. */
static uint32_t find(const struct usage_days *list, int64_t day)
{
	uint32_t at = list->count;
	if (at == 0 || list->days[at - 1].day < day)
		return at;
	if (list->days[at - 1].day == day)
		return at - 1;
	uint32_t low = 0;
	while (low < at) {
		uint32_t middle = low + (at - low) / 2;
		if (list->days[middle].day < day)
			low = middle + 1;
		else
			at = middle;
	}
	return low;
}

/* A new day pushes out those that no window reaches any more. */
static void insert(struct usage_days *list, uint32_t at, int64_t day, int64_t newest)
{
	uint32_t old = 0;
	while (old < at && list->days[old].day <= newest - RULE_DAYS_MAX)
		old++;
	if (old > 0)
		memmove(list->days, list->days + old, (list->count - old) * sizeof *list->days);
	list->count -= old;
	at -= old;
	if (list->count == list->capacity) {
		list->capacity = list->capacity == 0 ? 8 : list->capacity * 2;
		list->days = allocate(list->days, list->capacity, sizeof *list->days);
	}
	memmove(&list->days[at + 1], &list->days[at], (list->count - at) * sizeof *list->days);
	list->days[at] = (struct usage_day){ day, 0 };
	list->count++;
}

static void add(struct usage_days *list, int64_t day, int64_t newest, int64_t mass_g)
{
	uint32_t at = find(list, day);
	if (at == list->count || list->days[at].day != day) {
		insert(list, at, day, newest);
		at = find(list, day);
	}
	list->days[at].mass_g += mass_g;
	assert(list->days[at].mass_g >= 0);
}

/* The sum of the newest fiscal year, whichever order the days come in. */
static void add_to_year(struct commodity *commodity, int64_t at, int64_t mass_g)
{
	int64_t year = annual_year_of(at);
	if (year > commodity->released_year) {
		commodity->released_year = year;
		commodity->released_g = 0;
	}
	if (year == commodity->released_year)
		commodity->released_g += mass_g;
}

void usage_add(struct commodity *commodity, const struct member *member, int64_t at,
	int64_t mass_g)
{
	int64_t day = at / TIME_DAY_MS;
	uint32_t place = place_of(member);
	assert(member != NULL && at >= 0);
	add_to_year(commodity, at, mass_g);
	struct usage *usage = take(commodity, place);
	if (day > usage->newest)
		usage->newest = day;
	if (mass_g == 0 || day <= usage->newest - RULE_DAYS_MAX)
		return;
	add(&usage->lists[0], day, usage->newest, mass_g);
	add(&usage->lists[place], day, usage->newest, mass_g);
}

static const struct usage_days *list_of(const struct commodity *commodity,
	const struct member *member)
{
	static const struct usage_days none;
	const struct usage *usage = commodity->usage;
	uint32_t place = place_of(member);
	return usage != NULL && place < usage->count ? &usage->lists[place] : &none;
}

int64_t usage_g(const struct commodity *commodity, const struct member *member, int64_t now,
	int64_t days)
{
	const struct usage_days *list = list_of(commodity, member);
	int64_t sum_g = 0;
	assert(days > 0 && days <= RULE_DAYS_MAX);
	for (uint32_t i = find(list, now / TIME_DAY_MS - days + 1); i < list->count; i++)
		sum_g += list->days[i].mass_g;
	return sum_g;
}

int64_t usage_frees_at(const struct commodity *commodity, const struct member *member, int64_t now,
	int64_t days, int64_t left_g)
{
	const struct usage_days *list = list_of(commodity, member);
	int64_t held_g = usage_g(commodity, member, now, days), frees_at = now;
	assert(left_g >= 0);
	for (uint32_t i = find(list, now / TIME_DAY_MS - days + 1); held_g > left_g; i++) {
		held_g -= list->days[i].mass_g;
		frees_at = (list->days[i].day + days) * TIME_DAY_MS;
	}
	return frees_at;
}
