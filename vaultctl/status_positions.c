/*
 * Commodities with a bar each. The bar has BAR_CELLS cells for BAR_DAYS days of cover; a cell is filled only
 * when its whole span is covered, and a floor stands at the first cell that lies wholly above it, so that a
 * bar that reaches its mark is never below its floor.
 */
#include "vaultctl/status_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/descriptor.h"
#include "base/text.h"
#include "vault/limits.h"
#include "vaultctl/units.h"

enum {
	BAR_DAYS = 60,
	BAR_CELLS = 30,
	BAR_WIDTH = BAR_CELLS + 2, /* and two floors */
	NAME_WIDTH = 14,
	MASS_WIDTH = 12,
	COVER_WIDTH = 8,
	NOTE_WIDTH = 20,
	LEAVE_WIDTH = 11,
};

/* Available in millionths of the operating floor; what has no floor comes last. */
static int64_t nearness(const struct value *position)
{
	int64_t available_g = value_get_int(position, "available_g", 0), ratio;
	int64_t floor_g = value_get_int(position, "operating_g", 0);
	if (floor_g <= 0 || available_g < 0 ||
	    !checked_mul_div_down(available_g, 1000000, floor_g, &ratio))
		return floor_g > 0 && available_g < 0 ? -1 : INT64_MAX;
	return ratio;
}

static int by_nearness(const void *a, const void *b)
{
	const struct value *one = *(const struct value *const *)a;
	const struct value *other = *(const struct value *const *)b;
	int64_t x = nearness(one), y = nearness(other);
	if (x != y)
		return x < y ? -1 : 1;
	return strcmp(value_get_text(one, "commodity", ""), value_get_text(other, "commodity", ""));
}

static int cell_above(int64_t days)
{
	int64_t cell = (days * BAR_CELLS + BAR_DAYS - 1) / BAR_DAYS;
	return cell < 0 ? 0 : cell > BAR_CELLS ? BAR_CELLS : (int)cell;
}

static void bar(const struct value *position, struct buffer *to)
{
	int64_t tenths = value_get_int(position, "cover_tenths", 0);
	int64_t filled = tenths * BAR_CELLS / (BAR_DAYS * 10);
	int64_t hard_days = value_get_int(position, "hard_days", ABSENT);
	int64_t operating_days = value_get_int(position, "operating_days", ABSENT);
	size_t begin = to->length;
	for (int cell = 0; cell <= BAR_CELLS; cell++) {
		if (hard_days != ABSENT && cell == cell_above(hard_days))
			buffer_append_byte(to, '|');
		if (operating_days != ABSENT && cell == cell_above(operating_days))
			buffer_append_byte(to, '|');
		if (cell < BAR_CELLS)
			buffer_append_byte(to, cell < filled ? '#' : '.');
	}
	screen_pad(to, BAR_WIDTH - (int)(to->length - begin));
}

/* "floors set as mass: 1,500.0 / 3,000.0 kg" */
static void mass_floors(const struct value *position, int64_t available_g, struct buffer *to)
{
	char hard[UNIT_TEXT], operating[UNIT_TEXT];
	int64_t hard_g = value_get_int(position, "hard_g", ABSENT);
	int64_t operating_g = value_get_int(position, "operating_g", ABSENT);
	if (hard_g == ABSENT || operating_g == ABSENT) {
		buffer_append_text(to, "no floors set: nothing may leave");
		return;
	}
	int64_t like_g = available_g > operating_g ? available_g : operating_g;
	screen_mass_like(hard_g, like_g, hard);
	screen_mass_like(operating_g, like_g, operating);
	hard[strlen(hard) - strlen(unit_name(unit_of_mass(like_g))) - 1] = '\0';
	buffer_printf(to, "floors set as mass: %s / %s", hard, operating);
}

static void position_name(struct screen *screen, const struct value *position, char *to,
	size_t size)
{
	const struct value *all = value_get(screen->status, "positions");
	const char *mineral = value_get_text(position, "mineral", "");
	int same = 0;
	for (size_t i = 0; i < value_count(all); i++)
		same += text_equal(value_get_text(value_at(all, i), "mineral", ""), mineral);
	const char *name = same == 1 && *mineral != '\0' ? mineral :
		value_get_text(position, "commodity", "");
	snprintf(to, size, "%s", name);
}

static void below_note(const struct value *position, int64_t available_g, struct buffer *to)
{
	char mass[UNIT_TEXT];
	int64_t floor_g = value_get_int(position, "operating_g", ABSENT);
	if (!value_get_bool(position, "below", false))
		return;
	if (floor_g == ABSENT || floor_g <= available_g) {
		buffer_append_text(to, "BELOW");
		return;
	}
	screen_mass_like(floor_g - available_g, available_g, mass);
	buffer_printf(to, "BELOW by %s", mass);
}

