/*
 * Sales inside the zone: between a seller and a buyer in countries of members in force, none is
 * below the reference price of the commodity on its day (R12). Prices are compared as they are
 * quoted, exactly, whatever their units and bases. A sale across the border of the zone is an
 * import or an export: its price is the tariff's matter. A seller or buyer is a participant, by
 * its code, of its host's country; or anybody, with the country.
 */
#ifndef RESERVE_ZONE_SALE_H
#define RESERVE_ZONE_SALE_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

/* What is agreed, and behind it what follows. */
struct sold {
	char basis[12];            /* of the grade and of the price; "": the commodity's */
	char buyer[NAME_MAX_BYTES], buyer_country[8], commodity[CODE_MAX];
	int64_t contained_g;       /* of the basis, rounded down */
	int64_t decimals, floor_cents, grade_ppm, moisture_ppm, net_g, quoted;
	char reference[CODE_MAX + 16], sale[CODE_MAX], seller[NAME_MAX_BYTES], seller_country[8];
	int64_t sold_at;
	char unit[12];
	int64_t value_cents;       /* price x contained mass, rounded down; the floor's is rounded up */
	const char *verdict;       /* a sentence; in no entry */
};

struct sale {
	struct row row;
	char id[CODE_MAX];         /* S-2026-0001 */
	struct sold is;
	int64_t recorded_at;
};

extern const struct descriptor sale_descriptor;       /* of the row */
extern const struct descriptor sold_params_descriptor; /* of what is agreed */
extern const struct descriptor sold_descriptor;       /* of the sheet: all, with the verdict */
extern const struct event_type event_sale_recorded;
extern const struct command_type command_sale_record;

/*
 * Completes a sale by what the reserve knows. False with an error where it cannot be judged.
 * *ret_below: it would be refused, and the verdict says by what and the least price that passes.
 */
bool sale_complete(const struct context *context, struct sold *sold, bool *ret_below,
	struct error *error);

#endif
