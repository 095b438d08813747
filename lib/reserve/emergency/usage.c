/* Awards by member and day. */
#include "reserve/emergency/usage.h"

#include <stdlib.h>

void usage_add(struct commodity *commodity, const struct member *member, int64_t at, int64_t mass_g)
{
	(void)commodity;
	(void)member;
	(void)at;
	(void)mass_g;
}

void usage_free(struct usage *usage)
{
	free(usage);
}

int64_t usage_g(const struct commodity *commodity, const struct member *member, int64_t now,
	int64_t days)
{
	(void)commodity;
	(void)member;
	(void)now;
	(void)days;
	return 0;
}

int64_t usage_frees_at(const struct commodity *commodity, const struct member *member, int64_t now,
	int64_t days, int64_t left_g)
{
	(void)commodity;
	(void)member;
	(void)days;
	(void)left_g;
	return now;
}
