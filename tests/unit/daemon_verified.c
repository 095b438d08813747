/*
 * Signatures checked beside the loop: the first question is put to a worker, the second is answered; a
 * result belongs to text, key and signature together; what was pushed out is only asked again.
 */
#include "vaultd/handlers/verified.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/key.h"
#include "tests/unit/runner.h"
#include "vaultd/handlers/handler.h"
#include "vaultd/session_private.h"

enum { PERSONS = 3 };

static struct {
	struct vaultd vaultd;
	struct session session;
	struct signer *signers[PERSONS];
	struct verifier_key keys[PERSONS];
	struct tile_builder builder;
} world;

static bool deliver(void *context, uint64_t handle, const void *bytes, size_t length,
	size_t *ret_unsent)
{
	(void)context;
	(void)handle;
	(void)bytes;
	(void)length;
	*ret_unsent = 0;
	return false; /* no session is there to hear anything */
}

static void set_up(void)
{
	static const struct service_info info = { "vendor", "product", "version", "url" };
	static const struct server_hooks hooks = { 0 };
	struct vaultd *vaultd = &world.vaultd;
	struct error error = { 0 };
	vaultd->hasher = hasher_new();
	vaultd->verified = verified_new();
	tile_builder_init(&world.builder);
	vaultd->sequencer = sequencer_new(state_new(false), &world.builder, 0);
	vaultd->registry = registry_new(&info);
	CU_ASSERT_FATAL(sd_event_new(&vaultd->event) >= 0);
	CU_ASSERT_FATAL(server_new(vaultd->event, vaultd->registry, &hooks, NULL, &vaultd->server,
		&error));
	CU_ASSERT_FATAL(readers_start(NULL, 1, 4, deliver, vaultd, &vaultd->workers, &error));
	world.session.handle = 77;
	for (int i = 0; i < PERSONS; i++) {
		uint8_t seed[KEY_SEED_SIZE] = { (uint8_t)(i + 1) };
		char name[64];
		snprintf(name, sizeof name, "vault.example/person-%d", i);
		world.signers[i] = signer_from_seed(seed);
		CU_ASSERT_FATAL(signer_verifier_key(world.signers[i], name, KEY_ED25519, &world.keys[i],
			&error));
	}
}

static void tear_down(void)
{
	struct vaultd *vaultd = &world.vaultd;
	readers_stop(vaultd->workers);
	server_free(vaultd->server);
	registry_free(vaultd->registry);
	sequencer_free(vaultd->sequencer);
	sd_event_unref(vaultd->event);
	verified_free(vaultd->verified);
	hasher_free(vaultd->hasher);
	for (int i = 0; i < PERSONS; i++)
		signer_free(world.signers[i]);
}

/* A note of that text, signed by the first so many; bytes keeps what it points into. */
static void sign(const char *text, int count, struct buffer *bytes, struct note *note)
{
	struct error error = { 0 };
	buffer_append_text(bytes, text);
	for (int i = 0; i < count; i++)
		CU_ASSERT_TRUE(note_sign(bytes, strlen(text), world.keys[i].name, world.signers[i],
			&error));
	CU_ASSERT_FATAL(note_parse(bytes->bytes, bytes->length, note, &error));
}

enum answer_is { YES, NO, ASKED };

/* One pass of a prepare function. */
static enum answer_is ask(const struct note *note, const struct verifier_key *const keys[],
	struct read_job **ret_worker, struct error *error)
{
	struct asked asked = { .vaultd = &world.vaultd, .session = &world.session };
	*error = (struct error){ 0 };
	bool good = verified_note(&asked, note, keys, error);
	*ret_worker = asked.job;
	CU_ASSERT_EQUAL(good + (error->id != ERROR_NONE) + (asked.job != NULL), 1);
	return good ? YES : asked.job != NULL ? ASKED : NO;
}

static void work(struct read_job *worker)
{
	struct pollfd done = { .fd = readers_fd(world.vaultd.workers), .events = POLLIN };
	CU_ASSERT_FATAL(readers_submit(world.vaultd.workers, worker, 0));
	CU_ASSERT_EQUAL_FATAL(poll(&done, 1, 10000), 1);
	readers_dispatch(world.vaultd.workers);
}

/* Both passes. */
static enum answer_is answered(const struct note *note, const struct verifier_key *const keys[],
	struct error *error)
{
	struct read_job *worker;
	enum answer_is first = ask(note, keys, &worker, error);
	if (first != ASKED)
		return first;
	work(worker);
	return ask(note, keys, &worker, error);
}

