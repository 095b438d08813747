/*
 * `sign`, `submit`: a note is shown in plain words, asked about once, signed by the person's own key
 * and sent. With --offline the same without any daemon, on a machine of one's own.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "ledger/key.h"
#include "ledger/note.h"
#include "vault/limits.h"
#include "vaultctl/allocation.h"
#include "vaultctl/file.h"
#include "vaultctl/key.h"
#include "vaultctl/sign_text.h"
#include "vaultctl/special.h"

enum { NOTE_FILE_MAX = 2 * NOTE_TEXT_MAX + NOTE_SIGNATURES_MAX * 512, SIGN_AT_ONCE_MAX = 64 };

struct signing {
	struct ctl *ctl;
	struct key_choice choice;
	bool yes;
	const char *fetch, *offline;
	const char *sent_with;  /* the words that send what was signed offline */
};

/* ---- showing and asking ---- */

static bool show(const char *text, size_t length, struct error *error)
{
	struct buffer shown = { 0 };
	if (!sign_text_check(text, length, error))
		return false;
	sign_text_show(&shown, text, length);
	buffer_append_byte(&shown, '\n');
	/* stdout carries what is answered; what is asked about goes beside it */
	fputs(buffer_text(&shown), stderr);
	buffer_free(&shown);
	return true;
}

static bool agreed(const struct signing *signing, const char *what, const struct verifier_key *key,
	struct error *error)
{
	char question[256];
	bool yes = signing->yes;
	snprintf(question, sizeof question, "Sign %.80s as %.100s (key %08x)?", what, key->name,
		key->id);
	if (!yes && !ctl_ask_yes(question, &yes, error))
		return error_remedy(error, "Where nobody can be asked, say --yes");
	return yes || error_set(error, ERROR_INVALID, "", "nothing was signed");
}

/* ---- over the socket ---- */

/* One note to sign: what vaultd says of it. */
struct target {
	char id[CTL_ID];
	struct reply reply;
	const char *text;
};

static bool get(struct ctl *ctl, const char *method, const char *id, struct reply *ret_reply,
	struct error *error)
{
	struct buffer params = { 0 };
	struct json json;
	json_begin(&json, &params, false);
	json_open_object(&json);
	json_key(&json, "id");
	json_text(&json, id);
	json_close_object(&json);
	bool good = ctl_call(ctl, method, buffer_text(&params), ret_reply, error);
	buffer_free(&params);
	return good;
}

/* A loan, rotation, draw or sale is signed by the note of its order. */
static bool resolve_exchange(struct ctl *ctl, char id[CTL_ID], struct error *error)
{
	struct reply reply;
	if (strchr("BTVX", id[0]) == NULL || id[0] == '\0' || id[1] != '-')
		return true;
	if (!get(ctl, "Zone.GetExchange", id, &reply, error))
		return false;
	const char *order = value_get_text(value_get(reply.parameters, "exchange"), "release_order", "");
	if (*order != '\0')
		text_copy(id, CTL_ID, order);
	reply_free(&reply);
	return true;
}

static bool fetch(struct ctl *ctl, const char *given, struct target *target, struct error *error)
{
	if (!ctl_resolve(ctl, "document", given, target->id, error) ||
	    !resolve_exchange(ctl, target->id, error) ||
	    !get(ctl, "Evidence.GetDocument", target->id, &target->reply, error))
		return false;
	const struct value *document = value_get(target->reply.parameters, "document");
	const char *state = value_get_text(document, "state", "");
	target->text = value_get_text(document, "text", "");
	if (text_equal(state, "open") || ctl->id != NULL) /* asked again: vaultd knows the answer */
		return true;
	error_set(error, ERROR_ILLEGAL, "", "%s is %s: there is nothing to sign", target->id, state);
	reply_free(&target->reply);
	target->text = NULL;
	return false;
}

static bool who_am_i(struct ctl *ctl, char code[CODE_MAX], struct error *error)
{
	struct reply reply;
	if (!ctl_call(ctl, "Evidence.WhoAmI", NULL, &reply, error))
		return false;
	bool good = text_copy(code, CODE_MAX, value_get_text(reply.parameters, "person", ""));
	reply_free(&reply);
	return good || error_set(error, ERROR_INTERNAL, "", "vaultd names a person too long");
}

