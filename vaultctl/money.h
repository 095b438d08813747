/*
 * Sums of money as people write and read them: "499720USD", "1,204.50 EUR". Integers of the least
 * unit on the wire, never a floating-point number.
 */
#ifndef VAULTCTL_MONEY_H
#define VAULTCTL_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "vaultctl/units.h"

enum { MONEY_CURRENCY = 4 };

/*
 * "499720USD", "499720.50 USD", "-3EUR" in units of 10^-places; a currency of three capital
 * letters is required, separators are not taken. ERROR_INVALID where it is none, or finer than
 * that.
 */
bool money_read(const char *text, int places, int64_t *ret_units, char ret_currency[MONEY_CURRENCY],
	struct error *error);

/* A plain decimal number, "1.0842": its digits, and how many of them stand behind the point. */
bool money_read_rate(const char *text, int64_t *ret_digits, int64_t *ret_decimals,
	struct error *error);

/* Cents as "612,560.00 USD"; units of 10^-places of any currency, at least two places shown. */
void money_show_cents(int64_t cents, char to[UNIT_TEXT]);
void money_show(int64_t units, int places, const char *currency, char to[UNIT_TEXT]);

#endif
