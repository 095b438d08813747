/* Decimal digits without stdio. */
#include "reserve/words.h"

#include <assert.h>
#include <string.h>

void word_int(char to[WORD_INT], int64_t value)
{
	char digits[WORD_INT];
	int at = WORD_INT - 1;
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest != 0);
	if (value < 0)
		digits[--at] = '-';
	memcpy(to, digits + at, (size_t)(WORD_INT - at));
}

/* What stands behind the point, without zeros at its end, and the point; backwards from the end. */
static char *decimals(char *end, int64_t rest, int count)
{
	char *at = end;
	for (; count > 0; count--, rest /= 10) {
		if (at != end || rest % 10 != 0)
			*--at = (char)('0' + rest % 10);
	}
	if (at != end)
		*--at = '.';
	return at;
}

/* A whole number with a comma at each thousand, backwards from the end. */
static char *thousands(char *end, int64_t number)
{
	int digits = 0;
	do {
		if (digits > 0 && digits % 3 == 0)
			*--end = ',';
		*--end = (char)('0' + number % 10);
		number /= 10;
		digits++;
	} while (number != 0);
	return end;
}

void word_mass(char to[WORD_MASS], int64_t mass_g)
{
	char text[WORD_MASS], *const end = text + sizeof text;
	assert(mass_g >= 0);
	if (mass_g < 1000) {
		word_int(to, mass_g);
		memcpy(to + strlen(to), " g", 3);
		return;
	}
	char *at = end - sizeof " kg";
	memcpy(at, " kg", sizeof " kg");
	at = thousands(decimals(at, mass_g % 1000, 3), mass_g / 1000);
	memcpy(to, at, (size_t)(end - at));
}

void word_share(char to[WORD_SHARE], int64_t share_ppm)
{
	char text[WORD_SHARE], *const end = text + sizeof text;
	assert(share_ppm >= 0);
	char *at = end - sizeof "%";
	memcpy(at, "%", sizeof "%");
	at = thousands(decimals(at, share_ppm % 10000, 4), share_ppm / 10000);
	memcpy(to, at, (size_t)(end - at));
}
