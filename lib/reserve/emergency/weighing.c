/* Every rule in its order, each with its limit, its figures and a sentence. */
#include "reserve/emergency/weighing.h"

#include <assert.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/usage.h"
#include "reserve/finding.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/member.h"

enum { RULES_FIRST = 8, WORDS_SHOWN = 160 };

static void grow(struct weighing *weighing)
{
	uint32_t capacity = weighing->capacity == 0 ? RULES_FIRST : weighing->capacity * 2;
	struct rule_result *rules = arena_alloc(weighing->context->arena, capacity * sizeof *rules);
	assert(rules != NULL && capacity <= WEIGHING_RULES_MAX); /* far below the arena's cap */
	if (weighing->count > 0)
		memcpy(rules, weighing->rules, weighing->count * sizeof *rules);
	weighing->rules = rules;
	weighing->capacity = capacity;
}

struct rule_result *weigh_add(struct weighing *weighing, const char *rule, int64_t limit_g)
{
	if (weighing->count == weighing->capacity)
		grow(weighing);
	struct rule_result *result = &weighing->rules[weighing->count++];
	*result = (struct rule_result){ .limit_g = limit_g, .available_g = ABSENT,
		.must_stay_g = ABSENT, .version = ABSENT, .earliest_at = ABSENT };
	body_text(result->rule, rule);
	result->failed = limit_g < weighing->ask->mass_g;
	if (limit_g < weighing->limit_g)
		weighing->limit_g = limit_g;
	return result;
}

/*
 * The result of a typed rule, among those of its kind, which stand from first on. NULL where enough of
 * them let less pass.
 */
static struct rule_result *add_ruled(struct weighing *weighing, const struct rule *rule,
	const char *code, int64_t limit_g, uint32_t first)
{
	if (weighing->count - first == WEIGHING_KIND_MAX) {
		uint32_t loosest = first;
		for (uint32_t i = first + 1; i < weighing->count; i++) {
			if (weighing->rules[i].limit_g > weighing->rules[loosest].limit_g)
				loosest = i;
		}
		if (weighing->rules[loosest].limit_g <= limit_g)
			return NULL;
		weighing->rules[loosest] = weighing->rules[--weighing->count];
	}
	struct rule_result *result = weigh_add(weighing, code, limit_g);
	result->version = rule->version;
	return result;
}

static void bar(struct weighing *weighing, const char *rule, const char *because)
{
	weigh_add(weighing, rule, 0)->because = because;
	weighing->barred = true;
}

/* When all that failed would pass, where each of them knows. */
static void settle(struct weighing *weighing)
{
	weighing->earliest_at = ABSENT;
	for (uint32_t i = 0; i < weighing->count; i++) {
		const struct rule_result *result = &weighing->rules[i];
		if (!result->failed)
			continue;
		if (result->earliest_at == ABSENT) {
			weighing->earliest_at = ABSENT;
			return;
		}
		if (result->earliest_at > weighing->earliest_at)
			weighing->earliest_at = result->earliest_at;
	}
}

/* ---- standing and form ---- */

/* The words of a rule for a sentence: as many as fit, and that there are more. */
static const char *words_shown(struct arena *arena, const struct rule *rule)
{
	const char *all = "", *at = rule->words, *word;
	size_t length, used = 0;
	while (rule_next_word(&at, &word, &length)) {
		if (used + length > WORDS_SHOWN)
			return arena_printf(arena, "%s and others", all);
		used += length;
		all = arena_printf(arena, "%s%s%.*s", all, *all != '\0' ? ", " : "", (int)length, word);
	}
	return all;
}

/* A word that must stand in the words of every rule of a kind, or in none. */
struct condition {
	enum rule_kind kind;
	const char *code;
	bool allows;      /* the words are all that is allowed */
	const char *what; /* "the purpose" */
};

static void weigh_condition(struct weighing *weighing, const struct condition *condition,
	const char *word)
{
	struct arena *arena = weighing->context->arena;
	struct rule_cursor cursor = { 0 };
	uint32_t first = weighing->count;
	const struct rule *rule;
	while ((rule = rule_next(&weighing->scope, condition->kind, &cursor)) != NULL) {
		if (rule_has_word(rule, word) == condition->allows)
			continue;
		weighing->barred = true;
		struct rule_result *result = add_ruled(weighing, rule, condition->code, 0, first);
		if (result == NULL)
			return;
		result->because = condition->allows ?
			arena_printf(arena, "%s %s%s, and rule %s v%lld allows %s alone", condition->what,
			*word != '\0' ? "is " : "is not given", word, rule->code,
			(long long)rule->version, words_shown(arena, rule)) :
			arena_printf(arena, "%s is %s, which counts as resale by rule %s v%lld",
			condition->what, word, rule->code, (long long)rule->version);
	}
}

