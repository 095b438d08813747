/* `metrics`: what vaultd measures, for the textfile collector of Prometheus' node_exporter. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "vaultctl/file.h"
#include "vaultctl/special.h"

static void print_json(const char *text)
{
	struct buffer out = { 0 };
	struct json json;
	json_begin(&json, &out, false);
	json_open_object(&json);
	json_key(&json, "text");
	json_text(&json, text);
	json_close_object(&json);
	puts(buffer_text(&out));
	buffer_free(&out);
}

int metrics_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct reply reply;
	const char *out = NULL;
	if (!ctl_take_option(&argc, argv, "--out", &out, &error) || !ctl_words(argc, argv, 0, 0, &error) ||
	    !ctl_call(ctl, "Evidence.Metrics", NULL, &reply, &error))
		return ctl_fail(ctl, &error);
	const char *text = value_get_text(reply.parameters, "text", "");
	bool good = true;
	if (out != NULL)
		good = file_replace(out, text, strlen(text), 0644, &error);
	else if (ctl->output == OUTPUT_JSON)
		print_json(text);
	else
		fputs(text, stdout);
	reply_free(&reply);
	return good ? 0 : ctl_fail(ctl, &error);
}
