/*
 * `ledger replay DIR`: the whole state made again from the tiles alone, with no database and no daemon, and
 * shown as `vaultctl status` shows it; the digest over every row tells two builds, or two people, that they
 * came to the same.
 */
#include <stdio.h>

#include "base/json.h"
#include "vaultctl/past.h"
#include "vaultctl/special.h"
#include "vaultctl/status.h"

static void print_json(const struct ctl *ctl, const struct reply *status, const char *digest,
	int64_t index)
{
	struct buffer text = { 0 }, inner = { 0 };
	struct json json;
	(void)ctl;
	value_write(status->parameters, &inner);
	json_begin(&json, &text, false);
	json_open_object(&json);
	json_key(&json, "index");
	json_int(&json, index);
	json_key(&json, "state_sha256");
	json_text(&json, digest);
	json_key(&json, "status");
	json_raw(&json, inner.bytes, inner.length);
	json_close_object(&json);
	puts(buffer_text(&text));
	buffer_free(&inner);
	buffer_free(&text);
}

static void print_text(const struct ctl *ctl, const struct reply *status, const char *digest)
{
	struct buffer text = { 0 };
	const struct status_options options = { .colour = ctl->out_terminal, .past = true };
	status_render(status->parameters, &options, &text);
	fputs(buffer_text(&text), stdout);
	printf("\nState                sha256 %s\n", digest);
	buffer_free(&text);
}

int ledger_replay_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct reply status = { 0 };
	char digest[PAST_DIGEST];
	if (!ctl_words(argc, argv, 1, 1, &error))
		return ctl_fail(ctl, &error);
	past_set_ledger(ctl, argv[0]);
	if (!ctl_call(ctl, "Evidence.Status", NULL, &status, &error))
		return ctl_fail(ctl, &error);
	int64_t index = past_digest(ctl, digest);
	if (ctl->output == OUTPUT_TABLE)
		print_text(ctl, &status, digest);
	else if (ctl->output == OUTPUT_JSON)
		print_json(ctl, &status, digest, index);
	else
		puts(digest);
	reply_free(&status);
	return 0;
}