static void weigh_conditions(struct weighing *weighing)
{
	static const struct condition purposes = { RULE_PURPOSES, "R08", true, "the purpose" };
	static const struct condition resale = { RULE_RESALE_BAN, "R08", false, "the purpose" };
	static const struct condition destinations = { RULE_DESTINATIONS, "R08", true,
		"the destination" };
	const struct ask *ask = weighing->ask;
	weigh_condition(weighing, &purposes, ask->purpose);
	weigh_condition(weighing, &resale, ask->purpose);
	/* What names no other country stays with the member. */
	weigh_condition(weighing, &destinations,
		ask->destination[0] != '\0' ? ask->destination : ask->member->code);
}

/* A rating needs a day; whoever names one names one to come. */
static void weigh_need_by(struct weighing *weighing)
{
	const struct ask *ask = weighing->ask;
	if (ask->need_by == ABSENT && (ask->tier == TIER_A || ask->tier == TIER_B))
		bar(weighing, "R09", ask->tier == TIER_A ? "tier A needs a need-by date" :
			"tier B needs a need-by date");
	else if (ask->need_by != ABSENT && ask->need_by <= weighing->context->now)
		bar(weighing, "R09", "the need-by date has passed");
}

static void weigh_notice(struct weighing *weighing)
{
	const struct declaration *declaration = weighing->declaration;
	struct rule_cursor cursor = { 0 };
	uint32_t first = weighing->count;
	const struct rule *rule;
	while (declaration != NULL &&
	       (rule = rule_next(&weighing->scope, RULE_NOTICE, &cursor)) != NULL) {
		int64_t since = declaration->declared_at != ABSENT ? declaration->declared_at :
			declaration->starts_at;
		int64_t until = since + rule->days * TIME_DAY_MS;
		if (weighing->context->now >= until)
			continue;
		struct rule_result *result = add_ruled(weighing, rule, "R21", 0, first);
		if (result == NULL)
			return;
		result->earliest_at = until;
		result->because = arena_printf(weighing->context->arena, "nothing is awarded for %lld "
			"days after %s was signed, by rule %s v%lld", (long long)rule->days, declaration->id,
			rule->code, (long long)rule->version);
	}
}

void weigh_standing(struct weighing *weighing)
{
	static const struct condition eligibility = { RULE_ELIGIBILITY, "R07", true, "the member" };
	const struct ask *ask = weighing->ask;
	if (weighing->declaration == NULL &&
	    declaration_has_ended_for(weighing->context->state, ask->commodity->code))
		bar(weighing, "R02", "the declaration that covered it has ended");
	else if (weighing->declaration == NULL)
		bar(weighing, "R01", "no declaration is open for it");
	if (ask->member->status != MEMBER_IN_FORCE)
		bar(weighing, "R07", member_status_name(ask->member));
	if (ask->member->overdue_returns > 0)
		bar(weighing, "R16", "a return that it answers for is overdue, and until it is back it "
			"claims nothing new");
	if (weighing->ruled)
		weigh_condition(weighing, &eligibility, member_status_name(ask->member));
	if (text_equal(ask->purpose, "resale"))
		bar(weighing, "R08", "metal of the reserve is not for resale");
	if (weighing->ruled)
		weigh_conditions(weighing);
	weigh_need_by(weighing);
	if (weighing->ruled)
		weigh_notice(weighing);
	settle(weighing);
}

/* ---- what is held ---- */

static bool is_gathered(const char *const *origins, uint32_t count, const char *word,
	size_t length)
{
	for (uint32_t i = 0; i < count; i++) {
		if (strncmp(origins[i], word, length) == 0 && origins[i][length] == '\0')
			return true;
	}
	return false;
}

