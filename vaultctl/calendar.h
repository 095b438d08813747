/*
 * When a cron line or a systemd timer runs: the two notations in one form, and the longest time that passes
 * between two runs. To the minute; seconds are left out.
 */
#ifndef VAULTCTL_CALENDAR_H
#define VAULTCTL_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

struct calendar {
	uint64_t minutes;       /* bit 0 to 59 */
	uint32_t hours;         /* bit 0 to 23 */
	uint32_t days;          /* of the month: bit 1 to 31 */
	uint32_t months;        /* bit 1 to 12 */
	uint32_t weekdays;      /* bit 0 (Sunday) to 6 */
	bool either_day;        /* cron: a day of the month or a weekday, where both are restricted */
};

/* The five fields of a crontab(5) line, or @daily and its like. False: not understood. */
bool calendar_cron(const char *text, struct calendar *ret_calendar);

/* An OnCalendar expression of systemd.time(7); years and time zones are not understood. */
bool calendar_systemd(const char *text, struct calendar *ret_calendar);

/* The longest gap between two runs in minutes, by days of two common years; -1: it never runs. */
int64_t calendar_longest_gap(const struct calendar *calendar);

#endif
