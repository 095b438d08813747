/*
 * A batch is the header line with so many rows behind it, read as a CSV file of its own: so the
 * strict reader serves a file that never is in memory as a whole. A row that breaks its batch is
 * read again alone with its neighbours.
 */
#include "vaultctl/tariff_stream.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/checked.h"
#include "base/json.h"
#include "base/text.h"
#include "vault/limits.h"
#include "vaultctl/import_table.h"
#include "vaultctl/money.h"
#include "wire/client.h"

enum {
	BATCHES_AHEAD = 8,       /* sent and not yet answered */
	ROW_BYTES_MAX = 64 * 1024,
	ANSWER_MS = 60000,
	FAULTS_SHOWN = 20,
	REF_MAX = NAME_MAX_BYTES,
};

/* What is kept of a row until its batch is answered. */
struct line {
	int64_t number;          /* in the file */
	bool sent;               /* a figure or a fault will come for it */
	char ref[REF_MAX];
	char column[64], fault[256];
};

struct batch {
	struct line lines[ASSESS_ROWS_PER_CALL];
	size_t count;
	bool sent;               /* something of it was */
};

struct stream {
	struct ctl *ctl;
	const char *name;
	FILE *in, *out;
	struct buffer header, rows, params;
	int64_t header_lines;
	int64_t rows_line;       /* the line of the first row gathered */
	int64_t next_line;
	size_t gathered;
	bool ended;
	struct batch batches[BATCHES_AHEAD];
	size_t first, waiting;   /* a ring */
	int64_t read_bytes, total_bytes;
	int64_t done, faults, due, duty_cents, charged_cents;
	struct ctl_progress progress;
};

/* ---- reading ---- */

/*
 * Appends a row with its line ends, those inside quotes too; false at the end of the file, or where
 * it is too long (then with an error).
 */
static bool read_row(struct stream *stream, struct buffer *to, int64_t *ret_lines,
	struct error *error)
{
	size_t begin = to->length;
	bool quoted = false;
	int byte;
	*ret_lines = 0;
	while ((byte = getc_unlocked(stream->in)) != EOF) {
		buffer_append_byte(to, (char)byte);
		quoted = quoted != (byte == '"');
		*ret_lines += byte == '\n';
		if (byte == '\n' && !quoted)
			break;
		if (to->length - begin > ROW_BYTES_MAX)
			return error_set(error, ERROR_LIMIT, "", "%s line %lld: a row has more than %d bytes; "
				"is a quote not closed?", stream->name, (long long)stream->next_line,
				ROW_BYTES_MAX);
	}
	if (ferror(stream->in))
		return error_set(error, ERROR_STORE, "", "%s cannot be read: %s", stream->name,
			strerror(errno));
	stream->read_bytes += (int64_t)(to->length - begin);
	if (to->length > begin && to->bytes[to->length - 1] != '\n') {
		buffer_append_byte(to, '\n');
		++*ret_lines;
	}
	return to->length > begin;
}

static bool read_header(struct stream *stream, struct error *error)
{
	int64_t lines;
	struct csv *csv;
	struct csv_fault fault;
	struct import_map map;
	stream->next_line = 1;
	if (!read_row(stream, &stream->header, &lines, error))
		return error->id != ERROR_NONE ? false :
			error_set(error, ERROR_INVALID, "", "%s is empty", stream->name);
	stream->next_line += lines;
	stream->header_lines = lines;
	bool good = csv_read(stream->header.bytes, stream->header.length, &csv, &fault);
	if (good) {
		good = import_map_columns(import_kind_find("tariff"), csv, &map, &fault);
		csv_free(csv);
	}
	if (good)
		return true;
	error_set(error, ERROR_INVALID, "", "%s line %lld, column %s: %s", stream->name,
		(long long)fault.line, fault.column, fault.message);
	return error_remedy(error, "%s", fault.remedy);
}

/* Up to a batch of rows; a row that is empty is none. */
static bool gather(struct stream *stream, struct error *error)
{
	int64_t lines;
	buffer_clear(&stream->rows);
	stream->gathered = 0;
	stream->rows_line = stream->next_line;
	while (stream->gathered < ASSESS_ROWS_PER_CALL) {
		if (!read_row(stream, &stream->rows, &lines, error)) {
			stream->ended = true;
			return error->id == ERROR_NONE;
		}
		stream->next_line += lines;
		stream->gathered++;
	}
	return true;
}

