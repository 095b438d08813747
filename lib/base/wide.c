/* Schoolbook: 64-bit limbs for the product, one bit at a time for the rare long division. */
#include "base/wide.h"

#include <assert.h>

struct product {
	uint128 high, low;
};

static struct product multiply(uint128 a, uint128 b)
{
	uint128 a0 = (uint64_t)a, a1 = a >> 64, b0 = (uint64_t)b, b1 = b >> 64;
	uint128 low = a0 * b0, middle = a1 * b0 + (low >> 64), other = a0 * b1 + (uint64_t)middle;
	return (struct product){ a1 * b1 + (middle >> 64) + (other >> 64),
		(other << 64) | (uint64_t)low };
}

/* The quotient and whether anything is left; false where it passes 128 bits. */
static bool divide(struct product product, uint128 by, uint128 *ret_quotient, bool *ret_rest)
{
	uint128 rest = product.high, quotient = 0;
	if (rest >= by)
		return false;
	for (int bit = 127; bit >= 0; bit--) {
		bool carry = rest >> 127 != 0;
		rest = rest << 1 | (product.low >> bit & 1);
		quotient <<= 1;
		if (carry || rest >= by) {
			rest -= by;
			quotient |= 1;
		}
	}
	*ret_quotient = quotient;
	*ret_rest = rest != 0;
	return true;
}

static bool quotient_of(uint128 a, uint128 b, uint128 c, bool up, int64_t *ret_quotient)
{
	uint128 product, quotient;
	bool rest;
	assert(c > 0);
	if (!__builtin_mul_overflow(a, b, &product)) {
		quotient = product / c;
		rest = quotient * c != product;
	} else if (!divide(multiply(a, b), c, &quotient, &rest)) {
		return false;
	}
	if (quotient >= INT64_MAX)
		return false;
	*ret_quotient = (int64_t)quotient + (up && rest);
	return true;
}

bool wide_mul_div_down(uint128 a, uint128 b, uint128 c, int64_t *ret_quotient)
{
	return quotient_of(a, b, c, false, ret_quotient);
}

bool wide_mul_div_up(uint128 a, uint128 b, uint128 c, int64_t *ret_quotient)
{
	return quotient_of(a, b, c, true, ret_quotient);
}

int wide_compare(uint128 a, uint128 b, uint128 c, uint128 d)
{
	struct product left = multiply(a, b), right = multiply(c, d);
	if (left.high != right.high)
		return left.high < right.high ? -1 : 1;
	return left.low == right.low ? 0 : left.low < right.low ? -1 : 1;
}
