/*
 * The generic command and the few small ones of their own. Generic: words to parameters, one call
 * (a list: its pages), the reply by its type; what vaultd does not know is looked up once and
 * tried again.
 */
#include "vaultctl/commands.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "vault/limits.h"
#include "vaultctl/arguments.h"
#include "vaultctl/grammar.h"
#include "vaultctl/offline/dump.h"
#include "vaultctl/render.h"
#include "vaultctl/resolve.h"
#include "vaultctl/sheet.h"
#include "vaultctl/status.h"
#include "vaultctl/why.h"

/* ---- ids that vaultd does not know ---- */

/* Puts whole ids for what was shortened; *ret_changed: whether there was anything to put. */
static bool resolve_slots(struct ctl *ctl, struct arguments *arguments, struct buffer *memory,
	bool *ret_changed, struct error *error)
{
	*ret_changed = false;
	buffer_reserve(memory, (size_t)SLOTS_MAX * CTL_ID);
	for (size_t i = 0; i < arguments->count; i++) {
		struct slot *slot = &arguments->slots[i];
		const char *kind = resolve_kind(arguments->command->noun, slot->name);
		char whole[CTL_ID];
		bool named = slot->in_item && text_equal(slot->name, "code"); /* what is made is named in full */
		if (slot->typed == NULL || slot->kind != SLOT_TEXT || kind == NULL || named)
			continue;
		if (!ctl_resolve(ctl, kind, slot->typed, whole, error))
			return false;
		if (text_equal(whole, slot->typed))
			continue;
		ctl_say(ctl, "%s is %s", slot->typed, whole);
		char *kept = memory->bytes + memory->length;
		buffer_append(memory, whole, strlen(whole) + 1);
		if (!arguments_set(arguments, ctl, slot, kept, error))
			return false;
		*ret_changed = true;
	}
	return true;
}

/* ---- lists ---- */

struct rows {
	struct ctl *ctl;
	const struct type *type;
	const struct slot *filter; /* or NULL */
	struct printer *printer;
	int64_t limit, count;
	bool stopped;
};

static bool each_row(void *context, const struct value *row, struct error *error)
{
	struct rows *rows = context;
	(void)error;
	if (rows->filter != NULL &&
	    !text_equal(value_get_text(row, rows->filter->name, ""), rows->filter->typed))
		return true;
	rows->count++;
	if (rows->filter != NULL) {
		ctl_print_object(rows->ctl, rows->type->name, row);
		rows->stopped = true;
		return false;
	}
	if (rows->printer == NULL)
		rows->printer = printer_new(rows->ctl, rows->type);
	printer_row(rows->printer, row);
	rows->stopped = rows->limit > 0 && rows->count >= rows->limit;
	return !rows->stopped;
}

/* True with *ret_count 0 where nothing fits. */
static bool list_once(struct ctl *ctl, const struct arguments *arguments, int64_t *ret_count,
	struct error *error)
{
	const struct type *output = arguments->method->output;
	struct rows rows = { .ctl = ctl, .limit = arguments->limit };
	struct buffer params = { 0 };
	rows.type = type_find(output, "rows")->type->element;
	for (size_t i = 0; i < arguments->count; i++) {
		if (arguments->slots[i].filter)
			rows.filter = &arguments->slots[i];
	}
	arguments_json(arguments, &params);
	bool good = ctl_list(ctl, arguments->command->method, buffer_text(&params), each_row, &rows,
		error) || rows.stopped;
	buffer_free(&params);
	if (rows.printer != NULL)
		printer_end(rows.printer);
	*ret_count = rows.count;
	return good;
}

static bool nothing_there(struct ctl *ctl, const struct arguments *arguments, struct error *error)
{
	for (size_t i = 0; i < arguments->count; i++) {
		const struct slot *slot = &arguments->slots[i];
		if (slot->filter)
			return error_set(error, ERROR_NOT_FOUND, "", "no %s %.40s is recorded",
				arguments->command->noun, slot->typed);
	}
	if (ctl->output == OUTPUT_JSON || ctl->output == OUTPUT_CSV) {
		const struct type *output = arguments->method->output;
		printer_end(printer_new(ctl, type_find(output, "rows")->type->element));
	} else if (ctl->out_terminal) {
		ctl_say(ctl, "no %s", arguments->command->noun);
	}
	return true;
}

static bool run_list(struct ctl *ctl, struct arguments *arguments, struct error *error)
{
	struct buffer memory = { 0 };
	int64_t count = 0;
	bool changed = false;
	struct error first = { 0 };
	bool good = list_once(ctl, arguments, &count, &first);
	if ((good && count == 0) || (!good && first.id == ERROR_NOT_FOUND)) {
		bool resolved = resolve_slots(ctl, arguments, &memory, &changed, error);
		if (!resolved || changed)
			good = resolved && list_once(ctl, arguments, &count, error);
	}
	if (!good && error->id == ERROR_NONE)
		*error = first;
	buffer_free(&memory);
	return good && (count > 0 || nothing_there(ctl, arguments, error));
}

