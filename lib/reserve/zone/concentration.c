/* Sums of squares in 128 bits: masses are below 2^53, so that 10^4 times the sum stays below 2^127. */
#include "reserve/zone/concentration.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "reserve/zone/production.h"
#include "vault/limits.h"

__extension__ typedef unsigned __int128 wide;

enum { INDEX_WHOLE = 10000 };

int64_t share_ppm_of(int64_t mass_g, int64_t total_g)
{
	return total_g <= 0 ? 0 : (int64_t)((wide)mass_g * (wide)VAULT_PPM / (wide)total_g);
}

static bool is_named(const struct supplier *supplier)
{
	return !text_equal(supplier->country, PRODUCTION_OTHER) &&
		!text_equal(supplier->country, PRODUCTION_WORLD);
}

/* Sums of what is named and of what is not, and the stated total; false above 2^53-1. */
static bool add_up(const struct supplier *suppliers, uint32_t count,
	struct concentration *sums, int64_t *ret_stated_g)
{
	wide named = 0, others = 0, stated = 0;
	for (uint32_t i = 0; i < count; i++) {
		wide mass = (wide)suppliers[i].mass_g;
		if (is_named(&suppliers[i]))
			named += mass;
		else if (text_equal(suppliers[i].country, PRODUCTION_WORLD))
			stated += mass;
		else
			others += mass;
	}
	if (named + others > (wide)VAULT_INT_MAX || stated > (wide)VAULT_INT_MAX)
		return false;
	sums->named_g = (int64_t)named;
	sums->others_g = (int64_t)others;
	*ret_stated_g = (int64_t)stated;
	return true;
}

static void note_largest(const struct supplier *supplier, struct concentration *found)
{
	bool larger = supplier->mass_g > found->largest_g || (supplier->mass_g == found->largest_g &&
		strcmp(supplier->country, found->largest) < 0);
	if (supplier->mass_g == 0 || (found->largest[0] != '\0' && !larger))
		return;
	found->largest = supplier->country;
	found->largest_g = supplier->mass_g;
}

bool concentration_of(const struct supplier *suppliers, uint32_t count,
	struct concentration *ret_concentration)
{
	struct concentration found = { .largest = "" };
	int64_t stated_g;
	wide squares = 0;
	if (!add_up(suppliers, count, &found, &stated_g))
		return false;
	found.total_g = found.named_g + found.others_g;
	if (stated_g > found.total_g)
		found.total_g = stated_g;
	if (found.total_g == 0)
		return false;
	found.others_g = found.total_g - found.named_g;
	for (uint32_t i = 0; i < count; i++) {
		if (!is_named(&suppliers[i]))
			continue;
		squares += (wide)suppliers[i].mass_g * (wide)suppliers[i].mass_g;
		note_largest(&suppliers[i], &found);
	}
	wide whole = (wide)found.total_g * (wide)found.total_g;
	wide most = squares + (wide)found.others_g * (wide)found.others_g;
	found.index_least = (int64_t)(squares * INDEX_WHOLE / whole);
	found.index_most = (int64_t)((most * INDEX_WHOLE + whole - 1) / whole);
	found.largest_share_ppm = share_ppm_of(found.largest_g, found.total_g);
	*ret_concentration = found;
	return true;
}
