/*
 * The lists of what exists: tables, commands, events, kinds of notes. Whoever adds one adds its row
 * here, and a migration where it is a table or a column.
 */
#include <assert.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/configuration.h"
#include "reserve/counter.h"
#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/emergency/award.h"
#include "reserve/emergency/credit.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/extension.h"
#include "reserve/emergency/plan.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/request_note.h"
#include "reserve/emergency/rule.h"
#include "reserve/emergency/statement.h"
#include "reserve/emergency/usage.h"
#include "reserve/evidence/attachment.h"
#include "reserve/evidence/dispute.h"
#include "reserve/evidence/filing.h"
#include "reserve/evidence/finding_life.h"
#include "reserve/finding.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/state.h"
#include "reserve/stock/account.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/count.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/grant.h"
#include "reserve/stock/inspection.h"
#include "reserve/stock/loadout.h"
#include "reserve/stock/loadout_test.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/stock/release.h"
#include "reserve/stock/requirement.h"
#include "reserve/stock/sample.h"
#include "reserve/stock/storage.h"
#include "reserve/stock/title.h"
#include "reserve/tick.h"
#include "reserve/zone/assessment.h"
#include "reserve/zone/charge.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/contract.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/exchange_amendment.h"
#include "reserve/zone/exchange_return.h"
#include "reserve/zone/hs.h"
#include "reserve/zone/member.h"
#include "reserve/zone/observation.h"
#include "reserve/zone/participant.h"
#include "reserve/zone/price.h"
#include "reserve/zone/production.h"
#include "reserve/zone/rate.h"
#include "reserve/zone/sale.h"
#include "reserve/zone/schedule.h"
#include "reserve/zone/transfer.h"
#include "reserve/zone/waiver.h"

/* What is derived and hangs on a row of a room below, for it knows nothing of it. */
static void reserve_freed(struct row *row)
{
	rule_list_free(((struct reserve *)(void *)row)->rules);
}

static void mineral_freed(struct row *row)
{
	rule_list_free(((struct mineral *)(void *)row)->rules);
}

static void commodity_freed(struct row *row)
{
	rule_list_free(((struct commodity *)(void *)row)->rules);
	usage_free(((struct commodity *)(void *)row)->usage);
	price_history_free(((struct commodity *)(void *)row)->prices);
	observation_list_free(((struct commodity *)(void *)row)->observations);
	schedule_list_free(((struct commodity *)(void *)row)->tariffs);
}

static void site_freed(struct row *row)
{
	slots_free_book(&((struct site *)(void *)row)->book);
}

