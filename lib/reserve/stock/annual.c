/* Lines of the annual plan: how they follow one another, and what is used of them. */
#include "reserve/stock/annual.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/annual_proposed.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"

const char *const annual_action_names[] = { "", "acquire", "dispose", "upgrade", "rotate",
	"release", NULL };

static const struct field line_fields[] = {
	F_TEXT(struct annual_line, id),
	F_REF(struct annual_line, commodity, TABLE_COMMODITY),
	F_INT(struct annual_line, fiscal_year),
	F_ENUM(struct annual_line, action, annual_action_names),
	F_INT(struct annual_line, version),
	F_INT(struct annual_line, max_g),
	F_INT(struct annual_line, used_g),
	F_INT(struct annual_line, counts_from),
	F_TIME(struct annual_line, effective_at),
	F_ENUM(struct annual_line, state, setting_state_names),
	F_STRING(struct annual_line, because),
	F_TEXT(struct annual_line, document),
};
const struct descriptor annual_line_descriptor =
	DESCRIPTOR("annual_line", struct annual_line, line_fields);

int64_t annual_year_of(int64_t at)
{
	int year, month, day;
	time_civil(at, &year, &month, &day);
	return month >= FISCAL_YEAR_MONTH ? year + 1 : year;
}

int64_t annual_year_begin(int64_t fiscal_year)
{
	return time_from_civil((int)fiscal_year - 1, FISCAL_YEAR_MONTH, 1);
}

/* ---- what is left ---- */

const struct annual_line *annual_line_of(const struct commodity *commodity,
	enum annual_action action)
{
	return commodity->annual[action];
}

int64_t annual_used_g(const struct annual_line *line)
{
	bool counted = line->action == ANNUAL_RELEASE &&
		line->commodity->released_year == line->fiscal_year;
	return line->used_g + (counted ? line->commodity->released_g : 0);
}

int64_t annual_line_left_g(const struct annual_line *line)
{
	int64_t left_g = line->max_g - annual_used_g(line);
	return left_g > 0 ? left_g : 0;
}

int64_t annual_left_g(const struct commodity *commodity, enum annual_action action)
{
	const struct annual_line *line = commodity->annual[action];
	return line != NULL ? annual_line_left_g(line) : VAULT_INT_MAX;
}

const char *annual_words(struct arena *arena, const struct annual_line *line)
{
	static const char *const done[ANNUAL_ACTION_COUNT] = { "", "acquired", "disposed of", "upgraded",
		"rotated", "released" };
	char most[WORD_MASS], used[WORD_MASS];
	word_mass(most, line->max_g);
	word_mass(used, annual_used_g(line));
	return arena_printf(arena, "the plan of %lld, v%lld, lets %s of %s be %s, and %s of that are used",
		(long long)line->fiscal_year, (long long)line->version, most, line->commodity->code,
		done[line->action], used);
}

bool annual_refuses(const struct context *context, const struct commodity *commodity,
	enum annual_action action, int64_t mass_g, const char *subject, struct decision *decision)
{
	const struct annual_line *line = commodity->annual[action];
	char asked[WORD_MASS];
	if (line == NULL || mass_g <= annual_line_left_g(line))
		return false;
	word_mass(asked, mass_g);
	return refuse_act(decision, subject, "R06", context->actor != NULL ? context->actor->code : "",
		arena_printf(context->arena, "%s; this would be %s more", annual_words(context->arena, line),
		asked));
}

const char *annual_bar(const struct context *context, const struct commodity *commodity,
	enum annual_action action, int64_t taken_index, const char **ret_because)
{
	const struct annual_line *line = commodity->annual[action];
	if (line == NULL || (taken_index >= line->counts_from && annual_used_g(line) <= line->max_g))
		return NULL;
	*ret_because = arena_printf(context->arena, "%s; %s", annual_words(context->arena, line),
		taken_index < line->counts_from ? "this was prepared before that and is not among it: reject "
		"it and prepare it anew" : "it was cut since this was prepared, and something is to be rejected");
	return "R06";
}

