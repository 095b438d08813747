/* The interface language: any bytes are refused or give an interface that can be walked. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "wire/interface.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t walk(const struct type *type, int depth)
{
	char described[32];
	type_describe(type, described, sizeof described);
	size_t total = strlen(described);
	if (depth > 20)
		return total;
	if (type->element != NULL)
		total += walk(type->element, depth + 1);
	for (size_t i = 0; i < type->field_count && total < 100000; i++) {
		total += strlen(type->fields[i].comment) + type->fields[i].name_length;
		if (type->fields[i].type != NULL && type->fields[i].type->name[0] == '\0')
			total += walk(type->fields[i].type, depth + 1);
	}
	return total;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error error = { 0 };
	struct interface *interface;
	if (!interface_parse((const char *)data, size, &interface, &error))
		return 0;
	for (size_t i = 0; i < interface_member_count(interface); i++) {
		const struct interface_member *member = interface_member_at(interface, i);
		walk(member->input, 0);
		if (member->output != NULL)
			walk(member->output, 0);
	}
	interface_free(interface);
	return 0;
}
