/* Sums of two fractions with fixed denominators; 128 bits hold every product within the limits. */
#include "reserve/zone/carrying.h"

#include <assert.h>

#include "base/checked.h"
#include "base/time.h"
#include "vault/limits.h"

__extension__ typedef __int128 wide;

static void add(int64_t *cents, int64_t *rest, wide parts, int64_t denominator)
{
	assert(*rest >= 0 && *rest < denominator);
	parts += *rest;
	*cents += (int64_t)(parts / denominator);
	*rest = (int64_t)(parts % denominator);
}

void carrying_add(struct carrying *sum, int64_t days, int64_t principal_cents,
	int64_t interest_ppm, int64_t gross_g, int64_t storage_micros_per_tonne_day)
{
	assert(days >= 0 && days <= 366);
	assert(principal_cents >= 0 && principal_cents <= CARRYING_CENTS_MAX);
	assert(gross_g >= 0 && gross_g <= CARRYING_GROSS_MAX);
	assert(interest_ppm >= 0 && interest_ppm <= CARRYING_INTEREST_MAX);
	assert(storage_micros_per_tonne_day >= 0 &&
		storage_micros_per_tonne_day <= CARRYING_STORAGE_MAX);
	add(&sum->interest_cents, &sum->interest_rest,
		(wide)days * principal_cents * interest_ppm, CARRYING_INTEREST_PARTS);
	add(&sum->storage_cents, &sum->storage_rest,
		(wide)days * gross_g * storage_micros_per_tonne_day, CARRYING_STORAGE_PARTS);
}

bool carrying_gross_g(int64_t contained_g, int64_t gross_ppm, int64_t *ret_gross_g)
{
	int64_t gross_g;
	if (!checked_mul_div_up(contained_g, gross_ppm, VAULT_PPM, &gross_g) ||
	    gross_g > CARRYING_GROSS_MAX)
		return false;
	*ret_gross_g = gross_g;
	return true;
}

int64_t carrying_next_month(int64_t at)
{
	int year, month, day;
	time_civil(at, &year, &month, &day);
	return month == 12 ? time_from_civil(year + 1, 1, 1) : time_from_civil(year, month + 1, 1);
}
