/*
 * Dividing a shortage. Requests are gathered into parts (one claimant, tier and grade) and parts
 * into lines (one claimant and tier), so that nothing here sees how a claim was split; lines are
 * solved together, pool after pool, as exact quotients; then grams are rounded and go back down to
 * parts and requests.
 *
 * Of the pools that are served one after the other at most one gets a part of its claims: those
 * before it are met, those after it get nothing. So a solution has one denominator, and one pool is
 * rounded.
 */
#include "reserve/emergency/rationing.h"

#include <assert.h>
#include <stdlib.h>

#include "base/descriptor.h"
#include "reserve/emergency/share.h"
#include "vault/limits.h"

const char *const policy_names[] = { "", "at-once", "proportional", "equal-awards", "equal-losses",
	"talmud", "consumption-share", "supply-right", NULL };
const char *const tier_names[] = { "", "A", "B", "C", NULL };

/* Requests of one claimant, tier and grade. */
struct part {
	struct share share; /* claim: what counts; whole: the award, 0 until it is settled */
	int64_t floor_g;    /* what its line's award, rounded down, comes to here, rounded down */
	uint32_t claimant;
	uint32_t first, count; /* its requests, in the problem's keys */
	uint8_t tier;
};

/* Parts of one claimant and tier, within the grades that are being solved. */
struct line {
	struct share share; /* of the pool that is served in part, if it stands in that */
	wide claim;
	int64_t minimum_g;  /* of the claim, what the guarantee covers */
	int64_t met_g;      /* by pools met in full */
	struct part *parts; /* ascending grades */
	uint32_t count;
};

struct problem {
	const struct ration *ration;
	const struct claimant *claimants;
	struct claim *claims;
	uint64_t *keys; /* a request each: claimant, tier, grade, index, in this order */
	uint32_t claim_count;
	struct part *parts;
	uint32_t part_count;
	struct line *lines; /* of the solution at hand; elsewhere room for shares */
	uint32_t line_count;
	struct pool pool;   /* the one that is served in part */
	struct room room;
	int64_t stock_g[RATION_GRADES_MAX + 1]; /* left of at least each grade; 0: no grade is asked */
	unsigned grades;
};

static enum policy policy_of(const struct ration *ration, unsigned tier)
{
	enum policy own = tier == TIER_NONE ? POLICY_NONE : ration->tier_policies[tier];
	return own != POLICY_NONE ? own : ration->policy;
}

static int64_t least(wide a, wide b)
{
	return (int64_t)(a < b ? a : b);
}

/* ---- gathering: requests into parts ---- */

enum { INDEX_BITS = 17, GRADE_BITS = 7, TIER_BITS = 2 };
_Static_assert(RATION_CLAIMS_MAX <= 1 << INDEX_BITS && RATION_GRADES_MAX < 1 << GRADE_BITS &&
	TIER_COUNT <= 1 << TIER_BITS, "a key holds what it orders");

static uint64_t key_of(const struct problem *problem, const struct grade_stock *grades,
	uint32_t index)
{
	const struct claim *claim = &problem->claims[index];
	unsigned tier = TIER_NONE, grade = problem->grades;
	if (problem->ration->tiers)
		tier = claim->tier == TIER_NONE ? TIER_C : claim->tier;
	while (grade > 0 && grades[grade - 1].grade_ppm > claim->grade_ppm)
		grade--;
	return ((((uint64_t)claim->claimant << TIER_BITS | tier) << GRADE_BITS | grade) << INDEX_BITS)
		| index;
}

static int by_key(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
	return a < b ? -1 : a > b;
}

static struct claim *request_at(const struct problem *problem, uint32_t at)
{
	return &problem->claims[problem->keys[at] & ((1u << INDEX_BITS) - 1)];
}

