/* Preparing, signing and rejecting notes; what a note means is its kind's. */
#include "reserve/document.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/words.h"

static const char *const state_names[] = { "", "open", "effective", "rejected", "obsolete", NULL };

static const struct field signature_fields[] = {
	R_TEXT(struct document_signature, key_id),
	R_TEXT(struct document_signature, person),
	R_TEXT(struct document_signature, signature),
};
static const struct descriptor signature_descriptor =
	DESCRIPTOR("signature", struct document_signature, signature_fields);

static const struct field document_fields[] = {
	F_TEXT(struct document, id),
	F_TEXT(struct document, kind),
	F_TEXT(struct document, subject),
	F_INT(struct document, need),
	F_ENUM(struct document, state, state_names),
	F_REF(struct document, prepared_by, TABLE_PERSON),
	F_TEXT(struct document, barred),
	F_TIME(struct document, prepared_at),
	F_STRING(struct document, text),
	F_LIST(struct document, signatures, &signature_descriptor),
};
const struct descriptor document_descriptor =
	DESCRIPTOR("document", struct document, document_fields);

static const struct document_kind *kind_of(const char *name)
{
	for (size_t i = 0; document_kinds[i] != NULL; i++) {
		if (text_equal(document_kinds[i]->name, name))
			return document_kinds[i];
	}
	assert(false && "a document has a known kind");
	return NULL;
}

/* ---- preparing ---- */

struct prepared {
	char barred[CODE_MAX], document[CODE_MAX], kind[16], subject[CODE_MAX];
	int64_t need;
	const char *text;
};

static const struct field prepared_fields[] = {
	F_TEXT(struct prepared, barred),
	F_TEXT(struct prepared, document),
	F_TEXT(struct prepared, kind),
	F_INT(struct prepared, need),
	F_TEXT(struct prepared, subject),
	F_STRING(struct prepared, text),
};
static const struct descriptor prepared_descriptor =
	DESCRIPTOR("document.prepared", struct prepared, prepared_fields);

static void draft_append(struct document_draft *draft, const char *text)
{
	size_t length = strlen(text);
	if (draft->length + length + 1 > NOTE_TEXT_MAX) {
		draft->overflow = true;
		return;
	}
	for (size_t i = 0; i < length; i++) {
		char c = text[i];
		draft->text[draft->length++] = (c == '\n' || c == '\r') ? ' ' : c;
	}
}

static void draft_end_line(struct document_draft *draft)
{
	if (draft->length + 1 >= NOTE_TEXT_MAX)
		draft->overflow = true;
	else
		draft->text[draft->length++] = '\n';
}

void document_words(struct document_draft *draft, const char *const words[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			draft_append(draft, " ");
		draft_append(draft, words[i]);
	}
	draft_end_line(draft);
}

void document_line(struct document_draft *draft, const char *name, const char *value)
{
	document_words(draft, (const char *const[]){ name, value }, 2);
}

void document_line_int(struct document_draft *draft, const char *name, int64_t value)
{
	char digits[WORD_INT];
	word_int(digits, value);
	document_line(draft, name, digits);
}

void document_line_time(struct document_draft *draft, const char *name, int64_t time_ms)
{
	char text[TIME_TEXT_SIZE];
	time_format(time_ms, text);
	document_line(draft, name, text);
}

void document_line_sha256(struct document_draft *draft, const char *name, const uint8_t sha256[32])
{
	static const char hex[] = "0123456789abcdef";
	char digits[65];
	for (int i = 0; i < 32; i++) {
		digits[2 * i] = hex[sha256[i] >> 4];
		digits[2 * i + 1] = hex[sha256[i] & 15];
	}
	digits[64] = '\0';
	document_line(draft, name, digits);
}

bool document_begin_as(const struct context *context, struct document_draft *draft,
	const struct document_kind *kind, const char *id, const char *subject, int64_t need,
	struct error *error)
{
	memset(draft, 0, sizeof *draft);
	draft->kind = kind;
	draft->need = need < 2 ? need :
		founding_signatures(state_reserve(context->state), kind->name);
	body_text(draft->id, id);
	body_text(draft->subject, subject);
	draft->text = arena_alloc(context->arena, NOTE_TEXT_MAX + 1);
	if (draft->text == NULL)
		return error_set(error, ERROR_LIMIT, "", "the request needs too much memory");
	draft_append(draft, "projectvault.org/");
	draft_append(draft, kind->name);
	draft_append(draft, "@v1");
	draft_end_line(draft);
	document_line(draft, "reserve", state_reserve(context->state)->origin);
	document_line(draft, "id", id);
	document_line_time(draft, "prepared", context->now);
	document_line(draft, "prepared-by", context->actor->code);
	return true;
}

bool document_begin(const struct context *context, struct document_draft *draft,
	const struct document_kind *kind, const char *subject, int64_t need, struct error *error)
{
	char id[CODE_MAX];
	state_next_id(context->state, "N", context->now, 0, id, sizeof id);
	return document_begin_as(context, draft, kind, id, subject, need, error);
}

