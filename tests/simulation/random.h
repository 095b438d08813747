/* One stream of numbers a seed decides: xorshift64*, so that a failing seed replays exactly. */
#ifndef SIMULATION_RANDOM_H
#define SIMULATION_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

static inline struct random random_from(uint64_t seed)
{
	return (struct random){ seed * 0x9E3779B97F4A7C15u + 0x1234567890ABCDEFu };
}

static inline uint64_t random_next(struct random *random)
{
	random->state ^= random->state >> 12;
	random->state ^= random->state << 25;
	random->state ^= random->state >> 27;
	return random->state * 0x2545F4914F6CDD1Du;
}

/* 0 up to, and without, bound > 0. */
static inline int64_t random_below(struct random *random, int64_t bound)
{
	return (int64_t)((random_next(random) >> 11) % (uint64_t)bound);
}

static inline bool random_chance(struct random *random, int percent)
{
	return random_below(random, 100) < percent;
}

#endif
