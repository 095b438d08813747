/* One table of sentences by kind of note; the lines are turned word by word. */
#include "vaultctl/sign_text.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "vault/limits.h"
#include "vaultctl/units.h"

#define TYPE_PREFIX "projectvault.org/"

enum { WORDS_MAX = 16, NAME_WIDTH = 15 };

static const struct { const char *kind, *meaning; } meanings[] = {
	{ "founding", "This founds the reserve: these persons, their duties and their keys." },
	{ "person", "This changes who may act in the reserve." },
	{ "floors", "This sets stock floors: what must stay in the reserve." },
	{ "prices", "This sets reference prices: nothing is sold below them." },
	{ "tariffs", "This sets tariff schedules: what is charged on imports that cost less than the floor." },
	{ "waiver", "This lets metal leave the reserve below the price floor." },
	{ "contract", "This binds the bloc to make up to a producer what the market stays below a price." },
	{ "settlement", "This settles a quarter of a contract for difference: money is owed by it." },
	{ "rules", "This sets rules of allocation: who may have how much, of what, and when." },
	{ "members", "This changes the standing of members: only those in force may claim." },
	{ "pledge", "This pledges a lot to a lender: it may not leave until two officers end that." },
	{ "unpledge", "This ends a pledge: the lot may leave again." },
	{ "requirements", "This sets what the reserve is required to hold." },
	{ "annual", "This sets the annual plan: the most that may be acquired, released and so on." },
	{ "rate", "This sets what participants pay for metal that is held for them, from a day on." },
	{ "commitment", "This binds a participant and the reserve: so much metal is held for it at a price." },
	{ "commitment-end", "This ends a commitment early: the participant buys back on that day." },
	{ "transfer", "This gives a participant's right to draw metal to another." },
	{ "declaration", "This declares an emergency: members may be given metal under it." },
	{ "extension", "This gives a declaration more days: members may be given metal for longer." },
	{ "plan", "This commits a round: these members get metal, and its orders are issued at once." },
	{ "request", "This asks the reserve for metal, in the member's name." },
	{ "release-order", "This lets metal leave the reserve." },
	{ "finding-lift", "This lets a commodity be released again that a finding had stopped." },
	{ "count-sheet", "This is what you found when you counted: it is compared with the other counter's." },
	{ "adjustment", "This makes the books follow what a stocktake found: mass is taken off them or put on." },
	{ "count-policy", "This sets how closely lots are counted, and how often." },
	{ "amendment", "This gives other terms for what is to come back to the reserve." },
	{ "default", "This calls in default what did not come back to the reserve." },
};

/* Of a release order, by its line "kind", which an award's has not. */
static const struct { const char *kind, *meaning; } orders[] = {
	{ "draw", "This lets a participant draw metal that the reserve holds for it." },
	{ "loan", "This lends metal of the reserve: it leaves, and is to come back." },
	{ "rotate", "This gives metal to a processor: as much of the same is to come back." },
	{ "upgrade", "This gives metal to a processor: what was agreed is to come back for it." },
	{ "sale", "This sells metal out of the reserve: nothing comes back." },
};

/* The length of the line that begins at at. */
static size_t line_length(const char *text, size_t length, size_t at)
{
	const char *end = memchr(text + at, '\n', length - at);
	return end != NULL ? (size_t)(end - text) - at : length - at;
}

bool sign_text_value(const char *text, size_t length, const char *name, char *to, size_t size)
{
	size_t name_length = strlen(name), line;
	for (size_t at = 0; at < length; at += line + 1) {
		line = line_length(text, length, at);
		if (line > name_length + 1 && memcmp(text + at, name, name_length) == 0
			&& text[at + name_length] == ' ' && line - name_length - 1 < size) {
			memcpy(to, text + at + name_length + 1, line - name_length - 1);
			to[line - name_length - 1] = '\0';
			return true;
		}
	}
	return false;
}

/* ---- what must not reach a terminal ---- */

/* Bytes of a character that hides or turns text: controls, bidirectional and zero-width marks. */
static size_t hidden(const char *bytes, size_t length)
{
	const unsigned char *at = (const unsigned char *)bytes;
	if ((at[0] < 0x20 && at[0] != '\n') || at[0] == 0x7F)
		return 1;
	if (length >= 2 && at[0] == 0xC2 && at[1] < 0xA0)
		return 2;
	bool marks = length >= 3 && at[0] == 0xE2 && at[1] == 0x80
		&& ((at[2] >= 0x8B && at[2] <= 0x8F) || (at[2] >= 0xA8 && at[2] <= 0xAE));
	bool isolates = length >= 3 && at[0] == 0xE2 && at[1] == 0x81 && at[2] >= 0xA0
		&& at[2] <= 0xAF;
	bool no_break = length >= 3 && at[0] == 0xEF && at[1] == 0xBB && at[2] == 0xBF;
	return marks || isolates || no_break ? 3 : 0;
}

static void append_safe(struct buffer *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		size_t bad = hidden(text + i, length - i);
		buffer_append_byte(out, bad > 0 ? '?' : text[i]);
		i += bad > 1 ? bad - 1 : 0;
	}
}

