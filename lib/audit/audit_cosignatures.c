/*
 * What witnesses signed, as somebody keeps it. It stands outside the ledger, so nothing but the keys that
 * the ledger enrolled says whether it is theirs; that one was taken away nobody can see.
 */
#include <stdio.h>
#include <string.h>

#include "audit/audit_private.h"
#include "base/text.h"
#include "ledger/note.h"
#include "reserve/founding.h"
#include "reserve/person.h"

const struct check check_cosignatures = {
	.id = "cosignatures",
	.title = "cosignatures that no witness made",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "the lines of witnesses below each checkpoint that anybody cosigned, against the keys that "
		"the ledger enrolled, in force or no more",
	.remedy = "delete the row, and ask the witness to cosign again; whoever could change it had the "
		"database's owner role",
};

/* The key of the line, in force or no more; false where no witness ever had it. */
static bool find_key(const struct audit *audit, const char *code, const struct note_signature *line,
	struct verifier_key *ret_key)
{
	char id[KEY_NAME_MAX + 16];
	struct error error = { 0 };
	snprintf(id, sizeof id, "%s.%08x", code, (unsigned)line->key_id);
	const struct key *key = state_find(audit_state(audit), TABLE_KEY, id);
	return key != NULL && verifier_key_parse(key->verifier_key, ret_key, &error) &&
		ret_key->type == KEY_COSIGNATURE;
}

/* No stock rests on it: a finding, and nothing is stopped. */
static void check_line(struct audit *audit, const struct note *note, int64_t size,
	const struct note_signature *line, const char *code)
{
	struct verifier_key key;
	char subject[64], message[160];
	bool known = find_key(audit, code, line, &key);
	if (known && note_verify(note, &key))
		return;
	snprintf(subject, sizeof subject, "cosignature %lld %.24s", (long long)size, code);
	if (known)
		snprintf(message, sizeof message, "it does not verify: %.24s never cosigned that", code);
	else
		snprintf(message, sizeof message, "it is by the key %08x, which no witness %.24s ever had",
			(unsigned)line->key_id, code);
	audit_find(audit, &check_cosignatures, &(struct check_finding){ .subject = subject,
		.index = ABSENT, .message = message });
}

void audit_cosigned(struct audit *audit, int64_t size, const char *bytes, size_t length)
{
	struct note note;
	struct error error = { 0 };
	const struct reserve *reserve = audit->broken[0] == '\0' ? state_reserve(audit_state(audit)) : NULL;
	if (reserve == NULL || !audit_wants(audit, &check_cosignatures) ||
	    !note_parse(bytes, length, &note, &error))
		return; /* a checkpoint that is none is told as such */
	size_t origin = strlen(reserve->origin);
	for (size_t i = 0; i < note.signature_count; i++) {
		const char *name = note.signatures[i].name;
		if (strncmp(name, reserve->origin, origin) == 0 && name[origin] == '/')
			check_line(audit, &note, size, &note.signatures[i], name + origin + 1);
	}
}
