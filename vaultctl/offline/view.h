/*
 * What vaultd would answer, from an exported ledger: verified whole, its state made again up to a moment,
 * and rendered by the same views. No daemon and no database.
 */
#ifndef VAULTCTL_OFFLINE_VIEW_H
#define VAULTCTL_OFFLINE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "reserve/state.h"
#include "vaultctl/offline/verify.h"
#include "wire/interface.h"
#include "wire/value.h"

struct offline_view;

/* Whether a ledger alone can answer a method ("Stock.ListLots"). */
bool offline_answers(const char *method);

/*
 * Verifies as offline_verify does (check's each is not used) and keeps the state as of an index (ABSENT:
 * none) or a time ("": none; RFC 3339, or a date alone, which is its end); both absent: the export's end.
 * now_ms: the wall clock, that no moment asked for may be ahead of. Apply asserts what decide has checked: a
 * ledger signed by its own log key that decide did not make ends the process, as SIGABRT.
 */
bool offline_view_open(const char *directory, const struct offline_check *check, int64_t index,
	const char *at, int64_t now_ms, struct offline_view **ret_view, struct error *error);
void offline_view_close(struct offline_view *view);

/* The last entry that counts, what "now" is, and what was verified. */
int64_t offline_view_index(const struct offline_view *view);
int64_t offline_view_at(const struct offline_view *view);
const struct offline_result *offline_view_result(const struct offline_view *view);
const struct state *offline_view_state(const struct offline_view *view);

/* Appends the reply's bytes. input: the method's, by which the parameters are checked. */
bool offline_view_answer(struct offline_view *view, const char *method, const struct type *input,
	const char *params_json, struct buffer *out, struct error *error);

#endif
