/*
 * A stocktake is opened: who counts, what is to be counted, and the site stands still. The lots are fixed
 * by the entry: those that lie there by the books at that index.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/count.h"
#include "reserve/stock/count_names.h"
#include "reserve/stock/material.h"

struct open_params {
	const char *because;
	bool blind;
	char commodity[CODE_MAX];
	char counters[2 * CODE_MAX];
	char site[CODE_MAX];
};
static const struct field open_fields[] = {
	F_STRING(struct open_params, because),
	F_BOOL(struct open_params, blind),
	F_TEXT(struct open_params, commodity),
	R_TEXT(struct open_params, counters),
	R_TEXT(struct open_params, site),
};
static const struct descriptor open_params =
	DESCRIPTOR("count.new", struct open_params, open_fields);

struct opened {
	const char *because;
	bool blind;
	char commodity[CODE_MAX], count[CODE_MAX];
	int64_t expires_at;
	char first[CODE_MAX];
	int64_t lots;
	char second[CODE_MAX], site[CODE_MAX];
};
static const struct field opened_fields[] = {
	F_STRING(struct opened, because),
	F_BOOL(struct opened, blind),
	F_TEXT(struct opened, commodity),
	F_TEXT(struct opened, count),
	F_TIME(struct opened, expires_at),
	F_TEXT(struct opened, first),
	F_INT(struct opened, lots),
	F_TEXT(struct opened, second),
	F_TEXT(struct opened, site),
};
static const struct descriptor opened_body =
	DESCRIPTOR("count.opened", struct opened, opened_fields);

struct listed_lot {
	char lot[CODE_MAX];
};
static const struct field listed_lot_fields[] = { F_TEXT(struct listed_lot, lot) };
static const struct descriptor listed_lot =
	DESCRIPTOR("lot", struct listed_lot, listed_lot_fields);

struct listed {
	char count[CODE_MAX];
	struct list lots;
};
static const struct field listed_fields[] = {
	F_TEXT(struct listed, count),
	F_LIST(struct listed, lots, &listed_lot),
};
static const struct descriptor listed_body =
	DESCRIPTOR("count.listed", struct listed, listed_fields);

/* ---- the counters ---- */

/* "lee,ruiz": two enrolled persons of whom each may count. */
static const struct person *find_counter(const struct context *context, const char *code,
	struct error *error)
{
	const struct person *person = person_find(context->state, code);
	if (person == NULL) {
		not_found(error, "counters", "enrolled person", code);
	} else if ((person->duties & COUNT_DUTIES) == 0) {
		error_set(error, ERROR_DENIED, "counters", "%s is no keeper, assayer, officer or auditor and "
			"counts nothing", code);
		person = NULL;
	}
	return person;
}

static bool find_counters(const struct context *context, const struct open_params *params,
	struct opened *body, struct error *error)
{
	const char *comma = strchr(params->counters, ',');
	size_t length = comma != NULL ? (size_t)(comma - params->counters) : 0;
	if (length == 0 || length >= CODE_MAX || strchr(comma + 1, ',') != NULL ||
	    !text_copy(body->second, sizeof body->second, comma + 1) || body->second[0] == '\0') {
		error_set(error, ERROR_INVALID, "counters", "\"%s\" does not name two counters",
			params->counters);
		return error_remedy(error, "Write two codes with a comma between them: --counters lee,ruiz");
	}
	memcpy(body->first, params->counters, length);
	if (text_equal(body->first, body->second))
		return error_set(error, ERROR_DENIED, "counters",
			"%s cannot be both counters: two persons count", body->first);
	return find_counter(context, body->first, error) != NULL &&
		find_counter(context, body->second, error) != NULL;
}

/* ---- the lots ---- */

/* By the books it lies there. */
static bool lies_there(const struct lot *lot, const struct site *site,
	const struct commodity *commodity)
{
	return !lot->row.closed && lot->site == site && lot->destination == NULL && lot->on_hand_g > 0 &&
		(commodity == NULL || lot->commodity == commodity);
}

struct found_lots {
	const struct lot **lots;
	uint32_t count;
	bool first_weighed, second_weighed; /* one of them, by that counter */
};

static bool find_lots(const struct context *context, const struct site *site,
	const struct commodity *commodity, const struct opened *body, struct found_lots *ret_found,
	struct error *error)
{
	const struct lot *lot = NULL;
	*ret_found = (struct found_lots){
		.lots = arena_alloc(context->arena, COUNT_LOTS_MAX * sizeof(struct lot *)) };
	assert(ret_found->lots != NULL);
	while ((lot = state_next(context->state, TABLE_LOT, lot)) != NULL) {
		if (!lies_there(lot, site, commodity))
			continue;
		if (ret_found->count == COUNT_LOTS_MAX) {
			error_set(error, ERROR_LIMIT, commodity == NULL ? "site" : "commodity",
				"more than %d lots lie there, which is the most that one stocktake takes",
				COUNT_LOTS_MAX);
			return error_remedy(error, "Count one commodity at a time: --commodity ga");
		}
		ret_found->lots[ret_found->count++] = lot;
		ret_found->first_weighed |= lot->weighed_by != NULL &&
			text_equal(lot->weighed_by->code, body->first);
		ret_found->second_weighed |= lot->weighed_by != NULL &&
			text_equal(lot->weighed_by->code, body->second);
	}
	if (ret_found->count == 0)
		return error_set(error, ERROR_ILLEGAL, "site", "nothing%s%s lies at %s by the books",
			commodity != NULL ? " of " : "", commodity != NULL ? commodity->code : "", site->code);
	if (ret_found->first_weighed && ret_found->second_weighed) {
		error_set(error, ERROR_DENIED, "counters", "%s and %s have both weighed lots that lie there: "
			"one who counts must not have put them on the books", body->first, body->second);
		return error_remedy(error, "Name somebody in place of one of them");
	}
	return true;
}