static const struct table_info infos[TABLE_COUNT] = {
	[TABLE_RESERVE] = { .name = "reserve", .descriptor = &reserve_descriptor, .forever = true,
		.freed = reserve_freed },
	[TABLE_COUNTER] = { .name = "counter", .descriptor = &counter_descriptor, .forever = true },
	[TABLE_PERSON] = { .name = "person", .descriptor = &person_descriptor, .forever = true,
		.loaded = person_loaded },
	[TABLE_KEY] = { .name = "key", .descriptor = &key_descriptor, .forever = true },
	[TABLE_MINERAL] = { .name = "mineral", .descriptor = &mineral_descriptor, .forever = true,
		.freed = mineral_freed },
	[TABLE_COMMODITY] = { .name = "commodity", .descriptor = &commodity_descriptor,
		.forever = true, .freed = commodity_freed },
	[TABLE_SITE] = { .name = "site", .descriptor = &site_descriptor, .forever = true,
		.freed = site_freed },
	[TABLE_MEMBER] = { .name = "member", .descriptor = &member_descriptor, .forever = true },
	[TABLE_ACCOUNT] = { .name = "account", .descriptor = &account_descriptor, .forever = true },
	[TABLE_LOT] = { .name = "lot", .descriptor = &lot_descriptor, .loaded = lot_loaded,
		.due = lot_due },
	[TABLE_HOLD] = { .name = "hold", .descriptor = &hold_descriptor },
	[TABLE_FLOOR] = { .name = "floor", .descriptor = &floor_descriptor, .loaded = floor_loaded,
		.due = floor_due },
	[TABLE_TITLE] = { .name = "title", .descriptor = &title_descriptor, .loaded = title_loaded },
	[TABLE_PLEDGE] = { .name = "pledge", .descriptor = &pledge_descriptor,
		.loaded = pledge_loaded },
	[TABLE_ANNUAL_LINE] = { .name = "annual_line", .descriptor = &annual_line_descriptor,
		.loaded = annual_loaded, .due = annual_due },
	[TABLE_MEMBER_STEP] = { .name = "member_step", .descriptor = &member_step_descriptor,
		.forever = true, .loaded = member_step_loaded, .due = member_step_due },
	[TABLE_PRICE] = { .name = "price", .descriptor = &price_descriptor, .loaded = price_loaded,
		.due = price_due, .over = price_over },
	[TABLE_OBSERVATION] = { .name = "observation", .descriptor = &observation_descriptor,
		.forever = true, .loaded = observation_loaded },
	[TABLE_HS_CODE] = { .name = "hs_code", .descriptor = &hs_descriptor, .forever = true },
	[TABLE_TARIFF_SCHEDULE] = { .name = "tariff_schedule", .descriptor = &schedule_descriptor,
		.loaded = schedule_loaded, .due = schedule_due },
	[TABLE_ASSESSMENT] = { .name = "assessment", .descriptor = &assessment_descriptor,
		.forever = true },
	[TABLE_SALE] = { .name = "sale", .descriptor = &sale_descriptor, .forever = true },
	[TABLE_PARTICIPANT] = { .name = "participant", .descriptor = &participant_descriptor,
		.forever = true },
	[TABLE_COMMITMENT] = { .name = "commitment", .descriptor = &commitment_descriptor,
		.forever = true, .due = commitment_due },
	[TABLE_ENTITLEMENT] = { .name = "entitlement", .descriptor = &entitlement_descriptor,
		.forever = true, .loaded = entitlement_loaded },
	[TABLE_MOVEMENT] = { .name = "movement", .descriptor = &movement_descriptor },
	[TABLE_RATE] = { .name = "rate", .descriptor = &rate_descriptor, .forever = true },
	[TABLE_CHARGE] = { .name = "charge", .descriptor = &charge_descriptor },
	[TABLE_TRANSFER] = { .name = "transfer", .descriptor = &transfer_descriptor },
	[TABLE_EXCHANGE] = { .name = "exchange", .descriptor = &exchange_descriptor,
		.loaded = exchange_loaded, .due = exchange_due },
	[TABLE_EXCHANGE_RETURN] = { .name = "exchange_return",
		.descriptor = &exchange_return_descriptor, .forever = true },
	[TABLE_EXCHANGE_AMENDMENT] = { .name = "exchange_amendment",
		.descriptor = &exchange_amendment_descriptor, .forever = true },
	[TABLE_PRODUCTION] = { .name = "production", .descriptor = &production_descriptor,
		.forever = true },
	[TABLE_WAIVER] = { .name = "waiver", .descriptor = &waiver_descriptor, .due = waiver_due },
	[TABLE_CONTRACT] = { .name = "contract", .descriptor = &contract_descriptor, .forever = true,
		.due = contract_due },
	[TABLE_CONTRACT_QUARTER] = { .name = "contract_quarter",
		.descriptor = &contract_quarter_descriptor, .forever = true },
	[TABLE_DECLARATION] = { .name = "declaration", .descriptor = &declaration_descriptor,
		.forever = true, .due = declaration_due },
	[TABLE_REQUEST] = { .name = "request", .descriptor = &request_descriptor,
		.loaded = request_loaded, .due = request_due, .recall_at = "decided_at",
		.recall_mass = "drawn_g", .recall_days = RULE_DAYS_MAX },
	[TABLE_RELEASE_ORDER] = { .name = "release_order", .descriptor = &order_descriptor,
		.loaded = order_loaded, .due = order_due },
	[TABLE_RULE] = { .name = "rule", .descriptor = &rule_descriptor, .loaded = rule_loaded,
		.due = rule_due },
	[TABLE_EXTENSION] = { .name = "extension", .descriptor = &extension_descriptor,
		.forever = true },
	[TABLE_STATEMENT] = { .name = "statement", .descriptor = &statement_descriptor,
		.forever = true },
	[TABLE_PLAN] = { .name = "plan", .descriptor = &plan_descriptor },
	[TABLE_PLAN_LINE] = { .name = "plan_line", .descriptor = &plan_line_descriptor },
	[TABLE_CREDIT] = { .name = "credit", .descriptor = &credit_descriptor, .forever = true },
	[TABLE_DOCUMENT] = { .name = "document", .descriptor = &document_descriptor },
	[TABLE_COUNT_POLICY] = { .name = "count_policy", .descriptor = &count_policy_descriptor },
	[TABLE_STOCKTAKE] = { .name = "stocktake", .descriptor = &count_descriptor, .forever = true,
		.loaded = count_loaded, .due = count_due, .over = count_over },
	[TABLE_STOCKTAKE_LINE] = { .name = "stocktake_line", .descriptor = &count_line_descriptor,
		.loaded = count_line_loaded },
	[TABLE_SAMPLE] = { .name = "sample", .descriptor = &sample_descriptor, .forever = true,
		.due = sample_due },
	[TABLE_SAMPLE_LOT] = { .name = "sample_lot", .descriptor = &sample_lot_descriptor,
		.forever = true },
	[TABLE_INSPECTION] = { .name = "inspection", .descriptor = &inspection_descriptor,
		.forever = true, .over = inspection_over },
	[TABLE_LOADOUT_TEST] = { .name = "loadout_test", .descriptor = &loadout_test_descriptor,
		.forever = true },
	[TABLE_REQUIREMENT] = { .name = "requirement", .descriptor = &requirement_descriptor,
		.loaded = requirement_loaded, .due = requirement_due },
	[TABLE_FILING] = { .name = "filing", .descriptor = &filing_descriptor, .forever = true },
	[TABLE_FINDING] = { .name = "finding", .descriptor = &finding_descriptor,
		.loaded = finding_loaded, .over = finding_over },
};

