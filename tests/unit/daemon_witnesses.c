/* Cosignatures in the daemon's memory: which are kept, which checkpoint is put to whom, who counts. */
#include <stdio.h>
#include <string.h>

#include "runner.h"

#include "base/text.h"
#include "ledger/note.h"
#include "reserve/person.h"
#include "vaultd/metrics.h"
#include "vaultd/witnesses.h"

static const char origin[] = "vault.example/reserve-log";
static const int64_t begin = 1795887594000;

static void install(struct state *state, const char *code, const char *id, uint32_t duties)
{
	char key[224];
	snprintf(key, sizeof key, "%s/%s+%s+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%s", origin, code, id,
		"AAAA");
	person_install(state, code, code, duties, "JPN", key);
}

static struct state *two_witnesses(void)
{
	struct state *state = state_new(false);
	install(state, "jpn", "0000000a", DUTY_WITNESS);
	install(state, "kor", "0000000b", DUTY_WITNESS);
	install(state, "lee", "0000000c", DUTY_OFFICER);
	return state;
}

static struct kept_checkpoint checkpoint_of(int64_t size, int64_t at)
{
	struct kept_checkpoint checkpoint = { .size = size, .at = at };
	snprintf(checkpoint.note, sizeof checkpoint.note, "%s\n%lld\nroot\n\n", origin, (long long)size);
	return checkpoint;
}

static void add(struct witnesses *witnesses, int64_t size, const char *witness, const char *key_id,
	int64_t at)
{
	struct kept_checkpoint checkpoint = checkpoint_of(size, begin);
	struct cosignature cosignature = { .at = at };
	text_copy(cosignature.witness, sizeof cosignature.witness, witness);
	text_copy(cosignature.key_id, sizeof cosignature.key_id, key_id);
	cosignature.bytes[8] = (uint8_t)size;
	witnesses_add(witnesses, &checkpoint, &cosignature);
}

static int64_t newest(const struct witnesses *witnesses, const struct state *state, int64_t quorum)
{
	const struct cosigned *cosigned = witnesses_newest(witnesses, state, quorum);
	return cosigned != NULL ? cosigned->checkpoint.size : -1;
}

static void test_quorum(void)
{
	struct state *state = two_witnesses();
	struct witnesses *witnesses = witnesses_new();
	CU_ASSERT_EQUAL(newest(witnesses, state, 1), -1);
	add(witnesses, 10, "jpn", "0000000a", begin);
	add(witnesses, 10, "kor", "0000000b", begin);
	add(witnesses, 20, "jpn", "0000000a", begin + 1000);
	add(witnesses, 30, "lee", "0000000c", begin); /* no witness */
	add(witnesses, 40, "kor", "deadbeef", begin); /* no key in force */
	CU_ASSERT_EQUAL(newest(witnesses, state, 1), 20);
	CU_ASSERT_EQUAL(newest(witnesses, state, 2), 10);
	CU_ASSERT_EQUAL(newest(witnesses, state, 3), -1);
	CU_ASSERT_TRUE(witnesses_has(witnesses_of_size(witnesses, 10), "kor", begin));
	CU_ASSERT_FALSE(witnesses_has(witnesses_of_size(witnesses, 10), "kor", begin + 1));
	CU_ASSERT_FALSE(witnesses_has(witnesses_of_size(witnesses, 20), "kor", INT64_MIN));
	CU_ASSERT_FALSE(witnesses_has(NULL, "kor", INT64_MIN));
	/* the same again, later: in the place of the older, never the other way round */
	add(witnesses, 10, "kor", "0000000b", begin + 5000);
	add(witnesses, 10, "kor", "0000000b", begin + 1000);
	CU_ASSERT_EQUAL(witnesses_of_size(witnesses, 10)->count, 2);
	CU_ASSERT_TRUE(witnesses_has(witnesses_of_size(witnesses, 10), "kor", begin + 5000));
	witnesses_free(witnesses);
	state_free(state);
}

static void test_oldest_makes_room(void)
{
	struct state *state = two_witnesses();
	struct witnesses *witnesses = witnesses_new();
	for (int64_t size = 1; size <= COSIGNED_KEPT + 5; size++)
		add(witnesses, size, "jpn", "0000000a", begin + size);
	CU_ASSERT_PTR_NULL(witnesses_of_size(witnesses, 5));
	CU_ASSERT_PTR_NOT_NULL(witnesses_of_size(witnesses, 6));
	add(witnesses, 2, "kor", "0000000b", begin + 9000); /* too old to be kept, but heard */
	CU_ASSERT_PTR_NULL(witnesses_of_size(witnesses, 2));
	struct witnesses_standing standing;
	witnesses_stand(witnesses, state, begin + 10000, &standing);
	CU_ASSERT_EQUAL(standing.enrolled, 2);
	CU_ASSERT_EQUAL(standing.lately, 2);
	CU_ASSERT_EQUAL(standing.at, begin + 9000);
	CU_ASSERT_EQUAL(standing.size, 2);
	witnesses_stand(witnesses, state, begin + 9000 + WITNESS_LATELY_MS, &standing);
	CU_ASSERT_EQUAL(standing.lately, 1);
	witnesses_stand(witnesses, state, begin + 9001 + WITNESS_LATELY_MS, &standing);
	CU_ASSERT_EQUAL(standing.lately, 0);
	witnesses_free(witnesses);
	state_free(state);
}

