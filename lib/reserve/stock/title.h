/*
 * Titles of lots, and pledges on them: who a lot belongs to, and whom it secures.
 *
 * A title is a number that nobody can guess (80 bits of chance, which the shell makes), given to
 * one lot and one holder. A lot has at most one that lives; another takes its place only for who
 * presents the number of the one before.
 *
 * A pledge names the lender, and the SHA-256 of the note that the lender signed. Two officers sign
 * it, and two its release: it takes metal out of what may leave, and binds the reserve to somebody
 * outside, so no one person may do either. A lot has at most one; a pledged lot is not available,
 * and what is reserved cannot be pledged.
 *
 *   PROPOSED --two signatures--> IN FORCE --two signatures, end of the lot--> ENDED
 *       +------ rejected ------> REJECTED
 */
#ifndef RESERVE_STOCK_TITLE_H
#define RESERVE_STOCK_TITLE_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum title_state { TITLE_NONE, TITLE_LIVE, TITLE_REPLACED, TITLE_ENDED };
enum pledge_state { PLEDGE_NONE, PLEDGE_PROPOSED, PLEDGE_IN_FORCE, PLEDGE_ENDED, PLEDGE_REJECTED };

struct lot;

struct title {
	struct row row;
	char number[CODE_MAX];   /* K7QX-3M9D-W2ZT-8HBN */
	char lot[CODE_MAX];
	int64_t lot_index;       /* created_index of the lot */
	char holder[CODE_MAX];
	uint8_t state;
	char issued_by[CODE_MAX];
	int64_t issued_at;
};

struct pledge {
	struct row row;
	char id[CODE_MAX];       /* L-2026-0001 */
	char lot[CODE_MAX];
	int64_t lot_index;
	char lender[CODE_MAX];
	uint8_t note_sha256[32]; /* of the note that the lender signed */
	uint8_t state;
	int64_t since, until;    /* in force; ABSENT: not yet */
	char because[REASON_MAX];
	char document[CODE_MAX];
	char release[CODE_MAX];  /* the note that would end it, or that did */
};

extern const struct descriptor title_descriptor, pledge_descriptor;
extern const struct document_kind document_pledge, document_unpledge;
extern const struct event_type event_lot_titled, event_pledge_proposed, event_lot_pledged,
	event_unpledge_proposed, event_lot_unpledged;
extern const struct command_type command_lot_title, command_lot_pledge, command_lot_unpledge;

/* The title of a live lot that lives, and the pledge in force on it; NULL: none. */
struct title *title_of(const struct state *state, const struct lot *lot);
struct pledge *pledge_of(const struct state *state, const struct lot *lot);

/*
 * For apply: a lot that ends takes its title and its pledge with it. at: the entry's time, or
 * ABSENT.
 */
void title_lot_ended(struct state *state, struct lot *lot, int64_t at);

void title_loaded(struct state *state, struct row *row);
void pledge_loaded(struct state *state, struct row *row);

#endif
