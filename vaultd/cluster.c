/* The embedded cluster: which PostgreSQL, how it is made, who holds its lock, and its server's life. */
#include "vaultd/cluster.h"

#include <assert.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/text.h"
#include "vault/limits.h"
#include "vaultd/folders.h"
#include "vaultd/log.h"
#include "vaultd/program.h"

enum { MAJOR_MIN = 15, PATH_SIZE = PATH_MAX + 64 };

struct cluster {
	char *database;               /* conninfo of a server elsewhere; NULL: embedded */
	char data_dir[PATH_MAX];
	char data[PATH_SIZE];         /* data_dir/postgres */
	char run[PATH_SIZE];          /* run_dir/pg */
	char wanted_bindir[PATH_MAX]; /* pg_bindir of the configuration, or "" */
	char bindir[PATH_SIZE];
	int major;                    /* of the programs in bindir */
	int lock;                     /* descriptor of data_dir/vaultd.pid, or -1 */
	struct buffer conninfo[3];    /* one a role, made when asked for */
};

static const char *const roles[] = { CLUSTER_ROLE_OWNER, CLUSTER_ROLE_WRITER,
	CLUSTER_ROLE_AUDITOR };

/* ---- which PostgreSQL --------------------------------------------------------------------- */

/* The major version of a data directory, 0 where there is none yet. */
static int data_major(const char *data)
{
	char path[PATH_SIZE + 16], text[16] = "";
	snprintf(path, sizeof path, "%s/PG_VERSION", data);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return 0;
	if (fgets(text, sizeof text, file) == NULL)
		text[0] = '\0';
	fclose(file);
	return atoi(text);
}

/* The major version of the programs in a folder, 0 where they are not complete. */
static int programs_major(const char *bindir)
{
	static const char *const needed[] = { "initdb", "pg_ctl", "pg_isready" };
	char path[PATH_SIZE + 16];
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
		snprintf(path, sizeof path, "%s/%s", bindir, needed[i]);
		if (access(path, X_OK) != 0)
			return 0;
	}
	struct error ignored = { 0 };
	struct program_result done;
	int major = 0;
	if (!program_run(bindir, &done, NULL, &ignored, "postgres", "--version", NULL))
		return 0;
	const char *said = buffer_text(&done.output);
	if (done.status == 0 && sscanf(said, "postgres (PostgreSQL) %d", &major) != 1)
		major = 0;
	buffer_free(&done.output);
	return major;
}

static void consider(struct cluster *cluster, const char *bindir, int wanted)
{
	int major = programs_major(bindir);
	bool fits = wanted > 0 ? major == wanted : major >= MAJOR_MIN;
	if (fits && major > cluster->major) {
		cluster->major = major;
		text_copy(cluster->bindir, sizeof cluster->bindir, bindir);
	}
}

static void consider_debian(struct cluster *cluster, int wanted)
{
	DIR *folder = opendir("/usr/lib/postgresql");
	if (folder == NULL)
		return;
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		char bindir[PATH_SIZE];
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(bindir, sizeof bindir, "/usr/lib/postgresql/%s/bin", entry->d_name);
		consider(cluster, bindir, wanted);
	}
	closedir(folder);
}

static void consider_path(struct cluster *cluster, int wanted)
{
	const char *path = getenv("PATH");
	char *copy = strdup(path != NULL ? path : ""), *rest = copy, *folder;
	while (copy != NULL && cluster->major == 0 && (folder = strsep(&rest, ":")) != NULL) {
		if (folder[0] == '/' && strlen(folder) < PATH_MAX)
			consider(cluster, folder, wanted);
	}
	free(copy);
}

static bool no_programs(const struct cluster *cluster, int wanted, struct error *error)
{
	const char *bindir = cluster->wanted_bindir;
	const char *where = bindir[0] != '\0' ? bindir : "/usr/lib/postgresql and PATH";
	if (wanted == 0) {
		error_set(error, ERROR_CONFIG, "pg_bindir",
			"no PostgreSQL server, version %d or later, was found in %.160s", MAJOR_MIN, where);
		return error_remedy(error,
			"apt-get install postgresql-15, or set pg_bindir, or set database = to a server");
	}
	error_set(error, ERROR_CONFIG, "data_dir",
		"the data in %.200s are of PostgreSQL %d, and no such version was found in %.160s",
		cluster->data, wanted, where);
	return error_remedy(error, "install PostgreSQL %d and start again; to move to another version,"
		" stop vaultd, run pg_upgrade, and start it", wanted);
}

