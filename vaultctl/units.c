/*
 * Reading cuts a text into an unsigned decimal number and the unit behind it; showing groups
 * digits by three. Everything is integer arithmetic: a factor is a numerator and a denominator in
 * grams.
 */
#include "vaultctl/units.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"

enum { DECIMALS_MAX = 9 };

#define TENTHS_PER_GRAM 10000000LL /* of a microgram */

#define MASS(n, t, w)
#define PRICE(n, m, d)
#define ALIAS(a, n)
#define ELEMENT(s, w)
#define COMPOUND(f, e)

static const struct mass_factor {
	const char *unit;
	int64_t tenths; /* of a microgram in one */
	bool weighed;
} mass_factors[] = {
#undef MASS
#define MASS(n, t, w) { n, t, w },
#include "vault/units.def"
#undef MASS
#define MASS(n, t, w)
};

/* A unit of price, what it weighs, and how many of its currency make a dollar. */
static const struct price_factor {
	const char *unit, *mass;
	int64_t per_dollar;
} price_factors[] = {
#undef PRICE
#define PRICE(n, m, d) { n, m, d },
#include "vault/units.def"
#undef PRICE
#define PRICE(n, m, d)
};

/* How a unit of price is written, and what it is called. */
static const struct price_name {
	const char *written, *name;
} price_names[] = {
#undef PRICE
#define PRICE(n, m, d) { n, n },
#include "vault/units.def"
#undef PRICE
#define PRICE(n, m, d)
#undef ALIAS
#define ALIAS(a, n) { a, n },
#include "vault/units.def"
};

static const struct mass_unit_row {
	const char *name;
	int64_t grams;
	int decimals; /* that show a gram */
} mass_units[] = {
	[MASS_G] = { "g", 1, 0 },
	[MASS_KG] = { "kg", 1000, 3 },
	[MASS_T] = { "t", 1000000, 6 },
};

/* Digits, at most one point, at most DECIMALS_MAX digits behind it; ret_rest is where they end. */
static bool read_decimal(const char *text, int64_t *ret_digits, int64_t *ret_decimals,
	const char **ret_rest)
{
	int64_t digits = 0, decimals = 0;
	bool point = false, any = false;
	for (; (*text >= '0' && *text <= '9') || (*text == '.' && !point); text++) {
		if (*text == '.') {
			point = true;
			continue;
		}
		if (!checked_mul(digits, 10, &digits) || !checked_add(digits, *text - '0', &digits))
			return false;
		any = true;
		decimals += point;
	}
	if (!any || decimals > DECIMALS_MAX || text[-1] == '.')
		return false;
	*ret_digits = digits;
	*ret_decimals = decimals;
	*ret_rest = text;
	return true;
}

static const struct mass_factor *find_factor(const char *unit)
{
	for (size_t i = 0; i < sizeof mass_factors / sizeof *mass_factors; i++) {
		if (mass_factors[i].weighed && text_equal(mass_factors[i].unit, unit))
			return &mass_factors[i];
	}
	return NULL;
}

bool unit_read_mass(const char *text, int64_t *ret_mass_g, bool *ret_exact, struct error *error)
{
	int64_t digits, decimals, down, up;
	const char *rest;
	if (!read_decimal(text, &digits, &decimals, &rest)) {
		error_set(error, ERROR_INVALID, "", "\"%.40s\" is not a mass", text);
		return error_remedy(error, "Write a plain number and its unit, without separators: "
			"25t, 1500.5kg, 250g, 10lb or 32.15ozt");
	}
	rest += strspn(rest, " ");
	const struct mass_factor *factor = find_factor(rest);
	if (factor == NULL && *rest == '\0') {
		error_set(error, ERROR_INVALID, "", "\"%.40s\" has no unit", text);
		return error_remedy(error, "Write %.40skg, or g, t, lb, ozt", text);
	}
	if (factor == NULL) {
		error_set(error, ERROR_INVALID, "", "\"%.40s\" is not a mass: \"%.20s\" is no unit",
			text, rest);
		return error_remedy(error, "The units are g, kg, t, lb and ozt; write numbers without "
			"separators");
	}
	int64_t denominator = TENTHS_PER_GRAM * checked_power_of_ten(decimals);
	if (!checked_mul_div_down(digits, factor->tenths, denominator, &down) ||
	    !checked_mul_div_up(digits, factor->tenths, denominator, &up))
		return error_set(error, ERROR_INVALID, "", "\"%.40s\" is too large", text);
	*ret_mass_g = down;
	*ret_exact = down == up;
	return true;
}

