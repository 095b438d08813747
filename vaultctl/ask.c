/*
 * Questions to the person at the terminal. They go to /dev/tty and never to stdin or stdout,
 * which may be pipes; a passphrase is never echoed and the terminal is put back even when the
 * read fails.
 */
#include "vaultctl/ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"

static bool write_all(int fd, const char *text)
{
	size_t left = strlen(text);
	while (left > 0) {
		ssize_t written = write(fd, text, left);
		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			text += written;
			left -= (size_t)written;
		}
	}
	return true;
}

/* One line without its end; what does not fit makes it fail. */
static bool read_line(int fd, char *to, size_t size)
{
	size_t length = 0;
	for (;;) {
		char byte;
		ssize_t got = read(fd, &byte, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 1 || length + 1 >= size)
			return false;
		if (byte == '\n')
			break;
		to[length++] = byte;
	}
	to[length] = '\0';
	return true;
}

static bool ask(const char *question, char *to, size_t size, bool echo, struct error *error)
{
	int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (tty < 0)
		return error_set(error, ERROR_INVALID, "", "there is no terminal to ask \"%.200s\" at",
			question);
	struct termios before, silent;
	bool quiet = !echo && tcgetattr(tty, &before) == 0;
	if (quiet) {
		silent = before;
		silent.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(tty, TCSAFLUSH, &silent);
	}
	bool good = write_all(tty, question) && read_line(tty, to, size);
	if (quiet) {
		tcsetattr(tty, TCSAFLUSH, &before);
		write_all(tty, "\n");
	}
	close(tty);
	return good || error_set(error, ERROR_INVALID, "", "no answer came from the terminal");
}

bool ctl_ask_yes(const char *question, bool *ret_yes, struct error *error)
{
	char answer[64];
	char whole[512];
	if (!text_copy(whole, sizeof whole - 8, question))
		return error_set(error, ERROR_INTERNAL, "", "a question is too long");
	strcat(whole, " [y/N] ");
	if (!ask(whole, answer, sizeof answer, true, error))
		return false;
	*ret_yes = text_equal(answer, "y") || text_equal(answer, "yes") || text_equal(answer, "Y");
	return true;
}

bool ctl_ask_text(const char *question, char *to, size_t size, struct error *error)
{
	return ask(question, to, size, true, error);
}

bool ctl_ask_passphrase(const char *question, char *to, size_t size, struct error *error)
{
	return ask(question, to, size, false, error);
}
