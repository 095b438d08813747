/* Reading calls and replies, and building them. */
#include "wire/message.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "wire/library.h"

/* A flag that may be set once and beside no other. */
static bool take_flag(json_t *value, bool *flag, int *set, struct error *error)
{
	if (!json_is_boolean(value))
		return error_set(error, ERROR_INVALID, "", "a flag of the call is no boolean");
	*flag = json_is_true(value);
	*set += *flag ? 1 : 0;
	return *set <= 1 || error_set(error, ERROR_INVALID, "", "the call has two flags");
}

static bool take_member(struct call *call, const char *key, json_t *value, int *flags,
	struct error *error)
{
	if (strcmp(key, "method") == 0) {
		call->method = json_string_value(value);
		return call->method != NULL ||
			error_set(error, ERROR_INVALID, "", "the method's name is no string");
	}
	if (strcmp(key, "parameters") == 0) {
		call->parameters = json_is_null(value) ? NULL : value_of(value);
		return json_is_null(value) || json_is_object(value) ||
			error_set(error, ERROR_INVALID, "", "the parameters are no object");
	}
	if (strcmp(key, "oneway") == 0)
		return take_flag(value, &call->oneway, flags, error);
	if (strcmp(key, "more") == 0)
		return take_flag(value, &call->more, flags, error);
	if (strcmp(key, "upgrade") == 0)
		return take_flag(value, &call->upgrade, flags, error);
	return strchr(key, '.') != NULL ||
		error_set(error, ERROR_INVALID, "", "the call has the unknown key \"%.*s\"",
			clip(key, 40), key);
}

static bool take_members(struct call *call, json_t *object, struct error *error)
{
	int flags = 0;
	for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
		if (!take_member(call, json_object_iter_key(at), json_object_iter_value(at), &flags,
		    error))
			return false;
	}
	if (call->method == NULL)
		return error_set(error, ERROR_INVALID, "", "the call names no method");
	const char *dot = strrchr(call->method, '.');
	call->name = dot != NULL ? dot + 1 : "";
	call->interface_length = dot != NULL ? (size_t)(dot - call->method) : strlen(call->method);
	return true;
}

bool call_parse(const char *bytes, size_t length, struct call *ret_call, struct error *error)
{
	struct call call = { 0 };
	if (!value_parse(bytes, length, &call.root, error))
		return false;
	bool good = value_kind(call.root) == VALUE_OBJECT
		? take_members(&call, json_of(call.root), error)
		: error_set(error, ERROR_INVALID, "", "the call is no object");
	if (good)
		*ret_call = call;
	else
		value_free(call.root);
	return good;
}

void call_free(struct call *call)
{
	value_free(call->root);
	*call = (struct call){ 0 };
}

void call_write(struct buffer *out, const char *method, const char *parameters, unsigned flags)
{
	struct json json;
	json_begin(&json, out, false);
	json_open_object(&json);
	json_key(&json, "method");
	json_text(&json, method);
	if (parameters != NULL) {
		json_key(&json, "parameters");
		json_raw(&json, parameters, strlen(parameters));
	}
	if ((flags & (CALL_MORE | CALL_ONEWAY)) != 0) {
		assert(flags == CALL_MORE || flags == CALL_ONEWAY);
		json_key(&json, flags == CALL_MORE ? "more" : "oneway");
		json_bool(&json, true);
	}
	json_close_object(&json);
	buffer_append_byte(out, '\0');
}

void reply_begin(struct json *json, struct buffer *out)
{
	json_begin(json, out, false);
	json_open_object(json);
	json_key(json, "parameters");
	json_open_object(json);
}

void reply_end(struct json *json, bool continues)
{
	json_close_object(json);
	if (continues) {
		json_key(json, "continues");
		json_bool(json, true);
	}
	json_close_object(json);
	assert(json->depth == 0);
	buffer_append_byte(json->out, '\0');
}

void reply_inner(const struct buffer *reply, const char **ret_bytes, size_t *ret_length)
{
	static const char begin[] = "{\"parameters\":";
	assert(reply->length > sizeof begin && memcmp(reply->bytes, begin, sizeof begin - 1) == 0);
	*ret_bytes = reply->bytes + sizeof begin - 1;
	*ret_length = reply->length - (sizeof begin - 1) - 2; /* the outer brace and the NUL */
}

void reply_empty(struct buffer *out)
{
	buffer_append(out, "{}", 3);
}

void reply_error_begin(struct json *json, struct buffer *out, const char *name)
{
	json_begin(json, out, false);
	json_open_object(json);
	json_key(json, "error");
	json_text(json, name);
	json_key(json, "parameters");
	json_open_object(json);
}

void reply_error_end(struct json *json)
{
	reply_end(json, false);
}

/* A text of a struct error may be cut inside its last character. */
static void write_text(struct json *json, const char *key, const char *text)
{
	size_t length = strlen(text);
	while (length > 0 && !text_is_utf8(text, length))
		length--;
	json_key(json, key);
	json_text_n(json, text, length);
}

static void write_if_any(struct json *json, const char *key, const char *text)
{
	if (text[0] != '\0')
		write_text(json, key, text);
}

void reply_error_text(struct buffer *out, const char *name, const char *key, const char *text)
{
	struct json json;
	reply_error_begin(&json, out, name);
	if (key != NULL)
		write_text(&json, key, text);
	reply_error_end(&json);
}

void reply_invalid_parameter(struct buffer *out, const struct error *error)
{
	struct json json;
	reply_error_begin(&json, out, SERVICE_ERROR("InvalidParameter"));
	write_text(&json, "parameter", error->field);
	write_if_any(&json, "message", error->message);
	reply_error_end(&json);
}

void reply_error(struct buffer *out, const struct error *error)
{
	struct json json;
	char name[sizeof VAULT_ERROR_PREFIX + 64] = VAULT_ERROR_PREFIX;
	strncat(name, error_info(error->id)->wire_name, 63);
	reply_error_begin(&json, out, name);
	write_if_any(&json, "field", error->field);
	write_if_any(&json, "message", error->message);
	write_if_any(&json, "remedy", error->remedy);
	reply_error_end(&json);
}

bool reply_parse(const char *bytes, size_t length, struct reply *ret_reply, struct error *error)
{
	struct value *root;
	if (!value_parse(bytes, length, &root, error))
		return false;
	if (value_kind(root) != VALUE_OBJECT) {
		value_free(root);
		return error_set(error, ERROR_INVALID, "", "the reply is no object");
	}
	*ret_reply = (struct reply){
		.parameters = value_get(root, "parameters"),
		.error = value_get_text(root, "error", ""),
		.continues = value_get_bool(root, "continues", false),
		.root = root,
	};
	return true;
}

void reply_free(struct reply *reply)
{
	if (reply->root != NULL)
		value_free(reply->root);
	*reply = (struct reply){ 0 };
}
