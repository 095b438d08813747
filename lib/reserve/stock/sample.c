/* Announced, drawn by vaultd from the seed that the announcement fixed, and assayed again. */
#include "reserve/stock/sample.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/finding.h"
#include "reserve/person.h"
#include "reserve/stock/count.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"

const char *const sample_state_names[] = { "", "announced", "drawn", "overdue", "done", NULL };
const char *const sample_lot_names[] = { "", "waiting", "agrees", "differs", "gone", NULL };

static const struct field sample_fields[] = {
	F_TEXT(struct sample, id),
	F_REF(struct sample, site, TABLE_SITE),
	F_REF(struct sample, commodity, TABLE_COMMODITY),
	F_ENUM(struct sample, state, sample_state_names),
	F_INT(struct sample, lots),
	F_INT(struct sample, population),
	F_INT(struct sample, waiting),
	F_TIME(struct sample, announced_at),
	F_INT(struct sample, announced_index),
	F_TIME(struct sample, due_at),
	F_TIME(struct sample, done_at),
	F_BYTES(struct sample, seed),
	F_INT(struct sample, size),
	F_TEXT(struct sample, announced_by),
	F_STRING(struct sample, because),
};
const struct descriptor sample_descriptor = DESCRIPTOR("sample", struct sample, sample_fields);

static const struct field sample_lot_fields[] = {
	F_TEXT(struct sample_lot, id),
	F_REF(struct sample_lot, sample, TABLE_SAMPLE),
	F_TEXT(struct sample_lot, lot),
	F_INT(struct sample_lot, lot_index),
	F_ENUM(struct sample_lot, state, sample_lot_names),
	F_INT(struct sample_lot, grade_ppm),
	F_INT(struct sample_lot, result_ppm),
	F_INT(struct sample_lot, moisture_ppm),
	F_TEXT(struct sample_lot, laboratory),
	F_BYTES(struct sample_lot, certificate_sha256),
	F_TEXT(struct sample_lot, assayed_by),
	F_TIME(struct sample_lot, assayed_at),
};
const struct descriptor sample_lot_descriptor =
	DESCRIPTOR("sample_lot", struct sample_lot, sample_lot_fields);

static const struct field draw_fields[] = {
	F_TEXT(struct sample_draw, lot),
	F_BYTES(struct sample_draw, seed),
};
const struct descriptor sample_draw_descriptor =
	DESCRIPTOR("sample_draw", struct sample_draw, draw_fields);

static bool covers(const struct site *site, const struct commodity *commodity, const struct lot *lot)
{
	return !lot->row.closed && lot->state == LOT_ACCEPTED && lot->destination == NULL &&
		lot->on_hand_g > 0 && (site == NULL || lot->site == site) &&
		(commodity == NULL || lot->commodity == commodity);
}

bool sample_covers(const struct sample *sample, const struct lot *lot)
{
	return covers(sample->site, sample->commodity, lot);
}

/* ---- announced ---- */

struct announced {
	const char *because;
	char commodity[CODE_MAX];
	int64_t due_at, lots, population;
	char sample[CODE_MAX], site[CODE_MAX];
};
static const struct field announced_fields[] = {
	F_STRING(struct announced, because),
	F_TEXT(struct announced, commodity),
	F_TIME(struct announced, due_at),
	F_INT(struct announced, lots),
	F_INT(struct announced, population),
	F_TEXT(struct announced, sample),
	F_TEXT(struct announced, site),
};
static const struct descriptor announced_body =
	DESCRIPTOR("sample.announced", struct announced, announced_fields);

struct announce_params {
	const char *because;
	char commodity[CODE_MAX];
	int64_t days, lots;
	char site[CODE_MAX];
};
static const struct field announce_fields[] = {
	F_STRING(struct announce_params, because),
	F_TEXT(struct announce_params, commodity),
	F_INT_IN(struct announce_params, days, 1, COUNT_DAYS_MAX),
	R_INT_IN(struct announce_params, lots, 1, SAMPLE_LOTS_MAX),
	F_TEXT(struct announce_params, site),
};
static const struct descriptor announce_params =
	DESCRIPTOR("sample.draw", struct announce_params, announce_fields);

