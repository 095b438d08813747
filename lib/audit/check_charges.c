/*
 * What participants were charged, and what they hold. The check keeps an account of its own by commitment,
 * from the movements that entries left: what was undrawn on each day, what was bought, how much of the fee
 * and of a cent is left. Every charge is worked out again from that account, day by day.
 */
#include "audit/check_world.h"

#include <stdlib.h>

#include "audit/column.h"
#include "audit/said.h"
#include "base/time.h"
#include "reserve/stock/material.h"
#include "reserve/zone/carrying.h"
#include "reserve/zone/charge.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/rate.h"
#include "reserve/zone/unit.h"

__extension__ typedef __int128 wide;

/* What a movement does to the three masses of its commitment. */
struct masses {
	int64_t undrawn_g, owed_g, bought_g;
};

static struct masses change_of(const struct movement *movement)
{
	int64_t g = movement->mass_g;
	bool ended = movement->commitment->state == COMMITMENT_ENDED;
	switch ((enum movement_kind)movement->kind) {
	case MOVEMENT_GRANTED: case MOVEMENT_RECEIVED:
		return (struct masses){ g, 0, 0 };
	case MOVEMENT_GIVEN: case MOVEMENT_EXTINGUISHED:
		return (struct masses){ -g, 0, 0 };
	case MOVEMENT_DRAWN:
		return (struct masses){ -g, g, 0 };
	case MOVEMENT_BOUGHT:
		return (struct masses){ -g, 0, g };
	case MOVEMENT_REPLENISHED: case MOVEMENT_DRAW_UNDONE:
		return ended ? (struct masses){ 0, -g, g } : (struct masses){ g, -g, 0 };
	case MOVEMENT_PURCHASE_UNDONE:
		return ended ? (struct masses){ 0, 0, 0 } : (struct masses){ g, 0, -g };
	case MOVEMENT_NONE:
		break;
	}
	return (struct masses){ 0, 0, 0 };
}

static void add_masses(struct masses *sum, struct masses change)
{
	sum->undrawn_g += change.undrawn_g;
	sum->owed_g += change.owed_g;
	sum->bought_g += change.bought_g;
}

/* ---- charges: the account of a commitment ---- */

struct account {
	struct masses now;
	struct level *levels;    /* ascending: what was undrawn as a day began */
	uint32_t count, capacity;
	int64_t charged_until, fee_left_cents, interest_rest, storage_rest;
	int64_t bought_charged_g, bought_cents;
};

static void *begin_accounts(const struct check_run *run)
{
	(void)run;
	return column_new(sizeof(struct account));
}

static void free_accounts(void *data)
{
	struct column *own = data;
	struct account *accounts = (struct account *)(void *)own->cells;
	for (size_t i = 0; i < own->count; i++)
		free(accounts[i].levels);
	column_free(own);
	free(own);
}

static void set_level(struct account *account, int64_t day)
{
	if (account->count > 0 && account->levels[account->count - 1].at == day) {
		account->levels[account->count - 1].undrawn_g = account->now.undrawn_g;
		return;
	}
	if (account->count == account->capacity) {
		account->capacity = account->capacity > 0 ? account->capacity * 2 : 4;
		account->levels = reallocarray(account->levels, account->capacity, sizeof *account->levels);
		if (account->levels == NULL)
			abort();
	}
	account->levels[account->count++] = (struct level){ day, account->now.undrawn_g };
}

/* A movement counts from the day after it; what was granted from the first day of the term. */
static void move(struct column *own, const struct movement *movement)
{
	struct account *account = column_at(own, movement->commitment);
	int64_t day = movement->at - movement->at % TIME_DAY_MS + TIME_DAY_MS;
	add_masses(&account->now, change_of(movement));
	set_level(account, movement->kind == MOVEMENT_GRANTED ? movement->commitment->starts_at : day);
}

static int64_t undrawn_on(const struct account *account, int64_t day)
{
	for (uint32_t i = account->count; i > 0; i--) {
		if (account->levels[i - 1].at <= day)
			return account->levels[i - 1].undrawn_g;
	}
	return 0;
}

