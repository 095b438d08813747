/* Buckets: below 128 ns one a nanosecond, then 128 an octave, found by the highest bit. */
#include "bench/histogram.h"

enum { FINE = 1 << HISTOGRAM_FINE_BITS };

static unsigned bucket_of(uint64_t value)
{
	if (value < FINE)
		return (unsigned)value;
	unsigned shift = 63U - (unsigned)__builtin_clzll(value) - HISTOGRAM_FINE_BITS;
	return ((shift + 1) << HISTOGRAM_FINE_BITS) + (unsigned)((value >> shift) & (FINE - 1));
}

static int64_t bucket_middle(unsigned bucket)
{
	if (bucket < FINE)
		return (int64_t)bucket;
	unsigned shift = (bucket >> HISTOGRAM_FINE_BITS) - 1;
	uint64_t first = (uint64_t)(FINE + (bucket & (FINE - 1))) << shift;
	return (int64_t)(first + ((uint64_t)1 << shift) / 2);
}

void histogram_add(struct histogram *histogram, int64_t took_ns)
{
	uint64_t value = took_ns < 0 ? 0 : (uint64_t)took_ns;
	histogram->buckets[bucket_of(value)]++;
	histogram->count++;
	if (took_ns > histogram->max_ns)
		histogram->max_ns = took_ns;
}

int64_t histogram_ns(const struct histogram *histogram, unsigned per_mille)
{
	uint64_t wanted = (histogram->count * per_mille + 999) / 1000, seen = 0;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS && histogram->count > 0; i++) {
		seen += histogram->buckets[i];
		if (seen >= wanted && seen > 0)
			return bucket_middle(i);
	}
	return 0;
}
