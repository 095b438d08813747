/* Entries are parsed as an auditor would and applied one by one; rows compare by descriptor. */
#include "replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event_checks.h"
#include "settled_checks.h"

#include "reserve/person.h"
#include "wire/entry.h"

enum { CHECK_EVERY = 64 };

static char failure[1024];

#define BROKEN(...) (snprintf(failure, sizeof failure, __VA_ARGS__), failure)

/* ---- ids ---- */

/* Entries of one command stand together and begin where its id says; no id comes a second time. */
static const char *check_command(const struct durable *durable, const struct parsed_entry *entry,
	const uint8_t before[16])
{
	const struct batch_command *command = durable_command(durable, entry->command);
	if (command == NULL)
		return BROKEN("entry %lld bears an id that is not recorded", (long long)entry->sequence);
	bool first = memcmp(before, entry->command, 16) != 0;
	if (first ? command->index != entry->sequence : command->index >= entry->sequence)
		return BROKEN("the command of entry %lld is recorded at %lld",
			(long long)entry->sequence, (long long)command->index);
	if (memcmp(command->digest, entry->digest, 32) != 0 || command->at != entry->at ||
	    strcmp(command->actor, entry->actor) != 0)
		return BROKEN("entry %lld and its id differ", (long long)entry->sequence);
	return NULL;
}

/* ---- rows ---- */

static int compare_rows(const void *a, const void *b)
{
	const struct row *const *left = a, *const *right = b;
	int order = strcmp(row_key(*left), row_key(*right));
	if (order != 0)
		return order;
	if ((*left)->closed != (*right)->closed)
		return (*left)->closed ? -1 : 1;
	return (*left)->last_index < (*right)->last_index ? -1 :
		(*left)->last_index > (*right)->last_index;
}

static const struct row **sorted(const struct state *state, enum table_id table, size_t *ret_count)
{
	const struct row **rows = calloc(state_count(state, table) + 1, sizeof(struct row *));
	const struct row *row = NULL;
	size_t count = 0;
	if (rows == NULL)
		abort();
	while ((row = state_next(state, table, row)) != NULL)
		rows[count++] = row;
	qsort(rows, count, sizeof(struct row *), compare_rows);
	*ret_count = count;
	return rows;
}

static const char *compare_row(const struct table_info *info, const struct row *stored,
	const struct row *replayed)
{
	for (size_t i = 0; i < info->descriptor->field_count; i++) {
		const struct field *field = &info->descriptor->fields[i];
		if (!field_equal(field, stored, replayed))
			return BROKEN("%s %s: %s is not what the ledger amounts to", info->name,
				row_key(stored), field->name);
	}
	if (stored->last_index != replayed->last_index || stored->closed != replayed->closed)
		return BROKEN("%s %s: last touched at %lld, by the ledger at %lld", info->name,
			row_key(stored), (long long)stored->last_index, (long long)replayed->last_index);
	return NULL;
}

static const char *compare_table(const struct state *stored, const struct state *replayed,
	enum table_id table)
{
	const struct table_info *info = table_info(table);
	const char *broken = NULL;
	size_t stored_count, replayed_count;
	const struct row **left = sorted(stored, table, &stored_count);
	const struct row **right = sorted(replayed, table, &replayed_count);
	if (stored_count != replayed_count)
		broken = BROKEN("%s: %zu rows, by the ledger %zu", info->name, stored_count,
			replayed_count);
	for (size_t i = 0; i < stored_count && broken == NULL; i++)
		broken = compare_row(info, left[i], right[i]);
	free(left);
	free(right);
	return broken;
}

/* ---- what requests come to in the end: closed ones are all here ---- */

static int64_t delivered_g(const struct state *state, const char *id)
{
	int64_t out_g = 0;
	const struct order *order = NULL;
	while ((order = state_next(state, TABLE_RELEASE_ORDER, order)) != NULL) {
		const struct order_line *lines = order->lines.items;
		for (uint32_t i = 0; i < order->lines.count && text_equal(order->id, id); i++)
			out_g += lines[i].out_net_g != ABSENT ? lines[i].out_contained_g : 0;
	}
	return out_g;
}

