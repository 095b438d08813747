/* Cells become fields by the tables' descriptors; a reference becomes a row that has a key and no more. */
#include "vaultctl/offline/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/time.h"
#include "vaultctl/csv.h"
#include "wire/record.h"

enum { PIECE = 1024 * 1024, PATH_MAX_BYTES = 1024, NO_COLUMN = -1, COLUMNS_MAX = 96 };

/* ---- the script ---- */

/* Views that are no table of the state; a view is copied in the order in which it is read here. */
static const char *const others[] = { "head", "checkpoint", "command" };

/* A word for sh; within \copy a quote is doubled as well, so folders are entered and not named there. */
static void append_quoted(struct buffer *out, const char *text)
{
	buffer_append_byte(out, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			buffer_append_text(out, "'\\''");
		else
			buffer_append_byte(out, *text);
	}
	buffer_append_byte(out, '\'');
}

static void append_copy(struct buffer *out, const char *name)
{
	buffer_printf(out, "\\copy (select * from audit.%s%s) to '%s.csv' with (format csv, header)\n", name,
		text_equal(name, "checkpoint") ? " order by size" : "", name);
}

void dump_script(struct buffer *out, const char *connect, const char *directory)
{
	buffer_append_text(out, "set -e\nmkdir -p -- ");
	append_quoted(out, directory);
	buffer_append_text(out, "\ncd -- ");
	append_quoted(out, directory);
	buffer_printf(out, "\n%s -X -q -v ON_ERROR_STOP=1 <<'END'\n"
		"set timezone to 'UTC'; set datestyle to 'ISO, YMD'; set bytea_output to 'hex';\n"
		"begin isolation level repeatable read read only;\n", connect);
	for (int table = 0; table < TABLE_COUNT; table++)
		append_copy(out, table_info((enum table_id)table)->name);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		append_copy(out, others[i]);
	buffer_append_text(out, "commit;\nEND\n");
}

/* ---- a file in pieces ---- */

struct source {
	FILE *file;
	char name[64];
	struct buffer header, piece; /* the header line; header and whole rows behind it */
	struct buffer rest;          /* of a row that is not whole yet */
	int64_t line;                /* of the file, that the piece's first row stands on */
	int64_t next_line;
	bool ended;
};

/* Behind the last line end of the bytes that no quote surrounds; 0: none. *ret_lines: line ends before it. */
static size_t whole_rows(const char *bytes, size_t length, int64_t *ret_lines)
{
	bool quoted = false;
	size_t whole = 0;
	int64_t lines = 0;
	*ret_lines = 0;
	for (size_t i = 0; i < length; i++) {
		quoted = quoted != (bytes[i] == '"');
		lines += bytes[i] == '\n';
		if (bytes[i] == '\n' && !quoted) {
			whole = i + 1;
			*ret_lines = lines;
		}
	}
	return whole;
}

static bool source_open(struct source *source, const char *directory, const char *name, struct error *error)
{
	char path[PATH_MAX_BYTES];
	*source = (struct source){ .next_line = 1 };
	snprintf(source->name, sizeof source->name, "%s.csv", name);
	if (snprintf(path, sizeof path, "%s/%s", directory, source->name) >= (int)sizeof path)
		return error_set(error, ERROR_INVALID, "tables", "the name of the folder is too long");
	/* whatever else bears its name is not waited for */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	if (fd >= 0 && fstat(fd, &status) == 0 && !S_ISREG(status.st_mode)) {
		close(fd);
		return error_set(error, ERROR_INVALID, "tables", "%s is no regular file", path);
	}
	source->file = fd >= 0 ? fdopen(fd, "rb") : NULL;
	if (source->file == NULL) {
		error_set(error, ERROR_NOT_FOUND, "tables", "%s: %s", path, strerror(errno));
		return error_remedy(error, "make the dump with: vaultctl sql --dump DIR | sh");
	}
	return true;
}

static void source_close(struct source *source)
{
	if (source->file != NULL)
		fclose(source->file);
	buffer_free(&source->header);
	buffer_free(&source->piece);
	buffer_free(&source->rest);
}

/* The next piece of whole rows with the header before them. False: at the end, or with an error. */
static bool source_next(struct source *source, struct error *error)
{
	size_t whole = 0;
	int64_t lines = 0;
	while (!source->ended && whole == 0) {
		char *to = buffer_reserve(&source->rest, PIECE);
		size_t got = fread(to, 1, PIECE, source->file);
		source->rest.length += got;
		source->ended = got < PIECE;
		if (ferror(source->file))
			return error_set(error, ERROR_STORE, "tables", "%s cannot be read", source->name);
		whole = whole_rows(source->rest.bytes, source->rest.length, &lines);
	}
	if (source->ended && whole < source->rest.length)
		return error_set(error, ERROR_INVALID, "tables", "%s breaks off in its last row",
			source->name);
	if (whole == 0)
		return false;
	buffer_clear(&source->piece);
	buffer_append(&source->piece, source->header.bytes, source->header.length);
	buffer_append(&source->piece, source->rest.bytes, whole);
	source->line = source->next_line;
	source->next_line += lines;
	if (source->header.length == 0) {
		const char *end = memchr(source->rest.bytes, '\n', whole);
		buffer_append(&source->header, source->rest.bytes, (size_t)(end - source->rest.bytes) + 1);
	}
	buffer_consume(&source->rest, whole);
	return true;
}