static void position_line(struct screen *screen, const struct value *position)
{
	struct buffer *out = screen->out, middle = { 0 }, note = { 0 };
	char name[64], text[UNIT_TEXT];
	int64_t available_g = value_get_int(position, "available_g", 0);
	int64_t tenths = value_get_int(position, "cover_tenths", ABSENT);
	int64_t leave_g = value_get_int(position, "may_leave_g", 0);
	position_name(screen, position, name, sizeof name);
	screen_pad(out, 2);
	screen_left(out, name, NAME_WIDTH);
	unit_show_mass(available_g, text);
	screen_right(out, text, MASS_WIDTH);
	if (tenths == ABSENT) {
		text_copy(text, sizeof text, "–   ");
		mass_floors(position, available_g, &middle);
	} else {
		unit_show_cover(tenths, text);
		bar(position, &middle);
	}
	screen_pad(out, screen_columns(text) < COVER_WIDTH ? 0 : 1);
	screen_right(out, text, COVER_WIDTH);
	screen_pad(out, 2);
	below_note(position, available_g, &note);
	if (tenths == ABSENT && note.length == 0) {
		screen_left(out, buffer_text(&middle), BAR_WIDTH + NOTE_WIDTH);
	} else {
		screen_left(out, buffer_text(&middle), BAR_WIDTH);
		screen_pad(out, 2);
		screen_paint(screen, note.length > 0 ? RED : "");
		buffer_append_text(out, buffer_text(&note));
		screen_paint(screen, note.length > 0 ? PLAIN : "");
		screen_pad(out, NOTE_WIDTH - 2 - screen_columns(buffer_text(&note)));
	}
	if (leave_g == 0)
		text_copy(text, sizeof text, "0");
	else
		screen_mass_like(leave_g, available_g, text);
	screen_right(out, text, LEAVE_WIDTH);
	buffer_append_byte(out, '\n');
	buffer_free(&middle);
	buffer_free(&note);
}

/* The floor that all lines with days share, else ABSENT. */
static int64_t common_days(const struct value *positions, const char *key)
{
	int64_t common = ABSENT;
	for (size_t i = 0; i < value_count(positions); i++) {
		int64_t days = value_get_int(value_at(positions, i), key, ABSENT);
		if (days == ABSENT || value_get(value_at(positions, i), "cover_tenths") == NULL)
			continue;
		if (common != ABSENT && common != days)
			return ABSENT;
		common = days;
	}
	return common;
}

static void place(char *line, int at, const char *format, long long days)
{
	char text[32];
	int length = snprintf(text, sizeof text, format, days);
	if (at + length <= BAR_WIDTH)
		memcpy(line + at, text, (size_t)length);
}

static void position_header(struct screen *screen, const struct value *positions)
{
	char scale[BAR_WIDTH + 1];
	int64_t hard_days = common_days(positions, "hard_days");
	int64_t operating_days = common_days(positions, "operating_days");
	memset(scale, ' ', BAR_WIDTH);
	scale[BAR_WIDTH] = '\0';
	place(scale, BAR_WIDTH - 2, "%lld", BAR_DAYS);
	place(scale, 0, "%lld d", 0);
	if (hard_days != ABSENT && operating_days != ABSENT && hard_days <= operating_days) {
		place(scale, cell_above(hard_days), "|%lld hard", (long long)hard_days);
		place(scale, cell_above(operating_days) + 1, "|%lld operating",
			(long long)operating_days);
	}
	screen_pad(screen->out, 2 + NAME_WIDTH);
	screen_right(screen->out, "available", MASS_WIDTH);
	screen_right(screen->out, "cover", COVER_WIDTH);
	screen_pad(screen->out, 2);
	buffer_append_text(screen->out, scale);
	screen_pad(screen->out, NOTE_WIDTH);
	screen_right(screen->out, "may leave", LEAVE_WIDTH);
	buffer_append_byte(screen->out, '\n');
}

/* "15 more stocked, all above 45 d; 42 listed, not stocked" */
static void position_rest(struct screen *screen, const struct value **sorted, size_t shown,
	size_t count)
{
	int64_t unstocked = value_get_int(screen->status, "listed_unstocked", 0);
	int64_t least = INT64_MAX;
	size_t begin = screen->out->length;
	for (size_t i = shown; i < count; i++) {
		int64_t tenths = value_get_int(sorted[i], "cover_tenths", INT64_MAX);
		least = tenths < least ? tenths : least;
	}
	if (count > shown)
		buffer_printf(screen->out, "  %zu more stocked", count - shown);
	if (count > shown && least != INT64_MAX)
		buffer_printf(screen->out, ", all at or above %lld d", (long long)(least / 10));
	if (unstocked > 0)
		buffer_printf(screen->out, "%s%lld listed, not stocked", count > shown ? "; " : "  ",
			(long long)unstocked);
	if (screen->out->length == begin)
		return;
	if (count > shown) {
		screen_pad(screen->out, 66 - (int)(screen->out->length - begin));
		buffer_append_text(screen->out, "vaultctl status --all");
	}
	buffer_append_byte(screen->out, '\n');
}

static void below_causes(struct screen *screen, const struct value **sorted, size_t count)
{
	bool first = true;
	for (size_t i = 0; i < count; i++) {
		const struct value *causes = value_get(sorted[i], "causes");
		char name[64];
		if (value_count(causes) == 0)
			continue;
		if (first)
			buffer_append_byte(screen->out, '\n');
		first = false;
		position_name(screen, sorted[i], name, sizeof name);
		buffer_printf(screen->out, "Why %s is below: ", name);
		screen_join(screen->out, causes, "; ");
		buffer_printf(screen->out, "     vaultctl commodity %s\n",
			value_get_text(sorted[i], "commodity", ""));
	}
}

void status_positions(struct screen *screen)
{
	const struct value *all = value_get(screen->status, "positions");
	size_t count = value_count(all);
	const struct value **sorted = calloc(count + 1, sizeof *sorted);
	if (sorted == NULL)
		abort();
	for (size_t i = 0; i < count; i++)
		sorted[i] = value_at(all, i);
	qsort(sorted, count, sizeof *sorted, by_nearness);
	size_t shown = screen->options->all || count < STATUS_SHOWN ? count : STATUS_SHOWN;
	buffer_append_byte(screen->out, '\n');
	if (count > 0)
		position_header(screen, all);
	for (size_t i = 0; i < shown; i++)
		position_line(screen, sorted[i]);
	position_rest(screen, sorted, shown, count);
	below_causes(screen, sorted, count);
	free(sorted);
}