static int code_order(const void *a, const void *b)
{
	return strcmp((*(const struct lot *const *)a)->code, (*(const struct lot *const *)b)->code);
}

static void add_listed(const struct found_lots *found, const char *id, struct decision *decision)
{
	for (uint32_t from = 0; from < found->count; from += COUNT_LOTS_PER_ENTRY) {
		uint32_t left = found->count - from;
		uint32_t count = left < COUNT_LOTS_PER_ENTRY ? left : COUNT_LOTS_PER_ENTRY;
		struct listed *body = decision_body(decision, &event_count_listed);
		struct listed_lot *items = arena_alloc(decision->arena, count * sizeof *items);
		assert(items != NULL);
		for (uint32_t i = 0; i < count; i++)
			body_text(items[i].lot, found->lots[from + i]->code);
		body_text(body->count, id);
		body->lots = (struct list){ items, count };
		decision_add(decision, &event_count_listed, body);
	}
}

/* ---- deciding ---- */

static int64_t term_days(const struct state *state)
{
	int64_t bulk = count_terms(state, LOT_BULK).term_days;
	int64_t sealed = count_terms(state, LOT_SEALED).term_days;
	return bulk > sealed ? bulk : sealed;
}

static bool decide_new(const struct context *context, const void *data, struct decision *decision,
	struct error *error)
{
	const struct open_params *params = data;
	struct found_lots found;
	const struct site *site = site_find(context, "site", params->site, error);
	if (site == NULL)
		return false;
	const struct commodity *commodity = params->commodity[0] == '\0' ? NULL :
		commodity_find(context, "commodity", params->commodity, error);
	if (params->commodity[0] != '\0' && commodity == NULL)
		return false;
	if (site->count != NULL) {
		error_set(error, ERROR_CONFLICT, "site", "%s is being counted already (%s)", site->code,
			site->count->id);
		return error_remedy(error, "vaultctl count %s", site->count->id);
	}
	if (params->because != NULL && strlen(params->because) >= REASON_MAX)
		return error_set(error, ERROR_LIMIT, "because", "a reason has at most %d bytes",
			REASON_MAX - 1);
	struct opened *body = decision_body(decision, &event_count_opened);
	if (!find_counters(context, params, body, error) ||
	    !find_lots(context, site, commodity, body, &found, error))
		return false;
	qsort(found.lots, found.count, sizeof *found.lots, code_order);
	body->because = params->because;
	body->blind = params->blind;
	body_text(body->commodity, params->commodity);
	state_next_id(context->state, "U", context->now, 0, body->count, sizeof body->count);
	body->expires_at = context->now + term_days(context->state) * TIME_DAY_MS;
	body->lots = found.count;
	body_text(body->site, site->code);
	decision_add(decision, &event_count_opened, body);
	add_listed(&found, body->count, decision);
	decision->id = body->count;
	decision->next = arena_printf(decision->arena, "vaultctl count sheet %s --counter %s -o csv",
		body->count, body->first);
	return true;
}

/* ---- applying ---- */

static void apply_opened(struct state *state, const struct applied *applied, const void *data)
{
	const struct opened *body = data;
	struct count *count = state_insert(state, TABLE_STOCKTAKE, body->count);
	state_take_id(state, body->count);
	count->site = state_find(state, TABLE_SITE, body->site);
	count->commodity = body->commodity[0] != '\0' ?
		state_find(state, TABLE_COMMODITY, body->commodity) : NULL;
	count->state = COUNT_OPEN;
	count->blind = body->blind;
	count->first = person_find(state, body->first);
	count->second = person_find(state, body->second);
	count->round = 1;
	count->lots = body->lots;
	count->varying = count->shorts = count->adjusted_g = 0;
	count->opened_at = applied->at;
	count->opened_index = applied->index;
	count->opened_by = state_find(state, TABLE_PERSON, applied->actor);
	count->expires_at = body->expires_at;
	count->because = body->because != NULL ? strdup(body->because) : NULL;
	state_schedule(state, count);
}

static void list_lot(struct state *state, struct count *count, const char *code)
{
	const struct lot *lot = state_find(state, TABLE_LOT, code);
	assert(lot != NULL);
	struct count_line *line = count_line_add(state, count, code);
	line->lot_index = lot->created_index;
	line->class = lot->class;
	line->book_g = lot->on_hand_g;
	line->book_units = lot->class == LOT_SEALED ? lot_units(lot) : ABSENT;
	count->listed++;
}

/* Nothing of what lies there is available from now on. */
static void freeze(struct state *state, struct count *count)
{
	const struct count_line *line = NULL;
	count->site->count = count;
	while ((line = count_line_next(count, line)) != NULL)
		lot_refresh(state, count_lot(state, line));
}

static void apply_listed(struct state *state, const struct applied *applied, const void *data)
{
	const struct listed *body = data;
	const struct listed_lot *lots = body->lots.items;
	struct count *count = count_applied(state, body->count);
	(void)applied;
	for (uint32_t i = 0; i < body->lots.count; i++)
		list_lot(state, count, lots[i].lot);
	if (count->listed == count->lots)
		freeze(state, count);
}

const struct event_type event_count_opened = { "count.opened", &opened_body, apply_opened };
const struct event_type event_count_listed = { "count.listed", &listed_body, apply_listed };
const struct command_type command_count_new = { "count.new", &open_params,
	DUTY_OFFICER | DUTY_AUDITOR, decide_new, NULL };
