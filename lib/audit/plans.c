/* A plan's content is gathered from its run's entries, hashed, kept until all is decided. */
#include "audit/plans.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/checked.h"
#include "base/json.h"
#include "base/text.h"
#include "ledger/hash.h"
#include "reserve/emergency/plan.h"
#include "reserve/emergency/request.h"

enum plan_stage { GATHERING, OPEN, COMMITTED };

struct kept_plan {
	struct kept_plan *next;
	struct arena *arena;      /* of the content and its lists */
	struct plan_proposed content;
	uint32_t line_capacity, award_capacity;
	uint32_t *by_request;     /* a hash table of awards by request: index + 1, 0 for none */
	uint32_t slots;           /* a power of two */
	bool *decided;            /* side by side with the awards */
	uint32_t left;            /* awards not decided yet */
	enum plan_stage stage;
	bool faulty;              /* told of: nothing more is said of it */
};

struct plans {
	struct kept_plan *first;  /* the newest first; those that are over are forgotten */
	int64_t checked;
};

struct plans *plans_new(void)
{
	struct plans *plans = calloc(1, sizeof *plans);
	if (plans == NULL)
		abort();
	return plans;
}

void plans_free(struct plans *plans)
{
	for (struct kept_plan *plan = plans != NULL ? plans->first : NULL, *next; plan != NULL;
	     plan = next) {
		next = plan->next;
		arena_free(plan->arena);
		free(plan);
	}
	free(plans);
}

int64_t plans_checked(const struct plans *plans)
{
	return plans->checked;
}

static struct kept_plan *find(const struct plans *plans, const char *id)
{
	struct kept_plan *plan = plans->first;
	while (plan != NULL && !text_equal(plan->content.plan, id))
		plan = plan->next;
	return plan;
}

/* A plan that came to nothing, or whose requests are all decided. */
static void forget(struct plans *plans, struct kept_plan *plan)
{
	struct kept_plan **at = &plans->first;
	while (*at != plan)
		at = &(*at)->next;
	*at = plan->next;
	arena_free(plan->arena);
	free(plan);
}

/* ---- gathering ---- */

static bool take_proposed(struct plans *plans, const struct parsed_entry *entry,
	struct error *error)
{
	const struct plan_proposed *body = entry->body;
	if (find(plans, body->plan) != NULL)
		return error_set(error, ERROR_LEDGER, "", "%s is proposed a second time", body->plan);
	struct kept_plan *plan = calloc(1, sizeof *plan);
	if (plan == NULL)
		abort();
	plan->arena = arena_new(0);
	plan->content = *body;
	plan->next = plans->first;
	plans->first = plan;
	return true;
}

/* Room for one more item at the end of a list of the content. */
static void *grow(struct kept_plan *plan, struct list *list, uint32_t *capacity, size_t size)
{
	if (list->count == *capacity) {
		uint32_t larger = *capacity == 0 ? 64 : *capacity * 2;
		char *items = arena_alloc(plan->arena, larger * size);
		if (list->count > 0)
			memcpy(items, list->items, list->count * size);
		list->items = items;
		*capacity = larger;
	}
	return (char *)list->items + list->count++ * size;
}

/* The plan whose run is being read. */
static struct kept_plan *gathering(struct plans *plans, const struct parsed_entry *entry,
	struct error *error)
{
	struct kept_plan *plan = plans->first;
	if (plan != NULL && plan->stage == GATHERING &&
	    text_equal(plan->content.plan, check_text(entry, "plan")))
		return plan;
	error_set(error, ERROR_LEDGER, "", "it is no part of a run of %s", check_text(entry, "plan"));
	return NULL;
}

static bool take_line(struct plans *plans, const struct parsed_entry *entry, struct error *error)
{
	const struct plan_line_body *body = entry->body;
	struct kept_plan *plan = gathering(plans, entry, error);
	if (plan == NULL)
		return false;
	struct plan_line_body *line = grow(plan, &plan->content.lines, &plan->line_capacity,
		sizeof *line);
	struct grade_stock *grades = arena_alloc(plan->arena, body->grades.count * sizeof *grades);
	*line = *body;
	if (body->grades.count > 0)
		memcpy(grades, body->grades.items, body->grades.count * sizeof *grades);
	line->grades.items = grades;
	return true;
}

static bool take_planned(struct plans *plans, const struct parsed_entry *entry,
	struct error *error)
{
	struct kept_plan *plan = gathering(plans, entry, error);
	if (plan == NULL)
		return false;
	struct plan_award *award = grow(plan, &plan->content.awards, &plan->award_capacity,
		sizeof *award);
	*award = *(const struct plan_award *)entry->body;
	return true;
}

/* ---- the hash ---- */

static void hash_content(const struct plan_proposed *content, struct hash *ret_hash)
{
	struct buffer text = { 0 };
	json_canonical_record(&text, &plan_content_descriptor, content);
	hash_sha256(text.bytes, text.length, ret_hash);
	buffer_free(&text);
}

