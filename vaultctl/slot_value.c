/* A short function a kind of slot; each writes the slot's members, or says what is wrong as typed. */
#include "vaultctl/slot_value.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "ledger/hash.h"
#include "vault/limits.h"
#include "vaultctl/slot_money.h"
#include "vaultctl/units.h"

enum { FILE_MAX = 64 * 1024 * 1024 };

static int64_t clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void write_key(struct buffer *json, const char *name)
{
	buffer_printf(json, "%s\"%s\":", json->length > 0 ? "," : "", name);
}

static void write_text(struct buffer *json, const char *text, size_t length)
{
	struct json writer;
	json_begin(&writer, json, false);
	json_text_n(&writer, text, length);
}

static bool take_text(struct slot *slot, const char *typed, size_t length, struct error *error)
{
	if (!text_is_utf8(typed, length))
		return error_set(error, ERROR_INVALID, "", "is not UTF-8");
	write_key(&slot->json, slot->name);
	write_text(&slot->json, typed, length);
	return true;
}

/* What stands in a file, without white space at its end. */
static bool take_file_text(struct slot *slot, const char *path, struct error *error)
{
	struct buffer text = { 0 };
	bool good = ctl_read_file(path, NOTE_TEXT_MAX, &text, error);
	while (text.length > 0 && isspace((unsigned char)text.bytes[text.length - 1]))
		text.length--;
	good = good && take_text(slot, text.bytes == NULL ? "" : text.bytes, text.length, error);
	buffer_free(&text);
	return good;
}

static bool take_mass(struct slot *slot, const struct ctl *ctl, const char *name, const char *typed,
	struct error *error)
{
	int64_t mass_g;
	bool exact;
	char shown[UNIT_TEXT];
	bool below = typed[0] == '-' && text_equal(name, "imports_g"); /* net of exports */
	if (!unit_read_mass(typed + below, &mass_g, &exact, error))
		return false;
	mass_g = below ? -mass_g : mass_g;
	if (!exact && slot->rounds_up)
		mass_g++;
	if (!exact && ctl->exact)
		return error_set(error, ERROR_INVALID, "", "%s is not whole grams, and --exact was given",
			typed);
	unit_show_count(mass_g, shown);
	if (!exact)
		ctl_say(ctl, "%s: %s is not whole grams; taken as %s g", slot->option, typed, shown);
	write_key(&slot->json, name);
	buffer_append_int(&slot->json, mass_g);
	return true;
}

static bool take_share(struct slot *slot, const char *typed, struct error *error)
{
	int64_t ppm;
	if (!unit_read_share(typed, &ppm, error))
		return false;
	write_key(&slot->json, slot->name);
	buffer_append_int(&slot->json, ppm);
	return true;
}

static bool take_int(struct slot *slot, const char *typed, struct error *error)
{
	int64_t value;
	char digits[32];
	size_t length = strlen(typed);
	bool days = text_equal(slot->name, "days") && length > 1 && typed[length - 1] == 'd';
	bool good = length < sizeof digits && text_copy(digits, sizeof digits, typed);
	if (good && days)
		digits[length - 1] = '\0';
	if (!good || !text_to_int(digits, &value))
		return error_set(error, ERROR_INVALID, "", "\"%.40s\" is not a whole number", typed);
	write_key(&slot->json, slot->name);
	buffer_append_int(&slot->json, value);
	return true;
}

static bool take_time(struct slot *slot, const char *typed, struct error *error)
{
	int64_t time_ms, ago_ms;
	char text[TIME_TEXT_SIZE];
	struct error no_length = { 0 };
	bool ago = text_equal(slot->name, "changed_since") && /* 30d: so long ago */
		unit_read_duration(typed, &ago_ms, &no_length);
	if (ago)
		time_ms = clock_ms() - ago_ms;
	else if (!unit_read_time(typed, clock_ms(), &time_ms, error))
		return false;
	if (time_ms < time_from_civil(TIME_YEAR_FIRST, 1, 1))
		return error_set(error, ERROR_INVALID, "", "\"%.40s\" is before %d", typed,
			TIME_YEAR_FIRST);
	time_format(time_ms, text);
	return take_text(slot, text, strlen(text), error);
}

static bool take_day(struct slot *slot, const char *typed, struct error *error)
{
	int64_t time_ms;
	if (strlen(typed) == strlen("2026-12-20") && time_parse(typed, &time_ms))
		return take_text(slot, typed, strlen(typed), error);
	return take_time(slot, typed, error);
}

static bool take_price(struct slot *slot, const char *typed, struct error *error)
{
	struct quoted_price price;
	if (!unit_read_price(typed, &price, error))
		return false;
	if (price.quoted == 0)
		return error_set(error, ERROR_INVALID, "", "\"%.40s\" cannot be a price: it is above 0",
			typed);
	buffer_printf(&slot->json, "\"quoted\":%lld,\"decimals\":%lld,\"unit\":",
		(long long)price.quoted, (long long)price.decimals);
	write_text(&slot->json, price.unit, strlen(price.unit));
	return true;
}

