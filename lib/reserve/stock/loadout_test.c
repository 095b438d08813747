/* Recording load-out tests, and what the newest one proves of its site. */
#include "reserve/stock/loadout_test.h"

#include <assert.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"

static const struct field test_fields[] = {
	F_TEXT(struct loadout_test, id),
	F_REF(struct loadout_test, site, TABLE_SITE),
	F_INT(struct loadout_test, mass_g),
	F_INT(struct loadout_test, hours),
	F_INT(struct loadout_test, proven_g),
	F_TIME(struct loadout_test, tested_at),
	F_TEXT(struct loadout_test, by),
	F_BYTES(struct loadout_test, evidence_sha256),
	F_TEXT(struct loadout_test, recorded_by),
};
const struct descriptor loadout_test_descriptor =
	DESCRIPTOR("loadout_test", struct loadout_test, test_fields);

struct tested {
	char by[NAME_MAX_BYTES];
	uint8_t evidence_sha256[32];
	int64_t hours, mass_g, proven_g;
	char site[CODE_MAX], test[CODE_MAX];
	int64_t tested_at;
};
static const struct field tested_fields[] = {
	F_TEXT(struct tested, by),
	F_BYTES(struct tested, evidence_sha256),
	F_INT(struct tested, hours),
	F_INT(struct tested, mass_g),
	F_INT(struct tested, proven_g),
	F_TEXT(struct tested, site),
	F_TEXT(struct tested, test),
	F_TIME(struct tested, tested_at),
};
static const struct descriptor tested_body =
	DESCRIPTOR("site.loadout_tested", struct tested, tested_fields);
static const struct field params_fields[] = {
	F_TEXT(struct tested, by),
	F_BYTES(struct tested, evidence_sha256),
	R_INT_IN(struct tested, hours, 1, LOADOUT_TEST_HOURS_MAX),
	R_INT_IN(struct tested, mass_g, 1, VAULT_INT_MAX),
	R_TEXT(struct tested, site),
	R_TIME(struct tested, tested_at),
};
static const struct descriptor test_params =
	DESCRIPTOR("site.test", struct tested, params_fields);

static int64_t proven_g(const struct tested *params)
{
	int64_t day_g = params->mass_g;
	bool fits = params->hours <= 24 ||
		checked_mul_div_down(params->mass_g, 24, params->hours, &day_g);
	assert(fits);
	(void)fits;
	return day_g;
}

static bool decide_test(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct tested *params = data;
	const struct site *site = site_find(context, "site", params->site, error);
	if (site == NULL)
		return false;
	if (params->tested_at > context->now)
		return error_set(error, ERROR_INVALID, "tested_at", "that day has not come yet");
	struct tested *body = decision_body(decision, &event_loadout_tested);
	*body = *params;
	body->proven_g = proven_g(params);
	state_next_id(context->state, "E", context->now, 0, body->test, sizeof body->test);
	decision->id = body->test;
	if (site->daily_loadout_g != ABSENT && site->daily_loadout_g > body->proven_g) {
		char declared[WORD_MASS], proven[WORD_MASS];
		word_mass(declared, site->daily_loadout_g);
		word_mass(proven, body->proven_g);
		decision->remark = arena_printf(decision->arena,
			"%s declares %s a day, and this proves %s", site->code, declared, proven);
	}
	return decision_add(decision, &event_loadout_tested, body);
}

static void apply_tested(struct state *state, const struct applied *applied, const void *data)
{
	const struct tested *body = data;
	struct loadout_test *test = state_insert(state, TABLE_LOADOUT_TEST, body->test);
	state_take_id(state, body->test);
	test->site = state_find(state, TABLE_SITE, body->site);
	test->mass_g = body->mass_g;
	test->hours = body->hours;
	test->proven_g = body->proven_g;
	test->tested_at = body->tested_at;
	body_text(test->by, body->by);
	memcpy(test->evidence_sha256, body->evidence_sha256, sizeof test->evidence_sha256);
	body_text(test->recorded_by, applied->actor);
	struct site *site = test->site;
	if (site->loadout_tested_at != ABSENT && site->loadout_tested_at > test->tested_at)
		return; /* an older test that was recorded late */
	site->proven_loadout_g = test->proven_g;
	site->loadout_tested_at = test->tested_at;
	state_touch(state, site);
}

const struct event_type event_loadout_tested = { "site.loadout_tested", &tested_body,
	apply_tested };
const struct command_type command_loadout_test = { "site.test", &test_params,
	DUTY_KEEPER | DUTY_OFFICER | DUTY_AUDITOR, decide_test, NULL };
