/*
 * `request write`: a member's request as a text, made and signed by the member's delegate on a
 * machine of their own, without any daemon. `request submit --note`: brings it. Between the two a
 * file or a pipe is enough, for instance one through ssh.
 */
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "ledger/key.h"
#include "ledger/note.h"
#include "vault/limits.h"
#include "vaultctl/arguments.h"
#include "vaultctl/commands.h"
#include "vaultctl/key.h"
#include "vaultctl/offline/request_check.h"
#include "vaultctl/sign_text.h"
#include "vaultctl/special.h"
#include "vaultctl/units.h"

enum { NOTE_MAX = 2 * REQUEST_TEXT_MAX + 1024 };

/* ---- writing ---- */

/* The lines of the text behind the reserve and the command id, and the parameters that they are. */
static const struct { const char *line, *parameter; } lines[] = {
	{ "member", "member" }, { "commodity", "commodity" }, { "mass-g", "mass_g" },
	{ "min-grade-ppm", "min_grade_ppm" }, { "need-by", "need_by" }, { "tier", "tier" },
	{ "purpose", "purpose" }, { "destination", "destination" }, { "consignee", "consignee" },
	{ "partial", "partial" },
};

static void write_lines(const struct value *parameters, struct buffer *text)
{
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		const struct value *value = value_get(parameters, lines[i].parameter);
		if (value_kind(value) == VALUE_INT)
			buffer_printf(text, "%s %lld\n", lines[i].line, (long long)value_int(value, 0));
		else if (value_kind(value) == VALUE_TEXT)
			buffer_printf(text, "%s %s\n", lines[i].line, value_text(value, ""));
		else if (value_bool(value, false))
			buffer_printf(text, "%s yes\n", lines[i].line);
	}
}

static bool write_text(const struct ctl *ctl, const struct arguments *arguments,
	const char *origin, struct buffer *text, struct error *error)
{
	struct buffer json = { 0 };
	struct value *parameters;
	char id[UUID_TEXT_SIZE];
	if (ctl->id == NULL || !text_copy(id, sizeof id, ctl->id))
		ctl_new_id(id);
	arguments_json(arguments, &json);
	bool good = value_parse(json.bytes, json.length, &parameters, error);
	buffer_free(&json);
	if (!good)
		return false;
	buffer_printf(text, "projectvault.org/request@v1\nreserve %s\ncommand %s\n", origin, id);
	write_lines(parameters, text);
	value_free(parameters);
	return request_check_text(buffer_text(text), origin, error);
}

/* Under which key, and for which reserve: a key is named for its reserve, ORIGIN/CODE. */
struct writing {
	struct key_choice choice;
	const char *reserve;   /* --reserve, or NULL */
	struct signer *signer; /* NULL: not signed here */
	struct verifier_key key;
	char origin[KEY_NAME_MAX];
};

static bool take_origin(struct writing *writing, struct error *error)
{
	if (writing->reserve != NULL && !text_copy(writing->origin, sizeof writing->origin,
	    writing->reserve))
		return error_set(error, ERROR_INVALID, "", "the name of the reserve is too long");
	if (writing->signer == NULL)
		return writing->reserve != NULL
			|| error_set(error, ERROR_INVALID, "", "for which reserve it is, is not known")
			|| error_remedy(error, "Name it with --reserve ORIGIN, or sign with --key FILE");
	const char *slash = strrchr(writing->key.name, '/');
	size_t length = slash != NULL ? (size_t)(slash - writing->key.name) : 0;
	if (length == 0)
		return error_set(error, ERROR_INVALID, "", "the key %s is not named ORIGIN/CODE",
			writing->key.name);
	if (writing->reserve == NULL) {
		memcpy(writing->origin, writing->key.name, length);
		writing->origin[length] = '\0';
	}
	return (strlen(writing->origin) == length &&
		memcmp(writing->origin, writing->key.name, length) == 0) || error_set(error,
		ERROR_INVALID, "", "%s is no key of the reserve %s", writing->key.name, writing->origin);
}

static bool open_key(const struct ctl *ctl, struct writing *writing, struct error *error)
{
	const char *code = ctl->as != NULL ? ctl->as : "";
	if (writing->choice.file != NULL && !key_load(&writing->choice, code, writing->reserve,
	    &writing->signer, &writing->key, error))
		return false;
	return take_origin(writing, error);
}

