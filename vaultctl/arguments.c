/*
 * Three tables say how names are read (units, aliases, what rounds up); the rest is one walk over
 * the input type to make slots and one over the words to fill them.
 */
#include "vaultctl/arguments.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "ledger/hash.h"
#include "vault/limits.h"
#include "vaultctl/grammar.h"
#include "vaultctl/slot_money.h"
#include "vaultctl/units.h"

enum { FILE_MAX = 64 * 1024 * 1024, ANSWER_MAX = 600 };

static const struct {
	const char *suffix;
	enum slot_kind kind;
	bool dropped; /* from the option */
} suffixes[] = {
	{ "_g_per_day", SLOT_MASS, true },
	{ "_g", SLOT_MASS, true },
	{ "_ppm", SLOT_SHARE, true },
	{ "_micros_per_kg", SLOT_RATE, true },
	{ "_micros_per_tonne_day", SLOT_TONNE_DAY, true },
	{ "_at", SLOT_TIME, true },
	{ "_millis", SLOT_MONEY, true },
	{ "duty_cents", SLOT_CENTS, false },
	{ "fee_cents", SLOT_CENTS, false },
	{ "_sha256", SLOT_DIGEST, true },
	{ "need_by", SLOT_TIME, false },
	{ "since", SLOT_TIME, false },
	{ "replenish_by", SLOT_TIME, false },
	{ "collects_until", SLOT_TIME, false },
	{ "verifier_key", SLOT_KEY, false },
};

static const struct {
	const char *name, *alias;
} aliases[] = {
	{ "effective_at", "from" },
	{ "min_grade_ppm", "grade" },
	{ "verifier_key", "key" },
	{ "price", "floor" },
};

/* Methods whose times are days UTC by definition: a date is that day, wherever it is typed. */
static const char *const of_days[] = { "NewCommitment", "EndCommitment", "SetRate" };

/* Added by ctl_call, by paging, or as part of price. */
static const char *const hidden[] = { "command", "as", "dry_run", "after", "limit" };

static const char *const price_parts[] = { "decimals", "unit" };

/* Told with another parameter of the same type: which one, where it is there. */
static const struct { const char *name, *with; } parts[] = {
	{ "currency", "value_millis" }, { "rate_decimals", "rate" },
	{ "cap_micros_per_kg", "cap_ppm" }, { "instalments", "due_at" },
};

/* Methods that need one of a due date and instalments. */
static const char *const of_dues[] = { "NewLoan", "NewRotation" };

static bool is_part(const struct type *owner, const char *name)
{
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (text_equal(parts[i].name, name) && type_find(owner, parts[i].with) != NULL)
			return true;
	}
	return false;
}

static bool among(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (text_equal(names[i], name))
			return true;
	}
	return false;
}

/* ---- slots ---- */

static void name_slot(struct slot *slot)
{
	size_t length = strlen(slot->name);
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		size_t size = strlen(suffixes[i].suffix);
		if (length < size || !text_equal(slot->name + length - size, suffixes[i].suffix))
			continue;
		slot->kind = suffixes[i].kind;
		if (suffixes[i].dropped)
			length -= size;
		break;
	}
	assert(length < SLOT_OPTION_MAX);
	for (size_t i = 0; i < length; i++)
		slot->option[i] = slot->name[i] == '_' ? '-' : slot->name[i];
	slot->option[length] = '\0';
}

static bool is_structs(const struct type *type)
{
	return type->kind == TYPE_ARRAY && type->element->kind == TYPE_STRUCT;
}

