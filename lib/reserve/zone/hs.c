/*
 * A commodity fits a code where its stage does and its mineral is among those that the code means.
 */
#include "reserve/zone/hs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "reserve/stock/stage.h"

enum { CHOICES_SHOWN = 12 };

static const struct field hs_fields[] = {
	F_TEXT(struct hs_code, code),
	F_TEXT(struct hs_code, mineral),
	F_TEXT(struct hs_code, stage),
	F_STRING(struct hs_code, description),
};
const struct descriptor hs_descriptor = DESCRIPTOR("hs_code", struct hs_code, hs_fields);

/*
 * The stage of the data's word: a form by the table of stages, or a stage itself; natural
 * (graphite) is what comes out of the ground. What stands behind an underscore is detail.
 * STAGE_NONE: no such word.
 */
static enum stage stage_of(const char *word)
{
	static const struct { const char *word; enum stage stage; } others[] = {
		{ "natural", STAGE_MINING }, { "mining", STAGE_MINING }, { "refining", STAGE_REFINING },
		{ "processing", STAGE_PROCESSING }, { "manufacturing", STAGE_MANUFACTURING },
	};
	char form[sizeof((struct hs_code *)0)->stage] = "";
	size_t length = strcspn(word, "_");
	assert(length < sizeof form);
	memcpy(form, word, length);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (text_equal(others[i].word, form))
			return others[i].stage;
	}
	return stage_of_form(form, NULL);
}

/* ---- which minerals ---- */

bool hs_is_basket(const struct hs_code *hs)
{
	return strchr(hs->mineral, '_') != NULL;
}

/* ASCII alone, whatever the locale. */
static char lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool is_letter(char byte)
{
	return lower(byte) >= 'a' && lower(byte) <= 'z';
}

/* Whether text begins with a word, capitals or not. */
static bool begins_with(const char *text, const char *word)
{
	for (; *word != '\0'; text++, word++) {
		if (lower(*text) != lower(*word))
			return false;
	}
	return true;
}

/* Whether text has a word somewhere; it is bounded by what is no letter. */
static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = text; length > 0 && *at != '\0'; at++) {
		if ((at == text || !is_letter(at[-1])) && begins_with(at, word) &&
		    !is_letter(at[length]))
			return true;
	}
	return false;
}

static bool means_mineral(const struct hs_code *hs, const struct mineral *mineral)
{
	if (!hs_is_basket(hs))
		return text_equal(hs->mineral, mineral->code) || (begins_with(hs->mineral,
			mineral->name) && strlen(hs->mineral) == strlen(mineral->name));
	bool rare_earth = text_equal(hs->mineral, "rare_earths") &&
		(text_equal(mineral->family, "REE") || text_equal(mineral->code, "rare_earths"));
	return rare_earth || has_word(hs->mineral, mineral->name) ||
		(hs->description != NULL && has_word(hs->description, mineral->name));
}

static bool fits(const struct hs_code *hs, const struct commodity *commodity)
{
	return commodity->stage == stage_of(hs->stage) && means_mineral(hs, commodity->mineral);
}

/* How many commodities fit, and the last of them. */
static uint32_t count_fits(const struct context *context, const struct hs_code *hs,
	const struct commodity **ret_one)
{
	const struct commodity *commodity = NULL;
	uint32_t count = 0;
	while ((commodity = state_next(context->state, TABLE_COMMODITY, commodity)) != NULL) {
		if (!fits(hs, commodity))
			continue;
		count++;
		*ret_one = commodity;
	}
	return count;
}

/* "ga (gallium), ge (germanium)": those that fit, as many as make a sentence. */
static const char *choices(const struct context *context, const struct hs_code *hs)
{
	const char *words = "";
	const struct commodity *commodity = NULL;
	uint32_t count = 0;
	while ((commodity = state_next(context->state, TABLE_COMMODITY, commodity)) != NULL) {
		if (fits(hs, commodity) && ++count <= CHOICES_SHOWN)
			words = arena_printf(context->arena, "%s%s%s (%s)", words,
				words[0] != '\0' ? ", " : "", commodity->code, commodity->mineral->name);
	}
	return words;
}

static const struct hs_code *find(const struct context *context, const char *code,
	struct error *error)
{
	if (strlen(code) != HS_DIGITS || strspn(code, "0123456789") != HS_DIGITS) {
		error_set(error, ERROR_INVALID, "hs", "\"%s\" is no HS code: it has six digits, such as "
			"261100", code);
		return NULL;
	}
	const struct hs_code *hs = state_find(context->state, TABLE_HS_CODE, code);
	if (hs == NULL) {
		error_set(error, ERROR_NOT_FOUND, "hs", "HS code %s stands for no mineral of the table",
			code);
		error_remedy(error, "vaultctl hs");
	}
	return hs;
}

static bool only_one(const struct context *context, const struct hs_code *hs,
	const struct commodity **ret_commodity, struct error *error)
{
	const struct commodity *one = NULL;
	uint32_t count = count_fits(context, hs, &one);
	if (count == 1 && !hs_is_basket(hs)) {
		*ret_commodity = one;
		return true;
	}
	if (count == 0) {
		error_set(error, ERROR_NOT_FOUND, "hs", "HS code %s is %s, %s: no commodity of that "
			"mineral and stage is listed", hs->code, hs->mineral, hs->stage);
		return error_remedy(error, "vaultctl commodity");
	}
	error_set(error, ERROR_INVALID, "commodity", "HS code %s is %s: it needs the commodity beside "
		"it, one of %s", hs->code, hs_is_basket(hs) ? "a basket of several minerals" :
		"several commodities", choices(context, hs));
	return error_remedy(error, "Add --commodity %s", one->code);
}

