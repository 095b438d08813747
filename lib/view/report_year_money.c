/* Money in the reports of a year: what the ledger knows of receipts and payments, and nothing else. */
#include "view/report_year.h"

#include "reserve/stock/annual.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/zone/charge.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/contract.h"
#include "view/report_flows.h"
#include "view/report_kinds.h"
#include "view/report_stock.h"

static bool within(const struct report *report, int64_t at)
{
	return at != ABSENT && at >= report->asked.from && at < report->asked.until;
}

/* Orders to members and buyers, by what had left; loans and draws have a value and no price. */
static int64_t sales_cents(const struct report *report)
{
	const struct order *order = NULL;
	int64_t sum = 0;
	while ((order = state_next(report->state, TABLE_RELEASE_ORDER, order)) != NULL) {
		bool sale = order->request[0] == 'R' || order->request[0] == 'V';
		if (sale && within(report, order->issued_at) && order->quoted != ABSENT)
			report_add(&sum, report_value_cents(report_out_g(order), order->price_micros_per_kg));
	}
	return sum;
}

static int64_t fees_cents(const struct report *report)
{
	const struct commitment *commitment = NULL;
	int64_t sum = 0;
	while ((commitment = state_next(report->state, TABLE_COMMITMENT, commitment)) != NULL) {
		bool began = commitment->state == COMMITMENT_IN_FORCE || commitment->state == COMMITMENT_ENDED;
		if (began && within(report, commitment->starts_at))
			report_add(&sum, commitment->fee_cents);
	}
	return sum;
}

static int64_t charges_cents(const struct report *report)
{
	const struct charge *charge = NULL;
	int64_t sum = 0;
	while ((charge = state_next(report->state, TABLE_CHARGE, charge)) != NULL) {
		if (charge->until > report->asked.from && charge->until <= report->asked.until)
			report_add(&sum, charge->due_cents);
	}
	return sum;
}

static int64_t buy_backs_cents(const struct report *report)
{
	const struct commitment *commitment = NULL;
	int64_t sum = 0;
	while ((commitment = state_next(report->state, TABLE_COMMITMENT, commitment)) != NULL) {
		if (commitment->state == COMMITMENT_ENDED && within(report, commitment->ends_at))
			report_add(&sum, commitment->buy_back_cents);
	}
	return sum;
}

static int64_t settlements_cents(const struct report *report, bool paid)
{
	const struct contract_quarter *quarter = NULL;
	int64_t sum = 0;
	while ((quarter = state_next(report->state, TABLE_CONTRACT_QUARTER, quarter)) != NULL) {
		if (quarter->state == QUARTER_SETTLED && within(report, quarter->settled_at))
			report_add(&sum, paid ? quarter->to_producer_cents : quarter->from_producer_cents);
	}
	return sum;
}

static void money(struct report *report, const char *what, const char *way, int64_t cents,
	const char *rests_on)
{
	report_row(report);
	report_text(report, what);
	report_text(report, way);
	report_int(report, cents);
	report_text(report, rests_on);
}

void report_write_money(struct report *report)
{
	static const struct report_column columns[] = {
		{ "what", "what", REPORT_TEXT, false }, { "way", "in or out", REPORT_TEXT, false },
		{ "amount_cents", "amount", REPORT_MONEY, true },
		{ "rests_on", "rests on", REPORT_TEXT, false },
	};
	report_section(report, "Receipts and payments that the ledger knows");
	report_remark(report, "Amounts that follow from what was signed and loaded, whether or not they were "
		"paid: Vault moves no money. What was paid for stock, for storage and to staff is not known here, "
		"and nobody has told it what is planned.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	money(report, "metal released at a price", "in", sales_cents(report),
		"orders issued in the period, what has left of them");
	money(report, "fees of commitments", "in", fees_cents(report), "terms that began in the period");
	money(report, "carrying charges", "in", charges_cents(report), "charges posted in the period");
	money(report, "buy-backs", "in", buy_backs_cents(report), "terms that ended in the period");
	money(report, "contracts for difference, above the strike", "in", settlements_cents(report, false),
		"quarters settled in the period");
	money(report, "contracts for difference, below the strike", "out", settlements_cents(report, true),
		"quarters settled in the period");
}
