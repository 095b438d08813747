/*
 * Drafting a list of reference prices: each stated, or computed from what was observed or from the stage
 * below; checked against dates, bases and the stages; then one note for all.
 */
#include "reserve/zone/price_draft.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/observation.h"
#include "reserve/zone/observation_names.h"
#include "reserve/zone/price_compute.h"
#include "reserve/zone/unit.h"

enum { TRIM_DEFAULT_PPM = 100000, TRIMMED_LEAST = 3, DIGEST_ROOM = 128 };

/* ---- what is asked ---- */

struct item {
	char basis[12], below[CODE_MAX], commodity[CODE_MAX];
	int64_t conversion_micros_per_kg, decimals, effective_at;
	const char *incoherent_because;
	int64_t margin_ppm;
	char method[32];
	int64_t months;
	uint8_t observed;
	char origin[4];
	int64_t quoted;
	char series[CODE_MAX], source[160];
	int64_t trim_ppm;
	char unit[12];
	int64_t yield_ppm;
};
static const struct field item_fields[] = {
	F_TEXT(struct item, basis),
	F_TEXT(struct item, below),
	R_TEXT(struct item, commodity),
	F_INT_IN(struct item, conversion_micros_per_kg, 0, VAULT_INT_MAX),
	F_INT_IN(struct item, decimals, 0, 6),
	F_TIME(struct item, effective_at),
	F_STRING(struct item, incoherent_because),
	F_INT_IN(struct item, margin_ppm, 0, 100 * VAULT_PPM),
	F_TEXT(struct item, method),
	F_INT_IN(struct item, months, 1, PRICE_MONTHS_MAX),
	F_ENUM(struct item, observed, observation_kind_names),
	F_TEXT(struct item, origin),
	F_INT_IN(struct item, quoted, 1, 1000000000000),
	F_TEXT(struct item, series),
	F_TEXT(struct item, source),
	F_INT_IN(struct item, trim_ppm, 0, VAULT_PPM / 2 - 1),
	F_TEXT(struct item, unit),
	F_INT_IN(struct item, yield_ppm, 1, VAULT_PPM),
};
static const struct descriptor item_descriptor =
	DESCRIPTOR("price.item", struct item, item_fields);

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

/* One item under way. */
struct draft {
	const struct item *item;
	uint32_t row;
	const struct commodity *commodity;
	enum price_method method;
	struct price_drafted *body;
};

/* ---- from observations ---- */

/* The first instant of the month that lies so many months before. */
static int64_t months_before(int64_t now, int64_t months)
{
	int year, month, day;
	time_civil(now, &year, &month, &day);
	int64_t count = (int64_t)year * 12 + month - 1 - months;
	return time_from_civil((int)(count / 12), (int)(count % 12) + 1, 1);
}

static bool wanted(const struct draft *draft, const struct observation *one, int64_t from)
{
	const struct item *item = draft->item;
	uint8_t kind = item->observed != OBSERVATION_NONE ? item->observed : OBSERVATION_MARKET;
	return one->kind == kind && one->starts_at >= from &&
		(item->series[0] == '\0' || text_equal(item->series, one->series)) &&
		(item->origin[0] == '\0' || text_equal(item->origin, one->origin));
}

static void add_input(struct draft *draft, struct price_input *input,
	const struct observation *one)
{
	struct price_drafted *body = draft->body;
	body_text(input->id, one->id);
	input->mass_g = one->mass_g;
	input->price_micros_per_kg = one->price_micros_per_kg;
	input->version = one->version;
	if (body->inputs.count++ == 0) {
		body_text(body->unit, one->unit);
		body_text(body->basis, one->basis);
	} else if (!text_equal(body->unit, one->unit) || !text_equal(body->basis, one->basis)) {
		body_text(body->unit, "USD/kg");
		body_text(body->basis, draft->commodity->basis);
	}
	body->rests_until = one->ends_at;
}

