/*
 * Routes are found by a hash of the whole method name, so that a call costs one look-up however
 * many interfaces there are. Rows are only ever added, at start.
 */
#include "vaultd/registry.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "wire/check.h"

struct route {
	char *name; /* whole: org.projectvault.Stock.Status */
	const struct interface_member *signature;
	const struct method *method; /* NULL: declared, not implemented */
};

struct registry {
	const struct service_info *info;
	struct interface **interfaces;
	size_t interface_count;
	struct route *routes; /* open addressing, capacity a power of two, at most half full */
	size_t route_count, route_capacity;
};

enum { FIRST_ROUTES = 256 };

#define SERVICE "org.varlink.service"
static const struct method get_info = { .interface = SERVICE, .name = "GetInfo" };
static const struct method get_description = { .interface = SERVICE,
	.name = "GetInterfaceDescription" };

static void *checked(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

struct registry *registry_new(const struct service_info *info)
{
	struct registry *registry = checked(calloc(1, sizeof *registry));
	registry->info = info;
	registry->route_capacity = FIRST_ROUTES;
	registry->routes = checked(calloc(registry->route_capacity, sizeof *registry->routes));
	return registry;
}

void registry_free(struct registry *registry)
{
	if (registry == NULL)
		return;
	for (size_t i = 0; i < registry->route_capacity; i++)
		free(registry->routes[i].name);
	for (size_t i = 0; i < registry->interface_count; i++)
		interface_free(registry->interfaces[i]);
	free(registry->routes);
	free(registry->interfaces);
	free(registry);
}

/* The row of a name, or the empty row where it would go. */
static struct route *find_route(const struct registry *registry, const char *name)
{
	size_t mask = registry->route_capacity - 1;
	for (size_t i = text_hash(name) & mask;; i = (i + 1) & mask) {
		struct route *route = &registry->routes[i];
		if (route->name == NULL || strcmp(route->name, name) == 0)
			return route;
	}
}

static void grow_routes(struct registry *registry)
{
	struct route *old = registry->routes;
	size_t count = registry->route_capacity;
	registry->route_capacity *= 2;
	registry->routes = checked(calloc(registry->route_capacity, sizeof *registry->routes));
	for (size_t i = 0; i < count; i++) {
		if (old[i].name != NULL)
			*find_route(registry, old[i].name) = old[i];
	}
	free(old);
}

static char *join(const char *interface, const char *name)
{
	struct buffer whole = { 0 };
	buffer_printf(&whole, "%s.%s", interface, name);
	buffer_append_byte(&whole, '\0');
	return whole.bytes;
}

static void add_route(struct registry *registry, const char *interface,
	const struct interface_member *member)
{
	if ((registry->route_count + 1) * 2 > registry->route_capacity)
		grow_routes(registry);
	char *name = join(interface, member->name);
	struct route *route = find_route(registry, name);
	assert(route->name == NULL);
	*route = (struct route){ .name = name, .signature = member };
	registry->route_count++;
}

static const struct interface *find_interface(const struct registry *registry, const char *name,
	size_t length)
{
	for (size_t i = 0; i < registry->interface_count; i++) {
		const char *known = interface_name(registry->interfaces[i]);
		if (strlen(known) == length && memcmp(known, name, length) == 0)
			return registry->interfaces[i];
	}
	return NULL;
}

bool registry_add_interface(struct registry *registry, const char *text, size_t length,
	struct error *error)
{
	struct interface *interface;
	if (!interface_parse(text, length, &interface, error))
		return false;
	const char *name = interface_name(interface);
	if (find_interface(registry, name, strlen(name)) != NULL) {
		error_set(error, ERROR_CONFIG, "", "interface %s is registered twice", name);
		interface_free(interface);
		return false;
	}
	registry->interfaces = checked(realloc(registry->interfaces,
		(registry->interface_count + 1) * sizeof *registry->interfaces));
	registry->interfaces[registry->interface_count++] = interface;
	for (size_t i = 0; i < interface_member_count(interface); i++) {
		const struct interface_member *member = interface_member_at(interface, i);
		if (member->kind == MEMBER_METHOD)
			add_route(registry, name, member);
	}
	return strcmp(name, SERVICE) != 0 || (registry_add_method(registry, &get_info, error) &&
		registry_add_method(registry, &get_description, error));
}

bool registry_add_method(struct registry *registry, const struct method *method,
	struct error *error)
{
	char *name = join(method->interface, method->name);
	struct route *route = find_route(registry, name);
	free(name);
	if (route->name == NULL)
		return error_set(error, ERROR_CONFIG, "", "no interface declares the method %s.%s",
			method->interface, method->name);
	if (route->method != NULL)
		return error_set(error, ERROR_CONFIG, "", "the method %s is implemented twice",
			route->name);
	route->method = method;
	return true;
}

bool registry_complete(const struct registry *registry, struct error *error)
{
	for (size_t i = 0; i < registry->route_capacity; i++) {
		const struct route *route = &registry->routes[i];
		if (route->name != NULL && route->method == NULL)
			return error_set(error, ERROR_CONFIG, "", "nothing implements the method %s",
				route->name);
	}
	return true;
}

const struct method *registry_find(const struct registry *registry, const char *name,
	const struct interface_member **ret_signature)
{
	const struct route *route = find_route(registry, name);
	if (route->name == NULL)
		return NULL;
	*ret_signature = route->signature;
	return route->method;
}

static void answer_info(const struct registry *registry, struct buffer *out)
{
	struct json json;
	reply_begin(&json, out);
	json_key(&json, "vendor");
	json_text(&json, registry->info->vendor);
	json_key(&json, "product");
	json_text(&json, registry->info->product);
	json_key(&json, "version");
	json_text(&json, registry->info->version);
	json_key(&json, "url");
	json_text(&json, registry->info->url);
	json_key(&json, "interfaces");
	json_open_array(&json);
	for (size_t i = 0; i < registry->interface_count; i++)
		json_text(&json, interface_name(registry->interfaces[i]));
	json_close_array(&json);
	reply_end(&json, false);
}

static void answer_description(const struct registry *registry, const struct call *call,
	struct buffer *out)
{
	const char *name = value_get_text(call->parameters, "interface", "");
	const struct interface *interface = find_interface(registry, name, strlen(name));
	if (interface == NULL) {
		reply_error_text(out, SERVICE_ERROR("InterfaceNotFound"), "interface", name);
		return;
	}
	struct json json;
	reply_begin(&json, out);
	json_key(&json, "description");
	json_text(&json, interface_description(interface));
	reply_end(&json, false);
}

static void tell(const struct registry_target *target, const struct session *session,
	const char *method, const char *reason)
{
	if (target->refused != NULL)
		target->refused(target->context, session_peer(session), method, reason);
}

static enum call_outcome refuse(const struct registry_target *target, const struct session *session,
	const struct call *call, struct buffer *out, const char *error, const char *key,
	const char *text)
{
	reply_error_text(out, error, key, text);
	tell(target, session, call->method, strrchr(error, '.') + 1);
	return CALL_ANSWERED;
}

/* No such route: is it the interface or the method that is unknown? */
static enum call_outcome refuse_route(const struct registry *registry,
	const struct registry_target *target, const struct session *session, const struct call *call,
	struct buffer *out)
{
	if (call->name[0] == '\0')
		return refuse(target, session, call, out, SERVICE_ERROR("InvalidParameter"),
			"parameter", "method");
	if (find_interface(registry, call->method, call->interface_length) != NULL)
		return refuse(target, session, call, out, SERVICE_ERROR("MethodNotFound"), "method",
			call->method);
	struct buffer name = { 0 };
	buffer_append(&name, call->method, call->interface_length);
	enum call_outcome outcome = refuse(target, session, call, out,
		SERVICE_ERROR("InterfaceNotFound"), "interface", buffer_text(&name));
	buffer_free(&name);
	return outcome;
}

static enum call_outcome refuse_parameter(const struct registry_target *target,
	const struct session *session, const struct call *call, struct buffer *out,
	const struct error *error)
{
	char reason[sizeof error->field + sizeof error->message + 2];
	snprintf(reason, sizeof reason, "%s: %s", error->field, error->message);
	reply_invalid_parameter(out, error);
	tell(target, session, call->method, reason);
	return CALL_ANSWERED;
}

static enum call_outcome answer_call(const struct registry *registry,
	const struct registry_target *target, struct session *session, const struct call *call,
	struct buffer *out, uint64_t *ret_batch)
{
	struct error error = { 0 };
	const struct route *route = find_route(registry, call->method);
	if (route->name == NULL)
		return refuse_route(registry, target, session, call, out);
	const struct method *method = route->method;
	if (method == NULL)
		return refuse(target, session, call, out, SERVICE_ERROR("MethodNotImplemented"),
			"method", call->method);
	if (call->upgrade)
		return refuse(target, session, call, out, SERVICE_ERROR("InvalidParameter"),
			"parameter", "upgrade");
	if (method->needs_more && !call->more)
		return refuse(target, session, call, out, SERVICE_ERROR("ExpectedMore"), NULL, "");
	if (!check_parameters(route->signature->input, call->parameters, &error))
		return refuse_parameter(target, session, call, out, &error);
	if (method == &get_info || method == &get_description) {
		if (method == &get_info)
			answer_info(registry, out);
		else
			answer_description(registry, call, out);
		return CALL_ANSWERED;
	}
	if (method->barrier && session_has_held(session))
		return CALL_WAIT;
	const struct invocation invocation = { call, method, route->signature };
	return target->dispatch(target->context, session, &invocation, out, ret_batch);
}

enum call_outcome registry_answer(const struct registry *registry,
	const struct registry_target *target, struct session *session, const char *bytes,
	size_t length, struct buffer *out, uint64_t *ret_batch, bool *ret_oneway)
{
	struct call call;
	struct error error = { 0 };
	if (!call_parse(bytes, length, &call, &error)) {
		tell(target, session, "", error.message);
		return CALL_CLOSE;
	}
	*ret_oneway = call.oneway;
	enum call_outcome outcome = answer_call(registry, target, session, &call, out, ret_batch);
	call_free(&call);
	return outcome;
}
