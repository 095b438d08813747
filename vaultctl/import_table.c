/* Reading and writing a row walk the fields of its kind; the kinds stand in import_kinds.c. */
#include "vaultctl/import_table.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "vault/limits.h"
#include "vaultctl/units.h"

int import_field_find(const struct import_kind *kind, const char *wire)
{
	for (size_t i = 0; i < kind->field_count; i++) {
		if (kind->fields[i].wire != NULL && text_equal(kind->fields[i].wire, wire))
			return (int)i;
	}
	return -1;
}

/* ---- columns ---- */

static const struct unit {
	const char *name;
	enum import_type type;
	int power;
} units[] = {
	{ "_g", IMPORT_MASS, 0 }, { "_kg", IMPORT_MASS, 3 }, { "_t", IMPORT_MASS, 6 },
	{ "_ppm", IMPORT_SHARE, 0 }, { "_percent", IMPORT_SHARE, 4 },
};
enum { UNIT_COUNT = sizeof units / sizeof *units };

/* Whether a column's name is the field's, and by which power of ten it is to be taken. */
static bool names_field(const char *column, const struct import_field *field, int *ret_power)
{
	size_t length = strlen(field->name);
	if (strncmp(column, field->name, length) != 0)
		return false;
	const char *rest = column + length;
	if (field->typed && *rest == '\0') {
		*ret_power = IMPORT_TYPED;
		return true;
	}
	if (field->type != IMPORT_MASS && field->type != IMPORT_SHARE) {
		*ret_power = field->type != IMPORT_MONEY ? 0 :
			strstr(field->wire, "_millis") != NULL ? 3 : 2;
		return *rest == '\0';
	}
	for (size_t i = 0; i < UNIT_COUNT; i++) {
		size_t size = strlen(units[i].name);
		if (units[i].type == field->type && strncmp(rest, units[i].name, size) == 0
			&& text_equal(rest + size, field->tail != NULL ? field->tail : "")) {
			*ret_power = units[i].power;
			return true;
		}
	}
	return false;
}

/* "code, commodity, expected_kg (or _g, _t), …" */
static void list_columns(const struct import_kind *kind, char *to, size_t size)
{
	size_t used = (size_t)snprintf(to, size, "The columns are ");
	for (size_t i = 0; i < kind->field_count && used < size; i++) {
		const struct import_field *field = &kind->fields[i];
		const char *unit = field->typed ? "" : field->type == IMPORT_MASS ? "_kg"
			: field->type == IMPORT_SHARE ? "_percent" : "";
		used += (size_t)snprintf(to + used, size - used, "%s%s%s%s%s", i > 0 ? ", " : "",
			field->name, unit, field->tail != NULL ? field->tail : "",
			field->required ? "" : "?");
	}
}

static bool join_column(struct import_map *map, size_t column, struct csv_fault *ret_fault)
{
	const struct import_kind *kind = map->kind;
	const char *name = csv_column_name(map->csv, column);
	for (size_t i = 0; i < kind->field_count; i++) {
		int power;
		if (!names_field(name, &kind->fields[i], &power))
			continue;
		if (map->column[i] >= 0) {
			csv_fault_at(map->csv, &map->csv->header, column, ret_fault,
				"\"%.80s\" says again what column %s says", name,
				csv_column_name(map->csv, (size_t)map->column[i]));
			snprintf(ret_fault->remedy, sizeof ret_fault->remedy, "Leave one of them out");
			return false;
		}
		map->column[i] = (int)column;
		map->power[i] = power;
		return true;
	}
	csv_fault_at(map->csv, &map->csv->header, column, ret_fault,
		"\"%.80s\" is no column of %s", name, kind->plural);
	list_columns(kind, ret_fault->remedy, sizeof ret_fault->remedy);
	return false;
}

static bool missing_column(const struct import_map *map, const char *name,
	struct csv_fault *ret_fault)
{
	const struct csv_row *header = &map->csv->header;
	*ret_fault = (struct csv_fault){ .line = header->line, .start = header->start,
		.length = header->end - header->start };
	snprintf(ret_fault->column, sizeof ret_fault->column, "%s", name);
	snprintf(ret_fault->message, sizeof ret_fault->message, "there is no such column");
	list_columns(map->kind, ret_fault->remedy, sizeof ret_fault->remedy);
	return false;
}

static bool check_alternatives(const struct import_map *map, struct csv_fault *ret_fault)
{
	const int *column = map->column;
	if (map->kind->form == IMPORT_LOTS && column[IMPORT_LOT_EXPECTED] < 0
		&& (column[IMPORT_LOT_GROSS] < 0 || column[IMPORT_LOT_TARE] < 0))
		return missing_column(map, column[IMPORT_LOT_GROSS] >= 0 ? "tare_kg" : "expected_kg",
			ret_fault);
	if (map->kind->form == IMPORT_FLOORS && column[IMPORT_FLOOR_MASS] < 0
		&& (column[IMPORT_FLOOR_DAYS] < 0 || column[IMPORT_FLOOR_CONSUMPTION] < 0))
		return missing_column(map, "mass_kg", ret_fault);
	return true;
}

