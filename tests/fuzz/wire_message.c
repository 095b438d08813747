/*
 * Calls and their check: any bytes are refused or pass, and what passes writes and reads the
 * same.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "wire/check.h"
#include "wire/interface.h"
#include "wire/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char text[] =
	"interface a.b\n"
	"type Lot (code: string, mass_g: int, note: ?string, inner: ?[]Lot)\n"
	"method M(i: int, s: ?string, b: ?bool, e: ?(A, B), lots: ?[]Lot, map: ?[string]int, o: ?object, "
	"f: ?float) -> ()\n";

static void check(const struct call *call)
{
	static struct interface *interface;
	struct error error = { 0 };
	struct buffer out = { 0 };
	if (interface == NULL && !interface_parse(text, strlen(text), &interface, &error))
		assert(false && "the interface is good");
	const struct type *input = interface_find(interface, MEMBER_METHOD, "M")->input;
	if (!check_parameters(input, call->parameters, &error)) {
		struct reply reply;
		reply_invalid_parameter(&out, &error);
		bool parsed = reply_parse(out.bytes, out.length - 1, &reply, &error);
		assert(parsed);
		reply_free(&reply);
	}
	buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error error = { 0 };
	struct call call, again;
	if (!call_parse((const char *)data, size, &call, &error))
		return 0;
	check(&call);
	struct buffer out = { 0 };
	value_write(call.root, &out);
	bool parsed = call_parse(out.bytes, out.length, &again, &error);
	assert(parsed && value_equal(call.root, again.root));
	call_free(&again);
	call_free(&call);
	buffer_free(&out);
	return 0;
}
