/*
 * Quantities as people write and read them, to and from the exact integers of the wire. No floating
 * point: every factor is a ratio of integers, and what is not whole says so.
 */
#ifndef VAULTCTL_UNITS_H
#define VAULTCTL_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { UNIT_TEXT = 64 };

/*
 * A mass: "25t", "1500 kg", "372.3kg", "12 g", "10lb", "32.15ozt"; a unit is required, separators
 * are not taken. Grams, rounded towards less; *ret_exact tells whether nothing was cut off.
 */
bool unit_read_mass(const char *text, int64_t *ret_mass_g, bool *ret_exact, struct error *error);

/* A share: "99.8%", "998000ppm", to parts per million; ERROR_INVALID where it is not whole ppm. */
bool unit_read_share(const char *text, int64_t *ret_ppm, struct error *error);

/*
 * A price as it is quoted: "26.1USD/lb" is 261, 1 decimal, "USD/lb"; "380 $/mtu WO3" is in USD/mtu, and
 * has its basis with it (else ""). A unit that vaultctl does not know is left as it is to vaultd.
 */
enum { UNIT_PRICE_MAX = 16 };
struct quoted_price {
	int64_t quoted;
	int64_t decimals;
	char unit[UNIT_PRICE_MAX];
	char basis[UNIT_PRICE_MAX];
};
bool unit_read_price(const char *text, struct quoted_price *ret_price, struct error *error);

/* What a price is in micro-dollars per kilogram of its basis, rounded up; its unit must be known. */
bool unit_price_micros(const struct quoted_price *price, int64_t *ret_micros,
	struct error *error);

/* The unit alone, in any way in which it is written: "US cents/lb", "USD/kg Ta2O5". */
bool unit_read_price_unit(const char *text, char ret_unit[UNIT_PRICE_MAX],
	char ret_basis[UNIT_PRICE_MAX]);

/* "It is USD/kg, USD/t, … or USD/ozt". */
void unit_name_prices(char *to, size_t size);

/*
 * A time: a date (its beginning here), date and time with T or a space, with Z, an offset, or none
 * (local time, by TZ); "now", "today", "tomorrow". UTC milliseconds.
 */
bool unit_read_time(const char *text, int64_t now_ms, int64_t *ret_time_ms, struct error *error);

/* A duration: "90s", "10m", "2h", "3d"; whole, from one second to a year. Milliseconds. */
bool unit_read_duration(const char *text, int64_t *ret_ms, struct error *error);

/* The unit that fits a mass: g below 1 kg, t from 10,000 kg on. */
enum mass_unit { MASS_G, MASS_KG, MASS_T };
enum mass_unit unit_of_mass(int64_t mass_g);
const char *unit_name(enum mass_unit unit);

/* "1,934.0 kg", "3,640.0 t", "250 g": one decimal, towards less, in the unit that fits. */
void unit_show_mass(int64_t mass_g, char to[UNIT_TEXT]);

/*
 * In one unit with so many decimals, towards less; and how many decimals show a mass exactly (1 to 6,
 * 0 for grams).
 */
void unit_show_mass_in(int64_t mass_g, enum mass_unit unit, int decimals, char to[UNIT_TEXT]);
int unit_exact_decimals(int64_t mass_g, enum mass_unit unit);

/* The exact mass as it can be typed: "372.3kg", "25t", "17g". */
void unit_type_mass(int64_t mass_g, char to[UNIT_TEXT]);

void unit_show_share(int64_t ppm, char to[UNIT_TEXT]);          /* "99.99%" */
void unit_show_cover(int64_t tenths, char to[UNIT_TEXT]);       /* "37.2 d" */
void unit_show_count(int64_t count, char to[UNIT_TEXT]);        /* "48,213" */
void unit_show_time(int64_t time_ms, char to[UNIT_TEXT]);       /* "22 Nov 2026 20:41 UTC" */
void unit_show_date(int64_t time_ms, char to[UNIT_TEXT]);       /* "22 Nov 2026" */
void unit_show_price(int64_t quoted, int64_t decimals, const char *unit, char to[UNIT_TEXT]);

#endif