/* The award of a request, or the free place where it would stand. */
static uint32_t *place_of(const struct kept_plan *plan, const char *request)
{
	const struct plan_award *awards = plan->content.awards.items;
	for (size_t i = text_hash(request) & (plan->slots - 1);; i = (i + 1) & (plan->slots - 1)) {
		uint32_t *place = &plan->by_request[i];
		if (*place == 0 || text_equal(awards[*place - 1].request, request))
			return place;
	}
}

static bool index_awards(struct kept_plan *plan, struct error *error)
{
	const struct plan_award *awards = plan->content.awards.items;
	uint32_t count = plan->content.awards.count;
	for (plan->slots = 16; plan->slots < 2 * count;)
		plan->slots *= 2;
	plan->by_request = arena_alloc(plan->arena, plan->slots * sizeof *plan->by_request);
	plan->decided = arena_alloc(plan->arena, (count + 1) * sizeof *plan->decided);
	plan->left = count;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t *place = place_of(plan, awards[i].request);
		if (*place != 0)
			return error_set(error, ERROR_LEDGER, "", "%s stands twice in %s",
				awards[i].request, plan->content.plan);
		*place = i + 1;
	}
	return true;
}

/* Sums of the content: what its head says and what its parts say is one. */
static bool check_sums(const struct kept_plan *plan, struct error *error)
{
	const struct plan_line_body *lines = plan->content.lines.items;
	const struct plan_award *awards = plan->content.awards.items;
	bool good = plan->content.commodities == plan->content.lines.count &&
		plan->content.requests == plan->content.awards.count;
	for (uint32_t i = 0, at = 0; good && i < plan->content.lines.count; i++) {
		int64_t awarded_g = 0, requests = 0;
		for (; good && at < plan->content.awards.count &&
		     text_equal(awards[at].commodity, lines[i].commodity); at++, requests++)
			good = checked_add(awarded_g, awards[at].awarded_g, &awarded_g);
		good = good && awarded_g == lines[i].awarded_g && requests == lines[i].requests &&
			awarded_g <= lines[i].estate_g;
	}
	return good || error_set(error, ERROR_LEDGER, "",
		"the sums of %s do not fit its awards", plan->content.plan);
}

/* The note stands behind the run: its content is whole now. */
static bool take_note(struct plans *plans, const struct parsed_entry *entry, struct error *error)
{
	struct kept_plan *plan = plans->first;
	struct hash hash;
	struct buffer line = { 0 };
	if (plan == NULL || plan->stage != GATHERING ||
	    !text_equal(check_text(entry, "document"), plan->content.plan))
		return error_set(error, ERROR_LEDGER, "", "it is the note of a plan that nobody ran");
	hash_content(&plan->content, &hash);
	buffer_append_text(&line, "\ncontent-sha256 ");
	buffer_append_hex(&line, hash.bytes, HASH_SIZE);
	buffer_append_byte(&line, '\n');
	bool holds = memcmp(hash.bytes, plan->content.content_sha256, HASH_SIZE) == 0;
	bool named_there = strstr(check_text(entry, "text"), buffer_text(&line)) != NULL;
	buffer_free(&line);
	if (!holds)
		return error_set(error, ERROR_LEDGER, "",
			"the content of %s does not hash to what it says", plan->content.plan);
	if (!named_there)
		return error_set(error, ERROR_LEDGER, "",
			"the note of %s does not name the hash of its content", plan->content.plan);
	plan->stage = OPEN;
	plans->checked++;
	return check_sums(plan, error) && index_awards(plan, error);
}

/* ---- what became of it ---- */

static bool take_superseded(struct plans *plans, const struct parsed_entry *entry,
	struct error *error)
{
	struct kept_plan *plan = find(plans, check_text(entry, "plan"));
	if (plan == NULL || plan->stage != OPEN)
		return error_set(error, ERROR_LEDGER, "", "%s was not open", check_text(entry, "plan"));
	forget(plans, plan);
	return true;
}

static bool take_rejected(struct plans *plans, const struct parsed_entry *entry,
	struct error *error)
{
	struct kept_plan *plan = find(plans, check_text(entry, "document"));
	(void)error;
	if (plan != NULL)
		forget(plans, plan);
	return true;
}

static bool take_committed(struct plans *plans, const struct parsed_entry *entry,
	struct error *error)
{
	struct kept_plan *plan = find(plans, check_text(entry, "plan"));
	if (plan == NULL || plan->stage != OPEN)
		return error_set(error, ERROR_LEDGER, "", "%s was not open when it was committed",
			check_text(entry, "plan"));
	plan->stage = COMMITTED;
	return true;
}