bool unit_read_share(const char *text, int64_t *ret_ppm, struct error *error)
{
	int64_t digits, decimals, down, up;
	const char *rest;
	bool good = read_decimal(text, &digits, &decimals, &rest);
	int64_t factor = !good ? 0 : text_equal(rest, "%") ? 10000 : text_equal(rest, "ppm") ? 1 : 0;
	if (factor == 0) {
		error_set(error, ERROR_INVALID, "", "\"%.40s\" is not a share", text);
		return error_remedy(error, "Write 99.8%% or 998000ppm");
	}
	int64_t scale = checked_power_of_ten(decimals);
	if (!checked_mul_div_down(digits, factor, scale, &down) ||
	    !checked_mul_div_up(digits, factor, scale, &up))
		return error_set(error, ERROR_INVALID, "", "\"%.40s\" is too large", text);
	if (down != up)
		return error_set(error, ERROR_INVALID, "", "\"%.40s\" is finer than a part per million",
			text);
	*ret_ppm = down;
	return true;
}

bool unit_read_duration(const char *text, int64_t *ret_ms, struct error *error)
{
	static const struct { const char *unit; int64_t ms; } units[] = {
		{ "s", 1000 }, { "m", 60 * 1000 }, { "h", 60 * 60 * 1000 }, { "d", TIME_DAY_MS },
	};
	int64_t digits, decimals, unit_ms = 0, time_ms;
	const char *rest;
	bool good = read_decimal(text, &digits, &decimals, &rest) && decimals == 0;
	for (size_t i = 0; good && i < sizeof units / sizeof *units; i++)
		unit_ms = text_equal(rest, units[i].unit) ? units[i].ms : unit_ms;
	if (unit_ms == 0 || !checked_mul(digits, unit_ms, &time_ms) || time_ms < 1000 ||
	    time_ms > 366 * TIME_DAY_MS) {
		error_set(error, ERROR_INVALID, "", "\"%.40s\" is no length of time", text);
		return error_remedy(error, "Write 90s, 10m, 2h or 3d");
	}
	*ret_ms = time_ms;
	return true;
}

bool unit_read_price_unit(const char *text, char ret_unit[UNIT_PRICE_MAX],
	char ret_basis[UNIT_PRICE_MAX])
{
	for (size_t i = 0; i < sizeof price_names / sizeof *price_names; i++) {
		const struct price_name *row = &price_names[i];
		size_t length = strlen(row->written);
		if (strncmp(text, row->written, length) != 0 ||
		    (text[length] != '\0' && text[length] != ' '))
			continue;
		const char *basis = text + length + strspn(text + length, " ");
		if (strchr(basis, ' ') != NULL || strlen(basis) >= UNIT_PRICE_MAX)
			continue;
		text_copy(ret_unit, UNIT_PRICE_MAX, row->name);
		text_copy(ret_basis, UNIT_PRICE_MAX, basis);
		return true;
	}
	return false;
}

void unit_name_prices(char *to, size_t size)
{
	size_t used = (size_t)snprintf(to, size, "It is "), count = sizeof price_factors /
		sizeof *price_factors;
	for (size_t i = 0; i < count && used < size; i++)
		used += (size_t)snprintf(to + used, size - used, "%s%s", i == 0 ? "" :
			i + 1 == count ? " or " : ", ", price_factors[i].unit);
}

bool unit_price_micros(const struct quoted_price *price, int64_t *ret_micros,
	struct error *error)
{
	enum { GRAMS_PER_KG = 1000 };
	size_t at = 0, count = sizeof price_factors / sizeof *price_factors, mass = 0;
	while (at < count && !text_equal(price_factors[at].unit, price->unit))
		at++;
	if (at == count)
		return error_set(error, ERROR_INVALID, "", "\"%.20s\" is no unit of price", price->unit);
	while (!text_equal(mass_factors[mass].unit, price_factors[at].mass))
		mass++;
	/* dollars x 10^6 over the mass in kilograms, which is tenths / (TENTHS_PER_GRAM x 1000) */
	int64_t below;
	return (checked_mul(mass_factors[mass].tenths, price_factors[at].per_dollar, &below) &&
		checked_mul(below, checked_power_of_ten(price->decimals), &below) &&
		checked_mul_div_up(price->quoted, TENTHS_PER_GRAM * GRAMS_PER_KG * 1000000, below,
			ret_micros)) ||
		error_set(error, ERROR_INVALID, "", "\"%lld\" with %lld decimals is no price per mass that "
			"fits", (long long)price->quoted, (long long)price->decimals);
}

