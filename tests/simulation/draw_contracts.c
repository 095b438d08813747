/* The market, waivers of the price floor, contracts for difference, world production. */
#include "base/text.h"
#include "base/time.h"
#include "draw.h"
#include "reserve/zone/contract.h"

static const struct { const char *code, *basis; int least, most; } priced[] = {
	{ "ga", "Ga", 1, 1200 }, { "wo3", "WO3", 1, 60 }, { "dy", "Dy", 1, 80 },
};

/* A market price of yesterday, of a day in the quarter before, or of that whole quarter's year. */
void draw_market(struct draw *draw)
{
	char day[TIME_TEXT_SIZE];
	int at = (int)draw_number(draw, 0, 2);
	int64_t back = draw_chance(draw, 60) ? 1 : draw_number(draw, 1, 150);
	time_format(draw->now - back * TIME_DAY_MS, day);
	draw->actor = ANY(draw, "ola", "oma");
	buffer_printf(&draw->line, "observations=[commodity=%s period=%.10s quoted=%lld unit=USD/kg "
		"basis=%s series=%s] revise=true", priced[at].code, day,
		draw_number(draw, priced[at].least, priced[at].most), priced[at].basis,
		ANY(draw, "spot", "spot", "paper"));
}

void draw_waiver(struct draw *draw)
{
	const void *request = draw_row(draw, TABLE_REQUEST, NULL, NULL);
	const void *declaration = draw_row(draw, TABLE_DECLARATION, NULL, NULL);
	draw->actor = ANY(draw, "ola", "oma", "otto");
	int at = (int)draw_number(draw, 0, 2);
	buffer_printf(&draw->line, "commodity=%s authority=Board because=x", priced[at].code);
	if (draw_chance(draw, 60))
		buffer_printf(&draw->line, " quoted=%lld unit=USD/kg basis=%s", draw_number(draw, 1, 400),
			priced[at].basis);
	if (draw_chance(draw, 20))
		buffer_printf(&draw->line, " subject=%s", draw_key(request, "R-2024-0001"));
	if (draw_chance(draw, 20))
		buffer_printf(&draw->line, " declaration=%s", draw_key(declaration, "D-2024-0001"));
	draw_time(draw, "starts_at", 20, -TIME_DAY_MS, TIME_DAY_MS);
	draw_time(draw, "ends_at", 98, -1000, 6 * TIME_DAY_MS);
}

/* The quarter that lies so many days from now. */
static const char *quarter_at(const struct draw *draw, int64_t days, char text[QUARTER_TEXT])
{
	quarter_of(draw->now + days * TIME_DAY_MS, text);
	return text;
}

void draw_contract(struct draw *draw)
{
	char first[QUARTER_TEXT], last[QUARTER_TEXT];
	int at = (int)draw_number(draw, 0, 2);
	draw->actor = ANY(draw, "ola", "otto");
	buffer_printf(&draw->line, "producer='Works %lld' commodity=%s quoted=%lld unit=USD/kg "
		"basis=%s series=%s upside_ppm=%lld first=%s last=%s because=x", draw_number(draw, 1, 9),
		priced[at].code, draw_number(draw, priced[at].least, priced[at].most), priced[at].basis,
		ANY(draw, "spot", "spot", "paper"), draw_number(draw, 0, 1000000),
		quarter_at(draw, -draw_number(draw, 90, 200), first),
		quarter_at(draw, draw_number(draw, -90, 200), last));
}

static bool is_signed(const void *row, const void *context)
{
	const struct contract *contract = row;
	(void)context;
	return contract->state == CONTRACT_SIGNED || contract->state == CONTRACT_ENDED;
}

static const char *contract_of(struct draw *draw)
{
	return draw_key(draw_row(draw, TABLE_CONTRACT, draw_chance(draw, 95) ? is_signed : NULL, NULL),
		"C-2024-0001");
}

void draw_report(struct draw *draw)
{
	char quarter[QUARTER_TEXT];
	draw->actor = ANY(draw, "ola", "otto");
	buffer_printf(&draw->line, "contract=%s quarter=%s evidence=book sold_g=%lld", contract_of(draw),
		quarter_at(draw, -draw_number(draw, 20, 180), quarter), draw_number(draw, 0, 100000000));
	if (draw_chance(draw, 50))
		buffer_printf(&draw->line, " stockpiled_g=%lld", draw_number(draw, 0, 1000000));
	if (draw_chance(draw, 20))
		buffer_printf(&draw->line, " from_stockpile_g=%lld", draw_number(draw, 0, 100000));
}

static bool is_reported(const void *row, const void *context)
{
	const struct contract_quarter *quarter = row;
	(void)context;
	return quarter->state == QUARTER_REPORTED;
}

void draw_settle(struct draw *draw)
{
	const struct contract_quarter *quarter = draw_row(draw, TABLE_CONTRACT_QUARTER,
		draw_chance(draw, 95) ? is_reported : NULL, NULL);
	draw->actor = ANY(draw, "oma", "ola");
	buffer_printf(&draw->line, "contract=%s quarter=%s",
		quarter != NULL ? quarter->contract->id : "C-2024-0001",
		quarter != NULL ? quarter->quarter : "2024Q3");
}

void draw_production(struct draw *draw)
{
	draw->actor = ANY(draw, "ola", "oma");
	buffer_printf(&draw->line, "productions=[mineral=%s stage=%s year=%lld country=%s mass_g=%lld",
		ANY(draw, "gallium", "tungsten", "dysprosium"), ANY(draw, "mining", "refining"),
		draw_number(draw, 2021, 2024), ANY(draw, "CHN", "CAN", "AUT", "other", "world", "XXX"),
		draw_number(draw, 0, 5));
	if (draw_chance(draw, 50))
		buffer_append_text(&draw->line, "; mineral=gallium stage=mining year=2023 country=ITA "
			"mass_g=7 estimated=true content=Ga");
	buffer_append_text(&draw->line, "]");
}