/* ---- a batch ---- */

static struct line *add_line(struct batch *batch, int64_t number)
{
	struct line *line = &batch->lines[batch->count++];
	memset(line, 0, sizeof *line);
	line->number = number;
	return line;
}

static void set_fault(struct line *line, const struct csv_fault *fault)
{
	snprintf(line->column, sizeof line->column, "%s", fault->column);
	snprintf(line->fault, sizeof line->fault, "%s", fault->message);
}

/* Rows of a CSV piece whose first stands on that line of the file. */
static void add_rows(struct stream *stream, struct batch *batch, const struct csv *csv,
	int64_t first_line, struct json *json)
{
	struct import_map map;
	struct csv_fault fault;
	const struct import_kind *kind = import_kind_find("tariff");
	bool mapped = import_map_columns(kind, csv, &map, &fault);
	assert(mapped); /* as the header was */
	(void)mapped;
	for (size_t i = 0; i < csv->row_count; i++) {
		struct import_record record;
		struct line *line = add_line(batch, csv->rows[i].line -
			stream->header_lines - 1 + first_line);
		if (map.column[0] >= 0)
			snprintf(line->ref, sizeof line->ref, "%s",
				csv->rows[i].cells[map.column[0]].text);
		if (!import_record_read(&map, &csv->rows[i], &record, &fault)) {
			set_fault(line, &fault);
			continue;
		}
		import_record_write(kind, &record, json);
		line->sent = batch->sent = true;
	}
}

/* One row by itself, for a piece that as a whole is no CSV. */
static void add_alone(struct stream *stream, struct batch *batch, const char *bytes, size_t length,
	int64_t number, struct json *json)
{
	struct buffer piece = { 0 };
	struct csv *csv;
	struct csv_fault fault;
	buffer_append(&piece, stream->header.bytes, stream->header.length);
	buffer_append(&piece, bytes, length);
	if (csv_read(piece.bytes, piece.length, &csv, &fault)) {
		add_rows(stream, batch, csv, number, json);
		csv_free(csv);
	} else {
		set_fault(add_line(batch, number), &fault);
	}
	buffer_free(&piece);
}

static void add_each_alone(struct stream *stream, struct batch *batch, struct json *json)
{
	const char *at = stream->rows.bytes, *end = at + stream->rows.length;
	int64_t number = stream->rows_line;
	while (at < end) {
		const char *stop = at;
		bool quoted = false;
		int64_t lines = 0;
		for (; stop < end; stop++) {
			quoted = quoted != (*stop == '"');
			lines += *stop == '\n';
			if (*stop == '\n' && !quoted)
				break;
		}
		stop += stop < end;
		add_alone(stream, batch, at, (size_t)(stop - at), number, json);
		number += lines;
		at = stop;
	}
}

static void make_batch(struct stream *stream, struct batch *batch)
{
	struct json json;
	struct csv *csv;
	struct csv_fault fault;
	batch->count = 0;
	batch->sent = false;
	buffer_clear(&stream->params);
	json_begin(&json, &stream->params, false);
	json_open_object(&json);
	json_key(&json, "consignments");
	json_open_array(&json);
	struct buffer piece = { 0 };
	buffer_append(&piece, stream->header.bytes, stream->header.length);
	buffer_append(&piece, stream->rows.bytes, stream->rows.length);
	if (csv_read(piece.bytes, piece.length, &csv, &fault)) {
		add_rows(stream, batch, csv, stream->rows_line, &json);
		csv_free(csv);
	} else {
		add_each_alone(stream, batch, &json);
	}
	buffer_free(&piece);
	json_close_array(&json);
	json_close_object(&json);
}

/* ---- answers ---- */

static void csv_text(FILE *out, const char *text)
{
	if (strpbrk(text, "\",\r\n") == NULL) {
		fputs(text, out);
		return;
	}
	putc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	putc('"', out);
}

static const char *const figures[] = { "commodity", "reference", "contained_g", "floor_cents",
	"customs_cents", "duty_cents", "charged_cents", "landed_cents", "gap_cents", "duty_ppm",
	"schedule", "mode", "inside" };
enum { FIGURES = sizeof figures / sizeof *figures };

