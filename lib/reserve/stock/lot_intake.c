/*
 * How a lot comes in: announced, weighed, sampled, assayed, accepted. Each pair of command and event
 * stands together: what is asked, what is decided, what the entry holds, what it changes. Where a
 * command's parameters are all that the entry needs, one descriptor serves both.
 */
#include "base/text.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/account.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/count.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/lot_acts.h"
#include "reserve/stock/lot_names.h"
#include "reserve/stock/material.h"
#include "reserve/stock/storage.h"

/* ---- announced ---- */

struct announced {
	uint8_t class;
	char code[CODE_MAX], commodity[CODE_MAX];
	int64_t expected_g;
	char origin[8], site[CODE_MAX], supplier[CODE_MAX];
	int64_t units;
};
static const struct field announced_fields[] = {
	F_ENUM(struct announced, class, lot_class_names),
	R_TEXT(struct announced, code),
	R_TEXT(struct announced, commodity),
	R_INT_IN(struct announced, expected_g, 1, LOT_MASS_MAX),
	F_TEXT(struct announced, origin),
	R_TEXT(struct announced, site),
	F_TEXT(struct announced, supplier),
	F_INT_IN(struct announced, units, 1, 1000000000),
};
static const struct descriptor announced_body =
	DESCRIPTOR("lot.announced", struct announced, announced_fields);

struct add_params {
	struct list lots;
};
static const struct field add_fields[] = { R_LIST(struct add_params, lots, &announced_body) };
static const struct descriptor add_params = DESCRIPTOR("lot.add", struct add_params, add_fields);

static bool check_announced(const struct context *context, const struct announced *items,
	uint32_t i, struct error *error)
{
	const struct announced *item = &items[i];
	if (!text_is_code(item->code))
		return error_set(error, ERROR_INVALID, "code", "row %u: \"%s\" is not a code", i + 1,
			item->code);
	if (state_find(context->state, TABLE_LOT, item->code) != NULL)
		return error_set(error, ERROR_CONFLICT, "code", "row %u: lot %s is recorded already",
			i + 1, item->code);
	if (item->supplier[0] != '\0' && !text_is_code(item->supplier))
		return error_set(error, ERROR_INVALID, "supplier", "row %u: \"%s\" is not a code",
			i + 1, item->supplier);
	if (item->origin[0] != '\0' && !country_code(item->origin))
		return error_set(error, ERROR_INVALID, "origin",
			"row %u: \"%s\" is not an ISO 3166 alpha-3 code", i + 1, item->origin);
	const struct site *site = state_find(context->state, TABLE_SITE, item->site);
	if (site == NULL)
		return error_set(error, ERROR_NOT_FOUND, "site", "row %u: no such site: %s", i + 1,
			item->site);
	if (state_find(context->state, TABLE_COMMODITY, item->commodity) == NULL)
		return error_set(error, ERROR_NOT_FOUND, "commodity", "row %u: no such commodity: %s",
			i + 1, item->commodity);
	if (site->state == SITE_CLOSED)
		return error_set(error, ERROR_ILLEGAL, "site", "row %u: site %s is closed", i + 1,
			item->site);
	return true;
}

/* A code twice in one command: sorting pointers would need more than this quadratic scan is worth
   for a thousand rows, so a small open-addressing set of indexes does it. */
static bool check_codes_differ(const struct context *context, const struct announced *items,
	uint32_t count, struct error *error)
{
	size_t capacity = 16;
	while (capacity < (size_t)count * 2)
		capacity *= 2;
	uint32_t *set = arena_alloc(context->arena, capacity * sizeof *set);
	if (set == NULL)
		return error_set(error, ERROR_LIMIT, "lots", "too many rows in one command");
	for (uint32_t i = 0; i < count; i++) {
		size_t at = text_hash(items[i].code) & (capacity - 1);
		for (; set[at] != 0; at = (at + 1) & (capacity - 1)) {
			if (text_equal(items[set[at] - 1].code, items[i].code))
				return error_set(error, ERROR_CONFLICT, "code",
					"rows %u and %u: lot %s stands twice", set[at], i + 1, items[i].code);
		}
		set[at] = i + 1;
	}
	return true;
}

