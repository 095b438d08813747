/*
 * The ledger's hashes: the root over the entries against what its keeper says of its end, against every
 * tile that is kept and every checkpoint that was signed. A tile that differs tells which entry was
 * changed where the root does not hold, and is itself at fault where it does.
 */
#include "audit/audit_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ledger/checkpoint.h"
#include "reserve/founding.h"
#include "reserve/state.h"

const struct check check_ledger_entry = {
	.id = "ledger-entry",
	.title = "entries changed, missing, added or out of order",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "each row of the ledger: canonical bytes of a known kind, its own sequence, time that "
		"never goes back, bytes that hash to what the tiles keep, and that the core can apply it",
	.remedy = "restore the ledger from the newest export that verifies; whoever could change it had the "
		"database's owner role",
};

const struct check check_ledger_root = {
	.id = "ledger-root",
	.title = "entries that do not hash to head, tiles and checkpoints",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "the root over all entries against the head, each tile, and each checkpoint's size, "
		"root and signature",
	.remedy = "compare with an auditor's export or a witness: a checkpoint that was signed and is not "
		"extended means that the history was rewritten, or an older database restored",
};

void audit_ledger_begin(struct audit *audit)
{
	tile_builder_init(&audit->ledger.builder);
	audit->ledger.hasher = hasher_new();
}

static void drop_checkpoint(struct ledger_part *part)
{
	struct signed_size *dropped = part->first;
	part->first = dropped->next;
	if (part->last == dropped)
		part->last = NULL;
	free(dropped);
}

void audit_ledger_free(struct audit *audit)
{
	while (audit->ledger.first != NULL)
		drop_checkpoint(&audit->ledger);
	hasher_free(audit->ledger.hasher);
}

void audit_root(struct audit *audit, struct hash *ret_root)
{
	struct tree tree;
	tile_builder_tree(&audit->ledger.builder, audit->ledger.hasher, &tree);
	tree_root(&tree, audit->ledger.hasher, ret_root);
}

/* ---- tiles ---- */

static void note_tile(struct ledger_part *part, int level, int64_t number, int64_t index)
{
	if (part->tile_count == sizeof part->tiles / sizeof *part->tiles)
		return;
	part->tiles[part->tile_count].level = level;
	part->tiles[part->tile_count].number = number;
	part->tiles[part->tile_count++].index = index;
}

/* Each hash that differs in a tile of entries is noted; higher up the tile as one. */
static bool compare_tile(void *context, int level, int64_t number,
	const struct hash hashes[TILE_WIDTH], struct error *error)
{
	struct audit *audit = context;
	struct hash kept[TILE_WIDTH];
	(void)error;
	if (!audit->options.tile(audit->options.context, level, number, kept)) {
		char subject[40];
		snprintf(subject, sizeof subject, "tile %d/%lld", level, (long long)number);
		audit_findf(audit, &check_ledger_root, subject, ABSENT,
			"the tile is missing: nobody can prove what stands in it");
		return true;
	}
	for (int i = 0; i < TILE_WIDTH; i++) {
		if (hash_equal(&hashes[i], &kept[i]))
			continue;
		note_tile(&audit->ledger, level, number, level == 0 ? number * TILE_WIDTH + i : ABSENT);
		if (level > 0)
			break;
	}
	return true;
}

static void tell_tiles(struct audit *audit)
{
	const struct ledger_part *part = &audit->ledger;
	bool leaves = false;
	for (uint32_t i = 0; i < part->tile_count; i++) {
		char subject[40];
		int64_t index = part->tiles[i].index;
		if (part->root_holds) {
			snprintf(subject, sizeof subject, "tile %d/%lld", part->tiles[i].level,
				(long long)part->tiles[i].number);
			audit_findf(audit, &check_ledger_root, subject, index, "the tile differs from the "
				"entries, which hash to the root of the head");
		} else if (index != ABSENT) {
			leaves = true;
			snprintf(subject, sizeof subject, "entry %lld", (long long)index);
			audit_findf(audit, &check_ledger_entry, subject, index,
				"the entry's bytes do not hash to what its tile keeps: it was changed");
		} else if (!leaves) { /* else it follows from the entries that were told */
			snprintf(subject, sizeof subject, "tile %d/%lld", part->tiles[i].level,
				(long long)part->tiles[i].number);
			audit_findf(audit, &check_ledger_root, subject, ABSENT,
				"the tile differs from the tiles below it");
		}
	}
}

/* ---- checkpoints ---- */