static int64_t ask(struct witnesses *witnesses, const struct state *state, int64_t size,
	const char *witness, int64_t passed, int64_t now)
{
	struct kept_checkpoint at = checkpoint_of(size, now);
	return witnesses_ask(witnesses, state, &at, witness, passed, now)->size;
}

/* Those who come at different hours meet under one checkpoint. */
static void test_rounds(void)
{
	struct state *state = two_witnesses();
	struct witnesses *witnesses = witnesses_new();
	CU_ASSERT_EQUAL(ask(witnesses, state, 100, "jpn", 0, begin), 100);
	add(witnesses, 100, "jpn", "0000000a", begin);
	CU_ASSERT_EQUAL(ask(witnesses, state, 150, "kor", 0, begin + 1000), 100);
	CU_ASSERT_EQUAL(ask(witnesses, state, 160, "jpn", 100, begin + 2000), 160); /* it has that one */
	CU_ASSERT_EQUAL(ask(witnesses, state, 170, "kor", 120, begin + 3000), 170); /* it has passed it */
	add(witnesses, 100, "kor", "0000000b", begin + 4000);
	CU_ASSERT_EQUAL(ask(witnesses, state, 200, "jpn", 160, begin + 5000), 200); /* the next round */
	CU_ASSERT_EQUAL(ask(witnesses, state, 250, "kor", 100, begin + 6000), 200);
	/* one that nobody comes for does not wait for ever */
	CU_ASSERT_EQUAL(ask(witnesses, state, 300, "kor", 100, begin + 5000 + COSIGN_ROUND_MS), 200);
	CU_ASSERT_EQUAL(ask(witnesses, state, 300, "kor", 100, begin + 5001 + COSIGN_ROUND_MS), 300);
	witnesses_free(witnesses);

	/* after a start it goes on with what was cosigned and not yet by all */
	witnesses = witnesses_new();
	add(witnesses, 100, "jpn", "0000000a", begin);
	CU_ASSERT_EQUAL(ask(witnesses, state, 150, "kor", 0, begin + 1000), 100);
	CU_ASSERT_EQUAL(ask(witnesses, state, 150, "jpn", 100, begin + 1000), 150);
	witnesses_free(witnesses);
	state_free(state);
}

static void test_composed(void)
{
	struct witnesses *witnesses = witnesses_new();
	struct buffer out = { 0 };
	struct note note;
	struct error error = { 0 };
	add(witnesses, 100, "jpn", "0000000a", begin);
	add(witnesses, 100, "kor", "0000000b", begin);
	const struct cosigned *cosigned = witnesses_of_size(witnesses, 100);
	witnesses_compose(&out, &cosigned->checkpoint, cosigned, origin);
	CU_ASSERT_TRUE_FATAL(note_parse(out.bytes, out.length, &note, &error));
	CU_ASSERT_EQUAL(note.signature_count, 2);
	CU_ASSERT_STRING_EQUAL(note.signatures[1].name, "vault.example/reserve-log/kor");
	CU_ASSERT_EQUAL(note.signatures[1].key_id, 0x0b);
	CU_ASSERT_EQUAL(note.signatures[1].length, NOTE_COSIGNATURE_SIZE);
	buffer_free(&out);
	witnesses_free(witnesses);
}

static void test_histogram(void)
{
	struct metrics_histogram histogram = { .count = 0 };
	static const struct { uint64_t value; int bucket; } cases[] = { { 0, 0 }, { 1000, 0 }, { 1001, 1 },
		{ 10000000, METRICS_BUCKETS - 1 }, { 10000001, METRICS_BUCKETS }, { 5000, 2 } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t before = histogram.counts[cases[i].bucket];
		metrics_add(&histogram, metrics_commit_bounds_us, cases[i].value);
		CU_ASSERT_EQUAL(histogram.counts[cases[i].bucket], before + 1);
	}
	CU_ASSERT_EQUAL(histogram.count, 6);
	CU_ASSERT_EQUAL(histogram.sum, 0 + 1000 + 1001 + 10000000 + 10000001 + 5000);
	for (int i = 1; i < METRICS_BUCKETS; i++) {
		CU_ASSERT(metrics_commit_bounds_us[i] > metrics_commit_bounds_us[i - 1]);
		CU_ASSERT(metrics_command_bounds[i] > metrics_command_bounds[i - 1]);
	}
	CU_ASSERT_EQUAL(metrics_command_bounds[METRICS_BUCKETS - 1], BATCH_COMMANDS_MAX);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "which checkpoint enough have cosigned", test_quorum },
		{ "the oldest makes room", test_oldest_makes_room },
		{ "rounds", test_rounds },
		{ "composed", test_composed },
		{ "a histogram", test_histogram },
		CU_TEST_INFO_NULL,
	};
	return run_cases("witnesses of the daemon", cases);
}
