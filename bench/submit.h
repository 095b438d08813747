/*
 * Requests for metal as bytes: which member asks for which commodity at which grade, the message
 * that says it, and what the reply to it says. The reply is recognised by its first bytes.
 */
#ifndef BENCH_SUBMIT_H
#define BENCH_SUBMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "bench/command_id.h"
#include "bench/names.h"
#include "vault/limits.h"

enum { SUBMIT_CODES_MAX = 256 };

/* What all requests share, and what they are drawn from. */
struct submit_plan {
	char members[SUBMIT_CODES_MAX][CODE_MAX], commodities[SUBMIT_CODES_MAX][CODE_MAX];
	uint32_t member_count, commodity_count;
	int64_t mass_g;
	int64_t grade_low_ppm, grade_high_ppm; /* the minimum grade is drawn from low to high */
	char person[CODE_MAX];                 /* who records them */
	struct buffer middle;                  /* made by submit_plan_ready */
	struct random random;
};

/* One request. */
struct submit_call {
	uint8_t command[COMMAND_ID_SIZE];
	uint32_t grade_ppm;
	uint16_t member, commodity;
};

enum submit_outcome {
	SUBMIT_ALLOCATED,
	SUBMIT_REFUSED, /* by a rule, which is a decision like any other */
	SUBMIT_AGAIN,   /* an error after which the same command may be sent again */
	SUBMIT_ERROR,
};

/* A code of a list joined by commas, each; false where one is no code or there are too many. */
bool submit_codes(const char *list, char codes[SUBMIT_CODES_MAX][CODE_MAX], uint32_t *ret_count);

/* Seeds the generator and makes the part of the message that never changes. */
void submit_plan_ready(struct submit_plan *plan);

void submit_draw(struct submit_plan *plan, struct submit_call *call);

/* Appends the whole message with its NUL; the same bytes for the same call. */
void submit_write(const struct submit_plan *plan, const struct submit_call *call,
	struct buffer *out);

enum submit_outcome submit_outcome(const char *reply, size_t length);

/* Appends "COMMAND REQUEST INDEX OUTCOME\n"; false where the reply names no request or index. */
bool submit_proof(const struct submit_call *call, const char *reply, size_t length,
	struct buffer *out);

#endif