static bool gather(const struct context *context, struct draft *draft, struct error *error)
{
	const struct observation_list *list = draft->commodity->observations;
	int64_t from = months_before(context->now, draft->item->months);
	uint32_t until = observation_count_until(draft->commodity,
		(context->now / TIME_DAY_MS + 1) * TIME_DAY_MS);
	struct price_input *inputs = arena_alloc(context->arena, PRICE_INPUTS_MAX * sizeof *inputs);
	if (inputs == NULL)
		return error_set(error, ERROR_LIMIT, "", "the request needs too much memory");
	draft->body->inputs = (struct list){ inputs, 0 };
	for (uint32_t i = observation_count_until(draft->commodity, from); i < until; i++) {
		const struct observation *one = list->observations[i];
		if (!wanted(draft, one, from))
			continue;
		if (draft->body->inputs.count == PRICE_INPUTS_MAX)
			return error_set(error, ERROR_LIMIT, "months", "row %u: over %d observations of %s in "
				"that time; name a series, or fewer months", draft->row, PRICE_INPUTS_MAX,
				draft->commodity->code);
		if (draft->method == PRICE_VOLUME_WEIGHTED && one->mass_g == ABSENT)
			return error_set(error, ERROR_INVALID, "method", "row %u: %s has no mass to weigh it "
				"by", draft->row, one->id);
		add_input(draft, &inputs[draft->body->inputs.count], one);
	}
	uint32_t least = draft->method == PRICE_TRIMMED_MEAN ? TRIMMED_LEAST : 1;
	if (draft->body->inputs.count >= least)
		return true;
	error_set(error, ERROR_CONFLICT, "months", "row %u: %s has %u such observations in the last %lld "
		"months; %s takes %u or more", draft->row, draft->commodity->code,
		draft->body->inputs.count, (long long)draft->item->months, draft->item->method, least);
	return error_remedy(error, "vaultctl observation --commodity %s", draft->commodity->code);
}

/* ---- from the stage below ---- */

static bool stage_below(const struct context *context, struct draft *draft, struct error *error)
{
	const struct item *item = draft->item;
	const struct commodity *below = state_find(context->state, TABLE_COMMODITY, item->below);
	if (below == NULL)
		return error_set(error, ERROR_NOT_FOUND, "below", "row %u: no such commodity: %s",
			draft->row, item->below);
	if (below->mineral != draft->commodity->mineral || below->stage >= draft->commodity->stage)
		return error_set(error, ERROR_INVALID, "below", "row %u: %s is no earlier stage of the "
			"mineral of %s", draft->row, below->code, draft->commodity->code);
	const struct price *price = below->price;
	if (price == NULL) {
		error_set(error, ERROR_CONFLICT, "below", "row %u: %s has no reference price in force",
			draft->row, below->code);
		return error_remedy(error, "vaultctl price draft %s ...", below->code);
	}
	struct price_input *input = arena_alloc(context->arena, sizeof *input);
	if (input == NULL)
		return error_set(error, ERROR_LIMIT, "", "the request needs too much memory");
	body_text(input->id, price->id);
	input->mass_g = ABSENT;
	input->version = price->version;
	if (!unit_price_micros_per_kg(price->quoted, price->decimals, price->unit, price->basis,
	    draft->commodity->basis, &input->price_micros_per_kg))
		return error_set(error, ERROR_INVALID, "below", "row %u: a price per %s has no known factor "
			"to %s, the basis of %s [R23]", draft->row, price->basis, draft->commodity->basis,
			draft->commodity->code);
	draft->body->inputs = (struct list){ input, 1 };
	body_text(draft->body->unit, "USD/kg");
	body_text(draft->body->basis, draft->commodity->basis);
	draft->body->rests_until = price->rests_until != ABSENT ? price->rests_until :
		price->effective_at;
	return true;
}

/* ---- computing ---- */

