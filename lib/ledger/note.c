/* Strict both ways: a note that parses here is, byte for byte, the one that would be written. */
#include "ledger/note.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "ledger/hash.h"
#include "ledger/key.h"

static const char dash[] = "\xE2\x80\x94 "; /* U+2014 and a space */

enum {
	KEY_ID_SIZE = 4,
	NOTE_LINE_MAX = 16 * 1024, /* of a signature: post-quantum ones have up to 5 kB */
};

static uint32_t read_id(const uint8_t bytes[KEY_ID_SIZE])
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The length of the Unicode white space that begins here, or 0. */
static size_t space_at(const char *text)
{
	static const char *const spaces[] = { " ", "\t", "\n", "\v", "\f", "\r", "\xC2\x85", "\xC2\xA0",
		"\xE1\x9A\x80", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F",
		"\xE3\x80\x80" };
	for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
		if (text_starts(text, spaces[i]))
			return strlen(spaces[i]);
	}
	const unsigned char *at = (const unsigned char *)text; /* U+2000 to U+200A */
	return at[0] == 0xE2 && at[1] == 0x80 && at[2] >= 0x80 && at[2] <= 0x8A ? 3 : 0;
}

bool verifier_key_name_fits(const char *name)
{
	size_t length = strlen(name);
	if (length == 0 || length >= KEY_NAME_MAX || !text_is_utf8(name, length))
		return false;
	for (const char *at = name; *at != '\0'; at++) {
		if (*at == '+' || (unsigned char)*at < 0x20 || space_at(at) > 0)
			return false;
	}
	return true;
}

static uint32_t key_id(const struct verifier_key *key)
{
	uint8_t bytes[KEY_NAME_MAX + 2 + KEY_PUBLIC_SIZE];
	size_t length = strlen(key->name);
	memcpy(bytes, key->name, length);
	bytes[length++] = '\n';
	bytes[length++] = key->type;
	memcpy(bytes + length, key->public_key, KEY_PUBLIC_SIZE);
	struct hash hash;
	hash_sha256(bytes, length + KEY_PUBLIC_SIZE, &hash);
	return read_id(hash.bytes);
}

bool verifier_key_init(const char *name, enum key_type type,
	const uint8_t public_key[KEY_PUBLIC_SIZE], struct verifier_key *ret_key, struct error *error)
{
	struct verifier_key key = { .type = (uint8_t)type };
	if (!verifier_key_name_fits(name))
		return error_set(error, ERROR_INVALID, "key", "a key's name has 1 to %d bytes without "
			"white space or a plus sign", KEY_NAME_MAX - 1);
	if (type != KEY_ED25519 && type != KEY_COSIGNATURE)
		return error_set(error, ERROR_INVALID, "key", "the key type 0x%02x is not known here",
			(unsigned)type);
	text_copy(key.name, sizeof key.name, name);
	memcpy(key.public_key, public_key, KEY_PUBLIC_SIZE);
	key.id = key_id(&key);
	*ret_key = key;
	return true;
}

/* The parts of NAME+ID+BASE64 without a look at whether the ID belongs to the rest. */
static bool parse_key_parts(const char *text, struct buffer *decoded, struct verifier_key *ret_key,
	struct error *error)
{
	const char *id = strchr(text, '+');
	const char *base64 = id != NULL ? strchr(id + 1, '+') : NULL;
	char name[KEY_NAME_MAX];
	if (base64 == NULL || id - text >= KEY_NAME_MAX || base64 - id != 9)
		return error_set(error, ERROR_INVALID, "key", "a verifier key reads NAME+ID+BASE64");
	memcpy(name, text, (size_t)(id - text));
	name[id - text] = '\0';
	if (!base64_decode(base64 + 1, strlen(base64 + 1), decoded))
		return error_set(error, ERROR_INVALID, "key", "the verifier key of %s is not base64", name);
	if (decoded->length != 1 + KEY_PUBLIC_SIZE)
		return error_set(error, ERROR_INVALID, "key", "the verifier key of %s is no Ed25519 key",
			name);
	return verifier_key_init(name, (enum key_type)(uint8_t)decoded->bytes[0],
		(const uint8_t *)decoded->bytes + 1, ret_key, error);
}

