/* The table of errors.def as data, and the two ways of filling a struct error. */
#include "base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct error_info infos[ERROR_COUNT] = {
	[ERROR_NONE] = { "NONE", "", 0, false, "no error" },
#define ERROR(id, wire, exit_status, again, meaning) \
	[ERROR_##id] = { #id, wire, exit_status, again, meaning },
#include "vault/errors.def"
#undef ERROR
};

bool error_set(struct error *error, enum error_id id, const char *field, const char *format, ...)
{
	assert(id > ERROR_NONE && id < ERROR_COUNT);
	if (error->id != ERROR_NONE)
		return false;
	error->id = id;
	snprintf(error->field, sizeof error->field, "%s", field != NULL ? field : "");
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(error->message, sizeof error->message, format, arguments);
	va_end(arguments);
	return false;
}

bool error_remedy(struct error *error, const char *format, ...)
{
	if (error->remedy[0] != '\0')
		return false;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(error->remedy, sizeof error->remedy, format, arguments);
	va_end(arguments);
	return false;
}

const struct error_info *error_info(enum error_id id)
{
	assert(id >= ERROR_NONE && id < ERROR_COUNT);
	return &infos[id];
}

enum error_id error_by_wire_name(const char *wire_name)
{
	for (int i = ERROR_NONE + 1; i < ERROR_COUNT; i++) {
		if (strcmp(infos[i].wire_name, wire_name) == 0)
			return (enum error_id)i;
	}
	return ERROR_NONE;
}
