/*
 * Lists and single prices under one noun, the history of one commodity in its order, and the check that a
 * price follows from its inputs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "vaultctl/commands.h"
#include "vaultctl/grammar.h"
#include "vaultctl/render.h"
#include "vaultctl/special.h"
#include "vaultctl/units.h"

/* `price ga/7` is one thing, `price ga` a list: an id has a stroke in it and a commodity's code has none. */
int zone_show_run(struct ctl *ctl, int argc, char **argv)
{
	if (argc > 0 && strchr(argv[0], '/') == NULL)
		ctl->command = grammar_noun(ctl->command->noun); /* the list */
	return command_generic(ctl, argc, argv);
}

/* ---- the history of one commodity, in order ---- */

struct version {
	int64_t number;
	struct buffer row; /* as JSON */
};

struct versions {
	struct version *items;
	size_t count;
};

static bool each_version(void *context, const struct value *row, struct error *error)
{
	struct versions *versions = context;
	(void)error;
	versions->items = reallocarray(versions->items, versions->count + 1, sizeof *versions->items);
	if (versions->items == NULL)
		abort();
	struct version *version = &versions->items[versions->count++];
	*version = (struct version){ .number = value_get_int(row, "version", 0) };
	value_write(row, &version->row);
	return true;
}

static int compare(const void *a, const void *b)
{
	const struct version *one = a, *other = b;
	return one->number < other->number ? -1 : one->number > other->number;
}

static bool print_versions(struct ctl *ctl, struct versions *versions, struct error *error)
{
	struct buffer text = { 0 };
	struct value *rows;
	if (versions->count > 0)
		qsort(versions->items, versions->count, sizeof *versions->items, compare);
	buffer_append_byte(&text, '[');
	for (size_t i = 0; i < versions->count; i++)
		buffer_printf(&text, "%s%s", i > 0 ? "," : "", buffer_text(&versions->items[i].row));
	buffer_append_byte(&text, ']');
	bool good = value_parse(buffer_text(&text), text.length, &rows, error);
	if (good) {
		ctl_print_rows(ctl, "Price", rows);
		value_free(rows);
	}
	buffer_free(&text);
	return good;
}

static int show_history(struct ctl *ctl, const char *given)
{
	struct error error = { 0 };
	struct buffer params = { 0 };
	struct versions versions = { 0 };
	struct json json;
	char code[CTL_ID];
	if (!ctl_resolve(ctl, "commodity", given, code, &error))
		return ctl_fail(ctl, &error);
	json_begin(&json, &params, false);
	json_open_object(&json);
	json_key(&json, "commodity");
	json_text(&json, code);
	json_key(&json, "history");
	json_bool(&json, true);
	json_close_object(&json);
	bool good = ctl_list(ctl, "Zone.ListPrices", buffer_text(&params), each_version, &versions,
		&error) && print_versions(ctl, &versions, &error);
	for (size_t i = 0; i < versions.count; i++)
		buffer_free(&versions.items[i].row);
	free(versions.items);
	buffer_free(&params);
	return good ? 0 : ctl_fail(ctl, &error);
}

int price_show_run(struct ctl *ctl, int argc, char **argv)
{
	if (argc == 2 && text_equal(argv[1], "--history") && strchr(argv[0], '/') == NULL)
		return show_history(ctl, argv[0]);
	return zone_show_run(ctl, argc, argv);
}

/* ---- computed again ---- */

static void params_of(const char *id, struct buffer *to)
{
	struct json json;
	json_begin(&json, to, false);
	json_open_object(&json);
	json_key(&json, "price");
	json_text(&json, id);
	json_close_object(&json);
}

static void print_inputs(struct ctl *ctl, const struct value *price)
{
	const struct value *inputs = value_get(price, "inputs");
	if (value_count(inputs) > 0)
		ctl_print_rows(ctl, "PriceInput", inputs);
}

static void print_outcome(struct ctl *ctl, const struct value *answer)
{
	char stated[UNIT_TEXT], found[UNIT_TEXT];
	const struct value *price = value_get(answer, "price");
	const struct value *revised = value_get(answer, "revised");
	const char *id = value_get_text(price, "id", ""), *unit = value_get_text(price, "unit", "");
	int64_t decimals = value_get_int(price, "decimals", 0);
	unit_show_price(value_get_int(price, "quoted", 0), decimals, unit, stated);
	unit_show_price(value_get_int(answer, "quoted", 0), decimals, unit, found);
	print_inputs(ctl, price);
	if (value_get_bool(answer, "equal", false))
		printf("equal: %s is %s per %s, as %s of its %zu inputs gives it\n", id, stated,
			value_get_text(price, "basis", ""), value_get_text(price, "method", ""),
			value_count(value_get(price, "inputs")));
	else
		printf("NOT EQUAL: %s says %s, and its inputs give %s\n", id, stated, found);
	for (size_t i = 0; i < value_count(revised); i++)
		ctl_say(ctl, "%s has been revised since: version %lld",
			value_get_text(value_at(revised, i), "id", ""),
			(long long)value_get_int(value_at(revised, i), "version", 0));
}

/* Exit status 0 where it is equal, 1 where it is not. */
int price_recompute_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct buffer params = { 0 };
	struct reply reply = { 0 };
	if (ctl->output != OUTPUT_TABLE)
		return command_generic(ctl, argc, argv);
	if (!ctl_words(argc, argv, 1, 1, &error))
		return ctl_fail(ctl, &error);
	params_of(argv[0], &params);
	bool good = ctl_call(ctl, "Zone.RecomputePrice", buffer_text(&params), &reply, &error);
	buffer_free(&params);
	if (!good)
		return ctl_fail(ctl, &error);
	bool equal = value_get_bool(reply.parameters, "equal", false);
	print_outcome(ctl, reply.parameters);
	reply_free(&reply);
	return equal ? 0 : 1;
}
