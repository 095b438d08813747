/* `found write` and `found`: the text that begins a reserve, and sending it once all have signed. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "ledger/note.h"
#include "vault/limits.h"
#include "vaultctl/key.h"
#include "vaultctl/offline/founding_check.h"
#include "vaultctl/special.h"

enum { FOUNDING_FILE_MAX = 2 * NOTE_TEXT_MAX + NOTE_SIGNATURES_MAX * 512 };

/* ---- found write ---- */

static bool append_keys(struct ctl *ctl, const char *origin, struct buffer *text,
	struct error *error)
{
	struct buffer params = { 0 };
	struct json json;
	struct reply reply;
	json_begin(&json, &params, false);
	json_open_object(&json);
	json_key(&json, "origin");
	json_text(&json, origin);
	json_close_object(&json);
	bool good = ctl_call(ctl, "Evidence.Keys", buffer_text(&params), &reply, error);
	buffer_free(&params);
	if (!good)
		return false;
	buffer_printf(text, "log %s\norders %s\n", value_get_text(reply.parameters, "log", ""),
		value_get_text(reply.parameters, "orders", ""));
	reply_free(&reply);
	return true;
}

/* CODE:DUTY[,DUTY]:FILE.vkey:NAME as a line of the text. */
static bool append_person(const char *given, struct buffer *text, struct error *error)
{
	char copy[1024], *rest = copy;
	struct verifier_key key;
	if (!text_copy(copy, sizeof copy, given))
		return error_set(error, ERROR_INVALID, "", "\"%.60s…\" is too long", given);
	const char *code = strsep(&rest, ":"), *duties = strsep(&rest, ":");
	const char *file = strsep(&rest, ":");
	if (file == NULL || rest == NULL || *rest == '\0') {
		error_set(error, ERROR_INVALID, "", "\"%.100s\" lacks a part", given);
		return error_remedy(error, "Write --person CODE:DUTY[,DUTY]:FILE.vkey:NAME, "
			"for instance lee:keeper:lee.vkey:\"Lee Ann\"");
	}
	if (!key_read_verifier(file, &key, error))
		return false;
	buffer_printf(text, "person %s %s ", code, duties);
	verifier_key_format(text, &key);
	buffer_printf(text, " %s\n", rest);
	return true;
}

/* CODE:MEMBER:FILE.vkey:NAME as a line of the text. */
static bool append_witness(const char *given, struct buffer *text, struct error *error)
{
	char copy[1024], *rest = copy;
	struct verifier_key key;
	if (!text_copy(copy, sizeof copy, given))
		return error_set(error, ERROR_INVALID, "", "\"%.60s…\" is too long", given);
	const char *code = strsep(&rest, ":"), *member = strsep(&rest, ":");
	const char *file = strsep(&rest, ":");
	if (file == NULL || rest == NULL || *rest == '\0') {
		error_set(error, ERROR_INVALID, "", "\"%.100s\" lacks a part", given);
		return error_remedy(error, "Write --witness CODE:MEMBER:FILE.vkey:NAME, "
			"for instance jpn:JPN:jpn.vkey:Japan");
	}
	if (!key_read_verifier(file, &key, error))
		return false;
	buffer_printf(text, "witness %s %s ", code, member);
	verifier_key_format(text, &key);
	buffer_printf(text, " %s\n", rest);
	return true;
}

/* Every `option VALUE` in order, taken out of argv. */
static bool append_each(int *argc, char **argv, const char *option,
	bool (*append)(const char *, struct buffer *, struct error *), struct buffer *text,
	struct error *error)
{
	int kept = 0;
	size_t length = strlen(option);
	for (int i = 0; i < *argc; i++) {
		const char *given = NULL;
		if (strncmp(argv[i], option, length) == 0 && argv[i][length] == '=')
			given = argv[i] + length + 1;
		else if (text_equal(argv[i], option) && i + 1 < *argc)
			given = argv[++i];
		if (given == NULL)
			argv[kept++] = argv[i];
		else if (!append(given, text, error))
			return false;
	}
	*argc = kept;
	argv[kept] = NULL;
	return true;
}

