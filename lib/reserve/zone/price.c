/* Drafting, signing and coming into force of reference prices. */
#include "reserve/zone/price.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
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
};
const struct descriptor price_descriptor = DESCRIPTOR("price", struct price, price_fields);

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

/* ---- drafting ---- */

struct drafted {
	char basis[12], commodity[CODE_MAX];
	int64_t decimals;
	char document[CODE_MAX];
	int64_t effective_at;
	char method[32], price[CODE_MAX + 16];
	int64_t price_micros_per_kg, quoted;
	char source[160], unit[12];
	int64_t version;
};
static const struct field drafted_fields[] = {
	F_TEXT(struct drafted, basis),
	F_TEXT(struct drafted, commodity),
	F_INT(struct drafted, decimals),
	F_TEXT(struct drafted, document),
	F_TIME(struct drafted, effective_at),
	F_TEXT(struct drafted, method),
	F_TEXT(struct drafted, price),
	F_INT(struct drafted, price_micros_per_kg),
	F_INT(struct drafted, quoted),
	F_TEXT(struct drafted, source),
	F_TEXT(struct drafted, unit),
	F_INT(struct drafted, version),
};
static const struct descriptor drafted_body =
	DESCRIPTOR("price.drafted", struct drafted, drafted_fields);
static const struct field item_fields[] = {
	R_TEXT(struct drafted, basis),
	R_TEXT(struct drafted, commodity),
	F_INT_IN(struct drafted, decimals, 0, 6),
	F_TIME(struct drafted, effective_at),
	F_TEXT(struct drafted, method),
	R_INT_IN(struct drafted, quoted, 1, 1000000000000),
	F_TEXT(struct drafted, source),
	R_TEXT(struct drafted, unit),
};
static const struct descriptor item_descriptor =
	DESCRIPTOR("price.item", struct drafted, item_fields);

struct draft_params {
	const char *because;
	struct list prices;
};
static const struct field draft_fields[] = {
	R_STRING(struct draft_params, because),
	R_LIST(struct draft_params, prices, &item_descriptor),
};
static const struct descriptor draft_params =
	DESCRIPTOR("price.draft", struct draft_params, draft_fields);

/* What the versions of a commodity's prices are counted under: ga/price. */
static void counted_under(char to[CODE_MAX + 16], const char *commodity)
{
	size_t length = strlen(commodity);
	memcpy(to, commodity, length);
	memcpy(to + length, "/price", 7);
}

static bool draft_item(const struct context *context, const struct drafted *item, uint32_t number,
	struct decision *decision, struct error *error)
{
	const struct commodity *commodity = commodity_find(context, "commodity", item->commodity,
		error);
	if (commodity == NULL)
		return false;
	if (!unit_known(item->unit))
		return error_set(error, ERROR_INVALID, "unit",
			"price %u: \"%s\" is not a unit: " UNIT_NAMES, number, item->unit);
	struct drafted *body = decision_body(decision, &event_price_drafted);
	*body = *item;
	if (body->decimals == ABSENT)
		body->decimals = 0;
	if (body->effective_at == ABSENT)
		body->effective_at = context->now;
	if (!unit_price_micros_per_kg(body->quoted, body->decimals, body->unit, body->basis,
	    commodity->basis, &body->price_micros_per_kg))
		return error_set(error, ERROR_INVALID, "basis",
			"price %u: a price per %s has no known factor to %s, the basis of %s [R23]", number,
			body->basis, commodity->basis, commodity->code);
	for (uint32_t i = 0; i < decision->count; i++) {
		const struct drafted *other = decision->events[i].body;
		if (text_equal(other->commodity, item->commodity))
			return error_set(error, ERROR_INVALID, "prices", "price %u: %s stands twice",
				number, item->commodity);
	}
	char digits[WORD_INT], counted[CODE_MAX + 16];
	counted_under(counted, commodity->code);
	body->version = state_last_version(context->state, counted) + 1;
	word_int(digits, body->version);
	size_t length = strlen(commodity->code);
	memcpy(body->price, commodity->code, length);
	body->price[length] = '/';
	memcpy(body->price + length + 1, digits, strlen(digits) + 1);
	return decision_add(decision, &event_price_drafted, body);
}