/* Gathers the origins that rules ban, each once. */
static void gather_bans(struct weighing *weighing)
{
	struct arena *arena = weighing->context->arena;
	const char **origins = NULL, *at, *word;
	uint32_t count = 0, capacity = 0;
	struct rule_cursor cursor = { 0 };
	size_t length;
	const struct rule *rule;
	while ((rule = rule_next(&weighing->scope, RULE_ORIGIN_BAN, &cursor)) != NULL) {
		uint32_t of_others = count; /* no rule has a word twice */
		for (at = rule->words; rule_next_word(&at, &word, &length);) {
			if (is_gathered(origins, of_others, word, length))
				continue;
			if (count == capacity) {
				const char **more = arena_alloc(arena, (capacity + 8) * 2 * sizeof *more);
				assert(more != NULL);
				if (count > 0)
					memcpy(more, origins, count * sizeof *more);
				origins = more;
				capacity = (capacity + 8) * 2;
			}
			origins[count++] = arena_text(arena, word, length);
		}
	}
	weighing->filter = (struct pick_filter){ origins, count };
}

static bool is_banned(const struct pick_filter *filter, const struct lot *lot)
{
	for (uint32_t i = 0; i < filter->origin_count; i++) {
		if (text_equal(filter->origins[i], lot->origin))
			return true;
	}
	return false;
}

/* What of a request's own award would be available again; filter: NULL for none. */
static int64_t own_available_g(const struct state *state, const struct request *own,
	const struct pick_filter *filter)
{
	const struct pick *picks = own != NULL ? own->picks.items : NULL;
	int64_t sum_g = 0;
	for (uint32_t i = 0; picks != NULL && i < own->picks.count; i++) {
		const struct lot *lot = state_find(state, TABLE_LOT, picks[i].lot);
		if (lot != NULL && lot->listed && (filter == NULL || !is_banned(filter, lot)))
			sum_g += picks[i].contained_g;
	}
	return sum_g;
}

/* "without lots of RUS, by rule no-rus v2": the rules that ban, as far as they fit. */
static const char *ban_words(const struct weighing *weighing, int64_t *ret_version)
{
	struct arena *arena = weighing->context->arena;
	struct rule_cursor cursor = { 0 };
	const char *all = "";
	const struct rule *rule;
	int count = 0;
	while ((rule = rule_next(&weighing->scope, RULE_ORIGIN_BAN, &cursor)) != NULL &&
	       count++ < WEIGHING_KIND_MAX) {
		all = arena_printf(arena, "%s%s lots of %s by rule %s v%lld", all,
			*all != '\0' ? "," : "without", words_shown(arena, rule), rule->code,
			(long long)rule->version);
		*ret_version = rule->version;
	}
	if (count > 1)
		*ret_version = ABSENT; /* no one of them */
	return all;
}

static void weigh_held(struct weighing *weighing)
{
	const struct ask *ask = weighing->ask;
	const struct pick_filter *filter = &weighing->filter;
	bool banned = filter->origin_count > 0;
	int64_t free_g = weighing->sums != NULL ?
		picking_sums_free_g(weighing->sums, ask->min_grade_ppm) :
		picking_free_g(ask->commodity, ask->min_grade_ppm, filter);
	free_g += own_available_g(weighing->context->state, weighing->own, filter);
	bool none = free_g == 0 &&
		(!banned || picking_free_g(ask->commodity, ask->min_grade_ppm, NULL) == 0);
	if (none && (pick_any(&ask->commodity->lots, ask->min_grade_ppm) ||
	    pick_any(&ask->commodity->aside, ask->min_grade_ppm))) {
		struct rule_result *result = weigh_add(weighing, "R11", 0);
		result->because =
			"only lots that are held, pledged, in quarantine, out of date or awarded remain";
		return;
	}
	struct rule_result *result = weigh_add(weighing, "R10", free_g);
	result->available_g = free_g;
	if (banned)
		result->because = ban_words(weighing, &result->version);
}

/* ---- limits in grams ---- */

/* What must stay beside the floor is named, whether or not the floor binds. */
static const char *aside_words(struct arena *arena, const struct floor *floor, int64_t aside_g)
{
	char mass[WORD_MASS];
	word_mass(mass, aside_g);
	return arena_printf(arena, "%s, and %s set aside for what participants may draw",
		floor_words(arena, floor), mass);
}

