/* Recording published production; a figure that stands already is no event. */
#include "reserve/zone/production.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/country.h"

enum { YEAR_FIRST = 1800 };

const char *const production_stage_names[] = { "", "mining", "refining", "processing",
	"manufacturing", NULL };

static const struct field row_fields[] = {
	F_TEXT(struct production, id),
	F_TEXT(struct production, mineral),
	F_ENUM(struct production, stage, production_stage_names),
	F_INT(struct production, year),
	F_TEXT(struct production, country),
	F_INT(struct production, mass_g),
	F_BOOL(struct production, estimated),
	F_TEXT(struct production, content),
	F_TEXT(struct production, source),
	F_INT(struct production, version),
};
const struct descriptor production_descriptor =
	DESCRIPTOR("production", struct production, row_fields);

struct recorded {
	char content[12], country[8];
	bool estimated;
	int64_t mass_g;
	char mineral[CODE_MAX], production[CODE_MAX + 40], source[160];
	uint8_t stage;
	int64_t version, year;
};
static const struct field recorded_fields[] = {
	F_TEXT(struct recorded, content),
	F_TEXT(struct recorded, country),
	F_BOOL(struct recorded, estimated),
	F_INT(struct recorded, mass_g),
	F_TEXT(struct recorded, mineral),
	F_TEXT(struct recorded, production),
	F_TEXT(struct recorded, source),
	F_ENUM(struct recorded, stage, production_stage_names),
	F_INT(struct recorded, version),
	F_INT(struct recorded, year),
};
static const struct descriptor recorded_body =
	DESCRIPTOR("production.recorded", struct recorded, recorded_fields);
static const struct field item_fields[] = {
	F_TEXT(struct recorded, content),
	R_TEXT(struct recorded, country),
	F_BOOL(struct recorded, estimated),
	R_INT_IN(struct recorded, mass_g, 0, VAULT_INT_MAX),
	R_TEXT(struct recorded, mineral),
	F_TEXT(struct recorded, source),
	R_ENUM(struct recorded, stage, production_stage_names),
	R_INT_IN(struct recorded, year, YEAR_FIRST, 9999),
};
static const struct descriptor item_descriptor =
	DESCRIPTOR("production.item", struct recorded, item_fields);

struct record_params {
	struct list productions;
};
static const struct field record_fields[] = {
	R_LIST(struct record_params, productions, &item_descriptor),
};
static const struct descriptor record_params =
	DESCRIPTOR("production.record", struct record_params, record_fields);

static bool mineral_known(const struct context *context, const char *code)
{
	const struct mineral *mineral = state_find(context->state, TABLE_MINERAL, code);
	if (mineral != NULL)
		return true;
	while ((mineral = state_next(context->state, TABLE_MINERAL, mineral)) != NULL) {
		if (mineral->family[0] != '\0' && text_equal(mineral->family, code))
			return true;
	}
	return false;
}

static bool check_item(const struct context *context, const struct recorded *item,
	uint32_t number, struct error *error)
{
	int year, month, day;
	time_civil(context->now, &year, &month, &day);
	if (!mineral_known(context, item->mineral))
		return error_set(error, ERROR_NOT_FOUND, "mineral",
			"row %u: no mineral has the code \"%s\", and no family of minerals has it", number,
			item->mineral);
	if (item->year > year)
		return error_set(error, ERROR_INVALID, "year", "row %u: %lld has not begun",
			number, (long long)item->year);
	return text_equal(item->country, PRODUCTION_OTHER) ||
		text_equal(item->country, PRODUCTION_WORLD) ||
		country_check(item->country, "country", number, error);
}

static void name_row(struct recorded *body)
{
	char year[WORD_INT];
	const char *const parts[] = { body->mineral, "/", production_stage_names[body->stage], "/",
		year, "/", body->country };
	size_t length = 0;
	word_int(year, body->year);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		size_t size = strlen(parts[i]);
		memcpy(body->production + length, parts[i], size);
		length += size;
	}
	body->production[length] = '\0';
}

static bool stands_already(const struct production *row, const struct recorded *body)
{
	return row != NULL && row->mass_g == body->mass_g && row->estimated == body->estimated &&
		text_equal(row->content, body->content) && text_equal(row->source, body->source);
}

static bool add_item(const struct context *context, const struct recorded *item, uint32_t number,
	struct decision *decision, struct error *error)
{
	struct recorded *body = decision_body(decision, &event_production_recorded);
	*body = *item;
	if (!check_item(context, item, number, error))
		return false;
	name_row(body);
	for (uint32_t i = 0; i < decision->count; i++) {
		const struct recorded *other = decision->events[i].body;
		if (text_equal(other->production, body->production))
			return error_set(error, ERROR_CONFLICT, "productions", "row %u: %s stands twice",
				number, body->production);
	}
	const struct production *row = state_find(context->state, TABLE_PRODUCTION,
		body->production);
	if (stands_already(row, body))
		return true;
	body->version = row != NULL ? row->version + 1 : 1;
	decision->id = body->production;
	return decision_add(decision, &event_production_recorded, body);
}

static bool decide_record(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct record_params *params = data;
	const struct recorded *items = params->productions.items;
	if (params->productions.count == 0 || params->productions.count > IMPORT_ROWS_PER_COMMAND)
		return error_set(error, ERROR_LIMIT, "productions", "one command takes 1 to %d figures",
			IMPORT_ROWS_PER_COMMAND);
	for (uint32_t i = 0; i < params->productions.count; i++) {
		if (!add_item(context, &items[i], i + 1, decision, error))
			return false;
	}
	decision->next = "vaultctl exposure MINERAL";
	return decision->count > 0 || error_set(error, ERROR_CONFLICT, "productions",
		"all of it is recorded already, with the same figures");
}

static void apply_recorded(struct state *state, const struct applied *applied, const void *data)
{
	const struct recorded *body = data;
	(void)applied;
	struct production *row = state_find(state, TABLE_PRODUCTION, body->production);
	if (row == NULL)
		row = state_insert(state, TABLE_PRODUCTION, body->production);
	body_text(row->mineral, body->mineral);
	row->stage = body->stage;
	row->year = body->year;
	body_text(row->country, body->country);
	row->mass_g = body->mass_g;
	row->estimated = body->estimated;
	body_text(row->content, body->content);
	body_text(row->source, body->source);
	row->version = body->version;
	state_touch(state, row);
}

const struct event_type event_production_recorded = { "production.recorded", &recorded_body,
	apply_recorded };
const struct command_type command_production_record = { "production.record", &record_params,
	DUTY_OFFICER, decide_record, "productions" };