/* ---- cells ---- */

static bool bad_cell(const struct csv *csv, const struct source *source, const struct csv_row *row,
	int column, struct error *error)
{
	int64_t line = row->line + source->line - (source->line > 1 ? 2 : 1);
	return error_set(error, ERROR_INVALID, "tables", "%s line %lld, column %s: \"%.60s\" cannot be read",
		source->name, (long long)line, csv_column_name(csv, (size_t)column), row->cells[column].text);
}

/* 2026-11-22 20:41:05.123+00 */
static bool read_time(const char *text, int64_t *ret_time_ms)
{
	char iso[40];
	size_t length = strlen(text);
	if (length < 13 || length >= sizeof iso || !text_equal(text + length - 3, "+00"))
		return false;
	memcpy(iso, text, length - 3);
	memcpy(iso + length - 3, "Z", 2);
	iso[10] = 'T';
	return time_parse(iso, ret_time_ms);
}

static bool read_list(const struct field *field, const char *text, struct arena *arena, void *record)
{
	const struct descriptor whole = { "row", sizeof(struct list) + field->offset, field, 1 };
	struct buffer object = { 0 };
	struct error ignored = { 0 };
	buffer_printf(&object, "{\"%s\":%s}", field->name, text);
	/* record_parse clears the record first: a list of its own */
	void *alone = arena_alloc(arena, whole.size);
	bool good = alone != NULL && record_parse(object.bytes, object.length, &whole, arena, NULL, alone, &ignored);
	if (good)
		memcpy((char *)record + field->offset, (char *)alone + field->offset, sizeof(struct list));
	buffer_free(&object);
	return good;
}

/* A row that has its key alone, to be compared by it. */
static const struct row *reference(const struct field *field, const char *key, struct arena *arena)
{
	size_t size = field->key_offset + strlen(key) + 1;
	struct row *row = arena_alloc(arena, size < sizeof *row ? sizeof *row : size);
	memset(row, 0, sizeof *row);
	memcpy((char *)row + field->key_offset, key, strlen(key) + 1);
	return row;
}

static bool read_cell(const struct field *field, const char *text, struct arena *arena, void *record)
{
	char *to = (char *)record + field->offset;
	const char *kept;
	const struct row *row;
	int64_t number;
	int value;
	switch (field->type) {
	case FIELD_INT:
		if (!text_to_int(text, &number))
			return false;
		field_set_number(field, record, number);
		return true;
	case FIELD_BOOL:
		field_set_number(field, record, text[0] == 't');
		return text_equal(text, "t") || text_equal(text, "f");
	case FIELD_TIME:
		if (!read_time(text, &number))
			return false;
		field_set_number(field, record, number);
		return true;
	case FIELD_TEXT:
		return text_copy(to, field->size, text);
	case FIELD_STRING:
		kept = arena_text(arena, text, strlen(text));
		memcpy(to, &kept, sizeof kept);
		return true;
	case FIELD_ENUM:
		value = field_name_value(field, text);
		if (value >= 0)
			field_set_number(field, record, value);
		return value >= 0;
	case FIELD_SET:
		return field_set_read(field, text, record);
	case FIELD_BYTES:
		return text_starts(text, "\\x") && text_to_hex(text + 2, (uint8_t *)to, field->size);
	case FIELD_UUID:
		return text_to_uuid(text, (uint8_t *)to);
	case FIELD_REF:
		row = reference(field, text, arena);
		memcpy(to, &row, sizeof row);
		return true;
	case FIELD_LIST:
		return read_list(field, text, arena, record);
	}
	return false;
}

/* ---- tables ---- */

/* Where each field stands in a file; behind the fields last_index and closed. */
struct columns {
	int at[COLUMNS_MAX];
	size_t count;
};

static int column_of(const struct csv *csv, const char *name)
{
	for (size_t i = 0; i < csv->column_count; i++) {
		if (text_equal(csv_column_name(csv, i), name))
			return (int)i;
	}
	return NO_COLUMN;
}

