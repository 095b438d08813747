/*
 * Lines of key=value. A line is built whole on the stack and leaves in one write, so threads never
 * mix theirs. The format is walked piece by piece, so that each value is quoted by itself: this is
 * what keeps a peer's text from forging a field.
 */
#include "vaultd/log.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-journal.h>

#include "base/text.h"
#include "base/time.h"
#include "vault/limits.h"

enum { LINE_MAX_BYTES = 2048, RATE_SLOTS = 64 };

struct line {
	char text[LINE_MAX_BYTES];
	size_t length;
};

/* One uid's share of refused calls in the running window. */
struct rate {
	uid_t uid;
	int64_t began_ms;
	unsigned written, left_out;
};

static struct {
	enum log_level level;
	bool to_journal;
	struct rate rates[RATE_SLOTS];
} logger = { .level = LOG_LEVEL_INFO };

static const char *const level_names[] = { "error", "warning", "info", "debug" };
static const int level_priorities[] = { 3, 4, 6, 7 }; /* of syslog(3) */

bool log_level_from_name(const char *name, enum log_level *ret_level)
{
	for (size_t i = 0; i < sizeof level_names / sizeof *level_names; i++) {
		if (text_equal(name, level_names[i])) {
			*ret_level = (enum log_level)i;
			return true;
		}
	}
	return false;
}

/* sd_journal_stream_fd(3): JOURNAL_STREAM names the device and inode of the journal's stream. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat status;
	char ours[64];
	if (stream == NULL || fstat(STDERR_FILENO, &status) != 0)
		return false;
	snprintf(ours, sizeof ours, "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
	return text_equal(stream, ours);
}

void log_open(enum log_level level)
{
	logger.level = level;
	logger.to_journal = stderr_is_journal();
}

static void line_add(struct line *line, const char *text, size_t length)
{
	size_t room = sizeof line->text - 2 - line->length; /* a line feed and a NUL always fit */
	if (length > room)
		length = room;
	memcpy(line->text + line->length, text, length);
	line->length += length;
	line->text[line->length] = '\0';
}

static bool is_plain(const char *text)
{
	for (const char *c = text; *c != '\0'; c++) {
		if ((unsigned char)*c <= ' ' || *c == '"' || *c == '=' || *c == '\\' || *c == 0x7f)
			return false;
	}
	return *text != '\0';
}

static void line_add_value(struct line *line, const char *value)
{
	if (is_plain(value)) {
		line_add(line, value, strlen(value));
		return;
	}
	line_add(line, "\"", 1);
	for (const char *c = value; *c != '\0'; c++) {
		char escape[8];
		int length = 1;
		if (*c == '"' || *c == '\\')
			length = snprintf(escape, sizeof escape, "\\%c", *c);
		else if ((unsigned char)*c < ' ' || *c == 0x7f)
			length = snprintf(escape, sizeof escape, "\\x%02x", (unsigned)*c);
		else
			escape[0] = *c;
		line_add(line, escape, (size_t)length);
	}
	line_add(line, "\"", 1);
}

static void line_add_field(struct line *line, const char *key, size_t key_length,
	const char *value)
{
	if (line->length > 0)
		line_add(line, " ", 1);
	line_add(line, key, key_length);
	line_add(line, "=", 1);
	line_add_value(line, value);
}

/* A signed or unsigned integer of the width that the l's or z of its conversion name. */
static int64_t next_signed(va_list *arguments, char width, bool twice)
{
	if (width == 'z')
		return (int64_t)va_arg(*arguments, ssize_t);
	if (width == 'l')
		return twice ? va_arg(*arguments, long long) : va_arg(*arguments, long);
	return va_arg(*arguments, int);
}

static uint64_t next_unsigned(va_list *arguments, char width, bool twice)
{
	if (width == 'z')
		return va_arg(*arguments, size_t);
	if (width == 'l')
		return twice ? va_arg(*arguments, unsigned long long) : va_arg(*arguments, unsigned long);
	return va_arg(*arguments, unsigned);
}

/*
 * The value of the conversion after a '%', as text, in number or elsewhere; NULL for a NULL text.
 * Moves format behind the conversion.
 */
