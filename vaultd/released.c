/* One small file, replaced whole. */
#include "vaultd/released.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void released_path(const struct config *config, char path[PATH_MAX])
{
	if (snprintf(path, PATH_MAX, "%s/checkpoint", config->data_dir) >= PATH_MAX)
		path[0] = '\0';
}

bool released_keep(const struct config *config, const char *note)
{
	char path[PATH_MAX], temporary[PATH_MAX];
	released_path(config, path);
	if (snprintf(temporary, sizeof temporary, "%s.new", path) >= (int)sizeof temporary)
		return false;
	int file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0)
		return false;
	size_t length = strlen(note);
	bool written = write(file, note, length) == (ssize_t)length && fdatasync(file) == 0;
	return close(file) == 0 && written && rename(temporary, path) == 0;
}

bool released_read(const struct config *config, struct checkpoint *ret_checkpoint)
{
	char path[PATH_MAX], note[2048];
	struct error damaged = { 0 };
	released_path(config, path);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = file >= 0 ? read(file, note, sizeof note) : -1;
	if (file >= 0)
		close(file);
	return length > 0 &&
		checkpoint_open(note, (size_t)length, NULL, 0, ret_checkpoint, &damaged);
}

bool released_refuse(const struct config *config, const struct checkpoint *released,
	const char *what, int64_t size, struct error *error)
{
	char path[PATH_MAX];
	released_path(config, path);
	error_set(error, ERROR_ROLLED_BACK, path, "%s of %lld entries does not extend the checkpoint "
		"of %lld that was released from here", what, (long long)size, (long long)released->size);
	return error_remedy(error, "an older or another database was restored: restore the right one, or "
		"an empty one from the newest export with --restore-from, or let the auditors decide before "
		"the file is removed");
}