static bool find_columns(const struct csv *csv, const struct table_info *info, const struct source *source,
	struct columns *columns, struct error *error)
{
	size_t fields = info->descriptor->field_count;
	columns->count = fields + (info->forever ? 1 : 2);
	for (size_t i = 0; i < columns->count; i++) {
		const char *name = i < fields ? info->descriptor->fields[i].name :
			i == fields ? "last_index" : "closed";
		columns->at[i] = column_of(csv, name);
		if (columns->at[i] == NO_COLUMN)
			return error_set(error, ERROR_INVALID, "tables", "%s has no column %s", source->name, name);
	}
	return true;
}

static bool read_row(const struct csv *csv, const struct csv_row *cells, const struct source *source,
	enum table_id table, const struct columns *columns, struct arena *arena, struct row *row,
	struct error *error)
{
	const struct table_info *info = table_info(table);
	size_t fields = info->descriptor->field_count;
	record_clear(info->descriptor, row);
	row->table = (uint8_t)table;
	for (size_t i = 0; i < columns->count; i++) {
		const char *text = cells->cells[columns->at[i]].text;
		bool good = true;
		if (i < fields)
			good = text[0] == '\0' || read_cell(&info->descriptor->fields[i], text, arena, row);
		else if (i == fields)
			good = text_to_int(text, &row->last_index);
		else
			row->closed = text_equal(text, "t");
		if (!good)
			return bad_cell(csv, source, cells, columns->at[i], error);
	}
	return true;
}

/* One file from its first piece to its last. */
typedef bool each_piece(void *context, const struct source *source, const struct csv *csv,
	struct error *error);

static bool walk_file(const char *directory, const char *name, each_piece *each, void *context,
	struct error *error)
{
	struct source source;
	struct error end = { 0 };
	bool good = source_open(&source, directory, name, error);
	while (good && source_next(&source, &end)) {
		struct csv_fault fault;
		struct csv *csv;
		if (!csv_read(source.piece.bytes, source.piece.length, &csv, &fault)) {
			good = error_set(error, ERROR_INVALID, "tables", "%s, near line %lld: %s", source.name,
				(long long)(fault.line + source.line - 1), fault.message);
			break;
		}
		good = each(context, &source, csv, error);
		csv_free(csv);
	}
	if (good && end.id != ERROR_NONE) {
		*error = end;
		good = false;
	}
	source_close(&source);
	return good;
}

struct bringing {
	enum table_id table;
	struct audit *audit;
	struct arena *arena; /* of one row */
};

static bool bring_rows(void *context, const struct source *source, const struct csv *csv,
	struct error *error)
{
	const struct bringing *bringing = context;
	const struct table_info *info = table_info(bringing->table);
	struct columns columns;
	bool good = find_columns(csv, info, source, &columns, error);
	for (size_t i = 0; good && i < csv->row_count; i++) {
		arena_reset(bringing->arena);
		struct row *row = arena_alloc(bringing->arena, info->descriptor->size);
		good = read_row(csv, &csv->rows[i], source, bringing->table, &columns, bringing->arena, row,
			error);
		if (good)
			audit_row(bringing->audit, bringing->table, row);
	}
	return good;
}

/* ---- the ledger's end, checkpoints and command ids ---- */

/* Where named columns stand; false, naming one, where it is not there. */
static bool find_named(const struct csv *csv, const struct source *source, const char *const *names,
	size_t count, int *ret_at, struct error *error)
{
	for (size_t i = 0; i < count; i++) {
		ret_at[i] = column_of(csv, names[i]);
		if (ret_at[i] == NO_COLUMN)
			return error_set(error, ERROR_INVALID, "tables", "%s has no column %s", source->name, names[i]);
	}
	return true;
}

struct place {
	int64_t size;
	struct hash root;
};

static bool read_place(const struct source *source, const struct csv *csv, const struct csv_row *row,
	const int at[2], struct place *place, struct error *error)
{
	if (!text_to_int(row->cells[at[0]].text, &place->size))
		return bad_cell(csv, source, row, at[0], error);
	if (!text_to_hex(row->cells[at[1]].text, place->root.bytes, HASH_SIZE))
		return bad_cell(csv, source, row, at[1], error);
	return true;
}

static const char *const place_columns[] = { "size", "root", "note" };

static bool take_head(void *context, const struct source *source, const struct csv *csv,
	struct error *error)
{
	int at[2];
	if (!find_named(csv, source, place_columns, 2, at, error))
		return false;
	if (csv->row_count != 1)
		return error_set(error, ERROR_INVALID, "tables", "%s has %zu rows instead of one", source->name,
			csv->row_count);
	return read_place(source, csv, &csv->rows[0], at, context, error);
}

