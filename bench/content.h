/*
 * What the benchmark's reserves hold, as members of JSON objects: the same texts go over the
 * socket and into the core. The first part is the peer's content; the second is what a round needs
 * besides: lots of a tonne, mixed in class and grade, and a request of each member for each
 * commodity, one and a half times what may leave.
 */
#ifndef BENCH_CONTENT_H
#define BENCH_CONTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "bench/names.h"

/* "minerals":[…] and so on, all there are. */
void content_minerals(struct buffer *out);
void content_commodities(struct buffer *out);
void content_members(struct buffer *out);

/* daily_g: what each site can load a day; 0: without limit. */
void content_sites(struct buffer *out, int64_t daily_g);

/* Both floors of each commodity. */
void content_floors(struct buffer *out, int64_t operating_g, int64_t hard_g);

/* A member "name":"text" with the text escaped. */
void content_text(struct buffer *out, const char *name, const void *text, size_t length);

/* ---- lots ---- */

enum { ROUND_LOT_G = 1000000, ROUND_LOT_UNITS = 20 };

/* Of a lot by its number. In a round every third is sealed; grades are even from 90% on. */
static inline bool content_lot_sealed(unsigned lot)
{
	return lot % 3 == 0;
}

static inline unsigned content_lot_grade_ppm(unsigned lot)
{
	return (unsigned)(900000 + (uint64_t)lot * 7919 % 100000);
}

static inline unsigned content_lot_site(unsigned lot)
{
	return lot / NAMES_COMMODITIES % NAMES_SITES;
}

/* Net: a tonne in a round, else 100,000 t, as each lot of the peer holds. */
static inline int64_t content_lot_g(bool round)
{
	return round ? ROUND_LOT_G : 100000000000LL;
}

/* "lots":[…] from a number on, at most count of them and up to the last one. */
void content_lots(struct buffer *out, unsigned first, unsigned count, unsigned last, bool round);

/* ---- a round ---- */

enum { ROUND_DAILY_G = 500000000, ROUND_DAYS = 60 };

/* What must stay of each commodity with so many lots in all: half is to be given away. */
int64_t round_hard_g(int64_t lots);
int64_t round_operating_g(int64_t lots);

/* "prices":[…] and, as rules, the consumption base of each member. */
void round_prices(struct buffer *out);
void round_bases(struct buffer *out, int64_t lots);

/* What a declaration in rounds says beside its commodities: kind, days, minimum, reasons. */
void round_declaration(struct buffer *out);

/* One member's request for one commodity; at: the present. */
void round_request(struct buffer *out, unsigned member, unsigned commodity, int64_t lots,
	int64_t at);

#endif
