/*
 * Freezing what a declaration's rounds rest on. Requests are collected once and sorted once; a
 * commodity's round is a slice of them with its claims, its members and its figures.
 */
#include "reserve/emergency/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "reserve/emergency/credit.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/rule.h"
#include "reserve/emergency/weighing.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/material.h"
#include "reserve/stock/picking.h"
#include "reserve/zone/member.h"
#include "reserve/zone/price.h"
#include "reserve/zone/release_price.h"

__extension__ typedef __int128 wide;

struct freezer {
	const struct context *context;
	struct context scratch;  /* its arena is of one request */
	const struct declaration *declaration;
	struct roster *roster;
	struct rounds *rounds;
};

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static bool no_memory(struct error *error)
{
	return error_set(error, ERROR_LIMIT, "", "the round needs too much memory");
}

/* ---- collecting ---- */

struct collected {
	const struct request **requests;
	uint32_t count, capacity;
};

static bool collect(struct collected *all, const struct request *request, struct arena *arena)
{
	if (all->count == all->capacity) {
		uint32_t capacity = all->capacity == 0 ? 256 : all->capacity * 2;
		const struct request **more = arena_alloc(arena, capacity * sizeof(struct request *));
		if (more == NULL)
			return false;
		if (all->count > 0)
			memcpy(more, all->requests, all->count * sizeof(struct request *));
		all->requests = more;
		all->capacity = capacity;
	}
	all->requests[all->count++] = request;
	return true;
}

static int by_commodity(const void *left, const void *right)
{
	const struct request *a = *(const struct request *const *)left;
	const struct request *b = *(const struct request *const *)right;
	int order = a->commodity != b->commodity ? strcmp(a->commodity->code, b->commodity->code) : 0;
	if (order == 0 && a->member != b->member)
		order = strcmp(a->member->code, b->member->code);
	return order != 0 ? order : strcmp(a->id, b->id);
}

/* Those that wait under the declaration; of the plan, and of the commodity, where these are given. */
static bool collect_all(const struct freezer *freezer, const struct plan *plan,
	const struct commodity *commodity, struct collected *all)
{
	const struct request *request = NULL;
	*all = (struct collected){ NULL, 0, 0 };
	while ((request = state_next(freezer->context->state, TABLE_REQUEST, request)) != NULL) {
		if (request->state != REQUEST_ELIGIBLE || request->row.closed ||
		    request->declaration != freezer->declaration ||
		    (commodity != NULL && request->commodity != commodity) ||
		    (plan != NULL && !text_equal(request->plan, plan->id)))
			continue;
		if (!collect(all, request, freezer->context->arena))
			return false;
	}
	if (all->count > 1)
		qsort(all->requests, all->count, sizeof(struct request *), by_commodity);
	return true;
}

static int by_code(const void *left, const void *right)
{
	const struct member *a = *(const struct member *const *)left;
	const struct member *b = *(const struct member *const *)right;
	return strcmp(a->code, b->code);
}

static struct roster *roster_new(const struct context *context)
{
	struct roster *roster = arena_alloc(context->arena, sizeof *roster);
	size_t most_members = state_count(context->state, TABLE_MEMBER);
	if (roster == NULL)
		return NULL;
	roster->members = arena_alloc(context->arena, most_members * sizeof(struct member *));
	if (roster->members == NULL)
		return NULL;
	const struct member *member = NULL;
	while ((member = state_next(context->state, TABLE_MEMBER, member)) != NULL)
		roster->members[roster->count++] = member;
	if (roster->count > 1)
		qsort(roster->members, roster->count, sizeof(struct member *), by_code);
	return roster;
}

/* ---- claims ---- */

enum standing { STANDING_GOOD, STANDING_BARRED, STANDING_NOTICE };

/* Its own arena is of one request. */
static void keep_notice(const struct freezer *freezer, const char *because)
{
	const char *kept = arena_printf(freezer->context->arena, "%s", because);
	if (kept != NULL)
		freezer->rounds->notice = kept;
}

