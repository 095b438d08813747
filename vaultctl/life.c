/* The table, and a walk or two over it. */
#include "vaultctl/life.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct life_state request[] = {
	{ "eligible", 1, false, "request.eligible", NULL },
	{ "allocated", 2, false, "request.allocated", "request.granted" },
	{ "approved", 3, false, "order.issued", "order.cut" },
	{ "releasing", 4, false, "order.loaded", NULL },
	{ "fulfilled", 5, true, NULL, NULL },
	{ "partial", 5, true, NULL, NULL },
	{ "refused", 0, true, "request.refused", NULL },
	{ "withdrawn", 0, true, "request.withdrawn", NULL },
	{ "expired", 0, true, "request.expired", NULL },
	{ NULL, 0, false, NULL, NULL },
};

static const struct life_state order[] = {
	{ "prepared", 1, false, "order.prepared", NULL },
	{ "issued", 2, false, "order.issued", "order.cut" },
	{ "loading", 3, false, "order.loaded", NULL },
	{ "loaded", 4, false, NULL, NULL },
	{ "delivered", 5, true, "order.delivered", NULL },
	{ "rejected", 0, true, NULL, NULL },
	{ "lapsed", 0, true, "order.lapsed", NULL },
	{ NULL, 0, false, NULL, NULL },
};

static const struct life_state plan[] = {
	{ "proposed", 1, false, "plan.proposed", NULL },
	{ "committed", 2, true, "plan.committed", NULL },
	{ "rejected", 0, true, NULL, NULL },
	{ "superseded", 0, true, "plan.superseded", NULL },
	{ NULL, 0, false, NULL, NULL },
};

static const struct life_state declaration[] = {
	{ "proposed", 1, false, "declaration.proposed", NULL },
	{ "scheduled", 2, false, "declaration.declared", NULL },
	{ "open", 3, false, "declaration.opened", NULL },
	{ "ended", 4, true, "declaration.ended", NULL },
	{ "rejected", 0, true, NULL, NULL },
	{ NULL, 0, false, NULL, NULL },
};

static const struct life_state document[] = {
	{ "open", 1, false, "document.prepared", NULL },
	{ "effective", 2, true, NULL, NULL },
	{ "rejected", 0, true, "document.rejected", NULL },
	{ "obsolete", 0, true, NULL, NULL },
	{ NULL, 0, false, NULL, NULL },
};

/* Of draws, loans, rotations and sales alike; what is in default is still to come back. */
static const struct life_state exchange[] = {
	{ "prepared", 1, false, "exchange.prepared", NULL },
	{ "open", 2, false, "order.issued", NULL },
	{ "out", 3, false, "order.delivered", NULL },
	{ "returned", 4, true, NULL, NULL },
	{ "defaulted", 0, false, "exchange.defaulted", NULL },
	{ "delivered", 4, true, NULL, NULL },
	{ "rejected", 0, true, NULL, NULL },
	{ "lapsed", 0, true, NULL, NULL },
	{ NULL, 0, false, NULL, NULL },
};

static const struct life_state commitment[] = {
	{ "proposed", 1, false, "commitment.proposed", NULL },
	{ "signed", 2, false, "commitment.signed", NULL },
	{ "in-force", 3, false, "commitment.in_force", NULL },
	{ "ended", 4, true, "commitment.ended", NULL },
	{ "rejected", 0, true, NULL, NULL },
	{ NULL, 0, false, NULL, NULL },
};

static const struct life_state contract[] = {
	{ "proposed", 1, false, "contract.proposed", NULL },
	{ "signed", 2, false, "contract.signed", NULL },
	{ "ended", 3, true, "contract.ended", NULL },
	{ "rejected", 0, true, NULL, NULL },
	{ NULL, 0, false, NULL, NULL },
};

