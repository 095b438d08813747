/* A round through the socket: all ask for everything, the plan is run, signed and committed. */
#include <stdio.h>
#include <time.h>

#include "bench/content.h"
#include "bench/drive.h"
#include "bench/setup.h"

static bool settle(struct setup *setup, const char *method, const struct buffer *list,
	struct error *error)
{
	struct buffer params = { 0 };
	char id[CODE_MAX];
	buffer_append_byte(&params, '{');
	buffer_append(&params, list->bytes, list->length);
	buffer_append_text(&params, ",\"because\":\"benchmark\"");
	setup_end_params(setup, &params, NAMES_OFFICER);
	return setup_settle(setup, method, &params, id, error);
}

static bool set_prices_and_bases(struct setup *setup, struct error *error)
{
	struct buffer list = { 0 };
	round_prices(&list);
	bool good = settle(setup, "Zone.DraftPrices", &list, error);
	buffer_clear(&list);
	round_bases(&list, setup->lots);
	good = good && settle(setup, "Emergency.SetRules", &list, error);
	buffer_free(&list);
	return good;
}

/* The keeper records all requests, so that no officer is barred from signing. */
static bool ask(struct setup *setup, unsigned member, unsigned commodity, struct error *error)
{
	struct buffer params = { 0 };
	char id[CODE_MAX];
	buffer_append_byte(&params, '{');
	round_request(&params, member, commodity, setup->lots, (int64_t)time(NULL) * 1000);
	setup_end_params(setup, &params, NAMES_KEEPER);
	return setup_prepare(setup, "Emergency.Submit", &params, id, error);
}

static bool ask_all(struct setup *setup, struct error *error)
{
	bool good = true;
	for (unsigned member = 0; good && member < NAMES_MEMBERS; member++) {
		for (unsigned commodity = 0; good && commodity < NAMES_COMMODITIES; commodity++)
			good = ask(setup, member, commodity, error);
	}
	return good;
}

static bool run_and_sign(struct setup *setup, const char *declaration, struct error *error)
{
	struct buffer params = { 0 };
	struct setup_signed first, last;
	char plan[CODE_MAX];
	buffer_printf(&params, "{\"declaration\":\"%s\"", declaration);
	setup_end_params(setup, &params, NAMES_OFFICER);
	int64_t began_ns = drive_now_ns();
	if (!setup_prepare(setup, "Emergency.RunAllocation", &params, plan, error))
		return false;
	int64_t run_ns = drive_now_ns() - began_ns;
	if (!setup_sign(setup, SETUP_FIRST_OFFICER, plan, &first, error) ||
	    !setup_sign(setup, SETUP_SECOND_OFFICER, plan, &last, error))
		return false;
	printf("run-us %lld\ncommit-us %lld\ncommit-index %lld\n", (long long)run_ns / 1000,
		(long long)last.took_ns / 1000, (long long)last.index);
	return true;
}

bool setup_round(struct setup *setup, struct error *error)
{
	char declaration[CODE_MAX];
	return set_prices_and_bases(setup, error) && setup_declare(setup, declaration, error)
		&& ask_all(setup, error) && run_and_sign(setup, declaration, error);
}