/* What standing and form say of a request now; while a notice runs it is in no round. */
static enum standing standing_of(const struct freezer *freezer, const struct request *request)
{
	struct ask ask = request_ask(request);
	struct weighing weighing;
	enum standing standing = STANDING_GOOD;
	arena_reset(freezer->scratch.arena);
	weigh_begin(&freezer->scratch, &ask, NULL, &weighing);
	weigh_standing(&weighing);
	for (uint32_t i = 0; i < weighing.count; i++) {
		const struct rule_result *result = &weighing.rules[i];
		if (!result->failed)
			continue;
		if (!text_equal(result->rule, "R21"))
			return STANDING_BARRED;
		standing = STANDING_NOTICE;
		if (freezer->rounds->notice[0] == '\0')
			keep_notice(freezer, result->because);
	}
	return standing;
}

static struct rule_scope scope_of(const struct freezer *freezer,
	const struct commodity *commodity, const struct member *member)
{
	return (struct rule_scope){ .state = freezer->context->state, .commodity = commodity,
		.member = member, .declaration = freezer->declaration };
}

static int64_t request_cap_g(const struct rule_scope *scope)
{
	struct rule_cursor cursor = { 0 };
	int64_t cap_g = VAULT_INT_MAX;
	const struct rule *rule;
	while ((rule = rule_next(scope, RULE_REQUEST_CAP, &cursor)) != NULL)
		cap_g = least(cap_g, rule->mass_g);
	return cap_g;
}

/* Lots that may not serve this member; kept in the arena. */
static bool ban_of(const struct freezer *freezer, const struct request *request,
	struct pick_filter *ret_filter)
{
	struct ask ask = request_ask(request);
	struct weighing weighing;
	arena_reset(freezer->scratch.arena);
	weigh_begin(&freezer->scratch, &ask, NULL, &weighing);
	*ret_filter = (struct pick_filter){ NULL, 0 };
	if (weighing.filter.origin_count == 0)
		return true;
	const char **origins = arena_alloc(freezer->context->arena,
		weighing.filter.origin_count * sizeof *origins);
	for (uint32_t i = 0; origins != NULL && i < weighing.filter.origin_count; i++) {
		const char *origin = weighing.filter.origins[i];
		origins[i] = arena_text(freezer->context->arena, origin, strlen(origin));
	}
	*ret_filter = (struct pick_filter){ origins, weighing.filter.origin_count };
	return origins != NULL;
}

static bool has_origin(const struct pick_filter *filter, const char *origin)
{
	for (uint32_t i = 0; i < filter->origin_count; i++) {
		if (text_equal(filter->origins[i], origin))
			return true;
	}
	return false;
}

/* The origins that no member of the round may have. */
static bool shared_ban(const struct freezer *freezer, const struct pick_filter *bans,
	uint32_t count, struct pick_filter *ret_filter)
{
	const char **origins = arena_alloc(freezer->context->arena,
		bans[0].origin_count * sizeof *origins);
	uint32_t kept = 0;
	for (uint32_t i = 0; origins != NULL && i < bans[0].origin_count; i++) {
		bool shared = true;
		for (uint32_t member = 1; member < count && shared; member++)
			shared = has_origin(&bans[member], bans[0].origins[i]);
		if (shared)
			origins[kept++] = bans[0].origins[i];
	}
	*ret_filter = (struct pick_filter){ origins, kept };
	return origins != NULL;
}

static int64_t grade_of(const struct request *request)
{
	return request->min_grade_ppm != ABSENT ? request->min_grade_ppm : 0;
}

/* A member with bans of its own counts with no more than it may take by itself. */
static void narrow_claims(struct round *round, const struct pick_filter *bans,
	const struct pick_filter *shared)
{
	for (uint32_t i = 0; i < round->request_count; i++) {
		struct claim *claim = &round->claims[i];
		if (bans[claim->claimant].origin_count > shared->origin_count)
			claim->mass_g = least(claim->mass_g,
				picking_sums_free_g(round->sums[claim->claimant], claim->grade_ppm));
	}
}

