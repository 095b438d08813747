/* Bodies are read by their descriptors' names, so that no struct of the core is known twice. */
#include "audit/notes_private.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ledger/note.h"
#include "reserve/document.h"
#include "reserve/emergency/request_note.h"
#include "reserve/emergency/why.h"
#include "reserve/person.h"

bool notes_wrong(const struct notes *notes, const struct check *check, const char *subject,
	const char *format, ...)
{
	char message[640];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	notes->fault(notes->context, check, subject, message);
	return false;
}

/* ---- what is kept ---- */

static void note_item_free(struct item *item)
{
	struct note_item *note = (struct note_item *)item;
	free(note->text);
	free(note->signers);
}

static void plan_item_free(struct item *item)
{
	free(((struct plan_item *)item)->askers);
}

void notes_free(struct notes *notes)
{
	if (notes == NULL)
		return;
	items_free(&notes->keys, NULL);
	items_free(&notes->persons, NULL);
	items_free(&notes->documents, note_item_free);
	items_free(&notes->requests, NULL);
	items_free(&notes->plans, plan_item_free);
	items_free(&notes->kinds, NULL);
	free(notes);
}

int64_t notes_signatures(const struct notes *notes)
{
	return notes->signatures;
}

int64_t notes_documents(const struct notes *notes)
{
	return (int64_t)notes->documents.count;
}

/* ---- bodies ---- */

/* Whether a text has the line "name value". */
static bool has_line(const char *text, const char *name, const char *value)
{
	size_t name_length = strlen(name), value_length = strlen(value);
	for (const char *line = text; line != NULL && *line != '\0';) {
		const char *end = strchr(line, '\n');
		size_t length = end != NULL ? (size_t)(end - line) : strlen(line);
		if (length == name_length + 1 + value_length && memcmp(line, name, name_length) == 0
			&& line[name_length] == ' '
			&& memcmp(line + name_length + 1, value, value_length) == 0)
			return true;
		line = end != NULL ? end + 1 : NULL;
	}
	return false;
}

/* ---- persons ---- */

static void retire(struct notes *notes, struct person_item *person)
{
	struct person_key_item *key = items_find(&notes->keys, person->key);
	if (key != NULL)
		key->in_force = false;
	person->key[0] = '\0';
}

static bool install(struct notes *notes, const char *code, const char *verifier_key)
{
	struct verifier_key key;
	struct error error = { 0 };
	char id[CODE_MAX + 16], name[KEY_NAME_MAX];
	if (!verifier_key_parse(verifier_key, &key, &error))
		return notes_wrong(notes, &check_signatures, code, "the key of %s: %s", code, error.message);
	snprintf(name, sizeof name, "%s/%s", notes->origin, code);
	struct person_item *person = items_take(&notes->persons, code, sizeof *person);
	if (!text_equal(key.name, name) ||
	    key.type != ((person->duties & DUTY_WITNESS) != 0 ? KEY_COSIGNATURE : KEY_ED25519))
		return notes_wrong(notes, &check_signatures, code, "the key of %s is no %s key named %s", code,
			(person->duties & DUTY_WITNESS) != 0 ? "cosignature" : "Ed25519", name);
	snprintf(id, sizeof id, "%s.%08x", code, key.id);
	retire(notes, person);
	struct person_key_item *item = items_take(&notes->keys, id, sizeof *item);
	item->key = key;
	item->in_force = true;
	text_copy(person->key, sizeof person->key, id);
	return true;
}

bool notes_enrol(struct notes *notes, const char *code, uint32_t duties, const char *member,
	const char *verifier_key)
{
	struct person_item *person = items_take(&notes->persons, code, sizeof *person);
	person->duties = duties;
	text_copy(person->member, sizeof person->member, (duties & DUTY_DELEGATE) != 0 ? member : "");
	return install(notes, code, verifier_key);
}

/* ---- notes ---- */

static struct note_item *note_of(struct notes *notes, const struct parsed_entry *entry,
	const char *field)
{
	struct note_item *note = items_find(&notes->documents, check_text(entry, field));
	if (note == NULL)
		notes_wrong(notes, &check_two_signatures, check_text(entry, field),
			"%s names the note \"%s\", which nobody prepared", entry->kind,
			check_text(entry, field));
	return note;
}

static void forget_text(struct note_item *note)
{
	free(note->text);
	note->text = NULL;
}

