/*
 * What is told of one release order, promptly and in writing: the order, its authority and reason, lots, the
 * rules and prices that were weighed, who signed, and what left by which carrier to whom.
 */
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/why.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/member.h"
#include "reserve/zone/price.h"
#include "reserve/zone/release_price.h"
#include "view/report_kinds.h"
#include "view/report_signed.h"
#include "view/report_stock.h"
#include "wire/entry.h"

struct release {
	const struct order *order;
	const struct request *request;    /* or NULL */
	const struct exchange *exchange;  /* or NULL */
};

/* ---- the order ---- */

static void write_request(struct report *report, const struct request *request)
{
	char day[REPORT_WORDS];
	const struct declaration *declaration = request->declaration;
	report_fact(report, "granted by", "request %s of %s", request->id, request->member->code);
	if (declaration != NULL)
		report_fact(report, "authority", "declaration %s (%s): %s", declaration->id,
			declaration_kind_names[declaration->kind], declaration->authority);
	report_fact(report, "reason", "%s%s%s", request->purpose,
		request->purpose[0] != '\0' ? ", tier " : "tier ", tier_names[request->tier]);
	report_fact(report, "destination", "%s", request->destination);
	if (request->need_by != ABSENT) {
		report_date_words(day, request->need_by);
		report_fact(report, "needed by", "%s", day);
	}
}

static void write_exchange(struct report *report, const struct exchange *exchange)
{
	char day[REPORT_WORDS], mass[REPORT_WORDS];
	report_fact(report, "granted by", "%s %s with %s", exchange_word(exchange), exchange->id,
		exchange->party);
	report_fact(report, "authority", "%s", exchange->kind == EXCHANGE_SALE ?
		"a sale out of the reserve, signed by two officers" :
		"metal out against metal back, signed by two officers");
	if (!exchange->owes)
		return;
	report_mass_words(mass, exchange->principal_g != ABSENT ? exchange->principal_g :
		exchange->mass_g);
	report_date_words(day, exchange->due_at);
	report_fact(report, "comes back", "%s of %s by %s", mass, exchange->back->code, day);
}

static void write_price(struct report *report, const struct order *order)
{
	char price[64], market[REPORT_WORDS], value[REPORT_WORDS];
	if (order->quoted == ABSENT) {
		report_fact(report, "price", "none: it is no sale");
		return;
	}
	price_words(price, sizeof price, order->quoted, order->decimals, order->unit);
	report_fact(report, "price", "%s%s%s", price, order->basis[0] != '\0' ? " of " : "", order->basis);
	report_money_words(value, report_value_cents(order->contained_g, order->price_micros_per_kg));
	report_fact(report, "value at that price", "%s", value);
	text_copy(market, sizeof market, "no fresh market price");
	if (order->market_micros_per_kg != ABSENT)
		text_copy(market, sizeof market,
			release_price_words(report->view->arena, order->market_micros_per_kg));
	report_fact(report, "market it was held against", "%s", market);
	report_fact(report, "waiver of the price floor", "%s", order->waiver);
}

static void write_order(struct report *report, const struct release *release)
{
	const struct order *order = release->order;
	char mass[REPORT_WORDS], day[REPORT_WORDS];
	report_mass_words(mass, order->contained_g);
	report_section(report, "The order");
	report_facts(report);
	report_fact(report, "order", "%s, %s", order->id, order_state_name(order));
	report_fact(report, "what", "%s of %s (%s)", mass, order->commodity->code,
		order->commodity->mineral->name);
	report_fact(report, "for", "%s", order_whom(order));
	report_fact(report, "consignee", "%s", order->consignee);
	if (release->request != NULL)
		write_request(report, release->request);
	else if (release->exchange != NULL)
		write_exchange(report, release->exchange);
	write_price(report, order);
	report_fact(report, "plan", "%s", order->plan);
	if (order->issued_at != ABSENT) {
		report_date_words(day, order->issued_at);
		report_fact(report, "issued", "%s", day);
	}
	report_fact(report, "signed by", "%s",
		report_signers(report, order->plan[0] != '\0' ? order->plan : order->id));
}

/* ---- lots ---- */

