/*
 * `lot import FILE` and its sisters: the whole file is checked first, row by row and then by vaultd on
 * a dry run, and changes nothing when anything is wrong. Then a thousand rows a command, all or none
 * each; rows that are there and equal are skipped, so that a rerun goes on where one ended.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "vault/limits.h"
#include "vaultctl/csv.h"
#include "vaultctl/import_fault.h"
#include "vaultctl/import_table.h"
#include "vaultctl/series.h"
#include "vaultctl/special.h"
#include "vaultctl/units.h"

enum { FAULTS_MAX = 1000, NO_ROW = -1 };

struct import {
	struct ctl *ctl;
	const struct import_kind *kind;
	const char *file, *because;
	const char *names;          /* --map, of observations */
	bool revise;                /* --revise, of observations */
	struct buffer bytes;
	struct csv *csv;
	struct import_map map;
	/* rows found by the text of their key: heads of chains, and the next of each row */
	int32_t *heads, *next;
	size_t head_count;
	bool *there;                /* the row is recorded already */
	struct csv_fault *faults;
	size_t fault_count;
	struct ctl_progress progress;
	/* what became of it */
	size_t skipped, imported, commands;
	int64_t first_index;
	struct buffer receipts;     /* JSON, with commas between them */
	char last_id[64];
};

/* ---- faults ---- */

static void add_fault(struct import *import, const struct csv_fault *fault)
{
	if (import->fault_count == FAULTS_MAX)
		return;
	import->faults = reallocarray(import->faults, import->fault_count + 1,
		sizeof *import->faults);
	if (import->faults == NULL)
		abort();
	import->faults[import->fault_count++] = *fault;
}

static void show_line_end(struct import *import, struct buffer *out)
{
	char rows[UNIT_TEXT];
	unit_show_count(import->csv != NULL ? (int64_t)import->csv->row_count : 0, rows);
	buffer_append_text(out, "  Nothing was imported");
	if (import->csv != NULL)
		buffer_printf(out, " (%s %s read)", rows, import->csv->row_count == 1 ? "row" : "rows");
	buffer_append_byte(out, '.');
	if (!import->ctl->dry_run && import->fault_count > 1) {
		buffer_printf(out, " To see all: vaultctl %s import ", import->kind->noun);
		ctl_quote(out, import->file);
		buffer_append_text(out, " --dry-run");
	}
	buffer_append_byte(out, '\n');
}

/* One fault as ux wants it; on a dry run all of them. */
static int show_faults(struct import *import)
{
	struct buffer out = { 0 };
	size_t shown = import->ctl->dry_run ? import->fault_count : 1;
	for (size_t i = 0; i < shown; i++) {
		const struct csv_fault *fault = &import->faults[i];
		buffer_append_text(&out, "vaultctl: ");
		import_fault_append(&out, import->file, import->bytes.bytes, import->bytes.length, fault);
		if (fault->remedy[0] != '\0')
			buffer_printf(&out, "  %s.", fault->remedy);
		if (shown == 1 && import->fault_count > 1) {
			buffer_append_text(&out, fault->remedy[0] != '\0' ? "" : " ");
			import_fault_others(&out, import->faults, import->fault_count);
		}
		if (fault->remedy[0] != '\0' || (shown == 1 && import->fault_count > 1))
			buffer_append_byte(&out, '\n');
	}
	show_line_end(import, &out);
	fputs(buffer_text(&out), stderr);
	buffer_free(&out);
	return error_info(ERROR_INVALID)->exit_status;
}

/* ---- reading ---- */

static bool takes_series(const struct import *import)
{
	return text_equal(import->kind->noun, "observation");
}

static bool read_file(struct import *import, struct error *error)
{
	struct csv_fault fault = { 0 };
	if (!ctl_read_file(import->file, IMPORT_FILE_MAX, &import->bytes, error))
		return false;
	buffer_text(&import->bytes);
	bool read = csv_read(import->bytes.bytes, import->bytes.length, &import->csv, &fault);
	if (read && takes_series(import) && !series_adapt(import->ctl, import->names, import->csv, error))
		return false;
	if (!read || !import_map_columns(import->kind, import->csv, &import->map, &fault))
		add_fault(import, &fault);
	return true;
}

