/*
 * One program at a time, waited for. posix_spawn with descriptors and signals set right: nothing of the
 * daemon's is inherited.
 */
#include "vaultd/program.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 24, PATH_SIZE = PATH_MAX + 64 };

/* The whole of a descriptor from its beginning, up to a cap that no program of ours comes near. */
static void read_whole(int file, struct buffer *out)
{
	char chunk[4096];
	ssize_t got;
	off_t from = 0;
	while ((got = pread(file, chunk, sizeof chunk, from)) > 0 && out->length < 1024 * 1024) {
		buffer_append(out, chunk, (size_t)got);
		from += got;
	}
}

static int spawn(char *const arguments[], int input, int output, pid_t *ret_pid)
{
	static char *const environment[] = { "PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8",
		"TZ=UTC", NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setpgroup(&attributes, 0); /* Ctrl-C is for us, and we stop it in order */
	posix_spawnattr_setflags(&attributes,
		POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
	posix_spawn_file_actions_addchdir_np(&files, "/");
	int failed = posix_spawn(ret_pid, arguments[0], &files, &attributes, arguments, environment);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return failed;
}

static int wait_for(pid_t pid)
{
	int status;
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return 127;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool program_run(const char *folder, struct program_result *ret_result, const char *input,
	struct error *error, const char *program, ...)
{
	char path[PATH_SIZE * 2], *arguments[ARGUMENTS_MAX + 1] = { path };
	snprintf(path, sizeof path, "%s/%s", folder, program);
	va_list list;
	va_start(list, program);
	size_t count = 1;
	while ((arguments[count] = va_arg(list, char *)) != NULL) {
		count++;
		assert(count < ARGUMENTS_MAX);
	}
	va_end(list);

	int in = memfd_create("input", MFD_CLOEXEC), out = memfd_create("output", MFD_CLOEXEC);
	pid_t pid = -1;
	int failed = in < 0 || out < 0 ? errno : 0;
	size_t length = input != NULL ? strlen(input) : 0;
	if (failed == 0 && length > 0 && pwrite(in, input, length, 0) != (ssize_t)length)
		failed = EIO;
	if (failed == 0)
		failed = spawn(arguments, in, out, &pid);
	if (failed == 0) {
		ret_result->status = wait_for(pid);
		ret_result->output = (struct buffer){ 0 };
		read_whole(out, &ret_result->output);
	} else {
		error_set(error, ERROR_CONFIG, "pg_bindir", "%.300s cannot be run: %s", path,
			strerror(failed));
		error_remedy(error, "install PostgreSQL's server, or set pg_bindir to its programs");
	}
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return failed == 0;
}

void program_tail(struct buffer *text, char tail[PROGRAM_TAIL_BYTES])
{
	const char *bytes = buffer_text(text);
	size_t end = text->length;
	while (end > 0 && isspace((unsigned char)bytes[end - 1]))
		end--;
	size_t begin = end > PROGRAM_TAIL_BYTES - 8 ? end - (PROGRAM_TAIL_BYTES - 8) : 0;
	const char *line = begin > 0 ? memchr(bytes + begin, '\n', end - begin) : NULL;
	if (line != NULL)
		begin = (size_t)(line + 1 - bytes);
	size_t length = 0;
	for (size_t i = begin; i < end && length < PROGRAM_TAIL_BYTES - 4; i++) {
		if (bytes[i] == '\n') {
			tail[length++] = ' ';
			tail[length++] = '|';
			tail[length++] = ' ';
		} else if (bytes[i] != '\t') {
			tail[length++] = bytes[i];
		}
	}
	tail[length] = '\0';
}

bool program_succeeded(struct program_result *done, const char *what, struct error *error)
{
	bool good = done->status == 0;
	if (!good) {
		char tail[PROGRAM_TAIL_BYTES];
		program_tail(&done->output, tail);
		error_set(error, ERROR_STORE, "", "%s failed (status %d): %s", what, done->status, tail);
	}
	buffer_free(&done->output);
	return good;
}
