/*
 * What the daemon counts of itself for Prometheus: how long commits take and how large batches are. A
 * count costs an addition in the loop; nothing is locked, for the loop alone touches it.
 */
#ifndef VAULTD_METRICS_H
#define VAULTD_METRICS_H

#include <stdint.h>

#include "base/buffer.h"

enum { METRICS_BUCKETS = 12 };

/* Values by upper bounds, the last bucket without one. */
struct metrics_histogram {
	uint64_t counts[METRICS_BUCKETS + 1];
	uint64_t count, sum;
};

struct metrics {
	struct metrics_histogram commit_us;   /* from handing a batch over to its end */
	struct metrics_histogram commands;    /* of a batch */
	uint64_t commits_refused, commits_lost;
	int64_t started_at;                   /* ms UTC */
	int64_t handed_over_us;               /* CLOCK_MONOTONIC, of what the writer has */
};

extern const uint64_t metrics_commit_bounds_us[METRICS_BUCKETS], metrics_command_bounds[METRICS_BUCKETS];

void metrics_add(struct metrics_histogram *histogram, const uint64_t bounds[METRICS_BUCKETS],
	uint64_t value);

#endif
