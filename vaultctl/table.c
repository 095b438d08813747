/* Tables by libsmartcols and the progress line: what stands between the data and the terminal. */
#include "vaultctl/ctl.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <libsmartcols.h>

struct ctl_table {
	struct libscols_table *table;
	size_t count, rows;
	bool *filled; /* by column: a cell of it says something */
};

struct ctl_table *ctl_table_new(const struct ctl *ctl, const struct ctl_column *columns,
	size_t count)
{
	struct ctl_table *table = malloc(sizeof *table);
	if (table == NULL || (table->table = scols_new_table()) == NULL)
		abort();
	table->count = count;
	table->rows = 0;
	table->filled = calloc(count + 1, sizeof *table->filled);
	if (table->filled == NULL)
		abort();
	scols_table_enable_colors(table->table, ctl->out_terminal);
	scols_table_enable_maxout(table->table, 0);
	scols_table_set_termforce(table->table, SCOLS_TERMFORCE_NEVER);
	scols_table_set_column_separator(table->table, "  ");
	for (size_t i = 0; i < count; i++)
		scols_table_new_column(table->table, columns[i].title, 0,
			columns[i].right ? SCOLS_FL_RIGHT : 0);
	return table;
}

void ctl_table_row(struct ctl_table *table, const char *const *cells)
{
	struct libscols_line *line = scols_table_new_line(table->table, NULL);
	if (line == NULL)
		abort();
	table->rows++;
	for (size_t i = 0; i < table->count; i++) {
		table->filled[i] = table->filled[i] || (cells[i] != NULL && cells[i][0] != '\0');
		if (cells[i] != NULL && scols_line_set_data(line, i, cells[i]) != 0)
			abort();
	}
}

void ctl_table_print(struct ctl_table *table)
{
	fflush(stdout);
	for (size_t i = 0; table->rows > 0 && i < table->count; i++) {
		if (!table->filled[i])
			scols_column_set_flags(scols_table_get_column(table->table, i), SCOLS_FL_HIDDEN);
	}
	scols_print_table(table->table);
	scols_unref_table(table->table);
	free(table->filled);
	free(table);
}

/* ---- progress ---- */

enum { PROGRESS_EVERY_MS = 100, PROGRESS_CELLS = 30 };

static int64_t monotonic_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void ctl_progress_begin(struct ctl_progress *progress, const struct ctl *ctl, const char *what,
	int64_t total)
{
	*progress = (struct ctl_progress){ .ctl = ctl, .what = what, .total = total };
}

void ctl_progress_set(struct ctl_progress *progress, int64_t done)
{
	int64_t now = monotonic_ms();
	bool last = done >= progress->total;
	if (!progress->ctl->error_terminal || progress->ctl->quiet ||
	    (!last && now - progress->shown_ms < PROGRESS_EVERY_MS))
		return;
	progress->shown_ms = now;
	progress->drawn = true;
	if (progress->total <= 0) {
		fprintf(stderr, "\r%s %lld\033[K", progress->what, (long long)done);
		return;
	}
	int64_t cells = last ? PROGRESS_CELLS : done * PROGRESS_CELLS / progress->total;
	char bar[PROGRESS_CELLS + 1];
	for (int i = 0; i < PROGRESS_CELLS; i++)
		bar[i] = i < cells ? '#' : '.';
	bar[PROGRESS_CELLS] = '\0';
	fprintf(stderr, "\r%s [%s] %lld of %lld\033[K", progress->what, bar, (long long)done,
		(long long)progress->total);
}

void ctl_progress_end(struct ctl_progress *progress)
{
	if (progress->drawn)
		fputs("\r\033[K", stderr);
	progress->drawn = false;
}