void annual_use(struct state *state, struct commodity *commodity, enum annual_action action,
	int64_t mass_g, int64_t taken_index)
{
	struct annual_line *line = commodity->annual[action];
	assert(action != ANNUAL_RELEASE);
	if (line == NULL || mass_g == 0 || taken_index < line->counts_from)
		return;
	line->used_g += mass_g;
	if (line->used_g < 0) /* a later assay found more of a lot than it counted, and all was given back */
		line->used_g = 0;
	state_touch(state, line);
}

/* ---- rows ---- */

void annual_loaded(struct state *state, struct row *row)
{
	struct annual_line *line = (struct annual_line *)(void *)row;
	(void)state;
	if (line->state == SETTING_IN_FORCE)
		line->commodity->annual[line->action] = line;
}

int64_t annual_due(const struct row *row)
{
	const struct annual_line *line = (const struct annual_line *)(const void *)row;
	return line->state == SETTING_SCHEDULED ? line->effective_at :
		line->state == SETTING_IN_FORCE ? annual_year_begin(line->fiscal_year + 1) : TIME_NONE;
}

static void append(char *to, size_t size, size_t *length, const char *text)
{
	size_t more = strlen(text);
	assert(*length + more < size);
	memcpy(to + *length, text, more + 1);
	*length += more;
}

void annual_line_id(char *to, size_t size, const struct annual_proposed *body)
{
	char number[WORD_INT];
	size_t length = 0;
	append(to, size, &length, body->commodity);
	append(to, size, &length, "/");
	word_int(number, body->fiscal_year);
	append(to, size, &length, number);
	append(to, size, &length, "/");
	append(to, size, &length, annual_action_names[body->action]);
	if (body->version == ABSENT)
		return;
	append(to, size, &length, "/");
	word_int(number, body->version);
	append(to, size, &length, number);
}

static const struct field proposed_fields[] = {
	F_ENUM(struct annual_proposed, action, annual_action_names),
	F_STRING(struct annual_proposed, because),
	F_TEXT(struct annual_proposed, commodity),
	F_TEXT(struct annual_proposed, document),
	F_TIME(struct annual_proposed, effective_at),
	F_INT(struct annual_proposed, fiscal_year),
	F_TEXT(struct annual_proposed, line),
	F_INT(struct annual_proposed, max_g),
	F_INT(struct annual_proposed, used_g),
	F_INT(struct annual_proposed, version),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("annual.proposed", struct annual_proposed, proposed_fields);

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct annual_proposed *body = data;
	struct annual_proposed counted = *body;
	char under[sizeof body->line];
	(void)applied;
	counted.version = ABSENT;
	annual_line_id(under, sizeof under, &counted);
	state_take_version(state, under, body->version);
	struct annual_line *line = state_insert(state, TABLE_ANNUAL_LINE, body->line);
	line->commodity = state_find(state, TABLE_COMMODITY, body->commodity);
	line->fiscal_year = body->fiscal_year;
	line->action = body->action;
	line->version = body->version;
	line->max_g = body->max_g;
	line->used_g = body->used_g != ABSENT ? body->used_g : 0;
	line->effective_at = body->effective_at;
	line->state = SETTING_PROPOSED;
	line->because = strdup(body->because != NULL ? body->because : "");
	if (line->because == NULL)
		abort();
	body_text(line->document, body->document);
}

const struct event_type event_annual_proposed = { "annual.proposed", &proposed_body,
	apply_proposed };

/* ---- signing and coming into force ---- */

static const struct setting_kind setting = SETTING(TABLE_ANNUAL_LINE, struct annual_line);

const struct annual_line *annual_holding(const struct state *state,
	const struct annual_proposed *body, int64_t at_ms)
{
	const struct annual_line *line = NULL, *last = NULL;
	while ((line = state_next(state, TABLE_ANNUAL_LINE, line)) != NULL) {
		if ((line->state == SETTING_IN_FORCE ||
		    (line->state == SETTING_SCHEDULED && line->effective_at <= at_ms)) &&
		    line->fiscal_year == body->fiscal_year && line->action == body->action &&
		    text_equal(line->commodity->code, body->commodity) &&
		    (last == NULL || line->version > last->version))
			last = line;
	}
	return last;
}

