/*
 * `ledger checkpoint | export | verify | prove`. Verifying and proving from a folder need no daemon and
 * no database; export only copies what vaultd hands out and refuses what its checkpoint does not cover.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "ledger/checkpoint.h"
#include "ledger/export.h"
#include "ledger/proof.h"
#include "vaultctl/key.h"
#include "vaultctl/ledger_keys.h"
#include "vaultctl/ledger_policy.h"
#include "vaultctl/ledger_prove.h"
#include "vaultctl/offline/verify.h"
#include "vaultctl/special.h"
#include "vaultctl/units.h"

/* ---- keys given ---- */

void ledger_keys_clear(struct ledger_keys *keys)
{
	free(keys->items);
	*keys = (struct ledger_keys){ 0 };
}

static bool add_key(struct ledger_keys *keys, const char *given, struct error *error)
{
	keys->items = reallocarray(keys->items, keys->count + 1, sizeof *keys->items);
	if (keys->items == NULL)
		abort();
	if (!key_read_verifier(given, &keys->items[keys->count], error))
		return false;
	keys->count++;
	return true;
}

bool ledger_keys_take_as(struct ledger_keys *keys, const char *option, int *argc, char **argv,
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
		else if (!add_key(keys, given, error))
			return false;
	}
	*argc = kept;
	argv[kept] = NULL;
	return true;
}

bool ledger_keys_take(struct ledger_keys *keys, int *argc, char **argv, struct error *error)
{
	return ledger_keys_take_as(keys, "--key", argc, argv, error);
}

static bool take_number(int *argc, char **argv, const char *name, int64_t most, int64_t *ret,
	struct error *error)
{
	const char *given = NULL;
	int64_t number;
	if (!ctl_take_option(argc, argv, name, &given, error))
		return false;
	if (given == NULL)
		return true;
	if (!text_to_int(given, &number) || number < 1 || number > most)
		return error_set(error, ERROR_INVALID, "", "%s takes a number from 1 to %lld", name,
			(long long)most);
	*ret = number;
	return true;
}

/* ---- checkpoint ---- */

/* The newest one, or the newest that --quorum witnesses have cosigned. */
static bool ask_checkpoint(struct ctl *ctl, int *argc, char **argv, int words, int64_t *ret_quorum,
	struct reply *reply, struct error *error)
{
	int64_t quorum = 0;
	char params[48] = "{}";
	if (!take_number(argc, argv, "--quorum", WITNESSES_MAX, &quorum, error) ||
	    !ctl_words(*argc, argv, words, words, error))
		return false;
	if (quorum > 0)
		snprintf(params, sizeof params, "{\"quorum\":%lld}", (long long)quorum);
	*ret_quorum = quorum;
	return ctl_call(ctl, "Evidence.GetCheckpoint", params, reply, error);
}

int ledger_checkpoint_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct reply reply;
	int64_t quorum;
	if (!ask_checkpoint(ctl, &argc, argv, 0, &quorum, &reply, &error))
		return ctl_fail(ctl, &error);
	const struct value *checkpoint = value_get(reply.parameters, "checkpoint");
	if (ctl->output == OUTPUT_JSON || ctl->output == OUTPUT_CSV)
		ctl_print_object(ctl, "Checkpoint", checkpoint);
	else
		fputs(value_get_text(checkpoint, "note", ""), stdout);
	reply_free(&reply);
	return 0;
}

/* ---- export ---- */

struct copying {
	struct export_writer *writer;
	struct ctl_progress progress;
	int64_t size;              /* of the checkpoint */
	bool quorum;               /* which is the newest that enough witnesses cosigned */
	struct buffer entry;
};

