/*
 * The audit of an exported ledger, by the same engine as vaultd's own: see lib/audit. Nothing but the
 * export, the keys given and, where there is one, a dump of the tables is looked at.
 */
#ifndef VAULTCTL_OFFLINE_AUDIT_EXPORT_H
#define VAULTCTL_OFFLINE_AUDIT_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "ledger/export.h"
#include "ledger/hash.h"
#include "ledger/note.h"

/* One thing found, and of its check what it looks at and what to do. Absent texts are NULL. */
struct offline_finding {
	const char *check, *title, *looks_at, *remedy;
	bool critical;
	const char *subject, *column, *expected, *found, *message;
	int64_t index; /* ABSENT: none */
};

struct offline_audit {
	const struct verifier_key *keys; /* that may vouch for the checkpoint; key_count 0: that of entry 0 */
	size_t key_count;
	const char *const *only;         /* as audit_options */
	int64_t now, since, since_index;
	const char *tables;              /* the folder of a dump, see dump.h; NULL: none */
	const char *checkpoint;          /* a signed one that was kept from before; NULL: none */
	export_progress *progress;       /* may be NULL */
	void (*found)(void *context, const struct offline_finding *finding);
	void (*unchecked)(void *context, const char *check, const char *reason);
	void *context;                   /* of all three */
};

struct offline_audited {
	int64_t checks, entries;
	struct hash root;
	int64_t tables;                  /* entries that the dump's rows were compared after; ABSENT: were not */
};

/*
 * ERROR_STORE, ERROR_LIMIT or ERROR_NOT_FOUND where it could not look, ERROR_INVALID for a dump that cannot
 * be read or that is of more entries than the export; what does not hold is a finding.
 */
bool offline_audit(const char *directory, const struct offline_audit *audit,
	struct offline_audited *ret_audited, struct error *error);

/* Whether a name is a check's, or a group's; and the checks in their order, NULL behind the last. */
bool offline_check_known(const char *name);
struct offline_check_info {
	const char *id, *title, *looks_at, *remedy, *source; /* source: the real case behind it, or NULL */
	bool critical;
};
bool offline_check_info(size_t number, struct offline_check_info *ret_info);

#endif