/* Each request is decided as it was planned, and once. */
static bool take_decided(struct plans *plans, const struct parsed_entry *entry,
	struct error *error)
{
	const struct request_decided *body = entry->body;
	struct kept_plan *plan = find(plans, body->plan);
	if (plan == NULL || plan->stage != COMMITTED)
		return error_set(error, ERROR_LEDGER, "", "%s was not committed when it decided %s",
			body->plan, body->request);
	uint32_t place = *place_of(plan, body->request);
	const struct plan_award *awards = plan->content.awards.items;
	if (place == 0 || plan->decided[place - 1] || awards[place - 1].awarded_g != body->awarded_g)
		return error_set(error, ERROR_LEDGER, "", "%s is not decided as %s planned it",
			body->request, body->plan);
	plan->decided[place - 1] = true;
	plan->left--;
	return true;
}

static bool take_order(struct plans *plans, const struct parsed_entry *entry, struct error *error)
{
	const struct kept_plan *plan = find(plans, check_text(entry, "plan"));
	const struct field *field = descriptor_field(entry->body_descriptor, "plan_sha256");
	assert(field != NULL);
	if (plan == NULL || plan->stage != COMMITTED)
		return error_set(error, ERROR_LEDGER, "", "%s was cut from no plan that was committed",
			check_text(entry, "order"));
	return memcmp((const char *)entry->body + field->offset, plan->content.content_sha256,
		HASH_SIZE) == 0 || error_set(error, ERROR_LEDGER, "",
		"%s names another hash than that of %s", check_text(entry, "order"), plan->content.plan);
}

/* ---- entries ---- */

static const struct {
	const char *kind;
	bool (*take)(struct plans *plans, const struct parsed_entry *entry, struct error *error);
} takers[] = {
	{ "plan.proposed", take_proposed },
	{ "plan.superseded", take_superseded },
	{ "plan.line", take_line },
	{ "request.planned", take_planned },
	{ "plan.committed", take_committed },
	{ "request.granted", take_decided },
	{ "request.cut", take_decided },
	{ "order.cut", take_order },
	{ "document.rejected", take_rejected },
};

/* Kinds that stand among those of a run, or of a commit. */
static bool belongs(enum plan_stage stage, const char *kind)
{
	static const char *const run[] = { "plan.superseded", "plan.line", "request.planned",
		"document.prepared", NULL };
	static const char *const commit[] = { "request.granted", "request.cut", "request.picked",
		"order.cut", "order.slotted", NULL };
	const char *const *kinds = stage == GATHERING ? run : commit;
	for (size_t i = 0; kinds[i] != NULL; i++) {
		if (text_equal(kinds[i], kind))
			return true;
	}
	return false;
}

/* A run ends in its note, a commit when all is decided; nothing else stands between. */
static bool check_whole(struct plans *plans, const char *kind, struct error *error)
{
	for (struct kept_plan *plan = plans->first, *next; plan != NULL; plan = next) {
		next = plan->next;
		if (plan->faulty || plan->stage == OPEN || belongs(plan->stage, kind))
			continue;
		if (plan->stage == GATHERING || plan->left > 0) {
			plan->faulty = true;
			return error_set(error, ERROR_LEDGER, plan->content.plan, "%s is not whole",
				plan->content.plan);
		}
		forget(plans, plan);
	}
	return true;
}

static bool take(struct plans *plans, const struct parsed_entry *entry, struct error *error)
{
	bool good = true;
	for (size_t i = 0; good && i < sizeof takers / sizeof *takers; i++) {
		if (text_equal(takers[i].kind, entry->kind))
			good = takers[i].take(plans, entry, error);
	}
	if (good && text_equal(entry->kind, "document.prepared") &&
	    text_equal(check_text(entry, "kind"), "plan"))
		good = take_note(plans, entry, error);
	return good;
}

bool plans_entry(struct plans *plans, const struct parsed_entry *entry, struct error *error)
{
	struct error cause = { 0 };
	if (!check_whole(plans, entry->kind, error))
		return false;
	const char *id = check_text(entry, "plan");
	if (id[0] == '\0')
		id = check_text(entry, "document");
	struct kept_plan *plan = id[0] != '\0' ? find(plans, id) : NULL;
	if ((plan != NULL && plan->faulty) || take(plans, entry, &cause))
		return true;
	plan = find(plans, id);
	if (plan != NULL)
		plan->faulty = true;
	return error_set(error, ERROR_LEDGER, id, "%s", cause.message);
}

bool plans_end(const struct plans *plans, struct error *error)
{
	for (const struct kept_plan *plan = plans->first; plan != NULL; plan = plan->next) {
		if (!plan->faulty &&
		    (plan->stage == GATHERING || (plan->stage == COMMITTED && plan->left > 0)))
			return error_set(error, ERROR_LEDGER, plan->content.plan,
				"%s is not whole where the ledger ends", plan->content.plan);
	}
	return true;
}
