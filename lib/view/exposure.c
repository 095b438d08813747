/* Where a mineral comes from and what a ban would take away: shares and indexes by the core. */
#include "view/exposure.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/checked.h"
#include "base/text.h"
#include "reserve/stock/material.h"
#include "reserve/zone/concentration.h"
#include "reserve/zone/country.h"
#include "reserve/zone/production.h"
#include "view/write.h"
#include "wire/message.h"
#include "wire/value.h"

/* ---- which mineral ---- */

static bool is_called(const struct mineral *mineral, const char *given)
{
	return strcasecmp(mineral->code, given) == 0 || strcasecmp(mineral->name, given) == 0 ||
		(mineral->symbol[0] != '\0' && strcasecmp(mineral->symbol, given) == 0);
}

/* By code, name or symbol, or by the code of one of its commodities. */
static const struct mineral *find_mineral(const struct state *state, const char *given)
{
	const struct mineral *mineral = state_find(state, TABLE_MINERAL, given);
	const struct commodity *commodity = state_find(state, TABLE_COMMODITY, given);
	if (mineral != NULL)
		return mineral;
	while ((mineral = state_next(state, TABLE_MINERAL, mineral)) != NULL) {
		if (is_called(mineral, given))
			return mineral;
	}
	return commodity != NULL ? commodity->mineral : NULL;
}

/* ---- figures for people and programs ---- */

static void member_days(struct json *json, const char *name, int64_t mass_g, int64_t a_day_g)
{
	int64_t tenths;
	if (mass_g != ABSENT && a_day_g != ABSENT && a_day_g > 0 &&
	    checked_mul_div_down(mass_g, 10, a_day_g, &tenths) && tenths <= VAULT_INT_MAX)
		write_int(json, name, tenths);
}

static bool is_banned(const struct exposure_shown *show, const char *country)
{
	return show->ban[0] != '\0' && text_equal(country, show->ban);
}

/* ---- world production ---- */

static void write_source(struct json *json, const struct exposure_shown *show,
	const struct exposure_row *row, int64_t total_g)
{
	json_open_object(json);
	write_text(json, "country", row->country);
	write_text(json, "name", country_name(row->country));
	write_int(json, "mass_g", row->mass_g);
	write_int(json, "share_ppm", share_ppm_of(row->mass_g, total_g));
	write_true(json, "banned", is_banned(show, row->country));
	json_close_object(json);
}

/* Rows of one stage, which stand together, by mass; true where there is a figure to speak of. */
static void write_stage(struct json *json, const struct exposure_shown *show,
	const struct exposure_row *rows, uint32_t count)
{
	struct concentration of;
	struct supplier *suppliers = arena_alloc(show->arena, count * sizeof *suppliers);
	int64_t banned_g = 0;
	for (uint32_t i = 0; i < count; i++) {
		suppliers[i] = (struct supplier){ rows[i].country, rows[i].mass_g };
		banned_g += is_banned(show, rows[i].country) ? rows[i].mass_g : 0;
	}
	if (!concentration_of(suppliers, count, &of))
		return;
	json_open_object(json);
	write_text(json, "stage", rows->stage);
	write_text(json, "mineral", rows->commodity);
	write_int(json, "year", rows->year);
	write_true(json, "estimated", rows->estimated);
	write_text(json, "content", rows->series);
	write_int(json, "world_g", of.total_g);
	write_int(json, "others_g", of.others_g);
	write_int(json, "index_least", of.index_least);
	write_int(json, "index_most", of.index_most);
	write_text(json, "largest", of.largest);
	write_text(json, "largest_name", country_name(of.largest));
	write_int(json, "largest_share_ppm", of.largest_share_ppm);
	if (show->ban[0] != '\0') {
		write_int(json, "banned_g", banned_g);
		write_int(json, "banned_share_ppm", share_ppm_of(banned_g, of.total_g));
	}
	json_key(json, "sources");
	json_open_array(json);
	for (uint32_t i = 0; i < count; i++) {
		if (!text_equal(rows[i].country, PRODUCTION_WORLD) &&
		    !text_equal(rows[i].country, PRODUCTION_OTHER) && rows[i].mass_g > 0)
			write_source(json, show, &rows[i], of.total_g);
	}
	json_close_array(json);
	write_text(json, "source", rows->source);
	json_close_object(json);
}