const struct table_info *table_info(enum table_id table)
{
	return &infos[table];
}

void tick_decide(const struct context *context, const struct row *row, int64_t due_ms,
	struct decision *decision)
{
	const void *entity = row;
	enum table_id table = (enum table_id)row->table;
	if (table == TABLE_LOT)
		tick_lot(context, entity, due_ms, decision);
	else if (table == TABLE_FLOOR)
		tick_floor(entity, due_ms, decision);
	else if (table == TABLE_RELEASE_ORDER)
		tick_order(context, entity, due_ms, decision);
	else if (table == TABLE_ANNUAL_LINE)
		tick_annual(entity, due_ms, decision);
	else if (table == TABLE_MEMBER_STEP)
		tick_member_step(entity, due_ms, decision);
	else if (table == TABLE_PRICE)
		tick_price(context, entity, due_ms, decision);
	else if (table == TABLE_TARIFF_SCHEDULE)
		tick_schedule(context, entity, due_ms, decision);
	else if (table == TABLE_COMMITMENT)
		tick_commitment(context, entity, due_ms, decision);
	else if (table == TABLE_EXCHANGE)
		tick_exchange(context, entity, due_ms, decision);
	else if (table == TABLE_WAIVER)
		tick_waiver(entity, due_ms, decision);
	else if (table == TABLE_CONTRACT)
		tick_contract(entity, due_ms, decision);
	else if (table == TABLE_DECLARATION)
		tick_declaration(context, entity, due_ms, decision);
	else if (table == TABLE_REQUEST)
		tick_request(context, entity, due_ms, decision);
	else if (table == TABLE_RULE)
		tick_rule(entity, due_ms, decision);
	else if (table == TABLE_STOCKTAKE)
		tick_count(entity, due_ms, decision);
	else if (table == TABLE_SAMPLE)
		tick_sample(context, entity, due_ms, decision);
	else if (table == TABLE_REQUIREMENT)
		tick_requirement(entity, due_ms, decision);
	else
		assert(false && "this table has no due times");
}

const char *state_award_holding(const struct state *state, const char *lot)
{
	const char *granted = grant_holding(state, lot);
	return granted != NULL ? granted : request_holding(state, lot);
}

const char *state_lot_returned_for(const struct state *state, const struct lot *lot)
{
	const char *last;
	exchange_return_offered_g(state, lot, &last);
	return last;
}

