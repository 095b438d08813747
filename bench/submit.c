/* Pieces of one message, joined; and a few bytes looked for in a reply. */
#include "bench/submit.h"

#include <string.h>
#include <time.h>

#include "base/text.h"
#include "base/time.h"

#define ERROR_PREFIX "{\"error\":\"org.projectvault."

enum { NEED_BY_DAYS = 30 };

bool submit_codes(const char *list, char codes[SUBMIT_CODES_MAX][CODE_MAX], uint32_t *ret_count)
{
	uint32_t count = 0;
	for (const char *at = list; *at != '\0';) {
		size_t length = strcspn(at, ",");
		if (count == SUBMIT_CODES_MAX || length >= CODE_MAX)
			return false;
		memcpy(codes[count], at, length);
		codes[count][length] = '\0';
		if (!text_is_code(codes[count++]))
			return false;
		at += length + (at[length] == ',' ? 1 : 0);
	}
	*ret_count = count;
	return count > 0;
}

void submit_plan_ready(struct submit_plan *plan)
{
	char need_by[TIME_TEXT_SIZE];
	time_format(((int64_t)time(NULL) + NEED_BY_DAYS * 24L * 60 * 60) * 1000, need_by);
	buffer_printf(&plan->middle, ",\"need_by\":\"%s\",\"tier\":\"B\",\"purpose\":\"industry\","
		"\"as\":\"%s\",\"command\":\"", need_by, plan->person);
	random_seed(&plan->random);
}

void submit_draw(struct submit_plan *plan, struct submit_call *call)
{
	uint32_t grades = (uint32_t)(plan->grade_high_ppm - plan->grade_low_ppm) + 1;
	command_id_make(&plan->random, call->command);
	call->grade_ppm = (uint32_t)plan->grade_low_ppm + random_below(&plan->random, grades);
	call->member = (uint16_t)random_below(&plan->random, plan->member_count);
	call->commodity = (uint16_t)random_below(&plan->random, plan->commodity_count);
}

void submit_write(const struct submit_plan *plan, const struct submit_call *call,
	struct buffer *out)
{
	char command[UUID_TEXT_SIZE];
	text_from_uuid(call->command, command);
	buffer_append_text(out, "{\"method\":\"org.projectvault.Emergency.Submit\","
		"\"parameters\":{\"member\":\"");
	buffer_append_text(out, plan->members[call->member]);
	buffer_append_text(out, "\",\"commodity\":\"");
	buffer_append_text(out, plan->commodities[call->commodity]);
	buffer_append_text(out, "\",\"mass_g\":");
	buffer_append_int(out, plan->mass_g);
	buffer_append_text(out, ",\"min_grade_ppm\":");
	buffer_append_int(out, call->grade_ppm);
	buffer_append(out, plan->middle.bytes, plan->middle.length);
	buffer_append(out, command, sizeof command - 1);
	buffer_append(out, "\"}}", 4);
}

/* ---- replies ---- */

static bool begins(const char *reply, size_t length, const char *prefix)
{
	size_t size = strlen(prefix);
	return length >= size && memcmp(reply, prefix, size) == 0;
}

enum submit_outcome submit_outcome(const char *reply, size_t length)
{
	static const char *const again[] = { "NotApplied\"", "InDoubt\"", "StoreError\"",
		"ReadOnly\"" };
	if (begins(reply, length, "{\"parameters\":{"))
		return SUBMIT_ALLOCATED;
	if (!begins(reply, length, ERROR_PREFIX))
		return SUBMIT_ERROR;
	const char *name = reply + strlen(ERROR_PREFIX);
	length -= strlen(ERROR_PREFIX);
	if (begins(name, length, "Refused\""))
		return SUBMIT_REFUSED;
	for (size_t i = 0; i < sizeof again / sizeof *again; i++) {
		if (begins(name, length, again[i]))
			return SUBMIT_AGAIN;
	}
	return SUBMIT_ERROR;
}

/* The bytes behind the first occurrence of a key; inside a text its quotes would be escaped. */
static const char *behind(const char *reply, size_t length, const char *key, size_t *ret_left)
{
	const char *at = memmem(reply, length, key, strlen(key));
	if (at == NULL)
		return NULL;
	at += strlen(key);
	*ret_left = length - (size_t)(at - reply);
	return at;
}

static size_t span(const char *at, size_t left, bool (*fits)(char))
{
	size_t length = 0;
	while (length < left && fits(at[length]))
		length++;
	return length;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_inside(char c)
{
	return c != '"' && c != '\\';
}

bool submit_proof(const struct submit_call *call, const char *reply, size_t length,
	struct buffer *out)
{
	char command[UUID_TEXT_SIZE];
	size_t id_left = 0, index_left = 0;
	const char *id = behind(reply, length, "\"id\":\"", &id_left);
	const char *index = behind(reply, length, "\"index\":", &index_left);
	if (id == NULL || index == NULL || span(index, index_left, is_digit) == 0)
		return false;
	text_from_uuid(call->command, command);
	buffer_append(out, command, sizeof command - 1);
	buffer_append_byte(out, ' ');
	buffer_append(out, id, span(id, id_left, is_inside));
	buffer_append_byte(out, ' ');
	buffer_append(out, index, span(index, index_left, is_digit));
	buffer_append_text(out, submit_outcome(reply, length) == SUBMIT_ALLOCATED ?
		" allocated\n" : " refused\n");
	return true;
}
