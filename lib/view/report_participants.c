/* Participants: what they may draw and owe, their commitments, and what they were charged in the period. */
#include "view/report_flows.h"

#include "base/text.h"
#include "base/time.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/material.h"
#include "reserve/zone/charge.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/member.h"
#include "reserve/zone/participant.h"
#include "reserve/zone/price.h"
#include "view/report_kinds.h"
#include "view/report_stock.h"

static bool named(const struct report *report, const struct participant *participant)
{
	return report->asked.subject[0] == '\0' ||
		text_equal(report->asked.subject, participant->code);
}

static void write_companies(struct report *report)
{
	static const struct report_column columns[] = {
		{ "participant", "participant", REPORT_ID, false }, { "name", "name", REPORT_TEXT, false },
		{ "host", "host member", REPORT_ID, false }, { "since", "since", REPORT_DATE, false },
	};
	const struct participant *participant = NULL;
	report_section(report, "Participants");
	report_table(report, columns, sizeof columns / sizeof *columns);
	while ((participant = state_next(report->state, TABLE_PARTICIPANT, participant)) != NULL) {
		if (!named(report, participant))
			continue;
		report_row(report);
		report_text(report, participant->code);
		report_text(report, participant->name);
		report_text(report, participant->member->code);
		report_int(report, participant->since);
	}
}

/* By participant and commodity, over the commitments that granted it. */
static void write_entitlements(struct report *report)
{
	static const struct report_column columns[] = {
		{ "participant", "participant", REPORT_ID, false },
		{ "commodity", "commodity", REPORT_ID, false }, { "commitment", "granted by", REPORT_ID, false },
		{ "undrawn_g", "may draw", REPORT_MASS, false },
		{ "owed_g", "owes back", REPORT_MASS, false }, { "bought_g", "bought", REPORT_MASS, false },
	};
	const struct entitlement *entitlement = NULL;
	report_section(report, "Entitlements");
	report_table(report, columns, sizeof columns / sizeof *columns);
	while ((entitlement = state_next(report->state, TABLE_ENTITLEMENT, entitlement)) != NULL) {
		if (!named(report, entitlement->participant))
			continue;
		report_row(report);
		report_text(report, entitlement->participant->code);
		report_text(report, entitlement->commodity->code);
		report_text(report, entitlement->commitment->id);
		report_int(report, entitlement->undrawn_g);
		report_int(report, entitlement->owed_g);
		report_int(report, entitlement->bought_g);
	}
}

static void write_commitments(struct report *report)
{
	static const struct report_column columns[] = {
		{ "commitment", "commitment", REPORT_ID, false },
		{ "participant", "participant", REPORT_ID, false },
		{ "commodity", "commodity", REPORT_ID, false }, { "state", "state", REPORT_TEXT, false },
		{ "mass_g", "committed", REPORT_MASS, false }, { "price", "inventory price", REPORT_TEXT, false },
		{ "fee_cents", "fee", REPORT_MONEY, false }, { "fee_left_cents", "of it left", REPORT_MONEY, false },
		{ "starts_at", "begins", REPORT_DATE, false }, { "ends_at", "ends", REPORT_DATE, false },
	};
	const struct commitment *commitment = NULL;
	report_section(report, "Commitments");
	report_table(report, columns, sizeof columns / sizeof *columns);
	while ((commitment = state_next(report->state, TABLE_COMMITMENT, commitment)) != NULL) {
		char price[64];
		if (!named(report, commitment->participant) || commitment->state == COMMITMENT_REJECTED)
			continue;
		price_words(price, sizeof price, commitment->quoted, commitment->decimals, commitment->unit);
		report_row(report);
		report_text(report, commitment->id);
		report_text(report, commitment->participant->code);
		report_text(report, commitment->commodity->code);
		report_text(report, report_field_text(TABLE_COMMITMENT, commitment, "state"));
		report_int(report, commitment->mass_g);
		report_text(report, price);
		report_int(report, commitment->fee_cents);
		report_int(report, commitment->fee_left_cents);
		report_int(report, commitment->starts_at);
		report_int(report, commitment->ends_at);
	}
}

void report_write_charges(struct report *report)
{
	static const struct report_column columns[] = {
		{ "charge", "charge", REPORT_ID, false }, { "participant", "participant", REPORT_ID, false },
		{ "from", "from", REPORT_DATE, false }, { "until", "until", REPORT_DATE, false },
		{ "interest_cents", "interest", REPORT_MONEY, false },
		{ "storage_cents", "storage", REPORT_MONEY, false },
		{ "fee_applied_cents", "paid by the fee", REPORT_MONEY, false },
		{ "bought_cents", "bought", REPORT_MONEY, false }, { "due_cents", "due", REPORT_MONEY, false },
	};
	const struct charge *charge = NULL;
	int64_t sums[5] = { 0 };
	size_t count = 0;
	report_section(report, "Charges");
	report_remark(report, "Posted for days of %s. A month is posted at the first instant of the next.",
		report_period_words(report));
	report_table(report, columns, sizeof columns / sizeof *columns);
	while ((charge = state_next(report->state, TABLE_CHARGE, charge)) != NULL) {
		const int64_t figures[] = { charge->interest_cents, charge->storage_cents,
			charge->fee_applied_cents, charge->bought_cents, charge->due_cents };
		if (!named(report, charge->participant) || charge->from >= report->asked.until ||
		    charge->until < report->asked.from || count++ >= REPORT_ROWS_MAX)
			continue;
		report_row(report);
		report_text(report, charge->id);
		report_text(report, charge->participant->code);
		report_int(report, charge->from);
		report_int(report, charge->until);
		for (int i = 0; i < 5; i++) {
			report_int(report, figures[i]);
			report_add(&sums[i], figures[i]);
		}
	}
	if (count == 0)
		return;
	report_total(report);
	report_blank(report, 4);
	for (int i = 0; i < 5; i++)
		report_int(report, sums[i]);
}

bool report_participants(struct report *report, struct error *error)
{
	if (report->asked.subject[0] != '\0' &&
	    report_subject(report, TABLE_PARTICIPANT, "participant", error) == NULL)
		return false;
	report_default_period(report, annual_year_begin(annual_year_of(report->view->now)));
	report_begin(report, "Participants, %s", report_period_words(report));
	write_companies(report);
	write_entitlements(report);
	write_commitments(report);
	report_write_charges(report);
	return true;
}
