/* Bounds of the buckets are fixed, as Prometheus wants them; the last bucket has none. */
#include "vaultd/metrics.h"

const uint64_t metrics_commit_bounds_us[METRICS_BUCKETS] = { 1000, 2500, 5000, 10000, 25000, 50000,
	100000, 250000, 500000, 1000000, 2500000, 10000000 };
const uint64_t metrics_command_bounds[METRICS_BUCKETS] = { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512,
	768, 1024 };

void metrics_add(struct metrics_histogram *histogram, const uint64_t bounds[METRICS_BUCKETS],
	uint64_t value)
{
	int bucket = 0;
	while (bucket < METRICS_BUCKETS && value > bounds[bucket])
		bucket++;
	histogram->counts[bucket]++;
	histogram->count++;
	histogram->sum += value;
}
