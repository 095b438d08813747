/*
 * `statement PARTICIPANT [--month 2026-11]`: a participant's month, part by part. JSON as the method
 * answers; CSV as one list of lines, each with its section and exact integers.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "vaultctl/commands.h"
#include "vaultctl/render.h"
#include "vaultctl/special.h"

/* ---- for people ---- */

static void say(const char *field, const struct value *object)
{
	struct buffer cell = { 0 };
	render_cell(field, object, &cell);
	fputs(buffer_text(&cell), stdout);
	buffer_free(&cell);
}

static void print_head(const struct value *statement)
{
	printf("Statement of %s, %s, host %s, ", value_get_text(statement, "participant", ""),
		value_get_text(statement, "name", ""), value_get_text(statement, "member", ""));
	say("from", statement);
	fputs(" to ", stdout);
	say("until", statement);
	puts(value_get_bool(statement, "final", false) ? ", final" :
		", so far: what is not posted yet counts the days that have ended");
}

static void print_part(struct ctl *ctl, const struct value *statement, const char *field,
	const char *type, const char *title)
{
	const struct value *rows = value_get(statement, field);
	if (value_count(rows) == 0)
		return;
	printf("\n%s\n", title);
	ctl_print_rows(ctl, type, rows);
}

static void print_fees(const struct value *statement)
{
	const struct value *fees = value_get(statement, "fees");
	for (size_t i = 0; i < value_count(fees); i++) {
		const struct value *fee = value_at(fees, i);
		printf("\n%s began on ", value_get_text(fee, "commitment", ""));
		say("at", fee);
		fputs("; its fee is ", stdout);
		say("fee_cents", fee);
		putchar('\n');
	}
}

static void print_buy_backs(const struct value *statement)
{
	const struct value *backs = value_get(statement, "buy_backs");
	for (size_t i = 0; i < value_count(backs); i++) {
		const struct value *back = value_at(backs, i);
		printf("\n%s ended on ", value_get_text(back, "commitment", ""));
		say("at", back);
		fputs("; bought back ", stdout);
		say("mass_g", back);
		printf(" of %s for ", value_get_text(back, "commodity", ""));
		say("buy_back_cents", back);
		if (value_get_int(back, "fee_back_cents", 0) > 0) {
			fputs(", of which the fee that was left pays ", stdout);
			say("fee_back_cents", back);
		}
		if (value_get_int(back, "refund_cents", 0) > 0) {
			fputs("; of the fee is given back ", stdout);
			say("refund_cents", back);
		}
		putchar('\n');
	}
}

static void print_statement(struct ctl *ctl, const struct value *statement)
{
	print_head(statement);
	print_part(ctl, statement, "commodities", "StatementCommodity", "Entitlement");
	print_part(ctl, statement, "movements", "StatementMovement", "Movements");
	print_part(ctl, statement, "charges", "StatementCharge", "Charges");
	print_part(ctl, statement, "days", "StatementDays",
		"Days they rest on, each with what was undrawn as it began");
	print_fees(statement);
	print_buy_backs(statement);
	fputs("\nDue ", stdout);
	say("due_cents", statement);
	putchar('\n');
}

/* ---- for programs ---- */

/* Which list a section's lines come from, and the fields that stand under the common columns. */
static const struct section {
	const char *name, *list, *fields;
} sections[] = {
	{ "entitlement", "commodities", "- - commodity - - opening_g closing_g owed_g - - - - - -" },
	{ "movement", "movements",
		"at - commodity commitment kind mass_g balance_g - - - - - - subject" },
	{ "charge", "charges", "from until commodity commitment - - - - - due_cents interest_cents "
		"storage_cents fee_applied_cents -" },
	{ "days", "days", "from until - commitment - undrawn_g - - days principal_cents interest_ppm "
		"storage_micros_per_tonne_day - -" },
	{ "fee", "fees", "at - - commitment - - - - - fee_cents - - - -" },
	{ "buy-back", "buy_backs",
		"at - commodity commitment - mass_g - - - due_cents - - fee_back_cents -" },
};

static void csv_field(const struct value *row, const char *name, size_t length)
{
	char field[64];
	const struct value *value;
	memcpy(field, name, length);
	field[length] = '\0';
	value = value_get(row, field);
	putchar(',');
	if (value_kind(value) == VALUE_INT)
		printf("%lld", (long long)value_int(value, 0));
	else if (value_kind(value) == VALUE_TEXT) /* codes, times and words: none is to be quoted */
		fputs(value_text(value, ""), stdout);
}

static void csv_line(const struct section *section, const struct value *row)
{
	fputs(section->name, stdout);
	for (const char *at = section->fields; *at != '\0';) {
		size_t length = strcspn(at, " ");
		csv_field(row, at, length);
		at += length + (at[length] == ' ');
	}
	fputs("\r\n", stdout);
}

static void print_csv(const struct value *statement)
{
	fputs("section,from,until,commodity,commitment,kind,mass_g,balance_g,owed_g,days,amount_cents,"
		"interest,storage,fee_cents,subject\r\n", stdout);
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
		const struct value *rows = value_get(statement, sections[i].list);
		for (size_t j = 0; j < value_count(rows); j++)
			csv_line(&sections[i], value_at(rows, j));
	}
}

int statement_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	const char *month = NULL;
	char participant[CTL_ID];
	struct buffer params = { 0 };
	struct reply reply;
	struct json json;
	if (ctl->output == OUTPUT_JSON || ctl->output == OUTPUT_ID)
		return command_generic(ctl, argc, argv);
	if (!ctl_take_option(&argc, argv, "--month", &month, &error) ||
	    !ctl_words(argc, argv, 1, 1, &error) ||
	    !ctl_resolve(ctl, "participant", argv[0], participant, &error))
		return ctl_fail(ctl, &error);
	json_begin(&json, &params, false);
	json_open_object(&json);
	if (month != NULL) {
		json_key(&json, "month");
		json_text(&json, month);
	}
	json_key(&json, "participant");
	json_text(&json, participant);
	json_close_object(&json);
	bool good = ctl_call(ctl, "Zone.Statement", buffer_text(&params), &reply, &error);
	buffer_free(&params);
	if (!good)
		return ctl_fail(ctl, &error);
	const struct value *statement = value_get(reply.parameters, "statement");
	if (ctl->output == OUTPUT_CSV)
		print_csv(statement);
	else
		print_statement(ctl, statement);
	reply_free(&reply);
	return 0;
}
