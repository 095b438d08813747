/*
 * A stream of requests on a state of its own. Requests go straight to request_decide and rounds
 * straight to the two halves of a plan, its run and its commit: the wire, signatures and delegates
 * are no part of the question.
 */
#include "reserve/emergency/whatif.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/document.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/plan.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"

static const struct field floor_fields[] = {
	F_INT(struct whatif_floor, available_after_g),
	F_INT(struct whatif_floor, available_before_g),
	F_TEXT(struct whatif_floor, commodity),
	F_INT(struct whatif_floor, days),
	F_BOOL(struct whatif_floor, extrapolated),
	F_TEXT(struct whatif_floor, floor),
	F_INT(struct whatif_floor, floor_g),
	F_INT(struct whatif_floor, line),
	F_TIME(struct whatif_floor, reached_at),
	F_TEXT(struct whatif_floor, request),
};
const struct descriptor whatif_floor_descriptor =
	DESCRIPTOR("whatif_floor", struct whatif_floor, floor_fields);

static const struct field cut_fields[] = {
	F_TIME(struct whatif_cut, at),
	F_INT(struct whatif_cut, awarded_g),
	F_TEXT(struct whatif_cut, commodity),
	F_INT(struct whatif_cut, line),
	F_INT(struct whatif_cut, mass_g),
	F_TEXT(struct whatif_cut, member),
	F_TEXT(struct whatif_cut, rule),
	F_STRING(struct whatif_cut, title),
};
const struct descriptor whatif_cut_descriptor =
	DESCRIPTOR("whatif_cut", struct whatif_cut, cut_fields);

/* What became of one request. */
struct outcome {
	char id[CODE_MAX];
	int64_t awarded_g;
	char rule[8];
	bool waits;              /* for a round */
	uint32_t next;           /* in its chain, from 1; 0 ends */
};

/* First cut by a floor. */
struct reached {
	int64_t at;              /* ABSENT: never */
	int64_t line;            /* ABSENT: it waited before the stream began */
	char request[CODE_MAX];
};

/* A commodity of the stream. */
struct watched {
	const struct commodity *commodity;
	int64_t before_g, awarded_g;
	struct reached operating, hard;
	struct reached *bound;   /* the floor that binds in the round being committed, or NULL */
};

struct trial {
	struct state *state;
	const struct person *actor;
	int64_t begun_at, now;
	int64_t last_round_at;
	const struct whatif_request *requests;
	uint32_t count, waiting;
	struct arena *arena;     /* the caller's: what is kept to the end */
	struct arena *scratch;   /* of one step */
	struct outcome *outcomes;
	uint32_t *chains, chain_count; /* outcomes by id */
	struct watched *watched;
	uint32_t watched_count;
	struct whatif *told;
};

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* ---- what became of requests ---- */

static uint32_t *chain_of(const struct trial *trial, const char *id)
{
	return &trial->chains[text_hash(id) & (trial->chain_count - 1)];
}

static struct outcome *outcome_of(const struct trial *trial, const char *id)
{
	uint32_t at = *chain_of(trial, id);
	while (at != 0 && !text_equal(trial->outcomes[at - 1].id, id))
		at = trial->outcomes[at - 1].next;
	return at != 0 ? &trial->outcomes[at - 1] : NULL;
}

static void keep_id(const struct trial *trial, uint32_t number, const char *id)
{
	uint32_t *chain = chain_of(trial, id);
	body_text(trial->outcomes[number].id, id);
	trial->outcomes[number].next = *chain;
	*chain = number + 1;
}

static struct watched *watched_of(const struct trial *trial, const char *commodity)
{
	for (uint32_t i = 0; i < trial->watched_count; i++) {
		if (text_equal(trial->watched[i].commodity->code, commodity))
			return &trial->watched[i];
	}
	return NULL;
}

/* The rule that let least pass, the first of equal ones. */
static const char *binding_rule(const struct list *list)
{
	const struct rule_result *rules = list->items, *binding = NULL;
	for (uint32_t i = 0; i < list->count; i++) {
		if (binding == NULL || rules[i].limit_g < binding->limit_g)
			binding = &rules[i];
	}
	return binding != NULL ? binding->rule : "";
}

