/*
 * The checkpoints that this vaultd signs: never one before its size is committed, never one before the
 * file beside the database says so.
 */
#include "vaultd/checkpoints.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "reserve/founding.h"

static void checkpoint_path(const struct vaultd *vaultd, char path[PATH_MAX])
{
	if (snprintf(path, PATH_MAX, "%s/checkpoint", vaultd->config->data_dir) >= PATH_MAX)
		path[0] = '\0';
}

/* Kept in a file of its own, so that an older database is noticed at the next start. */
static bool keep_released(const struct vaultd *vaultd, const char *note)
{
	char path[PATH_MAX], temporary[PATH_MAX];
	checkpoint_path(vaultd, path);
	if (snprintf(temporary, sizeof temporary, "%s.new", path) >= (int)sizeof temporary)
		return false;
	int file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0)
		return false;
	size_t length = strlen(note);
	bool written = write(file, note, length) == (ssize_t)length && fdatasync(file) == 0;
	return close(file) == 0 && written && rename(temporary, path) == 0;
}

bool vaultd_checkpoint(struct vaultd *vaultd, struct error *error)
{
	const struct reserve *reserve = state_reserve(sequencer_state(vaultd->sequencer));
	struct kept_checkpoint *kept = &vaultd->checkpoint;
	if (reserve == NULL || vaultd->committed_size == 0)
		return error_set(error, ERROR_NOT_FOUNDED, "", "there is no ledger yet");
	if (kept->size == vaultd->committed_size)
		return true;
	struct checkpoint checkpoint = { .size = vaultd->committed_size,
		.root = vaultd->committed_root };
	struct buffer note = { 0 };
	text_copy(checkpoint.origin, sizeof checkpoint.origin, reserve->origin);
	checkpoint_append_text(&note, &checkpoint);
	bool made = note_sign(&note, note.length, reserve->origin, vaultd->log_signer, error) &&
		(note.length < sizeof kept->note ||
		error_set(error, ERROR_LIMIT, "", "a checkpoint is too long")) &&
		(keep_released(vaultd, buffer_text(&note)) ||
		error_set(error, ERROR_STORE, "checkpoint", "the checkpoint's file cannot be written"));
	if (made) {
		kept->size = vaultd->committed_size;
		kept->root = vaultd->committed_root;
		kept->at = vaultd_now(vaultd);
		text_copy(kept->note, sizeof kept->note, buffer_text(&note));
		vaultd->checkpoint_unkept = true;
	}
	buffer_free(&note);
	return made;
}

bool checkpoint_check_released(const struct vaultd *vaultd, const struct head *head,
	struct error *error)
{
	char path[PATH_MAX], note[2048];
	struct checkpoint checkpoint;
	struct hash root;
	struct error damaged = { 0 };
	checkpoint_path(vaultd, path);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = file >= 0 ? read(file, note, sizeof note) : -1;
	if (file >= 0)
		close(file);
	if (length <= 0 ||
	    !checkpoint_open(note, (size_t)length, NULL, 0, &checkpoint, &damaged))
		return true; /* nothing was released, or the file tells nothing */
	bool extends = head->size >= checkpoint.size &&
		(checkpoint.size == 0 || (store_root_at(vaultd->conninfo, checkpoint.size, &root, error) &&
		hash_equal(&root, &checkpoint.root)));
	if (extends)
		return true;
	error_set(error, ERROR_ROLLED_BACK, path, "the database's ledger of %lld entries does not "
		"extend the checkpoint of %lld that was released from here", (long long)head->size,
		(long long)checkpoint.size);
	return error_remedy(error, "an older or another database was restored: restore the right one, "
		"or let the auditors decide before the file is removed");
}
