/* `declaration account ID`: the monthly accounts of a limited declaration, a line a commodity. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "vaultctl/commands.h"
#include "vaultctl/render.h"
#include "vaultctl/special.h"

static const struct ctl_column columns[] = { { "account", false }, { "from", false },
	{ "until", false }, { "commodity", false }, { "in the period", true }, { "so far", true },
	{ "cap", true }, { "available", true }, { "must stay", true } };
/* The first three are the account's own, the rest the line's. */
static const char *const fields[] = { "id", "from", "until", "commodity", "used_in_period_g",
	"used_g", "cap_g", "available_g", "floor_g" };
enum { COLUMNS = sizeof columns / sizeof *columns, OF_ACCOUNT = 3 };

struct accounts {
	struct ctl *ctl;
	struct ctl_table *table; /* NULL: none came yet */
};

static void add_line(struct ctl_table *table, const struct value *account,
	const struct value *line)
{
	struct buffer cells[COLUMNS] = { 0 };
	const char *texts[COLUMNS];
	for (size_t i = 0; i < COLUMNS; i++) {
		render_cell(fields[i], i < OF_ACCOUNT ? account : line, &cells[i]);
		texts[i] = buffer_text(&cells[i]);
	}
	ctl_table_row(table, texts);
	for (size_t i = 0; i < COLUMNS; i++)
		buffer_free(&cells[i]);
}

static bool each_account(void *context, const struct value *row, struct error *error)
{
	struct accounts *accounts = context;
	const struct value *lines = value_get(row, "lines");
	(void)error;
	if (accounts->table == NULL)
		accounts->table = ctl_table_new(accounts->ctl, columns, COLUMNS);
	for (size_t i = 0; i < value_count(lines); i++)
		add_line(accounts->table, row, value_at(lines, i));
	return true;
}

int declaration_account_run(struct ctl *ctl, int argc, char **argv)
{
	struct accounts accounts = { .ctl = ctl };
	struct error error = { 0 };
	char id[CTL_ID];
	if (ctl->output != OUTPUT_TABLE)
		return command_generic(ctl, argc, argv);
	if (!ctl_words(argc, argv, 1, 1, &error) ||
	    !ctl_resolve(ctl, "declaration", argv[0], id, &error))
		return ctl_fail(ctl, &error);
	struct buffer params = { 0 };
	struct json json;
	json_begin(&json, &params, false);
	json_open_object(&json);
	json_key(&json, "declaration");
	json_text(&json, id);
	json_close_object(&json);
	bool good = ctl_list(ctl, "Emergency.ListStatements", buffer_text(&params), each_account,
		&accounts, &error);
	buffer_free(&params);
	if (accounts.table != NULL)
		ctl_table_print(accounts.table);
	else if (good)
		ctl_say(ctl, "%s has given no account yet; a limited one does at each month's end (UTC) "
			"and at its own", id);
	return good ? 0 : ctl_fail(ctl, &error);
}
