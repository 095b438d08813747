/* Rounds shown: all policies side by side for a live shortage. */
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/plan.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/rule.h"
#include "reserve/stock/material.h"
#include "reserve/zone/member.h"
#include "reserve/words.h"
#include "view/row.h"
#include "view/write.h"
#include "wire/message.h"
#include "wire/value.h"

enum { POLICIES_MAX = 1 + POLICY_COUNT };

struct compared {
	const char *name;
	struct ration ration;
};

struct comparison {
	struct context context;  /* of what stays */
	struct context scratch;  /* of one division */
	const struct declaration *declaration;
	struct compared policies[POLICIES_MAX]; /* the declared one first */
	size_t count;
	struct json json;
};

/* "declared: tiers, A equal-awards, B proportional, C proportional, at least 25 kg each" */
static const char *declared_words(struct arena *arena, const struct ration *ration)
{
	const char *words = arena_printf(arena, "declared: %s",
		ration->tiers ? "tiers" : policy_names[ration->policy]);
	for (int tier = TIER_A; ration->tiers && tier < TIER_COUNT; tier++) {
		enum policy own = ration->tier_policies[tier];
		words = arena_printf(arena, "%s, %s %s", words, tier_names[tier],
			policy_names[own != POLICY_NONE ? own : ration->policy]);
	}
	if (ration->minimum_g > 0) {
		char least[WORD_MASS];
		word_mass(least, ration->minimum_g);
		words = arena_printf(arena, "%s, at least %s each", words, least);
	}
	return words;
}

static void choose_policies(struct comparison *comparison)
{
	struct ration declared = declaration_ration(comparison->declaration);
	size_t count = 0;
	comparison->policies[count++] = (struct compared){
		declared_words(comparison->context.arena, &declared), declared };
	for (int policy = POLICY_PROPORTIONAL; policy < POLICY_COUNT; policy++)
		comparison->policies[count++] = (struct compared){ policy_names[policy],
			{ .policy = (enum policy)policy } };
	if (!declared.tiers) /* else it stands there already, as what is declared */
		comparison->policies[count++] = (struct compared){ "tiered", { .policy = POLICY_PROPORTIONAL,
			.tiers = true, .tier_policies[TIER_A] = POLICY_EQUAL_AWARDS } };
	comparison->count = count;
}

/* What a member's requests come to; a sum above 2^53-1 stands as that. */
struct sums {
	int64_t asked_g, claim_g;
	int64_t award_g[POLICIES_MAX];
};

static void add_mass(int64_t *sum_g, int64_t mass_g)
{
	*sum_g = checked_add_to(*sum_g, mass_g, VAULT_INT_MAX);
}

/* Divides by every policy. What counts after caps is the same in all but those by rights. */
static bool divide(struct comparison *comparison, struct round *round, struct sums *sums,
	struct error *error)
{
	if (!round_rights(&comparison->context, round, error))
		return false;
	for (size_t i = 0; i < comparison->count; i++) {
		const struct ration *ration = &comparison->policies[i].ration;
		arena_reset(comparison->scratch.arena);
		if (!round_divide(&comparison->scratch, round, ration, error))
			return false;
		for (uint32_t j = 0; j < round->request_count; j++) {
			const struct claim *claim = &round->claims[j];
			struct sums *member = &sums[claim->claimant];
			add_mass(&member->award_g[i], claim->award_g);
			if (i == 0)
				add_mass(&member->asked_g, round->requests[j]->mass_g);
			if (text_equal(comparison->policies[i].name, policy_names[POLICY_PROPORTIONAL]))
				add_mass(&member->claim_g, claim->claim_g);
		}
	}
	return true;
}

