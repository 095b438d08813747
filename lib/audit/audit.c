/*
 * The run itself: which checks are called for which kind of entry, what is told of what they find, and
 * what still goes on where an entry cannot be applied.
 */
#include "audit/audit.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/audit_private.h"
#include "audit/guard.h"
#include "base/text.h"
#include "base/time.h"
#include "wire/entry.h"

enum { FOUND_MAX = 200 }; /* told of one check; the rest is counted */

/* The checks that want a kind of entry. */
struct calls {
	struct check_slot **before, **after;
	size_t before_count, after_count;
};

/* ---- findings ---- */

static struct check_slot *slot_of(const struct audit *audit, const struct check *check)
{
	for (size_t i = 0; i < audit->slot_count; i++) {
		if (audit->slots[i].check == check)
			return &audit->slots[i];
	}
	return NULL;
}

bool audit_wants(const struct audit *audit, const struct check *check)
{
	const struct check_slot *slot = slot_of(audit, check);
	return slot != NULL && slot->chosen;
}

static void tell(struct audit *audit, const struct check *check, const struct check_finding *finding)
{
	struct check_slot *slot = slot_of(audit, check);
	if (slot == NULL || !slot->chosen || slot->found++ >= FOUND_MAX)
		return;
	struct check_finding told = *finding;
	char subject[sizeof ((struct finding *)0)->subject];
	if (!text_copy(subject, sizeof subject, finding->subject)) {
		/* cut between characters: what follows a byte 10xxxxxx belongs to the one before */
		size_t length = sizeof subject - 1;
		while (length > 0 && ((unsigned char)finding->subject[length] & 0xC0) == 0x80)
			length--;
		memcpy(subject, finding->subject, length);
		subject[length] = '\0';
	}
	told.subject = subject;
	if (told.severity == SEVERITY_NONE)
		told.severity = check->severity;
	if (told.caused_by == NULL && audit->entry != NULL && told.index == audit->entry->sequence)
		told.caused_by = audit->entry->actor;
	audit->options.found(audit->options.context, check, &told);
}

void audit_find(struct audit *audit, const struct check *check, const struct check_finding *finding)
{
	tell(audit, check, finding);
}

void audit_findf(struct audit *audit, const struct check *check, const char *subject, int64_t index,
	const char *format, ...)
{
	char message[1024];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	tell(audit, check, &(struct check_finding){ .subject = subject, .index = index,
		.message = message, .stops = FINDING_STOPS_ALL });
}

void check_report_as(const struct check_run *run, const struct check *check,
	const struct check_finding *finding)
{
	if (!run->audit->hushed)
		tell(run->audit, check, finding);
}

void check_report(const struct check_run *run, const struct check_finding *finding)
{
	check_report_as(run, run->check, finding);
}

void check_found(const struct check_run *run, const char *subject, int64_t index,
	const char *format, ...)
{
	char message[1024];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	check_report(run, &(struct check_finding){ .subject = subject, .index = index,
		.message = message });
}

static void leave_unchecked(struct audit *audit, struct check_slot *slot, const char *reason)
{
	if (slot->chosen && !slot->cut_off && audit->options.unchecked != NULL)
		audit->options.unchecked(audit->options.context, slot->check, reason);
	slot->cut_off = true;
}

/* ---- what a check reads of an entry ---- */

const char *check_text(const struct parsed_entry *entry, const char *name)
{
	const struct field *field = descriptor_field(entry->body_descriptor, name);
	return field != NULL ? field_text(field, entry->body) : "";
}

int64_t check_number(const struct parsed_entry *entry, const char *name)
{
	const struct field *field = descriptor_field(entry->body_descriptor, name);
	return field != NULL ? field_number(field, entry->body) : ABSENT;
}

/* ---- the plan of calls ---- */

static bool named(const struct audit_options *options, const struct check *check)
{
	if (options->only == NULL)
		return true;
	for (const char *const *only = options->only; *only != NULL; only++) {
		if (check_is_meant(check, *only))
			return true;
	}
	return false;
}

