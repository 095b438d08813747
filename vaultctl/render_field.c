/*
 * How a field is shown follows from its name, which bears the unit: one table of endings, one of the
 * titles that would not tell two fields apart.
 */
#include "vaultctl/render.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "vaultctl/money.h"
#include "vaultctl/units.h"

enum cell { CELL_PLAIN, CELL_MASS, CELL_SHARE, CELL_COVER, CELL_TIME, CELL_PRICE, CELL_CENTS,
	CELL_TONNE_DAY, CELL_YEAR };

static const struct {
	const char *suffix;
	enum cell cell;
	bool dropped; /* from the title */
} suffixes[] = {
	{ "_g_per_day", CELL_MASS, false },
	{ "_micros_per_kg", CELL_PRICE, true },
	{ "_micros_per_tonne_day", CELL_TONNE_DAY, true },
	{ "_g", CELL_MASS, true },
	{ "_cents", CELL_CENTS, true },
	{ "year", CELL_YEAR, false },
	{ "_ppm", CELL_SHARE, true },
	{ "_tenths", CELL_COVER, true },
	{ "_at", CELL_TIME, true },
	{ "need_by", CELL_TIME, false },
	{ "out_by", CELL_TIME, false },
	{ "deliver_by", CELL_TIME, false },
	{ "day", CELL_TIME, false },
	{ "since", CELL_TIME, false },
	{ "now", CELL_TIME, false },
	{ "until", CELL_TIME, false },
	{ "from", CELL_TIME, false },
	{ "at", CELL_TIME, false },
};

static int find_suffix(const char *field)
{
	size_t length = strlen(field);
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		size_t size = strlen(suffixes[i].suffix);
		if (length >= size && text_equal(field + length - size, suffixes[i].suffix))
			return (int)i;
	}
	return -1;
}

/* What a name without its unit would not tell from another beside it. */
static const struct { const char *field, *title; } titles[] = {
	{ "duty_ppm", "ad valorem" }, { "cap_ppm", "cap" }, { "cap_micros_per_kg", "cap a kg" },
	{ "reference_micros_per_kg", "floor" }, { "price_micros_per_kg", "per kg" },
	{ "premium_ppm", "premium a day" }, { "original_due_at", "first due" },
	{ "overdue_originally", "late by first" },
	{ "overdue_originally_g", "late by first" }, { "owes", "is to come back" }, { "back_ppm", "comes back" },
	{ "bought_cents", "buy-back" }, { "bought_charged_g", "buy-back charged" },
};

void render_title(const char *field, struct buffer *to)
{
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		if (text_equal(titles[i].field, field)) {
			buffer_append_text(to, titles[i].title);
			return;
		}
	}
	int suffix = find_suffix(field);
	size_t length = strlen(field);
	if (suffix >= 0 && text_equal(suffixes[suffix].suffix, "_g_per_day"))
		length -= strlen("_g_per_day");
	else if (suffix >= 0 && suffixes[suffix].dropped)
		length -= strlen(suffixes[suffix].suffix);
	for (size_t i = 0; i < length; i++)
		buffer_append_byte(to, field[i] == '_' ? ' ' : field[i]);
	if (suffix >= 0 && text_equal(suffixes[suffix].suffix, "_g_per_day"))
		buffer_append_text(to, " a day");
}

static void show_mass(int64_t mass_g, bool exact, char text[UNIT_TEXT])
{
	enum mass_unit unit = unit_of_mass(mass_g);
	if (exact)
		unit_show_mass_in(mass_g, unit, unit_exact_decimals(mass_g, unit), text);
	else
		unit_show_mass(mass_g, text);
}

static void show_number(enum cell cell, int64_t number, bool exact, struct buffer *to)
{
	char text[UNIT_TEXT];
	switch (cell) {
	case CELL_MASS:
		show_mass(number, exact, text);
		break;
	case CELL_SHARE:
		unit_show_share(number, text);
		break;
	case CELL_COVER:
		unit_show_cover(number, text);
		break;
	case CELL_PRICE:
		unit_show_price(number, 6, "USD/kg", text);
		break;
	case CELL_TONNE_DAY:
		unit_show_price(number, 6, "USD/t", text);
		break;
	case CELL_CENTS:
		money_show_cents(number, text);
		break;
	case CELL_YEAR:
		snprintf(text, sizeof text, "%lld", (long long)number);
		break;
	case CELL_PLAIN:
	case CELL_TIME:
		unit_show_count(number, text);
		break;
	}
	buffer_append_text(to, text);
}

static void show_text(enum cell cell, const char *value, struct buffer *to)
{
	int64_t time_ms;
	char text[UNIT_TEXT];
	if (cell != CELL_TIME || !time_parse(value, &time_ms)) {
		buffer_append_text(to, value);
		return;
	}
	if (time_ms % TIME_DAY_MS == 0)
		unit_show_date(time_ms, text);
	else
		unit_show_time(time_ms, text);
	buffer_append_text(to, text);
}

/* What an object in a cell comes to: "ga 500.0 kg" of a cap, "ga" of none; else two members. */
static void show_brief(const struct value *object, bool exact, struct buffer *to)
{
	struct value_cursor cursor = { 0 };
	const char *key;
	const struct value *member;
	if (value_get(object, "commodity") != NULL) {
		render_show("commodity", object, exact, to);
		buffer_append_text(to, value_get(object, "cap_g") != NULL ? " " : "");
		render_show("cap_g", object, exact, to);
		return;
	}
	for (int i = 0; i < 2 && value_next(object, &cursor, &key, &member); i++) {
		if (i > 0)
			buffer_append_byte(to, ' ');
		render_show(key, object, exact, to);
	}
}

static void show_value(enum cell cell, const struct value *value, bool exact, struct buffer *to)
{
	switch (value_kind(value)) {
	case VALUE_ABSENT:
	case VALUE_REAL:
		break;
	case VALUE_BOOL:
		buffer_append_text(to, value_bool(value, false) ? "yes" : "no");
		break;
	case VALUE_INT:
		show_number(cell, value_int(value, 0), exact, to);
		break;
	case VALUE_TEXT:
		show_text(cell, value_text(value, ""), to);
		break;
	case VALUE_ARRAY:
		for (size_t i = 0; i < value_count(value); i++) {
			if (i > 0)
				buffer_append_text(to, ", ");
			show_value(cell, value_at(value, i), exact, to);
		}
		break;
	case VALUE_OBJECT:
		show_brief(value, exact, to);
		break;
	}
}

void render_show(const char *field, const struct value *row, bool exact, struct buffer *to)
{
	char text[UNIT_TEXT];
	if (text_equal(field, "price") && value_get(row, "price") == NULL) {
		if (value_get(row, "quoted") == NULL)
			return;
		unit_show_price(value_get_int(row, "quoted", 0), value_get_int(row, "decimals", 0),
			value_get_text(row, "unit", ""), text);
		buffer_append_text(to, text);
		return;
	}
	if (text_equal(field, "index")) { /* a number to type again: no separators */
		if (value_get(row, field) != NULL)
			buffer_append_int(to, value_get_int(row, field, 0));
		return;
	}
	int suffix = find_suffix(field);
	show_value(suffix < 0 ? CELL_PLAIN : suffixes[suffix].cell, value_get(row, field), exact, to);
}

void render_cell(const char *field, const struct value *row, struct buffer *to)
{
	render_show(field, row, false, to);
}
