/*
 * One pass finds the names in the file, each is resolved once, a second pass makes the rows. What the
 * World Bank calls a price per tonne of a metal is one per tonne of that element; of a product (potash,
 * ore) the file does not say what a tonne holds, and so its basis must be named.
 */
#include "vaultctl/series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "vault/limits.h"
#include "vaultctl/units.h"

enum { NAMES_MAX = 64, SERIES_COLUMNS = 7 };
enum column { MONTH, COMMODITY, PRICE, UNIT, COLUMNS };

static const char *const header[COLUMNS] = { "month", "commodity", "price", "unit" };

/* Ours, and the column of theirs that a cell stands in. */
static const struct { const char *name; enum column from; } columns[SERIES_COLUMNS] = {
	{ "period", MONTH }, { "commodity", COMMODITY }, { "price", PRICE }, { "unit", UNIT },
	{ "basis", UNIT }, { "series", COMMODITY }, { "source", COMMODITY },
};

static const char source[] = "World Bank Commodity Price Data (The Pink Sheet)";

/* Metals of which a tonne or ounce is one of the element. */
static const struct { const char *name, *also, *symbol; } metals[] = {
	{ "aluminum", "aluminium", "Al" }, { "copper", NULL, "Cu" }, { "gold", NULL, "Au" },
	{ "lead", NULL, "Pb" }, { "nickel", NULL, "Ni" }, { "platinum", NULL, "Pt" },
	{ "silver", NULL, "Ag" }, { "tin", NULL, "Sn" }, { "zinc", NULL, "Zn" },
};

/* One name of the file. */
struct series_name {
	const char *text;
	char code[CODE_MAX];       /* "": left out */
	char basis[UNIT_PRICE_MAX];
	bool known;                /* the commodity is there */
	int64_t rows;
};

struct series {
	struct ctl *ctl;
	const char *map;
	struct csv *csv;
	struct series_name names[NAMES_MAX];
	size_t count;
};

static bool is_ours(const struct csv *csv)
{
	if (csv->column_count != COLUMNS)
		return false;
	for (size_t i = 0; i < COLUMNS; i++) {
		if (!text_equal(csv_column_name(csv, i), header[i]))
			return false;
	}
	return true;
}

static struct series_name *find_name(struct series *series, const char *text)
{
	for (size_t i = 0; i < series->count; i++) {
		if (text_equal(series->names[i].text, text))
			return &series->names[i];
	}
	return NULL;
}

static bool gather_names(struct series *series, struct error *error)
{
	for (size_t i = 0; i < series->csv->row_count; i++) {
		const char *text = series->csv->rows[i].cells[COMMODITY].text;
		struct series_name *name = find_name(series, text);
		if (name == NULL && series->count == NAMES_MAX)
			return error_set(error, ERROR_LIMIT, "", "the file has over %d names", NAMES_MAX);
		if (name == NULL) {
			name = &series->names[series->count++];
			name->text = text;
		}
		name->rows++;
	}
	return true;
}

/* ---- what a name means ---- */

/* NAME=CODE, NAME=CODE:BASIS or NAME=-, of those that commas separate. */
static bool take_pair(struct series *series, const char *pair, size_t length,
	struct error *error)
{
	char text[160];
	if (length >= sizeof text)
		length = sizeof text - 1;
	memcpy(text, pair, length);
	text[length] = '\0';
	char *equal = strchr(text, '='), *colon = equal != NULL ? strchr(equal, ':') : NULL;
	if (equal == NULL || equal == text || equal[1] == '\0') {
		error_set(error, ERROR_INVALID, "", "map: \"%s\" is not NAME=COMMODITY", text);
		return error_remedy(error, "Write nickel=ni,tin=sn,potash=potash:K2O; NAME=- leaves a name "
			"out");
	}
	*equal = '\0';
	if (colon != NULL)
		*colon = '\0';
	struct series_name *name = find_name(series, text);
	if (name == NULL)
		return error_set(error, ERROR_INVALID, "", "map: the file has no \"%s\"", text);
	if (!text_copy(name->code, sizeof name->code, equal + 1) ||
	    (colon != NULL && !text_copy(name->basis, sizeof name->basis, colon + 1)))
		return error_set(error, ERROR_INVALID, "", "map: \"%s\" is too long", equal + 1);
	return true;
}

static bool take_map(struct series *series, struct error *error)
{
	for (const char *at = series->map; at != NULL && *at != '\0';) {
		size_t length = strcspn(at, ",");
		if (!take_pair(series, at, length, error))
			return false;
		at += length + (at[length] == ',');
	}
	return true;
}

static const char *symbol_of(const char *name)
{
	for (size_t i = 0; i < sizeof metals / sizeof *metals; i++) {
		if (text_equal(metals[i].name, name))
			return metals[i].symbol;
	}
	return NULL;
}

