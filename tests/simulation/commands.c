/* One short function a kind of command writes its line; a table of weights chooses among them. */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/document.h"
#include "reserve/emergency/request.h"
#include "reserve/person.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/order.h"

#define ORIGIN "demo.sim/log"
#define PERSON(code, duties, id) "person " code " " duties " " ORIGIN "/" code "+" \
	id "+AAAA " code "\n"

enum { LOT_CODES = 36 };

static const char founding[] = "note=n text='projectvault.org/founding@v1\norigin " ORIGIN "\n"
	"log " ORIGIN "+11111111+AAAA\norders " ORIGIN "/orders+22222222+AAAA\n"
	PERSON("kim", "keeper", "000000a1") PERSON("kurt", "keeper", "000000a2")
	PERSON("asa", "assayer", "000000a3") PERSON("bo", "keeper,assayer", "000000a4")
	PERSON("ola", "officer", "000000a5") PERSON("oma", "officer", "000000a6")
	PERSON("otto", "officer", "000000a7") PERSON("aud", "auditor", "000000a8")
	"floor-notice-days 2\norder-lapse-days 3\n' signers=[code=kim; code=kurt; code=asa; code=bo; "
	"code=ola; code=oma; code=otto; code=aud]";

static const char *const people[] = { "kim", "kurt", "asa", "bo", "ola", "oma", "otto", "aud",
	"p1", "p2", "p3", "nobody" };
enum { PEOPLE = sizeof people / sizeof *people };
static const char *const commodities[] = { "ga", "wo3", "dy" };
static const char *const sites[] = { "north", "south", "east" };
static const char *const members[] = { "AUT", "ITA", "FRA", "DEU", "XXX" };

const char *commands_setup(int number, const char **ret_actor, const char **ret_command)
{
	static const struct { const char *actor, *command, *line; } steps[] = {
		{ "founders", "found", founding },
		{ "ola", "mineral.add", "minerals=[code=gallium name=Gallium; code=tungsten name=W; "
			"code=dysprosium name=Dy]" },
		{ "ola", "commodity.add", "commodities=[code=ga mineral=gallium stage=refining form=metal "
			"basis=Ga min_grade_ppm=300000; code=wo3 mineral=tungsten stage=mining "
			"form=concentrate basis=WO3; code=dy mineral=dysprosium stage=refining form=oxide "
			"basis=Dy]" },
		{ "ola", "site.add", "sites=[code=north name=N country=AUT; code=south name=S "
			"country=ITA; code=east name=E country=FRA]" },
		{ "ola", "member.set", "because=x members=[code=AUT name=A status=in-force; code=ITA "
			"name=I status=in-force; code=FRA name=F status=signatory; code=DEU name=D "
			"status=in-force]" },
	};
	if (number >= (int)(sizeof steps / sizeof *steps))
		return NULL;
	*ret_actor = steps[number].actor;
	*ret_command = steps[number].command;
	return steps[number].line;
}

/* ---- drawing ---- */

struct draw {
	struct random *random;
	const struct state *state;
	int64_t now;
	struct buffer line;
	const char *actor;
};

static const char *one_of(struct draw *draw, const char *const words[], int count)
{
	return words[random_below(draw->random, count)];
}
#define ONE_OF(draw, words) one_of((draw), (words), (int)(sizeof(words) / sizeof *(words)))

/* Any live row of a table, or NULL. */
static const void *any_row(struct draw *draw, enum table_id table)
{
	const void *chosen = NULL, *row = NULL;
	int64_t seen = 0;
	while ((row = state_next(draw->state, table, row)) != NULL) {
		if (!((const struct row *)row)->closed && random_below(draw->random, ++seen) == 0)
			chosen = row;
	}
	return chosen;
}

/* A lot in one of the states given by bits, else any code. */
static const char *any_lot(struct draw *draw, unsigned states)
{
	static char code[CODE_MAX];
	const struct lot *chosen = NULL, *lot = NULL;
	int64_t seen = 0;
	bool strict = random_chance(draw->random, 92);
	while (strict && (lot = state_next(draw->state, TABLE_LOT, lot)) != NULL) {
		if (!lot->row.closed && (states >> lot->state & 1) != 0 &&
		    random_below(draw->random, ++seen) == 0)
			chosen = lot;
	}
	if (chosen != NULL)
		return chosen->code;
	snprintf(code, sizeof code, "L%lld", (long long)random_below(draw->random, LOT_CODES));
	return code;
}

