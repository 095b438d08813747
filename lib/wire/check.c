/*
 * One walk over the members that came, in their order. Clients mostly send them in the order of the
 * interface, so the search for a name begins behind the one found last.
 */
#include "wire/check.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "vault/limits.h"
#include "wire/library.h"

static bool check_value(const struct type *type, json_t *json, struct error *error);

static bool refuse_kind(json_t *json, const char *wanted, struct error *error)
{
	return error_set(error, ERROR_INVALID, "", "must be %s, not %s", wanted,
		value_kind_name(value_kind(value_of(json))));
}

static const struct type_field *find_from(const struct type *type, size_t hint, const char *name,
	size_t length)
{
	for (size_t i = 0; i < type->field_count; i++, hint++) {
		if (hint >= type->field_count)
			hint = 0;
		const struct type_field *field = &type->fields[hint];
		if (field->name_length == length && memcmp(field->name, name, length) == 0)
			return field;
	}
	return NULL;
}

static bool refuse_missing(const struct type *type, json_t *object, struct error *error)
{
	for (size_t i = 0; i < type->field_count; i++) {
		const struct type_field *field = &type->fields[i];
		json_t *member = object != NULL ? json_object_get(object, field->name) : NULL;
		if (!field->type->nullable && (member == NULL || json_is_null(member)))
			return error_set(error, ERROR_INVALID, field->name, "is missing");
	}
	assert(false && "something was missing");
	return false;
}

static bool check_struct(const struct type *type, json_t *object, struct error *error)
{
	size_t hint = 0, present = 0;
	for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
		const char *key = json_object_iter_key(at);
		json_t *member = json_object_iter_value(at);
		const struct type_field *field = find_from(type, hint, key,
			json_object_iter_key_len(at));
		if (field == NULL)
			return error_set(error, ERROR_INVALID, key, "is not a parameter");
		hint = (size_t)(field - type->fields) + 1;
		if (json_is_null(member))
			continue;
		present += field->type->nullable ? 0 : 1;
		if (!check_value(field->type, member, error))
			return path_prefix(error, field->name);
	}
	return present == type->required_count || refuse_missing(type, object, error);
}

static bool check_array(const struct type *type, json_t *array, struct error *error)
{
	for (size_t i = 0; i < json_array_size(array); i++) {
		if (check_value(type->element, json_array_get(array, i), error))
			continue;
		char step[24];
		snprintf(step, sizeof step, "[%zu]", i);
		return path_prefix(error, step);
	}
	return true;
}

static bool check_map(const struct type *type, json_t *map, struct error *error)
{
	for (void *at = json_object_iter(map); at != NULL; at = json_object_iter_next(map, at)) {
		if (!check_value(type->element, json_object_iter_value(at), error))
			return path_prefix(error, json_object_iter_key(at));
	}
	return true;
}

static bool check_int(json_t *json, struct error *error)
{
	if (!json_is_integer(json))
		return refuse_kind(json, "an integer", error);
	json_int_t value = json_integer_value(json);
	if (value > VAULT_INT_MAX || value < -VAULT_INT_MAX)
		return error_set(error, ERROR_INVALID, "",
			"must be an integer between -%" PRId64 " and %" PRId64,
			(int64_t)VAULT_INT_MAX, (int64_t)VAULT_INT_MAX);
	return true;
}

static bool check_enum(const struct type *type, json_t *json, struct error *error)
{
	if (!json_is_string(json))
		return refuse_kind(json, "a string", error);
	if (find_from(type, 0, json_string_value(json), json_string_length(json)) != NULL)
		return true;
	char members[256] = "";
	for (size_t i = 0; i < type->field_count; i++) {
		size_t used = strlen(members);
		snprintf(members + used, sizeof members - used, "%s%s", i > 0 ? ", " : "",
			type->fields[i].name);
	}
	return error_set(error, ERROR_INVALID, "", "must be one of %s, not \"%.*s\"", members,
		clip(json_string_value(json), 40), json_string_value(json));
}

static bool check_value(const struct type *type, json_t *json, struct error *error)
{
	if (json_is_null(json))
		return type->nullable || error_set(error, ERROR_INVALID, "", "must not be null");
	switch (type->kind) {
	case TYPE_BOOL:
		return json_is_boolean(json) || refuse_kind(json, "a boolean", error);
	case TYPE_INT:
		return check_int(json, error);
	case TYPE_FLOAT:
		return json_is_real(json) || (json_is_integer(json) ? check_int(json, error)
			: refuse_kind(json, "a number", error));
	case TYPE_STRING:
		return json_is_string(json) || refuse_kind(json, "a string", error);
	case TYPE_OBJECT:
		return json_is_object(json) || refuse_kind(json, "an object", error);
	case TYPE_ENUM:
		return check_enum(type, json, error);
	case TYPE_STRUCT:
		return json_is_object(json) ? check_struct(type, json, error)
			: refuse_kind(json, "an object", error);
	case TYPE_ARRAY:
		return json_is_array(json) ? check_array(type, json, error)
			: refuse_kind(json, "an array", error);
	case TYPE_MAP:
		return json_is_object(json) ? check_map(type, json, error)
			: refuse_kind(json, "an object", error);
	}
	assert(false && "no such type");
	return false;
}

bool check_parameters(const struct type *input, const struct value *parameters,
	struct error *error)
{
	assert(input->kind == TYPE_STRUCT);
	json_t *object = json_of(parameters);
	if (object == NULL)
		return input->required_count == 0 || refuse_missing(input, NULL, error);
	assert(json_is_object(object));
	return check_struct(input, object, error);
}
