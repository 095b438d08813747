/* The price floor at release as Emergency asks it: by the terms of the declaration of an award. */
#ifndef RESERVE_EMERGENCY_AWARD_PRICE_H
#define RESERVE_EMERGENCY_AWARD_PRICE_H

#include "reserve/decide.h"
#include "reserve/zone/release_price.h"

struct declaration;
struct request;
struct rounds;

/* Whether such a price of an award may stand now, and by what. order: its id, or "" before it has one. */
void award_price_check(const struct context *context, const struct request *request,
	const char *order, int64_t price_micros_per_kg, struct release_verdict *ret_verdict);

/* The command that would pass in place of an order that was refused. consignee: as given, or "". */
const char *award_price_remedy(const struct context *context, const struct request *request,
	const struct release_verdict *verdict, const char *consignee);

/* Whether every round has a reference price; CONFLICT names the commodity that has none. */
bool award_price_known(const struct rounds *rounds, struct error *error);

/*
 * Refuses a run or a plan (subject) under R13 where no order of it may be priced now: the declaration
 * refuses without a fresh market price, and a commodity has none and no waiver. False: it may go on.
 */
bool award_price_refuses(const struct context *context, const struct declaration *declaration,
	const struct rounds *rounds, const char *subject, const char *who, struct decision *decision);

#endif
