/*
 * vaultd.conf by inih, strictly: what is not known, given twice, too long or of the wrong shape is
 * an error that names file, line and key. The keys stand once, in a table, and reading, reloading
 * and the remedy of an unknown key walk it.
 */
#include "vaultd/config.h"

#include <assert.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ini.h>

#include "base/buffer.h"
#include "base/text.h"
#include "vaultd/log.h"

enum key_kind {
	KEY_PATH,   /* absolute */
	KEY_SOCKET, /* a path that fits a socket address */
	KEY_NAME,   /* of a Unix user or group */
	KEY_LEVEL,  /* of the log */
	KEY_YES_NO,
	KEY_SIGHT,  /* full, public or closed */
	KEY_HOURS,  /* a whole number of them, or never */
	KEY_STRING, /* of any length, on the heap */
};

struct key {
	const char *name;
	enum key_kind kind;
	size_t offset, size;
	bool reloadable;
};

#define KEY(m, k) { .name = #m, .kind = (k), .offset = offsetof(struct config, m), \
	.size = sizeof(((struct config *)0)->m) }

static const struct key keys[] = {
	KEY(data_dir, KEY_PATH),
	KEY(run_dir, KEY_PATH),
	KEY(socket, KEY_SOCKET),
	KEY(socket_group, KEY_NAME),
	KEY(auditors_group, KEY_NAME),
	KEY(database, KEY_STRING),
	KEY(pg_bindir, KEY_PATH),
	KEY(user, KEY_NAME),
	KEY(allow_loss, KEY_YES_NO),
	{ .name = "delegates_see", .kind = KEY_SIGHT, .offset = offsetof(struct config, delegates_see),
		.size = sizeof(((struct config *)0)->delegates_see), .reloadable = true },
	KEY(log_key, KEY_PATH),
	KEY(order_key, KEY_PATH),
	{ .name = "self_check", .kind = KEY_HOURS, .offset = offsetof(struct config, self_check_hours),
		.size = sizeof(((struct config *)0)->self_check_hours), .reloadable = true },
	{ .name = "log_level", .kind = KEY_LEVEL, .offset = offsetof(struct config, log_level),
		.size = sizeof(((struct config *)0)->log_level), .reloadable = true },
};
enum { KEY_COUNT = sizeof keys / sizeof *keys };

/* One reading of one file. inih counts lines but does not tell its handler, so the reader does. */
struct reading {
	struct config *config;
	struct error *error;
	FILE *stream;
	int line;
	bool failed;             /* the error is set */
	int seen[KEY_COUNT];     /* the line that gave the key, or 0 */
};

static void *at(const struct config *config, const struct key *key)
{
	return (char *)config + key->offset;
}

static bool refuse(struct reading *reading, const char *field, const char *what)
{
	reading->failed = true;
	return error_set(reading->error, ERROR_CONFIG, field, "%s line %d: %s", reading->config->file,
		reading->line, what);
}

static bool refuse_key(struct reading *reading, const char *name, const char *what)
{
	char text[400];
	snprintf(text, sizeof text, "key %s %s", name, what);
	return refuse(reading, name, text);
}

static bool unknown_key(struct reading *reading, const char *name)
{
	struct buffer known = { 0 };
	for (size_t i = 0; i < KEY_COUNT; i++)
		buffer_printf(&known, "%s%s", i > 0 ? ", " : "", keys[i].name);
	refuse_key(reading, name, "is not known");
	error_remedy(reading->error, "the keys are %s; who may act for whom stands under [users]",
		buffer_text(&known));
	buffer_free(&known);
	return false;
}

static bool set_text(struct reading *reading, const struct key *key, const char *value)
{
	if (text_copy(at(reading->config, key), key->size, value))
		return true;
	refuse_key(reading, key->name, "has a value that is too long");
	return error_remedy(reading->error, "at most %zu bytes fit", key->size - 1);
}

static bool socket_fits(const char *path, const char *key, const char *where,
	struct error *error)
{
	if (strlen(path) < CONFIG_SOCKET_SIZE)
		return true;
	error_set(error, ERROR_CONFIG, key,
		"%s: the socket path %.160s is %zu bytes long, and a Unix socket takes %d", where, path,
		strlen(path), CONFIG_SOCKET_SIZE - 1);
	return error_remedy(error, "set a shorter %s, for instance under /run/vault", key);
}