static bool copy_entries(void *context, const struct value *parameters, struct error *error)
{
	struct copying *copying = context;
	const struct value *entries = value_get(parameters, "entries");
	int64_t index = value_get_int(parameters, "index", -1);
	for (size_t i = 0; i < value_count(entries); i++, index++) {
		const char *base64 = value_text(value_at(entries, i), "");
		if (index >= copying->size)
			return true;
		if (index != export_writer_size(copying->writer))
			return error_set(error, ERROR_LEDGER, "", "vaultd sent entry %lld where %lld is due",
				(long long)index, (long long)export_writer_size(copying->writer));
		buffer_clear(&copying->entry);
		if (!base64_decode(base64, strlen(base64), &copying->entry))
			return error_set(error, ERROR_LEDGER, "", "entry %lld is not base64",
				(long long)index);
		if (!export_writer_append(copying->writer, copying->entry.bytes, copying->entry.length,
			error))
			return false;
	}
	ctl_progress_set(&copying->progress, export_writer_size(copying->writer));
	return true;
}

static bool copy_missing(struct ctl *ctl, struct copying *copying, struct error *error)
{
	char params[96];
	int64_t from = export_writer_size(copying->writer);
	if (from > copying->size && copying->quorum)
		return error_set(error, ERROR_CONFLICT, "", "the folder holds %lld entries already, and the "
			"newest checkpoint that so many witnesses cosigned has %lld", (long long)from,
			(long long)copying->size);
	if (from > copying->size)
		return error_set(error, ERROR_LEDGER, "", "the folder holds %lld entries and the ledger "
			"%lld: it is of another reserve, or the ledger was rolled back", (long long)from,
			(long long)copying->size);
	if (from == copying->size)
		return true;
	snprintf(params, sizeof params, "{\"from\":%lld,\"to\":%lld}", (long long)from,
		(long long)copying->size);
	if (!ctl_call_more(ctl, "Evidence.Entries", params, copy_entries, copying, error))
		return false;
	return export_writer_size(copying->writer) == copying->size
		|| error_set(error, ERROR_LEDGER, "", "vaultd sent %lld entries of %lld",
			(long long)export_writer_size(copying->writer), (long long)copying->size);
}

/* The new note; where the folder has that checkpoint already, with the lines that only the folder has. */
static void merge_note(const char *directory, const char *note, struct buffer *out)
{
	struct export_reader *reader;
	struct note now, new;
	struct error ignored = { 0 };
	size_t length;
	buffer_append_text(out, note);
	if (!export_reader_open(directory, NULL, 0, &reader, &ignored))
		return;
	const char *kept = export_reader_note(reader, &length);
	if (note_parse(kept, length, &now, &ignored) && note_parse(note, strlen(note), &new, &ignored) &&
	    now.text_length == new.text_length && memcmp(now.text, new.text, now.text_length) == 0) {
		buffer_clear(out);
		export_merge(out, &now, &new);
	}
	export_reader_close(reader);
}

static bool export_to(struct ctl *ctl, const char *directory, const struct value *checkpoint,
	bool quorum, int64_t *ret_before, struct error *error)
{
	struct copying copying = { .size = value_get_int(checkpoint, "size", 0), .quorum = quorum };
	struct buffer note = { 0 };
	if (!export_writer_open(directory, NULL, 0, &copying.writer, error))
		return false;
	*ret_before = export_writer_size(copying.writer);
	ctl_progress_begin(&copying.progress, ctl, "copying entries", copying.size);
	bool good = copy_missing(ctl, &copying, error);
	ctl_progress_end(&copying.progress);
	/* the same checkpoint again needs no writing, a newer signature of the same size does no harm */
	merge_note(directory, value_get_text(checkpoint, "note", ""), &note);
	good = good && export_writer_finish(copying.writer, note.bytes, note.length, error);
	export_writer_close(copying.writer);
	buffer_free(&note);
	buffer_free(&copying.entry);
	return good;
}

int ledger_export_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct reply reply;
	int64_t before = 0, quorum;
	if (!ask_checkpoint(ctl, &argc, argv, 1, &quorum, &reply, &error))
		return ctl_fail(ctl, &error);
	const struct value *checkpoint = value_get(reply.parameters, "checkpoint");
	long long size = (long long)value_get_int(checkpoint, "size", 0);
	bool good = export_to(ctl, argv[0], checkpoint, quorum > 0, &before, &error);
	if (good && ctl->output == OUTPUT_JSON)
		printf("{\"entries\":%lld,\"new\":%lld,\"root\":\"%s\"}\n", size, size - (long long)before,
			value_get_text(checkpoint, "root", ""));
	else if (good)
		printf("exported %lld entries to %s, %lld of them new\nroot %s\n", size, argv[0],
			size - (long long)before, value_get_text(checkpoint, "root", ""));
	reply_free(&reply);
	if (!good)
		return ctl_fail(ctl, &error);
	ctl_next(ctl, "vaultctl ledger verify %s", argv[0]);
	return 0;
}

