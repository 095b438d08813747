/*
 * Weight out against weight in, and suppliers whose weights were off: what one lot lacked, the others of
 * the same supplier may lack as well. Weights are those of the entries, summed by the check itself.
 */
#include "audit/check_world.h"

#include "audit/column.h"
#include "audit/group.h"
#include "audit/said.h"
#include "reserve/stock/account.h"
#include "reserve/stock/loadout.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/words.h"

__extension__ typedef __int128 wide;

/* By the scale alone: a correction that made the books agree hides nothing here. */
struct own_lot {
	int64_t in_g, out_g;
};

static void *begin_weights(const struct check_run *run)
{
	(void)run;
	return column_new(sizeof(struct own_lot));
}

static const struct lot *weigh(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct lot *lot = state_find(run->state, TABLE_LOT, check_text(entry, "lot"));
	int64_t net_g = check_number(entry, "gross_g") - check_number(entry, "tare_g");
	if (lot == NULL)
		return NULL;
	struct own_lot *own = column_at(run->own, lot);
	if (said_kind(entry, &event_lot_weighed))
		own->in_g = net_g;
	else
		own->out_g += net_g;
	return lot;
}

static int64_t distance_g(int64_t a_g, int64_t b_g)
{
	return a_g > b_g ? a_g - b_g : b_g - a_g;
}

static bool is_off(int64_t expected_g, int64_t weighed_g, int64_t tolerance_ppm)
{
	return (wide)distance_g(expected_g, weighed_g) * VAULT_PPM > (wide)expected_g * tolerance_ppm;
}

static int64_t tolerance_ppm(const struct lot *lot)
{
	return lot->class == LOT_SEALED ? WEIGHT_SEALED_TOLERANCE_PPM : WEIGHT_BULK_TOLERANCE_PPM;
}

/* "600 kg short of 24,000 kg (25,000 ppm, 5,000 are let pass)" */
static const char *off_words(struct arena *arena, int64_t expected_g, int64_t weighed_g,
	int64_t allowed_ppm)
{
	char distance[WORD_MASS], expected[WORD_MASS], share[WORD_SHARE], allowed[WORD_SHARE];
	int64_t off_g = distance_g(expected_g, weighed_g);
	word_mass(distance, off_g);
	word_mass(expected, expected_g);
	word_share(share, expected_g > 0 ? (int64_t)((wide)off_g * 10000 / expected_g) * 100 : 0);
	word_share(allowed, allowed_ppm);
	return arena_printf(arena, "%s %s %s (%s, %s is let pass)", distance,
		weighed_g < expected_g ? "short of" : "more than", expected, share, allowed);
}

/* ---- weight-in-out ---- */

/* What of a line was to leave: of sealed units, as many as did. */
static int64_t line_expected_g(const struct order_line *line, int64_t units_out)
{
	if (line->units == ABSENT || line->units == 0 || units_out >= line->units)
		return line->net_g;
	return (int64_t)((wide)line->net_g * units_out / line->units);
}

static void before_loaded(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct lot *lot = weigh(run, entry);
	const struct order *order = state_find(run->state, TABLE_RELEASE_ORDER,
		check_text(entry, "order"));
	if (lot == NULL || order == NULL || check_number(entry, "partial") == 1)
		return;
	const struct order_line *line = order_line_of(order, lot->code);
	if (line == NULL)
		return;
	bool begun = line->out_net_g != ABSENT;
	int64_t out_g = (begun ? line->out_net_g : 0) + check_number(entry, "gross_g") -
		check_number(entry, "tare_g");
	int64_t units = (begun && line->out_units != ABSENT ? line->out_units : 0) +
		check_number(entry, "units");
	int64_t expected_g = line_expected_g(line, units);
	if (is_off(expected_g, out_g, tolerance_ppm(lot)))
		check_found(run, arena_printf(run->arena, "order %s lot %s", order->id, lot->code),
			entry->sequence, "lot %s left against order %s with %lld g: %s", lot->code, order->id,
			(long long)out_g, off_words(run->arena, expected_g, out_g, tolerance_ppm(lot)));
}

static void end_weights(const struct check_run *run)
{
	const struct lot *lot = NULL;
	while ((lot = state_next(run->state, TABLE_LOT, lot)) != NULL) {
		const struct own_lot *own = column_at(run->own, lot);
		if (lot->state != LOT_OUT || !is_off(own->in_g, own->out_g, tolerance_ppm(lot)))
			continue;
		check_found(run, arena_printf(run->arena, "lot %s", lot->code), lot->row.last_index,
			"lot %s of %s is empty, and what left it is %s that were weighed in; %lld g were corrected",
			lot->code, lot->supplier[0] != '\0' ? lot->supplier : "an unnamed supplier",
			off_words(run->arena, own->in_g, own->out_g, tolerance_ppm(lot)),
			(long long)lot->adjusted_g);
	}
}

