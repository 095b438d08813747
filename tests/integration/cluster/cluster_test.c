/*
 * The embedded cluster and the configuration by themselves, on a real PostgreSQL in a folder of
 * this run. Each case starts where the one before ended, as a life of one installation: first
 * start, second instance, crashes, adoption, bad set-ups, stop.
 *
 *     cluster_test FOLDER [USER]
 *
 * FOLDER is empty, has a short path and belongs to who runs this or, as root, to USER, whom the
 * program then becomes in the way that vaultd does.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "vaultd/cluster.h"
#include "vaultd/folders.h"
#include "vaultd/config.h"
#include "vaultd/folders.h"
#include "vaultd/log.h"

static const char *folder, *user_line = "";
static int passed, failed;

static void check(bool good, const char *what)
{
	printf("%s %s\n", good ? "ok    " : "FAILED", what);
	if (good)
		passed++;
	else
		failed++;
}

static void check_error(const struct error *error, const char *message, const char *remedy,
	const char *what)
{
	bool good = error->id != ERROR_NONE && strstr(error->message, message) != NULL
		&& strstr(error->remedy, remedy) != NULL;
	check(good, what);
	if (!good)
		printf("       got: %s -- %s\n       wanted: %s -- %s\n", error->message, error->remedy,
			message, remedy);
}

static const char *path_in(const char *name)
{
	static char path[PATH_MAX];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void write_text(const char *path, const char *text)
{
	unlink(path); /* root may have written it before */
	FILE *file = fopen(path, "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

/* A configuration with data and run folders here and more lines behind. */
static bool load(const char *more, struct config **ret_config, struct error *error)
{
	char text[4096], file[PATH_MAX];
	snprintf(text, sizeof text, "data_dir = %s/data\nrun_dir = %s/run\n%s%s", folder, folder,
		user_line, more);
	snprintf(file, sizeof file, "%s/vaultd.conf", folder);
	write_text(file, text);
	return config_load(file, NULL, ret_config, error);
}

static const struct {
	const char *what, *lines, *message, *remedy;
} bad_files[] = {
	{ "unknown key", "datadir = /x\n", "line 3: key datadir is not known",
		"data_dir, run_dir, socket" },
	{ "unknown section", "[user]\nroot = *\n", "line 4: section [user] is not known", "[users]" },
	{ "key of the top under [users] is a user's line", "[users]\nroot = a b\n",
		"line 4: key root names \"a b\"", "person codes" },
	{ "key given twice", "data_dir = /x\n", "line 3: key data_dir is given twice", "" },
	{ "user given twice", "[users]\na = x\na = y\n", "line 5: key a is given twice", "" },
	{ "relative path", "socket = vault.sock\n", "line 3: key socket is not an absolute path", "/" },
	{ "no value", "user =\n", "line 3: key user has no value", "default" },
	{ "yes or no", "allow_loss = maybe\n", "line 3: key allow_loss is neither yes nor no", "" },
	{ "log level", "log_level = loud\n", "key log_level is none of error", "" },
	{ "half a line", "user\n", "line 3: is neither", "key = value" },
	{ "half a line before an unknown key", "user\nfoo = bar\n", "line 3: is neither", "" },
	{ "clock only on the command line", "clock_file = /x\n", "key clock_file is not known", "" },
	{ "long socket path",
		"socket = /tmp/0123456789012345678901234567890123456789012345678901234567890123456789"
		"0123456789012345678901234567890123456789/vaultd.sock\n",
		"line 3: the socket path", "shorter socket" },
};

static void test_bad_files(void)
{
	for (size_t i = 0; i < sizeof bad_files / sizeof *bad_files; i++) {
		struct config *config = NULL;
		struct error error = { 0 };
		bool loaded = load(bad_files[i].lines, &config, &error);
		check(!loaded && config == NULL, bad_files[i].what);
		check_error(&error, bad_files[i].message, bad_files[i].remedy, bad_files[i].what);
		config_free(config);
	}
	char line[400];
	memset(line, 'x', sizeof line - 2);
	memcpy(line, "user = ", 7);
	line[sizeof line - 2] = '\n';
	line[sizeof line - 1] = '\0';
	struct config *config = NULL;
	struct error error = { 0 };
	check(!load(line, &config, &error), "line too long");
	check_error(&error, "line 3: the line is longer than", "", "line too long");
	error = (struct error){ 0 };
	check(!config_load("/nonexistent/vaultd.conf", NULL, &config, &error), "missing file");
	check_error(&error, "/nonexistent/vaultd.conf cannot be opened", "--config", "missing file");
}

static void test_users(void)
{
	struct config *config = NULL, *fresh = NULL;
	struct error error = { 0 };
	const char *lines = "# comment\n[users]\n1234 = ruiz, lee\n@0 = *, read-only\n"
		"no-such-user-here = kim\n* = read-only\n";
	check(load(lines, &config, &error), "users are read");
	if (config == NULL)
		return;
	gid_t root_group = 0;
	const struct config_user *user = config_user_for(config, 1234, &root_group, 1);
	check(user != NULL && config_user_acts_for(user, "lee") && !config_user_acts_for(user, "kim")
		&& !user->read_only, "the line of the user wins");
	user = config_user_for(config, 77, &root_group, 1);
	check(user != NULL && user->is_group && user->any_person && user->read_only, "then a group");
	user = config_user_for(config, 77, NULL, 0);
	check(user != NULL && user->anybody && !config_user_acts_for(user, "lee"), "then anybody");
	check(config->user_count == 4 && !config->users[2].resolved, "an unknown user matches nobody");

	check(!load("user = other\n", &fresh, &error) || (config_free(fresh), fresh = NULL, true),
		"the file changes");
	check(!config_reload(config, &fresh, &error), "a key that needs a restart is refused");
	check_error(&error, "changes user", "restart", "a key that needs a restart is refused");
	error = (struct error){ 0 };
	check(load("[users]\n1234 = kim\n", &fresh, &error), "the file changes again");
	config_free(fresh);
	check(config_reload(config, &fresh, &error) && fresh->user_count == 1, "users are reloaded");
	config_free(fresh);
	config_free(config);

	check(load("", &config, &error) && config_user_for(config, getuid(), NULL, 0) != NULL
		&& config_user_for(config, getuid() + 1, NULL, 0) == NULL,
		"without [users] our own user alone");
	config_free(config);
}

static bool psql(struct cluster *cluster, const char *role, const char *sql)
{
	char command[4096];
	snprintf(command, sizeof command, "psql -X -q -A -t -v ON_ERROR_STOP=1 \"%s\" -c \"%s\" >%s/out"
		" 2>&1", cluster_conninfo(cluster, role), sql, folder);
	return system(command) == 0;
}

static bool psql_says(struct cluster *cluster, const char *sql, const char *answer)
{
	char text[256] = "";
	bool good = psql(cluster, CLUSTER_ROLE_OWNER, sql);
	FILE *file = fopen(path_in("out"), "r");
	if (file != NULL) {
		if (fgets(text, sizeof text, file) == NULL)
			text[0] = '\0';
		fclose(file);
	}
	text[strcspn(text, "\n")] = '\0';
	if (!good || !text_equal(text, answer))
		printf("       %s: %s\n", sql, text);
	return good && text_equal(text, answer);
}

static long postmaster(void)
{
	char text[32] = "";
	FILE *file = fopen(path_in("data/postgres/postmaster.pid"), "r");
	if (file == NULL)
		return 0;
	if (fgets(text, sizeof text, file) == NULL)
		text[0] = '\0';
	fclose(file);
	return strtol(text, NULL, 10);
}

static void test_first_start(struct cluster *cluster)
{
	check(psql(cluster, CLUSTER_ROLE_OWNER, "create table t (n bigint); insert into t values (1);"
		"grant select on t to vault_auditor"), "the owner makes a table");
	check(psql(cluster, CLUSTER_ROLE_WRITER, "select 1"), "the writer connects");
	check(!psql(cluster, CLUSTER_ROLE_WRITER, "drop table t"), "the writer owns nothing");
	check(psql(cluster, CLUSTER_ROLE_AUDITOR, "select * from t"), "the auditor reads");
	check(!psql(cluster, CLUSTER_ROLE_AUDITOR, "insert into t values (2)"), "and only reads");
	check(psql_says(cluster, "show server_encoding", "UTF8"), "UTF8");
	check(psql_says(cluster, "show timezone", "UTC"), "UTC");
	check(psql_says(cluster, "show data_checksums", "on"), "checksums");
	check(psql_says(cluster, "show listen_addresses", ""), "no TCP");
	check(psql_says(cluster, "select datcollate from pg_database where datname = 'vault'",
		"C.UTF-8"), "C.UTF-8");
	check(psql_says(cluster, "select rolsuper from pg_roles where rolname = 'vault_owner'", "f"),
		"the owner is no superuser");
}

static void test_second_instance(const struct config *config)
{
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		struct cluster *other = NULL;
		struct error error = { 0 };
		char ours[64];
		snprintf(ours, sizeof ours, "already served by pid %ld", (long)getppid());
		bool refused = !cluster_open(config, &other, &error)
			&& strstr(error.message, ours) != NULL;
		if (!refused)
			printf("       got: %s\n", error.message);
		fflush(stdout);
		_exit(refused ? 0 : 1);
	}
	int status = 1;
	waitpid(child, &status, 0);
	check(status == 0, "a second instance is told who serves");
}

