/*
 * Any text as a request note: it is refused, or what it says is in range and, written as the contract
 * has it, reads as the same.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/request_note.h"

#define RESERVE "vault.example/reserve-log"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void write_line(struct buffer *out, const char *name, const char *value)
{
	if (value != NULL && value[0] != '\0')
		buffer_printf(out, "%s %s\n", name, value);
}

static void write_note(struct buffer *out, const struct submit_params *params,
	const uint8_t command[16])
{
	char id[UUID_TEXT_SIZE], need_by[TIME_TEXT_SIZE] = "";
	text_from_uuid(command, id);
	if (params->need_by != ABSENT)
		time_format(params->need_by, need_by);
	buffer_printf(out, "projectvault.org/request@v1\nreserve " RESERVE "\ncommand %s\nmember %s\n"
		"commodity %s\nmass-g %lld\n", id, params->member, params->commodity,
		(long long)params->mass_g);
	if (params->min_grade_ppm != ABSENT)
		buffer_printf(out, "min-grade-ppm %lld\n", (long long)params->min_grade_ppm);
	write_line(out, "need-by", need_by);
	write_line(out, "tier", tier_names[params->tier]);
	write_line(out, "purpose", params->purpose);
	write_line(out, "destination", params->destination);
	write_line(out, "consignee", params->consignee);
	write_line(out, "partial", params->partial ? "yes" : "");
}

static void check(const struct submit_params *params)
{
	assert(params->member[0] != '\0' && strchr(params->member, ' ') == NULL);
	assert(params->commodity[0] != '\0' && strchr(params->commodity, ' ') == NULL);
	assert(params->mass_g >= 1 && params->mass_g <= VAULT_INT_MAX);
	assert(params->min_grade_ppm == ABSENT ||
		(params->min_grade_ppm >= 0 && params->min_grade_ppm <= VAULT_PPM));
	assert(params->tier < TIER_COUNT);
	assert(params->consignee == NULL ||
		text_is_utf8(params->consignee, strlen(params->consignee)));
}

static void check_again(const struct submit_params *params, const uint8_t command[16],
	struct arena *arena)
{
	struct buffer text = { 0 };
	struct submit_params again;
	struct error error = { 0 };
	uint8_t command_again[16];
	write_note(&text, params, command);
	bool read = request_note_read(buffer_text(&text), RESERVE, arena, &again, command_again,
		&error);
	assert(read && memcmp(command, command_again, sizeof command_again) == 0);
	for (size_t i = 0; i < submit_params_descriptor.field_count; i++)
		assert(field_equal(&submit_params_descriptor.fields[i], params, &again));
	buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_new(0);
	struct buffer text = { 0 };
	struct submit_params params;
	struct error error = { 0 };
	uint8_t command[16];
	buffer_append(&text, bytes, length);
	if (request_note_read(buffer_text(&text), RESERVE, arena, &params, command, &error)) {
		check(&params);
		check_again(&params, command, arena);
	} else {
		assert(error.id != ERROR_NONE);
	}
	buffer_free(&text);
	arena_free(arena);
	return 0;
}
