/*
 * The fast reader of entries against the one through a tree of values: on every entry of every ledger that
 * is kept with the tests, and on what comes of those when they are cut, joined and scratched.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"

#include "base/arena.h"
#include "entry_checks.h"
#include "ledger/export.h"
#include "reserve/decide.h"

enum { MUTATIONS = 12, PATH_SIZE = 512 };

static struct arena *arena;
static uint64_t random_state = 1;

/* SplitMix64 */
static size_t random_below(size_t below)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15U;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return (size_t)((z ^ (z >> 31)) >> 16) % below;
}

static bool agree(const char *bytes, size_t length)
{
	bool good;
	arena_reset(arena);
	char *exact = malloc(length + 1); /* so that a sanitizer sees reads behind the end */
	CU_ASSERT_PTR_NOT_NULL_FATAL(exact);
	memcpy(exact, bytes, length);
	const char *differ = entry_ways_differ(exact, length, event_find_body, arena, &good);
	free(exact);
	if (differ != NULL)
		printf("\n%s: %.*s\n", differ, (int)length, bytes);
	CU_ASSERT_PTR_NULL(differ);
	return good;
}

/* What JSON is made of, and what is easily taken for it. */
static const char *const scraps[] = { "\"", ",", ":", "{", "}", "[", "]", "{}", "[]", "null", "true",
	"false", "0", "-", "-0", "00", "1.0", "1e3", " ", "\n", "\\", "\\u0041", "\\u001f", "\\u001F", "\\n",
	"\\u000a", "\\/", "\x7f", "\xc3\xa9", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\x01",
	"9007199254740991", "9007199254740992", "99999999999999999999", "\"a\":1,", ".000", ".100", "+00:00" };

static size_t mutate(const char *bytes, size_t length, char *to)
{
	size_t at = random_below(length), from, count;
	const char *scrap = scraps[random_below(sizeof scraps / sizeof *scraps)];
	memcpy(to, bytes, length);
	switch (random_below(5)) {
	case 0: /* another byte */
		to[at] = (char)(to[at] ^ 1 << random_below(8));
		return length;
	case 1: /* a piece is missing */
		count = random_below(length - at < 40 ? length - at : 40);
		memmove(to + at, to + at + count, length - at - count);
		return length - count;
	case 2: /* a piece comes twice */
		count = random_below(length - at < 40 ? length - at : 40);
		memmove(to + at + count, to + at, length - at);
		return length + count;
	case 3: /* a piece of elsewhere */
		from = random_below(length);
		count = random_below(length - (at > from ? at : from));
		memmove(to + at, bytes + from, count < 40 ? count : 40);
		return length;
	default: /* something comes in */
		count = strlen(scrap);
		memmove(to + at + count, to + at, length - at);
		memcpy(to + at, scrap, count);
		return length + count;
	}
}

static void check_entry(const char *bytes, size_t length)
{
	char *changed = malloc(length + 64);
	CU_ASSERT_PTR_NOT_NULL_FATAL(changed);
	CU_ASSERT_TRUE(agree(bytes, length));
	for (int i = 0; i < MUTATIONS; i++) {
		size_t size = mutate(bytes, length, changed);
		agree(changed, size);
		if (i % 4 == 0 && size > 0) /* and once more */
			agree(bytes, random_below(size));
	}
	free(changed);
}

static int64_t check_ledger(const char *folder)
{
	struct export_reader *reader;
	struct error error = { 0 };
	const uint8_t *bytes;
	size_t length;
	CU_ASSERT_TRUE_FATAL(export_reader_open(folder, NULL, 0, &reader, &error));
	int64_t size = export_reader_checkpoint(reader)->size;
	for (int64_t i = 0; i < size; i++) {
		CU_ASSERT_TRUE_FATAL(export_reader_entry(reader, i, &bytes, &length, &error));
		check_entry((const char *)bytes, length);
	}
	export_reader_close(reader);
	return size;
}

static void test_ledgers(void)
{
	static const char folder[] = TESTS_DIR "/ledgers";
	DIR *ledgers = opendir(folder);
	const struct dirent *one;
	int64_t entries = 0;
	CU_ASSERT_PTR_NOT_NULL_FATAL(ledgers);
	while ((one = readdir(ledgers)) != NULL) {
		char path[PATH_SIZE];
		snprintf(path, sizeof path, "%s/%s/export", folder, one->d_name);
		if (one->d_name[0] != '.')
			entries += check_ledger(path);
	}
	closedir(ledgers);
	CU_ASSERT_TRUE(entries > 2000);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "ledgers", test_ledgers },
		CU_TEST_INFO_NULL,
	};
	arena = arena_new(0);
	int failed = run_cases("entries", cases);
	arena_free(arena);
	return failed;
}