const struct annual_line *annual_last_signed(const struct state *state,
	const struct annual_proposed *body)
{
	return annual_holding(state, body, INT64_MAX);
}

/* Another version may have been signed meanwhile, which this one would raise without waiting. */
static bool annual_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct annual_line *line = NULL;
	(void)error;
	while ((line = setting_next(context->state, &setting, document->id, line)) != NULL) {
		struct annual_proposed body = { .fiscal_year = line->fiscal_year, .action = line->action };
		body_text(body.commodity, line->commodity->code);
		const struct annual_line *last = annual_holding(context->state, &body,
			line->effective_at > context->now ? line->effective_at : context->now);
		if (last != NULL && last->max_g < line->max_g &&
		    line->effective_at < document->prepared_at + ANNUAL_WAIT_DAYS * TIME_DAY_MS)
			return refuse_act(decision, document->id, "R21", "", arena_printf(context->arena,
				"%s was signed meanwhile, and %s would raise it without waiting", last->id,
				line->id));
	}
	return setting_add_approved(decision, &event_annual_approved, document->id);
}

static void apply_approved(struct state *state, const struct applied *applied, const void *data)
{
	const struct setting_approved *body = data;
	(void)applied;
	setting_schedule(state, &setting, body->document);
}

static void annual_rejected(struct state *state, const struct document *document)
{
	setting_reject(state, &setting, document->id);
}

const struct event_type event_annual_approved = { "annual.approved", &setting_approved_body,
	apply_approved };
const struct document_kind document_annual = { "annual", annual_effect, annual_rejected, NULL,
	NULL };

struct line_only {
	char line[CODE_MAX + 32];
};
static const struct field line_only_fields[] = { F_TEXT(struct line_only, line) };
static const struct descriptor line_only =
	DESCRIPTOR("annual.line", struct line_only, line_only_fields);

void tick_annual(const struct annual_line *line, int64_t due_ms, struct decision *decision)
{
	const struct event_type *type = line->state == SETTING_SCHEDULED ? &event_annual_in_force :
		&event_annual_ended;
	struct line_only *body = decision_body(decision, type);
	body_text(body->line, line->id);
	decision_add_at(decision, type, body, due_ms);
}

static void supersede(struct state *state, struct annual_line *line)
{
	line->state = SETTING_SUPERSEDED;
	state_close(state, line);
}

/* The row that comes into force, and what it takes over from the version before. */
static void apply_in_force(struct state *state, const struct applied *applied, const void *data)
{
	const struct line_only *body = data;
	struct annual_line *line = state_find(state, TABLE_ANNUAL_LINE, body->line), *old = NULL;
	assert(line != NULL);
	struct annual_line **slot = &line->commodity->annual[line->action];
	line->counts_from = applied->index;
	if (*slot != NULL && (*slot)->fiscal_year == line->fiscal_year) {
		line->used_g = (*slot)->used_g;
		line->counts_from = (*slot)->counts_from;
	}
	while ((old = state_next(state, TABLE_ANNUAL_LINE, old)) != NULL) {
		bool older = old->commodity == line->commodity && old->action == line->action &&
			old->fiscal_year == line->fiscal_year && old->version < line->version;
		if (!old->row.closed && (old == *slot || (older && old->state == SETTING_SCHEDULED)))
			supersede(state, old);
	}
	line->state = SETTING_IN_FORCE;
	*slot = line;
	state_touch(state, line);
	state_schedule(state, line);
}

static void apply_ended(struct state *state, const struct applied *applied, const void *data)
{
	const struct line_only *body = data;
	(void)applied;
	struct annual_line *line = state_find(state, TABLE_ANNUAL_LINE, body->line);
	assert(line != NULL && line->commodity->annual[line->action] == line);
	line->commodity->annual[line->action] = NULL;
	supersede(state, line);
}

const struct event_type event_annual_in_force = { "annual.in_force", &line_only, apply_in_force };
const struct event_type event_annual_ended = { "annual.ended", &line_only, apply_ended };