/* What a checkpoint's row says and what was signed are one. */
static bool checkpoint_holds(const struct audit *audit, const struct signed_size *kept)
{
	const struct reserve *reserve = audit->broken[0] == '\0' ? state_reserve(audit_state(audit)) : NULL;
	struct verifier_key key;
	struct checkpoint checkpoint;
	struct error error = { 0 };
	bool known = reserve != NULL;
	if (known && !verifier_key_parse(reserve->log_key, &key, &error))
		return false;
	return checkpoint_open(kept->note, strlen(kept->note), known ? &key : NULL, known ? 1 : 0,
		&checkpoint, &error) && checkpoint.size == kept->size &&
		hash_equal(&checkpoint.root, &kept->root);
}

/* Of checkpoints that the entries do not hash to the first tells where; all later ones follow from it. */
static void compare_checkpoint(struct audit *audit)
{
	struct ledger_part *part = &audit->ledger;
	const struct signed_size *kept = part->first;
	struct hash root;
	char subject[48];
	snprintf(subject, sizeof subject, "checkpoint %lld", (long long)kept->size);
	audit_root(audit, &root);
	if (!checkpoint_holds(audit, kept)) {
		audit_findf(audit, &check_ledger_root, subject, kept->size - 1,
			"the checkpoint's signature, size or root does not hold");
	} else if (!part->gap && !hash_equal(&root, &kept->root)) {
		if (!part->forked)
			audit_findf(audit, &check_ledger_root, subject, part->extended, "the first %lld entries "
				"are not those of the checkpoint that was signed: one of index %lld to %lld was "
				"changed since, or this is another history", (long long)kept->size,
				(long long)part->extended, (long long)(kept->size - 1));
		part->forked = true;
	} else if (!part->gap) {
		part->extended = kept->size;
	}
	drop_checkpoint(part);
}

void audit_checkpoint(struct audit *audit, int64_t size, const struct hash *root, const char *note)
{
	struct signed_size **at = &audit->ledger.first;
	size_t length = strlen(note) + 1;
	struct signed_size *kept = malloc(sizeof *kept + length);
	if (kept == NULL)
		abort();
	if (audit->ledger.last != NULL && audit->ledger.last->size <= size)
		at = &audit->ledger.last->next; /* nearly always: they come in order */
	while (*at != NULL && (*at)->size <= size)
		at = &(*at)->next;
	kept->next = *at;
	kept->size = size;
	kept->root = *root;
	memcpy(kept->note, note, length);
	*at = kept;
	if (kept->next == NULL)
		audit->ledger.last = kept;
}

/* ---- leaves ---- */

static void compare_head(struct audit *audit)
{
	struct ledger_part *part = &audit->ledger;
	struct hash root;
	audit_root(audit, &root);
	part->reached = true;
	part->root_holds = !part->gap && hash_equal(&root, &audit->options.root);
	if (!part->root_holds && !part->gap)
		audit_findf(audit, &check_ledger_root, "head", audit->options.size - 1,
			"the entries do not hash to the root of the head");
}

void audit_ledger_leaf(struct audit *audit, const char *bytes, size_t length)
{
	struct ledger_part *part = &audit->ledger;
	struct error error = { 0 };
	struct hash leaf = { { 0 } };
	if (bytes != NULL)
		hasher_leaf(part->hasher, bytes, length, &leaf);
	else
		part->gap = true;
	tile_builder_append(&part->builder, part->hasher, &leaf,
		audit->options.tile != NULL ? compare_tile : NULL, audit, &error);
	while (part->first != NULL && part->first->size <= part->builder.size)
		compare_checkpoint(audit);
	if (part->builder.size == audit->options.size)
		compare_head(audit);
}

void audit_ledger_end(struct audit *audit)
{
	struct ledger_part *part = &audit->ledger;
	int64_t size = part->builder.size;
	if (audit->options.size == 0 && size == 0)
		part->reached = true;
	if (audit->options.size != ABSENT && !part->reached)
		audit_findf(audit, &check_ledger_entry, "end of the ledger", size, "the ledger ends after "
			"%lld entries and its head tells %lld: %lld are missing at the end", (long long)size,
			(long long)audit->options.size, (long long)(audit->options.size - size));
	tell_tiles(audit);
	for (; part->first != NULL; drop_checkpoint(part)) {
		char subject[48];
		snprintf(subject, sizeof subject, "checkpoint %lld", (long long)part->first->size);
		audit_findf(audit, &check_ledger_root, subject, size, "a checkpoint of %lld entries was "
			"signed and the ledger has %lld: entries were taken away, or an older database was "
			"restored", (long long)part->first->size, (long long)size);
	}
}
