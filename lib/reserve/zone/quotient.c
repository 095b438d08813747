/* Prices against one another, by cross products of 256 bits. */
#include "reserve/zone/quotient.h"

int quotient_compare(const struct quotient *a, const struct quotient *b)
{
	return wide_compare(a->numerator, b->denominator, b->numerator, a->denominator);
}

/* Doubled until it reaches the price, then halved down to the least that does. */
bool unit_quote_up(const struct quotient *price, const char *to, int64_t decimals, const char *unit,
	const char *basis, int64_t *ret_quoted)
{
	struct quotient tried;
	int64_t low = 0, high = 1;
	for (;; high *= 2) { /* the least that reaches the price lies between low and high */
		if (!unit_quotient(high, decimals, unit, basis, to, &tried))
			return false;
		if (quotient_compare(&tried, price) >= 0)
			break;
		low = high;
	}
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;
		if (!unit_quotient(middle, decimals, unit, basis, to, &tried))
			return false;
		if (quotient_compare(&tried, price) >= 0)
			high = middle;
		else
			low = middle;
	}
	*ret_quoted = high;
	return true;
}