/* ---- calls ---- */

static bool call_once(struct ctl *ctl, const struct arguments *arguments, struct reply *ret_reply,
	struct error *error)
{
	struct buffer params = { 0 };
	arguments_json(arguments, &params);
	bool good = ctl_call(ctl, arguments->command->method, buffer_text(&params), ret_reply, error);
	buffer_free(&params);
	return good;
}

static bool call_resolved(struct ctl *ctl, struct arguments *arguments, struct buffer *memory,
	struct reply *ret_reply, struct error *error)
{
	bool changed = false;
	struct error first = { 0 };
	if (call_once(ctl, arguments, ret_reply, &first))
		return true;
	if (first.id == ERROR_NOT_FOUND) {
		if (!resolve_slots(ctl, arguments, memory, &changed, error))
			return false;
		if (changed)
			return call_once(ctl, arguments, ret_reply, error);
	}
	*error = first;
	return false;
}

static void say_decision(const struct ctl *ctl, const struct value *decision)
{
	struct buffer text = { 0 };
	if (ctl->output != OUTPUT_TABLE || decision == NULL)
		return;
	why_summary(decision, &text);
	ctl_say(ctl, "%s", buffer_text(&text));
	buffer_free(&text);
}

void command_answer(struct ctl *ctl, const struct interface_member *method,
	const struct reply *reply)
{
	const struct value *receipt = value_get(reply->parameters, "receipt");
	const struct value *sheet = value_get(reply->parameters, "sheet");
	if (ctl->output == OUTPUT_TABLE && value_get(sheet, "floor_cents") != NULL) {
		sheet_print(sheet);
		return;
	}
	if (receipt == NULL || ctl->output == OUTPUT_JSON) {
		render_reply(ctl, method, reply->parameters);
		return;
	}
	ctl_print_receipt(ctl, receipt);
	say_decision(ctl, value_get(reply->parameters, "decision"));
}

/* What ctl_fail needs to tell of a write: what is in doubt, and what would pass. */
struct telling {
	struct buffer doubt, before, after, memory;
};

static void prepare_telling(struct ctl *ctl, const struct arguments *arguments,
	struct telling *telling)
{
	const char *verb = arguments->command->verb;
	buffer_printf(&telling->doubt, "%s%s%s", arguments->command->noun, verb == NULL ? "" : " ",
		verb == NULL ? "" : verb);
	if (arguments->count > 0 && arguments->slots[0].typed != NULL)
		buffer_printf(&telling->doubt, " %s", arguments->slots[0].typed);
	buffer_append_text(&telling->doubt, " may or may not have been done");
	ctl->doubt = buffer_text(&telling->doubt);
	if (arguments_around(arguments, ctl, "mass_g", &telling->before, &telling->after)) {
		ctl->pass_before = buffer_text(&telling->before);
		ctl->pass_after = buffer_text(&telling->after);
	}
}

static bool run_call(struct ctl *ctl, struct arguments *arguments, struct telling *telling,
	struct error *error)
{
	struct reply reply = { 0 };
	if (type_find(arguments->method->input, "command") != NULL)
		prepare_telling(ctl, arguments, telling);
	if (!call_resolved(ctl, arguments, &telling->memory, &reply, error))
		return false;
	command_answer(ctl, arguments->method, &reply);
	reply_free(&reply);
	return true;
}

static void show_equal_line(struct ctl *ctl, const struct arguments *arguments)
{
	struct buffer line = { 0 };
	arguments_line(arguments, ctl, &line);
	ctl_say(ctl, "the same in one line: %s", buffer_text(&line));
	buffer_free(&line);
}

static int run_words(struct ctl *ctl, int argc, char **argv)
{
	struct arguments arguments;
	struct telling telling = { 0 };
	struct error error = { 0 };
	arguments_open(&arguments, ctl, ctl->command);
	bool good = arguments_read(&arguments, ctl, argc, argv, &error);
	if (good && arguments.asked)
		show_equal_line(ctl, &arguments);
	bool list = type_find(arguments.method->output, "rows") != NULL;
	if (good)
		good = list ? run_list(ctl, &arguments, &error) :
			run_call(ctl, &arguments, &telling, &error);
	int status = good ? 0 : ctl_fail(ctl, &error);
	ctl->doubt = ctl->pass_before = ctl->pass_after = NULL;
	buffer_free(&telling.doubt);
	buffer_free(&telling.before);
	buffer_free(&telling.after);
	buffer_free(&telling.memory);
	arguments_close(&arguments);
	return status;
}

int command_generic(struct ctl *ctl, int argc, char **argv)
{
	return run_words(ctl, argc, argv);
}

/* ---- status ---- */

