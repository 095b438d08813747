/*
 * Checks of the audit against small reserves that the core itself made: the world of reserve_world.h
 * with its entries kept as the ledger would have them. A test stocks the world, bends an entry's bytes
 * or the state that the replay comes to, runs one check, and says what must be found:
 *
 *	struct audited *audited = audited_new(world_stocked);
 *	DO(audited->world, "kim", "lot.move", "lot=GA-1 …");
 *	AUDIT_CLEAN(audited, "mass-conserved");
 *	audited_bend(audited, "lot.weighed", 0, "\"gross_g\":1001000", "\"gross_g\":1001001");
 *	AUDIT_FINDS(audited, "mass-conserved", "ga", "1 g");
 *	audited_free(audited);
 *
 * What time does is done by world_pass; what is overdue is measured by world->now.
 */
#ifndef TESTS_UNIT_AUDIT_CHECKS_H
#define TESTS_UNIT_AUDIT_CHECKS_H

#include "reserve_world.h"

#include "audit/audit.h"
#include "ledger/entry.h"
#include "ledger/hash.h"

enum { AUDITED_FOUND = 64, AUDITED_ENTRIES = 8192 };

struct audited_finding {
	const struct check *check;
	enum finding_severity severity;
	char subject[64], column[64], expected[256], found[256], message[1024];
	int64_t index;
};

struct audited {
	struct world *world;
	struct buffer entries[AUDITED_ENTRIES];
	size_t entry_count;
	void (*bend)(struct state *state); /* called before the state as a whole is looked at; or NULL */
	int64_t since;                     /* as in audit_options; ABSENT at first */
	struct audited_finding findings[AUDITED_FOUND]; /* of the last run */
	size_t found, unchecked;
	char unchecked_reason[512];        /* the last */
};

/* Whose entries are being kept: the world's hook knows only the world. */
static struct audited *audited_now;

/* The id of the command under way: a UUID of version 7, its digest its own first byte. */
static inline void audited_command(const struct world *world, struct entry_meta *meta)
{
	meta->has_command = !text_equal(meta->actor, "vaultd");
	if (!meta->has_command)
		return;
	for (int i = 0; i < 6; i++)
		meta->command[i] = (uint8_t)(world->now >> (40 - 8 * i));
	meta->command[6] = 0x70;
	meta->command[8] = 0x80;
	meta->command[14] = world->random[0];
	meta->command[15] = (uint8_t)(world->now / 1000);
	meta->digest[0] = meta->digest[31] = (uint8_t)(world->random[0] | 1);
}

static inline void audited_each(struct world *world, const struct applied *applied,
	const struct event *event)
{
	struct audited *audited = audited_now;
	struct entry_meta meta = { .sequence = applied->index, .at = world->now,
		.effective = event->effective, .kind = event->type->kind };
	text_copy(meta.actor, sizeof meta.actor, applied->actor[0] != '\0' ? applied->actor : "vaultd");
	audited_command(world, &meta);
	assert(audited->entry_count < AUDITED_ENTRIES);
	assert((size_t)applied->index == audited->entry_count);
	entry_append(&audited->entries[audited->entry_count++], &meta, event->type->body, event->body);
}

/* SHA-256, as the shell gives it: plans must hash to what they say. */
static inline void audited_digest(void *context, const struct descriptor *descriptor,
	const void *record, uint8_t ret_sha256[32])
{
	struct buffer text = { 0 };
	struct hash hash;
	(void)context;
	json_canonical_record(&text, descriptor, record);
	hash_sha256(text.bytes, text.length, &hash);
	memcpy(ret_sha256, hash.bytes, sizeof hash.bytes);
	buffer_free(&text);
}

/* make: world_new, world_framed, world_stocked or a test's own. */
static inline struct audited *audited_new(struct world *(*make)(void))
{
	struct audited *audited = calloc(1, sizeof *audited);
	if (audited == NULL)
		abort();
	audited->since = ABSENT;
	audited_now = audited;
	world_each_entry = audited_each;
	audited->world = make();
	audited->world->digest = audited_digest;
	world_each_entry = NULL;
	return audited;
}

static inline void audited_free(struct audited *audited)
{
	world_free(audited->world);
	for (size_t i = 0; i < audited->entry_count; i++)
		buffer_free(&audited->entries[i]);
	free(audited);
}

/* ---- bending ---- */

/* The index of the nth entry of that kind, from 0; it must be there. */
static inline int64_t audited_find(const struct audited *audited, const char *kind, int nth)
{
	char member[96];
	snprintf(member, sizeof member, "\"kind\":\"%s\",", kind);
	for (size_t i = 0; i < audited->entry_count; i++) {
		struct buffer *entry = &((struct audited *)(uintptr_t)audited)->entries[i];
		if (strstr(buffer_text(entry), member) != NULL && nth-- == 0) /* it may grow by its NUL */
			return (int64_t)i;
	}
	CU_FAIL_FATAL("no such entry");
	return 0;
}