static bool count_population(const struct context *context, const struct site *site,
	const struct commodity *commodity, int64_t *ret_population, struct error *error)
{
	const struct lot *lot = NULL;
	int64_t population = 0;
	while ((lot = state_next(context->state, TABLE_LOT, lot)) != NULL)
		population += covers(site, commodity, lot) ? 1 : 0;
	if (population == 0)
		return error_set(error, ERROR_ILLEGAL, site != NULL ? "site" : "commodity",
			"no accepted lot is there to draw");
	if (population > SAMPLE_POPULATION_MAX) {
		error_set(error, ERROR_LIMIT, "lots", "%lld lots are more than the %d that one sample is drawn "
			"from", (long long)population, SAMPLE_POPULATION_MAX);
		return error_remedy(error, "Name a site and a commodity");
	}
	*ret_population = population;
	return true;
}

static bool decide_draw(const struct context *context, const void *data, struct decision *decision,
	struct error *error)
{
	const struct announce_params *params = data;
	const struct site *site = NULL;
	const struct commodity *commodity = NULL;
	if (params->site[0] == '\0' && params->commodity[0] == '\0') {
		error_set(error, ERROR_INVALID, "site", "say where or of what: a site, a commodity or both");
		return error_remedy(error, "vaultctl sample draw %lld --site ROT", (long long)params->lots);
	}
	if (params->site[0] != '\0' && (site = site_find(context, "site", params->site, error)) == NULL)
		return false;
	if (params->commodity[0] != '\0' &&
	    (commodity = commodity_find(context, "commodity", params->commodity, error)) == NULL)
		return false;
	if (params->because != NULL && strlen(params->because) >= REASON_MAX)
		return error_set(error, ERROR_LIMIT, "because", "a reason has at most %d bytes",
			REASON_MAX - 1);
	struct announced *body = decision_body(decision, &event_sample_announced);
	if (!count_population(context, site, commodity, &body->population, error))
		return false;
	body->because = params->because;
	body_text(body->commodity, params->commodity);
	body->due_at = context->now +
		(params->days != ABSENT ? params->days : SAMPLE_DAYS) * TIME_DAY_MS;
	body->lots = params->lots < body->population ? params->lots : body->population;
	state_next_id(context->state, "M", context->now, 0, body->sample, sizeof body->sample);
	body_text(body->site, params->site);
	decision->id = body->sample;
	decision->next = arena_printf(decision->arena, "vaultctl sample %s", body->sample);
	return decision_add(decision, &event_sample_announced, body);
}

static void apply_announced(struct state *state, const struct applied *applied, const void *data)
{
	const struct announced *body = data;
	struct sample *sample = state_insert(state, TABLE_SAMPLE, body->sample);
	state_take_id(state, body->sample);
	sample->site = body->site[0] != '\0' ? state_find(state, TABLE_SITE, body->site) : NULL;
	sample->commodity = body->commodity[0] != '\0' ?
		state_find(state, TABLE_COMMODITY, body->commodity) : NULL;
	sample->state = SAMPLE_ANNOUNCED;
	sample->lots = sample->waiting = body->lots;
	sample->population = body->population;
	sample->announced_at = applied->at;
	sample->announced_index = applied->index;
	sample->due_at = body->due_at;
	body_text(sample->announced_by, applied->actor);
	sample->because = body->because != NULL ? strdup(body->because) : NULL;
	state_schedule(state, sample);
}

const struct event_type event_sample_announced = { "sample.announced", &announced_body,
	apply_announced };
const struct command_type command_sample_draw = { "sample.draw", &announce_params,
	DUTY_OFFICER | DUTY_AUDITOR, decide_draw, NULL };

/* ---- drawn ---- */

struct drawn_lot {
	int64_t grade_ppm;
	char lot[CODE_MAX];
};
static const struct field drawn_lot_fields[] = {
	F_INT(struct drawn_lot, grade_ppm),
	F_TEXT(struct drawn_lot, lot),
};
static const struct descriptor drawn_lot = DESCRIPTOR("lot", struct drawn_lot, drawn_lot_fields);

struct drawn {
	struct list lots;
	int64_t population;
	char sample[CODE_MAX];
	uint8_t seed[32];
	int64_t size;
};
static const struct field drawn_fields[] = {
	F_LIST(struct drawn, lots, &drawn_lot),
	F_INT(struct drawn, population),
	F_TEXT(struct drawn, sample),
	F_BYTES(struct drawn, seed),
	F_INT(struct drawn, size),
};
static const struct descriptor drawn_body = DESCRIPTOR("sample.drawn", struct drawn, drawn_fields);

struct ticket {
	uint8_t digest[32];
	const struct lot *lot;
};

