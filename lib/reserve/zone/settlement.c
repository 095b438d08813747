/* One product in 128 bits, one division. Grams and kilograms, micros and cents: a factor of 10^7. */
#include "reserve/zone/settlement.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/words.h"
#include "vault/limits.h"

__extension__ typedef __int128 wide;

enum { MONTHS_A_QUARTER = 3, MICROS_A_CENT = 10000, GRAMS_A_KG = 1000 };

/* difference x mass x share, where difference is n times a price; towards zero. */
static bool amount_cents(wide difference, int64_t count, int64_t mass_g, int64_t share_ppm,
	int64_t *ret_cents)
{
	wide product;
	if (__builtin_mul_overflow(difference, (wide)mass_g, &product) ||
	    __builtin_mul_overflow(product, (wide)share_ppm, &product))
		return false;
	product /= (wide)count * MICROS_A_CENT * GRAMS_A_KG * VAULT_PPM;
	if (product > VAULT_INT_MAX)
		return false;
	*ret_cents = (int64_t)product;
	return true;
}

bool settlement_of(const struct settlement_terms *terms, const struct settlement_market *market,
	int64_t mass_g, struct settlement *ret_settlement)
{
	struct settlement found = { 0, 0 };
	if (market->count <= 0 || market->count > SETTLEMENT_INPUTS_MAX || market->sum_micros < 0 ||
	    terms->strike_micros_per_kg < 0 || mass_g < 0 || terms->upside_ppm < 0 ||
	    terms->upside_ppm > VAULT_PPM)
		return false;
	wide below = (wide)terms->strike_micros_per_kg * market->count - market->sum_micros;
	bool good = below >= 0 ?
		amount_cents(below, market->count, mass_g, VAULT_PPM, &found.to_producer_cents) :
		amount_cents(-below, market->count, mass_g, terms->upside_ppm,
			&found.from_producer_cents);
	if (good)
		*ret_settlement = found;
	return good;
}

int64_t settlement_mean_micros(const struct settlement_market *market)
{
	assert(market->count > 0 && market->sum_micros >= 0);
	return (int64_t)(((wide)market->sum_micros * 2 + market->count) / ((wide)market->count * 2));
}

/* ---- quarters ---- */

bool quarter_read(const char *text, int64_t *ret_starts_at, int64_t *ret_ends_at)
{
	int64_t year;
	char digits[5];
	if (strlen(text) != 6 || text[4] != 'Q' || text[5] < '1' || text[5] > '4')
		return false;
	memcpy(digits, text, 4);
	digits[4] = '\0';
	if (!text_to_int(digits, &year) || year < 1970 || year > 9998)
		return false;
	int first = (text[5] - '1') * MONTHS_A_QUARTER + 1;
	*ret_starts_at = time_from_civil((int)year, first, 1);
	*ret_ends_at = first == 10 ? time_from_civil((int)year + 1, 1, 1) :
		time_from_civil((int)year, first + MONTHS_A_QUARTER, 1);
	return true;
}

void quarter_of(int64_t time_ms, char text[QUARTER_TEXT])
{
	int year, month, day;
	char digits[WORD_INT];
	time_civil(time_ms, &year, &month, &day);
	word_int(digits, year);
	assert(strlen(digits) == 4);
	memcpy(text, digits, 4);
	text[4] = 'Q';
	text[5] = (char)('1' + (month - 1) / MONTHS_A_QUARTER);
	text[6] = '\0';
}