/* Replaces a text in that entry's bytes: the new one must leave it canonical JSON. */
static inline int64_t audited_bend(struct audited *audited, const char *kind, int nth,
	const char *from, const char *to)
{
	int64_t index = audited_find(audited, kind, nth);
	struct buffer *entry = &audited->entries[index], bent = { 0 };
	const char *at = strstr(buffer_text(entry), from);
	if (at == NULL)
		printf("\n  no %s in %s\n", from, buffer_text(entry));
	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	buffer_append(&bent, entry->bytes, (size_t)(at - entry->bytes));
	buffer_append_text(&bent, to);
	buffer_append_text(&bent, at + strlen(from));
	buffer_free(entry);
	*entry = bent;
	return index;
}

/* ---- running ---- */

static inline void audited_found(void *context, const struct check *check,
	const struct check_finding *finding)
{
	struct audited *audited = context;
	if (audited->found == AUDITED_FOUND)
		return;
	struct audited_finding *kept = &audited->findings[audited->found++];
	memset(kept, 0, sizeof *kept);
	kept->check = check;
	kept->severity = finding->severity;
	kept->index = finding->index;
	text_copy(kept->subject, sizeof kept->subject, finding->subject);
	text_copy(kept->message, sizeof kept->message, finding->message);
	text_copy(kept->column, sizeof kept->column, finding->column != NULL ? finding->column : "");
	text_copy(kept->expected, sizeof kept->expected,
		finding->expected != NULL ? finding->expected : "");
	text_copy(kept->found, sizeof kept->found, finding->found != NULL ? finding->found : "");
}

static inline void audited_unchecked(void *context, const struct check *check, const char *reason)
{
	struct audited *audited = context;
	audited->unchecked++;
	snprintf(audited->unchecked_reason, sizeof audited->unchecked_reason, "%s: %s", check->id,
		reason);
}

/* Runs one check (NULL: all) over the entries as they now are. */
static inline void audited_run(struct audited *audited, const char *check)
{
	const char *only[] = { check, NULL };
	const struct audit_options options = { .only = check != NULL ? only : NULL,
		.now = audited->world->now, .since = audited->since, .since_index = ABSENT, .size = ABSENT,
		.found = audited_found, .unchecked = audited_unchecked, .context = audited };
	CU_ASSERT_FATAL(check == NULL || check_find(check) != NULL);
	audited->found = audited->unchecked = 0;
	struct audit *audit = audit_new(&options);
	for (size_t i = 0; i < audited->entry_count; i++)
		audit_entry(audit, (int64_t)i, audited->entries[i].bytes, audited->entries[i].length);
	audit_end_of_ledger(audit);
	if (audited->bend != NULL)
		audited->bend((struct state *)(uintptr_t)audit_state(audit));
	audit_end(audit);
	audit_free(audit);
}

static inline void audited_print(const struct audited *audited)
{
	for (size_t i = 0; i < audited->found; i++)
		printf("  found %s: %s [%lld] %s\n", audited->findings[i].check->id,
			audited->findings[i].subject, (long long)audited->findings[i].index,
			audited->findings[i].message);
	if (audited->unchecked > 0)
		printf("  unchecked %s\n", audited->unchecked_reason);
}

static inline void audited_clean(int line, const char *file, struct audited *audited,
	const char *check)
{
	audited_run(audited, check);
	bool clean = audited->found == 0 && audited->unchecked == 0;
	if (!clean) {
		printf("\n  line %d: %s is not clean\n", line, check);
		audited_print(audited);
	}
	CU_assertImplementation(clean, (unsigned)line, "audit is clean", file, "", CU_FALSE);
}

/* The finding of that subject whose message has that text, or NULL. */
static inline const struct audited_finding *audited_have(const struct audited *audited,
	const char *subject, const char *text)
{
	for (size_t i = 0; i < audited->found; i++) {
		if (text_equal(audited->findings[i].subject, subject) &&
		    strstr(audited->findings[i].message, text) != NULL)
			return &audited->findings[i];
	}
	return NULL;
}

static inline void audited_finds(int line, const char *file, struct audited *audited,
	const char *check, const char *subject, const char *text)
{
	audited_run(audited, check);
	bool found = audited_have(audited, subject, text) != NULL;
	if (!found) {
		printf("\n  line %d: %s does not find %s: %s\n", line, check, subject, text);
		audited_print(audited);
	}
	CU_assertImplementation(found, (unsigned)line, "audit finds", file, "", CU_FALSE);
}

#define AUDIT_CLEAN(audited, check) audited_clean(__LINE__, __FILE__, (audited), (check))
#define AUDIT_FINDS(audited, check, subject, text) \
	audited_finds(__LINE__, __FILE__, (audited), (check), (subject), (text))

#endif