static int64_t drawn_g(const struct request *request)
{
	return request->drawn_g != ABSENT ? request->drawn_g : 0;
}

/* An ended request counts with what was delivered, and with nothing else. */
static const char *check_ended(const struct state *state)
{
	const struct request *request = NULL;
	while ((request = state_next(state, TABLE_REQUEST, request)) != NULL) {
		bool delivered = request->state == REQUEST_FULFILLED ||
			request->state == REQUEST_PARTIAL;
		int64_t counts_g = delivered ? delivered_g(state, request->release_order) : 0;
		if (request->row.closed && drawn_g(request) != counts_g)
			return BROKEN("%s counts with %lld g and came to %lld g", request->id,
				(long long)drawn_g(request), (long long)counts_g);
	}
	return NULL;
}

/* What a cap has used, from all requests there ever were. */
static const char *check_used(const struct state *state)
{
	const struct declaration *declaration = NULL;
	while ((declaration = state_next(state, TABLE_DECLARATION, declaration)) != NULL) {
		const struct cap *caps = declaration->caps.items;
		for (uint32_t i = 0; i < declaration->caps.count; i++) {
			int64_t used_g = 0;
			const struct request *request = NULL;
			while ((request = state_next(state, TABLE_REQUEST, request)) != NULL) {
				if (request->declaration == declaration &&
				    text_equal(request->commodity->code, caps[i].commodity))
					used_g += drawn_g(request);
			}
			if (used_g != check_used_g(state, declaration, &caps[i]))
				return BROKEN("%s: %lld g of %s are used, requests amount to %lld",
					declaration->id, (long long)check_used_g(state, declaration, &caps[i]),
					caps[i].commodity, (long long)used_g);
		}
	}
	return NULL;
}

/* A credit, less what was drawn without an award behind it, is what awards that stand left unpicked. */
static const char *check_owed(const struct state *state)
{
	const struct credit *credit = NULL;
	while ((credit = state_next(state, TABLE_CREDIT, credit)) != NULL) {
		int64_t owed_g = 0;
		const struct request *request = NULL;
		while ((request = state_next(state, TABLE_REQUEST, request)) != NULL) {
			if (request->member != credit->member || request->commodity != credit->commodity ||
			    request->picked_g == ABSENT || request->state == REQUEST_WITHDRAWN ||
			    request->state == REQUEST_EXPIRED)
				continue;
			owed_g += request->awarded_g - request->picked_g;
		}
		if (credit->credit_g - credit->unbacked_g != owed_g)
			return BROKEN("%s is %lld g less %lld g, and awards that stand left %lld g",
				credit->id, (long long)credit->credit_g, (long long)credit->unbacked_g,
				(long long)owed_g);
	}
	return NULL;
}

/* ---- plans ---- */

/* Of a plan's requests of one commodity: what they were awarded. */
static int64_t awarded_g(const struct state *state, const struct plan *plan,
	const struct commodity *commodity)
{
	int64_t sum_g = 0;
	const struct request *request = NULL;
	while ((request = state_next(state, TABLE_REQUEST, request)) != NULL) {
		if (request->commodity == commodity && text_equal(request->plan, plan->id))
			sum_g += request->awarded_g;
	}
	return sum_g;
}

static int64_t count_orders(const struct state *state, const char *plan)
{
	int64_t count = 0;
	const struct order *order = NULL;
	while ((order = state_next(state, TABLE_RELEASE_ORDER, order)) != NULL)
		count += text_equal(order->plan, plan);
	return count;
}