static bool take_rate(struct slot *slot, const char *typed, struct error *error)
{
	struct quoted_price price;
	int64_t micros;
	if (!unit_read_price(typed, &price, error) || !unit_price_micros(&price, &micros, error))
		return false;
	write_key(&slot->json, slot->name);
	buffer_append_int(&slot->json, micros);
	return true;
}

/* What a tonne costs a day: "0.50USD/t", whole micro-dollars. */
static bool take_tonne_day(struct slot *slot, const char *typed, struct error *error)
{
	struct quoted_price price;
	if (!unit_read_price(typed, &price, error))
		return false;
	int64_t micros = price.quoted;
	bool good = text_equal(price.unit, "USD/t") && price.decimals <= 6 && micros <= 1000000000;
	for (int64_t i = price.decimals; good && i < 6; i++)
		micros *= 10;
	if (!good) {
		error_set(error, ERROR_INVALID, "", "\"%.40s\" is no price of a tonne and day", typed);
		return error_remedy(error, "Write 0.50USD/t, with at most six decimals");
	}
	write_key(&slot->json, slot->name);
	buffer_append_int(&slot->json, micros);
	return true;
}

static bool take_digest(struct slot *slot, const char *typed, struct error *error)
{
	struct hash hash;
	struct buffer bytes = { 0 };
	if (text_to_hex(typed, hash.bytes, sizeof hash.bytes))
		return take_text(slot, typed, strlen(typed), error);
	bool good = ctl_read_file(typed, FILE_MAX, &bytes, error);
	if (good) {
		hash_sha256(bytes.bytes, bytes.length, &hash);
		write_key(&slot->json, slot->name);
		buffer_append_byte(&slot->json, '"');
		buffer_append_hex(&slot->json, hash.bytes, sizeof hash.bytes);
		buffer_append_byte(&slot->json, '"');
	}
	buffer_free(&bytes);
	return good;
}

static void take_texts(struct slot *slot, const char *typed)
{
	write_key(&slot->json, slot->name);
	buffer_append_byte(&slot->json, '[');
	for (bool first = true; *typed != '\0'; first = false) {
		size_t length = strcspn(typed, ",");
		if (!first)
			buffer_append_byte(&slot->json, ',');
		write_text(&slot->json, typed, length);
		typed += length + (typed[length] == ',');
	}
	buffer_append_byte(&slot->json, ']');
}

/* The two fields of the struct: a code and a mass. */
static bool take_pair(struct slot *slot, const struct ctl *ctl, const char *pair, size_t length,
	struct error *error)
{
	const struct type *item = slot->type->element;
	const char *equal = memchr(pair, '=', length);
	char mass[UNIT_TEXT];
	size_t rest = equal == NULL ? 0 : length - (size_t)(equal - pair) - 1;
	assert(item->field_count >= 2);
	if (equal == NULL || rest == 0 || rest >= sizeof mass) {
		error_set(error, ERROR_INVALID, "", "\"%.*s\" is not CODE=MASS", (int)length, pair);
		return error_remedy(error, "Write ga=500kg,ge=20kg");
	}
	memcpy(mass, equal + 1, rest);
	mass[rest] = '\0';
	struct slot part = { .option = "", .rounds_up = false };
	text_copy(part.option, sizeof part.option, slot->option);
	buffer_printf(&part.json, "\"%s\":", item->fields[0].name);
	write_text(&part.json, pair, (size_t)(equal - pair));
	bool good = take_mass(&part, ctl, item->fields[1].name, mass, error);
	if (good)
		buffer_printf(&slot->json, "{%s}", buffer_text(&part.json));
	buffer_free(&part.json);
	return good;
}

/* One date, or instalments: 2027-03-01=4t,2027-06-01=8t. */
static bool take_due(struct slot *slot, const struct ctl *ctl, const char *typed,
	struct error *error)
{
	if (strchr(typed, '=') == NULL)
		return take_time(slot, typed, error);
	buffer_append_text(&slot->json, "\"instalments\":[");
	for (bool first = true; *typed != '\0'; first = false) {
		size_t length = strcspn(typed, ","), date = strcspn(typed, "=");
		char part[2 * UNIT_TEXT];
		struct slot due = { .name = "due_at" };
		if (date >= length || length >= sizeof part) {
			error_set(error, ERROR_INVALID, "", "\"%.*s\" is not DATE=MASS",
				length < 40 ? (int)length : 40, typed);
			return error_remedy(error, "Write 2027-03-01=4t,2027-06-01=8t");
		}
		memcpy(part, typed, length);
		part[length] = part[date] = '\0';
		text_copy(due.option, sizeof due.option, slot->option);
		bool good = take_time(&due, part, error) &&
			take_mass(&due, ctl, "mass_g", part + date + 1, error);
		if (good)
			buffer_printf(&slot->json, "%s{%s}", first ? "" : ",", buffer_text(&due.json));
		buffer_free(&due.json);
		if (!good)
			return false;
		typed += length + (typed[length] == ',');
	}
	buffer_append_byte(&slot->json, ']');
	return true;
}

