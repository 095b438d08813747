/* What a reply keeps of a command's events: the first one, and each kind once. */
#include "vaultd/handlers/answer.h"

#include <string.h>

#include "reserve/emergency/request.h"
#include "reserve/refusal.h"
#include "reserve/stock/lot.h"
#include "tests/unit/runner.h"
#include "wire/value.h"

static void text_field(const struct event_type *type, void *body, const char *name,
	const char *text)
{
	const struct field *field = descriptor_field(type->body, name);
	CU_ASSERT_PTR_NOT_NULL_FATAL(field);
	strcpy((char *)body + field->offset, text);
}

static void each_kind_once(void)
{
	static const char *const kinds[] = { "lot.weighed", "lot.sampled", "lot.weighed", "lot.assayed",
		"lot.sampled", "lot.weighed" };
	enum { MANY = 6600 };
	static unsigned char body[4096];
	const struct event_type *weighed = event_type_find("lot.weighed");
	struct answer answer;
	struct buffer out = { 0 };
	struct value *reply = NULL;
	struct error error = { 0 };
	CU_ASSERT_FATAL(weighed != NULL && weighed->body->size <= sizeof body);
	record_clear(weighed->body, body);
	text_field(weighed, body, "lot", "GA-0042");
	const struct event first = { weighed, body, ABSENT };
	answer_begin(&answer, &first, 48211, 1795000000000);
	struct arena *arena = arena_new(0);
	for (int i = 1; i < MANY; i++) {
		const struct event event = { event_type_find(kinds[i % 6]), body, ABSENT };
		answer_add(&answer, &event, arena);
	}
	arena_free(arena);
	CU_ASSERT_EQUAL(answer.kind_count, 3);
	CU_ASSERT_PTR_NULL(answer.document);
	answer_write(&out, &answer);
	CU_ASSERT_FATAL(value_parse(out.bytes, out.length - 1, &reply, &error));
	const struct value *receipt = value_get(value_get(reply, "parameters"), "receipt");
	const struct value *events = value_get(receipt, "events");
	CU_ASSERT_STRING_EQUAL(value_get_text(receipt, "id", ""), "GA-0042");
	CU_ASSERT_EQUAL(value_get_int(receipt, "index", 0), 48211);
	CU_ASSERT_EQUAL_FATAL(value_count(events), 3);
	CU_ASSERT_STRING_EQUAL(value_text(value_at(events, 0), ""), "lot.weighed");
	CU_ASSERT_STRING_EQUAL(value_text(value_at(events, 1), ""), "lot.sampled");
	CU_ASSERT_STRING_EQUAL(value_text(value_at(events, 2), ""), "lot.assayed");
	value_free(reply);
	buffer_free(&out);
}

static void dry_runs_have_no_index(void)
{
	static unsigned char body[4096];
	const struct event_type *weighed = event_type_find("lot.weighed");
	struct answer answer;
	struct buffer out = { 0 };
	record_clear(weighed->body, body);
	text_field(weighed, body, "lot", "GA-0042");
	const struct event first = { weighed, body, ABSENT };
	answer_begin(&answer, &first, ABSENT, 1795000000000);
	answer.next = "vaultctl lot accept GA-0042";
	answer_write(&out, &answer);
	CU_ASSERT_PTR_NOT_NULL(strstr(out.bytes, "\"dry_run\":true"));
	CU_ASSERT_PTR_NULL(strstr(out.bytes, "\"index\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(out.bytes, "\"next\":\"vaultctl lot accept GA-0042\""));
	buffer_free(&out);
}