/* The sample so far, the largest digest last; a smaller one pushes that out. */
static void keep_smallest(struct ticket *kept, int64_t *count, int64_t most,
	const struct ticket *ticket)
{
	int64_t at = *count;
	if (at == most && memcmp(ticket->digest, kept[at - 1].digest, 32) >= 0)
		return;
	at = at == most ? at - 1 : at;
	for (; at > 0 && memcmp(ticket->digest, kept[at - 1].digest, 32) < 0; at--)
		kept[at] = kept[at - 1];
	kept[at] = *ticket;
	*count += *count < most ? 1 : 0;
}

static int64_t draw_lots(const struct context *context, const struct sample *sample,
	const uint8_t seed[32], struct ticket *kept, int64_t *ret_population)
{
	const struct lot *lot = NULL;
	int64_t count = 0;
	*ret_population = 0;
	while ((lot = state_next(context->state, TABLE_LOT, lot)) != NULL) {
		struct sample_draw draw = { 0 };
		struct ticket ticket = { .lot = lot };
		if (!sample_covers(sample, lot))
			continue;
		++*ret_population;
		body_text(draw.lot, lot->code);
		memcpy(draw.seed, seed, sizeof draw.seed);
		context->digest(context->digest_context, &sample_draw_descriptor, &draw, ticket.digest);
		keep_smallest(kept, &count, sample->lots, &ticket);
	}
	return count;
}

static void add_drawn(const struct context *context, const struct sample *sample, int64_t due_ms,
	struct decision *decision)
{
	struct drawn *body = decision_body(decision, &event_sample_drawn);
	struct ticket *kept = arena_alloc(context->arena, (size_t)sample->lots * sizeof *kept);
	struct drawn_lot *items = arena_alloc(context->arena, (size_t)sample->lots * sizeof *items);
	assert(kept != NULL && items != NULL && context->root != NULL && context->digest != NULL);
	context->root(context->digest_context, body->seed);
	body->size = state_size(context->state);
	body_text(body->sample, sample->id);
	int64_t count = draw_lots(context, sample, body->seed, kept, &body->population);
	for (int64_t i = 0; i < count; i++) {
		record_clear(&drawn_lot, &items[i]);
		items[i].grade_ppm = kept[i].lot->grade_ppm;
		body_text(items[i].lot, kept[i].lot->code);
	}
	body->lots = (struct list){ items, (uint32_t)count };
	decision_add_at(decision, &event_sample_drawn, body, due_ms);
}

static void settle(struct sample *sample, int64_t at)
{
	if (sample->waiting > 0)
		return;
	sample->state = SAMPLE_DONE;
	sample->done_at = at;
}

static void apply_drawn(struct state *state, const struct applied *applied, const void *data)
{
	const struct drawn *body = data;
	const struct drawn_lot *items = body->lots.items;
	struct sample *sample = state_find(state, TABLE_SAMPLE, body->sample);
	assert(sample != NULL);
	sample->state = SAMPLE_DRAWN;
	sample->lots = sample->waiting = body->lots.count;
	sample->population = body->population;
	memcpy(sample->seed, body->seed, sizeof sample->seed);
	sample->size = body->size;
	for (uint32_t i = 0; i < body->lots.count; i++) {
		char id[2 * CODE_MAX];
		const char *const parts[] = { sample->id, "/", items[i].lot };
		const struct lot *lot = state_find(state, TABLE_LOT, items[i].lot);
		bool joined = text_join(id, sizeof id, parts, 3);
		assert(joined && lot != NULL);
		(void)joined;
		struct sample_lot *row = state_insert(state, TABLE_SAMPLE_LOT, id);
		row->sample = sample;
		body_text(row->lot, lot->code);
		row->lot_index = lot->created_index;
		row->state = SAMPLED_WAITING;
		row->grade_ppm = items[i].grade_ppm;
	}
	settle(sample, applied->at);
	state_touch(state, sample);
	state_schedule(state, sample);
}

const struct event_type event_sample_drawn = { "sample.drawn", &drawn_body, apply_drawn };

/* ---- a result ---- */

struct result {
	uint8_t certificate_sha256[32];
	int64_t grade_ppm;
	char laboratory[64], lot[CODE_MAX];
	int64_t moisture_ppm;
	char sample[CODE_MAX];
	uint8_t state;
};
static const struct field result_fields[] = {
	F_BYTES(struct result, certificate_sha256),
	F_INT(struct result, grade_ppm),
	F_TEXT(struct result, laboratory),
	F_TEXT(struct result, lot),
	F_INT(struct result, moisture_ppm),
	F_TEXT(struct result, sample),
	F_ENUM(struct result, state, sample_lot_names),
};
static const struct descriptor result_body =
	DESCRIPTOR("sample.result", struct result, result_fields);
