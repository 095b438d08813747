/* The clock and the generator behind command ids. */
#include "bench/command_id.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

void random_seed(struct random *random)
{
	if (getrandom(&random->state, sizeof random->state, 0) != (ssize_t)sizeof random->state)
		abort();
}

uint64_t random_next(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15U;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

uint32_t random_below(struct random *random, uint32_t below)
{
	return (uint32_t)(((random_next(random) >> 32) * below) >> 32);
}

void command_id_at(struct random *random, int64_t at, uint8_t ret_id[COMMAND_ID_SIZE])
{
	uint64_t high = random_next(random), low = random_next(random);
	for (int i = 0; i < 6; i++)
		ret_id[i] = (uint8_t)((uint64_t)at >> (40 - 8 * i));
	ret_id[6] = (uint8_t)(0x70 | (high & 0x0f));
	ret_id[7] = (uint8_t)(high >> 8);
	ret_id[8] = (uint8_t)(0x80 | (low & 0x3f));
	for (int i = 9; i < COMMAND_ID_SIZE; i++)
		ret_id[i] = (uint8_t)(low >> (8 * (i - 8)));
}

void command_id_make(struct random *random, uint8_t ret_id[COMMAND_ID_SIZE])
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	command_id_at(random, (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000, ret_id);
}
