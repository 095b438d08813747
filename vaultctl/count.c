/*
 * `count sheet` and `count enter`: the sheet of a counter as CSV with columns to fill, and the same file
 * read back, checked whole before anything changes.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "vault/limits.h"
#include "vaultctl/commands.h"
#include "vaultctl/csv.h"
#include "vaultctl/import_fault.h"
#include "vaultctl/import_table.h"
#include "vaultctl/render.h"
#include "vaultctl/special.h"
#include "vaultctl/units.h"

/* ---- the sheet ---- */

static bool counter_of(struct ctl *ctl, int *argc, char **argv, const char **ret_counter,
	struct error *error)
{
	*ret_counter = ctl->as;
	if (!ctl_take_option(argc, argv, "--counter", ret_counter, error))
		return false;
	if (*ret_counter != NULL)
		return true;
	error_set(error, ERROR_INVALID, "counter", "whose sheet it is must be said");
	return error_remedy(error, "Add --counter CODE");
}

static void begin_params(struct json *json, struct buffer *params, const char *count,
	const char *counter)
{
	json_begin(json, params, false);
	json_open_object(json);
	json_key(json, "count");
	json_text(json, count);
	json_key(json, "counter");
	json_text(json, counter);
}

static void csv_cell(const char *text, const char *end)
{
	bool quoted = strpbrk(text, ",\"\n\r") != NULL;
	if (quoted)
		putchar('"');
	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '"')
			putchar('"');
		putchar(*at);
	}
	printf("%s%s", quoted ? "\"" : "", end);
}

static void csv_mass(const struct value *row, const char *name)
{
	int64_t mass_g = value_get_int(row, name, INT64_MIN);
	if (mass_g != INT64_MIN)
		printf("%lld.%03lld", (long long)(mass_g / 1000), (long long)(mass_g % 1000));
	putchar(',');
}

static void csv_count(const struct value *row, const char *name)
{
	int64_t count = value_get_int(row, name, INT64_MIN);
	if (count != INT64_MIN)
		printf("%lld", (long long)count);
	putchar(',');
}

/* Columns to fill at the right of what is known; the books only where the count is not blind. */
static void print_csv(const struct value *rows, bool books)
{
	printf("lot,commodity,site,class,%snet_kg,units,seals,missing\n",
		books ? "book_kg,book_units," : "");
	for (size_t i = 0; i < value_count(rows); i++) {
		const struct value *row = value_at(rows, i);
		csv_cell(value_get_text(row, "lot", ""), ",");
		csv_cell(value_get_text(row, "commodity", ""), ",");
		csv_cell(value_get_text(row, "site", ""), ",");
		csv_cell(value_get_text(row, "class", ""), ",");
		if (books) {
			csv_mass(row, "book_g");
			csv_count(row, "book_units");
		}
		csv_mass(row, "net_g");
		csv_count(row, "units");
		csv_cell(value_get_text(row, "seals", ""), ",");
		puts(value_get_bool(row, "missing", false) ? "yes" : "");
	}
}

static bool has_books(const struct value *rows)
{
	for (size_t i = 0; i < value_count(rows); i++) {
		if (value_get(value_at(rows, i), "book_g") != NULL)
			return true;
	}
	return false;
}

int count_sheet_run(struct ctl *ctl, int argc, char **argv)
{
	const char *counter;
	char id[CTL_ID];
	struct error error = { 0 };
	struct buffer params = { 0 };
	struct reply reply = { 0 };
	struct json json;
	if (!counter_of(ctl, &argc, argv, &counter, &error) || !ctl_words(argc, argv, 1, 1, &error) ||
	    !ctl_resolve(ctl, "count", argv[0], id, &error))
		return ctl_fail(ctl, &error);
	begin_params(&json, &params, id, counter);
	json_close_object(&json);
	bool good = ctl_call(ctl, "Stock.GetCountSheet", buffer_text(&params), &reply, &error);
	buffer_free(&params);
	if (!good)
		return ctl_fail(ctl, &error);
	const struct value *rows = value_get(reply.parameters, "rows");
	if (ctl->output == OUTPUT_CSV)
		print_csv(rows, has_books(rows));
	else
		ctl_print_rows(ctl, "SheetLine", rows);
	reply_free(&reply);
	ctl_next(ctl, "vaultctl count enter %s FILE.csv --counter %s", id, counter);
	return 0;
}

/* ---- entering ---- */

struct sheet {
	struct ctl *ctl;
	const char *file;
	struct buffer bytes, params;
	struct csv *csv;
	struct import_map map;
	struct csv_fault fault;
	size_t faults;
};

static int show_fault(const struct sheet *sheet)
{
	struct buffer out = { 0 };
	buffer_append_text(&out, "vaultctl: ");
	import_fault_append(&out, sheet->file, sheet->bytes.bytes, sheet->bytes.length, &sheet->fault);
	if (sheet->fault.remedy[0] != '\0')
		buffer_printf(&out, "  %s.\n", sheet->fault.remedy);
	if (sheet->faults > 1)
		buffer_printf(&out, "  %zu more rows are wrong.\n", sheet->faults - 1);
	buffer_append_text(&out, "  Nothing was entered. The columns: vaultctl count enter --template\n");
	fputs(buffer_text(&out), stderr);
	buffer_free(&out);
	return error_info(ERROR_INVALID)->exit_status;
}