static uint32_t same_stage(const struct exposure_list *list, uint32_t first)
{
	uint32_t end = first + 1;
	while (end < list->count && text_equal(list->rows[end].stage, list->rows[first].stage))
		end++;
	return end;
}

static void write_production(struct json *json, const struct exposure_shown *show)
{
	const struct exposure_list *list = &show->found.production;
	json_key(json, "production");
	json_open_array(json);
	for (uint32_t first = 0, end; first < list->count; first = end) {
		end = same_stage(list, first);
		write_stage(json, show, &list->rows[first], end - first);
	}
	json_close_array(json);
}

/* ---- lots, imports, requests ---- */

static void begin_row(struct json *json, const struct exposure_row *row)
{
	json_open_object(json);
	write_text(json, "commodity", row->commodity);
	write_text(json, "stage", row->stage);
	write_text(json, "series", row->series);
	write_text(json, "origin", row->country);
	write_text(json, "name", country_name(row->country));
}

static void end_row(struct json *json, const struct exposure_shown *show,
	const struct exposure_row *row)
{
	write_true(json, "banned", is_banned(show, row->country));
	json_close_object(json);
}

static void write_lots(struct json *json, const struct exposure_shown *show)
{
	json_key(json, "lots");
	json_open_array(json);
	for (uint32_t i = 0; i < show->found.lots.count; i++) {
		const struct exposure_row *row = &show->found.lots.rows[i];
		begin_row(json, row);
		write_int(json, "lots", row->number);
		write_int(json, "held_g", row->mass_g);
		write_int(json, "in_transit_g", row->in_transit_g);
		write_int(json, "expected_g", row->expected_g);
		write_int(json, "unassayed_g", row->unassayed_g);
		end_row(json, show, row);
	}
	json_close_array(json);
}

/* What a series tells of imports of a commodity, from everywhere. */
static int64_t imports_g(const struct exposure_list *list, const struct exposure_row *like)
{
	int64_t sum_g = 0;
	for (uint32_t i = 0; i < list->count; i++) {
		if (text_equal(list->rows[i].commodity, like->commodity) &&
		    text_equal(list->rows[i].series, like->series))
			sum_g = checked_add_to(sum_g, list->rows[i].mass_g, VAULT_INT_MAX);
	}
	return sum_g;
}

static void write_imports(struct json *json, const struct exposure_shown *show)
{
	const struct exposure_list *list = &show->found.imports;
	json_key(json, "imports");
	json_open_array(json);
	for (uint32_t i = 0; i < list->count; i++) {
		const struct exposure_row *row = &list->rows[i];
		begin_row(json, row);
		write_int(json, "mass_g", row->mass_g);
		write_int(json, "share_ppm", share_ppm_of(row->mass_g, imports_g(list, row)));
		end_row(json, show, row);
	}
	json_close_array(json);
}

static void write_requests(struct json *json, const struct exposure_shown *show)
{
	json_key(json, "requests");
	json_open_array(json);
	for (uint32_t i = 0; i < show->found.requests.count; i++) {
		const struct exposure_row *row = &show->found.requests.rows[i];
		begin_row(json, row);
		write_int(json, "requests", row->number);
		write_int(json, "mass_g", row->mass_g);
		end_row(json, show, row);
	}
	json_close_array(json);
}

/* ---- a commodity's stock against the ban ---- */

/* Which share of a commodity's supply the country has: of imports by the series that tells of most, or
 * else of world production at its stage, or at the earlier stages where its own has no figures. */
