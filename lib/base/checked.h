/*
 * Exact integer arithmetic for masses and money. No operation here rounds unless its name says so,
 * and none wraps: a result outside int64_t returns false and leaves *ret alone.
 */
#ifndef BASE_CHECKED_H
#define BASE_CHECKED_H

#include <stdbool.h>
#include <stdint.h>

bool checked_add(int64_t a, int64_t b, int64_t *ret_sum);
bool checked_sub(int64_t a, int64_t b, int64_t *ret_difference);
bool checked_mul(int64_t a, int64_t b, int64_t *ret_product);

/* a + b, or most where that is less; a, b >= 0. */
int64_t checked_add_to(int64_t a, int64_t b, int64_t most);

/* exponent at most 18; 1 where it is below 0, as ABSENT is */
int64_t checked_power_of_ten(int64_t exponent);

/* a * b / c with a 128-bit product; c > 0, a and b >= 0. Down and up name the rounding. */
bool checked_mul_div_down(int64_t a, int64_t b, int64_t c, int64_t *ret_quotient);
bool checked_mul_div_up(int64_t a, int64_t b, int64_t c, int64_t *ret_quotient);

#endif
