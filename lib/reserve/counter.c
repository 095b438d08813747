/* Ids in order of a year, never reused. */
#include "reserve/counter.h"

#include <assert.h>
#include <string.h>

#include "base/buffer.h"
#include "base/time.h"

static const struct field fields[] = {
	F_TEXT(struct counter, kind),
	F_INT(struct counter, year),
	F_INT(struct counter, last),
};
const struct descriptor counter_descriptor = DESCRIPTOR("counter", struct counter, fields);

/* Writes value with at least width digits and returns where it ends. */
static char *put_number(char *to, int64_t value, int width)
{
	char digits[20];
	int count = 0;
	for (; value > 0 || count < width; value /= 10)
		digits[count++] = (char)('0' + value % 10);
	while (count > 0)
		*to++ = digits[--count];
	return to;
}

void counter_next_id(const struct counter *counter, const char *kind, int64_t now, uint32_t ahead,
	char *ret_id, size_t size)
{
	int year, month, day;
	time_civil(now, &year, &month, &day);
	int64_t last = counter != NULL && counter->year == year ? counter->last : 0;
	assert(size >= 24 && strlen(kind) == 1);
	char *to = ret_id;
	*to++ = kind[0];
	*to++ = '-';
	to = put_number(to, year, 4);
	*to++ = '-';
	to = put_number(to, last + 1 + ahead, 4);
	*to = '\0';
}

static int64_t digits_value(const char *digits)
{
	int64_t value = 0;
	for (; *digits >= '0' && *digits <= '9'; digits++)
		value = value * 10 + (*digits - '0');
	return value;
}

void counter_take(struct counter *counter, const char *id)
{
	int64_t year = digits_value(id + 2), number = digits_value(id + 7);
	if (counter->year == year && counter->last >= number)
		return;
	counter->year = year;
	counter->last = number;
}
