/*
 * Command ids: UUIDv7 of RFC 9562, section 5.7, from the clock and a generator of its own, because
 * a load generator needs tens of thousands a second and no secrecy.
 */
#ifndef BENCH_COMMAND_ID_H
#define BENCH_COMMAND_ID_H

#include <stdint.h>

#define COMMAND_ID_SIZE 16

/* SplitMix64 (Steele, Lea, Flood 2014). Seeded from the kernel, so that two runs never agree. */
struct random {
	uint64_t state;
};

void random_seed(struct random *random);
uint64_t random_next(struct random *random);

/* Uniform enough for a choice: 0 to below - 1. */
uint32_t random_below(struct random *random, uint32_t below);

/* Of a time, ms UTC; and of now. */
void command_id_at(struct random *random, int64_t at, uint8_t ret_id[COMMAND_ID_SIZE]);
void command_id_make(struct random *random, uint8_t ret_id[COMMAND_ID_SIZE]);

#endif
