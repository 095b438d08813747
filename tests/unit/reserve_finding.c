/* The life of findings: every step from every state, who may take it, and what a stop stops. */
#include "reserve_world.h"

#include "reserve/evidence/finding_life.h"
#include "reserve/founding.h"

#define RECORD "asked_by=aud checks=9 complete=%s criticals=1 entries=40 unchecked=0 warnings=0 findings=[%s]"
#define LATE "check=retest-overdue message='three days late' severity=warning subject='lot GA-1' index=12"

static const struct finding *finding_called(const struct world *world, const char *id)
{
	const struct finding *finding = state_find(world->state, TABLE_FINDING, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(finding);
	return finding;
}

static void recorded(void)
{
	struct world *world = world_stocked();
	DO(world, "", "audit.record", RECORD, "true", "");
	const struct reserve *reserve = state_reserve(world->state);
	CU_ASSERT_EQUAL(reserve->audited_at, world->now);
	CU_ASSERT_EQUAL(reserve->audited_entries, 40);
	CU_ASSERT_EQUAL(reserve->audited_checks, 9);
	CU_ASSERT_STRING_EQUAL(reserve->audited_by, "aud");
	/* one that is no whole audit leaves the last as it was, and nothing new writes nothing */
	FAILS(world, ERROR_CONFLICT, "", "audit.record", RECORD, "false", "");
	DO(world, "", "audit.record", RECORD, "false", LATE "; " LATE);
	CU_ASSERT_EQUAL(world->decision.count, 1);
	const struct finding *finding = finding_called(world, "F-2026-0001");
	CU_ASSERT_EQUAL(finding->state, FINDING_OPEN);
	CU_ASSERT_EQUAL(finding->at_index, 12);
	CU_ASSERT_EQUAL(finding->times, 1);
	FAILS(world, ERROR_CONFLICT, "", "audit.record", RECORD, "false", LATE);
	struct finding_counts counts;
	finding_count(world->state, &counts);
	CU_ASSERT(counts.warnings == 1 && counts.criticals == 0 && counts.acknowledged == 0);
	world_free(world);
}

/* Every step from every state. */
static void steps(void)
{
	struct world *world = world_stocked();
	DO(world, "", "audit.record", RECORD, "false", LATE);
	FAILS(world, ERROR_NOT_FOUND, "ola", "finding.acknowledge", "finding=F-2026-0009");
	FAILS(world, ERROR_NOT_FOUND, "ola", "finding.close", "finding=F-2026-0009 because=x");
	FAILS(world, ERROR_NOT_FOUND, "ola", "finding.lift", "finding=F-2026-0009 because=x");
	FAILS(world, ERROR_CONFLICT, "ola", "finding.lift", "finding=F-2026-0001 because=x");
	DO(world, "aud", "finding.acknowledge", "finding=F-2026-0001 because='asked the site'");
	const struct finding *finding = finding_called(world, "F-2026-0001");
	CU_ASSERT_EQUAL(finding->state, FINDING_ACKNOWLEDGED);
	CU_ASSERT_STRING_EQUAL(finding->acknowledged_by, "aud");
	FAILS(world, ERROR_CONFLICT, "ola", "finding.acknowledge", "finding=F-2026-0001");
	FAILS(world, ERROR_CONFLICT, "", "audit.record", RECORD, "false", LATE);
	DO(world, "ola", "finding.close", "finding=F-2026-0001 because='assayed again'");
	CU_ASSERT_EQUAL(finding->state, FINDING_CLOSED);
	CU_ASSERT_STRING_EQUAL(finding->closed_by, "ola");
	CU_ASSERT_STRING_EQUAL(finding->because, "assayed again");
	CU_ASSERT(finding_over(&finding->row));
	FAILS(world, ERROR_CONFLICT, "ola", "finding.close", "finding=F-2026-0001 because=x");
	FAILS(world, ERROR_CONFLICT, "ola", "finding.acknowledge", "finding=F-2026-0001");
	FAILS(world, ERROR_CONFLICT, "ola", "finding.lift", "finding=F-2026-0001 because=x");
	DO(world, "", "audit.record", RECORD, "false", LATE);
	CU_ASSERT_EQUAL(finding->state, FINDING_OPEN);
	CU_ASSERT_EQUAL(finding->times, 2);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_FINDING, "F-2026-0002"));
	DO(world, "aud", "finding.close", "finding=F-2026-0001 because=again"); /* open to closed */
	world_free(world);
}

