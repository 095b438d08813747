/*
 * `ledger consistency OLD [NEW]`: that a ledger of one size extends an earlier one, of vaultd or of an
 * export, and the checking of such a proof, which needs it, the earlier checkpoint and a key.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "ledger/consistency.h"
#include "vaultctl/ledger_keys.h"
#include "vaultctl/ledger_source.h"
#include "vaultctl/special.h"
#include "vaultctl/units.h"

enum { PROOF_FILE_MAX = CHECKPOINT_NOTE_MAX + 8192 };

/* One of the two: a size, or a file that holds a signed checkpoint of it. */
struct end {
	int64_t size;             /* -1: not said */
	bool of_file;
	struct checkpoint checkpoint;
	struct buffer note;
};

static bool take_end(const char *given, const struct ledger_keys *keys, struct end *end,
	struct error *error)
{
	struct error cause = { 0 };
	end->size = -1;
	if (given == NULL)
		return true;
	if (text_to_int(given, &end->size))
		return end->size >= 0 || error_set(error, ERROR_INVALID, "", "sizes are from 0 up");
	if (!ctl_read_file(given, CHECKPOINT_NOTE_MAX, &end->note, error))
		return error_remedy(error, "Say a size in entries, or a file that holds a checkpoint");
	if (!checkpoint_open(end->note.bytes == NULL ? "" : end->note.bytes, end->note.length,
	    keys->items, keys->count, &end->checkpoint, &cause))
		return error_set(error, cause.id, "", "%.200s: %s", given, cause.message);
	end->of_file = true;
	end->size = end->checkpoint.size;
	return true;
}

/* A proof that ends in nothing signed proves nothing to anybody else. */
static bool choose_note(const struct ledger_consistency *consistency, const struct end *new,
	const struct buffer **ret_note, struct error *error)
{
	*ret_note = new->of_file ? &new->note : &consistency->checkpoint;
	if ((*ret_note)->length > 0)
		return true;
	error_set(error, ERROR_NOT_FOUND, "", "no signed checkpoint of %lld entries is kept here",
		(long long)consistency->new_size);
	return error_remedy(error, "Leave the second size out for the newest, or name a file that holds "
		"the checkpoint");
}

static bool check_ends(const struct ledger_consistency *consistency, const struct end *old,
	const struct end *new, struct error *error)
{
	const struct end *ends[] = { old, new };
	const struct hash *roots[] = { &consistency->old_root, &consistency->new_root };
	for (int i = 0; i < 2; i++) {
		if (!ends[i]->of_file || hash_equal(&ends[i]->checkpoint.root, roots[i]))
			continue;
		error_set(error, ERROR_LEDGER, "", "this ledger had another root at %lld entries: it is not "
			"the one whose checkpoint you hold", (long long)ends[i]->size);
		return error_remedy(error, "Keep both and show them to others: if one key signed both, its "
			"operator showed two histories");
	}
	return true;
}

static void print_text(const struct ctl *ctl, const struct ledger_consistency *consistency,
	const struct buffer *proof)
{
	struct buffer out = { 0 };
	struct json json;
	if (ctl->output != OUTPUT_JSON) {
		fwrite(proof->bytes, 1, proof->length, stdout);
		return;
	}
	json_begin(&json, &out, false);
	json_open_object(&json);
	json_key(&json, "old_size");
	json_int(&json, consistency->old_size);
	json_key(&json, "new_size");
	json_int(&json, consistency->new_size);
	json_key(&json, "proof");
	json_text_n(&json, proof->bytes, proof->length);
	json_close_object(&json);
	puts(buffer_text(&out));
	buffer_free(&out);
}

static bool print_proof(struct ledger_source *source, const struct end *old, const struct end *new,
	struct error *error)
{
	struct ledger_consistency consistency = { 0 };
	const struct buffer *note = NULL;
	struct buffer proof = { 0 };
	if (!ledger_source_consistency(source, old->size, new->size, &consistency, error))
		return false;
	bool good = choose_note(&consistency, new, &note, error) &&
		check_ends(&consistency, old, new, error);
	if (good) {
		consistency_append(&proof, old->size, &consistency.path, note->bytes, note->length);
		print_text(source->ctl, &consistency, &proof);
	}
	if (good && old->of_file)
		ctl_say(source->ctl, "The ledger of %lld entries extends the checkpoint of %lld that you "
			"hold.", (long long)consistency.new_size, (long long)consistency.old_size);
	buffer_free(&proof);
	buffer_free(&consistency.checkpoint);
	return good;
}

