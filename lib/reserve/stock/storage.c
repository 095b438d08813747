/* Sets of words, compared; one command for each side. */
#include "reserve/stock/storage.h"

#include <assert.h>

#include "reserve/person.h"
#include "reserve/stock/material.h"

const char *const storage_names[] = { "outdoors", "covered", "dry", "inert", "tempered", "ventilated",
	"guarded", "licensed", NULL };

uint32_t storage_missing(const struct commodity *commodity, const struct site *site)
{
	return commodity->storage & ~site->storage;
}

/* "dry, inert", or "nothing". */
static const char *set_words(struct arena *arena, uint32_t set)
{
	const char *words = "";
	for (int i = 0; storage_names[i] != NULL; i++) {
		if ((set >> i & 1) != 0)
			words = arena_printf(arena, "%s%s%s", words, words[0] != '\0' ? ", " : "",
				storage_names[i]);
	}
	return words[0] != '\0' ? words : "nothing";
}

const char *storage_words(struct arena *arena, const struct commodity *commodity,
	const struct site *site)
{
	return arena_printf(arena, "%s needs %s, and %s offers %s: no %s", commodity->code,
		set_words(arena, commodity->storage), site->code, set_words(arena, site->storage),
		set_words(arena, storage_missing(commodity, site)));
}

/* Both commands say the whole set: what is not named is not needed or offered any more. */
struct storage_set {
	const char *because;
	char code[CODE_MAX];
	uint32_t storage;
};
static const struct field set_fields[] = {
	R_STRING(struct storage_set, because),
	R_TEXT(struct storage_set, code),
	F_SET(struct storage_set, storage, storage_names),
};
static const struct descriptor storage_set =
	DESCRIPTOR("storage.set", struct storage_set, set_fields);

static bool decide_commodity(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct storage_set *params = data;
	const struct commodity *commodity = commodity_find(context, "code", params->code, error);
	if (commodity == NULL)
		return false;
	if (commodity->storage == params->storage)
		return error_set(error, ERROR_ILLEGAL, "storage", "%s needs %s already", commodity->code,
			set_words(context->arena, params->storage));
	decision->id = commodity->code;
	return decision_add(decision, &event_commodity_storage, params);
}

static void apply_commodity(struct state *state, const struct applied *applied, const void *data)
{
	const struct storage_set *body = data;
	(void)applied;
	struct commodity *commodity = state_find(state, TABLE_COMMODITY, body->code);
	assert(commodity != NULL);
	commodity->storage = body->storage;
	state_touch(state, commodity);
}

const struct event_type event_commodity_storage = { "commodity.storage_set", &storage_set,
	apply_commodity };
const struct command_type command_commodity_storage = { "commodity.storage", &storage_set,
	DUTY_OFFICER | DUTY_ASSAYER, decide_commodity, NULL };

static bool decide_site(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct storage_set *params = data;
	const struct site *site = site_find(context, "code", params->code, error);
	if (site == NULL)
		return false;
	if (site->storage == params->storage)
		return error_set(error, ERROR_ILLEGAL, "storage", "%s offers %s already", site->code,
			set_words(context->arena, params->storage));
	decision->id = site->code;
	return decision_add(decision, &event_site_storage, params);
}

static void apply_site(struct state *state, const struct applied *applied, const void *data)
{
	const struct storage_set *body = data;
	(void)applied;
	struct site *site = state_find(state, TABLE_SITE, body->code);
	assert(site != NULL);
	site->storage = body->storage;
	state_touch(state, site);
}

const struct event_type event_site_storage = { "site.storage_set", &storage_set, apply_site };
const struct command_type command_site_storage = { "site.storage", &storage_set,
	DUTY_OFFICER | DUTY_KEEPER, decide_site, NULL };
