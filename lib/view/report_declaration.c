/* The account of a declaration: what it let go, to whom, what was refused by which rule, and its effect. */
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/refusal.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/zone/member.h"
#include "view/report_kinds.h"
#include "view/report_signed.h"
#include "view/report_stock.h"

enum { RULES_MAX = 200 };

/* What is asked about, gathered in two walks. */
struct account {
	const struct declaration *declaration;
	const struct request **requests;  /* by id */
	size_t request_count;
	const struct order **orders;      /* by the id of their request */
	size_t order_count;
};

static int compare_requests(const void *a, const void *b)
{
	const struct request *const *one = a, *const *other = b;
	return strcmp((*one)->id, (*other)->id);
}

static int compare_orders(const void *a, const void *b)
{
	const struct order *const *one = a, *const *other = b;
	int order = strcmp((*one)->request, (*other)->request);
	return order != 0 ? order : strcmp((*one)->id, (*other)->id);
}

/* The order of a request, the last one where there were several; or NULL. */
static const struct order *order_of(const struct account *account, const struct request *request)
{
	size_t low = 0, high = account->order_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(account->orders[middle]->request, request->id) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && text_equal(account->orders[low - 1]->request, request->id) ?
		account->orders[low - 1] : NULL;
}

static bool gather(const struct report *report, struct account *account)
{
	const struct request *request = NULL;
	const struct order *order = NULL;
	struct arena *arena = report->view->arena;
	account->requests = arena_alloc(arena,
		(state_count(report->state, TABLE_REQUEST) + 1) * sizeof(void *));
	account->orders = arena_alloc(arena,
		(state_count(report->state, TABLE_RELEASE_ORDER) + 1) * sizeof(void *));
	if (account->requests == NULL || account->orders == NULL)
		return false;
	while ((request = state_next(report->state, TABLE_REQUEST, request)) != NULL) {
		if (request->declaration == account->declaration && (report->asked.commodity == NULL ||
		    request->commodity == report->asked.commodity))
			account->requests[account->request_count++] = request;
	}
	while ((order = state_next(report->state, TABLE_RELEASE_ORDER, order)) != NULL) {
		if (order->request[0] == 'R' && order->state != ORDER_REJECTED)
			account->orders[account->order_count++] = order;
	}
	qsort(account->requests, account->request_count, sizeof(void *), compare_requests);
	qsort(account->orders, account->order_count, sizeof(void *), compare_orders);
	return true;
}

int64_t report_out_g(const struct order *order)
{
	const struct order_line *lines = order != NULL ? order->lines.items : NULL;
	int64_t sum = 0;
	for (uint32_t i = 0; order != NULL && i < order->lines.count; i++)
		report_add(&sum, lines[i].out_contained_g);
	return sum;
}

/* Contained grams: what was asked, what of it was awarded, what was not, what has left. */
struct sums {
	int64_t requests, asked_g, awarded_g, not_g, out_g, value_cents;
};

static void add_request(struct sums *sums, const struct request *request,
	const struct order *order)
{
	int64_t awarded_g = request->awarded_g != ABSENT ? request->awarded_g : 0;
	sums->requests++;
	report_add(&sums->asked_g, request->mass_g);
	report_add(&sums->awarded_g, awarded_g);
	report_add(&sums->not_g, request->mass_g - awarded_g);
	report_add(&sums->out_g, report_out_g(order));
	if (order != NULL)
		report_add(&sums->value_cents,
			report_value_cents(report_out_g(order), order->price_micros_per_kg));
}

/* ---- what was declared ---- */

static void write_declared(struct report *report, const struct declaration *declaration)
{
	char starts[REPORT_WORDS], ends[REPORT_WORDS];
	report_date_words(starts, declaration->starts_at);
	report_date_words(ends, declaration->ends_at);
	report_section(report, "What was declared");
	report_facts(report);
	report_fact(report, "kind", "%s, %s", declaration_kind_names[declaration->kind],
		declaration_keeps_operating(declaration) ? "leaves the operating floor in place" :
		"leaves the hard floor in place");
	report_fact(report, "standing", "%s", declaration_state_name(declaration));
	report_fact(report, "from and to", "%s to %s", starts, ends);
	report_fact(report, "authority", "%s", declaration->authority);
	report_fact(report, "findings", "%s", declaration->findings != NULL ? declaration->findings : "");
	report_fact(report, "how it is divided", "%s%s", policy_names[declaration->policy],
		declaration->tiers ? ", tier by tier" : "");
	report_fact(report, "signed by", "%s", report_signers(report, declaration->id));
}