enum draw_standing state_draw_standing(const struct commodity *commodity)
{
	const struct declaration *declaration = commodity->declaration;
	if (declaration == NULL)
		return DRAW_NORMAL;
	if (declaration->entitlements == ENTITLEMENTS_POOLED)
		return DRAW_POOLED;
	return declaration->entitlements == ENTITLEMENTS_FIRST &&
		!declaration_keeps_operating(declaration) ? DRAW_HARD : DRAW_OPERATING;
}

int64_t state_release_approvals(const struct state *state, const struct commodity *commodity,
	const struct member *member, int64_t mass_g, int64_t value_cents)
{
	const struct rule_scope scope = { .state = state, .commodity = commodity, .member = member };
	return rule_approvals(&scope, mass_g, value_cents);
}

int64_t state_release_daily_g(const struct state *state, const struct commodity *commodity,
	const struct member *member, const struct site *site)
{
	const struct rule_scope scope = { .state = state, .commodity = commodity, .member = member };
	return rule_loadout(&scope).daily_g(&scope, site);
}

const struct grant_type *const grant_types[] = {
	&grant_award,
	&grant_exchange,
	NULL
};

const struct document_kind *const document_kinds[] = {
	&document_person, &document_floors, &document_annual, &document_pledge, &document_unpledge,
	&document_release_order,
	&document_members, &document_prices, &document_tariffs,
	&document_rate, &document_commitment, &document_commitment_end, &document_transfer,
	&document_amendment, &document_default,
	&document_waiver, &document_contract, &document_settlement,
	&document_declaration, &document_extension, &document_rules, &document_plan,
	&document_finding_lift,
	&document_count_sheet, &document_adjustment, &document_count_policy,
	&document_requirements,
	NULL
};

/* What others than officers sign: a counter puts their own hand to what they counted. */
static const struct { const struct document_kind *kind; uint32_t duties; } signers[] = {
	{ &document_count_sheet, COUNT_DUTIES },
};

uint32_t document_signers(const char *kind)
{
	for (size_t i = 0; i < sizeof signers / sizeof *signers; i++) {
		if (text_equal(signers[i].kind->name, kind))
			return signers[i].duties;
	}
	return DUTY_OFFICER;
}

const struct command_type *const command_types[] = {
	&command_found, &command_person_enrol, &command_person_revoke, &command_key_replace,
	&command_document_sign, &command_document_reject,
	&command_finding_raise, &command_configuration_reload,

	&command_mineral_add, &command_commodity_add, &command_site_add, &command_site_set,
	&command_lot_add, &command_lot_weigh, &command_lot_sample, &command_lot_assay,
	&command_lot_accept, &command_lot_reject, &command_lot_lose, &command_lot_hold,
	&command_lot_hold_release, &command_lot_move, &command_lot_arrive, &command_lot_correct,
	&command_lot_title, &command_lot_pledge, &command_lot_unpledge,
	&command_floor_set, &command_annual_set,
	&command_load_out, &command_deliver, &command_slot_move,

	&command_member_set, &command_price_draft, &command_observation_record,
	&command_hs_add, &command_schedule_set, &command_assessment_record, &command_sale_record,
	&command_participant_add, &command_rate_set, &command_commitment_new, &command_commitment_end,
	&command_entitlement_transfer,
	&command_loan_new, &command_rotation_new, &command_draw_new, &command_disposal_new,
	&command_exchange_return, &command_exchange_amend, &command_exchange_default,
	&command_production_record, &command_waiver_propose,
	&command_contract_propose, &command_contract_report, &command_contract_settle,

	&command_declare, &command_declaration_extend, &command_rule_set,
	&command_request_submit, &command_request_bring, &command_request_withdraw,
	&command_allocation_run, &command_order_prepare,
	&command_audit_record, &command_finding_acknowledge, &command_finding_close,
	&command_finding_lift,
	&command_count_new, &command_count_enter, &command_count_cause, &command_count_adjust,
	&command_count_abandon, &command_count_policy,
	&command_sample_draw, &command_sample_result,
	&command_inspection_record, &command_loadout_test, &command_commodity_storage,
	&command_site_storage, &command_requirement_set, &command_report_file,
	&command_evidence_attach,
	&command_checkpoint_dispute,
	NULL
};

