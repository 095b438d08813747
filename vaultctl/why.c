/* One walk over the rules of a decision; the same texts whoever answered. */
#include "vaultctl/why.h"

#include <stdio.h>
#include <string.h>

#include "base/descriptor.h"
#include "base/json.h"
#include "base/time.h"
#include "vault/limits.h"
#include "vaultctl/ledger_keys.h"
#include "vaultctl/offline/why.h"
#include "vaultctl/render.h"
#include "vaultctl/units.h"

enum { LOTS_SHOWN = 8 };

/* ---- masses, all in one unit ---- */

struct scale {
	enum mass_unit unit;
	int decimals;
};

static void take_mass(struct scale *scale, const struct value *object, const char *name)
{
	int64_t mass_g = value_get_int(object, name, ABSENT);
	if (mass_g == ABSENT || mass_g == VAULT_INT_MAX)
		return;
	int decimals = unit_exact_decimals(mass_g, scale->unit);
	scale->decimals = decimals > scale->decimals ? decimals : scale->decimals;
}

static struct scale scale_of(const struct value *decision, const struct value *rules)
{
	static const char *const own[] = { "asked_g", "awarded_g", "most_g", "picked_g", "credit_g",
		"unit_g" };
	static const char *const each[] = { "limit_g", "available_g", "must_stay_g" };
	struct scale scale = { unit_of_mass(value_get_int(decision, "asked_g", 0)), 0 };
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		take_mass(&scale, decision, own[i]);
	for (size_t i = 0; i < value_count(rules); i++) {
		for (size_t j = 0; j < sizeof each / sizeof *each; j++)
			take_mass(&scale, value_at(rules, i), each[j]);
	}
	return scale;
}

static void mass_words(const struct scale *scale, const struct value *object, const char *name,
	char to[UNIT_TEXT])
{
	unit_show_mass_in(value_get_int(object, name, 0), scale->unit, scale->decimals, to);
}

static void append_mass(struct buffer *to, const struct scale *scale, const struct value *object,
	const char *name)
{
	char mass[UNIT_TEXT];
	mass_words(scale, object, name, mass);
	buffer_append_text(to, mass);
}

/* ---- what became of it ---- */

static bool is(const struct value *decision, const char *outcome)
{
	return text_equal(value_get_text(decision, "outcome", "allocated"), outcome);
}

static void time_words(const struct value *object, const char *name, char to[UNIT_TEXT])
{
	int64_t time_ms;
	to[0] = '\0';
	if (time_parse(value_get_text(object, name, ""), &time_ms))
		unit_show_time(time_ms, to);
}

static void waits(const struct value *decision, struct buffer *to)
{
	char by[UNIT_TEXT];
	time_words(decision, "decide_by", by);
	buffer_printf(to, "it waits for a round of %s", value_get_text(decision, "declaration", "?"));
	if (by[0] != '\0')
		buffer_printf(to, ", to be decided by %s", by);
}

static void outcome_line(const struct value *decision, const struct scale *scale,
	struct buffer *to)
{
	const char *plan = value_get_text(decision, "plan", "");
	buffer_printf(to, "%s: %s asked for ", value_get_text(decision, "id", ""),
		value_get_text(decision, "member", ""));
	append_mass(to, scale, decision, "asked_g");
	buffer_printf(to, " of %s; ", value_get_text(decision, "commodity", ""));
	if (is(decision, "eligible")) {
		waits(decision, to);
	} else if (is(decision, "refused") || is(decision, "cut")) {
		buffer_append_text(to, "refused");
	} else {
		buffer_append_text(to, "awarded ");
		append_mass(to, scale, decision, "awarded_g");
	}
	if (is(decision, "granted") || is(decision, "cut"))
		buffer_printf(to, " by the round %s", plan);
	buffer_append_byte(to, '\n');
}

static void lots_line(const struct value *decision, struct buffer *to)
{
	const struct value *picks = value_get(decision, "picks");
	size_t count = value_count(picks);
	if (count == 0)
		return;
	buffer_append_text(to, "  from ");
	for (size_t i = 0; i < count && i < LOTS_SHOWN; i++) {
		const struct value *pick = value_at(picks, i);
		int64_t units = value_get_int(pick, "units", ABSENT);
		buffer_printf(to, "%s%s ", i > 0 ? ", " : "", value_get_text(pick, "lot", ""));
		render_cell("contained_g", pick, to);
		if (units != ABSENT)
			buffer_printf(to, " (%lld unit%s)", (long long)units, units == 1 ? "" : "s");
	}
	if (count > LOTS_SHOWN)
		buffer_printf(to, " and %zu lots more", count - LOTS_SHOWN);
	buffer_append_byte(to, '\n');
}

