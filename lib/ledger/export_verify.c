/*
 * Workers take bundles one after another, hash them and compare level 0; the calling thread takes
 * their results in order, builds the levels above and compares these. A ring of slots lies between:
 * a worker that is a ring ahead of the caller waits, so memory stays bounded. The caller is woken
 * for a window of several bundles, since a wake-up costs as much as hashing some thirty entries.
 *
 * A bundle is its number's slot's alone from the moment it is taken until it is merged; the lock
 * guards the counters and the flags only.
 */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/export.h"
#include "ledger/export_file.h"

enum {
	SLOTS = 16,
	WINDOW = 8,
	THREADS_MAX = 64,
	KEPT_MAX = 4 * 1024 * 1024, /* a slot's buffer that grew beyond this is given back */
	PROGRESS_BUNDLES = 64,
};

struct slot {
	bool done, failed;
	struct hash root;                /* of a full bundle */
	struct hash leaves[TILE_WIDTH];  /* of the last one, if partial */
	struct buffer bytes;             /* kept where entries are handed out */
	struct error error;
};

struct verifier {
	const struct export_check *check;
	int directory;
	struct checkpoint checkpoint;
	int64_t bundles, next, merged;
	int window_left; /* bundles from merged on that the caller still waits for */
	bool stop;
	int waiting;
	pthread_mutex_t lock;
	pthread_cond_t room, done;
	struct slot slots[SLOTS];
	/* the calling thread's alone */
	struct hasher *hasher;
	struct tile_builder upper; /* fed with the roots of full bundles: its level 0 is tile level 1 */
	struct buffer scratch;
};

struct worker {
	struct verifier *verifier;
	struct hasher *hasher;
	struct buffer bytes, scratch;
};

static int bundle_width(const struct verifier *verifier, int64_t number)
{
	int64_t left = verifier->checkpoint.size - number * TILE_WIDTH;
	return left < TILE_WIDTH ? (int)left : TILE_WIDTH;
}

/* The leaf hashes of a bundle that holds exactly width entries. */
static bool hash_bundle(struct hasher *hasher, const struct buffer *bundle, int64_t number,
	int width, struct hash *leaves, struct error *error)
{
	const uint8_t *bytes = (const uint8_t *)bundle->bytes, *entry;
	size_t at = 0, length;
	int count = 0;
	while (count < width && bundle_next(bytes, bundle->length, &at, &entry, &length))
		hasher_leaf(hasher, entry, length, &leaves[count++]);
	if (count == width && at == bundle->length)
		return true;
	char path[TILE_PATH_MAX];
	tile_path(path, TILE_ENTRIES, number, width);
	return error_set(error, ERROR_LEDGER, "entry", "%s does not hold exactly %d entries; it breaks "
		"at index %lld", path, width, (long long)(number * TILE_WIDTH + count));
}

/* Compares hashes with their tile's file, and says which leaves stand under the first bad one. */
static bool compare_tile(int directory, int level, int64_t number, int width,
	const struct hash *hashes, struct buffer *scratch, struct error *error)
{
	struct hash stored[TILE_WIDTH];
	if (!export_tile_read(directory, level, number, width, scratch, stored, error))
		return false;
	if (memcmp(stored, hashes, (size_t)width * HASH_SIZE) == 0)
		return true;
	int at = 0;
	while (hash_equal(&stored[at], &hashes[at]))
		at++;
	char path[TILE_PATH_MAX], bundle[TILE_PATH_MAX];
	int64_t index = (number * TILE_WIDTH + at) << (8 * level);
	tile_path(path, level, number, width);
	tile_path(bundle, TILE_ENTRIES, index / TILE_WIDTH, TILE_WIDTH);
	return level == 0
		? error_set(error, ERROR_LEDGER, "entry", "the entry at index %lld in %s does not match its "
			"hash in %s", (long long)index, bundle, path)
		: error_set(error, ERROR_LEDGER, "tile", "hash %d of %s is not that of the entries from "
			"index %lld on, from %s", at, path, (long long)index, bundle);
}

static bool work_on(struct worker *worker, int64_t number, struct slot *slot)
{
	struct verifier *verifier = worker->verifier;
	struct buffer *bytes = verifier->check->entry != NULL ? &slot->bytes : &worker->bytes;
	int width = bundle_width(verifier, number);
	slot->error.id = ERROR_NONE;
	if (!export_bundle_read(verifier->directory, number, width, bytes, &slot->error) ||
	    !hash_bundle(worker->hasher, bytes, number, width, slot->leaves, &slot->error) ||
	    !compare_tile(verifier->directory, 0, number, width, slot->leaves, &worker->scratch,
	    &slot->error))
		return false;
	if (width == TILE_WIDTH)
		tile_root(worker->hasher, slot->leaves, 8, &slot->root);
	return true;
}

