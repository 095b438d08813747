/*
 * `ledger cosign`: a member state's own program. It takes a checkpoint from vaultd or from an export, holds
 * it against the log's key that it has pinned and against the last checkpoint that it cosigned, remembers
 * it durably, and only then lets its signature go. What does not agree is kept as evidence, never signed.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "base/time.h"
#include "ledger/witness.h"
#include "vaultctl/file.h"
#include "vaultctl/key.h"
#include "vaultctl/ledger_source.h"
#include "vaultctl/special.h"
#include "vaultctl/units.h"
#include "vaultctl/witness_state.h"

struct cosigning {
	struct ctl *ctl;
	struct key_choice choice;
	const char *state_file, *log;      /* as given */
	bool print;                        /* the cosignature alone, to be brought by hand */
	struct ledger_source source;
	struct signer *signer;
	struct verifier_key own;
	struct witness_state state;
	struct buffer shown_note;
	struct checkpoint shown;
	enum witness_verdict verdict;
	struct ledger_consistency proof;   /* where what is shown is larger */
	int64_t now;                       /* ms UTC, of this machine */
};

/* ---- what is pinned ---- */

/* The key that the state pins, or the one given, or at the very first what the ledger itself names. */
static bool pin(struct cosigning *cosigning, struct error *error)
{
	struct witness_state *state = &cosigning->state;
	struct verifier_key given;
	if (cosigning->log != NULL && !key_read_verifier(cosigning->log, &given, error))
		return false;
	if (state->begun) {
		if (cosigning->log == NULL || verifier_key_equal(&given, &state->log))
			return true;
		error_set(error, ERROR_CONFLICT, "", "the state %s pins the log key %s+%08x, and --log gives "
			"another", cosigning->state_file, state->log.name, state->log.id);
		return error_remedy(error, "A log's key is not exchanged in passing: begin a new state where "
			"the reserve has published a new key");
	}
	if (cosigning->log != NULL) {
		state->log = given;
		return true;
	}
	char origin[KEY_NAME_MAX];
	text_copy(origin, sizeof origin, cosigning->own.name);
	char *slash = strrchr(origin, '/');
	if (slash != NULL)
		*slash = '\0';
	return ledger_source_log_key(&cosigning->source, origin, &state->log, error);
}

static bool check_own_key(const struct cosigning *cosigning, struct error *error)
{
	const struct witness_state *state = &cosigning->state;
	if (!state->begun || verifier_key_equal(&state->own, &cosigning->own))
		return true;
	error_set(error, ERROR_CONFLICT, "", "the state %s is that of %s+%08x, and this key is %s+%08x",
		cosigning->state_file, state->own.name, state->own.id, cosigning->own.name,
		cosigning->own.id);
	return error_remedy(error, "Each key has a state of its own");
}

/* ---- what is shown ---- */

/* "jpn" of "vault.example/reserve-log/jpn". */
static const char *own_code(const struct cosigning *cosigning)
{
	const char *slash = strrchr(cosigning->own.name, '/');
	return slash != NULL ? slash + 1 : cosigning->own.name;
}

static bool take_shown(struct cosigning *cosigning, struct error *error)
{
	const struct witness_state *state = &cosigning->state;
	struct error cause = { 0 };
	if (!checkpoint_open(cosigning->shown_note.bytes == NULL ? "" : cosigning->shown_note.bytes,
	    cosigning->shown_note.length, &state->log, 1, &cosigning->shown, &cause)) {
		error_set(error, cause.id, "", "%s", cause.message);
		return error_remedy(error, "Nothing was cosigned. The log key pinned here is %s+%08x",
			state->log.name, state->log.id);
	}
	if (state->begun && !text_equal(cosigning->shown.origin, state->last.origin))
		return error_set(error, ERROR_CONFLICT, "", "this is the log %s, and the state %s is about %s",
			cosigning->shown.origin, cosigning->state_file, state->last.origin);
	return true;
}

static bool judge(struct cosigning *cosigning, struct error *error)
{
	const struct witness_state *state = &cosigning->state;
	const struct checkpoint *remembered = state->begun ? &state->last : NULL;
	if (remembered != NULL && cosigning->shown.size > remembered->size &&
	    !ledger_source_consistency(&cosigning->source, remembered->size, cosigning->shown.size,
		&cosigning->proof, error))
		return false;
	struct hasher *hasher = hasher_new();
	cosigning->verdict = witness_judge(hasher, remembered, &cosigning->shown,
		&cosigning->proof.path);
	hasher_free(hasher);
	return true;
}

/* ---- what does not agree ---- */

