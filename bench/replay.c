/*
 * vault-bench-replay: how fast one core makes an exported ledger into a state again. Entries are read into
 * memory a part at a time, and only what happens to them there counts: reading their bytes, and applying.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "audit/replay.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "bench/drive.h"
#include "ledger/export.h"

enum { PART = 4096 };

struct part {
	struct buffer bytes;
	size_t ends[PART];
	int count;
};

/* Of this process, its only thread. */
static int64_t processor_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool load(struct export_reader *reader, int64_t from, struct part *part, struct error *error)
{
	int64_t size = export_reader_checkpoint(reader)->size;
	buffer_clear(&part->bytes);
	for (part->count = 0; part->count < PART && from + part->count < size; part->count++) {
		const uint8_t *bytes;
		size_t length;
		if (!export_reader_entry(reader, from + part->count, &bytes, &length, error))
			return false;
		buffer_append(&part->bytes, bytes, length);
		part->ends[part->count] = part->bytes.length;
	}
	return true;
}

static bool apply(struct replay *replay, const struct part *part, struct error *error)
{
	size_t at = 0;
	for (int i = 0; i < part->count; i++) {
		if (!replay_entry(replay, part->bytes.bytes + at, part->ends[i] - at, error))
			return false;
		at = part->ends[i];
	}
	return true;
}

static bool run(const char *directory, bool keep_closed, struct error *error)
{
	struct export_reader *reader;
	struct part part = { 0 };
	struct rusage usage;
	int64_t took_ns = 0, worked_ns = 0;
	if (!export_reader_open(directory, NULL, 0, &reader, error))
		return false;
	struct replay *replay = replay_new(keep_closed, NULL, NULL, NULL);
	int64_t size = export_reader_checkpoint(reader)->size;
	bool good = true;
	while (good && replay_size(replay) < size) {
		good = load(reader, replay_size(replay), &part, error);
		int64_t began_ns = drive_now_ns(), work_ns = processor_ns();
		good = good && apply(replay, &part, error);
		took_ns += drive_now_ns() - began_ns;
		worked_ns += processor_ns() - work_ns;
	}
	getrusage(RUSAGE_SELF, &usage);
	if (good)
		printf("entries %lld\nus %lld\nprocessor-us %lld\nresident-kib %ld\n", (long long)size,
			(long long)took_ns / 1000, (long long)worked_ns / 1000, usage.ru_maxrss);
	replay_free(replay);
	export_reader_close(reader);
	buffer_free(&part.bytes);
	return good;
}

int main(int argc, char **argv)
{
	struct error error = { 0 };
	bool closed = argc == 3 && text_equal(argv[1], "--closed");
	if (argc != (closed ? 3 : 2)) {
		fputs("usage: vault-bench-replay [--closed] DIR\n"
			"  replays the exported ledger in the folder DIR, unverified; with --closed what ended\n"
			"  stays in the state. Prints entries, microseconds by the wall and of the\n"
			"  processor, and the most memory held, in KiB\n",
			stderr);
		return 2;
	}
	if (run(argv[argc - 1], closed, &error))
		return 0;
	fprintf(stderr, "vault-bench-replay: %s\n", error.message);
	return error_info(error.id)->exit_status;
}