static void record_of(const struct import *import, size_t row, struct import_record *ret_record)
{
	struct csv_fault fault;
	bool good = import_record_read(&import->map, &import->csv->rows[row], ret_record, &fault);
	assert(good);
	(void)good;
}

static const char *key_text(const struct import *import, size_t row, size_t field)
{
	return import->csv->rows[row].cells[import->map.column[field]].text;
}

static int32_t *head_of(const struct import *import, const char *key)
{
	return &import->heads[text_hash(key) & (import->head_count - 1)];
}

static const char *cell_or_nothing(const struct import *import, size_t row, size_t field)
{
	return import->map.column[field] < 0 ? "" : key_text(import, row, field);
}

/* Whether two rows are one thing: the same in every field that says whose they are. */
static bool same_thing(const struct import *import, size_t a, size_t b)
{
	bool any = false;
	for (size_t i = 0; i < import->kind->field_count; i++) {
		if (!import->kind->fields[i].own)
			continue;
		any = true;
		if (!text_equal(cell_or_nothing(import, a, i), cell_or_nothing(import, b, i)))
			return false;
	}
	return any;
}

/* Joins a row to its chain; a code that stands twice is a fault. */
static void index_row(struct import *import, size_t row, size_t field)
{
	const char *key = key_text(import, row, field);
	int32_t *head = head_of(import, key);
	for (int32_t at = *head; import->kind->own_code == NULL && at != NO_ROW;
		at = import->next[at]) {
		struct csv_fault fault;
		if (!same_thing(import, (size_t)at, row))
			continue;
		csv_fault_at(import->csv, &import->csv->rows[row], (size_t)import->map.column[field],
			&fault, "the same stands in line %lld already",
			(long long)import->csv->rows[at].line);
		add_fault(import, &fault);
		break;
	}
	for (int32_t at = *head; import->kind->own_code != NULL && at != NO_ROW;
		at = import->next[at]) {
		if (!text_equal(key_text(import, (size_t)at, field), key))
			continue;
		struct csv_fault fault;
		csv_fault_at(import->csv, &import->csv->rows[row],
			(size_t)import->map.column[field], &fault, "\"%.80s\" stands in line %lld already",
			key, (long long)import->csv->rows[at].line);
		add_fault(import, &fault);
		break;
	}
	import->next[row] = *head;
	*head = (int32_t)row;
}

static void check_rows(struct import *import)
{
	size_t count = import->csv->row_count;
	size_t key = (size_t)import_field_find(import->kind, import->kind->key);
	for (import->head_count = 64; import->head_count < count; import->head_count *= 2)
		;
	import->heads = malloc(import->head_count * sizeof *import->heads);
	import->next = malloc((count + 1) * sizeof *import->next);
	import->there = calloc(count + 1, sizeof *import->there);
	if (import->heads == NULL || import->next == NULL || import->there == NULL)
		abort();
	for (size_t i = 0; i < import->head_count; i++)
		import->heads[i] = NO_ROW;
	ctl_progress_begin(&import->progress, import->ctl, "checking", (int64_t)count);
	for (size_t i = 0; i < count; i++) {
		struct import_record record;
		struct csv_fault fault;
		if (!import_record_read(&import->map, &import->csv->rows[i], &record, &fault))
			add_fault(import, &fault);
		index_row(import, i, key);
		if (i % 1000 == 0)
			ctl_progress_set(&import->progress, (int64_t)i);
	}
	ctl_progress_end(&import->progress);
}

/* ---- what is there already ---- */

/* 2610 with two decimals is 261 with one. */
static void shorten(int64_t *quoted, int64_t *decimals)
{
	while (*decimals > 0 && *quoted % 10 == 0) {
		*quoted /= 10;
		(*decimals)--;
	}
}

static bool same_price(const struct import_record *record, size_t field,
	const struct value *recorded)
{
	int64_t quoted = value_get_int(recorded, "quoted", -1);
	int64_t decimals = value_get_int(recorded, "decimals", 0);
	int64_t own = record->number[field], own_decimals = record->decimals;
	shorten(&quoted, &decimals);
	shorten(&own, &own_decimals);
	return quoted == own && decimals == own_decimals;
}

