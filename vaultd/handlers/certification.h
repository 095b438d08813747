/*
 * org.varlink.certification: what a foreign client tests a varlink server with. For a test build of
 * the daemon only.
 */
#ifndef VAULTD_HANDLERS_CERTIFICATION_H
#define VAULTD_HANDLERS_CERTIFICATION_H

#include "vaultd/registry.h"

struct certification;

struct certification *certification_new(void);
void certification_free(struct certification *certification);

/* Adds the methods; the interface itself must be there. */
bool certification_register(struct registry *registry, struct error *error);

/* Answers any of these methods at once. As server_dispatch, with no batch to wait for. */
enum call_outcome certification_answer(struct certification *certification,
	const struct invocation *invocation, struct buffer *out);

#endif
