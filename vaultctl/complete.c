/*
 * Completion for the shell: the script asks `vaultctl completion --words WORD…`, the last word
 * being the one that is typed. Nouns, verbs and options come from the grammar, ids from vaultd,
 * quietly none where it does not answer.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "vaultctl/arguments.h"
#include "vaultctl/commands.h"
#include "vaultctl/grammar.h"
#include "vaultctl/interfaces.h"
#include "vaultctl/life.h"
#include "vaultctl/past.h"
#include "vaultctl/resolve.h"

enum { WORDS_MAX = 256 };

static const char *const globals[] = {
	"-o", "--as", "--dry-run", "--exact", "--help", "--id", "--quiet", "--socket",
};
static const char *const of_reads[] = { "--as-of", "--as-of-index", "--ledger", "--key" };
static const char *const globals_with_value[] = {
	"-o", "--as", "--as-of", "--as-of-index", "--id", "--ledger", "--key", "--socket", "--file",
	"--limit",
};

struct completion {
	struct ctl *ctl;
	const char *typed;         /* the beginning that is there */
	char *words[WORDS_MAX];    /* before it, without options and their values */
	int count;
	const char *option;        /* the option whose value is typed, or NULL */
	const struct ctl_command *row;
	int taken;                 /* words that belong to the row */
};

static void offer(const struct completion *completion, const char *word)
{
	if (text_starts(word, completion->typed))
		puts(word);
}

static void offer_id(void *context, const char *id, const char *about)
{
	(void)about;
	offer(context, id);
}

static void offer_ids(struct completion *completion, const char *parameter)
{
	struct error error = { 0 };
	const char *kind = resolve_kind(completion->row->noun, parameter);
	if (kind != NULL)
		resolve_list(completion->ctl, kind, offer_id, completion, &error);
}

static bool takes_value(const char *option)
{
	for (size_t i = 0; i < sizeof globals_with_value / sizeof *globals_with_value; i++) {
		if (text_equal(globals_with_value[i], option))
			return true;
	}
	return false;
}

/* A flag of any method is a boolean parameter; every other option takes a value. */
static bool is_flag(const char *option)
{
	static const char *const flags[] = { "--dry-run", "--exact", "--help", "--quiet", "--all",
		"--partial", "--provisional", "--template", "--offline" };
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		if (text_equal(flags[i], option))
			return true;
	}
	return false;
}

static void sort_words(struct completion *completion, int argc, char **argv)
{
	for (int i = 0; i < argc - 1; i++) {
		bool option = argv[i][0] == '-' && argv[i][1] != '\0';
		bool value = option && strchr(argv[i], '=') == NULL &&
			(takes_value(argv[i]) || !is_flag(argv[i]));
		if (!option && completion->count < WORDS_MAX)
			completion->words[completion->count++] = argv[i];
		if (!value)
			continue;
		if (i + 1 == argc - 1)
			completion->option = argv[i];
		if (text_equal(argv[i], "--socket"))
			completion->ctl->socket = argv[i + 1];
		i++;
	}
}

static void offer_nouns(const struct completion *completion)
{
	for (size_t i = 0; i < grammar_count; i++) {
		if (grammar_noun(grammar[i].noun) == &grammar[i])
			offer(completion, grammar[i].noun);
	}
}

static void offer_verbs(const struct completion *completion)
{
	for (size_t i = 0; i < grammar_count; i++) {
		if (text_equal(grammar[i].noun, completion->words[0]) && grammar[i].verb != NULL &&
		    !text_equal(grammar[i].verb, GRAMMAR_SHOW))
			offer(completion, grammar[i].verb);
	}
}

/* Of a row without a method the options stand behind its words. */
static void offer_own_options(const struct completion *completion, const char *at)
{
	char option[SLOT_OPTION_MAX];
	while (*at != '\0') {
		size_t length = strcspn(at, " ");
		if (text_starts(at, "--") && length < sizeof option) {
			snprintf(option, sizeof option, "%.*s", (int)length, at);
			offer(completion, option);
		}
		at += length + (at[length] == ' ');
	}
}

