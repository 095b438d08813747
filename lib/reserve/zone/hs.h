/*
 * Codes of the Harmonized System of customs, six digits: which mineral and stage a code stands
 * for, and so which commodity. A code whose mineral is a word of several
 * (gallium_germanium_indium_etc, rare_earths) is a basket: no commodity follows from it, and who
 * declares goods under it names one.
 *
 * The words of the table are the data's. Its stages are forms of the table of stages
 * (stock/stage.h), with detail behind an underscore (compound_cerium), or a stage itself; natural
 * is mining.
 */
#ifndef RESERVE_ZONE_HS_H
#define RESERVE_ZONE_HS_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum { HS_DIGITS = 6, HS_CODE_MAX = 16, HS_MINERAL_MAX = 48 };

struct commodity;

struct hs_code {
	struct row row;
	char code[HS_CODE_MAX];
	char mineral[HS_MINERAL_MAX];
	char stage[32];
	char *description; /* or NULL */
};

extern const struct descriptor hs_descriptor;
extern const struct event_type event_hs_listed;
extern const struct command_type command_hs_add;

/* Whether the code stands for several minerals. */
bool hs_is_basket(const struct hs_code *hs);

/*
 * The commodity that goods are of: by its code, by an HS code that means one, or by both, which
 * then must fit. commodity and hs may be "", not both. False: malformed or unknown code, a basket,
 * several commodities of that mineral and stage (the choices are listed), or none.
 */
bool hs_resolve(const struct context *context, const char *commodity, const char *hs,
	const struct commodity **ret_commodity, struct error *error);

#endif
