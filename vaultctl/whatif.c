/*
 * `whatif FILE`: a stream of requests read from CSV, or from what `watch -o json` and `request -o
 * json` have printed, sent in one call, and what it would do in plain words. The file is read whole
 * and checked before anything is sent.
 */
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/time.h"
#include "vault/limits.h"
#include "vaultctl/csv.h"
#include "vaultctl/import_fault.h"
#include "vaultctl/import_table.h"
#include "vaultctl/render.h"
#include "vaultctl/special.h"
#include "vaultctl/units.h"

enum { FAULTS_MAX = 1000, CALL_ROOM = 1024 }; /* the rest of the call's message */

struct stream {
	struct ctl *ctl;
	const char *file;
	struct buffer bytes;
	struct csv *csv;             /* NULL: JSON */
	struct csv_fault *faults;
	size_t fault_count;
	struct buffer params;        /* {"requests":[…]} */
	int64_t *lines;              /* of each request, in the file */
	size_t count, fits;          /* fits: how many one call takes */
};

/* ---- the requests of the call ---- */

static void begin_request(struct stream *stream, int64_t line)
{
	if (stream->count % 1024 == 0) {
		stream->lines = reallocarray(stream->lines, stream->count + 1024,
			sizeof *stream->lines);
		if (stream->lines == NULL)
			abort();
	}
	buffer_append_text(&stream->params, stream->count > 0 ? "," : "{\"requests\":[");
	stream->lines[stream->count] = line;
}

static void end_request(struct stream *stream)
{
	stream->count++;
	if (stream->params.length <= WIRE_MESSAGE_MAX - CALL_ROOM)
		stream->fits = stream->count;
}

/* ---- CSV ---- */

static void add_fault(struct stream *stream, const struct csv_fault *fault)
{
	if (stream->fault_count == FAULTS_MAX)
		return;
	stream->faults = reallocarray(stream->faults, stream->fault_count + 1,
		sizeof *stream->faults);
	if (stream->faults == NULL)
		abort();
	stream->faults[stream->fault_count++] = *fault;
}

static int show_faults(const struct stream *stream)
{
	struct buffer out = { 0 };
	const struct csv_fault *fault = &stream->faults[0];
	buffer_append_text(&out, "vaultctl: ");
	import_fault_append(&out, stream->file, stream->bytes.bytes, stream->bytes.length, fault);
	if (fault->remedy[0] != '\0')
		buffer_printf(&out, "  %s.", fault->remedy);
	else if (stream->fault_count > 1)
		buffer_append_byte(&out, ' ');
	import_fault_others(&out, stream->faults, stream->fault_count);
	if (fault->remedy[0] != '\0' || stream->fault_count > 1)
		buffer_append_byte(&out, '\n');
	buffer_append_text(&out, "  Nothing was run. The columns: vaultctl whatif --template\n");
	fputs(buffer_text(&out), stderr);
	buffer_free(&out);
	return error_info(ERROR_INVALID)->exit_status;
}

static void read_csv(struct stream *stream)
{
	const struct import_kind *kind = import_kind_find("whatif");
	struct import_map map;
	struct csv_fault fault = { 0 };
	if (!csv_read(stream->bytes.bytes, stream->bytes.length, &stream->csv, &fault) ||
	    !import_map_columns(kind, stream->csv, &map, &fault)) {
		add_fault(stream, &fault);
		return;
	}
	for (size_t i = 0; i < stream->csv->row_count; i++) {
		struct import_record record;
		struct json json;
		if (!import_record_read(&map, &stream->csv->rows[i], &record, &fault)) {
			add_fault(stream, &fault);
			continue;
		}
		begin_request(stream, stream->csv->rows[i].line);
		json_begin(&json, &stream->params, false);
		import_record_write(kind, &record, &json);
		end_request(stream);
	}
}

/* ---- JSON ---- */

/* A request of the reserve in any of the forms in which it is printed, and its time. */
static const struct value *request_of(const struct value *value, const struct value **ret_at)
{
	static const char *const kinds[] = { "request.allocated", "request.refused",
		"request.eligible" };
	const struct value *body = value_get(value, "body");
	*ret_at = value_get(value, "at");
	if (body == NULL && value_get(value, "member") != NULL) { /* of the stream, or a row */
		if (*ret_at == NULL)
			*ret_at = value_get(value, "decided_at");
		return value;
	}
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (text_equal(value_get_text(value, "kind", ""), kinds[i]))
			return body;
	}
	return NULL;
}