static void offer_options(struct completion *completion)
{
	for (size_t i = 0; i < sizeof globals / sizeof *globals; i++)
		offer(completion, globals[i]);
	for (size_t i = 0; i < sizeof of_reads / sizeof *of_reads && past_may(completion->row); i++)
		offer(completion, of_reads[i]);
	if (completion->row != NULL && completion->row->method == NULL)
		offer_own_options(completion, completion->row->positional);
	if (completion->row == NULL || completion->row->method == NULL)
		return;
	struct arguments arguments;
	arguments_open(&arguments, completion->ctl, completion->row);
	for (size_t i = 0; i < arguments.count; i++) {
		char option[SLOT_OPTION_MAX + 2];
		snprintf(option, sizeof option, "--%s", arguments.slots[i].option);
		if (!slot_is_positional(&arguments, &arguments.slots[i]))
			offer(completion, option);
	}
	arguments_close(&arguments);
}

static void offer_value(struct completion *completion)
{
	static const char *const outputs[] = { "table", "json", "csv", "id" };
	if (text_equal(completion->option, "-o")) {
		for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
			offer(completion, outputs[i]);
	} else if (text_equal(completion->option, "--as")) {
		struct error error = { 0 };
		resolve_list(completion->ctl, "person", offer_id, completion, &error);
	} else if (text_equal(completion->option, "--for") && completion->count > 1) {
		const struct life *life = life_of(completion->words[1]);
		for (size_t i = 0; life != NULL && life->states[i].name != NULL; i++)
			offer(completion, life->states[i].name);
	} else if (completion->row != NULL) {
		offer_ids(completion, completion->option + 2);
	}
}

/* The parameter of the positional that is typed. */
static void offer_positional(struct completion *completion)
{
	const char *at = completion->row->positional;
	for (int skip = completion->count - completion->taken; skip > 0; skip--) {
		at += strcspn(at, " ");
		at += *at == ' ';
	}
	char name[64];
	size_t length = strcspn(at, " ");
	if (length == 0 || length >= sizeof name)
		return;
	memcpy(name, at, length);
	name[length] = '\0';
	offer_ids(completion, text_equal(name, "id…") ? "id" : name);
}

/* `vaultctl NOUN <here>` may become a verb or an id. */
static void offer_second(struct completion *completion)
{
	static char id[] = "?";
	char *words[] = { completion->words[0], id, NULL };
	struct error error = { 0 };
	offer_verbs(completion);
	completion->row = grammar_find(2, words, &completion->taken, &error);
	if (completion->row != NULL)
		offer_positional(completion);
}

static void complete(struct completion *completion)
{
	struct error error = { 0 };
	if (completion->count > 0)
		completion->row = grammar_find(completion->count, completion->words,
			&completion->taken, &error);
	if (completion->option != NULL)
		offer_value(completion);
	else if (completion->typed[0] == '-')
		offer_options(completion);
	else if (completion->count == 0)
		offer_nouns(completion);
	else if (completion->count == 1 && text_equal(completion->words[0], "help"))
		offer_nouns(completion);
	else if (completion->count == 1)
		offer_second(completion);
	else if (completion->row != NULL)
		offer_positional(completion);
}

int command_completion(struct ctl *ctl, int argc, char **argv)
{
	if (argc == 0) {
		fwrite(completion_script[0].text, 1, completion_script[0].length, stdout);
		return 0;
	}
	if (argc < 2 || !text_equal(argv[0], "--words"))
		return 2;
	struct completion completion = { .ctl = ctl, .typed = argv[argc - 1] };
	ctl->again_ms = 0;
	sort_words(&completion, argc - 1, argv + 1);
	complete(&completion);
	return 0;
}
