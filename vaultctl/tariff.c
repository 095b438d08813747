/* `tariff assess` and `tariff schedule`: the generic command, with a word put right before. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "vaultctl/commands.h"
#include "vaultctl/grammar.h"
#include "vaultctl/special.h"
#include "vaultctl/tariff_stream.h"

/* Runs another row of the same noun in place of the one that was found. */
static int run_as(struct ctl *ctl, const char *verb, const char *method, const char *positional,
	int argc, char **argv)
{
	const struct ctl_command *command = ctl->command;
	struct ctl_command row = *command;
	row.verb = verb;
	row.method = method;
	row.positional = positional;
	ctl->command = &row;
	int status = command_generic(ctl, argc, argv);
	ctl->command = command;
	return status;
}

/* ---- one import ---- */

/* --cif and --fob stand for --terms. */
static void put_terms(int argc, char **argv)
{
	static char cif[] = "--terms=cif", fob[] = "--terms=fob";
	for (int i = 0; i < argc; i++) {
		if (text_equal(argv[i], "--cif"))
			argv[i] = cif;
		else if (text_equal(argv[i], "--fob"))
			argv[i] = fob;
	}
}

/* The value of an option among the words, as it stands, or NULL. */
static const char *typed(int argc, char **argv, const char *option)
{
	size_t length = strlen(option);
	for (int i = 0; i < argc; i++) {
		if (text_equal(argv[i], option) && i + 1 < argc)
			return argv[i + 1];
		if (strncmp(argv[i], option, length) == 0 && argv[i][length] == '=')
			return argv[i] + length + 1;
	}
	return NULL;
}

static const char *currency_of(const char *money)
{
	size_t length = money != NULL ? strlen(money) : 0;
	return length > 3 ? money + length - 3 : "";
}

/* The wire has one currency for all of an invoice. */
static bool check_currencies(int argc, char **argv, struct error *error)
{
	static const char *const beside[] = { "--freight", "--insurance" };
	const char *value = currency_of(typed(argc, argv, "--value"));
	for (int i = 0; i < 2; i++) {
		const char *given = typed(argc, argv, beside[i]);
		if (given != NULL && value[0] != '\0' && !text_equal(currency_of(given), value)) {
			error_set(error, ERROR_INVALID, "", "%s %s is not in the currency of the value, %s",
				beside[i] + 2, given, value);
			return error_remedy(error, "An invoice has one currency: tell it in %s", value);
		}
	}
	return true;
}

int tariff_assess_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	const char *from = NULL, *out = NULL;
	if (ctl_take_flag(&argc, argv, "--template"))
		return tariff_stream_template();
	if (!ctl_take_option(&argc, argv, "--from", &from, &error) ||
	    !ctl_take_option(&argc, argv, "--out", &out, &error))
		return ctl_fail(ctl, &error);
	if (from != NULL)
		return ctl_words(argc, argv, 0, 0, &error) ? tariff_stream(ctl, from, out) :
			ctl_fail(ctl, &error);
	if (out != NULL) {
		error_set(&error, ERROR_INVALID, "", "--out goes with --from CSV");
		return ctl_fail(ctl, &error);
	}
	put_terms(argc, argv);
	if (!check_currencies(argc, argv, &error))
		return ctl_fail(ctl, &error);
	if (ctl_take_flag(&argc, argv, "--record"))
		return run_as(ctl, "assess", "Zone.RecordAssessment", "", argc, argv);
	if (ctl->dry_run) {
		error_set(&error, ERROR_INVALID, "", "without --record nothing is recorded: it is a trial");
		return ctl_fail(ctl, &error);
	}
	return command_generic(ctl, argc, argv);
}

int tariff_assessment_run(struct ctl *ctl, int argc, char **argv)
{
	return command_generic(ctl, argc, argv);
}

/* ---- schedules ---- */

/* `tariff schedule set …` is a row of the grammar of its own; ga/CHN/3 is one version. */
int tariff_schedule_run(struct ctl *ctl, int argc, char **argv)
{
	static char all[] = "--all";
	if (argc > 0 && text_equal(argv[0], "set"))
		return run_as(ctl, "schedule set", "Zone.SetTariffs", "commodity origin mode", argc - 1,
			argv + 1);
	if (argc == 1 && strchr(argv[0], '/') != NULL)
		return run_as(ctl, GRAMMAR_SHOW, "Zone.ListTariffs", "id", 2,
			(char *[]){ argv[0], all, NULL });
	return command_generic(ctl, argc, argv);
}