/* ---- verify ---- */

static void show_progress(void *context, int64_t done, int64_t total)
{
	struct ctl_progress *progress = context;
	progress->total = total;
	ctl_progress_set(progress, done);
}

/* Who cosigned the checkpoint that was verified, and whether that is enough. */
static bool check_policy(const char *directory, const struct ledger_policy *policy,
	const struct checkpoint *verified, struct policy_result *ret_result, struct error *error)
{
	struct export_reader *reader;
	size_t length;
	if (!export_reader_open(directory, NULL, 0, &reader, error))
		return false;
	const struct checkpoint *checkpoint = export_reader_checkpoint(reader);
	const char *note = export_reader_note(reader, &length);
	bool same = checkpoint->size == verified->size && hash_equal(&checkpoint->root, &verified->root);
	bool good = (same || error_set(error, ERROR_CONFLICT, "",
		"the export went on while it was verified")) &&
		ledger_policy_holds(policy, note, length, ret_result, error);
	export_reader_close(reader);
	return good;
}

static void print_verified(const struct ctl *ctl, const struct offline_result *result,
	const struct offline_check *check, const struct ledger_policy *policy,
	const struct policy_result *witnesses)
{
	struct buffer root = { 0 };
	char last[UNIT_TEXT] = "-", entries[UNIT_TEXT], signatures[UNIT_TEXT];
	base64_append(&root, result->checkpoint.root.bytes, HASH_SIZE);
	unit_show_count(result->checkpoint.size, entries);
	unit_show_count(result->signatures, signatures);
	if (result->last_at != TIME_NONE)
		unit_show_time(result->last_at, last);
	if (ctl->output == OUTPUT_JSON) {
		printf("{\"origin\":\"%s\",\"entries\":%lld,\"root\":\"%s\",\"pinned\":%s,"
			"\"signatures\":%lld,\"documents\":%lld,\"plans\":%lld,\"cosigned\":%zu}\n",
			result->checkpoint.origin,
			(long long)result->checkpoint.size, buffer_text(&root),
			result->pinned ? "true" : "false", (long long)result->signatures,
			(long long)result->documents, (long long)result->plans, witnesses->cosigned);
	} else {
		printf("verified: %s entries of %s\n", entries, result->checkpoint.origin);
		printf("root       %s\n", buffer_text(&root));
		if (check->hashes_only)
			puts("checked    hashes, tree, checkpoint (entries were not read)");
		else
			printf("last entry %s; %s signatures of persons hold\n", last, signatures);
		if (result->plans > 0)
			printf("plans      %lld, each as its hash says\n", (long long)result->plans);
		puts(result->pinned ? "log key    as given"
			: "log key    as entry 0 names it: pinned by nothing; give --key to pin it");
		ledger_policy_print(policy, witnesses);
	}
	buffer_free(&root);
}

int ledger_verify_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct ledger_keys keys = { 0 };
	struct ledger_policy policy = { 0 };
	struct offline_result result;
	struct ctl_progress progress;
	int64_t threads = 0;
	bool hashes_only = ctl_take_flag(&argc, argv, "--hashes");
	bool good = ledger_keys_take(&keys, &argc, argv, &error)
		&& ledger_policy_take(&policy, &keys, &argc, argv, &error)
		&& take_number(&argc, argv, "--threads", 64, &threads, &error)
		&& ctl_words(argc, argv, 1, 1, &error);
	if (good) {
		const struct offline_check check = { .keys = keys.items, .key_count = keys.count,
			.threads = (int)threads, .hashes_only = hashes_only, .progress = show_progress,
			.context = &progress };
		struct policy_result witnesses;
		ctl_progress_begin(&progress, ctl, "verifying", 0);
		good = offline_verify(argv[0], &check, &result, &error);
		ctl_progress_end(&progress);
		good = good && check_policy(argv[0], &policy, &result.checkpoint, &witnesses, &error);
		if (good)
			print_verified(ctl, &result, &check, &policy, &witnesses);
	}
	ledger_policy_clear(&policy);
	ledger_keys_clear(&keys);
	return good ? 0 : ctl_fail(ctl, &error);
}

