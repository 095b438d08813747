/*
 * Tables say how names are read (units, aliases, what is hidden or told with another); the rest is one
 * walk over the input type to make slots and one over the words to fill them. How a value is read, by
 * the kind of its slot, is slot_value.c's.
 */
#include "vaultctl/arguments.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "vault/limits.h"
#include "vaultctl/grammar.h"
#include "vaultctl/slot_value.h"
#include "vaultctl/units.h"

enum { ANSWER_MAX = 600 };

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
	{ "_cents", SLOT_CENTS, true },
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
	{ "inspected_at", "at" },
	{ "tested_at", "on" },
};

/* Methods whose times are days UTC by definition: a date is that day, wherever it is typed. */
static const char *const of_days[] = { "NewCommitment", "EndCommitment", "SetRate",
	"RecordInspections", "TestSite" };

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
		text_copy(slot->option, sizeof slot->option,
			text_equal(arguments->method->name, "Backtest") ? "floor" : "price");
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
	if (!grammar_shows(arguments->command))
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
	if (slot_take(slot, ctl, typed, &cause)) {
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

static const char *alias_of(const struct slot *slot)
{
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
		if (text_equal(aliases[i].name, slot->name))
			return aliases[i].alias;
	}
	return NULL;
}

static bool has_alias(const struct slot *slot, const char *option, size_t length)
{
	const char *alias = alias_of(slot);
	return alias != NULL && names(option, length, alias);
}

const char *arguments_alias(const struct arguments *arguments, const struct slot *slot)
{
	const char *alias = alias_of(slot);
	for (size_t i = 0; alias != NULL && i < arguments->count; i++) {
		if (text_equal(arguments->slots[i].option, alias))
			return NULL;
	}
	return alias;
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
	const struct ctl_command *command = arguments->command;
	buffer_printf(to, "vaultctl %s", command->noun);
	if (command->verb != NULL && !grammar_shows(command))
		buffer_printf(to, " %s", command->verb);
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
	if (more && !grammar_shows(arguments->command))
		buffer_append_text(to, " [--…]");
}