static void add_member(const struct freezer *freezer, struct round *round,
	const struct member *member, int64_t *ret_request_cap_g)
{
	struct rule_scope scope = scope_of(freezer, round->commodity, member);
	int64_t cap_g = weigh_member_cap_g(&scope, freezer->context->now);
	uint32_t at = round->member_count++;
	round->members[at] = member;
	round->bases[at] = rule_base(&scope);
	round->claimants[at] = (struct claimant){
		.base_g = round->bases[at] == NULL ? 0 :
			rule_counted_g(&scope, round->bases[at], BASE_MASS),
		.cap_g = cap_g == VAULT_INT_MAX ? ABSENT : cap_g };
	*ret_request_cap_g = request_cap_g(&scope);
}

static bool make_room(struct round *round, uint32_t count, struct arena *arena)
{
	round->requests = arena_alloc(arena, count * sizeof(struct request *));
	round->claims = arena_alloc(arena, count * sizeof *round->claims);
	round->members = arena_alloc(arena, count * sizeof(struct member *));
	round->claimants = arena_alloc(arena, count * sizeof *round->claimants);
	round->bases = arena_alloc(arena, count * sizeof(struct rule *));
	round->credits = arena_alloc(arena, count * sizeof *round->credits);
	return round->requests != NULL && round->claims != NULL && round->members != NULL &&
		round->claimants != NULL && round->bases != NULL && round->credits != NULL;
}

static void gather_claims(const struct freezer *freezer, const struct request *const *slice,
	uint32_t count, struct round *round)
{
	int64_t cap_g = VAULT_INT_MAX;
	for (uint32_t i = 0; i < count; i++) {
		enum standing standing = standing_of(freezer, slice[i]);
		if (standing == STANDING_NOTICE) {
			freezer->rounds->noticed++;
			continue;
		}
		if (round->member_count == 0 ||
		    round->members[round->member_count - 1] != slice[i]->member)
			add_member(freezer, round, slice[i]->member, &cap_g);
		round->requests[round->request_count] = slice[i];
		round->claims[round->request_count++] = (struct claim){
			.claimant = round->member_count - 1, .tier = slice[i]->tier,
			.grade_ppm = grade_of(slice[i]),
			.mass_g = standing == STANDING_BARRED ? 0 : least(slice[i]->mass_g, cap_g) };
	}
}

/* ---- grades ---- */

static int by_grade(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
	return a < b ? -1 : a > b;
}

/* The distinct grades above 0 that are asked, ascending. */
static uint32_t distinct_grades(const struct round *round, int64_t *grades)
{
	uint32_t count = 0, kept = 0;
	for (uint32_t i = 0; i < round->request_count; i++) {
		if (round->claims[i].grade_ppm > 0)
			grades[count++] = round->claims[i].grade_ppm;
	}
	if (count > 1)
		qsort(grades, count, sizeof *grades, by_grade);
	for (uint32_t i = 0; i < count; i++) {
		if (kept == 0 || grades[kept - 1] != grades[i])
			grades[kept++] = grades[i];
	}
	return kept;
}

/* More grades than a division takes: claims go by the next higher of those that are kept. */
static uint32_t thin_grades(struct round *round, int64_t *grades, uint32_t count)
{
	if (count <= RATION_GRADES_MAX)
		return count;
	for (uint32_t i = 0; i < RATION_GRADES_MAX; i++)
		grades[i] = grades[(uint64_t)(i + 1) * count / RATION_GRADES_MAX - 1];
	for (uint32_t i = 0; i < round->request_count; i++) {
		uint32_t at = 0;
		while (grades[at] < round->claims[i].grade_ppm)
			at++;
		if (round->claims[i].grade_ppm > 0)
			round->claims[i].grade_ppm = grades[at];
	}
	return RATION_GRADES_MAX;
}