static const char *key_or(const void *row, const char *otherwise)
{
	return row != NULL ? row_key(row) : otherwise;
}

static long long number(struct draw *draw, int64_t from, int64_t to)
{
	return (long long)(from + random_below(draw->random, to - from + 1));
}

/* A time around now, mostly after it. */
static void maybe_time(struct draw *draw, const char *name, int percent, int64_t from_ms,
	int64_t to_ms)
{
	if (random_chance(draw->random, percent))
		buffer_printf(&draw->line, " %s=%lld", name,
			(long long)draw->now + number(draw, from_ms, to_ms));
}

/* ---- stock ---- */

static void draw_lot_add(struct draw *draw)
{
	int count = random_chance(draw->random, 20) ? 3 : 1;
	draw->actor = ONE_OF(draw, ((const char *const[]){ "kim", "kurt", "bo", "ola" }));
	buffer_append_text(&draw->line, "lots=[");
	for (int i = 0; i < count; i++)
		buffer_printf(&draw->line, "%scode=L%lld commodity=%s site=%s expected_g=%lld class=%s "
			"supplier=%s", i > 0 ? "; " : "", number(draw, 0, LOT_CODES - 1),
			ONE_OF(draw, commodities), ONE_OF(draw, sites), number(draw, 1, 100000),
			random_chance(draw->random, 30) ? "sealed" : "bulk",
			random_chance(draw->random, 50) ? "acme" : "mine-7");
	buffer_append_text(&draw->line, "]");
}

static void draw_weigh(struct draw *draw)
{
	draw->actor = ONE_OF(draw, ((const char *const[]){ "kim", "kurt", "bo" }));
	buffer_printf(&draw->line, "lot=%s gross_g=%lld tare_g=%lld", any_lot(draw, 1U << LOT_EXPECTED),
		number(draw, 900, 100000), number(draw, 0, 1000));
}

static void draw_sample(struct draw *draw)
{
	draw->actor = ONE_OF(draw, ((const char *const[]){ "kim", "asa" }));
	buffer_printf(&draw->line, "lot=%s sample=S-1", any_lot(draw, 1U << LOT_RECEIVED));
}

static void draw_assay(struct draw *draw)
{
	unsigned states = 1U << LOT_RECEIVED | 1U << LOT_QUARANTINED;
	if (random_chance(draw->random, 20))
		states = 1U << LOT_ACCEPTED;
	draw->actor = ONE_OF(draw, ((const char *const[]){ "asa", "bo" }));
	buffer_printf(&draw->line, "lot=%s grade_ppm=%lld laboratory=lab", any_lot(draw, states),
		number(draw, 200000, 1000000));
	if (random_chance(draw->random, 40))
		buffer_printf(&draw->line, " moisture_ppm=%lld", number(draw, 0, 400000));
	if (random_chance(draw->random, 8))
		buffer_append_text(&draw->line, " provisional=true");
	maybe_time(draw, "retest_at", 40, -1000, 20 * TIME_DAY_MS);
}

static void draw_accept(struct draw *draw)
{
	draw->actor = ONE_OF(draw, ((const char *const[]){ "asa", "bo" }));
	buffer_printf(&draw->line, "lot=%s", any_lot(draw, 1U << LOT_QUARANTINED));
}

static void draw_end_lot(struct draw *draw)
{
	draw->actor = ONE_OF(draw, ((const char *const[]){ "ola", "asa", "kim" }));
	buffer_printf(&draw->line, "lot=%s because=x", any_lot(draw, ~0U));
}

static void draw_hold(struct draw *draw)
{
	draw->actor = ONE_OF(draw, people);
	buffer_printf(&draw->line, "lot=%s because='something is not right'", any_lot(draw, ~0U));
}

static void draw_hold_release(struct draw *draw)
{
	draw->actor = ONE_OF(draw, people);
	buffer_printf(&draw->line, "hold=%s because=settled",
		key_or(any_row(draw, TABLE_HOLD), "L1/1"));
}

static void draw_move(struct draw *draw)
{
	draw->actor = ONE_OF(draw, ((const char *const[]){ "kim", "kurt" }));
	buffer_printf(&draw->line, "lot=%s to=%s", any_lot(draw, ~1U), ONE_OF(draw, sites));
}

