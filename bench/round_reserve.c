/* Building the reserve: commands as the office gives them, lots as events. */
#include "bench/round_reserve.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "bench/content.h"
#include "reserve/emergency/declaration.h"
#include "reserve/document.h"
#include "reserve/person.h"
#include "reserve/stock/lot.h"
#include "vault/limits.h"
#include "wire/record.h"

#define BEGIN_AT 1735689600000LL /* 2025: what is measured with a daemon must lie in its past */

enum { TARE_G = 1000, RETEST_DAYS = 400, RETEST_SPREAD = 300 };

static const struct { const char *code, *duty, *name; } persons[ROUND_PERSONS] = {
	{ NAMES_KEEPER, "keeper", "Kim" },
	{ NAMES_ASSAYER, "assayer", "Ana" },
	{ NAMES_OFFICER, "officer", "Ruiz" },
	{ NAMES_SECOND_OFFICER, "officer", "Lee" },
};

static void key_name(char to[KEY_NAME_MAX], const char *person)
{
	snprintf(to, KEY_NAME_MAX, ROUND_ORIGIN "/%s", person);
}

static int person_number(const char *code)
{
	int i = 0;
	while (!text_equal(persons[i].code, code)) {
		i++;
		assert(i < ROUND_PERSONS);
	}
	return i;
}

/* ---- one command ---- */

static void digest(void *context, const struct descriptor *descriptor, const void *record,
	uint8_t ret_sha256[32])
{
	struct round_reserve *reserve = context;
	struct buffer text = { 0 };
	struct hash hash;
	json_canonical_record(&text, descriptor, record);
	hasher_sha256(reserve->hasher, text.bytes, text.length, &hash);
	memcpy(ret_sha256, hash.bytes, sizeof hash.bytes);
	buffer_free(&text);
}

/* An id as a client makes them, of this moment, and the digest that goes with it. */
static void note_command(struct round_reserve *reserve, const char *person,
	const struct command_type *type, const void *params)
{
	struct entry_meta *meta = &reserve->meta;
	struct buffer text = { 0 };
	struct hash hash;
	*meta = (struct entry_meta){ .has_command = true, .effective = ABSENT };
	text_copy(meta->actor, sizeof meta->actor, person);
	command_id_at(&reserve->random, reserve->now, meta->command);
	buffer_append_text(&text, type->name);
	buffer_append_byte(&text, '\n');
	json_canonical_record(&text, type->params, params);
	hasher_sha256(reserve->hasher, text.bytes, text.length, &hash);
	memcpy(meta->digest, hash.bytes, sizeof meta->digest);
	buffer_free(&text);
}

bool round_reserve_decide(struct round_reserve *reserve, const char *person, const char *command,
	struct buffer *json, struct decision *ret_decision, struct error *error)
{
	static const uint8_t content[32]; /* stands for what does not fit into a note; nobody reads it */
	const struct command_type *type = command_type_find(command);
	assert(type != NULL);
	struct context context = { .state = reserve->state, .now = reserve->now,
		.actor = person_find(reserve->state, person), .arena = reserve->arena,
		.content_digest = content, .digest = digest, .digest_context = reserve };
	arena_reset(reserve->arena);
	void *params = arena_alloc(reserve->arena, type->params->size);
	*ret_decision = (struct decision){ 0 };
	if (!record_parse(json->bytes, json->length, type->params, reserve->arena, NULL, params, error))
		return false;
	if (reserve->each != NULL)
		note_command(reserve, person, type, params);
	return reserve_decide(&context, type, params, ret_decision, error);
}

static bool tell(struct round_reserve *reserve, struct entry_meta meta, const struct event *event)
{
	meta.kind = event->type->kind;
	meta.sequence = state_size(reserve->state);
	meta.at = reserve->now;
	meta.effective = event->effective;
	return reserve->each(reserve->context, &meta, event, &reserve->failed);
}

