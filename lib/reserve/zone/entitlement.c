/*
 * The accounts of entitlements. There are few of one participant: a walk over its own finds what is
 * asked, and no decision of Emergency ever walks them.
 */
#include "reserve/zone/entitlement.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/participant.h"

static const struct field entitlement_fields[] = {
	F_TEXT(struct entitlement, id),
	F_REF(struct entitlement, participant, TABLE_PARTICIPANT),
	F_REF(struct entitlement, commodity, TABLE_COMMODITY),
	F_REF(struct entitlement, commitment, TABLE_COMMITMENT),
	F_INT(struct entitlement, undrawn_g),
	F_INT(struct entitlement, owed_g),
	F_INT(struct entitlement, bought_g),
};
const struct descriptor entitlement_descriptor =
	DESCRIPTOR("entitlement", struct entitlement, entitlement_fields);

const char *const movement_kind_names[] = { "", "granted", "received", "given", "drawn", "bought",
	"replenished", "draw-undone", "purchase-undone", "extinguished", NULL };

static const struct field movement_fields[] = {
	F_TEXT(struct movement, id),
	F_REF(struct movement, participant, TABLE_PARTICIPANT),
	F_REF(struct movement, commodity, TABLE_COMMODITY),
	F_REF(struct movement, commitment, TABLE_COMMITMENT),
	F_ENUM(struct movement, kind, movement_kind_names),
	F_INT(struct movement, mass_g),
	F_INT(struct movement, balance_g),
	F_INT(struct movement, owed_g),
	F_TEXT(struct movement, counterparty),
	F_TEXT(struct movement, subject),
	F_TIME(struct movement, at),
};
const struct descriptor movement_descriptor =
	DESCRIPTOR("movement", struct movement, movement_fields);

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void entitlement_loaded(struct state *state, struct row *row)
{
	struct entitlement *entitlement = (struct entitlement *)(void *)row;
	(void)state;
	entitlement->next = entitlement->participant->entitlements;
	entitlement->participant->entitlements = entitlement;
}

/* ---- what there is ---- */

int64_t entitlement_g(const struct state *state, const struct participant *participant,
	const struct commodity *commodity)
{
	int64_t sum_g = 0;
	(void)state;
	for (const struct entitlement *own = participant->entitlements; own != NULL; own = own->next)
		sum_g += own->commodity == commodity ? own->undrawn_g : 0;
	return sum_g; /* no more than was committed, which was checked */
}

int64_t entitlement_owed_g(const struct state *state, const struct participant *participant,
	const struct commodity *commodity)
{
	int64_t sum_g = 0;
	(void)state;
	for (const struct entitlement *own = participant->entitlements; own != NULL; own = own->next)
		sum_g += own->commodity == commodity ? own->owed_g : 0;
	return sum_g;
}

/* Which of the three masses of an entitlement a kind of movement takes from. */
static int64_t *source_g(struct entitlement *entitlement, enum movement_kind kind)
{
	if (kind == MOVEMENT_REPLENISHED || kind == MOVEMENT_DRAW_UNDONE)
		return &entitlement->owed_g;
	if (kind == MOVEMENT_PURCHASE_UNDONE)
		return &entitlement->bought_g;
	return &entitlement->undrawn_g;
}

static bool ends_before(const struct commitment *a, const struct commitment *b)
{
	return a->ends_at != b->ends_at ? a->ends_at < b->ends_at : strcmp(a->id, b->id) < 0;
}

static bool ends_last_first(enum movement_kind kind)
{
	return kind == MOVEMENT_DRAW_UNDONE || kind == MOVEMENT_PURCHASE_UNDONE;
}

/* The one behind another in the order of the account (NULL: the first) that a kind can take from. */
static struct entitlement *next_in_order(const struct participant *participant,
	const struct commodity *commodity, enum movement_kind kind, const struct entitlement *behind)
{
	struct entitlement *found = NULL;
	bool last_first = ends_last_first(kind);
	for (struct entitlement *own = participant->entitlements; own != NULL; own = own->next) {
		if (own->commodity != commodity || *source_g(own, kind) == 0 ||
		    (behind != NULL && (own == behind ||
		    ends_before(behind->commitment, own->commitment) == last_first)))
			continue;
		if (found == NULL ||
		    ends_before(own->commitment, found->commitment) != last_first)
			found = own;
	}
	return found;
}

int64_t entitlement_replenish_by(const struct state *state, const struct participant *participant,
	const struct commodity *commodity, int64_t mass_g, int64_t now)
{
	const struct entitlement *own = NULL;
	int64_t by = INT64_MAX, today = now - now % TIME_DAY_MS;
	(void)state;
	while (mass_g > 0) {
		own = next_in_order(participant, commodity, MOVEMENT_DRAWN, own);
		assert(own != NULL);
		by = least(by, least(own->commitment->ends_at,
			today + own->commitment->replenish_days * TIME_DAY_MS));
		mass_g -= least(mass_g, own->undrawn_g);
	}
	return by;
}

/* ---- moving ---- */

struct mover {
	struct state *state;
	const struct applied *applied;
	const char *subject;
	int64_t at;
	int64_t number; /* of movements of this entry so far */
};

static struct mover mover_of(struct state *state, const struct applied *applied,
	const char *subject)
{
	return (struct mover){ state, applied, subject,
		applied->effective != ABSENT ? applied->effective : applied->at, 0 };
}

