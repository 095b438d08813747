/*
 * What is available against what must be there: for how long a commodity has been below its operating
 * floor, why it is below one now, and whether what is kept as available and as promised is what the lots
 * and the open awards come to.
 */
#include "audit/check_world.h"

#include "audit/below.h"
#include "audit/column.h"
#include "audit/said.h"
#include "reserve/emergency/request.h"
#include "reserve/stock/count.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/words.h"

__extension__ typedef __int128 wide;

static bool is_below(const struct commodity *commodity, const struct floor *floor)
{
	return floor != NULL && commodity->available_g < floor->mass_g;
}

/* ---- days below target ---- */

static void judge(const struct check_run *run, const struct commodity *commodity,
	const struct parsed_entry *entry)
{
	below_mark(run, commodity, is_below(commodity, commodity->operating), entry);
}

static void after_target(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct row *row = state_touched(run->state);
	for (; row != NULL; row = row->next_touched) {
		const void *touched = row;
		if (row->table == TABLE_COMMODITY)
			judge(run, touched, entry);
		else if (row->table == TABLE_FLOOR)
			judge(run, ((const struct floor *)touched)->commodity, entry);
	}
}

static void end_target(const struct check_run *run)
{
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(run->state, TABLE_COMMODITY, commodity)) != NULL) {
		if (commodity->operating != NULL)
			below_report(run, commodity, "operating floor", commodity->operating->mass_g,
				BELOW_TARGET_CRITICAL_DAYS);
	}
}

const struct check check_below_target = {
	.id = "below-target",
	.title = "days below the operating floor",
	.severity = SEVERITY_WARNING,
	.looks_at = "since when each commodity has been below its operating floor without a break; critical "
		"after 30 days",
	.remedy = "Fill it up or set a floor that is meant: vaultctl lot new, vaultctl floor set.",
	.source = "Korea's lithium stood at 22% of its target for years, and nothing escalated it",
	.begin = below_begin, .after = after_target, .end = end_target, .free = column_drop,
};

/* ---- where the mass of a commodity lies ---- */

enum cause { CAUSE_QUARANTINED, CAUSE_UNASSAYED, CAUSE_EXPIRED, CAUSE_HELD, CAUSE_PLEDGED,
	CAUSE_IN_TRANSIT, CAUSE_SITE, CAUSE_COUNTED, CAUSE_RESERVED, CAUSE_FREE, CAUSE_COUNT };

static const char *const cause_words[CAUSE_COUNT] = { "not accepted yet", "without a final assay",
	"past their retest date", "held", "pledged", "in transit", "at sites that are not open",
	"being counted", "promised" };

struct spread {
	int64_t mass_g[CAUSE_COUNT], lots[CAUSE_COUNT];
};

/* The first condition that keeps a lot from leaving. */
static enum cause cause_of(const struct lot *lot, int64_t now)
{
	if (lot->state != LOT_ACCEPTED)
		return CAUSE_QUARANTINED;
	if (!lot->assayed)
		return CAUSE_UNASSAYED;
	if (lot->expired || (lot->retest_at != ABSENT && lot->retest_at <= now))
		return CAUSE_EXPIRED;
	if (lot->holds > 0)
		return CAUSE_HELD;
	if (lot->pledged)
		return CAUSE_PLEDGED;
	if (lot->destination != NULL)
		return CAUSE_IN_TRANSIT;
	if (lot->site->state != SITE_OPEN)
		return CAUSE_SITE;
	return count_freezing(lot) != NULL ? CAUSE_COUNTED : CAUSE_FREE;
}

static void count(struct spread *spread, enum cause cause, int64_t mass_g)
{
	spread->mass_g[cause] += mass_g;
	spread->lots[cause] += mass_g > 0 ? 1 : 0;
}

/* struct spread by commodity, of the lots that are here. */
static struct column spread_lots(const struct state *state, int64_t now)
{
	struct column spreads = COLUMN_OF(struct spread);
	const struct lot *lot = NULL;
	while ((lot = state_next(state, TABLE_LOT, lot)) != NULL) {
		if (lot->row.closed || lot->state == LOT_EXPECTED)
			continue;
		struct spread *spread = column_at(&spreads, lot->commodity);
		count(spread, CAUSE_RESERVED, lot->reserved_g);
		count(spread, cause_of(lot, now), lot->contained_g - lot->reserved_g);
	}
	return spreads;
}