static bool apply_events(struct round_reserve *reserve, const struct entry_meta *meta,
	const struct decision *decision)
{
	for (uint32_t i = 0; i < decision->count; i++) {
		const struct event *event = &decision->events[i];
		struct applied applied = { .index = state_size(reserve->state), .at = reserve->now,
			.effective = event->effective, .actor = meta->actor };
		if (reserve->each != NULL && !tell(reserve, *meta, event))
			return false;
		reserve_apply(reserve->state, &applied, event->type, event->body);
	}
	return true;
}

/* As when a batch is sealed. */
static void seal(struct round_reserve *reserve)
{
	struct row *row = state_take_touched(reserve->state);
	for (struct row *next; row != NULL; row = next) {
		next = row->next_touched;
		state_sweep(reserve->state, row);
	}
}

static bool tick(struct round_reserve *reserve)
{
	static const struct entry_meta daemon = { .actor = "vaultd" };
	struct arena *arena = arena_new(0);
	bool good = true;
	while (good) {
		struct decision due = { 0 };
		struct context context = { .state = reserve->state, .now = reserve->now,
			.arena = arena };
		if (!reserve_decide_tick(&context, &due))
			break;
		good = apply_events(reserve, &daemon, &due);
		arena_reset(arena);
	}
	arena_free(arena);
	seal(reserve);
	return good;
}

bool round_reserve_apply(struct round_reserve *reserve, const char *person,
	const struct decision *decision)
{
	text_copy(reserve->meta.actor, sizeof reserve->meta.actor, person);
	return apply_events(reserve, &reserve->meta, decision) && tick(reserve);
}

bool round_reserve_wait(struct round_reserve *reserve, int64_t ms, struct error *error)
{
	reserve->now += ms;
	if (tick(reserve))
		return true;
	*error = reserve->failed;
	return false;
}

bool round_reserve_give(struct round_reserve *reserve, const char *person, const char *command,
	struct buffer *json, char ret_id[CODE_MAX], bool *ret_refused, struct error *error)
{
	struct decision decision;
	bool good = round_reserve_decide(reserve, person, command, json, &decision, error);
	if (good && ret_id != NULL)
		good = text_copy(ret_id, CODE_MAX, decision.id);
	if (good && ret_refused != NULL)
		*ret_refused = decision.refused;
	if (good && !round_reserve_apply(reserve, person, &decision)) {
		*error = reserve->failed;
		good = false;
	}
	buffer_clear(json);
	return good;
}

/* For what may be refused: a request whose grade is not there. */
static bool give(struct round_reserve *reserve, const char *person, const char *command,
	struct buffer *json, struct error *error)
{
	return round_reserve_give(reserve, person, command, json, NULL, NULL, error);
}

void round_reserve_signature(struct round_reserve *reserve, const char *person, const char *note,
	struct buffer *ret_json)
{
	const struct document *document = state_find(reserve->state, TABLE_DOCUMENT, note);
	const struct person *signer = person_find(reserve->state, person);
	uint8_t signature[KEY_SIGNATURE_SIZE];
	assert(document != NULL && signer != NULL);
	signer_sign(reserve->persons[person_number(person)], document->text, strlen(document->text),
		signature);
	buffer_clear(ret_json);
	buffer_printf(ret_json, "{\"document\":\"%s\",\"signatures\":[{\"person\":\"%s\",\"key_id\":"
		"\"%.8s\",\"signature\":\"", note, person, strchr(signer->verifier_key, '+') + 1);
	base64_append(ret_json, signature, sizeof signature);
	buffer_append_text(ret_json, "\"}],");
	content_text(ret_json, "text", document->text, strlen(document->text));
	buffer_append_byte(ret_json, '}');
}

