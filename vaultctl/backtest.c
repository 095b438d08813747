/* `tariff backtest`: the months as a table or CSV, their sums in a sentence, and a picture. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "vault/limits.h"
#include "vaultctl/arguments.h"
#include "vaultctl/backtest_svg.h"
#include "vaultctl/money.h"
#include "vaultctl/special.h"

static void month_text(const struct value *month, char text[UNIT_TEXT])
{
	static const char *const names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	int64_t at;
	int year, number, day;
	text[0] = '\0';
	if (!time_parse(value_get_text(month, "month", ""), &at))
		return;
	time_civil(at, &year, &number, &day);
	snprintf(text, UNIT_TEXT, "%s %d", names[number - 1], year);
}

/* Without its currency: the title has it. */
static void cents_text(const struct value *month, const char *field, char text[UNIT_TEXT])
{
	money_show_cents(value_get_int(month, field, 0), text);
	char *space = strrchr(text, ' ');
	if (space != NULL)
		*space = '\0';
}

static void print_table(struct ctl *ctl, const struct value *months)
{
	static const struct ctl_column columns[] = { { "month", false }, { "market USD/t", true },
		{ "floor", true }, { "duty", true }, { "of the value", true }, { "landed", true },
		{ "gap", true } };
	static const char *const fields[] = { NULL, "market_cents", "floor_cents", "duty_cents", NULL,
		"landed_cents", "gap_cents" };
	enum { COLUMNS = sizeof columns / sizeof *columns };
	struct ctl_table *table = ctl_table_new(ctl, columns, COLUMNS);
	for (size_t i = 0; i < value_count(months); i++) {
		const struct value *month = value_at(months, i);
		char texts[COLUMNS][UNIT_TEXT];
		const char *cells[COLUMNS];
		bool due = value_get_int(month, "duty_cents", 0) > 0;
		for (int j = 0; j < COLUMNS; j++) {
			texts[j][0] = '\0';
			bool figure = fields[j] != NULL && (value_get_int(month, fields[j], 0) > 0);
			if (figure)
				cents_text(month, fields[j], texts[j]);
			cells[j] = texts[j];
		}
		month_text(month, texts[0]);
		if (due)
			unit_show_share((value_get_int(month, "duty_ppm", 0) + 99) / 100 * 100, texts[4]);
		ctl_table_row(table, cells);
	}
	ctl_table_print(table);
}

struct sums {
	int64_t count, due, duty_cents, most_cents, gaps;
	const struct value *worst;
};

static struct sums sum_up(const struct value *months)
{
	struct sums sums = { .count = (int64_t)value_count(months) };
	for (size_t i = 0; i < value_count(months); i++) {
		const struct value *month = value_at(months, i);
		int64_t duty = value_get_int(month, "duty_cents", 0);
		sums.due += duty > 0;
		sums.gaps += value_get_int(month, "gap_cents", 0) > 0;
		sums.duty_cents = checked_add_to(sums.duty_cents, duty, VAULT_INT_MAX);
		if (duty > sums.most_cents) {
			sums.most_cents = duty;
			sums.worst = month;
		}
	}
	return sums;
}

/*
 * "Jan 1960 to Jun 2026: a duty in 612 of 798 months, 5,120.40 USD/t on average, at most … in Nov
 * 1998"
 */
static void sums_text(const struct value *months, bool gaps, char *to, size_t size)
{
	char first[UNIT_TEXT], last[UNIT_TEXT], mean[UNIT_TEXT], most[UNIT_TEXT], worst[UNIT_TEXT];
	struct sums sums = sum_up(months);
	month_text(value_at(months, 0), first);
	month_text(value_at(months, value_count(months) - 1), last);
	int used = snprintf(to, size, "%s to %s: a duty in %lld of %lld months", first, last,
		(long long)sums.due, (long long)sums.count);
	if (sums.due == 0)
		return;
	money_show_cents((sums.duty_cents + sums.due - 1) / sums.due, mean);
	money_show_cents(sums.most_cents, most);
	month_text(sums.worst, worst);
	used += snprintf(to + used, size - (size_t)used, ", %s/t on average, at most %s/t in %s", mean,
		most, worst);
	if (sums.gaps > 0 && gaps)
		snprintf(to + used, size - (size_t)used, "; short of the floor in %lld", (long long)sums.gaps);
}

