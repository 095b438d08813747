/*
 * Every commodity against what is required of it, and every mineral that nobody made a commodity
 * of. None is left out: what was never modelled, or never asked for, is what such lists have
 * hidden.
 */
#include "base/checked.h"
#include "base/text.h"
#include "reserve/stock/material.h"
#include "reserve/stock/requirement.h"
#include "view/view.h"
#include "wire/message.h"
#include "wire/value.h"

static void member_text(struct json *json, const char *name, const char *text)
{
	if (text[0] == '\0')
		return;
	json_key(json, name);
	json_text(json, text);
}

static void member_int(struct json *json, const char *name, int64_t value)
{
	if (value == ABSENT)
		return;
	json_key(json, name);
	json_int(json, value);
}

static const char *standing(const struct commodity *commodity)
{
	if (commodity->requirement == NULL)
		return "no-requirement";
	if (requirement_short_g(commodity) == 0)
		return "met";
	return commodity->available_g == 0 && commodity->reserved_g == 0 ? "unstocked" : "short";
}

static void write_requirement(struct json *json, const struct commodity *commodity)
{
	const struct requirement *required = commodity->requirement;
	int64_t held_ppm;
	member_text(json, "requirement", required->id);
	member_int(json, "required_g", required->mass_g);
	member_int(json, "available_g", commodity->available_g);
	member_int(json, "short_g", requirement_short_g(commodity));
	member_int(json, "days", required->days);
	if (required->mass_g > 0 && checked_mul_div_down(commodity->available_g, VAULT_PPM,
	    required->mass_g, &held_ppm))
		member_int(json, "held_ppm", held_ppm);
	member_text(json, "authority", required->authority);
	member_text(json, "model", requirement_is_modelled(required) ? "yes" : "none");
}

static bool is_asked(const struct view *view, const char *name, const char *text)
{
	const char *wanted = value_get_text(view->parameters, name, "");
	return wanted[0] == '\0' || text_equal(wanted, text);
}

static void write_commodity(struct json *json, const struct view *view,
	const struct commodity *commodity)
{
	if (!is_asked(view, "mineral", commodity->mineral->code) ||
	    !is_asked(view, "commodity", commodity->code) || !is_asked(view, "state", standing(commodity)))
		return;
	json_open_object(json);
	member_text(json, "mineral", commodity->mineral->code);
	member_text(json, "commodity", commodity->code);
	if (commodity->requirement != NULL)
		write_requirement(json, commodity);
	else
		member_int(json, "available_g", commodity->available_g);
	member_text(json, "state", standing(commodity));
	json_close_object(json);
}

static bool has_commodity(const struct state *state, const struct mineral *mineral)
{
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL) {
		if (commodity->mineral == mineral)
			return true;
	}
	return false;
}

/* A mineral that is on the list and in no form in the reserve. */
static void write_mineral(struct json *json, const struct view *view, const struct mineral *mineral)
{
	if (has_commodity(view->state, mineral) || !is_asked(view, "mineral", mineral->code) ||
	    !is_asked(view, "commodity", "") || !is_asked(view, "state", "no-requirement"))
		return;
	json_open_object(json);
	member_text(json, "mineral", mineral->code);
	member_text(json, "state", "no-requirement");
	json_close_object(json);
}

bool view_shortfalls(const struct view *view, struct buffer *out, struct error *error)
{
	const struct commodity *commodity = NULL;
	const struct mineral *mineral = NULL;
	const char *asked = value_get_text(view->parameters, "commodity", "");
	struct json json;
	if (asked[0] != '\0' && state_find(view->state, TABLE_COMMODITY, asked) == NULL)
		return error_set(error, ERROR_NOT_FOUND, "commodity", "no such commodity: %s", asked);
	reply_begin(&json, out);
	json_key(&json, "rows");
	json_open_array(&json);
	while ((commodity = state_next(view->state, TABLE_COMMODITY, commodity)) != NULL)
		write_commodity(&json, view, commodity);
	while ((mineral = state_next(view->state, TABLE_MINERAL, mineral)) != NULL)
		write_mineral(&json, view, mineral);
	json_close_array(&json);
	reply_end(&json, false);
	return true;
}