static int64_t value_cents(const struct commitment *commitment, int64_t mass_g)
{
	int64_t cents = 0;
	unit_value_cents(commitment->quoted, commitment->decimals, commitment->unit, commitment->basis,
		commitment->commodity->basis, mass_g, &cents);
	return cents;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* ---- charges: one charge again ---- */

/* The rate of a day by the dates of those signed; of one day the later version. */
static const struct rate *rate_on(const struct state *state, int64_t day)
{
	const struct rate *best = NULL, *rate = NULL;
	while ((rate = state_next(state, TABLE_RATE, rate)) != NULL) {
		if (rate->state == RATE_SIGNED && rate->effective_at <= day && (best == NULL ||
		    rate->effective_at > best->effective_at ||
		    (rate->effective_at == best->effective_at && rate->version > best->version)))
			best = rate;
	}
	return best;
}

static const char *line_because(const struct check_run *run, const struct commitment *commitment,
	const struct account *account, const struct charge_line *line)
{
	wide gross_g = ((wide)line->undrawn_g * commitment->gross_ppm + VAULT_PPM - 1) / VAULT_PPM;
	int64_t principal_cents = value_cents(commitment, line->undrawn_g) - account->fee_left_cents;
	for (int64_t day = line->from; day < line->until; day += TIME_DAY_MS) {
		const struct rate *rate = rate_on(run->state, day);
		if (undrawn_on(account, day) != line->undrawn_g)
			return "another mass was undrawn on one of its days";
		if (rate == NULL || rate->version != line->rate || rate->interest_ppm != line->interest_ppm ||
		    rate->storage_micros_per_tonne_day != line->storage_micros_per_tonne_day)
			return "another rate was signed for one of its days";
	}
	if (gross_g != line->gross_g)
		return "its gross mass is not that of what was undrawn";
	return line->principal_cents != (principal_cents > 0 ? principal_cents : 0) ?
		"its principal is not what was undrawn at the inventory price, less the fee" : NULL;
}

/* Whole cents out of parts of a cent, and what of one is carried on. */
static void settle(wide parts, int64_t rest, int64_t of, int64_t *ret_cents, int64_t *ret_rest)
{
	parts += rest;
	*ret_cents = (int64_t)(parts / of);
	*ret_rest = (int64_t)(parts % of);
}

struct charged_sum {
	int64_t interest_cents, interest_rest, storage_cents, storage_rest;
};

static const char *lines_because(const struct check_run *run, const struct parsed_entry *entry,
	const struct commitment *commitment, const struct account *account, struct charged_sum *sum)
{
	const struct list *list = said_list(entry, "lines");
	const struct charge_line *lines = list->items;
	bool running = commitment->state == COMMITMENT_IN_FORCE;
	int64_t day = running ? account->charged_until : check_number(entry, "until");
	wide interest = 0, storage = 0;
	if (check_number(entry, "from") != day)
		return "it does not begin where the charge before it ended";
	for (uint32_t i = 0; i < list->count; i++) {
		const char *because = line_because(run, commitment, account, &lines[i]);
		int64_t days = (lines[i].until - lines[i].from) / TIME_DAY_MS;
		if (because != NULL || lines[i].from != day || days <= 0)
			return because != NULL ? because : "its days do not follow one another";
		day = lines[i].until;
		interest += (wide)days * lines[i].principal_cents * lines[i].interest_ppm;
		storage += (wide)days * lines[i].gross_g * lines[i].storage_micros_per_tonne_day;
	}
	settle(interest, account->interest_rest, CARRYING_INTEREST_PARTS, &sum->interest_cents,
		&sum->interest_rest);
	settle(storage, account->storage_rest, CARRYING_STORAGE_PARTS, &sum->storage_cents,
		&sum->storage_rest);
	return day != check_number(entry, "until") ? "its days do not reach its end" : NULL;
}

/* The first figure of an entry that is not what it should be, in words; NULL: all are. */
struct figure {
	const char *name;
	int64_t expected;
};

static const char *figures_because(const struct check_run *run, const struct parsed_entry *entry,
	const struct figure *figures, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int64_t found = check_number(entry, figures[i].name);
		if (found != figures[i].expected)
			return arena_printf(run->arena, "%s is %lld and not %lld", figures[i].name,
				(long long)figures[i].expected, (long long)found);
	}
	return NULL;
}