static void add_slot(struct arguments *arguments, const struct type_field *field,
	const struct type *owner, bool in_item)
{
	assert(arguments->count < SLOTS_MAX);
	struct slot *slot = &arguments->slots[arguments->count++];
	slot->name = field->name;
	slot->type = field->type;
	slot->comment = field->comment;
	slot->required = !field->type->nullable;
	slot->in_item = in_item;
	name_slot(slot);
	if (text_equal(slot->name, "quoted") && type_find(owner, "unit") != NULL) {
		slot->kind = SLOT_PRICE;
		slot->name = "price";
		text_copy(slot->option, sizeof slot->option, "price");
	} else if (text_equal(slot->name, "rate") && type_find(owner, "rate_decimals") != NULL) {
		slot->kind = SLOT_DECIMAL;
	} else if (text_equal(slot->name, "cap_ppm") &&
	    type_find(owner, "cap_micros_per_kg") != NULL) {
		slot->kind = SLOT_CAP;
	} else if (text_equal(slot->name, "due_at") && type_find(owner, "instalments") != NULL) {
		slot->kind = SLOT_DUE;
		slot->required = among(of_dues, sizeof of_dues / sizeof *of_dues,
			arguments->method->name);
	} else if (field->type->kind == TYPE_BOOL) {
		slot->kind = SLOT_FLAG;
	} else if (is_structs(field->type)) {
		slot->kind = type_find(field->type->element, "decide_hours") != NULL ? SLOT_CLOCKS :
			SLOT_PAIRS;
	} else if (field->type->kind == TYPE_ARRAY) {
		slot->kind = SLOT_TEXTS;
	} else if (field->type->kind == TYPE_INT && slot->kind == SLOT_TEXT) {
		slot->kind = SLOT_INT;
	}
	if (slot->kind == SLOT_TIME && among(of_days, sizeof of_days / sizeof *of_days,
	    arguments->method->name))
		slot->kind = SLOT_DAY;
	/* towards less for whoever gets: a heavier tare, a higher floor */
	slot->rounds_up = text_equal(slot->name, "tare_g") ||
		text_equal(slot->name, "consumption_g_per_day") ||
		text_equal(owner->name, "NewFloor");
}

static void add_slots(struct arguments *arguments, const struct type *owner, bool in_item)
{
	bool priced = type_find(owner, "quoted") != NULL && type_find(owner, "unit") != NULL;
	for (size_t i = 0; i < owner->field_count; i++) {
		const struct type_field *field = &owner->fields[i];
		if (!in_item && among(hidden, sizeof hidden / sizeof *hidden, field->name))
			continue;
		if (priced && among(price_parts, sizeof price_parts / sizeof *price_parts, field->name))
			continue;
		if (is_part(owner, field->name))
			continue;
		bool alone = field->type->kind == TYPE_STRUCT;
		if (!in_item && (alone || is_structs(field->type)) && !field->type->nullable) {
			arguments->item = field->name;
			arguments->item_alone = alone;
			add_slots(arguments, alone ? field->type : field->type->element, true);
			continue;
		}
		add_slot(arguments, field, owner, in_item);
	}
}

/* The words of a row's positional, one by one; false at the end. */
static bool next_positional(const char **at, char *name, size_t size)
{
	size_t length = strcspn(*at, " ");
	if (length == 0 || length >= size)
		return false;
	memcpy(name, *at, length);
	name[length] = '\0';
	*at += length;
	*at += **at == ' ';
	return true;
}

/* A list that is asked for one thing: the rows are compared with what was typed. */
static void add_filter(struct arguments *arguments)
{
	if (!text_equal(arguments->command->verb == NULL ? "" : arguments->command->verb,
		    GRAMMAR_SHOW))
		return;
	const char *name = arguments->command->positional;
	if (arguments_slot(arguments, name) != NULL || arguments->count == SLOTS_MAX)
		return;
	static const struct type text = { .kind = TYPE_STRING, .name = "" };
	arguments->slots[arguments->count++] = (struct slot){ .name = name, .type = &text,
		.comment = "", .required = true, .filter = true };
}

void arguments_open(struct arguments *arguments, struct ctl *ctl,
	const struct ctl_command *command)
{
	memset(arguments, 0, sizeof *arguments);
	arguments->command = command;
	arguments->method = ctl_method(ctl, command->method);
	assert(arguments->method != NULL);
	add_slots(arguments, arguments->method->input, false);
	add_filter(arguments);
}

void arguments_close(struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->count; i++)
		buffer_free(&arguments->slots[i].json);
	buffer_free(&arguments->file);
	buffer_free(&arguments->kept);
}

struct slot *arguments_slot(struct arguments *arguments, const char *name)
{
	for (size_t i = 0; i < arguments->count; i++) {
		if (text_equal(arguments->slots[i].name, name))
			return &arguments->slots[i];
	}
	return NULL;
}

bool slot_is_positional(const struct arguments *arguments, const struct slot *slot)
{
	const char *at = arguments->command->positional;
	char name[64];
	while (next_positional(&at, name, sizeof name)) {
		if (text_equal(name, slot->name))
			return true;
	}
	return false;
}

