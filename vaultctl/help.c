/*
 * Every text about a command comes from its row, its method's comment and its slots; nothing is
 * said of an option here that the interface does not say.
 */
#include "vaultctl/help.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "vaultctl/arguments.h"
#include "vaultctl/commands.h"
#include "vaultctl/grammar.h"

static const struct {
	const char *option, *holder, *meaning;
} global_options[] = {
	{ "-o", "table|json|csv|id", "how to answer: for people, exact, RFC 4180, or ids alone" },
	{ "--dry-run", "", "say what a write would do and who must sign; record nothing" },
	{ "--as", "CODE", "act as this person, where your Unix user may be several" },
	{ "--as-of", "TIME", "of a read: as of then, by time of record; a date alone is its end, UTC" },
	{ "--as-of-index", "N", "of a read: as of the entry of that ledger index" },
	{ "--ledger", "DIR", "of a read: from an exported ledger, without any daemon; --key KEY pins "
		"its log's key" },
	{ "--exact", "", "refuse a mass that is not whole grams instead of rounding it" },
	{ "--file", "FILE", "of a write: all its parameters as JSON, - for standard input" },
	{ "--limit", "N", "of a list: at most so many rows" },
	{ "--id", "UUID", "use this command id again, as an answer in doubt told" },
	{ "--socket", "PATH", "where vaultd listens; else $VAULT_SOCKET, /run/vault/vaultd.sock, "
		"$XDG_RUNTIME_DIR/vault/vaultd.sock" },
	{ "--quiet", "", "no notes on standard error" },
	{ "--help", "", "help about the noun" },
};

static const struct {
	const char *who, *lines;
} examples[] = {
	{ "Reserve staff, each within their duty",
		"status\ninbox\nlot import deliveries.csv --dry-run\n"
		"lot weigh GA-0042 --gross 25310kg --tare 310kg\n"
		"lot assay GA-0042 --grade 99.99% --lab SGS-2211 --cert c.pdf\n"
		"lot accept GA-0042\n"
		"lot correct GA-0042 --net 2.5t --because \"decimal slip\"\n"
		"sign O-2026-0031" },
	{ "Auditor",
		"audit run --quiet\nfinding\nledger export DIR\n"
		"ledger verify DIR --key reserve.vkey\naudit run --ledger DIR\n"
		"receipt R-2026-0014 > r.tlog-proof\nreceipt verify r.tlog-proof --key reserve.vkey\n"
		"ledger prove 48211\nsql" },
	{ "Workflow engineer",
		"request submit --file r.json -o id\n"
		"wait R-2026-0014 --for allocated,refused --timeout 10m\nwhy R-2026-0014 -o json\n"
		"watch --from 48210 -o json\n"
		"sign --offline P.note\nsubmit P.note\n"
		"call Stock.GetLot '{\"code\":\"GA-0042\"}'" },
	{ "Trade officer",
		"price\n"
		"price draft w-conc 380USD/mtu --basis WO3 --from 2027-01-01 --because \"Q1 list\"\n"
		"price draft ni --method trimmed-mean --months 12 --because \"Q1 list\"\n"
		"price import q1.csv --dry-run\n"
		"observation import pinksheet.csv --dry-run\n"
		"tariff assess --origin CHN --commodity w-conc --net 25t --moisture 0.8% --grade 65% "
		"--value 499720USD --cif\n"
		"tariff schedule --changed-since 30d\n"
		"tariff backtest ni --floor 20000USD/t --svg nickel.svg\n"
		"exposure gallium --ban CHN\n"
		"contract settle C-2026-0001 2026Q3" },
	{ "Participants and loans",
		"commitment new acme ga 10t 365USD/kg --basis Ga --starts 2027-01-01 --ends 2030-01-01 "
		"--replenish-days 90 --fee 20000USD\n"
		"draw new acme ga 500kg --replenish-by 2027-01-15\n"
		"statement acme --month 2026-12\n"
		"loan new JPN ga 12t --due 2027-03-01 --premium 100ppm\n"
		"loan --overdue\nrotation --open" },
	{ "Newcomer", "whoami\ncommodity ga\nrequest new\nwhy R-2026-0003\nhelp request" },
};

#define COUNT(array) (sizeof (array) / sizeof *(array))

