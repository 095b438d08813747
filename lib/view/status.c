/* Everything on the status screen, from the state alone. */
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/document.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/finding.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "reserve/stock/count.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/words.h"
#include "reserve/zone/price.h"
#include "reserve/zone/schedule.h"
#include "view/inbox.h"
#include "view/view.h"
#include "wire/message.h"

enum { CAUSES_MAX = 5, NEAR_DAYS = 7, NEAR_NAMED = 20 };

static void member_int(struct json *json, const char *name, int64_t value)
{
	if (value == ABSENT)
		return;
	json_key(json, name);
	json_int(json, value);
}

static void member_text(struct json *json, const char *name, const char *value)
{
	json_key(json, name);
	json_text(json, value);
}

/* Why mass that is here is not available: lots held, pledged, out of date, in transit, at a closed site. */
struct causes {
	const struct lot *lots[CAUSES_MAX];
	int count;
};

static bool is_below(const struct commodity *commodity)
{
	return commodity->operating != NULL && commodity->available_g < commodity->operating->mass_g;
}

/* By slot of the commodity, in one walk for all; NULL: none is below. The caller's to free. */
static struct causes *gather_causes(const struct state *state)
{
	const struct commodity *commodity = NULL;
	const struct lot *lot = NULL;
	bool any = false;
	while (!any && (commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL)
		any = is_below(commodity);
	struct causes *causes = any ?
		calloc(state_count(state, TABLE_COMMODITY), sizeof *causes) : NULL;
	while (causes != NULL && (lot = state_next(state, TABLE_LOT, lot)) != NULL) {
		struct causes *own = &causes[lot->commodity->row.slot];
		if (!lot->row.closed && !lot->listed && lot->state == LOT_ACCEPTED && own->count < CAUSES_MAX)
			own->lots[own->count++] = lot;
	}
	return causes;
}

static void write_causes(struct json *json, const struct causes *causes)
{
	json_key(json, "causes");
	json_open_array(json);
	for (int i = 0; i < causes->count; i++) {
		const struct lot *lot = causes->lots[i];
		char cause[160], mass[WORD_MASS];
		word_mass(mass, lot->contained_g);
		snprintf(cause, sizeof cause, "lot %s, %s: %s", lot->code, mass,
			lot->holds > 0 ? "held" : lot->pledged ? "pledged" :
			lot->expired ? "assay expired" :
			lot->destination != NULL ? "in transit" :
			count_freezing(lot) != NULL ? "being counted" : "site not open");
		json_text(json, cause);
	}
	json_close_array(json);
}

static void write_floors(struct json *json, const struct commodity *commodity)
{
	const struct floor *operating = commodity->operating, *hard = commodity->hard;
	if (operating != NULL) {
		member_int(json, "operating_g", operating->mass_g);
		member_int(json, "operating_days", operating->days);
	}
	if (hard != NULL) {
		member_int(json, "hard_g", hard->mass_g);
		member_int(json, "hard_days", hard->days);
	}
	int64_t consumption = operating != NULL ? operating->consumption_g_per_day : ABSENT;
	int64_t tenths;
	member_int(json, "consumption_g_per_day", consumption);
	if (consumption != ABSENT && consumption > 0 &&
	    checked_mul_div_down(commodity->available_g, 10, consumption, &tenths))
		member_int(json, "cover_tenths", tenths);
}

static void write_position(struct json *json, const struct commodity *commodity,
	const struct causes *causes)
{
	const struct declaration *declaration = commodity->declaration;
	bool operating = declaration == NULL || declaration_keeps_operating(declaration);
	int64_t left_g = commodity->available_g - declaration_set_aside_g(declaration, commodity);
	int64_t may_leave_g = floor_headroom_g(operating ? commodity->operating : commodity->hard,
		left_g);
	int64_t above_hard_g = floor_headroom_g(commodity->hard, left_g);
	json_open_object(json);
	member_text(json, "commodity", commodity->code);
	member_text(json, "mineral", commodity->mineral->name);
	member_int(json, "available_g", commodity->available_g);
	member_int(json, "reserved_g", commodity->reserved_g);
	if (commodity_entitled_g(commodity) > 0)
		member_int(json, "entitled_g", commodity_entitled_g(commodity));
	write_floors(json, commodity);
	member_int(json, "may_leave_g", may_leave_g < above_hard_g ? may_leave_g : above_hard_g);
	if (is_below(commodity)) {
		json_key(json, "below");
		json_bool(json, true);
		if (causes != NULL)
			write_causes(json, &causes[commodity->row.slot]);
	}
	json_close_object(json);
}

/* A mineral is stocked where one of its commodities has stock or a floor. */
static bool stocked(const struct commodity *commodity)
{
	return commodity->available_g > 0 || commodity->reserved_g > 0 ||
		commodity->operating != NULL || commodity->hard != NULL;
}

static void write_positions(struct json *json, const struct state *state)
{
	const struct commodity *commodity = NULL;
	const struct mineral *mineral = NULL;
	struct causes *causes = gather_causes(state);
	int64_t unstocked = 0;
	json_key(json, "positions");
	json_open_array(json);
	while ((commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL) {
		if (stocked(commodity))
			write_position(json, commodity, causes);
	}
	json_close_array(json);
	free(causes);
	while ((mineral = state_next(state, TABLE_MINERAL, mineral)) != NULL) {
		bool any = false;
		for (commodity = NULL; !any &&
		     (commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL;)
			any = commodity->mineral == mineral && stocked(commodity);
		unstocked += any ? 0 : 1;
	}
	member_int(json, "listed_unstocked", unstocked);
}

static void write_declarations(struct json *json, const struct state *state)
{
	const struct declaration *declaration = NULL;
	json_key(json, "declarations");
	json_open_array(json);
	while ((declaration = state_next(state, TABLE_DECLARATION, declaration)) != NULL) {
		if (declaration->state != DECLARATION_OPEN)
			continue;
		const struct cap *caps = declaration->caps.items;
		int64_t most_ppm = ABSENT;
		json_open_object(json);
		member_text(json, "id", declaration->id);
		member_text(json, "kind", field_text(descriptor_field(&declaration_descriptor, "kind"),
			declaration));
		json_key(json, "ends_at");
		json_time(json, declaration->ends_at);
		json_key(json, "commodities");
		json_open_array(json);
		for (uint32_t i = 0; i < declaration->caps.count; i++) {
			int64_t ppm;
			const struct commodity *commodity = state_find(state, TABLE_COMMODITY,
				caps[i].commodity);
			json_text(json, caps[i].commodity);
			if (commodity != NULL && commodity->cap_g != ABSENT &&
			    checked_mul_div_down(commodity->cap_used_g, VAULT_PPM, commodity->cap_g, &ppm) &&
			    ppm > most_ppm)
				most_ppm = ppm;
		}
		json_close_array(json);
		member_int(json, "cap_used_ppm", most_ppm);
		json_key(json, "in_rounds");
		json_bool(json, declaration_in_rounds(declaration));
		json_close_object(json);
	}
	json_close_array(json);
}

static void write_to_sign(struct json *json, const struct state *state,
	const struct person *actor)
{
	const struct document *document = NULL;
	json_key(json, "to_sign");
	json_open_array(json);
	while ((document = state_next(state, TABLE_DOCUMENT, document)) != NULL) {
		if (document_waits_for(state, document, actor))
			json_text(json, document->id);
	}
	json_close_array(json);
}

/* How many rows of a table are in each state that any is in, as a map. */
static void write_counts(struct json *json, const char *name, const struct state *state,
	enum table_id table)
{
	const struct field *field = descriptor_field(table_info(table)->descriptor, "state");
	int64_t counts[16] = { 0 };
	const struct row *row = NULL;
	while (table != TABLE_REQUEST && (row = state_next(state, table, row)) != NULL) {
		if (!row->closed)
			counts[field_number(field, row)]++;
	}
	for (int i = 1; table == TABLE_REQUEST && field->names[i] != NULL; i++)
		counts[i] = state_tallied(state, table, i); /* there may be a great many */
	json_key(json, name);
	json_open_object(json);
	for (int i = 1; field->names[i] != NULL; i++)
		member_int(json, field->names[i], counts[i] > 0 ? counts[i] : ABSENT);
	json_close_object(json);
}

/* Requests whose need-by date is near: there may be a great many, and the first few are named. */
struct near {
	struct json *json;
	int64_t until_ms, count;
};

static void near_add(struct near *near, const struct request *request)
{
	if (request->need_by == ABSENT || request->need_by >= near->until_ms)
		return;
	if (near->count++ < NEAR_NAMED)
		json_text(near->json, request->id);
}

/* What is due of one that waits for its round may be its clock, and its date far away. */
static void near_row(void *context, const struct row *row)
{
	if (row->table == TABLE_REQUEST)
		near_add(context, (const struct request *)(const void *)row);
}

/* Requests without an order yet, and those whose order is not delivered. */
static void write_requests(struct json *json, const struct state *state, int64_t now)
{
	struct near near = { .json = json, .until_ms = now + NEAR_DAYS * TIME_DAY_MS };
	const struct order *order = NULL;
	json_key(json, "near_need_by");
	json_open_array(json);
	state_due_before(state, near.until_ms, near_row, &near);
	while ((order = state_next(state, TABLE_RELEASE_ORDER, order)) != NULL) {
		const struct request *request = state_find(state, TABLE_REQUEST, order->request);
		if (!order->row.closed && request != NULL && request->state != REQUEST_ALLOCATED)
			near_add(&near, request);
	}
	json_close_array(json);
	member_int(json, "near_need_by_count", near.count);
	write_counts(json, "requests", state, TABLE_REQUEST);
	write_counts(json, "orders", state, TABLE_RELEASE_ORDER);
}

/* Sites that have anything booked from today on. */
static void write_loadout(struct json *json, const struct state *state, int64_t now)
{
	int64_t today = slot_day_of(now);
	const struct site *site = NULL;
	json_key(json, "loadout");
	json_open_array(json);
	while ((site = state_next(state, TABLE_SITE, site)) != NULL) {
		const struct slot_book *book = &site->book;
		if (book->count == 0 || book->days[book->count - 1].day < today)
			continue;
		json_open_object(json);
		member_text(json, "site", site->code);
		member_int(json, "today_g", slots_booked_g(site, today));
		member_int(json, "daily_g", site->daily_loadout_g);
		json_key(json, "next_free");
		json_time(json, slots_next_free(site, site->daily_loadout_g, today + TIME_DAY_MS));
		json_close_object(json);
	}
	json_close_array(json);
}

/* Stocktakes that hold a site still. */
static void write_stocktakes(struct json *json, const struct state *state)
{
	const struct site *site = NULL;
	json_key(json, "stocktakes");
	json_open_array(json);
	while ((site = state_next(state, TABLE_SITE, site)) != NULL) {
		const struct count *count = site->count;
		if (count == NULL)
			continue;
		json_open_object(json);
		member_text(json, "id", count->id);
		member_text(json, "site", site->code);
		if (count->commodity != NULL)
			member_text(json, "commodity", count->commodity->code);
		member_text(json, "state", count_state_names[count->state]);
		member_int(json, "varying", count->varying);
		json_key(json, "expires_at");
		json_time(json, count->expires_at);
		json_close_object(json);
	}
	json_close_array(json);
}

static void write_gate(struct json *json, const struct view_around *around)
{
	if (around == NULL || around->read_only == NULL)
		return;
	member_text(json, "read_only", around->read_only);
	json_key(json, "read_only_since");
	json_time(json, around->read_only_since);
}

/* How many prices are in force; of those that are old, or rest on what is, the first few by name. */
static void write_prices(struct json *json, const struct state *state, int64_t now)
{
	int64_t prices = 0, stale = 0;
	const struct price *price = NULL;
	json_key(json, "prices_stale");
	json_open_array(json);
	while ((price = state_next(state, TABLE_PRICE, price)) != NULL) {
		prices += price->state == PRICE_IN_FORCE ? 1 : 0;
		if (price_stale(price, now) && stale++ < NEAR_NAMED)
			json_text(json, price->id);
	}
	json_close_array(json);
	member_int(json, "prices_stale_count", stale);
	member_int(json, "prices_in_force", prices);
}

/* Schedules in force by their mode. */
static void write_tariffs(struct json *json, const struct state *state)
{
	int64_t counts[TARIFF_IN_FORCE + 1] = { 0 };
	const struct schedule *schedule = NULL;
	while ((schedule = state_next(state, TABLE_TARIFF_SCHEDULE, schedule)) != NULL)
		counts[schedule->mode] += schedule->state == SETTING_IN_FORCE ? 1 : 0;
	json_key(json, "tariffs");
	json_open_object(json);
	for (int mode = TARIFF_DRAFT; mode <= TARIFF_IN_FORCE; mode++) {
		if (counts[mode] > 0)
			member_int(json, tariff_mode_names[mode], counts[mode]);
	}
	json_close_object(json);
}

static void write_stop(struct json *json, const struct finding *finding, const char *commodity)
{
	if (finding == NULL)
		return;
	json_open_object(json);
	if (commodity != NULL)
		member_text(json, "commodity", commodity);
	member_text(json, "finding", finding->id);
	member_text(json, "subject", finding->subject);
	if (finding->at_index != ABSENT)
		member_int(json, "index", finding->at_index);
	json_close_object(json);
}

/* What releases nothing until two officers lift the finding. */
static void write_stops(struct json *json, const struct state *state)
{
	const struct reserve *reserve = state_reserve(state);
	const struct commodity *commodity = NULL;
	json_key(json, "stopped");
	json_open_array(json);
	write_stop(json, reserve != NULL ? reserve->stopped : NULL, NULL);
	while ((commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL)
		write_stop(json, commodity->stopped, commodity->code);
	json_close_array(json);
}

static void write_findings(struct json *json, const struct state *state)
{
	struct finding_counts counts;
	const struct reserve *reserve = state_reserve(state);
	finding_count(state, &counts);
	member_int(json, "open_findings", counts.warnings + counts.criticals);
	member_int(json, "findings_critical", counts.criticals);
	member_int(json, "findings_warning", counts.warnings);
	write_stops(json, state);
	if (reserve == NULL || reserve->audited_at == ABSENT)
		return;
	json_key(json, "last_audit_at");
	json_time(json, reserve->audited_at);
	member_int(json, "last_audit_entries", reserve->audited_entries);
	member_int(json, "last_audit_critical", reserve->audited_criticals);
	member_int(json, "last_audit_warning", reserve->audited_warnings);
	member_int(json, "last_audit_unchecked", reserve->audited_unchecked);
}

/* What the daemon keeps beside the state. */
static void write_around(struct json *json, const struct view_around *around)
{
	if (around->checkpoint_size > 0) {
		member_int(json, "checkpoint_size", around->checkpoint_size);
		json_key(json, "checkpoint_at");
		json_time(json, around->checkpoint_at);
	}
	member_int(json, "witnesses", around->witnesses);
	member_int(json, "witnesses_lately", around->witnesses_lately);
	if (around->cosigned_at != 0) {
		json_key(json, "cosigned_at");
		json_time(json, around->cosigned_at);
	}
	if (around->self_check_at != 0) {
		json_key(json, "self_check_at");
		json_time(json, around->self_check_at);
		member_int(json, "self_check_drifts", around->self_check_drifts);
	}
}

static void write_evidence(struct json *json, const struct view *view, const struct state *state)
{
	const struct view_around *around = view->around;
	write_prices(json, state, view->now);
	write_tariffs(json, state);
	member_int(json, "entries", around != NULL ? around->entries : state_size(state));
	if (around != NULL)
		write_around(json, around);
	write_findings(json, state);
}

bool view_status(const struct view *view, struct buffer *out, struct error *error)
{
	const struct reserve *reserve = state_reserve(view->state);
	const struct person *actor = view->actor;
	bool undecided = view->around != NULL && view->around->undecided;
	struct json json;
	(void)error;
	reply_begin(&json, out);
	if (reserve != NULL)
		member_text(&json, "reserve", reserve->origin);
	if (reserve != NULL && reserve->demonstration) {
		json_key(&json, "demonstration");
		json_bool(&json, true);
	}
	json_key(&json, "now");
	json_time(&json, view->now);
	if (actor != NULL) {
		member_text(&json, "you", actor->code);
		json_key(&json, "duties");
		json_field(&json, descriptor_field(&person_descriptor, "duties"), actor);
	}
	write_gate(&json, view->around);
	struct state *nothing = undecided ? state_new(false) : NULL;
	const struct state *shown = undecided ? nothing : view->state;
	write_positions(&json, shown);
	write_declarations(&json, shown);
	write_to_sign(&json, shown, actor);
	write_requests(&json, shown, view->now);
	member_int(&json, "overdue_returns_count",
		view_write_overdue(&json, "overdue_returns", shown, view->now));
	write_loadout(&json, shown, view->now);
	write_stocktakes(&json, shown);
	write_evidence(&json, view, shown);
	reply_end(&json, false);
	state_free(nothing);
	return true;
}
