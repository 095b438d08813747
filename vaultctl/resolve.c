/*
 * What was typed is taken as it is first and looked up only when vaultd does not know it, so that
 * the usual command costs one call. An id matches by its beginning, without regard to case; a
 * commodity also by the name, symbol or code of its mineral.
 */
#include "vaultctl/resolve.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { ROWS_MAX = 20000, CHOICES_SHOWN = 8 };

static const struct kind {
	const char *kind, *method, *key, *about;
} kinds[] = {
	{ "lot", "Stock.ListLots", "code", "commodity" },
	{ "commodity", "Stock.ListCommodities", "code", "mineral" },
	{ "mineral", "Stock.ListMinerals", "code", "name" },
	{ "site", "Stock.ListSites", "code", "name" },
	{ "inspection", "Stock.ListInspections", "id", "site" },
	{ "floor", "Stock.ListFloors", "id", "commodity" },
	{ "title", "Stock.ListTitles", "number", "lot" },
	{ "pledge", "Stock.ListPledges", "id", "lot" },
	{ "member", "Zone.ListMembers", "code", "name" },
	{ "price", "Zone.ListPrices", "id", "commodity" },
	{ "participant", "Zone.ListParticipants", "code", "name" },
	{ "commitment", "Zone.ListCommitments", "id", "participant" },
	{ "waiver", "Zone.ListWaivers", "id", "commodity" },
	{ "contract", "Zone.ListContracts", "id", "producer" },
	{ "loan", "Zone.ListLoans", "id", "party" },
	{ "rotation", "Zone.ListRotations", "id", "party" },
	{ "draw", "Zone.ListDraws", "id", "party" },
	{ "disposal", "Zone.ListDisposals", "id", "party" },
	{ "hs", "Zone.ListHsCodes", "code", "mineral" },
	{ "sale", "Zone.ListSales", "id", "seller" },
	{ "assessment", "Zone.ListAssessments", "id", "commodity" },
	{ "rule", "Emergency.ListRules", "code", "kind" },
	{ "declaration", "Emergency.ListDeclarations", "id", "kind" },
	{ "request", "Emergency.ListRequests", "id", "member" },
	{ "plan", "Emergency.ListPlans", "id", "declaration" },
	{ "order", "Stock.ListOrders", "id", "request" },
	{ "person", "Evidence.ListPersons", "code", "name" },
	{ "document", "Evidence.ListDocuments", "id", "kind" },
	{ "count", "Stock.ListCounts", "id", "site" },
	{ "sample", "Stock.ListSamples", "id", "state" },
	{ "finding", "Evidence.ListFindings", "id", "message" },
};

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (text_equal(kinds[i].kind, name))
			return &kinds[i];
	}
	return NULL;
}

const char *resolve_kind(const char *noun, const char *parameter)
{
	static const struct { const char *parameter, *kind; } named[] = {
		{ "to", "site" }, { "commodities", "commodity" }, { "back", "commodity" },
	};
	static const struct { const char *noun, *kind; } nouns[] = {
		{ "note", "document" }, { "key", "person" }, { "sign", "document" },
		{ "statement", "participant" }, { "why", "request" }, { "wait", "request" }, { "receipt", "request" },
	};
	if (text_equal(parameter, "code") || text_equal(parameter, "id") ||
	    text_equal(parameter, "exchange")) {
		parameter = noun;
		for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++) {
			if (text_equal(nouns[i].noun, noun))
				parameter = nouns[i].kind;
		}
	}
	if (text_equal(noun, "entitlement") &&
	    (text_equal(parameter, "from") || text_equal(parameter, "to")))
		parameter = "participant"; /* not a site, as elsewhere */
	for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
		if (text_equal(named[i].parameter, parameter))
			parameter = named[i].kind;
	}
	const struct kind *kind = find_kind(parameter);
	return kind == NULL ? NULL : kind->kind;
}

struct listing {
	const struct kind *kind;
	resolve_each *each;
	void *context;
	int rows;
};

