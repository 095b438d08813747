/*
 * The texts of the published interfaces in include/vault, compiled in: vaultctl takes its
 * options, help and completion from them without asking anybody.
 */
#ifndef VAULTCTL_INTERFACES_H
#define VAULTCTL_INTERFACES_H

#include "base/embedded.h"

extern const struct embedded_text interface_texts[];
extern const size_t interface_texts_count;

/* etc/completion/vaultctl.bash, the only one. */
extern const struct embedded_text completion_script[];

#endif
