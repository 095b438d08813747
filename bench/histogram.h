/*
 * Durations counted in buckets that are less than 1% wide, so that a median and a 99th percentile
 * cost no list of samples.
 */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_FINE_BITS 7 /* 128 buckets an octave */
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_FINE_BITS + 1) << HISTOGRAM_FINE_BITS)

/* A zeroed struct is empty. */
struct histogram {
	uint64_t count;
	int64_t max_ns;
	uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, int64_t took_ns);

/* The middle of the bucket in which that share, in per mille, of all durations ends; 0 if empty. */
int64_t histogram_ns(const struct histogram *histogram, unsigned per_mille);

#endif