static void gather_parts(struct problem *problem)
{
	for (uint32_t i = 0; i < problem->claim_count; i++) {
		uint64_t key = problem->keys[i] >> INDEX_BITS;
		struct claim *claim = request_at(problem, i);
		struct part *part = &problem->parts[problem->part_count];
		if (i == 0 || key != problem->keys[i - 1] >> INDEX_BITS) {
			problem->part_count++;
			part->share.grade = (uint8_t)(key & ((1u << GRADE_BITS) - 1));
			part->tier = (uint8_t)(key >> GRADE_BITS & ((1u << TIER_BITS) - 1));
			part->claimant = claim->claimant;
			part->first = i;
		} else {
			part--;
		}
		part->count++;
		part->share.claim += claim->mass_g;
		claim->claim_g = claim->mass_g;
		claim->award_g = 0;
	}
}

/* The parts from first on that are of its claimant and tier, up to and without ret. */
static uint32_t line_end(const struct problem *problem, uint32_t first)
{
	const struct part *parts = problem->parts;
	uint32_t end = first + 1;
	while (end < problem->part_count && parts[end].claimant == parts[first].claimant &&
	       parts[end].tier == parts[first].tier)
		end++;
	return end;
}

/*
 * Divides what a part has among its requests: its award in proportion to what counts, or, before
 * that, what counts in proportion to what was asked.
 */
static void divide_part(struct problem *problem, const struct part *part, int64_t total_g,
	bool is_award)
{
	struct pool pool = { .shares = problem->pool.shares };
	for (uint32_t i = 0; i < part->count; i++) {
		const struct claim *claim = request_at(problem, part->first + i);
		problem->lines[i].share = (struct share){
			.claim = is_award ? claim->claim_g : claim->mass_g };
		share_add(&pool, &problem->lines[i].share);
	}
	share_split(&pool, total_g);
	for (uint32_t i = 0; i < part->count; i++) {
		struct claim *claim = request_at(problem, part->first + i);
		*(is_award ? &claim->award_g : &claim->claim_g) = problem->lines[i].share.whole;
	}
}

/* Lowers what counts of a line's parts to a total. */
static void cap_line(struct problem *problem, uint32_t first, uint32_t end, int64_t most_g)
{
	struct share *shares[RATION_GRADES_MAX + 1];
	struct pool pool = { .shares = shares };
	for (uint32_t i = first; i < end; i++)
		share_add(&pool, &problem->parts[i].share);
	share_split(&pool, most_g);
	for (uint32_t i = first; i < end; i++) {
		struct part *part = &problem->parts[i];
		divide_part(problem, part, part->share.whole, false);
		part->share.claim = part->share.whole;
		part->share.whole = 0;
	}
}

/* The caps, highest tier first; a right caps what is claimed in tiers that go by rights. */
static void cap_claims(struct problem *problem)
{
	const wide none = (wide)1 << 100;
	wide cap = none, right = none;
	for (uint32_t first = 0, end; first < problem->part_count; first = end) {
		const struct part *part = &problem->parts[first];
		const struct claimant *claimant = &problem->claimants[part->claimant];
		bool by_right = policy_of(problem->ration, part->tier) == POLICY_SUPPLY_RIGHT;
		wide claim = 0;
		if (first == 0 || part[-1].claimant != part->claimant) {
			cap = claimant->cap_g == ABSENT ? none : claimant->cap_g;
			right = claimant->right_g;
		}
		end = line_end(problem, first);
		for (uint32_t i = first; i < end; i++)
			claim += problem->parts[i].share.claim;
		wide most = by_right && right < cap ? right : cap;
		if (claim > most) {
			cap_line(problem, first, end, (int64_t)most);
			claim = most;
		}
		cap -= claim;
		right -= by_right ? claim : 0;
	}
}

/* Parts of which nothing counts get nothing; the others close up. */
static void drop_empty(struct problem *problem)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < problem->part_count; i++) {
		if (problem->parts[i].share.claim > 0)
			problem->parts[count++] = problem->parts[i];
	}
	problem->part_count = count;
}

/* ---- a solution: exact awards of the lines within a range of grades [low, high) ---- */

static bool within(const struct part *part, unsigned low, unsigned high)
{
	return part->share.grade >= low && part->share.grade < high;
}