/* ---- prove ---- */

bool ledger_quorum_take(int *argc, char **argv, int64_t *ret_quorum, struct error *error)
{
	*ret_quorum = 0;
	return take_number(argc, argv, "--quorum", WITNESSES_MAX, ret_quorum, error);
}

void ledger_prove_params(char *to, size_t size, int64_t index, int64_t quorum)
{
	if (quorum > 0)
		snprintf(to, size, "{\"index\":%lld,\"quorum\":%lld}", (long long)index, (long long)quorum);
	else
		snprintf(to, size, "{\"index\":%lld}", (long long)index);
}

/* A proof from damaged tiles would be found out by whoever checks it, who could not know why. */
static bool inclusion_holds(struct export_reader *reader, int64_t index, const struct tree_path *path,
	struct error *error)
{
	const struct checkpoint *checkpoint = export_reader_checkpoint(reader);
	struct hasher *hasher;
	struct hash leaf;
	const uint8_t *bytes;
	size_t length;
	if (!export_reader_entry(reader, index, &bytes, &length, error))
		return false;
	hasher = hasher_new();
	hasher_leaf(hasher, bytes, length, &leaf);
	bool holds = tree_verify_inclusion(hasher, index, checkpoint->size, &leaf, &checkpoint->root,
		path->hashes, path->length);
	hasher_free(hasher);
	if (holds)
		return true;
	error_set(error, ERROR_LEDGER, "", "the export is damaged: its tiles do not lead from entry %lld to the "
		"root of its checkpoint", (long long)index);
	return error_remedy(error, "vaultctl ledger verify DIR names the file at fault");
}

static bool prove_offline(const char *directory, const struct ledger_keys *keys, int64_t index,
	struct error *error)
{
	struct export_reader *reader;
	struct tree_path path;
	struct buffer proof = { 0 };
	size_t length;
	if (!export_reader_open(directory, keys->items, keys->count, &reader, error))
		return false;
	int64_t size = export_reader_checkpoint(reader)->size;
	bool good = index < size || error_set(error, ERROR_NOT_FOUND, "",
		"there is no entry %lld: the export ends before %lld", (long long)index, (long long)size);
	good = good && export_reader_inclusion(reader, index, &path, error) &&
		inclusion_holds(reader, index, &path, error);
	if (good) {
		const char *note = export_reader_note(reader, &length);
		proof_append(&proof, index, &path, NULL, 0, note, length);
		fwrite(proof.bytes, 1, proof.length, stdout);
	}
	buffer_free(&proof);
	export_reader_close(reader);
	return good;
}

static bool prove_online(struct ctl *ctl, int64_t index, int64_t quorum, struct error *error)
{
	char params[96];
	struct reply reply;
	ledger_prove_params(params, sizeof params, index, quorum);
	if (!ctl_call(ctl, "Evidence.Prove", params, &reply, error))
		return false;
	fputs(value_get_text(reply.parameters, "proof", ""), stdout);
	reply_free(&reply);
	return true;
}

int ledger_prove_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct ledger_keys keys = { 0 };
	const char *directory = NULL;
	int64_t index = 0, quorum = 0;
	bool good = ctl_take_option(&argc, argv, "--ledger", &directory, &error)
		&& ledger_quorum_take(&argc, argv, &quorum, &error)
		&& ledger_keys_take(&keys, &argc, argv, &error) && ctl_words(argc, argv, 1, 1, &error);
	if (good && (!text_to_int(argv[0], &index) || index < 0))
		good = error_set(&error, ERROR_INVALID, "", "\"%.40s\" is no ledger index", argv[0]);
	if (good)
		good = directory != NULL ? prove_offline(directory, &keys, index, &error)
			: prove_online(ctl, index, quorum, &error);
	ledger_keys_clear(&keys);
	return good ? 0 : ctl_fail(ctl, &error);
}
