/* Who may follow the ledger, from where, and how many may. What is sent the scenarios show. */
#include "vaultd/watch.h"

#include <stdio.h>
#include <string.h>

#include "base/descriptor.h"
#include "tests/unit/runner.h"
#include "vault/limits.h"
#include "vaultd/session_private.h"
#include "vaultd/vaultd.h"

static struct vaultd vaultd;

static bool add(uint64_t handle, uid_t uid, int64_t from, const char *subject,
	struct error *error)
{
	const struct session session = { .handle = handle, .peer = { .uid = uid } };
	*error = (struct error){ 0 };
	return watch_add(&vaultd, &session, from, subject, error);
}

static void from_and_subject(void)
{
	static const struct { int64_t from; const char *subject; enum error_id id; const char *field; }
	cases[] = {
		{ ABSENT, "", ERROR_NONE, "" },
		{ 0, "", ERROR_NONE, "" },
		{ 100, "R-2026-0014", ERROR_NONE, "" },
		{ 101, "", ERROR_INVALID, "from" },
		{ -1, "", ERROR_INVALID, "from" },
		{ 0, "no id", ERROR_INVALID, "subject" },
		{ 0, "\"", ERROR_INVALID, "subject" },
		{ 0, "012345678901234567890123", ERROR_INVALID, "subject" },
	};
	struct error error;
	vaultd.watches = watches_new();
	vaultd.committed_size = 100;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CU_ASSERT_EQUAL(add(i + 1, 1000, cases[i].from, cases[i].subject, &error),
			cases[i].id == ERROR_NONE);
		CU_ASSERT_EQUAL(error.id, cases[i].id);
		CU_ASSERT_STRING_EQUAL(error.field, cases[i].field);
	}
	watches_free(vaultd.watches);
}

static void limits(void)
{
	struct error error;
	uint64_t handle = 0;
	vaultd.watches = watches_new();
	for (uid_t uid = 0; uid < WATCHERS_MAX / WATCHERS_PER_UID_MAX; uid++) {
		for (int i = 0; i < WATCHERS_PER_UID_MAX; i++)
			CU_ASSERT_TRUE(add(++handle, uid, ABSENT, "", &error));
		CU_ASSERT_FALSE(add(handle + 1, uid, ABSENT, "", &error));
		CU_ASSERT_EQUAL(error.id, ERROR_LIMIT);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "this user"));
	}
	CU_ASSERT_FALSE(add(handle + 1, 77, ABSENT, "", &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "sessions follow"));
	/* first, last and middle go; then there is room for as many, and for no more */
	watch_closed(&vaultd, 1);
	watch_closed(&vaultd, handle);
	watch_closed(&vaultd, handle / 2);
	watch_closed(&vaultd, handle / 2);
	watch_closed(&vaultd, 999999);
	watch_drained(&vaultd, 999999);
	for (int i = 0; i < 3; i++)
		CU_ASSERT_TRUE(add(++handle, 77, ABSENT, "", &error));
	CU_ASSERT_FALSE(add(handle + 1, 78, ABSENT, "", &error));
	for (uint64_t i = 1; i <= handle; i++)
		watch_closed(&vaultd, i);
	CU_ASSERT_TRUE(add(1, 0, ABSENT, "", &error));
	watches_free(vaultd.watches);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "from and subject", from_and_subject },
		{ "limits", limits },
		CU_TEST_INFO_NULL,
	};
	return run_cases("watch", cases);
}
