/*
 * What entries say of themselves: the file behind each movement, and the criteria behind each
 * release.
 */
#include "audit/check_world.h"

#include <stdlib.h>
#include <string.h>

#include "audit/column.h"
#include "base/text.h"
#include "reserve/emergency/award.h"
#include "reserve/emergency/request.h"
#include "reserve/evidence/attachment.h"
#include "reserve/stock/loadout.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/stock/release.h"

/* Whether a body has a value in that field. */
static bool says(const struct parsed_entry *entry, const char *name)
{
	const struct field *field = descriptor_field(entry->body_descriptor, name);
	return field != NULL && !field_absent(field, entry->body);
}

/* ---- evidence-missing ---- */

static const struct { const struct event_type *type; const char *word; } movements[] = {
	{ &event_lot_weighed, "weighings" },
	{ &event_lot_moved, "moves" },
	{ &event_lot_arrived, "arrivals" },
	{ &event_order_loaded, "loads" },
	{ &event_lot_lost, "losses" },
	{ &event_order_delivered, "deliveries" },
};
enum { MOVEMENTS = sizeof movements / sizeof *movements };

/* Of a site (deliveries: of none) and a kind of movement. */
struct movement_count {
	int64_t all, without, last_index;
	const char *last;  /* the lot or the order */
};
struct site_movements {
	struct movement_count kinds[MOVEMENTS];
};

/* An entry that has no file, in the order of the ledger: one may be attached to it later. */
struct bare {
	int64_t index;
	const char *subject;     /* the code of its lot or order, whose row stays */
	const struct site *site; /* NULL: a delivery */
	uint32_t kind;
	bool shown;
};
struct evidence {
	struct column sites;            /* of struct site_movements */
	struct site_movements nowhere;
	struct bare *bare;
	size_t count, capacity;
};

static void *begin_evidence(const struct check_run *run)
{
	struct evidence *own = calloc(1, sizeof *own);
	(void)run;
	if (own == NULL)
		abort();
	own->sites.width = sizeof(struct site_movements);
	return own;
}

static void free_evidence(void *data)
{
	struct evidence *own = data;
	column_free(&own->sites);
	free(own->bare);
	free(own);
}

static struct movement_count *count_at(struct evidence *own, const struct site *site, uint32_t kind)
{
	struct site_movements *at = site != NULL ? column_at(&own->sites, site) : &own->nowhere;
	return &at->kinds[kind];
}

static void add_bare(struct evidence *own, struct bare bare)
{
	if (own->count == own->capacity) {
		own->capacity = own->capacity == 0 ? 256 : own->capacity * 2;
		own->bare = reallocarray(own->bare, own->capacity, sizeof *own->bare);
		if (own->bare == NULL)
			abort();
	}
	own->bare[own->count++] = bare;
}

/* A file was found for an earlier entry. */
static void attach(struct evidence *own, int64_t index)
{
	size_t low = 0, high = own->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (own->bare[middle].index < index)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < own->count && own->bare[low].index == index)
		own->bare[low].shown = true;
}

/* What a movement is of, and at which of our sites; false: of nothing that is known. */
static bool movement_of(const struct check_run *run, const struct parsed_entry *entry,
	struct bare *ret_bare)
{
	const struct event_type *type = movements[ret_bare->kind].type;
	if (type == &event_order_delivered) {
		const struct order *order = state_find(run->state, TABLE_RELEASE_ORDER,
			check_text(entry, "order"));
		ret_bare->subject = order != NULL ? order->id : NULL;
		return order != NULL;
	}
	const struct lot *lot = state_find(run->state, TABLE_LOT, check_text(entry, "lot"));
	if (lot == NULL)
		return false;
	ret_bare->subject = lot->code;
	ret_bare->site = type == &event_lot_arrived && lot->destination != NULL ? lot->destination :
		lot->site;
	return true;
}

/* Before it is applied: a lot that is lost or leaves whole is found no more afterwards. */
static void before_movement(const struct check_run *run, const struct parsed_entry *entry)
{
	struct evidence *own = run->own;
	struct bare bare = { .index = entry->sequence };
	if (text_equal(entry->kind, event_evidence_attached.kind)) {
		attach(own, check_number(entry, "entry"));
		return;
	}
	while (!text_equal(movements[bare.kind].type->kind, entry->kind))
		bare.kind++;
	if (!movement_of(run, entry, &bare))
		return;
	count_at(own, bare.site, bare.kind)->all++;
	if (!says(entry, "evidence_sha256"))
		add_bare(own, bare);
}

static void report_missing(const struct check_run *run, const struct movement_count *count,
	const char *where, const char *word)
{
	if (count->without == 0)
		return;
	check_found(run, where[0] != '\0' ? arena_printf(run->arena, "%s at %s", word, where) : word,
		count->last_index, "%lld of %lld %s%s%s have no file that shows them; the last is of %s, entry "
			"%lld",
		(long long)count->without, (long long)count->all, word, where[0] != '\0' ? " at " : "", where,
		count->last, (long long)count->last_index);
}

static void end_evidence(const struct check_run *run)
{
	struct evidence *own = run->own;
	const struct site *site = NULL;
	for (size_t i = 0; i < own->count; i++) {
		const struct bare *bare = &own->bare[i];
		struct movement_count *count = count_at(own, bare->site, bare->kind);
		if (bare->shown)
			continue;
		count->without++;
		count->last_index = bare->index;
		count->last = bare->subject;
	}
	while ((site = state_next(run->state, TABLE_SITE, site)) != NULL) {
		for (uint32_t kind = 0; kind < MOVEMENTS; kind++)
			report_missing(run, count_at(own, site, kind), site->code, movements[kind].word);
	}
	for (uint32_t kind = 0; kind < MOVEMENTS; kind++)
		report_missing(run, &own->nowhere.kinds[kind], "", movements[kind].word);
}

