/* Proposing and signing rates; there are few, and a month's charges look them up by a walk. */
#include "reserve/zone/rate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/words.h"
#include "reserve/zone/carrying.h"

#define RATES_COUNTED "carrying/rate" /* what their versions are counted under */

static const char *const state_names[] = { "", "proposed", "signed", "rejected", NULL };

static const struct field rate_fields[] = {
	F_TEXT(struct rate, id),
	F_INT(struct rate, version),
	F_ENUM(struct rate, state, state_names),
	F_TIME(struct rate, effective_at),
	F_INT(struct rate, interest_ppm),
	F_INT(struct rate, storage_micros_per_tonne_day),
	F_STRING(struct rate, because),
	F_TEXT(struct rate, document),
};
const struct descriptor rate_descriptor = DESCRIPTOR("rate", struct rate, rate_fields);

const struct rate *rate_at(const struct state *state, int64_t at)
{
	const struct rate *found = NULL, *rate = NULL;
	while ((rate = state_next(state, TABLE_RATE, rate)) != NULL) {
		if (rate->state == RATE_SIGNED && rate->effective_at <= at &&
		    (found == NULL || rate->effective_at > found->effective_at))
			found = rate;
	}
	return found;
}

int64_t rate_next_change(const struct state *state, int64_t after)
{
	const struct rate *rate = NULL;
	int64_t next = INT64_MAX;
	while ((rate = state_next(state, TABLE_RATE, rate)) != NULL) {
		if (rate->state == RATE_SIGNED && rate->effective_at > after &&
		    rate->effective_at < next)
			next = rate->effective_at;
	}
	return next;
}

/* The last by date, of those signed, or of those proposed as well. */
static const struct rate *last_rate(const struct state *state, bool proposed)
{
	const struct rate *found = NULL, *rate = NULL;
	while ((rate = state_next(state, TABLE_RATE, rate)) != NULL) {
		if ((rate->state == RATE_SIGNED || (proposed && rate->state == RATE_PROPOSED)) &&
		    (found == NULL || rate->effective_at > found->effective_at))
			found = rate;
	}
	return found;
}

/* ---- proposing ---- */