/* ---- supplier-weights ---- */

struct supplier {
	struct group off, here;
	int64_t held;
	const struct lot *worst;
	int64_t worst_expected_g, worst_weighed_g;
};

static void add_off(struct supplier *supplier, const struct lot *lot, int64_t expected_g,
	int64_t weighed_g)
{
	int64_t worst_g = distance_g(supplier->worst_expected_g, supplier->worst_weighed_g);
	group_add(&supplier->off, lot);
	if (supplier->worst != NULL && distance_g(expected_g, weighed_g) <= worst_g)
		return;
	supplier->worst = lot;
	supplier->worst_expected_g = expected_g;
	supplier->worst_weighed_g = weighed_g;
}

static void judge_lot(struct supplier *supplier, const struct lot *lot, const struct own_lot *own)
{
	if (lot->expected_g != ABSENT && is_off(lot->expected_g, own->in_g, WEIGHT_PAPER_TOLERANCE_PPM))
		add_off(supplier, lot, lot->expected_g, own->in_g);
	else if (lot->state == LOT_OUT && is_off(own->in_g, own->out_g, tolerance_ppm(lot)))
		add_off(supplier, lot, own->in_g, own->out_g);
	if (lot->row.closed)
		return;
	group_add(&supplier->here, lot);
	supplier->held += lot->holds > 0;
}

static void report_supplier(const struct check_run *run, const struct account *account,
	const struct supplier *supplier)
{
	const char *commodity = account->commodity->code;
	const struct check_finding finding = { .index = supplier->worst->row.last_index,
		.subject = arena_printf(run->arena, "supplier %s/%s", account->party, commodity),
		.message = arena_printf(run->arena, "the weights of %s in %s were off, at worst %s by %s; "
			"off: %s; still here: %s; %lld of these held", account->party, commodity,
			supplier->worst->code, off_words(run->arena, supplier->worst_expected_g,
			supplier->worst_weighed_g, WEIGHT_PAPER_TOLERANCE_PPM),
			group_words(run->arena, &supplier->off, AUDIT_NAMED_MAX),
			group_words(run->arena, &supplier->here, AUDIT_NAMED_MAX), (long long)supplier->held) };
	check_report_as(run, &check_supplier_weights, &finding);
}

static void end_suppliers(const struct check_run *run)
{
	struct column suppliers = COLUMN_OF(struct supplier);
	const struct lot *lot = NULL;
	while ((lot = state_next(run->state, TABLE_LOT, lot)) != NULL) {
		const struct own_lot *own = column_at(run->own, lot);
		const struct row *account = own->in_g > 0 && lot->supplier[0] != '\0' ?
			group_supplier(run->state, lot) : NULL;
		if (account != NULL)
			judge_lot(column_at(&suppliers, account), lot, own);
	}
	const struct account *account = NULL;
	while ((account = state_next(run->state, TABLE_ACCOUNT, account)) != NULL) {
		const struct supplier *supplier = column_at(&suppliers, account);
		if (supplier->off.lots > 0 && supplier->held < supplier->here.lots)
			report_supplier(run, account, supplier);
	}
	column_free(&suppliers);
}

static void end_both(const struct check_run *run)
{
	end_weights(run);
	end_suppliers(run);
}

static const struct event_type *const weight_kinds[] = { &event_lot_weighed, &event_order_loaded,
	NULL };

const struct check check_weight_in_out = {
	.id = "weight-in-out",
	.title = "weight out against weight in",
	.severity = SEVERITY_WARNING,
	.looks_at = "each line that has left against what it was to be, and all that left a lot against what was "
		"weighed in; 0.5% of bulk and 0.1% of sealed units are let pass",
	.remedy = "Hold what is left of it and the other lots of its supplier, and have the scale inspected: "
		"vaultctl lot hold.",
	.source = "LME, March 2023: the weights of bags of stones did not match their papers",
	.kinds = weight_kinds, .begin = begin_weights, .before = before_loaded, .end = end_both,
	.free = column_drop,
};

const struct check check_supplier_weights = {
	.id = "supplier-weights",
	.title = "suppliers whose weights were off",
	.severity = SEVERITY_WARNING,
	.looks_at = "by supplier and commodity, lots that weighed over 2% more or less than declared, or gave out "
		"another weight than they took in, with all its lots that are here and not all held",
	.remedy = "Hold all of them, weigh them again and draw samples: vaultctl lot hold, vaultctl sample draw.",
	.source = "LME, March 2023: after nine warrants every bag in every warehouse was inspected again",
	.via = &check_weight_in_out,
};