const char *slot_holder(const struct slot *slot)
{
	static const char *const holders[] = {
		[SLOT_TEXT] = "TEXT", [SLOT_INT] = "NUMBER", [SLOT_MASS] = "MASS",
		[SLOT_SHARE] = "SHARE", [SLOT_TIME] = "TIME", [SLOT_DAY] = "DATE", [SLOT_FLAG] = "",
		[SLOT_PRICE] = "PRICE", [SLOT_RATE] = "PRICE", [SLOT_TONNE_DAY] = "PRICE",
		[SLOT_DIGEST] = "FILE", [SLOT_KEY] = "KEY|FILE",
		[SLOT_TEXTS] = "A,B,…", [SLOT_PAIRS] = "CODE=MASS,…",
		[SLOT_CLOCKS] = "TIER=HOURS/DAYS,…", [SLOT_MONEY] = "MONEY", [SLOT_CENTS] = "MONEY",
		[SLOT_DECIMAL] = "RATE", [SLOT_CAP] = "SHARE|PRICE",
		[SLOT_DUE] = "DATE|DATE=MASS,…",
	};
	return holders[slot->kind];
}

/* ---- values ---- */

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

static bool take(struct slot *slot, const struct ctl *ctl, const char *typed, struct error *error)
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

/* "380 USD/mtu WO3" says its basis. */
static bool take_basis(struct arguments *arguments, struct ctl *ctl, const char *typed,
	struct error *error)
{
	struct quoted_price price;
	struct slot *slot = arguments_slot(arguments, "basis");
	if (slot == NULL || !unit_read_price(typed, &price, error) || price.basis[0] == '\0')
		return true;
	typed += strlen(typed) - strlen(price.basis);
	return slot->typed == NULL ? arguments_set(arguments, ctl, slot, typed, error) :
		text_equal(slot->typed, typed) || error_set(error, ERROR_INVALID, "",
			"the price is per %s, and --basis says %s", typed, slot->typed);
}

bool arguments_set(struct arguments *arguments, struct ctl *ctl, struct slot *slot,
	const char *typed, struct error *error)
{
	struct error cause = { 0 };
	buffer_clear(&slot->json);
	if (take(slot, ctl, typed, &cause)) {
		slot->typed = typed;
		return slot->kind != SLOT_PRICE || take_basis(arguments, ctl, typed, error);
	}
	error_set(error, cause.id, "", "%s: %s", slot->option[0] == '\0' ? slot->name : slot->option,
		cause.message);
	return cause.remedy[0] == '\0' ? false : error_remedy(error, "%s", cause.remedy);
}

/* ---- words ---- */

static bool names(const char *option, size_t length, const char *name)
{
	return strlen(name) == length && memcmp(name, option, length) == 0;
}

static bool has_alias(const struct slot *slot, const char *option, size_t length)
{
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
		if (text_equal(aliases[i].name, slot->name) &&
		    names(option, length, aliases[i].alias))
			return true;
	}
	return false;
}

/* By its whole name, then an alias, then any unique beginning. */
static struct slot *find_option(struct arguments *arguments, const char *option, size_t length,
	struct error *error)
{
	struct slot *found = NULL, *slots = arguments->slots;
	for (size_t i = 0; i < arguments->count; i++) {
		if (names(option, length, slots[i].option))
			return &slots[i];
	}
	for (size_t i = 0; i < arguments->count; i++) {
		if (has_alias(&slots[i], option, length))
			return &slots[i];
	}
	for (size_t i = 0; i < arguments->count && length > 0; i++) {
		if (slots[i].filter || strncmp(slots[i].option, option, length) != 0)
			continue;
		if (found != NULL) {
			error_set(error, ERROR_INVALID, "", "--%.*s may be --%s or --%s", (int)length,
				option, found->option, slots[i].option);
			return NULL;
		}
		found = &slots[i];
	}
	if (found == NULL) {
		error_set(error, ERROR_INVALID, "", "there is no option --%.*s here", (int)length,
			option);
		error_remedy(error, "vaultctl help %s", arguments->command->noun);
	}
	return found;
}

static bool read_limit(struct arguments *arguments, const char *value, struct error *error)
{
	if (value == NULL || !text_to_int(value, &arguments->limit) || arguments->limit <= 0)
		return error_set(error, ERROR_INVALID, "", "--limit takes a number of rows");
	return true;
}

static bool read_file(struct arguments *arguments, const char *path, struct error *error)
{
	struct buffer text = { 0 };
	if (path == NULL)
		return error_set(error, ERROR_INVALID, "", "--file takes a JSON file, or -");
	bool good = ctl_read_file(path, WIRE_MESSAGE_MAX, &text, error) &&
		value_compact(text.bytes == NULL ? "" : text.bytes, text.length, &arguments->file, error);
	buffer_free(&text);
	return good;
}

