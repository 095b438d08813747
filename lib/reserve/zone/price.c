/* Rows of reference prices: their history, signing and coming into force. */
#include "reserve/zone/price.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/price_compute.h"
#include "reserve/zone/price_draft.h"
#include "reserve/zone/schedule.h"
#include "reserve/zone/unit.h"

static const char *const state_names[] = { "", "draft", "notified", "in-force", "superseded",
	"rejected", NULL };

static const struct field price_fields[] = {
	F_TEXT(struct price, id),
	F_REF(struct price, commodity, TABLE_COMMODITY),
	F_INT(struct price, version),
	F_INT(struct price, quoted),
	F_INT(struct price, decimals),
	F_TEXT(struct price, unit),
	F_TEXT(struct price, basis),
	F_INT(struct price, price_micros_per_kg),
	F_TIME(struct price, effective_at),
	F_ENUM(struct price, state, state_names),
	F_TEXT(struct price, method),
	F_TEXT(struct price, source),
	F_TEXT(struct price, document),
	F_INT(struct price, months),
	F_INT(struct price, trim_ppm),
	F_TEXT(struct price, below),
	F_INT(struct price, yield_ppm),
	F_INT(struct price, conversion_micros_per_kg),
	F_INT(struct price, margin_ppm),
	F_TIME(struct price, rests_until),
	F_STRING(struct price, incoherent_because),
	F_LIST(struct price, inputs, &price_input_descriptor),
};
const struct descriptor price_descriptor = DESCRIPTOR("price", struct price, price_fields);
const struct setting_kind price_setting = SETTING(TABLE_PRICE, struct price);

/* ---- history ---- */

static bool before(const struct price *a, const struct price *b)
{
	return a->effective_at != b->effective_at ? a->effective_at < b->effective_at :
		a->version < b->version;
}

static void history_add(struct price *price)
{
	struct price_history *history = price->commodity->prices;
	if (history == NULL) {
		history = price->commodity->prices = calloc(1, sizeof *history);
		if (history == NULL)
			abort();
	}
	if (history->count == history->capacity) {
		history->capacity = history->capacity == 0 ? 4 : history->capacity * 2;
		history->prices = reallocarray(history->prices, history->capacity,
			sizeof *history->prices);
		if (history->prices == NULL)
			abort();
	}
	uint32_t at = history->count++;
	for (; at > 0 && before(price, history->prices[at - 1]); at--)
		history->prices[at] = history->prices[at - 1];
	history->prices[at] = price;
}

void price_history_free(struct price_history *history)
{
	if (history != NULL)
		free(history->prices);
	free(history);
}