static struct entitlement *entitlement_of(struct state *state, struct participant *participant,
	struct commitment *commitment)
{
	struct commodity *commodity = commitment->commodity;
	const char *const parts[] = { participant->code, "/", commodity->code, "/", commitment->id };
	char id[3 * CODE_MAX];
	bool joined = text_join(id, sizeof id, parts, sizeof parts / sizeof *parts);
	assert(joined);
	(void)joined;
	struct entitlement *own = state_find(state, TABLE_ENTITLEMENT, id);
	if (own == NULL) {
		own = state_insert(state, TABLE_ENTITLEMENT, id);
		own->participant = participant;
		own->commodity = commodity;
		own->commitment = commitment;
		own->undrawn_g = own->owed_g = own->bought_g = 0;
		entitlement_loaded(state, &own->row);
	}
	return own;
}

/* INDEX/NUMBER */
static void movement_id(struct mover *mover, char id[CODE_MAX])
{
	char number[WORD_INT];
	word_int(id, mover->applied->index);
	word_int(number, ++mover->number);
	size_t length = strlen(id);
	id[length] = '/';
	memcpy(id + length + 1, number, strlen(number) + 1);
}

static void keep_movement(struct mover *mover, const struct entitlement *own,
	enum movement_kind kind, int64_t mass_g, const char *counterparty)
{
	char id[CODE_MAX];
	movement_id(mover, id);
	struct movement *row = state_insert(mover->state, TABLE_MOVEMENT, id);
	row->participant = own->participant;
	row->commodity = own->commodity;
	row->commitment = own->commitment;
	row->kind = (uint8_t)kind;
	row->mass_g = mass_g;
	row->balance_g = entitlement_g(mover->state, own->participant, own->commodity);
	row->owed_g = entitlement_owed_g(mover->state, own->participant, own->commodity);
	body_text(row->counterparty, counterparty);
	body_text(row->subject, mover->subject);
	row->at = mover->at;
	state_close(mover->state, row);
}

/* Changes what one holds, with the sums above it, and keeps the movement. */
static void change(struct mover *mover, struct entitlement *own, enum movement_kind kind,
	int64_t mass_g, const char *counterparty)
{
	int64_t *from = source_g(own, kind), *to = NULL;
	struct entitlement before = *own;
	bool ended = own->commitment->state == COMMITMENT_ENDED;
	if (kind == MOVEMENT_DRAWN)
		to = &own->owed_g;
	else if (kind == MOVEMENT_BOUGHT)
		to = &own->bought_g;
	else if (from != &own->undrawn_g)
		to = ended ? &own->bought_g : &own->undrawn_g;
	if (kind == MOVEMENT_GRANTED || kind == MOVEMENT_RECEIVED)
		own->undrawn_g += mass_g;
	else
		*from -= mass_g;
	if (to != NULL)
		*to += mass_g;
	assert(own->undrawn_g >= 0 && own->owed_g >= 0 && own->bought_g >= 0);
	state_touch(mover->state, own);
	commodity_entitle(mover->state, own->commodity, own->undrawn_g - before.undrawn_g);
	commitment_moved(mover->state, own->commitment, own->undrawn_g - before.undrawn_g,
		own->owed_g - before.owed_g, own->bought_g - before.bought_g, mover->at);
	keep_movement(mover, own, kind, mass_g, counterparty);
}

static void extinguish(struct mover *mover, struct entitlement *own)
{
	if (own->undrawn_g > 0)
		change(mover, own, MOVEMENT_EXTINGUISHED, own->undrawn_g, "");
}

void entitlement_take(struct state *state, const struct applied *applied,
	struct participant *participant, struct commodity *commodity, enum movement_kind kind,
	int64_t mass_g, const char *subject)
{
	struct mover mover = mover_of(state, applied, subject);
	assert(mass_g > 0 && kind >= MOVEMENT_DRAWN && kind <= MOVEMENT_PURCHASE_UNDONE);
	while (mass_g > 0) {
		struct entitlement *own = next_in_order(participant, commodity, kind, NULL);
		assert(own != NULL);
		int64_t part_g = least(mass_g, *source_g(own, kind));
		change(&mover, own, kind, part_g, "");
		mass_g -= part_g;
	}
}

void entitlement_grant(struct state *state, const struct applied *applied,
	struct commitment *commitment)
{
	struct mover mover = mover_of(state, applied, commitment->id);
	change(&mover, entitlement_of(state, commitment->participant, commitment), MOVEMENT_GRANTED,
		commitment->mass_g, "");
}

void entitlement_transfer(struct state *state, const struct applied *applied,
	struct participant *from, struct participant *to, struct commodity *commodity, int64_t mass_g,
	const char *subject)
{
	struct mover mover = mover_of(state, applied, subject);
	assert(mass_g > 0 && from != to);
	while (mass_g > 0) {
		struct entitlement *own = next_in_order(from, commodity, MOVEMENT_GIVEN, NULL);
		assert(own != NULL);
		int64_t part_g = least(mass_g, own->undrawn_g);
		change(&mover, own, MOVEMENT_GIVEN, part_g, to->code);
		change(&mover, entitlement_of(state, to, own->commitment), MOVEMENT_RECEIVED, part_g,
			from->code);
		mass_g -= part_g;
	}
}

/* The first by participant's code, so that a replay numbers the movements in the same way. */
void entitlement_extinguish(struct state *state, const struct applied *applied,
	struct commitment *commitment)
{
	struct mover mover = mover_of(state, applied, commitment->id);
	while (commitment->undrawn_g > 0) {
		struct entitlement *own = NULL, *first = NULL;
		while ((own = state_next(state, TABLE_ENTITLEMENT, own)) != NULL) {
			if (own->commitment == commitment && own->undrawn_g > 0 && (first == NULL ||
			    strcmp(own->participant->code, first->participant->code) < 0))
				first = own;
		}
		assert(first != NULL);
		extinguish(&mover, first);
	}
}
