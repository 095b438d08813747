/* Making, finding and opening private keys. Whatever held a secret is cleansed. */
#include "vaultctl/key.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vaultctl/special.h"

enum { KEY_FILE_MAX = 64 * 1024 };

bool key_choice_take(struct key_choice *choice, int *argc, char **argv, struct error *error)
{
	return ctl_take_option(argc, argv, "--key", &choice->file, error)
		&& ctl_take_option(argc, argv, "--name", &choice->name, error);
}

bool key_default_path(const char *code, char *to, size_t size)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int length = -1;
	if (config != NULL && config[0] == '/')
		length = snprintf(to, size, "%s/vault/%s.pem", config, code);
	else if (home != NULL && home[0] == '/')
		length = snprintf(to, size, "%s/.config/vault/%s.pem", home, code);
	return length > 0 && (size_t)length < size;
}

/* ---- passphrases ---- */

/* The first line of the file that $VAULT_PASSPHRASE_FILE names. */
static bool passphrase_from_file(const char *file, char *to, size_t size, struct error *error)
{
	struct buffer bytes = { 0 };
	bool good = ctl_read_file(file, KEY_PASSPHRASE_MAX, &bytes, error);
	size_t length = 0;
	while (good && length < bytes.length && strchr("\r\n", bytes.bytes[length]) == NULL)
		length++;
	if (good && (length == 0 || length >= size || memchr(bytes.bytes, '\0', length) != NULL))
		good = error_set(error, ERROR_INVALID, "", "%s holds no passphrase in its first line",
			file);
	if (good) {
		memcpy(to, bytes.bytes, length);
		to[length] = '\0';
	}
	key_cleanse_buffer(&bytes);
	buffer_free(&bytes);
	return good;
}

/* What opens a key; the error stays for who called signer_load_pem. */
struct asking {
	const char *file;
	struct error error;
};

static int ask_for_key(void *context, char *to, int size)
{
	struct asking *asking = context;
	const char *from = getenv("VAULT_PASSPHRASE_FILE");
	char question[PATH_MAX + 32];
	snprintf(question, sizeof question, "Passphrase of %s: ", asking->file);
	bool good = from != NULL ? passphrase_from_file(from, to, (size_t)size, &asking->error)
		: ctl_ask_passphrase(question, to, (size_t)size, &asking->error);
	return good ? (int)strlen(to) : -1;
}

static bool new_passphrase(char *to, size_t size, struct error *error)
{
	const char *from = getenv("VAULT_PASSPHRASE_FILE");
	char again[KEY_PASSPHRASE_MAX];
	if (from != NULL)
		return passphrase_from_file(from, to, size, error);
	bool good = ctl_ask_passphrase("New passphrase: ", to, size, error);
	if (good && to[0] == '\0')
		good = error_set(error, ERROR_INVALID, "", "an empty passphrase protects nothing")
			|| error_remedy(error, "To have none, say --no-passphrase");
	if (good)
		good = ctl_ask_passphrase("The same again: ", again, sizeof again, error);
	if (good && !text_equal(to, again))
		good = error_set(error, ERROR_INVALID, "", "the two passphrases differ");
	key_cleanse(again, sizeof again);
	return good;
}

/* ---- finding and opening ---- */

bool key_read_verifier(const char *text_or_file, struct verifier_key *ret_key,
	struct error *error)
{
	struct error ignored = { 0 };
	struct buffer bytes = { 0 };
	if (verifier_key_parse(text_or_file, ret_key, &ignored))
		return true;
	if (!ctl_read_file(text_or_file, KEY_FILE_MAX, &bytes, error))
		return false;
	char *text = (char *)(uintptr_t)buffer_text(&bytes);
	text[strcspn(text, "\r\n")] = '\0';
	struct error cause = { 0 };
	bool good = verifier_key_parse(text, ret_key, &cause)
		|| error_set(error, ERROR_INVALID, "", "%.200s holds no verifier key: %.200s",
			text_or_file, cause.message);
	buffer_free(&bytes);
	return good;
}

/* FILE.vkey, or NAME.vkey for NAME.pem; false where neither is there. */
static bool beside(const char *file, char *to, size_t size)
{
	size_t length = strlen(file);
	if (snprintf(to, size, "%s.vkey", file) < (int)size && access(to, R_OK) == 0)
		return true;
	bool pem = length > 4 && text_equal(file + length - 4, ".pem");
	return pem && snprintf(to, size, "%.*s.vkey", (int)length - 4, file) < (int)size
		&& access(to, R_OK) == 0;
}

