/* One short function a type. */
#include "view/write.h"

#include "base/descriptor.h"

void write_text(struct json *json, const char *name, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	json_key(json, name);
	json_text(json, text);
}

void write_int(struct json *json, const char *name, int64_t value)
{
	if (value == ABSENT)
		return;
	json_key(json, name);
	json_int(json, value);
}

void write_time(struct json *json, const char *name, int64_t time_ms)
{
	if (time_ms == ABSENT)
		return;
	json_key(json, name);
	json_time(json, time_ms);
}

void write_true(struct json *json, const char *name, bool value)
{
	if (!value)
		return;
	json_key(json, name);
	json_bool(json, true);
}
