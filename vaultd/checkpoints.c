/*
 * The checkpoints that this vaultd signs: never one before its size is committed, never one before the
 * file beside the database says so.
 */
#include "vaultd/checkpoints.h"

#include "base/text.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "reserve/founding.h"
#include "vaultd/released.h"

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
		(released_keep(vaultd->config, buffer_text(&note)) ||
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
	struct checkpoint released;
	struct hash root;
	if (!released_read(vaultd->config, &released))
		return true;
	bool extends = head->size >= released.size &&
		(released.size == 0 || (store_root_at(vaultd->conninfo, released.size, &root, error) &&
		hash_equal(&root, &released.root)));
	return extends || released_refuse(vaultd->config, &released, "the database's ledger", head->size,
		error);
}
