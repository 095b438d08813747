/* Rendering receipts, decisions and refusals. */
#include "vaultd/handlers/answer.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "reserve/document.h"
#include "reserve/emergency/why.h"
#include "reserve/refusal.h"
#include "view/why.h"
#include "wire/entry.h"
#include "wire/message.h"

const char *answer_subject(const struct event *event)
{
	for (size_t i = 0; entry_subjects[i] != NULL; i++) {
		const struct field *field = descriptor_field(event->type->body, entry_subjects[i]);
		if (field != NULL && !field_absent(field, event->body))
			return field_text(field, event->body);
	}
	return "";
}

static void add_kind(struct answer *answer, const struct event_type *type)
{
	for (uint32_t i = 0; i < answer->kind_count; i++) {
		if (text_equal(answer->kinds[i], type->kind))
			return;
	}
	if (answer->kind_count < ANSWER_KINDS_MAX)
		answer->kinds[answer->kind_count++] = type->kind;
}

/* The note that an event makes, or NULL. */
static const char *note_of(const struct event *event)
{
	const struct field *field = event->type == &event_document_prepared ?
		descriptor_field(event->type->body, "document") : NULL;
	return field != NULL ? field_text(field, event->body) : NULL;
}

/* A note's id is kept in the arena: bodies of events that follow may be gone by the reply. */
void answer_add(struct answer *answer, const struct event *event, struct arena *arena)
{
	const char *note = note_of(event);
	add_kind(answer, event->type);
	if (note != NULL)
		answer->document = arena_printf(arena, "%s", note);
}

void answer_begin(struct answer *answer, const struct event *first, int64_t index, int64_t at)
{
	*answer = (struct answer){ .first = *first, .index = index, .at = at,
		.document = note_of(first) };
	add_kind(answer, first->type);
}

static void write_receipt(struct json *json, const struct answer *answer)
{
	json_key(json, "receipt");
	json_open_object(json);
	json_key(json, "id");
	json_text(json, answer_subject(&answer->first));
	if (answer->index != ABSENT) {
		json_key(json, "index");
		json_int(json, answer->index);
	} else {
		json_key(json, "dry_run");
		json_bool(json, true);
	}
	json_key(json, "at");
	json_time(json, answer->at);
	json_key(json, "events");
	json_open_array(json);
	for (uint32_t i = 0; i < answer->kind_count; i++)
		json_text(json, answer->kinds[i]);
	json_close_array(json);
	if (answer->document != NULL) {
		json_key(json, "document");
		json_text(json, answer->document);
	}
	if (answer->next != NULL) {
		json_key(json, "next");
		json_text(json, answer->next);
	}
	if (answer->remark != NULL) {
		json_key(json, "remark");
		json_text(json, answer->remark);
	}
	json_close_object(json);
}

/* The rule that binds stands first in a refusal; the list is the why's own. */
static const struct why_rule *binding_first(struct why *why)
{
	struct why_rule *rules = why->items;
	uint32_t at = 0;
	while (at < why->rules.count && !rules[at].binding)
		at++;
	if (at < why->rules.count) {
		struct why_rule first = rules[at];
		memmove(&rules[1], &rules[0], at * sizeof *rules);
		rules[0] = first;
	}
	return &rules[0];
}

/* "800 kg", "50 t", "372.3 kg": exact, in the unit that people would say. */
static void mass_words(int64_t mass_g, char *to, size_t size)
{
	long long kg = (long long)(mass_g / 1000), rest = (long long)(mass_g % 1000);
	if (mass_g < 1000)
		snprintf(to, size, "%lld g", rest);
	else if (rest != 0)
		snprintf(to, size, "%lld.%03lld kg", kg, rest);
	else if (kg % 1000 == 0 && kg >= 10000)
		snprintf(to, size, "%lld t", kg / 1000);
	else
		snprintf(to, size, "%lld kg", kg);
}

/* Whether a rule is a limit in grams, which a request passes, and no condition, which it fails. */
static bool is_limit(const char *rule)
{
	static const char *const limits[] = { "R03", "R04", "R05", "R06", "R22" };
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		if (text_equal(limits[i], rule))
			return true;
	}
	return false;
}

