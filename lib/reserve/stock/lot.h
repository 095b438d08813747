/*
 * Lots and their life. A lot belongs to one commodity for ever; it may be a pile.
 *
 *   EXPECTED --weigh--> RECEIVED --sample, assay--> QUARANTINED --accept--> ACCEPTED --load out--> OUT
 *       |                   |                            |                     |
 *       +--reject-----------|----------------------------+--> REJECTED         |
 *                           +--lose----------------------+---------------------+--> LOST
 *
 * A hold is a row beside the lot; HELD is what people are shown while one is open. Net masses obey
 * received + adjusted = on hand + in transit + out + transformed + lost.
 */
#ifndef RESERVE_STOCK_LOT_H
#define RESERVE_STOCK_LOT_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "reserve/stock/pick.h"
#include "reserve/stock/reason.h"
#include "vault/limits.h"

enum lot_state { LOT_NONE, LOT_EXPECTED, LOT_RECEIVED, LOT_QUARANTINED, LOT_ACCEPTED, LOT_REJECTED,
	LOT_LOST, LOT_OUT };
enum lot_event { LOT_WEIGH, LOT_SAMPLE, LOT_ASSAY, LOT_ACCEPT, LOT_REJECT, LOT_LOSE, LOT_EMPTY,
	LOT_EVENT_COUNT };
enum lot_class { LOT_CLASS_NONE, LOT_BULK, LOT_SEALED };

struct commodity;
struct person;
struct site;

struct lot {
	struct row row;
	char code[CODE_MAX];
	int64_t created_index;      /* its id: codes are unique among live lots alone */
	struct commodity *commodity;
	struct site *site, *destination; /* destination: set while in transit */
	uint8_t state, class;
	bool assayed;               /* by a final assay */
	bool expired;               /* the assay has passed its retest date */
	char supplier[CODE_MAX];
	char origin[8];
	int64_t expected_g;         /* net, as declared */
	int64_t gross_g, tare_g;
	int64_t moisture_ppm, grade_ppm;
	int64_t contained_g;        /* of what is on hand or in transit */
	int64_t reserved_g;         /* contained, promised to awards */
	int64_t reserved_net_g;
	int64_t reserved_units;     /* of a sealed lot, promised to awards; ABSENT counts as 0 */
	int64_t received_g, adjusted_g, on_hand_g, in_transit_g, out_g, transformed_g, lost_g;
	int64_t units;              /* of a sealed lot what is here: ABSENT is one; of bulk a remark */
	int64_t holds, hold_serial; /* open ones; all there ever were */
	struct person *weighed_by, *assayed_by, *accepted_by;
	int64_t weighed_at, retest_at;
	struct pick_node pick;      /* derived: in its commodity's lots, or aside from them */
	bool titled, pledged;       /* derived: a title lives, a pledge is in force (title.h) */
	bool listed;                /* derived: in lots, and counted in its commodity's available_g */
};

struct hold {
	struct row row;
	char id[CODE_MAX + 8]; /* GA-0042/1 */
	char lot[CODE_MAX];
	int64_t lot_index;     /* created_index of the lot */
	uint8_t reason;        /* enum reason; REASON_NONE: opened before it was asked for */
	char because[REASON_MAX];
	char opened_by[CODE_MAX];
	int64_t opened_at, closed_at;
};

/* A part of a lot: what a request was awarded, what an order releases. */
struct pick {
	int64_t contained_g;
	char lot[CODE_MAX];
	int64_t net_g;
	int64_t units; /* whole units of a sealed lot; ABSENT: bulk, or picked before units were kept whole */
};

extern const struct descriptor lot_descriptor, hold_descriptor, pick_descriptor;
extern const struct event_type event_lot_announced, event_lot_weighed, event_lot_sampled,
	event_lot_assayed, event_lot_accepted, event_lot_rejected, event_lot_lost, event_lot_held,
	event_lot_hold_released, event_lot_moved, event_lot_arrived, event_lot_corrected,
	event_lot_assay_expired;