static bool prove(struct ctl *ctl, const char *directory, const struct ledger_keys *keys,
	const char *old_word, const char *new_word, struct error *error)
{
	struct end old = { 0 }, new = { 0 };
	struct ledger_source source;
	bool good = take_end(old_word, keys, &old, error) && take_end(new_word, keys, &new, error);
	if (good && new.size >= 0 && new.size < old.size)
		good = error_set(error, ERROR_INVALID, "", "the smaller size comes first");
	if (good && (good = ledger_source_open(&source, ctl, directory, error))) {
		good = print_proof(&source, &old, &new, error);
		ledger_source_close(&source);
	}
	buffer_free(&old.note);
	buffer_free(&new.note);
	return good;
}

/* ---- verifying ---- */

static void print_holds(const struct ctl *ctl, const struct consistency *proof,
	const struct checkpoint *checkpoint)
{
	char old[UNIT_TEXT], new[UNIT_TEXT];
	unit_show_count(proof->old_size, old);
	unit_show_count(checkpoint->size, new);
	if (ctl->output == OUTPUT_JSON)
		printf("{\"holds\":true,\"origin\":\"%s\",\"old_size\":%lld,\"new_size\":%lld}\n",
			checkpoint->origin, (long long)proof->old_size, (long long)checkpoint->size);
	else
		printf("This proof holds: the ledger of %s entries that %s signed extends the one of %s.\n"
			"Of what stood in the earlier one nothing was changed and nothing taken away.\n", new,
			checkpoint->origin, old);
}

static bool verify(const struct ctl *ctl, const char *file, const char *old_file,
	const struct ledger_keys *keys, struct error *error)
{
	struct buffer bytes = { 0 };
	struct consistency proof;
	struct checkpoint checkpoint;
	struct end old = { 0 };
	if (old_file == NULL || keys->count == 0) {
		error_set(error, ERROR_INVALID, "", "%s is missing: %s", old_file == NULL ? "--old" : "--key",
			old_file == NULL ? "a proof is held against the earlier checkpoint, which you have" :
			"without the log's verifier key nobody vouches for anything");
		return error_remedy(error, "vaultctl ledger consistency --verify FILE --old CHECKPOINT --key "
			"reserve.vkey");
	}
	bool good = take_end(old_file, keys, &old, error) &&
		(old.of_file || error_set(error, ERROR_INVALID, "", "--old names a file that holds the "
		"earlier checkpoint")) && ctl_read_file(file, PROOF_FILE_MAX, &bytes, error) &&
		consistency_parse(bytes.bytes == NULL ? "" : bytes.bytes, bytes.length, &proof, error);
	if (good && proof.old_size != old.size)
		good = error_set(error, ERROR_LEDGER, "", "the proof is about a ledger of %lld entries, and "
			"your checkpoint of %lld", (long long)proof.old_size, (long long)old.size);
	good = good && consistency_verify(&proof, &old.checkpoint.root, keys->items, keys->count,
		&checkpoint, error);
	if (good && !text_equal(checkpoint.origin, old.checkpoint.origin))
		good = error_set(error, ERROR_LEDGER, "", "the two checkpoints are of different logs, %s and %s",
			old.checkpoint.origin, checkpoint.origin);
	if (good)
		print_holds(ctl, &proof, &checkpoint);
	buffer_free(&old.note);
	buffer_free(&bytes);
	return good;
}

int ledger_consistency_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct ledger_keys keys = { 0 };
	const char *directory = NULL, *file = NULL, *old = NULL;
	bool good = ctl_take_option(&argc, argv, "--ledger", &directory, &error)
		&& ctl_take_option(&argc, argv, "--verify", &file, &error)
		&& ctl_take_option(&argc, argv, "--old", &old, &error)
		&& ledger_keys_take(&keys, &argc, argv, &error)
		&& ctl_words(argc, argv, file != NULL ? 0 : 1, file != NULL ? 0 : 2, &error);
	if (good)
		good = file != NULL ? verify(ctl, file, old, &keys, &error) :
			prove(ctl, directory, &keys, argv[0], argc > 1 ? argv[1] : NULL, &error);
	ledger_keys_clear(&keys);
	return good ? 0 : ctl_fail(ctl, &error);
}
