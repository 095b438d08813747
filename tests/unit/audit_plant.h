/*
 * An entry that no decision made, put behind those of the world: what a changed ledger would hold. Only
 * the audit sees it, so nothing more is to be done in the world afterwards.
 *
 *	audited_plant(audited, "kim", "order.delivered", "order=O-2026-0001 consignee=Elsewhere …");
 */
#ifndef TESTS_UNIT_AUDIT_PLANT_H
#define TESTS_UNIT_AUDIT_PLANT_H

#include "audit_checks.h"

/* The line as in reserve_world.h, by the body of that kind. Returns the index. */
static inline int64_t audited_plant(struct audited *audited, const char *actor, const char *kind,
	const char *format, ...)
{
	char line[4096];
	va_list arguments;
	const struct event_type *type = event_type_find(kind);
	CU_ASSERT_PTR_NOT_NULL_FATAL(type);
	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	struct entry_meta meta = { .sequence = (int64_t)audited->entry_count,
		.at = audited->world->now, .effective = ABSENT, .kind = type->kind };
	text_copy(meta.actor, sizeof meta.actor, actor);
	assert(audited->entry_count < AUDITED_ENTRIES);
	arena_reset(audited->world->arena);
	entry_append(&audited->entries[audited->entry_count++], &meta, type->body,
		params_read(audited->world->arena, type->body, line));
	return meta.sequence;
}

/* The same finding as a fatal pointer, to ask it for more. */
static inline const struct audited_finding *audited_one(struct audited *audited, const char *check,
	const char *subject, const char *text)
{
	audited_run(audited, check);
	const struct audited_finding *finding = audited_have(audited, subject, text);
	if (finding == NULL) {
		printf("\n  %s does not find %s: %s\n", check, subject, text);
		audited_print(audited);
	}
	CU_ASSERT_PTR_NOT_NULL_FATAL(finding);
	return finding;
}

/* Time passes in the world with nothing that it does: vaultd is away. */
static inline void audited_sleep(struct audited *audited, int64_t days)
{
	audited->world->now += days * TIME_DAY_MS;
}

#endif