static void write_claim(struct comparison *comparison, const struct round *round, uint32_t member,
	const struct sums *sums)
{
	struct json *json = &comparison->json;
	const struct rule *base = round->bases[member];
	json_open_object(json);
	json_key(json, "member");
	json_text(json, round->members[member]->code);
	write_int(json, "asked_g", sums->asked_g);
	write_int(json, "claim_g", sums->claim_g);
	if (base != NULL) {
		write_int(json, "base_g", round->claimants[member].base_g);
		json_key(json, "base_proxy");
		json_bool(json, base->proxy);
		write_int(json, "right_g", round->supplies[member].allocation_g);
	}
	json_key(json, "shares");
	json_open_array(json);
	for (size_t i = 0; i < comparison->count; i++) {
		json_open_object(json);
		json_key(json, "policy");
		json_text(json, comparison->policies[i].name);
		write_int(json, "award_g", sums->award_g[i]);
		json_close_object(json);
	}
	json_close_array(json);
	json_close_object(json);
}

static void write_shortage(struct comparison *comparison, const struct round *round,
	const struct sums *sums)
{
	struct json *json = &comparison->json;
	const struct plan_line *line = &round->line;
	json_open_object(json);
	json_key(json, "commodity");
	json_text(json, round->commodity->code);
	write_int(json, "available_g", line->available_g);
	write_int(json, "floor_g", line->floor_g);
	write_int(json, "cap_left_g", line->cap_left_g);
	write_int(json, "annual_left_g", line->annual_left_g);
	write_int(json, "set_aside_g", line->set_aside_g);
	write_int(json, "entitled_g", line->entitled_g);
	write_int(json, "estate_g", line->estate_g);
	write_int(json, "claimed_g", line->claimed_g);
	json_key(json, "policies");
	json_open_array(json);
	for (size_t i = 0; i < comparison->count; i++)
		json_text(json, comparison->policies[i].name);
	json_close_array(json);
	json_key(json, "declared");
	json_text(json, comparison->policies[0].name);
	json_key(json, "claims");
	json_open_array(json);
	for (uint32_t i = 0; i < round->member_count; i++)
		write_claim(comparison, round, i, &sums[i]);
	json_close_array(json);
	json_close_object(json);
}

static bool write_shortages(struct comparison *comparison, const struct rounds *rounds,
	struct error *error)
{
	json_key(&comparison->json, "shortages");
	json_open_array(&comparison->json);
	for (uint32_t i = 0; i < rounds->count; i++) {
		struct round *round = &rounds->items[i];
		struct sums *sums = arena_alloc(comparison->context.arena,
			round->member_count * sizeof *sums);
		if (sums == NULL)
			return error_set(error, ERROR_LIMIT, "", "the comparison needs too much memory");
		if (!divide(comparison, round, sums, error))
			return false;
		write_shortage(comparison, round, sums);
	}
	json_close_array(&comparison->json);
	return true;
}

static bool compare(struct comparison *comparison, const struct commodity *commodity,
	struct buffer *out, struct error *error)
{
	struct rounds rounds;
	size_t mark = out->length;
	if (!rounds_freeze(&comparison->context, comparison->declaration, NULL, commodity, &rounds,
	    error))
		return false;
	choose_policies(comparison);
	reply_begin(&comparison->json, out);
	json_key(&comparison->json, "declaration");
	json_text(&comparison->json, comparison->declaration->id);
	json_key(&comparison->json, "at");
	json_time(&comparison->json, comparison->context.now);
	if (!write_shortages(comparison, &rounds, error)) {
		out->length = mark;
		return false;
	}
	reply_end(&comparison->json, false);
	return true;
}

bool view_compare_allocation(const struct view *view, struct buffer *out, struct error *error)
{
	const char *id = value_get_text(view->parameters, "declaration", "");
	const char *code = value_get_text(view->parameters, "commodity", "");
	struct comparison comparison = { .context = view_context(view),
		.declaration = state_find(view->state, TABLE_DECLARATION, id) };
	const struct commodity *commodity = NULL;
	if (comparison.declaration == NULL)
		return error_set(error, ERROR_NOT_FOUND, "declaration", "no such declaration: %s", id);
	if (!declaration_has_rounds(comparison.declaration, error))
		return false;
	if (code[0] != '\0' &&
	    (commodity = commodity_find(&comparison.context, "commodity", code, error)) == NULL)
		return false;
	comparison.scratch = comparison.context;
	comparison.scratch.arena = arena_new(0);
	bool done = compare(&comparison, commodity, out, error);
	arena_free(comparison.scratch.arena);
	return done;
}
