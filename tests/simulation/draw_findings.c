/* What audits find, and what persons do about findings. */
#include "draw.h"

#include "reserve/evidence/finding_life.h"

/* Subjects recur, so that findings are met again in every state; few stop anything, or little would leave. */
void draw_audit(struct draw *draw)
{
	long long count = draw_number(draw, 0, 3);
	bool complete = draw_chance(draw, 70);
	draw->actor = "";
	buffer_printf(&draw->line, "asked_by=%s checks=%lld complete=%s criticals=%lld entries=%lld "
		"unchecked=0 warnings=1 findings=[", ANY(draw, "aud", "ola", "kim"),
		draw_number(draw, 1, 40), complete ? "true" : "false", count, draw_number(draw, 0, 5000));
	for (long long i = 0; i < count; i++) {
		bool stops = draw_chance(draw, 4);
		buffer_printf(&draw->line, "%scheck=%s index=%lld message='it says %lld' severity=%s "
			"subject='lot GA-%lld'", i > 0 ? "; " : "", ANY(draw, "retest-overdue", "tables"),
			draw_number(draw, 0, 5000), draw_number(draw, 0, 9),
			ANY(draw, "warning", "critical"), draw_number(draw, 1, 6));
		if (draw_chance(draw, 50))
			buffer_printf(&draw->line, " caused_by=%s", ONE_OF(draw, draw_people));
		if (stops)
			buffer_printf(&draw->line, " stops=%s", draw_chance(draw, 15) ? FINDING_STOPS_ALL :
				ONE_OF(draw, draw_commodities));
	}
	buffer_append_byte(&draw->line, ']');
}

static bool is_live(const void *row, const void *context)
{
	const struct finding *finding = row;
	(void)context;
	return finding->state != FINDING_CLOSED;
}

static bool stops(const void *row, const void *context)
{
	return is_live(row, context) && ((const struct finding *)row)->stops[0] != '\0';
}

static const char *some_finding(struct draw *draw, draw_wanted *wanted)
{
	return draw_key(draw_row(draw, TABLE_FINDING, draw_chance(draw, 90) ? wanted : NULL, NULL),
		"F-2024-0001");
}

void draw_acknowledge(struct draw *draw)
{
	draw->actor = ANY(draw, "aud", "ola", "kim");
	buffer_printf(&draw->line, "finding=%s", some_finding(draw, is_live));
	if (draw_chance(draw, 50))
		buffer_append_text(&draw->line, " because='asked the site'");
}

void draw_close(struct draw *draw)
{
	draw->actor = ANY(draw, "aud", "ola", "oma", "kim");
	buffer_printf(&draw->line, "finding=%s because='sheet 12'", some_finding(draw, is_live));
}

void draw_lift(struct draw *draw)
{
	draw->actor = ANY(draw, "ola", "oma", "aud");
	buffer_printf(&draw->line, "finding=%s because='row restored'", some_finding(draw, stops));
}