bool import_map_columns(const struct import_kind *kind, const struct csv *csv,
	struct import_map *ret_map, struct csv_fault *ret_fault)
{
	struct import_map map = { .kind = kind, .csv = csv };
	assert(kind->field_count <= IMPORT_FIELDS_MAX);
	for (size_t i = 0; i < IMPORT_FIELDS_MAX; i++)
		map.column[i] = -1;
	for (size_t i = 0; i < csv->column_count; i++) {
		if (!join_column(&map, i, ret_fault))
			return false;
	}
	for (size_t i = 0; i < kind->field_count; i++) {
		if (kind->fields[i].required && map.column[i] < 0)
			return missing_column(&map, kind->fields[i].name, ret_fault);
	}
	if (!check_alternatives(&map, ret_fault))
		return false;
	*ret_map = map;
	return true;
}

/* ---- numbers ---- */

/* Digits without their point, and how many stood behind it. */
static bool read_digits(const char *text, int64_t *ret_digits, int *ret_decimals)
{
	int64_t digits = 0;
	int decimals = -1, count = 0;
	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '.' && decimals < 0 && count > 0 && at[1] != '\0') {
			decimals = 0;
			continue;
		}
		if (*at < '0' || *at > '9' || ++count > 18)
			return false;
		digits = digits * 10 + (*at - '0');
		decimals += decimals >= 0 ? 1 : 0;
	}
	if (count == 0)
		return false;
	*ret_digits = digits;
	*ret_decimals = decimals > 0 ? decimals : 0;
	return true;
}

bool import_decimal(const char *text, int power, int64_t *ret_value, bool *ret_number)
{
	int64_t value;
	int decimals;
	*ret_number = read_digits(text, &value, &decimals);
	if (!*ret_number)
		return false;
	for (power -= decimals; power > 0; power--) {
		if (!checked_mul(value, 10, &value))
			return false;
	}
	for (; power < 0; power++) {
		if (value % 10 != 0)
			return false;
		value /= 10;
	}
	if (value > VAULT_INT_MAX)
		return false;
	*ret_value = value;
	return true;
}

/* ---- one row ---- */

struct place {
	const struct import_map *map;
	const struct csv_row *row;
	size_t field;
	struct csv_fault *fault;
};

static const char *cell_text(const struct place *place)
{
	return place->row->cells[place->map->column[place->field]].text;
}

static bool wrong(const struct place *place, const char *what, const char *remedy)
{
	csv_fault_at(place->map->csv, place->row, (size_t)place->map->column[place->field],
		place->fault, "\"%.80s\" %s", cell_text(place), what);
	snprintf(place->fault->remedy, sizeof place->fault->remedy, "%s", remedy);
	return false;
}

/* The remedy for 25,310 and 25'310 is the number that was meant. */
static bool no_number(const struct place *place)
{
	char plain[64] = "", remedy[160];
	size_t used = 0;
	for (const char *at = cell_text(place); *at != '\0' && used + 1 < sizeof plain; at++) {
		if (strchr(",' _", *at) == NULL)
			plain[used++] = *at;
	}
	plain[used] = '\0';
	int64_t digits;
	int decimals;
	if (read_digits(plain, &digits, &decimals))
		snprintf(remedy, sizeof remedy, "Write %s, without separators", plain);
	else
		snprintf(remedy, sizeof remedy, "Write digits and a point alone, such as 25310 or 25310.5");
	return wrong(place, "is not a plain number", remedy);
}

/* "372.3kg", "99.8%". */
static bool read_typed(const struct place *place, int64_t *ret_value)
{
	struct error error = { 0 };
	bool exact = true;
	bool mass = place->map->kind->fields[place->field].type == IMPORT_MASS;
	if (mass ? unit_read_mass(cell_text(place), ret_value, &exact, &error) :
		unit_read_share(cell_text(place), ret_value, &error))
		return exact || wrong(place, "is no whole number of grams", "Grams are the least unit");
	csv_fault_at(place->map->csv, place->row, (size_t)place->map->column[place->field],
		place->fault, "%s", error.message);
	snprintf(place->fault->remedy, sizeof place->fault->remedy, "%s", error.remedy);
	return false;
}

