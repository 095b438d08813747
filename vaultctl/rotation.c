/*
 * `rotation --open`: what rotations and upgrades have out, a line a commodity that is to come
 * back.
 */
#include "base/text.h"
#include "vaultctl/commands.h"
#include "vaultctl/render.h"
#include "vaultctl/special.h"

static bool each_open(void *context, const struct value *row, struct error *error)
{
	(void)error;
	printer_row(context, row);
	return true;
}

int rotation_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	if (argc != 1 || !text_equal(argv[0], "--open"))
		return command_generic(ctl, argc, argv);
	struct printer *printer = printer_new(ctl, render_type(ctl, "OpenRotation"));
	bool good = ctl_list(ctl, "Zone.OpenRotations", "{}", each_open, printer, &error);
	printer_end(printer);
	return good ? 0 : ctl_fail(ctl, &error);
}