/* "24h" in hours, "8d" in days, each in the unit that is wanted; false where it is neither. */
static bool read_span(const char *text, size_t length, int64_t hours_in_unit, int64_t *ret_units)
{
	char digits[16];
	int64_t number, hours;
	if (length < 2 || length > sizeof digits || (text[length - 1] != 'h' && text[length - 1] != 'd'))
		return false;
	memcpy(digits, text, length - 1);
	digits[length - 1] = '\0';
	if (!text_to_int(digits, &number) || number <= 0 || number > 1000000)
		return false;
	hours = text[length - 1] == 'd' ? number * 24 : number;
	*ret_units = hours / hours_in_unit;
	return hours % hours_in_unit == 0;
}

/* A=24h/8d: decided within, delivered within; one of the two may be left out: A=24h, A=/8d. */
static bool take_clock(struct slot *slot, const char *clock, size_t length, struct error *error)
{
	const char *end = clock + length, *equal = memchr(clock, '=', length);
	const char *decide = equal != NULL ? equal + 1 : end;
	const char *slash = memchr(decide, '/', (size_t)(end - decide));
	const char *deliver = slash != NULL ? slash + 1 : end;
	size_t decide_length = (size_t)((slash != NULL ? slash : end) - decide);
	int64_t hours = 0, days = 0;
	bool good = equal == clock + 1 && strchr("ABC", clock[0]) != NULL &&
		(decide_length == 0 || read_span(decide, decide_length, 1, &hours)) &&
		(deliver == end || read_span(deliver, (size_t)(end - deliver), 24, &days)) &&
		(hours > 0 || days > 0) && (slash == NULL || deliver < end);
	if (!good) {
		error_set(error, ERROR_INVALID, "", "\"%.*s\" is not TIER=HOURS/DAYS", (int)length, clock);
		return error_remedy(error, "Write A=24h/8d,B=14d/30d: tier A, B or C, decided within so many "
			"h or d of the request, delivered within so many d of the order; leave out one with "
			"A=24h or A=/8d");
	}
	buffer_printf(&slot->json, "{\"tier\":\"%c\"", clock[0]);
	if (hours > 0)
		buffer_printf(&slot->json, ",\"decide_hours\":%lld", (long long)hours);
	if (days > 0)
		buffer_printf(&slot->json, ",\"deliver_days\":%lld", (long long)days);
	buffer_append_byte(&slot->json, '}');
	return true;
}

/* A list of structs: ga=500kg,ge=20kg or A=24h/8d,B=14d. */
static bool take_structs(struct slot *slot, const struct ctl *ctl, const char *typed,
	struct error *error)
{
	write_key(&slot->json, slot->name);
	buffer_append_byte(&slot->json, '[');
	for (bool first = true; *typed != '\0'; first = false) {
		size_t length = strcspn(typed, ",");
		if (!first)
			buffer_append_byte(&slot->json, ',');
		if (!(slot->kind == SLOT_CLOCKS ? take_clock(slot, typed, length, error) :
			    take_pair(slot, ctl, typed, length, error)))
			return false;
		typed += length + (typed[length] == ',');
	}
	buffer_append_byte(&slot->json, ']');
	return true;
}

bool slot_take(struct slot *slot, const struct ctl *ctl, const char *typed, struct error *error)
{
	switch (slot->kind) {
	case SLOT_TEXT:
		return typed[0] == '@' && typed[1] != '\0' ? take_file_text(slot, typed + 1, error) :
			take_text(slot, typed, strlen(typed), error);
	case SLOT_INT:
		return take_int(slot, typed, error);
	case SLOT_MASS:
		return take_mass(slot, ctl, slot->name, typed, error);
	case SLOT_SHARE:
		return take_share(slot, typed, error);
	case SLOT_TIME:
		return take_time(slot, typed, error);
	case SLOT_DAY:
		return take_day(slot, typed, error);
	case SLOT_FLAG:
		buffer_printf(&slot->json, "\"%s\":true", slot->name);
		return true;
	case SLOT_PRICE:
		return take_price(slot, typed, error);
	case SLOT_MONEY:
	case SLOT_CENTS:
		return slot_take_money(slot, typed, error);
	case SLOT_DECIMAL:
		return slot_take_decimal(slot, typed, error);
	case SLOT_CAP:
		return slot_take_cap(slot, typed, error);
	case SLOT_DUE:
		return take_due(slot, ctl, typed, error);
	case SLOT_RATE:
		return take_rate(slot, typed, error);
	case SLOT_TONNE_DAY:
		return take_tonne_day(slot, typed, error);
	case SLOT_DIGEST:
		return take_digest(slot, typed, error);
	case SLOT_KEY:
		return strchr(typed, '+') != NULL ? take_text(slot, typed, strlen(typed), error) :
			take_file_text(slot, typed, error);
	case SLOT_TEXTS:
		take_texts(slot, typed);
		return true;
	case SLOT_PAIRS:
	case SLOT_CLOCKS:
		return take_structs(slot, ctl, typed, error);
	}
	assert(false && "a slot without a kind");
	return false;
}