bool sign_text_check(const char *text, size_t length, struct error *error)
{
	if (length > NOTE_TEXT_MAX)
		return error_set(error, ERROR_LIMIT, "", "the text is longer than %d bytes",
			NOTE_TEXT_MAX);
	if (length < sizeof TYPE_PREFIX || memcmp(text, TYPE_PREFIX, sizeof TYPE_PREFIX - 1) != 0
		|| text[length - 1] != '\n') {
		error_set(error, ERROR_INVALID, "", "this is no note of a reserve");
		return error_remedy(error, "Its first line begins with " TYPE_PREFIX
			"; nothing else is ever signed by a person's key");
	}
	if (!text_is_utf8(text, length))
		return error_set(error, ERROR_INVALID, "", "the text is not UTF-8");
	for (size_t i = 0; i < length; i++) {
		if (hidden(text + i, length - i) > 0)
			return error_set(error, ERROR_INVALID, "",
				"the text holds a character that cannot be seen, at byte %zu", i);
	}
	return true;
}

/* ---- lines ---- */

static size_t split(char *line, char *words[WORDS_MAX])
{
	size_t count = 0;
	for (char *at = line; at != NULL && count < WORDS_MAX; count++) {
		words[count] = at;
		at = count + 1 < WORDS_MAX ? strchr(at, ' ') : NULL;
		if (at != NULL)
			*at++ = '\0';
	}
	return count;
}

static bool ends_with(const char *word, const char *end)
{
	size_t length = strlen(word), size = strlen(end);
	return length > size && text_equal(word + length - size, end);
}

/* A name in its column where it begins a line, else the word. */
static void append_name(struct buffer *out, const char *name, size_t length, bool first)
{
	size_t before = out->length;
	append_safe(out, name, length);
	while (first && out->length - before < NAME_WIDTH)
		buffer_append_byte(out, ' ');
}

/* A mass, price or time in two words or one as people read it; how many it took, 0 for neither. */
static size_t show_quantity(struct buffer *out, char *const words[], size_t count, bool first)
{
	int64_t number;
	char shown[UNIT_TEXT];
	bool pair = count > 1 && text_to_int(words[1], &number);
	if (count > 1 && ends_with(words[0], "-g") && text_equal(words[1], "none")) {
		append_name(out, words[0], strlen(words[0]) - 2, first);
		buffer_append_text(out, " none");
		return 2;
	}
	if (pair && ends_with(words[0], "-g")) {
		append_name(out, words[0], strlen(words[0]) - 2, first);
		unit_show_mass(number, shown);
		buffer_printf(out, " %s", shown);
		return 2;
	}
	if (pair && text_equal(words[0], "price-micros-per-kg") && number >= 0) {
		append_name(out, "which is", strlen("which is"), first);
		buffer_printf(out, " %lld.%06lld USD/kg", (long long)(number / 1000000),
			(long long)(number % 1000000));
		return 2;
	}
	if (pair && ends_with(words[0], "-micros-per-kg") && number >= 0) {
		append_name(out, words[0], strlen(words[0]) - strlen("-micros-per-kg"), first);
		buffer_printf(out, " %lld.%06lld USD/kg", (long long)(number / 1000000),
			(long long)(number % 1000000));
		return 2;
	}
	if (count > 1 && text_equal(words[1], "g") && text_to_int(words[0], &number)) {
		unit_show_mass(number, shown);
		buffer_append_text(out, shown);
		return 2;
	}
	if (strlen(words[0]) < strlen("2026-11-22T20:41:05Z") || !time_parse(words[0], &number))
		return 0;
	unit_show_time(number, shown);
	buffer_append_text(out, shown);
	return 1;
}

static void show_line(struct buffer *out, const char *text, size_t length)
{
	char line[1024], *words[WORDS_MAX];
	buffer_append_text(out, "  ");
	if (length >= sizeof line) {
		append_safe(out, text, length);
		buffer_append_byte(out, '\n');
		return;
	}
	memcpy(line, text, length);
	line[length] = '\0';
	size_t count = split(line, words);
	for (size_t i = 0; i < count;) {
		size_t taken = show_quantity(out, words + i, count - i, i == 0);
		if (taken == 0) {
			append_name(out, words[i], strlen(words[i]), i == 0);
			taken = 1;
		}
		i += taken;
		buffer_append_byte(out, i < count ? ' ' : '\n');
	}
}

static bool is_of_kind(const char *text, size_t length, const char *name)
{
	size_t line = line_length(text, length, 0), size = strlen(name);
	const char *kind = text + sizeof TYPE_PREFIX - 1;
	return line > sizeof TYPE_PREFIX - 1 + size && memcmp(kind, name, size) == 0 &&
		kind[size] == '@';
}

static const char *meaning_of(const char *text, size_t length)
{
	char kind[16];
	bool told = is_of_kind(text, length, "release-order") &&
		sign_text_value(text, length, "kind", kind, sizeof kind);
	for (size_t i = 0; told && i < sizeof orders / sizeof *orders; i++) {
		if (text_equal(orders[i].kind, kind))
			return orders[i].meaning;
	}
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
		if (is_of_kind(text, length, meanings[i].kind))
			return meanings[i].meaning;
	}
	return "This is of a kind that this program does not know: read the exact text.";
}

void sign_text_show(struct buffer *out, const char *text, size_t length)
{
	buffer_printf(out, "%s\n\n", meaning_of(text, length));
	size_t line = line_length(text, length, 0);
	for (size_t at = line + 1; at < length; at += line + 1) {
		line = line_length(text, length, at);
		show_line(out, text + at, line);
	}
	buffer_append_text(out, "\nThe exact text:\n\n");
	for (size_t at = 0; at < length; at += line + 1) {
		line = line_length(text, length, at);
		buffer_append_text(out, "  | ");
		append_safe(out, text + at, line);
		buffer_append_byte(out, '\n');
	}
}