static void choose(struct audit *audit)
{
	while (checks[audit->slot_count] != NULL)
		audit->slot_count++;
	audit->slots = calloc(audit->slot_count + 1, sizeof *audit->slots);
	if (audit->slots == NULL)
		abort();
	for (size_t i = 0; i < audit->slot_count; i++) {
		struct check_slot *slot = &audit->slots[i];
		slot->check = checks[i];
		slot->chosen = named(&audit->options, checks[i]);
		slot->run = (struct check_run){ .state = replay_state(audit->replay),
			.now = audit->options.now, .arena = audit->arena, .check = checks[i],
			.audit = audit };
	}
	for (size_t i = 0; i < audit->slot_count; i++) {
		struct check_slot *slot = &audit->slots[i];
		slot->active = slot->active || slot->chosen;
		if (slot->chosen && slot->check->via != NULL)
			slot_of(audit, slot->check->via)->active = true;
	}
	for (size_t i = 0; i < audit->slot_count; i++) {
		struct check_slot *slot = &audit->slots[i];
		if (slot->active && slot->check->begin != NULL)
			slot->run.own = slot->check->begin(&slot->run);
	}
}

static bool wants_kind(const struct check *check, const struct event_type *type)
{
	if (check->kinds == NULL)
		return true;
	for (size_t i = 0; check->kinds[i] != NULL; i++) {
		if (check->kinds[i] == type)
			return true;
	}
	return false;
}

static void plan_kind(struct audit *audit, struct calls *calls, const struct event_type *type)
{
	calls->before = calloc(2 * audit->slot_count + 1, sizeof *calls->before);
	if (calls->before == NULL)
		abort();
	calls->after = calls->before + audit->slot_count;
	for (size_t i = 0; i < audit->slot_count; i++) {
		struct check_slot *slot = &audit->slots[i];
		if (!slot->active || !wants_kind(slot->check, type))
			continue;
		if (slot->check->before != NULL)
			calls->before[calls->before_count++] = slot;
		if (slot->check->after != NULL)
			calls->after[calls->after_count++] = slot;
	}
}

static size_t kind_count(void)
{
	size_t count = 0;
	while (event_types[count] != NULL)
		count++;
	return count;
}

/*
 * Where a kind stands in event_types: by a table of its address, for it is asked for every entry. The
 * table is of the whole program and the same for every run.
 */
enum { PLACES = 1024 };

struct place {
	const struct event_type *type;
	size_t at;
};

static size_t hash_of(const struct event_type *type)
{
	return (size_t)((uintptr_t)type / sizeof(struct event_type) * 0x9E3779B1u) % PLACES;
}

static void fill_places(struct place *places)
{
	assert(kind_count() < PLACES / 2);
	for (size_t i = 0; event_types[i] != NULL; i++) {
		size_t at = hash_of(event_types[i]);
		while (places[at].type != NULL)
			at = (at + 1) % PLACES;
		places[at] = (struct place){ event_types[i], i };
	}
}

static const struct calls *calls_of(const struct audit *audit, const struct event_type *type)
{
	size_t at = hash_of(type);
	while (audit->places[at].type != type) {
		assert(audit->places[at].type != NULL);
		at = (at + 1) % PLACES;
	}
	return &audit->calls[audit->places[at].at];
}

/* ---- entries ---- */

/* History of before the time asked for is checked, for what follows rests on it, and not told. */
static void hush(struct audit *audit, const struct parsed_entry *entry)
{
	const struct audit_options *options = &audit->options;
	audit->hushed = (options->since != ABSENT && entry->at < options->since) ||
		(options->since_index != ABSENT && entry->sequence < options->since_index);
}

static bool before_entry(void *context, const struct state *state, const struct parsed_entry *entry,
	const struct event_type *type, struct error *error)
{
	struct audit *audit = context;
	const struct calls *calls = calls_of(audit, type);
	(void)state;
	(void)error;
	hush(audit, entry);
	audit->entry = entry;
	audit_command_entry(audit, entry);
	for (size_t i = 0; i < calls->before_count; i++) {
		arena_reset(audit->arena);
		calls->before[i]->check->before(&calls->before[i]->run, entry);
	}
	return true;
}

static bool after_entry(void *context, const struct state *state, const struct parsed_entry *entry,
	const struct event_type *type, struct error *error)
{
	struct audit *audit = context;
	const struct calls *calls = calls_of(audit, type);
	(void)state;
	(void)error;
	for (size_t i = 0; i < calls->after_count; i++) {
		arena_reset(audit->arena);
		calls->after[i]->check->after(&calls->after[i]->run, entry);
	}
	audit->entry = NULL;
	return true;
}

