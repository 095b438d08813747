/* Prices and market observations that have grown old, and stock that has none. */
#include "audit/check_world.h"

#include "audit/column.h"
#include "base/time.h"
#include "reserve/stock/account.h"
#include "reserve/stock/material.h"
#include "reserve/zone/observation.h"
#include "reserve/zone/price.h"

static const char *commodity_subject(const struct check_run *run,
	const struct commodity *commodity)
{
	return arena_printf(run->arena, "commodity %s", commodity->code);
}

/* int64_t by commodity: what is at our sites or on its way, whether or not it may leave. */
static struct column stock_of(const struct state *state)
{
	struct column stock = COLUMN_OF(int64_t);
	const struct account *account = NULL;
	while ((account = state_next(state, TABLE_ACCOUNT, account)) != NULL) {
		if (account->kind == ACCOUNT_SITE || account->kind == ACCOUNT_IN_TRANSIT)
			*(int64_t *)column_at(&stock, account->commodity) += account->balance_g;
	}
	return stock;
}

/* ---- price-stale ---- */

static void check_price(const struct check_run *run, const struct commodity *commodity,
	const struct price *price)
{
	char since[TIME_TEXT_SIZE];
	bool rests = price->rests_until != ABSENT && price->rests_until < price->effective_at;
	int64_t oldest = rests ? price->rests_until : price->effective_at;
	int64_t days = (run->now - oldest) / TIME_DAY_MS;
	time_format(oldest, since);
	if (run->now - oldest > PRICE_STALE_DAYS * TIME_DAY_MS)
		check_found(run, commodity_subject(run, commodity), price->row.last_index, "the reference price "
			"%s %s %.10s, %lld days ago; after %d days it is stale", price->id, rests ?
			"rests on what ended on" : "is in force since", since, (long long)days,
			PRICE_STALE_DAYS);
}

static void end_price(const struct check_run *run)
{
	struct column stock = stock_of(run->state);
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(run->state, TABLE_COMMODITY, commodity)) != NULL) {
		if (commodity->price != NULL)
			check_price(run, commodity, commodity->price);
		else if (*(int64_t *)column_at(&stock, commodity) > 0)
			check_found(run, commodity_subject(run, commodity), commodity->row.last_index, "%s is held "
				"and has no reference price in force: nothing of it may leave", commodity->code);
	}
	column_free(&stock);
}

const struct check check_price_stale = {
	.id = "price-stale",
	.title = "reference prices older than 90 days",
	.severity = SEVERITY_WARNING,
	.looks_at = "the date of each reference price in force, and of the observations that it rests on; stock "
		"without a price",
	.remedy = "Draft a new one: vaultctl price draft COMMODITY ..., or import a list.",
	.source = "42 USC 6241(g): what is sold is priced by its comparable now",
	.end = end_price,
};

/* ---- observation-stale ---- */

/* int64_t by commodity: when the newest period of a market observation ended; 0: there is none. */
static struct column newest_of(const struct state *state)
{
	struct column newest = COLUMN_OF(int64_t);
	const struct observation *one = NULL;
	while ((one = state_next(state, TABLE_OBSERVATION, one)) != NULL) {
		int64_t *ends_at = column_at(&newest, one->commodity);
		if (one->kind == OBSERVATION_MARKET && one->ends_at > *ends_at)
			*ends_at = one->ends_at;
	}
	return newest;
}

static void check_newest(const struct check_run *run, const struct commodity *commodity,
	int64_t ends_at)
{
	char ended[TIME_TEXT_SIZE];
	time_format(ends_at, ended);
	if (run->now - ends_at >= MARKET_FRESH_DAYS * TIME_DAY_MS)
		check_found(run, commodity_subject(run, commodity), ABSENT, "the newest market price of %s is "
			"of a period that ended on %.10s, %lld days ago; after %d days it is not comparable",
			commodity->code, ended, (long long)((run->now - ends_at) / TIME_DAY_MS),
			MARKET_FRESH_DAYS);
}

/* Those that nobody ever observed are one finding: whoever keeps no market series keeps none of many. */
static void end_observations(const struct check_run *run)
{
	struct column newest = newest_of(run->state), stock = stock_of(run->state);
	const struct commodity *commodity = NULL;
	const char *never = "";
	uint32_t count = 0;
	while ((commodity = state_next(run->state, TABLE_COMMODITY, commodity)) != NULL) {
		int64_t ends_at = *(int64_t *)column_at(&newest, commodity);
		if (*(int64_t *)column_at(&stock, commodity) <= 0 || commodity->price == NULL)
			continue;
		if (ends_at > 0)
			check_newest(run, commodity, ends_at);
		else if (count++ < AUDIT_NAMED_MAX)
			never = arena_printf(run->arena, "%s%s%s", never, count > 1 ? ", " : "",
				commodity->code);
	}
	column_free(&newest);
	column_free(&stock);
	if (count > AUDIT_NAMED_MAX)
		never = arena_printf(run->arena, "%s and %u more", never, count - AUDIT_NAMED_MAX);
	if (count > 0)
		check_found(run, "market", ABSENT, "no market price was ever observed of %s: released by the "
			"reference price alone", never);
}

const struct check check_observation_stale = {
	.id = "observation-stale",
	.title = "market observations older than 35 days",
	.severity = SEVERITY_WARNING,
	.looks_at = "of each commodity that is held and priced, the end of the newest market period observed",
	.remedy = "Import what the market did: vaultctl observation import FILE.",
	.source = "42 USC 6241(g): at least 95% of comparable sales, which needs a comparable",
	.end = end_observations,
};
