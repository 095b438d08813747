/*
 * The figures of exposure from a state, for what is asked as of the past: the same sums as vaultd's
 * statements have (vaultd/handlers/exposure.c), in the same order.
 */
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/request.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/zone/assessment.h"
#include "reserve/zone/observation.h"
#include "reserve/zone/production.h"
#include "view/exposure.h"

struct gathering {
	const struct state *state;
	const struct mineral *mineral;
	struct exposure_shown *show;
};

static const char *stage_of(const struct commodity *commodity)
{
	return field_text(descriptor_field(&commodity_descriptor, "stage"), commodity);
}

static void add_mass(int64_t *sum_g, int64_t mass_g)
{
	if (mass_g != ABSENT)
		*sum_g = checked_add_to(*sum_g, mass_g, VAULT_INT_MAX);
}

/* The row of a commodity, series and country, added where there is none. There are few. */
static struct exposure_row *row_of(struct exposure_list *list, const struct commodity *commodity,
	const char *series, const char *country)
{
	for (uint32_t i = 0; i < list->count; i++) {
		struct exposure_row *row = &list->rows[i];
		if (text_equal(row->commodity, commodity->code) && text_equal(row->country, country) &&
		    text_equal(row->series, series))
			return row;
	}
	struct exposure_row *row = exposure_add(list);
	row->commodity = commodity->code;
	row->stage = stage_of(commodity);
	row->series = series;
	row->country = country;
	return row;
}

static int compare_rows(const void *left, const void *right)
{
	const struct exposure_row *a = left, *b = right;
	int order = strcmp(a->commodity, b->commodity);
	order = order != 0 ? order : strcmp(a->series, b->series);
	if (order != 0)
		return order;
	if (a->mass_g != b->mass_g)
		return a->mass_g > b->mass_g ? -1 : 1;
	return strcmp(a->country, b->country);
}

static void sort(struct exposure_list *list)
{
	if (list->count > 1)
		qsort(list->rows, list->count, sizeof *list->rows, compare_rows);
}

static void gather_commodities(struct gathering *gathering)
{
	struct exposure_list *list = &gathering->show->found.commodities;
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(gathering->state, TABLE_COMMODITY, commodity)) != NULL) {
		if (commodity->mineral != gathering->mineral)
			continue;
		struct exposure_row *row = row_of(list, commodity, "", "");
		row->mass_g = commodity->available_g;
		row->consumption_g = commodity->operating != NULL ?
			commodity->operating->consumption_g_per_day : ABSENT;
	}
	for (uint32_t i = 1; i < list->count; i++) { /* by code: there are few */
		struct exposure_row moved = list->rows[i];
		uint32_t at = i;
		for (; at > 0 && strcmp(list->rows[at - 1].commodity, moved.commodity) > 0; at--)
			list->rows[at] = list->rows[at - 1];
		list->rows[at] = moved;
	}
}

/* What is rejected, lost or out is no supply. In transit is a lot between two sites. */
static void gather_lots(struct gathering *gathering)
{
	struct exposure_list *list = &gathering->show->found.lots;
	const struct lot *lot = NULL;
	while ((lot = state_next(gathering->state, TABLE_LOT, lot)) != NULL) {
		if (lot->row.closed || lot->commodity->mineral != gathering->mineral ||
		    (lot->state != LOT_EXPECTED && lot->state != LOT_RECEIVED &&
		    lot->state != LOT_QUARANTINED && lot->state != LOT_ACCEPTED))
			continue;
		struct exposure_row *row = row_of(list, lot->commodity, "", lot->origin);
		bool moves = lot->in_transit_g != ABSENT && lot->in_transit_g > 0;
		row->number++;
		add_mass(moves ? &row->in_transit_g : &row->mass_g, lot->contained_g);
		if (lot->state == LOT_EXPECTED)
			add_mass(&row->expected_g, lot->expected_g);
		else if (lot->grade_ppm == ABSENT)
			add_mass(&row->unassayed_g, lot->on_hand_g);
	}
	sort(list);
}