/* Adds the line of parts [first, end); less of the guarantee is left for the claimant's next. */
static void gather_line(struct problem *problem, uint32_t first, uint32_t end, unsigned low,
	unsigned high, int64_t *minimum_left_g)
{
	struct line *line = &problem->lines[problem->line_count];
	*line = (struct line){ .parts = NULL };
	for (uint32_t i = first; i < end; i++) {
		struct part *part = &problem->parts[i];
		if (!within(part, low, high))
			continue;
		if (line->count++ == 0)
			line->parts = part;
		line->claim += part->share.claim;
	}
	if (line->count == 0)
		return;
	line->minimum_g = least(line->claim, *minimum_left_g);
	*minimum_left_g -= line->minimum_g;
	line->share.grade = line->parts->share.grade;
	line->share.base_g = problem->claimants[line->parts->claimant].base_g;
	problem->line_count++;
}

/* What other grades have given a claimant counts towards its minimum. */
static int64_t minimum_left(const struct problem *problem, uint32_t first)
{
	int64_t left = problem->ration->minimum_g;
	uint32_t claimant = problem->parts[first].claimant;
	for (uint32_t i = first; left > 0 && i < problem->part_count; i++) {
		if (problem->parts[i].claimant != claimant)
			break;
		left -= problem->parts[i].share.whole;
	}
	return left > 0 ? left : 0;
}

static void gather_lines(struct problem *problem, unsigned low, unsigned high)
{
	int64_t minimum_left_g = 0;
	problem->line_count = 0;
	for (uint32_t first = 0, end; first < problem->part_count; first = end) {
		const struct part *part = &problem->parts[first];
		if (first == 0 || part[-1].claimant != part->claimant)
			minimum_left_g = minimum_left(problem, first);
		end = line_end(problem, first);
		gather_line(problem, first, end, low, high, &minimum_left_g);
	}
}

enum stage { STAGE_MINIMA, STAGE_RESTS, STAGE_COUNT };

/* The claims of a tier that are at stake: what the guarantee covers, or what is above it. */
static void fill_pool(struct problem *problem, enum stage stage, unsigned tier)
{
	problem->pool.count = 0;
	problem->pool.claims = 0;
	problem->pool.denominator = 1;
	for (uint32_t i = 0; i < problem->line_count; i++) {
		struct line *line = &problem->lines[i];
		if (line->parts->tier != tier)
			continue;
		line->share.claim = stage == STAGE_MINIMA ? line->minimum_g :
			line->claim - line->minimum_g;
		if (line->share.claim > 0)
			share_add(&problem->pool, &line->share);
	}
}

/* Awards of the lines: met_g + share.whole + share.rest / pool.denominator. */
static void share_out(struct problem *problem, int64_t estate_g)
{
	int64_t left_g = estate_g;
	for (unsigned pool = 0; pool < STAGE_COUNT * TIER_COUNT; pool++) {
		unsigned tier = pool % TIER_COUNT;
		fill_pool(problem, (enum stage)(pool / TIER_COUNT), tier);
		if (problem->pool.claims > left_g) {
			share_divide(&problem->pool, policy_of(problem->ration, tier), left_g);
			return;
		}
		left_g -= (int64_t)problem->pool.claims;
		for (uint32_t i = 0; i < problem->pool.count; i++) {
			struct line *line = (struct line *)(void *)problem->pool.shares[i];
			line->met_g += (int64_t)line->share.claim;
		}
	}
	problem->pool.count = 0; /* all claims are met */
}

/* ---- which grade binds ---- */

/* What is drawn of at least each grade: whole + rest / denominator. */
struct draws {
	int64_t whole[RATION_GRADES_MAX + 1];
	wide rest[RATION_GRADES_MAX + 1];
};

/*
 * A line draws on the lowest of its grades with all of its award. On a higher one it draws with
 * what its parts of that grade get; of those parts' grams only the whole ones count here, for they
 * may be rounded in the line's own lowest grade.
 */