/* Stock by grade; where bans narrow the whole, first what of any grade may serve. */
static bool set_grades(const struct freezer *freezer, struct round *round,
	const struct pick_sums *shared)
{
	struct arena *arena = freezer->context->arena;
	int64_t *grades = arena_alloc(arena, round->request_count * sizeof *grades);
	if (grades == NULL)
		return false;
	uint32_t count = thin_grades(round, grades, distinct_grades(round, grades)), at = 0;
	struct grade_stock *stocks = arena_alloc(arena, (count + 1) * sizeof *stocks);
	if (stocks == NULL)
		return false;
	if (picking_sums_narrow(shared))
		stocks[at++] = (struct grade_stock){ 0, picking_sums_free_g(shared, ABSENT) };
	for (uint32_t i = 0; i < count; i++)
		stocks[at++] = (struct grade_stock){ grades[i], picking_sums_free_g(shared, grades[i]) };
	round->line.grades = (struct list){ stocks, at };
	return true;
}

/* ---- figures ---- */

/* The higher of the floors that must stay: a release passes neither. Both must be set. */
static void set_floor(struct plan_line *line, const struct declaration *declaration)
{
	const struct floor *floor = line->commodity->hard, *operating = line->commodity->operating;
	line->floor_g = line->floor_version = ABSENT;
	if (floor == NULL || operating == NULL)
		return;
	if (declaration_keeps_operating(declaration) && operating->mass_g >= floor->mass_g)
		floor = operating;
	line->floor_g = floor->mass_g;
	line->floor_version = floor->version;
}

/* Sums of each member's claims, capped; one above 2^53-1 stands as that. */
static int64_t claimed_g(const struct round *round)
{
	wide total = 0;
	for (uint32_t i = 0; i < round->request_count;) {
		uint32_t member = round->claims[i].claimant;
		int64_t cap_g = round->claimants[member].cap_g;
		wide sum = 0;
		for (; i < round->request_count && round->claims[i].claimant == member; i++)
			sum += round->claims[i].mass_g;
		total += cap_g != ABSENT && sum > cap_g ? cap_g : sum;
	}
	return total > VAULT_INT_MAX ? VAULT_INT_MAX : (int64_t)total;
}

/* What members are owed is theirs before anything is divided: of those who may claim now. */
static int64_t set_credits(const struct freezer *freezer, struct round *round, int64_t left_g)
{
	int64_t sum_g = 0;
	for (uint32_t i = 0; i < round->request_count; i++) {
		uint32_t member = round->claims[i].claimant;
		if (round->claims[i].mass_g == 0 || round->credits[member] > 0)
			continue;
		round->credits[member] = least(left_g - sum_g, credit_g(freezer->context->state,
			round->members[member], round->commodity));
		sum_g += round->credits[member];
	}
	return sum_g;
}

static void set_figures(const struct freezer *freezer, struct round *round, int64_t free_g)
{
	const struct commodity *commodity = round->commodity;
	struct plan_line *line = &round->line;
	struct release_price price;
	release_price_legs(commodity, freezer->context->now, &price);
	line->available_g = commodity->available_g;
	set_floor(line, freezer->declaration);
	line->cap_left_g = ABSENT;
	if (commodity->declaration == freezer->declaration && commodity->cap_g != ABSENT)
		line->cap_left_g = most(0, commodity->cap_g - commodity->cap_used_g);
	line->annual_left_g = annual_line_of(commodity, ANNUAL_RELEASE) == NULL ? ABSENT :
		annual_left_g(commodity, ANNUAL_RELEASE);
	line->market_micros_per_kg = price.market_micros;
	line->price_version = commodity->price != NULL ? commodity->price->version : ABSENT;
	line->requests = round->request_count;
	line->claimed_g = claimed_g(round);
	int64_t aside_g = declaration_set_aside_g(freezer->declaration, commodity);
	line->entitled_g = aside_g > 0 ? aside_g : ABSENT;
	int64_t left_g = line->floor_g == ABSENT ? 0 :
		most(0, line->available_g - line->floor_g - aside_g);
	left_g = least(left_g, free_g);
	if (line->cap_left_g != ABSENT)
		left_g = least(left_g, line->cap_left_g);
	if (line->annual_left_g != ABSENT)
		left_g = least(left_g, line->annual_left_g);
	line->set_aside_g = set_credits(freezer, round, left_g);
	line->estate_g = left_g - line->set_aside_g;
}

/* ---- freezing ---- */

