/*
 * Evidence that was found later: the SHA-256 of a file that shows what an earlier entry says. The
 * entry stays as it is; the audit's evidence-missing counts it as shown from then on.
 */
#ifndef RESERVE_EVIDENCE_ATTACHMENT_H
#define RESERVE_EVIDENCE_ATTACHMENT_H

#include "reserve/decide.h"

extern const struct event_type event_evidence_attached;
extern const struct command_type command_evidence_attach;

#endif