static void draw_line(struct line *line, struct draws *draws)
{
	int64_t whole_g = line->met_g + line->share.whole, above_g = 0;
	for (uint32_t i = 0; i < line->count; i++) {
		struct part *part = &line->parts[i];
		part->floor_g = (int64_t)(whole_g * part->share.claim / line->claim);
		if (i > 0) {
			draws->whole[part->share.grade] += part->floor_g;
			above_g += part->floor_g;
		}
	}
	draws->whole[line->share.grade] += whole_g - above_g;
	draws->rest[line->share.grade] += line->share.rest;
}

/* a / b < c / d, exactly and without a product; b, d > 0, a, c >= 0. */
static bool fraction_less(wide a, wide b, wide c, wide d)
{
	while (a / b == c / d) {
		wide rest_a = a % b, rest_c = c % d;
		if (rest_a == 0 || rest_c == 0)
			return rest_a == 0 && rest_c != 0;
		/* rest_a / b < rest_c / d as d / rest_c < b / rest_a */
		a = d;
		d = rest_a;
		c = b;
		b = rest_c;
	}
	return a / b < c / d;
}

/*
 * The grade in (low, high) whose stock is the smallest fraction of what is drawn, where that is
 * more than the stock; of equal ones the lowest; 0: none binds. Leaves in problem->room what the
 * whole grams leave.
 */
static unsigned tightest(struct problem *problem, unsigned low, unsigned high, int64_t estate_g)
{
	struct draws draws = { { 0 }, { 0 } };
	wide denominator = problem->pool.denominator, least_stock = 1, most_drawn = 1;
	unsigned found = 0;
	for (uint32_t i = 0; i < problem->line_count; i++)
		draw_line(&problem->lines[i], &draws);
	for (unsigned grade = high - 1; grade > low; grade--) {
		int64_t stock_g = least(problem->stock_g[grade], estate_g);
		wide drawn = draws.whole[grade] * denominator + draws.rest[grade];
		wide stock = stock_g * denominator;
		problem->room.left_g[grade] = stock_g - draws.whole[grade];
		draws.whole[grade - 1] += draws.whole[grade];
		draws.rest[grade - 1] += draws.rest[grade];
		if (drawn <= stock || (found != 0 && fraction_less(least_stock, most_drawn, stock, drawn)))
			continue;
		found = grade;
		least_stock = stock;
		most_drawn = drawn;
	}
	return found;
}

/* ---- settling: whole grams, down to parts ---- */

/*
 * Divides a line's award among its parts, in proportion; a gram of rounding that would overdraw a
 * grade goes to another part, at last to the line's lowest. Returns the grams that no part could
 * take, which are few.
 */
static int64_t settle_line(struct line *line, struct room *room)
{
	struct share *shares[RATION_GRADES_MAX + 1];
	struct pool pool = { .shares = shares, .denominator = line->claim };
	int64_t award_g = line->met_g + line->share.whole, left_g = award_g;
	if (line->count == 1) {
		line->parts->share.whole = award_g;
		return 0;
	}
	room->above = line->share.grade; /* up to there all of the award is drawn already */
	for (uint32_t i = 0; i < line->count; i++) {
		struct part *part = &line->parts[i];
		wide product = award_g * part->share.claim;
		part->share.whole = part->floor_g;
		part->share.rest = product % line->claim;
		/* The line's own gram of rounding may have lifted a part to another whole gram. */
		if (product / line->claim > part->floor_g && share_take(room, part->share.grade))
			part->share.whole++;
		left_g -= part->share.whole;
		share_add(&pool, &part->share);
	}
	left_g = share_round(&pool, left_g, room);
	struct share *lowest = &line->parts->share;
	int64_t taken_g = least(left_g, lowest->claim - lowest->whole);
	lowest->whole += taken_g;
	return left_g - taken_g;
}