static bool set_path(struct reading *reading, const struct key *key, const char *value)
{
	if (value[0] != '/') {
		refuse_key(reading, key->name, "is not an absolute path");
		return error_remedy(reading->error, "begin it with /");
	}
	char where[PATH_MAX + 32];
	snprintf(where, sizeof where, "%s line %d", reading->config->file, reading->line);
	if (key->kind == KEY_SOCKET && !socket_fits(value, key->name, where, reading->error)) {
		reading->failed = true;
		return false;
	}
	return set_text(reading, key, value);
}

static bool set_yes_no(struct reading *reading, const struct key *key, const char *value)
{
	bool yes = text_equal(value, "yes");
	if (!yes && !text_equal(value, "no"))
		return refuse_key(reading, key->name, "is neither yes nor no");
	*(bool *)at(reading->config, key) = yes;
	return true;
}

/* As an edition of reports is called. */
static bool set_sight(struct reading *reading, const struct key *key, const char *value)
{
	static const char *const names[] = { [VIEW_SIGHT_ALL] = "full", [VIEW_SIGHT_COARSE] = "public",
		[VIEW_SIGHT_NONE] = "closed" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (text_equal(value, names[i])) {
			*(enum view_sight *)at(reading->config, key) = (enum view_sight)i;
			return true;
		}
	}
	return refuse_key(reading, key->name, "is none of full, public, closed");
}

static bool set_hours(struct reading *reading, const struct key *key, const char *value)
{
	int64_t hours = 0;
	if (!text_equal(value, "never") &&
	    (!text_to_int(value, &hours) || hours < 1 || hours > SELF_CHECK_HOURS_MAX))
		return refuse_key(reading, key->name, "is neither a number of hours nor never");
	*(int64_t *)at(reading->config, key) = hours;
	return true;
}

static bool set_level(struct reading *reading, const struct key *key, const char *value)
{
	enum log_level level;
	if (!log_level_from_name(value, &level))
		return refuse_key(reading, key->name, "is none of error, warning, info, debug");
	return set_text(reading, key, value);
}

static bool set_string(const struct config *config, const struct key *key, const char *value)
{
	char *copy = strdup(value);
	if (copy == NULL)
		abort();
	*(char **)at(config, key) = copy;
	return true;
}

static bool set_key(struct reading *reading, const char *name, const char *value)
{
	size_t i = 0;
	while (i < KEY_COUNT && !text_equal(keys[i].name, name))
		i++;
	if (i == KEY_COUNT)
		return unknown_key(reading, name);
	if (reading->seen[i] != 0)
		return refuse_key(reading, name, "is given twice");
	if (value[0] == '\0') {
		refuse_key(reading, name, "has no value");
		return error_remedy(reading->error, "leave the line out for the default");
	}
	reading->seen[i] = reading->line;
	switch (keys[i].kind) {
	case KEY_PATH:
	case KEY_SOCKET:
		return set_path(reading, &keys[i], value);
	case KEY_NAME:
		return set_text(reading, &keys[i], value);
	case KEY_LEVEL:
		return set_level(reading, &keys[i], value);
	case KEY_YES_NO:
		return set_yes_no(reading, &keys[i], value);
	case KEY_SIGHT:
		return set_sight(reading, &keys[i], value);
	case KEY_HOURS:
		return set_hours(reading, &keys[i], value);
	case KEY_STRING:
		return set_string(reading->config, &keys[i], value);
	}
	assert(false && "a kind of key without a reader");
	return false;
}

static bool is_number(const char *text, uint32_t *ret_number)
{
	int64_t value;
	if (!text_to_int(text, &value) || value < 0 || value >= UINT32_MAX)
		return false;
	*ret_number = (uint32_t)value;
	return true;
}

/* Ids are looked up once, here: a slow name service must not hold up the loop. */
static void resolve(struct config_user *user)
{
	if (user->anybody || is_number(user->name, &user->id)) {
		user->resolved = true;
	} else if (user->is_group) {
		const struct group *group = getgrnam(user->name);
		user->resolved = group != NULL;
		user->id = group != NULL ? group->gr_gid : 0;
	} else {
		const struct passwd *passwd = getpwnam(user->name);
		user->resolved = passwd != NULL;
		user->id = passwd != NULL ? passwd->pw_uid : 0;
	}
}

static void *grown(void *items, size_t count, size_t size)
{
	void *larger = reallocarray(items, count + 1, size);
	if (larger == NULL)
		abort();
	return larger;
}