static bool take_prepared(struct notes *notes, const struct parsed_entry *entry)
{
	const char *id = check_text(entry, "document"), *text = check_text(entry, "text");
	if (items_find(&notes->documents, id) != NULL)
		return notes_wrong(notes, &check_signatures, id, "%s is prepared a second time", id);
	if (!has_line(text, "id", id) || !has_line(text, "reserve", notes->origin))
		notes_wrong(notes, &check_signatures, id, "the text of %s does not name itself and its reserve",
			id);
	struct note_item *note = items_take(&notes->documents, id, sizeof *note);
	note->text = strdup(text);
	if (note->text == NULL)
		abort();
	note->may_sign = document_signers(check_text(entry, "kind"));
	note->need = check_number(entry, "need");
	text_copy(note->barred, sizeof note->barred, check_text(entry, "barred"));
	return true;
}

/* Who asked for metal in the plan of that id. */
static bool asked_in(const struct plan_item *plan, const char *person)
{
	for (uint32_t i = 0; plan != NULL && i < plan->count; i++) {
		if (text_equal(plan->askers[i], person))
			return true;
	}
	return false;
}

static bool take_eligible(struct notes *notes, const struct parsed_entry *entry)
{
	const char *signer = check_text(entry, "signer");
	struct request_item *request = items_take(&notes->requests, check_text(entry, "request"),
		sizeof *request);
	text_copy(request->asker, sizeof request->asker, signer[0] != '\0' ? signer : entry->actor);
	return true;
}

/* That person asked for what a note lets go, and so never signs it. */
static void add_asker(struct notes *notes, const char *note, const char *asker)
{
	struct plan_item *plan = items_take(&notes->plans, note, sizeof *plan);
	if (asked_in(plan, asker))
		return;
	plan->askers = reallocarray(plan->askers, plan->count + 1, sizeof *plan->askers);
	if (plan->askers == NULL)
		abort();
	text_copy(plan->askers[plan->count++], CODE_MAX, asker);
}

/* A loan, a draw, a rotation or a sale: who prepared it asked for it. */
static bool take_exchange(struct notes *notes, const struct parsed_entry *entry)
{
	struct request_item *exchange = items_take(&notes->requests, check_text(entry, "exchange"),
		sizeof *exchange);
	text_copy(exchange->asker, sizeof exchange->asker, entry->actor);
	return true;
}

/* The order of an exchange; of an award that was decided at once the note says who is barred. */
static bool take_order(struct notes *notes, const struct parsed_entry *entry)
{
	const char *granted = check_text(entry, "request");
	const struct request_item *exchange = items_find(&notes->requests, granted);
	if (granted[0] == 'R')
		return true;
	if (exchange == NULL)
		return notes_wrong(notes, &check_signer_asked, check_text(entry, "order"),
			"%s releases %s, which nobody asked for", check_text(entry, "order"), granted);
	add_asker(notes, check_text(entry, "order"), exchange->asker);
	return true;
}

static bool take_planned(struct notes *notes, const struct parsed_entry *entry)
{
	const struct request_item *request = items_find(&notes->requests,
		check_text(entry, "request"));
	if (request == NULL)
		return notes_wrong(notes, &check_signer_asked, check_text(entry, "plan"),
			"%s plans %s, which nobody asked for", check_text(entry, "plan"),
			check_text(entry, "request"));
	add_asker(notes, check_text(entry, "plan"), request->asker);
	return true;
}

static bool may_sign(const struct notes *notes, const struct note_item *note, const char *person)
{
	const struct person_item *found = items_find(&notes->persons, person);
	const char *id = note->item.name;
	if (note->text == NULL)
		return notes_wrong(notes, &check_signatures, id, "%s was closed when %s signed it", id, person);
	if (found == NULL || found->key[0] == '\0' ||
	    (found->duties & note->may_sign) == 0)
		return notes_wrong(notes, &check_signatures, id, "%s signed %s and had no duty to then", person, id);
	if (text_equal(note->barred, person) || asked_in(items_find(&notes->plans, id), person))
		return notes_wrong(notes, &check_signer_asked, id, "%s asked for %s and signed it", person, id);
	for (uint32_t i = 0; i < note->count; i++) {
		if (text_equal(note->signers[i], person))
			return notes_wrong(notes, &check_two_signatures, id, "%s signed %s twice", person, id);
	}
	return true;
}

