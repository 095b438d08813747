/*
 * How a commodity must be stored and what a site offers. Where what is needed is not offered the
 * stock grows worse in silence, so that is a finding; announcing or sending a lot there warns and
 * is not refused, for a yard is better than the road.
 *
 * What nobody stated is not known: a commodity without a need is not compared, a site that offers
 * nothing stated offers nothing.
 */
#ifndef RESERVE_STOCK_STORAGE_H
#define RESERVE_STOCK_STORAGE_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum storage {
	STORAGE_OUTDOORS = 1,   /* in the open; as a need: not under a roof with others */
	STORAGE_COVERED = 2,    /* under a roof */
	STORAGE_DRY = 4,        /* closed, its humidity kept low */
	STORAGE_INERT = 8,      /* under an inert gas, or sealed against air */
	STORAGE_TEMPERED = 16,  /* its temperature kept in bounds */
	STORAGE_VENTILATED = 32,
	STORAGE_GUARDED = 64,   /* locked and watched */
	STORAGE_LICENSED = 128  /* licensed for what radiates, poisons or explodes */
};

struct commodity;
struct site;

extern const char *const storage_names[]; /* for F_SET */
extern const struct event_type event_commodity_storage, event_site_storage;
extern const struct command_type command_commodity_storage, command_site_storage;

/* What a commodity needs that a site does not offer: bits, 0 for nothing. */
uint32_t storage_missing(const struct commodity *commodity, const struct site *site);

/* "ga needs dry, inert, and ROT offers covered: no inert", in the arena. */
const char *storage_words(struct arena *arena, const struct commodity *commodity,
	const struct site *site);

#endif
