/* Key files are written whole before they have their name, so that a crash leaves none half made. */
#include "vaultd/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PEM_MAX = 8192 };

static bool load(int file, const char *path, struct signer **ret_signer, struct error *error)
{
	char pem[PEM_MAX];
	struct stat status;
	if (fstat(file, &status) != 0 || (status.st_mode & 077) != 0)
		return error_set(error, ERROR_CONFIG, path,
			"others can read the key file; make it 0600 and replace the key");
	ssize_t length = read(file, pem, sizeof pem);
	bool loaded = length > 0 &&
		signer_load_pem(pem, (size_t)length, NULL, NULL, ret_signer, error);
	key_cleanse(pem, sizeof pem);
	return loaded || error_set(error, ERROR_CONFIG, path, "the key file cannot be read");
}

static bool write_whole(const char *path, const struct buffer *pem)
{
	char temporary[PATH_MAX];
	if (snprintf(temporary, sizeof temporary, "%s.new", path) >= (int)sizeof temporary)
		return false;
	unlink(temporary);
	int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0)
		return false;
	bool written = write(file, pem->bytes, pem->length) == (ssize_t)pem->length &&
		fsync(file) == 0;
	return close(file) == 0 && written && rename(temporary, path) == 0;
}

bool keys_open(const char *path, struct signer **ret_signer, struct error *error)
{
	struct buffer pem = { 0 };
	struct signer *signer;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (file >= 0) {
		bool loaded = load(file, path, ret_signer, error);
		close(file);
		return loaded;
	}
	if (errno != ENOENT)
		return error_set(error, ERROR_CONFIG, path, "the key file cannot be opened: %s",
			strerror(errno));
	if (!signer_generate(&signer, error))
		return false;
	bool kept = signer_to_pem(signer, NULL, &pem, error) && (write_whole(path, &pem) ||
		error_set(error, ERROR_CONFIG, path, "the key file cannot be written: %s",
		strerror(errno)));
	key_cleanse_buffer(&pem);
	buffer_free(&pem);
	if (!kept) {
		signer_free(signer);
		return false;
	}
	*ret_signer = signer;
	return true;
}