static const char *next_value(const char **format, va_list *arguments, char number[32])
{
	char width = '\0';
	bool twice = false;
	const char *c = *format;
	for (; *c == 'l' || *c == 'z'; c++) {
		twice = width == 'l';
		width = *c;
	}
	*format = c + 1;
	switch (*c) {
	case 's':
		return va_arg(*arguments, const char *);
	case 'c':
		snprintf(number, 32, "%c", va_arg(*arguments, int));
		return number;
	case 'd':
		snprintf(number, 32, "%jd", (intmax_t)next_signed(arguments, width, twice));
		return number;
	case 'u':
		snprintf(number, 32, "%ju", (uintmax_t)next_unsigned(arguments, width, twice));
		return number;
	case 'x':
		snprintf(number, 32, "%jx", (uintmax_t)next_unsigned(arguments, width, twice));
		return number;
	default:
		assert(false && "a conversion that the log does not know");
		return NULL;
	}
}

static void line_add_fields(struct line *line, const char *format, va_list *arguments)
{
	while (*format != '\0') {
		const char *equals = strchr(format, '=');
		assert(equals != NULL && equals[1] == '%');
		char number[32];
		const char *rest = equals + 2;
		const char *value = next_value(&rest, arguments, number);
		if (value != NULL)
			line_add_field(line, format, (size_t)(equals - format), value);
		assert(*rest == ' ' || *rest == '\0');
		format = *rest == ' ' ? rest + 1 : rest;
	}
}

static void line_write(struct line *line, enum log_level level)
{
	if (logger.to_journal) {
		sd_journal_send("MESSAGE=%s", line->text, "PRIORITY=%d", level_priorities[level], NULL);
		return;
	}
	line->text[line->length++] = '\n';
	ssize_t written = write(STDERR_FILENO, line->text, line->length);
	(void)written; /* a log that cannot be written is lost */
}

/* On stderr a line says when and how grave; the journal knows both by itself. */
static void line_begin(struct line *line, enum log_level level, const char *event)
{
	line->length = 0;
	if (!logger.to_journal) {
		struct timespec now;
		char text[TIME_TEXT_SIZE];
		clock_gettime(CLOCK_REALTIME, &now);
		time_format((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000, text);
		line_add_field(line, "time", 4, text);
		line_add_field(line, "level", 5, level_names[level]);
	}
	line_add_field(line, "event", 5, event);
}

static void log_line(enum log_level level, const char *event, const char *format,
	va_list *arguments)
{
	if (level > logger.level)
		return;
	struct line line;
	line_begin(&line, level, event);
	if (format != NULL)
		line_add_fields(&line, format, arguments);
	line_write(&line, level);
}

void log_error(const char *event, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	log_line(LOG_LEVEL_ERROR, event, format, &arguments);
	va_end(arguments);
}

void log_warning(const char *event, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	log_line(LOG_LEVEL_WARNING, event, format, &arguments);
	va_end(arguments);
}

void log_info(const char *event, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	log_line(LOG_LEVEL_INFO, event, format, &arguments);
	va_end(arguments);
}

void log_debug(const char *event, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	log_line(LOG_LEVEL_DEBUG, event, format, &arguments);
	va_end(arguments);
}

/* CLOCK_BOOTTIME, so that a clock that is set cannot hold lines back for a year. */
static int64_t boot_time_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void log_refused_call(uid_t uid, const char *method, const char *reason)
{
	struct rate *rate = &logger.rates[uid % RATE_SLOTS];
	int64_t now_ms = boot_time_ms();
	if (rate->uid != uid || rate->began_ms == 0
		|| now_ms - rate->began_ms >= LOG_REFUSED_WINDOW_MS) {
		if (rate->left_out > 0)
			log_warning("refused calls left out", "uid=%u count=%u", rate->uid, rate->left_out);
		*rate = (struct rate){ .uid = uid, .began_ms = now_ms };
	}
	if (rate->written == LOG_REFUSED_PER_WINDOW) {
		rate->left_out++;
		return;
	}
	rate->written++;
	log_warning("call refused", "uid=%u method=%s reason=%s", uid, method, reason);
}