struct proposed {
	const char *because;
	char document[CODE_MAX];
	int64_t effective_at, interest_ppm;
	char rate[CODE_MAX];
	int64_t storage_micros_per_tonne_day, version;
};
static const struct field proposed_fields[] = {
	F_STRING(struct proposed, because),
	F_TEXT(struct proposed, document),
	F_TIME(struct proposed, effective_at),
	F_INT(struct proposed, interest_ppm),
	F_TEXT(struct proposed, rate),
	F_INT(struct proposed, storage_micros_per_tonne_day),
	F_INT(struct proposed, version),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("rate.proposed", struct proposed, proposed_fields);
static const struct field set_fields[] = {
	R_STRING(struct proposed, because),
	R_TIME(struct proposed, effective_at),
	R_INT_IN(struct proposed, interest_ppm, 0, CARRYING_INTEREST_MAX),
	R_INT_IN(struct proposed, storage_micros_per_tonne_day, 0, CARRYING_STORAGE_MAX),
};
static const struct descriptor set_params = DESCRIPTOR("rate.set", struct proposed, set_fields);

/* The days whose charges are settled never get another rate: not those before, nor today. */
static bool check_date(const struct context *context, int64_t effective_at, bool proposed,
	struct error *error)
{
	const struct rate *last = last_rate(context->state, proposed);
	char day[TIME_TEXT_SIZE], other[TIME_TEXT_SIZE];
	time_format(effective_at, day);
	if (effective_at % TIME_DAY_MS != 0)
		return error_set(error, ERROR_INVALID, "effective_at",
			"a rate begins with a day, not at %s", day);
	if (last == NULL)
		return true;
	time_format(last->effective_at, other);
	if (effective_at <= last->effective_at) {
		error_set(error, ERROR_CONFLICT, "effective_at", "%s is %s from %.10s already: a rate "
			"that follows it begins later than that, not on %.10s", last->id,
			state_names[last->state], other, day);
		return error_remedy(error, "vaultctl rate");
	}
	if (effective_at <= context->now)
		return error_set(error, ERROR_INVALID, "effective_at", "a rate begins on a day to come: "
			"the charges of %.10s are settled or running", day);
	return true;
}

static bool decide_set(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct proposed *params = data;
	struct document_draft draft;
	char digits[WORD_INT];
	if (!check_date(context, params->effective_at, true, error))
		return false;
	struct proposed *body = decision_body(decision, &event_rate_proposed);
	*body = *params;
	body->version = state_last_version(context->state, RATES_COUNTED) + 1;
	word_int(digits, body->version);
	memcpy(body->rate, "rate/", 5);
	memcpy(body->rate + 5, digits, strlen(digits) + 1);
	if (!document_begin(context, &draft, &document_rate, "", 2, error))
		return false;
	body_text(body->document, draft.id);
	document_line(&draft, "because", body->because);
	document_line(&draft, "rate", body->rate);
	document_line_time(&draft, "from", body->effective_at);
	document_line_int(&draft, "interest-ppm-a-year", body->interest_ppm);
	document_line_int(&draft, "storage-micro-usd-a-tonne-day", body->storage_micros_per_tonne_day);
	return decision_add(decision, &event_rate_proposed, body) &&
		document_end(context, &draft, decision, error);
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct proposed *body = data;
	(void)applied;
	struct rate *rate = state_insert(state, TABLE_RATE, body->rate);
	state_take_version(state, RATES_COUNTED, body->version);
	rate->version = body->version;
	rate->state = RATE_PROPOSED;
	rate->effective_at = body->effective_at;
	rate->interest_ppm = body->interest_ppm;
	rate->storage_micros_per_tonne_day = body->storage_micros_per_tonne_day;
	rate->because = strdup(body->because);
	if (rate->because == NULL)
		abort();
	body_text(rate->document, body->document);
}

const struct event_type event_rate_proposed = { "rate.proposed", &proposed_body, apply_proposed };
const struct command_type command_rate_set = { "rate.set", &set_params, DUTY_OFFICER, decide_set,
	NULL };

/* ---- signing ---- */

struct agreed {
	char document[CODE_MAX], rate[CODE_MAX];
};
static const struct field agreed_fields[] = {
	F_TEXT(struct agreed, document),
	F_TEXT(struct agreed, rate),
};
static const struct descriptor agreed_body =
	DESCRIPTOR("rate.signed", struct agreed, agreed_fields);

static struct rate *find_proposed(const struct state *state, const char *document)
{
	struct rate *rate = NULL;
	while ((rate = state_next(state, TABLE_RATE, rate)) != NULL) {
		if (rate->state == RATE_PROPOSED && text_equal(rate->document, document))
			return rate;
	}
	assert(false && "an open note has its rate");
	return NULL;
}

static bool rate_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct rate *rate = find_proposed(context->state, document->id);
	if (!check_date(context, rate->effective_at, false, error))
		return error_remedy(error, "vaultctl reject %s --because \"its date has passed\"",
			document->id);
	struct agreed *body = decision_body(decision, &event_rate_signed);
	body_text(body->document, document->id);
	body_text(body->rate, rate->id);
	return decision_add(decision, &event_rate_signed, body);
}

static void apply_agreed(struct state *state, const struct applied *applied, const void *data)
{
	const struct agreed *body = data;
	(void)applied;
	struct rate *rate = state_find(state, TABLE_RATE, body->rate);
	assert(rate != NULL);
	rate->state = RATE_SIGNED;
	state_touch(state, rate);
}

static void rate_rejected(struct state *state, const struct document *document)
{
	struct rate *rate = find_proposed(state, document->id);
	rate->state = RATE_REJECTED;
	state_touch(state, rate);
}

const struct event_type event_rate_signed = { "rate.signed", &agreed_body, apply_agreed };
const struct document_kind document_rate = { "rate", rate_effect, rate_rejected, NULL, NULL };
