/* Civil dates by the proleptic Gregorian calendar, in pure integers. */
#include "base/time.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static bool leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return month == 2 && leap(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01; the year is taken to begin in March so that a leap day ends it. */
static int64_t days_from_civil(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

int64_t time_from_civil(int year, int month, int day)
{
	if (year < TIME_YEAR_FIRST || year > 9999 || month < 1 || month > 12 || day < 1 ||
	    day > days_in_month(year, month))
		return TIME_NONE;
	return days_from_civil(year, month, day) * TIME_DAY_MS;
}

/* Behind midnight, before 1970 as well. */
static int64_t time_of_day(int64_t time_ms)
{
	int64_t rest = time_ms % TIME_DAY_MS;
	return rest < 0 ? rest + TIME_DAY_MS : rest;
}

void time_civil(int64_t time_ms, int *ret_year, int *ret_month, int *ret_day)
{
	int64_t days = (time_ms - time_of_day(time_ms)) / TIME_DAY_MS + 719468;
	assert(days > 0);
	int64_t era = days / 146097;
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
		day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_index = (5 * day_of_year + 2) / 153;
	*ret_day = (int)(day_of_year - (153 * month_index + 2) / 5 + 1);
	*ret_month = (int)(month_index < 10 ? month_index + 3 : month_index - 9);
	*ret_year = (int)(year_of_era + era * 400 + (*ret_month <= 2 ? 1 : 0));
}

static void put_digits(char *to, int value, int width)
{
	for (int i = width - 1; i >= 0; i--) {
		to[i] = (char)('0' + value % 10);
		value /= 10;
	}
}

void time_format(int64_t time_ms, char text[TIME_TEXT_SIZE])
{
	int year, month, day;
	time_civil(time_ms, &year, &month, &day);
	int64_t rest = time_of_day(time_ms);
	memcpy(text, "0000-00-00T00:00:00Z", 21);
	put_digits(text, year, 4);
	put_digits(text + 5, month, 2);
	put_digits(text + 8, day, 2);
	put_digits(text + 11, (int)(rest / 3600000), 2);
	put_digits(text + 14, (int)(rest / 60000 % 60), 2);
	put_digits(text + 17, (int)(rest / 1000 % 60), 2);
	if (rest % 1000 != 0) {
		memcpy(text + 19, ".000Z", 6);
		put_digits(text + 20, (int)(rest % 1000), 3);
	}
}

/* Reads exactly width digits and moves past them. */
static bool take_digits(const char **at, int width, int *ret)
{
	int value = 0;
	for (int i = 0; i < width; i++) {
		char c = (*at)[i];
		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
	}
	*at += width;
	*ret = value;
	return true;
}

static bool take(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

static bool take_offset_ms(const char **at, int64_t *ret_offset_ms)
{
	int hours, minutes, sign;
	if (take(at, 'Z')) {
		*ret_offset_ms = 0;
		return true;
	}
	if (take(at, '+'))
		sign = 1;
	else if (take(at, '-'))
		sign = -1;
	else
		return false;
	if (!take_digits(at, 2, &hours) || !take(at, ':') || !take_digits(at, 2, &minutes) ||
	    hours > 23 || minutes > 59)
		return false;
	*ret_offset_ms = sign * (hours * 60 + minutes) * 60000LL;
	return true;
}

bool time_parse(const char *text, int64_t *ret_time_ms)
{
	int year, month, day, hour, minute, second, milli = 0;
	int64_t offset_ms;
	const char *at = text;
	if (!take_digits(&at, 4, &year) || !take(&at, '-') || !take_digits(&at, 2, &month) ||
	    !take(&at, '-') || !take_digits(&at, 2, &day))
		return false;
	int64_t time_ms = time_from_civil(year, month, day);
	if (time_ms == TIME_NONE)
		return false;
	if (*at == '\0') {
		*ret_time_ms = time_ms;
		return true;
	}
	if (!take(&at, 'T') || !take_digits(&at, 2, &hour) || !take(&at, ':') ||
	    !take_digits(&at, 2, &minute) || !take(&at, ':') || !take_digits(&at, 2, &second) ||
	    hour > 23 || minute > 59 || second > 59)
		return false;
	if (take(&at, '.')) {
		int width = 0, digit;
		while (width < 3 && take_digits(&at, 1, &digit)) {
			milli = milli * 10 + digit;
			width++;
		}
		if (width == 0)
			return false;
		for (; width < 3; width++)
			milli *= 10;
	}
	if (!take_offset_ms(&at, &offset_ms) || *at != '\0')
		return false;
	time_ms += ((hour * 60LL + minute) * 60 + second) * 1000 + milli - offset_ms;
	if (time_ms < time_from_civil(TIME_YEAR_FIRST, 1, 1))
		return false;
	*ret_time_ms = time_ms;
	return true;
}
