/*
 * Tariff schedules: for a commodity and an origin, or * for every origin outside the zone, whether
 * the duty is charged, and up to which cap. Two officers sign one; each version is a row with its
 * dates and its reason. While one is in force it follows the market by itself: with each reference
 * price that comes into force and each import observation of that origin a next version tells what
 * the duty is now.
 *
 *   PROPOSED --two signatures--> SCHEDULED --from--> IN FORCE --next version, or its end--> SUPERSEDED
 *       +------- rejected -----> REJECTED
 *
 *   mode       draft: nothing is shown or charged yet; shadow: computed and shown, not charged;
 *              in-force: charged
 *   duty       max(0, reference - observed import price), at most the caps, per kilogram of the
 *              commodity's basis; rounded up, a cap down
 *   duty_ppm   the same as a share of the observed price, rounded up
 *   gap        what the caps leave of the distance uncovered
 *
 * What a schedule says of the market is for people; a consignment is assessed by its own value.
 */
#ifndef RESERVE_ZONE_SCHEDULE_H
#define RESERVE_ZONE_SCHEDULE_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/state.h"
#include "reserve/stock/floor.h"
#include "reserve/zone/tariff.h"
#include "vault/limits.h"

enum { SCHEDULE_ID_MAX = CODE_MAX + 16 };
#define SCHEDULE_OUTSIDE "*"

struct commodity;
struct price;
struct observation;

struct schedule {
	struct row row;
	char id[SCHEDULE_ID_MAX];    /* ga/CHN/3, or of all origins outside */
	struct commodity *commodity;
	char origin[8];              /* ISO 3166 alpha-3, or * */
	int64_t version;
	uint8_t mode, state;         /* enum tariff_mode, enum setting_state */
	bool ends;                   /* this version ends the schedule */
	int64_t cap_ppm, cap_micros_per_kg;
	int64_t effective_at, until_at; /* [from, until); until_at ABSENT: until another takes its place */
	/* of the market when this version began; ABSENT: not known */
	char reference[CODE_MAX + 16];
	int64_t reference_micros_per_kg;
	char observation[96];
	int64_t observed_micros_per_kg;
	int64_t duty_micros_per_kg, duty_ppm, gap_micros_per_kg;
	char *because;
	char document[CODE_MAX];
	int64_t changed_at;
};

/* Derived: those of a commodity that are or were in force, in order of their rows. */
struct schedule_list {
	struct schedule **schedules;
	uint32_t count, capacity;
};

extern const struct descriptor schedule_descriptor;
extern const struct document_kind document_tariffs;
extern const struct event_type event_schedule_proposed, event_schedules_approved,
	event_schedule_in_force, event_schedule_adjusted, event_schedule_ended;
extern const struct command_type command_schedule_set;

void schedule_loaded(struct state *state, struct row *row);
int64_t schedule_due(const struct row *row);
void schedule_list_free(struct schedule_list *list);
void tick_schedule(const struct context *context, const struct schedule *schedule, int64_t due_ms,
	struct decision *decision);

/*
 * The schedule that was or is in force for goods of that origin, its own before that of all; or
 * NULL.
 */
const struct schedule *schedule_at(const struct commodity *commodity, const char *origin,
	int64_t at_ms);

/* What a decision brings beside what the state has: each NULL where it brings none. */
struct tariff_news {
	const struct price *reference;            /* comes into force */
	const struct observation *observations;   /* of imports of this commodity, recorded now */
	uint32_t observation_count;
};

/*
 * Adds the next version of every schedule in force of the commodity whose figures change by the
 * news, effective at that moment. Called once a decision and commodity.
 */
void tariff_adjust(const struct context *context, const struct commodity *commodity,
	const struct tariff_news *news, int64_t at_ms, struct decision *decision);

#endif