static const char *charge_because(const struct check_run *run, const struct parsed_entry *entry,
	const struct commitment *commitment, const struct account *account)
{
	struct charged_sum sum;
	const char *because = lines_because(run, entry, commitment, account, &sum);
	if (because != NULL)
		return because;
	int64_t cents = sum.interest_cents + sum.storage_cents;
	int64_t fee_cents = least(account->fee_left_cents, cents);
	int64_t bought_cents = value_cents(commitment, account->now.bought_g) - account->bought_cents;
	const struct figure figures[] = {
		{ "interest_cents", sum.interest_cents }, { "interest_rest", sum.interest_rest },
		{ "storage_cents", sum.storage_cents }, { "storage_rest", sum.storage_rest },
		{ "fee_applied_cents", fee_cents },
		{ "fee_left_cents", account->fee_left_cents - fee_cents },
		{ "bought_g", account->now.bought_g - account->bought_charged_g },
		{ "bought_cents", bought_cents }, { "due_cents", cents - fee_cents + bought_cents },
	};
	return figures_because(run, entry, figures, sizeof figures / sizeof *figures);
}

/* What the entry says is carried on, so that one wrong charge is one finding. */
static void carry_on(const struct parsed_entry *entry, const struct commitment *commitment,
	struct account *account)
{
	account->fee_left_cents = check_number(entry, "fee_left_cents");
	if (said_kind(entry, &event_commitment_ended))
		return;
	account->interest_rest = check_number(entry, "interest_rest");
	account->storage_rest = check_number(entry, "storage_rest");
	account->bought_charged_g += check_number(entry, "bought_g");
	account->bought_cents += check_number(entry, "bought_cents");
	if (commitment->state == COMMITMENT_IN_FORCE)
		account->charged_until = check_number(entry, "until");
}

static const char *end_because(const struct check_run *run, const struct parsed_entry *entry,
	const struct commitment *commitment, const struct account *account)
{
	int64_t cents = value_cents(commitment, account->now.undrawn_g);
	int64_t fee_cents = least(account->fee_left_cents, cents);
	const struct figure figures[] = {
		{ "buy_back_g", account->now.undrawn_g }, { "buy_back_cents", cents },
		{ "fee_back_cents", fee_cents }, { "fee_left_cents", account->fee_left_cents - fee_cents },
		{ "due_cents", cents - fee_cents }, { "owed_g", account->now.owed_g },
	};
	return figures_because(run, entry, figures, sizeof figures / sizeof *figures);
}

static void before_charged(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct commitment *commitment = state_find(run->state, TABLE_COMMITMENT,
		check_text(entry, "commitment"));
	bool charged = said_kind(entry, &event_commitment_charged);
	if (commitment == NULL || (!charged && !said_kind(entry, &event_commitment_ended)))
		return;
	struct account *account = column_at(run->own, commitment);
	const char *because = charged ? charge_because(run, entry, commitment, account) :
		end_because(run, entry, commitment, account);
	if (because != NULL)
		check_found(run, charged ? check_text(entry, "charge") : commitment->id, entry->sequence,
			"%s of %s: %s", charged ? "the charge" : "the buy-back", charged ?
			check_text(entry, "charge") : commitment->id, because);
	carry_on(entry, commitment, account);
}

static void after_charged(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct row *row = state_touched(run->state);
	for (; row != NULL; row = row->next_touched) {
		if (row->table == TABLE_MOVEMENT)
			move(run->own, (const struct movement *)(const void *)row);
	}
	const struct commitment *commitment = said_kind(entry, &event_commitment_in_force) ?
		state_find(run->state, TABLE_COMMITMENT, check_text(entry, "commitment")) : NULL;
	if (commitment == NULL)
		return;
	struct account *account = column_at(run->own, commitment);
	account->fee_left_cents = commitment->fee_cents;
	account->charged_until = commitment->starts_at;
}

const struct check check_charges = {
	.id = "charges",
	.title = "charges that days, rates and principal do not come to",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "each charge and each buy-back at term worked out again from what was undrawn on each day, the "
		"rates signed, the inventory price and the fee",
	.remedy = "Tell the participant, and settle the difference with the next charge by a signed note.",
	.source = "the NDS fund had its first clean opinion for 2024, after 36 years",
	.history = true,
	.begin = begin_accounts, .before = before_charged, .after = after_charged, .free = free_accounts,
};

/* ---- entitlements ---- */

