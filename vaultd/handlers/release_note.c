/*
 * What a carrier is shown: a release order's text with the order key's signature. Of an order that two
 * officers signed it is the text they signed; an order that was cut from a plan has none, so its text
 * is made here, always the same, and names the plan's note, whose signatures are its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "ledger/hash.h"
#include "ledger/note.h"
#include "reserve/document.h"
#include "reserve/founding.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/zone/member.h"
#include "reserve/zone/price.h"
#include "vaultd/handlers/handler.h"
#include "wire/message.h"
#include "wire/value.h"

struct note_job {
	struct read_job job;
	const char *id, *origin;
	struct signer *signer; /* the daemon's: signing does not change it */
};

/* ---- notes as they are recorded ---- */

static const struct document *effective(const struct state *state, const char *id)
{
	const struct document *document = NULL;
	while ((document = state_next(state, TABLE_DOCUMENT, document)) != NULL) {
		if (text_equal(document->id, id) && document->state == DOCUMENT_EFFECTIVE)
			return document;
	}
	return NULL;
}

/* The text that was signed and the officers' signatures, in the order in which they came. */
static void append_note(struct buffer *note, const struct document *document, const char *origin)
{
	const struct document_signature *signatures = document->signatures.items;
	note_begin(note, document->text, strlen(document->text));
	for (uint32_t i = 0; i < document->signatures.count; i++) {
		struct buffer bytes = { 0 };
		char name[KEY_NAME_MAX];
		int64_t key_id = strtoll(signatures[i].key_id, NULL, 16);
		snprintf(name, sizeof name, "%s/%s", origin, signatures[i].person);
		if (base64_decode(signatures[i].signature, strlen(signatures[i].signature), &bytes))
			note_signature_append(note, name, (uint32_t)key_id, bytes.bytes, bytes.length);
		buffer_free(&bytes);
	}
}

static bool read_note(const struct note_job *job, struct reader *reader, const char *id,
	struct buffer *note, size_t *ret_text_length, struct error *error)
{
	struct state *state;
	if (!reader_rows_with_key(reader, TABLE_DOCUMENT, id, &state, error))
		return false;
	const struct document *document = effective(state, id);
	if (document != NULL) {
		append_note(note, document, job->origin);
		*ret_text_length = strlen(document->text);
	}
	state_free(state);
	return document != NULL || error_set(error, ERROR_NOT_FOUND, "id", "%s is not signed by all "
		"whom it needs", id);
}

static bool order_sign(const struct note_job *job, struct buffer *note, size_t text_length,
	struct error *error)
{
	char name[KEY_NAME_MAX];
	snprintf(name, sizeof name, "%s/orders", job->origin);
	return note_sign(note, text_length, name, job->signer, error);
}

/* ---- orders cut from a plan ---- */

/* A line "name value"; what would end a line or turn a terminal becomes a space. */
static void add_line(struct buffer *text, const char *name, const char *value)
{
	buffer_printf(text, "%s ", name);
	for (; *value != '\0'; value++) {
		bool control = (unsigned char)*value < 0x20 || *value == 0x7F;
		buffer_append_byte(text, control ? ' ' : *value);
	}
	buffer_append_byte(text, '\n');
}

static void add_int(struct buffer *text, const char *name, int64_t value)
{
	buffer_printf(text, "%s %lld\n", name, (long long)value);
}

static void add_time(struct buffer *text, const char *name, int64_t time_ms)
{
	char shown[TIME_TEXT_SIZE];
	time_format(time_ms, shown);
	add_line(text, name, shown);
}

static void add_hash(struct buffer *text, const char *name, const struct hash *hash)
{
	buffer_printf(text, "%s ", name);
	buffer_append_hex(text, hash->bytes, sizeof hash->bytes);
	buffer_append_byte(text, '\n');
}

/* Only what never changes while the order lives: the same text can be made again at any time. */
static void add_head(struct buffer *text, const struct note_job *job, const struct order *order,
	const struct hash *plan_note)
{
	char price[64];
	price_words(price, sizeof price, order->quoted, order->decimals, order->unit);
	buffer_append_text(text, "projectvault.org/release-order@v1\n");
	add_line(text, "reserve", job->origin);
	add_line(text, "id", order->id);
	add_time(text, "issued", order->issued_at);
	add_time(text, "lapses", order->lapses_at);
	add_line(text, "plan", order->plan);
	add_hash(text, "plan-note-sha256", plan_note);
	add_line(text, "request", order->request);
	add_line(text, "member", order->member->code);
	add_line(text, "consignee", order->consignee);
	add_line(text, "commodity", order->commodity->code);
	add_int(text, "contained-g", order->contained_g);
	buffer_printf(text, "price %s per %s\n", price, order->basis);
	add_int(text, "price-micros-per-kg", order->price_micros_per_kg);
	if (order->waiver[0] != '\0')
		add_line(text, "waiver", order->waiver);
	add_int(text, "lots", order->lines.count);
}