static void draw_arrive(struct draw *draw)
{
	const struct lot *lot = NULL, *moving = NULL;
	draw->actor = "kim";
	while ((lot = state_next(draw->state, TABLE_LOT, lot)) != NULL)
		moving = lot->destination != NULL && !lot->row.closed ? lot : moving;
	buffer_printf(&draw->line, "lot=%s", moving != NULL ? moving->code : any_lot(draw, ~0U));
}

static void draw_correct(struct draw *draw)
{
	draw->actor = ONE_OF(draw, ((const char *const[]){ "kim", "bo", "asa", "ola" }));
	buffer_printf(&draw->line, "lot=%s because=x", any_lot(draw, ~0U));
	if (random_chance(draw->random, 60))
		buffer_printf(&draw->line, " net_g=%lld", number(draw, 1, 100000));
	if (random_chance(draw->random, 60))
		buffer_printf(&draw->line, " grade_ppm=%lld", number(draw, 1, 1000000));
	if (random_chance(draw->random, 30))
		buffer_printf(&draw->line, " moisture_ppm=%lld", number(draw, 0, 999999));
}

static void draw_site_set(struct draw *draw)
{
	draw->actor = ONE_OF(draw, ((const char *const[]){ "kim", "ola" }));
	buffer_printf(&draw->line, "site=%s state=%s because=x", ONE_OF(draw, sites),
		random_chance(draw->random, 75) ? "open" : "suspended");
}

static void draw_floor_set(struct draw *draw)
{
	const char *commodity = ONE_OF(draw, commodities);
	draw->actor = "ola";
	buffer_printf(&draw->line, "because=policy floors=[commodity=%s kind=%s mass_g=%lld", commodity,
		random_chance(draw->random, 50) ? "hard" : "operating", number(draw, 0, 30000));
	maybe_time(draw, "effective_at", 20, -TIME_DAY_MS, 6 * TIME_DAY_MS);
	if (random_chance(draw->random, 50))
		buffer_printf(&draw->line, "; commodity=%s kind=hard days=3 consumption_g_per_day=%lld",
			ONE_OF(draw, commodities), number(draw, 1, 5000));
	buffer_append_text(&draw->line, "]");
}

/* ---- zone ---- */

static void draw_member_set(struct draw *draw)
{
	draw->actor = "ola";
	buffer_printf(&draw->line, "because=x members=[code=%s name=M status=%s]",
		one_of(draw, members, 4), random_chance(draw->random, 70) ? "in-force" : "suspended");
}

static void draw_price(struct draw *draw)
{
	draw->actor = "oma";
	buffer_printf(&draw->line, "because=index prices=[commodity=%s quoted=%lld unit=%s basis=%s",
		"ga", number(draw, 1, 900), random_chance(draw->random, 50) ? "USD/kg" : "USc/lb", "Ga");
	maybe_time(draw, "effective_at", 30, -TIME_DAY_MS, 3 * TIME_DAY_MS);
	buffer_printf(&draw->line, "; commodity=wo3 quoted=%lld unit=USD/mtu basis=WO3; commodity=dy "
		"quoted=%lld decimals=1 unit=USD/kg basis=Dy]", number(draw, 1, 900), number(draw, 1, 99));
}

/* ---- emergency ---- */

static void draw_declare(struct draw *draw)
{
	static const char *const kinds[] = { "test", "limited", "full", "collective" };
	draw->actor = "otto";
	buffer_printf(&draw->line, "kind=%s days=%lld authority=Council findings=x caps=[commodity=%s",
		ONE_OF(draw, kinds), number(draw, 1, 20), ONE_OF(draw, commodities));
	if (random_chance(draw->random, 80))
		buffer_printf(&draw->line, " cap_g=%lld", number(draw, 1, 200000));
	if (random_chance(draw->random, 40))
		buffer_printf(&draw->line, "; commodity=%s cap_g=%lld", ONE_OF(draw, commodities),
			number(draw, 1, 100000));
	buffer_append_text(&draw->line, "]");
	maybe_time(draw, "starts_at", 25, -TIME_DAY_MS, 2 * TIME_DAY_MS);
}