/* ---- imports: of each series the year that ends with its newest period ---- */

static const char recorded_here[] = "recorded here";

/* One import, by an observation or an assessment. */
struct import {
	const struct commodity *commodity;
	const char *series, *origin;
	int64_t mass_g, starts_at, ends_at;
};

typedef void take_import(struct gathering *gathering, const struct import *import);

static void each_import(struct gathering *gathering, take_import *take)
{
	const struct observation *one = NULL;
	const struct assessment_row *row = NULL;
	while ((one = state_next(gathering->state, TABLE_OBSERVATION, one)) != NULL) {
		if (one->kind == OBSERVATION_IMPORT && one->mass_g != ABSENT && one->mass_g > 0 &&
		    one->commodity->mineral == gathering->mineral)
			take(gathering, &(struct import){ one->commodity, one->series, one->origin,
				one->mass_g, one->starts_at, one->ends_at });
	}
	while ((row = state_next(gathering->state, TABLE_ASSESSMENT, row)) != NULL) {
		const struct assessed *is = &row->is;
		const struct commodity *commodity = state_find(gathering->state, TABLE_COMMODITY,
			is->commodity);
		if (commodity == NULL || commodity->mineral != gathering->mineral ||
		    is->contained_g == ABSENT || is->contained_g <= 0 ||
		    (is->reference_basis[0] != '\0' &&
		    !text_equal(is->reference_basis, commodity->basis)))
			continue;
		take(gathering, &(struct import){ commodity, recorded_here, is->origin,
			is->contained_g, is->entry_at, is->entry_at });
	}
}

/* Until when a series tells stands in `year`, beside a country that there is none of. */
static const char newest[] = "*";

static void take_newest(struct gathering *gathering, const struct import *import)
{
	struct exposure_row *row = row_of(&gathering->show->found.imports, import->commodity,
		import->series, newest);
	if (row->year == 0 || import->ends_at > row->year)
		row->year = import->ends_at;
}

/* The same moment of the year before. */
static int64_t year_before(int64_t time_ms)
{
	int year, month, day;
	time_civil(time_ms, &year, &month, &day);
	int64_t of_day = time_ms - time_from_civil(year, month, day);
	return time_from_civil(year - 1, month, month == 2 && day == 29 ? 28 : day) + of_day;
}

static void take_import_row(struct gathering *gathering, const struct import *import)
{
	struct exposure_list *list = &gathering->show->found.imports;
	int64_t until = row_of(list, import->commodity, import->series, newest)->year;
	if (import->starts_at >= year_before(until))
		add_mass(&row_of(list, import->commodity, import->series, import->origin)->mass_g,
			import->mass_g);
}

static void gather_imports(struct gathering *gathering)
{
	struct exposure_list *list = &gathering->show->found.imports;
	uint32_t kept = 0;
	each_import(gathering, take_newest);
	each_import(gathering, take_import_row);
	for (uint32_t i = 0; i < list->count; i++) {
		if (!text_equal(list->rows[i].country, newest))
			list->rows[kept++] = list->rows[i];
	}
	list->count = kept;
	sort(list);
}

/* ---- requests: what is awarded has origins, by its lots; what is waited for has none ---- */

static void take_picks(struct gathering *gathering, const struct request *request)
{
	struct exposure_list *list = &gathering->show->found.requests;
	const struct pick *picks = request->picks.items;
	for (uint32_t i = 0; i < request->picks.count; i++) {
		const struct lot *lot = state_find(gathering->state, TABLE_LOT, picks[i].lot);
		if (lot == NULL)
			continue;
		struct exposure_row *row = row_of(list, request->commodity, "", lot->origin);
		add_mass(&row->mass_g, picks[i].contained_g);
		bool counted = false; /* one request, however many of its lots are of that country */
		for (uint32_t before = 0; before < i && !counted; before++) {
			const struct lot *other = state_find(gathering->state, TABLE_LOT, picks[before].lot);
			counted = other != NULL && text_equal(other->origin, lot->origin);
		}
		row->number += counted ? 0 : 1;
	}
}

