/* One pass: lib/ledger hands out each entry in order while it hashes on its own threads. */
#include "vaultctl/offline/verify.h"

#include <string.h>

#include "audit/notes.h"
#include "audit/plans.h"
#include "audit/replay.h"
#include "base/arena.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/decide.h"

struct pass {
	const struct offline_check *check;
	struct arena *arena;      /* of one entry */
	struct event_kinds kinds;
	struct notes *notes;
	struct plans *plans;
	struct error fault;       /* of what persons signed: the first of this entry */
	int64_t last_at;
};

static bool at_entry(struct error *error, int64_t index, const struct error *cause)
{
	return error_set(error, ERROR_LEDGER, "", "entry %lld: %s", (long long)index,
		cause->message);
}

/* The first fault ends a verification; an audit goes on. */
static void take_fault(void *context, const struct check *check, const char *subject,
	const char *message)
{
	struct pass *pass = context;
	(void)check;
	(void)subject;
	error_set(&pass->fault, ERROR_LEDGER, "", "%s", message);
}

static bool at_fault(const struct parsed_entry *entry, const struct error *fault,
	struct error *error)
{
	return fault->id == ERROR_NONE || error_set(error, ERROR_LEDGER, "", "entry %lld (%s): %s",
		(long long)entry->sequence, entry->kind, fault->message);
}

static bool check_notes(struct pass *pass, const struct parsed_entry *entry, struct error *error)
{
	notes_entry(pass->notes, entry);
	return at_fault(entry, &pass->fault, error);
}

static bool check_plans(struct pass *pass, const struct parsed_entry *entry, struct error *error)
{
	struct error fault = { 0 };
	return plans_entry(pass->plans, entry, &fault) || at_fault(entry, &fault, error);
}

static bool take_entry(void *context, int64_t index, const uint8_t *bytes, size_t length,
	struct error *error)
{
	struct pass *pass = context;
	struct parsed_entry entry;
	struct error cause = { 0 };
	arena_reset(pass->arena);
	if (!entry_parse((const char *)bytes, length, event_find_body, &pass->kinds, pass->arena, &entry,
	    &cause))
		return at_entry(error, index, &cause);
	if (!replay_in_order(&entry, index, pass->last_at, error) ||
	    !check_notes(pass, &entry, error) || !check_plans(pass, &entry, error))
		return false;
	pass->last_at = entry.at;
	return pass->check->each == NULL || pass->check->each(pass->check->context, &entry, error);
}

/* Progress has the caller's context while entries have ours. */
static void pass_progress(void *context, int64_t done, int64_t total)
{
	const struct pass *pass = context;
	pass->check->progress(pass->check->context, done, total);
}

static bool verify(const char *directory, const struct offline_check *check,
	const struct verifier_key *keys, size_t key_count, struct offline_result *result,
	struct error *error)
{
	struct pass pass = { .check = check, .arena = arena_new(0), .plans = plans_new(),
		.last_at = TIME_NONE };
	pass.notes = notes_new(take_fault, &pass);
	const struct export_check tree = {
		.keys = keys,
		.key_count = key_count,
		.threads = check->threads,
		.progress = check->progress != NULL ? pass_progress : NULL,
		.entry = check->hashes_only ? NULL : take_entry,
		.context = &pass,
	};
	bool good = export_verify(directory, &tree, &result->checkpoint, error) &&
		plans_end(pass.plans, error);
	result->last_at = pass.last_at;
	result->signatures = notes_signatures(pass.notes);
	result->documents = notes_documents(pass.notes);
	result->plans = plans_checked(pass.plans);
	plans_free(pass.plans);
	notes_free(pass.notes);
	arena_free(pass.arena);
	return good;
}

bool offline_verify(const char *directory, const struct offline_check *check,
	struct offline_result *ret_result, struct error *error)
{
	struct offline_result result = { .pinned = check->key_count > 0 };
	struct verifier_key own;
	bool pinned = result.pinned;
	if (!pinned && !offline_log_key(directory, &own, error))
		return false;
	if (!verify(directory, check, pinned ? check->keys : &own, pinned ? check->key_count : 1,
		&result, error))
		return false;
	*ret_result = result;
	return true;
}

static bool log_key_of(const char *bytes, size_t length, struct verifier_key *ret_key,
	struct error *error)
{
	struct parsed_entry entry;
	struct arena *arena = arena_new(0);
	bool good = entry_parse(bytes, length, event_find_body, NULL, arena, &entry, error);
	if (good && !text_equal(entry.kind, "reserve.founded"))
		good = error_set(error, ERROR_LEDGER, "", "entry 0 is no founding");
	if (good) {
		const struct field *field = descriptor_field(entry.body_descriptor, "log_key");
		good = verifier_key_parse(field_text(field, entry.body), ret_key, error);
	}
	arena_free(arena);
	return good;
}

bool offline_log_key(const char *directory, struct verifier_key *ret_key, struct error *error)
{
	struct export_reader *reader;
	const uint8_t *bytes;
	size_t length;
	if (!export_reader_open(directory, NULL, 0, &reader, error))
		return false;
	bool good = export_reader_checkpoint(reader)->size > 0
		? export_reader_entry(reader, 0, &bytes, &length, error)
			&& log_key_of((const char *)bytes, length, ret_key, error)
		: error_set(error, ERROR_LEDGER, "", "the ledger is empty: there is no founding in it");
	export_reader_close(reader);
	return good;
}
