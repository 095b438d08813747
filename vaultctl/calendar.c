/* Every field is a set of numbers; both notations have lists, ranges and steps, and differ in little else. */
#include "vaultctl/calendar.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { FIELD_BYTES = 64, MINUTES_A_DAY = 24 * 60, DAYS_LOOKED_AT = 2 * 365 };

static const char *const weekday_names[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL };
static const char *const month_names[] = { "", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
	"oct", "nov", "dec", NULL };

static uint64_t every(int low, int high)
{
	uint64_t set = 0;
	for (int i = low; i <= high; i++)
		set |= (uint64_t)1 << i;
	return set;
}

/* A number, or the first three letters of a name; more letters of the name may follow. */
static bool take_number(const char **text, const char *const *names, int *ret)
{
	if (isdigit((unsigned char)**text)) {
		char *end;
		*ret = (int)strtol(*text, &end, 10);
		*text = end;
		return true;
	}
	for (int i = 0; names != NULL && names[i] != NULL; i++) {
		if (names[i][0] != '\0' && strncasecmp(*text, names[i], 3) == 0) {
			while (isalpha((unsigned char)**text))
				++*text;
			*ret = i;
			return true;
		}
	}
	return false;
}

/* "*", "5", "1-5", "1..5", "0,30", "0/15", "*" with a step behind it. */
static bool take_set(const char *text, int low, int high, const char *const *names, uint64_t *ret_set)
{
	*ret_set = 0;
	for (;;) {
		int from = low, to = high, step = 1;
		if (*text == '*') {
			text++;
		} else {
			if (!take_number(&text, names, &from))
				return false;
			to = from;
			if (*text == '-' || (text[0] == '.' && text[1] == '.')) {
				text += *text == '-' ? 1 : 2;
				if (!take_number(&text, names, &to))
					return false;
			}
		}
		if (*text == '/') {
			text++;
			if (!take_number(&text, NULL, &step) || step < 1)
				return false;
			to = to == from ? high : to; /* 5/15: from 5 on */
		}
		if (from < low || to > high || from > to)
			return false;
		for (int i = from; i <= to; i += step)
			*ret_set |= (uint64_t)1 << i;
		if (*text == '\0')
			return true;
		if (*text++ != ',')
			return false;
	}
}

static bool take_field(const char **text, char field[FIELD_BYTES])
{
	size_t length = strcspn(*text, " \t"), gap;
	if (length == 0 || length >= FIELD_BYTES)
		return false;
	memcpy(field, *text, length);
	field[length] = '\0';
	gap = strspn(*text + length, " \t");
	*text += length + gap;
	return true;
}

static const struct { const char *name, *cron, *systemd; } shorthands[] = {
	{ "hourly", "0 * * * *", "*-*-* *:00:00" },
	{ "daily", "0 0 * * *", "*-*-* 00:00:00" },
	{ "midnight", "0 0 * * *", NULL },
	{ "weekly", "0 0 * * 0", "Mon *-*-* 00:00:00" },
	{ "monthly", "0 0 1 * *", "*-*-01 00:00:00" },
	{ "yearly", "0 0 1 1 *", "*-01-01 00:00:00" },
	{ "annually", "0 0 1 1 *", "*-01-01 00:00:00" },
	{ "minutely", NULL, "*-*-* *:*:00" },
	{ "quarterly", NULL, "*-01,04,07,10-01 00:00:00" },
	{ "semiannually", NULL, "*-01,07-01 00:00:00" },
};

static const char *shorthand(const char *name, bool cron)
{
	for (size_t i = 0; i < sizeof shorthands / sizeof *shorthands; i++) {
		if (text_equal(shorthands[i].name, name))
			return cron ? shorthands[i].cron : shorthands[i].systemd;
	}
	return NULL;
}