/* Whether what the lots declare is over the annual plan of some commodity: then it is refused (R06). */
static bool over_plan(const struct context *context, const struct announced *items, uint32_t count,
	struct decision *decision)
{
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(context->state, TABLE_COMMODITY, commodity)) != NULL) {
		int64_t sum_g = 0;
		if (annual_line_of(commodity, ANNUAL_ACQUIRE) == NULL)
			continue;
		for (uint32_t i = 0; i < count; i++)
			sum_g += text_equal(items[i].commodity, commodity->code) ? items[i].expected_g : 0;
		if (sum_g > 0 && annual_refuses(context, commodity, ANNUAL_ACQUIRE, sum_g,
		    count == 1 ? items[0].code : commodity->code, decision))
			return true;
	}
	return false;
}

/* The first lot of a list that its site does not offer what it needs. */
static void warn_of_storage(const struct context *context, const struct announced *items,
	uint32_t count, struct decision *decision)
{
	for (uint32_t i = 0; i < count && decision->remark == NULL; i++) {
		const struct commodity *commodity = state_find(context->state, TABLE_COMMODITY,
			items[i].commodity);
		const struct site *site = state_find(context->state, TABLE_SITE, items[i].site);
		if (storage_missing(commodity, site) != 0)
			decision->remark = storage_words(decision->arena, commodity, site);
	}
}

static bool decide_add(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct add_params *params = data;
	const struct announced *items = params->lots.items;
	if (params->lots.count == 0 || params->lots.count > IMPORT_ROWS_PER_COMMAND)
		return error_set(error, ERROR_LIMIT, "lots", "one command takes 1 to %d lots",
			IMPORT_ROWS_PER_COMMAND);
	if (!check_codes_differ(context, items, params->lots.count, error))
		return false;
	for (uint32_t i = 0; i < params->lots.count; i++) {
		if (!check_announced(context, items, i, error))
			return false;
		decision_add(decision, &event_lot_announced, &items[i]);
	}
	if (over_plan(context, items, params->lots.count, decision))
		return true;
	decision->id = items[params->lots.count - 1].code;
	warn_of_storage(context, items, params->lots.count, decision);
	if (params->lots.count == 1)
		decision->next = arena_printf(decision->arena, "vaultctl lot weigh %s --gross ... --tare ...",
			items[0].code);
	return true;
}

static void apply_announced(struct state *state, const struct applied *applied, const void *data)
{
	const struct announced *body = data;
	struct lot *lot = state_insert(state, TABLE_LOT, body->code);
	lot->created_index = applied->index;
	lot->commodity = state_find(state, TABLE_COMMODITY, body->commodity);
	lot->site = state_find(state, TABLE_SITE, body->site);
	lot->state = LOT_EXPECTED;
	lot->class = body->class != LOT_CLASS_NONE ? body->class : LOT_BULK;
	body_text(lot->supplier, body->supplier);
	body_text(lot->origin, body->origin);
	lot->expected_g = body->expected_g;
	lot->units = body->units;
	lot->contained_g = lot->reserved_g = lot->reserved_net_g = 0;
	lot->received_g = lot->adjusted_g = lot->on_hand_g = lot->in_transit_g = 0;
	lot->out_g = lot->transformed_g = lot->lost_g = 0;
	lot->holds = lot->hold_serial = 0;
	annual_use(state, lot->commodity, ANNUAL_ACQUIRE, lot->expected_g, applied->index);
}

const struct event_type event_lot_announced = { "lot.announced", &announced_body,
	apply_announced };
const struct command_type command_lot_add = { "lot.add", &add_params,
	DUTY_KEEPER | DUTY_OFFICER, decide_add, NULL };

/* ---- weighed ---- */

struct weighed {
	uint8_t evidence_sha256[32]; /* of the weighbridge's slip */
	int64_t gross_g;
	char lot[CODE_MAX];
	int64_t tare_g;
};
static const struct field weighed_fields[] = {
	F_BYTES(struct weighed, evidence_sha256),
	R_INT_IN(struct weighed, gross_g, 1, LOT_MASS_MAX),
	R_TEXT(struct weighed, lot),
	R_INT_IN(struct weighed, tare_g, 0, LOT_MASS_MAX),
};
static const struct descriptor weighed_body =
	DESCRIPTOR("lot.weighed", struct weighed, weighed_fields);