/* What whole units make of an award, where it is not the award. */
static void units_lines(const struct value *decision, const struct scale *scale,
	struct buffer *to)
{
	int64_t picked_g = value_get_int(decision, "picked_g", ABSENT);
	if (value_get_int(decision, "unit_g", ABSENT) != ABSENT) {
		buffer_append_text(to, "  the smallest sealed unit that is held has ");
		append_mass(to, scale, decision, "unit_g");
		buffer_append_byte(to, '\n');
	}
	if (picked_g == ABSENT || picked_g == value_get_int(decision, "awarded_g", 0))
		return;
	buffer_append_text(to, "  drawn in whole units ");
	append_mass(to, scale, decision, "picked_g");
	if (value_get_int(decision, "credit_g", ABSENT) != ABSENT) {
		buffer_printf(to, "; %s is owed ", value_get_text(decision, "member", ""));
		append_mass(to, scale, decision, "credit_g");
		buffer_append_text(to, " from then on");
	}
	buffer_append_byte(to, '\n');
}

/* ---- the rules ---- */

static bool is_cap(const char *code)
{
	return text_equal(code, "R03") || text_equal(code, "R06") ||
		text_equal(code, "R22");
}

static void rule_figures(const struct value *rule, const struct scale *scale, struct buffer *to)
{
	bool cap = is_cap(value_get_text(rule, "rule", ""));
	const char *because = value_get_text(rule, "because", ""), *with = "";
	if (value_get_int(rule, "available_g", ABSENT) != ABSENT) {
		buffer_append_text(to, cap ? "the cap " : "available ");
		append_mass(to, scale, rule, "available_g");
		with = ", ";
	}
	if (value_get_int(rule, "must_stay_g", ABSENT) != ABSENT) {
		buffer_printf(to, "%s%s ", with, cap ? "used" : "must stay");
		append_mass(to, scale, rule, "must_stay_g");
		with = ", ";
	}
	if (*because != '\0')
		buffer_printf(to, "%s%s", *with != '\0' ? "; " : "", because);
	else if (value_get_int(rule, "version", ABSENT) != ABSENT)
		buffer_printf(to, "%sversion %lld", with,
			(long long)value_get_int(rule, "version", 0));
}

/* A title says what failed; of what is held it is said what it is where it did not. */
static const char *rule_name(const struct value *rule)
{
	if (text_equal(value_get_text(rule, "rule", ""), "R10") &&
	    !value_get_bool(rule, "failed", false))
		return "held of that grade and form";
	return value_get_text(rule, "title", "");
}

static void rule_line(const struct value *rule, const struct scale *scale, int width,
	struct buffer *to)
{
	char limit[UNIT_TEXT] = "no mass";
	struct buffer figures = { 0 };
	const char *word = value_get_bool(rule, "binding", false) ? "binds" :
		value_get_bool(rule, "failed", false) ? "failed" : "";
	int64_t limit_g = value_get_int(rule, "limit_g", ABSENT);
	if (limit_g == ABSENT || limit_g == VAULT_INT_MAX)
		text_copy(limit, sizeof limit, "any");
	else if (limit_g > 0)
		mass_words(scale, rule, "limit_g", limit);
	rule_figures(rule, scale, &figures);
	buffer_printf(to, "  %-5s  %-*s  %15s  %-6s  %s", value_get_text(rule, "rule", "?"), width,
		rule_name(rule), limit, word, buffer_text(&figures));
	while (to->length > 0 && to->bytes[to->length - 1] == ' ')
		to->length--;
	buffer_append_byte(to, '\n');
	buffer_free(&figures);
}

static void rule_lines(const struct value *rules, const struct scale *scale, struct buffer *to)
{
	size_t width = strlen("rule");
	for (size_t i = 0; i < value_count(rules); i++) {
		size_t length = strlen(rule_name(value_at(rules, i)));
		width = length > width ? length : width;
	}
	buffer_printf(to, "\n  %-5s  %-*s  %15s\n", "rule", (int)width, "", "lets pass");
	for (size_t i = 0; i < value_count(rules); i++)
		rule_line(value_at(rules, i), scale, (int)width, to);
	buffer_append_byte(to, '\n');
}

static void most_lines(const struct value *decision, const struct scale *scale, struct buffer *to)
{
	int64_t time_ms;
	char text[UNIT_TEXT];
	if (value_get_int(decision, "most_g", ABSENT) != ABSENT) {
		mass_words(scale, decision, "most_g", text);
		buffer_printf(to, "most that could be had now  %15s\n", text);
	}
	if (time_parse(value_get_text(decision, "earliest_at", ""), &time_ms)) {
		unit_show_date(time_ms, text);
		buffer_printf(to, "all of it from              %15s\n", text);
	}
}

