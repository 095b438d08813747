/* Stocktakes and samples: sheets that mostly agree, some that do not, and what follows. */
#include "draw.h"
#include "reserve/stock/count.h"
#include "reserve/stock/material.h"
#include "reserve/stock/sample.h"

static const char *const counters[] = { "kim,asa", "aud,kim", "kurt,ola", "bo,aud", "asa,otto", "kim,kurt",
	"kim,kim", "kim,nobody" };

static bool is_counted(const void *row, const void *context)
{
	const struct count *count = row;
	const unsigned *states = context;
	return (*states >> count->state & 1) != 0;
}

static const struct count *a_count(struct draw *draw, unsigned states)
{
	if (draw_chance(draw, 5))
		return NULL;
	return draw_row(draw, TABLE_STOCKTAKE, is_counted, &states);
}

void draw_count_new(struct draw *draw)
{
	draw->actor = ANY(draw, "aud", "ola");
	buffer_printf(&draw->line, "site=%s counters=%s", ONE_OF(draw, draw_sites), ONE_OF(draw, counters));
	if (draw_chance(draw, 50))
		buffer_append_text(&draw->line, " blind=true");
	if (draw_chance(draw, 40))
		buffer_printf(&draw->line, " commodity=%s", ONE_OF(draw, draw_commodities));
	if (draw_chance(draw, 30))
		buffer_append_text(&draw->line, " because=yearly");
}

/* The first time now and then wrong; from the second round on both see the same, which is not always the books. */
static void add_figures(struct draw *draw, const struct count *count, const struct count_line *line)
{
	bool again = count->round > 1, off = line->row.slot % 3 == 0;
	if (line->class == LOT_SEALED) {
		int64_t units = line->book_units != ABSENT ? line->book_units : 1;
		units -= (again && off) || (!again && draw_chance(draw, 6)) ? units / 2 : 0;
		buffer_printf(&draw->line, " units=%lld seals=%s", (long long)units,
			!again && draw_chance(draw, 4) ? "broken" : "intact");
	} else {
		int64_t net_g = line->book_g;
		if (again ? off : draw_chance(draw, 15))
			net_g = net_g * (again ? 7 : draw_number(draw, 4, 12)) / 8;
		buffer_printf(&draw->line, " net_g=%lld", (long long)net_g);
	}
}

void draw_count_enter(struct draw *draw)
{
	const struct count *count = a_count(draw, 1U << COUNT_OPEN | 1U << COUNT_RECOUNT);
	const struct count_line *line = NULL;
	int lines = 0;
	draw->actor = ANY(draw, "aud", "kim", "ola");
	if (count == NULL) {
		buffer_append_text(&draw->line, "count=U-1 counter=kim lines=[lot=L1 net_g=1]");
		return;
	}
	const struct person *counter = draw_chance(draw, 90) && count->first_sheet[0] == '\0' ?
		count->first : count->second;
	buffer_printf(&draw->line, "count=%s counter=%s lines=[", count->id, counter->code);
	while ((line = count_line_next(count, line)) != NULL) {
		if (!count_line_waits(line) || (line->unexpected && count->round > 1) || draw_chance(draw, 1))
			continue;
		buffer_printf(&draw->line, "%slot=%s", lines++ > 0 ? "; " : "", line->lot);
		if (draw_chance(draw, 3) && !line->unexpected)
			buffer_append_text(&draw->line, " missing=true");
		else
			add_figures(draw, count, line);
	}
	if (draw_chance(draw, 4))
		buffer_printf(&draw->line, "%slot=L%lld net_g=%lld", lines++ > 0 ? "; " : "",
			draw_number(draw, 0, LOT_CODES - 1), draw_number(draw, 0, 5000));
	buffer_append_text(&draw->line, lines > 0 ? "]" : "lot=L1 net_g=1]");
}

static bool is_unexplained(const void *row, const void *context)
{
	const struct count_line *line = row;
	(void)context;
	return line->state == LINE_VARIES || line->state == LINE_EXPLAINED;
}

void draw_count_cause(struct draw *draw)
{
	const struct count_line *line = draw_row(draw, TABLE_STOCKTAKE_LINE, is_unexplained, NULL);
	draw->actor = ANY(draw, "aud", "ola", "oma", "kurt");
	buffer_printf(&draw->line, "count=%s lot=%s cause=%s because=looked",
		line != NULL ? line->count->id : "U-1", line != NULL ? line->lot : "L1",
		ANY(draw, "spill", "moisture", "miscounted", "theft-suspected", "record-error", "found", "seal"));
}

void draw_count_adjust(struct draw *draw)
{
	draw->actor = ANY(draw, "ola", "oma", "otto");
	buffer_printf(&draw->line, "count=%s",
		draw_key(a_count(draw, 1U << COUNT_COUNTED | 1U << COUNT_ENDED), "U-1"));
}

void draw_count_abandon(struct draw *draw)
{
	draw->actor = ANY(draw, "ola", "aud");
	buffer_printf(&draw->line, "count=%s because=storm", draw_chance(draw, 25) ? draw_key(a_count(draw, ~0U), "U-1") : "U-1");
}

void draw_count_policy(struct draw *draw)
{
	draw->actor = "ola";
	buffer_printf(&draw->line, "because=board class=%s", draw_chance(draw, 70) ? "bulk" : "sealed");
	if (draw_chance(draw, 50))
		buffer_printf(&draw->line, " tolerance_ppm=%lld counters_ppm=%lld", draw_number(draw, 0, 50000),
			draw_number(draw, 0, 50000));
	if (draw_chance(draw, 50))
		buffer_printf(&draw->line, " term_days=%lld", draw_number(draw, 1, 20));
}

void draw_sample_draw(struct draw *draw)
{
	draw->actor = ANY(draw, "aud", "ola");
	buffer_printf(&draw->line, "lots=%lld days=%lld", draw_number(draw, 1, 5), draw_number(draw, 1, 20));
	if (draw_chance(draw, 70))
		buffer_printf(&draw->line, " site=%s", ONE_OF(draw, draw_sites));
	if (draw_chance(draw, 50))
		buffer_printf(&draw->line, " commodity=%s", ONE_OF(draw, draw_commodities));
}

static bool is_waiting(const void *row, const void *context)
{
	(void)context;
	return ((const struct sample_lot *)row)->state == SAMPLED_WAITING;
}

void draw_sample_result(struct draw *draw)
{
	const struct sample_lot *row = draw_row(draw, TABLE_SAMPLE_LOT, is_waiting, NULL);
	draw->actor = ANY(draw, "bo", "asa");
	buffer_printf(&draw->line, "sample=%s lot=%s grade_ppm=%lld laboratory=other",
		row != NULL ? row->sample->id : "M-1", row != NULL ? row->lot : "L1",
		row != NULL && draw_chance(draw, 85) ? (long long)row->grade_ppm :
		draw_number(draw, 1, 1000000));
}
