/* Names to the left, figures to the right of a common edge, what explains them behind. */
#include "vaultctl/sheet.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "vaultctl/money.h"
#include "vaultctl/units.h"

enum { NAME_WIDTH = 17, FIGURE_WIDTH = 20, NOTE_MAX = 160 };

static void line(struct buffer *to, const char *name, const char *figure, const char *note)
{
	size_t length = strlen(figure);
	buffer_printf(to, "  %-*s", NAME_WIDTH, name);
	for (size_t i = length; i < FIGURE_WIDTH; i++)
		buffer_append_byte(to, ' ');
	buffer_append_text(to, figure);
	if (note[0] != '\0')
		buffer_printf(to, "   %s", note);
	buffer_append_byte(to, '\n');
}

static void money_line(struct buffer *to, const char *name, const struct value *sheet,
	const char *field, const char *note)
{
	char text[UNIT_TEXT];
	money_show_cents(value_get_int(sheet, field, 0), text);
	line(to, name, text, note);
}

static void mass_text(int64_t mass_g, char text[UNIT_TEXT])
{
	enum mass_unit unit = mass_g < 1000 ? MASS_G : MASS_KG;
	unit_show_mass_in(mass_g, unit, unit == MASS_G ? 0 : unit_exact_decimals(mass_g, unit), text);
}

static void day_text(const struct value *sheet, const char *field, char text[UNIT_TEXT])
{
	int64_t at;
	text[0] = '\0';
	if (time_parse(value_get_text(sheet, field, ""), &at))
		unit_show_date(at, text);
}

/* Net mass, moisture, grade and what is in it: of imports and sales alike. */
static void goods(struct buffer *to, const struct value *sheet, const char *contained_basis)
{
	char text[UNIT_TEXT], share[UNIT_TEXT];
	const char *basis = value_get_text(sheet, "basis", "");
	mass_text(value_get_int(sheet, "net_g", 0), text);
	line(to, "net mass", text, "");
	if (value_get_int(sheet, "moisture_ppm", 0) > 0) {
		unit_show_share(value_get_int(sheet, "moisture_ppm", 0), share);
		line(to, "moisture", share, "");
	}
	unit_show_share(value_get_int(sheet, "grade_ppm", 0), share);
	line(to, "grade", share, basis);
	mass_text(value_get_int(sheet, "contained_g", 0), text);
	line(to, "contained", text, contained_basis);
}

/* "CIF", "FOB 480,000.00 EUR + freight 9,000.00 + insurance 420.00, at 1.1111 USD (ECB)" */
static void customs_note(const struct value *sheet, char note[NOTE_MAX * 2])
{
	char value[UNIT_TEXT], freight[UNIT_TEXT], insurance[UNIT_TEXT], rate[UNIT_TEXT];
	const char *currency = value_get_text(sheet, "currency", "");
	bool fob = text_equal(value_get_text(sheet, "terms", ""), "fob");
	bool dollar = text_equal(currency, "USD");
	money_show(value_get_int(sheet, "value_millis", 0), 3, currency, value);
	money_show(value_get_int(sheet, "freight_millis", 0), 3, currency, freight);
	money_show(value_get_int(sheet, "insurance_millis", 0), 3, currency, insurance);
	int length = snprintf(note, NOTE_MAX, "%s", fob ? "FOB " : "CIF");
	if (fob)
		length += snprintf(note + length, NOTE_MAX, "%s + freight %s + insurance %s", value, freight,
			insurance);
	else if (!dollar)
		length += snprintf(note + length, NOTE_MAX, " %s", value);
	if (dollar)
		return;
	unit_show_price(value_get_int(sheet, "rate", 0), value_get_int(sheet, "rate_decimals", 0),
		"USD", rate);
	snprintf(note + length, (size_t)(NOTE_MAX * 2 - length), ", at %s (%s)", rate,
		value_get_text(sheet, "rate_source", ""));
}

