/* The frame into which lots are put; each row here stays for ever. */
#include "reserve/stock/material.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/stage.h"
#include "reserve/stock/storage.h"

static const char *const stage_names[] = { "", "mining", "refining", "processing",
	"manufacturing", NULL };
static const char *const site_states[] = { "", "open", "suspended", "closed", NULL };

static const struct field mineral_fields[] = {
	R_TEXT(struct mineral, code),
	F_TEXT(struct mineral, family),
	R_TEXT(struct mineral, name),
	F_TEXT(struct mineral, symbol),
};
const struct descriptor mineral_descriptor =
	DESCRIPTOR("mineral", struct mineral, mineral_fields);

static const struct field commodity_fields[] = {
	F_TEXT(struct commodity, code),
	F_REF(struct commodity, mineral, TABLE_MINERAL),
	F_ENUM(struct commodity, stage, stage_names),
	F_TEXT(struct commodity, form),
	F_TEXT(struct commodity, basis),
	F_INT(struct commodity, min_grade_ppm),
	F_INT(struct commodity, available_g),
	F_INT(struct commodity, reserved_g),
	F_REF(struct commodity, declaration, TABLE_DECLARATION),
	F_INT(struct commodity, cap_g),
	F_INT(struct commodity, cap_used_g),
	F_INT(struct commodity, entitled_g),
	F_SET(struct commodity, storage, storage_names),
};
const struct descriptor commodity_descriptor =
	DESCRIPTOR("commodity", struct commodity, commodity_fields);

static const struct field site_fields[] = {
	F_TEXT(struct site, code),
	F_TEXT(struct site, name),
	F_TEXT(struct site, country),
	F_ENUM(struct site, state, site_states),
	F_INT(struct site, capacity_g),
	F_INT(struct site, daily_loadout_g),
	F_INT(struct site, proven_loadout_g),
	F_TIME(struct site, loadout_tested_at),
	F_SET(struct site, storage, storage_names),
};
const struct descriptor site_descriptor = DESCRIPTOR("site", struct site, site_fields);

struct commodity *commodity_find(const struct context *context, const char *field,
	const char *code, struct error *error)
{
	struct commodity *commodity = state_find(context->state, TABLE_COMMODITY, code);
	if (commodity == NULL)
		not_found(error, field, "commodity", code);
	return commodity;
}

int64_t commodity_entitled_g(const struct commodity *commodity)
{
	return commodity->entitled_g != ABSENT ? commodity->entitled_g : 0;
}

const struct finding *commodity_stopped(const struct state *state,
	const struct commodity *commodity)
{
	return commodity->stopped != NULL ? commodity->stopped : state_reserve(state)->stopped;
}

void commodity_entitle(struct state *state, struct commodity *commodity, int64_t change_g)
{
	if (change_g == 0)
		return;
	commodity->entitled_g = commodity_entitled_g(commodity) + change_g;
	assert(commodity->entitled_g >= 0);
	state_touch(state, commodity);
}

struct site *site_find(const struct context *context, const char *field, const char *code,
	struct error *error)
{
	struct site *site = state_find(context->state, TABLE_SITE, code);
	if (site == NULL)
		not_found(error, field, "site", code);
	return site;
}

bool country_code(const char *text)
{
	for (int i = 0; i < 3; i++) {
		if (text[i] < 'A' || text[i] > 'Z')
			return false;
	}
	return text[3] == '\0';
}

/* Whether a code of a list can be new: well formed, not recorded, not twice in the list. */
static bool code_is_new(const struct context *context, enum table_id table,
	const struct list *list, size_t item_size, size_t code_offset, uint32_t at,
	struct error *error)
{
	const char *code = (const char *)list->items + at * item_size + code_offset;
	const char *what = table_info(table)->name;
	if (!text_is_code(code))
		return error_set(error, ERROR_INVALID, "code", "row %u: \"%s\" is not a code: letters, "
			"digits, dot, dash, underscore, at most %d", at + 1, code, CODE_MAX - 1);
	if (state_find(context->state, table, code) != NULL)
		return error_set(error, ERROR_CONFLICT, "code", "row %u: %s %s is recorded already",
			at + 1, what, code);
	for (uint32_t i = 0; i < at; i++) {
		if (text_equal((const char *)list->items + i * item_size + code_offset, code))
			return error_set(error, ERROR_CONFLICT, "code", "row %u: %s %s stands twice",
				at + 1, what, code);
	}
	return true;
}

static bool count_fits(const struct list *list, const char *field, struct error *error)
{
	return (list->count > 0 && list->count <= IMPORT_ROWS_PER_COMMAND) ||
		error_set(error, ERROR_LIMIT, field, "one command takes 1 to %d %s",
			IMPORT_ROWS_PER_COMMAND, field);
}

