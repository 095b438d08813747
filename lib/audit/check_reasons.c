/* Reasons: what people must justify has one that says something, and old holds are asked for theirs. */
#include "audit/check_world.h"

#include <ctype.h>

#include "audit/said.h"
#include "base/time.h"
#include "reserve/document.h"
#include "reserve/emergency/extension.h"
#include "reserve/emergency/request.h"
#include "reserve/person.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/title.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/contract.h"
#include "reserve/zone/exchange_amendment.h"
#include "reserve/zone/member.h"
#include "reserve/zone/rate.h"
#include "reserve/zone/transfer.h"
#include "reserve/zone/waiver.h"
#include "wire/entry.h"

/* A word has two letters or digits at least: "-", "." and "x" say nothing. */
static bool says_something(const char *because)
{
	size_t letters = 0;
	for (; *because != '\0'; because++)
		letters += isalnum((unsigned char)*because) || (unsigned char)*because >= 0x80;
	return letters >= 2;
}

/* What the entry is about, by the first of its members that names something. */
static const char *subject_of(const struct parsed_entry *entry)
{
	const char *subject = "";
	for (size_t i = 0; entry_subjects[i] != NULL && subject[0] == '\0'; i++)
		subject = check_text(entry, entry_subjects[i]);
	return subject[0] != '\0' ? subject : entry->kind;
}

static void after_reason(const struct check_run *run, const struct parsed_entry *entry)
{
	const char *because = check_text(entry, "because");
	if (!says_something(because))
		check_found(run, arena_printf(run->arena, "%s %s", entry->kind, subject_of(entry)),
			entry->sequence, "%s by %s of %s has no reason: \"%s\"", entry->kind, entry->actor,
			subject_of(entry), because);
}

static void end_holds(const struct check_run *run)
{
	const struct hold *hold = NULL;
	while ((hold = state_next(run->state, TABLE_HOLD, hold)) != NULL) {
		int64_t days = (run->now - hold->opened_at) / TIME_DAY_MS;
		if (!hold->row.closed && days >= HOLD_OLD_DAYS)
			check_found(run, arena_printf(run->arena, "hold %s", hold->id), hold->row.last_index,
				"lot %s is held for %lld days by %s, because \"%s\": does that still stand?",
				hold->lot, (long long)days, hold->opened_by, hold->because);
	}
}

static const struct event_type *const reason_kinds[] = { &event_lot_held, &event_lot_hold_released,
	&event_lot_lost, &event_lot_rejected, &event_lot_corrected, &event_site_set,
	&event_request_withdrawn, &event_document_rejected, &event_waiver_proposed,
	&event_pledge_proposed, &event_unpledge_proposed, &event_exchange_amendment_proposed,
	&event_annual_proposed, &event_declaration_extension_proposed, &event_contract_proposed,
	&event_member_proposed, &event_commitment_end_proposed, &event_entitlement_transfer_proposed,
	&event_rate_proposed, NULL };

const struct check check_reason_missing = {
	.id = "reason-missing",
	.title = "acts without the reason that they need",
	.severity = SEVERITY_WARNING,
	.looks_at = "holds, rejections, losses, corrections, withdrawals, waivers, pledges and amendments whose "
		"reason is empty or says nothing; holds that are older than 180 days",
	.remedy = "Ask who entered it and close the finding with the reason; lift a hold that no longer stands "
		"(vaultctl lot unhold).",
	.source = "GAO-06-512: USD 193 million of items without a reason code, and nobody knew why they were kept",
	.kinds = reason_kinds, .after = after_reason, .end = end_holds,
};
