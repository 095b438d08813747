/*
 * One walk over the fields of a type for every format. JSON and CSV give the exact integers of the
 * wire under their full names; only the table for people rounds and drops units from names.
 */
#include "vaultctl/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "vaultctl/units.h"

enum { COLUMNS_MAX = 40, TITLE_MAX = 40 };

/* The fields that a table shows; a type without a row shows all its scalar ones. */
static const struct {
	const char *type, *fields;
} column_sets[] = {
	{ "Mineral", "code name symbol family" },
	{ "Commodity", "code mineral stage form basis min_grade_ppm available_g reserved_g storage" },
	{ "Site", "code name country state capacity_g daily_loadout_g proven_loadout_g storage" },
	{ "Inspection", "id site lot kind result inspected_at next_at by responsible" },
	{ "LoadoutTest", "id site mass_g hours proven_g tested_at by" },
	{ "Requirement", "id commodity mass_g days effective_at state authority document" },
	{ "Filing", "id due_at filed_at version filed_by" },
	{ "Lot", "code commodity site state on_hand_g contained_g grade_ppm reserved_g holds "
		"retest_at" },
	{ "Floor", "id commodity kind mass_g days consumption_g_per_day effective_at state" },
	{ "Stocktake", "id site commodity state round lots varying shorts adjusted_g first second expires_at "
		"ended_at" },
	{ "StocktakeLine", "lot state unexpected book_g book_units first_g second_g first_units "
		"second_units found_g found_units seals variance_g variance_units cause adjusted_g short_g" },
	{ "CountPolicy", "id state tolerance_ppm counters_ppm age_days term_days grade_ppm because" },
	{ "Sample", "id site commodity state lots population waiting due_at" },
	{ "SampledLot", "lot state grade_ppm result_ppm laboratory assayed_by assayed_at" },
	{ "Title", "number lot holder issued_by issued_at" },
	{ "Pledge", "id lot lender state since because document release" },
	{ "AnnualLine", "id commodity fiscal_year action max_g used_g left_g effective_at state" },
	{ "ReleaseOrder", "id request member commodity state contained_g price consignee lapses_at" },
	{ "OrderLine", "lot contained_g net_g units out_contained_g out_net_g out_units open" },
	{ "Slot", "day site net_g" },
	{ "QueuedSlot", "site day position order member commodity net_g need_by late booked_g daily_g" },
	{ "Account", "commodity kind party balance_g" },
	{ "Hold", "id lot reason because opened_by opened_at closed_at" },
	{ "Member", "code name kind status since part_of" },
	{ "MemberStep", "id status effective_at state part_of authority because document" },
	{ "MemberBase", "rule commodity mineral declaration_kind mass_g counted_g days commitment_g "
		"production_g imports_g proxy" },
	{ "Price", "id commodity price basis price_micros_per_kg effective_at state method" },
	{ "PriceInput", "id version price_micros_per_kg mass_g" },
	{ "Observation", "id commodity period origin price basis price_micros_per_kg mass_g series" },
	{ "HsCode", "code mineral stage description" },
	{ "TariffSchedule", "id mode state reference_micros_per_kg observed_micros_per_kg "
		"duty_micros_per_kg duty_ppm gap_micros_per_kg cap_ppm cap_micros_per_kg effective_at until_at "
		"because" },
	{ "Assessment", "id entry_at commodity origin net_g contained_g floor_cents customs_cents "
		"duty_cents charged_cents landed_cents gap_cents mode" },
	{ "Sale", "id sold_at seller buyer commodity net_g price basis value_cents floor_cents "
		"reference" },
	{ "Declaration", "id kind state caps starts_at ends_at policy" },
	{ "Extension", "id days ended_at ends_at because state document" },
	{ "Statement", "id declaration from until" },
	{ "WhatIfFloor", "commodity floor floor_g available_before_g available_after_g days "
		"extrapolated reached_at line" },
	{ "Request", "id member commodity state mass_g awarded_g need_by tier purpose" },
	{ "Rule", "id kind state commodity mineral member declaration_kind mass_g share_ppm days words "
		"effective_at" },
	{ "RuleChange", "request member commodity state mass_g before_g after_g rule because" },
	{ "Plan", "id declaration state policy tiers commodities requests awarded_g frozen_at" },
	{ "PlanLine", "commodity available_g floor_g entitled_g cap_left_g annual_left_g set_aside_g "
		"estate_g claimed_g awarded_g requests" },
	{ "PlanAward", "request member commodity tier asked_g claim_g awarded_g" },
	{ "Participant", "code name member since" },
	{ "Rate", "id state effective_at interest_ppm storage_micros_per_tonne_day because document" },
	{ "Commitment", "id participant commodity state mass_g price basis starts_at ends_at undrawn_g "
		"owed_g" },
	{ "Entitlement", "participant commodity commitment undrawn_g owed_g bought_g" },
	{ "StatementCommodity", "commodity opening_g granted_g received_g given_g drawn_g bought_g "
		"replenished_g undone_g extinguished_g closing_g owed_g" },
	{ "StatementMovement", "at commodity kind mass_g balance_g commitment counterparty subject" },
	{ "StatementCharge", "commitment commodity from until interest_cents storage_cents "
		"fee_applied_cents bought_cents due_cents fee_left_cents" },
	{ "StatementDays", "commitment from until days undrawn_g gross_g principal_cents interest_ppm "
		"storage_micros_per_tonne_day" },
	{ "Production", "mineral stage year country mass_g content estimated" },
	{ "Waiver", "id commodity state price declaration subject starts_at ends_at authority" },
	{ "Contract", "id producer commodity price basis series upside_ppm starts_at ends_at state" },
	{ "Settlement", "id state mass_g market_micros_per_kg to_producer_cents from_producer_cents "
		"document" },
	{ "ExchangeRow", "id kind party commodity state mass_g returned_g premium_g owed_g back "
		"next_due_at overdue_g due_at original_due_at overdue_originally_g" },
	{ "Instalment", "due_at mass_g owed_g overdue" },
	{ "ExchangeReturn", "id lot mass_g net_g grade_ppm balance_g returned_at" },
	{ "ExchangeAmendment", "id state due_at instalments premium_ppm because effective_at document" },
	{ "OpenRotation", "commodity rotations out_g owed_g overdue_g next_due_at" },
	{ "RuleResult", "rule title failed limit_g available_g must_stay_g because" },
	{ "Person", "code name duties member state" },
	{ "Document", "id kind subject state need prepared_by prepared_at" },
	{ "Finding", "id severity state check subject stops message raised_at" },
	{ "Need", "what needs remedy" },
	{ "AuditFinding", "severity check subject column expected found index message" },
};