static void who(void)
{
	struct world *world = world_stocked();
	DO(world, "", "audit.record", RECORD, "false", LATE " caused_by=ola");
	FAILS(world, ERROR_DENIED, "kim", "finding.acknowledge", "finding=F-2026-0001");
	FAILS(world, ERROR_DENIED, "asa", "finding.close", "finding=F-2026-0001 because=x");
	FAILS(world, ERROR_DENIED, "aud", "finding.lift", "finding=F-2026-0001 because=x");
	DO(world, "ola", "finding.acknowledge", "finding=F-2026-0001"); /* but who caused it may say so */
	FAILS(world, ERROR_DENIED, "ola", "finding.close", "finding=F-2026-0001 because=x");
	DO(world, "oma", "finding.close", "finding=F-2026-0001 because=x");
	/* one that a person raised is known by its check and subject as well */
	DO(world, "kim", "finding.raise", "check=retest-overdue severity=warning subject='lot GA-2' message=x");
	FAILS(world, ERROR_CONFLICT, "", "audit.record", RECORD, "false",
		"check=retest-overdue message=late severity=warning subject='lot GA-2'");
	world_free(world);
}

#define REQUEST "member=AUT commodity=ga mass_g=1000 purpose=wafers tier=C"

/* What is stopped awards nothing, issues nothing, loads nothing; the refusal names finding, row and index. */
static void stopped(void)
{
	struct world *world = world_stocked();
	DO(world, "ola", "request.submit", REQUEST);
	DO(world, "ola", "order.prepare", "request=R-2026-0001 consignee=works quoted=500 unit=USD/kg basis=Ga");
	char order[CODE_MAX];
	text_copy(order, sizeof order, world->id);
	DO(world, "", "audit.record", RECORD, "false", "check=tables message='contained_g is 1 in the table' "
		"severity=critical subject='lot GA-1' index=12 stops=ga");
	const struct finding *finding = world_commodity(world, "ga")->stopped;
	CU_ASSERT_PTR_NOT_NULL_FATAL(finding);
	CU_ASSERT_PTR_NULL(commodity_stopped(world->state, world_commodity(world, "wo3")));
	const char *words = finding_stop_words(world->arena, finding);
	CU_ASSERT_PTR_NOT_NULL(strstr(words, " stops it: lot GA-1, ledger index 12, contained_g"));
	CU_ASSERT_PTR_EQUAL(strstr(words, finding->id), words);
	REFUSED(world, "request", "ola", "request.submit", REQUEST);
	CU_ASSERT(world_sign(world, "oma", order));
	CU_ASSERT(world_sign(world, "otto", order));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R24");
	FAILS(world, ERROR_CONFLICT, "oma", "finding.close", "finding=%s because=x", finding->id);
	DO_SIGNED(world, "oma", "finding.lift", "finding=%s because=restored", finding->id);
	CU_ASSERT_EQUAL(finding->state, FINDING_CLOSED);
	CU_ASSERT_STRING_EQUAL(finding->because, "restored");
	CU_ASSERT_PTR_NULL(world_commodity(world, "ga")->stopped);
	CU_ASSERT(world_sign(world, "otto", order));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "");
	/* drift again stops again, and metal that is on its way waits as well */
	DO(world, "", "audit.record", RECORD, "false", "check=tables message=x severity=critical "
		"subject='lot GA-1' index=12 stops=ga");
	CU_ASSERT_EQUAL(finding->state, FINDING_OPEN);
	REFUSED(world, "R24", "kim", "load_out", "order=%s lot=GA-1 gross_g=2001 tare_g=1001 carrier=c vehicle=v",
		order);
	world_free(world);
}

/* What reaches everything stops commodities that are made later too; a rejected lift lifts nothing. */
static void everything(void)
{
	struct world *world = world_stocked();
	DO(world, "", "audit.record", RECORD, "false", "check=tables message=x severity=critical "
		"subject='person kim' index=0 stops=* caused_by=otto");
	DO(world, "ola", "commodity.add", "commodities=[code=w2 mineral=tungsten stage=refining form=metal basis=W]");
	CU_ASSERT_PTR_NOT_NULL(commodity_stopped(world->state, world_commodity(world, "w2")));
	REFUSED(world, "request", "ola", "request.submit", REQUEST);
	DO(world, "ola", "finding.lift", "finding=F-2026-0001 because=restored");
	char note[CODE_MAX];
	text_copy(note, sizeof note, world->id);
	FAILS(world, ERROR_CONFLICT, "ola", "finding.lift", "finding=F-2026-0001 because=restored");
	CU_ASSERT(world_sign(world, "otto", note)); /* who made the entry at fault does not lift it */
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14");
	DO(world, "oma", "document.reject", "document=%s because=no", note);
	CU_ASSERT_STRING_EQUAL(finding_called(world, "F-2026-0001")->document, "");
	CU_ASSERT_PTR_NOT_NULL(commodity_stopped(world->state, world_commodity(world, "ga")));
	DO_SIGNED(world, "ola", "finding.lift", "finding=F-2026-0001 because=restored");
	CU_ASSERT_PTR_NULL(commodity_stopped(world->state, world_commodity(world, "ga")));
	DO(world, "ola", "request.submit", REQUEST);
	CU_ASSERT_STRING_EQUAL(world_rule(world), "");
	world_free(world);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "recorded", recorded },
		{ "steps", steps },
		{ "who", who },
		{ "stopped", stopped },
		{ "everything", everything },
		CU_TEST_INFO_NULL,
	};
	return run_cases("finding", cases);
}
