/* What a witness remembers, in a file: written, read, and every way in which it does not hold. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner.h"

#include "ledger/key.h"
#include "vaultctl/file.h"
#include "vaultctl/witness_state.h"

static const char origin[] = "vault.example/reserve-log";
static char folder[] = "/tmp/vault-state-XXXXXX", path[64];

static void make_state(struct witness_state *state)
{
	struct error error = { 0 };
	uint8_t seed[KEY_SEED_SIZE] = { 1 };
	struct signer *log = signer_from_seed(seed);
	seed[0] = 2;
	struct signer *own = signer_from_seed(seed);
	*state = (struct witness_state){ .begun = true, .last = { .size = 42 } };
	strcpy(state->last.origin, origin);
	CU_ASSERT_TRUE(signer_verifier_key(log, origin, KEY_ED25519, &state->log, &error));
	CU_ASSERT_TRUE(signer_verifier_key(own, "vault.example/reserve-log/jpn", KEY_COSIGNATURE,
		&state->own, &error));
	checkpoint_append_text(&state->note, &state->last);
	size_t length = state->note.length;
	CU_ASSERT_TRUE(note_sign(&state->note, length, origin, log, &error));
	CU_ASSERT_TRUE(note_cosign(&state->note, length, state->own.name, 1700000000, own, &error));
	signer_free(log);
	signer_free(own);
}

static void test_round_trip(void)
{
	struct witness_state state, again;
	struct error error = { 0 };
	struct stat status;
	make_state(&state);
	CU_ASSERT_TRUE(witness_state_read(path, &again, &error));
	CU_ASSERT_FALSE(again.begun); /* the first use */
	CU_ASSERT_TRUE_FATAL(witness_state_write(path, &state, &error));
	CU_ASSERT_TRUE_FATAL(witness_state_read(path, &again, &error));
	CU_ASSERT_TRUE(again.begun);
	CU_ASSERT_EQUAL(again.last.size, 42);
	CU_ASSERT_TRUE(verifier_key_equal(&again.log, &state.log));
	CU_ASSERT_TRUE(verifier_key_equal(&again.own, &state.own));
	CU_ASSERT_STRING_EQUAL(buffer_text(&again.note), buffer_text(&state.note));
	CU_ASSERT_EQUAL(stat(path, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0600);
	witness_state_clear(&state);
	witness_state_clear(&again);
}

/* Cut off anywhere, or with any bit turned, it is refused: never taken for a first use. */
static void test_damage(void)
{
	char bytes[2048];
	int file = open(path, O_RDONLY);
	ssize_t length = read(file, bytes, sizeof bytes);
	close(file);
	CU_ASSERT_FATAL(length > 100 && length < (ssize_t)sizeof bytes);
	for (ssize_t i = 0; i < 2 * length; i++) {
		struct witness_state state;
		struct error error = { 0 };
		size_t kept = i < length ? (size_t)i : (size_t)length;
		if (i >= length)
			bytes[i - length] ^= 1;
		CU_ASSERT_TRUE(file_replace(path, bytes, kept, 0600, &error));
		CU_ASSERT_FALSE(witness_state_read(path, &state, &error));
		CU_ASSERT_NOT_EQUAL(error.id, ERROR_NONE);
		CU_ASSERT_FALSE(state.begun);
		witness_state_clear(&state);
		if (i >= length)
			bytes[i - length] ^= 1;
	}
}

static void test_files(void)
{
	struct error error = { 0 };
	struct stat status;
	int one, two;
	CU_ASSERT_TRUE(file_lock(path, &one, &error));
	CU_ASSERT_FALSE(file_lock(path, &two, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_CONFLICT);
	close(one);
	error = (struct error){ 0 };
	CU_ASSERT_TRUE(file_lock(path, &two, &error));
	close(two);
	CU_ASSERT_FALSE(file_replace("/nowhere/at/all", "x", 1, 0644, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_STORE);
	error = (struct error){ 0 };
	CU_ASSERT_EQUAL(chmod(path, 0640), 0);
	CU_ASSERT_TRUE(file_replace(path, "x", 1, 0644, &error)); /* the mode it has stays */
	CU_ASSERT_EQUAL(stat(path, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0640);
	CU_ASSERT_EQUAL(status.st_size, 1);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "written and read", test_round_trip },
		{ "damaged anywhere", test_damage },
		{ "files put in place and locked", test_files },
		CU_TEST_INFO_NULL,
	};
	char command[64];
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/jpn.state", folder);
	int failed = run_cases("what a witness remembers", cases);
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command) != 0 || failed;
}
