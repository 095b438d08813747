/*
 * Random re-assay: lots that another laboratory assays again, drawn so that nobody can choose them.
 *
 *   ANNOUNCED --next entry--> DRAWN --all lots done--> DONE
 *                               +-----due date passes--> OVERDUE --all lots done--> DONE
 *
 * An announcement names a site or a commodity and how many lots. The seed is the Merkle root of the ledger
 * up to and including that entry; it exists only once the announcement is written, and what is drawn by it
 * is written by vaultd as the next entry. Each accepted lot of the scope gets the SHA-256 of
 *
 *   {"lot":"GA-0042","seed":"<the root, 64 hex digits>"}
 *
 * and those with the smallest are the sample: `sha256sum` and `sort` find the same.
 */
#ifndef RESERVE_STOCK_SAMPLE_H
#define RESERVE_STOCK_SAMPLE_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum sample_state { SAMPLE_NONE, SAMPLE_ANNOUNCED, SAMPLE_DRAWN, SAMPLE_OVERDUE, SAMPLE_DONE };
enum sample_lot_state { SAMPLED_NONE, SAMPLED_WAITING, SAMPLED_AGREES, SAMPLED_DIFFERS, SAMPLED_GONE };

struct commodity;
struct lot;
struct site;

struct sample {
	struct row row;
	char id[CODE_MAX];           /* M-2026-0001 */
	struct site *site;           /* NULL: every site */
	struct commodity *commodity; /* NULL: every commodity; one of both is given */
	uint8_t state;
	int64_t lots;                /* asked for; once drawn, how many were */
	int64_t population;          /* that they were drawn from */
	int64_t waiting;             /* without a result */
	int64_t announced_at, announced_index, due_at, done_at;
	uint8_t seed[32];            /* the root of the ledger of size entries */
	int64_t size;
	char announced_by[CODE_MAX];
	char *because;
};

struct sample_lot {
	struct row row;
	char id[2 * CODE_MAX];       /* M-2026-0001/GA-0042 */
	struct sample *sample;
	char lot[CODE_MAX];
	int64_t lot_index;
	uint8_t state;
	int64_t grade_ppm;           /* in force when it was drawn */
	int64_t result_ppm, moisture_ppm;
	char laboratory[64];
	uint8_t certificate_sha256[32];
	char assayed_by[CODE_MAX];
	int64_t assayed_at;
};

/* What the digest of a lot is taken of: fields in the order in which an outsider writes them. */
struct sample_draw {
	char lot[CODE_MAX];
	uint8_t seed[32];
};

extern const struct descriptor sample_descriptor, sample_lot_descriptor, sample_draw_descriptor;
extern const char *const sample_state_names[], *const sample_lot_names[];
extern const struct event_type event_sample_announced, event_sample_drawn, event_sample_result,
	event_sample_due;
extern const struct command_type command_sample_draw, command_sample_result;

/* Whether a lot may be drawn: accepted, with mass on hand at the site, of the commodity. */
bool sample_covers(const struct sample *sample, const struct lot *lot);

int64_t sample_due(const struct row *row);
void tick_sample(const struct context *context, const struct sample *sample, int64_t due_ms,
	struct decision *decision);

#endif