static bool choose_file(const struct key_choice *choice, const char *code, char *to, size_t size,
	struct error *error)
{
	const char *given = choice->file != NULL ? choice->file : getenv("VAULT_KEY");
	if (given != NULL && text_copy(to, size, given))
		return true;
	if (given == NULL && code[0] != '\0' && key_default_path(code, to, size)) {
		if (access(to, F_OK) == 0)
			return true;
		error_set(error, ERROR_NOT_FOUND, "", "there is no key %s", to);
	} else {
		error_set(error, ERROR_INVALID, "", "which key is to sign is not known");
	}
	return error_remedy(error, "Name it with --key FILE or VAULT_KEY");
}

static bool choose_name(const struct key_choice *choice, const char *file,
	const struct verifier_key *beside_key, const char *code, const char *origin,
	char name[KEY_NAME_MAX], struct error *error)
{
	int length = -1;
	if (choice->name != NULL)
		length = snprintf(name, KEY_NAME_MAX, "%s", choice->name);
	else if (beside_key != NULL)
		length = snprintf(name, KEY_NAME_MAX, "%s", beside_key->name);
	else if (origin != NULL && code[0] != '\0')
		length = snprintf(name, KEY_NAME_MAX, "%s/%s", origin, code);
	if (length > 0 && length < KEY_NAME_MAX)
		return true;
	error_set(error, ERROR_INVALID, "", "under which name %s signs is not known", file);
	return error_remedy(error, "Say --name ORIGIN/CODE, or put its verifier key beside it as "
		"%s.vkey", file);
}

static bool open_signer(const char *file, struct signer **ret_signer, struct error *error)
{
	struct buffer pem = { 0 };
	struct asking asking = { .file = file };
	bool good = ctl_read_file(file, KEY_FILE_MAX, &pem, error)
		&& signer_load_pem(pem.bytes, pem.length, ask_for_key, &asking, ret_signer, error);
	key_cleanse_buffer(&pem);
	buffer_free(&pem);
	if (!good && asking.error.id != ERROR_NONE)
		*error = asking.error;
	return good;
}

bool key_load(const struct key_choice *choice, const char *code, const char *origin,
	struct signer **ret_signer, struct verifier_key *ret_key, struct error *error)
{
	char file[PATH_MAX], vkey_file[PATH_MAX], name[KEY_NAME_MAX];
	struct verifier_key own, known;
	struct signer *signer;
	if (!choose_file(choice, code, file, sizeof file, error))
		return false;
	bool has_vkey = beside(file, vkey_file, sizeof vkey_file);
	if (has_vkey && !key_read_verifier(vkey_file, &known, error))
		return false;
	if (!choose_name(choice, file, has_vkey ? &known : NULL, code, origin, name, error)
		|| !open_signer(file, &signer, error))
		return false;
	enum key_type type = choice->type == KEY_COSIGNATURE ? KEY_COSIGNATURE : KEY_ED25519;
	bool good = signer_verifier_key(signer, name, type, &own, error);
	if (good && has_vkey && known.type != type)
		good = error_set(error, ERROR_INVALID, "", type == KEY_COSIGNATURE ? "%s is no witness's key: "
			"vaultctl key generate CODE --witness --origin ORIGIN makes one" :
			"%s is a witness's key: it cosigns checkpoints and signs nothing else", vkey_file);
	if (good && has_vkey && choice->name == NULL && !verifier_key_equal(&own, &known))
		good = error_set(error, ERROR_INVALID, "", "%s is not the verifier key of %s",
			vkey_file, file);
	if (!good) {
		signer_free(signer);
		return false;
	}
	*ret_signer = signer;
	*ret_key = own;
	return true;
}

/* ---- key generate ---- */

static bool write_new(const char *path, const char *bytes, size_t length, mode_t mode,
	struct error *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0 && errno == EEXIST) {
		error_set(error, ERROR_CONFLICT, "", "%s exists, and a key is never overwritten", path);
		return error_remedy(error, "Name another with --out FILE");
	}
	if (fd < 0)
		return error_set(error, ERROR_STORE, "", "%s cannot be made: %s", path,
			strerror(errno));
	ssize_t written = write(fd, bytes, length);
	bool good = written == (ssize_t)length && fsync(fd) == 0;
	int cause = errno;
	if (close(fd) != 0 || !good) {
		unlink(path);
		return error_set(error, ERROR_STORE, "", "%s cannot be written: %s", path,
			good || written >= 0 ? "no space" : strerror(cause));
	}
	return true;
}

