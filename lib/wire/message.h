/*
 * Varlink messages: one JSON object each, ended by a NUL byte that is not part of what is parsed
 * here. A call that is no call at all is malformed and ends the connection; whatever is wrong with
 * its parameters is check.h's to find and gets a reply.
 */
#ifndef WIRE_MESSAGE_H
#define WIRE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "base/json.h"
#include "wire/value.h"

struct call {
	const char *method;             /* whole: org.projectvault.Stock.Status */
	const char *name;               /* inside method, behind its last dot; "" where there is none */
	size_t interface_length;        /* of the part of method before that dot */
	const struct value *parameters; /* an object, or NULL where absent */
	bool oneway, more, upgrade;
	struct value *root;             /* owns all of the above */
};

/* false: malformed, the connection is to be closed. Free the call after use. */
bool call_parse(const char *bytes, size_t length, struct call *ret_call, struct error *error);
void call_free(struct call *call);

/*
 * Appends a call with its NUL. parameters: the text of a JSON object without white space, or
 * NULL.
 */
enum call_flags { CALL_ONEWAY = 1, CALL_MORE = 2 };
void call_write(struct buffer *out, const char *method, const char *parameters, unsigned flags);

/*
 * A reply: begin, members of the parameters through json, end (which adds the NUL). A handler that
 * fails in between sets out->length back to what it was before begin.
 */
void reply_begin(struct json *json, struct buffer *out);
void reply_end(struct json *json, bool continues);
void reply_empty(struct buffer *out);

/* The object of a reply's parameters, inside what reply_begin and reply_end have written. */
void reply_inner(const struct buffer *reply, const char **ret_bytes, size_t *ret_length);

/* An error reply, built the same way; name is whole: org.projectvault.Refused. */
void reply_error_begin(struct json *json, struct buffer *out, const char *name);
void reply_error_end(struct json *json);

/* An error reply with one text parameter, or with none where key is NULL. */
void reply_error_text(struct buffer *out, const char *name, const char *key, const char *text);

/*
 * org.varlink.service.InvalidParameter: parameter from error->field, and the sentence as message.
 */
void reply_invalid_parameter(struct buffer *out, const struct error *error);

/* org.projectvault.NAME with field, message and remedy, those that are empty left out. */
void reply_error(struct buffer *out, const struct error *error);

#define SERVICE_ERROR(name) "org.varlink.service." name
#define VAULT_ERROR_PREFIX "org.projectvault."

/* What a client reads. */
struct reply {
	const struct value *parameters; /* or NULL */
	const char *error;              /* whole name, "" where it is none */
	bool continues;
	struct value *root;             /* owns all of the above */
};

/* Unknown keys are ignored; false where it is no reply. */
bool reply_parse(const char *bytes, size_t length, struct reply *ret_reply, struct error *error);
void reply_free(struct reply *reply);

#endif