static void reach(struct trial *trial, struct reached *reached, const char *request)
{
	trial->told->floor_reached = true;
	if (reached->at != ABSENT)
		return;
	const struct outcome *outcome = outcome_of(trial, request);
	reached->at = trial->now;
	reached->line = outcome != NULL ? trial->requests[outcome - trial->outcomes].line : ABSENT;
	body_text(reached->request, request);
}

/* Whether a floor cut it: by its own rule, or in a round by the estate that the floor left. */
static void note_floor(struct trial *trial, struct watched *watched,
	const struct request_decided *body, const char *rule)
{
	if (watched == NULL || body->awarded_g >= body->mass_g)
		return;
	if (text_equal(rule, "R04"))
		reach(trial, &watched->operating, body->request);
	else if (text_equal(rule, "R05"))
		reach(trial, &watched->hard, body->request);
	else if (text_equal(rule, "share") && watched->bound != NULL)
		reach(trial, watched->bound, body->request);
}

static void decided(struct trial *trial, struct outcome *outcome,
	const struct request_decided *body)
{
	struct watched *watched = watched_of(trial, body->commodity);
	const char *rule = binding_rule(&body->rules);
	note_floor(trial, watched, body, rule);
	if (outcome == NULL)
		return; /* it waited before the stream began */
	outcome->awarded_g = body->awarded_g;
	if (body->awarded_g < body->mass_g)
		body_text(outcome->rule, rule);
	watched->awarded_g += body->awarded_g;
	trial->waiting -= outcome->waits ? 1 : 0;
	outcome->waits = false;
}

/* Entries that decide requests which wait. */
static void observe(struct trial *trial, const struct event *event)
{
	if (event->type == &event_request_granted || event->type == &event_request_cut) {
		const struct request_decided *body = event->body;
		decided(trial, outcome_of(trial, body->request), body);
	} else if (event->type == &event_request_expired) {
		const struct field *field = descriptor_field(event->type->body, "request");
		struct outcome *outcome = outcome_of(trial, field_text(field, event->body));
		if (outcome == NULL || !outcome->waits)
			return;
		body_text(outcome->rule, "expired");
		outcome->waits = false;
		trial->waiting--;
	}
}

/* ---- steps ---- */

/* The hash of a plan that nobody signs. */
static void no_digest(void *context, const struct descriptor *descriptor, const void *record,
	uint8_t ret_sha256[32])
{
	(void)context;
	(void)descriptor;
	(void)record;
	memset(ret_sha256, 0xff, 32);
}

static struct context context_of(const struct trial *trial)
{
	return (struct context){ .state = trial->state, .now = trial->now, .actor = trial->actor,
		.arena = trial->scratch, .digest = no_digest };
}

/* Applies, and frees rows that have ended: memory follows what is live. */
static void apply(struct trial *trial, const struct decision *decision, const char *actor)
{
	for (uint32_t i = 0; i < decision->count; i++) {
		const struct event *event = &decision->events[i];
		struct applied applied = { .index = state_size(trial->state), .at = trial->now,
			.effective = event->effective, .actor = actor };
		observe(trial, event);
		reserve_apply(trial->state, &applied, event->type, event->body);
	}
}

static void sweep(struct trial *trial)
{
	struct row *row = state_take_touched(trial->state);
	for (struct row *next; row != NULL; row = next) {
		next = row->next_touched;
		state_sweep(trial->state, row);
	}
	arena_reset(trial->scratch);
}

/* What is awarded stays so: neither does its need-by date end it, nor does its order lapse. */
static bool stays_awarded(struct trial *trial, struct row *row, int64_t due_ms)
{
	int64_t *ends_at = NULL;
	if (row->table == TABLE_REQUEST) {
		struct request *request = (struct request *)(void *)row;
		bool awarded = request->state == REQUEST_ALLOCATED ||
			request->state == REQUEST_APPROVED || request->state == REQUEST_RELEASING;
		ends_at = awarded ? &request->need_by : NULL;
	} else if (row->table == TABLE_RELEASE_ORDER) {
		ends_at = &((struct order *)(void *)row)->lapses_at;
	}
	if (ends_at == NULL || *ends_at != due_ms)
		return false;
	*ends_at = ABSENT;
	state_schedule(trial->state, row);
	return true;
}

