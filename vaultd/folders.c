/* Folders made and given away, and then root given up for good. */
#include "vaultd/folders.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "vault/limits.h"
#include "vaultd/log.h"

/* Whom the folders shall belong to. */
struct owner {
	uid_t uid;
	gid_t gid;
	char name[NAME_MAX_BYTES];
};

static bool find_owner(const struct config *config, struct owner *ret_owner, struct error *error)
{
	bool root = geteuid() == 0;
	const struct passwd *passwd = root ? getpwnam(config->user) : getpwuid(geteuid());
	if (passwd == NULL && root) {
		error_set(error, ERROR_CONFIG, "user", "there is no user \"%s\" for vaultd to become",
			config->user);
		return error_remedy(error, "make it with: useradd --system --no-create-home"
			" --shell /usr/sbin/nologin %s   or set user = to one that exists", config->user);
	}
	if (passwd == NULL && config->database == NULL) {
		error_set(error, ERROR_CONFIG, "user",
			"uid %u has no entry in the user database, and PostgreSQL does not start without one",
			(unsigned)geteuid());
		return error_remedy(error,
			"start vaultd as a user that `getent passwd` shows, or set database = to a server");
	}
	if (passwd != NULL && passwd->pw_uid == 0) {
		error_set(error, ERROR_CONFIG, "user", "neither vaultd nor PostgreSQL runs as root");
		return error_remedy(error, "set user = to an ordinary user, for instance vault");
	}
	ret_owner->uid = passwd != NULL ? passwd->pw_uid : geteuid();
	ret_owner->gid = passwd != NULL ? passwd->pw_gid : getegid();
	text_copy(ret_owner->name, sizeof ret_owner->name, passwd != NULL ? passwd->pw_name : "");
	return true;
}

static bool make_parents(const char *path, struct error *error)
{
	char folder[FOLDERS_PATH_SIZE];
	text_copy(folder, sizeof folder, path);
	for (char *slash = folder + 1; (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
		*slash = '\0';
		if (mkdir(folder, 0755) == 0 || errno == EEXIST)
			continue;
		int reason = errno;
		if (access(folder, X_OK) == 0)
			continue;
		error_set(error, ERROR_CONFIG, "", "the folder %.200s cannot be made: %s", folder,
			strerror(reason));
		return error_remedy(error, "make it, or set data_dir and run_dir where vaultd may write");
	}
	return true;
}

/* A folder made here gets its owner through its descriptor, so no link can be slipped under it. */
static bool own_folder(int folder, const char *path, const struct owner *owner, gid_t group,
	mode_t mode, struct error *error)
{
	struct stat status;
	if (fstat(folder, &status) != 0)
		return error_set(error, ERROR_CONFIG, "", "%.200s: %s", path, strerror(errno));
	bool new_owner = status.st_uid == 0 && geteuid() == 0;
	if (!new_owner && status.st_uid != owner->uid) {
		error_set(error, ERROR_CONFIG, "",
			"the folder %.200s belongs to uid %u, not to %s (uid %u)", path,
			(unsigned)status.st_uid, owner->name, (unsigned)owner->uid);
		return error_remedy(error, "give it away with: chown -R %s %.160s   or name another folder",
			owner->name, path);
	}
	if ((new_owner || status.st_gid != group)
		&& fchown(folder, new_owner ? owner->uid : (uid_t)-1, group) != 0) {
		error_set(error, ERROR_CONFIG, "", "the folder %.200s cannot be given to gid %u: %s", path,
			(unsigned)group, strerror(errno));
		return error_remedy(error, "start vaultd as root, or make its user a member of the group");
	}
	if (fchmod(folder, mode) != 0)
		return error_set(error, ERROR_CONFIG, "", "%.200s: %s", path, strerror(errno));
	return true;
}

static bool make_folder(const char *path, const struct owner *owner, gid_t group, mode_t mode,
	struct error *error)
{
	if (!make_parents(path, error))
		return false;
	int failed = mkdir(path, mode) != 0 && errno != EEXIST ? errno : 0;
	int folder = failed == 0 ? open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
	if (folder < 0) {
		error_set(error, ERROR_CONFIG, "", "the folder %.200s cannot be made or opened: %s", path,
			strerror(failed != 0 ? failed : errno));
		return error_remedy(error, "make it, or set data_dir and run_dir where vaultd may write");
	}
	bool good = own_folder(folder, path, owner, group, mode, error);
	close(folder);
	return good;
}

/* The group of the socket joins the user's own, so that the socket can be given to it later. */
static bool take_groups(const struct config *config, const struct owner *owner)
{
	enum { GROUPS_MAX = 256 };
	gid_t groups[GROUPS_MAX + 1];
	const struct group *group =
		config->socket_group[0] != '\0' ? getgrnam(config->socket_group) : NULL;
	gid_t joining = group != NULL ? group->gr_gid : owner->gid;
	if (initgroups(owner->name, owner->gid) != 0)
		return false;
	int count = getgroups(GROUPS_MAX, groups);
	if (count < 0)
		return false;
	groups[count] = joining;
	return setgroups((size_t)count + 1, groups) == 0;
}

static bool become(const struct config *config, const struct owner *owner, struct error *error)
{
	if (geteuid() != 0)
		return true;
	if (take_groups(config, owner)
		&& setresgid(owner->gid, owner->gid, owner->gid) == 0
		&& setresuid(owner->uid, owner->uid, owner->uid) == 0)
		return true;
	return error_set(error, ERROR_CONFIG, "user", "cannot become %s: %s", owner->name,
		strerror(errno));
}

void folders_database(const struct config *config, char path[FOLDERS_PATH_SIZE])
{
	snprintf(path, FOLDERS_PATH_SIZE, "%s/pg", config->run_dir);
}

bool folders_socket_fits(const char *pg, struct error *error)
{
	size_t length = strlen(pg) + strlen(FOLDERS_SOCKET);
	if (length < CONFIG_SOCKET_SIZE)
		return true;
	error_set(error, ERROR_CONFIG, "run_dir",
		"the database's socket %.200s%s would be %zu bytes long, and a Unix socket takes %d", pg,
		FOLDERS_SOCKET, length, CONFIG_SOCKET_SIZE - 1);
	return error_remedy(error, "set run_dir to a shorter path, for instance /run/vault");
}

bool folders_prepare(const struct config *config, struct error *error)
{
	struct owner owner;
	char pg[FOLDERS_PATH_SIZE];
	folders_database(config, pg);
	if (!find_owner(config, &owner, error)
		|| (config->database == NULL && !folders_socket_fits(pg, error)))
		return false;
	gid_t auditors = owner.gid;
	if (config->auditors_group[0] != '\0') {
		const struct group *group = getgrnam(config->auditors_group);
		if (group == NULL) {
			error_set(error, ERROR_CONFIG, "auditors_group", "there is no group \"%s\"",
				config->auditors_group);
			return error_remedy(error, "make it with: groupadd --system %s",
				config->auditors_group);
		}
		auditors = group->gr_gid;
	}
	mode_t pg_mode = config->auditors_group[0] != '\0' ? 0750 : 0700;
	return make_folder(config->data_dir, &owner, owner.gid, 0700, error)
		&& make_folder(config->run_dir, &owner, owner.gid, 0755, error)
		&& (config->database != NULL || make_folder(pg, &owner, auditors, pg_mode, error))
		&& become(config, &owner, error);
}
