/* A reload of vaultd.conf while the reserve is open: who may act for whom may have changed. */
#ifndef RESERVE_CONFIGURATION_H
#define RESERVE_CONFIGURATION_H

#include "reserve/decide.h"

/* What vaultd itself submits, with no person behind it. */
struct configuration_reloaded {
	const char *file;
	uint8_t sha256[32];   /* of the file's bytes */
	int64_t users;        /* lines under [users] */
};

extern const struct event_type event_configuration_reloaded;
extern const struct command_type command_configuration_reload;

#endif