bool unit_read_price(const char *text, struct quoted_price *ret_price, struct error *error)
{
	struct quoted_price price = { 0 };
	const char *rest;
	bool good = read_decimal(text, &price.quoted, &price.decimals, &rest);
	if (good)
		rest += strspn(rest, " ");
	const char *slash = good ? strchr(rest, '/') : NULL;
	bool known = good && unit_read_price_unit(rest, price.unit, price.basis);
	if (!known && (slash == NULL || slash == rest || slash[1] == '\0' ||
	    strspn(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz/") != strlen(rest) ||
	    !text_copy(price.unit, sizeof price.unit, rest))) {
		error_set(error, ERROR_INVALID, "", "\"%.40s\" is not a price", text);
		return error_remedy(error, "Write number, currency and unit: 26.1USD/lb, 490USc/lb, "
			"\"380 USD/mtu WO3\"");
	}
	*ret_price = price;
	return true;
}

/* The local day of now_ms plus some days, at its beginning. */
static int64_t local_day(int64_t now_ms, int days)
{
	time_t now = (time_t)(now_ms / 1000);
	struct tm tm;
	localtime_r(&now, &tm);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_mday += days;
	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm) * 1000;
}

/* YYYY-MM-DD with an optional time of day and without a zone, by TZ. */
static bool read_local(const char *text, int64_t *ret_time_ms)
{
	struct tm tm = { .tm_isdst = -1 };
	int length = 0, length_minute = 0;
	if (sscanf(text, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &length) != 3 ||
	    length != 10)
		return false;
	if (time_from_civil(tm.tm_year, tm.tm_mon, tm.tm_mday) == TIME_NONE)
		return false;
	const char *rest = text + length;
	if (*rest == 'T' || *rest == ' ') {
		rest++;
		if (sscanf(rest, "%2d:%2d%n:%2d%n", &tm.tm_hour, &tm.tm_min, &length_minute, &tm.tm_sec,
			    &length) < 2 || tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 59)
			return false;
		rest += rest[length_minute] == ':' ? 8 : length_minute;
	}
	if (*rest != '\0')
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*ret_time_ms = (int64_t)mktime(&tm) * 1000;
	return true;
}

/* RFC 3339, also with a space for T and without seconds. */
static bool read_zoned(const char *text, int64_t *ret_time_ms)
{
	enum { MINUTE = 16 }; /* length of 2026-12-20T14:30 */
	char whole[40];
	if (strlen(text) <= MINUTE || strlen(text) + 4 > sizeof whole)
		return false;
	bool seconds = text[MINUTE] == ':';
	snprintf(whole, sizeof whole, "%.16s%s%s", text, seconds ? "" : ":00", text + MINUTE);
	if (whole[10] == ' ')
		whole[10] = 'T';
	return time_parse(whole, ret_time_ms);
}

bool unit_read_time(const char *text, int64_t now_ms, int64_t *ret_time_ms, struct error *error)
{
	static const char *const days[] = { "yesterday", "today", "tomorrow" };
	for (int i = 0; i < 3; i++) {
		if (text_equal(text, days[i])) {
			*ret_time_ms = local_day(now_ms, i - 1);
			return true;
		}
	}
	if (text_equal(text, "now")) {
		*ret_time_ms = now_ms;
		return true;
	}
	if (read_local(text, ret_time_ms) || read_zoned(text, ret_time_ms))
		return true;
	error_set(error, ERROR_INVALID, "", "\"%.40s\" is not a time, or such a day does not exist",
		text);
	return error_remedy(error, "Write 2026-12-20, \"2026-12-20 14:30\" (your local time) or "
		"2026-12-20T14:30Z");
}

enum mass_unit unit_of_mass(int64_t mass_g)
{
	if (mass_g < 0)
		mass_g = mass_g == INT64_MIN ? INT64_MAX : -mass_g;
	return mass_g == 0 ? MASS_KG : mass_g < 1000 ? MASS_G : mass_g < 10000000 ? MASS_KG : MASS_T;
}

const char *unit_name(enum mass_unit unit)
{
	return mass_units[unit].name;
}

static void show_grouped(uint64_t value, bool negative, char to[UNIT_TEXT])
{
	char digits[32];
	int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
	size_t at = 0;
	if (negative)
		to[at++] = '-';
	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			to[at++] = ',';
		to[at++] = digits[i];
	}
	to[at] = '\0';
}