/* ---- minerals ---- */

struct mineral_body {
	char code[CODE_MAX], family[12], name[NAME_MAX_BYTES], symbol[12];
};

static const struct field mineral_body_fields[] = {
	R_TEXT(struct mineral_body, code),
	F_TEXT(struct mineral_body, family),
	R_TEXT(struct mineral_body, name),
	F_TEXT(struct mineral_body, symbol),
};
static const struct descriptor mineral_body =
	DESCRIPTOR("mineral.listed", struct mineral_body, mineral_body_fields);

struct mineral_params {
	struct list minerals;
};
static const struct field mineral_params_fields[] = {
	R_LIST(struct mineral_params, minerals, &mineral_body),
};
static const struct descriptor mineral_params =
	DESCRIPTOR("mineral.add", struct mineral_params, mineral_params_fields);

static bool decide_minerals(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct mineral_params *params = data;
	const struct mineral_body *items = params->minerals.items;
	if (!count_fits(&params->minerals, "minerals", error))
		return false;
	for (uint32_t i = 0; i < params->minerals.count; i++) {
		if (!code_is_new(context, TABLE_MINERAL, &params->minerals, sizeof *items,
		    offsetof(struct mineral_body, code), i, error))
			return false;
		decision_add(decision, &event_mineral_listed, &items[i]);
		decision->id = items[i].code;
	}
	return true;
}

static void apply_mineral(struct state *state, const struct applied *applied, const void *data)
{
	const struct mineral_body *body = data;
	(void)applied;
	struct mineral *mineral = state_insert(state, TABLE_MINERAL, body->code);
	body_text(mineral->name, body->name);
	body_text(mineral->symbol, body->symbol);
	body_text(mineral->family, body->family);
}

const struct event_type event_mineral_listed = { "mineral.listed", &mineral_body, apply_mineral };
const struct command_type command_mineral_add = { "mineral.add", &mineral_params,
	DUTY_OFFICER | DUTY_ADMINISTRATOR, decide_minerals, NULL };

/* ---- commodities ---- */

struct commodity_body {
	char basis[12], code[CODE_MAX], form[32];
	int64_t min_grade_ppm;
	char mineral[CODE_MAX];
	uint8_t stage;
};

static const struct field commodity_body_fields[] = {
	R_TEXT(struct commodity_body, basis),
	R_TEXT(struct commodity_body, code),
	R_TEXT(struct commodity_body, form),
	F_INT_IN(struct commodity_body, min_grade_ppm, 0, VAULT_PPM),
	R_TEXT(struct commodity_body, mineral),
	R_ENUM(struct commodity_body, stage, stage_names),
};
static const struct descriptor commodity_body =
	DESCRIPTOR("commodity.made", struct commodity_body, commodity_body_fields);

struct commodity_params {
	struct list commodities;
};
static const struct field commodity_params_fields[] = {
	R_LIST(struct commodity_params, commodities, &commodity_body),
};
static const struct descriptor commodity_params =
	DESCRIPTOR("commodity.add", struct commodity_params, commodity_params_fields);

/* A form that the table of stages knows has its stage; one that it does not know has the stage stated. */
static bool check_stage(const struct commodity_body *item, uint32_t row, struct error *error)
{
	int64_t version;
	enum stage stage = stage_of_form(item->form, &version);
	if (stage == STAGE_NONE || stage == item->stage)
		return true;
	error_set(error, ERROR_INVALID, "stage", "row %u: %s is at the stage %s and not %s, by version "
		"%d of the table of stages", row, item->form, stage_names[stage],
		stage_names[item->stage], STAGES_VERSION);
	return error_remedy(error, "State that stage, or a form that says more");
}

static bool decide_commodities(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct commodity_params *params = data;
	const struct commodity_body *items = params->commodities.items;
	if (!count_fits(&params->commodities, "commodities", error))
		return false;
	for (uint32_t i = 0; i < params->commodities.count; i++) {
		if (!code_is_new(context, TABLE_COMMODITY, &params->commodities, sizeof *items,
		    offsetof(struct commodity_body, code), i, error))
			return false;
		if (state_find(context->state, TABLE_MINERAL, items[i].mineral) == NULL)
			return not_found(error, "mineral", "mineral", items[i].mineral);
		if (!check_stage(&items[i], i + 1, error))
			return false;
		decision_add(decision, &event_commodity_made, &items[i]);
		decision->id = items[i].code;
	}
	return true;
}