static void fill_evidence(const struct cosigning *cosigning, struct fork_evidence *evidence)
{
	const struct witness_state *state = &cosigning->state;
	bool back = cosigning->verdict == WITNESS_BACK;
	const struct buffer *notes[] = { &state->note, &cosigning->shown_note };
	*evidence = (struct fork_evidence){ .log = state->log, .found_at = cosigning->now / 1000 * 1000 };
	for (int i = 0; i < 2; i++) {
		const struct buffer *note = notes[back ? 1 - i : i]; /* the smaller one first */
		evidence->notes[i] = note->bytes;
		evidence->note_lengths[i] = note->length;
	}
	if (cosigning->shown.size > state->last.size) {
		evidence->has_old_root = true;
		evidence->old_root = cosigning->proof.old_root;
		evidence->path = cosigning->proof.path;
	}
}

/* Beside the state, under a name that no other evidence has. */
static bool keep_evidence(const struct cosigning *cosigning, char *path, size_t size,
	struct error *error)
{
	struct fork_evidence evidence;
	struct buffer text = { 0 };
	char at[TIME_TEXT_SIZE];
	fill_evidence(cosigning, &evidence);
	fork_evidence_append(&text, &evidence);
	time_format(evidence.found_at, at);
	for (char *from = at, *to = at; (*to = *from) != '\0'; from++)
		to += *from != ':' && *from != '-';
	int length = snprintf(path, size, "%s.fork-%s", cosigning->state_file, at);
	for (int i = 2; length > 0 && (size_t)length < size && access(path, F_OK) == 0; i++)
		length = snprintf(path, size, "%s.fork-%s-%d", cosigning->state_file, at, i);
	bool kept = (length > 0 && (size_t)length < size) ||
		error_set(error, ERROR_LIMIT, "", "the path of the state is too long");
	kept = kept && file_replace(path, text.bytes, text.length, 0644, error);
	buffer_free(&text);
	return kept;
}

static bool refuse(const struct cosigning *cosigning, struct error *error)
{
	char path[4096];
	const struct checkpoint *last = &cosigning->state.last, *shown = &cosigning->shown;
	if (!keep_evidence(cosigning, path, sizeof path, error))
		return false;
	if (cosigning->verdict == WITNESS_BACK)
		error_set(error, ERROR_ROLLED_BACK, "", "not cosigned: the log goes back, from %lld entries that "
			"were cosigned to %lld", (long long)last->size, (long long)shown->size);
	else if (shown->size == last->size)
		error_set(error, ERROR_LEDGER, "", "not cosigned: THE LOG HAS FORKED. Its key signed two "
			"checkpoints of %lld entries with different roots", (long long)shown->size);
	else
		error_set(error, ERROR_LEDGER, "", "not cosigned: THE LOG HAS FORKED. The checkpoint of %lld "
			"entries does not extend the one of %lld that was cosigned", (long long)shown->size,
			(long long)last->size);
	return error_remedy(error, "Both are kept; what they prove says vaultctl ledger fork-evidence %.150s. "
		"Tell the other members and the auditors", path);
}

/* ---- signing ---- */

/* The note that was shown, without an earlier line of the same key, with the cosignature behind it. */
static bool sign(struct cosigning *cosigning, struct buffer *out, struct error *error)
{
	struct note note;
	if (!note_parse(cosigning->shown_note.bytes, cosigning->shown_note.length, &note, error))
		return false;
	note_begin(out, note.text, note.text_length);
	for (size_t i = 0; i < note.signature_count; i++) {
		const struct note_signature *line = &note.signatures[i];
		bool own = line->key_id == cosigning->own.id && text_equal(line->name, cosigning->own.name);
		if (!own && line->length <= NOTE_SIGNATURE_MAX)
			note_signature_append(out, line->name, line->key_id, line->bytes, line->length);
	}
	return note_cosign(out, note.text_length, cosigning->own.name,
		(uint64_t)(cosigning->now / 1000), cosigning->signer, error);
}

static bool remember(struct cosigning *cosigning, const struct buffer *note, struct error *error)
{
	struct witness_state *state = &cosigning->state;
	state->own = cosigning->own;
	buffer_clear(&state->note);
	buffer_append(&state->note, note->bytes, note->length);
	return witness_state_write(cosigning->state_file, state, error);
}

/* The own line alone, the last. */
static void print_line(const struct buffer *note)
{
	size_t begin = note->length - 1;
	while (begin > 0 && note->bytes[begin - 1] != '\n')
		begin--;
	fwrite(note->bytes + begin, 1, note->length - begin, stdout);
}