static bool list_row(void *context, const struct value *row, struct error *error)
{
	struct listing *listing = context;
	if (listing->rows++ >= ROWS_MAX)
		return error_set(error, ERROR_LIMIT, "", "too many to search");
	listing->each(listing->context, value_get_text(row, listing->kind->key, ""),
		value_get_text(row, listing->kind->about, ""));
	return true;
}

bool resolve_list(struct ctl *ctl, const char *kind, resolve_each *each, void *context,
	struct error *error)
{
	struct listing listing = { find_kind(kind), each, context, 0 };
	if (listing.kind == NULL)
		return true;
	bool good = ctl_list(ctl, listing.kind->method, NULL, list_row, &listing, error);
	return good || listing.rows > ROWS_MAX;
}

/*
 * Whether it is a whole id, as R-2026-1000: it is also the beginning of R-2026-10003, which is another
 * thing and not what was meant.
 */
static bool is_whole(const char *given)
{
	static const char form[] = "-0000-0000";
	if (!isalpha((unsigned char)given[0]))
		return false;
	for (size_t i = 1; i <= sizeof form - 1; i++) {
		if (form[i - 1] == '-' ? given[i] != '-' : !isdigit((unsigned char)given[i]))
			return false;
	}
	return given[strspn(given + sizeof form, "0123456789") + sizeof form] == '\0';
}

struct search {
	const char *given;
	bool by_mineral, whole;
	const char *mineral; /* the code of the mineral that given names, or "" */
	char exact[CTL_ID], found[CTL_ID];
	int matches;
	struct buffer choices;
};

static void match(void *context, const char *id, const char *about)
{
	struct search *search = context;
	bool same_mineral = search->by_mineral && (strcasecmp(about, search->given) == 0 ||
		(*search->mineral != '\0' && strcasecmp(about, search->mineral) == 0));
	bool begins = !search->whole && strncasecmp(id, search->given, strlen(search->given)) == 0;
	if (strcasecmp(id, search->given) == 0)
		text_copy(search->exact, sizeof search->exact, id);
	if (!begins && !same_mineral)
		return;
	if (search->matches++ < CHOICES_SHOWN)
		buffer_printf(&search->choices, "%s%s", search->matches > 1 ? ", " : "", id);
	text_copy(search->found, sizeof search->found, id);
}

struct mineral_search {
	const char *given;
	char code[CTL_ID];
};

static bool match_mineral(void *context, const struct value *row, struct error *error)
{
	static const char *const keys[] = { "code", "name", "symbol" };
	struct mineral_search *search = context;
	(void)error;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (strcasecmp(value_get_text(row, keys[i], ""), search->given) == 0)
			text_copy(search->code, sizeof search->code, value_get_text(row, "code", ""));
	}
	return true;
}

bool ctl_resolve(struct ctl *ctl, const char *noun, const char *given, char to[CTL_ID],
	struct error *error)
{
	struct mineral_search mineral = { given, "" };
	struct search search = { .given = given, .mineral = mineral.code, .whole = is_whole(given),
		.by_mineral = text_equal(noun, "commodity") };
	bool good = !search.by_mineral ||
		ctl_list(ctl, "Stock.ListMinerals", NULL, match_mineral, &mineral, error);
	good = good && resolve_list(ctl, noun, match, &search, error);
	if (good && search.exact[0] != '\0') {
		text_copy(to, CTL_ID, search.exact);
	} else if (good && search.matches > 1) {
		good = error_set(error, ERROR_INVALID, "", "\"%.40s\" may mean %d things", given,
			search.matches);
		error_remedy(error, "Choose one of %.200s%s", buffer_text(&search.choices),
			search.matches > CHOICES_SHOWN ? ", …" : "");
	} else if (good && search.matches == 1) {
		text_copy(to, CTL_ID, search.found);
	} else if (good && !text_copy(to, CTL_ID, given)) {
		good = error_set(error, ERROR_NOT_FOUND, "", "\"%.40s\" is too long for an id", given);
	}
	buffer_free(&search.choices);
	return good;
}
