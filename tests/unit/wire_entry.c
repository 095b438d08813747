/* Which ids an entry mentions: as a whole string value, and in no other way. */
#include "wire/entry.h"

#include <string.h>

#include "tests/unit/runner.h"

#define COUNT(array) (sizeof (array) / sizeof *(array))

/* Whether a string value of the entry is the id. */
static bool mentioned(const char *entry, size_t length, const char *id)
{
	const char *value;
	size_t at = 0, size;
	while (entry_next_string(entry, length, &at, &value, &size)) {
		CU_ASSERT_FATAL(value >= entry && value + size < entry + length);
		if (size == strlen(id) && memcmp(value, id, size) == 0)
			return true;
	}
	return false;
}

static void mentions(void)
{
	static const struct { const char *entry, *id; bool mentioned; } cases[] = {
		{ "{\"body\":{\"request\":\"R-2026-0014\"}}", "R-2026-0014", true },
		{ "{\"body\":{\"requests\":[\"R-1\",\"R-2026-0014\"]}}", "R-2026-0014", true },
		{ "{\"body\":{\"requests\":[\"R-2026-0014\"]}}", "R-2026-0014", true },
		{ "\"R-1\"", "R-1", true },
		{ "[\"R-1\"]", "R-1", true },
		/* no part of a longer one, and no longer one */
		{ "{\"request\":\"R-2026-00145\"}", "R-2026-0014", false },
		{ "{\"request\":\"XR-2026-0014\"}", "R-2026-0014", false },
		{ "{\"request\":\"R-2026-0014\"}", "R-2026-001", false },
		{ "{\"request\":\"r-2026-0014\"}", "R-2026-0014", false },
		/* a key is no value, also where the value behind it is another id */
		{ "{\"ga\":1}", "ga", false },
		{ "{\"ga\":\"ge\"}", "ga", false },
		{ "{\"ga\":\"ga\"}", "ga", true },
		{ "{\"a\":{\"ga\":1},\"b\":\"ga\"}", "ga", true },
		/* inside a text, with its quotes escaped */
		{ "{\"because\":\"not R-2026-0014 again\"}", "R-2026-0014", false },
		{ "{\"because\":\"not \\\"R-2026-0014\\\" again\"}", "R-2026-0014", false },
		{ "{\"because\":\"see \\\"R-2026-0014\"}", "R-2026-0014", false },
		{ "{\"because\":\"see \\\"R-1\",\"request\":\"R-1\"}", "R-1", true },
		{ "{\"because\":\"\\\\\",\"request\":\"R-1\"}", "R-1", true },
		{ "", "R-1", false },
		{ "{}", "R-1", false },
		{ "{\"a\":\"\"}", "", true },
		/* no entry at all */
		{ "\"", "", false }, { "{\"a", "a", false }, { "{\"a\\", "a", false }, { "x", "x", false },
		{ "{\"a\":\"\\\"", "a", false },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		bool found = mentioned(cases[i].entry, strlen(cases[i].entry), cases[i].id);
		CU_ASSERT_EQUAL(found, cases[i].mentioned);
		if (found != cases[i].mentioned)
			printf("case %zu: %s in %s\n", i, cases[i].id, cases[i].entry);
	}
	/* nothing behind the length is looked at */
	CU_ASSERT_FALSE(mentioned("{\"a\":\"R-1\"}", 9, "R-1"));
	CU_ASSERT_TRUE(mentioned("{\"a\":\"R-1\"}", 10, "R-1"));
}

static void subjects(void)
{
	size_t count = 0;
	while (entry_subjects[count] != NULL)
		count++;
	CU_ASSERT_TRUE(count > 5);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "mentions", mentions },
		{ "subjects end", subjects },
		CU_TEST_INFO_NULL,
	};
	return run_cases("entry", cases);
}