static bool decide_draft(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct draft_params *params = data;
	const struct drafted *items = params->prices.items;
	struct document_draft draft;
	if (params->prices.count == 0 || params->prices.count > IMPORT_ROWS_PER_COMMAND)
		return error_set(error, ERROR_LIMIT, "prices", "one note takes 1 to %d prices",
			IMPORT_ROWS_PER_COMMAND);
	for (uint32_t i = 0; i < params->prices.count; i++) {
		if (!draft_item(context, &items[i], i + 1, decision, error))
			return false;
	}
	if (!document_begin(context, &draft, &document_prices, "", 2, error))
		return false;
	document_line(&draft, "because", params->because);
	document_line_int(&draft, "prices", params->prices.count);
	document_content(&draft);
	for (uint32_t i = 0; i < params->prices.count; i++) {
		struct drafted *body = (struct drafted *)decision->events[i].body;
		char quote[64], from[TIME_TEXT_SIZE];
		body_text(body->document, draft.id);
		price_words(quote, sizeof quote, body->quoted, body->decimals, body->unit);
		time_format(body->effective_at, from);
		document_words(&draft, (const char *const[]){ "price", body->commodity, quote, "per",
			body->basis, "from", from }, 7);
	}
	return document_end(context, &draft, decision, error);
}

static void apply_drafted(struct state *state, const struct applied *applied, const void *data)
{
	const struct drafted *body = data;
	char counted[CODE_MAX + 16];
	(void)applied;
	struct price *price = state_insert(state, TABLE_PRICE, body->price);
	counted_under(counted, body->commodity);
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
}

const struct event_type event_price_drafted = { "price.drafted", &drafted_body, apply_drafted };
const struct command_type command_price_draft = { "price.draft", &draft_params, DUTY_OFFICER,
	decide_draft, "prices" };

/* ---- signing and coming into force ---- */

struct notified {
	char document[CODE_MAX];
};
static const struct field notified_fields[] = { F_TEXT(struct notified, document) };
static const struct descriptor notified_body =
	DESCRIPTOR("prices.notified", struct notified, notified_fields);

/* The same with its moment: a price that is signed after its date counts from then. */
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
	(void)error;
	struct notified_2 *body = decision_body(decision, &event_prices_notified_2);
	body_text(body->document, document->id);
	body->notified_at = context->now;
	return decision_add(decision, &event_prices_notified_2, body);
}

static void set_drafts(struct state *state, const char *document, enum price_state to,
	int64_t earliest_ms)
{
	struct price *price = NULL;
	while ((price = state_next(state, TABLE_PRICE, price)) != NULL) {
		if (price->state != PRICE_DRAFT || !text_equal(price->document, document))
			continue;
		price->state = (uint8_t)to;
		if (price->effective_at < earliest_ms)
			price->effective_at = earliest_ms;
		state_touch(state, price);
		if (to == PRICE_REJECTED)
			state_close(state, price);
		else
			state_schedule(state, price);
	}
}

static void apply_notified(struct state *state, const struct applied *applied, const void *data)
{
	const struct notified *body = data;
	(void)applied;
	set_drafts(state, body->document, PRICE_NOTIFIED, INT64_MIN);
}

static void apply_notified_2(struct state *state, const struct applied *applied, const void *data)
{
	const struct notified_2 *body = data;
	(void)applied;
	set_drafts(state, body->document, PRICE_NOTIFIED, body->notified_at);
}

static void prices_rejected(struct state *state, const struct document *document)
{
	set_drafts(state, document->id, PRICE_REJECTED, INT64_MIN);
}

const struct event_type event_prices_notified = { "prices.notified", &notified_body,
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
	(void)context;
	struct in_force *body = decision_body(decision, &event_price_in_force);
	body_text(body->price, price->id);
	decision_add_at(decision, &event_price_in_force, body, due_ms);
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