bool hs_resolve(const struct context *context, const char *code, const char *hs_code,
	const struct commodity **ret_commodity, struct error *error)
{
	const struct hs_code *hs = NULL;
	if (code[0] == '\0' && hs_code[0] == '\0')
		return error_set(error, ERROR_INVALID, "commodity",
			"what the goods are is not given: a commodity or an HS code");
	if (hs_code[0] != '\0' && (hs = find(context, hs_code, error)) == NULL)
		return false;
	if (code[0] == '\0')
		return only_one(context, hs, ret_commodity, error);
	const struct commodity *commodity = commodity_find(context, "commodity", code, error);
	if (commodity == NULL)
		return false;
	if (hs != NULL && !fits(hs, commodity))
		return error_set(error, ERROR_INVALID, "hs", "HS code %s is %s, %s, which %s is not: %s, "
			"%s", hs->code, hs->mineral, hs->stage, commodity->code, commodity->mineral->name,
			commodity->form);
	*ret_commodity = commodity;
	return true;
}

/* ---- listing ---- */

struct listed {
	const char *because;
	char code[HS_CODE_MAX];
	const char *description;
	char mineral[HS_MINERAL_MAX], stage[32];
};
static const struct field listed_fields[] = {
	F_STRING(struct listed, because),
	F_TEXT(struct listed, code),
	F_STRING(struct listed, description),
	F_TEXT(struct listed, mineral),
	F_TEXT(struct listed, stage),
};
static const struct descriptor listed_body = DESCRIPTOR("hs.listed", struct listed, listed_fields);
static const struct field item_fields[] = {
	R_TEXT(struct listed, code),
	F_STRING(struct listed, description),
	R_TEXT(struct listed, mineral),
	R_TEXT(struct listed, stage),
};
static const struct descriptor item_descriptor = DESCRIPTOR("hs", struct listed, item_fields);

struct add_params {
	const char *because;
	struct list codes;
};
static const struct field params_fields[] = {
	R_STRING(struct add_params, because),
	R_LIST(struct add_params, codes, &item_descriptor),
};
static const struct descriptor add_params = DESCRIPTOR("hs.add", struct add_params, params_fields);

static bool check_item(const struct listed *items, uint32_t at, struct error *error)
{
	const struct listed *item = &items[at];
	if (strlen(item->code) != HS_DIGITS || strspn(item->code, "0123456789") != HS_DIGITS)
		return error_set(error, ERROR_INVALID, "code",
			"row %u: \"%s\" is no HS code: it has six digits", at + 1, item->code);
	if (stage_of(item->stage) == STAGE_NONE)
		return error_set(error, ERROR_INVALID, "stage", "row %u: \"%s\" is no stage: ore, "
			"intermediate, compound, metal, scrap, alloy, magnet and the like", at + 1,
			item->stage);
	if (strpbrk(item->mineral, "\n\r\t ") != NULL)
		return error_set(error, ERROR_INVALID, "mineral",
			"row %u: \"%s\" is no word for a mineral", at + 1, item->mineral);
	if (item->description != NULL && strlen(item->description) >= REASON_MAX)
		return error_set(error, ERROR_LIMIT, "description",
			"row %u: a description has at most %d bytes", at + 1, REASON_MAX - 1);
	for (uint32_t i = 0; i < at; i++) {
		if (text_equal(items[i].code, item->code))
			return error_set(error, ERROR_CONFLICT, "code", "row %u: HS code %s stands twice",
				at + 1, item->code);
	}
	return true;
}

static bool decide_add(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct add_params *params = data;
	const struct listed *items = params->codes.items;
	(void)context;
	if (params->codes.count == 0 || params->codes.count > IMPORT_ROWS_PER_COMMAND)
		return error_set(error, ERROR_LIMIT, "codes", "one command takes 1 to %d codes",
			IMPORT_ROWS_PER_COMMAND);
	for (uint32_t i = 0; i < params->codes.count; i++) {
		if (!check_item(items, i, error))
			return false;
		struct listed *body = decision_body(decision, &event_hs_listed);
		*body = items[i];
		body->because = params->because;
		decision->id = body->code;
		decision_add(decision, &event_hs_listed, body);
	}
	return true;
}

/* A code that is listed again is what was said last: the system is revised every few years. */
static void apply_listed(struct state *state, const struct applied *applied, const void *data)
{
	const struct listed *body = data;
	(void)applied;
	struct hs_code *hs = state_find(state, TABLE_HS_CODE, body->code);
	if (hs == NULL)
		hs = state_insert(state, TABLE_HS_CODE, body->code);
	body_text(hs->mineral, body->mineral);
	body_text(hs->stage, body->stage);
	free(hs->description);
	hs->description = body->description != NULL ? strdup(body->description) : NULL;
	if (body->description != NULL && hs->description == NULL)
		abort();
	state_touch(state, hs);
}

const struct event_type event_hs_listed = { "hs.listed", &listed_body, apply_listed };
const struct command_type command_hs_add = { "hs.add", &add_params,
	DUTY_OFFICER | DUTY_ADMINISTRATOR, decide_add, NULL };
