/*
 * A ledger entry: its own members by a descriptor, its body by the one of its kind.
 *
 * There are two readers. The fast one takes the bytes in one pass and accepts none that are not canonical;
 * what it does not accept goes to the other, which says why by the tree that it makes of it. So a ledger
 * that is as it must be costs one pass, and what is refused is refused for a reason.
 */
#include "wire/entry.h"

#include <string.h>

#include "base/json.h"
#include "wire/canonical.h"
#include "wire/record.h"
#include "wire/value.h"

const char *const entry_subjects[] = { "finding", "inspection", "test", "filing", "order", "document",
	"requirement", "count", "settlement", "waiver", "contract", "request", "plan", "exchange", "declaration",
	"commitment", "hold", "lot", "code", "sample", "site",
	"observation", "subject", "assessment", "sale", "schedule", "production", "origin", NULL };

/* Behind the string that begins at a quote; NULL where it does not end. */
static const char *string_end(const char *quote, const char *end)
{
	for (const char *at = quote + 1; at < end; at++) {
		if (*at == '"')
			return at + 1;
		at += *at == '\\' ? 1 : 0;
	}
	return NULL;
}

/* A colon behind a string tells a key: canonical JSON has no white space. */
bool entry_next_string(const char *bytes, size_t length, size_t *at, const char **ret_value,
	size_t *ret_length)
{
	const char *end = bytes + length;
	while (*at < length) {
		const char *quote = memchr(bytes + *at, '"', length - *at);
		const char *behind = quote != NULL ? string_end(quote, end) : NULL;
		if (behind == NULL)
			break;
		*at = (size_t)(behind - bytes);
		if (behind < end && *behind == ':')
			continue;
		*ret_value = quote + 1;
		*ret_length = (size_t)(behind - quote) - 2;
		return true;
	}
	*at = length;
	return false;
}

struct members {
	char actor[CODE_MAX];
	int64_t at;
	uint8_t command[16];
	uint8_t digest[32];
	int64_t effective;
	const char *kind;
	int64_t sequence;
};

static const struct field fields[] = {
	R_TEXT(struct members, actor),
	R_TIME(struct members, at),
	F_UUID(struct members, command),
	F_BYTES(struct members, digest),
	F_TIME(struct members, effective),
	R_STRING(struct members, kind),
	{ FIELD_AT(struct members, sequence), .type = FIELD_INT, .required = true, .min = 0,
		.max = VAULT_INT_MAX },
};
static const struct descriptor descriptor = DESCRIPTOR("entry", struct members, fields);

enum { KIND_AHEAD = 64 }; /* longer kinds are read through a tree */

/* Writes the entry as the ledger does: the body stands between at and command. */
static void write_entry(struct buffer *out, const struct members *members, const char *body,
	size_t body_length)
{
	struct json json;
	json_begin(&json, out, true);
	json_open_object(&json);
	for (size_t i = 0; i < descriptor.field_count; i++) {
		const struct field *field = &descriptor.fields[i];
		if (i == 2) {
			json_key(&json, "body");
			json_raw(&json, body, body_length);
		}
		if (field_absent(field, members))
			continue;
		json_key(&json, field->name);
		json_field(&json, field, members);
	}
	json_close_object(&json);
}

static bool is_canonical(const char *bytes, size_t length, const struct members *members,
	const struct parsed_entry *entry)
{
	struct buffer body = { 0 }, whole = { 0 };
	json_canonical_record(&body, entry->body_descriptor, entry->body);
	write_entry(&whole, members, body.bytes, body.length);
	bool same = whole.length == length && memcmp(whole.bytes, bytes, length) == 0;
	buffer_free(&body);
	buffer_free(&whole);
	return same;
}

static struct parsed_entry entry_of(const struct members *members, bool has_command,
	const struct descriptor *body_descriptor)
{
	struct parsed_entry entry = {
		.sequence = members->sequence,
		.at = members->at,
		.effective = members->effective,
		.has_command = has_command,
		.kind = members->kind,
		.body_descriptor = body_descriptor,
	};
	memcpy(entry.actor, members->actor, sizeof entry.actor);
	memcpy(entry.command, members->command, sizeof entry.command);
	memcpy(entry.digest, members->digest, sizeof entry.digest);
	return entry;
}

/* ---- through a tree of values ---- */

static bool read_body(const struct value *root, struct arena *arena, struct parsed_entry *entry,
	struct error *error)
{
	const struct value *body = value_get(root, "body");
	if (value_kind(body) != VALUE_OBJECT)
		return error_set(error, ERROR_LEDGER, "body", "the entry has no body");
	entry->body = arena_alloc(arena, entry->body_descriptor->size);
	if (entry->body == NULL)
		return error_set(error, ERROR_LIMIT, "body", "the entry is too large");
	return record_read(body, entry->body_descriptor, arena, NULL, entry->body, error);
}