static void draw_request(struct draw *draw)
{
	draw->actor = ONE_OF(draw, ((const char *const[]){ "kim", "ola", "otto", "bo", "aud" }));
	buffer_printf(&draw->line, "member=%s commodity=%s mass_g=%lld", ONE_OF(draw, members),
		ONE_OF(draw, commodities), number(draw, 1, random_chance(draw->random, 70) ? 4000 : 90000));
	if (random_chance(draw->random, 40))
		buffer_printf(&draw->line, " min_grade_ppm=%lld", number(draw, 200000, 1000000));
	if (random_chance(draw->random, 50))
		buffer_append_text(&draw->line, " partial=true");
	if (random_chance(draw->random, 5))
		buffer_append_text(&draw->line, " purpose=resale");
	maybe_time(draw, "need_by", 40, -1000, 4 * TIME_DAY_MS);
}

/* A request in one of the states given by bits. */
static const char *any_request(struct draw *draw, unsigned states)
{
	const struct request *chosen = NULL, *request = NULL;
	int64_t seen = 0;
	while ((request = state_next(draw->state, TABLE_REQUEST, request)) != NULL) {
		if (!request->row.closed && (states >> request->state & 1) != 0 &&
		    random_below(draw->random, ++seen) == 0)
			chosen = request;
	}
	return chosen != NULL ? chosen->id : "R-2026-0001";
}

static void draw_withdraw(struct draw *draw)
{
	draw->actor = "kim";
	buffer_printf(&draw->line, "request=%s because=x", any_request(draw, ~0U));
}

static void draw_prepare(struct draw *draw)
{
	draw->actor = ONE_OF(draw, ((const char *const[]){ "kim", "ola" }));
	buffer_printf(&draw->line, "request=%s consignee='Works %lld'",
		any_request(draw, 1U << REQUEST_ALLOCATED), number(draw, 1, 3));
	if (random_chance(draw->random, 25))
		buffer_printf(&draw->line, " quoted=%lld unit=USD/kg", number(draw, 1, 900));
}

static const struct order *any_order(struct draw *draw, unsigned states)
{
	const struct order *chosen = NULL, *order = NULL;
	int64_t seen = 0;
	while ((order = state_next(draw->state, TABLE_RELEASE_ORDER, order)) != NULL) {
		if (!order->row.closed && (states >> order->state & 1) != 0 &&
		    random_below(draw->random, ++seen) == 0)
			chosen = order;
	}
	return chosen;
}

static void draw_load(struct draw *draw)
{
	const struct order *order = any_order(draw, 1U << ORDER_ISSUED | 1U << ORDER_LOADING);
	const struct order_line *lines = order != NULL ? order->lines.items : NULL;
	int64_t net_g = 100, i = 0;
	draw->actor = ONE_OF(draw, ((const char *const[]){ "kim", "kurt", "kim", "ola" }));
	if (order != NULL) {
		i = random_below(draw->random, order->lines.count);
		net_g = lines[i].net_g;
	}
	if (random_chance(draw->random, 30))
		net_g = number(draw, 1, net_g + 2);
	buffer_printf(&draw->line, "order=%s lot=%s gross_g=%lld tare_g=50 carrier=c vehicle=v",
		order != NULL ? order->id : "O-2026-0001", lines != NULL ? lines[i].lot : "L1",
		(long long)net_g + 50);
}

static void draw_deliver(struct draw *draw)
{
	const struct order *order = any_order(draw, 1U << ORDER_LOADED);
	draw->actor = "kurt";
	buffer_printf(&draw->line, "order=%s receiver=r consignee='%s'",
		order != NULL ? order->id : "O-2026-0001",
		order != NULL && random_chance(draw->random, 90) ? order->consignee : "Works 9");
}

/* ---- evidence ---- */

static void add_signature(struct draw *draw, const char *person)
{
	const struct person *row = state_find(draw->state, TABLE_PERSON, person);
	char key_id[9] = "deadbeef";
	if (row != NULL)
		memcpy(key_id, strchr(row->verifier_key, '+') + 1, 8);
	buffer_printf(&draw->line, "person=%s key_id=%s signature=AAAA", person, key_id);
}

/* An open note; release orders before others half of the time. */
static const struct document *any_document(struct draw *draw)
{
	const struct document *chosen = any_row(draw, TABLE_DOCUMENT), *document = NULL;
	bool orders = random_chance(draw->random, 50);
	while (orders && (document = state_next(draw->state, TABLE_DOCUMENT, document)) != NULL) {
		if (!document->row.closed && text_equal(document->kind, "release-order"))
			chosen = document;
	}
	return chosen;
}

