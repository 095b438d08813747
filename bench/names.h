/*
 * What the benchmark's own reserve is called by: vault-bench-setup makes these, vault-load asks for
 * them. It is the peer's content: 60 commodities, 55 members, lots spread evenly.
 */
#ifndef BENCH_NAMES_H
#define BENCH_NAMES_H

#include <stdint.h>
#include <stdio.h>

#include "vault/limits.h"

enum { NAMES_COMMODITIES = 60, NAMES_MEMBERS = 55, NAMES_SITES = 6, NAMES_HOT = 7 };

#define NAMES_KEEPER "kim"
#define NAMES_ASSAYER "ana"
#define NAMES_OFFICER "ruiz"
#define NAMES_SECOND_OFFICER "lee"

static inline void names_commodity(char to[CODE_MAX], unsigned number)
{
	snprintf(to, CODE_MAX, "c%02u", number);
}

/* Three letters, as a state's code has. */
static inline void names_member(char to[CODE_MAX], unsigned number)
{
	snprintf(to, CODE_MAX, "M%c%c", (char)('A' + number / 26), (char)('A' + number % 26));
}

static inline void names_site(char to[CODE_MAX], unsigned number)
{
	snprintf(to, CODE_MAX, "site-%u", number);
}

static inline void names_lot(char to[CODE_MAX], unsigned number)
{
	snprintf(to, CODE_MAX, "L%07u", number);
}

#endif
