/*
 * `exposure MINERAL [--ban COUNTRY]`: where a mineral comes from at every stage, with bars, and what a ban
 * takes away in words. JSON as the method answers; CSV with one row a figure.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "vault/limits.h"
#include "vaultctl/arguments.h"
#include "vaultctl/render.h"
#include "vaultctl/special.h"
#include "vaultctl/units.h"

enum { BAR_CELLS = 20, CELL = 96, CELLS_MAX = 8 };

struct rows {
	struct ctl_table *table;
	size_t count;
	char cells[CELLS_MAX][CELL];
};

static void rows_begin(const struct ctl *ctl, struct rows *rows, const struct ctl_column *columns,
	size_t count)
{
	*rows = (struct rows){ .table = ctl_table_new(ctl, columns, count), .count = count };
}

static void rows_add(struct rows *rows)
{
	const char *cells[CELLS_MAX];
	for (size_t i = 0; i < rows->count; i++)
		cells[i] = rows->cells[i];
	ctl_table_row(rows->table, cells);
	memset(rows->cells, 0, sizeof rows->cells);
}

/* ---- figures ---- */

static int64_t number(const struct value *row, const char *name)
{
	return value_get_int(row, name, 0);
}

static bool has(const struct value *row, const char *name)
{
	return value_get(row, name) != NULL;
}

/* Of a column where most rows have none. */
static void mass_or_none(const struct value *row, const char *name, char to[CELL])
{
	char text[UNIT_TEXT] = "";
	if (number(row, name) != 0)
		unit_show_mass(number(row, name), text);
	text_copy(to, CELL, text);
}

static void mass(const struct value *row, const char *name, char to[CELL])
{
	char text[UNIT_TEXT];
	unit_show_mass(number(row, name), text);
	text_copy(to, CELL, text);
}

/* To a tenth of a per cent, towards less: what is behind it is no news. */
static void share(int64_t ppm, char to[CELL])
{
	snprintf(to, CELL, "%lld.%lld%%", (long long)(ppm / 10000), (long long)(ppm / 1000 % 10));
}

static void days(const struct value *row, const char *name, char to[CELL])
{
	char text[UNIT_TEXT] = "";
	if (has(row, name))
		unit_show_cover(number(row, name), text);
	text_copy(to, CELL, text);
}

static void bar(int64_t ppm, char to[CELL])
{
	int filled = (int)((ppm * BAR_CELLS + VAULT_PPM / 2) / VAULT_PPM);
	for (int i = 0; i < BAR_CELLS; i++)
		to[i] = i < filled ? '#' : '.';
	to[BAR_CELLS] = '\0';
}

static void country(const struct value *row, const char *code, const char *name, char to[CELL])
{
	const char *given = value_get_text(row, name, value_get_text(row, code, "no origin said"));
	snprintf(to, CELL, "%.70s%s", given, value_get_bool(row, "banned", false) ? "  BANNED" : "");
}

static void index_words(const struct value *row, char to[CELL])
{
	char least[UNIT_TEXT], most[UNIT_TEXT];
	unit_show_count(number(row, "index_least"), least);
	unit_show_count(number(row, "index_most"), most);
	if (text_equal(least, most))
		snprintf(to, CELL, "%.30s", least);
	else
		snprintf(to, CELL, "%.30s to %.30s", least, most);
}

/* ---- sections ---- */

static void show_stage(struct ctl *ctl, const struct value *stage)
{
	static const struct ctl_column columns[] = { { "country", false }, { "mass", true },
		{ "share", true }, { "", false } };
	const struct value *sources = value_get(stage, "sources");
	const char *content = value_get_text(stage, "content", "");
	char text[CELL];
	struct rows rows;
	mass(stage, "world_g", text);
	printf("\nWorld %s of %s, %lld%s: %s%s%s\n", value_get_text(stage, "stage", ""),
		value_get_text(stage, "mineral", ""), (long long)number(stage, "year"),
		value_get_bool(stage, "estimated", false) ? " (estimated)" : "", text,
		content[0] != '\0' ? " of " : "", content);
	rows_begin(ctl, &rows, columns, 4);
	for (size_t i = 0; i < value_count(sources); i++) {
		const struct value *source = value_at(sources, i);
		country(source, "country", "name", rows.cells[0]);
		mass(source, "mass_g", rows.cells[1]);
		share(number(source, "share_ppm"), rows.cells[2]);
		bar(number(source, "share_ppm"), rows.cells[3]);
		rows_add(&rows);
	}
	if (number(stage, "others_g") > 0) {
		text_copy(rows.cells[0], CELL, "others, not named");
		mass(stage, "others_g", rows.cells[1]);
		rows_add(&rows);
	}
	ctl_table_print(rows.table);
	index_words(stage, text);
	printf("Concentration %s of 10,000", text);
	share(number(stage, "largest_share_ppm"), text);
	printf("; the largest source is %s with %s\n",
		value_get_text(stage, "largest_name", value_get_text(stage, "largest", "nobody")), text);
}