static void write_header(FILE *out)
{
	fputs("line,ref", out);
	for (int i = 0; i < FIGURES; i++)
		fprintf(out, ",%s", figures[i]);
	fputs(",column,fault\n", out);
}

static void write_figure(FILE *out, const struct value *value)
{
	putc(',', out);
	if (value_kind(value) == VALUE_INT)
		fprintf(out, "%lld", (long long)value_int(value, 0));
	else if (value_kind(value) == VALUE_BOOL)
		fputs(value_bool(value, false) ? "yes" : "no", out);
	else
		csv_text(out, value_text(value, ""));
}

static void tell_fault(struct stream *stream, const struct line *line)
{
	if (stream->faults++ >= FAULTS_SHOWN)
		return;
	ctl_progress_end(&stream->progress);
	ctl_say(stream->ctl, "%s line %lld%s%s: %s", stream->name, (long long)line->number,
		line->column[0] != '\0' ? ", column " : "", line->column, line->fault);
}

/* The column that a field of the wire came from, by its name. */
static void name_column(struct line *line, const char *field)
{
	const struct import_kind *kind = import_kind_find("tariff");
	int index = import_field_find(kind, field);
	snprintf(line->column, sizeof line->column, "%.60s", index >= 0 ? kind->fields[index].name :
		field);
}

static void write_line(struct stream *stream, struct line *line, const struct value *answer)
{
	const char *fault = value_get_text(answer, "fault", "");
	if (fault[0] != '\0') {
		name_column(line, value_get_text(answer, "field", ""));
		snprintf(line->fault, sizeof line->fault, "%.250s", fault);
	}
	fprintf(stream->out, "%lld,", (long long)line->number);
	csv_text(stream->out, line->ref);
	for (int i = 0; i < FIGURES; i++)
		write_figure(stream->out, value_get(answer, figures[i]));
	putc(',', stream->out);
	csv_text(stream->out, line->column);
	putc(',', stream->out);
	csv_text(stream->out, line->fault);
	putc('\n', stream->out);
	stream->done++;
	if (line->fault[0] != '\0')
		tell_fault(stream, line);
	int64_t duty = value_get_int(answer, "duty_cents", 0);
	stream->due += duty > 0;
	stream->duty_cents = checked_add_to(stream->duty_cents, duty, INT64_MAX);
	stream->charged_cents = checked_add_to(stream->charged_cents,
		value_get_int(answer, "charged_cents", 0), INT64_MAX);
}

static bool went_away(const struct stream *stream, struct error *error)
{
	error_set(error, ERROR_UNREACHABLE, "", "vaultd went away after %lld lines were answered",
		(long long)stream->done);
	return error_remedy(error, "Nothing was recorded: run it again");
}

static bool take_answer(struct stream *stream, struct error *error)
{
	struct batch *batch = &stream->batches[stream->first];
	struct reply reply = { 0 };
	struct error lost = { 0 };
	if (batch->sent && !client_receive(stream->ctl->client, ANSWER_MS, &reply, &lost))
		return went_away(stream, error);
	if (batch->sent && reply.error[0] != '\0') {
		client_reply_error(&reply, error);
		reply_free(&reply);
		return false;
	}
	const struct value *rows = value_get(reply.parameters, "rows");
	size_t at = 0;
	for (size_t i = 0; i < batch->count; i++) {
		struct line *line = &batch->lines[i];
		write_line(stream, line, line->sent ? value_at(rows, at++) : NULL);
	}
	if (batch->sent)
		reply_free(&reply);
	stream->first = (stream->first + 1) % BATCHES_AHEAD;
	stream->waiting--;
	if (stream->total_bytes > 0 && stream->read_bytes > 0) {
		int64_t read = stream->next_line - 2; /* rows so far, about: a line may be part of one */
		stream->progress.total = read * (stream->total_bytes / 1024 + 1) /
			(stream->read_bytes / 1024 + 1);
	}
	if (stream->progress.total < stream->done)
		stream->progress.total = stream->done + 1;
	ctl_progress_set(&stream->progress, stream->done);
	return true;
}

/* ---- the whole ---- */