struct supply_share {
	int64_t share_ppm;
	const char *by;
};

static struct supply_share share_of_imports(const struct exposure_shown *show,
	const struct exposure_row *commodity)
{
	const struct exposure_list *list = &show->found.imports;
	const struct exposure_row *best = NULL;
	int64_t best_g = 0, banned_g = 0;
	for (uint32_t i = 0; i < list->count; i++) {
		int64_t sum_g = text_equal(list->rows[i].commodity, commodity->commodity) ?
			imports_g(list, &list->rows[i]) : 0;
		if (sum_g > best_g) {
			best = &list->rows[i];
			best_g = sum_g;
		}
	}
	for (uint32_t i = 0; best != NULL && i < list->count; i++) {
		const struct exposure_row *row = &list->rows[i];
		if (text_equal(row->commodity, best->commodity) && text_equal(row->series, best->series) &&
		    is_banned(show, row->country))
			banned_g = checked_add_to(banned_g, row->mass_g, VAULT_INT_MAX);
	}
	return best == NULL ? (struct supply_share){ ABSENT, "" } :
		(struct supply_share){ share_ppm_of(banned_g, best_g),
			arena_printf(show->arena, "imports by %s", best->series) };
}

static struct supply_share share_of_production(const struct exposure_shown *show,
	const struct exposure_row *commodity)
{
	const struct exposure_list *list = &show->found.production;
	struct supply_share share = { ABSENT, "" };
	for (uint32_t first = 0, end; first < list->count; first = end) {
		struct concentration of;
		end = same_stage(list, first);
		struct supplier *suppliers = arena_alloc(show->arena,
			(end - first) * sizeof *suppliers);
		int64_t banned_g = 0;
		for (uint32_t i = first; i < end; i++) {
			suppliers[i - first] = (struct supplier){ list->rows[i].country,
				list->rows[i].mass_g };
			banned_g += is_banned(show, list->rows[i].country) ? list->rows[i].mass_g : 0;
		}
		bool own = text_equal(list->rows[first].stage, commodity->stage);
		if ((own || share.share_ppm == ABSENT) && concentration_of(suppliers, end - first, &of))
			share = (struct supply_share){ share_ppm_of(banned_g, of.total_g),
				arena_printf(show->arena, "world %s of %lld", list->rows[first].stage,
					(long long)list->rows[first].year) };
	}
	return share;
}

static void write_ban(struct json *json, const struct exposure_shown *show,
	const struct exposure_row *commodity, int64_t held_g, int64_t coming_g)
{
	struct supply_share share = share_of_imports(show, commodity);
	if (share.share_ppm == ABSENT)
		share = share_of_production(show, commodity);
	int64_t a_day_g = commodity->consumption_g, lost_g = ABSENT;
	write_int(json, "ban_held_g", held_g);
	member_days(json, "ban_held_tenths", held_g, a_day_g);
	write_int(json, "ban_coming_g", coming_g);
	member_days(json, "ban_coming_tenths", coming_g, a_day_g);
	write_int(json, "ban_supply_ppm", share.share_ppm);
	write_text(json, "ban_supply_by", share.by);
	if (share.share_ppm != ABSENT && a_day_g != ABSENT &&
	    checked_mul_div_up(a_day_g, share.share_ppm, VAULT_PPM, &lost_g))
		write_int(json, "ban_lost_g_per_day", lost_g);
	member_days(json, "ban_bridged_tenths", commodity->mass_g, lost_g);
}