static bool find_programs(struct cluster *cluster, struct error *error)
{
	int wanted = data_major(cluster->data);
	const char *bindir = cluster->wanted_bindir;
	if (bindir[0] != '\0')
		consider(cluster, bindir, wanted);
	else
		consider_debian(cluster, wanted);
	if (bindir[0] == '\0' && cluster->major == 0)
		consider_path(cluster, wanted);
	return cluster->major != 0 || no_programs(cluster, wanted, error);
}

/* ---- making the cluster ------------------------------------------------------------------- */

static bool write_file(const char *folder, const char *name, const char *text, struct error *error)
{
	char path[PATH_SIZE + 32], fresh[PATH_SIZE + 40];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	snprintf(fresh, sizeof fresh, "%s.new", path);
	FILE *file = fopen(fresh, "we");
	bool good = file != NULL && fputs(text, file) >= 0;
	if (file != NULL)
		good = fclose(file) == 0 && good;
	if (good && rename(fresh, path) == 0)
		return true;
	return error_set(error, ERROR_STORE, "", "%.300s cannot be written: %s", path, strerror(errno));
}

/*
 * Whoever reaches the socket's folder may read as an auditor: the folder's group says who that is.
 * All other roles are for the user that vaultd runs as.
 */
static bool write_access(const char *data, struct error *error)
{
	const struct passwd *passwd = getpwuid(geteuid());
	assert(passwd != NULL);
	char text[1024];
	snprintf(text, sizeof text,
		"# Written by vaultd at each start.\n"
		"vault \"%s\" postgres\n"
		"vault \"%s\" " CLUSTER_ROLE_OWNER "\n"
		"vault \"%s\" " CLUSTER_ROLE_WRITER "\n"
		"vault /^.*$ " CLUSTER_ROLE_AUDITOR "\n",
		passwd->pw_name, passwd->pw_name, passwd->pw_name);
	return write_file(data, "pg_ident.conf", text, error)
		&& write_file(data, "pg_hba.conf", "# Written by vaultd at each start.\n"
			"local all all peer map=vault\n"
			"local replication postgres peer map=vault\n", error); /* pg_basebackup */
}

/* A value in single quotes, as postgresql.conf wants it. */
static void append_setting(struct buffer *out, const char *name, const char *value)
{
	buffer_printf(out, "%s = '", name);
	for (const char *c = value; *c != '\0'; c++) {
		if (*c == '\'' || *c == '\\')
			buffer_append_byte(out, *c);
		buffer_append_byte(out, *c);
	}
	buffer_append_text(out, "'\n");
}