static const struct field result_params_fields[] = {
	F_BYTES(struct result, certificate_sha256),
	R_INT_IN(struct result, grade_ppm, 1, VAULT_PPM),
	R_TEXT(struct result, laboratory),
	R_TEXT(struct result, lot),
	F_INT_IN(struct result, moisture_ppm, 0, VAULT_PPM - 1),
	R_TEXT(struct result, sample),
};
static const struct descriptor result_params =
	DESCRIPTOR("sample.result", struct result, result_params_fields);

static struct sample_lot *row_of(const struct state *state, const char *sample, const char *lot)
{
	char id[2 * CODE_MAX];
	const char *const parts[] = { sample, "/", lot };
	return text_join(id, sizeof id, parts, 3) ? state_find(state, TABLE_SAMPLE_LOT, id) : NULL;
}

static const struct lot *lot_of(const struct state *state, const struct sample_lot *row)
{
	const struct lot *lot = state_find(state, TABLE_LOT, row->lot);
	return lot != NULL && lot->created_index == row->lot_index ? lot : NULL;
}

/* Of the grade that was in force when it was drawn. */
static bool off_grade(const struct context *context, const struct lot *lot,
	const struct sample_lot *row, int64_t result_ppm)
{
	int64_t allowed_ppm, off_ppm = result_ppm - row->grade_ppm;
	bool fits = checked_mul_div_down(row->grade_ppm,
		count_terms(context->state, (enum lot_class)lot->class).grade_ppm, VAULT_PPM, &allowed_ppm);
	assert(fits);
	(void)fits;
	return (off_ppm < 0 ? -off_ppm : off_ppm) > allowed_ppm;
}

/* What one lot was not, others of its supplier may not be either: they are held with it. */
static void hold_supplier(const struct context *context, const struct lot *bad,
	const struct sample_lot *row, int64_t result_ppm, struct decision *decision)
{
	const struct lot *lot = NULL;
	char was[WORD_SHARE], is[WORD_SHARE];
	int64_t others = 0;
	word_share(was, row->grade_ppm);
	word_share(is, result_ppm);
	lot_add_hold(decision, bad->code, REASON_GRADE, arena_printf(context->arena,
		"re-assay %s: %s where %s was accepted", row->sample->id, is, was));
	while (bad->supplier[0] != '\0' &&
	       (lot = state_next(context->state, TABLE_LOT, lot)) != NULL) {
		if (lot == bad || lot->row.closed || lot->state == LOT_EXPECTED ||
		    lot->commodity != bad->commodity || !text_equal(lot->supplier, bad->supplier))
			continue;
		if (others++ < SAMPLE_HOLDS_MAX)
			lot_add_hold(decision, lot->code, REASON_GRADE, arena_printf(context->arena,
				"re-assay %s: lot %s of the same supplier is off its grade", row->sample->id, bad->code));
	}
	finding_add(context, decision, "sample-result", "critical",
		bad->supplier[0] != '\0' ? bad->supplier : bad->code, arena_printf(context->arena,
		"re-assay %s found %s in lot %s, which was accepted as %s; of %s %lld other lots of %s are "
		"here%s", row->sample->id, is, bad->code, was,
		bad->supplier[0] != '\0' ? bad->supplier : "an unnamed supplier", (long long)others,
		bad->commodity->code, others == 0 ? "" : others <= SAMPLE_HOLDS_MAX ? " and held" :
		": more than are held at once, hold the rest by hand"));
}

static bool decide_result(const struct context *context, const void *data, struct decision *decision,
	struct error *error)
{
	const struct result *params = data;
	const struct sample *sample = state_find(context->state, TABLE_SAMPLE, params->sample);
	if (sample == NULL)
		return not_found(error, "sample", "sample", params->sample);
	const struct sample_lot *row = row_of(context->state, sample->id, params->lot);
	const struct lot *lot = row != NULL ? lot_of(context->state, row) : NULL;
	if (row == NULL)
		return not_found(error, "lot", "lot of that sample", params->lot);
	if (row->state != SAMPLED_WAITING)
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s of %s has its result: %s %s", row->lot,
			sample->id, row->laboratory, sample_lot_names[row->state]);
	if (lot == NULL)
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s has left", params->lot);
	if (lot->assayed_by == context->actor)
		return error_set(error, ERROR_DENIED, "lot",
			"%s recorded the assay that this is to prove; another assayer must record it",
			context->actor->code);
	struct result *body = decision_body(decision, &event_sample_result);
	*body = *params;
	bool off = off_grade(context, lot, row, params->grade_ppm);
	body->state = off ? SAMPLED_DIFFERS : SAMPLED_AGREES;
	decision_add(decision, &event_sample_result, body);
	if (off)
		hold_supplier(context, lot, row, params->grade_ppm, decision);
	decision->id = lot->code;
	decision->next = arena_printf(decision->arena, "vaultctl sample %s", sample->id);
	return true;
}

