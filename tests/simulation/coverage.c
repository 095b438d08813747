/* Counting, and which kinds must have been counted. */
#include "coverage.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "reserve/emergency/request.h"
#include "reserve/refusal.h"

enum { LINE_WIDTH = 100 };

/* In so many seeds each of these must have happened. */
static const struct { const char *kind; uint64_t seeds; } required[] = {
	{ "request.eligible", 5 }, { "request.granted", 5 }, { "request.cut", 5 },
	{ "plan.proposed", 5 }, { "plan.committed", 5 }, { "plan.superseded", 5 },
	{ "order.cut", 5 }, { "order.slotted", 5 }, { "order.loaded", 5 }, { "act.refused", 5 },
	{ "rule.in_force", 5 }, { "document.rejected", 20 }, { "request.allocated", 20 },
	{ "request.overdue", 20 }, { "order.issued", 20 }, { "order.delivered", 20 },
	{ "declaration.extended", 20 }, { "declaration.ended", 20 }, { "order.lapsed", 100 },
	{ "order.overdue", 200 }, { "declaration.accounted", 100 },
	{ "observations.recorded", 5 }, { "price.drafted", 5 }, { "prices.notified@2", 5 },
	{ "price.in_force", 5 },
	{ "hs.listed", 5 }, { "tariff.proposed", 5 }, { "tariff.in_force", 5 }, { "tariff.adjusted", 5 },
	{ "tariff.ended", 20 }, { "tariff.assessed", 5 }, { "sale.recorded", 5 },
	{ "rate.signed", 20 }, { "commitment.in_force", 5 }, { "commitment.ended", 20 },
	{ "commitment.charged", 20 }, { "entitlement.transferred", 20 },
	{ "commitment.shortened", 200 },
	{ "exchange.prepared", 5 }, { "exchange.returned", 20 }, { "exchange.overdue", 20 },
	{ "exchange.amended", 20 }, { "exchange.defaulted", 100 },
	{ "member.stepped", 5 }, { "annual.in_force", 5 },
	{ "lot.titled", 5 }, { "lot.pledged", 20 }, { "lot.unpledged", 20 },
	{ "waiver.granted", 20 }, { "waiver.ended", 50 }, { "contract.signed", 20 },
	{ "contract.reported", 20 }, { "contract.computed", 50 }, { "contract.settled", 100 },
	{ "production.recorded", 20 },
	{ "count.opened", 5 }, { "count.sheet_signed", 20 }, { "count.counted", 20 }, { "count.ended", 50 },
	{ "count.adjusted", 100 }, { "count.policy_set", 50 },
	{ "sample.drawn", 5 }, { "sample.result", 20 }, { "sample.due", 20 },
	{ "audit.completed", 5 }, { "finding.found", 5 }, { "finding.reopened", 20 },
	{ "finding.closed", 5 }, { "finding.lifted", 50 },
	{ "inspection.recorded", 5 }, { "site.loadout_tested", 5 }, { "commodity.storage_set", 20 },
	{ "site.storage_set", 20 }, { "requirement.in_force", 20 }, { "report.filed", 20 },
	{ "evidence.attached", 20 },
	{ "checkpoint.disputed", 5 },
};

static void count_rule(struct coverage *coverage, const char *rule)
{
	for (int i = 0; i < COVERAGE_RULES; i++) {
		if (coverage->rules[i].count > 0 && !text_equal(coverage->rules[i].rule, rule))
			continue;
		text_copy(coverage->rules[i].rule, sizeof coverage->rules[i].rule, rule);
		coverage->rules[i].count++;
		return;
	}
}

/* Which rules refused or cut: of an act its one, of a request all that failed. */
static void count_rules(struct coverage *coverage, const struct event *event)
{
	const struct field *rule = descriptor_field(event->type->body, "rule");
	if (rule != NULL && text_equal(event->type->kind, "act.refused"))
		count_rule(coverage, field_text(rule, event->body));
	if (event->type != &event_request_refused && event->type != &event_request_cut)
		return;
	const struct request_decided *body = event->body;
	const struct rule_result *rules = body->rules.items;
	for (uint32_t i = 0; i < body->rules.count; i++) {
		if (rules[i].failed)
			count_rule(coverage, rules[i].rule);
	}
}

void coverage_event(struct coverage *coverage, const struct event *event)
{
	for (int i = 0; event_types[i] != NULL && i < COVERAGE_EVENTS; i++)
		coverage->events[i] += event_types[i] == event->type;
	count_rules(coverage, event);
}

void coverage_command(struct coverage *coverage, const struct command_type *type, bool done)
{
	for (int i = 0; command_types[i] != NULL && i < COVERAGE_COMMANDS; i++) {
		if (command_types[i] == type)
			(done ? coverage->done : coverage->errors)[i]++;
	}
}

const char *coverage_missing(const struct coverage *coverage, uint64_t seeds)
{
	for (size_t i = 0; i < sizeof required / sizeof *required; i++) {
		for (int j = 0; event_types[j] != NULL; j++) {
			if (text_equal(event_types[j]->kind, required[i].kind) &&
			    coverage->events[j] == 0 && seeds >= required[i].seeds)
				return required[i].kind;
		}
	}
	return NULL;
}

/* Words side by side, as many as fit. */
static void print_word(int *column, const char *word)
{
	int length = (int)strlen(word) + 2;
	if (*column + length > LINE_WIDTH) {
		printf("\n   ");
		*column = 3;
	}
	printf(" %s;", word);
	*column += length;
}

void coverage_print(const struct coverage *coverage)
{
	char word[96];
	int column = printf("entries:");
	for (int i = 0; event_types[i] != NULL; i++) {
		snprintf(word, sizeof word, "%s %llu", event_types[i]->kind,
			(unsigned long long)coverage->events[i]);
		print_word(&column, word);
	}
	column = printf("\ncommands done/failed:") - 1;
	for (int i = 0; command_types[i] != NULL; i++) {
		snprintf(word, sizeof word, "%s %llu/%llu", command_types[i]->name,
			(unsigned long long)coverage->done[i], (unsigned long long)coverage->errors[i]);
		print_word(&column, word);
	}
	column = printf("\nrefused or cut by:") - 1;
	for (int i = 0; i < COVERAGE_RULES && coverage->rules[i].count > 0; i++) {
		snprintf(word, sizeof word, "%s %llu", coverage->rules[i].rule,
			(unsigned long long)coverage->rules[i].count);
		print_word(&column, word);
	}
	printf("\n");
}