static bool send_note(struct ctl *ctl, const char *id, struct buffer *note, struct error *error)
{
	struct reply reply;
	ctl->doubt = "the signature may or may not have been recorded";
	if (!ctl_call_note(ctl, "Evidence.Submit", id, note, &reply, error))
		return false;
	ctl_print_receipt(ctl, value_get(reply.parameters, "receipt"));
	reply_free(&reply);
	return true;
}

static bool sign_target(struct ctl *ctl, const struct target *target, const struct signer *signer,
	const char *name, struct error *error)
{
	struct buffer note = { 0 };
	size_t length = strlen(target->text);
	buffer_append(&note, target->text, length);
	bool good = note_sign(&note, length, name, signer, error)
		&& send_note(ctl, target->id, &note, error);
	buffer_free(&note);
	return good;
}

/* All are shown, then one question is asked, then all are signed and sent. */
static bool sign_targets(struct signing *signing, const struct target *targets, size_t count,
	struct error *error)
{
	char code[CODE_MAX] = "", origin[160] = "", what[96];
	struct signer *signer;
	struct verifier_key key;
	for (size_t i = 0; i < count; i++) {
		if (!show(targets[i].text, strlen(targets[i].text), error) ||
		    !allocation_review(signing->ctl, targets[i].id, targets[i].text, error))
			return false;
	}
	sign_text_value(targets[0].text, strlen(targets[0].text), "reserve", origin, sizeof origin);
	if (!who_am_i(signing->ctl, code, error)
		|| !key_load(&signing->choice, code, origin[0] != '\0' ? origin : NULL, &signer, &key,
			error))
		return false;
	if (count == 1)
		text_copy(what, sizeof what, targets[0].id);
	else
		snprintf(what, sizeof what, "all %zu notes", count);
	bool good = agreed(signing, what, &key, error);
	for (size_t i = 0; good && i < count; i++)
		good = sign_target(signing->ctl, &targets[i], signer, key.name, error);
	signer_free(signer);
	return good;
}

static bool write_text_file(const char *path, const char *text, size_t length,
	struct error *error)
{
	if (text_equal(path, "-"))
		return fwrite(text, 1, length, stdout) == length
			|| error_set(error, ERROR_STORE, "", "stdout cannot be written");
	FILE *file = fopen(path, "wxe");
	if (file == NULL && errno == EEXIST)
		return error_set(error, ERROR_CONFLICT, "", "%s exists already", path);
	bool good = file != NULL && fwrite(text, 1, length, file) == length;
	int cause = errno;
	if (file != NULL && fclose(file) != 0)
		good = false;
	return good || error_set(error, ERROR_STORE, "", "%s cannot be written: %s", path,
		strerror(cause));
}

static bool sign_online(struct signing *signing, int count, char **ids, struct error *error)
{
	struct target *targets = calloc((size_t)count, sizeof *targets);
	size_t fetched = 0;
	bool good = true;
	if (targets == NULL)
		abort();
	while (good && fetched < (size_t)count) {
		good = fetch(signing->ctl, ids[fetched], &targets[fetched], error);
		fetched += good ? 1 : 0;
	}
	if (good && signing->fetch != NULL)
		good = write_text_file(signing->fetch, targets[0].text, strlen(targets[0].text), error);
	else if (good)
		good = sign_targets(signing, targets, fetched, error);
	for (size_t i = 0; i < fetched; i++)
		reply_free(&targets[i].reply);
	free(targets);
	if (good && signing->fetch != NULL)
		ctl_next(signing->ctl, "vaultctl sign --offline %s", signing->fetch);
	return good;
}

/* ---- files ---- */

/*
 * A note of a file, signed by somebody already or not yet: the length of its text. A lone empty line
 * at the end of an unsigned one is dropped.
 */
static bool text_of_file(struct buffer *bytes, size_t *ret_text_length, struct note *ret_note,
	struct error *error)
{
	struct error cause = { 0 };
	ret_note->signature_count = 0;
	if (note_parse(bytes->bytes, bytes->length, ret_note, &cause)) {
		*ret_text_length = ret_note->text_length;
		return true;
	}
	if (memmem(bytes->bytes, bytes->length, "\n\n\xe2\x80\x94 ", 6) != NULL)
		return error_set(error, ERROR_INVALID, "", "%s", cause.message);
	if (bytes->length >= 2 && memcmp(bytes->bytes + bytes->length - 2, "\n\n", 2) == 0)
		bytes->length--;
	*ret_text_length = bytes->length;
	return true;
}