void why_render(const struct value *decision, struct buffer *to)
{
	struct scale scale = scale_of(decision, value_get(decision, "rules"));
	const char *signer = value_get_text(decision, "signer", "");
	char at[UNIT_TEXT];
	int64_t index = value_get_int(decision, "index", -1);
	outcome_line(decision, &scale, to);
	units_lines(decision, &scale, to);
	lots_line(decision, to);
	if (*signer != '\0')
		buffer_printf(to, "  signed by %s\n", signer);
	rule_lines(value_get(decision, "rules"), &scale, to);
	most_lines(decision, &scale, to);
	time_words(decision, "at", at);
	if (index >= 0)
		buffer_printf(to, "recorded at ledger index %lld, %s\n", (long long)index, at);
}

void why_summary(const struct value *decision, struct buffer *to)
{
	struct scale scale = scale_of(decision, NULL);
	if (is(decision, "eligible")) {
		waits(decision, to);
		return;
	}
	buffer_append_text(to, "awarded ");
	append_mass(to, &scale, decision, "awarded_g");
	buffer_append_text(to, " of ");
	append_mass(to, &scale, decision, "asked_g");
	if (value_count(value_get(decision, "picks")) > 0) {
		buffer_append_text(to, ": ");
		render_cell("picks", decision, to);
	}
	if (value_get_int(decision, "credit_g", ABSENT) != ABSENT) {
		buffer_printf(to, "; %s is owed ", value_get_text(decision, "member", ""));
		append_mass(to, &scale, decision, "credit_g");
	}
}

/* ---- the command ---- */

static void print(struct ctl *ctl, const struct value *parameters)
{
	struct buffer text = { 0 };
	if (ctl->output != OUTPUT_TABLE) {
		render_reply(ctl, ctl_method(ctl, "Emergency.Why"), parameters);
		return;
	}
	why_render(value_get(parameters, "decision"), &text);
	fputs(buffer_text(&text), stdout);
	buffer_free(&text);
}

static bool call(struct ctl *ctl, const char *request, struct reply *ret_reply,
	struct error *error)
{
	struct buffer params = { 0 };
	struct json json;
	json_begin(&json, &params, false);
	json_open_object(&json);
	json_key(&json, "request");
	json_text(&json, request);
	json_close_object(&json);
	bool good = ctl_call(ctl, "Emergency.Why", buffer_text(&params), ret_reply, error);
	buffer_free(&params);
	return good;
}

/* An id that vaultd does not know is looked up once as the beginning of one. */
static bool ask_vaultd(struct ctl *ctl, const char *given, struct error *error)
{
	struct reply reply = { 0 };
	struct error first = { 0 };
	char whole[CTL_ID];
	bool good = call(ctl, given, &reply, &first);
	if (!good && first.id == ERROR_NOT_FOUND) {
		if (!ctl_resolve(ctl, "request", given, whole, error))
			return false;
		good = !text_equal(whole, given) && call(ctl, whole, &reply, error);
	}
	if (!good) {
		if (error->id == ERROR_NONE)
			*error = first;
		return false;
	}
	print(ctl, reply.parameters);
	reply_free(&reply);
	return true;
}

static bool read_ledger(struct ctl *ctl, const char *ledger, const struct ledger_keys *keys,
	const char *request, struct error *error)
{
	const struct offline_check check = { .keys = keys->items, .key_count = keys->count };
	struct offline_result result;
	struct buffer json = { 0 };
	struct value *parameters;
	bool good = offline_why(ledger, &check, request, &result, &json, error)
		&& value_parse(json.bytes, json.length, &parameters, error);
	buffer_free(&json);
	if (!good)
		return false;
	print(ctl, parameters);
	value_free(parameters);
	if (!result.pinned)
		ctl_say(ctl, "the log key is the one that entry 0 names, pinned by nothing; give --key to "
			"pin it");
	return true;
}

int why_run(struct ctl *ctl, int argc, char **argv)
{
	const char *ledger = NULL;
	struct ledger_keys keys = { 0 };
	struct error error = { 0 };
	bool good = ctl_take_option(&argc, argv, "--ledger", &ledger, &error)
		&& ledger_keys_take(&keys, &argc, argv, &error) && ctl_words(argc, argv, 1, 1, &error);
	if (good && keys.count > 0 && ledger == NULL)
		good = error_set(&error, ERROR_INVALID, "", "--key goes with --ledger DIR");
	if (good)
		good = ledger != NULL ? read_ledger(ctl, ledger, &keys, argv[0], &error) :
			ask_vaultd(ctl, argv[0], &error);
	ledger_keys_clear(&keys);
	return good ? 0 : ctl_fail(ctl, &error);
}