/* Counts what is missing of the window that begins at merged. */
static void open_window(struct verifier *verifier)
{
	int64_t end = verifier->merged + WINDOW;
	verifier->window_left = 0;
	for (int64_t i = verifier->merged; i < end && i < verifier->bundles; i++)
		verifier->window_left += verifier->slots[i % SLOTS].done ? 0 : 1;
}

/* The next bundle's number, or -1 when there is none or the work is called off. */
static int64_t take_bundle(struct verifier *verifier)
{
	int64_t number = -1;
	pthread_mutex_lock(&verifier->lock);
	verifier->waiting++;
	while (!verifier->stop && verifier->next < verifier->bundles &&
	    verifier->next >= verifier->merged + SLOTS)
		pthread_cond_wait(&verifier->room, &verifier->lock);
	verifier->waiting--;
	if (!verifier->stop && verifier->next < verifier->bundles)
		number = verifier->next++;
	pthread_mutex_unlock(&verifier->lock);
	return number;
}

static void give_bundle(struct verifier *verifier, int64_t number, bool ok)
{
	struct slot *slot = &verifier->slots[number % SLOTS];
	pthread_mutex_lock(&verifier->lock);
	slot->failed = !ok;
	slot->done = true;
	if (number < verifier->merged + WINDOW && --verifier->window_left == 0)
		pthread_cond_signal(&verifier->done);
	pthread_mutex_unlock(&verifier->lock);
}

static void *work(void *context)
{
	struct worker worker = { .verifier = context, .hasher = hasher_new() };
	int64_t number;
	while ((number = take_bundle(worker.verifier)) >= 0) {
		struct slot *slot = &worker.verifier->slots[number % SLOTS];
		give_bundle(worker.verifier, number, work_on(&worker, number, slot));
	}
	hasher_free(worker.hasher);
	buffer_free(&worker.bytes);
	buffer_free(&worker.scratch);
	return NULL;
}

static bool compare_upper(void *context, int level, int64_t number,
	const struct hash hashes[TILE_WIDTH], struct error *error)
{
	struct verifier *verifier = context;
	return compare_tile(verifier->directory, level + 1, number, TILE_WIDTH, hashes,
		&verifier->scratch, error);
}

static bool hand_out(struct verifier *verifier, int64_t number, struct slot *slot,
	struct error *error)
{
	const uint8_t *entry;
	size_t at = 0, length;
	int64_t index = number * TILE_WIDTH;
	while (bundle_next((const uint8_t *)slot->bytes.bytes, slot->bytes.length, &at, &entry,
	    &length)) {
		if (!verifier->check->entry(verifier->check->context, index++, entry, length, error))
			return false;
	}
	if (slot->bytes.capacity > KEPT_MAX)
		buffer_free(&slot->bytes);
	return true;
}

/* The leaves of a partial bundle stay in their slot for the root. */
static bool merge_bundle(struct verifier *verifier, int64_t number, struct error *error)
{
	const struct export_check *check = verifier->check;
	struct slot *slot = &verifier->slots[number % SLOTS];
	if (slot->failed) {
		*error = slot->error;
		return false;
	}
	if (bundle_width(verifier, number) == TILE_WIDTH &&
	    !tile_builder_append(&verifier->upper, verifier->hasher, &slot->root, compare_upper,
	    verifier, error))
		return false;
	if (check->entry != NULL && !hand_out(verifier, number, slot, error))
		return false;
	if (check->progress != NULL && (number + 1) % PROGRESS_BUNDLES == 0)
		check->progress(check->context, (number + 1) * TILE_WIDTH, verifier->checkpoint.size);
	return true;
}

/* Waits for the next window and returns how many bundles it has. */
static int wait_for_window(struct verifier *verifier)
{
	int64_t left = verifier->bundles - verifier->merged;
	pthread_mutex_lock(&verifier->lock);
	while (verifier->window_left > 0)
		pthread_cond_wait(&verifier->done, &verifier->lock);
	pthread_mutex_unlock(&verifier->lock);
	return left < WINDOW ? (int)left : WINDOW;
}

/* Gives the slots back. Workers may have finished some of the next window by now. */
static void close_window(struct verifier *verifier, int count)
{
	pthread_mutex_lock(&verifier->lock);
	for (int i = 0; i < count; i++)
		verifier->slots[verifier->merged++ % SLOTS].done = false;
	open_window(verifier);
	if (verifier->waiting > 0)
		pthread_cond_broadcast(&verifier->room);
	pthread_mutex_unlock(&verifier->lock);
}