/* One gram to each part of a tier that has room. */
static int64_t spread(struct problem *problem, unsigned tier, int64_t spare_g)
{
	for (uint32_t i = 0; i < problem->line_count; i++) {
		const struct line *line = &problem->lines[i];
		for (uint32_t j = 0; line->parts->tier == tier && j < line->count; j++) {
			struct share *share = &line->parts[j].share;
			if (spare_g == 0)
				return 0;
			if (share->whole < share->claim && share_take(&problem->room, share->grade)) {
				share->whole++;
				spare_g--;
			}
		}
	}
	return spare_g;
}

/*
 * Grams that claimants of several grades could not take, for their higher grades are drawn and
 * their lowest is met: they go round the others, by tier and claimant, while someone can take one.
 */
static void spread_spare(struct problem *problem, int64_t spare_g)
{
	for (unsigned tier = 0; tier < TIER_COUNT; tier++) {
		int64_t before_g;
		do {
			before_g = spare_g;
			spare_g = spread(problem, tier, spare_g);
		} while (spare_g < before_g);
	}
}

/* Takes from the stocks what the lines have been awarded. Returns that. */
static int64_t draw_stock(struct problem *problem)
{
	int64_t drawn_g[RATION_GRADES_MAX + 1] = { 0 }, sum_g = 0;
	for (uint32_t i = 0; i < problem->line_count; i++) {
		const struct line *line = &problem->lines[i];
		for (uint32_t j = 0; j < line->count; j++)
			drawn_g[line->parts[j].share.grade] += line->parts[j].share.whole;
	}
	for (unsigned grade = problem->grades + 1; grade-- > 0;) {
		sum_g += drawn_g[grade];
		problem->stock_g[grade] -= sum_g;
		assert(problem->stock_g[grade] >= 0);
	}
	return sum_g;
}

static int64_t settle(struct problem *problem, unsigned low)
{
	struct room *room = &problem->room;
	int64_t spare_g = 0;
	room->above = low;
	int64_t left_g = share_round(&problem->pool, share_rests_g(&problem->pool), room);
	assert(left_g == 0); /* no grade binds, so there is a rounding that overdraws none */
	for (uint32_t i = 0; i < problem->line_count; i++) {
		struct line *line = &problem->lines[i];
		int64_t unplaced_g = settle_line(line, room);
		for (unsigned grade = low + 1; grade <= line->share.grade; grade++)
			room->left_g[grade] += unplaced_g;
		spare_g += unplaced_g;
	}
	room->above = low;
	spread_spare(problem, spare_g);
	return draw_stock(problem);
}

/*
 * Solves the parts of grades [low, high) over an estate, which is all that is left of at least
 * grade low. Returns what it gave. Goes as deep as there are grades.
 */
static int64_t solve(struct problem *problem, unsigned low, unsigned high, int64_t estate_g)
{
	gather_lines(problem, low, high);
	share_out(problem, estate_g);
	unsigned binding = tightest(problem, low, high, estate_g);
	if (binding == 0)
		return settle(problem, low);
	int64_t given_g = solve(problem, binding, high, problem->stock_g[binding]);
	return given_g + solve(problem, low, binding, estate_g - given_g);
}

/* ---- the whole ---- */

static bool is_mass(int64_t mass_g)
{
	return mass_g >= 0 && mass_g <= VAULT_INT_MAX;
}

static bool check_size(int64_t estate_g, uint32_t claim_count, uint32_t grade_count,
	struct error *error)
{
	if (claim_count > RATION_CLAIMS_MAX)
		return error_set(error, ERROR_LIMIT, "claims", "a division takes at most %d claims",
			RATION_CLAIMS_MAX);
	if (grade_count > RATION_GRADES_MAX)
		return error_set(error, ERROR_LIMIT, "grades", "a division takes at most %d grades",
			RATION_GRADES_MAX);
	if (!is_mass(estate_g))
		return error_set(error, ERROR_LIMIT, "estate_g", "an estate is 0 to 2^53 - 1 grams");
	return true;
}

static bool is_rule(enum policy policy)
{
	return policy > POLICY_AT_ONCE && policy < POLICY_COUNT;
}