static bool add_person(struct reading *reading, struct config_user *user, const char *item)
{
	if (text_equal(item, "*")) {
		user->any_person = true;
	} else if (text_equal(item, "read-only")) {
		user->read_only = true;
	} else if (text_is_code(item)) {
		user->persons = grown(user->persons, user->person_count, sizeof *user->persons);
		text_copy(user->persons[user->person_count++], CODE_MAX, item);
	} else {
		char what[160];
		snprintf(what, sizeof what, "names \"%.60s\", which is no person's code", item);
		refuse_key(reading, user->name, what);
		return error_remedy(reading->error,
			"write person codes with commas between them, or *, and read-only where it is so");
	}
	return true;
}

static bool add_persons(struct reading *reading, struct config_user *user, const char *value)
{
	char *copy = strdup(value), *rest = copy, *item;
	bool good = copy != NULL;
	while (good && (item = strsep(&rest, ",")) != NULL) {
		item += strspn(item, " \t");
		size_t length = strlen(item);
		while (length > 0 && (item[length - 1] == ' ' || item[length - 1] == '\t'))
			item[--length] = '\0';
		good = add_person(reading, user, item);
	}
	free(copy);
	return good;
}

static bool known_already(const struct config *config, const struct config_user *user)
{
	for (size_t i = 0; i < config->user_count; i++) {
		const struct config_user *other = &config->users[i];
		if (other->is_group == user->is_group && text_equal(other->name, user->name))
			return true;
	}
	return false;
}

static bool add_user(struct reading *reading, const char *name, const char *value)
{
	struct config *config = reading->config;
	struct config_user user = { .is_group = name[0] == '@', .anybody = text_equal(name, "*") };
	if (!text_copy(user.name, sizeof user.name, name + (user.is_group ? 1 : 0))
		|| user.name[0] == '\0')
		return refuse_key(reading, name, "is no name of a Unix user or group");
	if (known_already(config, &user))
		return refuse_key(reading, name, "is given twice");
	resolve(&user);
	config->users = grown(config->users, config->user_count, sizeof *config->users);
	config->users[config->user_count] = user;
	return add_persons(reading, &config->users[config->user_count++], value);
}

/* What inih calls for each `name = value`; 0 is its word for an error. */
static int on_pair(void *user, const char *section, const char *name, const char *value)
{
	struct reading *reading = user;
	if (reading->failed)
		return 0;
	if (section[0] == '\0')
		return set_key(reading, name, value);
	if (text_equal(section, "users"))
		return add_user(reading, name, value);
	char what[128];
	snprintf(what, sizeof what, "section [%.50s] is not known", section);
	refuse(reading, section, what);
	error_remedy(reading->error, "the only section is [users]; all other keys stand before it");
	return 0;
}

/* What inih calls for each line. inih would cut a long one in two, so it is refused here. */
static char *next_line(char *text, int size, void *stream)
{
	struct reading *reading = stream;
	if (reading->failed || fgets(text, size, reading->stream) == NULL)
		return NULL;
	reading->line++;
	size_t length = strlen(text);
	if (length == (size_t)size - 1 && text[length - 1] != '\n') {
		char what[64];
		snprintf(what, sizeof what, "the line is longer than %d bytes", size - 2);
		refuse(reading, "", what);
		return NULL;
	}
	return text;
}

static bool read_stream(struct reading *reading)
{
	int bad_line = ini_parse_stream(next_line, reading, on_pair, reading);
	if (!reading->failed && ferror(reading->stream))
		return refuse(reading, "", "cannot be read");
	/* A line that inih itself could not read comes first, or no key was at fault. */
	if (bad_line > 0 && (!reading->failed || bad_line < reading->line)) {
		reading->line = bad_line;
		*reading->error = (struct error){ 0 };
		refuse(reading, "", "is neither `key = value` nor a [section] nor a comment");
		error_remedy(reading->error, "write key = value, [users], or # before a comment");
	}
	return !reading->failed;
}

static bool read_file(struct config *config, bool may_be_missing, struct error *error)
{
	struct reading reading = { .config = config, .error = error };
	reading.stream = fopen(config->file, "re");
	if (reading.stream == NULL && errno == ENOENT && may_be_missing) {
		config->file[0] = '\0';
		return true;
	}
	if (reading.stream == NULL) {
		error_set(error, ERROR_CONFIG, "config", "the configuration %s cannot be opened: %s",
			config->file, strerror(errno));
		return error_remedy(error, "name a file that vaultd may read with --config FILE");
	}
	bool good = read_stream(&reading);
	fclose(reading.stream);
	return good;
}