struct step {
	struct audit *audit;
	const char *bytes;
	size_t length;
	bool good;
	struct error error;
};

static void replay_step(void *context)
{
	struct step *step = context;
	step->good = replay_entry(step->audit->replay, step->bytes, step->length, &step->error);
}

/* From here on there is no state. */
static void break_off(struct audit *audit, int64_t index, const char *reason)
{
	snprintf(audit->broken, sizeof audit->broken, "entry %lld cannot be applied, and so nothing "
		"behind it: %s", (long long)index, reason);
	audit->hushed = false;
	for (size_t i = 0; i < audit->slot_count; i++) {
		struct check_slot *slot = &audit->slots[i];
		bool looks = slot->check->before != NULL || slot->check->after != NULL ||
			slot->check->end != NULL || (slot->check == &check_tables && audit->options.tables);
		if (slot->active && looks && !slot->check->entries_only)
			leave_unchecked(audit, slot, audit->broken);
	}
}

/* The replay has ended: what still can be, is read from the entry alone. */
static void entry_alone(struct audit *audit, int64_t index, const char *bytes, size_t length)
{
	struct parsed_entry entry;
	struct error error = { 0 };
	arena_reset(audit->entry_arena);
	if (!entry_parse(bytes, length, event_find_body, NULL, audit->entry_arena, &entry, &error) ||
	    !replay_in_order(&entry, index, TIME_NONE, &error)) {
		char subject[40];
		snprintf(subject, sizeof subject, "entry %lld", (long long)index);
		audit_findf(audit, &check_ledger_entry, subject, index, "%s", error.message);
		return;
	}
	const struct calls *calls = calls_of(audit, event_type_find(entry.kind));
	hush(audit, &entry);
	audit->entry = &entry;
	audit_command_entry(audit, &entry);
	for (size_t i = 0; i < calls->before_count; i++) {
		arena_reset(audit->arena);
		if (calls->before[i]->check->entries_only)
			calls->before[i]->check->before(&calls->before[i]->run, &entry);
	}
	audit->entry = NULL;
}

static void take_entry(struct audit *audit, int64_t index, const char *bytes, size_t length)
{
	struct step step = { .audit = audit, .bytes = bytes, .length = length };
	char subject[40];
	if (audit->broken[0] != '\0') {
		entry_alone(audit, index, bytes, length);
		return;
	}
	bool whole = guard_run(replay_step, &step);
	audit->entry = NULL;
	if (whole && step.good)
		return;
	if (!whole)
		error_set(&step.error, ERROR_LEDGER, "", "no decision of a reserve can have made it");
	snprintf(subject, sizeof subject, "entry %lld", (long long)index);
	audit_findf(audit, &check_ledger_entry, subject, index, "%s", step.error.message);
	break_off(audit, index, step.error.message);
}

static void missing_rows(struct audit *audit, int64_t index)
{
	int64_t first = audit->ledger.builder.size;
	char subject[40];
	snprintf(subject, sizeof subject, "entry %lld", (long long)first);
	audit_findf(audit, &check_ledger_entry, subject, first, "%lld %s missing from the ledger, from "
		"index %lld on", (long long)(index - first), index - first == 1 ? "entry is" : "entries are",
		(long long)first);
	while (audit->ledger.builder.size < index)
		audit_ledger_leaf(audit, NULL, 0);
	if (audit->broken[0] == '\0')
		break_off(audit, first, "it is missing");
}

void audit_entry(struct audit *audit, int64_t index, const char *bytes, size_t length)
{
	if (audit->options.size != ABSENT && index >= audit->options.size) {
		if (audit->ledger.beyond++ == 0)
			audit_findf(audit, &check_ledger_entry, "entries behind the end", index, "the ledger "
				"has entries from index %lld on, behind the end of %lld that its head tells",
				(long long)index, (long long)audit->options.size);
		return;
	}
	if (index > audit->ledger.builder.size)
		missing_rows(audit, index);
	assert(index == audit->ledger.builder.size);
	take_entry(audit, index, bytes, length);
	audit_ledger_leaf(audit, bytes, length);
}