static const struct event_type *const movement_kinds[] = { &event_lot_weighed, &event_lot_moved,
	&event_lot_arrived, &event_order_loaded, &event_lot_lost, &event_order_delivered,
	&event_evidence_attached, NULL };

const struct check check_evidence_missing = {
	.id = "evidence-missing",
	.title = "movements without a file that shows them",
	.severity = SEVERITY_WARNING,
	.looks_at = "weighings, moves, arrivals, loads, losses and deliveries whose entry has no SHA-256 "
		"of a slip, waybill or receipt, and to which none was attached since, by site and kind",
	.remedy = "Give the file when it is entered (--evidence FILE of lot weigh, lot move, lot arrive, "
		"lot lose, loadout weigh, deliver), or attach it when it is found: vaultctl evidence attach "
		"INDEX.",
	.source = "the NDS Transaction Fund got its first clean opinion for FY2024, after transactions "
		"were tracked",
	.kinds = movement_kinds, .begin = begin_evidence, .before = before_movement, .end = end_evidence,
	.free = free_evidence,
};

/* ---- criteria-missing ---- */

struct uncited {
	int64_t orders, last_index;
	char last[CODE_MAX];
};

static void *begin_criteria(const struct check_run *run)
{
	(void)run;
	return column_new(sizeof(struct uncited));
}

/* Whether an item of a list separated by ", " stands in another. */
static bool cites(const char *criteria, const char *item, size_t length)
{
	for (const char *at = criteria; (at = strstr(at, item)) != NULL; at++) {
		if ((at == criteria || at[-1] == ' ') && (at[length] == '\0' || at[length] == ','))
			return true;
	}
	return false;
}

/* The items in force that an entry does not cite, separated by ", "; "": it cites all. */
static const char *not_cited(const struct check_run *run, const char *in_force, const char *criteria)
{
	const char *missing = "";
	for (const char *at = in_force; *at != '\0';) {
		const char *end = strstr(at, ", ");
		size_t length = end != NULL ? (size_t)(end - at) : strlen(at);
		const char *item = arena_text(run->arena, at, length);
		if (!cites(criteria, item, length))
			missing = arena_printf(run->arena, "%s%s%s", missing, missing[0] != '\0' ? ", " : "", item);
		at += length + (end != NULL ? 2 : 0);
	}
	return missing;
}

/* Who gets what by an order that is issued or cut from a plan. */
static bool granted_to(const struct check_run *run, const struct parsed_entry *entry,
	const struct commodity **ret_commodity, const struct member **ret_member)
{
	const struct order *order = state_find(run->state, TABLE_RELEASE_ORDER, check_text(entry, "order"));
	const struct request *request = state_find(run->state, TABLE_REQUEST, check_text(entry, "request"));
	if (order != NULL) {
		*ret_commodity = order->commodity;
		*ret_member = order->member;
		return true;
	}
	if (request == NULL)
		return false;
	*ret_commodity = request->commodity;
	*ret_member = request->member;
	return true;
}

/* Before it is applied: what was in force when it was decided. */
static void before_release(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct commodity *commodity;
	const struct member *member;
	const char *order = check_text(entry, "order"), *criteria = check_text(entry, "criteria");
	if (!granted_to(run, entry, &commodity, &member))
		return;
	if (criteria[0] == '\0') {
		struct uncited *uncited = column_at(run->own, commodity);
		uncited->orders++;
		uncited->last_index = entry->sequence;
		text_copy(uncited->last, sizeof uncited->last, order);
		return;
	}
	const char *in_force = state_release_criteria(run->state, run->arena, commodity, member,
		check_text(entry, "request"));
	const char *missing = not_cited(run, in_force, criteria);
	if (missing[0] == '\0')
		return;
	const struct check_finding finding = { .index = entry->sequence, .subject = order,
		.column = "criteria", .expected = in_force, .found = criteria,
		.severity = SEVERITY_CRITICAL, .message = arena_printf(run->arena,
		"%s was issued under criteria that were not in force, or not all: %s", order, missing) };
	check_report(run, &finding);
}

static void end_criteria(const struct check_run *run)
{
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(run->state, TABLE_COMMODITY, commodity)) != NULL) {
		const struct uncited *uncited = column_at(run->own, commodity);
		if (uncited->orders > 0)
			check_found(run, arena_printf(run->arena, "releases of %s", commodity->code),
				uncited->last_index, "%lld releases of %s cite no criteria; the last is %s",
				(long long)uncited->orders, commodity->code, uncited->last);
	}
}

static const struct event_type *const release_kinds[] = { &event_order_issued, &event_order_cut,
	NULL };

const struct check check_criteria_missing = {
	.id = "criteria-missing",
	.title = "releases that do not cite what they were made under",
	.severity = SEVERITY_WARNING,
	.looks_at = "the floors, price, declaration, plan line and rules, each with its version, that "
		"every order names when it is issued, against those that were in force then; critical where they "
		"differ",
	.remedy = "vaultctl order O-… says what it cites; one that cites nothing is older than that was "
		"asked: note by whom and under which criteria it was decided, and close the finding with that.",
	.source = "GAO, September 2024: release criteria were not final, and no process was documented",
	.kinds = release_kinds, .begin = begin_criteria, .before = before_release, .end = end_criteria,
	.free = column_drop,
};