/* Brings about what time does, each at its own time. */
static void tick(struct trial *trial, int64_t until_ms)
{
	int64_t due_ms;
	struct row *row;
	while ((row = state_next_due(trial->state, &due_ms)) != NULL && due_ms <= until_ms) {
		if (stays_awarded(trial, row, due_ms))
			continue;
		trial->now = later(trial->now, due_ms);
		struct context context = context_of(trial);
		struct decision decision = { 0 };
		bool any = reserve_decide_tick(&context, &decision);
		assert(any);
		(void)any;
		apply(trial, &decision, "vaultd");
		sweep(trial);
	}
	trial->now = until_ms;
}

/* ---- rounds ---- */

/* When a declaration's next round would be, were there requests: TIME_NONE where it has no more. */
static int64_t round_due(const struct trial *trial, const struct declaration *declaration)
{
	if (declaration->state != DECLARATION_OPEN || !declaration_in_rounds(declaration))
		return TIME_NONE;
	int64_t from = later(later(trial->now, trial->last_round_at + 1),
		declaration->collects_until);
	int64_t at = from - from % TIME_DAY_MS + TIME_DAY_MS - 1;
	if (at >= declaration->ends_at)
		at = declaration->ends_at - 1;
	return at >= from ? at : TIME_NONE;
}

static int64_t next_round(const struct trial *trial)
{
	int64_t first = TIME_NONE;
	const struct declaration *declaration = NULL;
	if (state_tallied(trial->state, TABLE_REQUEST, REQUEST_ELIGIBLE) == 0)
		return TIME_NONE;
	while ((declaration = state_next(trial->state, TABLE_DECLARATION, declaration)) != NULL) {
		int64_t due_ms = round_due(trial, declaration);
		if (due_ms != TIME_NONE && (first == TIME_NONE || due_ms < first))
			first = due_ms;
	}
	return first;
}

static bool has_waiting(const struct state *state, const struct declaration *declaration)
{
	const struct request *request = NULL;
	while ((request = state_next(state, TABLE_REQUEST, request)) != NULL) {
		if (!request->row.closed && request->state == REQUEST_ELIGIBLE &&
		    request->declaration == declaration)
			return true;
	}
	return false;
}

/* Which floor left too little for the claims of each commodity in a plan, if one did. */
static void find_bounds(struct trial *trial, const struct declaration *declaration,
	const struct decision *run)
{
	for (uint32_t i = 0; i < trial->watched_count; i++)
		trial->watched[i].bound = NULL;
	for (uint32_t i = 0; i < run->count; i++) {
		const struct plan_line_body *line = run->events[i].body;
		struct watched *watched = run->events[i].type != &event_plan_line ? NULL :
			watched_of(trial, line->commodity);
		if (watched == NULL || line->floor_g == ABSENT || line->estate_g >= line->claimed_g)
			continue;
		int64_t above_g = line->available_g - line->floor_g -
			(line->entitled_g != ABSENT ? line->entitled_g : 0);
		if ((line->cap_left_g == ABSENT || above_g <= line->cap_left_g) &&
		    (line->annual_left_g == ABSENT || above_g <= line->annual_left_g))
			watched->bound = declaration_keeps_operating(declaration) ? &watched->operating :
				&watched->hard;
	}
}

static bool no_round(const struct trial *trial, const struct declaration *declaration,
	const struct decision *decision, const struct error *cause, struct error *error)
{
	char day[TIME_TEXT_SIZE];
	const char *because = cause->message;
	time_format(trial->now, day);
	if (decision->refused) {
		const struct event *event = &decision->events[0];
		const struct field *field = descriptor_field(event->type->body, "because");
		because = field != NULL ? field_text(field, event->body) : "a rule refuses it";
	}
	return error_set(error, cause->id != ERROR_NONE ? cause->id : ERROR_ILLEGAL, "requests",
		"the round of %s on %.10s cannot be computed: %s", declaration->id, day, because);
}

/* What the command allocation.run takes is its own: it is filled by its descriptor. */
static void *run_params(const struct trial *trial, const struct declaration *declaration)
{
	const struct descriptor *descriptor = command_allocation_run.params;
	const struct field *field = descriptor_field(descriptor, "declaration");
	void *params = arena_alloc(trial->scratch, descriptor->size);
	assert(params != NULL && field != NULL);
	record_clear(descriptor, params);
	body_copy((char *)params + field->offset, field->size, declaration->id);
	return params;
}