static bool check_terms(const struct draft *draft, struct error *error)
{
	const struct item *item = draft->item;
	bool plus = draft->method == PRICE_COST_PLUS;
	if (item->quoted != ABSENT)
		return error_set(error, ERROR_INVALID, "quoted", "row %u: a price by %s is computed and not "
			"given", draft->row, item->method);
	if (!plus && item->months == ABSENT)
		return error_set(error, ERROR_INVALID, "months", "row %u: %s needs the number of months",
			draft->row, item->method);
	if (plus && (item->below[0] == '\0' || item->yield_ppm == ABSENT))
		return error_set(error, ERROR_INVALID, item->below[0] == '\0' ? "below" : "yield_ppm",
			"row %u: cost-plus needs the commodity of the stage below and the yield", draft->row);
	bool foreign = plus ? item->months != ABSENT || item->trim_ppm != ABSENT :
		item->below[0] != '\0' || item->yield_ppm != ABSENT || item->margin_ppm != ABSENT ||
		item->conversion_micros_per_kg != ABSENT ||
		(item->trim_ppm != ABSENT && draft->method != PRICE_TRIMMED_MEAN);
	return !foreign || error_set(error, ERROR_INVALID, "method",
		"row %u: months and trim are of observations; below, yield, conversion and margin of "
		"cost-plus; trim of trimmed-mean alone", draft->row);
}

static bool compute(const struct context *context, struct draft *draft, struct error *error)
{
	const struct item *item = draft->item;
	struct price_drafted *body = draft->body;
	if (!check_terms(draft, error))
		return false;
	bool plus = draft->method == PRICE_COST_PLUS;
	body->months = item->months;
	body->trim_ppm = draft->method != PRICE_TRIMMED_MEAN ? ABSENT :
		item->trim_ppm != ABSENT ? item->trim_ppm : TRIM_DEFAULT_PPM;
	if (plus) {
		body_text(body->below, item->below);
		body->yield_ppm = item->yield_ppm;
		body->margin_ppm = item->margin_ppm != ABSENT ? item->margin_ppm : 0;
		body->conversion_micros_per_kg = item->conversion_micros_per_kg != ABSENT ?
			item->conversion_micros_per_kg : 0;
	}
	if (!(plus ? stage_below(context, draft, error) : gather(context, draft, error)))
		return false;
	int64_t micros;
	const struct price_terms terms = { draft->method, body->trim_ppm, body->yield_ppm,
		body->conversion_micros_per_kg, body->margin_ppm };
	int64_t *order = arena_alloc(context->arena, body->inputs.count * sizeof *order);
	body->decimals = price_decimals(body->unit);
	const struct unit_target target = { body->unit, body->basis, body->decimals };
	return (order != NULL &&
		price_compute(&terms, body->inputs.items, body->inputs.count, order, &micros) &&
		unit_quote_micros(micros, draft->commodity->basis, &target, &body->quoted) &&
		body->quoted <= 1000000000000) || error_set(error, ERROR_INVALID, "method",
		"row %u: the price of %s would be larger than a figure may be", draft->row,
		draft->commodity->code);
}

/* ---- one item ---- */

static bool stated(struct draft *draft, struct error *error)
{
	const struct item *item = draft->item;
	struct price_drafted *body = draft->body;
	if (item->quoted == ABSENT) {
		error_set(error, ERROR_INVALID, "quoted", "row %u: no price is given", draft->row);
		return error_remedy(error, "Give one, or have it computed: --method trimmed-mean, "
			"volume-weighted or cost-plus");
	}
	if (item->months != ABSENT || item->trim_ppm != ABSENT || item->below[0] != '\0' ||
	    item->yield_ppm != ABSENT || item->margin_ppm != ABSENT ||
	    item->conversion_micros_per_kg != ABSENT)
		return error_set(error, ERROR_INVALID, "method", "row %u: \"%s\" computes nothing; those that "
			"do are trimmed-mean, volume-weighted and cost-plus", draft->row, item->method);
	if (!unit_known(item->unit))
		return error_set(error, ERROR_INVALID, "unit", "row %u: \"%s\" is not a unit: " UNIT_NAMES,
			draft->row, item->unit);
	if (item->basis[0] == '\0') {
		error_set(error, ERROR_INVALID, "basis", "row %u: a price in %s of what? It has no basis "
			"[R23]", draft->row, item->unit);
		return error_remedy(error, "--basis %s, or a compound with a known factor to it",
			draft->commodity->basis);
	}
	body->quoted = item->quoted;
	body->decimals = item->decimals != ABSENT ? item->decimals : 0;
	body_text(body->unit, item->unit);
	body_text(body->basis, item->basis);
	return true;
}