/* One that waits is a row of its own, also where lots without an origin are awarded. */
static void gather_requests(struct gathering *gathering)
{
	struct exposure_list *list = &gathering->show->found.requests, waiting = { 0 };
	const struct request *request = NULL;
	while ((request = state_next(gathering->state, TABLE_REQUEST, request)) != NULL) {
		if (request->row.closed || request->commodity->mineral != gathering->mineral)
			continue;
		take_picks(gathering, request);
		if (request->state != REQUEST_ELIGIBLE)
			continue;
		struct exposure_row *row = row_of(&waiting, request->commodity, "", "");
		row->number++;
		add_mass(&row->mass_g, request->mass_g);
	}
	for (uint32_t i = 0; i < waiting.count; i++)
		*exposure_add(list) = waiting.rows[i];
	free(waiting.rows);
	sort(list);
}

/* ---- world production ---- */

static int compare_production(const void *left, const void *right)
{
	const struct production *a = *(const struct production *const *)left;
	const struct production *b = *(const struct production *const *)right;
	if (a->stage != b->stage)
		return a->stage < b->stage ? -1 : 1;
	if (a->mass_g != b->mass_g)
		return a->mass_g > b->mass_g ? -1 : 1;
	return strcmp(a->country, b->country);
}

/* Whose figures: the mineral's own, or its family's where it has none. */
static const char *figures_of(const struct gathering *gathering)
{
	const struct production *one = NULL;
	while ((one = state_next(gathering->state, TABLE_PRODUCTION, one)) != NULL) {
		if (text_equal(one->mineral, gathering->mineral->code))
			return gathering->mineral->code;
	}
	return gathering->mineral->family;
}

/* The year of a stage that is told of: the one asked for, or the newest with a figure; ABSENT: none. */
static int64_t year_of(const struct gathering *gathering, const char *mineral, uint8_t stage)
{
	const struct production *one = NULL;
	int64_t asked = gathering->show->year, year = ABSENT;
	while ((one = state_next(gathering->state, TABLE_PRODUCTION, one)) != NULL) {
		if (text_equal(one->mineral, mineral) && one->stage == stage && one->mass_g > 0 &&
		    (asked == ABSENT || one->year == asked) && (year == ABSENT || one->year > year))
			year = one->year;
	}
	return year;
}

static void gather_production(struct gathering *gathering)
{
	const char *mineral = figures_of(gathering);
	const struct production *one = NULL;
	size_t count = 0;
	const struct production **found = calloc(state_count(gathering->state, TABLE_PRODUCTION) + 1,
		sizeof *found);
	if (found == NULL)
		abort();
	while ((one = state_next(gathering->state, TABLE_PRODUCTION, one)) != NULL) {
		if (text_equal(one->mineral, mineral))
			found[count++] = one;
	}
	if (count > 1)
		qsort(found, count, sizeof *found, compare_production);
	int64_t year = ABSENT;
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || found[i]->stage != found[i - 1]->stage)
			year = year_of(gathering, mineral, found[i]->stage);
		if (found[i]->year != year)
			continue;
		struct exposure_row *row = exposure_add(&gathering->show->found.production);
		row->commodity = found[i]->mineral;
		row->stage = production_stage_names[found[i]->stage];
		row->country = found[i]->country;
		row->mass_g = found[i]->mass_g;
		row->year = found[i]->year;
		row->estimated = found[i]->estimated;
		row->series = found[i]->content;
		row->source = found[i]->source;
	}
	free(found);
}

bool view_exposure(const struct view *view, struct buffer *out, struct error *error)
{
	struct exposure_shown show;
	if (!exposure_ask(view, &show, error))
		return false;
	struct gathering gathering = { view->state,
		state_find(view->state, TABLE_MINERAL, show.mineral), &show };
	gather_commodities(&gathering);
	gather_lots(&gathering);
	gather_imports(&gathering);
	gather_requests(&gathering);
	gather_production(&gathering);
	exposure_write(&show, out);
	exposure_free(&show.found);
	return true;
}
