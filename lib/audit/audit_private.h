/* What the parts of the engine share: the run, the ledger's hashes, rows, command ids. Nobody else's. */
#ifndef AUDIT_AUDIT_PRIVATE_H
#define AUDIT_AUDIT_PRIVATE_H

#include "audit/audit.h"
#include "audit/replay.h"
#include "base/arena.h"
#include "ledger/hash.h"
#include "ledger/tiles.h"

/* A check of this run. */
struct check_slot {
	const struct check *check;
	struct check_run run;
	bool chosen;      /* what it finds is told */
	bool active;      /* its hooks run: it is chosen, or one that goes via it */
	bool cut_off;     /* told as unchecked */
	uint32_t found;
};

/* A checkpoint as its keeper has it. */
struct signed_size {
	struct signed_size *next;
	int64_t size;
	struct hash root;
	char note[];
};

/* The ledger's hashes beside what others keep of them. */
struct ledger_part {
	struct tile_builder builder;
	struct hasher *hasher;
	bool gap;                    /* rows are missing: no root can be told any more */
	bool reached, root_holds;    /* the size that the keeper names, and its root */
	struct { int level; int64_t number, index; } tiles[64]; /* the first that differ */
	uint32_t tile_count;
	struct signed_size *first, *last; /* checkpoints of sizes that are to come, by size */
	int64_t extended;            /* the size of the last that holds */
	bool forked;                 /* one did not: told */
	int64_t beyond;              /* rows behind the end */
};

/* Rows of one table of the replay by their keys, while it is compared. */
struct table_part {
	bool open;
	enum table_id table;
	const struct row **index;    /* open addressing; rows that share a key stand beside one another */
	bool *brought;               /* side by side with index */
	size_t capacity;             /* a power of two */
	bool done[TABLE_COUNT];
};

/* Rows that ended, as fingerprints: there may be millions, and they never change. */
struct ended_item;
struct ended_part {
	struct ended_item *items;    /* open addressing; rows that share a key stand beside one another */
	size_t capacity, count;
	struct buffer text;          /* what is hashed */
};

/* Command ids of the ledger, until their rows are brought. */
struct command_item;
struct command_part {
	bool wanted;
	struct command_item *items;  /* open addressing */
	size_t capacity, count;
	uint8_t last[16];            /* whose entries are being read, and the last of them */
	int64_t last_index;
};

struct calls;
struct place;

struct audit {
	struct audit_options options;
	struct check_slot *slots;
	size_t slot_count;
	struct calls *calls;         /* by place of the kind in event_types */
	struct place *places;        /* that place, by the kind's address */
	struct replay *replay;
	struct arena *entry_arena, *arena; /* of one entry where the replay cannot go on; of one call */
	char broken[320];            /* why the replay cannot go on; "" while it can */
	const struct parsed_entry *entry; /* whose hooks are running, or NULL */
	bool hushed;                 /* this entry is before what is asked for */
	struct ledger_part ledger;
	struct table_part tables;
	struct ended_part ended;
	struct command_part commands;
};

extern const struct check check_ledger_entry, check_ledger_root, check_tables, check_command_ids,
	check_cosignatures;

/* Tells drift of the ledger, tiles or command ids, which reaches everything, whatever since is. */
void audit_findf(struct audit *audit, const struct check *check, const char *subject, int64_t index,
	const char *format, ...) __attribute__((format(printf, 5, 6)));
bool audit_wants(const struct audit *audit, const struct check *check);

/* The next leaf; NULL for a row that is missing. Then the end. */
void audit_ledger_begin(struct audit *audit);
void audit_ledger_leaf(struct audit *audit, const char *bytes, size_t length);
void audit_ledger_end(struct audit *audit);
void audit_ledger_free(struct audit *audit);

/* An entry's command, kept until its row is brought. */
void audit_command_entry(struct audit *audit, const struct parsed_entry *entry);
void audit_commands_free(struct audit *audit);
void audit_tables_free(struct audit *audit);

/*
 * A row that the replay closes, kept as a fingerprint. audit_ended_has: one of that key ended that nobody
 * brought yet. audit_ended_known: the same, and it is brought now; *ret_same: it is what the ledger
 * amounted to, and *ret_index is the entry that ended it. audit_ended_left tells those that nobody brought.
 */
void audit_ended_row(struct audit *audit, const struct row *row);
bool audit_ended_has(struct audit *audit, enum table_id table, const struct row *row);
bool audit_ended_known(struct audit *audit, enum table_id table, const struct row *row,
	bool *ret_same, int64_t *ret_index);
void audit_ended_left(struct audit *audit,
	void (*left)(struct audit *audit, enum table_id table, int64_t index));
void audit_ended_free(struct audit *audit);

#endif