static bool read_entry(const struct value *root, entry_find_body *find_body, void *context,
	struct arena *arena, struct members *members, struct parsed_entry *entry, struct error *error)
{
	/* lenient for the body; any other key that is unknown fails the comparison of bytes */
	static const struct record_options options = { .lenient = true };
	if (!record_read(root, &descriptor, arena, &options, members, error))
		return false;
	*entry = entry_of(members, value_get(root, "command") != NULL,
		find_body(context, members->kind));
	if (entry->has_command != (value_get(root, "digest") != NULL))
		return error_set(error, ERROR_LEDGER, "command",
			"the entry has a command without its digest, or the reverse");
	if (entry->body_descriptor == NULL)
		return error_set(error, ERROR_LEDGER, "kind", "there is no kind \"%s\"", members->kind);
	return read_body(root, arena, entry, error);
}

bool entry_parse_value(const char *bytes, size_t length, entry_find_body *find_body, void *context,
	struct arena *arena, struct parsed_entry *ret_entry, struct error *error)
{
	struct value *root;
	struct members members;
	struct parsed_entry entry;
	if (!value_parse(bytes, length, &root, error))
		return false;
	bool good = value_kind(root) == VALUE_OBJECT
		? read_entry(root, find_body, context, arena, &members, &entry, error)
		: error_set(error, ERROR_LEDGER, "", "the entry is no object");
	value_free(root);
	if (!good)
		return false;
	if (!is_canonical(bytes, length, &members, &entry))
		return error_set(error, ERROR_LEDGER, "", "the entry is not canonical JSON: written "
			"again, its bytes are others");
	*ret_entry = entry;
	return true;
}

/* ---- in one pass ---- */

enum { MEMBER_ACTOR, MEMBER_AT, MEMBER_COMMAND, MEMBER_DIGEST, MEMBER_EFFECTIVE, MEMBER_KIND,
	MEMBER_SEQUENCE };

/*
 * The kind stands behind the body that it explains, so it is looked for from the end, where it is the string
 * before the key of the sequence; on the way forward it is read again.
 */
static bool kind_ahead(const char *bytes, size_t length, char ret_kind[KIND_AHEAD])
{
	const char *quote = bytes + length, *stop = NULL;
	for (int i = 0; i < 4 && quote != NULL; i++) {
		stop = quote;
		quote = memrchr(bytes, '"', (size_t)(quote - bytes));
	}
	if (quote == NULL || stop - quote > KIND_AHEAD)
		return false;
	size_t size = (size_t)(stop - quote) - 1;
	memcpy(ret_kind, quote + 1, size);
	ret_kind[size] = '\0';
	return true;
}

static bool take_member(struct canonical *canonical, const char *key, int member,
	struct members *members)
{
	return canonical_take(canonical, key) &&
		canonical_field(canonical, &fields[member], members);
}

/* Both of a command and its digest, or neither; then when it took effect, or nothing. */
static bool take_optional(struct canonical *canonical, struct members *members,
	bool *ret_has_command)
{
	*ret_has_command = canonical_take(canonical, ",\"command\":");
	if (*ret_has_command && !(canonical_field(canonical, &fields[MEMBER_COMMAND], members) &&
	    take_member(canonical, ",\"digest\":", MEMBER_DIGEST, members)))
		return false;
	return !canonical_take(canonical, ",\"effective\":") ||
		canonical_field(canonical, &fields[MEMBER_EFFECTIVE], members);
}

bool entry_parse_canonical(const char *bytes, size_t length, entry_find_body *find_body,
	void *context, struct arena *arena, struct parsed_entry *ret_entry)
{
	struct canonical canonical = { bytes, bytes + length, arena };
	struct members members;
	char kind[KIND_AHEAD];
	bool has_command = false;
	record_clear(&descriptor, &members);
	if (!kind_ahead(bytes, length, kind))
		return false;
	const struct descriptor *body_descriptor = find_body(context, kind);
	void *body = body_descriptor != NULL ? arena_alloc(arena, body_descriptor->size) : NULL;
	if (body == NULL || !take_member(&canonical, "{\"actor\":", MEMBER_ACTOR, &members) ||
	    !take_member(&canonical, ",\"at\":", MEMBER_AT, &members) ||
	    !canonical_take(&canonical, ",\"body\":") ||
	    !canonical_record(&canonical, body_descriptor, body) ||
	    !take_optional(&canonical, &members, &has_command) ||
	    !take_member(&canonical, ",\"kind\":", MEMBER_KIND, &members) ||
	    strcmp(members.kind, kind) != 0 ||
	    !take_member(&canonical, ",\"sequence\":", MEMBER_SEQUENCE, &members) ||
	    !canonical_take(&canonical, "}") || canonical.at != canonical.end)
		return false;
	*ret_entry = entry_of(&members, has_command, body_descriptor);
	ret_entry->body = body;
	return true;
}

bool entry_parse(const char *bytes, size_t length, entry_find_body *find_body, void *context,
	struct arena *arena, struct parsed_entry *ret_entry, struct error *error)
{
	return entry_parse_canonical(bytes, length, find_body, context, arena, ret_entry) ||
		entry_parse_value(bytes, length, find_body, context, arena, ret_entry, error);
}
