/*
 * Command ids as the ledger has them against those that are kept for answering a command again: one that
 * is missing lets a command be applied twice, one that was changed gives somebody else's answer.
 *
 * There are as many as commands, so of each only 16 bytes are held: a hash of the id, the index of its
 * first entry, and a hash of what belongs to it.
 */
#include "audit/audit_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "vault/limits.h"

const struct check check_command_ids = {
	.id = "command-ids",
	.title = "command ids lost, doubled or with another answer",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "the command, actor and digest of each entry against the table of command ids, and that "
		"no id stands in two places of the ledger; ids too old to be used again need not be kept",
	.remedy = "until it is restored, ask nobody to repeat a command: it could be applied twice or "
		"answered wrongly",
};

enum { WHAT_BITS = 22 };

struct command_item {
	uint64_t id;          /* a hash of it; 0: the place is free */
	uint64_t index : 40;  /* of its first entry: more than a ledger may have */
	uint64_t what : WHAT_BITS; /* a hash of actor and digest */
	uint64_t over : 1;    /* nobody may use the id any more */
	uint64_t brought : 1;
};

static uint64_t stir(uint64_t value)
{
	value ^= value >> 32;
	value *= 0x9E3779B97F4A7C15u;
	return value ^ value >> 29;
}

static uint64_t hash_bytes(const uint8_t *bytes, size_t size, uint64_t hash)
{
	for (size_t i = 0; i < size; i += sizeof hash) {
		uint64_t word;
		memcpy(&word, bytes + i, sizeof word);
		hash = stir(hash ^ word);
	}
	return hash;
}

static uint64_t hash_id(const uint8_t id[16])
{
	return hash_bytes(id, 16, 0) | 1;
}

static uint64_t hash_what(const char *actor, const uint8_t digest[32])
{
	return hash_bytes(digest, 32, text_hash(actor)) >> (64 - WHAT_BITS);
}

static size_t place_of(const struct command_part *part, uint64_t id)
{
	size_t at = (size_t)(id >> 8) & (part->capacity - 1);
	while (part->items[at].id != 0 && part->items[at].id != id)
		at = (at + 1) & (part->capacity - 1);
	return at;
}

static void grow(struct command_part *part)
{
	struct command_part larger = *part;
	larger.capacity = part->capacity == 0 ? 1024 : 2 * part->capacity;
	larger.items = calloc(larger.capacity, sizeof *larger.items);
	if (larger.items == NULL)
		abort();
	for (size_t i = 0; i < part->capacity; i++) {
		if (part->items[i].id != 0)
			larger.items[place_of(&larger, part->items[i].id)] = part->items[i];
	}
	free(part->items);
	*part = larger;
}

static void find(struct audit *audit, const uint8_t id[16], int64_t index, const char *message)
{
	char subject[UUID_TEXT_SIZE + 8], text[UUID_TEXT_SIZE];
	text_from_uuid(id, text);
	snprintf(subject, sizeof subject, "command %s", text);
	audit_findf(audit, &check_command_ids, subject, index, "%s", message);
}

/* The time that an id begins with says its age. */
static bool is_over(const struct audit *audit, const uint8_t id[16])
{
	int64_t made_at = 0;
	for (int i = 0; i < 6; i++)
		made_at = made_at << 8 | id[i];
	return audit->options.now - made_at > COMMAND_ID_LIFE_MS;
}

/* The entries of one command stand behind one another; only the first is answered from. */
void audit_command_entry(struct audit *audit, const struct parsed_entry *entry)
{
	struct command_part *part = &audit->commands;
	if (!entry->has_command || !part->wanted)
		return;
	bool same = entry->sequence == part->last_index + 1 &&
		memcmp(part->last, entry->command, sizeof part->last) == 0;
	part->last_index = entry->sequence;
	if (same)
		return;
	memcpy(part->last, entry->command, sizeof part->last);
	if (part->count * 10 >= part->capacity * 7)
		grow(part);
	uint64_t id = hash_id(entry->command);
	struct command_item *item = &part->items[place_of(part, id)];
	if (item->id != 0) {
		find(audit, entry->command, entry->sequence, "the command was applied a second time");
		return;
	}
	part->count++;
	*item = (struct command_item){ .id = id, .index = (uint64_t)entry->sequence & 0xFFFFFFFFFF,
		.what = hash_what(entry->actor, entry->digest) & ((1u << WHAT_BITS) - 1),
		.over = is_over(audit, entry->command) };
}

void audit_command(struct audit *audit, const uint8_t id[16], const char *actor,
	const uint8_t digest[32], int64_t index)
{
	struct command_part *part = &audit->commands;
	if (!part->wanted)
		return;
	struct command_item *item = part->capacity > 0 ? &part->items[place_of(part, hash_id(id))] : NULL;
	if (item == NULL || item->id == 0) {
		find(audit, id, index, "the ledger knows nothing of this command");
		return;
	}
	if (item->brought)
		find(audit, id, index, "the command is kept twice");
	else if (item->what != hash_what(actor, digest) || (int64_t)item->index != index)
		find(audit, id, (int64_t)item->index,
			"the actor, digest or index kept for this command is not that of its entry");
	item->brought = 1;
}

void audit_commands_end(struct audit *audit)
{
	const struct command_part *part = &audit->commands;
	for (size_t i = 0; i < part->capacity; i++) {
		const struct command_item *item = &part->items[i];
		char subject[48];
		if (item->id == 0 || item->brought || item->over)
			continue;
		snprintf(subject, sizeof subject, "command of entry %lld", (long long)item->index);
		audit_findf(audit, &check_command_ids, subject, (int64_t)item->index,
			"the command's id is not kept: asked again it would be applied again");
	}
}

void audit_commands_free(struct audit *audit)
{
	free(audit->commands.items);
}