static bool write_settings(const struct cluster *cluster, const char *data, struct error *error)
{
	static const char *const settings[][2] = {
		{ "listen_addresses", "" },
		{ "unix_socket_permissions", "0777" }, /* the folder decides */
		{ "port", "5432" },
		{ "timezone", "UTC" },
		{ "log_timezone", "UTC" },
		{ "fsync", "on" },
		{ "synchronous_commit", "on" },
		{ "full_page_writes", "on" },
		{ "max_connections", "50" },
		{ "shared_buffers", "128MB" },
		{ "min_wal_size", "256MB" },
		{ "max_wal_size", "2GB" },
		{ "checkpoint_timeout", "15min" },
		{ "wal_compression", "on" },
		{ "jit", "off" }, /* short statements only */
		{ "logging_collector", "on" },
		{ "log_directory", "log" },
		{ "log_filename", "postgresql-%a.log" }, /* a week, each day over the last week's */
		{ "log_truncate_on_rotation", "on" },
		{ "log_rotation_age", "1d" },
		{ "log_rotation_size", "0" },
		{ "cluster_name", "vault" },
	};
	struct buffer text = { 0 };
	buffer_append_text(&text, "# Written by vaultd at each start. Yours go into local.conf.\n");
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		append_setting(&text, settings[i][0], settings[i][1]);
	append_setting(&text, "unix_socket_directories", cluster->run);
	bool good = write_file(data, "vault.conf", buffer_text(&text), error);
	buffer_free(&text);
	return good;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

static bool append_include(const char *data, struct error *error)
{
	char path[PATH_SIZE + 32];
	snprintf(path, sizeof path, "%s/postgresql.conf", data);
	FILE *file = fopen(path, "ae");
	bool good = file != NULL
		&& fputs("\ninclude = 'vault.conf'\ninclude_if_exists = 'local.conf'\n", file) >= 0;
	if (file != NULL)
		good = fclose(file) == 0 && good;
	return good || error_set(error, ERROR_STORE, "", "%.300s cannot be written: %s", path,
		strerror(errno));
}

/* Roles and database, by the server alone and without a socket: nothing can connect before them. */
static bool make_roles(const struct cluster *cluster, const char *data, struct error *error)
{
	static const char sql[] =
		"CREATE ROLE " CLUSTER_ROLE_OWNER " LOGIN;\n"
		"CREATE ROLE " CLUSTER_ROLE_WRITER " LOGIN;\n"
		"CREATE ROLE " CLUSTER_ROLE_AUDITOR " LOGIN;\n"
		"CREATE DATABASE " CLUSTER_DATABASE " OWNER " CLUSTER_ROLE_OWNER ";\n";
	struct program_result done;
	return program_run(cluster->bindir, &done, sql, error, "postgres", "--single", "-D", data, "-c",
			"exit_on_error=on", "-c", "logging_collector=off", "postgres", NULL)
		&& program_succeeded(&done, "making the roles of the new cluster", error);
}

static bool sync_folder(const char *path)
{
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = folder >= 0 && fsync(folder) == 0;
	if (folder >= 0)
		close(folder);
	return good;
}

/* Made aside and renamed when whole: an interrupted first start leaves nothing half made. */
static bool make_cluster(const struct cluster *cluster, struct error *error)
{
	char fresh[PATH_SIZE + 8];
	snprintf(fresh, sizeof fresh, "%s.new", cluster->data);
	nftw(fresh, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	log_info("making the database cluster", "data=%s postgresql=%d", cluster->data, cluster->major);
	struct program_result done;
	if (!program_run(cluster->bindir, &done, NULL, error, "initdb", "--pgdata", fresh,
			"--username", "postgres",
			"--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--auth=peer", NULL)
		|| !program_succeeded(&done, "initdb", error))
		return false;
	if (!write_settings(cluster, fresh, error) || !append_include(fresh, error)
		|| !make_roles(cluster, fresh, error))
		return false;
	if (rename(fresh, cluster->data) != 0 || !sync_folder(cluster->data_dir))
		return error_set(error, ERROR_STORE, "data_dir", "%.300s cannot be made: %s", cluster->data,
			strerror(errno));
	return true;
}

/* ---- the lock ----------------------------------------------------------------------------- */

static bool served_already(int file, const char *data_dir, struct error *error)
{
	char text[32] = "";
	ssize_t got = pread(file, text, sizeof text - 1, 0);
	text[got > 0 ? got : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	error_set(error, ERROR_CONFIG, "data_dir", "%.300s is already served by pid %s", data_dir,
		text[0] != '\0' ? text : "unknown");
	return error_remedy(error, "use that one, or stop it first; a second reserve needs a data_dir"
		" and a run_dir of its own");
}

/* A vaultd that was just killed may hold the lock until the last of its threads has gone. */
static bool lock_soon(int file)
{
	enum { TRIES = 20 };
	static const struct timespec pause = { 0, 50000000 };
	for (int i = 0; i < TRIES; i++) {
		if (flock(file, LOCK_EX | LOCK_NB) == 0)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

static bool take_lock(struct cluster *cluster, struct error *error)
{
	char path[PATH_SIZE], text[32];
	snprintf(path, sizeof path, "%s/vaultd.pid", cluster->data_dir);
	int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (file < 0) {
		error_set(error, ERROR_CONFIG, "data_dir", "%.300s cannot be opened: %s", path,
			strerror(errno));
		return error_remedy(error, "give the folder to the user that vaultd runs as");
	}
	if (!lock_soon(file)) {
		served_already(file, cluster->data_dir, error);
		close(file);
		return false;
	}
	int length = snprintf(text, sizeof text, "%ld\n", (long)getpid());
	if (ftruncate(file, 0) != 0 || pwrite(file, text, (size_t)length, 0) != length) {
		error_set(error, ERROR_STORE, "data_dir", "%.300s cannot be written: %s", path,
			strerror(errno));
		close(file);
		return false;
	}
	cluster->lock = file;
	return true;
}

/* ---- the server --------------------------------------------------------------------------- */

enum server { SERVER_DOWN, SERVER_ANSWERS, SERVER_BUSY, SERVER_ELSEWHERE };

/*
 * Whether a pid is a living postgres: after a crash its number may have gone to another program,
 * and where nobody reaps orphans a dead one keeps its number.
 */
static bool is_postgres(long pid)
{
	char path[64], name[32] = "", state = 'Z';
	if (pid <= 0 || (kill((pid_t)pid, 0) != 0 && errno != EPERM))
		return false;
	snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return access("/proc/self", F_OK) != 0;
	bool read = fscanf(file, "%*d (%31[^)]) %c", name, &state) == 2;
	fclose(file);
	return read && state != 'Z' && text_starts(name, "postgres");
}

/*
 * A lock file of PostgreSQL: line 1 is its pid, line 5 the folder of its socket.
 * 0 where no server lives.
 */
static long lock_file_pid(const char *path, char socket_folder[PATH_SIZE])
{
	char line[PATH_SIZE];
	long pid = 0;
	socket_folder[0] = '\0';
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return 0;
	for (int number = 1; number <= 5 && fgets(line, sizeof line, file) != NULL; number++) {
		line[strcspn(line, "\n")] = '\0';
		if (number == 1)
			pid = strtol(line, NULL, 10);
		else if (number == 5)
			text_copy(socket_folder, PATH_SIZE, line);
	}
	fclose(file);
	return is_postgres(pid) ? pid : 0;
}

static long server_pid(const struct cluster *cluster, char socket_folder[PATH_SIZE])
{
	char path[PATH_SIZE + 32];
	snprintf(path, sizeof path, "%s/postmaster.pid", cluster->data);
	return lock_file_pid(path, socket_folder);
}

/*
 * PostgreSQL believes its lock files as long as any process has their number. We hold our own lock
 * and know that it is no postgres; the server still looks for users of its shared memory by itself.
 */
static void drop_stale_locks(const struct cluster *cluster)
{
	char paths[2][PATH_SIZE + 32], folder[PATH_SIZE];
	snprintf(paths[0], sizeof paths[0], "%s/postmaster.pid", cluster->data);
	snprintf(paths[1], sizeof paths[1], "%s" FOLDERS_SOCKET ".lock", cluster->run);
	for (size_t i = 0; i < 2; i++) {
		if (lock_file_pid(paths[i], folder) == 0 && unlink(paths[i]) == 0)
			log_warning("the database had died", "left=%s", paths[i]);
	}
}

static bool look_at(const struct cluster *cluster, enum server *ret_server, struct error *error)
{
	char folder[PATH_SIZE];
	struct program_result done;
	if (server_pid(cluster, folder) == 0) {
		*ret_server = SERVER_DOWN;
		return true;
	}
	if (folder[0] != '\0' && !text_equal(folder, cluster->run)) {
		*ret_server = SERVER_ELSEWHERE;
		return true;
	}
	if (!program_run(cluster->bindir, &done, NULL, error, "pg_isready", "-q", "-h",
			cluster->run, "-p", "5432",
			"-t", "5", NULL))
		return false;
	buffer_free(&done.output);
	*ret_server = done.status == 0 ? SERVER_ANSWERS : SERVER_BUSY;
	return true;
}

static bool newer(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec > b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec > b->tv_nsec);
}

/* The end of the log that the server wrote to last, or of what pg_ctl said where there is none. */
static void append_log_tail(const struct cluster *cluster, struct buffer *out)
{
	char path[PATH_SIZE + 300], newest[PATH_SIZE + 300] = "";
	struct timespec last = { 0 };
	snprintf(path, sizeof path, "%s/log", cluster->data);
	DIR *folder = opendir(path);
	if (folder == NULL)
		return;
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		struct stat status;
		snprintf(path, sizeof path, "%s/log/%s", cluster->data, entry->d_name);
		if (stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0
			&& newer(&status.st_mtim, &last)) {
			last = status.st_mtim;
			text_copy(newest, sizeof newest, path);
		}
	}
	closedir(folder);
	int file = newest[0] != '\0' ? open(newest, O_RDONLY | O_CLOEXEC) : -1;
	if (file < 0)
		return;
	char text[2048];
	struct stat status;
	off_t from = fstat(file, &status) == 0 && status.st_size > (off_t)sizeof text
		? status.st_size - (off_t)sizeof text : 0;
	ssize_t got = pread(file, text, sizeof text, from);
	if (got > 0)
		buffer_append(out, text, (size_t)got);
	close(file);
}

static bool start_failed(const struct cluster *cluster, struct program_result *done,
	struct error *error)
{
	char tail[PROGRAM_TAIL_BYTES];
	program_tail(&done->output, tail);
	error_set(error, ERROR_STORE, "", "PostgreSQL in %.120s did not start; it said last: %s",
		cluster->data, tail);
	return error_remedy(error, "its log is in %.200s/log", cluster->data);
}

/* One try. The log of a start begins anew, so that what is shown is of this start. */
static bool start_once(const struct cluster *cluster, struct program_result *ret_result,
	struct error *error)
{
	char log[PATH_SIZE + 32], seconds[16];
	snprintf(log, sizeof log, "%s/log", cluster->data);
	if (mkdir(log, 0700) != 0 && errno != EEXIST)
		return error_set(error, ERROR_STORE, "", "%.300s: %s", log, strerror(errno));
	snprintf(log, sizeof log, "%s/log/start.log", cluster->data);
	unlink(log);
	snprintf(seconds, sizeof seconds, "%d", CLUSTER_START_S);
	return program_run(cluster->bindir, ret_result, NULL, error, "pg_ctl", "start", "--pgdata",
		cluster->data,
		"--wait", "--timeout", seconds, "--log", log, NULL);
}

static void pause_a_poll(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = CLUSTER_POLL_MS * 1000000L }, NULL);
}

/*
 * After kill -9 of the postmaster its children need a moment to notice and to let go of the shared
 * memory; until then a new one refuses to start, and trying again is all there is to do.
 */
static bool start(const struct cluster *cluster, struct error *error)
{
	if (!write_settings(cluster, cluster->data, error) || !write_access(cluster->data, error))
		return false;
	drop_stale_locks(cluster);
	log_info("starting the database", "data=%s", cluster->data);
	for (int tries = 0;; tries++) {
		struct program_result done;
		if (!start_once(cluster, &done, error))
			return false;
		if (done.status != 0)
			append_log_tail(cluster, &done.output);
		bool held = strstr(buffer_text(&done.output), "still in use") != NULL;
		if (done.status != 0 && !(held && tries < CLUSTER_START_TRIES)) {
			start_failed(cluster, &done, error);
			buffer_free(&done.output);
			return false;
		}
		buffer_free(&done.output);
		if (done.status == 0)
			return true;
		pause_a_poll();
	}
}

static bool stop(const struct cluster *cluster, struct error *error)
{
	char seconds[16];
	struct program_result done;
	snprintf(seconds, sizeof seconds, "%d", CLUSTER_STOP_S);
	return program_run(cluster->bindir, &done, NULL, error, "pg_ctl", "stop", "--pgdata",
			cluster->data, "--mode",
			"fast", "--wait", "--timeout", seconds, NULL)
		&& program_succeeded(&done, "stopping PostgreSQL", error);
}

static bool too_long_busy(const struct cluster *cluster, struct error *error)
{
	error_set(error, ERROR_STORE, "", "PostgreSQL in %.200s runs but gave no answer for %d seconds",
		cluster->data, CLUSTER_START_S);
	return error_remedy(error, "its log is in %.200s/log", cluster->data);
}

bool cluster_ensure(struct cluster *cluster, struct error *error)
{
	if (!cluster_is_embedded(cluster))
		return true;
	bool started = false;
	for (int polls = 0; polls < CLUSTER_START_S * 1000 / CLUSTER_POLL_MS; polls++) {
		enum server server;
		if (!look_at(cluster, &server, error))
			return false;
		if (server == SERVER_ANSWERS) {
			if (!started)
				log_info("the database runs already", "data=%s", cluster->data);
			return true;
		}
		if (server == SERVER_ELSEWHERE && !stop(cluster, error))
			return false;
		if (server == SERVER_DOWN || server == SERVER_ELSEWHERE) {
			if (!start(cluster, error))
				return false;
			started = true;
		} else {
			pause_a_poll();
		}
	}
	return too_long_busy(cluster, error);
}

bool cluster_stop(struct cluster *cluster, struct error *error)
{
	char folder[PATH_SIZE];
	if (!cluster_is_embedded(cluster) || server_pid(cluster, folder) == 0)
		return true;
	log_info("stopping the database", "data=%s", cluster->data);
	return stop(cluster, error);
}

/* ---- the handle --------------------------------------------------------------------------- */

static bool open_embedded(struct cluster *cluster, struct error *error)
{
	if (!take_lock(cluster, error) || !find_programs(cluster, error))
		return false;
	if (data_major(cluster->data) == 0 && !make_cluster(cluster, error))
		return false;
	return cluster_ensure(cluster, error);
}

bool cluster_open(const struct config *config, struct cluster **ret_cluster, struct error *error)
{
	struct cluster *cluster = calloc(1, sizeof *cluster);
	if (cluster == NULL)
		abort();
	cluster->lock = -1;
	text_copy(cluster->data_dir, sizeof cluster->data_dir, config->data_dir);
	text_copy(cluster->wanted_bindir, sizeof cluster->wanted_bindir, config->pg_bindir);
	if (config->database != NULL && (cluster->database = strdup(config->database)) == NULL)
		abort();
	snprintf(cluster->data, sizeof cluster->data, "%s/postgres", config->data_dir);
	folders_database(config, cluster->run);
	if (cluster_is_embedded(cluster) && (!folders_socket_fits(cluster->run, error)
			|| !open_embedded(cluster, error))) {
		cluster_free(cluster);
		return false;
	}
	*ret_cluster = cluster;
	return true;
}

bool cluster_is_embedded(const struct cluster *cluster)
{
	return cluster->database == NULL;
}

static void append_external(struct buffer *out, const char *database, const char *role)
{
	buffer_append_text(out, database);
	if (text_starts(database, "postgres://") || text_starts(database, "postgresql://"))
		buffer_printf(out, "%coptions=-c%%20role%%3D%s", strchr(database, '?') != NULL ? '&' : '?',
			role);
	else
		buffer_printf(out, " options='-c role=%s'", role);
}

static void append_embedded(struct buffer *out, const char *run_dir, const char *role)
{
	buffer_append_text(out, "host='");
	for (const char *c = run_dir; *c != '\0'; c++) {
		if (*c == '\'' || *c == '\\')
			buffer_append_byte(out, '\\');
		buffer_append_byte(out, *c);
	}
	buffer_printf(out, "' port=5432 dbname=" CLUSTER_DATABASE " user=%s", role);
}

const char *cluster_conninfo(struct cluster *cluster, const char *role)
{
	size_t i = 0;
	while (i < sizeof roles / sizeof *roles && !text_equal(roles[i], role))
		i++;
	assert(i < sizeof roles / sizeof *roles);
	struct buffer *text = &cluster->conninfo[i];
	if (text->length == 0 && cluster_is_embedded(cluster))
		append_embedded(text, cluster->run, role);
	else if (text->length == 0)
		append_external(text, cluster->database, role);
	return buffer_text(text);
}

void cluster_free(struct cluster *cluster)
{
	if (cluster == NULL)
		return;
	if (cluster->lock >= 0)
		close(cluster->lock);
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		buffer_free(&cluster->conninfo[i]);
	free(cluster->database);
	free(cluster);
}
