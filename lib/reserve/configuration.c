/* The entry alone matters: nothing in the state follows from it. */
#include "reserve/configuration.h"

static const struct field fields[] = {
	F_STRING(struct configuration_reloaded, file),
	F_BYTES(struct configuration_reloaded, sha256),
	F_INT(struct configuration_reloaded, users),
};
static const struct descriptor reloaded =
	DESCRIPTOR("configuration.reloaded", struct configuration_reloaded, fields);

static bool decide_reload(const struct context *context, const void *params,
	struct decision *decision, struct error *error)
{
	(void)context;
	(void)error;
	decision->id = "vaultd.conf";
	return decision_add(decision, &event_configuration_reloaded, params);
}

static void apply_reloaded(struct state *state, const struct applied *applied, const void *body)
{
	(void)state;
	(void)applied;
	(void)body;
}

const struct event_type event_configuration_reloaded = { "configuration.reloaded", &reloaded,
	apply_reloaded };
const struct command_type command_configuration_reload = { "configuration.reload", &reloaded, 0,
	decide_reload, NULL };