struct founding_options {
	const char *origin, *notice, *lapse;
	bool demonstration;
};

static bool write_founding(struct ctl *ctl, const struct founding_options *options,
	const struct buffer *persons, struct buffer *text, struct error *error)
{
	buffer_printf(text, "projectvault.org/founding@v1\norigin %s\n", options->origin);
	if (!append_keys(ctl, options->origin, text, error))
		return false;
	buffer_append(text, persons->bytes, persons->length);
	if (options->notice != NULL)
		buffer_printf(text, "floor-notice-days %s\n", options->notice);
	if (options->lapse != NULL)
		buffer_printf(text, "order-lapse-days %s\n", options->lapse);
	if (options->demonstration)
		buffer_append_text(text, "demonstration yes\n");
	return founding_check_text(buffer_text(text), error);
}

int found_write_run(struct ctl *ctl, int argc, char **argv)
{
	struct founding_options options = { 0 };
	struct buffer persons = { 0 }, text = { 0 };
	struct error error = { 0 };
	options.demonstration = ctl_take_flag(&argc, argv, "--demonstration");
	bool good = ctl_take_option(&argc, argv, "--origin", &options.origin, &error)
		&& ctl_take_option(&argc, argv, "--floor-notice-days", &options.notice, &error)
		&& ctl_take_option(&argc, argv, "--order-lapse-days", &options.lapse, &error)
		&& append_each(&argc, argv, "--person", append_person, &persons, &error)
		&& append_each(&argc, argv, "--witness", append_witness, &persons, &error)
		&& ctl_words(argc, argv, 0, 0, &error);
	if (good && options.origin == NULL) {
		good = error_set(&error, ERROR_INVALID, "", "a reserve needs a name");
		error_remedy(&error, "Add --origin ORIGIN, for instance vault.example/reserve-log");
	}
	good = good && write_founding(ctl, &options, &persons, &text, &error);
	if (good)
		fputs(buffer_text(&text), stdout);
	buffer_free(&persons);
	buffer_free(&text);
	if (!good)
		return ctl_fail(ctl, &error);
	ctl_say(ctl, "Everybody named signs it with `vaultctl sign --offline FILE --key KEY`; then: "
		"vaultctl found FILE");
	return 0;
}

/* ---- found ---- */

static bool read_founding(const char *file, struct buffer *bytes, struct error *error)
{
	struct note note;
	struct buffer missing = { 0 };
	if (!ctl_read_file(file, FOUNDING_FILE_MAX, bytes, error)
		|| !note_parse(bytes->bytes, bytes->length, &note, error)
		|| !founding_check_signatures(&note, &missing, error))
		return false;
	bool good = missing.length == 0;
	if (!good) {
		error_set(error, ERROR_BAD_SIGNATURE, "", "no good signature yet of %s",
			buffer_text(&missing));
		error_remedy(error, "Each of them: vaultctl sign --offline %.200s --key FILE", file);
	}
	buffer_free(&missing);
	return good;
}

static bool send_founding(struct ctl *ctl, const struct buffer *note, struct error *error)
{
	struct reply reply;
	ctl->doubt = "the reserve may or may not have been founded";
	if (!ctl_call_note(ctl, "Evidence.Found", NULL, note, &reply, error))
		return false;
	ctl_print_receipt(ctl, value_get(reply.parameters, "receipt"));
	reply_free(&reply);
	return true;
}

int found_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct buffer note = { 0 };
	bool good = ctl_words(argc, argv, 1, 1, &error) && read_founding(argv[0], &note, &error)
		&& send_founding(ctl, &note, &error);
	buffer_free(&note);
	return good ? 0 : ctl_fail(ctl, &error);
}