int command_status(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct reply reply = { 0 };
	struct buffer text = { 0 };
	struct status_options options = { .all = ctl_take_flag(&argc, argv, "--all"),
		.colour = ctl->out_terminal, .past = ctl->past != NULL };
	if (!ctl_words(argc, argv, 0, 0, &error) ||
	    !ctl_call(ctl, "Evidence.Status", NULL, &reply, &error))
		return ctl_fail(ctl, &error);
	if (ctl->output == OUTPUT_TABLE)
		status_render(reply.parameters, &options, &text);
	else if (ctl->output == OUTPUT_JSON)
		value_write(reply.parameters, &text);
	else
		ctl_print_rows(ctl, "Position", value_get(reply.parameters, "positions"));
	if (ctl->output == OUTPUT_JSON)
		buffer_append_byte(&text, '\n');
	fputs(buffer_text(&text), stdout);
	buffer_free(&text);
	reply_free(&reply);
	return 0;
}

int command_start(struct ctl *ctl, int argc, char **argv)
{
	int status = command_status(ctl, argc, argv);
	static const char tries[] =
		"\nTry\n"
		"  vaultctl whoami          who you are here, and your duties\n"
		"  vaultctl inbox           what waits for you\n"
		"  vaultctl commodity       what the reserve holds; then vaultctl commodity CODE\n"
		"  vaultctl request new     ask for metal, question by question\n"
		"  vaultctl why R-…         why a request was decided as it was\n"
		"  vaultctl help            all commands; vaultctl help request tells all about one\n";
	if (ctl->output == OUTPUT_TABLE && ctl->past == NULL)
		fputs(tries, status == 0 ? stdout : stderr);
	return status;
}

/* ---- the small ones ---- */

/* Without a code it is one's own key; who one is, vaultd says. */
int command_key_rotate(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct reply reply = { 0 };
	char code[CODE_MAX] = "";
	if (argc > 0 && argv[0][0] != '-')
		return run_words(ctl, argc, argv);
	if (!ctl_call(ctl, "Evidence.WhoAmI", NULL, &reply, &error))
		return ctl_fail(ctl, &error);
	bool known = text_copy(code, sizeof code, value_get_text(reply.parameters, "person", "")) &&
		code[0] != '\0';
	reply_free(&reply);
	enum { WORDS_MAX = 64 };
	char *words[WORDS_MAX] = { code };
	if (!known || argc + 2 > WORDS_MAX) {
		error_set(&error, ERROR_INVALID, "", "it is not clear whose key is to be replaced");
		error_remedy(&error, "vaultctl key rotate CODE --key FILE --because TEXT");
		return ctl_fail(ctl, &error);
	}
	memcpy(words + 1, argv, (size_t)argc * sizeof *argv);
	return run_words(ctl, argc + 1, words);
}

int command_sql(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct reply reply = { 0 };
	const char *dump = NULL;
	if (!ctl_take_option(&argc, argv, "--dump", &dump, &error) ||
	    !ctl_words(argc, argv, 0, 0, &error) ||
	    !ctl_call(ctl, "Evidence.Sql", NULL, &reply, &error))
		return ctl_fail(ctl, &error);
	const char *command = value_get_text(reply.parameters, "command", "");
	struct buffer script = { 0 };
	if (dump != NULL)
		dump_script(&script, command, dump);
	else
		buffer_printf(&script, "%s\n", command);
	fwrite(script.bytes, 1, script.length, stdout);
	buffer_free(&script);
	reply_free(&reply);
	return 0;
}

static bool print_reply(void *context, const struct value *parameters, struct error *error)
{
	struct buffer text = { 0 };
	(void)context;
	(void)error;
	if (parameters == NULL)
		buffer_append_text(&text, "{}");
	else
		value_write(parameters, &text);
	puts(buffer_text(&text));
	fflush(stdout);
	buffer_free(&text);
	return true;
}

/* Whatever the method is; one that streams is called again with more. */
static bool call_any(struct ctl *ctl, const char *method, const char *params, struct error *error)
{
	struct reply reply = { 0 };
	struct error first = { 0 };
	if (ctl_call(ctl, method, params, &reply, &first)) {
		print_reply(NULL, reply.parameters, error);
		reply_free(&reply);
		return true;
	}
	if (ctl->failure.error != NULL &&
	    text_equal(ctl->failure.error, SERVICE_ERROR("ExpectedMore")))
		return ctl_call_more(ctl, method, params, print_reply, NULL, error);
	*error = first;
	return false;
}

int command_call(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct buffer text = { 0 }, params = { 0 };
	ctl->output = OUTPUT_JSON;
	bool good = ctl_words(argc, argv, 1, 2, &error);
	if (good && argc == 2 && text_equal(argv[1], "-"))
		good = ctl_read_file("-", WIRE_MESSAGE_MAX, &text, &error);
	else if (good)
		buffer_append_text(&text, argc == 2 ? argv[1] : "{}");
	good = good && value_compact(text.bytes, text.length, &params, &error) &&
		call_any(ctl, argv[0], buffer_text(&params), &error);
	buffer_free(&text);
	buffer_free(&params);
	return good ? 0 : ctl_fail(ctl, &error);
}

int command_version(struct ctl *ctl, int argc, char **argv)
{
	(void)ctl;
	(void)argc;
	(void)argv;
	puts("vaultctl " VAULT_VERSION);
	return 0;
}