void document_content(struct document_draft *draft)
{
	if (!draft->overflow) /* a head that does not fit is never shortened */
		draft->head_length = draft->length;
}

static bool shorten(const struct context *context, struct document_draft *draft,
	struct error *error)
{
	if (draft->head_length == 0 || (!draft->digest_named && context->content_digest == NULL))
		return error_set(error, ERROR_LIMIT, "", "the note would be longer than %d bytes",
			NOTE_TEXT_MAX);
	draft->length = draft->head_length;
	draft->overflow = false;
	if (!draft->digest_named)
		document_line_sha256(draft, "content-sha256", context->content_digest);
	return !draft->overflow || error_set(error, ERROR_LIMIT, "",
		"the note would be longer than %d bytes", NOTE_TEXT_MAX);
}

bool document_end(const struct context *context, struct document_draft *draft,
	struct decision *decision, struct error *error)
{
	if (draft->overflow && !shorten(context, draft, error))
		return false;
	draft->text[draft->length] = '\0';
	struct prepared *body = decision_body(decision, &event_document_prepared);
	body_text(body->document, draft->id);
	body_text(body->kind, draft->kind->name);
	body_text(body->subject, draft->subject);
	body_text(body->barred, draft->barred);
	body->need = draft->need;
	body->text = draft->text;
	decision->id = arena_text(decision->arena, draft->id, strlen(draft->id));
	decision->next = arena_printf(decision->arena, "vaultctl sign %s", draft->id);
	return decision_add(decision, &event_document_prepared, body);
}

static void apply_prepared(struct state *state, const struct applied *applied, const void *data)
{
	const struct prepared *body = data;
	struct document *document = state_insert(state, TABLE_DOCUMENT, body->document);
	if (body->document[0] == 'N')
		state_take_id(state, body->document);
	body_text(document->kind, body->kind);
	body_text(document->subject, body->subject);
	body_text(document->barred, body->barred);
	document->need = body->need;
	document->state = DOCUMENT_OPEN;
	document->prepared_by = state_find(state, TABLE_PERSON, applied->actor);
	document->prepared_at = applied->at;
	document->text = strdup(body->text);
	if (document->text == NULL)
		abort();
}

const struct event_type event_document_prepared = { "document.prepared", &prepared_descriptor,
	apply_prepared };

/* ---- signing ---- */

struct sign_params {
	char document[CODE_MAX];
	struct list signatures;
	const char *text;
};

static const struct field sign_fields[] = {
	R_TEXT(struct sign_params, document),
	R_LIST(struct sign_params, signatures, &signature_descriptor),
	R_STRING(struct sign_params, text),
};
static const struct descriptor sign_params =
	DESCRIPTOR("document.sign", struct sign_params, sign_fields);

struct signed_body {
	char document[CODE_MAX], key_id[12], person[CODE_MAX], signature[96];
};

static const struct field signed_fields[] = {
	F_TEXT(struct signed_body, document),
	F_TEXT(struct signed_body, key_id),
	F_TEXT(struct signed_body, person),
	F_TEXT(struct signed_body, signature),
};
static const struct descriptor signed_descriptor =
	DESCRIPTOR("document.signed", struct signed_body, signed_fields);

static bool has_signed(const struct document *document, const char *person)
{
	const struct document_signature *signatures = document->signatures.items;
	for (uint32_t i = 0; i < document->signatures.count; i++) {
		if (text_equal(signatures[i].person, person))
			return true;
	}
	return false;
}

/* Who asked for what the note would give. */
static bool barred(const struct state *state, const struct document *document, const char *person)
{
	const struct document_kind *kind = kind_of(document->kind);
	return text_equal(document->barred, person) ||
		(kind->bars != NULL && kind->bars(state, document, person));
}

bool document_waits_for(const struct state *state, const struct document *document,
	const struct person *person)
{
	return document->state == DOCUMENT_OPEN && person != NULL &&
		(person->duties & document_signers(document->kind)) != 0 && !has_signed(document, person->code) &&
		!barred(state, document, person->code);
}

void document_obsolete(struct state *state, const char *id)
{
	struct document *document = state_find(state, TABLE_DOCUMENT, id);
	if (document == NULL || document->state != DOCUMENT_OPEN)
		return;
	document->state = DOCUMENT_OBSOLETE;
	state_close(state, document);
}

enum signer { SIGNER_GOOD, SIGNER_REFUSED, SIGNER_WRONG };