static bool read_sheet(struct sheet *sheet, struct json *json)
{
	const struct import_kind *kind = import_kind_find("count");
	struct csv_fault fault = { 0 };
	assert(kind != NULL);
	if (!csv_read(sheet->bytes.bytes, sheet->bytes.length, &sheet->csv, &sheet->fault) ||
	    !import_map_columns(kind, sheet->csv, &sheet->map, &sheet->fault)) {
		sheet->faults = 1;
		return false;
	}
	json_key(json, kind->parameter);
	json_open_array(json);
	for (size_t i = 0; i < sheet->csv->row_count; i++) {
		struct import_record record;
		if (import_record_read(&sheet->map, &sheet->csv->rows[i], &record, &fault))
			import_record_write(kind, &record, json);
		else if (sheet->faults++ == 0)
			sheet->fault = fault;
	}
	json_close_array(json);
	if (sheet->csv->row_count == 0) {
		sheet->fault = (struct csv_fault){ .message = "there is no row below the header",
			.remedy = "A lot that is not there has a row too, with yes under missing" };
		sheet->faults = 1;
	}
	return sheet->faults == 0;
}

/* What vaultd says about a row is shown at its place in the file. */
static bool error_to_fault(struct sheet *sheet, const struct error *error)
{
	char field[64];
	const char *message;
	int row = import_error_row(error, field, &message);
	if (row < 0 || (size_t)row >= sheet->csv->row_count)
		return false;
	const struct csv_row *at = &sheet->csv->rows[row];
	int index = import_field_find(sheet->map.kind, field);
	if (index >= 0 && sheet->map.column[index] >= 0)
		csv_fault_at(sheet->csv, at, (size_t)sheet->map.column[index], &sheet->fault, "%s", message);
	else
		csv_fault_at(sheet->csv, at, 0, &sheet->fault, "%s", message);
	snprintf(sheet->fault.remedy, sizeof sheet->fault.remedy, "%s", error->remedy);
	sheet->faults = 1;
	return true;
}

/* Columns that came with the sheet say of which count it is: what they say of a lot must be so here. */
static bool row_is_ours(struct sheet *sheet, const struct csv_row *row, const struct value *known)
{
	static const char *const told[] = { "commodity", "site", "class" };
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		for (size_t column = 0; column < sheet->csv->column_count; column++) {
			const char *here = value_get_text(known, told[i], "");
			const char *there = row->cells[column].text;
			if (strcmp(csv_column_name(sheet->csv, column), told[i]) != 0 || *there == '\0' ||
			    strcmp(here, there) == 0)
				continue;
			snprintf(sheet->fault.remedy, sizeof sheet->fault.remedy,
				"Is it the sheet of another stocktake?");
			return csv_fault_at(sheet->csv, row, column, &sheet->fault,
				"lot %s of this stocktake has %s", value_get_text(known, "lot", ""), here);
		}
	}
	return true;
}

/* Where vaultd gives no sheet (any more), entering says why. */
static bool check_ours(struct sheet *sheet, const char *count, const char *counter)
{
	struct error error = { 0 };
	struct buffer params = { 0 };
	struct reply reply = { 0 };
	struct json json;
	int lot_at = sheet->map.column[import_field_find(sheet->map.kind, "lot")];
	begin_params(&json, &params, count, counter);
	json_close_object(&json);
	bool given = ctl_call(sheet->ctl, "Stock.GetCountSheet", buffer_text(&params), &reply, &error);
	buffer_free(&params);
	if (!given)
		return true;
	const struct value *rows = value_get(reply.parameters, "rows");
	for (size_t i = 0, at = 0; i < sheet->csv->row_count && sheet->faults == 0; i++) {
		const char *lot = sheet->csv->rows[i].cells[lot_at].text;
		for (size_t left = value_count(rows); left > 0; left--, at++) { /* mostly in the same order */
			const struct value *known = value_at(rows, at % value_count(rows));
			if (strcmp(value_get_text(known, "lot", ""), lot) == 0) {
				sheet->faults = row_is_ours(sheet, &sheet->csv->rows[i], known) ? 0 : 1;
				break;
			}
		}
	}
	reply_free(&reply);
	return sheet->faults == 0;
}

static int enter(struct sheet *sheet, const char *count, const char *counter)
{
	struct error error = { 0 };
	struct reply reply = { 0 };
	struct json json;
	begin_params(&json, &sheet->params, count, counter);
	if (!read_sheet(sheet, &json) || !check_ours(sheet, count, counter))
		return show_fault(sheet);
	json_close_object(&json);
	if (!ctl_call(sheet->ctl, "Stock.EnterCount", buffer_text(&sheet->params), &reply, &error))
		return error_to_fault(sheet, &error) ? show_fault(sheet) : ctl_fail(sheet->ctl, &error);
	ctl_print_receipt(sheet->ctl, value_get(reply.parameters, "receipt"));
	reply_free(&reply);
	return 0;
}

int count_enter_run(struct ctl *ctl, int argc, char **argv)
{
	struct sheet sheet = { .ctl = ctl };
	struct error error = { 0 };
	const char *counter;
	char id[CTL_ID];
	if (ctl_take_flag(&argc, argv, "--template")) {
		if (!ctl_words(argc, argv, 0, 0, &error))
			return ctl_fail(ctl, &error);
		fputs(import_kind_find("count")->example, stdout);
		return 0;
	}
	if (!counter_of(ctl, &argc, argv, &counter, &error) || !ctl_words(argc, argv, 2, 2, &error) ||
	    !ctl_resolve(ctl, "count", argv[0], id, &error) ||
	    !ctl_read_file(argv[1], WIRE_MESSAGE_MAX / 2, &sheet.bytes, &error))
		return ctl_fail(ctl, &error);
	sheet.file = argv[1];
	buffer_text(&sheet.bytes);
	int status = enter(&sheet, id, counter);
	buffer_free(&sheet.bytes);
	buffer_free(&sheet.params);
	csv_free(sheet.csv);
	return status;
}