/* Runs and commits one plan, as if officers had signed it. */
static bool run_round(struct trial *trial, const struct declaration *declaration,
	struct error *error)
{
	struct context context = context_of(trial);
	struct decision run = { .arena = trial->scratch }, commit = { .arena = trial->scratch };
	struct error cause = { 0 };
	if (!command_allocation_run.decide(&context, run_params(trial, declaration), &run, &cause) ||
	    run.refused)
		return no_round(trial, declaration, &run, &cause, error);
	find_bounds(trial, declaration, &run);
	apply(trial, &run, trial->actor->code);
	const struct document *note = state_find(trial->state, TABLE_DOCUMENT, run.id);
	assert(note != NULL);
	if (!document_plan.effect(&context, note, &commit, &cause) || commit.refused)
		return no_round(trial, declaration, &commit, &cause, error);
	apply(trial, &commit, trial->actor->code);
	document_obsolete(trial->state, run.id);
	sweep(trial);
	return true;
}

static bool run_rounds(struct trial *trial, struct error *error)
{
	const struct declaration *declaration = NULL;
	while ((declaration = state_next(trial->state, TABLE_DECLARATION, declaration)) != NULL) {
		if (round_due(trial, declaration) == trial->now &&
		    has_waiting(trial->state, declaration) && !run_round(trial, declaration, error))
			return false;
	}
	trial->last_round_at = trial->now;
	return true;
}

/* Time goes on to a moment, with the rounds that fall before it. */
static bool go_on(struct trial *trial, int64_t until_ms, struct error *error)
{
	int64_t round_at;
	while ((round_at = next_round(trial)) != TIME_NONE && round_at <= until_ms) {
		tick(trial, round_at);
		if (!run_rounds(trial, error))
			return false;
	}
	tick(trial, until_ms);
	return true;
}

/* ---- the stream ---- */