static const char *summary(struct ctl *ctl, const struct ctl_command *row)
{
	if (row->summary != NULL || row->method == NULL)
		return row->summary == NULL ? "" : row->summary;
	const char *comment = ctl_method(ctl, row->method)->comment;
	return *comment != '\0' ? comment : row->verb == NULL ? "Lists them." : "";
}

static bool first_of_noun(size_t at)
{
	return grammar_noun(grammar[at].noun) == &grammar[at];
}

/* Calls each with every line of a text that has lines. */
static void each_line(const char *lines, void (*each)(struct buffer *, const char *, int),
	struct buffer *to)
{
	while (lines != NULL && *lines != '\0') {
		size_t length = strcspn(lines, "\n");
		each(to, lines, (int)length);
		lines += length + (lines[length] == '\n');
	}
}

/* ---- on the terminal ---- */

static void noun_verbs(const char *noun, struct buffer *to)
{
	for (size_t i = 0; i < grammar_count; i++) {
		const struct ctl_command *row = &grammar[i];
		if (text_equal(row->noun, noun) && row->verb != NULL)
			buffer_printf(to, " %s", row->verb);
	}
}

void help_overview(struct ctl *ctl, struct buffer *to)
{
	(void)ctl;
	buffer_append_text(to,
		"vaultctl NOUN lists, vaultctl NOUN ID shows, vaultctl NOUN VERB … acts.\n"
		"Without arguments: the status of the reserve.\n\n");
	for (size_t i = 0; i < grammar_count; i++) {
		struct buffer verbs = { 0 };
		if (!first_of_noun(i))
			continue;
		noun_verbs(grammar[i].noun, &verbs);
		buffer_printf(to, verbs.length > 0 ? "  %-12s%s\n" : "  %s\n", grammar[i].noun,
			buffer_text(&verbs));
		buffer_free(&verbs);
	}
	buffer_append_text(to, "\nOptions everywhere\n");
	for (size_t i = 0; i < COUNT(global_options); i++) {
		char option[48];
		snprintf(option, sizeof option, "%s %s", global_options[i].option,
			global_options[i].holder);
		buffer_printf(to, "  %-22s %s\n", option, global_options[i].meaning);
	}
	buffer_append_text(to, "\nMasses need a unit: 25t 1500kg 250g 10lb 32.15ozt. Shares: 99.8% "
		"998000ppm. Prices: 26.1USD/lb.\nAny unique beginning of an id works. More: vaultctl help "
		"NOUN, man vaultctl.\n");
}

static void task_line(struct buffer *to, const char *line, int length)
{
	buffer_printf(to, "  vaultctl %.*s\n", length, line);
}

/* A comment may have several lines; they stand under each other. */
static void indented(struct buffer *to, const char *text, int indent)
{
	size_t first = to->length + (size_t)indent;
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		buffer_printf(to, "%*s%.*s\n", indent, "", (int)length, text);
		text += length + (text[length] == '\n');
	}
	if (first < to->length)
		to->bytes[first] = (char)toupper((unsigned char)to->bytes[first]);
}

/* A name beside its option's stands behind the comment. */
static void slot_comment(const struct arguments *arguments, const struct slot *slot,
	struct buffer *to)
{
	const char *alias = slot_is_positional(arguments, slot) ? NULL :
		arguments_alias(arguments, slot);
	buffer_append_text(to, slot->comment);
	if (alias != NULL)
		buffer_printf(to, slot->comment[0] == '\0' ? "or --%s" : "; or --%s", alias);
}

static void slot_line(const struct arguments *arguments, const struct slot *slot,
	struct buffer *to)
{
	char option[80];
	struct buffer comment = { 0 };
	bool positional = slot_is_positional(arguments, slot);
	const char *holder = slot_holder(slot);
	if (positional && slot->comment[0] == '\0')
		return;
	snprintf(option, sizeof option, "%s%s%s%s", positional ? "" : "--",
		slot->option[0] == '\0' ? slot->name : slot->option, *holder == '\0' ? "" : " ", holder);
	slot_comment(arguments, slot, &comment);
	buffer_printf(to, comment.length == 0 ? "      %s%s\n" : "      %-26s %s\n", option,
		buffer_text(&comment));
	buffer_free(&comment);
}

/*
 * "vaultctl wait ID --for STATE[,STATE…] --timeout TIME": of a command that run does by itself. What is
 * no option is a place to fill.
 */
