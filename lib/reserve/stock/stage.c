/* A walk over a short table: it is asked when a commodity is made, and not oftener. */
#include "reserve/stock/stage.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"

static const struct { const char *form; enum stage stage; int64_t version; } stages[] = {
#define STAGE(f, s, v) { f, s, v },
#include "reserve/stock/stages.def"
#undef STAGE
};

static enum stage find(const char *form, int64_t *ret_version)
{
	for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
		if (!text_equal(stages[i].form, form))
			continue;
		if (ret_version != NULL)
			*ret_version = stages[i].version;
		return stages[i].stage;
	}
	return STAGE_NONE;
}

enum stage stage_of_form(const char *form, int64_t *ret_version)
{
	enum stage stage = find(form, ret_version);
	const char *last = strrchr(form, ' ');
	return stage == STAGE_NONE && last != NULL ? find(last + 1, ret_version) : stage;
}