const struct price *price_at(const struct commodity *commodity, int64_t at_ms)
{
	const struct price_history *history = commodity->prices;
	uint32_t low = 0, high = history != NULL ? history->count : 0;
	while (low < high) { /* the first that begins after it */
		uint32_t middle = low + (high - low) / 2;
		if (history->prices[middle]->effective_at <= at_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? history->prices[low - 1] : NULL;
}

void price_loaded(struct state *state, struct row *row)
{
	struct price *price = (struct price *)(void *)row;
	(void)state;
	if (price->state == PRICE_IN_FORCE)
		price->commodity->price = price;
	if (price->state == PRICE_IN_FORCE || price->state == PRICE_SUPERSEDED)
		history_add(price);
}

bool price_over(const struct row *row)
{
	return ((const struct price *)(const void *)row)->state == PRICE_SUPERSEDED;
}

int64_t price_due(const struct row *row)
{
	const struct price *price = (const struct price *)(const void *)row;
	return price->state == PRICE_NOTIFIED ? price->effective_at : TIME_NONE;
}

bool price_recompute(const struct price *price, struct arena *arena, int64_t *ret_micros,
	int64_t *ret_quoted)
{
	const struct price_terms terms = { price_method_find(price->method), price->trim_ppm,
		price->yield_ppm, price->conversion_micros_per_kg, price->margin_ppm };
	const struct unit_target target = { price->unit, price->basis, price->decimals };
	int64_t *order = arena_alloc(arena, (price->inputs.count + 1) * sizeof *order);
	return order != NULL &&
		price_compute(&terms, price->inputs.items, price->inputs.count, order, ret_micros) &&
		unit_quote_micros(*ret_micros, price->commodity->basis, &target, ret_quoted);
}

bool price_stale(const struct price *price, int64_t now_ms)
{
	int64_t oldest = price->rests_until != ABSENT && price->rests_until < price->effective_at ?
		price->rests_until : price->effective_at;
	return price->state == PRICE_IN_FORCE && now_ms - oldest > PRICE_STALE_DAYS * TIME_DAY_MS;
}

void price_words(char *to, size_t size, int64_t quoted, int64_t decimals, const char *unit)
{
	char digits[WORD_INT];
	size_t length = 0;
	word_int(digits, quoted);
	size_t count = strlen(digits), places = decimals > 0 ? (size_t)decimals : 0;
	assert(count + places + strlen(unit) + 4 < size);
	if (places >= count) { /* 5 with two decimals is 0.05 */
		to[length++] = '0';
		to[length++] = '.';
		for (size_t i = count; i < places; i++)
			to[length++] = '0';
		memcpy(to + length, digits, count);
		length += count;
	} else {
		memcpy(to, digits, count - places);
		length = count - places;
		if (places > 0) {
			to[length++] = '.';
			memcpy(to + length, digits + count - places, places);
			length += places;
		}
	}
	to[length++] = ' ';
	memcpy(to + length, unit, strlen(unit) + 1);
}

/* ---- drafted ---- */

static const struct field drafted_fields[] = {
	F_TEXT(struct price_drafted, basis),
	F_TEXT(struct price_drafted, below),
	F_TEXT(struct price_drafted, commodity),
	F_INT(struct price_drafted, conversion_micros_per_kg),
	F_INT(struct price_drafted, decimals),
	F_TEXT(struct price_drafted, document),
	F_TIME(struct price_drafted, effective_at),
	F_STRING(struct price_drafted, incoherent_because),
	F_LIST(struct price_drafted, inputs, &price_input_descriptor),
	F_INT(struct price_drafted, margin_ppm),
	F_TEXT(struct price_drafted, method),
	F_INT(struct price_drafted, months),
	F_TEXT(struct price_drafted, price),
	F_INT(struct price_drafted, price_micros_per_kg),
	F_INT(struct price_drafted, quoted),
	F_TIME(struct price_drafted, rests_until),
	F_TEXT(struct price_drafted, source),
	F_INT(struct price_drafted, trim_ppm),
	F_TEXT(struct price_drafted, unit),
	F_INT(struct price_drafted, version),
	F_INT(struct price_drafted, yield_ppm),
};
static const struct descriptor drafted_body =
	DESCRIPTOR("price.drafted", struct price_drafted, drafted_fields);

void price_counted_under(char to[CODE_MAX + 16], const char *commodity)
{
	size_t length = strlen(commodity);
	memcpy(to, commodity, length);
	memcpy(to + length, "/price", 7);
}

static void keep_terms(struct price *price, const struct price_drafted *body)
{
	price->months = body->months;
	price->trim_ppm = body->trim_ppm;
	body_text(price->below, body->below);
	price->yield_ppm = body->yield_ppm;
	price->conversion_micros_per_kg = body->conversion_micros_per_kg;
	price->margin_ppm = body->margin_ppm;
	price->rests_until = body->rests_until;
	if (body->incoherent_because != NULL) {
		price->incoherent_because = strdup(body->incoherent_because);
		if (price->incoherent_because == NULL)
			abort();
	}
	if (body->inputs.count > 0) {
		void *inputs = calloc(body->inputs.count, sizeof(struct price_input));
		if (inputs == NULL)
			abort();
		memcpy(inputs, body->inputs.items, body->inputs.count * sizeof(struct price_input));
		price->inputs = (struct list){ inputs, body->inputs.count };
	}
}

static void apply_drafted(struct state *state, const struct applied *applied, const void *data)
{
	const struct price_drafted *body = data;
	char counted[CODE_MAX + 16];
	(void)applied;
	struct price *price = state_insert(state, TABLE_PRICE, body->price);
	price_counted_under(counted, body->commodity);
	state_take_version(state, counted, body->version);
	price->commodity = state_find(state, TABLE_COMMODITY, body->commodity);
	price->version = body->version;
	price->quoted = body->quoted;
	price->decimals = body->decimals;
	body_text(price->unit, body->unit);
	body_text(price->basis, body->basis);
	price->price_micros_per_kg = body->price_micros_per_kg;
	price->effective_at = body->effective_at;
	price->state = PRICE_DRAFT;
	body_text(price->method, body->method);
	body_text(price->source, body->source);
	body_text(price->document, body->document);
	keep_terms(price, body);
}

const struct event_type event_price_drafted = { "price.drafted", &drafted_body, apply_drafted };

/* ---- signing and coming into force ---- */

/* An approval with its moment: a price that is signed after its date counts from then. */
struct notified_2 {
	char document[CODE_MAX];
	int64_t notified_at;
};
static const struct field notified_2_fields[] = {
	F_TEXT(struct notified_2, document),
	F_TIME(struct notified_2, notified_at),
};
static const struct descriptor notified_2_body =
	DESCRIPTOR("prices.notified@2", struct notified_2, notified_2_fields);

static bool prices_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	if (!price_drafts_stand(context, document->id, error))
		return false;
	struct notified_2 *body = decision_body(decision, &event_prices_notified_2);
	body_text(body->document, document->id);
	body->notified_at = context->now;
	return decision_add(decision, &event_prices_notified_2, body);
}

static void apply_notified(struct state *state, const struct applied *applied, const void *data)
{
	const struct setting_approved *body = data;
	(void)applied;
	setting_schedule(state, &price_setting, body->document);
}

static void apply_notified_2(struct state *state, const struct applied *applied, const void *data)
{
	const struct notified_2 *body = data;
	struct price *price = NULL;
	(void)applied;
	while ((price = setting_next(state, &price_setting, body->document, price)) != NULL) {
		if (price->effective_at < body->notified_at)
			price->effective_at = body->notified_at;
	}
	setting_schedule(state, &price_setting, body->document);
}

static void prices_rejected(struct state *state, const struct document *document)
{
	setting_reject(state, &price_setting, document->id);
}

const struct event_type event_prices_notified = { "prices.notified", &setting_approved_body,
	apply_notified };
const struct event_type event_prices_notified_2 = { "prices.notified@2", &notified_2_body,
	apply_notified_2 };
const struct document_kind document_prices = { "prices", prices_effect, prices_rejected, NULL, NULL };

struct in_force {
	char price[CODE_MAX + 16];
};
static const struct field in_force_fields[] = { F_TEXT(struct in_force, price) };
static const struct descriptor in_force_body =
	DESCRIPTOR("price.in_force", struct in_force, in_force_fields);

void tick_price(const struct context *context, const struct price *price, int64_t due_ms,
	struct decision *decision)
{
	struct tariff_news news = { .reference = price };
	struct in_force *body = decision_body(decision, &event_price_in_force);
	body_text(body->price, price->id);
	decision_add_at(decision, &event_price_in_force, body, due_ms);
	tariff_adjust(context, price->commodity, &news, due_ms, decision);
}

static void apply_in_force(struct state *state, const struct applied *applied, const void *data)
{
	const struct in_force *body = data;
	(void)applied;
	struct price *price = state_find(state, TABLE_PRICE, body->price);
	assert(price != NULL);
	struct price *old = price->commodity->price;
	if (old != NULL) {
		old->state = PRICE_SUPERSEDED;
		state_touch(state, old);
	}
	price->state = PRICE_IN_FORCE;
	price->commodity->price = price;
	history_add(price);
	state_touch(state, price);
}

const struct event_type event_price_in_force = { "price.in_force", &in_force_body,
	apply_in_force };