static void own_usage(const struct ctl_command *row, struct buffer *to)
{
	bool option = false;
	buffer_printf(to, "vaultctl %s%s%s", row->noun, row->verb == NULL ? "" : " ",
		row->verb == NULL ? "" : row->verb);
	buffer_append_text(to, row->positional[0] == '\0' ? "" : " ");
	for (const char *at = row->positional; *at != '\0'; at++) {
		bool begins = at == row->positional || at[-1] == ' ';
		option = begins ? text_starts(at, "--") : option;
		buffer_append_byte(to, option ? *at : (char)toupper((unsigned char)*at));
	}
}

static void command_help_of(struct ctl *ctl, const struct ctl_command *row, struct buffer *to)
{
	struct arguments arguments;
	if (row->run != NULL && row->method == NULL) {
		buffer_append_text(to, "  ");
		own_usage(row, to);
		buffer_append_byte(to, '\n');
		indented(to, summary(ctl, row), 6);
		return;
	}
	arguments_open(&arguments, ctl, row);
	buffer_append_text(to, "  ");
	arguments_usage(&arguments, to);
	buffer_append_byte(to, '\n');
	if (!grammar_shows(row))
		indented(to, summary(ctl, row), 6);
	for (size_t i = 0; !grammar_shows(row) && i < arguments.count; i++)
		slot_line(&arguments, &arguments.slots[i], to);
	arguments_close(&arguments);
}

void help_noun(struct ctl *ctl, const char *noun, struct buffer *to)
{
	buffer_append_text(to, "Tasks\n");
	for (size_t i = 0; i < grammar_count; i++) {
		if (text_equal(grammar[i].noun, noun))
			each_line(grammar[i].tasks, task_line, to);
	}
	buffer_append_text(to, "\nCommands and their options\n");
	for (size_t i = 0; i < grammar_count; i++) {
		if (text_equal(grammar[i].noun, noun))
			command_help_of(ctl, &grammar[i], to);
	}
	buffer_append_text(to, "\nEverywhere: -o table|json|csv|id, --dry-run, --as CODE, --exact, "
		"--quiet;\nof what only reads: --as-of TIME, --as-of-index N, --ledger DIR; see vaultctl "
		"help.\n");
}

/* ---- the manual page ---- */

/* Text for roff: backslashes and hyphens escaped, no line begins with a dot or a quote. */
static void roff_n(struct buffer *to, const char *text, size_t length)
{
	bool line_start = to->length > 0 && to->bytes[to->length - 1] == '\n';
	for (size_t i = 0; i < length; i++) {
		if (line_start && (text[i] == '.' || text[i] == '\''))
			buffer_append_text(to, "\\&");
		line_start = text[i] == '\n';
		if (text[i] == '\\')
			buffer_append_text(to, "\\e");
		else if (text[i] == '-')
			buffer_append_text(to, "\\-");
		else
			buffer_append_byte(to, text[i]);
	}
}

static void roff(struct buffer *to, const char *text)
{
	roff_n(to, text, strlen(text));
}

static void man_example(struct buffer *to, const char *line, int length)
{
	roff(to, "vaultctl ");
	roff_n(to, line, (size_t)length);
	buffer_append_byte(to, '\n');
}

static void man_examples(struct buffer *to)
{
	buffer_append_text(to, ".SH EXAMPLES\n");
	for (size_t i = 0; i < COUNT(examples); i++) {
		buffer_printf(to, ".SS %s\n.nf\n", examples[i].who);
		each_line(examples[i].lines, man_example, to);
		buffer_append_text(to, ".fi\n");
	}
}

static void man_term(struct buffer *to, const char *term, const char *holder, const char *meaning)
{
	buffer_append_text(to, ".TP\n.B ");
	roff(to, term);
	if (*holder != '\0') {
		buffer_append_byte(to, ' ');
		roff(to, holder);
	}
	buffer_append_byte(to, '\n');
	roff(to, *meaning == '\0' ? "\\ " : meaning);
	buffer_append_byte(to, '\n');
}