/* A price that was notified and does not yet count; the last to begin. */
static const struct price *last_notified(const struct context *context,
	const struct commodity *commodity)
{
	const struct price *price = NULL, *last = NULL;
	while ((price = state_next(context->state, TABLE_PRICE, price)) != NULL) {
		if (price->commodity == commodity && price->state == PRICE_NOTIFIED &&
		    (last == NULL || price->effective_at > last->effective_at))
			last = price;
	}
	return last;
}

static bool in_order(const struct context *context, const struct commodity *commodity,
	uint32_t row, int64_t effective_at, struct error *error)
{
	char from[TIME_TEXT_SIZE];
	const struct price *last = last_notified(context, commodity);
	if (last == NULL || effective_at > last->effective_at)
		return true;
	time_format(last->effective_at, from);
	error_set(error, ERROR_CONFLICT, "effective_at", "row %u: %s is notified from %s on; a price that "
		"is drafted after it begins after it", row, last->id, from);
	return error_remedy(error, "Date it later than %s", from);
}

/*
 * Without a date, or with today's, it counts from the last signature on. An earlier date would say that
 * something was in force that was not; only a commodity that never had a price may name one, for a list
 * that is taken over. It counts from its last signature even so.
 */
static bool date(const struct context *context, struct draft *draft, struct error *error)
{
	struct price_drafted *body = draft->body;
	int64_t today = context->now - context->now % TIME_DAY_MS;
	body->effective_at = draft->item->effective_at;
	if (body->effective_at == ABSENT)
		body->effective_at = context->now;
	else if (body->effective_at < today && draft->commodity->price != NULL) {
		error_set(error, ERROR_INVALID, "effective_at", "row %u: it cannot be in force before today: "
			"%s has %s, and what was decided under that stays", draft->row, draft->commodity->code,
			draft->commodity->price->id);
		return error_remedy(error, "Leave the date out: it counts from its last signature on");
	} else if (body->effective_at < context->now && body->effective_at >= today) {
		body->effective_at = context->now;
	}
	return in_order(context, draft->commodity, draft->row, body->effective_at, error);
}

static void name(const struct context *context, struct draft *draft)
{
	struct price_drafted *body = draft->body;
	char digits[WORD_INT], counted[CODE_MAX + 16];
	price_counted_under(counted, draft->commodity->code);
	body->version = state_last_version(context->state, counted) + 1;
	word_int(digits, body->version);
	size_t length = strlen(draft->commodity->code);
	memcpy(body->price, draft->commodity->code, length);
	body->price[length] = '/';
	memcpy(body->price + length + 1, digits, strlen(digits) + 1);
}

static bool draft_item(const struct context *context, const struct item *item, uint32_t row,
	struct decision *decision, struct error *error)
{
	struct draft draft = { .item = item, .row = row, .method = price_method_find(item->method),
		.commodity = state_find(context->state, TABLE_COMMODITY, item->commodity) };
	if (draft.commodity == NULL)
		return error_set(error, ERROR_NOT_FOUND, "commodity", "row %u: no such commodity: %s", row,
			item->commodity);
	struct price_drafted *body = draft.body = decision_body(decision, &event_price_drafted);
	body_text(body->commodity, item->commodity);
	body_text(body->method, item->method);
	body_text(body->source, item->source);
	body->incoherent_because = item->incoherent_because;
	if (!(draft.method == PRICE_METHOD_STATED ? stated(&draft, error) :
	    compute(context, &draft, error)))
		return false;
	if (!unit_price_micros_per_kg(body->quoted, body->decimals, body->unit, body->basis,
	    draft.commodity->basis, &body->price_micros_per_kg))
		return unit_out_of_range(body->unit, body->basis, draft.commodity->basis) ?
			error_set(error, ERROR_LIMIT, "quoted", "row %u: that price is larger than a figure may be",
			row) : error_set(error, ERROR_INVALID, "basis", "row %u: a price per %s has no known factor "
			"to %s, the basis of %s [R23]", row, body->basis, draft.commodity->basis,
			draft.commodity->code);
	for (uint32_t i = 0; i < decision->count; i++) {
		const struct price_drafted *other = decision->events[i].body;
		if (text_equal(other->commodity, item->commodity))
			return error_set(error, ERROR_INVALID, "commodity", "row %u: %s stands twice", row,
				item->commodity);
	}
	if (!date(context, &draft, error))
		return false;
	name(context, &draft);
	return decision_add(decision, &event_price_drafted, body);
}