/* A founding has no id, nor has a request, which says so in its first line. */
static const char *sent_with(const char *text, size_t length, char *ret_what, size_t size)
{
	static const char request[] = "projectvault.org/request@";
	if (sign_text_value(text, length, "id", ret_what, size))
		return "submit";
	if (length < sizeof request || memcmp(text, request, sizeof request - 1) != 0)
		return "found";
	text_copy(ret_what, size, "this request");
	return "request submit --note";
}

static bool sign_bytes(struct signing *signing, struct buffer *bytes, struct error *error)
{
	char origin[160] = "", what[96] = "this note";
	struct note note;
	struct signer *signer;
	struct verifier_key key;
	size_t length = 0;
	if (!text_of_file(bytes, &length, &note, error) || !show(bytes->bytes, length, error))
		return false;
	if (!sign_text_value(bytes->bytes, length, "reserve", origin, sizeof origin))
		sign_text_value(bytes->bytes, length, "origin", origin, sizeof origin);
	signing->sent_with = sent_with(bytes->bytes, length, what, sizeof what);
	const char *code = signing->ctl->as != NULL ? signing->ctl->as : "";
	if (!key_load(&signing->choice, code, origin[0] != '\0' ? origin : NULL, &signer, &key,
		error))
		return false;
	bool good = note.signature_count == 0 || note_find(&note, &key) == NULL
		|| error_set(error, ERROR_CONFLICT, "", "%s has signed this already", key.name);
	good = good && agreed(signing, what, &key, error)
		&& note_sign(bytes, length, key.name, signer, error);
	signer_free(signer);
	return good;
}

static bool sign_offline(struct signing *signing, struct error *error)
{
	struct buffer bytes = { 0 };
	bool good = ctl_read_file(signing->offline, NOTE_FILE_MAX, &bytes, error)
		&& sign_bytes(signing, &bytes, error);
	if (good && text_equal(signing->offline, "-"))
		good = fwrite(bytes.bytes, 1, bytes.length, stdout) == bytes.length;
	else if (good)
		good = file_replace(signing->offline, bytes.bytes, bytes.length, 0644, error);
	buffer_free(&bytes);
	return good;
}

/* ---- commands ---- */

static bool take_options(struct signing *signing, int *argc, char **argv, struct error *error)
{
	signing->yes = ctl_take_flag(argc, argv, "--yes");
	if (!key_choice_take(&signing->choice, argc, argv, error)
		|| !ctl_take_option(argc, argv, "--fetch", &signing->fetch, error)
		|| !ctl_take_option(argc, argv, "--offline", &signing->offline, error))
		return false;
	if (signing->offline != NULL && signing->fetch != NULL)
		return error_set(error, ERROR_INVALID, "", "--fetch and --offline exclude one another");
	if (signing->offline != NULL)
		return ctl_words(*argc, argv, 0, 0, error);
	return ctl_words(*argc, argv, 1, signing->fetch != NULL ? 1 : SIGN_AT_ONCE_MAX, error);
}

int sign_run(struct ctl *ctl, int argc, char **argv)
{
	struct signing signing = { .ctl = ctl };
	struct error error = { 0 };
	if (!take_options(&signing, &argc, argv, &error))
		return ctl_fail(ctl, &error);
	bool good = signing.offline != NULL ? sign_offline(&signing, &error)
		: sign_online(&signing, argc, argv, &error);
	if (!good)
		return ctl_fail(ctl, &error);
	if (signing.offline != NULL)
		ctl_say(ctl, "%s bears the signature now; when all have signed it is sent with: "
			"vaultctl %s %s", signing.offline, signing.sent_with, signing.offline);
	return 0;
}

static bool submit(struct ctl *ctl, const char *file, struct buffer *bytes, struct error *error)
{
	char id[32];
	struct note note;
	if (!ctl_read_file(file, NOTE_FILE_MAX, bytes, error)
		|| !note_parse(bytes->bytes, bytes->length, &note, error))
		return false;
	if (sign_text_value(note.text, note.text_length, "id", id, sizeof id))
		return send_note(ctl, id, bytes, error);
	error_set(error, ERROR_INVALID, "", "the note has no line \"id …\"");
	return error_remedy(error, "It is sent with: vaultctl %s %s",
		sent_with(note.text, note.text_length, id, sizeof id), file);
}

int submit_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct buffer bytes = { 0 };
	if (!ctl_words(argc, argv, 1, 1, &error))
		return ctl_fail(ctl, &error);
	bool good = submit(ctl, argv[0], &bytes, &error);
	buffer_free(&bytes);
	return good ? 0 : ctl_fail(ctl, &error);
}