static void weigh_floor(struct weighing *weighing, const char *rule, const struct floor *floor,
	int64_t available_g)
{
	int64_t aside_g = declaration_set_aside_g(weighing->declaration, weighing->ask->commodity);
	struct rule_result *result = weigh_add(weighing, rule,
		floor_headroom_g(floor, available_g - aside_g));
	result->available_g = available_g;
	if (floor != NULL) {
		result->must_stay_g = floor->mass_g + aside_g;
		result->version = floor->version;
		if (aside_g > 0)
			result->because = aside_words(weighing->context->arena, floor, aside_g);
		else if (result->failed)
			result->because = floor_words(weighing->context->arena, floor);
	} else {
		result->because = "this floor is not set, and without both nothing leaves";
	}
}

static bool operating_binds(const struct rule_scope *scope)
{
	return scope->declaration == NULL || declaration_keeps_operating(scope->declaration) ||
		scope->commodity->operating == NULL;
}

static int64_t at_least_0(int64_t mass_g)
{
	return mass_g > 0 ? mass_g : 0;
}

static void weigh_cap(struct weighing *weighing)
{
	const struct commodity *commodity = weighing->ask->commodity;
	const struct request *own = weighing->own;
	int64_t used_g = commodity->cap_used_g;
	if (commodity->declaration == NULL || commodity->cap_g == ABSENT)
		return;
	if (own != NULL && own->declaration == commodity->declaration && own->drawn_g != ABSENT)
		used_g -= own->drawn_g;
	struct rule_result *result = weigh_add(weighing, "R03", at_least_0(commodity->cap_g - used_g));
	result->available_g = commodity->cap_g;
	result->must_stay_g = used_g;
}

/* What the annual plan lets be released in this fiscal year. */
static void weigh_annual(struct weighing *weighing)
{
	const struct annual_line *line = annual_line_of(weighing->ask->commodity, ANNUAL_RELEASE);
	const struct request *own = weighing->own;
	if (line == NULL)
		return;
	int64_t used_g = annual_used_g(line);
	if (own != NULL && own->drawn_g != ABSENT &&
	    annual_year_of(own->decided_at) == line->fiscal_year)
		used_g -= own->drawn_g;
	struct rule_result *result = weigh_add(weighing, "R06", at_least_0(line->max_g - used_g));
	result->available_g = line->max_g;
	result->must_stay_g = used_g;
	result->version = line->version;
	if (result->failed)
		result->because = annual_words(weighing->context->arena, line);
}

/* A cap, and what is used of it. */
struct capped {
	int64_t cap_g, used_g;
};

/* What members (NULL: all) had in a window, without a request's own award. */
static int64_t had_g(const struct rule_scope *scope, const struct member *member,
	const struct request *own, int64_t now, int64_t days)
{
	bool counts = own != NULL && own->drawn_g != ABSENT &&
		own->decided_at / TIME_DAY_MS > now / TIME_DAY_MS - days;
	return usage_g(scope->commodity, member, now, days) - (counts ? own->drawn_g : 0);
}

static int64_t may_leave_g(const struct rule_scope *scope, const struct request *own)
{
	const struct commodity *commodity = scope->commodity;
	int64_t available_g = commodity->available_g + own_available_g(scope->state, own, NULL) -
		declaration_set_aside_g(scope->declaration, commodity);
	int64_t hard_g = floor_headroom_g(commodity->hard, available_g);
	int64_t operating_g = operating_binds(scope) ?
		floor_headroom_g(commodity->operating, available_g) : hard_g;
	return hard_g < operating_g ? hard_g : operating_g;
}

static struct capped member_cap(const struct rule_scope *scope, const struct request *own,
	const struct rule *rule, int64_t now)
{
	struct capped capped = { .cap_g = rule->mass_g,
		.used_g = had_g(scope, scope->member, own, now, rule->days) };
	if (rule->share_ppm != ABSENT) {
		bool fits = checked_mul_div_down(had_g(scope, NULL, own, now, rule->days) +
			may_leave_g(scope, own), rule->share_ppm, VAULT_PPM, &capped.cap_g);
		assert(fits); /* a share is no more than the whole */
		(void)fits;
	}
	return capped;
}

/* A base covers the declaration's length, so what was had since it began counts against it. */
static struct capped base_cap(const struct rule_scope *scope, const struct request *own,
	const struct rule *base, int64_t now)
{
	const struct declaration *declaration = scope->declaration;
	struct capped capped = { .cap_g = rule_counted_g(scope, base, BASE_MASS) };
	if (declaration == NULL)
		return capped;
	int64_t days = now / TIME_DAY_MS - declaration->starts_at / TIME_DAY_MS + 1;
	days = days < 1 ? 1 : days > RULE_DAYS_MAX ? RULE_DAYS_MAX : days;
	capped.used_g = had_g(scope, scope->member, own, now, days);
	const struct member *within = NULL; /* what its states had that have no base of their own */
	while ((within = rule_state_within(scope, within)) != NULL)
		capped.used_g += had_g(scope, within, NULL, now, days);
	return capped;
}

