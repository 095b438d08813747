/*
 * The states that `wait` knows against those of the core: none is missing, none is invented, and what
 * is final or past is so.
 */
#include "vaultctl/life.h"

#include <string.h>

#include "base/descriptor.h"
#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/plan.h"
#include "reserve/emergency/request.h"
#include "reserve/stock/order.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/contract.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/waiver.h"
#include "tests/unit/runner.h"

#define COUNT(array) (sizeof (array) / sizeof *(array))

static const struct life_state *state_of(const struct life *life, const char *name)
{
	return life_find(life, name, strlen(name));
}

static void knows_the_core(void)
{
	static const struct { const char *id; const struct descriptor *descriptor; } rows[] = {
		{ "R-2026-0001", &request_descriptor },
		{ "O-2026-0001", &order_descriptor },
		{ "D-2026-0001", &declaration_descriptor },
		{ "N-2026-0001", &document_descriptor },
		{ "P-2026-0001", &plan_descriptor },
		{ "B-2026-0001", &exchange_descriptor },
		{ "X-2026-0001", &exchange_descriptor },
		{ "T-2026-0001", &exchange_descriptor },
		{ "V-2026-0001", &exchange_descriptor },
		{ "K-2026-0001", &commitment_descriptor },
		{ "C-2026-0001", &contract_descriptor },
		{ "W-2026-0001", &waiver_descriptor },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct life *life = life_of(rows[i].id);
		const struct field *field = descriptor_field(rows[i].descriptor, "state");
		CU_ASSERT_PTR_NOT_NULL_FATAL(life);
		for (int value = 1; field->names[value] != NULL; value++) {
			CU_ASSERT_PTR_NOT_NULL(state_of(life, field->names[value]));
			if (state_of(life, field->names[value]) == NULL)
				printf("%s: no state %s\n", life->noun, field->names[value]);
		}
	}
}

/* Every kind that brings something into a state exists, and its body has the id that is compared. */
static void knows_the_kinds(void)
{
	static const char *const ids[] = { "R-1", "O-1", "P-1", "D-1", "N-1", "B-1", "X-1", "T-1", "V-1",
		"K-1", "C-1", "W-1" };
	for (size_t i = 0; i < COUNT(ids); i++) {
		const struct life *life = life_of(ids[i]);
		for (const struct life_state *state = life->states; state->name != NULL; state++) {
			const char *const kinds[] = { state->kind, state->or_kind };
			for (size_t k = 0; k < COUNT(kinds); k++) {
				if (kinds[k] == NULL)
					continue;
				const struct event_type *type = event_type_find(kinds[k]);
				CU_ASSERT_PTR_NOT_NULL(type);
				if (type == NULL || (descriptor_field(type->body, life->about) == NULL &&
				    (life->or_about == NULL ||
				    descriptor_field(type->body, life->or_about) == NULL))) {
					CU_FAIL("a kind without such a body");
					printf("%s\n", kinds[k]);
				}
			}
		}
	}
}

static void reaches(void)
{
	static const struct { const char *id, *now, *wanted; bool reached; } cases[] = {
		{ "R-1", "allocated", "allocated", true },
		{ "R-1", "allocated", "eligible", true },
		{ "R-1", "approved", "allocated", true },
		{ "R-1", "fulfilled", "allocated", true },
		{ "R-1", "partial", "releasing", true },
		{ "R-1", "partial", "fulfilled", false },
		{ "R-1", "fulfilled", "partial", false },
		{ "R-1", "eligible", "allocated", false },
		{ "R-1", "withdrawn", "allocated", false },
		{ "R-1", "expired", "eligible", false },
		{ "R-1", "allocated", "refused", false },
		{ "R-1", "refused", "refused", true },
		{ "O-1", "delivered", "issued", true },
		{ "O-1", "lapsed", "issued", false },
		{ "D-1", "ended", "open", true },
		{ "D-1", "rejected", "proposed", false },
		{ "N-1", "effective", "open", true },
		{ "P-1", "superseded", "committed", false },
		{ "X-1", "out", "open", true },
		{ "X-1", "returned", "out", true },
		{ "X-1", "returned", "defaulted", false }, /* not every loan is in default before */
		{ "X-1", "defaulted", "returned", false },
		{ "X-1", "lapsed", "open", false },
		{ "B-1", "delivered", "open", true }, /* drawn in a declared disruption */
		{ "B-1", "delivered", "returned", false },
		{ "V-1", "rejected", "prepared", false },
		{ "T-1", "returned", "delivered", false },
		{ "K-1", "ended", "in-force", true },
		{ "C-1", "ended", "signed", true },
		{ "C-1", "rejected", "signed", false },
		{ "W-1", "ended", "granted", false }, /* nobody may have signed it */
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct life *life = life_of(cases[i].id);
		CU_ASSERT_EQUAL(life_reached(state_of(life, cases[i].now),
			state_of(life, cases[i].wanted)), cases[i].reached);
	}
}

static void ends(void)
{
	static const struct { const char *id, *finals; } cases[] = {
		{ "R-1", " fulfilled partial refused withdrawn expired" },
		{ "O-1", " delivered rejected lapsed" },
		{ "P-1", " committed rejected superseded" },
		{ "D-1", " ended rejected" },
		{ "N-1", " effective rejected obsolete" },
		{ "B-1", " returned delivered rejected lapsed" },
		{ "X-1", " returned delivered rejected lapsed" },
		{ "T-1", " returned delivered rejected lapsed" },
		{ "V-1", " returned delivered rejected lapsed" },
		{ "K-1", " ended rejected" },
		{ "C-1", " ended rejected" },
		{ "W-1", " ended rejected" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buffer finals = { 0 };
		for (const struct life_state *state = life_of(cases[i].id)->states;
		     state->name != NULL; state++) {
			if (state->final)
				buffer_printf(&finals, " %s", state->name);
		}
		CU_ASSERT_STRING_EQUAL(buffer_text(&finals), cases[i].finals);
		buffer_free(&finals);
	}
}

static void finds(void)
{
	struct buffer text = { 0 };
	CU_ASSERT_PTR_EQUAL(life_of("r-2026-0014"), life_of("R-1"));
	CU_ASSERT_PTR_NULL(life_of("GA-0042"));
	CU_ASSERT_PTR_NULL(life_of("S-2026-0001")); /* a sale is done when it is recorded */
	CU_ASSERT_PTR_NULL(life_of("A-2026-0001"));
	CU_ASSERT_STRING_EQUAL(life_of("b-2026-0001")->noun, "draw");
	CU_ASSERT_PTR_NULL(life_of("R2026"));
	CU_ASSERT_PTR_NULL(life_of(""));
	CU_ASSERT_PTR_NULL(life_of("2-1"));
	CU_ASSERT_PTR_NULL(life_find(life_of("R-1"), "alloc", 5));
	CU_ASSERT_PTR_NULL(life_find(life_of("R-1"), "", 0));
	CU_ASSERT_STRING_EQUAL(life_find(life_of("R-1"), "refused,x", 7)->name, "refused");
	life_list(life_of("O-1"), &text);
	CU_ASSERT_STRING_EQUAL(buffer_text(&text),
		"prepared, issued, loading, loaded; at its end delivered, rejected, lapsed");
	buffer_free(&text);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "every state of the core", knows_the_core },
		{ "every kind is one", knows_the_kinds },
		{ "reached and past", reaches },
		{ "final states", ends },
		{ "ids and names", finds },
		CU_TEST_INFO_NULL,
	};
	return run_cases("life", cases);
}