static void add_value(struct stream *stream, const struct value *value, int64_t line)
{
	static const char *const names[] = { "member", "commodity", "mass_g", "min_grade_ppm",
		"need_by", "tier", "purpose", "destination", "partial" };
	const struct value *at, *request = request_of(value, &at);
	if (request == NULL)
		return; /* an entry about something else */
	begin_request(stream, line);
	buffer_append_byte(&stream->params, '{');
	if (value_kind(at) == VALUE_TEXT) {
		buffer_append_text(&stream->params, "\"at\":");
		value_write(at, &stream->params);
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct value *member = value_get(request, names[i]);
		if (member == NULL)
			continue;
		if (stream->params.bytes[stream->params.length - 1] != '{')
			buffer_append_byte(&stream->params, ',');
		buffer_printf(&stream->params, "\"%s\":", names[i]);
		value_write(member, &stream->params);
	}
	buffer_append_byte(&stream->params, '}');
	end_request(stream);
}

/* An entry may come as text inside what tells its index. */
static bool add_line(struct stream *stream, const struct value *value, int64_t line,
	struct error *error)
{
	const struct value *entry = value_get(value, "entry");
	struct value *inner = NULL;
	if (value_kind(entry) == VALUE_TEXT) {
		const char *text = value_text(entry, "");
		if (!value_parse(text, strlen(text), &inner, error))
			return false;
	}
	add_value(stream, inner != NULL ? inner : entry != NULL ? entry : value, line);
	value_free(inner);
	return true;
}

static bool read_json_lines(struct stream *stream, struct error *error)
{
	const char *at = stream->bytes.bytes, *end = at + stream->bytes.length;
	for (int64_t line = 1; at < end; line++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((stop != NULL ? stop : end) - at);
		struct value *value = NULL;
		struct error cause = { 0 };
		bool empty = true;
		for (size_t i = 0; i < length && empty; i++)
			empty = isspace((unsigned char)at[i]) != 0;
		bool good = empty || (value_parse(at, length, &value, &cause) &&
			add_line(stream, value, line, &cause));
		value_free(value);
		if (!good)
			return error_set(error, ERROR_INVALID, "", "%s line %lld: %s", stream->file,
				(long long)line, cause.message);
		at += length + 1;
	}
	return true;
}

static bool read_json_array(struct stream *stream, struct error *error)
{
	struct value *array = NULL;
	struct error cause = { 0 };
	bool good = value_parse(stream->bytes.bytes, stream->bytes.length, &array, &cause);
	for (size_t i = 0; good && i < value_count(array); i++)
		good = add_line(stream, value_at(array, i), (int64_t)i + 1, &cause);
	value_free(array);
	return good || error_set(error, ERROR_INVALID, "", "%s: %s", stream->file, cause.message);
}

/* ---- the whole file ---- */

static char first_byte(const struct buffer *bytes)
{
	for (size_t i = 0; i < bytes->length; i++) {
		if (!isspace((unsigned char)bytes->bytes[i]))
			return bytes->bytes[i];
	}
	return '\0';
}

static bool too_long(const struct stream *stream, struct error *error)
{
	size_t header = stream->csv != NULL ? 1 : 0;
	long long last = stream->fits > 0 ? (long long)stream->lines[stream->fits - 1] : 1;
	error_set(error, ERROR_LIMIT, "", "%s has %zu requests, which are more than one call takes "
		"(%d MiB)", stream->file, stream->count, WIRE_MESSAGE_MAX / (1024 * 1024));
	return error_remedy(error, "The first %zu fit: head -n %lld FILE | vaultctl whatif -; each call "
		"begins with the reserve as it is%s", stream->fits, last,
		header > 0 ? ", and a later part needs the header line again" : "");
}

static bool read_stream(struct stream *stream, struct error *error)
{
	if (!ctl_read_file(stream->file, IMPORT_FILE_MAX, &stream->bytes, error))
		return false;
	buffer_text(&stream->bytes);
	char first = first_byte(&stream->bytes);
	bool good = true;
	if (first == '[')
		good = read_json_array(stream, error);
	else if (first == '{')
		good = read_json_lines(stream, error);
	else if (first != '\0')
		read_csv(stream);
	if (!good || stream->fault_count > 0)
		return good;
	if (stream->count == 0) {
		error_set(error, ERROR_INVALID, "", "no request stands in %s", stream->file);
		return error_remedy(error, "vaultctl whatif --template prints the columns of a stream");
	}
	buffer_append_text(&stream->params, "]}");
	return stream->fits == stream->count || too_long(stream, error);
}

