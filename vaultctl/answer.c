/* Refusals, errors, receipts: one function a text, and the few that print them. */
#include "vaultctl/answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/descriptor.h"
#include "base/text.h"
#include "base/time.h"
#include "vaultctl/units.h"

/* ---- a refusal ---- */

/* One unit and so many decimals for all masses of a refusal, so that the figures add up. */
struct scale {
	enum mass_unit unit;
	int decimals;
};

static void scale_take(struct scale *scale, int64_t mass_g)
{
	if (mass_g != ABSENT && unit_exact_decimals(mass_g, scale->unit) > scale->decimals)
		scale->decimals = unit_exact_decimals(mass_g, scale->unit);
}

static void figure(struct buffer *to, const struct scale *scale, const char *name, int64_t mass_g,
	const char *note)
{
	char mass[UNIT_TEXT];
	if (mass_g == ABSENT)
		return;
	unit_show_mass_in(mass_g, scale->unit, scale->decimals, mass);
	buffer_printf(to, "  %-20s%15s%s%s\n", name, mass, *note == '\0' ? "" : "   ", note);
}

static const char *rule_name(const struct value *rule)
{
	const char *title = value_get_text(rule, "title", "");
	return *title != '\0' ? title : value_get_text(rule, "rule", "");
}

/* "Also over a limit: the cap per member, at most 500.0 kg (R22)." */
static void also_failed(struct buffer *to, const struct scale *scale, const struct value *rules)
{
	bool begun = false;
	for (size_t i = 1; i < value_count(rules); i++) {
		const struct value *rule = value_at(rules, i);
		if (!value_get_bool(rule, "failed", false))
			continue;
		char mass[UNIT_TEXT];
		int64_t limit_g = value_get_int(rule, "limit_g", ABSENT);
		const char *because = value_get_text(rule, "because", "");
		buffer_printf(to, "%s%s", begun ? "; " : "Also over a limit: ", rule_name(rule));
		begun = true;
		if (*because != '\0') {
			buffer_printf(to, ", %s", because);
		} else if (limit_g != ABSENT) {
			unit_show_mass_in(limit_g, scale->unit, scale->decimals, mass);
			buffer_printf(to, ", at most %s", mass);
		}
		buffer_printf(to, " (%s)", value_get_text(rule, "rule", "?"));
	}
	if (begun)
		buffer_append_text(to, ".\n");
}

static void floor_note(const struct value *rule, char *note, size_t size)
{
	int64_t version = value_get_int(rule, "version", ABSENT);
	const char *because = value_get_text(rule, "because", "");
	if (*because == '\0' && version != ABSENT) /* a sentence names the version by itself */
		snprintf(note, size, "version %lld", (long long)version);
	else
		snprintf(note, size, "%.300s", because);
}

/* When all that failed would pass, where each rule knows. */
static void earliest_line(const struct value *parameters, struct buffer *to)
{
	int64_t time_ms;
	char day[UNIT_TEXT];
	if (!time_parse(value_get_text(parameters, "earliest_at", ""), &time_ms))
		return;
	unit_show_date(time_ms, day);
	buffer_printf(to, "  %-20s%15s\n", "all of it from", day);
}

static bool is_cap(const struct value *rule)
{
	const char *code = value_get_text(rule, "rule", "");
	return text_equal(code, "R03") || text_equal(code, "R06") ||
		text_equal(code, "R22");
}

static void refusal_figures(const struct value *parameters, const struct value *rules,
	struct buffer *to)
{
	const struct value *binding = value_at(rules, 0);
	int64_t available_g = value_get_int(binding, "available_g", ABSENT);
	int64_t stay_g = value_get_int(binding, "must_stay_g", ABSENT);
	int64_t asked_g = value_get_int(parameters, "asked_g", ABSENT);
	int64_t most_g = value_get_int(parameters, "limit_g", ABSENT);
	int64_t short_g = asked_g != ABSENT && most_g != ABSENT && asked_g > most_g ?
		asked_g - most_g : ABSENT;
	int64_t largest_g = available_g != ABSENT ? available_g : asked_g;
	struct scale scale = { largest_g == ABSENT ? MASS_KG : unit_of_mass(largest_g), 0 };
	const int64_t all[] = { available_g, stay_g, asked_g, most_g, short_g };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		scale_take(&scale, all[i]);
	char note[400], because[400];
	floor_note(binding, because, sizeof because);
	figure(to, &scale, is_cap(binding) ? "the cap" : "available now", available_g, "");
	figure(to, &scale, is_cap(binding) ? "used of it" : "must stay", stay_g, because);
	figure(to, &scale, "asked", asked_g, "");
	char missing[UNIT_TEXT];
	note[0] = '\0';
	if (short_g != ABSENT) {
		unit_show_mass_in(short_g, scale.unit, scale.decimals, missing);
		snprintf(note, sizeof note, "short by %s", missing);
	}
	figure(to, &scale, "most you can have", most_g, note);
	earliest_line(parameters, to);
	if (stay_g == ABSENT && because[0] != '\0' &&
	    strstr(value_get_text(parameters, "message", ""), because) == NULL)
		buffer_printf(to, "  %s\n", because);
	also_failed(to, &scale, rules);
}