/* "7.0 USD/kg WO3, 22.5807% of the customs value" */
static void duty_note(const struct value *sheet, char note[NOTE_MAX])
{
	char rate[UNIT_TEXT] = "", share[UNIT_TEXT] = "";
	note[0] = '\0';
	if (value_get_int(sheet, "duty_cents", 0) == 0)
		return;
	unit_show_price(value_get_int(sheet, "duty_micros_per_kg", 0), 6, "USD/kg", rate);
	unit_show_share(value_get_int(sheet, "duty_ppm", 0), share);
	snprintf(note, NOTE_MAX, "%s %s, %s of the customs value", rate,
		value_get_text(sheet, "reference_basis", ""), share);
}

static void assessed(struct buffer *to, const struct value *sheet)
{
	char day[UNIT_TEXT], note[NOTE_MAX * 2], floor[NOTE_MAX];
	const char *id = value_get_text(sheet, "assessment", "");
	const char *mined = value_get_text(sheet, "mined_in", ""), *hs = value_get_text(sheet, "hs", "");
	const char *schedule = value_get_text(sheet, "schedule", "");
	day_text(sheet, "entry_at", day);
	buffer_printf(to, "%s%s%s%s%s of %s%s%s, entered %s\n\n", id, id[0] != '\0' ? "  " : "",
		value_get_text(sheet, "commodity", ""), hs[0] != '\0' ? ", HS " : "", hs,
		value_get_text(sheet, "origin", ""), mined[0] != '\0' ? ", mined in " : "", mined, day);
	goods(to, sheet, value_get_text(sheet, "reference_basis", ""));
	buffer_append_byte(to, '\n');
	snprintf(floor, sizeof floor, "%s, reference price %s",
		value_get_text(sheet, "reference_price", ""), value_get_text(sheet, "reference", ""));
	money_line(to, "floor value", sheet, "floor_cents", floor);
	customs_note(sheet, note);
	money_line(to, "customs value", sheet, "customs_cents", note);
	if (value_get_int(sheet, "other_duty_cents", 0) > 0)
		money_line(to, "other duty", sheet, "other_duty_cents", "");
	duty_note(sheet, note);
	money_line(to, "duty", sheet, "duty_cents", note);
	money_line(to, "landed value", sheet, "landed_cents", "");
	if (value_get_int(sheet, "gap_cents", 0) > 0)
		money_line(to, "gap to the floor", sheet, "gap_cents",
			value_get_bool(sheet, "capped", false) ? "left by the cap" : "");
	snprintf(note, sizeof note, "%s%s%s%s%s", schedule[0] != '\0' ? "schedule " : "", schedule,
		schedule[0] != '\0' ? ", " : "", value_get_text(sheet, "mode", ""), "");
	money_line(to, "charged", sheet, "charged_cents", note);
	buffer_printf(to, "\n%s\n", value_get_text(sheet, "verdict", ""));
}

static void sold(struct buffer *to, const struct value *sheet)
{
	char day[UNIT_TEXT], price[UNIT_TEXT];
	const char *basis = value_get_text(sheet, "basis", "");
	day_text(sheet, "sold_at", day);
	unit_show_price(value_get_int(sheet, "quoted", 0), value_get_int(sheet, "decimals", 0),
		value_get_text(sheet, "unit", ""), price);
	buffer_printf(to, "%s from %s (%s) to %s (%s), %s\n\n", value_get_text(sheet, "commodity", ""),
		value_get_text(sheet, "seller", ""), value_get_text(sheet, "seller_country", ""),
		value_get_text(sheet, "buyer", ""), value_get_text(sheet, "buyer_country", ""), day);
	goods(to, sheet, basis);
	buffer_append_byte(to, '\n');
	line(to, "price", price, basis);
	money_line(to, "value", sheet, "value_cents", "");
	money_line(to, "at the floor", sheet, "floor_cents", value_get_text(sheet, "reference", ""));
	buffer_printf(to, "\n%s\n", value_get_text(sheet, "verdict", ""));
}

void sheet_append(const struct value *sheet, struct buffer *to)
{
	if (value_get(sheet, "seller") != NULL)
		sold(to, sheet);
	else
		assessed(to, sheet);
}

void sheet_print(const struct value *sheet)
{
	struct buffer text = { 0 };
	sheet_append(sheet, &text);
	fputs(buffer_text(&text), stdout);
	buffer_free(&text);
}
