/*
 * Times in UTC as milliseconds since 1970-01-01T00:00:00Z, and their RFC 3339 form. No clock is read
 * here: who needs one asks the shell.
 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIME_NONE INT64_MIN
#define TIME_YEAR_FIRST 1900 /* series of prices reach back before 1970 */
#define TIME_DAY_MS (24LL * 60 * 60 * 1000)
#define TIME_TEXT_SIZE 25 /* 2026-11-22T20:41:05.123Z and its NUL */

/* "2026-11-22T20:41:05Z", with .mmm only where milliseconds are not zero. Years 1900 to 9999. */
void time_format(int64_t time_ms, char text[TIME_TEXT_SIZE]);

/*
 * Accepts YYYY-MM-DD (its beginning, UTC) and RFC 3339 with Z or an offset and up to three digits of
 * a second. False for any date that does not exist.
 */
bool time_parse(const char *text, int64_t *ret_time_ms);

/* The calendar year, month (1-12) and day (1-31) of a time, UTC. */
void time_civil(int64_t time_ms, int *ret_year, int *ret_month, int *ret_day);

/* The first instant of a date, or TIME_NONE where the date does not exist. */
int64_t time_from_civil(int year, int month, int day);

#endif
