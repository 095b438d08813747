/*
 * Reports: what people outside the office read. A report is a title, a period, the index and time that it
 * speaks of, notes, and sections with a remark, a table of typed columns and charts as data. It is made
 * from a replayed state that keeps closed rows, the history of its days, and nothing else: no clock, no
 * configuration. So the report of an index is the same to the byte on any later day, whoever makes it.
 *
 * What Vault does not know is said in a note or a remark, never left out in silence and never guessed.
 *
 * Editions. `full` has every figure. In `public` a figure of stock is a band ("1 t to 2 t"); in `closed`
 * there are none at all. Columns say which of them are such figures; a remark never has one. view->sight
 * says what the one who asks may see.
 *
 * A report is written as it is made, so in each section remarks stand first, then the table, then charts.
 */
#ifndef VIEW_REPORT_H
#define VIEW_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/json.h"
#include "view/history.h"
#include "view/view.h"

/* Longer tables are cut and say so, longer charts too: a report is one message, and read by people. */
enum { REPORT_ROWS_MAX = 500, REPORT_BARS_MAX = 40 };

enum report_edition { REPORT_FULL, REPORT_PUBLIC, REPORT_CLOSED };
extern const char *const report_edition_names[]; /* NULL ends */

/* What a cell holds: text, or an exact integer in the unit of its type. */
enum report_type {
	REPORT_TEXT,
	REPORT_ID,    /* R-2026-0014, a code */
	REPORT_DATE,  /* ms UTC; written as RFC 3339 */
	REPORT_YEAR,
	REPORT_COUNT,
	REPORT_MASS,  /* grams */
	REPORT_COVER, /* tenths of a day */
	REPORT_MONEY, /* cents of US dollars */
	REPORT_PRICE, /* micro-dollars per kilogram */
	REPORT_SHARE, /* parts per million */
	REPORT_GRADE  /* the same, and every digit counts */
};

struct report_column {
	const char *name;   /* with its unit, as fields have: available_g */
	const char *title;
	enum report_type type;
	bool figure;        /* tells how much there is: a band (mass, cover) or left out in other editions */
};

/* What a report was asked by, read and checked. */
struct report_asked {
	enum report_edition edition;
	const char *subject;             /* "" where none */
	const struct commodity *commodity; /* NULL: all */
	const struct site *site;           /* NULL: all */
	const struct member *own;          /* whose rows a delegate may see in full; NULL: nobody's */
	int64_t from, until;             /* [from, until); the kind's own period where none was asked */
};

struct report {
	const struct view *view;
	const struct state *state;
	struct report_asked asked;
	struct json json;
	struct buffer *out;
	/* of the section that is being written */
	int part;
	const struct report_column *columns;
	size_t column_count, cell;
};

/* Makes one kind of report: sets title and period by report_begin, then writes its sections. */
typedef bool report_make(struct report *report, struct error *error);

struct report_kind {
	const char *name, *subject; /* subject: what is to be named, for messages; NULL: nothing */
	bool period;                /* takes from and until */
	bool coarse;                /* has other editions than the full one */
	bool own;                   /* a delegate may have it in full, of what is its own member's */
	report_make *make;
};
extern const struct report_kind report_kinds[];
extern const size_t report_kind_count;

/* The head; then notes, then sections. The format makes the title. */
void report_begin(struct report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void report_note(struct report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void report_section(struct report *report, const char *heading);
void report_remark(struct report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A table; then each row and its cells in order of the columns. */
void report_table(struct report *report, const struct report_column *columns, size_t count);
void report_row(struct report *report);
void report_total(struct report *report);                /* the last row, of sums */
void report_int(struct report *report, int64_t value);   /* ABSENT: empty */
void report_text(struct report *report, const char *text); /* "" or NULL: empty */
void report_blank(struct report *report, int count);     /* so many empty cells */

/* A table of two columns, what and how it is; values that are "" are left out. */
void report_facts(struct report *report);
void report_fact(struct report *report, const char *what, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Charts, in the full edition alone (elsewhere nothing is written of them).
 * bars: a line for each label, with series "bar" and marks "operating" and "hard"
 * stack: the same, parts behind one another
 * lines: x is a day after from
 */
bool report_chart(struct report *report, const char *kind, const char *title,
	enum report_type type);
void report_labels(struct report *report, const char *const *labels, size_t count); /* bars, stack */
void report_days(struct report *report, int64_t from, int64_t until);               /* lines */
void report_series(struct report *report, const char *name, const char *role);
void report_point(struct report *report, int64_t x, int64_t y, const char *text); /* text may be NULL */

void report_finish(struct report *report); /* writes the section to its end, before the edition changes */
void report_end(struct report *report);

/* A row by its key, closed ones too; of several that had it the newest. NULL: there never was one. */
const void *report_row_of(const struct report *report, enum table_id table, const char *key);

/* The same for what a report is about, by the asked subject; NOT_FOUND names it. */
const void *report_subject(const struct report *report, enum table_id table, const char *what,
	struct error *error);

/* "1,934.0 kg", "3,640.0 t": to one decimal, towards less. */
enum { REPORT_WORDS = 48 };
void report_mass_words(char to[REPORT_WORDS], int64_t mass_g);
void report_money_words(char to[REPORT_WORDS], int64_t cents);
void report_date_words(char to[REPORT_WORDS], int64_t at_ms); /* 22 Nov 2026 */

/* The band that a mass or cover is in: "1 t to 2 t". type: one of the two. */
void report_band_words(char to[REPORT_WORDS], enum report_type type, int64_t value);

#endif
