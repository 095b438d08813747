/* Minerals, commodities and sites: what is kept, in which form, where. */
#ifndef RESERVE_STOCK_MATERIAL_H
#define RESERVE_STOCK_MATERIAL_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "reserve/stock/pick.h"
#include "reserve/stock/slots.h"
#include "vault/limits.h"

enum stage { STAGE_NONE, STAGE_MINING, STAGE_REFINING, STAGE_PROCESSING, STAGE_MANUFACTURING };
enum site_state { SITE_NONE, SITE_OPEN, SITE_SUSPENDED, SITE_CLOSED };

struct mineral {
	struct row row;
	char code[CODE_MAX];
	char name[NAME_MAX_BYTES];
	char symbol[12], family[12];
	struct rule_list *rules; /* derived, of Emergency: those in force for the mineral */
};

struct annual_line;
struct declaration;
struct finding;
struct floor;
struct observation_list;
struct price;
struct price_history;
struct requirement;
struct rule_list;
struct schedule_list;
struct usage;
struct count;

/* mineral + stage + form: floors, prices and rules hang on it, and every lot belongs to one. */
struct commodity {
	struct row row;
	char code[CODE_MAX];
	struct mineral *mineral;
	uint8_t stage;
	char form[32];
	char basis[12];          /* what its contained grams are grams of: Ga, WO3 */
	int64_t min_grade_ppm;   /* admission test; ABSENT: none */
	uint32_t storage;        /* what it needs (storage.h); 0: nobody said */
	int64_t available_g;     /* contained, less what is reserved */
	int64_t reserved_g;
	int64_t entitled_g;      /* what participants may draw; ABSENT: never any. See commodity_entitled_g */
	/* The declaration that is open for it, and what it has let go under it; else none. */
	struct declaration *declaration;
	int64_t cap_g, cap_used_g; /* cap_g ABSENT: no cap */
	/* Derived, not stored: the lots that may leave, those here that may not, and what is in force. */
	struct pick_index lots, aside;
	struct floor *operating, *hard;
	struct requirement *requirement; /* in force (requirement.h), or NULL */
	struct price *price;
	struct price_history *prices;           /* of Zone: every price that was or is in force */
	struct observation_list *observations;  /* of Zone: in order of period */
	struct schedule_list *tariffs;          /* of Zone: schedules that are or were in force */
	struct rule_list *rules; /* of Emergency: those in force for it alone; NULL: none */
	struct usage *usage;     /* of Emergency: what members were awarded by day; NULL: nothing */
	struct annual_line *annual[6]; /* of the annual plan: the line in force for each action, or NULL */
	const struct finding *stopped; /* of Evidence: nothing is awarded or released until it is lifted */
	int64_t released_year, released_g; /* of Emergency: awarded in the newest fiscal year of usage */
};

struct site {
	struct row row;
	char code[CODE_MAX];
	char name[NAME_MAX_BYTES];
	char country[8];
	uint8_t state;
	int64_t capacity_g, daily_loadout_g; /* daily: net grams, as declared; ABSENT: no limit */
	int64_t proven_loadout_g;            /* a day, by its newest load-out test; ABSENT: never tested */
	int64_t loadout_tested_at;           /* the day of that test */
	uint32_t storage;                    /* what it offers (storage.h); 0: nobody said */
	struct slot_book book;  /* derived: what is booked by day */
	struct count *count;    /* derived: the stocktake that freezes it, or NULL */
};

extern const struct descriptor mineral_descriptor, commodity_descriptor, site_descriptor;
extern const struct event_type event_mineral_listed, event_commodity_made, event_site_opened,
	event_site_set;
extern const struct command_type command_mineral_add, command_commodity_add, command_site_add,
	command_site_set;

struct commodity *commodity_find(const struct context *context, const char *field,
	const char *code, struct error *error);
struct site *site_find(const struct context *context, const char *field, const char *code,
	struct error *error);

/* What participants may draw of it and have not drawn, contained grams. */
int64_t commodity_entitled_g(const struct commodity *commodity);

/* The finding that stops it, alone or with everything else [R24]; NULL: none. */
const struct finding *commodity_stopped(const struct state *state,
	const struct commodity *commodity);

/* For apply: so much more (or less) of it may be drawn. */
void commodity_entitle(struct state *state, struct commodity *commodity, int64_t change_g);

/* Whether text is three capital letters: an ISO 3166 alpha-3 code by its form. */
bool country_code(const char *text);

#endif