static bool write_file(const char *path, const struct buffer *text, struct error *error)
{
	FILE *file = fopen(path, "we");
	bool good = file != NULL && fwrite(text->bytes, 1, text->length, file) == text->length;
	good = file != NULL && fclose(file) == 0 && good;
	return good || error_set(error, ERROR_STORE, "", "%.300s cannot be written: %s", path,
		strerror(errno));
}

/* What the picture rests on: a tonne, other duties, a cap and where it falls short. */
static void footer_text(struct arguments *arguments, const struct value *months, char *to,
	size_t size)
{
	const struct slot *cap = arguments_slot(arguments, "cap_ppm");
	const struct slot *other = arguments_slot(arguments, "other_duty_ppm");
	int used = snprintf(to, size, "A tonne contained, landed at the market price of each month");
	if (other->typed != NULL)
		used += snprintf(to + used, size - (size_t)used, ", other duties of %.20s", other->typed);
	if (cap->typed != NULL)
		snprintf(to + used, size - (size_t)used, "; duty capped at %.20s, short of the floor in %lld "
			"months", cap->typed, (long long)sum_up(months).gaps);
}

static bool draw(struct ctl *ctl, struct arguments *arguments, const struct value *months,
	const char *path, struct error *error)
{
	struct buffer text = { 0 };
	char title[160], subtitle[320], footer[320];
	const struct slot *commodity = arguments_slot(arguments, "commodity");
	const struct slot *floor = arguments_slot(arguments, "price");
	struct quoted_price quoted;
	char price[UNIT_TEXT];
	bool read = unit_read_price(floor->typed, &quoted, error);
	assert(read); /* as it was before it was sent */
	(void)read;
	unit_show_price(quoted.quoted, quoted.decimals, quoted.unit, price);
	snprintf(title, sizeof title, "%.40s: what a floor of %.40s would have done", commodity->typed,
		price);
	sums_text(months, false, subtitle, sizeof subtitle);
	footer_text(arguments, months, footer, sizeof footer);
	backtest_svg(months, title, subtitle, footer, &text);
	bool good = write_file(path, &text, error);
	buffer_free(&text);
	if (good)
		ctl_say(ctl, "%s is written", path);
	return good;
}

static bool run(struct ctl *ctl, struct arguments *arguments, const char *svg,
	struct error *error)
{
	struct buffer params = { 0 };
	struct reply reply = { 0 };
	struct slot *commodity = arguments_slot(arguments, "commodity");
	char whole[CTL_ID], sums[320];
	if (!ctl_resolve(ctl, "commodity", commodity->typed, whole, error) ||
	    !arguments_set(arguments, ctl, commodity, whole, error))
		return false;
	arguments_json(arguments, &params);
	bool good = ctl_call(ctl, "Zone.Backtest", buffer_text(&params), &reply, error);
	buffer_free(&params);
	if (!good)
		return false;
	const struct value *months = value_get(reply.parameters, "months");
	if (value_count(months) == 0) {
		error_set(error, ERROR_NOT_FOUND, "", "no month of %s has a market observation then", whole);
		error_remedy(error, "vaultctl observation import FILE; vaultctl observation %s", whole);
		good = false;
	} else if (ctl->output == OUTPUT_TABLE) {
		print_table(ctl, months);
		sums_text(months, true, sums, sizeof sums);
		printf("\n%s\n", sums);
	} else {
		ctl_print_rows(ctl, "BacktestMonth", months);
	}
	if (good && svg != NULL)
		good = draw(ctl, arguments, months, svg, error);
	reply_free(&reply);
	return good;
}

int tariff_backtest_run(struct ctl *ctl, int argc, char **argv)
{
	struct arguments arguments;
	struct error error = { 0 };
	const char *svg = NULL;
	if (!ctl_take_option(&argc, argv, "--svg", &svg, &error))
		return ctl_fail(ctl, &error);
	arguments_open(&arguments, ctl, ctl->command);
	bool good = arguments_read(&arguments, ctl, argc, argv, &error) &&
		run(ctl, &arguments, svg, &error);
	int status = good ? 0 : ctl_fail(ctl, &error);
	arguments_close(&arguments);
	return status;
}
