/* The calendar of reports, and the register of what was filed. */
#include "reserve/evidence/filing.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "reserve/stock/annual.h"
#include "reserve/words.h"

const char *const filing_kind_names[] = { "", "annual", "quarterly", "requirements", "shortfall",
	NULL };

static const struct field filing_fields[] = {
	F_TEXT(struct filing, id),
	F_ENUM(struct filing, kind, filing_kind_names),
	F_TEXT(struct filing, period),
	F_TIME(struct filing, due_at),
	F_TIME(struct filing, filed_at),
	F_BYTES(struct filing, report_sha256),
	F_INT(struct filing, version),
	F_TEXT(struct filing, filed_by),
};
const struct descriptor filing_descriptor = DESCRIPTOR("filing", struct filing, filing_fields);

/* ---- the calendar ---- */

/*
 * Where the n-th quarter of a fiscal year begins, from 0; the fourth is where the next year does.
 */
static int64_t quarter_begin(int64_t fiscal_year, int quarter)
{
	int month = FISCAL_YEAR_MONTH + 3 * quarter;
	return time_from_civil((int)fiscal_year - (month <= 12 ? 1 : 0), month <= 12 ? month : month - 12,
		1);
}

/* A period of a kind; quarter, from 0, of a quarterly one alone. */
static void period_of(enum filing_kind kind, int64_t year, int quarter, struct filing_due *ret_due)
{
	char number[WORD_INT];
	word_int(number, year);
	*ret_due = (struct filing_due){ .kind = kind };
	body_text(ret_due->period, number);
	if (kind == FILING_REQUIREMENTS || kind == FILING_SHORTFALL) {
		bool two_years = kind == FILING_REQUIREMENTS;
		ret_due->begins_at = time_from_civil((int)year - (two_years ? 2 : 1), 1, 1);
		ret_due->ends_at = time_from_civil((int)year, 1, 1);
		ret_due->due_at = time_from_civil((int)year, two_years ? 1 : 3, two_years ? 15 : 1);
		return;
	}
	int64_t days = FILING_ANNUAL_DAYS;
	ret_due->begins_at = quarter_begin(year, quarter);
	ret_due->ends_at = quarter_begin(year, kind == FILING_QUARTERLY ? quarter + 1 : 4);
	if (kind == FILING_QUARTERLY) {
		ret_due->period[4] = 'Q';
		ret_due->period[5] = (char)('1' + quarter);
		ret_due->period[6] = '\0';
		days = quarter == 3 ? FILING_LAST_QUARTER_DAYS : FILING_QUARTER_DAYS;
	}
	ret_due->due_at = ret_due->ends_at + (days - 1) * TIME_DAY_MS;
}

static int quarters(enum filing_kind kind)
{
	return kind == FILING_QUARTERLY ? 4 : 1;
}

/* Reads "2027" or "2027Q1" as a period of a kind. */
static bool period_read(enum filing_kind kind, const char *text, struct filing_due *ret_due)
{
	char year_text[8] = "";
	int64_t year;
	int quarter = 0;
	size_t length = strlen(text);
	if (length != (kind == FILING_QUARTERLY ? 6u : 4u))
		return false;
	memcpy(year_text, text, 4);
	if (!text_to_int(year_text, &year) || year < 1971 || year > 9990 ||
	    (kind == FILING_REQUIREMENTS && year % 2 == 0))
		return false;
	if (kind == FILING_QUARTERLY) {
		if (text[4] != 'Q' || text[5] < '1' || text[5] > '4')
			return false;
		quarter = text[5] - '1';
	}
	period_of(kind, year, quarter, ret_due);
	return true;
}

static const char *filing_id(enum filing_kind kind, const char *period, char to[CODE_MAX])
{
	size_t length = strlen(filing_kind_names[kind]);
	memcpy(to, filing_kind_names[kind], length);
	to[length] = '/';
	body_copy(to + length + 1, CODE_MAX - length - 1, period);
	return to;
}

bool filing_is_late(int64_t due_at, int64_t at_ms)
{
	return at_ms >= due_at + TIME_DAY_MS;
}