extern const struct command_type command_lot_add, command_lot_weigh, command_lot_sample,
	command_lot_assay, command_lot_accept, command_lot_reject, command_lot_lose,
	command_lot_hold, command_lot_hold_release, command_lot_move, command_lot_arrive,
	command_lot_correct;

/* The state a lot goes to, or LOT_NONE where the event is not legal in its state. */
enum lot_state lot_transition(enum lot_state from, enum lot_event event);

/* "held" while a hold is open, else the name of its state. */
const char *lot_state_shown(const struct lot *lot);

/*
 * Whether any of it is promised to an award. Contained mass is rounded up as it leaves, so that of a
 * line that is half loaded net mass alone may be left.
 */
static inline bool lot_is_awarded(const struct lot *lot)
{
	return lot->reserved_g > 0 || lot->reserved_net_g > 0;
}

/* Contained grams neither reserved nor gone. */
static inline int64_t lot_free_g(const struct lot *lot)
{
	return lot->contained_g - lot->reserved_g;
}

/* Contained grams of a net mass: dry = net less moisture, times grade, each rounded down. */
int64_t lot_contained_g(int64_t net_g, int64_t moisture_ppm, int64_t grade_ppm);

/*
 * Before a lot's state, place, grade or masses change, take it out of its commodity's indexes; when
 * done, refresh puts it where it belongs: what may leave, or aside. Both keep available_g.
 */
void lot_unlist(struct state *state, struct lot *lot);
void lot_refresh(struct state *state, struct lot *lot);
void lot_loaded(struct state *state, struct row *row);
int64_t lot_due(const struct row *row);

/* Reserves a part for an award (sign 1), or gives it back (sign -1). */
void lot_reserve(struct state *state, struct lot *lot, const struct pick *part, int sign);

/* Whole units of a sealed lot that are neither reserved nor gone; 0 for bulk. */
int64_t lot_free_units(const struct lot *lot);

/* Units of a sealed lot: one that nobody counted is one unit. */
int64_t lot_units(const struct lot *lot);

/* What of a lot is neither reserved nor gone: as it stands, or as parts cut off leave it. */
struct lot_left {
	int64_t contained_g, net_g;
	int64_t units; /* whole units of a sealed lot; ABSENT: bulk */
};
struct lot_left lot_left(const struct lot *lot);

/* The least that may be cut off: 1 g of bulk, one whole unit of a sealed lot; 0: nothing. */
int64_t lot_left_least_g(const struct lot_left *left);

/*
 * Cuts off the largest part of at most target_g: of bulk to the gram, with its share of the net
 * mass rounded up; of a sealed lot k of u whole units with floor(k/u) of both masses. All of it
 * takes all. False: nothing that small can be cut. ret_part bears no lot.
 */
bool lot_left_cut(struct lot_left *left, int64_t target_g, struct pick *ret_part);

/* What left a lot against a reservation, whole units too; closes the lot when nothing is left. */
void lot_take_out(struct state *state, struct lot *lot, const struct pick *reserved,
	int64_t out_contained_g, int64_t out_net_g);

/* Opens a hold, for the core itself (weight out of tolerance). */
void lot_open_hold(struct state *state, struct lot *lot, enum reason reason, const char *because,
	const char *by, int64_t at);

/* For loading: a pledge is in force on a lot that was loaded without it. */
void lot_loaded_pledged(struct lot *lot);

/* For loading: a stocktake freezes the place of a lot that was loaded without it. */
void lot_loaded_frozen(struct lot *lot);

/* Adds the event of a hold to a decision. */
void lot_add_hold(struct decision *decision, const char *lot, enum reason reason,
	const char *because);

void tick_lot(const struct context *context, const struct lot *lot, int64_t due_ms,
	struct decision *decision);

#endif
