/* Each question twice: as a call to vaultd, and from the tiles of an export. */
#include "vaultctl/ledger_source.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "vaultctl/offline/verify.h"

bool ledger_source_open(struct ledger_source *source, struct ctl *ctl, const char *directory,
	struct error *error)
{
	*source = (struct ledger_source){ .ctl = ctl, .directory = directory };
	return directory == NULL || export_reader_open(directory, NULL, 0, &source->reader, error);
}

void ledger_source_close(struct ledger_source *source)
{
	export_reader_close(source->reader);
	source->reader = NULL;
}

bool ledger_source_checkpoint(struct ledger_source *source, const char *witness,
	int64_t cosigned_size, struct buffer *out, struct error *error)
{
	struct buffer params = { 0 };
	struct json json;
	struct reply reply;
	if (source->reader != NULL) {
		size_t length;
		const char *note = export_reader_note(source->reader, &length);
		buffer_append(out, note, length);
		return true;
	}
	json_begin(&json, &params, false);
	json_open_object(&json);
	if (witness != NULL) {
		json_key(&json, "witness");
		json_text(&json, witness);
		json_key(&json, "cosigned_size");
		json_int(&json, cosigned_size);
	}
	json_close_object(&json);
	bool good = ctl_call(source->ctl, "Evidence.GetCheckpoint", buffer_text(&params), &reply, error);
	buffer_free(&params);
	if (!good)
		return false;
	buffer_append_text(out,
		value_get_text(value_get(reply.parameters, "checkpoint"), "note", ""));
	reply_free(&reply);
	return true;
}

bool ledger_source_log_key(struct ledger_source *source, const char *origin,
	struct verifier_key *ret_key, struct error *error)
{
	struct buffer params = { 0 };
	struct json json;
	struct reply reply;
	if (source->directory != NULL)
		return offline_log_key(source->directory, ret_key, error);
	json_begin(&json, &params, false);
	json_open_object(&json);
	json_key(&json, "origin");
	json_text(&json, origin);
	json_close_object(&json);
	bool good = ctl_call(source->ctl, "Evidence.Keys", buffer_text(&params), &reply, error);
	buffer_free(&params);
	if (!good)
		return false;
	good = verifier_key_parse(value_get_text(reply.parameters, "log", ""), ret_key, error);
	reply_free(&reply);
	return good;
}

/* ---- consistency ---- */

/* That what the tiles say of a size leads to the root that was signed: they may be damaged. */
static bool leads_on(struct export_reader *reader, int64_t size, const struct hash *root,
	struct error *error)
{
	const struct checkpoint *checkpoint = export_reader_checkpoint(reader);
	struct hasher *hasher;
	struct tree_path path;
	if (!export_reader_consistency(reader, size, checkpoint->size, &path, error))
		return false;
	hasher = hasher_new();
	bool holds = tree_verify_consistency(hasher, size, checkpoint->size, root, &checkpoint->root,
		path.hashes, path.length);
	hasher_free(hasher);
	if (holds)
		return true;
	error_set(error, ERROR_LEDGER, "", "the export is damaged: its tiles do not lead from %lld entries to "
		"the root of its checkpoint", (long long)size);
	return error_remedy(error, "vaultctl ledger verify DIR names the file at fault");
}

static bool from_export(struct ledger_source *source, int64_t old_size, int64_t new_size,
	struct ledger_consistency *ret, struct error *error)
{
	int64_t size = export_reader_checkpoint(source->reader)->size;
	if (new_size < 0)
		new_size = size;
	if (old_size < 0 || old_size > new_size || new_size > size)
		return error_set(error, ERROR_INVALID, "", "sizes go from 0 up to %lld, which is how many "
			"entries the export has, the smaller first", (long long)size);
	if (!export_reader_consistency(source->reader, old_size, new_size, &ret->path, error) ||
	    !export_reader_root(source->reader, old_size, &ret->old_root, error) ||
	    !export_reader_root(source->reader, new_size, &ret->new_root, error) ||
	    !leads_on(source->reader, old_size, &ret->old_root, error) ||
	    !leads_on(source->reader, new_size, &ret->new_root, error))
		return false;
	ret->old_size = old_size;
	ret->new_size = new_size;
	return new_size != size ||
		ledger_source_checkpoint(source, NULL, 0, &ret->checkpoint, error);
}

static bool take_hash(const char *base64, struct hash *ret_hash)
{
	struct buffer bytes = { 0 };
	bool good = base64_decode(base64, strlen(base64), &bytes) && bytes.length == HASH_SIZE;
	if (good)
		memcpy(ret_hash->bytes, bytes.bytes, HASH_SIZE);
	buffer_free(&bytes);
	return good;
}

static bool take_answer(const struct value *answer, struct ledger_consistency *ret)
{
	const struct value *path = value_get(answer, "path");
	bool good = value_count(path) <= TREE_PATH_MAX &&
		take_hash(value_get_text(answer, "old_root", ""), &ret->old_root) &&
		take_hash(value_get_text(answer, "new_root", ""), &ret->new_root);
	for (size_t i = 0; good && i < value_count(path); i++)
		good = take_hash(value_text(value_at(path, i), ""), &ret->path.hashes[ret->path.length++]);
	ret->old_size = value_get_int(answer, "old_size", -1);
	ret->new_size = value_get_int(answer, "new_size", -1);
	buffer_append_text(&ret->checkpoint, value_get_text(answer, "checkpoint", ""));
	return good;
}

bool ledger_source_consistency(struct ledger_source *source, int64_t old_size, int64_t new_size,
	struct ledger_consistency *ret_consistency, struct error *error)
{
	char params[96];
	struct reply reply;
	*ret_consistency = (struct ledger_consistency){ 0 };
	if (source->reader != NULL)
		return from_export(source, old_size, new_size, ret_consistency, error);
	int length = snprintf(params, sizeof params, "{\"old_size\":%lld", (long long)old_size);
	if (new_size >= 0)
		length += snprintf(params + length, sizeof params - (size_t)length, ",\"new_size\":%lld",
			(long long)new_size);
	snprintf(params + length, sizeof params - (size_t)length, "}");
	if (!ctl_call(source->ctl, "Evidence.ProveConsistency", params, &reply, error))
		return false;
	bool good = take_answer(reply.parameters, ret_consistency) || error_set(error, ERROR_LEDGER, "",
		"vaultd's proof is not of hashes");
	reply_free(&reply);
	return good;
}