static struct column masses_of_rows(const struct state *state)
{
	struct column sums = COLUMN_OF(struct masses);
	const struct entitlement *own = NULL;
	while ((own = state_next(state, TABLE_ENTITLEMENT, own)) != NULL)
		add_masses(column_at(&sums, own->commitment), (struct masses){ own->undrawn_g, own->owed_g,
			own->bought_g });
	return sums;
}

static bool same(const struct masses *a, const struct masses *b)
{
	return a->undrawn_g == b->undrawn_g && a->owed_g == b->owed_g && a->bought_g == b->bought_g;
}

/* By the movements, by who holds it, and by the commitment itself. */
static void check_commitment(const struct check_run *run, const struct commitment *commitment,
	const struct masses *moved, const struct masses *held)
{
	const struct masses kept = { commitment->undrawn_g, commitment->owed_g, commitment->bought_g };
	bool ended = commitment->state == COMMITMENT_ENDED;
	bool granted = ended || commitment->state == COMMITMENT_IN_FORCE;
	int64_t sum_g = kept.undrawn_g + kept.owed_g + kept.bought_g +
		(ended ? commitment->buy_back_g : 0);
	if (granted && (!same(&kept, moved) || !same(&kept, held)))
		check_found(run, commitment->id, commitment->row.last_index, "of %s %lld g are kept as undrawn, "
			"%lld g as owed and %lld g as bought; its movements come to %lld, %lld and %lld g, and what "
			"participants hold of it to %lld, %lld and %lld g", commitment->id,
			(long long)kept.undrawn_g, (long long)kept.owed_g, (long long)kept.bought_g,
			(long long)moved->undrawn_g, (long long)moved->owed_g, (long long)moved->bought_g,
			(long long)held->undrawn_g, (long long)held->owed_g, (long long)held->bought_g);
	else if (granted && sum_g != commitment->mass_g)
		check_found(run, commitment->id, commitment->row.last_index, "%lld g were committed by %s, and "
			"%lld g are accounted for", (long long)commitment->mass_g, commitment->id,
			(long long)sum_g);
}

static void check_entitled(const struct check_run *run)
{
	struct column sums = COLUMN_OF(int64_t);
	const struct entitlement *own = NULL;
	while ((own = state_next(run->state, TABLE_ENTITLEMENT, own)) != NULL)
		*(int64_t *)column_at(&sums, own->commodity) += own->undrawn_g;
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(run->state, TABLE_COMMODITY, commodity)) != NULL) {
		int64_t sum_g = *(int64_t *)column_at(&sums, commodity);
		if (sum_g != (commodity->entitled_g != ABSENT ? commodity->entitled_g : 0))
			check_found(run, arena_printf(run->arena, "commodity %s", commodity->code),
				commodity->row.last_index, "participants may draw %lld g of %s, and %lld g are set "
				"aside", (long long)sum_g, commodity->code, (long long)commodity->entitled_g);
	}
	column_free(&sums);
}

/* Sums of the movements are taken as they are made: an ended commitment meets some otherwise. */
static void after_moved(const struct check_run *run, const struct parsed_entry *entry)
{
	(void)entry;
	for (const struct row *row = state_touched(run->state); row != NULL; row = row->next_touched) {
		const struct movement *movement = (const void *)row;
		if (row->table == TABLE_MOVEMENT)
			add_masses(column_at(run->own, movement->commitment), change_of(movement));
	}
}

static void *begin_moved(const struct check_run *run)
{
	(void)run;
	return column_new(sizeof(struct masses));
}

static void end_entitlements(const struct check_run *run)
{
	struct column held = masses_of_rows(run->state);
	const struct commitment *commitment = NULL;
	while ((commitment = state_next(run->state, TABLE_COMMITMENT, commitment)) != NULL)
		check_commitment(run, commitment, column_at(run->own, commitment),
			column_at(&held, commitment));
	column_free(&held);
	check_entitled(run);
}

const struct check check_entitlements = {
	.id = "entitlements",
	.title = "entitlements that are not what was committed",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "of each commitment what is undrawn, owed and bought, by its movements, by who holds it and by "
		"its own figures; what is set aside of each commodity",
	.remedy = "Compare the statements (vaultctl statement PARTICIPANT) with the movements, and the tables "
		"with the ledger.",
	.source = "Qingdao 2014: more was owed out of one stock than there was",
	.history = true,
	.begin = begin_moved, .after = after_moved, .end = end_entitlements, .free = column_drop,
};