bool verifier_key_parse(const char *text, struct verifier_key *ret_key, struct error *error)
{
	struct buffer decoded = { 0 }, again = { 0 };
	struct verifier_key key;
	bool ok = parse_key_parts(text, &decoded, &key, error);
	if (ok) {
		verifier_key_format(&again, &key);
		ok = strcmp(buffer_text(&again), text) == 0 || error_set(error, ERROR_INVALID, "key",
			"the key id of %s is not that of its public key, which is %08x", key.name, key.id);
	}
	if (ok)
		*ret_key = key;
	buffer_free(&decoded);
	buffer_free(&again);
	return ok;
}

void verifier_key_format(struct buffer *out, const struct verifier_key *key)
{
	uint8_t bytes[1 + KEY_PUBLIC_SIZE] = { key->type };
	memcpy(bytes + 1, key->public_key, KEY_PUBLIC_SIZE);
	buffer_printf(out, "%s+%08x+", key->name, key->id);
	base64_append(out, bytes, sizeof bytes);
}

bool verifier_key_equal(const struct verifier_key *a, const struct verifier_key *b)
{
	return a->id == b->id && a->type == b->type && strcmp(a->name, b->name) == 0 &&
		memcmp(a->public_key, b->public_key, KEY_PUBLIC_SIZE) == 0;
}

static bool bad_note(struct error *error, const char *what)
{
	return error_set(error, ERROR_INVALID, "note", "this is no signed note: %s", what);
}

static bool bytes_fit(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)bytes[i] < 0x20 && bytes[i] != '\n')
			return false;
	}
	return text_is_utf8(bytes, length);
}

static bool signature_decode(const char *base64, size_t length, struct note_signature *signature)
{
	struct buffer decoded = { 0 };
	bool ok = base64_decode(base64, length, &decoded) && decoded.length > KEY_ID_SIZE;
	if (ok) {
		const uint8_t *bytes = (const uint8_t *)decoded.bytes;
		signature->key_id = read_id(bytes);
		signature->length = decoded.length - KEY_ID_SIZE;
		size_t kept = signature->length < NOTE_SIGNATURE_MAX ? signature->length
			: NOTE_SIGNATURE_MAX;
		memcpy(signature->bytes, bytes + KEY_ID_SIZE, kept);
	}
	buffer_free(&decoded);
	return ok;
}

/* One line without its newline. */
static bool parse_signature(const char *line, size_t length, struct note_signature *signature,
	struct error *error)
{
	const size_t dash_length = sizeof dash - 1;
	if (length > NOTE_LINE_MAX || length < dash_length || memcmp(line, dash, dash_length) != 0)
		return bad_note(error, "a line below the last empty line is no signature line");
	const char *name = line + dash_length;
	const char *space = memchr(name, ' ', length - dash_length);
	if (space == NULL || space - name >= KEY_NAME_MAX)
		return bad_note(error, "a signature line reads: dash, NAME, BASE64");
	memset(signature, 0, sizeof *signature);
	memcpy(signature->name, name, (size_t)(space - name));
	if (!verifier_key_name_fits(signature->name))
		return bad_note(error, "a signature line bears a name that no key may have");
	if (!signature_decode(space + 1, (size_t)(line + length - space - 1), signature))
		return bad_note(error, "a signature is not base64 of a key id and a signature");
	return true;
}

/* The newline that ends the text, before the last empty line, or NULL. */
static const char *find_text_end(const char *bytes, size_t length)
{
	for (size_t i = length; i >= 2; i--) {
		if (bytes[i - 1] == '\n' && bytes[i - 2] == '\n')
			return bytes + i - 2;
	}
	return NULL;
}

