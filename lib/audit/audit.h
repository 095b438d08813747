/*
 * One audit, whoever runs it: vaultd over its database, vaultctl over an exported ledger with or without
 * a dump of the tables. The caller brings entries in order, then the rows that somebody else keeps, and
 * is told what was found. It trusts nothing but the entries' bytes and the keys that they enrol.
 *
 * It goes on after whatever it finds. Where an entry cannot be applied the state ends there, and the
 * checks that need one are told as unchecked; hashes, and the checks that read entries alone, go on.
 *
 * In this order: audit_new; audit_entry for each, between them checkpoints; audit_end_of_ledger; with
 * tables audit_row for each and audit_tables_end, audit_command for each and audit_commands_end; audit_end;
 * audit_free.
 */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/check.h"
#include "base/error.h"
#include "ledger/hash.h"
#include "ledger/tiles.h"
#include "reserve/state.h"

/* One thing found. Texts live during the call. */
typedef void audit_found(void *context, const struct check *check, const struct check_finding *finding);

/* A check that could not be run to its end, and why. */
typedef void audit_unchecked(void *context, const struct check *check, const char *reason);

/* The full tile of that place as somebody keeps it. False: nobody does. */
typedef bool audit_tile(void *context, int level, int64_t number, struct hash ret_hashes[TILE_WIDTH]);

struct audit_options {
	const char *const *only;   /* ids of checks or groups (check_is_meant), NULL ends; NULL: all */
	int64_t now;               /* ms UTC; overdue is measured by it, or by the last entry where that is later */
	int64_t since;             /* ms UTC: history of before is not reported; ABSENT: all. The state always is */
	int64_t since_index;       /* the same by index; ABSENT: all */
	int64_t size;              /* what the ledger's keeper says of its end; ABSENT: nothing */
	struct hash root;
	bool tables, commands;     /* will be brought: audit_row, audit_command */
	uint8_t chance[16];        /* with tables: bytes that nobody can know beforehand */
	audit_tile *tile;          /* or NULL */
	audit_found *found;
	audit_unchecked *unchecked; /* or NULL */
	void *context;             /* of all three */
};

struct audit;

struct audit *audit_new(const struct audit_options *options);
void audit_free(struct audit *audit);

/* The next entry, and the index under which its keeper has it. */
void audit_entry(struct audit *audit, int64_t index, const char *bytes, size_t length);

/*
 * A checkpoint that was signed, as somebody keeps it: the ledger's keeper, or an auditor who kept it since.
 * Before the entry that makes its size; one of a size that is past is told as not extended.
 */
void audit_checkpoint(struct audit *audit, int64_t size, const struct hash *root, const char *note);

/* All entries were brought. */
void audit_end_of_ledger(struct audit *audit);

/*
 * A stored row, against the replay's; each table's rows in any order. audit_tables_end names the rows
 * that the ledger amounts to and nobody brought. Rows of an earlier time are brought when the entries of that time
 * were, before the next. References of the row need not be resolved: fields are compared by what they
 * show, so the row may live in any state, or alone.
 */
void audit_row(struct audit *audit, enum table_id table, const struct row *row);
/* A row that holds, in a column, what is no value of it: told before audit_row compares the rest. */
void audit_unreadable(struct audit *audit, enum table_id table, const struct row *row,
	const char *column);
void audit_tables_end(struct audit *audit);

/* A command id as its keeper has it; those of the ledger that nobody brought are named at the end. */
void audit_command(struct audit *audit, const uint8_t id[16], const char *actor,
	const uint8_t digest[32], int64_t index);
void audit_commands_end(struct audit *audit);

/* A checkpoint of that size with the cosignatures below it, as somebody keeps it. After all entries. */
void audit_cosigned(struct audit *audit, int64_t size, const char *note, size_t length);

/* The checks that look at the whole state. */
void audit_end(struct audit *audit);

/* Something that the caller found itself: what it brings cannot be read. */
void audit_find(struct audit *audit, const struct check *check, const struct check_finding *finding);

/* How many checks ran. */
size_t audit_checks(const struct audit *audit);

/* Entries seen and the root over them; the state of the replay. */
int64_t audit_size(const struct audit *audit);
void audit_root(struct audit *audit, struct hash *ret_root);
const struct state *audit_state(const struct audit *audit);

#endif
