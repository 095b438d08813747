/* A stream of requests on a state of its own. */
#include "reserve/emergency/whatif.h"

static const struct field floor_fields[] = {
	F_INT(struct whatif_floor, available_after_g),
	F_INT(struct whatif_floor, available_before_g),
	F_TEXT(struct whatif_floor, commodity),
	F_INT(struct whatif_floor, days),
	F_BOOL(struct whatif_floor, extrapolated),
	F_TEXT(struct whatif_floor, floor),
	F_INT(struct whatif_floor, floor_g),
	F_TIME(struct whatif_floor, reached_at),
	F_TEXT(struct whatif_floor, request),
};
const struct descriptor whatif_floor_descriptor =
	DESCRIPTOR("whatif_floor", struct whatif_floor, floor_fields);

static const struct field cut_fields[] = {
	F_TIME(struct whatif_cut, at),
	F_INT(struct whatif_cut, awarded_g),
	F_TEXT(struct whatif_cut, commodity),
	F_INT(struct whatif_cut, line),
	F_INT(struct whatif_cut, mass_g),
	F_TEXT(struct whatif_cut, member),
	F_TEXT(struct whatif_cut, rule),
};
const struct descriptor whatif_cut_descriptor =
	DESCRIPTOR("whatif_cut", struct whatif_cut, cut_fields);

bool whatif_run(struct state *state, int64_t now, const char *actor,
	const struct whatif_request *requests, uint32_t count, struct arena *arena,
	struct whatif *ret_whatif, struct error *error)
{
	(void)state;
	(void)now;
	(void)actor;
	(void)requests;
	(void)count;
	(void)arena;
	(void)ret_whatif;
	return error_set(error, ERROR_INVALID, "requests", "not yet");
}