/* $NAME/vault, or $HOME followed by the tail; false where the environment has neither. */
static bool user_folder(char *to, const char *variable, const char *home_tail)
{
	const char *base = getenv(variable), *home = getenv("HOME");
	int length = -1;
	if (base != NULL && base[0] == '/')
		length = snprintf(to, PATH_MAX, "%s/vault", base);
	else if (home_tail != NULL && home != NULL && home[0] == '/')
		length = snprintf(to, PATH_MAX, "%s%s", home, home_tail);
	return length > 0 && length < PATH_MAX;
}

/* The machine's folders; systemd names them where its unit made them. */
static void system_folder(char *to, const char *variable, const char *otherwise)
{
	const char *given = getenv(variable);
	bool usable = given != NULL && given[0] == '/' && strchr(given, ':') == NULL;
	if (!usable || !text_copy(to, PATH_MAX, given))
		text_copy(to, PATH_MAX, otherwise);
}

static bool default_data_dir(struct config *config, struct error *error)
{
	if (config->data_dir[0] != '\0')
		return true;
	if (config->system) {
		system_folder(config->data_dir, "STATE_DIRECTORY", "/var/lib/vault");
		return true;
	}
	if (user_folder(config->data_dir, "XDG_STATE_HOME", "/.local/state/vault"))
		return true;
	error_set(error, ERROR_CONFIG, "data_dir",
		"no data_dir is set, and the environment has neither XDG_STATE_HOME nor HOME");
	return error_remedy(error, "set data_dir = in a file and start vaultd --config FILE");
}

static bool default_run_dir(struct config *config, struct error *error)
{
	if (config->run_dir[0] != '\0')
		return true;
	if (config->system) {
		system_folder(config->run_dir, "RUNTIME_DIRECTORY", "/run/vault");
		return true;
	}
	if (user_folder(config->run_dir, "XDG_RUNTIME_DIR", NULL))
		return true;
	error_set(error, ERROR_CONFIG, "run_dir",
		"no run_dir is set, and the environment has no XDG_RUNTIME_DIR");
	return error_remedy(error, "set run_dir = in a file and start vaultd --config FILE");
}

static bool default_path(char *to, const char *folder, const char *name, struct error *error)
{
	char path[PATH_MAX + 32];
	if (to[0] != '\0')
		return true;
	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (text_copy(to, PATH_MAX, path))
		return true;
	return error_set(error, ERROR_CONFIG, name, "the path %.200s... is too long", path);
}

static bool default_socket(struct config *config, struct error *error)
{
	char path[PATH_MAX + 32];
	if (config->socket[0] != '\0')
		return true;
	snprintf(path, sizeof path, "%s/vaultd.sock", config->run_dir);
	const char *where = config->file[0] != '\0' ? config->file : "default configuration";
	if (!socket_fits(path, "run_dir", where, error))
		return false;
	return text_copy(config->socket, sizeof config->socket, path);
}

/* Nobody is named: the user that vaultd runs as may act for any person. */
static void default_users(struct config *config)
{
	if (config->user_count > 0)
		return;
	const struct passwd *passwd = geteuid() == 0 ? getpwnam(config->user) : getpwuid(geteuid());
	struct config_user user = { .any_person = true, .resolved = passwd != NULL || geteuid() != 0 };
	user.id = passwd != NULL ? passwd->pw_uid : geteuid();
	text_copy(user.name, sizeof user.name, passwd != NULL ? passwd->pw_name : "");
	config->users = grown(NULL, 0, sizeof *config->users);
	config->users[config->user_count++] = user;
}

static bool fill_defaults(struct config *config, struct error *error)
{
	if (config->user[0] == '\0')
		text_copy(config->user, sizeof config->user, "vault");
	if (config->log_level[0] == '\0')
		text_copy(config->log_level, sizeof config->log_level, "info");
	default_users(config);
	return default_data_dir(config, error) && default_run_dir(config, error)
		&& default_socket(config, error)
		&& default_path(config->log_key, config->data_dir, "log.key", error)
		&& default_path(config->order_key, config->data_dir, "order.key", error);
}

/* A path of the command line, made absolute: after the drop of rights "here" may be elsewhere. */
static bool set_absolute(char *to, const char *path, struct error *error)
{
	char folder[PATH_MAX], whole[2 * PATH_MAX];
	if (path[0] == '/' || getcwd(folder, sizeof folder) == NULL)
		snprintf(whole, sizeof whole, "%s", path);
	else
		snprintf(whole, sizeof whole, "%s/%s", folder, path);
	if (strlen(path) < PATH_MAX && text_copy(to, PATH_MAX, whole))
		return true;
	return error_set(error, ERROR_CONFIG, "config", "the path %.200s... is too long", path);
}

