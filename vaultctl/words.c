/* Arguments of special commands, and files named on the command line. */
#include "vaultctl/ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "vaultctl/grammar.h"

static void take_out(int *argc, char **argv, int at, int count)
{
	for (int i = at; i + count <= *argc; i++) /* the NULL behind moves along */
		argv[i] = argv[i + count];
	*argc -= count;
}

bool ctl_take_option(int *argc, char **argv, const char *name, const char **ret_value,
	struct error *error)
{
	size_t length = strlen(name);
	bool taken = false;
	for (int i = 0; i < *argc && !text_equal(argv[i], "--");) {
		bool whole = text_equal(argv[i], name);
		bool joined = strncmp(argv[i], name, length) == 0 && argv[i][length] == '=';
		if (!whole && !joined) {
			i++;
			continue;
		}
		if (taken)
			return error_set(error, ERROR_INVALID, "", "%s is given twice", name);
		if (whole && i + 1 >= *argc)
			return error_set(error, ERROR_INVALID, "", "%s takes a value", name);
		*ret_value = whole ? argv[i + 1] : argv[i] + length + 1;
		take_out(argc, argv, i, whole ? 2 : 1);
		taken = true;
	}
	return true;
}

bool ctl_take_flag(int *argc, char **argv, const char *name)
{
	bool taken = false;
	for (int i = 0; i < *argc && !text_equal(argv[i], "--");) {
		if (text_equal(argv[i], name)) {
			take_out(argc, argv, i, 1);
			taken = true;
		} else {
			i++;
		}
	}
	return taken;
}

bool ctl_words(int argc, char **argv, int least, int most, struct error *error)
{
	int words = 0;
	for (int i = 0; i < argc; i++) {
		if (argv[i][0] == '-' && argv[i][1] != '\0')
			return error_set(error, ERROR_INVALID, "", "there is no option %.60s here", argv[i]);
		words++;
	}
	if (words < least)
		return error_set(error, ERROR_INVALID, "", "a word is missing");
	if (words > most)
		return error_set(error, ERROR_INVALID, "", "\"%.60s\" is one word too many", argv[most]);
	return true;
}

bool ctl_read_file(const char *path, size_t max, struct buffer *to, struct error *error)
{
	enum { CHUNK = 65536 };
	bool standard = text_equal(path, "-");
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set(error, ERROR_STORE, "", "%.300s cannot be read: %s", path,
			strerror(errno));
	size_t begin = to->length;
	bool good = true;
	for (;;) {
		ssize_t got = read(fd, buffer_reserve(to, CHUNK), CHUNK);
		if (got == 0)
			break;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			good = error_set(error, ERROR_STORE, "", "%.300s cannot be read: %s", path,
				strerror(errno));
			break;
		}
		to->length += (size_t)got;
		if (to->length - begin > max) {
			good = error_set(error, ERROR_LIMIT, "", "%.300s has more than %zu bytes", path,
				max);
			break;
		}
	}
	if (!standard)
		close(fd);
	if (!good)
		to->length = begin;
	return good;
}
