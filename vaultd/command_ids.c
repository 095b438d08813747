/* A ring of commands in order of time, and an open-addressing index of ring positions by id. */
#include "vaultd/command_ids.h"

#include <stdlib.h>
#include <string.h>

#include "vault/limits.h"

/* The youngest are kept whatever the clock says: the store may not have those of two batches yet. */
enum { RING_FIRST = 4096, UNSETTLED_MAX = 2 * BATCH_COMMANDS_MAX };

struct command_ids {
	struct batch_command *ring;
	uint64_t begin, end;     /* running numbers; position = number modulo capacity */
	uint64_t capacity;       /* a power of two */
	uint64_t *index;         /* running number + 1, 0 for empty; 2 x capacity places */
	int64_t forgotten;       /* time inside the youngest id that is in here no more */
};

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count, size);
	if (memory == NULL)
		abort();
	return memory;
}

struct command_ids *command_ids_new(int64_t from)
{
	struct command_ids *ids = allocate(1, sizeof *ids);
	ids->forgotten = from + COMMAND_ID_SKEW_MS; /* an id may be that far ahead of its use */
	ids->capacity = RING_FIRST;
	ids->ring = allocate(ids->capacity, sizeof *ids->ring);
	ids->index = allocate(ids->capacity * 2, sizeof *ids->index);
	return ids;
}

void command_ids_free(struct command_ids *ids)
{
	if (ids == NULL)
		return;
	free(ids->ring);
	free(ids->index);
	free(ids);
}

static const struct batch_command *at(const struct command_ids *ids, uint64_t number)
{
	return &ids->ring[number & (ids->capacity - 1)];
}

/* UUIDv7 ends in random bits. */
static uint64_t home_of(const struct command_ids *ids, const uint8_t id[16])
{
	uint64_t hash;
	memcpy(&hash, id + 8, sizeof hash);
	return (hash * 0x9E3779B97F4A7C15u >> 20) & (ids->capacity * 2 - 1);
}

static uint64_t place_of(const struct command_ids *ids, const uint8_t id[16])
{
	uint64_t mask = ids->capacity * 2 - 1, place = home_of(ids, id);
	while (ids->index[place] != 0 && memcmp(at(ids, ids->index[place] - 1)->id, id, 16) != 0)
		place = (place + 1) & mask;
	return place;
}

/* Closes the gap that a removal leaves, so that no tombstones are needed. */
static void forget_oldest(struct command_ids *ids)
{
	uint64_t mask = ids->capacity * 2 - 1;
	uint64_t hole = place_of(ids, at(ids, ids->begin)->id);
	ids->index[hole] = 0;
	for (uint64_t next = (hole + 1) & mask; ids->index[next] != 0; next = (next + 1) & mask) {
		uint64_t home = home_of(ids, at(ids, ids->index[next] - 1)->id);
		if (((next - home) & mask) >= ((next - hole) & mask)) {
			ids->index[hole] = ids->index[next];
			ids->index[next] = 0;
			hole = next;
		}
	}
	int64_t time_ms = command_id_time(at(ids, ids->begin)->id);
	if (time_ms > ids->forgotten)
		ids->forgotten = time_ms;
	ids->begin++;
}

static void grow(struct command_ids *ids)
{
	struct command_ids old = *ids;
	ids->capacity *= 2;
	ids->ring = allocate(ids->capacity, sizeof *ids->ring);
	ids->index = allocate(ids->capacity * 2, sizeof *ids->index);
	for (uint64_t number = old.begin; number < old.end; number++) {
		ids->ring[number & (ids->capacity - 1)] = *at(&old, number);
		ids->index[place_of(ids, at(&old, number)->id)] = number + 1;
	}
	free(old.ring);
	free(old.index);
}

void command_ids_put(struct command_ids *ids, const struct batch_command *command)
{
	while (ids->end - ids->begin >= COMMAND_IDS_MAX ||
	       (ids->end - ids->begin >= UNSETTLED_MAX &&
	       at(ids, ids->begin)->at < command->at - COMMAND_IDS_KEPT_MS))
		forget_oldest(ids);
	if (ids->end - ids->begin == ids->capacity)
		grow(ids);
	uint64_t place = place_of(ids, command->id);
	if (ids->index[place] != 0)
		return;
	ids->ring[ids->end & (ids->capacity - 1)] = *command;
	ids->index[place] = ++ids->end;
}

const struct batch_command *command_ids_find(const struct command_ids *ids, const uint8_t id[16])
{
	uint64_t place = place_of(ids, id);
	return ids->index[place] != 0 ? at(ids, ids->index[place] - 1) : NULL;
}

int64_t command_id_time(const uint8_t id[16])
{
	int64_t time_ms = 0;
	for (int i = 0; i < 6; i++)
		time_ms = time_ms << 8 | id[i];
	return time_ms;
}

int64_t command_ids_forgotten(const struct command_ids *ids)
{
	return ids->forgotten;
}