static bool same_field(const struct import_field *field, const struct import_record *record,
	size_t i, const struct value *recorded)
{
	int64_t time_ms;
	switch (field->type) {
	case IMPORT_CODE:
	case IMPORT_TEXT:
	case IMPORT_UNIT:
		return text_equal(value_get_text(recorded, field->wire, ""), record->text[i]);
	case IMPORT_TIME:
		return time_parse(value_get_text(recorded, field->wire, ""), &time_ms)
			&& time_ms == record->number[i];
	case IMPORT_PRICE:
		return same_price(record, i, recorded);
	case IMPORT_FLAG:
		return value_get_bool(recorded, field->wire, false) == (record->number[i] != 0);
	case IMPORT_COUNT:
	case IMPORT_MONEY:
	case IMPORT_MASS:
	case IMPORT_SHARE:
		return value_get_int(recorded, field->wire, INT64_MIN) == record->number[i];
	}
	assert(false && "a type of column that is not compared");
	return false;
}

/* The first field in which a row and what is recorded differ, or -1. */
static int difference(const struct import *import, size_t row, const struct value *recorded)
{
	struct import_record record;
	record_of(import, row, &record);
	for (size_t i = 0; i < import->kind->field_count; i++) {
		const struct import_field *field = &import->kind->fields[i];
		bool other = record.present[i] ? !same_field(field, &record, i, recorded) :
			import->kind->whole && field->type != IMPORT_TIME &&
			value_get(recorded, field->wire) != NULL;
		if (field->keep && other)
			return (int)i;
	}
	return -1;
}

static void differs(struct import *import, size_t row, int field, const struct value *recorded)
{
	const char *wire = import->kind->fields[field].wire;
	const struct value *value = value_get(recorded, wire);
	struct buffer text = { 0 };
	struct csv_fault fault;
	int column = import->map.column[field];
	size_t key = (size_t)import_field_find(import->kind, import->kind->key);
	if (value_kind(value) == VALUE_ABSENT)
		buffer_append_text(&text, "nothing");
	else
		value_write(value, &text);
	csv_fault_at(import->csv, &import->csv->rows[row],
		(size_t)(column >= 0 ? column : import->map.column[key]), &fault,
		"%s is recorded already, with other values: its %s is %.80s", key_text(import, row, key),
		wire, buffer_text(&text));
	snprintf(fault.remedy, sizeof fault.remedy,
		"An import adds; what is recorded is changed by a command of its own");
	buffer_free(&text);
	add_fault(import, &fault);
}

/* Things that are gone do not count: their codes are free, their prices over. */
static bool is_over(const struct value *recorded)
{
	static const char *const over[] = { "rejected", "superseded", "lost", "out", NULL };
	const char *state = value_get_text(recorded, "state", "");
	for (size_t i = 0; over[i] != NULL; i++) {
		if (text_equal(over[i], state))
			return true;
	}
	return false;
}

static bool mark_recorded(void *context, const struct value *recorded, struct error *error)
{
	struct import *import = context;
	const struct import_kind *kind = import->kind;
	const char *key = value_get_text(recorded, kind->key, "");
	size_t field = (size_t)import_field_find(kind, kind->key);
	(void)error;
	if (is_over(recorded))
		return true;
	for (int32_t at = *head_of(import, key); at != NO_ROW; at = import->next[at]) {
		if (import->there[at] || !text_equal(key_text(import, (size_t)at, field), key))
			continue;
		int other = difference(import, (size_t)at, recorded);
		/* a member's standing is set again; another price or floor is another row */
		if (other < 0)
			import->there[at] = true;
		else if (kind->own_code != NULL && !kind->because)
			differs(import, (size_t)at, other, recorded);
	}
	return true;
}

/* ---- commands ---- */