static void add_lots(struct buffer *text, const struct order *order)
{
	const struct order_line *lines = order->lines.items;
	for (uint32_t i = 0; i < order->lines.count; i++) {
		buffer_printf(text, "lot %s contained-g %lld net-g %lld", lines[i].lot,
			(long long)lines[i].contained_g, (long long)lines[i].net_g);
		if (lines[i].units != ABSENT)
			buffer_printf(text, " units %lld", (long long)lines[i].units);
		buffer_append_byte(text, '\n');
	}
}

/* SHA-256 of the canonical JSON of the lots, as the ledger has them in the award's picks. */
static void hash_lots(const struct order *order, struct hash *ret_hash)
{
	const struct order_line *lines = order->lines.items;
	struct buffer bytes = { 0 };
	struct json json;
	json_begin(&json, &bytes, true);
	json_open_array(&json);
	for (uint32_t i = 0; i < order->lines.count; i++) {
		struct pick pick = { .contained_g = lines[i].contained_g, .net_g = lines[i].net_g,
			.units = lines[i].units };
		text_copy(pick.lot, sizeof pick.lot, lines[i].lot);
		json_record(&json, &pick_descriptor, &pick);
	}
	json_close_array(&json);
	hash_sha256(bytes.bytes, bytes.length, ret_hash);
	buffer_free(&bytes);
}

static bool compose_cut(const struct note_job *job, struct reader *reader,
	const struct order *order, struct buffer *note, struct error *error)
{
	struct buffer plan = { 0 }, text = { 0 };
	struct hash hash;
	size_t length;
	bool good = read_note(job, reader, order->plan, &plan, &length, error);
	if (good) {
		hash_sha256(plan.bytes, plan.length, &hash);
		add_head(&text, job, order, &hash);
		size_t head = text.length;
		add_lots(&text, order);
		if (text.length > NOTE_TEXT_MAX) {
			text.length = head;
			hash_lots(order, &hash);
			add_hash(&text, "content-sha256", &hash);
		}
		note_begin(note, text.bytes, text.length);
		good = order_sign(job, note, text.length, error);
	}
	buffer_free(&plan);
	buffer_free(&text);
	return good;
}

/* ---- the job ---- */

/* The row of an order, ended ones too; NULL where there is none. It lives in the state. */
static const struct order *find_order(const struct state *state, const char *id)
{
	const struct order *order = NULL;
	while ((order = state_next(state, TABLE_RELEASE_ORDER, order)) != NULL) {
		if (text_equal(order->id, id))
			return order;
	}
	return NULL;
}

static bool compose_order(const struct note_job *job, struct reader *reader, struct buffer *note,
	struct error *error)
{
	struct state *state;
	size_t length;
	bool good;
	if (!reader_rows_with_key(reader, TABLE_RELEASE_ORDER, job->id, &state, error))
		return false;
	const struct order *order = find_order(state, job->id);
	if (order == NULL)
		good = error_set(error, ERROR_NOT_FOUND, "id", "no such release order: %s", job->id);
	else if (order->plan[0] != '\0')
		good = compose_cut(job, reader, order, note, error);
	else
		good = read_note(job, reader, job->id, note, &length, error) &&
			order_sign(job, note, length, error);
	state_free(state);
	return good;
}

static void run_note(struct read_job *job, struct reader *reader)
{
	struct note_job *asked = (struct note_job *)(void *)job;
	struct error error = { 0 };
	struct buffer note = { 0 };
	size_t length;
	bool good = asked->id[0] == 'P' ?
		read_note(asked, reader, asked->id, &note, &length, &error) :
		compose_order(asked, reader, &note, &error);
	if (good) {
		struct json json;
		reply_begin(&json, &job->out);
		json_key(&json, "note");
		json_text_n(&json, note.bytes, note.length);
		reply_end(&json, false);
	} else {
		job_fail(job, 0, &error);
	}
	buffer_free(&note);
}

struct read_job *evidence_get_release_note(struct asked *asked, struct error *error)
{
	const struct reserve *reserve = state_reserve(sequencer_state(asked->vaultd->sequencer));
	const char *id = value_get_text(asked->parameters, "id", "");
	if (reserve == NULL || (id[0] != 'O' && id[0] != 'P')) {
		error_set(error, ERROR_NOT_FOUND, "id", "no such release order: %s", id);
		return NULL;
	}
	struct note_job *job = job_new(asked, sizeof *job, run_note);
	job->id = arena_printf(job->job.arena, "%s", id);
	job->origin = arena_printf(job->job.arena, "%s", reserve->origin);
	job->signer = asked->vaultd->order_signer;
	return &job->job;
}
