/*
 * `watch`: a line an entry, as they are committed, for people and for programs. It ends when it is
 * interrupted, and then says where to go on.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "vaultctl/follow.h"
#include "vaultctl/special.h"
#include "wire/entry.h"

/* "48211  2026-11-22 20:41:05Z  haas      request.allocated       R-2026-0014" */
static void print_line(int64_t index, const struct value *entry)
{
	const struct value *body = value_get(entry, "body");
	const char *at = value_get_text(entry, "at", ""), *subject = "";
	for (size_t i = 0; *subject == '\0' && entry_subjects[i] != NULL; i++)
		subject = value_get_text(body, entry_subjects[i], "");
	printf("%8lld  %.10s %.8sZ  %-8s  %-22s  %s\n", (long long)index, at,
		strlen(at) > 11 ? at + 11 : "", value_get_text(entry, "actor", ""),
		value_get_text(entry, "kind", ""), subject);
}

static bool print_entry(void *context, int64_t index, const char *text, struct error *error)
{
	const struct ctl *ctl = context;
	struct value *entry = NULL;
	if (ctl->output == OUTPUT_JSON) {
		puts(text);
	} else {
		if (!value_parse(text, strlen(text), &entry, error))
			return false;
		print_line(index, entry);
		value_free(entry);
	}
	return fflush(stdout) == 0 || error_set(error, ERROR_STORE, "", "stdout cannot be written");
}

static bool read_options(struct ctl *ctl, int *argc, char **argv, struct follow *follow,
	struct error *error)
{
	const char *from = NULL;
	if (!ctl_take_option(argc, argv, "--from", &from, error) ||
	    !ctl_take_option(argc, argv, "--subject", &follow->subject, error) ||
	    !ctl_words(*argc, argv, 0, 0, error))
		return false;
	if (follow->subject != NULL && *follow->subject == '\0')
		return error_set(error, ERROR_INVALID, "", "--subject is empty");
	if (ctl->output != OUTPUT_TABLE && ctl->output != OUTPUT_JSON)
		return error_set(error, ERROR_INVALID, "", "watch answers with -o table or -o json");
	if (from == NULL)
		return follow_size(ctl, &follow->next, error);
	return (text_to_int(from, &follow->next) && follow->next >= 0) ||
		error_set(error, ERROR_INVALID, "", "\"%.40s\" is no ledger index", from);
}

int watch_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct follow follow = { .ctl = ctl, .by_signal = true, .each = print_entry, .context = ctl };
	if (!read_options(ctl, &argc, argv, &follow, &error))
		return ctl_fail(ctl, &error);
	int64_t from = follow.next;
	enum follow_end end = follow_run(&follow, &error);
	if (end == FOLLOW_FAILED && follow.next == from)
		return ctl_fail(ctl, &error);
	ctl_say(ctl, "%sto go on: vaultctl watch --from %lld%s%s", end == FOLLOW_SIGNAL ? "\n" : "",
		(long long)follow.next, follow.subject != NULL ? " --subject " : "",
		follow.subject != NULL ? follow.subject : "");
	return end == FOLLOW_FAILED ? ctl_fail(ctl, &error) : 0;
}