static bool decide_weigh(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct weighed *params = data;
	const struct lot *lot = lot_acts_find_for(context, params->lot, LOT_WEIGH, "weighed", error);
	if (lot == NULL)
		return false;
	if (params->tare_g >= params->gross_g)
		return error_set(error, ERROR_INVALID, "tare_g",
			"tare %lld g is not less than gross %lld g", (long long)params->tare_g,
			(long long)params->gross_g);
	if (count_refuses(context, lot, lot->site, decision))
		return true;
	decision->id = lot->code;
	decision->next = arena_printf(decision->arena,
		"vaultctl lot assay %s --grade ... --laboratory ...", lot->code);
	return decision_add(decision, &event_lot_weighed, params);
}

static void apply_weighed(struct state *state, const struct applied *applied, const void *data)
{
	const struct weighed *body = data;
	struct lot *lot = lot_acts_applied(state, body->lot);
	lot_acts_advance(lot, LOT_WEIGH);
	lot->gross_g = body->gross_g;
	lot->tare_g = body->tare_g;
	lot->received_g = lot->on_hand_g = body->gross_g - body->tare_g;
	lot->weighed_by = state_find(state, TABLE_PERSON, applied->actor);
	lot->weighed_at = applied->at;
	account_move(state, lot->commodity, ACCOUNT_SUPPLIER, lot->supplier, ACCOUNT_SITE,
		lot->site->code, lot->received_g);
	lot_refresh(state, lot);
}

const struct event_type event_lot_weighed = { "lot.weighed", &weighed_body, apply_weighed };
const struct command_type command_lot_weigh = { "lot.weigh", &weighed_body, DUTY_KEEPER,
	decide_weigh, NULL };

/* ---- sampled ---- */

struct sampled {
	char lot[CODE_MAX], sample[CODE_MAX];
};
static const struct field sampled_fields[] = {
	R_TEXT(struct sampled, lot),
	R_TEXT(struct sampled, sample),
};
static const struct descriptor sampled_body =
	DESCRIPTOR("lot.sampled", struct sampled, sampled_fields);

static bool decide_sample(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct sampled *params = data;
	const struct lot *lot = lot_acts_find_for(context, params->lot, LOT_SAMPLE, "sampled", error);
	if (lot == NULL)
		return false;
	if (count_refuses(context, lot, lot->site, decision))
		return true;
	decision->id = lot->code;
	return decision_add(decision, &event_lot_sampled, params);
}

static void apply_sampled(struct state *state, const struct applied *applied, const void *data)
{
	const struct sampled *body = data;
	(void)applied;
	struct lot *lot = lot_acts_applied(state, body->lot);
	lot_acts_advance(lot, LOT_SAMPLE);
	lot_refresh(state, lot);
}

const struct event_type event_lot_sampled = { "lot.sampled", &sampled_body, apply_sampled };
const struct command_type command_lot_sample = { "lot.sample", &sampled_body,
	DUTY_KEEPER | DUTY_ASSAYER, decide_sample, NULL };

/* ---- assayed ---- */

struct assayed {
	uint8_t certificate_sha256[32];
	int64_t contained_g, grade_ppm;
	char laboratory[64], lot[CODE_MAX];
	int64_t moisture_ppm;
	bool provisional;
	int64_t retest_at;
};
static const struct field assayed_fields[] = {
	F_BYTES(struct assayed, certificate_sha256),
	F_INT(struct assayed, contained_g),
	F_INT(struct assayed, grade_ppm),
	F_TEXT(struct assayed, laboratory),
	F_TEXT(struct assayed, lot),
	F_INT(struct assayed, moisture_ppm),
	F_BOOL(struct assayed, provisional),
	F_TIME(struct assayed, retest_at),
};
static const struct descriptor assayed_body =
	DESCRIPTOR("lot.assayed", struct assayed, assayed_fields);
static const struct field assay_fields[] = {
	F_BYTES(struct assayed, certificate_sha256),
	R_INT_IN(struct assayed, grade_ppm, 1, VAULT_PPM),
	R_TEXT(struct assayed, laboratory),
	R_TEXT(struct assayed, lot),
	F_INT_IN(struct assayed, moisture_ppm, 0, VAULT_PPM - 1),
	F_BOOL(struct assayed, provisional),
	F_TIME(struct assayed, retest_at),
};
static const struct descriptor assay_params =
	DESCRIPTOR("lot.assay", struct assayed, assay_fields);