/*
 * The mass with which it would pass; 0: none. Where only larger units are held vaultd alone knows.
 */
static int64_t passing_g(const struct value *parameters)
{
	bool units = value_get(parameters, "unit_g") != NULL;
	return value_get_int(parameters, "pass_g", units ? 0 : value_get_int(parameters, "limit_g", 0));
}

void answer_refusal(const struct ctl *ctl, const struct value *parameters, struct buffer *to)
{
	const struct value *rules = value_get(parameters, "rules");
	const char *rule = value_get_text(value_at(rules, 0), "rule", "");
	buffer_printf(to, "vaultctl: refused: %s", value_get_text(parameters, "message", "by a rule"));
	if (*rule != '\0')
		buffer_printf(to, "   [%s]", rule);
	buffer_append_byte(to, '\n');
	refusal_figures(parameters, rules, to);

	const char *id = value_get_text(parameters, "id", "");
	int64_t index = value_get_int(parameters, "index", ABSENT);
	int64_t pass_g = passing_g(parameters);
	const char *remedy = value_get_text(parameters, "remedy", "");
	bool passes = ctl->pass_before != NULL && pass_g > 0;
	if (index != ABSENT)
		buffer_printf(to, "Recorded%s%s, ledger index %lld.%s", *id == '\0' ? "" : " as ", id,
			(long long)index, passes ? " " : "\n");
	if (passes) {
		char mass[UNIT_TEXT];
		unit_type_mass(pass_g, mass);
		buffer_printf(to, "The same request that would pass now:\n  %s%s%s\n", ctl->pass_before,
			mass, ctl->pass_after);
	} else if (*remedy != '\0') {
		buffer_printf(to, "%s%s\n", text_starts(remedy, "vaultctl ") ? "  " : "", remedy);
	}
}

/* ---- other errors ---- */

void ctl_quote(struct buffer *to, const char *word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		"._-+=:/@%,";
	if (*word != '\0' && strspn(word, plain) == strlen(word)) {
		buffer_append_text(to, word);
		return;
	}
	bool single = strpbrk(word, "\"$`\\!") != NULL;
	buffer_append_byte(to, single ? '\'' : '"');
	for (; *word != '\0'; word++) {
		if (single && *word == '\'')
			buffer_append_text(to, "'\\''");
		else
			buffer_append_byte(to, *word);
	}
	buffer_append_byte(to, single ? '\'' : '"');
}

/* The line that the person typed, without a command id of its own. */
static void typed_line(const struct ctl *ctl, struct buffer *to)
{
	buffer_append_text(to, "vaultctl");
	for (int i = 0; i < ctl->line_count; i++) {
		if (text_equal(ctl->line[i], "--id")) {
			i++;
			continue;
		}
		if (text_starts(ctl->line[i], "--id="))
			continue;
		buffer_append_byte(to, ' ');
		ctl_quote(to, ctl->line[i]);
	}
}

static void answer_doubt(const struct ctl *ctl, const struct error *error, struct buffer *to)
{
	buffer_append_text(to, "vaultctl: in doubt: ");
	if (ctl->doubt != NULL)
		buffer_append_text(to, ctl->doubt);
	else
		buffer_append_text(to, "this command may or may not have been done");
	buffer_printf(to, "\n  %s, and %d s of asking again got none.\n",
		error->message[0] != '\0' ? error->message : "The connection ended before the answer",
		ctl->again_ms / 1000);
	buffer_append_text(to, "  Nothing can happen twice. When vaultd is back, ask for the same "
		"answer with:\n    ");
	typed_line(ctl, to);
	if (ctl->command_id[0] != '\0')
		buffer_printf(to, " --id %s", ctl->command_id);
	buffer_append_byte(to, '\n');
	if (ctl->doubt_advice != NULL)
		buffer_printf(to, "  %s", ctl->doubt_advice);
	buffer_printf(to, "%s(exit %d)\n", ctl->doubt_advice != NULL ? "           " : "  ",
		error_info(ERROR_IN_DOUBT)->exit_status);
}

/* A remedy that is a command stands as one; a sentence gets its period. */
static void answer_remedy(const char *remedy, struct buffer *to)
{
	size_t length = strlen(remedy);
	bool command = text_starts(remedy, "vaultctl ");
	bool ends = length > 0 && strchr(".:!?", remedy[length - 1]) != NULL;
	buffer_printf(to, "  %s%s\n", remedy, command || ends ? "" : ".");
}