/* ---- rows ---- */

struct printer {
	struct ctl *ctl;
	const struct type *type;
	struct ctl_table *table;
	size_t count, rows;
	char names[COLUMNS_MAX][TITLE_MAX];
	char titles[COLUMNS_MAX][TITLE_MAX];
};

static bool is_list(const struct type *type)
{
	return type != NULL && type->kind == TYPE_ARRAY && type->element->kind == TYPE_STRUCT;
}

static void add_column(struct printer *printer, const char *name, size_t length)
{
	if (printer->count == COLUMNS_MAX || length >= TITLE_MAX)
		return;
	memcpy(printer->names[printer->count], name, length);
	printer->names[printer->count++][length] = '\0';
}

static void choose_columns(struct printer *printer)
{
	for (size_t i = 0; i < sizeof column_sets / sizeof *column_sets; i++) {
		if (!text_equal(column_sets[i].type, printer->type->name))
			continue;
		for (const char *at = column_sets[i].fields; *at != '\0';) {
			size_t length = strcspn(at, " ");
			add_column(printer, at, length);
			at += length + (at[length] == ' ');
		}
		return;
	}
	for (size_t i = 0; i < printer->type->field_count; i++) {
		const struct type_field *field = &printer->type->fields[i];
		if (!is_list(field->type))
			add_column(printer, field->name, field->name_length);
	}
}

