/*
 * Command ids as the ledger has them against those that are kept for answering a command again: one that
 * is missing lets a command be applied twice, one that was changed gives somebody else's answer.
 *
 * Of each only a fingerprint is held, for there are as many as commands: 16 bytes of the id, 8 of what
 * belongs to it, and the index of the command's first entry.
 */
#include "audit/audit_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "vault/limits.h"

const struct check check_command_ids = {
	.id = "command-ids",
	.title = "every command id is kept once, with the answer of its own entry",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "the command, actor and digest of each entry against the table of command ids, and that "
		"no id stands in two places of the ledger",
	.remedy = "until it is restored, ask nobody to repeat a command: it could be applied twice or "
		"answered wrongly",
};

struct command_item {
	uint8_t id[16];
	uint64_t what;     /* a hash of actor and digest; never 0 */
	int64_t index;
	bool brought;
};

static uint64_t hash_what(const char *actor, const uint8_t digest[32])
{
	uint64_t start;
	memcpy(&start, digest, sizeof start);
	for (size_t i = sizeof start; i < 32; i += sizeof start) {
		uint64_t more;
		memcpy(&more, digest + i, sizeof more);
		start = (start ^ more) * 0x100000001b3u;
	}
	return (start ^ text_hash(actor)) | 1;
}

static size_t place_of(const struct command_part *part, const uint8_t id[16])
{
	uint64_t end; /* of a UUIDv7 the end is chance */
	memcpy(&end, id + 8, sizeof end);
	size_t at = (size_t)(end * 0x9E3779B97F4A7C15u >> 16) & (part->capacity - 1);
	while (part->items[at].what != 0 && memcmp(part->items[at].id, id, 16) != 0)
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
		if (part->items[i].what != 0)
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

/* The entries of one command stand behind one another; only the first is answered from. */
void audit_command_entry(struct audit *audit, const struct parsed_entry *entry)
{
	struct command_part *part = &audit->commands;
	if (!entry->has_command || !audit_wants(audit, &check_command_ids))
		return;
	if (entry->sequence == part->last_index + 1 &&
	    memcmp(part->last, entry->command, sizeof part->last) == 0) {
		part->last_index = entry->sequence;
		return;
	}
	memcpy(part->last, entry->command, sizeof part->last);
	part->last_index = entry->sequence;
	if (part->count * 10 >= part->capacity * 7)
		grow(part);
	struct command_item *item = &part->items[place_of(part, entry->command)];
	if (item->what != 0) {
		find(audit, entry->command, entry->sequence, "the command was applied a second time");
		return;
	}
	part->count++;
	memcpy(item->id, entry->command, sizeof item->id);
	item->what = hash_what(entry->actor, entry->digest);
	item->index = entry->sequence;
}

void audit_command(struct audit *audit, const uint8_t id[16], const char *actor,
	const uint8_t digest[32], int64_t index)
{
	struct command_part *part = &audit->commands;
	if (!audit_wants(audit, &check_command_ids))
		return;
	struct command_item *item = part->capacity > 0 ? &part->items[place_of(part, id)] : NULL;
	if (item == NULL || item->what == 0)
		find(audit, id, index, "the ledger knows nothing of this command");
	else if (item->brought)
		find(audit, id, index, "the command is kept twice");
	else if (item->what != hash_what(actor, digest) || item->index != index)
		find(audit, id, item->index,
			"the actor, digest or index kept for this command is not that of its entry");
	if (item != NULL)
		item->brought = true;
}

/* Ids that nobody may use any more need not be kept: the time that an id begins with says its age. */
static bool is_over(const struct audit *audit, const uint8_t id[16])
{
	int64_t made_at = 0;
	for (int i = 0; i < 6; i++)
		made_at = made_at << 8 | id[i];
	return audit->options.now - made_at > COMMAND_ID_LIFE_MS;
}

void audit_commands_end(struct audit *audit)
{
	const struct command_part *part = &audit->commands;
	for (size_t i = 0; i < part->capacity; i++) {
		if (part->items[i].what != 0 && !part->items[i].brought &&
		    !is_over(audit, part->items[i].id))
			find(audit, part->items[i].id, part->items[i].index, "the command's id is not kept");
	}
}

void audit_commands_free(struct audit *audit)
{
	free(audit->commands.items);
}