static bool read_number(const struct place *place, int64_t *ret_value)
{
	bool number;
	const char *text = cell_text(place);
	if (place->map->power[place->field] == IMPORT_TYPED)
		return read_typed(place, ret_value);
	bool below = place->map->kind->fields[place->field].sign && *text == '-';
	if (import_decimal(text + below, place->map->power[place->field], ret_value, &number)) {
		*ret_value = below ? -*ret_value : *ret_value;
		return true;
	}
	if (!number)
		return no_number(place);
	switch (place->map->kind->fields[place->field].type) {
	case IMPORT_MASS:
		return wrong(place, "is no whole number of grams below 2^53", "Grams are the least unit");
	case IMPORT_SHARE:
		return wrong(place, "is no whole number of parts per million",
			"At most four digits behind the point of a percentage");
	case IMPORT_MONEY:
		return wrong(place, "is no sum of money", "Digits and a point, at most three behind it");
	case IMPORT_CODE: case IMPORT_TEXT: case IMPORT_COUNT: case IMPORT_PRICE: case IMPORT_TIME:
	case IMPORT_UNIT: case IMPORT_FLAG:
		break;
	}
	return wrong(place, "is no whole number below 2^53", "Write a whole number");
}

static bool read_price(const struct place *place, struct import_record *record)
{
	int decimals;
	if (!read_digits(cell_text(place), &record->number[place->field], &decimals))
		return no_number(place);
	record->decimals = decimals;
	if (record->number[place->field] == 0 || record->number[place->field] > VAULT_INT_MAX)
		return wrong(place, "cannot be a price", "Write it as quoted, such as 26.1");
	return true;
}

/* "US cents/lb" is USc/lb; "USD/kg Ta2O5" says the basis too. What is not known is left to vaultd. */
static bool read_unit(const struct place *place, struct import_record *record)
{
	char remedy[160];
	if (unit_read_price_unit(cell_text(place), record->unit, record->basis)) {
		record->text[place->field] = record->unit;
		return true;
	}
	unit_name_prices(remedy, sizeof remedy);
	return wrong(place, "is no unit of price", remedy);
}

static bool read_choice(const struct place *place, const struct import_field *field)
{
	char remedy[160] = "It is ";
	size_t used = strlen(remedy);
	for (size_t i = 0; field->choices != NULL && field->choices[i] != NULL; i++) {
		if (text_equal(field->choices[i], cell_text(place)))
			return true;
		used += (size_t)snprintf(remedy + used, sizeof remedy - used, "%s%s",
			i == 0 ? "" : field->choices[i + 1] == NULL ? " or " : ", ", field->choices[i]);
	}
	return field->choices == NULL || wrong(place, "is none of the words it can be", remedy);
}

static bool fits(const struct place *place, const struct import_field *field)
{
	size_t size = field->size != 0 ? field->size : NAME_MAX_BYTES;
	char remedy[64];
	snprintf(remedy, sizeof remedy, "At most %zu bytes fit", size - 1);
	return strlen(cell_text(place)) < size || wrong(place, "is too long", remedy);
}

static bool read_cell(const struct place *place, struct import_record *record)
{
	const struct import_field *field = &place->map->kind->fields[place->field];
	const char *text = cell_text(place);
	record->text[place->field] = text;
	switch (field->type) {
	case IMPORT_CODE:
		if (!text_is_code(text))
			return wrong(place, "cannot be a code",
				"Letters, digits, points, dashes and underscores, 23 at most");
		return fits(place, field);
	case IMPORT_TEXT:
		if (!fits(place, field))
			return false;
		if (strpbrk(text, "\n\r\t") != NULL)
			return wrong(place, "holds a line end or a tab", "Write it on one line");
		return read_choice(place, field);
	case IMPORT_PRICE:
		return read_price(place, record);
	case IMPORT_UNIT:
		return read_unit(place, record);
	case IMPORT_TIME:
		return time_parse(text, &record->number[place->field]) || wrong(place,
			"is no date that exists", "Write 2026-11-22, or 2026-11-22T20:41:00Z");
	case IMPORT_SHARE:
		if (!read_number(place, &record->number[place->field]))
			return false;
		return record->number[place->field] <= VAULT_PPM
			|| wrong(place, "is more than the whole", "100 percent are 1,000,000 ppm");
	case IMPORT_COUNT:
	case IMPORT_MASS:
	case IMPORT_MONEY:
		return read_number(place, &record->number[place->field]);
	case IMPORT_FLAG:
		record->number[place->field] = strcmp(text, "yes") == 0;
		return strcmp(text, "yes") == 0 || strcmp(text, "no") == 0
			|| wrong(place, "is neither yes nor no", "Write yes or no");
	}
	assert(false && "a type of column without a reader");
	return false;
}

static bool needs(struct place *place, size_t field, size_t otherwise, const char *what)
{
	place->field = place->map->column[field] >= 0 ? field : otherwise;
	return wrong(place, what, "");
}

