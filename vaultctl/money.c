/* One reader of digits, one writer that groups them. */
#include "vaultctl/money.h"

#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "vault/limits.h"

enum { DIGITS_MAX = 18 };

/* Digits with at most one point inside; *ret_rest is where they end. */
static bool read_digits(const char *text, int64_t *ret_digits, int64_t *ret_decimals,
	const char **ret_rest)
{
	int64_t digits = 0, decimals = 0;
	int count = 0;
	bool point = false;
	for (; (*text >= '0' && *text <= '9') || (*text == '.' && !point && count > 0); text++) {
		if (*text == '.') {
			point = true;
			continue;
		}
		if (++count > DIGITS_MAX)
			return false;
		digits = digits * 10 + (*text - '0');
		decimals += point;
	}
	if (count == 0 || text[-1] == '.')
		return false;
	*ret_digits = digits;
	*ret_decimals = decimals;
	*ret_rest = text;
	return true;
}

static bool no_money(const char *text, struct error *error)
{
	error_set(error, ERROR_INVALID, "", "\"%.40s\" is not a sum of money", text);
	return error_remedy(error, "Write a plain number and its currency, without separators: "
		"499720USD, 1204.50EUR");
}

bool money_read(const char *text, int places, int64_t *ret_units, char ret_currency[MONEY_CURRENCY],
	struct error *error)
{
	int64_t digits, decimals;
	const char *rest;
	bool below = text[0] == '-';
	if (!read_digits(text + below, &digits, &decimals, &rest))
		return no_money(text, error);
	rest += strspn(rest, " ");
	if (strlen(rest) != 3 || strspn(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
		return no_money(text, error);
	for (; decimals < places; decimals++) {
		if (!checked_mul(digits, 10, &digits))
			return error_set(error, ERROR_INVALID, "", "\"%.40s\" is too large", text);
	}
	for (; decimals > places; decimals--) {
		if (digits % 10 != 0)
			return error_set(error, ERROR_INVALID, "",
				"\"%.40s\" has more than %d digits behind the point", text, places);
		digits /= 10;
	}
	if (digits > VAULT_INT_MAX)
		return error_set(error, ERROR_INVALID, "", "\"%.40s\" is too large", text);
	*ret_units = below ? -digits : digits;
	text_copy(ret_currency, MONEY_CURRENCY, rest);
	return true;
}

bool money_read_rate(const char *text, int64_t *ret_digits, int64_t *ret_decimals,
	struct error *error)
{
	const char *rest;
	if (read_digits(text, ret_digits, ret_decimals, &rest) && *rest == '\0')
		return true;
	error_set(error, ERROR_INVALID, "", "\"%.40s\" is not a rate", text);
	return error_remedy(error, "Write US dollars for one unit of the currency: 1.0842");
}

void money_show(int64_t units, int places, const char *currency, char to[UNIT_TEXT])
{
	char whole[UNIT_TEXT], part[24];
	int64_t scale = 1, size = units < 0 ? -units : units;
	for (int i = 0; i < places; i++)
		scale *= 10;
	unit_show_count(size / scale, whole);
	int shown = snprintf(part, sizeof part, "%0*lld", places, (long long)(size % scale));
	while (shown > 2 && part[shown - 1] == '0')
		part[--shown] = '\0';
	snprintf(to, UNIT_TEXT, "%s%.30s%s%.9s %.8s", units < 0 ? "-" : "", whole, places > 0 ? "." : "",
		places > 0 ? part : "", currency);
}

void money_show_cents(int64_t cents, char to[UNIT_TEXT])
{
	money_show(cents, 2, "USD", to);
}