static void write_commodity(struct json *json, const struct exposure_shown *show,
	const struct exposure_row *commodity)
{
	const struct exposure_list *lots = &show->found.lots;
	struct supplier *origins = arena_alloc(show->arena, (lots->count + 1) * sizeof *origins);
	int64_t held_g = 0, ban_held_g = 0, ban_coming_g = 0;
	struct concentration of;
	uint32_t count = 0;
	for (uint32_t i = 0; i < lots->count; i++) {
		const struct exposure_row *row = &lots->rows[i];
		if (!text_equal(row->commodity, commodity->commodity))
			continue;
		held_g += row->mass_g;
		ban_held_g += is_banned(show, row->country) ? row->mass_g : 0;
		ban_coming_g += is_banned(show, row->country) ? row->in_transit_g + row->expected_g : 0;
		origins[count++] = (struct supplier){ row->country[0] != '\0' ? row->country :
			PRODUCTION_OTHER, row->mass_g };
	}
	json_open_object(json);
	write_text(json, "commodity", commodity->commodity);
	write_text(json, "stage", commodity->stage);
	write_int(json, "available_g", commodity->mass_g);
	write_int(json, "consumption_g_per_day", commodity->consumption_g);
	member_days(json, "cover_tenths", commodity->mass_g, commodity->consumption_g);
	write_int(json, "held_g", held_g);
	if (concentration_of(origins, count, &of)) {
		write_int(json, "index_least", of.index_least);
		write_int(json, "index_most", of.index_most);
		write_text(json, "largest", of.largest);
		write_int(json, "largest_share_ppm", of.largest_share_ppm);
	}
	if (show->ban[0] != '\0')
		write_ban(json, show, commodity, ban_held_g, ban_coming_g);
	json_close_object(json);
}

/* ---- the whole ---- */

bool exposure_ask(const struct view *view, struct exposure_shown *ret_shown, struct error *error)
{
	const char *given = value_get_text(view->parameters, "mineral", "");
	const char *ban = value_get_text(view->parameters, "ban", "");
	int64_t year = value_get_int(view->parameters, "year", ABSENT);
	const struct mineral *mineral = find_mineral(view->state, given);
	if (mineral == NULL)
		return error_set(error, ERROR_NOT_FOUND, "mineral", "no such mineral: %s", given);
	if (ban[0] != '\0' && !country_check(ban, "ban", 0, error))
		return false;
	if (year != ABSENT && (year < 1 || year > 9999))
		return error_set(error, ERROR_INVALID, "year", "%lld is no year", (long long)year);
	*ret_shown = (struct exposure_shown){ .mineral = arena_printf(view->arena, "%s", mineral->code),
		.name = arena_printf(view->arena, "%s", mineral->name),
		.ban = arena_printf(view->arena, "%s", ban), .year = year, .at = view->now,
		.arena = view->arena };
	return true;
}

struct exposure_row *exposure_add(struct exposure_list *list)
{
	if (list->count == list->capacity) {
		list->capacity = list->capacity == 0 ? 32 : list->capacity * 2;
		list->rows = reallocarray(list->rows, list->capacity, sizeof *list->rows);
		if (list->rows == NULL)
			abort();
	}
	struct exposure_row *row = &list->rows[list->count++];
	*row = (struct exposure_row){ .country = "", .series = "", .source = "" };
	return row;
}

void exposure_write(const struct exposure_shown *show, struct buffer *out)
{
	struct json json;
	reply_begin(&json, out);
	json_key(&json, "exposure");
	json_open_object(&json);
	write_text(&json, "mineral", show->mineral);
	write_text(&json, "name", show->name);
	json_key(&json, "at");
	json_time(&json, show->at);
	write_text(&json, "ban", show->ban);
	write_text(&json, "ban_name", country_name(show->ban));
	json_key(&json, "commodities");
	json_open_array(&json);
	for (uint32_t i = 0; i < show->found.commodities.count; i++)
		write_commodity(&json, show, &show->found.commodities.rows[i]);
	json_close_array(&json);
	write_production(&json, show);
	write_lots(&json, show);
	write_imports(&json, show);
	write_requests(&json, show);
	json_close_object(&json);
	reply_end(&json, false);
}

void exposure_free(struct exposure *found)
{
	free(found->commodities.rows);
	free(found->lots.rows);
	free(found->imports.rows);
	free(found->requests.rows);
	free(found->production.rows);
}
