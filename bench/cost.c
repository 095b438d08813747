/*
 * vault-bench-cost: runs a command and writes what it cost into a file: its time by the wall, its time on
 * processors, and the most memory that any process of it held at once.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/drive.h"

static long long time_us(struct timeval time)
{
	return (long long)time.tv_sec * 1000000 + time.tv_usec;
}

static int status_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	struct rusage usage;
	int status;
	if (argc < 3) {
		fputs("usage: vault-bench-cost FILE COMMAND [WORD…]\n"
			"  runs the command; writes us, processor-us and resident-kib into FILE, NAME VALUE a line\n",
			stderr);
		return 2;
	}
	int64_t began_ns = drive_now_ns();
	pid_t child = fork();
	if (child == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) != child)
		return 1;
	int64_t took_ns = drive_now_ns() - began_ns;
	FILE *file = fopen(argv[1], "w");
	if (file == NULL)
		return 1;
	fprintf(file, "us %lld\nprocessor-us %lld\nresident-kib %ld\n", (long long)took_ns / 1000,
		time_us(usage.ru_utime) + time_us(usage.ru_stime), usage.ru_maxrss);
	return fclose(file) == 0 ? status_of(status) : 1;
}