void answer_error(const struct ctl *ctl, const struct error *error, struct buffer *to)
{
	if (error->id == ERROR_IN_DOUBT) {
		answer_doubt(ctl, error, to);
		return;
	}
	if (error->id == ERROR_REFUSED && value_get(ctl->failure.parameters, "rules") != NULL) {
		answer_refusal(ctl, ctl->failure.parameters, to);
		return;
	}
	const char *message = error->message[0] != '\0' ? error->message :
		error_info(error->id)->meaning;
	bool named = error->field[0] != '\0' && strstr(message, error->field) == NULL;
	buffer_printf(to, "vaultctl: %s%s%s\n", named ? error->field : "", named ? ": " : "", message);
	if (error->id == ERROR_UNREACHABLE && ctl->tried.length > 0)
		buffer_append(to, ctl->tried.bytes, ctl->tried.length);
	if (error->remedy[0] != '\0')
		answer_remedy(error->remedy, to);
}

int ctl_fail(struct ctl *ctl, const struct error *error)
{
	struct buffer text = { 0 };
	fflush(stdout);
	if (ctl->output == OUTPUT_JSON && ctl->failure.error != NULL && ctl->failure.error[0] != '\0') {
		value_write(ctl->failure.root, &text);
		printf("%s\n", buffer_text(&text));
		buffer_clear(&text);
	}
	answer_error(ctl, error, &text);
	fputs(buffer_text(&text), stderr);
	buffer_free(&text);
	return error_info(error->id)->exit_status;
}

/* ---- success ---- */

void answer_receipt(const struct value *receipt, struct buffer *to)
{
	enum { SHOWN = 4 };
	const struct value *events = value_get(receipt, "events");
	bool dry_run = value_get_bool(receipt, "dry_run", false);
	const char *last = "";
	size_t kinds = 0;
	if (dry_run)
		buffer_append_text(to, "would record ");
	for (size_t i = 0; i < value_count(events); i++) {
		const char *kind = value_text(value_at(events, i), "");
		if (text_equal(kind, last))
			continue;
		last = kind;
		if (kinds++ < SHOWN)
			buffer_printf(to, "%s%s", kinds > 1 ? ", " : "", kind);
	}
	if (kinds > SHOWN)
		buffer_printf(to, " and %zu more", kinds - SHOWN);
	if (kinds == 0)
		buffer_append_text(to, dry_run ? "nothing" : "nothing new");
	if (*value_get_text(receipt, "id", "") != '\0')
		buffer_printf(to, " %s", value_get_text(receipt, "id", ""));
	int64_t index = value_get_int(receipt, "index", ABSENT);
	if (index != ABSENT)
		buffer_printf(to, "   ledger index %lld", (long long)index);
	const char *document = value_get_text(receipt, "document", "");
	if (*document != '\0' && !text_equal(document, value_get_text(receipt, "id", "")))
		buffer_printf(to, "   to sign %s", document);
	buffer_append_byte(to, '\n');
}

void ctl_print_receipt(struct ctl *ctl, const struct value *receipt)
{
	struct buffer text = { 0 };
	if (ctl->output == OUTPUT_JSON) {
		buffer_append_text(&text, "{\"receipt\":");
		value_write(receipt, &text);
		buffer_append_text(&text, "}\n");
	} else if (ctl->output == OUTPUT_ID) {
		buffer_printf(&text, "%s\n", value_get_text(receipt, "id", ""));
	} else if (ctl->output == OUTPUT_CSV) {
		buffer_printf(&text, "id,index\r\n%s,", value_get_text(receipt, "id", ""));
		if (value_get(receipt, "index") != NULL)
			buffer_append_int(&text, value_get_int(receipt, "index", 0));
		buffer_append_text(&text, "\r\n");
	} else {
		answer_receipt(receipt, &text);
	}
	fputs(buffer_text(&text), stdout);
	buffer_free(&text);
	const char *remark = value_get_text(receipt, "remark", "");
	if (*remark != '\0')
		ctl_say(ctl, "%s", remark);
	const char *next = value_get_text(receipt, "next", "");
	if (*next != '\0')
		ctl_next(ctl, "%s", next);
}

void ctl_say(const struct ctl *ctl, const char *format, ...)
{
	if (ctl->quiet)
		return;
	va_list list;
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fputc('\n', stderr);
}

void ctl_next(const struct ctl *ctl, const char *format, ...)
{
	if (ctl->quiet || !ctl->error_terminal)
		return;
	va_list list;
	va_start(list, format);
	fputs("next: ", stderr);
	vfprintf(stderr, format, list);
	va_end(list);
	fputc('\n', stderr);
}