/* The next rows that are not there, from *at on, as parameters; which rows they are into rows. */
static size_t next_command(const struct import *import, size_t *at, bool dry_run,
	struct buffer *params, size_t *rows)
{
	struct json json;
	size_t count = 0;
	buffer_clear(params);
	json_begin(&json, params, false);
	json_open_object(&json);
	if (import->because != NULL) {
		json_key(&json, "because");
		json_text(&json, import->because);
	}
	if (dry_run) {
		json_key(&json, "dry_run");
		json_bool(&json, true);
	}
	if (import->revise) {
		json_key(&json, "revise");
		json_bool(&json, true);
	}
	json_key(&json, import->kind->parameter);
	json_open_array(&json);
	for (; *at < import->csv->row_count && count < (size_t)import->kind->rows_per_command; (*at)++) {
		struct import_record record;
		if (import->there[*at])
			continue;
		record_of(import, *at, &record);
		import_record_write(import->kind, &record, &json);
		rows[count++] = *at;
	}
	json_close_array(&json);
	json_close_object(&json);
	return count;
}

/* An error of vaultd about one row becomes a fault of the file. */
static bool error_to_fault(struct import *import, const struct error *error, const size_t *rows,
	size_t count)
{
	char field[64];
	const char *message;
	struct csv_fault fault;
	int row = import_error_row(error, field, &message);
	if (row < 0 || (size_t)row >= count)
		return false;
	const struct csv_row *at = &import->csv->rows[rows[row]];
	int index = import_field_find(import->kind, field);
	if (index >= 0 && import->map.column[index] >= 0) {
		csv_fault_at(import->csv, at, (size_t)import->map.column[index], &fault, "%s", message);
	} else {
		fault = (struct csv_fault){ .line = at->line, .start = at->start,
			.length = at->end - at->start };
		snprintf(fault.message, sizeof fault.message, "%s", message);
	}
	snprintf(fault.remedy, sizeof fault.remedy, "%s", error->remedy);
	add_fault(import, &fault);
	return true;
}

static void keep_receipt(struct import *import, const struct reply *reply)
{
	const struct value *receipt = value_get(reply->parameters, "receipt");
	if (import->receipts.length > 0)
		buffer_append_byte(&import->receipts, ',');
	value_write(receipt, &import->receipts);
	if (import->commands++ == 0)
		import->first_index = value_get_int(receipt, "index", -1);
	text_copy(import->last_id, sizeof import->last_id, value_get_text(receipt, "id", ""));
	if (import->kind->note && import->ctl->output == OUTPUT_ID)
		puts(import->last_id);
}

/* All commands of the file; on a dry run the first fault of each is kept and the next tried. */
static bool run_commands(struct import *import, bool dry_run, struct error *error)
{
	struct buffer params = { 0 };
	size_t rows[IMPORT_ROWS_PER_COMMAND], at = 0, count, done = 0;
	bool good = true;
	ctl_progress_begin(&import->progress, import->ctl, dry_run ? "asking vaultd" : "importing",
		(int64_t)(import->csv->row_count - import->skipped));
	while (good && (count = next_command(import, &at, dry_run, &params, rows)) > 0) {
		struct reply reply = { 0 };
		struct error cause = { 0 };
		good = ctl_call(import->ctl, import->kind->method, buffer_text(&params), &reply, &cause);
		if (good) {
			if (!dry_run)
				keep_receipt(import, &reply);
			reply_free(&reply);
		} else if (dry_run && error_to_fault(import, &cause, rows, count)) {
			good = true;
		} else {
			*error = cause;
		}
		done += count;
		import->imported += good && !dry_run ? count : 0;
		ctl_progress_set(&import->progress, (int64_t)done);
	}
	ctl_progress_end(&import->progress);
	buffer_free(&params);
	return good;
}

/* ---- answering ---- */

static void print_ids(const struct import *import)
{
	size_t field = (size_t)import_field_find(import->kind, import->kind->key);
	for (size_t i = 0; i < import->csv->row_count; i++) {
		if (import->kind->own_code != NULL && !import->kind->note && !import->there[i])
			puts(key_text(import, i, field));
	}
}

