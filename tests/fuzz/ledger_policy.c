/* Any bytes as a policy: reading is safe, and weighing a checkpoint by it as well. */
#include <assert.h>
#include <stdint.h>

#include "ledger/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char text[] = "vault.example/reserve-log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
		"\xE2\x80\x94 a Uw2QOkn8srV1yJGh2VYRlL1T\n";
	struct policy policy;
	struct policy_result result;
	struct note note;
	struct error error = { 0 };
	bool read = policy_parse((const char *)bytes, length, &policy, &error);
	assert(read || error.id != ERROR_NONE);
	if (read && note_parse(text, sizeof text - 1, &note, &error))
		(void)policy_check(&policy, &note, &result, &error);
	policy_clear(&policy);
	return 0;
}
