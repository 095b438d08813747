/* How commodities stand, for the reports that tell of stock. Private to the reports. */
#ifndef VIEW_REPORT_STOCK_H
#define VIEW_REPORT_STOCK_H

#include "view/report.h"

/* One commodity; what is not known or not set is ABSENT. Contained grams. */
struct report_stock {
	const struct commodity *commodity;
	int64_t available_g, reserved_g, entitled_g, operating_g, hard_g;
	int64_t operating_days, hard_days, consumption_g_per_day;
	int64_t cover_tenths;
	int64_t share_ppm;     /* of the operating floor */
	int64_t may_leave_g;   /* under the authority in force, else under the operating floor */
	int64_t below_since;   /* a day; ABSENT: it is not below its operating floor */
};

/* All that are asked about, nearest their operating floor first, then those without one, by code. */
const struct report_stock *report_stocks(const struct report *report, size_t *ret_count);

/* Whether it has stock or a floor. */
bool report_stocked(const struct report_stock *stock);

/* What was available at the end of a day, of today what is; ABSENT: nobody knows. */
int64_t report_available_at(const struct report *report, const struct commodity *commodity,
	int64_t day);

/* What may leave now: under the authority in force, else under the operating floor. */
int64_t report_may_leave_g(const struct commodity *commodity);

/* How long what is available lasts, in tenths of a day; ABSENT where no consumption is known. */
int64_t report_cover_tenths(const struct commodity *commodity);
/*
 * What is available against both floors, as bars; and day by day, of the first dozen, as lines: masses, or
 * days of cover where the consumption is known.
 */
void report_write_bars(struct report *report, const char *title,
	const struct report_stock *stocks, size_t count);
void report_write_trends(struct report *report, enum report_type type,
	const struct report_stock *stocks, size_t count, int64_t from, int64_t last);

/* Sums that stop at VAULT_INT_MAX. ABSENT counts as nothing. */
void report_add(int64_t *sum, int64_t value);

/* mass in grams times micro-dollars per kilogram, in cents, rounded up; ABSENT where either is. */
int64_t report_value_cents(int64_t mass_g, int64_t price_micros_per_kg);

/* What has left by an order, contained; NULL: nothing. */
struct order;
int64_t report_out_g(const struct order *order);

/* The beginning of the day of a time. */
int64_t report_day(int64_t at_ms);

#endif
