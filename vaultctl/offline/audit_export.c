/*
 * One pass as in verify.c, which hashes on threads of its own; after its first fault the rest of the
 * entries is read without it, for one bad file must not hide what else is wrong.
 */
#include "vaultctl/offline/audit_export.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "audit/audit.h"
#include "audit/check.h"
#include "vaultctl/offline/dump.h"
#include "vaultctl/offline/verify.h"

extern const struct check check_ledger_root, check_tables, check_command_ids;

/* The dump: its rows are compared when the replay is as far as it is. */
struct tables {
	struct dump *dump;    /* or NULL */
	int64_t size;         /* the entries that its head tells */
	struct hash root;
	bool brought;
	struct error error;   /* why it cannot be read */
	bool more;            /* there is a checkpoint to come: */
	int64_t next_size;
	struct hash next_root;
	const char *next_note;
};

struct run {
	const struct offline_audit *asked;
	struct audit *audit;
	struct tables tables;
};

static void take_finding(void *context, const struct check *check,
	const struct check_finding *finding)
{
	const struct run *run = context;
	run->asked->found(run->asked->context, &(struct offline_finding){ .check = check->id,
		.title = check->title, .looks_at = check->looks_at, .remedy = check->remedy,
		.critical = finding->severity == SEVERITY_CRITICAL, .subject = finding->subject,
		.column = finding->column, .expected = finding->expected, .found = finding->found,
		.message = finding->message, .index = finding->index });
}

static void take_unchecked(void *context, const struct check *check, const char *reason)
{
	const struct run *run = context;
	run->asked->unchecked(run->asked->context, check->id, reason);
}

static void find_fault(const struct run *run, const char *subject, const struct error *fault)
{
	audit_find(run->audit, &check_ledger_root, &(struct check_finding){ .subject = subject,
		.index = ABSENT, .message = fault->message, .stops = FINDING_STOPS_ALL });
}

/* ---- the dump ---- */

/* A dump of later is no fault of anybody's: the ledger goes on between the two. */
static bool open_tables(struct run *run, int64_t export_size, struct error *error)
{
	struct tables *tables = &run->tables;
	if (run->asked->tables == NULL)
		return true;
	if (!dump_open(run->asked->tables, &tables->dump, error) ||
	    !dump_head(tables->dump, &tables->size, &tables->root, error))
		return false;
	if (tables->size > export_size) {
		error_set(error, ERROR_INVALID, "tables", "the dump is of %lld entries and the export of %lld",
			(long long)tables->size, (long long)export_size);
		return error_remedy(error, "export the ledger once more: vaultctl ledger export DIR goes on with it");
	}
	tables->more = dump_checkpoint(tables->dump, &tables->next_size, &tables->next_root,
		&tables->next_note);
	return true;
}

/* The dump's checkpoints up to a size, each before the entry that makes its size. */
static void bring_checkpoints(struct run *run, int64_t size)
{
	struct tables *tables = &run->tables;
	while (tables->more && tables->next_size <= size) {
		audit_checkpoint(run->audit, tables->next_size, &tables->next_root, tables->next_note);
		tables->more = dump_checkpoint(tables->dump, &tables->next_size, &tables->next_root,
			&tables->next_note);
	}
}

/* Once the replay is where the dump is. */
static void bring_tables(struct run *run)
{
	struct tables *tables = &run->tables;
	struct hash root;
	if (tables->dump == NULL || tables->brought || audit_size(run->audit) < tables->size)
		return;
	tables->brought = true;
	audit_root(run->audit, &root);
	if (!hash_equal(&root, &tables->root))
		audit_find(run->audit, &check_ledger_root, &(struct check_finding){ .subject = "head",
			.index = tables->size - 1, .stops = FINDING_STOPS_ALL,
			.message = "the entries do not hash to the root of the dump's head" });
	dump_rows(tables->dump, run->audit, &tables->error);
}

/* Without the entries that it rests on the dump is compared with nothing. */
static void end_tables(struct run *run)
{
	static const char reason[] = "the export cannot be read as far as the dump goes";
	struct tables *tables = &run->tables;
	bring_checkpoints(run, INT64_MAX);
	if (tables->dump == NULL || tables->brought)
		return;
	run->asked->unchecked(run->asked->context, check_tables.id, reason);
	run->asked->unchecked(run->asked->context, check_command_ids.id, reason);
}

/* ---- entries ---- */

static void bring_entry(struct run *run, int64_t index, const uint8_t *bytes, size_t length)
{
	bring_checkpoints(run, index + 1);
	audit_entry(run->audit, index, (const char *)bytes, length);
	bring_tables(run);
}

static bool take_entry(void *context, int64_t index, const uint8_t *bytes, size_t length,
	struct error *error)
{
	(void)error;
	bring_entry(context, index, bytes, length);
	return true;
}

static void tell_progress(void *context, int64_t done, int64_t total)
{
	const struct run *run = context;
	run->asked->progress(run->asked->context, done, total);
}

/* A bundle that cannot be read is told, and its entries are then missing; the next is tried. */
static void read_rest(struct run *run, struct export_reader *reader)
{
	int64_t size = export_reader_checkpoint(reader)->size;
	for (int64_t index = audit_size(run->audit); index < size;) {
		const uint8_t *bytes;
		size_t length;
		struct error fault = { 0 };
		if (export_reader_entry(reader, index, &bytes, &length, &fault)) {
			bring_entry(run, index++, bytes, length);
			continue;
		}
		find_fault(run, "export", &fault);
		index = (index / TILE_WIDTH + 1) * TILE_WIDTH;
	}
}

