/* The history keeps a flow a day, kind, site and commodity; here they are added up. */
#include "view/report_flows.h"

#include <string.h>

#include "base/time.h"
#include "view/report_stock.h"

void report_flows_sum(const struct report *report, const struct commodity *commodity,
	const struct site *site, int64_t from, int64_t until,
	struct report_flow_sum sums[HISTORY_KIND_COUNT])
{
	size_t count = 0;
	const struct history_flow *flows = report->view->history != NULL ?
		history_flows(report->view->history, &count) : NULL;
	memset(sums, 0, HISTORY_KIND_COUNT * sizeof *sums);
	for (size_t i = 0; i < count; i++) {
		const struct history_flow *flow = &flows[i];
		if (flow->day < from || flow->day >= until ||
		    (commodity != NULL && flow->commodity != commodity) ||
		    (site != NULL && flow->site != site))
			continue;
		struct report_flow_sum *sum = &sums[flow->kind];
		sum->count += flow->count;
		report_add(&sum->net_g, flow->net_g);
		report_add(&sum->contained_g, flow->contained_g);
	}
}

void report_default_period(struct report *report, int64_t from)
{
	struct report_asked *asked = &report->asked;
	int64_t end = report_day(report->view->now) + TIME_DAY_MS;
	if (asked->until == ABSENT)
		asked->until = end;
	if (asked->from == ABSENT)
		asked->from = from < asked->until ? from : asked->until - TIME_DAY_MS;
}

const char *report_field_text(enum table_id table, const void *row, const char *name)
{
	const struct field *field = descriptor_field(table_info(table)->descriptor, name);
	bool text = field != NULL && (field->type == FIELD_TEXT || field->type == FIELD_STRING ||
		field->type == FIELD_ENUM || field->type == FIELD_REF);
	return text ? field_text(field, row) : "";
}

int64_t report_field_number(enum table_id table, const void *row, const char *name)
{
	const struct field *field = descriptor_field(table_info(table)->descriptor, name);
	bool number = field != NULL && (field->type == FIELD_INT || field->type == FIELD_TIME);
	return number ? field_number(field, row) : ABSENT;
}

const char *report_period_words(const struct report *report)
{
	char from[REPORT_WORDS], until[REPORT_WORDS];
	report_date_words(from, report->asked.from);
	report_date_words(until, report->asked.until - 1);
	return strcmp(from, until) == 0 ? arena_printf(report->view->arena, "%s", from) :
		arena_printf(report->view->arena, "%s to %s", from, until);
}