static void write_lots(struct report *report, const struct order *order)
{
	static const struct report_column columns[] = {
		{ "lot", "lot", REPORT_ID, false }, { "site", "site", REPORT_ID, false },
		{ "origin", "origin", REPORT_TEXT, false }, { "grade_ppm", "grade", REPORT_GRADE, false },
		{ "units", "units", REPORT_COUNT, false }, { "net_g", "net", REPORT_MASS, false },
		{ "contained_g", "contained", REPORT_MASS, false },
		{ "out_net_g", "left, net", REPORT_MASS, false },
		{ "out_contained_g", "left, contained", REPORT_MASS, false },
	};
	const struct order_line *lines = order->lines.items;
	int64_t sums[4] = { 0 };
	report_section(report, "Lots");
	if (order->lines.count > REPORT_ROWS_MAX)
		report_remark(report, "The first %d of %u are listed; the sum counts all.", REPORT_ROWS_MAX,
			(unsigned)order->lines.count);
	report_table(report, columns, sizeof columns / sizeof *columns);
	for (uint32_t i = 0; i < order->lines.count; i++) {
		const struct lot *lot = i < REPORT_ROWS_MAX ?
			report_row_of(report, TABLE_LOT, lines[i].lot) : NULL;
		const int64_t figures[] = { lines[i].net_g, lines[i].contained_g, lines[i].out_net_g,
			lines[i].out_contained_g };
		for (int j = 0; j < 4; j++)
			report_add(&sums[j], figures[j]);
		if (i >= REPORT_ROWS_MAX)
			continue;
		report_row(report);
		report_text(report, lines[i].lot);
		report_text(report, lot != NULL ? lot->site->code : NULL);
		report_text(report, lot != NULL ? lot->origin : NULL);
		report_int(report, lot != NULL ? lot->grade_ppm : ABSENT);
		report_int(report, lines[i].units);
		for (int j = 0; j < 4; j++)
			report_int(report, figures[j]);
	}
	report_total(report);
	report_blank(report, 5);
	for (int j = 0; j < 4; j++)
		report_int(report, sums[j]);
}

/* ---- entries ---- */

struct reading {
	struct arena *arena;
	struct parsed_entry *entry;
	bool done;
};

static bool read_one(void *context, int64_t index, const char *bytes, size_t length,
	struct error *error)
{
	struct reading *reading = context;
	(void)index;
	reading->done = entry_parse(bytes, length, event_find_body, NULL, reading->arena, reading->entry,
		error);
	return reading->done;
}

bool report_entry(const struct report *report, int64_t index, struct parsed_entry *ret_entry)
{
	struct error error = { 0 };
	struct reading reading = { report->view->arena, ret_entry, false };
	return report->view->entries != NULL && index != ABSENT && report->view->entries(
		report->view->ledger, index, index + 1, read_one, &reading, &error) && reading.done;
}

/* ---- what was weighed ---- */

static void write_rule(struct report *report, const struct why_rule *rule)
{
	report_row(report);
	report_text(report, rule->rule);
	report_text(report, rule->title);
	report_int(report, rule->limit_g);
	report_int(report, rule->available_g);
	report_int(report, rule->must_stay_g);
	report_int(report, rule->version);
	report_text(report, rule->binding ? "binds" : rule->failed ? "failed" : "passed");
	report_text(report, rule->because);
}

static void write_rules(struct report *report, const struct release *release)
{
	static const struct report_column columns[] = {
		{ "rule", "rule", REPORT_ID, false }, { "title", "what it is about", REPORT_TEXT, false },
		{ "limit_g", "lets pass", REPORT_MASS, false },
		{ "available_g", "measured against", REPORT_MASS, false },
		{ "must_stay_g", "floor, or used", REPORT_MASS, false },
		{ "version", "version", REPORT_COUNT, false }, { "outcome", "outcome", REPORT_TEXT, false },
		{ "because", "because", REPORT_TEXT, false },
	};
	struct parsed_entry entry;
	report_section(report, "Floors, caps and prices that were weighed");
	if (release->request == NULL) {
		report_remark(report, "Floors and prices are weighed in the commit that issues an order, which is "
			"refused where one would be broken; of an order that no request asked for the figures are not "
			"kept.");
		return;
	}
	if (!report_entry(report, release->request->decided_index, &entry) || !why_decides(entry.kind)) {
		report_remark(report, "They stand in ledger entry %lld, which could not be read here.",
			(long long)release->request->decided_index);
		return;
	}
	struct why *why = arena_alloc(report->view->arena, sizeof *why);
	if (why == NULL)
		return;
	why_fill(entry.kind, entry.body, entry.sequence, entry.at, why);
	const struct why_rule *rules = why->rules.items;
	report_remark(report, "As the decision in ledger entry %lld has them; floors and prices were weighed "
		"again in the commit that issued the order.", (long long)entry.sequence);
	report_table(report, columns, sizeof columns / sizeof *columns);
	for (uint32_t i = 0; i < why->rules.count; i++)
		write_rule(report, &rules[i]);
}

/* ---- load-out and delivery ---- */

static const char *text_of(const struct parsed_entry *entry, const char *name)
{
	const struct field *field = descriptor_field(entry->body_descriptor, name);
	return field != NULL && (field->type == FIELD_TEXT || field->type == FIELD_STRING) ?
		field_text(field, entry->body) : "";
}

static int64_t number_of(const struct parsed_entry *entry, const char *name)
{
	const struct field *field = descriptor_field(entry->body_descriptor, name);
	return field != NULL && field->type == FIELD_INT ? field_number(field, entry->body) : ABSENT;
}