const struct event_type *const event_types[] = {
	&event_reserve_founded, &event_person_proposed, &event_person_enrolled,
	&event_person_revoked, &event_person_key_replaced,
	&event_document_prepared, &event_document_signed, &event_document_rejected,
	&event_act_refused, &event_finding_raised, &event_configuration_reloaded,

	&event_mineral_listed, &event_commodity_made, &event_site_opened, &event_site_set,
	&event_lot_announced, &event_lot_weighed, &event_lot_sampled, &event_lot_assayed,
	&event_lot_accepted, &event_lot_rejected, &event_lot_lost, &event_lot_held,
	&event_lot_hold_released, &event_lot_moved, &event_lot_arrived, &event_lot_corrected,
	&event_lot_assay_expired,
	&event_lot_titled, &event_pledge_proposed, &event_lot_pledged, &event_unpledge_proposed,
	&event_lot_unpledged,
	&event_floor_proposed, &event_floors_approved, &event_floor_in_force,
	&event_annual_proposed, &event_annual_approved, &event_annual_in_force, &event_annual_ended,
	&event_order_prepared, &event_order_issued, &event_order_slotted, &event_order_loaded,
	&event_order_delivered, &event_order_lapsed, &event_order_cut, &event_order_overdue,

	&event_member_set, &event_member_proposed, &event_members_approved, &event_member_stepped,
	&event_price_drafted, &event_prices_notified, &event_prices_notified_2, &event_price_in_force,
	&event_observations_recorded,
	&event_hs_listed, &event_schedule_proposed, &event_schedules_approved,
	&event_schedule_in_force, &event_schedule_adjusted, &event_schedule_ended,
	&event_assessment_recorded, &event_sale_recorded,
	&event_participant_added, &event_rate_proposed, &event_rate_signed,
	&event_commitment_proposed, &event_commitment_signed, &event_commitment_in_force,
	&event_commitment_end_proposed, &event_commitment_shortened, &event_commitment_charged,
	&event_commitment_ended,
	&event_entitlement_transfer_proposed, &event_entitlement_transferred,
	&event_exchange_prepared, &event_exchange_overdue, &event_exchange_returned,
	&event_exchange_amendment_proposed, &event_exchange_amended, &event_exchange_defaulted,
	&event_production_recorded, &event_waiver_proposed, &event_waiver_granted, &event_waiver_ended,
	&event_contract_proposed, &event_contract_signed, &event_contract_ended,
	&event_contract_reported, &event_contract_computed, &event_contract_settled,

	&event_declaration_proposed, &event_declaration_declared, &event_declaration_opened,
	&event_declaration_ended, &event_declaration_extension_proposed, &event_declaration_extended,
	&event_declaration_accounted,
	&event_rule_proposed, &event_rules_approved, &event_rule_in_force,
	&event_request_allocated, &event_request_refused, &event_request_eligible,
	&event_request_granted, &event_request_cut, &event_request_picked, &event_request_planned,
	&event_request_withdrawn, &event_request_expired, &event_request_overdue,
	&event_plan_proposed, &event_plan_line, &event_plan_committed, &event_plan_superseded,
	&event_audit_completed, &event_finding_found, &event_finding_reopened,
	&event_finding_acknowledged, &event_finding_closed, &event_finding_lift_proposed,
	&event_finding_lifted,
	&event_count_opened, &event_count_listed, &event_count_entered, &event_count_sheet_signed,
	&event_count_compared, &event_count_counted, &event_count_explained,
	&event_count_adjustment_proposed, &event_count_adjusted, &event_count_ended,
	&event_count_abandoned, &event_count_expired, &event_count_policy_proposed,
	&event_count_policy_set,
	&event_sample_announced, &event_sample_drawn, &event_sample_result, &event_sample_due,
	&event_inspection_recorded, &event_loadout_tested, &event_commodity_storage,
	&event_site_storage, &event_requirement_proposed, &event_requirements_approved,
	&event_requirement_in_force, &event_report_filed,
	&event_evidence_attached,
	&event_witness_named, &event_checkpoint_disputed,
	NULL
};