/* Who may never sign is refused under R14, which is recorded; who is unknown is an error. */
static enum signer check_signer(const struct context *context, const struct document *document,
	const struct document_signature *signature, struct decision *decision, struct error *error)
{
	const struct person *person = person_find(context->state, signature->person);
	if (person == NULL) {
		error_set(error, ERROR_BAD_SIGNATURE, "signatures",
			"%s is not an enrolled person", signature->person);
	} else if (person_key(context->state, signature->person, signature->key_id) == NULL) {
		error_set(error, ERROR_BAD_SIGNATURE, "signatures",
			"key %s of %s is not in force", signature->key_id, signature->person);
	} else if ((person->duties & document_signers(document->kind)) == 0) {
		error_set(error, ERROR_DENIED, "signatures", "%s has no duty that signs %s",
			signature->person, document->id);
	} else if (barred(context->state, document, signature->person)) {
		refuse_act(decision, document->id, "R14", signature->person,
			arena_printf(context->arena, "%s cannot sign it",
			kind_of(document->kind)->barred_because));
		return SIGNER_REFUSED;
	} else if (has_signed(document, signature->person)) {
		refuse_act(decision, document->id, "R14", signature->person,
			"the same person cannot sign twice");
		return SIGNER_REFUSED;
	} else {
		return SIGNER_GOOD;
	}
	return SIGNER_WRONG;
}

static const struct document *find_open(const struct context *context, const char *id,
	struct error *error)
{
	const struct document *document = state_find(context->state, TABLE_DOCUMENT, id);
	if (document == NULL) {
		not_found(error, "document", "open note", id);
		return NULL;
	}
	if (document->state != DOCUMENT_OPEN) {
		error_set(error, ERROR_ILLEGAL, "document", "%s is %s", id,
			state_names[document->state]);
		return NULL;
	}
	return document;
}

static bool decide_sign(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct sign_params *params = data;
	const struct document_signature *signatures = params->signatures.items;
	const struct document *document = find_open(context, params->document, error);
	if (document == NULL)
		return false;
	if (!text_equal(document->text, params->text))
		return error_set(error, ERROR_BAD_SIGNATURE, "text",
			"the text signed is not the text of %s", document->id);
	if (params->signatures.count == 0)
		return error_set(error, ERROR_INVALID, "signatures", "no signature is given");
	for (uint32_t i = 0; i < params->signatures.count; i++) {
		for (uint32_t j = 0; j < i; j++) {
			if (text_equal(signatures[i].person, signatures[j].person))
				return refuse_act(decision, document->id, "R14", signatures[i].person,
					"the same person cannot sign twice");
		}
		enum signer signer = check_signer(context, document, &signatures[i], decision, error);
		if (signer != SIGNER_GOOD)
			return signer == SIGNER_REFUSED;
		if (document->signatures.count + i >= document->need)
			continue; /* more than it needs: it is effective with those before */
		struct signed_body *body = decision_body(decision, &event_document_signed);
		body_text(body->document, document->id);
		body_text(body->key_id, signatures[i].key_id);
		body_text(body->person, signatures[i].person);
		body_text(body->signature, signatures[i].signature);
		decision_add(decision, &event_document_signed, body);
	}
	decision->id = document->id;
	if (document->signatures.count + params->signatures.count < document->need)
		return true;
	return kind_of(document->kind)->effect(context, document, decision, error);
}

static void apply_signed(struct state *state, const struct applied *applied, const void *data)
{
	const struct signed_body *body = data;
	(void)applied;
	struct document *document = state_find(state, TABLE_DOCUMENT, body->document);
	assert(document != NULL);
	uint32_t count = document->signatures.count;
	struct document_signature *items = reallocarray(document->signatures.items, count + 1,
		sizeof *items);
	if (items == NULL)
		abort();
	memset(&items[count], 0, sizeof *items);
	body_text(items[count].person, body->person);
	body_text(items[count].key_id, body->key_id);
	body_text(items[count].signature, body->signature);
	document->signatures = (struct list){ items, count + 1 };
	state_touch(state, document);
	if (document->signatures.count >= document->need) {
		document->state = DOCUMENT_EFFECTIVE;
		state_close(state, document);
	}
}

const struct event_type event_document_signed = { "document.signed", &signed_descriptor,
	apply_signed };
const struct command_type command_document_sign = { "document.sign", &sign_params, DUTY_ANY,
	decide_sign, NULL };

/* ---- rejecting ---- */

struct reject_body {
	const char *because;
	char document[CODE_MAX];
};

static const struct field reject_fields[] = {
	R_STRING(struct reject_body, because),
	R_TEXT(struct reject_body, document),
};
static const struct descriptor reject_descriptor =
	DESCRIPTOR("document.rejected", struct reject_body, reject_fields);

static bool decide_reject(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct reject_body *params = data;
	const struct document *document = find_open(context, params->document, error);
	if (document == NULL)
		return false;
	struct reject_body *body = decision_body(decision, &event_document_rejected);
	*body = *params;
	decision->id = document->id;
	return decision_add(decision, &event_document_rejected, body);
}

static void apply_rejected(struct state *state, const struct applied *applied, const void *data)
{
	const struct reject_body *body = data;
	(void)applied;
	struct document *document = state_find(state, TABLE_DOCUMENT, body->document);
	assert(document != NULL);
	kind_of(document->kind)->rejected(state, document);
	document->state = DOCUMENT_REJECTED;
	state_close(state, document);
}

const struct event_type event_document_rejected = { "document.rejected", &reject_descriptor,
	apply_rejected };
const struct command_type command_document_reject = { "document.reject", &reject_descriptor,
	DUTY_OFFICER, decide_reject, NULL };