bool round_reserve_settle(struct round_reserve *reserve, const char *command, struct buffer *json,
	int signatures, char ret_id[CODE_MAX], struct error *error)
{
	static const char *const officers[] = { NAMES_OFFICER, NAMES_SECOND_OFFICER };
	bool refused = false;
	bool good = round_reserve_give(reserve, NAMES_OFFICER, command, json, ret_id, &refused, error)
		&& (!refused || error_set(error, ERROR_REFUSED, "", "%s is refused", command));
	for (int i = 0; good && i < signatures; i++) {
		round_reserve_signature(reserve, officers[i], ret_id, json);
		good = give(reserve, officers[i], "document.sign", json, error);
	}
	buffer_clear(json);
	return good;
}

/* ---- the office ---- */

static bool append_key(struct buffer *text, const char *line, const char *name,
	const struct signer *signer, struct error *error)
{
	struct verifier_key key;
	buffer_append_text(text, line);
	if (!signer_verifier_key(signer, name, KEY_ED25519, &key, error))
		return false;
	verifier_key_format(text, &key);
	return true;
}

static bool append_founding(const struct round_reserve *reserve, struct buffer *text,
	struct error *error)
{
	char name[KEY_NAME_MAX];
	buffer_append_text(text, "projectvault.org/founding@v1\norigin " ROUND_ORIGIN "\n");
	bool good = append_key(text, "log ", ROUND_ORIGIN, reserve->log, error) &&
		append_key(text, "\norders ", ROUND_ORIGIN "/orders", reserve->orders, error);
	for (int i = 0; good && i < ROUND_PERSONS; i++) {
		buffer_printf(text, "\nperson %s %s ", persons[i].code, persons[i].duty);
		key_name(name, persons[i].code);
		good = append_key(text, "", name, reserve->persons[i], error);
		buffer_printf(text, " %s", persons[i].name);
	}
	buffer_append_byte(text, '\n');
	return good;
}

/* Signed by all whom it names. */
static bool found(struct round_reserve *reserve, struct buffer *json, struct error *error)
{
	struct buffer note = { 0 };
	char name[KEY_NAME_MAX];
	bool good = append_founding(reserve, &note, error);
	size_t length = note.length;
	buffer_append_text(json, "{");
	content_text(json, "text", note.bytes, length);
	buffer_append_text(json, ",\"signers\":[");
	for (int i = 0; good && i < ROUND_PERSONS; i++) {
		key_name(name, persons[i].code);
		good = note_sign(&note, length, name, reserve->persons[i], error);
		buffer_printf(json, "%s{\"code\":\"%s\"}", i > 0 ? "," : "", persons[i].code);
	}
	buffer_append_text(json, "],");
	content_text(json, "note", note.bytes, note.length);
	buffer_append_byte(json, '}');
	buffer_free(&note);
	return good && give(reserve, "founders", "found", json, error);
}

/* A list that is all of a command's parameters. */
static bool add(struct round_reserve *reserve, const char *command, struct buffer *list,
	struct error *error)
{
	struct buffer json = { 0 };
	buffer_append_byte(&json, '{');
	buffer_append(&json, list->bytes, list->length);
	buffer_append_byte(&json, '}');
	buffer_clear(list);
	bool good = give(reserve, NAMES_OFFICER, command, &json, error);
	buffer_free(&json);
	return good;
}

static bool frame(struct round_reserve *reserve, struct buffer *json, struct error *error)
{
	char id[CODE_MAX];
	content_minerals(json);
	bool good = add(reserve, "mineral.add", json, error);
	content_commodities(json);
	good = good && add(reserve, "commodity.add", json, error);
	content_sites(json, ROUND_DAILY_G);
	good = good && add(reserve, "site.add", json, error);
	buffer_append_text(json, "{\"because\":\"benchmark\",");
	content_members(json);
	buffer_append_byte(json, '}');
	return good && round_reserve_settle(reserve, "member.set", json, 2, id, error);
}

