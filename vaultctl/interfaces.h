/*
 * The texts of the published interfaces in include/vault, compiled in: vaultctl takes its
 * options, help and completion from them without asking anybody. embed.cmake writes the
 * definitions.
 */
#ifndef VAULTCTL_INTERFACES_H
#define VAULTCTL_INTERFACES_H

#include <stddef.h>

struct interface_text {
	const char *name;
	const char *text;
	size_t length;
};

/* etc/completion/vaultctl.bash */
extern const struct interface_text completion_script;

extern const struct interface_text interface_texts[];
extern const size_t interface_text_count;

#endif