static bool decide_assay(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct assayed *params = data;
	const struct lot *lot = lot_acts_find_for(context, params->lot, LOT_ASSAY, "assayed", error);
	if (lot == NULL)
		return false;
	if (params->retest_at != ABSENT && params->retest_at <= context->now)
		return error_set(error, ERROR_INVALID, "retest_at", "the retest date lies in the past");
	struct assayed *body = decision_body(decision, &event_lot_assayed);
	*body = *params;
	if (body->moisture_ppm == ABSENT)
		body->moisture_ppm = 0;
	body->contained_g = lot_contained_g(lot->on_hand_g + lot->in_transit_g, body->moisture_ppm,
		body->grade_ppm);
	if (body->contained_g < lot->reserved_g)
		return lot_acts_refuse_reserved(context, lot, arena_printf(context->arena,
			"would contain %lld g, less than the %lld g of it that are awarded",
			(long long)body->contained_g, (long long)lot->reserved_g), decision);
	/* Parts are cut by the ratio of what is free: it must stay at most all of it. */
	if (lot_is_awarded(lot) &&
	    body->contained_g - lot->reserved_g > lot->on_hand_g - lot->reserved_net_g)
		return lot_acts_refuse_reserved(context, lot,
			"would contain more than its weight beside what is awarded", decision);
	decision->id = lot->code;
	decision->next = arena_printf(decision->arena, "vaultctl lot accept %s", lot->code);
	return decision_add(decision, &event_lot_assayed, body);
}

static void apply_assayed(struct state *state, const struct applied *applied, const void *data)
{
	const struct assayed *body = data;
	struct lot *lot = lot_acts_applied(state, body->lot);
	lot_acts_advance(lot, LOT_ASSAY);
	lot->grade_ppm = body->grade_ppm;
	lot->moisture_ppm = body->moisture_ppm;
	lot->contained_g = body->contained_g;
	lot->assayed = !body->provisional;
	lot->expired = false;
	lot->retest_at = body->retest_at;
	lot->assayed_by = state_find(state, TABLE_PERSON, applied->actor);
	lot_refresh(state, lot);
	state_schedule(state, lot);
}

const struct event_type event_lot_assayed = { "lot.assayed", &assayed_body, apply_assayed };
const struct command_type command_lot_assay = { "lot.assay", &assay_params, DUTY_ASSAYER,
	decide_assay, NULL };

/* ---- accepted ---- */


static bool decide_accept(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct lot_acts_only *params = data;
	const struct lot *lot = lot_acts_find_for(context, params->lot, LOT_ACCEPT, "accepted", error);
	if (lot == NULL)
		return false;
	if (!lot->assayed)
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s has no final assay yet", lot->code);
	if (lot->weighed_by == context->actor)
		return error_set(error, ERROR_DENIED, "lot",
			"%s weighed lot %s and cannot accept it; another assayer must", context->actor->code,
			lot->code);
	int64_t min_grade_ppm = lot->commodity->min_grade_ppm;
	if (min_grade_ppm != ABSENT && lot->grade_ppm < min_grade_ppm)
		return error_set(error, ERROR_ILLEGAL, "lot",
			"lot %s has %lld ppm, and %s admits %lld ppm or more", lot->code,
			(long long)lot->grade_ppm, lot->commodity->code, (long long)min_grade_ppm);
	if (count_refuses(context, lot, lot->site, decision))
		return true;
	decision->id = lot->code;
	return decision_add(decision, &event_lot_accepted, params);
}

static void apply_accepted(struct state *state, const struct applied *applied, const void *data)
{
	const struct lot_acts_only *body = data;
	struct lot *lot = lot_acts_applied(state, body->lot);
	lot_acts_advance(lot, LOT_ACCEPT);
	lot->accepted_by = state_find(state, TABLE_PERSON, applied->actor);
	annual_use(state, lot->commodity, ANNUAL_ACQUIRE, lot->contained_g - lot->expected_g,
		lot->created_index);
	lot_refresh(state, lot);
	state_schedule(state, lot);
}

const struct event_type event_lot_accepted = { "lot.accepted", &lot_acts_only, apply_accepted };
const struct command_type command_lot_accept = { "lot.accept", &lot_acts_only, DUTY_ASSAYER,
	decide_accept, NULL };