static void show_stock(struct ctl *ctl, const struct value *commodities)
{
	static const struct ctl_column columns[] = { { "commodity", false }, { "stage", false },
		{ "available", true }, { "cover", true }, { "held", true }, { "largest origin", false },
		{ "share", true }, { "concentration", true } };
	struct rows rows;
	rows_begin(ctl, &rows, columns, 8);
	for (size_t i = 0; i < value_count(commodities); i++) {
		const struct value *row = value_at(commodities, i);
		text_copy(rows.cells[0], CELL, value_get_text(row, "commodity", ""));
		text_copy(rows.cells[1], CELL, value_get_text(row, "stage", ""));
		mass(row, "available_g", rows.cells[2]);
		days(row, "cover_tenths", rows.cells[3]);
		mass(row, "held_g", rows.cells[4]);
		if (has(row, "index_least")) {
			text_copy(rows.cells[5], CELL, value_get_text(row, "largest", ""));
			share(number(row, "largest_share_ppm"), rows.cells[6]);
			index_words(row, rows.cells[7]);
		}
		rows_add(&rows);
	}
	ctl_table_print(rows.table);
}

/* Rows by commodity, origin and a mass; `by` names the series, or how many there are. */
static void show_origins(struct ctl *ctl, const char *title, const struct value *list,
	const char *mass_name, const char *count_name, const char *by)
{
	const struct ctl_column columns[] = { { "commodity", false }, { "stage", false },
		{ by, !text_equal(by, "series") }, { "origin", false }, { "mass", true } };
	struct rows rows;
	if (value_count(list) == 0)
		return;
	printf("\n%s\n", title);
	rows_begin(ctl, &rows, columns, 5);
	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *row = value_at(list, i);
		text_copy(rows.cells[0], CELL, value_get_text(row, "commodity", ""));
		text_copy(rows.cells[1], CELL, value_get_text(row, "stage", ""));
		if (text_equal(by, "series"))
			text_copy(rows.cells[2], CELL, value_get_text(row, "series", ""));
		else
			unit_show_count(number(row, count_name), rows.cells[2]);
		country(row, "origin", "name", rows.cells[3]);
		mass(row, mass_name, rows.cells[4]);
		rows_add(&rows);
	}
	ctl_table_print(rows.table);
}

static void show_lots(struct ctl *ctl, const struct value *lots)
{
	static const struct ctl_column columns[] = { { "commodity", false }, { "stage", false },
		{ "origin", false }, { "lots", true }, { "held", true }, { "in transit", true },
		{ "expected", true }, { "unassayed", true } };
	struct rows rows;
	if (value_count(lots) == 0)
		return;
	printf("\nLots by origin\n");
	rows_begin(ctl, &rows, columns, 8);
	for (size_t i = 0; i < value_count(lots); i++) {
		const struct value *row = value_at(lots, i);
		text_copy(rows.cells[0], CELL, value_get_text(row, "commodity", ""));
		text_copy(rows.cells[1], CELL, value_get_text(row, "stage", ""));
		country(row, "origin", "name", rows.cells[2]);
		unit_show_count(number(row, "lots"), rows.cells[3]);
		mass(row, "held_g", rows.cells[4]);
		mass_or_none(row, "in_transit_g", rows.cells[5]);
		mass_or_none(row, "expected_g", rows.cells[6]);
		mass_or_none(row, "unassayed_g", rows.cells[7]);
		rows_add(&rows);
	}
	ctl_table_print(rows.table);
}

/* " (12.0 d of cover)", where that can be said. */
static void say_days(const struct value *row, const char *name)
{
	char text[CELL];
	days(row, name, text);
	if (text[0] != '\0')
		printf(" (%s of cover)", text);
}

static void show_ban(const struct value *exposure)
{
	const struct value *commodities = value_get(exposure, "commodities");
	char text[CELL];
	printf("\nWhat a ban by %s takes away\n", value_get_text(exposure, "ban_name",
		value_get_text(exposure, "ban", "")));
	for (size_t i = 0; i < value_count(commodities); i++) {
		const struct value *row = value_at(commodities, i);
		mass(row, "ban_held_g", text);
		printf("  %s: %s in store", value_get_text(row, "commodity", ""), text);
		say_days(row, "ban_held_tenths");
		mass(row, "ban_coming_g", text);
		printf(" stays usable; %s announced or in transit", text);
		say_days(row, "ban_coming_tenths");
		printf(" is at risk\n");
		if (!has(row, "ban_supply_ppm")) {
			printf("    of its future supply nothing is known: no imports, no world production\n");
			continue;
		}
		share(number(row, "ban_supply_ppm"), text);
		printf("    %s of the future supply (%s)", text, value_get_text(row, "ban_supply_by", ""));
		if (has(row, "ban_lost_g_per_day")) {
			mass(row, "ban_lost_g_per_day", text);
			printf(": %s a day", text);
		}
		days(row, "ban_bridged_tenths", text);
		if (text[0] != '\0')
			printf(", which what is available makes up for over %s", text);
		else if (!has(row, "consumption_g_per_day"))
			printf("; its operating floor is set as mass, so no days can be said");
		printf("\n");
	}
}