static bool bring(struct cosigning *cosigning, const struct buffer *whole, struct error *error)
{
	struct note note;
	struct reply reply;
	if (cosigning->print) {
		print_line(whole);
		return true;
	}
	if (cosigning->source.directory != NULL)
		return note_parse(whole->bytes, whole->length, &note, error) &&
			export_add_signatures(cosigning->source.directory, &note, error);
	if (!ctl_call_note(cosigning->ctl, "Evidence.Cosign", NULL, whole, &reply, error))
		return false;
	reply_free(&reply);
	return true;
}

static void say(const struct cosigning *cosigning)
{
	struct ctl *ctl = cosigning->ctl;
	char size[UNIT_TEXT];
	unit_show_count(cosigning->shown.size, size);
	if (cosigning->verdict == WITNESS_FIRST)
		ctl_say(ctl, "First use: from now on %s holds this log to its key %s+%08x and to this "
			"checkpoint.%s", cosigning->state_file, cosigning->state.log.name,
			cosigning->state.log.id, cosigning->log != NULL ? "" :
			" The key is what the ledger itself says: compare it with what the reserve published.");
	if (cosigning->print)
		return;
	if (ctl->output == OUTPUT_JSON)
		printf("{\"origin\":\"%s\",\"size\":%lld,\"witness\":\"%s\",\"first\":%s}\n",
			cosigning->shown.origin, (long long)cosigning->shown.size, cosigning->own.name,
			cosigning->verdict == WITNESS_FIRST ? "true" : "false");
	else if (ctl->output == OUTPUT_ID || ctl->output == OUTPUT_CSV)
		printf("%lld\n", (long long)cosigning->shown.size);
	else
		printf("cosigned: %s entries of %s by %s%s\n", size, cosigning->shown.origin,
			own_code(cosigning), cosigning->verdict == WITNESS_SAME ? " (the same as before)" : "");
}

static bool cosign(struct cosigning *cosigning, struct error *error)
{
	struct buffer note = { 0 };
	struct error cause = { 0 };
	cosigning->state.last = cosigning->shown;
	bool good = sign(cosigning, &note, error) && remember(cosigning, &note, error);
	if (good && !(good = bring(cosigning, &note, &cause))) {
		*error = cause;
		error_remedy(error, "It is cosigned and remembered, but nobody has it yet: run the same again, "
			"or with --print");
	}
	if (good)
		say(cosigning);
	buffer_free(&note);
	return good;
}

/* ---- the run ---- */

static bool run(struct cosigning *cosigning, struct error *error)
{
	const struct witness_state *state = &cosigning->state;
	bool good = witness_state_read(cosigning->state_file, &cosigning->state, error) &&
		check_own_key(cosigning, error) && pin(cosigning, error) &&
		ledger_source_checkpoint(&cosigning->source, own_code(cosigning),
			state->begun ? state->last.size : 0, &cosigning->shown_note, error) &&
		take_shown(cosigning, error) && judge(cosigning, error);
	if (good && (cosigning->verdict == WITNESS_FORK || cosigning->verdict == WITNESS_BACK))
		return refuse(cosigning, error);
	return good && cosign(cosigning, error);
}

static bool take_options(struct cosigning *cosigning, int *argc, char **argv, struct error *error)
{
	cosigning->print = ctl_take_flag(argc, argv, "--print");
	cosigning->choice.type = KEY_COSIGNATURE;
	if (!key_choice_take(&cosigning->choice, argc, argv, error) ||
	    !ctl_take_option(argc, argv, "--state", &cosigning->state_file, error) ||
	    !ctl_take_option(argc, argv, "--log", &cosigning->log, error) ||
	    !ctl_words(*argc, argv, 0, 1, error))
		return false;
	if (cosigning->state_file != NULL)
		return true;
	error_set(error, ERROR_INVALID, "", "--state is missing: a witness that remembers nothing "
		"witnesses nothing");
	return error_remedy(error, "vaultctl ledger cosign --key jpn.pem --state jpn.state");
}

int ledger_cosign_run(struct ctl *ctl, int argc, char **argv)
{
	struct cosigning cosigning = { .ctl = ctl, .now = (int64_t)time(NULL) * 1000 };
	struct error error = { 0 };
	int lock;
	if (!take_options(&cosigning, &argc, argv, &error) ||
	    !file_lock(cosigning.state_file, &lock, &error))
		return ctl_fail(ctl, &error);
	bool good = key_load(&cosigning.choice, "", NULL, &cosigning.signer, &cosigning.own, &error) &&
		ledger_source_open(&cosigning.source, ctl, argc > 0 ? argv[0] : NULL, &error) &&
		run(&cosigning, &error);
	ledger_source_close(&cosigning.source);
	signer_free(cosigning.signer);
	witness_state_clear(&cosigning.state);
	buffer_free(&cosigning.shown_note);
	buffer_free(&cosigning.proof.checkpoint);
	close(lock);
	return good ? 0 : ctl_fail(ctl, &error);
}