static void csv_cell(const char *text, struct buffer *to)
{
	if (strpbrk(text, "\",\r\n") == NULL) {
		buffer_append_text(to, text);
		return;
	}
	buffer_append_byte(to, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buffer_append_byte(to, '"');
		buffer_append_byte(to, *text);
	}
	buffer_append_byte(to, '"');
}

static void csv_header(const struct type *type)
{
	for (size_t i = 0; i < type->field_count; i++)
		printf("%s%s", i > 0 ? "," : "", type->fields[i].name);
	printf("\r\n");
}

static void csv_row(const struct type *type, const struct value *row)
{
	struct buffer line = { 0 }, cell = { 0 };
	for (size_t i = 0; i < type->field_count; i++) {
		const struct value *value = value_get(row, type->fields[i].name);
		buffer_clear(&cell);
		if (value_kind(value) == VALUE_TEXT)
			buffer_append_text(&cell, value_text(value, ""));
		else if (value_kind(value) != VALUE_ABSENT)
			value_write(value, &cell);
		if (i > 0)
			buffer_append_byte(&line, ',');
		csv_cell(buffer_text(&cell), &line);
	}
	printf("%s\r\n", buffer_text(&line));
	buffer_free(&line);
	buffer_free(&cell);
}

static void open_table(struct printer *printer)
{
	struct ctl_column columns[COLUMNS_MAX] = { 0 };
	choose_columns(printer);
	for (size_t i = 0; i < printer->count; i++) {
		struct buffer title = { 0 };
		const struct type_field *field = type_find(printer->type, printer->names[i]);
		render_title(printer->names[i], &title);
		text_copy(printer->titles[i], TITLE_MAX, buffer_text(&title));
		buffer_free(&title);
		columns[i].title = printer->titles[i];
		columns[i].right = (field != NULL && field->type->kind == TYPE_INT) ||
			text_equal(printer->names[i], "price");
	}
	printer->table = ctl_table_new(printer->ctl, columns, printer->count);
}

struct printer *printer_new(struct ctl *ctl, const struct type *type)
{
	struct printer *printer = calloc(1, sizeof *printer);
	if (printer == NULL)
		abort();
	printer->ctl = ctl;
	printer->type = type;
	if (ctl->output == OUTPUT_TABLE)
		open_table(printer);
	else if (ctl->output == OUTPUT_CSV)
		csv_header(type);
	return printer;
}

static void table_row(struct printer *printer, const struct value *row)
{
	struct buffer cells[COLUMNS_MAX] = { 0 };
	const char *texts[COLUMNS_MAX];
	for (size_t i = 0; i < printer->count; i++) {
		render_show(printer->names[i], row, false, &cells[i]);
		texts[i] = buffer_text(&cells[i]);
	}
	ctl_table_row(printer->table, texts);
	for (size_t i = 0; i < printer->count; i++)
		buffer_free(&cells[i]);
}

static void print_json(const struct value *value)
{
	struct buffer text = { 0 };
	value_write(value, &text);
	fputs(buffer_text(&text), stdout);
	buffer_free(&text);
}

static const char *row_id(const struct type *type, const struct value *row)
{
	static const char *const keys[] = { "id", "code" };
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (value_get(row, keys[i]) != NULL)
			return value_get_text(row, keys[i], "");
	}
	return type->field_count == 0 ? "" : value_get_text(row, type->fields[0].name, "");
}

void printer_row(struct printer *printer, const struct value *row)
{
	switch (printer->ctl->output) {
	case OUTPUT_TABLE:
		table_row(printer, row);
		break;
	case OUTPUT_JSON:
		fputs(printer->rows == 0 ? "[" : ",\n ", stdout);
		print_json(row);
		break;
	case OUTPUT_CSV:
		csv_row(printer->type, row);
		break;
	case OUTPUT_ID:
		printf("%s\n", row_id(printer->type, row));
		break;
	}
	printer->rows++;
}