static bool bring_commands(void *context, const struct source *source, const struct csv *csv,
	struct error *error)
{
	static const char *const names[] = { "id", "actor", "digest", "sequence" };
	struct audit *audit = context;
	int at[4];
	if (!find_named(csv, source, names, 4, at, error))
		return false;
	for (size_t i = 0; i < csv->row_count; i++) {
		const struct csv_row *row = &csv->rows[i];
		uint8_t id[16], digest[HASH_SIZE];
		int64_t index;
		if (!text_to_uuid(row->cells[at[0]].text, id))
			return bad_cell(csv, source, row, at[0], error);
		if (!text_to_hex(row->cells[at[2]].text, digest, sizeof digest))
			return bad_cell(csv, source, row, at[2], error);
		if (!text_to_int(row->cells[at[3]].text, &index))
			return bad_cell(csv, source, row, at[3], error);
		audit_command(audit, id, row->cells[at[1]].text, digest, index);
	}
	return true;
}

/* ---- the dump ---- */

struct dump {
	char directory[PATH_MAX_BYTES];
	struct source checkpoints;
	struct csv *piece;       /* of them, or NULL */
	size_t next;             /* row of the piece */
	int64_t last_size;
	struct error error;      /* what dump_checkpoint could not read */
};

bool dump_open(const char *directory, struct dump **ret_dump, struct error *error)
{
	struct dump *dump = calloc(1, sizeof *dump);
	if (dump == NULL)
		abort();
	if (!text_copy(dump->directory, sizeof dump->directory, directory) ||
	    !source_open(&dump->checkpoints, directory, "checkpoint", error)) {
		free(dump);
		return false;
	}
	dump->last_size = -1;
	*ret_dump = dump;
	return true;
}

void dump_close(struct dump *dump)
{
	if (dump == NULL)
		return;
	if (dump->piece != NULL)
		csv_free(dump->piece);
	source_close(&dump->checkpoints);
	free(dump);
}

bool dump_head(struct dump *dump, int64_t *ret_size, struct hash *ret_root, struct error *error)
{
	struct place place = { .size = -1 };
	if (!walk_file(dump->directory, "head", take_head, &place, error))
		return false;
	if (place.size < 0)
		return error_set(error, ERROR_INVALID, "tables", "head.csv is empty");
	*ret_size = place.size;
	*ret_root = place.root;
	return true;
}

/* The next row of the checkpoints' file, NULL at its end or with an error. */
static const struct csv_row *next_checkpoint(struct dump *dump)
{
	struct csv_fault fault;
	while (dump->piece == NULL || dump->next == dump->piece->row_count) {
		if (dump->piece != NULL)
			csv_free(dump->piece);
		dump->piece = NULL;
		dump->next = 0;
		if (!source_next(&dump->checkpoints, &dump->error))
			return NULL;
		if (!csv_read(dump->checkpoints.piece.bytes, dump->checkpoints.piece.length, &dump->piece, &fault)) {
			dump->piece = NULL;
			error_set(&dump->error, ERROR_INVALID, "tables", "%s, near line %lld: %s",
				dump->checkpoints.name, (long long)(fault.line + dump->checkpoints.line - 1), fault.message);
			return NULL;
		}
	}
	return &dump->piece->rows[dump->next++];
}

bool dump_checkpoint(struct dump *dump, int64_t *ret_size, struct hash *ret_root, const char **ret_note)
{
	struct place place;
	int at[3];
	const struct csv_row *row = dump->error.id == ERROR_NONE ? next_checkpoint(dump) : NULL;
	if (row == NULL || !find_named(dump->piece, &dump->checkpoints, place_columns, 3, at, &dump->error) ||
	    !read_place(&dump->checkpoints, dump->piece, row, at, &place, &dump->error))
		return false;
	if (place.size <= dump->last_size)
		return error_set(&dump->error, ERROR_INVALID, "tables",
			"checkpoint.csv is not in order of size: %lld stands behind %lld", (long long)place.size,
			(long long)dump->last_size);
	dump->last_size = place.size;
	*ret_size = place.size;
	*ret_root = place.root;
	*ret_note = row->cells[at[2]].text;
	return true;
}

bool dump_rows(struct dump *dump, struct audit *audit, struct error *error)
{
	struct bringing bringing = { .audit = audit, .arena = arena_new(0) };
	bool good = true;
	for (int table = 0; good && table < TABLE_COUNT; table++) {
		bringing.table = (enum table_id)table;
		good = walk_file(dump->directory, table_info(bringing.table)->name, bring_rows, &bringing, error);
	}
	arena_free(bringing.arena);
	if (!good)
		return false;
	audit_tables_end(audit);
	if (!walk_file(dump->directory, "command", bring_commands, audit, error))
		return false;
	audit_commands_end(audit);
	if (dump->error.id != ERROR_NONE)
		*error = dump->error;
	return dump->error.id == ERROR_NONE;
}
