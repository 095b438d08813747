/*
 * The texts in which vaultctl answers a person, apart from where they are printed: tests read
 * them.
 */
#ifndef VAULTCTL_ANSWER_H
#define VAULTCTL_ANSWER_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "vaultctl/ctl.h"
#include "wire/value.h"

/*
 * A refusal: what, the figures as limit, asked and difference in one unit and so many decimals that
 * they add up, the other limits, where it is recorded, and the command that would pass.
 * parameters: of the error org.projectvault.Refused.
 */
void answer_refusal(const struct ctl *ctl, const struct value *parameters, struct buffer *to);

/* Any error as ctl_fail prints it. */
void answer_error(const struct ctl *ctl, const struct error *error, struct buffer *to);

/* "lot.weighed GA-0042   ledger index 48211"; on a dry run what would happen. */
void answer_receipt(const struct value *receipt, struct buffer *to);

#endif
