/* Witnesses: how they come to be enrolled, by a founding or by two officers, and disputed checkpoints. */
#include <stdio.h>
#include <string.h>

#include "runner.h"

#include "reserve/evidence/dispute.h"
#include "reserve/finding.h"
#include "reserve_checks.h"
#include "reserve_world.h"

/* Behind its type ("BA" for cosignatures, "AQ" for Ed25519) and with eight digits more, 33 bytes of base64. */
#define REST "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define ENROL "because=grows code=%s duties=%s member=%s name=New verifier_key=" WORLD_ORIGIN "/%s+%s+%s" \
	REST "%s"

static void test_enrolment(void)
{
	struct world *world = world_framed();
	FAILS(world, ERROR_DENIED, "kim", "person.enrol", ENROL, "jpn", "witness", "AUT", "jpn", "000000b1",
		"BA", "000000b1");
	FAILS(world, ERROR_INVALID, "ola", "person.enrol", ENROL, "jpn", "witness", "AUT", "jpn",
		"000000b1", "AQ", "000000b1");
	FAILS(world, ERROR_INVALID, "ola", "person.enrol", ENROL, "jpn", "officer", "AUT", "jpn",
		"000000b1", "BA", "000000b1");
	FAILS(world, ERROR_INVALID, "ola", "person.enrol", ENROL, "jpn", "witness,officer", "AUT", "jpn",
		"000000b1", "BA", "000000b1");
	FAILS(world, ERROR_INVALID, "ola", "person.enrol", ENROL, "jpn", "witness", "XXX", "jpn",
		"000000b1", "BA", "000000b1");
	FAILS(world, ERROR_INVALID, "ola", "person.enrol", ENROL, "jpn", "witness", "AUT", "kor",
		"000000b1", "BA", "000000b1");
	DO(world, "ola", "person.enrol", ENROL, "jpn", "witness", "AUT", "jpn", "000000b1", "BA",
		"000000b1");
	CU_ASSERT_PTR_NULL(person_find(world->state, "jpn")); /* two officers sign first */
	world_signed(__LINE__, world, "N-2026-0001");
	const struct person *person = person_find(world->state, "jpn");
	CU_ASSERT_PTR_NOT_NULL_FATAL(person);
	CU_ASSERT_EQUAL(person->duties, DUTY_WITNESS);
	CU_ASSERT_STRING_EQUAL(person->member, "AUT");
	CU_ASSERT_EQUAL(person_count(world->state, DUTY_WITNESS), 1);
	CU_ASSERT_FALSE(person_speaks_for(world->state, "AUT")); /* it is no delegate */
	/* the same public key for another use is the same key */
	FAILS(world, ERROR_CONFLICT, "ola", "person.enrol", ENROL, "two", "officer", "AUT", "two",
		"000000b2", "AQ", "000000b1");
	/* it signs no note and proposes nothing */
	DO(world, "ola", "floor.set", "because=x floors=[commodity=ga kind=hard mass_g=5]");
	CU_ASSERT_FALSE(world_sign(world, "jpn", world->id));
	FAILS(world, ERROR_DENIED, "jpn", "finding.raise", "check=x severity=warning message=x");
	world_free(world);
}

static void test_keys_and_end(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "person.enrol", ENROL, "jpn", "witness", "AUT", "jpn", "000000b1", "BA",
		"000000b1");
	FAILS(world, ERROR_INVALID, "ola", "key.replace", "because=lost code=jpn verifier_key="
		WORLD_ORIGIN "/jpn+000000b2+AQ" REST "000000b2");
	FAILS(world, ERROR_INVALID, "ola", "key.replace", "because=lost code=oma verifier_key="
		WORLD_ORIGIN "/oma+000000b2+BA" REST "000000b2");
	DO_SIGNED(world, "ola", "key.replace", "because=lost code=jpn verifier_key=" WORLD_ORIGIN
		"/jpn+000000b2+BA" REST "000000b2");
	CU_ASSERT_PTR_NULL(person_key(world->state, "jpn", "000000b1"));
	CU_ASSERT_PTR_NOT_NULL(person_key(world->state, "jpn", "000000b2"));
	DO_SIGNED(world, "ola", "person.revoke", "because=left code=jpn");
	CU_ASSERT_EQUAL(person_count(world->state, DUTY_WITNESS), 0);
	CU_ASSERT_PTR_NULL(person_key(world->state, "jpn", "000000b2"));
	world_free(world);
}

static void test_most(void)
{
	struct world *world = world_framed();
	for (int i = 0; i < WITNESSES_MAX; i++) {
		char code[8], id[12];
		snprintf(code, sizeof code, "w%d", i);
		snprintf(id, sizeof id, "%08x", 0xc00 + i);
		DO_SIGNED(world, "ola", "person.enrol", ENROL, code, "witness", "AUT", code, id, "BA", id);
	}
	FAILS(world, ERROR_LIMIT, "ola", "person.enrol", ENROL, "more", "witness", "AUT", "more",
		"00000fff", "BA", "00000fff");
	world_free(world);
}

/* ---- the founding note ---- */