static bool load(struct config *config, const char *file, const char *clock_file,
	struct error *error)
{
	char folder[PATH_MAX];
	if (clock_file != NULL && !set_absolute(config->clock_file, clock_file, error))
		return false;
	bool found = true;
	if (file != NULL)
		found = set_absolute(config->file, file, error);
	else if (config->system)
		text_copy(config->file, sizeof config->file, "/etc/vault/vaultd.conf");
	else if (user_folder(folder, "XDG_CONFIG_HOME", "/.config/vault"))
		found = default_path(config->file, folder, "vaultd.conf", error);
	return found && (config->file[0] == '\0' || read_file(config, file == NULL, error))
		&& fill_defaults(config, error);
}

static bool load_as(bool system, const char *file, const char *clock_file,
	struct config **ret_config, struct error *error)
{
	struct config *config = calloc(1, sizeof *config);
	if (config == NULL)
		abort();
	config->system = system;
	config->delegates_see = VIEW_SIGHT_COARSE;
	config->self_check_hours = SELF_CHECK_HOURS;
	if (!load(config, file, clock_file, error)) {
		config_free(config);
		return false;
	}
	for (size_t i = 0; i < config->user_count; i++) {
		if (!config->users[i].resolved)
			log_warning("unknown name in [users]", "file=%s name=%s", config->file,
				config->users[i].name);
	}
	*ret_config = config;
	return true;
}

bool config_load(const char *file, const char *clock_file, struct config **ret_config,
	struct error *error)
{
	bool system = geteuid() == 0 || getenv("STATE_DIRECTORY") != NULL;
	return load_as(system, file, clock_file, ret_config, error);
}

static bool same_value(const struct config *a, const struct config *b, const struct key *key)
{
	if (key->kind == KEY_YES_NO)
		return *(const bool *)at(a, key) == *(const bool *)at(b, key);
	if (key->kind == KEY_HOURS)
		return *(const int64_t *)at(a, key) == *(const int64_t *)at(b, key);
	if (key->kind != KEY_STRING)
		return text_equal(at(a, key), at(b, key));
	const char *one = *(char *const *)at(a, key), *other = *(char *const *)at(b, key);
	return (one == NULL) == (other == NULL) && (one == NULL || text_equal(one, other));
}

bool config_reload(const struct config *config, struct config **ret_config, struct error *error)
{
	struct config *fresh;
	const char *file = config->file[0] != '\0' ? config->file : NULL;
	const char *clock_file = config->clock_file[0] != '\0' ? config->clock_file : NULL;
	if (!load_as(config->system, file, clock_file, &fresh, error))
		return false;
	for (size_t i = 0; i < KEY_COUNT; i++) {
		if (keys[i].reloadable || same_value(config, fresh, &keys[i]))
			continue;
		error_set(error, ERROR_CONFIG, keys[i].name,
			"%s changes %s, which a running vaultd cannot; nothing of the file was taken over",
			fresh->file, keys[i].name);
		error_remedy(error, "put the old value back, or restart vaultd");
		config_free(fresh);
		return false;
	}
	*ret_config = fresh;
	return true;
}

void config_free(struct config *config)
{
	if (config == NULL)
		return;
	for (size_t i = 0; i < config->user_count; i++)
		free(config->users[i].persons);
	free(config->users);
	free(config->database);
	free(config);
}

static bool holds(const gid_t *groups, size_t count, uint32_t id)
{
	for (size_t i = 0; i < count; i++) {
		if (groups[i] == id)
			return true;
	}
	return false;
}

const struct config_user *config_user_for(const struct config *config, uid_t uid,
	const gid_t *groups, size_t group_count)
{
	const struct config_user *by_group = NULL, *by_default = NULL;
	for (size_t i = 0; i < config->user_count; i++) {
		const struct config_user *user = &config->users[i];
		if (!user->resolved)
			continue;
		if (user->anybody)
			by_default = user;
		else if (user->is_group && by_group == NULL && holds(groups, group_count, user->id))
			by_group = user;
		else if (!user->is_group && user->id == uid)
			return user;
	}
	return by_group != NULL ? by_group : by_default;
}

bool config_user_acts_for(const struct config_user *user, const char *person)
{
	for (size_t i = 0; i < user->person_count; i++) {
		if (text_equal(user->persons[i], person))
			return true;
	}
	return user->any_person;
}