bool round_reserve_set(struct round_reserve *reserve, struct error *error)
{
	static const char because[] = "{\"because\":\"benchmark\",";
	struct buffer made = { 0 }, *json = &made;
	buffer_append_text(json, because);
	content_floors(json, round_operating_g(reserve->lots), round_hard_g(reserve->lots));
	buffer_append_byte(json, '}');
	char id[CODE_MAX];
	bool good = round_reserve_settle(reserve, "floor.set", json, 1, id, error);
	buffer_append_text(json, because);
	round_prices(json);
	buffer_append_byte(json, '}');
	good = good && round_reserve_settle(reserve, "price.draft", json, 2, id, error);
	buffer_append_text(json, because);
	round_bases(json, reserve->lots);
	buffer_append_byte(json, '}');
	good = good && round_reserve_settle(reserve, "rule.set", json, 2, id, error);
	buffer_free(json);
	return good;
}

static bool declare(struct round_reserve *reserve, struct buffer *json, struct error *error)
{
	char code[CODE_MAX], id[CODE_MAX];
	buffer_clear(json);
	buffer_append_text(json, "{\"caps\":[");
	for (unsigned i = 0; i < NAMES_COMMODITIES; i++) {
		names_commodity(code, i);
		buffer_printf(json, "%s{\"commodity\":\"%s\"}", i > 0 ? "," : "", code);
	}
	buffer_append_text(json, "],");
	round_declaration(json);
	buffer_append_byte(json, '}');
	return round_reserve_settle(reserve, "declare", json, 2, id, error);
}

static bool ask(struct round_reserve *reserve, struct buffer *json, struct error *error)
{
	bool good = true;
	for (unsigned i = 0; good && i < NAMES_MEMBERS * NAMES_COMMODITIES; i++) {
		buffer_append_byte(json, '{');
		round_request(json, i / NAMES_COMMODITIES, i % NAMES_COMMODITIES, reserve->lots,
			reserve->now);
		buffer_append_byte(json, '}');
		good = give(reserve, NAMES_KEEPER, "request.submit", json, error);
	}
	return good;
}

/* ---- lots ---- */

/* One step of a lot's life, its event: what is the same for all lots is filled in once. */
struct lot_step {
	const struct event_type *type;
	char *body;
};

static void set_int(struct lot_step *event, const char *name, int64_t value)
{
	field_set_number(descriptor_field(event->type->body, name), event->body, value);
}

static void set_text(struct lot_step *event, const char *name, const char *value)
{
	const struct field *field = descriptor_field(event->type->body, name);
	bool fits = text_copy(event->body + field->offset, field->size, value);
	assert(fits);
	(void)fits;
}

static struct lot_step begin(const struct event_type *type, struct arena *arena)
{
	struct lot_step event = { type, arena_alloc(arena, type->body->size) };
	record_clear(type->body, event.body);
	return event;
}

static void happens(struct round_reserve *reserve, const struct lot_step *event,
	const char *person)
{
	struct applied applied = { .index = state_size(reserve->state), .at = reserve->now,
		.effective = ABSENT, .actor = person };
	reserve_apply(reserve->state, &applied, event->type, event->body);
}

struct lot_life {
	struct lot_step announced, weighed, assayed, accepted;
};

static void begin_life(struct lot_life *life, struct arena *arena)
{
	life->announced = begin(&event_lot_announced, arena);
	set_text(&life->announced, "supplier", "acme");
	set_text(&life->announced, "origin", "CAN");
	set_int(&life->announced, "expected_g", ROUND_LOT_G);
	life->weighed = begin(&event_lot_weighed, arena);
	set_int(&life->weighed, "gross_g", ROUND_LOT_G + TARE_G);
	set_int(&life->weighed, "tare_g", TARE_G);
	life->assayed = begin(&event_lot_assayed, arena);
	set_text(&life->assayed, "laboratory", "bench");
	set_int(&life->assayed, "moisture_ppm", 0);
	life->accepted = begin(&event_lot_accepted, arena);
}

