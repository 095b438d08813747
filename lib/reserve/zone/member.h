/*
 * Members of the bloc and their standing, step by step: only a member in force may claim, and only
 * its goods are goods of the zone. Each step is a row that two officers signed, dated, never
 * edited.
 *
 *   (none) --any first row: what is so already, with its date--> any standing
 *
 *   DELEGATION --> SIGNATORY --> IN FORCE <--> SUSPENDED
 *     ^  |             |            |              |
 *     |  +-------------+------------+--------------+--> WITHDRAWN --+
 *     +-------------------------------------------------------------+
 *
 *   from \ to     delegation  signatory  in-force  suspended  withdrawn
 *   delegation        =          yes        -          -         yes
 *   signatory         -           =        yes         -         yes
 *   in-force          -           -         =         yes        yes
 *   suspended         -           -        yes         =         yes
 *   withdrawn        yes          -         -          -          =
 *
 *   =  the same standing again is a step where it changes the name or what the member is part of.
 *
 * A step is PROPOSED, by two signatures SCHEDULED, by its date IN FORCE, and by the next one
 * SUPERSEDED; a rejected note leaves it REJECTED. What was signed later holds: a step that comes
 * into force takes the place of the one before and of any signed earlier that still waits for a
 * later day.
 */
#ifndef RESERVE_ZONE_MEMBER_H
#define RESERVE_ZONE_MEMBER_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum member_status { MEMBER_NONE, MEMBER_DELEGATION, MEMBER_SIGNATORY, MEMBER_IN_FORCE,
	MEMBER_SUSPENDED, MEMBER_WITHDRAWN, MEMBER_STATUS_COUNT };
enum member_body { MEMBER_BODY_NONE, MEMBER_STATE, MEMBER_ORGANISATION };

enum { MEMBER_CODE_MAX = 8, MEMBER_AUTHORITY_MAX = 160 };

#define MEMBER_PART_OF_NONE "none" /* said of a state that leaves its organisation */

/* What stands now. A row exists from the first step that came into force. */
struct member {
	struct row row;
	char code[MEMBER_CODE_MAX];
	char name[NAME_MAX_BYTES];
	uint8_t kind, status;
	int64_t since;                   /* when its standing began */
	char part_of[MEMBER_CODE_MAX];   /* the organisation that this state belongs to, or "" */
	struct member_step *steps;       /* derived: those signed, the newest version first */
	int64_t overdue_returns;         /* derived: exchanges that it answers for and that are overdue */
};

/* Steps of one member by version; one without a document was recorded before steps were signed. */
struct member_step {
	struct row row;
	char id[CODE_MAX];               /* JPN/3 */
	char code[MEMBER_CODE_MAX];
	int64_t version;
	uint8_t status, kind, state;     /* state: enum setting_state */
	char name[NAME_MAX_BYTES];
	char part_of[MEMBER_CODE_MAX];
	int64_t effective_at;
	char authority[MEMBER_AUTHORITY_MAX]; /* what it rests on: a treaty's article, a deposit */
	char *because;
	char document[CODE_MAX];
	struct member_step *before;      /* derived: the next older one that was signed */
};

/* The entry of a step that was proposed. */
struct member_proposed {
	char authority[MEMBER_AUTHORITY_MAX];
	const char *because;
	char code[MEMBER_CODE_MAX], document[CODE_MAX];
	int64_t effective_at;
	uint8_t kind;
	char name[NAME_MAX_BYTES], part_of[MEMBER_CODE_MAX];
	uint8_t status;
	char step[CODE_MAX];
	int64_t version;
};

extern const char *const member_kind_names[], *const member_status_names[];
extern const struct descriptor member_descriptor, member_step_descriptor;
extern const struct document_kind document_members;
extern const struct event_type event_member_set, event_member_proposed, event_members_approved,
	event_member_stepped;
extern const struct command_type command_member_set;

/* Whether a standing may follow another; from MEMBER_NONE any may. */
bool member_step_legal(enum member_status from, enum member_status to);

/* "JPN/3". */
void member_step_id(char to[CODE_MAX], const char *code, int64_t version);

const char *member_status_name(const struct member *member);

/*
 * The step of a member that held, or by what is signed will hold, at a moment; NULL: none, or none
 * yet.
 */
const struct member_step *member_step_at(const struct member *member, int64_t at);

/* The step in force, or NULL where the member was recorded before steps were signed. */
const struct member_step *member_step_now(const struct member *member);

/*
 * Whether goods of a country are goods of the zone at a moment: its member was in force then, or it
 * was a state of an organisation that was. Past and future moments go by the steps' dates. Pure,
 * and without a walk over members.
 */
bool member_in_zone(const struct state *state, const char *country_alpha3, int64_t at);

void member_step_loaded(struct state *state, struct row *row);
int64_t member_step_due(const struct row *row);
void tick_member_step(const struct member_step *step, int64_t due_ms, struct decision *decision);

#endif
