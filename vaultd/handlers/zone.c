/* The room Zone: members shown one by one. */
#include "vaultd/handlers/rows.h"

bool zone_get_member(struct asked *asked, struct buffer *out, struct error *error)
{
	return show_row(asked, TABLE_MEMBER, "code", "member", out, error);
}
