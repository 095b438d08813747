/* What a note means, in words, before a person signs it. */
#include "vaultctl/sign_text.h"

#include <string.h>

#include "reserve/document.h"
#include "reserve/zone/exchange.h"
#include "tests/unit/runner.h"

/* The first sentence of what is shown for a note with such a type line and another line behind it. */
static void meaning(const char *kind, const char *line, char *to, size_t size)
{
	struct buffer note = { 0 }, shown = { 0 };
	buffer_printf(&note, "projectvault.org/%s@v1\nid N-2026-0001\n%s", kind, line);
	sign_text_show(&shown, note.bytes, note.length);
	size_t length = strcspn(buffer_text(&shown), "\n");
	CU_ASSERT_FATAL(length > 0 && length < size);
	memcpy(to, shown.bytes, length);
	to[length] = '\0';
	buffer_free(&note);
	buffer_free(&shown);
}

static void knows_every_kind(void)
{
	char words[200], unknown[200];
	meaning("nonsense", "", unknown, sizeof unknown);
	CU_ASSERT_PTR_NOT_NULL(strstr(unknown, "does not know"));
	for (size_t i = 0; document_kinds[i] != NULL; i++) {
		meaning(document_kinds[i]->name, "", words, sizeof words);
		if (strcmp(words, unknown) == 0)
			CU_FAIL(document_kinds[i]->name);
		CU_ASSERT_TRUE(words[strlen(words) - 1] == '.' && strncmp(words, "This ", 5) == 0);
	}
	meaning("founding", "", words, sizeof words);
	CU_ASSERT_STRING_NOT_EQUAL(words, unknown);
	meaning("request", "", words, sizeof words);
	CU_ASSERT_STRING_NOT_EQUAL(words, unknown);
}

/* An order of an exchange says what it is: metal that is lent is no metal given away. */
static void tells_exchanges_apart(void)
{
	char award[200], words[200], before[200] = "";
	meaning("release-order", "", award, sizeof award);
	for (size_t i = 1; exchange_kind_names[i] != NULL; i++) {
		char line[64];
		snprintf(line, sizeof line, "kind %s\n", exchange_kind_names[i]);
		meaning("release-order", line, words, sizeof words);
		if (strcmp(words, award) == 0)
			CU_FAIL(exchange_kind_names[i]);
		CU_ASSERT_STRING_NOT_EQUAL(words, before);
		strcpy(before, words);
	}
}

/* A line further down, or a longer word, is no type line. */
static void is_not_fooled(void)
{
	char words[200], unknown[200];
	meaning("nonsense", "", unknown, sizeof unknown);
	meaning("prices-and-more", "projectvault.org/prices@v1\n", words, sizeof words);
	CU_ASSERT_STRING_EQUAL(words, unknown);
	meaning("price", "", words, sizeof words);
	CU_ASSERT_STRING_EQUAL(words, unknown);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "every kind of note has words", knows_every_kind },
		{ "what leaves under an exchange is told apart", tells_exchanges_apart },
		{ "only the type line says the kind", is_not_fooled },
		CU_TEST_INFO_NULL,
	};
	return run_cases("sign text", cases);
}