void audit_end_of_ledger(struct audit *audit)
{
	audit_ledger_end(audit);
	audit->hushed = false;
}

/* ---- the whole ---- */

/*
 * Of these there are as many as of all else together, no check asks for one that ended, and what is
 * compared of them is a fingerprint; the others stay for whoever looks at the whole state.
 */
static bool row_ended(void *context, const struct row *row)
{
	struct audit *audit = context;
	bool goes = row->table == TABLE_REQUEST || row->table == TABLE_HOLD ||
		row->table == TABLE_MOVEMENT || row->table == TABLE_PLAN_LINE;
	if (goes && audit->options.tables && audit_wants(audit, &check_tables))
		audit_ended_row(audit, row);
	return goes;
}

struct audit *audit_new(const struct audit_options *options)
{
	struct audit *audit = calloc(1, sizeof *audit);
	if (audit == NULL)
		abort();
	audit->options = *options;
	audit->arena = arena_new(0);
	audit->entry_arena = arena_new(0);
	audit->replay = replay_new(false, before_entry, after_entry, audit);
	audit->calls = calloc(kind_count() + 1, sizeof *audit->calls);
	audit->places = calloc(PLACES, sizeof *audit->places);
	if (audit->calls == NULL || audit->places == NULL)
		abort();
	choose(audit);
	audit->commands.wanted = audit_wants(audit, &check_command_ids);
	replay_watch_ended(audit->replay, row_ended);
	fill_places(audit->places);
	for (size_t i = 0; event_types[i] != NULL; i++)
		plan_kind(audit, &audit->calls[i], event_types[i]);
	audit_ledger_begin(audit);
	return audit;
}

static void end_step(void *context)
{
	struct check_slot *slot = context;
	slot->check->end(&slot->run);
}

void audit_end(struct audit *audit)
{
	int64_t last_at = state_last_at(replay_state(audit->replay));
	audit->hushed = false;
	for (size_t i = 0; i < audit->slot_count; i++) {
		struct check_slot *slot = &audit->slots[i];
		if (slot->run.now < last_at) /* a demonstration's clock may be ahead of ours */
			slot->run.now = last_at;
		arena_reset(audit->arena);
		bool can = audit->broken[0] == '\0' || slot->check->entries_only;
		if (slot->active && slot->check->end != NULL && can && !guard_run(end_step, slot))
			leave_unchecked(audit, slot, "it met a state that no decision of a reserve leads to");
	}
	for (size_t i = 0; i < audit->slot_count; i++) {
		struct check_slot *slot = &audit->slots[i];
		char reason[64];
		snprintf(reason, sizeof reason, "%u more findings are not shown",
			(unsigned)(slot->found - FOUND_MAX));
		if (slot->found > FOUND_MAX)
			leave_unchecked(audit, slot, reason);
	}
}

static void free_replay(void *context)
{
	replay_free(context);
}

void audit_free(struct audit *audit)
{
	if (audit == NULL)
		return;
	for (size_t i = 0; i < audit->slot_count; i++) {
		if (audit->slots[i].active && audit->slots[i].check->free != NULL)
			audit->slots[i].check->free(audit->slots[i].run.own);
	}
	for (size_t i = 0; event_types[i] != NULL; i++)
		free(audit->calls[i].before);
	audit_ledger_free(audit);
	audit_tables_free(audit);
	audit_commands_free(audit);
	audit_ended_free(audit);
	guard_run(free_replay, audit->replay); /* half an entry may be applied */
	arena_free(audit->arena);
	arena_free(audit->entry_arena);
	free(audit->places);
	free(audit->calls);
	free(audit->slots);
	free(audit);
}

size_t audit_checks(const struct audit *audit)
{
	size_t count = 0;
	for (size_t i = 0; i < audit->slot_count; i++) {
		const struct check_slot *slot = &audit->slots[i];
		count += slot->chosen && (slot->check != &check_tables || audit->options.tables) &&
			(slot->check != &check_command_ids || audit->options.commands);
	}
	return count;
}

int64_t audit_size(const struct audit *audit)
{
	return audit->ledger.builder.size;
}

const struct state *audit_state(const struct audit *audit)
{
	return replay_state(audit->replay);
}