static bool merge_all(struct verifier *verifier, struct error *error)
{
	while (verifier->merged < verifier->bundles) {
		int count = wait_for_window(verifier);
		for (int i = 0; i < count; i++) {
			if (!merge_bundle(verifier, verifier->merged + i, error))
				return false;
		}
		close_window(verifier, count);
	}
	return true;
}

static void call_off(struct verifier *verifier)
{
	pthread_mutex_lock(&verifier->lock);
	verifier->stop = true;
	pthread_cond_broadcast(&verifier->room);
	pthread_mutex_unlock(&verifier->lock);
}

static int thread_count(const struct verifier *verifier)
{
	int64_t count = verifier->check->threads;
	if (count <= 0)
		count = sysconf(_SC_NPROCESSORS_ONLN);
	if (count > verifier->bundles)
		count = verifier->bundles;
	return count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : (int)count;
}

static bool run(struct verifier *verifier, struct error *error)
{
	pthread_t threads[THREADS_MAX];
	int wanted = thread_count(verifier), started = 0;
	while (started < wanted && pthread_create(&threads[started], NULL, work, verifier) == 0)
		started++;
	bool ok = started > 0 ? merge_all(verifier, error)
		: error_set(error, ERROR_STORE, "", "no thread could be started");
	call_off(verifier);
	for (int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	return ok;
}

/* Partial tiles above level 0, then the root out of both builders. */
static bool check_edge(struct verifier *verifier, struct error *error)
{
	int64_t size = verifier->checkpoint.size;
	for (int level = 1; level < TILE_LEVELS; level++) {
		int width = tile_width(level, size);
		if (width > 0 && !compare_tile(verifier->directory, level, size >> (8 * (level + 1)), width,
		    verifier->upper.edge[level - 1], &verifier->scratch, error))
			return false;
	}
	struct tree upper, tree;
	tree_init(&tree);
	tree.size = size;
	tile_builder_tree(&verifier->upper, verifier->hasher, &upper);
	memcpy(tree.frontier + 8, upper.frontier, sizeof tree.frontier - 8 * sizeof *tree.frontier);
	const struct hash *leaves = verifier->slots[size / TILE_WIDTH % SLOTS].leaves;
	int width = tile_width(0, size);
	for (int height = 0; height < 8; height++) {
		if ((width >> height & 1) != 0)
			tile_root(verifier->hasher, leaves + (width >> (height + 1) << (height + 1)), height,
				&tree.frontier[height]);
	}
	struct hash root;
	tree_root(&tree, verifier->hasher, &root);
	return hash_equal(&root, &verifier->checkpoint.root) || error_set(error, ERROR_LEDGER, "root",
		"the entries and tiles agree, but lead to another root than the checkpoint of size %lld "
		"signs", (long long)size);
}

static struct verifier *verifier_new(int directory, const struct export_check *check,
	const struct checkpoint *checkpoint)
{
	struct verifier *verifier = calloc(1, sizeof *verifier);
	if (verifier == NULL)
		abort();
	verifier->check = check;
	verifier->directory = directory;
	verifier->checkpoint = *checkpoint;
	verifier->bundles = (checkpoint->size + TILE_WIDTH - 1) / TILE_WIDTH;
	pthread_mutex_init(&verifier->lock, NULL);
	pthread_cond_init(&verifier->room, NULL);
	pthread_cond_init(&verifier->done, NULL);
	verifier->hasher = hasher_new();
	open_window(verifier);
	return verifier;
}

static void verifier_free(struct verifier *verifier)
{
	for (int i = 0; i < SLOTS; i++)
		buffer_free(&verifier->slots[i].bytes);
	pthread_cond_destroy(&verifier->room);
	pthread_cond_destroy(&verifier->done);
	pthread_mutex_destroy(&verifier->lock);
	hasher_free(verifier->hasher);
	buffer_free(&verifier->scratch);
	free(verifier);
}

static bool verify_entries(int directory, const struct export_check *check,
	const struct checkpoint *checkpoint, struct error *error)
{
	struct verifier *verifier = verifier_new(directory, check, checkpoint);
	bool ok = run(verifier, error) && check_edge(verifier, error);
	verifier_free(verifier);
	if (ok && check->progress != NULL)
		check->progress(check->context, checkpoint->size, checkpoint->size);
	return ok;
}

bool export_verify(const char *directory, const struct export_check *check,
	struct checkpoint *ret_checkpoint, struct error *error)
{
	int fd;
	struct checkpoint checkpoint;
	struct buffer note = { 0 };
	if (!export_directory_open(directory, &fd, error))
		return false;
	bool ok = export_checkpoint_read(fd, check->keys, check->key_count, &note, &checkpoint, NULL,
		error) && verify_entries(fd, check, &checkpoint, error);
	close(fd);
	buffer_free(&note);
	if (ok)
		*ret_checkpoint = checkpoint;
	return ok;
}
