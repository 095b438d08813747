/* Building the reserve: commands as the office gives them, lots as events. */
#include "bench/round_reserve.h"

#include <assert.h>
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

#define ORIGIN "bench.example/reserve"
#define BEGIN_AT 1795340000000LL

enum { TARE_G = 1000, RETEST_DAYS = 400, RETEST_SPREAD = 300 };

static const char founding[] = "projectvault.org/founding@v1\norigin " ORIGIN "\n"
	"log " ORIGIN "+11111111+AAAA\norders " ORIGIN "/orders+22222222+AAAA\n"
	"person " NAMES_KEEPER " keeper " ORIGIN "/" NAMES_KEEPER "+000000a1+000000a1 Kim\n"
	"person " NAMES_ASSAYER " assayer " ORIGIN "/" NAMES_ASSAYER "+000000a2+000000a2 Ana\n"
	"person " NAMES_OFFICER " officer " ORIGIN "/" NAMES_OFFICER "+000000a3+000000a3 Ruiz\n"
	"person " NAMES_SECOND_OFFICER " officer " ORIGIN "/" NAMES_SECOND_OFFICER
	"+000000a4+000000a4 Lee\n";

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
	return record_parse(json->bytes, json->length, type->params, reserve->arena, NULL, params,
			error)
		&& reserve_decide(&context, type, params, ret_decision, error);
}