/* ---- by commodity ---- */

static struct sums sums_of(const struct account *account, const struct commodity *commodity)
{
	struct sums sums = { 0 };
	for (size_t i = 0; i < account->request_count; i++) {
		if (account->requests[i]->commodity == commodity)
			add_request(&sums, account->requests[i], order_of(account, account->requests[i]));
	}
	return sums;
}

static int64_t cap_used_g(const struct declaration *declaration, const struct cap *cap,
	const struct commodity *commodity)
{
	return commodity->declaration == declaration ? commodity->cap_used_g : cap->used_g;
}

static void write_commodities(struct report *report, const struct account *account)
{
	static const struct report_column columns[] = {
		{ "commodity", "commodity", REPORT_ID, false }, { "requests", "requests", REPORT_COUNT, false },
		{ "asked_g", "asked", REPORT_MASS, true }, { "awarded_g", "awarded", REPORT_MASS, true },
		{ "not_awarded_g", "not awarded", REPORT_MASS, true },
		{ "out_g", "left the reserve", REPORT_MASS, true },
		{ "value_cents", "for", REPORT_MONEY, true }, { "cap_g", "cap", REPORT_MASS, true },
		{ "used_g", "let go under it", REPORT_MASS, true },
	};
	const struct cap *caps = account->declaration->caps.items;
	report_section(report, "By commodity");
	report_remark(report, "Not awarded is what was refused, cut, withdrawn or still waits. Let go counts "
		"against the cap what is awarded, less what came back.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	for (uint32_t i = 0; i < account->declaration->caps.count; i++) {
		const struct commodity *commodity = state_find(report->state, TABLE_COMMODITY,
			caps[i].commodity);
		if (report->asked.commodity != NULL && report->asked.commodity != commodity)
			continue;
		struct sums sums = sums_of(account, commodity);
		report_row(report);
		report_text(report, commodity->code);
		report_int(report, sums.requests);
		report_int(report, sums.asked_g);
		report_int(report, sums.awarded_g);
		report_int(report, sums.not_g);
		report_int(report, sums.out_g);
		report_int(report, sums.out_g > 0 ? sums.value_cents : ABSENT);
		report_int(report, caps[i].cap_g);
		report_int(report, cap_used_g(account->declaration, &caps[i], commodity));
	}
}

/* ---- effect on stock and floors ---- */

static void write_effect(struct report *report, const struct account *account)
{
	static const struct report_column columns[] = {
		{ "commodity", "commodity", REPORT_ID, false },
		{ "before_g", "the day before", REPORT_MASS, true },
		{ "after_g", "at its end, or now", REPORT_MASS, true },
		{ "change_g", "change", REPORT_MASS, true },
		{ "must_stay_g", "must stay", REPORT_MASS, true },
		{ "above_g", "above that", REPORT_MASS, true },
	};
	const struct declaration *declaration = account->declaration;
	const struct cap *caps = declaration->caps.items;
	bool operating = declaration_keeps_operating(declaration);
	int64_t end = declaration->ends_at < report->view->now ? declaration->ends_at : report->view->now;
	report_section(report, "Effect on stock and floors");
	report_remark(report, "What was available at the end of the day before it began, and at its end or "
		"now; other acts of those days, such as new lots, count as well. What must stay is the %s floor.",
		operating ? "operating" : "hard");
	report_table(report, columns, sizeof columns / sizeof *columns);
	for (uint32_t i = 0; i < declaration->caps.count; i++) {
		const struct commodity *commodity = state_find(report->state, TABLE_COMMODITY,
			caps[i].commodity);
		const struct floor *floor = operating ? commodity->operating : commodity->hard;
		int64_t before_g = report_available_at(report, commodity,
			report_day(declaration->starts_at) - TIME_DAY_MS);
		int64_t after_g = report_available_at(report, commodity, report_day(end));
		if (report->asked.commodity != NULL && report->asked.commodity != commodity)
			continue;
		report_row(report);
		report_text(report, commodity->code);
		report_int(report, before_g);
		report_int(report, after_g);
		report_int(report, before_g != ABSENT && after_g != ABSENT ? after_g - before_g : ABSENT);
		report_int(report, floor != NULL ? floor->mass_g : ABSENT);
		report_int(report, floor != NULL && after_g != ABSENT ? after_g - floor->mass_g : ABSENT);
	}
}