/* What vaultd says of one request becomes a fault of its line. */
static bool error_to_fault(struct stream *stream, const struct error *error)
{
	char field[64];
	const char *message;
	struct csv_fault fault = { 0 };
	int number = import_error_row(error, field, &message);
	if (number < 0 || (size_t)number >= stream->count)
		return false;
	fault.line = stream->lines[number];
	if (stream->csv == NULL) {
		fault.start = (uint32_t)stream->bytes.length; /* no place to show */
		snprintf(fault.column, sizeof fault.column, "%s", field);
		snprintf(fault.message, sizeof fault.message, "%.200s", message);
	} else {
		const struct csv_row *row = &stream->csv->rows[number];
		const struct import_kind *kind = import_kind_find("whatif");
		struct import_map map;
		bool mapped = import_map_columns(kind, stream->csv, &map, &fault);
		int index = import_field_find(kind, field);
		assert(mapped);
		(void)mapped;
		csv_fault_at(stream->csv, row, index >= 0 && map.column[index] >= 0 ?
			(size_t)map.column[index] : 0, &fault, "%.200s", message);
		if (index < 0) { /* about the request as a whole */
			fault.column[0] = '\0';
			fault.start = row->start;
			fault.length = row->end - row->start;
		}
	}
	snprintf(fault.remedy, sizeof fault.remedy, "%.300s", error->remedy);
	add_fault(stream, &fault);
	return true;
}

/* ---- what it would do ---- */

static void say_sums(const struct value *reply)
{
	struct buffer asked = { 0 }, awarded = { 0 };
	int64_t requests = value_get_int(reply, "requests", 0), cut = value_get_int(reply, "cut", 0);
	int64_t refused = value_get_int(reply, "refused", 0);
	char all[UNIT_TEXT], whole[UNIT_TEXT], part[UNIT_TEXT], none[UNIT_TEXT];
	unit_show_count(requests, all);
	unit_show_count(requests - cut, whole);
	unit_show_count(cut - refused, part);
	unit_show_count(refused, none);
	render_cell("asked_g", reply, &asked);
	render_cell("awarded_g", reply, &awarded);
	printf("%s %s for %s: %s would get all that they ask, %s a part, %s nothing; %s in all\n", all,
		requests == 1 ? "request" : "requests", buffer_text(&asked), whole, part, none,
		buffer_text(&awarded));
	buffer_free(&asked);
	buffer_free(&awarded);
}

static int64_t line_of(const struct stream *stream, const struct value *row)
{
	int64_t line = value_get_int(row, "line", 0);
	return line >= 1 && (size_t)line <= stream->count ? stream->lines[line - 1] : line;
}

static void days_words(int64_t days, char *to, size_t size)
{
	char count[UNIT_TEXT];
	unit_show_count(days, count);
	if (days == 0)
		snprintf(to, size, "today");
	else
		snprintf(to, size, "in %s %s", count, days == 1 ? "day" : "days");
}

/* "in 12 days, 4 Dec 2026, by line 17"; "not by these; in 41 days at their rate". */
static void reached_words(const struct stream *stream, const struct value *floor,
	struct buffer *to)
{
	int64_t days = value_get_int(floor, "days", -1), at;
	char in[UNIT_TEXT + 16], date[UNIT_TEXT];
	if (days < 0) {
		buffer_append_text(to, "no: nothing would be awarded");
		return;
	}
	days_words(days, in, sizeof in);
	if (value_get_bool(floor, "extrapolated", false)) {
		buffer_printf(to, "not by these; %s at their rate", in);
		return;
	}
	buffer_append_text(to, in);
	if (time_parse(value_get_text(floor, "reached_at", ""), &at)) {
		unit_show_date(at, date);
		buffer_printf(to, ", %s", date);
	}
	if (value_get(floor, "line") != NULL)
		buffer_printf(to, ", by line %lld", (long long)line_of(stream, floor));
	else
		buffer_append_text(to, ", by a request that waited before");
}

static void print_floors(const struct stream *stream, const struct value *floors)
{
	static const struct ctl_column columns[] = { { "commodity", false }, { "floor", false },
		{ "must stay", true }, { "now", true }, { "afterwards", true },
		{ "reached", false } };
	static const char *const fields[] = { "commodity", "floor", "floor_g", "available_before_g",
		"available_after_g" };
	enum { COLUMNS = sizeof columns / sizeof *columns };
	if (value_count(floors) == 0)
		return;
	struct ctl_table *table = ctl_table_new(stream->ctl, columns, COLUMNS);
	for (size_t i = 0; i < value_count(floors); i++) {
		struct buffer cells[COLUMNS] = { 0 };
		const char *texts[COLUMNS];
		for (size_t j = 0; j + 1 < COLUMNS; j++)
			render_cell(fields[j], value_at(floors, i), &cells[j]);
		reached_words(stream, value_at(floors, i), &cells[COLUMNS - 1]);
		for (size_t j = 0; j < COLUMNS; j++)
			texts[j] = buffer_text(&cells[j]);
		ctl_table_row(table, texts);
		for (size_t j = 0; j < COLUMNS; j++)
			buffer_free(&cells[j]);
	}
	puts("");
	ctl_table_print(table);
}