/* One that nobody signed ends as well: its end says nothing about a grant. */
static const struct life_state waiver[] = {
	{ "proposed", 1, false, "waiver.proposed", NULL },
	{ "granted", 2, false, "waiver.granted", NULL },
	{ "ended", 0, true, "waiver.ended", NULL },
	{ "rejected", 0, true, NULL, NULL },
	{ NULL, 0, false, NULL, NULL },
};

static const struct life_state count[] = {
	{ "open", 1, false, "count.opened", NULL },
	{ "recount", 0, false, NULL, NULL },
	{ "counted", 2, false, NULL, NULL },
	{ "proposed", 3, false, "count.adjustment_proposed", NULL },
	{ "ended", 4, true, "count.ended", NULL },
	{ "abandoned", 0, true, "count.abandoned", "count.expired" },
	{ NULL, 0, false, NULL, NULL },
};

static const struct life_state sample[] = {
	{ "announced", 1, false, "sample.announced", NULL },
	{ "drawn", 2, false, "sample.drawn", NULL },
	{ "overdue", 0, false, NULL, NULL },
	{ "done", 3, true, NULL, NULL },
	{ NULL, 0, false, NULL, NULL },
};

static const struct life lives[] = {
	{ 'R', "request", "request", NULL, "Emergency.GetRequest", "request", request },
	{ 'O', "order", "order", NULL, "Stock.GetOrder", "order", order },
	{ 'P', "plan", "plan", NULL, "Emergency.GetPlan", "plan", plan },
	{ 'D', "declaration", "declaration", NULL, "Emergency.GetDeclaration", "declaration",
		declaration },
	{ 'N', "document", "document", NULL, "Evidence.GetDocument", "document", document },
	{ 'B', "draw", "exchange", "request", "Zone.GetExchange", "exchange", exchange },
	{ 'X', "loan", "exchange", "request", "Zone.GetExchange", "exchange", exchange },
	{ 'T', "rotation", "exchange", "request", "Zone.GetExchange", "exchange", exchange },
	{ 'V', "disposal", "exchange", "request", "Zone.GetExchange", "exchange", exchange },
	{ 'K', "commitment", "commitment", NULL, "Zone.GetCommitment", "commitment", commitment },
	{ 'C', "contract", "contract", NULL, "Zone.GetContract", "contract", contract },
	{ 'U', "count", "count", NULL, "Stock.GetCount", "count", count },
	{ 'M', "sample", "sample", NULL, "Stock.GetSample", "sample", sample },
	{ 'W', "waiver", "waiver", NULL, "Zone.GetWaiver", "waiver", waiver },
};

#define COUNT(array) (sizeof (array) / sizeof *(array))

const struct life *life_of(const char *id)
{
	for (size_t i = 0; i < COUNT(lives); i++) {
		bool same = (id[0] & ~0x20) == lives[i].letter; /* any case */
		if (same && id[1] == '-')
			return &lives[i];
	}
	return NULL;
}

const struct life_state *life_find(const struct life *life, const char *name, size_t length)
{
	for (const struct life_state *state = life->states; state->name != NULL; state++) {
		if (strlen(state->name) == length && memcmp(state->name, name, length) == 0)
			return state;
	}
	return NULL;
}

bool life_reached(const struct life_state *now, const struct life_state *wanted)
{
	return now == wanted || (wanted->order > 0 && now->order > wanted->order);
}

static void list_some(const struct life *life, bool final, struct buffer *to)
{
	const char *between = "";
	for (const struct life_state *state = life->states; state->name != NULL; state++) {
		if (state->final != final)
			continue;
		buffer_printf(to, "%s%s", between, state->name);
		between = ", ";
	}
}

void life_list(const struct life *life, struct buffer *to)
{
	list_some(life, false, to);
	buffer_append_text(to, "; at its end ");
	list_some(life, true, to);
}

void life_letters(struct buffer *to)
{
	for (size_t i = 0; i < COUNT(lives); i++)
		buffer_printf(to, "%s%c- (%s)", i > 0 ? ", " : "", lives[i].letter, lives[i].noun);
}
