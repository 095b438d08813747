/* Steps of members, lines of the annual plan, titles and pledges of lots. */
#include "base/time.h"
#include "draw.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/title.h"
#include "reserve/zone/member.h"

/* Mostly a standing that may follow, seldom any; mostly now, else a day before or to come. */
static void add_step(struct draw *draw, const char *code)
{
	const struct member *member = state_find(draw->state, TABLE_MEMBER, code);
	long long to = draw_number(draw, MEMBER_DELEGATION, MEMBER_WITHDRAWN);
	for (int tries = 0; member != NULL && tries < 12 && draw_chance(draw, 90) &&
	     !member_step_legal((enum member_status)member->status, (enum member_status)to); tries++)
		to = draw_number(draw, MEMBER_DELEGATION, MEMBER_WITHDRAWN);
	if (member != NULL && member->status == MEMBER_SUSPENDED && draw_chance(draw, 80))
		to = MEMBER_IN_FORCE; /* most come back, so that requests are awarded */
	if (member != NULL && member->status == MEMBER_IN_FORCE && draw_chance(draw, 80))
		to = MEMBER_SUSPENDED;
	buffer_printf(&draw->line, "code=%s name=M status=%s", code, member_status_names[to]);
	if (draw_chance(draw, 15))
		buffer_printf(&draw->line, " part_of=%s", ANY(draw, "EUE", "none", "XXX"));
	draw_time(draw, "since", 30, -2 * TIME_DAY_MS, 6 * TIME_DAY_MS);
}

void draw_member_set(struct draw *draw)
{
	const struct member *member = NULL;
	draw->actor = "ola";
	buffer_append_text(&draw->line, "because=x members=[");
	while ((member = state_next(draw->state, TABLE_MEMBER, member)) != NULL) {
		if (member->status != MEMBER_IN_FORCE && draw_chance(draw, 70))
			break;
	}
	add_step(draw, member != NULL ? member->code :
		draw_one_of(draw, draw_members, DRAW_MEMBERS - 1));
	if (draw_chance(draw, 20)) {
		buffer_append_text(&draw->line, "; ");
		add_step(draw, ONE_OF(draw, draw_members));
	}
	buffer_append_text(&draw->line, "]");
}

static void add_line(struct draw *draw)
{
	buffer_printf(&draw->line, "commodity=%s action=%s fiscal_year=%lld max_g=%lld",
		ONE_OF(draw, draw_commodities),
		draw_chance(draw, 40) ? "acquire" : draw_chance(draw, 50) ? "release" :
			ANY(draw, "dispose", "rotate", "upgrade"),
		(long long)annual_year_of(draw->now) + (draw_chance(draw, 25) ? 1 : 0),
		draw_chance(draw, 15) ? draw_number(draw, 0, 90000) : draw_number(draw, 200000, 9000000));
	if (draw_chance(draw, 10))
		buffer_printf(&draw->line, " used_g=%lld", draw_number(draw, 0, 10000));
	draw_time(draw, "effective_at", 15, -TIME_DAY_MS, 60 * TIME_DAY_MS);
}

void draw_annual_set(struct draw *draw)
{
	draw->actor = ANY(draw, "ola", "oma");
	buffer_append_text(&draw->line, "because=board lines=[");
	add_line(draw);
	if (draw_chance(draw, 40)) {
		buffer_append_text(&draw->line, "; ");
		add_line(draw);
	}
	buffer_append_text(&draw->line, "]");
}

/* ---- titles and pledges ---- */

void draw_title(struct draw *draw)
{
	draw->actor = ANY(draw, "ola", "oma");
	buffer_printf(&draw->line, "lot=%s holder=%s", draw_lot(draw, ~0U), ANY(draw, "acme", "bank"));
	if (draw_chance(draw, 30)) {
		const struct title *title = draw_row(draw, TABLE_TITLE, NULL, NULL);
		buffer_clear(&draw->line);
		buffer_printf(&draw->line, "lot=%s holder=%s replaces=%s",
			title != NULL ? title->lot : "L1", ANY(draw, "acme", "bank"),
			draw_key(title, "0000-0000-0000-0000"));
	}
}

void draw_pledge(struct draw *draw)
{
	draw->actor = ANY(draw, "ola", "oma");
	buffer_printf(&draw->line, "lot=%s to=%s because=loan", draw_lot(draw, 1U << LOT_ACCEPTED),
		ANY(draw, "exim", "bank"));
	if (draw_chance(draw, 95))
		buffer_printf(&draw->line, " note_sha256=%064llx", draw_number(draw, 1, 1 << 30));
}

void draw_unpledge(struct draw *draw)
{
	const struct pledge *pledge = draw_row(draw, TABLE_PLEDGE, NULL, NULL);
	draw->actor = ANY(draw, "ola", "otto");
	buffer_printf(&draw->line, "lot=%s because=repaid",
		pledge != NULL ? pledge->lot : draw_lot(draw, ~0U));
}