/* ---- the note ---- */

static void write_price(struct document_draft *draft, const struct price_drafted *body)
{
	char quote[64], from[TIME_TEXT_SIZE];
	price_words(quote, sizeof quote, body->quoted, body->decimals, body->unit);
	time_format(body->effective_at, from);
	document_words(draft, (const char *const[]){ "price", body->commodity, quote, "per",
		body->basis, "from", from }, 7);
}

/* How it was found: the terms and how many inputs, which the entry keeps. */
static void write_method(struct document_draft *draft, const struct price_drafted *body)
{
	char months[WORD_INT] = "", trim[WORD_SHARE], inputs[WORD_INT], yield[WORD_SHARE];
	char conversion[64], margin[WORD_SHARE];
	const struct price_input *input = body->inputs.items;
	word_int(inputs, body->inputs.count);
	if (body->inputs.count > 0 && body->below[0] != '\0') {
		word_share(yield, body->yield_ppm);
		word_share(margin, body->margin_ppm);
		price_words(conversion, sizeof conversion, body->conversion_micros_per_kg, 6, "USD/kg");
		document_words(draft, (const char *const[]){ "computed", body->commodity, body->method,
			"over", input->id, "yield", yield, "conversion", conversion, "margin", margin }, 11);
	} else if (body->inputs.count > 0) {
		word_int(months, body->months);
		word_share(trim, body->trim_ppm != ABSENT ? body->trim_ppm : 0);
		document_words(draft, (const char *const[]){ "computed", body->commodity, body->method,
			"of", inputs, "observations", "in", months, "months", "trim", trim }, 11);
	} else if (body->method[0] != '\0') {
		document_words(draft, (const char *const[]){ "method", body->commodity, body->method }, 3);
	}
	if (body->source[0] != '\0')
		document_words(draft, (const char *const[]){ "source", body->commodity, body->source }, 3);
}

static bool write_note(const struct context *context, const struct draft_params *params,
	const struct price_offer *offers, struct decision *decision, struct error *error)
{
	struct document_draft draft;
	uint32_t count = params->prices.count;
	if (!document_begin(context, &draft, &document_prices, "", 2, error))
		return false;
	document_line(&draft, "because", params->because);
	document_line_int(&draft, "prices", count);
	for (uint32_t i = 0; i < count; i++) { /* a reason is never left to a digest */
		if (offers[i].opposite != NULL && offers[i].because != NULL)
			document_words(&draft, (const char *const[]){ "incoherent", offers[i].commodity->code,
				"with", offers[i].opposite, "because", offers[i].because }, 6);
	}
	document_content(&draft);
	for (uint32_t i = 0; i < count; i++) {
		struct price_drafted *body = (struct price_drafted *)decision->events[i].body;
		body_text(body->document, draft.id);
		write_price(&draft, body);
	}
	if (draft.length + DIGEST_ROOM < NOTE_TEXT_MAX) /* prices stand where methods no longer fit */
		document_content(&draft);
	for (uint32_t i = 0; i < count; i++)
		write_method(&draft, decision->events[i].body);
	return document_end(context, &draft, decision, error);
}