static bool founded(struct world *world, const char *lines, struct error *ret_error)
{
	char text[8192], params[20000], signers[512] = "";
	world_founding_text(text, sizeof text);
	snprintf(text + strlen(text), sizeof text - strlen(text), "%s", lines);
	for (int i = 0; i < WORLD_PERSONS; i++)
		snprintf(signers + strlen(signers), sizeof signers - strlen(signers), "%scode=%s",
			i > 0 ? ";" : "", world_persons[i][0]);
	snprintf(params, sizeof params, "note='%s' text='%s' signers=[%s]", text, text, signers);
	arena_reset(world->arena);
	bool good = world_submit(world, "", "found", params_read(world->arena,
		command_type_find("found")->params, params));
	*ret_error = world->error;
	return good;
}

#define WITNESS(code, member, name, type, id) "witness " code " " member " " WORLD_ORIGIN "/" name "+" \
	id "+" type REST id " The member\n"

static void test_founding(void)
{
	static const char *const bad[] = {
		WITNESS("jpn", "JPN", "jpn", "AQ", "000000b1"), WITNESS("jpn", "JPN", "kor", "BA", "000000b1"),
		WITNESS("jpn", "TOOLONGS", "jpn", "BA", "000000b1"), WITNESS("jpn", "-", "jpn", "BA", "000000b1"),
		WITNESS("kim", "JPN", "kim", "BA", "000000b1"), WITNESS("vaultd", "JPN", "vaultd", "BA", "000000b1"),
		WITNESS("jpn", "JPN", "jpn", "BA", "000000b1") WITNESS("jpn", "JPN", "jpn", "BA", "000000b2"),
		WITNESS("jpn", "JPN", "jpn", "BA", "000000b1") WITNESS("kor", "KOR", "kor", "BA", "000000b1"),
		"witness jpn JPN " WORLD_ORIGIN "/jpn+000000b1+BA" REST "000000b1\n",
		"person new witness " WORLD_ORIGIN "/new+000000b1+BA" REST "000000b1 New\n",
		"person new auditor " WORLD_ORIGIN "/new+000000b1+BA" REST "000000b1 New\n",
	};
	struct error error;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct world *world = world_empty();
		bool good = founded(world, bad[i], &error);
		CU_ASSERT_FALSE(good);
		CU_ASSERT_EQUAL(error.id, ERROR_INVALID);
		if (good || strstr(error.message, "line ") == NULL)
			printf("\n  %zu: %s", i, good ? "founded" : error.message);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "line "));
		world_free(world);
	}
	struct world *world = world_empty();
	CU_ASSERT_TRUE(founded(world, WITNESS("jpn", "JPN", "jpn", "BA", "000000b1")
		WITNESS("kor", "KOR", "kor", "BA", "000000b2"), &error));
	CU_ASSERT_EQUAL(state_size(world->state), 3); /* the founding and an entry each */
	const struct person *person = person_find(world->state, "kor");
	CU_ASSERT_PTR_NOT_NULL_FATAL(person);
	CU_ASSERT_EQUAL(person->duties, DUTY_WITNESS);
	CU_ASSERT_STRING_EQUAL(person->member, "KOR");
	CU_ASSERT_STRING_EQUAL(person->name, "The member");
	CU_ASSERT_EQUAL(person_key(world->state, "kor", "000000b2")->from_index, 2);
	world_free(world);
}

/* ---- disputes ---- */

static bool dispute(struct world *world, int64_t size, uint8_t root)
{
	struct dispute_params params = { .note = "the note", .size = size, .witness = "jpn" };
	memset(params.root, root, sizeof params.root);
	return world_submit(world, "", "checkpoint.dispute", &params);
}

static void test_disputes(void)
{
	struct world *world = world_framed();
	const struct finding *finding = NULL;
	size_t findings = 0;
	CU_ASSERT_TRUE(dispute(world, 42, 1));
	CU_ASSERT_STRING_EQUAL(world->decision.events[0].type->kind, "checkpoint.disputed");
	CU_ASSERT_STRING_EQUAL(world->decision.events[1].type->kind, "finding.raised");
	CU_ASSERT_FALSE(dispute(world, 42, 1)); /* it is a finding already */
	CU_ASSERT_EQUAL(world->error.id, ERROR_CONFLICT);
	CU_ASSERT_TRUE(dispute(world, 42, 2));
	CU_ASSERT_TRUE(dispute(world, 43, 1));
	while ((finding = state_next(world->state, TABLE_FINDING, finding)) != NULL) {
		CU_ASSERT_EQUAL(finding->severity, SEVERITY_CRITICAL);
		CU_ASSERT_STRING_EQUAL(finding->check, "checkpoint-disputed");
		findings++;
	}
	CU_ASSERT_EQUAL(findings, 3);
	DO(world, "ola", "finding.close", "because=found finding=F-2026-0001");
	CU_ASSERT_TRUE(dispute(world, 42, 1)); /* once closed, the same is news again */
	world_free(world);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "enrolment", test_enrolment },
		{ "another key, and revocation", test_keys_and_end },
		{ "as many as there may be", test_most },
		{ "witnesses of a founding note", test_founding },
		{ "disputed checkpoints", test_disputes },
		CU_TEST_INFO_NULL,
	};
	return run_cases("witnesses", cases);
}