static void print_answer(struct import *import)
{
	const struct import_kind *kind = import->kind;
	bool dry_run = import->ctl->dry_run;
	size_t rows = dry_run ? import->csv->row_count - import->skipped : import->imported;
	if (import->ctl->output == OUTPUT_JSON) {
		printf("{\"imported\":%zu,\"skipped\":%zu,\"commands\":%zu,\"dry_run\":%s,"
			"\"receipts\":[%s]}\n", import->imported, import->skipped, import->commands,
			dry_run ? "true" : "false", buffer_text(&import->receipts));
	} else if (import->ctl->output == OUTPUT_ID) {
		print_ids(import);
	} else if (dry_run) {
		size_t each = (size_t)kind->rows_per_command;
		printf("would import %zu, skip %zu, in %zu commands\n", rows, import->skipped,
			(rows + each - 1) / each);
	} else {
		printf("imported %zu, skipped %zu, commands %zu", rows, import->skipped,
			import->commands);
		if (import->commands > 0)
			printf("   from ledger index %lld on", (long long)import->first_index);
		puts("");
	}
	if (!dry_run && kind->note && import->commands > 0)
		ctl_next(import->ctl, import->commands == 1 ? "vaultctl sign %s" : "vaultctl inbox",
			import->last_id);
}

/* How far it came stands before what stopped it. */
static int fail_midway(struct import *import, const struct error *error)
{
	if (import->imported > 0)
		ctl_say(import->ctl, "%zu rows were imported in %zu commands before this", import->imported,
			import->commands);
	return ctl_fail(import->ctl, error);
}

static int import_file(struct import *import)
{
	struct error error = { 0 };
	if (!read_file(import, &error))
		return ctl_fail(import->ctl, &error);
	if (import->fault_count == 0)
		check_rows(import);
	if (import->fault_count > 0)
		return show_faults(import);
	if (!ctl_list(import->ctl, import->kind->list, NULL, mark_recorded, import, &error))
		return ctl_fail(import->ctl, &error);
	for (size_t i = 0; i < import->csv->row_count; i++)
		import->skipped += import->there[i] ? 1 : 0;
	if (import->fault_count == 0 && !run_commands(import, true, &error))
		return ctl_fail(import->ctl, &error);
	if (import->fault_count > 0)
		return show_faults(import);
	if (!import->ctl->dry_run && !run_commands(import, false, &error))
		return fail_midway(import, &error);
	print_answer(import);
	return 0;
}

static void forget(struct import *import)
{
	buffer_free(&import->bytes);
	buffer_free(&import->receipts);
	csv_free(import->csv);
	free(import->heads);
	free(import->next);
	free(import->there);
	free(import->faults);
}

static bool take_options(struct import *import, int *argc, char **argv, struct error *error)
{
	if (takes_series(import)) {
		import->revise = ctl_take_flag(argc, argv, "--revise");
		if (!ctl_take_option(argc, argv, "--map", &import->names, error))
			return false;
	}
	if (!ctl_take_option(argc, argv, "--because", &import->because, error)
		|| !ctl_words(*argc, argv, 1, 1, error))
		return false;
	if (import->kind->because && import->because == NULL) {
		error_set(error, ERROR_INVALID, "", "an import of %s needs its reason",
			import->kind->plural);
		return error_remedy(error, "Add --because TEXT");
	}
	if (!import->kind->because && import->because != NULL)
		return error_set(error, ERROR_INVALID, "", "an import of %s takes no --because",
			import->kind->plural);
	return true;
}

int import_run(struct ctl *ctl, int argc, char **argv)
{
	struct import import = { .ctl = ctl, .kind = import_kind_find(ctl->command->noun) };
	struct error error = { 0 };
	assert(import.kind != NULL);
	if (ctl_take_flag(&argc, argv, "--template")) {
		if (!ctl_words(argc, argv, 0, 0, &error))
			return ctl_fail(ctl, &error);
		fputs(import.kind->example, stdout);
		return 0;
	}
	if (!take_options(&import, &argc, argv, &error))
		return ctl_fail(ctl, &error);
	import.file = argv[0];
	ctl->id = NULL; /* a rerun skips what is there, whatever its ids were */
	ctl->doubt = "the rows of one command may or may not have been imported";
	ctl->doubt_advice = "Run the same import again: rows that are there are skipped.";
	int status = import_file(&import);
	forget(&import);
	return status;
}