void printer_end(struct printer *printer)
{
	if (printer->ctl->output == OUTPUT_JSON)
		printf("%s]\n", printer->rows == 0 ? "[" : "");
	if (printer->table != NULL)
		ctl_table_print(printer->table);
	free(printer);
}

const struct type *render_type(struct ctl *ctl, const char *name)
{
	static const char *const rooms[] = { "Stock", "Zone", "Emergency", "Evidence" };
	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
		const struct interface_member *member =
			interface_find(ctl_interface(ctl, rooms[i]), MEMBER_TYPE, name);
		if (member != NULL)
			return member->input;
	}
	return NULL;
}

static void print_rows(struct ctl *ctl, const struct type *type, const struct value *rows)
{
	struct printer *printer = printer_new(ctl, type);
	for (size_t i = 0; i < value_count(rows); i++)
		printer_row(printer, value_at(rows, i));
	printer_end(printer);
}

void ctl_print_rows(struct ctl *ctl, const char *type, const struct value *rows)
{
	struct type named = *render_type(ctl, type); /* a type that is found by its name bears none */
	named.name = type;
	print_rows(ctl, &named, rows);
}

/* ---- objects ---- */

/* How the reserve counts: only -o json tells it. */
static const char *const inner[] = { "created_index", "prepared_index", "hold_serial",
	"interest_rest", "storage_rest" };

/* Told together as "380 USD/mtu per WO3". */
static const char *const quoted[] = { "quoted", "decimals", "unit", "basis" };

static bool among(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (text_equal(names[i], name))
			return true;
	}
	return false;
}

/* The field under which an object shows one that is there, or NULL where it does not. */
static const char *shown_as(const struct type_field *field, const struct value *object)
{
	bool price = value_get(object, "quoted") != NULL && value_get(object, "unit") != NULL &&
		value_get(object, "price") == NULL;
	if (value_get(object, field->name) == NULL || is_list(field->type) ||
	    among(inner, sizeof inner / sizeof *inner, field->name))
		return NULL;
	if (price && among(quoted, sizeof quoted / sizeof *quoted, field->name))
		return text_equal(field->name, "quoted") ? "price" : NULL;
	return field->name;
}

static size_t widest_title(const struct type *type, const struct value *object)
{
	size_t widest = 0;
	for (size_t i = 0; i < type->field_count; i++) {
		struct buffer title = { 0 };
		const char *name = shown_as(&type->fields[i], object);
		if (name != NULL)
			render_title(name, &title);
		widest = title.length > widest ? title.length : widest;
		buffer_free(&title);
	}
	return widest;
}

/* A text of several lines stands indented under its name. */
static void object_line(const char *field, const struct value *object, size_t width)
{
	struct buffer title = { 0 }, cell = { 0 };
	render_title(field, &title);
	render_show(field, object, true, &cell);
	if (text_equal(field, "price") && value_get(object, "basis") != NULL)
		buffer_printf(&cell, " per %s", value_get_text(object, "basis", ""));
	const char *text = buffer_text(&cell);
	if (strchr(text, '\n') == NULL) {
		printf("%-*s  %s\n", (int)width, buffer_text(&title), text);
	} else {
		printf("%s\n", buffer_text(&title));
		while (*text != '\0') {
			size_t length = strcspn(text, "\n");
			printf("  %.*s\n", (int)length, text);
			text += length + (text[length] == '\n');
		}
	}
	buffer_free(&title);
	buffer_free(&cell);
}

static void object_lines(const struct type *type, const struct value *object, size_t width)
{
	for (size_t i = 0; i < type->field_count; i++) {
		const char *name = shown_as(&type->fields[i], object);
		if (name != NULL)
			object_line(name, object, width);
	}
}

static void object_lists(struct ctl *ctl, const struct type *type, const struct value *object,
	bool first)
{
	for (size_t i = 0; i < type->field_count; i++) {
		const struct type_field *field = &type->fields[i];
		if (!is_list(field->type) || value_count(value_get(object, field->name)) == 0)
			continue;
		if (!first)
			printf("\n%s\n", field->name);
		print_rows(ctl, field->type->element, value_get(object, field->name));
		first = false;
	}
}