static void apply_events(struct round_reserve *reserve, const char *person,
	const struct decision *decision)
{
	for (uint32_t i = 0; i < decision->count; i++) {
		const struct event *event = &decision->events[i];
		struct applied applied = { .index = state_size(reserve->state), .at = reserve->now,
			.effective = event->effective, .actor = person };
		reserve_apply(reserve->state, &applied, event->type, event->body);
	}
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

void round_reserve_apply(struct round_reserve *reserve, const char *person,
	const struct decision *decision)
{
	struct arena *arena = arena_new(0);
	apply_events(reserve, person, decision);
	for (;;) {
		struct decision due = { 0 };
		struct context context = { .state = reserve->state, .now = reserve->now,
			.arena = arena };
		if (!reserve_decide_tick(&context, &due))
			break;
		apply_events(reserve, "vaultd", &due);
		arena_reset(arena);
	}
	arena_free(arena);
	seal(reserve);
}

/* ret_id: the note or thing that it made, or NULL. A request may be refused: its grade is not there. */
static bool give(struct round_reserve *reserve, const char *person, const char *command,
	struct buffer *json, char ret_id[CODE_MAX], struct error *error)
{
	struct decision decision;
	bool good = round_reserve_decide(reserve, person, command, json, &decision, error);
	if (good && ret_id != NULL)
		good = text_copy(ret_id, CODE_MAX, decision.id);
	if (good)
		round_reserve_apply(reserve, person, &decision);
	buffer_clear(json);
	return good;
}

void round_reserve_signature(struct round_reserve *reserve, const char *person, const char *note,
	struct buffer *ret_json)
{
	const struct document *document = state_find(reserve->state, TABLE_DOCUMENT, note);
	const struct person *signer = person_find(reserve->state, person);
	assert(document != NULL && signer != NULL);
	buffer_clear(ret_json);
	buffer_printf(ret_json, "{\"document\":\"%s\",\"signatures\":[{\"person\":\"%s\",\"key_id\":"
		"\"%.8s\",\"signature\":\"AAAA\"}],", note, person, strchr(signer->verifier_key, '+') + 1);
	content_text(ret_json, "text", document->text, strlen(document->text));
	buffer_append_byte(ret_json, '}');
}

/* Prepares a note, and has so many officers sign it. */
static bool settle(struct round_reserve *reserve, const char *command, struct buffer *json,
	int signatures, struct error *error)
{
	static const char *const officers[] = { NAMES_OFFICER, NAMES_SECOND_OFFICER };
	char note[CODE_MAX];
	bool good = give(reserve, NAMES_OFFICER, command, json, note, error);
	for (int i = 0; good && i < signatures; i++) {
		round_reserve_signature(reserve, officers[i], note, json);
		good = give(reserve, officers[i], "document.sign", json, NULL, error);
	}
	buffer_clear(json);
	return good;
}

/* ---- the office ---- */

static bool found(struct round_reserve *reserve, struct buffer *json, struct error *error)
{
	buffer_append_byte(json, '{');
	content_text(json, "note", founding, sizeof founding - 1);
	buffer_append_text(json, ",\"signers\":[{\"code\":\"" NAMES_KEEPER "\"},{\"code\":\""
		NAMES_ASSAYER "\"},{\"code\":\"" NAMES_OFFICER "\"},{\"code\":\"" NAMES_SECOND_OFFICER
		"\"}],");
	content_text(json, "text", founding, sizeof founding - 1);
	buffer_append_byte(json, '}');
	return give(reserve, "founders", "found", json, NULL, error);
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
	bool good = give(reserve, NAMES_OFFICER, command, &json, NULL, error);
	buffer_free(&json);
	return good;
}

static bool frame(struct round_reserve *reserve, struct buffer *json, struct error *error)
{
	content_minerals(json);
	bool good = add(reserve, "mineral.add", json, error);
	content_commodities(json);
	good = good && add(reserve, "commodity.add", json, error);
	content_sites(json, ROUND_DAILY_G);
	good = good && add(reserve, "site.add", json, error);
	buffer_append_text(json, "{\"because\":\"benchmark\",");
	content_members(json);
	buffer_append_byte(json, '}');
	return good && settle(reserve, "member.set", json, 2, error);
}

static bool set(struct round_reserve *reserve, struct buffer *json, struct error *error)
{
	static const char because[] = "{\"because\":\"benchmark\",";
	buffer_clear(json);
	buffer_append_text(json, because);
	content_floors(json, round_operating_g(reserve->lots), round_hard_g(reserve->lots));
	buffer_append_byte(json, '}');
	bool good = settle(reserve, "floor.set", json, 1, error);
	buffer_append_text(json, because);
	round_prices(json);
	buffer_append_byte(json, '}');
	good = good && settle(reserve, "price.draft", json, 2, error);
	buffer_append_text(json, because);
	round_bases(json, reserve->lots);
	buffer_append_byte(json, '}');
	return good && settle(reserve, "rule.set", json, 2, error);
}

static bool declare(struct round_reserve *reserve, struct buffer *json, struct error *error)
{
	char code[CODE_MAX];
	buffer_clear(json);
	buffer_append_text(json, "{\"caps\":[");
	for (unsigned i = 0; i < NAMES_COMMODITIES; i++) {
		names_commodity(code, i);
		buffer_printf(json, "%s{\"commodity\":\"%s\"}", i > 0 ? "," : "", code);
	}
	buffer_append_text(json, "],");
	round_declaration(json);
	buffer_append_byte(json, '}');
	return settle(reserve, "declare", json, 2, error);
}

static bool ask(struct round_reserve *reserve, struct buffer *json, struct error *error)
{
	bool good = true;
	for (unsigned i = 0; good && i < NAMES_MEMBERS * NAMES_COMMODITIES; i++) {
		buffer_append_byte(json, '{');
		round_request(json, i / NAMES_COMMODITIES, i % NAMES_COMMODITIES, reserve->lots,
			reserve->now);
		buffer_append_byte(json, '}');
		good = give(reserve, NAMES_KEEPER, "request.submit", json, NULL, error);
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

bool round_reserve_make(struct round_reserve *reserve, int64_t lots, struct error *error)
{
	struct buffer json = { 0 };
	*reserve = (struct round_reserve){ .state = state_new(false),
		.arena = arena_new(ARENA_REQUEST_MAX), .hasher = hasher_new(), .now = BEGIN_AT,
		.lots = lots };
	bool good = found(reserve, &json, error) && frame(reserve, &json, error) && stock(reserve)
		&& set(reserve, &json, error) && declare(reserve, &json, error)
		&& ask(reserve, &json, error);
	buffer_free(&json);
	return good;
}

void round_reserve_free(struct round_reserve *reserve)
{
	state_free(reserve->state);
	arena_free(reserve->arena);
	hasher_free(reserve->hasher);
}

const char *round_reserve_declaration(const struct round_reserve *reserve)
{
	const struct declaration *declaration = state_next(reserve->state, TABLE_DECLARATION, NULL);
	assert(declaration != NULL);
	return declaration->id;
}