static uint64_t magnitude(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

void unit_show_count(int64_t count, char to[UNIT_TEXT])
{
	show_grouped(magnitude(count), count < 0, to);
}

/* A point and so many digits, zeros in front; nothing for no digits. */
static void append_fraction(char to[UNIT_TEXT], uint64_t value, int digits)
{
	if (digits == 0)
		return;
	size_t at = strlen(to), end = at + 1 + (size_t)digits;
	assert(end < UNIT_TEXT);
	to[at] = '.';
	to[end] = '\0';
	for (; end > at + 1; value /= 10)
		to[--end] = (char)('0' + value % 10);
}

void unit_show_mass_in(int64_t mass_g, enum mass_unit unit, int decimals, char to[UNIT_TEXT])
{
	const struct mass_unit_row *row = &mass_units[unit];
	assert(decimals >= 0 && decimals <= row->decimals);
	uint64_t grams = magnitude(mass_g), one = (uint64_t)row->grams;
	show_grouped(grams / one, mass_g < 0, to);
	append_fraction(to, grams % one / (uint64_t)checked_power_of_ten(row->decimals - decimals),
		decimals);
	strcat(to, " ");
	strcat(to, row->name);
}

int unit_exact_decimals(int64_t mass_g, enum mass_unit unit)
{
	const struct mass_unit_row *row = &mass_units[unit];
	int decimals = row->decimals;
	for (int64_t step = 10; decimals > 1 && mass_g % step == 0; step *= 10)
		decimals--;
	return decimals;
}

void unit_show_mass(int64_t mass_g, char to[UNIT_TEXT])
{
	enum mass_unit unit = unit_of_mass(mass_g);
	unit_show_mass_in(mass_g, unit, unit == MASS_G ? 0 : 1, to);
}

void unit_type_mass(int64_t mass_g, char to[UNIT_TEXT])
{
	enum mass_unit unit = mass_g >= 1000000 && mass_g % 1000000 == 0 ? MASS_T :
		mass_g % 1000 == 0 || mass_g > 1000 ? MASS_KG : MASS_G;
	const struct mass_unit_row *row = &mass_units[unit];
	snprintf(to, UNIT_TEXT, "%lld", (long long)(mass_g / row->grams));
	int decimals = mass_g % row->grams == 0 ? 0 : unit_exact_decimals(mass_g, unit);
	append_fraction(to, magnitude(mass_g % row->grams) /
		(uint64_t)checked_power_of_ten(row->decimals - decimals), decimals);
	strcat(to, row->name);
}

/* digits / 10^decimals, without zeros at the end beyond least decimals. */
static void show_decimal(int64_t digits, int64_t decimals, int64_t least, char to[UNIT_TEXT])
{
	uint64_t value = magnitude(digits);
	while (decimals > least && value % 10 == 0) {
		value /= 10;
		decimals--;
	}
	uint64_t scale = (uint64_t)checked_power_of_ten(decimals);
	show_grouped(value / scale, digits < 0, to);
	append_fraction(to, value % scale, (int)decimals);
}

void unit_show_share(int64_t ppm, char to[UNIT_TEXT])
{
	show_decimal(ppm, 4, 0, to);
	strcat(to, "%");
}

void unit_show_cover(int64_t tenths, char to[UNIT_TEXT])
{
	show_decimal(tenths, 1, 1, to);
	strcat(to, " d");
}

void unit_show_price(int64_t quoted, int64_t decimals, const char *unit, char to[UNIT_TEXT])
{
	char number[UNIT_TEXT];
	bool sane = decimals >= 0 && decimals <= 18;
	show_decimal(quoted, sane ? decimals : 0, decimals > 0 ? 1 : 0, number);
	snprintf(to, UNIT_TEXT, "%.40s %.20s", number, unit);
}

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
	"Oct", "Nov", "Dec" };

void unit_show_date(int64_t time_ms, char to[UNIT_TEXT])
{
	int year, month, day;
	time_civil(time_ms, &year, &month, &day);
	snprintf(to, UNIT_TEXT, "%d %s %d", day, months[month - 1], year);
}

void unit_show_time(int64_t time_ms, char to[UNIT_TEXT])
{
	char date[UNIT_TEXT];
	unit_show_date(time_ms, date);
	int minute = (int)((time_ms % TIME_DAY_MS + TIME_DAY_MS) % TIME_DAY_MS / 60000);
	snprintf(to, UNIT_TEXT, "%.40s %02d:%02d UTC", date, minute / 60, minute % 60);
}
