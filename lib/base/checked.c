/* Overflow checks by the compiler's builtins, products in 128 bits. */
#include "base/checked.h"

#include <assert.h>

__extension__ typedef __int128 wide;

bool checked_add(int64_t a, int64_t b, int64_t *ret_sum)
{
	int64_t sum;
	if (__builtin_add_overflow(a, b, &sum))
		return false;
	*ret_sum = sum;
	return true;
}

bool checked_sub(int64_t a, int64_t b, int64_t *ret_difference)
{
	int64_t difference;
	if (__builtin_sub_overflow(a, b, &difference))
		return false;
	*ret_difference = difference;
	return true;
}

bool checked_mul(int64_t a, int64_t b, int64_t *ret_product)
{
	int64_t product;
	if (__builtin_mul_overflow(a, b, &product))
		return false;
	*ret_product = product;
	return true;
}

int64_t checked_add_to(int64_t a, int64_t b, int64_t most)
{
	int64_t sum;
	assert(a >= 0 && b >= 0);
	return checked_add(a, b, &sum) && sum < most ? sum : most;
}

int64_t checked_power_of_ten(int64_t exponent)
{
	int64_t power = 1;
	assert(exponent <= 18);
	for (; exponent > 0; exponent--)
		power *= 10;
	return power;
}

static bool narrow(wide value, int64_t *ret)
{
	if (value > INT64_MAX)
		return false;
	*ret = (int64_t)value;
	return true;
}

bool checked_mul_div_down(int64_t a, int64_t b, int64_t c, int64_t *ret_quotient)
{
	assert(a >= 0 && b >= 0 && c > 0);
	return narrow((wide)a * b / c, ret_quotient);
}

bool checked_mul_div_up(int64_t a, int64_t b, int64_t c, int64_t *ret_quotient)
{
	assert(a >= 0 && b >= 0 && c > 0);
	return narrow(((wide)a * b + (c - 1)) / c, ret_quotient);
}