static void weigh_member_caps(struct weighing *weighing)
{
	const struct ask *ask = weighing->ask;
	int64_t now = weighing->context->now;
	struct rule_cursor cursor = { 0 };
	uint32_t first = weighing->count;
	const struct rule *rule;
	while ((rule = rule_next(&weighing->scope, RULE_MEMBER_CAP, &cursor)) != NULL) {
		char amount[WORD_MASS > WORD_SHARE ? WORD_MASS : WORD_SHARE];
		bool share = rule->share_ppm != ABSENT;
		struct capped capped = member_cap(&weighing->scope, weighing->own, rule, now);
		struct rule_result *result = add_ruled(weighing, rule, "R22",
			at_least_0(capped.cap_g - capped.used_g), first);
		if (result == NULL)
			continue;
		result->available_g = capped.cap_g;
		result->must_stay_g = capped.used_g;
		if (result->failed && !share && ask->mass_g <= capped.cap_g && weighing->own == NULL)
			result->earliest_at = usage_frees_at(ask->commodity, ask->member, now, rule->days,
				capped.cap_g - ask->mass_g);
		if (share)
			word_share(amount, rule->share_ppm);
		else
			word_mass(amount, capped.cap_g);
		result->because = arena_printf(weighing->context->arena,
			"%s%s a member in %lld days, by rule %s v%lld", amount,
			share ? " of what all had and may still have," : "", (long long)rule->days, rule->code,
			(long long)rule->version);
	}
}

static void weigh_request_caps(struct weighing *weighing)
{
	struct rule_cursor cursor = { 0 };
	uint32_t first = weighing->count;
	const struct rule *rule;
	while ((rule = rule_next(&weighing->scope, RULE_REQUEST_CAP, &cursor)) != NULL) {
		char mass[WORD_MASS];
		struct rule_result *result = add_ruled(weighing, rule, "R22", rule->mass_g, first);
		if (result == NULL)
			continue;
		word_mass(mass, rule->mass_g);
		result->available_g = rule->mass_g;
		result->because = arena_printf(weighing->context->arena, "%s a request, by rule %s v%lld",
			mass, rule->code, (long long)rule->version);
	}
}

static void weigh_base(struct weighing *weighing)
{
	char mass[WORD_MASS];
	const struct rule *base = rule_base(&weighing->scope);
	if (base == NULL)
		return;
	struct capped capped = base_cap(&weighing->scope, weighing->own, base, weighing->context->now);
	struct rule_result *result = weigh_add(weighing, "R22",
		at_least_0(capped.cap_g - capped.used_g));
	result->version = base->version;
	result->available_g = capped.cap_g;
	result->must_stay_g = capped.used_g;
	word_mass(mass, capped.cap_g);
	result->because = arena_printf(weighing->context->arena,
		"a consumption base of %s for the declaration%s%s, by rule %s v%lld", mass,
		base->proxy ? " (a proxy)" : "",
		capped.cap_g < rule_base_g(base, weighing->scope.declaration) ?
		" without those of its states" : "", base->code, (long long)base->version);
}

/* Drift that a self-check found: nothing is awarded until officers have lifted it. */
static void weigh_stop(struct weighing *weighing)
{
	const struct finding *finding =
		commodity_stopped(weighing->context->state, weighing->ask->commodity);
	if (finding != NULL)
		bar(weighing, "R24", finding_stop_words(weighing->context->arena, finding));
}

static void weigh_limits(struct weighing *weighing)
{
	const struct commodity *commodity = weighing->ask->commodity;
	int64_t available_g = commodity->available_g +
		own_available_g(weighing->context->state, weighing->own, NULL);
	weigh_stop(weighing);
	weigh_cap(weighing);
	if (operating_binds(&weighing->scope))
		weigh_floor(weighing, "R04", commodity->operating, available_g);
	weigh_floor(weighing, "R05", commodity->hard, available_g);
	weigh_annual(weighing);
	if (!weighing->ruled)
		return;
	weigh_member_caps(weighing);
	weigh_request_caps(weighing);
	weigh_base(weighing);
}