/* One word that begins with two dashes; *at moves over its value. */
static bool read_option(struct arguments *arguments, struct ctl *ctl, int argc, char **argv,
	int *at, struct error *error)
{
	const char *option = argv[*at] + 2, *equal = strchr(option, '=');
	size_t length = equal == NULL ? strlen(option) : (size_t)(equal - option);
	const char *value = equal != NULL ? equal + 1 : *at + 1 < argc ? argv[*at + 1] : NULL;
	const struct type *input = arguments->method->input;
	bool limit = names(option, length, "limit") && type_find(input, "limit") != NULL;
	bool file = names(option, length, "file") && type_find(input, "command") != NULL;
	if (limit || file) {
		*at += equal == NULL;
		return limit ? read_limit(arguments, value, error) : read_file(arguments, value, error);
	}
	struct slot *slot = find_option(arguments, option, length, error);
	if (slot == NULL)
		return false;
	if (slot->kind == SLOT_FLAG && equal == NULL)
		return arguments_set(arguments, ctl, slot, "", error);
	if (value == NULL || slot->kind == SLOT_FLAG)
		return error_set(error, ERROR_INVALID, "", "--%s takes %s%s", slot->option,
			value == NULL ? "a value: " : "no value", value == NULL ? slot_holder(slot) : "");
	if (slot->typed != NULL)
		return error_set(error, ERROR_INVALID, "", "--%s is given twice", slot->option);
	*at += equal == NULL;
	return arguments_set(arguments, ctl, slot, value, error);
}

static bool read_word(struct arguments *arguments, struct ctl *ctl, const char **positional,
	const char *word, struct error *error)
{
	char name[64];
	if (!next_positional(positional, name, sizeof name)) {
		error_set(error, ERROR_INVALID, "", "\"%.60s\" is one word too many", word);
		struct buffer usage = { 0 };
		arguments_usage(arguments, &usage);
		error_remedy(error, "%.300s", buffer_text(&usage));
		buffer_free(&usage);
		return false;
	}
	struct slot *slot = arguments_slot(arguments, name);
	assert(slot != NULL && "the grammar names a parameter that the method does not have");
	return arguments_set(arguments, ctl, slot, word, error);
}

static bool read_words(struct arguments *arguments, struct ctl *ctl, int argc, char **argv,
	struct error *error)
{
	const char *positional = arguments->command->positional;
	bool options = true;
	for (int i = 0; i < argc; i++) {
		bool option = options && text_starts(argv[i], "--");
		if (option && argv[i][2] == '\0') {
			options = false;
			continue;
		}
		bool good = option ? read_option(arguments, ctl, argc, argv, &i, error) :
			read_word(arguments, ctl, &positional, argv[i], error);
		if (!good)
			return false;
	}
	return true;
}

/* ---- what is missing ---- */

static bool ask_slot(struct arguments *arguments, struct ctl *ctl, struct slot *slot,
	struct error *error)
{
	char question[400], answer[ANSWER_MAX];
	snprintf(question, sizeof question, "%s (%s%s%.200s): ",
		slot->option[0] == '\0' ? slot->name : slot->option, slot_holder(slot),
		slot->comment[0] == '\0' ? "" : ", ", slot->comment);
	if (!ctl_ask_text(question, answer, sizeof answer, error))
		return false;
	/* kept is reserved once for all answers, so that earlier ones do not move */
	if (arguments->kept.capacity == 0)
		buffer_reserve(&arguments->kept, (size_t)SLOTS_MAX * ANSWER_MAX);
	char *kept = arguments->kept.bytes + arguments->kept.length;
	buffer_append(&arguments->kept, answer, strlen(answer) + 1);
	arguments->asked = true;
	return arguments_set(arguments, ctl, slot, kept, error);
}

/* A filter and a positional of a list may be missing; the slots of a given file all may. */
static bool complete(struct arguments *arguments, struct ctl *ctl, struct error *error)
{
	bool may_ask = isatty(STDIN_FILENO) && ctl->error_terminal && !ctl->quiet;
	for (size_t i = 0; i < arguments->count; i++) {
		struct slot *slot = &arguments->slots[i];
		if (!slot->required || slot->typed != NULL)
			continue;
		if (may_ask) {
			if (!ask_slot(arguments, ctl, slot, error))
				return false;
			continue;
		}
		struct buffer usage = { 0 };
		arguments_usage(arguments, &usage);
		bool positional = slot_is_positional(arguments, slot);
		error_set(error, ERROR_INVALID, "", "%s%s is missing", positional ? "" : "--",
			slot->option[0] == '\0' ? slot->name : slot->option);
		error_remedy(error, "%.300s", buffer_text(&usage));
		buffer_free(&usage);
		return false;
	}
	return true;
}