static void refused_words(const struct request_decided *body, const struct why_rule *binding,
	char *to, size_t size)
{
	char mass[48];
	mass_words(body->mass_g, mass, sizeof mass);
	if (body->unit_g != ABSENT && text_equal(binding->rule, "R10"))
		snprintf(to, size, "%s of %s for %s is less than the smallest sealed unit that is held",
			mass, body->commodity, body->member);
	else
		snprintf(to, size, "%s of %s for %s%s %s", mass, body->commodity, body->member,
			is_limit(binding->rule) ? " would pass" : ":", binding->title);
}

static void write_refused_request(struct json *json, const struct request_decided *body, bool coarse)
{
	char message[256];
	struct why why;
	why_fill(event_request_refused.kind, body, -1, 0, &why);
	if (coarse)
		why_hide_figures(&why);
	refused_words(body, binding_first(&why), message, sizeof message);
	json_key(json, "message");
	json_text(json, message);
	if (!coarse) {
		json_key(json, "limit_g");
		json_int(json, why.most_g != ABSENT && why.most_g < body->mass_g ? why.most_g :
			body->mass_g);
	}
	static const char *const same[] = { "asked_g", "member", "commodity", "declaration", "unit_g",
		"earliest_at", "rules" };
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		const struct field *field = descriptor_field(&why_descriptor, same[i]);
		if (field_absent(field, &why))
			continue;
		json_key(json, field->name);
		json_field(json, field, &why);
	}
	if (!coarse && why_pass_g(body) > 0) {
		json_key(json, "pass_g");
		json_int(json, why_pass_g(body));
	}
}

static void write_refused_act(struct json *json, const struct event *event)
{
	const struct descriptor *descriptor = event->type->body;
	const char *rule = field_text(descriptor_field(descriptor, "rule"), event->body);
	const char *because = field_text(descriptor_field(descriptor, "because"), event->body);
	const char *who = field_text(descriptor_field(descriptor, "who"), event->body);
	char message[1280];
	snprintf(message, sizeof message, "%s: %s%s%s%s", answer_subject(event), because,
		who[0] != '\0' ? " (" : "", who, who[0] != '\0' ? ")" : "");
	json_key(json, "message");
	json_text(json, message);
	json_key(json, "rules");
	json_open_array(json);
	json_open_object(json);
	json_key(json, "rule");
	json_text(json, rule);
	json_key(json, "title");
	json_text(json, rule_title(rule));
	json_key(json, "failed");
	json_bool(json, true);
	json_key(json, "because");
	json_text(json, because);
	json_close_object(json);
	json_close_array(json);
}

static void answer_refused(struct buffer *out, const struct answer *answer)
{
	struct json json;
	const struct event *event = &answer->first;
	reply_error_begin(&json, out, VAULT_ERROR_PREFIX "Refused");
	json_key(&json, "id");
	json_text(&json, answer_subject(event));
	if (answer->index != ABSENT) {
		json_key(&json, "index");
		json_int(&json, answer->index);
	}
	if (event->type == &event_request_refused)
		write_refused_request(&json, event->body, answer->coarse);
	else
		write_refused_act(&json, event);
	const char *remedy = !answer->coarse ? answer->next : event->type != &event_request_refused ? NULL :
		"How much there is, is not told here; asked with --partial you are given what may leave.";
	if (remedy != NULL) {
		json_key(&json, "remedy");
		json_text(&json, remedy);
	}
	reply_error_end(&json);
}

void answer_write(struct buffer *out, const struct answer *answer)
{
	struct json json;
	const struct event *first = &answer->first;
	if (first->type == &event_request_refused || first->type == &event_act_refused) {
		answer_refused(out, answer);
		return;
	}
	reply_begin(&json, out);
	write_receipt(&json, answer);
	if (why_decides(first->type->kind))
		view_write_decision(&json, first->type->kind, first->body, answer->index, answer->at,
			answer->coarse);
	reply_end(&json, false);
}
