/*
 * When metal is to come back in parts: dates in ascending order, each with the grams that are to
 * be back before it beside those of the dates before. A premium in kind falls due with the last.
 *
 * A list of none stands for one date and all of it. Grams that are back meet the earliest part
 * first. Parts that were agreed when some of the metal was back already are those of the rest: so
 * what must be back by a moment is the principal less the parts that are due later.
 *
 * Masses are contained grams of what comes back. A due moment is one before which it must be back.
 */
#ifndef RESERVE_ZONE_INSTALMENT_H
#define RESERVE_ZONE_INSTALMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/descriptor.h"
#include "base/error.h"
#include "reserve/document.h"

struct instalment {
	int64_t due_at;
	int64_t mass_g;
};

/* As it is kept, and as it is given. */
extern const struct descriptor instalment_descriptor, instalment_params;

/*
 * Whether given dates and masses are a schedule for sum_g: 2 to EXCHANGE_INSTALMENTS_MAX parts, to
 * come, ascending, and together that mass. what: "what is to come back", for the sentence.
 */
bool instalments_check(const struct list *instalments, int64_t sum_g, int64_t now,
	const char *what, struct error *error);

/* The grams of the parts that are due later than a moment. */
int64_t instalments_after_g(const struct list *instalments, int64_t at);

/* The last date of one or more parts. */
int64_t instalments_last(const struct list *instalments);

/* A copy in the arena that is trimmed to sum_g. */
struct arena;
bool instalments_for(const struct list *instalments, int64_t sum_g, struct arena *arena,
	struct list *ret_instalments, struct error *error);

/* Lessens the last parts, down to none, until all are sum_g; they are no less than that. */
void instalments_trim(struct list *instalments, int64_t sum_g);

/* A copy that a row owns (malloc), or an empty list of none; aborts without memory. */
struct list instalments_kept(const struct list *instalments);

/* One line "NAME 2027-03-01T00:00:00Z 4000000 g" a part. */
void instalments_write(struct document_draft *draft, const char *name,
	const struct list *instalments);

#endif
