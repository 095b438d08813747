/* Recording inspections, and when the next is due. */
#include "reserve/stock/inspection.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"

const char *const inspection_kind_names[] = { "", "commodity", "facility", "scale", "other", NULL };
static const char *const result_names[] = { "", "pass", "fail", "remarks", NULL };
static const char *const state_names[] = { "", "current", "superseded", NULL };

static const struct field inspection_fields[] = {
	F_TEXT(struct inspection, id),
	F_REF(struct inspection, site, TABLE_SITE),
	F_TEXT(struct inspection, lot),
	F_INT(struct inspection, lot_index),
	F_ENUM(struct inspection, kind, inspection_kind_names),
	F_ENUM(struct inspection, result, result_names),
	F_ENUM(struct inspection, state, state_names),
	F_TIME(struct inspection, inspected_at),
	F_TIME(struct inspection, next_at),
	F_TEXT(struct inspection, by),
	F_TEXT(struct inspection, responsible),
	F_TEXT(struct inspection, cells),
	F_STRING(struct inspection, remarks),
	F_BYTES(struct inspection, evidence_sha256),
	F_TEXT(struct inspection, recorded_by),
};
const struct descriptor inspection_descriptor =
	DESCRIPTOR("inspection", struct inspection, inspection_fields);

bool inspection_over(const struct row *row)
{
	return ((const struct inspection *)(const void *)row)->state == INSPECTION_SUPERSEDED;
}

int64_t inspection_interval_days(enum inspection_kind kind)
{
	static const int64_t days[INSPECTION_KIND_COUNT] = {
		[INSPECTION_COMMODITY] = INSPECTION_COMMODITY_DAYS,
		[INSPECTION_FACILITY] = INSPECTION_FACILITY_DAYS,
		[INSPECTION_SCALE] = INSPECTION_SCALE_DAYS,
	};
	return days[kind];
}

/* The current one of the same thing and kind; lot_index ABSENT: of the site. */
static struct inspection *find_current(const struct state *state, const struct site *site,
	int64_t lot_index, uint8_t kind)
{
	struct inspection *row = NULL;
	while ((row = state_next(state, TABLE_INSPECTION, row)) != NULL) {
		if (row->state == INSPECTION_CURRENT && row->kind == kind && row->lot_index == lot_index &&
		    (lot_index != ABSENT || row->site == site))
			return row;
	}
	return NULL;
}

const struct inspection *inspection_of_site(const struct state *state, const struct site *site,
	enum inspection_kind kind)
{
	return find_current(state, site, ABSENT, (uint8_t)kind);
}

/* ---- recording ---- */

struct recorded {
	char by[NAME_MAX_BYTES], cells[64];
	uint8_t evidence_sha256[32];
	int64_t inspected_at;
	char inspection[CODE_MAX];
	uint8_t kind;
	char lot[CODE_MAX];
	int64_t next_at;
	const char *remarks;
	char responsible[NAME_MAX_BYTES];
	uint8_t result;
	char site[CODE_MAX];
};
static const struct field recorded_fields[] = {
	F_TEXT(struct recorded, by),
	F_TEXT(struct recorded, cells),
	F_BYTES(struct recorded, evidence_sha256),
	F_TIME(struct recorded, inspected_at),
	F_TEXT(struct recorded, inspection),
	F_ENUM(struct recorded, kind, inspection_kind_names),
	F_TEXT(struct recorded, lot),
	F_TIME(struct recorded, next_at),
	F_STRING(struct recorded, remarks),
	F_TEXT(struct recorded, responsible),
	F_ENUM(struct recorded, result, result_names),
	F_TEXT(struct recorded, site),
};
static const struct descriptor recorded_body =
	DESCRIPTOR("inspection.recorded", struct recorded, recorded_fields);
static const struct field item_fields[] = {
	R_TEXT(struct recorded, by),
	F_TEXT(struct recorded, cells),
	F_BYTES(struct recorded, evidence_sha256),
	R_TIME(struct recorded, inspected_at),
	R_ENUM(struct recorded, kind, inspection_kind_names),
	F_TEXT(struct recorded, lot),
	F_TIME(struct recorded, next_at),
	F_STRING(struct recorded, remarks),
	F_TEXT(struct recorded, responsible),
	R_ENUM(struct recorded, result, result_names),
	R_TEXT(struct recorded, site),
};
static const struct descriptor item_descriptor =
	DESCRIPTOR("inspection.item", struct recorded, item_fields);

struct record_params {
	struct list inspections;
};
static const struct field record_fields[] = {
	R_LIST(struct record_params, inspections, &item_descriptor),
};
static const struct descriptor record_params =
	DESCRIPTOR("inspection.record", struct record_params, record_fields);