static bool write_note(struct ctl *ctl, struct writing *writing,
	const struct arguments *arguments, struct error *error)
{
	struct buffer note = { 0 };
	bool good = write_text(ctl, arguments, writing->origin, &note, error)
		&& (writing->signer == NULL
		|| note_sign(&note, note.length, writing->key.name, writing->signer, error));
	if (good)
		fwrite(note.bytes, 1, note.length, stdout);
	buffer_free(&note);
	return good;
}

int request_write_run(struct ctl *ctl, int argc, char **argv)
{
	struct writing writing = { .signer = NULL };
	struct arguments arguments;
	struct error error = { 0 };
	bool good = key_choice_take(&writing.choice, &argc, argv, &error)
		&& ctl_take_option(&argc, argv, "--reserve", &writing.reserve, &error);
	arguments_open(&arguments, ctl, ctl->command);
	good = good && arguments_read(&arguments, ctl, argc, argv, &error)
		&& open_key(ctl, &writing, &error) && write_note(ctl, &writing, &arguments, &error);
	if (good && writing.signer == NULL)
		ctl_next(ctl, "vaultctl sign --offline FILE, then vaultctl request submit --note FILE");
	arguments_close(&arguments);
	signer_free(writing.signer);
	return good ? 0 : ctl_fail(ctl, &error);
}

/* ---- bringing ---- */

/* What ctl_fail tells of it: the same request at the mass that would pass, to be signed anew. */
struct telling {
	struct buffer before, after;
};

static void add_option(struct buffer *to, const char *text, size_t length, const char *line,
	const char *option)
{
	char value[NAME_MAX_BYTES + 1];
	if (!sign_text_value(text, length, line, value, sizeof value))
		return;
	buffer_printf(to, " --%s", option);
	if (text_equal(option, "partial"))
		return;
	buffer_append_byte(to, ' ');
	ctl_quote(to, value);
	if (text_equal(line, "min-grade-ppm"))
		buffer_append_text(to, "ppm");
}

static void tell(struct ctl *ctl, const struct note *note, struct telling *telling)
{
	static const char *const options[][2] = { { "min-grade-ppm", "min-grade" },
		{ "need-by", "need-by" }, { "tier", "tier" }, { "purpose", "purpose" },
		{ "destination", "destination" }, { "consignee", "consignee" }, { "partial", "partial" } };
	char member[CODE_MAX] = "", commodity[CODE_MAX] = "";
	sign_text_value(note->text, note->text_length, "member", member, sizeof member);
	sign_text_value(note->text, note->text_length, "commodity", commodity, sizeof commodity);
	buffer_printf(&telling->before, "vaultctl request write %s %s ", member, commodity);
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		add_option(&telling->after, note->text, note->text_length, options[i][0], options[i][1]);
	buffer_append_text(&telling->after, " --key FILE | vaultctl request submit --note -");
	ctl->pass_before = buffer_text(&telling->before);
	ctl->pass_after = buffer_text(&telling->after);
}

static bool bring(struct ctl *ctl, const struct buffer *bytes, struct error *error)
{
	struct reply reply;
	ctl->doubt = "the request may or may not have been recorded";
	ctl->doubt_advice = "The note bears its own command id: bring the same one again.";
	if (!ctl_call_note(ctl, "Emergency.SubmitNote", NULL, bytes, &reply, error))
		return false;
	command_answer(ctl, ctl_method(ctl, "Emergency.SubmitNote"), &reply);
	reply_free(&reply);
	return true;
}

static int bring_file(struct ctl *ctl, const char *file)
{
	struct buffer bytes = { 0 };
	struct error error = { 0 };
	struct telling telling = { 0 };
	struct note note;
	bool good = ctl_read_file(file, NOTE_MAX, &bytes, &error)
		&& note_parse(bytes.bytes, bytes.length, &note, &error);
	if (good) {
		tell(ctl, &note, &telling);
		good = bring(ctl, &bytes, &error);
	}
	int status = good ? 0 : ctl_fail(ctl, &error);
	ctl->doubt = ctl->doubt_advice = ctl->pass_before = ctl->pass_after = NULL;
	buffer_free(&telling.before);
	buffer_free(&telling.after);
	buffer_free(&bytes);
	return status;
}

int request_submit_run(struct ctl *ctl, int argc, char **argv)
{
	const char *file = NULL;
	struct error error = { 0 };
	if (!ctl_take_option(&argc, argv, "--note", &file, &error))
		return ctl_fail(ctl, &error);
	if (file == NULL)
		return command_generic(ctl, argc, argv);
	if (!ctl_words(argc, argv, 0, 0, &error))
		return ctl_fail(ctl, &error);
	return bring_file(ctl, file);
}