/* ---- requests ---- */

static const struct report_column request_columns[] = {
	{ "request", "request", REPORT_ID, false }, { "member", "member", REPORT_ID, false },
	{ "commodity", "commodity", REPORT_ID, false }, { "tier", "tier", REPORT_TEXT, false },
	{ "decided_at", "decided", REPORT_DATE, false },
	{ "asked_g", "asked", REPORT_MASS, true }, { "awarded_g", "awarded", REPORT_MASS, true },
	{ "state", "state", REPORT_TEXT, false }, { "rule", "bound by", REPORT_TEXT, false },
	{ "order", "order", REPORT_ID, false }, { "out_g", "left", REPORT_MASS, true },
	{ "price_micros_per_kg", "price", REPORT_PRICE, false },
};
enum { REQUEST_COLUMNS = sizeof request_columns / sizeof *request_columns };

/* "R04, the operating floor" */
static const char *rule_words(const struct report *report, const struct request *request)
{
	const char *rule = report->view->history != NULL ?
		history_rule(report->view->history, request) : "";
	return rule[0] != 'R' ? rule_title(rule) /* the share of a round has no code */ :
		arena_printf(report->view->arena, "%s, %s", rule, rule_title(rule));
}

static void write_request(struct report *report, const struct account *account,
	const struct request *request)
{
	const struct order *order = order_of(account, request);
	report_row(report);
	report_text(report, request->id);
	report_text(report, request->member->code);
	report_text(report, request->commodity->code);
	report_text(report, tier_names[request->tier]);
	report_int(report, request->decided_at);
	report_int(report, request->mass_g);
	report_int(report, request->awarded_g != ABSENT ? request->awarded_g : 0);
	report_text(report, request_state_name(request));
	report_text(report, rule_words(report, request));
	report_text(report, order != NULL ? order->id : NULL);
	report_int(report, order != NULL ? report_out_g(order) : ABSENT);
	report_int(report, order != NULL ? order->price_micros_per_kg : ABSENT);
}

/* A bar for each request of one commodity that was awarded anything: what left, what is to, what was not. */
static void chart_commodity(struct report *report, const struct account *account,
	const struct commodity *commodity)
{
	static const char *const names[] = { "left the reserve", "awarded, not lifted", "not awarded" };
	const struct request *shown[REPORT_BARS_MAX];
	const char *labels[REPORT_BARS_MAX];
	size_t count = 0;
	for (size_t i = 0; i < account->request_count && count < REPORT_BARS_MAX; i++) {
		const struct request *request = account->requests[i];
		if (request->commodity != commodity)
			continue;
		labels[count] = arena_printf(report->view->arena, "%s %s", request->member->code,
			request->id + strcspn(request->id, "0123456789") + sizeof "2026-" - 1);
		shown[count++] = request;
	}
	if (count == 0 || !report_chart(report, "stack",
	    arena_printf(report->view->arena, "%s: what was asked, by request", commodity->code),
	    REPORT_MASS))
		return;
	report_labels(report, labels, count);
	for (int part = 0; part < 3; part++) {
		report_series(report, names[part], "part");
		for (size_t i = 0; i < count; i++) {
			int64_t out_g = report_out_g(order_of(account, shown[i]));
			int64_t awarded_g = shown[i]->awarded_g != ABSENT ? shown[i]->awarded_g : 0;
			const int64_t parts[] = { out_g, awarded_g > out_g ? awarded_g - out_g : 0,
				shown[i]->mass_g - awarded_g };
			report_point(report, (int64_t)i, parts[part], NULL);
		}
	}
}