/* "; 61.2 t past their retest date in 2 lots, 3 t held in 1 lot" */
static const char *spread_words(struct arena *arena, const struct spread *spread)
{
	const char *words = "";
	for (int cause = 0; cause < CAUSE_FREE; cause++) {
		char mass[WORD_MASS];
		if (spread->mass_g[cause] == 0)
			continue;
		word_mass(mass, spread->mass_g[cause]);
		words = arena_printf(arena, "%s%s %s %s in %lld lot%s", words,
			words[0] == '\0' ? ";" : ",", mass, cause_words[cause],
			(long long)spread->lots[cause], spread->lots[cause] == 1 ? "" : "s");
	}
	if (words[0] != '\0')
		return words;
	return spread->mass_g[CAUSE_FREE] > 0 ? "; all that is here may leave" : "; nothing is here";
}

/* ---- below a floor now ---- */

static void report_floor(const struct check_run *run, const struct commodity *commodity,
	const struct floor *floor, const struct spread *spread)
{
	char available[WORD_MASS], stays[WORD_MASS], below[WORD_MASS];
	bool hard = floor->kind == FLOOR_HARD;
	word_mass(available, commodity->available_g);
	word_mass(stays, floor->mass_g);
	word_mass(below, floor->mass_g - commodity->available_g);
	const struct check_finding finding = { .index = commodity->row.last_index,
		.subject = arena_printf(run->arena, "commodity %s", commodity->code),
		.severity = hard ? SEVERITY_CRITICAL : SEVERITY_WARNING,
		.message = arena_printf(run->arena, "%s is below its %s floor of %s by %s: %s available%s",
			commodity->code, hard ? "hard" : "operating", stays, below, available,
			spread_words(run->arena, spread)) };
	check_report(run, &finding);
}

static void end_floor(const struct check_run *run)
{
	struct column spreads = spread_lots(run->state, run->now);
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(run->state, TABLE_COMMODITY, commodity)) != NULL) {
		const struct floor *floor = is_below(commodity, commodity->hard) ? commodity->hard :
			commodity->operating;
		if (is_below(commodity, floor))
			report_floor(run, commodity, floor, column_at(&spreads, commodity));
	}
	column_free(&spreads);
}

const struct check check_below_floor = {
	.id = "below-floor",
	.title = "below a floor now, and why",
	.severity = SEVERITY_WARNING,
	.looks_at = "what is available of each commodity against its floors in force, and what keeps the "
		"other lots from leaving; critical below the hard floor",
	.remedy = "Take away the causes named: vaultctl lot --state held; "
		"vaultctl audit run --only retest-overdue.",
	.source = "42 USC 6241(h); IEA: floors are tested on what is available",
	.end = end_floor,
};

/* ---- available and promised against the books ---- */

struct promised {
	int64_t contained_g, net_g;
};

static void promise(const struct state *state, struct column *promises, const char *code,
	const struct pick *part)
{
	const struct lot *lot = state_find(state, TABLE_LOT, code);
	if (lot == NULL || part->net_g <= 0)
		return;
	struct promised *promised = column_at(promises, lot);
	promised->contained_g += part->contained_g;
	promised->net_g += part->net_g;
}

/* What open orders have not loaded yet, and what requests were awarded that have no order. */
static struct column promises_of(const struct state *state)
{
	struct column promises = COLUMN_OF(struct promised);
	const struct order *order = NULL;
	while ((order = state_next(state, TABLE_RELEASE_ORDER, order)) != NULL) {
		const struct order_line *lines = order->lines.items;
		bool open = !order->row.closed && order->state != ORDER_LOADED;
		for (uint32_t i = 0; open && i < order->lines.count; i++) {
			const struct pick rest = order_line_rest(&lines[i]);
			promise(state, &promises, lines[i].lot, &rest);
		}
	}
	const struct request *request = NULL;
	while ((request = state_next(state, TABLE_REQUEST, request)) != NULL) {
		const struct pick *picks = request->picks.items;
		bool open = !request->row.closed && request->release_order[0] == '\0';
		for (uint32_t i = 0; open && i < request->picks.count; i++)
			promise(state, &promises, picks[i].lot, &picks[i]);
	}
	return promises;
}