/* Every request decided, an order for each that got lots, and awards as its lines have them. */
static const char *check_committed(const struct state *state, const struct plan *plan)
{
	int64_t decided = 0, picked = 0;
	const struct request *request = NULL;
	while ((request = state_next(state, TABLE_REQUEST, request)) != NULL) {
		if (!text_equal(request->plan, plan->id))
			continue;
		decided += request->state != REQUEST_ELIGIBLE && request->decided_index >
			plan->frozen_index;
		picked += request->picks.count > 0;
	}
	if (decided != plan->requests)
		return BROKEN("%s decided %lld of %lld requests", plan->id, (long long)decided,
			(long long)plan->requests);
	if (picked != count_orders(state, plan->id))
		return BROKEN("%s gave lots to %lld requests and cut %lld orders", plan->id,
			(long long)picked, (long long)count_orders(state, plan->id));
	const struct plan_line *line = NULL;
	while ((line = state_next(state, TABLE_PLAN_LINE, line)) != NULL) {
		if (text_equal(line->plan, plan->id) &&
		    awarded_g(state, plan, line->commodity) != line->awarded_g)
			return BROKEN("%s: awards are not what was signed", line->id);
	}
	return NULL;
}

static const char *check_plans_ended(const struct state *state)
{
	const struct plan *plan = NULL;
	const char *broken = NULL;
	while (broken == NULL && (plan = state_next(state, TABLE_PLAN, plan)) != NULL) {
		if (plan->state == PLAN_COMMITTED)
			broken = check_committed(state, plan);
		else if (count_orders(state, plan->id) > 0)
			broken = BROKEN("%s was not committed and has orders", plan->id);
	}
	return broken;
}

/* ---- a state as the next start loads it ---- */

static const char *compare_books(const struct state *loaded, const struct state *replayed)
{
	const struct site *site = NULL;
	while ((site = state_next(replayed, TABLE_SITE, site)) != NULL) {
		const struct site *other = state_find(loaded, TABLE_SITE, site->code);
		size_t size = site->book.count * sizeof *site->book.days;
		if (other->book.count != site->book.count ||
		    (size > 0 && memcmp(other->book.days, site->book.days, size) != 0))
			return BROKEN("%s: its book of slots is another after a start", site->code);
	}
	return NULL;
}

/* Who may sign what is open. */
static const char *compare_signers(const struct state *loaded, const struct state *replayed)
{
	const struct document *note = NULL;
	while ((note = state_next(replayed, TABLE_DOCUMENT, note)) != NULL) {
		const struct document *other = state_find(loaded, TABLE_DOCUMENT, note->id);
		const struct person *person = note->row.closed ? NULL :
			state_next(replayed, TABLE_PERSON, NULL);
		for (; person != NULL; person = state_next(replayed, TABLE_PERSON, person)) {
			if (document_waits_for(replayed, note, person) != document_waits_for(loaded, other,
			    state_find(loaded, TABLE_PERSON, person->code)))
				return BROKEN("%s: whether %s may sign it is another after a start", note->id,
					person->code);
		}
	}
	return NULL;
}

/* What is counted and when time acts next. */
static const char *compare_counts(struct state *loaded, struct state *replayed)
{
	int64_t due_loaded = TIME_NONE, due_replayed = TIME_NONE;
	for (int64_t value = REQUEST_REFUSED; value <= REQUEST_EXPIRED; value++) {
		if (state_tallied(loaded, TABLE_REQUEST, value) !=
		    state_tallied(replayed, TABLE_REQUEST, value))
			return BROKEN("the count of requests in state %lld is another after a start",
				(long long)value);
	}
	state_next_due(loaded, &due_loaded);
	state_next_due(replayed, &due_replayed);
	if (due_loaded != due_replayed)
		return BROKEN("time acts next at another time after a start");
	return NULL;
}

static const char *check_start(const struct durable *durable, struct state *replayed)
{
	struct state *loaded = durable_load(durable);
	int64_t now = state_last_at(loaded);
	const char *broken = checks_settled(loaded);
	if (broken == NULL)
		broken = checks_usage(loaded, replayed, now);
	if (broken == NULL)
		broken = checks_usage(replayed, replayed, now);
	broken = broken != NULL ? BROKEN("after a start: %s", broken) :
		compare_books(loaded, replayed);
	if (broken == NULL)
		broken = compare_signers(loaded, replayed);
	if (broken == NULL)
		broken = compare_counts(loaded, replayed);
	state_free(loaded);
	return broken;
}

