/*
 * What a counter signed against what was entered as theirs: the note has every line in words, or, where
 * they are too many, the SHA-256 of all of them.
 */
#include "audit/check_world.h"

#include <stdlib.h>
#include <string.h>

#include "audit/said.h"
#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"
#include "ledger/hash.h"
#include "reserve/document.h"
#include "reserve/stock/count.h"

/* The sheet that was entered last; its note is prepared by the same command. */
struct sheet {
	char document[CODE_MAX];
	struct buffer json;  /* canonical, as the digest is taken of */
	struct buffer words; /* as the note has them, a line each */
};

static void *begin_sheet(const struct check_run *run)
{
	struct sheet *sheet = calloc(1, sizeof *sheet);
	(void)run;
	if (sheet == NULL)
		abort();
	return sheet;
}

static void free_sheet(void *own)
{
	struct sheet *sheet = own;
	buffer_free(&sheet->json);
	buffer_free(&sheet->words);
	free(sheet);
}

static int64_t number_of(const struct descriptor *line, const char *name, const void *item)
{
	return field_number(descriptor_field(line, name), item);
}

static void add_words(struct buffer *to, const struct descriptor *line, const void *item)
{
	int64_t net_g = number_of(line, "net_g", item), units = number_of(line, "units", item);
	const char *seals = field_text(descriptor_field(line, "seals"), item);
	buffer_append_text(to, field_text(descriptor_field(line, "lot"), item));
	if (number_of(line, "missing", item) != 0)
		buffer_append_text(to, " missing");
	if (net_g != ABSENT)
		buffer_printf(to, " net-g %lld", (long long)net_g);
	if (units != ABSENT)
		buffer_printf(to, " units %lld", (long long)units);
	if (seals[0] != '\0')
		buffer_printf(to, " seals %s", seals);
	buffer_append_byte(to, '\n');
}

static void take_lines(struct sheet *sheet, const struct parsed_entry *entry)
{
	const struct list *lines = said_list(entry, "lines");
	const struct descriptor *line = descriptor_field(entry->body_descriptor, "lines")->items;
	if (check_number(entry, "part") == 1) {
		text_copy(sheet->document, sizeof sheet->document, check_text(entry, "document"));
		buffer_clear(&sheet->json);
		buffer_clear(&sheet->words);
	}
	for (uint32_t i = 0; i < lines->count; i++) {
		const void *item = (const char *)lines->items + i * line->size;
		buffer_append_byte(&sheet->json, sheet->json.length == 0 ? '[' : ',');
		json_canonical_record(&sheet->json, line, item);
		add_words(&sheet->words, line, item);
	}
}

/* Whether the text ends in these words, or in the digest that stands for them. */
static bool says_so(struct sheet *sheet, const char *text)
{
	static const char name[] = "content-sha256 ";
	const char *digest = strstr(text, name);
	size_t length = strlen(text), words = sheet->words.length;
	struct hash hash;
	uint8_t said[HASH_SIZE];
	char digits[2 * HASH_SIZE + 1] = "";
	if (digest == NULL)
		return length >= words && memcmp(text + length - words, sheet->words.bytes, words) == 0;
	buffer_append_byte(&sheet->json, ']');
	hash_sha256(sheet->json.bytes, sheet->json.length, &hash);
	memcpy(digits, digest + sizeof name - 1, strnlen(digest + sizeof name - 1, 2 * HASH_SIZE));
	return text_to_hex(digits, said, sizeof said) && memcmp(said, hash.bytes, sizeof said) == 0;
}

static void before_sheet(const struct check_run *run, const struct parsed_entry *entry)
{
	struct sheet *sheet = run->own;
	if (said_kind(entry, &event_count_entered)) {
		take_lines(sheet, entry);
		return;
	}
	if (!text_equal(check_text(entry, "kind"), document_count_sheet.name))
		return;
	const char *id = check_text(entry, "document");
	if (!text_equal(sheet->document, id) || sheet->words.length == 0)
		check_found(run, id, entry->sequence, "%s is a sheet of which nothing was entered", id);
	else if (!says_so(sheet, check_text(entry, "text")))
		check_found(run, id, entry->sequence, "the text of %s says other figures than were entered as "
			"its counter's", id);
}

static const struct event_type *const sheet_kinds[] = { &event_count_entered, &event_document_prepared,
	NULL };

const struct check check_count_sheet = {
	.id = "count-sheet",
	.title = "counts entered otherwise than their counters signed",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "the lines of each sheet against the text that its counter signed, or its SHA-256",
	.remedy = "That stocktake proves nothing: count the site again.",
	.source = "GAO-02-447G: count sheets are controlled",
	.kinds = sheet_kinds, .begin = begin_sheet, .before = before_sheet, .free = free_sheet,
};
