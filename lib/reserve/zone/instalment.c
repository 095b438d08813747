/* Walks over a schedule; there are few parts in one. */
#include "reserve/zone/instalment.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "reserve/words.h"
#include "vault/limits.h"

static const struct field instalment_fields[] = {
	F_TIME(struct instalment, due_at),
	F_INT(struct instalment, mass_g),
};
const struct descriptor instalment_descriptor =
	DESCRIPTOR("instalment", struct instalment, instalment_fields);
static const struct field given_fields[] = {
	R_TIME(struct instalment, due_at),
	R_INT_IN(struct instalment, mass_g, 1, LOT_MASS_MAX),
};
const struct descriptor instalment_params =
	DESCRIPTOR("new_instalment", struct instalment, given_fields);

static bool check_dates(const struct list *instalments, int64_t now, struct error *error)
{
	const struct instalment *parts = instalments->items;
	char date[TIME_TEXT_SIZE], before[TIME_TEXT_SIZE];
	for (uint32_t i = 0; i < instalments->count; i++) {
		time_format(parts[i].due_at, date);
		if (parts[i].due_at <= now)
			return error_set(error, ERROR_INVALID, "instalments",
				"instalment %u: %.10s is past: nothing can come back by then", i + 1, date);
		if (i == 0 || parts[i].due_at > parts[i - 1].due_at)
			continue;
		time_format(parts[i - 1].due_at, before);
		return error_set(error, ERROR_INVALID, "instalments", "instalment %u: %.10s does not follow "
			"%.10s: dates are out of order", i + 1, date, before);
	}
	return true;
}

bool instalments_check(const struct list *instalments, int64_t sum_g, int64_t now,
	const char *what, struct error *error)
{
	const struct instalment *parts = instalments->items;
	char together[WORD_MASS], asked[WORD_MASS];
	int64_t all_g = 0;
	if (instalments->count < 2 || instalments->count > EXCHANGE_INSTALMENTS_MAX)
		return error_set(error, ERROR_INVALID, "instalments",
			"a schedule has 2 to %d instalments; one date alone is its due date",
			EXCHANGE_INSTALMENTS_MAX);
	if (!check_dates(instalments, now, error))
		return false;
	for (uint32_t i = 0; i < instalments->count; i++)
		all_g += parts[i].mass_g; /* each is limited */
	if (all_g == sum_g)
		return true;
	word_mass(together, all_g);
	word_mass(asked, sum_g);
	return error_set(error, ERROR_INVALID, "instalments", "the instalments are %s together, and %s "
		"is %s", together, what, asked);
}

int64_t instalments_after_g(const struct list *instalments, int64_t at)
{
	const struct instalment *parts = instalments->items;
	int64_t after_g = 0;
	for (uint32_t i = 0; i < instalments->count; i++)
		after_g += parts[i].due_at > at ? parts[i].mass_g : 0;
	return after_g;
}

int64_t instalments_last(const struct list *instalments)
{
	const struct instalment *parts = instalments->items;
	assert(instalments->count > 0);
	return parts[instalments->count - 1].due_at;
}

bool instalments_for(const struct list *instalments, int64_t sum_g, struct arena *arena,
	struct list *ret_instalments, struct error *error)
{
	size_t size = instalments->count * sizeof(struct instalment);
	struct instalment *parts = arena_alloc(arena, size);
	if (parts == NULL)
		return error_set(error, ERROR_LIMIT, "", "the request needs too much memory");
	memcpy(parts, instalments->items, size);
	*ret_instalments = (struct list){ parts, instalments->count };
	instalments_trim(ret_instalments, sum_g);
	return true;
}

void instalments_trim(struct list *instalments, int64_t sum_g)
{
	struct instalment *parts = instalments->items;
	int64_t over_g = instalments_after_g(instalments, INT64_MIN) - sum_g;
	for (uint32_t i = instalments->count; i > 0 && over_g > 0; i--) {
		int64_t less_g = over_g < parts[i - 1].mass_g ? over_g : parts[i - 1].mass_g;
		parts[i - 1].mass_g -= less_g;
		over_g -= less_g;
	}
}

struct list instalments_kept(const struct list *instalments)
{
	if (instalments->count == 0)
		return (struct list){ NULL, 0 };
	size_t size = instalments->count * sizeof(struct instalment);
	void *items = malloc(size);
	if (items == NULL)
		abort();
	memcpy(items, instalments->items, size);
	return (struct list){ items, instalments->count };
}

void instalments_write(struct document_draft *draft, const char *name,
	const struct list *instalments)
{
	const struct instalment *parts = instalments->items;
	char date[TIME_TEXT_SIZE], mass[WORD_INT];
	for (uint32_t i = 0; i < instalments->count; i++) {
		time_format(parts[i].due_at, date);
		word_int(mass, parts[i].mass_g);
		document_words(draft, (const char *const[]){ name, date, mass, "g" }, 4);
	}
}