static void apply_commodity(struct state *state, const struct applied *applied, const void *data)
{
	const struct commodity_body *body = data;
	(void)applied;
	struct commodity *commodity = state_insert(state, TABLE_COMMODITY, body->code);
	commodity->mineral = state_find(state, TABLE_MINERAL, body->mineral);
	commodity->stage = body->stage;
	body_text(commodity->form, body->form);
	body_text(commodity->basis, body->basis);
	commodity->min_grade_ppm = body->min_grade_ppm;
	commodity->available_g = commodity->reserved_g = 0;
}

const struct event_type event_commodity_made = { "commodity.made", &commodity_body,
	apply_commodity };
const struct command_type command_commodity_add = { "commodity.add", &commodity_params,
	DUTY_OFFICER | DUTY_ADMINISTRATOR, decide_commodities, NULL };

/* ---- sites ---- */

struct site_body {
	int64_t capacity_g;
	char code[CODE_MAX], country[8];
	int64_t daily_loadout_g;
	char name[NAME_MAX_BYTES];
};

static const struct field site_body_fields[] = {
	F_INT_IN(struct site_body, capacity_g, 1, VAULT_INT_MAX),
	R_TEXT(struct site_body, code),
	R_TEXT(struct site_body, country),
	F_INT_IN(struct site_body, daily_loadout_g, 1, VAULT_INT_MAX),
	R_TEXT(struct site_body, name),
};
static const struct descriptor site_body =
	DESCRIPTOR("site.opened", struct site_body, site_body_fields);

struct site_params {
	struct list sites;
};
static const struct field site_params_fields[] = {
	R_LIST(struct site_params, sites, &site_body),
};
static const struct descriptor site_params =
	DESCRIPTOR("site.add", struct site_params, site_params_fields);

static bool decide_sites(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct site_params *params = data;
	const struct site_body *items = params->sites.items;
	if (!count_fits(&params->sites, "sites", error))
		return false;
	for (uint32_t i = 0; i < params->sites.count; i++) {
		if (!code_is_new(context, TABLE_SITE, &params->sites, sizeof *items,
		    offsetof(struct site_body, code), i, error))
			return false;
		if (!country_code(items[i].country))
			return error_set(error, ERROR_INVALID, "country",
				"row %u: \"%s\" is not an ISO 3166 alpha-3 code", i + 1, items[i].country);
		decision_add(decision, &event_site_opened, &items[i]);
		decision->id = items[i].code;
	}
	return true;
}

static void apply_site(struct state *state, const struct applied *applied, const void *data)
{
	const struct site_body *body = data;
	(void)applied;
	struct site *site = state_insert(state, TABLE_SITE, body->code);
	body_text(site->name, body->name);
	body_text(site->country, body->country);
	site->state = SITE_OPEN;
	site->capacity_g = body->capacity_g;
	site->daily_loadout_g = body->daily_loadout_g;
}

const struct event_type event_site_opened = { "site.opened", &site_body, apply_site };
const struct command_type command_site_add = { "site.add", &site_params,
	DUTY_OFFICER | DUTY_ADMINISTRATOR, decide_sites, NULL };

struct site_set {
	const char *because;
	int64_t daily_loadout_g; /* ABSENT: as it was */
	char site[CODE_MAX];
	uint8_t state;
};
static const struct field site_set_fields[] = {
	R_STRING(struct site_set, because),
	F_INT_IN(struct site_set, daily_loadout_g, 1, VAULT_INT_MAX),
	R_TEXT(struct site_set, site),
	R_ENUM(struct site_set, state, site_states),
};
static const struct descriptor site_set_body =
	DESCRIPTOR("site.set", struct site_set, site_set_fields);

static bool decide_site_set(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct site_set *params = data;
	const struct site *site = site_find(context, "site", params->site, error);
	if (site == NULL)
		return false;
	if (site->state == params->state && params->daily_loadout_g == ABSENT)
		return error_set(error, ERROR_ILLEGAL, "state", "site %s is %s already", site->code,
			site_states[site->state]);
	decision->id = site->code;
	return decision_add(decision, &event_site_set, params);
}

static void apply_site_set(struct state *state, const struct applied *applied, const void *data)
{
	const struct site_set *body = data;
	(void)applied;
	struct site *site = state_find(state, TABLE_SITE, body->site);
	assert(site != NULL);
	site->state = body->state;
	if (body->daily_loadout_g != ABSENT)
		site->daily_loadout_g = body->daily_loadout_g;
	state_touch(state, site);
	struct lot *lot = NULL;
	while ((lot = state_next(state, TABLE_LOT, lot)) != NULL) {
		if (lot->site == site)
			lot_refresh(state, lot);
	}
}

const struct event_type event_site_set = { "site.set", &site_set_body, apply_site_set };
const struct command_type command_site_set = { "site.set", &site_set_body,
	DUTY_OFFICER | DUTY_ADMINISTRATOR | DUTY_KEEPER, decide_site_set, NULL };