static void show_table(struct ctl *ctl, const struct value *exposure)
{
	const struct value *stages = value_get(exposure, "production");
	printf("%s (%s)\n", value_get_text(exposure, "name", ""),
		value_get_text(exposure, "mineral", ""));
	show_stock(ctl, value_get(exposure, "commodities"));
	if (has(exposure, "ban"))
		show_ban(exposure);
	show_lots(ctl, value_get(exposure, "lots"));
	show_origins(ctl, "Imports of the last twelve months", value_get(exposure, "imports"), "mass_g",
		NULL, "series");
	show_origins(ctl, "Requests: what is awarded, by origin, and what waits",
		value_get(exposure, "requests"), "mass_g", "requests", "requests");
	for (size_t i = 0; i < value_count(stages); i++)
		show_stage(ctl, value_at(stages, i));
	if (value_count(stages) == 0)
		printf("\nNo world production is recorded: vaultctl production import FILE\n");
}

/* ---- CSV: one row a figure ---- */

static void csv_figure(const char *section, const struct value *row, const char *stage,
	const char *of, const char *name)
{
	if (!has(row, name) || (number(row, name) == 0 && !text_equal(name, "held_g")))
		return;
	printf("%s,%s,%s,%s,%s,%lld,%s\r\n", section, value_get_text(row, "commodity", ""), stage,
		value_get_text(row, of, ""), name, (long long)number(row, name),
		value_get_bool(row, "banned", false) ? "true" : "false");
}

static void csv_list(const struct value *exposure, const char *section, const char *const names[])
{
	const struct value *list = value_get(exposure, section);
	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *row = value_at(list, i);
		for (size_t j = 0; names[j] != NULL; j++)
			csv_figure(section, row, value_get_text(row, "stage", ""), "origin", names[j]);
	}
}

static void show_csv(const struct value *exposure)
{
	static const char *const of_commodity[] = { "available_g", "consumption_g_per_day",
		"cover_tenths", "held_g", "index_least", "index_most", "largest_share_ppm", "ban_held_g",
		"ban_held_tenths", "ban_coming_g", "ban_coming_tenths", "ban_supply_ppm",
		"ban_lost_g_per_day", "ban_bridged_tenths", NULL };
	static const char *const of_lots[] = { "lots", "held_g", "in_transit_g", "expected_g",
		"unassayed_g", NULL };
	static const char *const of_others[] = { "requests", "mass_g", "share_ppm", NULL };
	static const char *const of_stage[] = { "year", "world_g", "others_g", "index_least",
		"index_most", "largest_share_ppm", "banned_g", "banned_share_ppm", NULL };
	const struct value *stages = value_get(exposure, "production");
	printf("section,commodity,stage,country,figure,value,banned\r\n");
	csv_list(exposure, "commodities", of_commodity);
	csv_list(exposure, "lots", of_lots);
	csv_list(exposure, "imports", of_others);
	csv_list(exposure, "requests", of_others);
	for (size_t i = 0; i < value_count(stages); i++) {
		const struct value *stage = value_at(stages, i);
		const struct value *sources = value_get(stage, "sources");
		const char *name = value_get_text(stage, "stage", "");
		for (size_t j = 0; of_stage[j] != NULL; j++)
			csv_figure("production", stage, name, "none", of_stage[j]);
		for (size_t j = 0; j < value_count(sources); j++) {
			csv_figure("production", value_at(sources, j), name, "country", "mass_g");
			csv_figure("production", value_at(sources, j), name, "country", "share_ppm");
		}
	}
}

int exposure_run(struct ctl *ctl, int argc, char **argv)
{
	struct arguments arguments;
	struct buffer params = { 0 };
	struct error error = { 0 };
	struct reply reply = { 0 };
	arguments_open(&arguments, ctl, ctl->command);
	bool good = arguments_read(&arguments, ctl, argc, argv, &error);
	if (good) {
		arguments_json(&arguments, &params);
		good = ctl_call(ctl, ctl->command->method, buffer_text(&params), &reply, &error);
	}
	arguments_close(&arguments);
	buffer_free(&params);
	if (!good)
		return ctl_fail(ctl, &error);
	const struct value *exposure = value_get(reply.parameters, "exposure");
	if (ctl->output == OUTPUT_TABLE)
		show_table(ctl, exposure);
	else if (ctl->output == OUTPUT_CSV)
		show_csv(exposure);
	else
		ctl_print_object(ctl, "MineralExposure", exposure);
	reply_free(&reply);
	return 0;
}
