/* Reference prices shown one by one: how old they are, and whether they can be computed again. */
#include "base/text.h"
#include "base/time.h"
#include "reserve/zone/observation.h"
#include "reserve/zone/price.h"
#include "reserve/zone/price_compute.h"
#include "view/row.h"
#include "wire/message.h"
#include "wire/value.h"

static const struct price *find(const struct view *view, const char *field, struct error *error)
{
	const char *id = value_get_text(view->parameters, field, "");
	const struct price *price = state_find(view->state, TABLE_PRICE,
		id);
	if (price == NULL)
		error_set(error, ERROR_NOT_FOUND, field, "no such price: %s", id);
	return price;
}

static void member_days(struct json *json, const char *name, int64_t since, int64_t now)
{
	if (since == ABSENT || since > now)
		return;
	json_key(json, name);
	json_int(json, (now - since) / TIME_DAY_MS);
}

bool view_price(const struct view *view, struct buffer *out, struct error *error)
{
	struct json json;
	int64_t now = view->now;
	const struct price *price = find(view, "id", error);
	if (price == NULL)
		return false;
	reply_begin(&json, out);
	json_key(&json, "price");
	json_record(&json, &price_descriptor, price);
	member_days(&json, "age_days", price->effective_at, now);
	member_days(&json, "rests_age_days", price->rests_until, now);
	json_key(&json, "stale");
	json_bool(&json, price_stale(price, now));
	reply_end(&json, false);
	return true;
}

/* Inputs of which the source has said something else since, as they are now. */
static void write_revised(struct json *json, const struct state *state, const struct price *price)
{
	const struct price_input *inputs = price->inputs.items;
	json_key(json, "revised");
	json_open_array(json);
	for (uint32_t i = 0; i < price->inputs.count; i++) {
		const struct observation *one = state_find(state, TABLE_OBSERVATION, inputs[i].id);
		if (one == NULL || one->version == inputs[i].version)
			continue;
		struct price_input now = inputs[i];
		now.mass_g = one->mass_g;
		now.price_micros_per_kg = one->price_micros_per_kg;
		now.version = one->version;
		json_record(json, &price_input_descriptor, &now);
	}
	json_close_array(json);
}

bool view_recomputed_price(const struct view *view, struct buffer *out, struct error *error)
{
	struct json json;
	int64_t micros, quoted;
	const struct price *price = find(view, "price", error);
	if (price == NULL)
		return false;
	if (!price_recompute(price, view->arena, &micros, &quoted))
		return error_set(error, ERROR_ILLEGAL, "price", "%s was not computed: its method is \"%s\"",
			price->id, price->method);
	reply_begin(&json, out);
	json_key(&json, "price");
	json_record(&json, &price_descriptor, price);
	json_key(&json, "equal");
	json_bool(&json, quoted == price->quoted);
	json_key(&json, "quoted");
	json_int(&json, quoted);
	json_key(&json, "price_micros_per_kg");
	json_int(&json, micros);
	write_revised(&json, view->state, price);
	reply_end(&json, false);
	return true;
}

bool view_observation(const struct view *view, struct buffer *out, struct error *error)
{
	return view_show_row(view, TABLE_OBSERVATION, "id", "observation", out, error);
}
