/*
 * vault-bench-ledger: makes an exported ledger of a reserve that lives, of as many entries as asked for,
 * all made by the core and signed: what export, verification, replay, audit and restore are measured with.
 */
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "bench/ledger_life.h"
#include "ledger/export.h"

enum { LOTS_MAX = 9999999, ENTRIES_MAX = 100000000 };

struct making {
	struct export_writer *writer;
	struct buffer entry;
	int64_t bytes;
};

static bool take(void *context, const struct entry_meta *meta, const struct event *event,
	struct error *error)
{
	struct making *making = context;
	buffer_clear(&making->entry);
	making->bytes += (int64_t)entry_append(&making->entry, meta, event->type->body, event->body);
	return export_writer_append(making->writer, making->entry.bytes, making->entry.length, error);
}

static bool finish(struct export_writer *writer, const struct signer *signer, struct error *error)
{
	struct buffer note = { 0 };
	struct checkpoint checkpoint = { .origin = ROUND_ORIGIN, .size = export_writer_size(writer) };
	export_writer_root(writer, &checkpoint.root);
	checkpoint_append_text(&note, &checkpoint);
	bool good = note_sign(&note, note.length, ROUND_ORIGIN, signer, error)
		&& export_writer_finish(writer, note.bytes, note.length, error);
	buffer_free(&note);
	return good;
}

static bool print_key(const struct signer *signer, struct error *error)
{
	struct verifier_key key;
	struct buffer text = { 0 };
	if (!signer_verifier_key(signer, ROUND_ORIGIN, KEY_ED25519, &key, error))
		return false;
	verifier_key_format(&text, &key);
	printf("key %s\n", buffer_text(&text));
	buffer_free(&text);
	return true;
}

struct options {
	const char *directory, *keys;
	int64_t lots, entries;
};

static bool keep_key(const char *folder, const char *name, const struct signer *signer,
	struct error *error)
{
	char path[4096];
	struct buffer pem = { 0 };
	snprintf(path, sizeof path, "%s/%s", folder, name);
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool good = signer_to_pem(signer, NULL, &pem, error) &&
		((file >= 0 && write(file, pem.bytes, pem.length) == (ssize_t)pem.length) ||
		error_set(error, ERROR_STORE, "keys", "%.300s cannot be written", path));
	if (file >= 0)
		close(file);
	buffer_free(&pem);
	return good;
}

static bool make(const struct options *options, struct error *error)
{
	const char *directory = options->directory;
	struct making making = { 0 };
	struct round_reserve reserve;
	if (!export_writer_open(directory, NULL, 0, &making.writer, error))
		return false;
	round_reserve_begin(&reserve, options->lots);
	reserve.each = take;
	reserve.context = &making;
	bool good = export_writer_size(making.writer) == 0
		? ledger_life(&reserve, options->entries, error) && finish(making.writer, reserve.log, error)
		: error_set(error, ERROR_CONFLICT, "", "the folder %s holds a ledger already", directory);
	if (good) {
		int64_t size = export_writer_size(making.writer);
		printf("entries %lld\nbytes-an-entry %lld\n", (long long)size,
			(long long)(making.bytes / size));
		good = print_key(reserve.log, error) && (options->keys == NULL ||
			(keep_key(options->keys, "log.key", reserve.log, error) &&
			keep_key(options->keys, "order.key", reserve.orders, error)));
	}
	round_reserve_free(&reserve);
	export_writer_close(making.writer);
	buffer_free(&making.entry);
	return good;
}

static bool read_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{ "lots", required_argument, NULL, 'l' },
		{ "entries", required_argument, NULL, 'e' },
		{ "keys", required_argument, NULL, 'k' },
		{ NULL, 0, NULL, 0 },
	};
	int option;
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'k')
			options->keys = optarg;
		else if ((option != 'l' && option != 'e') ||
		    !text_to_int(optarg, option == 'l' ? &options->lots : &options->entries))
			return false;
	}
	if (options->lots == 0 && options->entries > 0) /* a fifth of what there is tells of coming in */
		options->lots = options->entries / (5 * LIFE_ENTRIES_A_LOT);
	if (options->lots < NAMES_COMMODITIES)
		options->lots = NAMES_COMMODITIES;
	options->directory = argv[optind];
	return optind == argc - 1 && options->lots <= LOTS_MAX && options->entries >= 0
		&& options->entries <= ENTRIES_MAX;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	struct error error = { 0 };
	if (!read_options(argc, argv, &options)) {
		fputs("usage: vault-bench-ledger [--lots N] [--entries N] [--keys FOLDER] DIR\n"
			"  makes the folder DIR, an exported ledger in which N lots came in (five entries each)\n"
			"  and were held, moved and asked for until there are N entries or a few more; without\n"
			"  --lots a fifth of the entries tells of lots that come in. Prints the number of\n"
			"  entries, their mean size in bytes, and the verifier key of the checkpoint; --keys\n"
			"  writes log.key and order.key, with which vaultd can go on with it\n", stderr);
		return 2;
	}
	if (make(&options, &error))
		return 0;
	fprintf(stderr, "vault-bench-ledger: %s%s%s\n", error.message,
		error.field[0] != '\0' ? " in " : "", error.field);
	return error_info(error.id)->exit_status;
}
