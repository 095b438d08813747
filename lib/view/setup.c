/* The room Evidence: what a reserve still needs before it can do its work. */
#include <stdio.h>

#include "reserve/founding.h"
#include "reserve/person.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/material.h"
#include "reserve/zone/member.h"
#include "view/view.h"
#include "wire/message.h"

static void need(struct json *json, bool *ready, const char *what, const char *needs,
	const char *remedy)
{
	*ready = false;
	json_open_object(json);
	json_key(json, "what");
	json_text(json, what);
	json_key(json, "needs");
	json_text(json, needs);
	json_key(json, "remedy");
	json_text(json, remedy);
	json_close_object(json);
}

static void check_persons(struct json *json, const struct state *state, bool *ready)
{
	if (person_count(state, DUTY_OFFICER) < 2)
		need(json, ready, "sign releases, declarations and prices", "two officers",
			"vaultctl person enrol CODE --duties officer ...");
	if (person_count(state, DUTY_OFFICER | DUTY_KEEPER | DUTY_ASSAYER | DUTY_ADMINISTRATOR) < 3)
		need(json, ready, "release metal", "somebody beside the two officers to record requests",
			"vaultctl person enrol CODE --duties keeper ...");
	if (person_count(state, DUTY_KEEPER) == 0)
		need(json, ready, "weigh lots", "a keeper",
			"vaultctl person enrol CODE --duties keeper ...");
	if (person_count(state, DUTY_ASSAYER) == 0)
		need(json, ready, "assay and accept lots", "an assayer",
			"vaultctl person enrol CODE --duties assayer ...");
	if (person_count(state, DUTY_AUDITOR) == 0)
		need(json, ready, "audit by somebody else", "an auditor",
			"vaultctl person enrol CODE --duties auditor ...");
}

static void check_records(struct json *json, const struct state *state, bool *ready)
{
	const struct commodity *commodity = NULL;
	if (state_count(state, TABLE_COMMODITY) == 0)
		need(json, ready, "announce lots", "commodities",
			"vaultctl commodity import commodities.csv");
	if (state_count(state, TABLE_SITE) == 0)
		need(json, ready, "announce lots", "a site", "vaultctl site import sites.csv");
	if (state_count(state, TABLE_MEMBER) == 0)
		need(json, ready, "take requests", "members", "vaultctl member import members.csv");
	while ((commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL) {
		char what[64];
		if (commodity->available_g == 0)
			continue;
		snprintf(what, sizeof what, "release %s", commodity->code);
		if (commodity->operating == NULL || commodity->hard == NULL)
			need(json, ready, what, "an operating and a hard floor",
				"vaultctl floor import floors.csv");
		if (commodity->price == NULL)
			need(json, ready, what, "a reference price", "vaultctl price import prices.csv");
	}
}

bool view_setup(const struct view *view, struct buffer *out, struct error *error)
{
	const struct state *state = view->state;
	struct json json;
	bool ready = true;
	(void)error;
	reply_begin(&json, out);
	json_key(&json, "needs");
	json_open_array(&json);
	if (state_reserve(state) == NULL) {
		need(&json, &ready, "anything", "a founding note signed by every person it names",
			"vaultctl found write --origin ... --person ... > founding.note");
	} else {
		check_persons(&json, state, &ready);
		check_records(&json, state, &ready);
	}
	json_close_array(&json);
	json_key(&json, "ready");
	json_bool(&json, ready);
	reply_end(&json, false);
	return true;
}
