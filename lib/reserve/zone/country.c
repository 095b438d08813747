/* A binary search in the list, which a test holds in order. */
#include "reserve/zone/country.h"

#include <stddef.h>
#include <string.h>

static const struct { char code[4]; const char *name; } countries[] = {
#define COUNTRY(code, name) { code, name },
#include "reserve/zone/countries.def"
#undef COUNTRY
};

const char *country_name(const char *code)
{
	size_t low = 0, high = sizeof countries / sizeof *countries;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(code, countries[middle].code);
		if (order == 0)
			return countries[middle].name;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

bool country_check(const char *code, const char *field, unsigned row, struct error *error)
{
	if (country_name(code) != NULL)
		return true;
	if (row > 0)
		return error_set(error, ERROR_INVALID, field,
			"row %u: \"%s\" is no country: an ISO 3166 alpha-3 code is needed, such as JPN", row,
			code);
	return error_set(error, ERROR_INVALID, field,
		"\"%s\" is no country: an ISO 3166 alpha-3 code is needed, such as JPN", code);
}