/* Where a write makes a note, the reply names it, also when it came first. */
static void names_the_note(void)
{
	static unsigned char first_body[4096], note_body[4096];
	const struct event_type *prepared = event_type_find("exchange.prepared"),
		*note = event_type_find("document.prepared");
	struct arena *arena = arena_new(0);
	struct answer answer;
	struct buffer out = { 0 };
	CU_ASSERT_FATAL(prepared != NULL && prepared->body->size <= sizeof first_body);
	CU_ASSERT_FATAL(note != NULL && note->body->size <= sizeof note_body);
	record_clear(prepared->body, first_body);
	record_clear(note->body, note_body);
	text_field(prepared, first_body, "exchange", "B-2026-0001");
	text_field(note, note_body, "document", "O-2026-0007");
	const struct event first = { prepared, first_body, ABSENT }, second = { note, note_body, ABSENT };
	answer_begin(&answer, &first, 1354, 1795000000000);
	answer_add(&answer, &second, arena);
	text_field(note, note_body, "document", "O-2026-0008"); /* its body is gone by the reply */
	answer_write(&out, &answer);
	CU_ASSERT_PTR_NOT_NULL(strstr(out.bytes, "\"id\":\"B-2026-0001\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(out.bytes, "\"document\":\"O-2026-0007\""));
	answer_begin(&answer, &second, 1355, 1795000000000);
	CU_ASSERT_STRING_EQUAL(answer.document, "O-2026-0008");
	buffer_free(&out);
	arena_free(arena);
}

static void the_rule_that_binds(void)
{
	static const struct { struct rule_result rules[3]; uint32_t count; int binding; } cases[] = {
		{ { { .limit_g = 5 } }, 1, 0 },
		{ { { .limit_g = ABSENT } }, 1, -1 },
		{ { { .limit_g = 1 } }, 0, -1 },
		{ { { .limit_g = 5 }, { .limit_g = 3 }, { .limit_g = 4 } }, 3, 1 },
		{ { { .limit_g = 3 }, { .limit_g = 3 } }, 2, 0 },
		{ { { .limit_g = 1 }, { .limit_g = 5, .failed = true }, { .limit_g = 2 } }, 3, 1 },
		{ { { .limit_g = 5, .failed = true }, { .limit_g = 4, .failed = true }, { .limit_g = 0 } }, 3,
			1 },
		{ { { .limit_g = ABSENT, .failed = true }, { .limit_g = 7 } }, 2, 1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct rule_result *binding = rule_binding(cases[i].rules, cases[i].count);
		CU_ASSERT_EQUAL(binding == NULL ? -1 : (int)(binding - cases[i].rules), cases[i].binding);
	}
}

static void coarse_answers_have_no_figures(void)
{
	static const char *const figures[] = { "limit_g", "available_g", "must_stay_g", "pass_g", "unit_g", "505011",
		"355011", "150000", "15 days" };
	struct rule_result rule = { .rule = "R05", .failed = true, .limit_g = 355011, .available_g = 505011,
		.must_stay_g = 150000, .version = 1, .because = "15 days", .earliest_at = ABSENT };
	static struct request_decided body;
	record_clear(event_request_refused.body, &body);
	strcpy(body.request, "R-2026-0001");
	strcpy(body.commodity, "ga");
	strcpy(body.member, "JPN");
	body.mass_g = 5000000;
	body.rules = (struct list){ &rule, 1 };
	for (int coarse = 0; coarse < 2; coarse++) {
		struct answer answer;
		struct buffer out = { 0 };
		const struct event event = { &event_request_refused, &body, ABSENT };
		answer_begin(&answer, &event, 7, 1795000000000);
		answer.next = "ask for 355011 g";
		answer.coarse = coarse == 1;
		answer_write(&out, &answer);
		CU_ASSERT_PTR_NOT_NULL(strstr(out.bytes, "would pass the hard floor"));
		CU_ASSERT_PTR_NOT_NULL(strstr(out.bytes, "\"asked_g\":5000000"));
		for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
			CU_ASSERT(coarse == 0 || strstr(out.bytes, figures[i]) == NULL);
		CU_ASSERT_EQUAL(strstr(out.bytes, "\"available_g\":505011") != NULL, coarse == 0);
		buffer_free(&out);
	}
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "each kind once", each_kind_once },
		{ "dry runs", dry_runs_have_no_index },
		{ "the note to sign", names_the_note },
		{ "coarse answers", coarse_answers_have_no_figures },
		{ "the rule that binds", the_rule_that_binds },
		CU_TEST_INFO_NULL,
	};
	return run_cases("answer", cases);
}
