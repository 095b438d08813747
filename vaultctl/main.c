/*
 * vaultctl: how people, cron jobs and workflows drive the reserve. Here only the global options are
 * read and one row of the grammar is run.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "vaultctl/commands.h"
#include "vaultctl/ctl.h"
#include "vaultctl/grammar.h"
#include "vaultctl/past.h"

static bool read_output(struct ctl *ctl, const char *name, struct error *error)
{
	static const char *const names[] = {
		[OUTPUT_TABLE] = "table", [OUTPUT_JSON] = "json", [OUTPUT_CSV] = "csv",
		[OUTPUT_ID] = "id",
	};
	for (size_t i = 0; name != NULL && i < sizeof names / sizeof *names; i++) {
		if (text_equal(name, names[i])) {
			ctl->output = (enum ctl_output)i;
			return true;
		}
	}
	return name == NULL || error_set(error, ERROR_INVALID, "",
		"-o takes table, json, csv or id, not \"%.40s\"", name);
}

static bool check_id(const struct ctl *ctl, struct error *error)
{
	uint8_t uuid[16];
	return ctl->id == NULL || text_to_uuid(ctl->id, uuid) ||
		error_set(error, ERROR_INVALID, "", "--id takes a command id as vaultctl printed it");
}

static bool read_options(struct ctl *ctl, int *argc, char **argv, struct error *error)
{
	const char *output = NULL;
	if (!ctl_take_option(argc, argv, "-o", &output, error) ||
	    !ctl_take_option(argc, argv, "--output", &output, error) ||
	    !ctl_take_option(argc, argv, "--socket", &ctl->socket, error) ||
	    !ctl_take_option(argc, argv, "--as", &ctl->as, error) ||
	    !ctl_take_option(argc, argv, "--id", &ctl->id, error))
		return false;
	ctl->dry_run = ctl_take_flag(argc, argv, "--dry-run");
	ctl->quiet = ctl_take_flag(argc, argv, "--quiet");
	ctl->exact = ctl_take_flag(argc, argv, "--exact");
	return read_output(ctl, output, error) && check_id(ctl, error) &&
		past_take(ctl, argc, argv, error);
}

/* `vaultctl lot weigh --help` is `vaultctl help lot`. */
static int run_help(struct ctl *ctl, int argc, char **argv)
{
	ctl->command = grammar_noun("help");
	return command_help(ctl, argc > 0 ? 1 : 0, argv);
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	int taken = 0;
	if (argc > 0 && text_equal(argv[0], "completion")) { /* its words are not ours to read */
		ctl->command = grammar_noun("completion");
		return command_completion(ctl, argc - 1, argv + 1);
	}
	if (!read_options(ctl, &argc, argv, &error))
		return ctl_fail(ctl, &error);
	bool help = ctl_take_flag(&argc, argv, "--help");
	if (ctl_take_flag(&argc, argv, "-h") || help)
		return run_help(ctl, argc, argv);
	if (ctl_take_flag(&argc, argv, "--version"))
		return command_version(ctl, argc, argv);
	bool start = past_lacks_noun(argc, argv);
	ctl->command = start ? grammar_noun("status") : grammar_find(argc, argv, &taken, &error);
	if (ctl->command == NULL)
		return ctl_fail(ctl, &error);
	argc -= taken;
	argv += taken;
	if (!past_begin(ctl, &argc, argv, &error))
		return ctl_fail(ctl, &error);
	if (start)
		return command_start(ctl, argc, argv);
	return ctl->command->run != NULL ? ctl->command->run(ctl, argc, argv) :
		command_generic(ctl, argc, argv);
}

int main(int argc, char **argv)
{
	struct ctl ctl;
	char **line = calloc((size_t)argc + 1, sizeof *line);
	if (line == NULL)
		abort();
	setlocale(LC_CTYPE, ""); /* for names with letters beyond ASCII in tables */
	memcpy(line, argv + 1, (size_t)(argc > 0 ? argc - 1 : 0) * sizeof *line);
	ctl_open(&ctl);
	ctl.line = line;
	ctl.line_count = argc - 1;
	int status = run(&ctl, argc - 1, argv + 1);
	ctl_close(&ctl);
	free(line);
	if (fflush(stdout) != 0 && status == 0) {
		perror("vaultctl: standard output");
		status = 1;
	}
	return status;
}