static void write_step(struct report *report, const struct history_mark *mark)
{
	struct parsed_entry entry;
	report_row(report);
	report_int(report, mark->index);
	report_int(report, mark->at);
	report_text(report, mark->type->kind);
	if (!report_entry(report, mark->index, &entry))
		return;
	report_text(report, entry.actor);
	report_text(report, text_of(&entry, "lot"));
	report_int(report, number_of(&entry, "out_net_g"));
	report_text(report, text_of(&entry, "carrier"));
	report_text(report, text_of(&entry, "vehicle"));
	report_text(report, text_of(&entry, "seals"));
	report_text(report, text_of(&entry, "receiver"));
}

static void write_steps(struct report *report, const struct order *order)
{
	static const struct report_column columns[] = {
		{ "index", "ledger index", REPORT_COUNT, false }, { "at", "day", REPORT_DATE, false },
		{ "kind", "what", REPORT_TEXT, false }, { "actor", "by", REPORT_ID, false },
		{ "lot", "lot", REPORT_ID, false }, { "out_net_g", "net out", REPORT_MASS, false },
		{ "carrier", "carrier", REPORT_TEXT, false }, { "vehicle", "vehicle", REPORT_TEXT, false },
		{ "seals", "seals", REPORT_TEXT, false }, { "receiver", "received by", REPORT_TEXT, false },
	};
	const struct history_mark *mark = NULL;
	size_t count = 0;
	report_section(report, "Issue, load-out and delivery");
	if (report->view->history == NULL) {
		report_remark(report, "Its entries were not gathered, so nothing is told of them.");
		return;
	}
	report_table(report, columns, sizeof columns / sizeof *columns);
	while (count < REPORT_ROWS_MAX &&
	       (mark = history_next_mark(report->view->history, order, mark)) != NULL) {
		write_step(report, mark);
		count++;
	}
}

bool report_release(struct report *report, struct error *error)
{
	struct release release = { report_subject(report, TABLE_RELEASE_ORDER, "order", error), NULL,
		NULL };
	const struct order *order = release.order;
	if (order == NULL)
		return false;
	if (report->view->sight != VIEW_SIGHT_ALL &&
	    (order->member == NULL || order->member != report->asked.own))
		return error_set(error, ERROR_DENIED, "subject",
			"%s is not for the member that you speak for", order->id);
	release.request = report_row_of(report, TABLE_REQUEST, order->request);
	if (release.request == NULL)
		release.exchange = report_row_of(report, TABLE_EXCHANGE, order->request);
	report_begin(report, "Release order %s", order->id);
	write_order(report, &release);
	write_lots(report, order);
	write_rules(report, &release);
	write_steps(report, order);
	return true;
}

/* ---- sold and still here ---- */

static void write_waiting(struct report *report, const struct order *order, int64_t *sum_cents)
{
	int64_t out_g = report_out_g(order), left_g = order->contained_g - out_g;
	int64_t cents = order->quoted != ABSENT ?
		report_value_cents(left_g, order->price_micros_per_kg) : ABSENT;
	report_row(report);
	report_text(report, order->id);
	report_text(report, order->request);
	report_text(report, order_whom(order));
	report_text(report, order->commodity->code);
	report_text(report, order_state_name(order));
	report_int(report, order->issued_at);
	report_int(report, order->contained_g);
	report_int(report, out_g);
	report_int(report, left_g);
	report_int(report, cents);
	report_int(report, order->lapses_at);
	report_add(sum_cents, cents);
}

void report_write_unshipped(struct report *report)
{
	static const struct report_column columns[] = {
		{ "order", "order", REPORT_ID, false }, { "granted_by", "granted by", REPORT_ID, false },
		{ "whom", "for", REPORT_TEXT, false }, { "commodity", "commodity", REPORT_ID, false },
		{ "state", "state", REPORT_TEXT, false }, { "issued_at", "issued", REPORT_DATE, false },
		{ "contained_g", "released", REPORT_MASS, true },
		{ "out_g", "left so far", REPORT_MASS, true },
		{ "waiting_g", "still here", REPORT_MASS, true },
		{ "value_cents", "value still here", REPORT_MONEY, true },
		{ "lapses_at", "lapses", REPORT_DATE, false },
	};
	const struct order *order = NULL;
	int64_t sum_cents = ABSENT;
	size_t count = 0, more = 0;
	report_section(report, "Released and not shipped");
	report_remark(report, "Orders that are issued and of which something is still in store.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	while ((order = state_next(report->state, TABLE_RELEASE_ORDER, order)) != NULL) {
		if (order->row.closed || (order->state != ORDER_ISSUED && order->state != ORDER_LOADING) ||
		    (report->asked.commodity != NULL && order->commodity != report->asked.commodity))
			continue;
		if (count++ < REPORT_ROWS_MAX)
			write_waiting(report, order, &sum_cents);
		else
			more++;
	}
	if (count > 1 && more == 0) {
		report_total(report);
		report_blank(report, 9);
		report_int(report, sum_cents);
	}
}

bool report_unshipped(struct report *report, struct error *error)
{
	char day[REPORT_WORDS];
	(void)error;
	report_date_words(day, report->view->now);
	report_begin(report, "Sold and not shipped on %s", day);
	report_write_unshipped(report);
	return true;
}