/* The bans of each member, and what of each grade they leave it; members of equal bans share that. */
static struct pick_filter *bans_of_all(const struct freezer *freezer, struct round *round,
	struct pick_sums **list)
{
	struct arena *arena = freezer->context->arena;
	struct pick_filter *bans = arena_alloc(arena, round->member_count * sizeof *bans);
	round->sums = arena_alloc(arena, round->member_count * sizeof *round->sums);
	if (bans == NULL || round->sums == NULL)
		return NULL;
	for (uint32_t i = 0; i < round->request_count; i++) {
		uint32_t member = round->claims[i].claimant;
		if (i > 0 && round->claims[i - 1].claimant == member)
			continue;
		if (!ban_of(freezer, round->requests[i], &bans[member]))
			return NULL;
		round->sums[member] = picking_sums(list, round->commodity, &bans[member], arena);
		if (round->sums[member] == NULL)
			return NULL;
	}
	return bans;
}

/* What may serve all of them: of any grade, and of each. NULL: no memory. */
static const struct pick_sums *freeze_bans(const struct freezer *freezer, struct round *round)
{
	struct rule_scope scope = scope_of(freezer, round->commodity, NULL);
	struct pick_filter shared = { NULL, 0 };
	struct pick_sums *list = NULL;
	if (rule_any(&scope)) {
		const struct pick_filter *bans = bans_of_all(freezer, round, &list);
		if (bans == NULL || !shared_ban(freezer, bans, round->member_count, &shared))
			return NULL;
		narrow_claims(round, bans, &shared);
	}
	return picking_sums(&list, round->commodity, &shared, freezer->context->arena);
}

static bool freeze(const struct freezer *freezer, const struct request *const *slice,
	uint32_t count, struct round *ret_round)
{
	struct round round = { .declaration = freezer->declaration,
		.commodity = slice[0]->commodity, .roster = freezer->roster };
	record_clear(&plan_line_descriptor, &round.line);
	round.line.commodity = slice[0]->commodity;
	if (!make_room(&round, count, freezer->context->arena))
		return false;
	gather_claims(freezer, slice, count, &round);
	*ret_round = round;
	if (round.request_count == 0)
		return true;
	const struct pick_sums *shared = freeze_bans(freezer, &round);
	if (shared == NULL || !set_grades(freezer, &round, shared))
		return false;
	set_figures(freezer, &round, picking_sums_free_g(shared, ABSENT));
	*ret_round = round;
	return true;
}

static bool freeze_all(const struct freezer *freezer, const struct collected *all)
{
	struct rounds *rounds = freezer->rounds;
	uint32_t commodities = all->count > 0 ? 1 : 0;
	for (uint32_t i = 1; i < all->count; i++)
		commodities += all->requests[i]->commodity != all->requests[i - 1]->commodity;
	rounds->items = arena_alloc(freezer->context->arena, commodities * sizeof *rounds->items);
	if (rounds->items == NULL)
		return false;
	for (uint32_t first = 0, end; first < all->count; first = end) {
		struct round *round = &rounds->items[rounds->count];
		for (end = first + 1; end < all->count &&
		     all->requests[end]->commodity == all->requests[first]->commodity;)
			end++;
		if (!freeze(freezer, all->requests + first, end - first, round))
			return false;
		rounds->requests += round->request_count;
		rounds->count += round->request_count > 0 ? 1 : 0;
	}
	return true;
}

bool rounds_freeze(const struct context *context, const struct declaration *declaration,
	const struct plan *plan, const struct commodity *commodity, struct rounds *ret_rounds,
	struct error *error)
{
	struct rounds rounds = { .notice = "" };
	struct collected all;
	struct freezer freezer = { .context = context, .scratch = *context,
		.declaration = declaration, .roster = roster_new(context), .rounds = &rounds };
	if (freezer.roster == NULL || !collect_all(&freezer, plan, commodity, &all))
		return no_memory(error);
	freezer.scratch.arena = arena_new(0);
	bool done = freeze_all(&freezer, &all);
	arena_free(freezer.scratch.arena);
	if (!done)
		return no_memory(error);
	*ret_rounds = rounds;
	return true;
}
