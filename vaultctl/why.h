/*
 * Why a request was decided as it was, in words: asked of vaultd, or read from an exported ledger.
 */
#ifndef VAULTCTL_WHY_H
#define VAULTCTL_WHY_H

#include "base/buffer.h"
#include "vaultctl/ctl.h"
#include "wire/value.h"

/*
 * What became of it, each rule in its order with its limit and figures, the one that binds marked,
 * the most that could be had, the earliest day for all of it, and where it is recorded. All masses
 * in one unit, exactly. decision: Decision of the interface Emergency.
 */
void why_render(const struct value *decision, struct buffer *to);

/* "awarded 372.3 kg of 600.0 kg: GA-0001 200.0 kg, …", or that it waits for a round: one line. */
void why_summary(const struct value *decision, struct buffer *to);

int why_run(struct ctl *ctl, int argc, char **argv); /* REQUEST, --ledger DIR --key KEY */

#endif