/* By the name of its mineral, here or in other English, or its symbol. */
static bool guess(struct series *series, struct series_name *name, struct error *error)
{
	const char *tries[3] = { name->text, symbol_of(name->text), NULL };
	char code[CTL_ID];
	for (size_t i = 0; i < sizeof metals / sizeof *metals; i++) {
		if (text_equal(metals[i].name, name->text))
			tries[2] = metals[i].also;
	}
	for (size_t i = 0; i < 3; i++) {
		struct error cause = { 0 };
		if (tries[i] == NULL || name->code[0] != '\0')
			continue;
		if (!ctl_resolve(series->ctl, "commodity", tries[i], code, &cause)) {
			*error = cause;
			if (cause.id != ERROR_INVALID) /* not that it may mean several */
				return false;
			error->remedy[0] = '\0';
			return error_remedy(error, "%.200s: --map %s=CODE; %s=- leaves it out", cause.remedy,
				name->text, name->text);
		}
		if (!text_equal(code, tries[i])) /* nothing found comes back as it was */
			text_copy(name->code, sizeof name->code, code);
	}
	return true;
}

/* Which of the names' commodities are there, and the basis of each. */
static bool each_commodity(void *context, const struct value *row, struct error *error)
{
	struct series *series = context;
	(void)error;
	for (size_t i = 0; i < series->count; i++) {
		struct series_name *name = &series->names[i];
		const char *code = value_get_text(row, "code", ""), *symbol = symbol_of(name->text);
		if (name->code[0] == '\0' && (text_equal(name->text, code) ||
		    (symbol != NULL && text_equal(symbol, code))))
			text_copy(name->code, sizeof name->code, code);
		name->known = name->known || text_equal(name->code, code);
	}
	return true;
}

static bool resolve(struct series *series, struct error *error)
{
	if (!take_map(series, error))
		return false;
	for (size_t i = 0; i < series->count; i++) {
		if (series->names[i].code[0] == '\0' && !guess(series, &series->names[i], error))
			return false;
	}
	if (!ctl_list(series->ctl, "Stock.ListCommodities", NULL, each_commodity, series, error))
		return false;
	for (size_t i = 0; i < series->count; i++) {
		struct series_name *name = &series->names[i];
		const char *symbol = symbol_of(name->text);
		bool mapped = series->map != NULL && name->code[0] != '\0';
		if (text_equal(name->code, "-") || (!name->known && !mapped))
			name->code[0] = '\0';
		if (name->code[0] == '\0' || name->basis[0] != '\0')
			continue;
		if (symbol == NULL) {
			error_set(error, ERROR_INVALID, "", "%s is a product, and the file does not say what a "
				"tonne of it holds: its price has no basis [R23]", name->text);
			return error_remedy(error, "Name it: --map %s=%s:BASIS, or leave it out: --map %s=-",
				name->text, name->code, name->text);
		}
		text_copy(name->basis, sizeof name->basis, symbol);
	}
	return true;
}

static void tell_left_out(const struct series *series)
{
	struct buffer text = { 0 };
	int64_t rows = 0;
	for (size_t i = 0; i < series->count; i++) {
		if (series->names[i].code[0] != '\0')
			continue;
		buffer_printf(&text, "%s%s", text.length > 0 ? ", " : "", series->names[i].text);
		rows += series->names[i].rows;
	}
	if (rows > 0)
		ctl_say(series->ctl, "left out, for no commodity here is meant: %s (%lld rows); say which "
			"with --map NAME=CODE", buffer_text(&text), (long long)rows);
	buffer_free(&text);
}

/* ---- rows ---- */

static void make_cells(struct csv *csv, const struct csv_row *from,
	const char *const texts[SERIES_COLUMNS], struct csv_row *to)
{
	struct csv_cell *cells = arena_alloc(csv->arena, SERIES_COLUMNS * sizeof *cells);
	if (cells == NULL)
		abort();
	for (size_t i = 0; i < SERIES_COLUMNS; i++) {
		cells[i] = from->cells[columns[i].from];
		cells[i].text = texts[i];
	}
	*to = *from;
	to->cells = cells;
}

static void make_rows(struct series *series)
{
	struct csv *csv = series->csv;
	const char *names[SERIES_COLUMNS];
	size_t kept = 0;
	for (size_t i = 0; i < SERIES_COLUMNS; i++)
		names[i] = columns[i].name;
	for (size_t i = 0; i < csv->row_count; i++) {
		const struct csv_row row = csv->rows[i];
		const struct series_name *name = find_name(series, row.cells[COMMODITY].text);
		if (name->code[0] == '\0')
			continue;
		const char *const texts[SERIES_COLUMNS] = { row.cells[MONTH].text,
			arena_text(csv->arena, name->code, strlen(name->code)), row.cells[PRICE].text,
			row.cells[UNIT].text, arena_text(csv->arena, name->basis, strlen(name->basis)),
			"worldbank", source };
		make_cells(csv, &row, texts, &csv->rows[kept++]);
	}
	const struct csv_row first = csv->header;
	make_cells(csv, &first, names, &csv->header);
	csv->column_count = SERIES_COLUMNS;
	csv->row_count = kept;
}

bool series_adapt(struct ctl *ctl, const char *map, struct csv *csv, struct error *error)
{
	if (!is_ours(csv))
		return map == NULL || error_set(error, ERROR_INVALID, "", "map is for the World Bank's "
			"file, with columns month, commodity, price, unit; this one names commodities");
	struct series *series = calloc(1, sizeof *series);
	if (series == NULL)
		abort();
	*series = (struct series){ .ctl = ctl, .map = map, .csv = csv };
	bool good = gather_names(series, error) && resolve(series, error);
	if (good) {
		tell_left_out(series);
		make_rows(series);
	}
	free(series);
	return good;
}
