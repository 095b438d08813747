/*
 * Rules of the reserve as typed rows: versioned, effective-dated, signed, scoped. Nobody edits one; a
 * code's next version takes the place of the one in force, or ends it. What each kind forbids or limits
 * is weighed in weighing.c; here are the rows, their notes, and how those that apply are found.
 *
 *   PROPOSED --two signatures--> SCHEDULED --effective--> IN FORCE --next version--> SUPERSEDED
 *       +------- rejected -----> REJECTED
 *
 *   kind              parameters                                   refuses or limits under
 *   member-cap        mass_g, or share_ppm of what all members     R22: what a member is awarded in
 *                     were awarded and may still leave; days       any window of so many days (UTC)
 *   request-cap       mass_g                                       R22: one request
 *   eligibility       words: member statuses that may claim        R07: beside being in force
 *   purposes          words: purposes that are allowed             R08
 *   resale-ban        words: purposes that count as resale         R08
 *   notice            days after the declaration was signed        R21: awards before
 *   site-loadout      words: one site; mass_g net a day            R17: dates
 *   origin-ban        words: countries whose lots may not serve    R10
 *   destinations      words: countries that metal may go to        R08
 *   approvals         mass_g or value_cents; signatures            orders and plans at or above that
 *   consumption-base  mass_g (of days, or of the declaration's     R22: claims above it; weights of
 *                     length where days is absent), proxy,         consumption share and supply right
 *                     commitment_g, production_g, imports_g
 *
 * Every rule in force that applies binds, so that no rule widens what another forbids; of consumption
 * bases the narrowest counts alone.
 */
#ifndef RESERVE_EMERGENCY_RULE_H
#define RESERVE_EMERGENCY_RULE_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/setting.h"
#include "reserve/state.h"
#include "reserve/stock/loadout.h"
#include "vault/limits.h"

enum rule_kind { RULE_NONE, RULE_MEMBER_CAP, RULE_REQUEST_CAP, RULE_ELIGIBILITY, RULE_PURPOSES,
	RULE_RESALE_BAN, RULE_NOTICE, RULE_SITE_LOADOUT, RULE_ORIGIN_BAN, RULE_DESTINATIONS,
	RULE_APPROVALS, RULE_CONSUMPTION_BASE };

enum { RULE_DAYS_MAX = 366 };

struct commodity;
struct declaration;
struct member;

struct rule {
	struct row row;
	char id[CODE_MAX + 16];      /* CODE/VERSION */
	char code[CODE_MAX];
	int64_t version;
	uint8_t kind, state;         /* state: enum setting_state */
	uint8_t declaration_kind;    /* scope: enum declaration_kind; 0: every kind */
	bool ends;                   /* this version ends the rule */
	bool proxy;                  /* the base is not statistics but a proxy by GDP */
	char commodity[CODE_MAX], mineral[CODE_MAX]; /* scope; both "": everything */
	char member[8];              /* scope; "": every member */
	int64_t mass_g, share_ppm, days, value_cents, signatures;
	int64_t commitment_g, production_g, imports_g;
	char *words;                 /* separated by commas, or NULL */
	char *because;               /* reason or source */
	int64_t effective_at;
	char document[CODE_MAX];
};

/*
 * Those in force for one commodity, one mineral or everything, ordered by kind and code; derived, freed
 * with their owner.
 */
struct rule_list {
	struct rule **rules;
	uint32_t count, capacity;
};

extern const char *const rule_kind_names[];
extern const struct descriptor rule_descriptor;
extern const struct document_kind document_rules;
extern const struct event_type event_rule_proposed, event_rules_approved, event_rule_in_force;
extern const struct command_type command_rule_set;

void rule_loaded(struct state *state, struct row *row);
int64_t rule_due(const struct row *row);
void tick_rule(const struct rule *rule, int64_t due_ms, struct decision *decision);
void rule_list_free(struct rule_list *list);

/* What a decision is about, as far as rules ask. commodity, member and declaration may be NULL. */
struct rule_scope {
	const struct state *state;
	const struct commodity *commodity;
	const struct member *member;
	const struct declaration *declaration;
	const struct rule *trial; /* weighed as if it were in force in place of its code's; or NULL */
};

/* The next rule in force that applies, of a kind (RULE_NONE: any); start with a zeroed cursor. */
struct rule_cursor { int list; uint32_t next; bool trial_given; };
const struct rule *rule_next(const struct rule_scope *scope, enum rule_kind kind,
	struct rule_cursor *cursor);

/* Whether any rule could apply: false spares a decision all its walks. */
bool rule_any(const struct rule_scope *scope);

/*
 * Whether a word stands in a rule's words, or in words (NULL: none), exactly; and the words one by
 * one: start with *at = words.
 */
bool rule_has_word(const struct rule *rule, const char *word);
bool rule_words_have(const char *words, const char *word);
bool rule_next_word(const char **at, const char **ret_word, size_t *ret_length);

/*
 * The member's consumption base in force: of the commodity, else its mineral, else all; of several
 * there the one that names the member, then the kind of declaration, then the first code. NULL: none.
 */
const struct rule *rule_base(const struct rule_scope *scope);

/*
 * The base in grams over the declaration's length (see consumption-base above), rounded down, and
 * over RULE_DAYS_MAX where it is longer: what is counted against it goes back no further. 0 without a
 * base. Without a declaration as it was set.
 */
int64_t rule_base_g(const struct rule *base, const struct declaration *declaration);

/*
 * A figure of a member's base over the declaration's length, as it counts beside other members'. Of an
 * organisation that is its own less those of its states for which a base of their own was set (a rule
 * that names them), never below 0 but for net imports: what a state consumes counts once. Within
 * +-VAULT_INT_MAX; absent figures are 0.
 */
enum base_figure { BASE_MASS, BASE_COMMITMENT, BASE_PRODUCTION, BASE_IMPORTS };
int64_t rule_counted_g(const struct rule_scope *scope, const struct rule *base,
	enum base_figure figure);

/* The next state of an organisation that has no base of its own, so that it is within the whole's. */
const struct member *rule_state_within(const struct rule_scope *scope, const struct member *after);

/*
 * How many persons must sign a release of that mass and value (ABSENT: not known) under the approvals
 * in force; 0: no say.
 */
int64_t rule_approvals(const struct rule_scope *scope, int64_t mass_g, int64_t value_cents);

/* What the site-loadout rules of a scope say; the scope must live as long. */
struct loadout_rules rule_loadout(const struct rule_scope *scope);

/* Reads a proposed version as SetRules would make it, for a trial; memory of the arena. */
bool rule_trial(const struct context *context, const void *item, struct rule *ret_rule,
	struct error *error);
extern const struct descriptor rule_item_descriptor; /* one item of SetRules' list */

#endif
