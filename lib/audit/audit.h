/*
 * One audit, whoever runs it: vaultd over its database, vaultctl over an exported ledger with or without
 * a dump of the tables. The caller brings entries in order, then the rows that somebody else keeps, and
 * is told what was found. It trusts nothing but the entries' bytes and the keys that they enrol.
 */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/check.h"
#include "base/error.h"
#include "ledger/hash.h"
#include "reserve/state.h"

/* One thing found. Texts live during the call. */
typedef void audit_found(void *context, const struct check *check, const struct check_finding *finding);

struct audit_options {
	const char *const *only;   /* ids of checks, NULL ends; NULL: all */
	int64_t now;               /* ms UTC */
	int64_t since;             /* history of before is not reported; ABSENT: all. The state always is */
	bool tables;               /* rows will be brought: audit_row */
	audit_found *found;
	void *context;
};

struct audit;

struct audit *audit_new(const struct audit_options *options);
void audit_free(struct audit *audit);

/* The next entry. A fault is a finding; after one that ends the replay false: bring no more. */
bool audit_entry(struct audit *audit, const char *bytes, size_t length);

/* What the ledger's keeper says of its end, and checkpoints that were signed, in any order. */
void audit_end_of_ledger(struct audit *audit, int64_t size, const struct hash *root);
void audit_checkpoint(struct audit *audit, int64_t size, const struct hash *root, const char *note);

/*
 * A stored row, against the replay's; each table's rows in any order. audit_tables_end names the rows
 * that the ledger amounts to and nobody brought.
 */
void audit_row(struct audit *audit, enum table_id table, const struct row *row);
void audit_tables_end(struct audit *audit);

/* The checks that look at the whole state. */
void audit_end(struct audit *audit);

const struct state *audit_state(const struct audit *audit);

#endif