static void write_requests(struct report *report, const struct account *account)
{
	const struct cap *caps = account->declaration->caps.items;
	report_section(report, "Requests");
	if (account->request_count > REPORT_ROWS_MAX)
		report_remark(report, "The first %d of %zu are listed; the sums above count all.",
			REPORT_ROWS_MAX, account->request_count);
	report_table(report, request_columns, REQUEST_COLUMNS);
	for (size_t i = 0; i < account->request_count && i < REPORT_ROWS_MAX; i++)
		write_request(report, account, account->requests[i]);
	for (uint32_t i = 0; i < account->declaration->caps.count; i++)
		chart_commodity(report, account, state_find(report->state, TABLE_COMMODITY,
			caps[i].commodity));
}

/* A delegate's own, with every figure whatever the edition. */
static void write_own(struct report *report, const struct account *account)
{
	char heading[64];
	enum report_edition edition = report->asked.edition;
	if (report->asked.own == NULL || edition == REPORT_FULL)
		return;
	report->asked.edition = REPORT_FULL;
	text_join(heading, sizeof heading, (const char *const[]){ "Requests of ",
		report->asked.own->code }, 2);
	report_section(report, heading);
	report_table(report, request_columns, REQUEST_COLUMNS);
	for (size_t i = 0; i < account->request_count; i++) {
		if (account->requests[i]->member == report->asked.own)
			write_request(report, account, account->requests[i]);
	}
	report_finish(report);
	report->asked.edition = edition;
}

/* ---- refusals by rule ---- */

struct bound {
	const struct commodity *commodity;
	const char *rule;
	int64_t count, not_g;
};

/* By commodity and rule, in order of the first request. */
static size_t gather_rules(const struct report *report, const struct account *account,
	struct bound bounds[RULES_MAX])
{
	size_t count = 0;
	for (size_t i = 0; i < account->request_count; i++) {
		const struct request *request = account->requests[i];
		const char *rule = history_rule(report->view->history, request);
		size_t at = 0;
		while (at < count && (bounds[at].commodity != request->commodity ||
		       !text_equal(bounds[at].rule, rule)))
			at++;
		if (rule[0] == '\0' || at == RULES_MAX)
			continue;
		if (at == count)
			bounds[count++] = (struct bound){ request->commodity, rule, 0, 0 };
		bounds[at].count++;
		report_add(&bounds[at].not_g,
			request->mass_g - (request->awarded_g != ABSENT ? request->awarded_g : 0));
	}
	return count;
}

static void write_rules(struct report *report, const struct account *account)
{
	static const struct report_column columns[] = {
		{ "commodity", "commodity", REPORT_ID, false }, { "rule", "rule", REPORT_ID, false },
		{ "title", "what it is about", REPORT_TEXT, false },
		{ "requests", "requests", REPORT_COUNT, false },
		{ "not_awarded_g", "not awarded", REPORT_MASS, true },
	};
	struct bound bounds[RULES_MAX];
	report_section(report, "What was refused or cut, by rule");
	if (report->view->history == NULL) {
		report_remark(report, "The decisions were not gathered, so nothing is told of their rules.");
		return;
	}
	report_remark(report, "Each request counts under the rule that let least pass.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	size_t count = gather_rules(report, account, bounds);
	for (size_t i = 0; i < count; i++) {
		report_row(report);
		report_text(report, bounds[i].commodity->code);
		report_text(report, bounds[i].rule);
		report_text(report, rule_title(bounds[i].rule));
		report_int(report, bounds[i].count);
		report_int(report, bounds[i].not_g);
	}
}

bool report_declaration(struct report *report, struct error *error)
{
	struct account account = {
		report_subject(report, TABLE_DECLARATION, "declaration", error), NULL, 0, NULL, 0 };
	if (account.declaration == NULL)
		return false;
	if (!gather(report, &account))
		return error_set(error, ERROR_LIMIT, "subject", "%s has too many requests for one report",
			account.declaration->id);
	report->asked.from = account.declaration->starts_at;
	report->asked.until = account.declaration->ends_at;
	report_begin(report, "Account of declaration %s", account.declaration->id);
	if (account.declaration->state == DECLARATION_OPEN)
		report_note(report, "It is still open: this is the account so far.");
	write_declared(report, account.declaration);
	write_commodities(report, &account);
	write_effect(report, &account);
	if (report->asked.edition == REPORT_FULL)
		write_requests(report, &account);
	write_own(report, &account);
	write_rules(report, &account);
	return true;
}