/* What was looked at: a site that is known, and a lot only where it lies there. */
static bool check_subject(const struct context *context, const struct recorded *item, uint32_t row,
	struct error *error)
{
	const struct site *site = state_find(context->state, TABLE_SITE, item->site);
	if (site == NULL)
		return error_set(error, ERROR_NOT_FOUND, "site", "row %u: no such site: %s", row,
			item->site);
	if (item->lot[0] == '\0')
		return true;
	const struct lot *lot = state_find(context->state, TABLE_LOT, item->lot);
	if (lot == NULL)
		return error_set(error, ERROR_NOT_FOUND, "lot", "row %u: no such live lot: %s", row,
			item->lot);
	if (lot->site != site)
		return error_set(error, ERROR_CONFLICT, "lot", "row %u: lot %s lies at %s and not at %s",
			row, lot->code, lot->site->code, site->code);
	return item->kind == INSPECTION_COMMODITY || item->kind == INSPECTION_OTHER ||
		error_set(error, ERROR_INVALID, "lot", "row %u: an inspection of a %s is of the site, "
		"without a lot", row, inspection_kind_names[item->kind]);
}

static bool check_persons(const struct recorded *item, uint32_t row, struct error *error)
{
	if (item->kind != INSPECTION_OTHER && item->responsible[0] == '\0')
		return error_set(error, ERROR_INVALID, "responsible",
			"row %u: name the person who answers for it at %s", row, item->site);
	return !text_equal(item->by, item->responsible) || error_set(error, ERROR_INVALID, "by",
		"row %u: %s answers for it and cannot be who inspects it", row, item->by);
}

/* When it is due again: as said, else after its interval; never later than that. */
static bool set_next(const struct context *context, uint32_t row, struct recorded *body,
	struct error *error)
{
	int64_t days = inspection_interval_days((enum inspection_kind)body->kind);
	int64_t latest = body->inspected_at + days * TIME_DAY_MS;
	if (body->inspected_at > context->now)
		return error_set(error, ERROR_INVALID, "inspected_at", "row %u: that day has not come yet",
			row);
	if (body->next_at != ABSENT && body->next_at <= body->inspected_at)
		return error_set(error, ERROR_INVALID, "next_at", "row %u: the next one is after this one",
			row);
	if (body->result == INSPECTION_FAIL)
		return body->next_at == ABSENT || error_set(error, ERROR_INVALID, "next_at",
			"row %u: what failed is due again at once", row);
	if (body->next_at == ABSENT && body->kind == INSPECTION_SCALE)
		return error_set(error, ERROR_INVALID, "next_at",
			"row %u: say until when the certificate of the scale holds", row);
	if (body->next_at != ABSENT && days > 0 && body->next_at > latest)
		return error_set(error, ERROR_LIMIT, "next_at", "row %u: a %s is inspected again within %lld "
			"days", row, inspection_kind_names[body->kind], (long long)days - 1);
	if (body->next_at == ABSENT && days > 0)
		body->next_at = latest - TIME_DAY_MS;
	return true;
}

static bool record(const struct context *context, const struct recorded *item, uint32_t row,
	struct decision *decision, struct error *error)
{
	struct recorded *body = decision_body(decision, &event_inspection_recorded);
	*body = *item;
	if (!check_subject(context, item, row, error) || !check_persons(item, row, error) ||
	    !set_next(context, row, body, error))
		return false;
	if (item->result != INSPECTION_PASS && (item->remarks == NULL || item->remarks[0] == '\0'))
		return error_set(error, ERROR_INVALID, "remarks", "row %u: say what was found", row);
	state_next_id(context->state, "I", context->now, row - 1, body->inspection,
		sizeof body->inspection);
	decision->id = body->inspection;
	return decision_add(decision, &event_inspection_recorded, body);
}

/* A lot that failed is held in the same command. */
static void hold_failed(uint32_t count, struct decision *decision)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct recorded *body = decision->events[i].body;
		if (body->result == INSPECTION_FAIL && body->lot[0] != '\0')
			lot_add_hold(decision, body->lot, REASON_INSPECTION,
				arena_printf(decision->arena, "failed its inspection %s", body->inspection));
	}
}

static bool decide_record(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct record_params *params = data;
	const struct recorded *items = params->inspections.items;
	uint32_t count = params->inspections.count;
	if (count == 0 || count > IMPORT_ROWS_PER_COMMAND)
		return error_set(error, ERROR_LIMIT, "inspections", "one command takes 1 to %d inspections",
			IMPORT_ROWS_PER_COMMAND);
	for (uint32_t i = 0; i < count; i++) {
		if (!record(context, &items[i], i + 1, decision, error))
			return false;
	}
	hold_failed(count, decision);
	if (count == 1 && items[0].kind == INSPECTION_SCALE && items[0].result == INSPECTION_FAIL)
		decision->remark = arena_printf(decision->arena, "what was weighed at %s since its scale last "
			"passed is in doubt: vaultctl audit run --only scale-failed", items[0].site);
	return true;
}

/* The later by the day of inspection is current: an old report may be recorded late. */
static void supersede(struct state *state, struct inspection *row)
{
	struct inspection *old = find_current(state, row->site, row->lot_index, row->kind);
	row->state = INSPECTION_CURRENT;
	if (old == NULL)
		return;
	struct inspection *older = old->inspected_at > row->inspected_at ? row : old;
	older->state = INSPECTION_SUPERSEDED;
	state_touch(state, older);
}