static void draw_sign(struct draw *draw)
{
	static const char *const officers[] = { "ola", "oma", "otto", "ola", "oma", "otto", "ola",
		"oma", "otto", "ola", "oma", "otto", "p1", "p2", "kim" };
	const struct document *document = any_document(draw);
	draw->actor = one_of(draw, people, random_chance(draw->random, 90) ? 8 : PEOPLE);
	buffer_printf(&draw->line, "document=%s text='%s%s' signatures=[",
		key_or(document, "N-2026-0001"),
		document != NULL ? document->text : "", random_chance(draw->random, 97) ? "" : "x");
	add_signature(draw, ONE_OF(draw, officers));
	if (random_chance(draw->random, 40)) {
		buffer_append_text(&draw->line, "; ");
		add_signature(draw, ONE_OF(draw, officers));
	}
	buffer_append_text(&draw->line, "]");
}

static void draw_reject(struct draw *draw)
{
	draw->actor = "oma";
	buffer_printf(&draw->line, "document=%s because=no",
		key_or(any_row(draw, TABLE_DOCUMENT), "N-2026-0001"));
}

static void draw_finding(struct draw *draw)
{
	draw->actor = ONE_OF(draw, people);
	buffer_append_text(&draw->line,
		"check=count severity=warning message='quotes \" and \\ and é'");
}

static void draw_enrol(struct draw *draw)
{
	long long person = number(draw, 1, 3);
	draw->actor = "ola";
	buffer_printf(&draw->line, "because=x code=p%lld duties=officer,keeper name=P verifier_key="
		ORIGIN "/p%lld+%08llx+AAAA", person, person, number(draw, 0, 0xfffff));
}

static void draw_revoke(struct draw *draw)
{
	draw->actor = "ola";
	buffer_printf(&draw->line, "because=x code=p%lld", number(draw, 1, 3));
}

static void draw_replace(struct draw *draw)
{
	const char *person = ONE_OF(draw, people);
	draw->actor = ONE_OF(draw, people);
	buffer_printf(&draw->line, "because=lost code=%s verifier_key=" ORIGIN "/%s+%08llx+AAAA",
		person, person, number(draw, 0, 0xfffff));
}

static void draw_found(struct draw *draw)
{
	draw->actor = "founders";
	buffer_append_text(&draw->line, founding);
}

static const struct {
	const char *command;
	int weight;
	void (*draw)(struct draw *draw);
} kinds[] = {
	{ "lot.add", 9, draw_lot_add }, { "lot.weigh", 10, draw_weigh },
	{ "lot.sample", 2, draw_sample }, { "lot.assay", 12, draw_assay },
	{ "lot.accept", 12, draw_accept }, { "lot.reject", 1, draw_end_lot },
	{ "lot.lose", 1, draw_end_lot }, { "lot.hold", 3, draw_hold },
	{ "lot.hold_release", 6, draw_hold_release }, { "lot.move", 2, draw_move },
	{ "lot.arrive", 4, draw_arrive }, { "lot.correct", 2, draw_correct },
	{ "site.set", 2, draw_site_set }, { "floor.set", 4, draw_floor_set },
	{ "member.set", 1, draw_member_set }, { "price.draft", 3, draw_price },
	{ "declare", 4, draw_declare }, { "request.submit", 30, draw_request },
	{ "request.withdraw", 2, draw_withdraw }, { "order.prepare", 16, draw_prepare },
	{ "load_out", 20, draw_load }, { "deliver", 10, draw_deliver },
	{ "document.sign", 44, draw_sign }, { "document.reject", 1, draw_reject },
	{ "finding.raise", 1, draw_finding }, { "person.enrol", 1, draw_enrol },
	{ "person.revoke", 1, draw_revoke }, { "key.replace", 1, draw_replace },
	{ "found", 1, draw_found },
};

void commands_draw(struct random *random, const struct state *state, int64_t now,
	struct command *command)
{
	struct draw draw = { .random = random, .state = state, .now = now };
	int64_t total = 0;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		total += kinds[i].weight;
	int64_t left = random_below(random, total);
	size_t chosen = 0;
	while (left >= kinds[chosen].weight)
		left -= kinds[chosen++].weight;
	kinds[chosen].draw(&draw);
	if (random_chance(random, 2))
		draw.actor = ONE_OF(&draw, people);
	command->type = command_type_find(kinds[chosen].command);
	command->line = strdup(buffer_text(&draw.line));
	if (command->line == NULL)
		abort();
	text_copy(command->actor, sizeof command->actor, draw.actor);
	buffer_free(&draw.line);
}