int64_t weigh_member_cap_g(const struct rule_scope *scope, int64_t now)
{
	struct rule_cursor cursor = { 0 };
	int64_t least_g = VAULT_INT_MAX;
	const struct rule *rule;
	while ((rule = rule_next(scope, RULE_MEMBER_CAP, &cursor)) != NULL) {
		struct capped capped = member_cap(scope, NULL, rule, now);
		if (capped.cap_g - capped.used_g < least_g)
			least_g = at_least_0(capped.cap_g - capped.used_g);
	}
	const struct rule *base = rule_base(scope);
	struct capped capped = { .cap_g = VAULT_INT_MAX };
	if (base != NULL)
		capped = base_cap(scope, NULL, base, now);
	return capped.cap_g - capped.used_g < least_g ? at_least_0(capped.cap_g - capped.used_g) :
		least_g;
}

/* ---- the date ---- */

/* The site whose part of the picks leaves last. */
static const char *last_site(const struct weighing *weighing, const struct list *picked,
	int64_t earliest)
{
	const struct state *state = weighing->context->state;
	const struct pick *picks = picked->items;
	struct pick *part = arena_alloc(weighing->context->arena, picked->count * sizeof *part);
	const struct loadout_rules rules = rule_loadout(&weighing->scope);
	const struct site *site = NULL;
	while (part != NULL && (site = state_next(state, TABLE_SITE, site)) != NULL) {
		uint32_t count = 0;
		for (uint32_t i = 0; i < picked->count; i++) {
			const struct lot *lot = state_find(state, TABLE_LOT, picks[i].lot);
			if (lot != NULL && lot->site == site)
				part[count++] = picks[i];
		}
		if (count > 0 &&
		    loadout_earliest(weighing->context, &rules, part, count) == earliest)
			return site->code;
	}
	return "the site";
}

/* What cannot leave before the day on which it is needed is offered with the day on which it can. */
static void weigh_date(struct weighing *weighing)
{
	const struct ask *ask = weighing->ask;
	int64_t award_g = weighing->limit_g < ask->mass_g ? weighing->limit_g : ask->mass_g;
	if (ask->need_by == ABSENT || weighing->barred || award_g == 0)
		return;
	struct picked picked = { 0 };
	if (weighing->own != NULL)
		picked.picks = weighing->own->picks;
	else
		picking_one(ask->commodity, ask->min_grade_ppm, award_g, &weighing->filter,
			PICKS_AT_ONCE, weighing->context->arena, &picked);
	if (picked.picks.count == 0 || picked.cut) /* of more lots than are looked at no day is known */
		return;
	const struct loadout_rules rules = rule_loadout(&weighing->scope);
	int64_t earliest = loadout_earliest(weighing->context, &rules, picked.picks.items,
		picked.picks.count);
	if (earliest == ABSENT || earliest / TIME_DAY_MS < ask->need_by / TIME_DAY_MS)
		return;
	char day[TIME_TEXT_SIZE];
	time_format(earliest, day);
	struct rule_result *result = weigh_add(weighing, "R17", VAULT_INT_MAX);
	result->failed = true;
	result->earliest_at = earliest;
	result->because = arena_printf(weighing->context->arena,
		"%s can load the last of it on %.10s, not before the need-by date",
		last_site(weighing, &picked.picks, earliest), day);
}

/* ---- all of it ---- */

void weigh_begin(const struct context *context, const struct ask *ask, const struct rule *trial,
	struct weighing *ret_weighing)
{
	*ret_weighing = (struct weighing){ .context = context, .ask = ask,
		.declaration = ask->commodity->declaration, .limit_g = VAULT_INT_MAX,
		.earliest_at = ABSENT };
	ret_weighing->scope = (struct rule_scope){ .state = context->state,
		.commodity = ask->commodity, .member = ask->member,
		.declaration = ret_weighing->declaration, .trial = trial };
	ret_weighing->ruled = rule_any(&ret_weighing->scope);
	if (ret_weighing->ruled)
		gather_bans(ret_weighing);
}

void weigh_all(struct weighing *weighing)
{
	weigh_standing(weighing);
	weigh_held(weighing);
	weigh_limits(weighing);
	weigh_date(weighing);
	settle(weighing);
}