/* The folder of the default path, which nobody else may look into. */
static void make_folder(const char *path)
{
	char folder[PATH_MAX];
	text_copy(folder, sizeof folder, path);
	for (char *at = strchr(folder + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(folder, 0700); /* what fails here fails again, with its reason, at the file */
		*at = '/';
	}
}

static bool write_key(const struct signer *signer, const struct verifier_key *key,
	const char *file, bool protect, struct error *error)
{
	char passphrase[KEY_PASSPHRASE_MAX] = "", vkey_file[PATH_MAX + 8];
	struct buffer pem = { 0 }, vkey = { 0 };
	verifier_key_format(&vkey, key);
	buffer_append_byte(&vkey, '\n');
	snprintf(vkey_file, sizeof vkey_file, "%s.vkey", file);
	bool good = (!protect || new_passphrase(passphrase, sizeof passphrase, error))
		&& signer_to_pem(signer, protect ? passphrase : NULL, &pem, error)
		&& write_new(file, pem.bytes, pem.length, 0600, error);
	key_cleanse(passphrase, sizeof passphrase);
	key_cleanse_buffer(&pem);
	if (good && !write_new(vkey_file, vkey.bytes, vkey.length, 0644, error)) {
		unlink(file);
		good = false;
	}
	if (good)
		fputs(buffer_text(&vkey), stdout);
	buffer_free(&pem);
	buffer_free(&vkey);
	return good;
}

static bool check_absent(const char *file, struct error *error)
{
	if (access(file, F_OK) != 0)
		return true;
	error_set(error, ERROR_CONFLICT, "", "%s exists, and a key is never overwritten", file);
	return error_remedy(error, "Name another with --out FILE");
}

static bool generate(const char *code, const char *origin, enum key_type type, const char *out,
	bool protect, char file[PATH_MAX], struct error *error)
{
	struct signer *signer;
	struct verifier_key key;
	char name[KEY_NAME_MAX];
	if (!text_is_code(code))
		return error_set(error, ERROR_INVALID, "", "\"%s\" cannot be a person's code", code);
	if (snprintf(name, sizeof name, "%s/%s", origin, code) >= (int)sizeof name)
		return error_set(error, ERROR_INVALID, "", "the origin is too long");
	if (out != NULL ? !text_copy(file, PATH_MAX, out) : !key_default_path(code, file, PATH_MAX))
		return error_set(error, ERROR_INVALID, "", "where to put the key is not known")
			|| error_remedy(error, "Name it with --out FILE");
	if (!check_absent(file, error))
		return false;
	if (out == NULL)
		make_folder(file);
	if (!signer_generate(&signer, error))
		return false;
	bool good = signer_verifier_key(signer, name, type, &key, error)
		&& write_key(signer, &key, file, protect, error);
	signer_free(signer);
	return good;
}

int key_generate_run(struct ctl *ctl, int argc, char **argv)
{
	const char *origin = NULL, *out = NULL;
	char file[PATH_MAX];
	struct error error = { 0 };
	bool protect = !ctl_take_flag(&argc, argv, "--no-passphrase");
	bool witness = ctl_take_flag(&argc, argv, "--witness");
	if (!ctl_take_option(&argc, argv, "--origin", &origin, &error)
		|| !ctl_take_option(&argc, argv, "--out", &out, &error)
		|| !ctl_words(argc, argv, 1, 1, &error))
		return ctl_fail(ctl, &error);
	if (origin == NULL) {
		error_set(&error, ERROR_INVALID, "", "a key is named for its reserve");
		error_remedy(&error, "Add --origin ORIGIN, for instance vault.example/reserve-log");
		return ctl_fail(ctl, &error);
	}
	if (!generate(argv[0], origin, witness ? KEY_COSIGNATURE : KEY_ED25519, out, protect, file,
		&error))
		return ctl_fail(ctl, &error);
	ctl_say(ctl, "The private key is %s: keep it here and keep it yours. Above is its verifier "
		"key, also in %s.vkey.", file, file);
	return 0;
}