static int by_time(const void *a, const void *b)
{
	const struct whatif_request *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

/* How far those that are dated must move for the first of them not to be past. */
static int64_t delay_of(const struct whatif_request *requests, uint32_t count, int64_t now)
{
	int64_t first_at = now;
	for (uint32_t i = 0; i < count; i++) {
		if (!requests[i].from_now && requests[i].at < first_at)
			first_at = requests[i].at;
	}
	return now - first_at;
}

bool whatif_place(struct whatif_request *requests, uint32_t count, int64_t now,
	struct error *error)
{
	const int64_t last_at = now + WHATIF_DAYS_MAX * TIME_DAY_MS;
	for (uint32_t i = 0; i < count; i++) {
		if (requests[i].at == ABSENT && i > 0)
			requests[i].from_now = requests[i - 1].from_now;
		if (requests[i].at == ABSENT)
			requests[i].at = i > 0 ? requests[i - 1].at : now;
	}
	int64_t delay = delay_of(requests, count, now);
	for (uint32_t i = 0; i < count; i++) {
		struct whatif_request *request = &requests[i];
		int64_t move = request->from_now ? now : delay, *need_by = &request->params.need_by;
		if (request->at > last_at - move)
			return error_set(error, ERROR_INVALID, "at",
				"request %lld: it lies more than %d days ahead", (long long)request->line,
				WHATIF_DAYS_MAX);
		request->at += move;
		/* a date from the far future stays what it is */
		if (!request->from_now && *need_by != ABSENT && *need_by < last_at)
			*need_by += delay;
		request->from_now = false;
	}
	qsort(requests, count, sizeof *requests, by_time);
	return true;
}

static bool ask(struct trial *trial, uint32_t number, struct error *error)
{
	const struct whatif_request *request = &trial->requests[number];
	struct outcome *outcome = &trial->outcomes[number];
	struct context context = context_of(trial);
	struct decision decision = { .arena = trial->scratch };
	struct error cause = { 0 };
	if (!request_decide(&context, &request->params, NULL, &decision, &cause)) {
		return error_set(error, cause.id, cause.field, "request %lld: %s",
			(long long)request->line, cause.message);
	}
	const struct event *event = &decision.events[0];
	assert(event->type == &event_request_allocated || event->type == &event_request_refused ||
		event->type == &event_request_eligible);
	const struct request_decided *body = event->body;
	keep_id(trial, number, body->request);
	if (event->type == &event_request_eligible) {
		outcome->waits = true;
		trial->waiting++;
	} else {
		decided(trial, outcome, body);
	}
	apply(trial, &decision, trial->actor->code);
	sweep(trial);
	return true;
}

/* Rounds until nothing of the stream waits, or none is left to serve it. */
static bool serve_rest(struct trial *trial, struct error *error)
{
	int64_t round_at;
	while (trial->waiting > 0 && (round_at = next_round(trial)) != TIME_NONE) {
		if (!go_on(trial, round_at, error))
			return false;
	}
	return true;
}

static bool run(struct trial *trial, struct error *error)
{
	for (uint32_t i = 0; i < trial->count; i++) {
		assert(trial->requests[i].at >= trial->now);
		if (!go_on(trial, trial->requests[i].at, error) || !ask(trial, i, error))
			return false;
	}
	return serve_rest(trial, error);
}

/* ---- telling ---- */

/* Whole days until what is left is gone at the stream's rate; ABSENT where it has none. */
static int64_t days_left(const struct trial *trial, const struct watched *watched,
	int64_t headroom_g)
{
	int64_t first_at = trial->requests[0].at, last_at = trial->requests[trial->count - 1].at;
	int64_t span_days = (last_at - first_at) / TIME_DAY_MS + 1, left_days;
	if (watched->awarded_g == 0 ||
	    !checked_mul_div_down(headroom_g, span_days, watched->awarded_g, &left_days))
		return ABSENT;
	return checked_add_to((last_at - trial->begun_at) / TIME_DAY_MS, left_days, VAULT_INT_MAX);
}

static void tell_floor(const struct trial *trial, const struct watched *watched,
	const char *name, const struct floor *floor, const struct reached *reached)
{
	struct list *list = &trial->told->floors;
	if (floor == NULL)
		return;
	struct whatif_floor *told = (struct whatif_floor *)list->items + list->count++;
	*told = (struct whatif_floor){ .available_after_g = watched->commodity->available_g,
		.available_before_g = watched->before_g, .floor_g = floor->mass_g,
		.line = reached->line, .reached_at = reached->at };
	body_text(told->commodity, watched->commodity->code);
	body_text(told->floor, name);
	body_text(told->request, reached->request);
	if (reached->at != ABSENT)
		told->days = (reached->at - trial->begun_at) / TIME_DAY_MS;
	else
		told->days = days_left(trial, watched, floor_headroom_g(floor,
			watched->commodity->available_g -
			declaration_set_aside_g(watched->commodity->declaration, watched->commodity)));
	told->extrapolated = reached->at == ABSENT && told->days != ABSENT;
}

static const char *title_of(const char *rule)
{
	if (text_equal(rule, "expired"))
		return "its date, or its declaration, ended before a round served it";
	return text_equal(rule, "waits") ? "no round was left to serve it" : rule_title(rule);
}

static void tell_cut(const struct trial *trial, uint32_t number)
{
	struct whatif *told = trial->told;
	const struct whatif_request *request = &trial->requests[number];
	const struct outcome *outcome = &trial->outcomes[number];
	const char *rule = outcome->waits ? "waits" : outcome->rule;
	told->cut++;
	told->refused += outcome->awarded_g == 0 ? 1 : 0;
	if (told->cuts.count == WHATIF_CUTS_SHOWN)
		return;
	struct whatif_cut *cut = (struct whatif_cut *)told->cuts.items + told->cuts.count++;
	*cut = (struct whatif_cut){ .at = request->at, .awarded_g = outcome->awarded_g,
		.line = request->line, .mass_g = request->params.mass_g, .title = title_of(rule) };
	body_text(cut->commodity, request->params.commodity);
	body_text(cut->member, request->params.member);
	body_text(cut->rule, rule);
}

static void tell(const struct trial *trial)
{
	struct whatif *told = trial->told;
	told->requests = trial->count;
	for (uint32_t i = 0; i < trial->count; i++) {
		int64_t mass_g = trial->requests[i].params.mass_g;
		told->asked_g = checked_add_to(told->asked_g, mass_g, VAULT_INT_MAX);
		told->awarded_g = checked_add_to(told->awarded_g, trial->outcomes[i].awarded_g,
			VAULT_INT_MAX);
		if (trial->outcomes[i].awarded_g < mass_g)
			tell_cut(trial, i);
	}
	for (uint32_t i = 0; i < trial->watched_count; i++) {
		const struct watched *watched = &trial->watched[i];
		tell_floor(trial, watched, "operating", watched->commodity->operating,
			&watched->operating);
		tell_floor(trial, watched, "hard", watched->commodity->hard, &watched->hard);
	}
}

/* ---- beginning ---- */

static int compare_watched(const void *a, const void *b)
{
	const struct watched *x = a, *y = b;
	return strcmp(x->commodity->code, y->commodity->code);
}

/* An unknown commodity is request_decide's to say. */
static void watch_commodities(struct trial *trial)
{
	for (uint32_t i = 0; i < trial->count; i++) {
		const char *code = trial->requests[i].params.commodity;
		const struct commodity *commodity = state_find(trial->state, TABLE_COMMODITY, code);
		if (commodity == NULL || watched_of(trial, code) != NULL)
			continue;
		trial->watched[trial->watched_count++] = (struct watched){ .commodity = commodity,
			.before_g = commodity->available_g,
			.operating = { .at = ABSENT, .line = ABSENT },
			.hard = { .at = ABSENT, .line = ABSENT } };
	}
	qsort(trial->watched, trial->watched_count, sizeof *trial->watched, compare_watched);
}

static const struct person *find_actor(const struct state *state, const char *code)
{
	const struct person *person = code != NULL ? person_find(state, code) : NULL, *other = NULL;
	while (person == NULL && (other = state_next(state, TABLE_PERSON, other)) != NULL) {
		if (other->state == PERSON_ENROLLED &&
		    (other->duties & (DUTY_OFFICER | DUTY_KEEPER)) != 0)
			person = other;
	}
	return person;
}

static bool begin(struct trial *trial, const char *actor, struct error *error)
{
	uint32_t commodities = (uint32_t)state_count(trial->state, TABLE_COMMODITY);
	uint32_t shown = trial->count < WHATIF_CUTS_SHOWN ? trial->count : WHATIF_CUTS_SHOWN;
	if (state_reserve(trial->state) == NULL)
		return error_set(error, ERROR_NOT_FOUNDED, "",
			"this reserve has no founding note yet");
	trial->actor = find_actor(trial->state, actor);
	if (trial->actor == NULL)
		return error_set(error, ERROR_DENIED, "", "no officer or keeper is enrolled");
	for (trial->chain_count = 64; trial->chain_count < trial->count;)
		trial->chain_count *= 2;
	trial->outcomes = arena_alloc(trial->arena, trial->count * sizeof *trial->outcomes);
	trial->chains = arena_alloc(trial->arena, trial->chain_count * sizeof *trial->chains);
	trial->watched = arena_alloc(trial->arena, (commodities + 1) * sizeof *trial->watched);
	trial->told->floors.items = arena_alloc(trial->arena,
		(2 * commodities + 1) * sizeof(struct whatif_floor));
	trial->told->cuts.items = arena_alloc(trial->arena, shown * sizeof(struct whatif_cut));
	if (trial->outcomes == NULL || trial->chains == NULL || trial->watched == NULL ||
	    trial->told->floors.items == NULL || trial->told->cuts.items == NULL)
		return error_set(error, ERROR_LIMIT, "requests", "the trial needs too much memory");
	watch_commodities(trial);
	return true;
}

bool whatif_run(struct state *state, int64_t now, const char *actor,
	struct whatif_request *requests, uint32_t count, struct arena *arena,
	struct whatif *ret_whatif, struct error *error)
{
	struct whatif told = { 0 };
	struct trial trial = { .state = state, .begun_at = now, .now = now,
		.last_round_at = now - 1, .requests = requests, .count = count, .arena = arena,
		.told = &told };
	assert(now >= state_last_at(state));
	if (count == 0 || count > WHATIF_REQUESTS_MAX)
		return error_set(error, ERROR_LIMIT, "requests", "a stream has 1 to %d requests",
			WHATIF_REQUESTS_MAX);
	if (!whatif_place(requests, count, now, error) || !begin(&trial, actor, error))
		return false;
	trial.scratch = arena_new(0);
	bool good = run(&trial, error);
	arena_free(trial.scratch);
	if (!good)
		return false;
	tell(&trial);
	*ret_whatif = told;
	return true;
}