static void asks_once(void)
{
	const struct verifier_key *const keys[] = { &world.keys[0], &world.keys[1] };
	struct buffer bytes = { 0 };
	struct note note;
	struct error error;
	struct read_job *worker;
	sign("projectvault.org/request@v1\nonce\n", 2, &bytes, &note);
	CU_ASSERT_EQUAL_FATAL(ask(&note, keys, &worker, &error), ASKED);
	work(worker);
	CU_ASSERT_EQUAL(ask(&note, keys, &worker, &error), YES);
	CU_ASSERT_EQUAL(ask(&note, keys, &worker, &error), YES);
	/* another key for a line, or no key for one, is another question */
	const struct verifier_key *const swapped[] = { &world.keys[1], &world.keys[0] };
	const struct verifier_key *const one[] = { &world.keys[0], NULL };
	CU_ASSERT_EQUAL(answered(&note, swapped, &error), NO);
	CU_ASSERT_EQUAL(answered(&note, one, &error), YES);
	CU_ASSERT_EQUAL(ask(&note, keys, &worker, &error), YES);
	buffer_free(&bytes);
}

static void names_the_bad_one(void)
{
	const struct verifier_key *const keys[] = { &world.keys[0], &world.keys[1], &world.keys[2] };
	for (int bad = 0; bad < PERSONS; bad++) {
		struct buffer bytes = { 0 };
		struct note note;
		struct error error;
		struct read_job *worker;
		char person[48];
		sign("projectvault.org/request@v1\nbad\n", PERSONS, &bytes, &note);
		note.signatures[bad].bytes[7] ^= 1;
		CU_ASSERT_EQUAL(answered(&note, keys, &error), NO);
		snprintf(person, sizeof person, "of person-%d does not verify", bad);
		CU_ASSERT_EQUAL(error.id, ERROR_BAD_SIGNATURE);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.message, person));
		CU_ASSERT_EQUAL(ask(&note, keys, &worker, &error), NO); /* remembered as well */
		note.signatures[bad].bytes[7] ^= 1;
		CU_ASSERT_EQUAL(answered(&note, keys, &error), YES);
		buffer_free(&bytes);
	}
}

static void forms(void)
{
	struct buffer bytes = { 0 };
	struct note note;
	struct error error;
	struct read_job *worker;
	struct verifier_key witness = world.keys[0];
	const struct verifier_key *const keys[] = { &world.keys[0] }, *const cosigns[] = { &witness };
	witness.type = KEY_COSIGNATURE;
	sign("projectvault.org/request@v1\nforms\n", 1, &bytes, &note);
	CU_ASSERT_EQUAL(ask(&note, cosigns, &worker, &error), NO);
	note.signatures[0].length = 72;
	CU_ASSERT_EQUAL(ask(&note, keys, &worker, &error), NO);
	note.signatures[0].length = KEY_SIGNATURE_SIZE;
	CU_ASSERT_EQUAL(answered(&note, keys, &error), YES);
	buffer_free(&bytes);
}

/* Far more notes than are remembered: some are pushed out, and asking again answers every one. */
static void forgets_and_asks_again(void)
{
	enum { NOTES = 3 };
	const struct verifier_key *const keys[] = { &world.keys[0] };
	struct verified *full = world.vaultd.verified;
	struct buffer bytes[NOTES] = { 0 };
	struct note notes[NOTES];
	struct error error;
	struct read_job *worker;
	for (int i = 0; i < NOTES; i++) {
		char text[64];
		snprintf(text, sizeof text, "projectvault.org/request@v1\nnote %d\n", i);
		sign(text, 1, &bytes[i], &notes[i]);
		CU_ASSERT_EQUAL(answered(&notes[i], keys, &error), YES);
	}
	world.vaultd.verified = verified_new(); /* all are pushed out at once */
	for (int i = 0; i < NOTES; i++) {
		CU_ASSERT_EQUAL_FATAL(ask(&notes[i], keys, &worker, &error), ASKED);
		work(worker);
		CU_ASSERT_EQUAL(ask(&notes[i], keys, &worker, &error), YES);
		buffer_free(&bytes[i]);
	}
	verified_free(world.vaultd.verified);
	world.vaultd.verified = full;
}

/* A pool takes so many and no more; a stopped one takes none. */
static void pools_have_limits(void)
{
	const struct verifier_key *const keys[] = { &world.keys[0] };
	struct readers *pool = NULL;
	struct buffer bytes = { 0 };
	struct note note;
	struct error error = { 0 };
	struct read_job *workers[3];
	sign("projectvault.org/request@v1\nlimits\n", 1, &bytes, &note);
	CU_ASSERT_FATAL(readers_start(NULL, 0, 2, deliver, &world.vaultd, &pool, &error));
	for (int i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL_FATAL(ask(&note, keys, &workers[i], &error), ASKED);
		CU_ASSERT_EQUAL(readers_submit(pool, workers[i], 0), i < 2);
	}
	for (int i = 0; i < 3; i++)
		job_drop(workers[i]);
	readers_stop(pool);
	buffer_free(&bytes);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "a vaultd of parts", set_up },
		{ "asks once", asks_once },
		{ "names the bad one", names_the_bad_one },
		{ "forms", forms },
		{ "forgets and asks again", forgets_and_asks_again },
		{ "pools have limits", pools_have_limits },
		{ "its end", tear_down },
		CU_TEST_INFO_NULL,
	};
	return run_cases("verified", cases);
}