/* ---- the replay ---- */

static const char *check_seen(const struct state *state, const struct seen *seen)
{
	const struct commodity *commodity = state_find(state, TABLE_COMMODITY, seen->commodity);
	if (commodity == NULL || commodity->available_g != seen->available_g ||
	    commodity->reserved_g != seen->reserved_g)
		return BROKEN("a reader saw %lld g of %s available at %lld, which never was",
			(long long)seen->available_g, seen->commodity, (long long)seen->size);
	return NULL;
}

/* A replay under way. */
struct replay {
	const struct durable *durable;
	struct state *state;
	struct arena *arena;
	uint8_t command[16]; /* of the entry before */
	struct coverage *coverage;
};

static const char *replay_entry(struct replay *replay, int64_t index)
{
	struct state *state = replay->state;
	struct parsed_entry entry;
	struct error error = { 0 };
	size_t length;
	const char *bytes = durable_entry(replay->durable, index, &length);
	if (!entry_parse(bytes, length, event_find_body, NULL, replay->arena, &entry, &error))
		return BROKEN("entry %lld: %s", (long long)index, error.message);
	if (entry.sequence != index)
		return BROKEN("entry %lld has sequence %lld", (long long)index,
			(long long)entry.sequence);
	const char *broken = entry.has_command ?
		check_command(replay->durable, &entry, replay->command) : NULL;
	if (broken != NULL)
		return broken;
	memcpy(replay->command, entry.command, 16);
	const struct event_type *type = event_type_find(entry.kind);
	const struct applied applied = { .index = index, .at = entry.at,
		.effective = entry.effective, .actor = entry.actor };
	const struct event event = { type, entry.body, entry.effective };
	coverage_event(replay->coverage, &event);
	broken = checks_before(state, &event);
	reserve_apply(state, &applied, type, entry.body);
	state_take_touched(state);
	if (broken == NULL)
		broken = checks_after(state, &event);
	if (broken == NULL && index % CHECK_EVERY == 0)
		broken = checks_failed(state);
	return broken != NULL ? BROKEN("at entry %lld, %s: %s", (long long)index, type->kind, broken) :
		NULL;
}

static const char *replay_all(struct replay *replay, const struct seen *seen, size_t seen_count)
{
	int64_t size = replay->durable->size;
	const char *broken = NULL;
	for (int64_t index = 0; index < size && broken == NULL; index++) {
		for (; broken == NULL && seen_count > 0 && seen->size == index; seen++, seen_count--)
			broken = check_seen(replay->state, seen);
		arena_reset(replay->arena);
		if (broken == NULL)
			broken = replay_entry(replay, index);
	}
	for (; broken == NULL && seen_count > 0; seen++, seen_count--)
		broken = seen->size > size ? "a reader saw what is not durable" :
			check_seen(replay->state, seen);
	return broken;
}

/* What it all came to. */
static const char *check_end(const struct durable *durable, struct state *state)
{
	static const char *(*const ends[])(const struct state *) = { checks_settled, check_ended,
		check_used, check_owed, check_plans_ended };
	const char *broken = NULL;
	for (int t = 0; t < TABLE_COUNT && broken == NULL; t++)
		broken = compare_table(durable->rows, state, (enum table_id)t);
	for (size_t i = 0; i < sizeof ends / sizeof *ends && broken == NULL; i++)
		broken = ends[i](state);
	return broken != NULL ? broken : check_start(durable, state);
}

const char *replay_check(const struct durable *durable, const struct seen *seen, size_t seen_count,
	struct coverage *coverage)
{
	struct replay replay = { .durable = durable, .state = state_new(true), .arena = arena_new(0),
		.coverage = coverage };
	const char *broken = replay_all(&replay, seen, seen_count);
	if (broken == NULL)
		broken = check_end(durable, replay.state);
	arena_free(replay.arena);
	state_free(replay.state);
	return broken;
}