static bool is_fault(const struct error *error)
{
	return error->id == ERROR_LEDGER || error->id == ERROR_BAD_SIGNATURE ||
		error->id == ERROR_INVALID;
}

/* What was kept from before must be extended. */
static bool bring_kept(const struct run *run, struct error *error)
{
	const char *note = run->asked->checkpoint;
	struct checkpoint kept;
	struct error cause = { 0 };
	if (!checkpoint_open(note, strlen(note), NULL, 0, &kept, &cause))
		return error_set(error, ERROR_INVALID, "", "--checkpoint: it is no signed checkpoint: %.200s",
			cause.message);
	audit_checkpoint(run->audit, kept.size, &kept.root, note);
	return true;
}

static bool run_checks(struct run *run, const char *directory, struct export_reader *reader,
	const struct verifier_key *keys, size_t key_count, struct error *error)
{
	const struct offline_audit *asked = run->asked;
	const struct export_check check = { .keys = keys, .key_count = key_count,
		.progress = asked->progress != NULL ? tell_progress : NULL, .entry = take_entry,
		.context = run };
	struct checkpoint checkpoint;
	struct error fault = { 0 };
	size_t length;
	audit_checkpoint(run->audit, export_reader_checkpoint(reader)->size,
		&export_reader_checkpoint(reader)->root, export_reader_note(reader, &length));
	if (asked->checkpoint != NULL && !bring_kept(run, error))
		return false;
	if (!export_verify(directory, &check, &checkpoint, &fault)) {
		if (!is_fault(&fault) && audit_size(run->audit) == 0) {
			*error = fault;
			return false;
		}
		find_fault(run, "export", &fault);
		read_rest(run, reader);
	}
	end_tables(run);
	audit_end_of_ledger(run->audit);
	const char *note = export_reader_note(reader, &length);
	audit_cosigned(run->audit, export_reader_checkpoint(reader)->size, note, length);
	audit_end(run->audit);
	*error = run->tables.error;
	return error->id == ERROR_NONE;
}

/* Where the checkpoint is not vouched for, that is a finding, and the entries are looked at all the same. */
static bool open_export(const char *directory, const struct verifier_key *keys, size_t key_count,
	struct export_reader **ret_reader, struct error *ret_fault, struct error *error)
{
	if (export_reader_open(directory, keys, key_count, ret_reader, ret_fault))
		return true;
	if (is_fault(ret_fault) && export_reader_open(directory, NULL, 0, ret_reader, error))
		return true;
	*error = *ret_fault;
	return false;
}

bool offline_audit(const char *directory, const struct offline_audit *asked,
	struct offline_audited *ret_audited, struct error *error)
{
	struct run run = { .asked = asked };
	struct verifier_key own;
	struct export_reader *reader;
	struct error fault = { 0 }, no_key = { 0 };
	const struct verifier_key *keys = asked->keys;
	size_t key_count = asked->key_count;
	if (key_count == 0 && offline_log_key(directory, &own, &no_key)) {
		keys = &own;
		key_count = 1;
	}
	if (!open_export(directory, keys, key_count, &reader, &fault, error))
		return false;
	if (asked->since_index > export_reader_checkpoint(reader)->size) {
		error_set(error, ERROR_INVALID, "since_index", "the export has %lld entries",
			(long long)export_reader_checkpoint(reader)->size);
		export_reader_close(reader);
		return false;
	}
	if (!open_tables(&run, export_reader_checkpoint(reader)->size, error)) {
		dump_close(run.tables.dump);
		export_reader_close(reader);
		return false;
	}
	struct audit_options options = { .only = asked->only, .now = asked->now,
		.since = asked->since, .since_index = asked->since_index,
		.size = export_reader_checkpoint(reader)->size,
		.root = export_reader_checkpoint(reader)->root, .found = take_finding,
		.tables = run.tables.dump != NULL, .commands = run.tables.dump != NULL,
		.unchecked = take_unchecked, .context = &run };
	if (getrandom(options.chance, sizeof options.chance, 0) != sizeof options.chance)
		abort();
	run.audit = audit_new(&options);
	if (fault.id != ERROR_NONE)
		find_fault(&run, "checkpoint", &fault);
	bool done = run_checks(&run, directory, reader, fault.id == ERROR_NONE ? keys : NULL,
		fault.id == ERROR_NONE ? key_count : 0, error);
	if (done) {
		*ret_audited = (struct offline_audited){ .checks = (int64_t)audit_checks(run.audit),
			.entries = audit_size(run.audit),
			.tables = run.tables.brought ? run.tables.size : ABSENT };
		audit_root(run.audit, &ret_audited->root);
	}
	audit_free(run.audit);
	dump_close(run.tables.dump);
	export_reader_close(reader);
	return done;
}

bool offline_check_known(const char *name)
{
	return check_name_known(name);
}

bool offline_check_info(size_t number, struct offline_check_info *ret_info)
{
	size_t count = 0;
	while (checks[count] != NULL)
		count++;
	if (number >= count)
		return false;
	const struct check *check = checks[number];
	*ret_info = (struct offline_check_info){ check->id, check->title, check->looks_at,
		check->remedy, check->source, check->severity == SEVERITY_CRITICAL };
	return true;
}