static bool verifies(const struct verifier_key *key, const char *text, const char *base64)
{
	struct buffer signature = { 0 };
	bool good = base64_decode(base64, strlen(base64), &signature)
		&& signature.length == KEY_SIGNATURE_SIZE
		&& key_verify(key->public_key, text, strlen(text),
			(const uint8_t *)signature.bytes);
	buffer_free(&signature);
	return good;
}

static bool take_signed(struct notes *notes, const struct parsed_entry *entry)
{
	char id[2 * CODE_MAX];
	const char *person = check_text(entry, "person");
	struct note_item *note = note_of(notes, entry, "document");
	if (note == NULL || !may_sign(notes, note, person))
		return false;
	snprintf(id, sizeof id, "%s.%s", person, check_text(entry, "key_id"));
	const struct person_key_item *key = items_find(&notes->keys, id);
	if (key == NULL || !key->in_force)
		return notes_wrong(notes, &check_signatures, note->item.name, "%s was signed by %s with key %s, "
			"which was not in force", note->item.name, person, check_text(entry, "key_id"));
	if (!verifies(&key->key, note->text, check_text(entry, "signature")))
		return notes_wrong(notes, &check_signatures, note->item.name,
			"the signature of %s does not fit the text of %s", person, note->item.name);
	note->signers = reallocarray(note->signers, note->count + 1, sizeof *note->signers);
	if (note->signers == NULL)
		abort();
	text_copy(note->signers[note->count++], CODE_MAX, person);
	notes->signatures++;
	if (note->count >= note->need)
		forget_text(note);
	return true;
}

static bool take_rejected(struct notes *notes, const struct parsed_entry *entry)
{
	struct note_item *note = note_of(notes, entry, "document");
	if (note == NULL)
		return false;
	if (note->text == NULL)
		return notes_wrong(notes, &check_signatures, note->item.name, "%s was closed when it was rejected",
			note->item.name);
	note->rejected = true;
	forget_text(note);
	return true;
}

/* ---- requests that delegates signed ---- */

/*
 * The note in a request's entry: by a delegate of that member then, and saying what the entry says.
 */
static bool check_request(struct notes *notes, const struct parsed_entry *entry)
{
	char id[2 * CODE_MAX];
	struct error error = { 0 };
	if (check_text(entry, "note")[0] == '\0')
		return true;
	const struct request_decided *body = entry->body;
	const struct person_item *person = items_find(&notes->persons, body->signer);
	snprintf(id, sizeof id, "%s.%s", body->signer, body->signature_key);
	const struct person_key_item *key = items_find(&notes->keys, id);
	if (key == NULL || !key->in_force)
		return notes_wrong(notes, &check_signatures, body->request, "%s was signed by %s with key %s, "
			"which was not in force", body->request, body->signer, body->signature_key);
	if (person == NULL || !text_equal(person->member, body->member))
		return notes_wrong(notes, &check_signatures, body->request, "%s was signed by %s, who was no "
			"delegate of %s", body->request, body->signer, body->member);
	if (!verifies(&key->key, body->note, body->signature))
		return notes_wrong(notes, &check_signatures, body->request, "the signature of %s does not fit the "
			"note of %s", body->signer, body->request);
	struct arena *arena = arena_new(0);
	bool good = request_note_agrees(body, notes->origin,
		entry->has_command ? entry->command : NULL, arena, &error) ||
		notes_wrong(notes, &check_signatures, body->request, "%s", error.message);
	arena_free(arena);
	notes->signatures += good ? 1 : 0;
	return good;
}

/* ---- effects ---- */

/*
 * What only a note may bring about, the field that names the note, and how many must have signed it
 * whatever the note says that it needs.
 */