void filing_each_by(const struct state *state, int64_t until_ms, filing_each *each, void *context)
{
	int64_t founded_at = state_reserve(state)->founded_at;
	int64_t last = annual_year_of(until_ms) + 1;
	for (enum filing_kind kind = FILING_ANNUAL; kind < FILING_KIND_COUNT; kind++) {
		for (int64_t year = annual_year_of(founded_at); year <= last; year++) {
			for (int quarter = 0; quarter < quarters(kind); quarter++) {
				struct filing_due due;
				if (kind == FILING_REQUIREMENTS && year % 2 == 0)
					continue;
				period_of(kind, year, quarter, &due);
				due.filed = state_find(state, TABLE_FILING, filing_id(kind, due.period, due.id));
				if (due.ends_at > founded_at && due.begins_at <= until_ms)
					each(context, &due);
			}
		}
	}
}

/* ---- filing ---- */

struct filed {
	int64_t due_at;
	char filing[CODE_MAX];
	uint8_t kind;
	char period[FILING_PERIOD_SIZE];
	uint8_t report_sha256[32];
	int64_t version;
};
static const struct field filed_fields[] = {
	F_TIME(struct filed, due_at),
	F_TEXT(struct filed, filing),
	F_ENUM(struct filed, kind, filing_kind_names),
	F_TEXT(struct filed, period),
	F_BYTES(struct filed, report_sha256),
	F_INT(struct filed, version),
};
static const struct descriptor filed_body = DESCRIPTOR("report.filed", struct filed, filed_fields);
static const struct field file_fields[] = {
	R_ENUM(struct filed, kind, filing_kind_names),
	R_TEXT(struct filed, period),
	{ FIELD_AT(struct filed, report_sha256), .type = FIELD_BYTES, .required = true },
};
static const struct descriptor file_params = DESCRIPTOR("report.file", struct filed, file_fields);

static bool decide_file(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct filed *params = data;
	struct filing_due due;
	if (!period_read((enum filing_kind)params->kind, params->period, &due))
		return error_set(error, ERROR_INVALID, "period", "\"%s\" is no period of a report %s: %s",
			params->period, filing_kind_names[params->kind],
			params->kind == FILING_QUARTERLY ? "write 2027Q1" :
			params->kind == FILING_REQUIREMENTS ? "write an odd year, 2027" : "write a year, 2027");
	if (due.begins_at > context->now)
		return error_set(error, ERROR_INVALID, "period", "%s has not begun yet", params->period);
	struct filed *body = decision_body(decision, &event_report_filed);
	*body = *params;
	filing_id((enum filing_kind)params->kind, params->period, body->filing);
	const struct filing *row = state_find(context->state, TABLE_FILING, body->filing);
	if (row != NULL && memcmp(row->report_sha256, params->report_sha256,
	    sizeof row->report_sha256) == 0)
		return error_set(error, ERROR_CONFLICT, "report_sha256", "this report is filed already as %s",
			row->id);
	body->version = row != NULL ? row->version + 1 : 1;
	body->due_at = due.due_at;
	decision->id = body->filing;
	return decision_add(decision, &event_report_filed, body);
}

/* Filed again: the hash is the newer one's, the day that of the first. */
static void apply_filed(struct state *state, const struct applied *applied, const void *data)
{
	const struct filed *body = data;
	struct filing *row = state_find(state, TABLE_FILING, body->filing);
	if (row == NULL) {
		row = state_insert(state, TABLE_FILING, body->filing);
		row->kind = body->kind;
		body_text(row->period, body->period);
		row->due_at = body->due_at;
		row->filed_at = applied->at;
	}
	memcpy(row->report_sha256, body->report_sha256, sizeof row->report_sha256);
	row->version = body->version;
	body_text(row->filed_by, applied->actor);
	state_touch(state, row);
}

const struct event_type event_report_filed = { "report.filed", &filed_body, apply_filed };
const struct command_type command_report_file = { "report.file", &file_params, DUTY_OFFICER,
	decide_file, NULL };