bool calendar_cron(const char *text, struct calendar *ret_calendar)
{
	char field[5][FIELD_BYTES];
	uint64_t set[5];
	if (*text == '@')
		text = shorthand(text + 1, true);
	for (int i = 0; i < 5; i++) {
		if (text == NULL || !take_field(&text, field[i]))
			return false;
	}
	if (!take_set(field[0], 0, 59, NULL, &set[0]) || !take_set(field[1], 0, 23, NULL, &set[1]) ||
	    !take_set(field[2], 1, 31, NULL, &set[2]) || !take_set(field[3], 1, 12, month_names, &set[3]) ||
	    !take_set(field[4], 0, 7, weekday_names, &set[4]))
		return false;
	*ret_calendar = (struct calendar){
		.minutes = set[0],
		.hours = (uint32_t)set[1],
		.days = (uint32_t)set[2],
		.months = (uint32_t)set[3],
		.weekdays = (uint32_t)((set[4] | set[4] >> 7) & 0x7F), /* 7 is Sunday too */
		.either_day = field[2][0] != '*' && field[4][0] != '*',
	};
	return true;
}

/* "*-01,07-01" into months and days; a year must be any. */
static bool take_date(const char *date, struct calendar *calendar)
{
	char text[FIELD_BYTES], *day, *month;
	uint64_t set;
	if (!text_copy(text, sizeof text, date) || (day = strrchr(text, '-')) == NULL)
		return false;
	*day++ = '\0';
	month = strrchr(text, '-');
	if (month != NULL) {
		*month++ = '\0';
		if (!text_equal(text, "*"))
			return false;
	} else {
		month = text;
	}
	if (!take_set(month, 1, 12, NULL, &set))
		return false;
	calendar->months = (uint32_t)set;
	if (!take_set(day, 1, 31, NULL, &set))
		return false;
	calendar->days = (uint32_t)set;
	return true;
}

static bool take_time(const char *time, struct calendar *calendar)
{
	char text[FIELD_BYTES], *minute;
	uint64_t set;
	if (!text_copy(text, sizeof text, time) || (minute = strchr(text, ':')) == NULL)
		return false;
	*minute++ = '\0';
	char *second = strchr(minute, ':');
	if (second != NULL)
		*second = '\0';
	if (!take_set(text, 0, 23, NULL, &set))
		return false;
	calendar->hours = (uint32_t)set;
	return take_set(minute, 0, 59, NULL, &calendar->minutes);
}

bool calendar_systemd(const char *text, struct calendar *ret_calendar)
{
	const char *whole = shorthand(text, false);
	char field[FIELD_BYTES];
	struct calendar calendar = { .minutes = 1, .hours = 1, .days = (uint32_t)every(1, 31),
		.months = (uint32_t)every(1, 12), .weekdays = (uint32_t)every(0, 6) };
	text = whole != NULL ? whole : text;
	if (*text == '\0')
		return false;
	while (*text != '\0') {
		uint64_t weekdays;
		if (!take_field(&text, field))
			return false;
		if (strchr(field, ':') != NULL) {
			if (!take_time(field, &calendar))
				return false;
		} else if (isalpha((unsigned char)field[0])) {
			if (!take_set(field, 0, 6, weekday_names, &weekdays))
				return false;
			calendar.weekdays = (uint32_t)weekdays;
		} else if (!take_date(field, &calendar)) {
			return false;
		}
	}
	*ret_calendar = calendar;
	return true;
}

static bool runs_on(const struct calendar *calendar, int month, int day, int weekday)
{
	bool by_day = (calendar->days >> day & 1) != 0, by_weekday = (calendar->weekdays >> weekday & 1) != 0;
	return (calendar->months >> month & 1) != 0 &&
		(calendar->either_day ? by_day || by_weekday : by_day && by_weekday);
}

int64_t calendar_longest_gap(const struct calendar *calendar)
{
	static const int lengths[] = { 0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t last = -1, longest = -1, now = 0;
	int month = 1, day = 1;
	for (int i = 0; i < DAYS_LOOKED_AT; i++, now += MINUTES_A_DAY) {
		for (int at = 0; runs_on(calendar, month, day, i % 7) && at < MINUTES_A_DAY; at++) {
			if ((calendar->hours >> (at / 60) & 1) == 0 || (calendar->minutes >> (at % 60) & 1) == 0)
				continue;
			if (last >= 0 && now + at - last > longest)
				longest = now + at - last;
			last = now + at;
		}
		if (++day > lengths[month]) {
			day = 1;
			month = month % 12 + 1;
		}
	}
	return longest;
}
