/* Each writes its members; what is wrong is said as typed. */
#include "vaultctl/slot_money.h"

#include "base/checked.h"
#include "base/text.h"
#include "vaultctl/money.h"
#include "vaultctl/units.h"

/* Of the customs value the currency is told too; what stands beside it must be in the same. */
bool slot_take_money(struct slot *slot, const char *typed, struct error *error)
{
	int64_t units;
	char currency[MONEY_CURRENCY];
	bool cents = slot->kind == SLOT_CENTS;
	if (!money_read(typed, cents ? 2 : 3, &units, currency, error))
		return false;
	if (cents && !text_equal(currency, "USD"))
		return error_set(error, ERROR_INVALID, "", "\"%.40s\" is not in US dollars", typed);
	buffer_printf(&slot->json, "\"%s\":%lld", slot->name, (long long)units);
	if (text_equal(slot->name, "value_millis"))
		buffer_printf(&slot->json, ",\"currency\":\"%s\"", currency);
	return true;
}

bool slot_take_decimal(struct slot *slot, const char *typed, struct error *error)
{
	int64_t digits, decimals;
	if (!money_read_rate(typed, &digits, &decimals, error))
		return false;
	buffer_printf(&slot->json, "\"rate\":%lld,\"rate_decimals\":%lld", (long long)digits,
		(long long)decimals);
	return true;
}

/* A cap below zero goes as it is, for vaultd to refuse by name. */
bool slot_take_cap(struct slot *slot, const char *typed, struct error *error)
{
	int64_t value, decimals;
	bool below = typed[0] == '-';
	struct quoted_price price;
	struct error cause = { 0 };
	if (unit_read_share(typed + below, &value, &cause)) {
		buffer_printf(&slot->json, "\"cap_ppm\":%s%lld", below ? "-" : "", (long long)value);
		return true;
	}
	if (!unit_read_price(typed + below, &price, &cause) || !text_equal(price.unit, "USD/kg") ||
	    price.decimals > 6) {
		error_set(error, ERROR_INVALID, "", "\"%.40s\" is no cap", typed);
		return error_remedy(error, "Write a share of the customs value, 25%%, or an amount a "
			"kilogram contained, 5.5USD/kg");
	}
	value = price.quoted;
	for (decimals = price.decimals; decimals < 6; decimals++) {
		if (!checked_mul(value, 10, &value))
			return error_set(error, ERROR_INVALID, "", "\"%.40s\" is too large", typed);
	}
	buffer_printf(&slot->json, "\"cap_micros_per_kg\":%s%lld", below ? "-" : "",
		(long long)value);
	return true;
}