static bool finish_lot(struct place *place, struct import_record *record)
{
	bool gross = record->present[IMPORT_LOT_GROSS], tare = record->present[IMPORT_LOT_TARE];
	if (record->present[IMPORT_LOT_EXPECTED])
		return true;
	if (!gross || !tare)
		return needs(place, IMPORT_LOT_EXPECTED, gross ? IMPORT_LOT_TARE : IMPORT_LOT_GROSS,
			"is empty: a lot needs its expected mass, or gross and tare");
	int64_t net = record->number[IMPORT_LOT_GROSS] - record->number[IMPORT_LOT_TARE];
	place->field = IMPORT_LOT_TARE;
	if (net <= 0)
		return wrong(place, "is not less than the gross mass", "");
	record->number[IMPORT_LOT_EXPECTED] = net;
	record->present[IMPORT_LOT_EXPECTED] = true;
	return true;
}

static bool finish_floor(struct place *place, const struct import_record *record)
{
	bool days = record->present[IMPORT_FLOOR_DAYS], daily = record->present[IMPORT_FLOOR_CONSUMPTION];
	if (record->present[IMPORT_FLOOR_MASS] && (days || daily))
		return needs(place, IMPORT_FLOOR_MASS, IMPORT_FLOOR_MASS,
			"stands beside days: a floor is a mass, or days and a daily consumption");
	if (!record->present[IMPORT_FLOOR_MASS] && days != daily)
		return needs(place, days ? IMPORT_FLOOR_CONSUMPTION : IMPORT_FLOOR_DAYS, IMPORT_FLOOR_MASS,
			"is empty: days of cover need a daily consumption, and the other way round");
	if (!record->present[IMPORT_FLOOR_MASS] && !days)
		return needs(place, IMPORT_FLOOR_MASS, IMPORT_FLOOR_DAYS,
			"is empty: a floor is a mass, or days and a daily consumption");
	return true;
}

/* A basis that stands behind the unit is the row's, and what a column says does not contradict it. */
static bool finish_unit(struct place *place, struct import_record *record)
{
	int basis = import_field_find(place->map->kind, "basis");
	if (record->basis[0] == '\0' || basis < 0)
		return true;
	place->field = (size_t)basis;
	if (record->present[basis])
		return text_equal(record->text[basis], record->basis) ||
			wrong(place, "is not the basis that stands behind the unit", "Leave one of them out");
	record->present[basis] = true;
	return true;
}

bool import_record_read(const struct import_map *map, const struct csv_row *row,
	struct import_record *ret_record, struct csv_fault *ret_fault)
{
	struct import_record record = { 0 };
	struct place place = { .map = map, .row = row, .fault = ret_fault };
	for (size_t i = 0; i < map->kind->field_count; i++) {
		place.field = i;
		if (map->column[i] < 0)
			continue;
		if (*cell_text(&place) == '\0') {
			if (map->kind->fields[i].required)
				return wrong(&place, "is empty, and every row needs it", "");
			continue;
		}
		if (!read_cell(&place, &record))
			return false;
		record.present[i] = true;
	}
	bool good = true;
	if (map->kind->form == IMPORT_LOTS)
		good = finish_lot(&place, &record);
	else if (map->kind->form == IMPORT_FLOORS)
		good = finish_floor(&place, &record);
	good = good && finish_unit(&place, &record);
	if (!good)
		return false;
	*ret_record = record;
	for (size_t i = 0; i < map->kind->field_count; i++) { /* texts that the record itself holds */
		if (record.present[i] && map->kind->fields[i].type == IMPORT_UNIT)
			ret_record->text[i] = ret_record->unit;
		else if (record.present[i] && record.text[i] == NULL &&
		    map->kind->fields[i].type == IMPORT_TEXT)
			ret_record->text[i] = ret_record->basis;
	}
	return true;
}

static void write_value(const struct import_field *field, const struct import_record *record,
	size_t i, struct json *json)
{
	json_key(json, field->wire);
	if (field->type == IMPORT_CODE || field->type == IMPORT_TEXT || field->type == IMPORT_UNIT)
		json_text(json, record->text[i]);
	else if (field->type == IMPORT_TIME)
		json_time(json, record->number[i]);
	else if (field->type == IMPORT_FLAG)
		json_bool(json, record->number[i] != 0);
	else
		json_int(json, record->number[i]);
	if (field->type == IMPORT_PRICE && record->decimals > 0) {
		json_key(json, text_equal(field->wire, "rate") ? "rate_decimals" : "decimals");
		json_int(json, record->decimals);
	}
}

void import_record_write(const struct import_kind *kind, const struct import_record *record,
	struct json *json)
{
	json_open_object(json);
	for (size_t i = 0; i < kind->field_count; i++) {
		if (kind->fields[i].wire != NULL && record->present[i])
			write_value(&kind->fields[i], record, i, json);
	}
	json_close_object(json);
}