bool arguments_read(struct arguments *arguments, struct ctl *ctl, int argc, char **argv,
	struct error *error)
{
	if (!read_words(arguments, ctl, argc, argv, error))
		return false;
	if (arguments->file.length == 0)
		return complete(arguments, ctl, error);
	for (size_t i = 0; i < arguments->count; i++) {
		if (arguments->slots[i].typed != NULL)
			return error_set(error, ERROR_INVALID, "", "--file holds all parameters; nothing "
				"stands beside it");
	}
	return true;
}

/* ---- out again ---- */

static void members(const struct arguments *arguments, bool in_item, struct buffer *to)
{
	bool first = true;
	for (size_t i = 0; i < arguments->count; i++) {
		const struct slot *slot = &arguments->slots[i];
		if (slot->in_item != in_item || slot->filter || slot->json.length == 0)
			continue;
		if (!first)
			buffer_append_byte(to, ',');
		first = false;
		buffer_append(to, slot->json.bytes, slot->json.length);
	}
}

void arguments_json(const struct arguments *arguments, struct buffer *to)
{
	if (arguments->file.length > 0) {
		buffer_append(to, arguments->file.bytes, arguments->file.length);
		return;
	}
	buffer_append_byte(to, '{');
	if (arguments->item != NULL) {
		buffer_printf(to, "\"%s\":%s{", arguments->item, arguments->item_alone ? "" : "[");
		members(arguments, true, to);
		buffer_append_text(to, arguments->item_alone ? "}" : "}]");
	}
	struct buffer own = { 0 };
	members(arguments, false, &own);
	if (arguments->item != NULL && own.length > 0)
		buffer_append_byte(to, ',');
	buffer_append(to, own.bytes, own.length);
	buffer_append_byte(to, '}');
	buffer_free(&own);
}

static void line_head(const struct arguments *arguments, struct buffer *to)
{
	const char *verb = arguments->command->verb;
	buffer_printf(to, "vaultctl %s", arguments->command->noun);
	if (verb != NULL && !text_equal(verb, GRAMMAR_SHOW))
		buffer_printf(to, " %s", verb);
}

bool arguments_around(const struct arguments *arguments, const struct ctl *ctl, const char *name,
	struct buffer *before, struct buffer *after)
{
	struct buffer *to = before;
	const char *at = arguments->command->positional;
	char positional[64];
	line_head(arguments, to);
	while (next_positional(&at, positional, sizeof positional)) {
		const struct slot *slot = arguments_slot((struct arguments *)(uintptr_t)arguments,
			positional);
		if (slot == NULL || slot->typed == NULL)
			continue;
		buffer_append_byte(to, ' ');
		if (name != NULL && text_equal(name, positional))
			to = after;
		else
			ctl_quote(to, slot->typed);
	}
	for (size_t i = 0; i < arguments->count; i++) {
		const struct slot *slot = &arguments->slots[i];
		if (slot->typed == NULL || slot_is_positional(arguments, slot))
			continue;
		buffer_printf(to, " --%s", slot->option);
		if (slot->kind == SLOT_FLAG)
			continue;
		buffer_append_byte(to, ' ');
		ctl_quote(to, slot->typed);
	}
	if (ctl->as != NULL)
		buffer_printf(to, " --as %s", ctl->as);
	return to == after;
}

void arguments_line(const struct arguments *arguments, const struct ctl *ctl, struct buffer *to)
{
	arguments_around(arguments, ctl, NULL, to, to);
}

static void append_upper(struct buffer *to, const char *text)
{
	for (; *text != '\0'; text++)
		buffer_append_byte(to, (char)toupper((unsigned char)*text));
}

void arguments_usage(const struct arguments *arguments, struct buffer *to)
{
	const char *at = arguments->command->positional;
	char name[64];
	bool more = false;
	line_head(arguments, to);
	while (next_positional(&at, name, sizeof name)) {
		const struct slot *slot = arguments_slot((struct arguments *)(uintptr_t)arguments, name);
		bool optional = slot == NULL || !slot->required;
		buffer_append_text(to, optional ? " [" : " ");
		append_upper(to, slot != NULL && slot->option[0] != '\0' ? slot->option : name);
		if (optional)
			buffer_append_byte(to, ']');
	}
	for (size_t i = 0; i < arguments->count; i++) {
		const struct slot *slot = &arguments->slots[i];
		if (slot_is_positional(arguments, slot))
			continue;
		if (slot->required)
			buffer_printf(to, " --%s %s", slot->option, slot_holder(slot));
		else
			more = true;
	}
	if (more)
		buffer_append_text(to, " [--…]");
}