bool note_parse(const char *bytes, size_t length, struct note *ret_note, struct error *error)
{
	const char *text_end = find_text_end(bytes, length);
	if (text_end == NULL)
		return bad_note(error, "it has no empty line before its signatures");
	const char *end = bytes + length;
	if (text_end - bytes >= NOTE_TEXT_MAX)
		return error_set(error, ERROR_LIMIT, "note", "the text of a note has at most %d bytes",
			NOTE_TEXT_MAX);
	if (!bytes_fit(bytes, length))
		return bad_note(error, "it is not UTF-8 text, or has a control character");
	struct note note;
	note.text = bytes;
	note.text_length = (size_t)(text_end - bytes) + 1;
	note.signature_count = 0;
	for (const char *line = text_end + 2; line < end;) {
		const char *line_end = memchr(line, '\n', (size_t)(end - line));
		if (line_end == NULL)
			return bad_note(error, "its last line has no end");
		if (note.signature_count == NOTE_SIGNATURES_MAX)
			return error_set(error, ERROR_LIMIT, "note", "a note has at most %d signatures",
				NOTE_SIGNATURES_MAX);
		if (!parse_signature(line, (size_t)(line_end - line),
		    &note.signatures[note.signature_count++], error))
			return false;
		line = line_end + 1;
	}
	if (note.signature_count == 0)
		return bad_note(error, "it has no signature");
	*ret_note = note;
	return true;
}

static bool names_key(const struct note_signature *signature, const struct verifier_key *key)
{
	return signature->key_id == key->id && strcmp(signature->name, key->name) == 0;
}

const struct note_signature *note_find(const struct note *note, const struct verifier_key *key)
{
	for (size_t i = 0; i < note->signature_count; i++) {
		if (names_key(&note->signatures[i], key))
			return &note->signatures[i];
	}
	return NULL;
}

static bool verify_cosignature(const struct note *note, const struct verifier_key *key,
	const struct note_signature *signature)
{
	if (signature->length != NOTE_COSIGNATURE_SIZE)
		return false;
	struct buffer message = { 0 };
	note_cosignature_message(&message, note_cosignature_time(signature), note->text,
		note->text_length);
	bool ok = key_verify(key->public_key, message.bytes, message.length, signature->bytes + 8);
	buffer_free(&message);
	return ok;
}

static bool verify_one(const struct note *note, const struct verifier_key *key,
	const struct note_signature *signature)
{
	if (key->type == KEY_COSIGNATURE)
		return verify_cosignature(note, key, signature);
	return key->type == KEY_ED25519 && signature->length == KEY_SIGNATURE_SIZE &&
		key_verify(key->public_key, note->text, note->text_length, signature->bytes);
}

bool note_verify(const struct note *note, const struct verifier_key *key)
{
	bool found = false;
	for (size_t i = 0; i < note->signature_count; i++) {
		if (!names_key(&note->signatures[i], key))
			continue;
		if (!verify_one(note, key, &note->signatures[i]))
			return false;
		found = true;
	}
	return found;
}

uint64_t note_cosignature_time(const struct note_signature *signature)
{
	assert(signature->length == NOTE_COSIGNATURE_SIZE);
	uint64_t time_s = 0;
	for (int i = 0; i < 8; i++)
		time_s = time_s << 8 | signature->bytes[i];
	return time_s;
}

void note_cosignature_message(struct buffer *out, uint64_t time_s, const char *text, size_t length)
{
	buffer_printf(out, "cosignature/v1\ntime %llu\n", (unsigned long long)time_s);
	buffer_append(out, text, length);
}

void note_begin(struct buffer *out, const char *text, size_t length)
{
	assert(length > 0 && text[length - 1] == '\n');
	buffer_append(out, text, length);
	buffer_append_byte(out, '\n');
}

void note_signature_append(struct buffer *out, const char *name, uint32_t id, const void *signature,
	size_t length)
{
	uint8_t bytes[KEY_ID_SIZE + NOTE_SIGNATURE_MAX] = { (uint8_t)(id >> 24), (uint8_t)(id >> 16),
		(uint8_t)(id >> 8), (uint8_t)id };
	assert(verifier_key_name_fits(name) && length > 0 && length <= NOTE_SIGNATURE_MAX);
	memcpy(bytes + KEY_ID_SIZE, signature, length);
	buffer_append_text(out, dash);
	buffer_append_text(out, name);
	buffer_append_byte(out, ' ');
	base64_append(out, bytes, KEY_ID_SIZE + length);
	buffer_append_byte(out, '\n');
}

void note_compose(struct buffer *out, const struct note *note)
{
	note_begin(out, note->text, note->text_length);
	for (size_t i = 0; i < note->signature_count; i++) {
		const struct note_signature *signature = &note->signatures[i];
		if (signature->length > NOTE_SIGNATURE_MAX)
			continue;
		note_signature_append(out, signature->name, signature->key_id, signature->bytes,
			signature->length);
	}
}