static void apply_recorded(struct state *state, const struct applied *applied, const void *data)
{
	const struct recorded *body = data;
	struct inspection *row = state_insert(state, TABLE_INSPECTION, body->inspection);
	state_take_id(state, body->inspection);
	row->site = state_find(state, TABLE_SITE, body->site);
	if (body->lot[0] != '\0') {
		const struct lot *lot = state_find(state, TABLE_LOT, body->lot);
		assert(lot != NULL);
		body_text(row->lot, body->lot);
		row->lot_index = lot->created_index;
	}
	row->kind = body->kind;
	row->result = body->result;
	row->inspected_at = body->inspected_at;
	row->next_at = body->next_at;
	body_text(row->by, body->by);
	body_text(row->responsible, body->responsible);
	body_text(row->cells, body->cells);
	if (body->remarks != NULL && (row->remarks = strdup(body->remarks)) == NULL)
		abort();
	memcpy(row->evidence_sha256, body->evidence_sha256, sizeof row->evidence_sha256);
	body_text(row->recorded_by, applied->actor);
	supersede(state, row);
}

const struct event_type event_inspection_recorded = { "inspection.recorded", &recorded_body,
	apply_recorded };
const struct command_type command_inspection_record = { "inspection.record", &record_params,
	DUTY_KEEPER | DUTY_ASSAYER | DUTY_OFFICER | DUTY_AUDITOR, decide_record, NULL };

/* ---- what is due ---- */

int64_t inspection_due_again(const struct inspection *inspection)
{
	return inspection->result == INSPECTION_FAIL ? inspection->inspected_at : inspection->next_at;
}

/*
 * When the first of the lots that are at each site was weighed, by the site's slot, ABSENT where
 * none is: one walk of the lots, for they are many. The caller frees it.
 */
static int64_t *stocked_since(const struct state *state)
{
	const struct site *site = NULL;
	const struct lot *lot = NULL;
	uint32_t slots = 0;
	while ((site = state_next(state, TABLE_SITE, site)) != NULL)
		slots = site->row.slot + 1;
	int64_t *since = calloc(slots + 1, sizeof *since);
	if (since == NULL)
		abort();
	for (uint32_t i = 0; i < slots; i++)
		since[i] = ABSENT;
	while ((lot = state_next(state, TABLE_LOT, lot)) != NULL) {
		int64_t *first = &since[lot->site->row.slot];
		if (!lot->row.closed && lot->weighed_at != ABSENT &&
		    (*first == ABSENT || lot->weighed_at < *first))
			*first = lot->weighed_at;
	}
	return since;
}

/* Of a site where nothing lies nothing is due. */
static void each_of_site(const struct state *state, const struct site *site, int64_t since,
	int64_t until_ms, inspection_each_due *each, void *context)
{
	for (enum inspection_kind kind = INSPECTION_COMMODITY; kind < INSPECTION_KIND_COUNT; kind++) {
		struct inspection_due due = { .site = site, .kind = kind, .lot = "",
			.last = inspection_of_site(state, site, kind), .due_at = ABSENT };
		int64_t grace = kind == INSPECTION_COMMODITY ? INSPECTION_COMMODITY_DAYS * TIME_DAY_MS : 0;
		if (due.last != NULL)
			due.due_at = inspection_due_again(due.last);
		else if (kind != INSPECTION_OTHER)
			due.due_at = since + grace;
		if (due.due_at != ABSENT && due.due_at <= until_ms)
			each(context, &due);
	}
}

static void each_lot(const struct state *state, int64_t until_ms, inspection_each_due *each,
	void *context)
{
	const struct inspection *row = NULL;
	while ((row = state_next(state, TABLE_INSPECTION, row)) != NULL) {
		const struct lot *lot = row->lot[0] != '\0' ? state_find(state, TABLE_LOT, row->lot) : NULL;
		int64_t due_at = inspection_due_again(row);
		if (lot == NULL || lot->created_index != row->lot_index ||
		    row->state != INSPECTION_CURRENT || due_at == ABSENT || due_at > until_ms)
			continue;
		const struct inspection_due due = { .site = lot->site,
			.kind = (enum inspection_kind)row->kind, .lot = row->lot, .last = row, .due_at = due_at };
		each(context, &due);
	}
}

void inspection_due_by(const struct state *state, int64_t until_ms, inspection_each_due *each,
	void *context)
{
	int64_t *since = stocked_since(state);
	const struct site *site = NULL;
	while ((site = state_next(state, TABLE_SITE, site)) != NULL) {
		int64_t first = since[site->row.slot];
		if (site->state != SITE_CLOSED && first != ABSENT)
			each_of_site(state, site, first, until_ms, each, context);
	}
	free(since);
	each_lot(state, until_ms, each, context);
}