static void man_command(struct ctl *ctl, const struct ctl_command *row, struct buffer *to)
{
	struct buffer usage = { 0 };
	struct arguments arguments;
	bool own = row->method == NULL;
	if (own) {
		own_usage(row, &usage);
	} else {
		arguments_open(&arguments, ctl, row);
		arguments_usage(&arguments, &usage);
	}
	man_term(to, buffer_text(&usage), "", grammar_shows(row) ? "Shows one." : summary(ctl, row));
	for (size_t i = 0; !own && !grammar_shows(row) && i < arguments.count; i++) {
		const struct slot *slot = &arguments.slots[i];
		struct buffer comment = { 0 };
		if (slot_is_positional(&arguments, slot))
			continue;
		buffer_append_text(to, ".br\n");
		roff(to, "--");
		roff(to, slot->option);
		buffer_append_byte(to, ' ');
		roff(to, slot_holder(slot));
		slot_comment(&arguments, slot, &comment);
		roff(to, comment.length == 0 ? "" : ": ");
		roff(to, buffer_text(&comment));
		buffer_free(&comment);
		buffer_append_byte(to, '\n');
	}
	if (!own)
		arguments_close(&arguments);
	buffer_free(&usage);
}

static void man_exit_status(struct buffer *to)
{
	buffer_append_text(to, ".SH EXIT STATUS\n0 done. 2 also for wrong usage. "
		"Otherwise by the error:\n");
	for (int id = ERROR_NONE + 1; id < ERROR_COUNT; id++) {
		const struct error_info *info = error_info((enum error_id)id);
		char term[64];
		snprintf(term, sizeof term, "%d %s", info->exit_status, info->wire_name);
		man_term(to, term, "", info->meaning);
	}
	buffer_append_text(to, ".PP\n");
	roff(to, "audit run exits 0 clean, 1 with warnings, 2 with critical findings, 3 where it could "
		"not run. wait exits 0 in a state named, 3 when none can come any more, 1 when the time is "
		"over.\n");
}

static const char man_units[] =
	".SH UNITS\n"
	"A mass is a plain number and its unit, without separators: 25t, 1500kg, 250g, 10lb\n"
	"(453.59237 g), 32.15ozt (31.1034768 g). What is not whole grams is rounded towards less for\n"
	"whoever receives, and both figures are printed; \\-\\-exact refuses instead. A share is\n"
	"99.8% or 998000ppm. A price is 26.1USD/lb, 490USc/lb, 380USD/mtu. A time without a zone is local;\n"
	"all times are shown in UTC. A text that begins with @ is read from that file.\n";

static const char man_environment[] =
	".SH ENVIRONMENT\n"
	".TP\n.B VAULT_SOCKET\nthe socket of vaultd, where \\-\\-socket is not given\n"
	".SH SEE ALSO\n.BR vaultd (8),\n.BR vaultd.conf (5),\n.BR vault\\-ledger (7)\n";

void help_man(struct ctl *ctl, struct buffer *to)
{
	buffer_append_text(to, ".TH VAULTCTL 1 \"\" \"Vault " VAULT_VERSION "\"\n.SH NAME\n"
		"vaultctl \\- drive a strategic reserve of critical minerals\n");
	man_examples(to);
	buffer_append_text(to, ".SH SYNOPSIS\n.B vaultctl\n[options] NOUN [ID | VERB \\&...]\n"
		".SH DESCRIPTION\nvaultctl NOUN lists, vaultctl NOUN ID shows, vaultctl NOUN VERB acts.\n"
		"Without arguments it prints the status of the reserve. Any unique beginning of an id\n"
		"works. Every write carries a command id and is asked again by itself for 30 s when the\n"
		"answer is lost; nothing can happen twice.\n.SH OPTIONS\n");
	for (size_t i = 0; i < COUNT(global_options); i++)
		man_term(to, global_options[i].option, global_options[i].holder,
			global_options[i].meaning);
	buffer_append_text(to, ".SH COMMANDS\n");
	for (size_t i = 0; i < grammar_count; i++) {
		if (first_of_noun(i))
			buffer_printf(to, ".SS %s\n", grammar[i].noun);
		man_command(ctl, &grammar[i], to);
	}
	buffer_append_text(to, man_units);
	man_exit_status(to);
	buffer_append_text(to, man_environment);
}

int command_help(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct buffer text = { 0 };
	if (ctl_take_flag(&argc, argv, "--man"))
		help_man(ctl, &text);
	else if (argc == 0)
		help_overview(ctl, &text);
	else if (grammar_noun(argv[0]) != NULL)
		help_noun(ctl, argv[0], &text);
	else
		error_set(&error, ERROR_INVALID, "", "\"%.40s\" is no command; see vaultctl help", argv[0]);
	fputs(buffer_text(&text), stdout);
	buffer_free(&text);
	return error.id == ERROR_NONE ? 0 : ctl_fail(ctl, &error);
}