static void live(struct round_reserve *reserve, struct lot_life *life, unsigned number)
{
	char lot[CODE_MAX], commodity[CODE_MAX], site[CODE_MAX];
	int64_t grade_ppm = content_lot_grade_ppm(number);
	names_lot(lot, number);
	names_commodity(commodity, number % NAMES_COMMODITIES);
	names_site(site, content_lot_site(number));
	set_text(&life->announced, "code", lot);
	set_text(&life->announced, "commodity", commodity);
	set_text(&life->announced, "site", site);
	set_int(&life->announced, "class", content_lot_sealed(number) ? LOT_SEALED : LOT_BULK);
	set_int(&life->announced, "units", content_lot_sealed(number) ? ROUND_LOT_UNITS : ABSENT);
	set_text(&life->weighed, "lot", lot);
	set_text(&life->assayed, "lot", lot);
	set_int(&life->assayed, "grade_ppm", grade_ppm);
	set_int(&life->assayed, "contained_g", lot_contained_g(ROUND_LOT_G, 0, grade_ppm));
	set_int(&life->assayed, "retest_at",
		reserve->now + (RETEST_DAYS + (int64_t)number % RETEST_SPREAD) * TIME_DAY_MS);
	set_text(&life->accepted, "lot", lot);
	happens(reserve, &life->announced, NAMES_KEEPER);
	happens(reserve, &life->weighed, NAMES_KEEPER);
	happens(reserve, &life->assayed, NAMES_ASSAYER);
	happens(reserve, &life->accepted, NAMES_ASSAYER);
}

static bool stock(struct round_reserve *reserve)
{
	struct lot_life life;
	struct arena *arena = arena_new(0);
	begin_life(&life, arena);
	for (unsigned i = 1; i <= (unsigned)reserve->lots; i++)
		live(reserve, &life, i);
	seal(reserve);
	arena_free(arena);
	return true;
}

/* ---- the whole ---- */

static struct signer *signer_of(uint8_t number)
{
	uint8_t seed[KEY_SEED_SIZE] = { 'b', 'e', 'n', 'c', 'h', number };
	return signer_from_seed(seed);
}

void round_reserve_begin(struct round_reserve *reserve, int64_t lots)
{
	*reserve = (struct round_reserve){ .state = state_new(false),
		.arena = arena_new(ARENA_REQUEST_MAX), .hasher = hasher_new(), .now = BEGIN_AT,
		.lots = lots, .log = signer_of(1), .orders = signer_of(2) };
	for (int i = 0; i < ROUND_PERSONS; i++)
		reserve->persons[i] = signer_of((uint8_t)(3 + i));
}

bool round_reserve_frame(struct round_reserve *reserve, struct error *error)
{
	struct buffer json = { 0 };
	bool good = found(reserve, &json, error) && frame(reserve, &json, error);
	buffer_free(&json);
	return good;
}

bool round_reserve_make(struct round_reserve *reserve, int64_t lots, struct error *error)
{
	struct buffer json = { 0 };
	round_reserve_begin(reserve, lots);
	bool good = round_reserve_frame(reserve, error) && stock(reserve)
		&& round_reserve_set(reserve, error) && declare(reserve, &json, error)
		&& ask(reserve, &json, error);
	buffer_free(&json);
	return good;
}

void round_reserve_free(struct round_reserve *reserve)
{
	state_free(reserve->state);
	arena_free(reserve->arena);
	hasher_free(reserve->hasher);
	signer_free(reserve->log);
	signer_free(reserve->orders);
	for (int i = 0; i < ROUND_PERSONS; i++)
		signer_free(reserve->persons[i]);
}

const char *round_reserve_declaration(const struct round_reserve *reserve)
{
	const struct declaration *declaration = state_next(reserve->state, TABLE_DECLARATION, NULL);
	assert(declaration != NULL);
	return declaration->id;
}