void render_object(struct ctl *ctl, const struct type *type, const struct value *object)
{
	object_lines(type, object, widest_title(type, object));
	object_lists(ctl, type, object, false);
}

void ctl_print_object(struct ctl *ctl, const char *type, const struct value *object)
{
	const struct type *found = render_type(ctl, type);
	if (ctl->output == OUTPUT_TABLE) {
		render_object(ctl, found, object);
		return;
	}
	if (ctl->output == OUTPUT_JSON) {
		print_json(object);
		putchar('\n');
	} else if (ctl->output == OUTPUT_ID) {
		printf("%s\n", row_id(found, object));
	} else {
		csv_header(found);
		csv_row(found, object);
	}
}

/* ---- whole replies ---- */

/* The struct that a reply is about: its first member of that kind, else the reply itself. */
static void render_narrow(struct ctl *ctl, const struct type *output,
	const struct value *parameters)
{
	for (size_t i = 0; i < output->field_count; i++) {
		const struct type_field *field = &output->fields[i];
		const struct value *member = value_get(parameters, field->name);
		if (is_list(field->type)) {
			print_rows(ctl, field->type->element, member);
			return;
		}
		if (field->type->kind != TYPE_STRUCT)
			continue;
		if (ctl->output == OUTPUT_ID) {
			printf("%s\n", row_id(field->type, member));
		} else {
			csv_header(field->type);
			csv_row(field->type, member);
		}
		return;
	}
	if (ctl->output == OUTPUT_ID) {
		printf("%s\n", row_id(output, parameters));
	} else {
		csv_header(output);
		csv_row(output, parameters);
	}
}

/* One string alone (a proof, a note, a command line) is printed as it is. */
static bool render_text(const struct type *output, const struct value *parameters)
{
	if (output->field_count != 1 || output->fields[0].type->kind != TYPE_STRING)
		return false;
	const char *text = value_get_text(parameters, output->fields[0].name, "");
	size_t length = strlen(text);
	printf("%s%s", text, length > 0 && text[length - 1] == '\n' ? "" : "\n");
	return true;
}

void render_reply(struct ctl *ctl, const struct interface_member *method,
	const struct value *parameters)
{
	const struct type *output = method->output;
	if (ctl->output == OUTPUT_JSON) {
		print_json(parameters);
		putchar('\n');
		return;
	}
	if (ctl->output != OUTPUT_TABLE) {
		render_narrow(ctl, output, parameters);
		return;
	}
	if (render_text(output, parameters))
		return;
	bool empty = true;
	size_t width = widest_title(output, parameters);
	for (size_t i = 0; i < output->field_count; i++) {
		const struct type_field *field = &output->fields[i];
		const struct value *member = value_get(parameters, field->name);
		size_t inside = field->type->kind == TYPE_STRUCT ? widest_title(field->type, member) : 0;
		width = inside > width ? inside : width;
		empty = empty && (member == NULL || (is_list(field->type) && value_count(member) == 0));
	}
	for (size_t i = 0; i < output->field_count; i++) {
		const struct type_field *field = &output->fields[i];
		const char *name = shown_as(field, parameters);
		if (field->type->kind == TYPE_STRUCT)
			object_lines(field->type, value_get(parameters, field->name), width);
		else if (name != NULL)
			object_line(name, parameters, width);
	}
	for (size_t i = 0; i < output->field_count; i++) {
		const struct type_field *field = &output->fields[i];
		const struct value *member = value_get(parameters, field->name);
		if (field->type->kind == TYPE_STRUCT)
			object_lists(ctl, field->type, member, false);
	}
	object_lists(ctl, output, parameters, output->field_count > 0 && is_list(output->fields[0].type));
	if (empty && ctl->out_terminal)
		ctl_say(ctl, "nothing");
}