static bool send_batch(struct stream *stream, struct error *error)
{
	if (stream->waiting == BATCHES_AHEAD && !take_answer(stream, error))
		return false;
	struct batch *batch = &stream->batches[(stream->first + stream->waiting) % BATCHES_AHEAD];
	make_batch(stream, batch);
	stream->waiting++;
	struct error lost = { 0 };
	return !batch->sent || client_send(stream->ctl->client, "org.projectvault.Zone.AssessList",
		buffer_text(&stream->params), 0, ANSWER_MS, &lost) || went_away(stream, error);
}

/* The first call opens the connection, and says what vaultd says of a caller. */
static bool connect(struct stream *stream, struct error *error)
{
	struct reply reply = { 0 };
	if (!ctl_call(stream->ctl, "Zone.AssessList", "{\"consignments\":[]}", &reply, error))
		return false;
	reply_free(&reply);
	return true;
}

static bool run(struct stream *stream, struct error *error)
{
	if (!read_header(stream, error) || !connect(stream, error))
		return false;
	write_header(stream->out);
	ctl_progress_begin(&stream->progress, stream->ctl, "assessing", 0);
	bool good = true;
	while (good && !stream->ended) {
		good = gather(stream, error);
		if (good && stream->gathered > 0)
			good = send_batch(stream, error);
	}
	while (good && stream->waiting > 0)
		good = take_answer(stream, error);
	ctl_progress_end(&stream->progress);
	if (good && (fflush(stream->out) != 0 || ferror(stream->out)))
		good = error_set(error, ERROR_STORE, "", "the answer cannot be written: %s",
			strerror(errno));
	return good;
}

static void say_sums(const struct stream *stream)
{
	char done[UNIT_TEXT], due[UNIT_TEXT], duty[UNIT_TEXT], charged[UNIT_TEXT], faults[UNIT_TEXT];
	unit_show_count(stream->done, done);
	unit_show_count(stream->due, due);
	unit_show_count(stream->faults, faults);
	money_show_cents(stream->duty_cents, duty);
	money_show_cents(stream->charged_cents, charged);
	ctl_say(stream->ctl, "%s consignments: a duty is due on %s, %s%s in all; charged %s%s", done, due,
		stream->duty_cents == INT64_MAX ? "more than " : "", duty,
		stream->charged_cents == INT64_MAX ? "more than " : "", charged);
	if (stream->faults > FAULTS_SHOWN)
		ctl_say(stream->ctl, "%s lines cannot be assessed; each says why in its column fault",
			faults);
	else if (stream->faults > 0)
		ctl_say(stream->ctl, "%s %s cannot be assessed", faults,
			stream->faults == 1 ? "line" : "lines");
}

static bool open_files(struct stream *stream, const char *from, const char *out,
	struct error *error)
{
	struct stat stat;
	stream->in = text_equal(from, "-") ? stdin : fopen(from, "re");
	if (stream->in == NULL)
		return error_set(error, ERROR_STORE, "", "%.300s cannot be read: %s", from,
			strerror(errno));
	if (fstat(fileno(stream->in), &stat) == 0 && S_ISREG(stat.st_mode))
		stream->total_bytes = stat.st_size;
	stream->out = out == NULL ? stdout : fopen(out, "we");
	return stream->out != NULL || error_set(error, ERROR_STORE, "", "%.300s cannot be written: %s",
		out, strerror(errno));
}

int tariff_stream(struct ctl *ctl, const char *from, const char *out)
{
	struct error error = { 0 };
	struct stream *stream = calloc(1, sizeof *stream);
	if (stream == NULL)
		abort();
	stream->ctl = ctl;
	stream->name = text_equal(from, "-") ? "standard input" : from;
	bool good = open_files(stream, from, out, &error) && run(stream, &error);
	if (good)
		say_sums(stream);
	if (stream->in != NULL && stream->in != stdin)
		fclose(stream->in);
	if (stream->out != NULL && stream->out != stdout && fclose(stream->out) != 0 && good)
		good = error_set(&error, ERROR_STORE, "", "%.300s cannot be written: %s", out,
			strerror(errno));
	int status = !good ? ctl_fail(ctl, &error) :
		stream->faults > 0 ? error_info(ERROR_INVALID)->exit_status : 0;
	buffer_free(&stream->header);
	buffer_free(&stream->rows);
	buffer_free(&stream->params);
	free(stream);
	return status;
}

int tariff_stream_template(void)
{
	fputs(import_kind_find("tariff")->example, stdout);
	return 0;
}
