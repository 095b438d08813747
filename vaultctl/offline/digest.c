/* The digest takes rows sorted by key, so that it does not depend on how they are kept. */
#include "vaultctl/offline/digest.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/json.h"

static int compare_keys(const void *a, const void *b)
{
	const struct row *const *one = a, *const *other = b;
	int order = strcmp(row_key(*one), row_key(*other));
	if (order != 0)
		return order;
	/* codes are unique among live rows alone: of the same key the older first */
	return (*one)->slot < (*other)->slot ? -1 : (*one)->slot > (*other)->slot;
}

/* The rows of a table, sorted; the array is the caller's. */
static const struct row **sorted_rows(const struct state *state, enum table_id table,
	size_t *ret_count)
{
	size_t count = 0, capacity = state_count(state, table) + 1;
	const struct row **rows = calloc(capacity, sizeof(struct row *));
	if (rows == NULL)
		abort();
	const struct row *row = NULL;
	while ((row = state_next(state, table, row)) != NULL) {
		if (count == capacity) {
			capacity *= 2;
			rows = reallocarray(rows, capacity, sizeof(struct row *));
			if (rows == NULL)
				abort();
		}
		rows[count++] = row;
	}
	qsort(rows, count, sizeof(struct row *), compare_keys);
	*ret_count = count;
	return rows;
}

/* Rows are hashed one by one, the digests then together: memory stays that of one row. */
static void add_row(struct buffer *digests, struct buffer *line, const struct table_info *info,
	const struct row *row)
{
	struct json json;
	struct hash hash;
	buffer_clear(line);
	buffer_append_text(line, info->name);
	buffer_append_byte(line, ' ');
	json_begin(&json, line, false);
	json_record(&json, info->descriptor, row);
	hash_sha256(line->bytes, line->length, &hash);
	buffer_append(digests, hash.bytes, sizeof hash.bytes);
}

void offline_state_digest(const struct state *state, struct hash *ret_digest)
{
	struct buffer digests = { 0 }, line = { 0 };
	for (int table = 0; table < TABLE_COUNT; table++) {
		size_t count;
		const struct row **rows = sorted_rows(state, (enum table_id)table, &count);
		for (size_t i = 0; i < count; i++)
			add_row(&digests, &line, table_info((enum table_id)table), rows[i]);
		free(rows);
	}
	hash_sha256(digests.bytes, digests.length, ret_digest);
	buffer_free(&digests);
	buffer_free(&line);
}
