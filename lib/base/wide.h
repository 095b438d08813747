/*
 * Products of two 128-bit numbers, exactly, in 256 bits: for a price in any unit times a mass with
 * its moisture and grade, where 128 bits do not always hold the product. The common case costs one
 * multiplication and one division.
 */
#ifndef BASE_WIDE_H
#define BASE_WIDE_H

#include <stdbool.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 uint128;

/* a * b / c rounded down or up; c > 0. False where the quotient is no int64_t. */
bool wide_mul_div_down(uint128 a, uint128 b, uint128 c, int64_t *ret_quotient);
bool wide_mul_div_up(uint128 a, uint128 b, uint128 c, int64_t *ret_quotient);

/* Below, at or above 0 as a * b is below, at or above c * d. */
int wide_compare(uint128 a, uint128 b, uint128 c, uint128 d);

#endif