static bool check_rules(const struct ration *ration, struct error *error)
{
	unsigned first = ration->tiers ? TIER_A : TIER_NONE, end = ration->tiers ? TIER_COUNT : TIER_A;
	for (unsigned tier = first; tier < end; tier++) {
		if (!is_rule(policy_of(ration, tier)))
			return error_set(error, ERROR_INVALID, "policy", "this policy divides nothing");
	}
	return true;
}

static bool check_claims(const struct problem *problem, uint32_t claimant_count,
	struct error *error)
{
	for (uint32_t i = 0; i < claimant_count; i++) {
		const struct claimant *claimant = &problem->claimants[i];
		if (!is_mass(claimant->base_g) || !is_mass(claimant->right_g) ||
		    (claimant->cap_g != ABSENT && claimant->cap_g < 0))
			return error_set(error, ERROR_INVALID, "claimants",
				"claimant %u: a mass is out of range", i + 1);
	}
	for (uint32_t i = 0; i < problem->claim_count; i++) {
		const struct claim *claim = &problem->claims[i];
		if (claim->claimant >= claimant_count || claim->tier >= TIER_COUNT ||
		    claim->grade_ppm < 0 || !is_mass(claim->mass_g))
			return error_set(error, ERROR_INVALID, "claims",
				"claim %u: a figure is out of range", i + 1);
	}
	return true;
}

static bool check_stocks(const struct grade_stock *grades, uint32_t count, struct error *error)
{
	for (uint32_t i = 0; i < count; i++) {
		if (grades[i].stock_g < 0 || (i > 0 &&
		    (grades[i].grade_ppm <= grades[i - 1].grade_ppm ||
		     grades[i].stock_g > grades[i - 1].stock_g)))
			return error_set(error, ERROR_INVALID, "grades",
				"grade %u: grades ascend, and stocks of at least a grade do not", i + 1);
	}
	return true;
}

static bool make_room(struct problem *problem, struct arena *arena, struct error *error)
{
	uint32_t count = problem->claim_count;
	problem->keys = arena_alloc(arena, count * sizeof *problem->keys);
	problem->parts = arena_alloc(arena, count * sizeof *problem->parts);
	problem->lines = arena_alloc(arena, count * sizeof *problem->lines);
	problem->pool.shares = arena_alloc(arena, count * sizeof *problem->pool.shares);
	if (problem->keys == NULL || problem->parts == NULL || problem->lines == NULL ||
	    problem->pool.shares == NULL)
		return error_set(error, ERROR_LIMIT, "", "the request needs too much memory");
	return true;
}

bool ration_divide(const struct ration *ration, int64_t estate_g, const struct claimant *claimants,
	uint32_t claimant_count, struct claim *claims, uint32_t claim_count,
	const struct grade_stock *grades, uint32_t grade_count, struct arena *arena,
	struct error *error)
{
	struct problem problem = { .ration = ration, .claimants = claimants, .claims = claims,
		.claim_count = claim_count, .grades = grade_count };
	if (!check_size(estate_g, claim_count, grade_count, error) || !check_rules(ration, error) ||
	    !check_claims(&problem, claimant_count, error) ||
	    !check_stocks(grades, grade_count, error) || !make_room(&problem, arena, error))
		return false;
	problem.stock_g[0] = estate_g;
	for (uint32_t i = 0; i < grade_count; i++)
		problem.stock_g[i + 1] = grades[i].stock_g;
	for (uint32_t i = 0; i < claim_count; i++)
		problem.keys[i] = key_of(&problem, grades, i);
	qsort(problem.keys, claim_count, sizeof *problem.keys, by_key);
	gather_parts(&problem);
	cap_claims(&problem);
	drop_empty(&problem);
	solve(&problem, 0, grade_count + 1, estate_g);
	for (uint32_t i = 0; i < problem.part_count; i++)
		divide_part(&problem, &problem.parts[i], problem.parts[i].share.whole, true);
	return true;
}