/* What a computed price comes to, for who asked: on a dry run nothing else tells it. */
static const char *outcome(const struct context *context, const struct price_drafted *body)
{
	char quote[64];
	if (body->inputs.count == 0)
		return NULL;
	price_words(quote, sizeof quote, body->quoted, body->decimals, body->unit);
	return arena_printf(context->arena, "%s is %s per %s, by %s of %u input%s", body->price, quote,
		body->basis, body->method, body->inputs.count, body->inputs.count == 1 ? "" : "s");
}

static void offer_of(const struct context *context, const struct price_drafted *body,
	struct price_offer *ret_offer)
{
	*ret_offer = (struct price_offer){
		.commodity = state_find(context->state, TABLE_COMMODITY, body->commodity),
		.id = body->price, .quoted = body->quoted, .decimals = body->decimals,
		.unit = body->unit, .basis = body->basis,
		.price_micros_per_kg = body->price_micros_per_kg, .effective_at = body->effective_at,
		.because = body->incoherent_because };
}

static bool decide_draft(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct draft_params *params = data;
	const struct item *items = params->prices.items;
	uint32_t count = params->prices.count;
	if (count == 0 || count > IMPORT_ROWS_PER_COMMAND)
		return error_set(error, ERROR_LIMIT, "prices", "one note takes 1 to %d prices",
			IMPORT_ROWS_PER_COMMAND);
	struct price_offer *offers = arena_alloc(context->arena, count * sizeof *offers);
	if (offers == NULL)
		return error_set(error, ERROR_LIMIT, "", "the request needs too much memory");
	for (uint32_t i = 0; i < count; i++) {
		if (!draft_item(context, &items[i], i + 1, decision, error))
			return false;
		offer_of(context, decision->events[i].body, &offers[i]);
	}
	if (!price_coherent(context, offers, count, error))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		struct price_drafted *body = (struct price_drafted *)decision->events[i].body;
		if (offers[i].opposite == NULL)
			body->incoherent_because = NULL; /* nothing to excuse */
	}
	decision->remark = count == 1 ? outcome(context, decision->events[0].body) : NULL;
	return write_note(context, params, offers, decision, error);
}

const struct command_type command_price_draft = { "price.draft", &draft_params, DUTY_OFFICER,
	decide_draft, "prices" };

/* ---- at the last signature ---- */

/* Of two that begin in the same instant the later version is the later one, so it comes second. */
static bool after_the_one_in_force(const struct price *price, int64_t from, struct error *error)
{
	const struct price *now = price->commodity->price;
	return now == NULL || from > now->effective_at || price->version > now->version ||
		error_set(error, ERROR_CONFLICT, "document", "%s came into force in this very instant, and "
			"%s is older", now->id, price->id);
}

bool price_drafts_stand(const struct context *context, const char *document, struct error *error)
{
	const struct price *price = NULL;
	uint32_t count = 0;
	struct price_offer *offers = arena_alloc(context->arena,
		IMPORT_ROWS_PER_COMMAND * sizeof *offers);
	if (offers == NULL)
		return error_set(error, ERROR_LIMIT, "", "the request needs too much memory");
	while ((price = setting_next(context->state, &price_setting, document, price)) != NULL) {
		int64_t from = price->effective_at > context->now ? price->effective_at : context->now;
		if (!in_order(context, price->commodity, count + 1, from, error) ||
		    !after_the_one_in_force(price, from, error))
			break;
		offers[count++] = (struct price_offer){ .commodity = price->commodity, .id = price->id,
			.quoted = price->quoted, .decimals = price->decimals, .unit = price->unit,
			.basis = price->basis, .price_micros_per_kg = price->price_micros_per_kg,
			.effective_at = from, .because = price->incoherent_because };
	}
	if (price == NULL && price_coherent(context, offers, count, error))
		return true;
	error->remedy[0] = '\0';
	return error_remedy(error, "vaultctl reject %s --because \"it cannot be signed any more\"",
		document);
}