static void test_crash(struct cluster *cluster)
{
	struct error error = { 0 };
	long before = postmaster();
	check(cluster_ensure(cluster, &error) && postmaster() == before,
		"a server that answers is left alone");
	check(psql(cluster, CLUSTER_ROLE_OWNER, "insert into t values (2)"), "a row is committed");
	kill((pid_t)before, SIGKILL);
	bool back = cluster_ensure(cluster, &error);
	check(back && postmaster() != before, "after kill -9 it is restarted");
	if (!back)
		printf("       %s -- %s\n", error.message, error.remedy);
	check(psql_says(cluster, "select sum(n) from t", "3"), "and the rows are there");
}

/* A child opens the cluster and is killed; the server lives on and the next start adopts it. */
static void test_adoption(const struct config *config)
{
	int ready[2];
	char byte;
	if (pipe(ready) != 0)
		exit(1);
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		struct cluster *cluster = NULL;
		struct error error = { 0 };
		close(ready[0]);
		bool open = cluster_open(config, &cluster, &error);
		if (!open)
			fprintf(stderr, "%s -- %s\n", error.message, error.remedy);
		if (write(ready[1], open ? "y" : "n", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	bool open = read(ready[0], &byte, 1) == 1 && byte == 'y';
	close(ready[0]);
	check(open, "a child serves");
	long before = postmaster();
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	struct cluster *cluster = NULL;
	struct error error = { 0 };
	check(cluster_open(config, &cluster, &error) && before != 0 && postmaster() == before,
		"after kill -9 of it the next adopts the server");
	cluster_free(cluster);
}

/* The pid file of a server that is gone names a process that is no postgres: this one. */
static void test_reused_pid(const struct config *config)
{
	struct cluster *cluster = NULL;
	struct error error = { 0 };
	char text[64];
	snprintf(text, sizeof text, "%ld\n", (long)getpid());
	write_text(path_in("data/postgres/postmaster.pid"), text);
	bool open = cluster_open(config, &cluster, &error);
	check(open, "a pid file whose number went to another program");
	if (!open)
		printf("       %s -- %s\n", error.message, error.remedy);
	error = (struct error){ 0 };
	check(!open || cluster_stop(cluster, &error), "is stopped again");
	cluster_free(cluster);
}

static void test_broken_settings(const struct config *config)
{
	struct cluster *cluster = NULL;
	struct error error = { 0 };
	write_text(path_in("data/postgres/local.conf"), "shared_bufers = 1\n");
	check(!cluster_open(config, &cluster, &error), "a server that does not start");
	check_error(&error, "shared_bufers", "log", "names what its log said last");
	unlink(path_in("data/postgres/local.conf"));
	cluster_free(cluster);
}

static void test_other_version(const struct config *config)
{
	struct cluster *cluster = NULL;
	struct error error = { 0 };
	char version[16] = "";
	FILE *file = fopen(path_in("data/postgres/PG_VERSION"), "r");
	if (file == NULL || fgets(version, sizeof version, file) == NULL)
		exit(1);
	fclose(file);
	write_text(path_in("data/postgres/PG_VERSION"), "9\n");
	check(!cluster_open(config, &cluster, &error), "data of another version");
	check_error(&error, "are of PostgreSQL 9", "pg_upgrade", "data of another version");
	cluster_free(cluster);
	write_text(path_in("data/postgres/PG_VERSION"), version);
}

static void test_no_programs(void)
{
	struct config *config = NULL;
	struct cluster *cluster = NULL;
	struct error error = { 0 };
	check(load("pg_bindir = /nonexistent\n", &config, &error) && folders_prepare(config, &error)
		&& !cluster_open(config, &cluster, &error), "no programs there");
	check_error(&error, "/nonexistent", "apt-get install postgresql", "no programs there");
	cluster_free(cluster);
	config_free(config);
}

static void test_long_run_dir(void)
{
	struct config *config = NULL;
	struct error error = { 0 };
	char text[1024], file[PATH_MAX], name[90];
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	snprintf(file, sizeof file, "%s/long.conf", folder);
	snprintf(text, sizeof text, "data_dir = %s/data\nrun_dir = /tmp/%s\nsocket = /tmp/v.sock\n",
		folder, name);
	write_text(file, text);
	check(config_load(file, NULL, &config, &error), "a long run_dir with a short socket is read");
	check(!folders_prepare(config, &error), "but leaves no room for the database's socket");
	check_error(&error, "/pg/.s.PGSQL.5432 would be", "shorter", "and says so");
	config_free(config);
}

static void test_foreign_folder(void)
{
	struct config *config = NULL;
	struct error error = { 0 };
	char text[1024], file[PATH_MAX];
	snprintf(file, sizeof file, "%s/foreign.conf", folder);
	snprintf(text, sizeof text, "data_dir = /usr\nrun_dir = %s/run\n", folder);
	write_text(file, text);
	check(config_load(file, NULL, &config, &error) && !folders_prepare(config, &error),
		"a folder of somebody else");
	check_error(&error, "belongs to uid 0", "chown", "a folder of somebody else");
	config_free(config);
}

static void test_external(void)
{
	struct config *config = NULL;
	struct cluster *cluster = NULL;
	struct error error = { 0 };
	if (!load("database = postgresql://db1,db2/vault?x=1\n", &config, &error)
		|| !cluster_open(config, &cluster, &error)) {
		check(false, error.message);
		return;
	}
	check(!cluster_is_embedded(cluster) && cluster_ensure(cluster, &error)
		&& cluster_stop(cluster, &error)
		&& text_equal(cluster_conninfo(cluster, CLUSTER_ROLE_WRITER),
			"postgresql://db1,db2/vault?x=1&options=-c%20role%3Dvault_writer"),
		"a database elsewhere is only named");
	cluster_free(cluster);
	config_free(config);
}

/* Root makes the folders, gives them away and becomes an ordinary user for good. */
static void test_drop(const char *name)
{
	struct config *config = NULL;
	struct error error = { 0 };
	struct stat status;
	static char line[128];
	check(load("user = no-such-user-here\n", &config, &error)
		&& !folders_prepare(config, &error), "root and a user that does not exist");
	check_error(&error, "no user \"no-such-user-here\"", "useradd", "says how to make one");
	config_free(config);
	error = (struct error){ 0 };
	check(load("user = root\n", &config, &error) && !folders_prepare(config, &error),
		"root does not stay root");
	config_free(config);

	snprintf(line, sizeof line, "user = %s\n", name);
	error = (struct error){ 0 };
	bool good = load(line, &config, &error) && folders_prepare(config, &error);
	check(good && geteuid() != 0 && getuid() == geteuid() && setuid(0) != 0,
		good ? "root becomes the user for good" : error.message);
	check(stat(path_in("data"), &status) == 0 && status.st_uid == geteuid()
		&& (status.st_mode & 0777) == 0700, "the state is its own");
	check(stat(path_in("run/pg"), &status) == 0 && status.st_uid == geteuid(),
		"and so is the run folder");
	config_free(config);
	if (geteuid() == 0)
		exit(1);
}

/* One installation's life, in order. */
static void test_life(const struct config *config)
{
	struct cluster *cluster = NULL;
	struct error error = { 0 };
	check(cluster_open(config, &cluster, &error), "first start");
	if (cluster == NULL) {
		printf("       %s -- %s\n", error.message, error.remedy);
		return;
	}
	test_first_start(cluster);
	test_second_instance(config);
	test_crash(cluster);
	check(cluster_stop(cluster, &error) && postmaster() == 0, "a clean stop");
	cluster_free(cluster);
	test_adoption(config);
	cluster = NULL;
	check(cluster_open(config, &cluster, &error) && cluster_stop(cluster, &error), "stopped again");
	cluster_free(cluster);
	test_reused_pid(config);
	test_broken_settings(config);
	test_other_version(config);
}

int main(int argument_count, char **arguments)
{
	if (argument_count != (geteuid() == 0 ? 3 : 2)) {
		fprintf(stderr, "usage: cluster_test FOLDER [USER, as root]\n");
		return 2;
	}
	folder = arguments[1];
	log_open(LOG_LEVEL_ERROR);
	if (geteuid() == 0)
		test_drop(arguments[2]);
	test_bad_files();
	test_users();
	test_external();
	test_no_programs();
	test_long_run_dir();
	test_foreign_folder();

	struct config *config = NULL;
	struct error error = { 0 };
	bool ready = load("", &config, &error) && folders_prepare(config, &error);
	check(ready, ready ? "folders are made" : error.message);
	if (ready)
		test_life(config);
	config_free(config);
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
