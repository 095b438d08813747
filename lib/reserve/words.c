/* Decimal digits without stdio. */
#include "reserve/words.h"

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
