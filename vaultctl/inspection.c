/* `inspection --overdue`: what is due, which is another list than that of what was done. */
#include "base/json.h"
#include "base/text.h"
#include "vaultctl/commands.h"
#include "vaultctl/render.h"
#include "vaultctl/resolve.h"
#include "vaultctl/special.h"

static bool each_due(void *context, const struct value *row, struct error *error)
{
	(void)error;
	printer_row(context, row);
	return true;
}

static bool print_due(struct ctl *ctl, int argc, char **argv, struct error *error)
{
	const char *site = NULL, *kind = NULL, *days = NULL;
	struct buffer params = { 0 };
	struct json json;
	int64_t within = 0;
	if (!ctl_take_option(&argc, argv, "--site", &site, error) ||
	    !ctl_take_option(&argc, argv, "--kind", &kind, error) ||
	    !ctl_take_option(&argc, argv, "--within-days", &days, error) ||
	    !ctl_words(argc, argv, 0, 1, error))
		return false;
	if (days != NULL && !text_to_int(days, &within))
		return error_set(error, ERROR_INVALID, "within_days", "\"%.40s\" is no number of days", days);
	json_begin(&json, &params, false);
	json_open_object(&json);
	if (site != NULL || argc > 0) {
		json_key(&json, "site");
		json_text(&json, site != NULL ? site : argv[0]);
	}
	if (kind != NULL) {
		json_key(&json, "kind");
		json_text(&json, kind);
	}
	json_key(&json, "within_days");
	json_int(&json, within);
	json_close_object(&json);
	struct printer *printer = printer_new(ctl, render_type(ctl, "DueInspection"));
	bool good = ctl_list(ctl, "Stock.DueInspections", buffer_text(&params), each_due, printer, error);
	printer_end(printer);
	buffer_free(&params);
	return good;
}

int inspection_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	if (!ctl_take_flag(&argc, argv, "--overdue"))
		return command_generic(ctl, argc, argv);
	return print_due(ctl, argc, argv, &error) ? 0 : ctl_fail(ctl, &error);
}
