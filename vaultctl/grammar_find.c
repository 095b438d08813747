/* Which row a command line means; a slip of one letter is told with what it was nearly. */
#include "vaultctl/grammar.h"

#include <string.h>

#include "base/text.h"

const struct ctl_command *grammar_noun(const char *noun)
{
	for (size_t i = 0; i < grammar_count; i++) {
		if (text_equal(grammar[i].noun, noun))
			return &grammar[i];
	}
	return NULL;
}

bool grammar_shows(const struct ctl_command *row)
{
	return row->verb != NULL && text_equal(row->verb, GRAMMAR_SHOW);
}

static const struct ctl_command *find_verb(const char *noun, const char *verb)
{
	for (size_t i = 0; i < grammar_count; i++) {
		bool same = verb == NULL ? grammar[i].verb == NULL :
			grammar[i].verb != NULL && text_equal(grammar[i].verb, verb);
		if (same && text_equal(grammar[i].noun, noun))
			return &grammar[i];
	}
	return NULL;
}

/* Nouns and verbs that differ by one letter put in, left out, changed or swapped. */
static bool nearly(const char *a, const char *b)
{
	size_t length_a = strlen(a), length_b = strlen(b), begin = 0;
	if (length_a > length_b)
		return nearly(b, a);
	if (length_b - length_a > 1 || length_a < 3)
		return false;
	while (begin < length_a && a[begin] == b[begin])
		begin++;
	const char *rest_a = a + begin, *rest_b = b + begin;
	if (length_a < length_b)
		return text_equal(rest_a, rest_b + 1);
	if (*rest_a == '\0' || text_equal(rest_a + 1, rest_b + 1))
		return true;
	return rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] && rest_a[1] != '\0' &&
		text_equal(rest_a + 2, rest_b + 2);
}

static const struct ctl_command *no_noun(const char *noun, struct error *error)
{
	error_set(error, ERROR_INVALID, "", "\"%.40s\" is no command", noun);
	for (size_t i = 0; i < grammar_count; i++) {
		if (nearly(noun, grammar[i].noun) || text_starts(grammar[i].noun, noun))
			error_remedy(error, "vaultctl help %s", grammar[i].noun);
	}
	error_remedy(error, "vaultctl help");
	return NULL;
}

static const struct ctl_command *no_verb(const char *noun, const char *verb, struct error *error)
{
	char verbs[240] = "";
	for (size_t i = 0; i < grammar_count; i++) {
		const struct ctl_command *row = &grammar[i];
		if (!text_equal(row->noun, noun) || row->verb == NULL ||
		    text_equal(row->verb, GRAMMAR_SHOW) || strlen(verbs) + 24 > sizeof verbs)
			continue;
		if (verbs[0] != '\0')
			strcat(verbs, ", ");
		strcat(verbs, row->verb);
	}
	if (verb != NULL)
		error_set(error, ERROR_INVALID, "", "%s has no verb \"%.40s\"", noun, verb);
	else
		error_set(error, ERROR_INVALID, "", "%s needs a verb", noun);
	error_remedy(error, "It has %s; see vaultctl help %s", verbs[0] == '\0' ? "none" : verbs, noun);
	return NULL;
}

/* A second word that is nearly a verb is a slip, not an id. */
static bool is_slip(const char *noun, const char *word)
{
	for (size_t i = 0; i < grammar_count; i++) {
		if (text_equal(grammar[i].noun, noun) && grammar[i].verb != NULL &&
		    !text_equal(grammar[i].verb, GRAMMAR_SHOW) && nearly(word, grammar[i].verb))
			return true;
	}
	return false;
}

const struct ctl_command *grammar_find(int argc, char *const *argv, int *ret_taken,
	struct error *error)
{
	const char *noun = argv[0], *word = argc > 1 && argv[1][0] != '-' ? argv[1] : NULL;
	if (grammar_noun(noun) == NULL)
		return no_noun(noun, error);
	const struct ctl_command *row = word == NULL || text_equal(word, GRAMMAR_SHOW) ? NULL :
		find_verb(noun, word);
	if (row != NULL) {
		*ret_taken = 2;
		return row;
	}
	*ret_taken = 1;
	row = word == NULL ? find_verb(noun, NULL) : find_verb(noun, GRAMMAR_SHOW);
	if (row == NULL && word != NULL)
		row = find_verb(noun, NULL);
	if (row == NULL || (word != NULL && is_slip(noun, word)))
		return no_verb(noun, word, error);
	return row;
}