static void apply_result(struct state *state, const struct applied *applied, const void *data)
{
	const struct result *body = data;
	struct sample *sample = state_find(state, TABLE_SAMPLE, body->sample);
	struct sample_lot *row = row_of(state, body->sample, body->lot);
	assert(sample != NULL && row != NULL);
	row->state = body->state;
	row->result_ppm = body->grade_ppm;
	row->moisture_ppm = body->moisture_ppm;
	body_text(row->laboratory, body->laboratory);
	memcpy(row->certificate_sha256, body->certificate_sha256, sizeof row->certificate_sha256);
	body_text(row->assayed_by, applied->actor);
	row->assayed_at = applied->at;
	state_touch(state, row);
	state_touch(state, sample);
	sample->waiting--;
	settle(sample, applied->at);
}

const struct event_type event_sample_result = { "sample.result", &result_body, apply_result };
const struct command_type command_sample_result = { "sample.result", &result_params, DUTY_ASSAYER,
	decide_result, NULL };

/* ---- what time does ---- */

struct due {
	struct list gone;
	char sample[CODE_MAX];
	int64_t waiting;
};
struct gone_lot {
	char lot[CODE_MAX];
};
static const struct field gone_fields[] = { F_TEXT(struct gone_lot, lot) };
static const struct descriptor gone_lot = DESCRIPTOR("lot", struct gone_lot, gone_fields);
static const struct field due_fields[] = {
	F_LIST(struct due, gone, &gone_lot),
	F_TEXT(struct due, sample),
	F_INT(struct due, waiting),
};
static const struct descriptor due_body = DESCRIPTOR("sample.due", struct due, due_fields);

int64_t sample_due(const struct row *row)
{
	const struct sample *sample = (const struct sample *)(const void *)row;
	if (sample->state == SAMPLE_ANNOUNCED)
		return sample->announced_at;
	return sample->state == SAMPLE_DRAWN ? sample->due_at : TIME_NONE;
}

/* Lots that left before their date are told apart from those that nobody assayed. */
static void add_due(const struct context *context, const struct sample *sample, int64_t due_ms,
	struct decision *decision)
{
	const struct sample_lot *row = NULL;
	struct due *body = decision_body(decision, &event_sample_due);
	struct gone_lot *gone = arena_alloc(context->arena, SAMPLE_LOTS_MAX * sizeof *gone);
	assert(gone != NULL);
	body_text(body->sample, sample->id);
	body->waiting = 0;
	body->gone.items = gone;
	while ((row = state_next(context->state, TABLE_SAMPLE_LOT, row)) != NULL) {
		if (row->sample != sample || row->state != SAMPLED_WAITING)
			continue;
		if (lot_of(context->state, row) != NULL)
			body->waiting++;
		else
			body_text(gone[body->gone.count++].lot, row->lot);
	}
	decision_add_at(decision, &event_sample_due, body, due_ms);
	if (body->waiting > 0)
		finding_add(context, decision, "sample-overdue", "warning", sample->id,
			arena_printf(context->arena, "%lld lots of %s are not assayed again in time",
			(long long)body->waiting, sample->id));
}

static void apply_due(struct state *state, const struct applied *applied, const void *data)
{
	const struct due *body = data;
	const struct gone_lot *gone = body->gone.items;
	struct sample *sample = state_find(state, TABLE_SAMPLE, body->sample);
	assert(sample != NULL);
	for (uint32_t i = 0; i < body->gone.count; i++) {
		struct sample_lot *row = row_of(state, sample->id, gone[i].lot);
		assert(row != NULL);
		row->state = SAMPLED_GONE;
		state_touch(state, row);
	}
	sample->waiting = body->waiting;
	sample->state = SAMPLE_OVERDUE;
	settle(sample, applied->at);
	state_touch(state, sample);
}

const struct event_type event_sample_due = { "sample.due", &due_body, apply_due };

void tick_sample(const struct context *context, const struct sample *sample, int64_t due_ms,
	struct decision *decision)
{
	if (sample->state == SAMPLE_ANNOUNCED)
		add_drawn(context, sample, due_ms, decision);
	else
		add_due(context, sample, due_ms, decision);
}