/* ---- bringing one by hand ---- */

int ledger_bring_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct buffer note = { 0 };
	struct reply reply;
	bool good = ctl_words(argc, argv, 1, 1, &error) &&
		ctl_read_file(argv[0], CHECKPOINT_NOTE_MAX, &note, &error) &&
		ctl_call_note(ctl, "Evidence.Cosign", NULL, &note, &reply, &error);
	buffer_free(&note);
	if (!good)
		return ctl_fail(ctl, &error);
	const struct value *witnesses = value_get(reply.parameters, "witnesses");
	printf("kept: %lld entries, cosigned by", (long long)value_get_int(reply.parameters, "size", 0));
	for (size_t i = 0; i < value_count(witnesses); i++)
		printf("%s %s", i > 0 ? "," : "", value_text(value_at(witnesses, i), ""));
	putchar('\n');
	reply_free(&reply);
	return 0;
}

/* ---- evidence ---- */

static void print_evidence(const struct fork_evidence *evidence, enum fork_proof proof,
	const struct checkpoint checkpoints[2], bool pinned)
{
	char found[UNIT_TEXT];
	unit_show_time(evidence->found_at, found);
	if (proof == FORK_SAME_SIZE)
		printf("This proves a fork: one key signed two checkpoints of %lld entries with different "
			"roots.\n", (long long)checkpoints[0].size);
	else if (proof == FORK_OTHER_PAST)
		printf("This proves a fork: the ledger of %lld entries had another root at %lld entries than "
			"the one that was signed.\n", (long long)checkpoints[1].size,
			(long long)checkpoints[0].size);
	else
		puts("This proves no fork: both checkpoints are signed, and nothing here shows that they "
			"contradict one another.");
	printf("  log        %s+%08x%s\n  found      %s\n", evidence->log.name, evidence->log.id,
		pinned ? ", as given" : ": pinned by nothing; give --key to pin it", found);
	for (int i = 0; i < 2; i++) {
		struct buffer root = { 0 };
		base64_append(&root, checkpoints[i].root.bytes, HASH_SIZE);
		printf("  checkpoint %lld entries, root %s\n", (long long)checkpoints[i].size,
			buffer_text(&root));
		buffer_free(&root);
	}
	if (proof == FORK_NOTHING && checkpoints[0].size < checkpoints[1].size)
		puts("  The smaller one was shown after the larger was cosigned: an old copy, or a ledger that "
			"was rolled back.");
}

static bool check_evidence(const struct ctl *ctl, const char *file, const char *key,
	enum fork_proof *ret_proof, struct error *error)
{
	struct buffer bytes = { 0 };
	struct fork_evidence evidence;
	struct checkpoint checkpoints[2];
	struct verifier_key pinned;
	bool good = (key == NULL || key_read_verifier(key, &pinned, error)) &&
		ctl_read_file(file, 2 * CHECKPOINT_NOTE_MAX + 16384, &bytes, error) &&
		fork_evidence_parse(bytes.bytes == NULL ? "" : bytes.bytes, bytes.length, &evidence, error);
	if (good && key != NULL && !verifier_key_equal(&pinned, &evidence.log))
		good = error_set(error, ERROR_BAD_SIGNATURE, "", "the evidence is about the log key %s+%08x, "
			"which is not the one given", evidence.log.name, evidence.log.id);
	good = good && fork_evidence_check(&evidence, ret_proof, checkpoints, error);
	if (good && ctl->output == OUTPUT_JSON)
		printf("{\"fork\":%s,\"origin\":\"%s\",\"sizes\":[%lld,%lld]}\n",
			*ret_proof != FORK_NOTHING ? "true" : "false", checkpoints[0].origin,
			(long long)checkpoints[0].size, (long long)checkpoints[1].size);
	else if (good)
		print_evidence(&evidence, *ret_proof, checkpoints, key != NULL);
	buffer_free(&bytes);
	return good;
}

int ledger_fork_evidence_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	const char *key = NULL;
	enum fork_proof proof = FORK_NOTHING;
	bool good = ctl_take_option(&argc, argv, "--key", &key, &error) &&
		ctl_words(argc, argv, 1, 1, &error) && check_evidence(ctl, argv[0], key, &proof, &error);
	if (!good)
		return ctl_fail(ctl, &error);
	return proof != FORK_NOTHING ? 0 : 1;
}
