/* The rows, their order by period, and what is asked of them. */
#include "reserve/zone/observation.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/stock/material.h"
#include "reserve/zone/observation_names.h"

__extension__ typedef __int128 wide;

const char *const observation_kind_names[] = { "", "market", "import", NULL };

static const struct field observation_fields[] = {
	F_TEXT(struct observation, id),
	F_REF(struct observation, commodity, TABLE_COMMODITY),
	F_INT(struct observation, version),
	F_ENUM(struct observation, kind, observation_kind_names),
	F_TEXT(struct observation, series),
	F_TEXT(struct observation, origin),
	F_TEXT(struct observation, period),
	F_TIME(struct observation, starts_at),
	F_TIME(struct observation, ends_at),
	F_INT(struct observation, quoted),
	F_INT(struct observation, decimals),
	F_TEXT(struct observation, unit),
	F_TEXT(struct observation, basis),
	F_INT(struct observation, price_micros_per_kg),
	F_INT(struct observation, mass_g),
	F_STRING(struct observation, source),
};
const struct descriptor observation_descriptor =
	DESCRIPTOR("observation", struct observation, observation_fields);

/* ---- in order of period ---- */

static int compare(const struct observation *a, const struct observation *b)
{
	if (a->ends_at != b->ends_at)
		return a->ends_at < b->ends_at ? -1 : 1;
	if (a->starts_at != b->starts_at)
		return a->starts_at < b->starts_at ? -1 : 1;
	return strcmp(a->id, b->id);
}

/* How many of a list stand before one, or are it where `with` is set. */
static uint32_t place_of(const struct observation_list *list, const struct observation *one,
	bool with)
{
	uint32_t low = 0, high = list->count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (compare(list->observations[middle], one) < (with ? 1 : 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void observation_list_add(struct observation *observation)
{
	struct observation_list *list = observation->commodity->observations;
	if (list == NULL) {
		list = observation->commodity->observations = calloc(1, sizeof *list);
		if (list == NULL)
			abort();
	}
	if (list->count == list->capacity) {
		list->capacity = list->capacity == 0 ? 16 : list->capacity * 2;
		list->observations = reallocarray(list->observations, list->capacity,
			sizeof *list->observations);
		if (list->observations == NULL)
			abort();
	}
	uint32_t at = place_of(list, observation, false);
	memmove(&list->observations[at + 1], &list->observations[at],
		(list->count - at) * sizeof *list->observations);
	list->observations[at] = observation;
	list->count++;
}

void observation_list_free(struct observation_list *list)
{
	if (list != NULL)
		free(list->observations);
	free(list);
}

void observation_loaded(struct state *state, struct row *row)
{
	(void)state;
	observation_list_add((struct observation *)(void *)row);
}

const struct observation *observation_next(const struct commodity *commodity,
	const struct observation *after)
{
	const struct observation_list *list = commodity->observations;
	if (list == NULL)
		return NULL;
	uint32_t at = after != NULL ? place_of(list, after, true) : 0;
	return at < list->count ? list->observations[at] : NULL;
}

uint32_t observation_count_until(const struct commodity *commodity, int64_t until_ms)
{
	const struct observation_list *list = commodity->observations;
	uint32_t low = 0, high = list != NULL ? list->count : 0;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (list->observations[middle]->ends_at <= until_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct observation *observation_latest(const struct commodity *commodity,
	enum observation_kind kind, const char *origin, int64_t before_ms)
{
	for (uint32_t i = observation_count_until(commodity, before_ms); i > 0; i--) {
		const struct observation *one = commodity->observations->observations[i - 1];
		if (one->kind == kind && (origin[0] == '\0' || text_equal(one->origin, origin)))
			return one;
	}
	return NULL;
}

/* ---- the comparable market ---- */

/* Sums over the observations of one period; a price has at most 53 bits and so has a mass. */
struct mean {
	wide plain, weighted, mass;
	bool all_weighed;
	uint32_t count;
};

static void mean_add(struct mean *mean, const struct observation *one)
{
	mean->plain += one->price_micros_per_kg;
	mean->all_weighed = mean->all_weighed && one->mass_g != ABSENT;
	if (mean->all_weighed) {
		mean->weighted += (wide)one->price_micros_per_kg * one->mass_g;
		mean->mass += one->mass_g;
	}
	mean->count++;
}

static int64_t mean_up(const struct mean *mean)
{
	wide sum = mean->all_weighed ? mean->weighted : mean->plain;
	wide by = mean->all_weighed ? mean->mass : mean->count;
	return (int64_t)((sum + by - 1) / by);
}

bool observation_market(const struct commodity *commodity, int64_t now_ms,
	struct market *ret_market)
{
	int64_t day_end = (now_ms / TIME_DAY_MS + 1) * TIME_DAY_MS;
	const struct observation *newest = observation_latest(commodity, OBSERVATION_MARKET, "",
		day_end);
	struct mean mean = { .all_weighed = true };
	if (newest == NULL || now_ms - newest->ends_at >= MARKET_FRESH_DAYS * TIME_DAY_MS)
		return false;
	for (uint32_t i = place_of(commodity->observations, newest, true); i > 0; i--) {
		const struct observation *one = commodity->observations->observations[i - 1];
		if (one->ends_at != newest->ends_at || one->starts_at != newest->starts_at)
			break;
		if (one->kind == OBSERVATION_MARKET)
			mean_add(&mean, one);
	}
	*ret_market = (struct market){ .price_micros_per_kg = mean_up(&mean),
		.starts_at = newest->starts_at, .ends_at = newest->ends_at, .count = mean.count,
		.weighted = mean.all_weighed, .newest = newest };
	return true;
}

/* ---- periods ---- */

/* Digits of a fixed width, or -1. */
static int digits(const char *text, size_t width)
{
	int value = 0;
	for (size_t i = 0; i < width; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

static bool day(const char *text, int64_t *ret_time_ms)
{
	char date[11];
	if (strlen(text) < 10)
		return false;
	memcpy(date, text, 10);
	date[10] = '\0';
	return time_parse(date, ret_time_ms);
}

bool observation_period(const char *text, int64_t *ret_starts_at, int64_t *ret_ends_at)
{
	size_t length = strlen(text);
	int64_t first, last;
	int year = length >= 4 ? digits(text, 4) : -1;
	if (length == 4 && year >= 0) {
		first = time_from_civil(year, 1, 1);
		last = time_from_civil(year + 1, 1, 1);
	} else if (length == 7 && year >= 0 && text[4] == '-') {
		int month = digits(text + 5, 2);
		first = time_from_civil(year, month, 1);
		last = month < 12 ? time_from_civil(year, month + 1, 1) :
			time_from_civil(year + 1, 1, 1);
	} else if (length == 10 && day(text, &first)) {
		last = first + TIME_DAY_MS;
	} else if (length == 22 && memcmp(text + 10, "..", 2) == 0 && day(text, &first) &&
	    day(text + 12, &last)) {
		last += TIME_DAY_MS;
	} else {
		return false;
	}
	if (first == TIME_NONE || last == TIME_NONE || last <= first)
		return false;
	*ret_starts_at = first;
	*ret_ends_at = last;
	return true;
}
