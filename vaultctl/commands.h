/* The commands that are more than one row of the grammar and one method. Contract as in ctl.h. */
#ifndef VAULTCTL_COMMANDS_H
#define VAULTCTL_COMMANDS_H

#include "vaultctl/ctl.h"

int command_generic(struct ctl *ctl, int argc, char **argv); /* any row with a method */
int command_status(struct ctl *ctl, int argc, char **argv);
int command_start(struct ctl *ctl, int argc, char **argv);   /* no words at all */
int command_call(struct ctl *ctl, int argc, char **argv);
int command_sql(struct ctl *ctl, int argc, char **argv);
int command_help(struct ctl *ctl, int argc, char **argv);
int command_completion(struct ctl *ctl, int argc, char **argv);
int command_version(struct ctl *ctl, int argc, char **argv);
int command_key_rotate(struct ctl *ctl, int argc, char **argv);

/* Prints the reply of a method: of a write the receipt, and what was decided with it. */
void command_answer(struct ctl *ctl, const struct interface_member *method,
	const struct reply *reply);

#endif