static const struct effect { const char *kind, *field; uint32_t least; } effects[] = {
	{ "person.enrolled", "document", 2 },
	{ "person.revoked", "document", 2 },
	{ "person.key_replaced", "document", 2 },
	{ "floors.approved", "document", 1 },
	{ "prices.notified", "document", 2 },
	{ "rules.approved", "document", 2 },
	{ "declaration.declared", "declaration", 2 },
	{ "declaration.extended", "document", 2 },
	{ "order.issued", "order", 2 },
	{ "plan.committed", "plan", 2 },
	{ "order.cut", "plan", 2 },
	{ "prices.notified@2", "document", 2 },
	{ "tariffs.approved", "document", 2 },
	{ "rate.signed", "document", 2 },
	{ "commitment.signed", "commitment", 2 },
	{ "commitment.shortened", "document", 2 },
	{ "entitlement.transferred", "document", 2 },
	{ "exchange.amended", "document", 2 },
	{ "exchange.defaulted", "document", 2 },
	{ "members.approved", "document", 2 },
	{ "annual.approved", "document", 2 },
	{ "lot.pledged", "document", 2 },
	{ "lot.unpledged", "document", 2 },
	{ "waiver.granted", "waiver", 2 },
	{ "contract.signed", "contract", 2 },
	{ "contract.settled", "document", 2 },
	{ "finding.lifted", "document", 2 },
	{ "requirements.approved", "document", 2 },
	{ "count.sheet_signed", "document", 1 },
	{ "count.adjusted", "document", 2 },
	{ "count.policy_set", "document", 2 },
};

static bool check_effect(struct notes *notes, const struct parsed_entry *entry,
	const struct effect *effect)
{
	const struct note_item *note = note_of(notes, entry, effect->field);
	if (note == NULL)
		return false;
	int64_t need = note->need > effect->least ? note->need : effect->least;
	return (!note->rejected && note->count >= need) ||
		notes_wrong(notes, &check_two_signatures, note->item.name,
			"%s rests on %s, which has %u of the %lld signatures that it needs", entry->kind,
			note->item.name, note->count, (long long)need);
}

static bool take_person(struct notes *notes, const struct parsed_entry *entry)
{
	const char *code = check_text(entry, "code");
	if (text_equal(entry->kind, "person.enrolled"))
		return notes_enrol(notes, code, (uint32_t)check_number(entry, "duties"),
			check_text(entry, "member"), check_text(entry, "verifier_key"));
	if (text_equal(entry->kind, "person.key_replaced"))
		return install(notes, code, check_text(entry, "verifier_key"));
	struct person_item *person = items_find(&notes->persons, code);
	if (person == NULL)
		return notes_wrong(notes, &check_signatures, code, "%s was never enrolled", code);
	retire(notes, person);
	return true;
}

typedef bool notes_take(struct notes *notes, const struct parsed_entry *entry);

static const struct {
	const char *kind;
	notes_take *take;
} takers[] = {
	{ "reserve.founded", notes_take_founding },
	{ "witness.named", notes_take_witness },
	{ "document.prepared", take_prepared },
	{ "document.signed", take_signed },
	{ "document.rejected", take_rejected },
	{ "person.enrolled", take_person },
	{ "person.key_replaced", take_person },
	{ "person.revoked", take_person },
	{ "exchange.prepared", take_exchange },
	{ "order.prepared", take_order },
	{ "request.eligible", take_eligible },
	{ "request.planned", take_planned },
};

/* ---- entries ---- */

/* A kind of entry and all that is done for one of it. */
struct kind_item {
	struct item item;
	const struct effect *effect;
	notes_take *take;
	bool decides;
};

struct notes *notes_new(notes_fault *fault, void *context)
{
	struct notes *notes = calloc(1, sizeof *notes);
	if (notes == NULL)
		abort();
	notes->fault = fault;
	notes->context = context;
	for (size_t i = 0; event_types[i] != NULL; i++) {
		struct kind_item *kind = items_take(&notes->kinds, event_types[i]->kind, sizeof *kind);
		kind->decides = why_decides(event_types[i]->kind);
	}
	for (size_t i = 0; i < sizeof effects / sizeof *effects; i++) {
		struct kind_item *kind = items_find(&notes->kinds, effects[i].kind);
		assert(kind != NULL && kind->effect == NULL);
		kind->effect = &effects[i];
	}
	for (size_t i = 0; i < sizeof takers / sizeof *takers; i++) {
		struct kind_item *kind = items_find(&notes->kinds, takers[i].kind);
		assert(kind != NULL && kind->take == NULL);
		kind->take = takers[i].take;
	}
	return notes;
}

void notes_entry(struct notes *notes, const struct parsed_entry *entry)
{
	const struct kind_item *kind = items_find(&notes->kinds, entry->kind);
	if (entry->sequence <= notes->witness_count)
		notes_check_after_founding(notes, entry);
	if (kind->effect != NULL)
		check_effect(notes, entry, kind->effect);
	if (kind->decides)
		check_request(notes, entry);
	if (kind->take != NULL)
		kind->take(notes, entry);
}