/* "the operating floor (R04)" */
static void rule_words(const struct value *cut, struct buffer *to)
{
	const char *rule = value_get_text(cut, "rule", ""), *title = value_get_text(cut, "title", "");
	buffer_append_text(to, title[0] != '\0' ? title : rule);
	if (title[0] != '\0' && rule[0] == 'R')
		buffer_printf(to, " (%s)", rule);
}

static void print_cuts(const struct stream *stream, const struct value *reply)
{
	static const struct ctl_column columns[] = { { "line", true }, { "at", false },
		{ "member", false }, { "commodity", false }, { "asks", true }, { "gets", true },
		{ "cut by", false } };
	static const char *const fields[] = { NULL, "at", "member", "commodity", "mass_g",
		"awarded_g" };
	enum { COLUMNS = sizeof columns / sizeof *columns };
	const struct value *cuts = value_get(reply, "cuts");
	if (value_count(cuts) == 0)
		return;
	struct ctl_table *table = ctl_table_new(stream->ctl, columns, COLUMNS);
	for (size_t i = 0; i < value_count(cuts); i++) {
		struct buffer cells[COLUMNS] = { 0 };
		const char *texts[COLUMNS];
		buffer_append_int(&cells[0], line_of(stream, value_at(cuts, i)));
		for (size_t j = 1; j + 1 < COLUMNS; j++)
			render_cell(fields[j], value_at(cuts, i), &cells[j]);
		rule_words(value_at(cuts, i), &cells[COLUMNS - 1]);
		for (size_t j = 0; j < COLUMNS; j++)
			texts[j] = buffer_text(&cells[j]);
		ctl_table_row(table, texts);
		for (size_t j = 0; j < COLUMNS; j++)
			buffer_free(&cells[j]);
	}
	puts("");
	ctl_table_print(table);
	if ((int64_t)value_count(cuts) < value_get_int(reply, "cut", 0))
		printf("and %lld more\n", (long long)(value_get_int(reply, "cut", 0) -
			(int64_t)value_count(cuts)));
}

static void print_answer(const struct stream *stream, const struct value *reply)
{
	if (stream->ctl->output != OUTPUT_TABLE) {
		render_reply(stream->ctl, ctl_method(stream->ctl, "Emergency.WhatIf"), reply);
		return;
	}
	say_sums(reply);
	print_floors(stream, value_get(reply, "floors"));
	print_cuts(stream, reply);
}

static int run_stream(struct stream *stream, bool fail_if_floor)
{
	struct error error = { 0 };
	struct reply reply = { 0 };
	if (!read_stream(stream, &error))
		return ctl_fail(stream->ctl, &error);
	if (stream->fault_count > 0)
		return show_faults(stream);
	if (!ctl_call(stream->ctl, "Emergency.WhatIf", buffer_text(&stream->params), &reply, &error))
		return error_to_fault(stream, &error) ? show_faults(stream) :
			ctl_fail(stream->ctl, &error);
	print_answer(stream, reply.parameters);
	bool reached = value_get_bool(reply.parameters, "floor_reached", false);
	reply_free(&reply);
	return fail_if_floor && reached ? error_info(ERROR_REFUSED)->exit_status : 0;
}

int whatif_run(struct ctl *ctl, int argc, char **argv)
{
	struct stream stream = { .ctl = ctl };
	struct error error = { 0 };
	const char *fail_if = NULL;
	if (ctl_take_flag(&argc, argv, "--template")) {
		if (!ctl_words(argc, argv, 0, 0, &error))
			return ctl_fail(ctl, &error);
		fputs(import_kind_find("whatif")->example, stdout);
		return 0;
	}
	if (!ctl_take_option(&argc, argv, "--fail-if", &fail_if, &error) ||
	    !ctl_words(argc, argv, 1, 1, &error))
		return ctl_fail(ctl, &error);
	if (fail_if != NULL && !text_equal(fail_if, "floor")) {
		error_set(&error, ERROR_INVALID, "", "--fail-if takes floor, not \"%.40s\"", fail_if);
		return ctl_fail(ctl, &error);
	}
	stream.file = argv[0];
	int status = run_stream(&stream, fail_if != NULL);
	buffer_free(&stream.bytes);
	buffer_free(&stream.params);
	csv_free(stream.csv);
	free(stream.faults);
	free(stream.lines);
	return status;
}