static void check_promises(const struct check_run *run)
{
	struct column promises = promises_of(run->state);
	const struct lot *lot = NULL;
	while ((lot = state_next(run->state, TABLE_LOT, lot)) != NULL) {
		const struct promised *promised = column_at(&promises, lot);
		if (lot->row.closed || (promised->contained_g == lot->reserved_g &&
		    promised->net_g == lot->reserved_net_g))
			continue;
		check_found(run, arena_printf(run->arena, "lot %s", lot->code), lot->row.last_index,
			"lot %s has %lld g contained (%lld g net) set aside, and open orders and awards come to "
			"%lld g (%lld g)", lot->code, (long long)lot->reserved_g, (long long)lot->reserved_net_g,
			(long long)promised->contained_g, (long long)promised->net_g);
	}
	column_free(&promises);
}

static int64_t sum_g(const struct spread *spread, enum cause until)
{
	int64_t mass_g = 0;
	for (int cause = 0; cause < (int)until; cause++)
		mass_g += spread->mass_g[cause];
	return mass_g;
}

/* What is kept was kept entry by entry; time alone may have passed a lot's retest date since. */
static void check_kept(const struct check_run *run, const struct commodity *commodity,
	const struct spread *spread)
{
	if (spread->mass_g[CAUSE_FREE] != commodity->available_g ||
	    spread->mass_g[CAUSE_RESERVED] != commodity->reserved_g)
		check_found(run, arena_printf(run->arena, "books of %s", commodity->code),
			commodity->row.last_index, "the lots of %s come to %lld g "
			"available and %lld g promised, and %lld g and %lld g are kept", commodity->code,
			(long long)spread->mass_g[CAUSE_FREE], (long long)spread->mass_g[CAUSE_RESERVED],
			(long long)commodity->available_g, (long long)commodity->reserved_g);
}

static void check_share(const struct check_run *run, const struct commodity *commodity,
	const struct spread *spread)
{
	int64_t away_g = sum_g(spread, CAUSE_RESERVED), book_g = sum_g(spread, CAUSE_COUNT);
	char book[WORD_MASS], may[WORD_MASS];
	if ((wide)(book_g - away_g) * VAULT_PPM >= (wide)book_g * AVAILABLE_BOOK_PPM)
		return;
	word_mass(book, book_g);
	word_mass(may, spread->mass_g[CAUSE_FREE]);
	const struct check_finding finding = { .index = ABSENT,
		.subject = arena_printf(run->arena, "commodity %s", commodity->code),
		.severity = SEVERITY_WARNING, .column = "available",
		.message = arena_printf(run->arena, "of %s of %s on the books %s may leave%s", book,
			commodity->code, may, spread_words(run->arena, spread)) };
	check_report(run, &finding);
}

static void end_book(const struct check_run *run)
{
	struct column kept = spread_lots(run->state, state_last_at(run->state)),
		now = spread_lots(run->state, run->now);
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(run->state, TABLE_COMMODITY, commodity)) != NULL) {
		check_kept(run, commodity, column_at(&kept, commodity));
		check_share(run, commodity, column_at(&now, commodity));
	}
	column_free(&kept);
	column_free(&now);
	check_promises(run);
}

const struct check check_available_book = {
	.id = "available-book",
	.title = "available and promised against the books",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "what the lots come to that may leave, and what open orders and awards come to, against "
		"what is kept; a warning where more than a tenth of the book cannot leave, with what keeps it",
	.remedy = "A difference stops awards until it is explained; what cannot leave is retested, accepted, "
		"released from its holds or written off.",
	.source = "DOE/IG-0916 (2014): the petroleum reserve could not draw what its books said",
	.history = true,
	.end = end_book,
};
