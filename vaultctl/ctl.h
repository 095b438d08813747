/*
 * What every command of vaultctl shares: the options given before it, the terminal, the
 * connection to vaultd and the ways of answering a person or a program. main.c makes one struct
 * ctl and runs one command of the grammar with it.
 *
 * A command is `int NAME_run(struct ctl *ctl, int argc, char **argv)`: argv holds what stood
 * behind its noun and verb, with the global options taken out (argv[argc] is NULL); it returns
 * the exit status. A step that fails fills a struct error and the command ends in `return
 * ctl_fail(ctl, &error)`.
 */
#ifndef VAULTCTL_CTL_H
#define VAULTCTL_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "wire/interface.h"
#include "wire/message.h"
#include "wire/value.h"

enum ctl_output { OUTPUT_TABLE, OUTPUT_JSON, OUTPUT_CSV, OUTPUT_ID };

enum { CTL_AGAIN_MS = 30000, CTL_INTERFACES = 8, CTL_ID = 32 };

struct client;
struct ctl_command;
struct past;

struct ctl {
	/* global options */
	enum ctl_output output;      /* -o table|json|csv|id */
	const char *socket;          /* --socket, or NULL */
	const char *as;              /* --as CODE, or NULL */
	const char *id;              /* --id UUID: the command id to use again, or NULL */
	bool dry_run, quiet, exact;
	struct past *past;           /* as of the past or from an export: see past.h; NULL: neither */
	bool out_terminal, error_terminal;

	const struct ctl_command *command; /* the row that runs; its noun tells one import from another */
	int line_count;              /* the words that the person typed behind "vaultctl" */
	char *const *line;

	/* for ctl_fail when a write stays in doubt; a command may set them before it calls */
	const char *doubt;           /* "order O-2026-0031 may or may not have been issued", or NULL */
	const char *doubt_advice;    /* one more sentence, or NULL */
	const char *pass_before, *pass_after; /* around the mass in a command that would pass */

	int again_ms;                /* how long to ask again before it is in doubt: CTL_AGAIN_MS */

	/* owned by ctl.c */
	struct client *client;       /* opened by the first call */
	char socket_path[108];       /* the one that answered */
	char command_id[UUID_TEXT_SIZE]; /* of the last write sent, "" where none */
	struct reply failure;        /* the error reply that the last call ended in, for ctl_fail */
	struct interface *interfaces[CTL_INTERFACES]; /* parsed when first asked for */
	struct buffer tried;         /* the sockets that did not answer, a line each */
};

/* One row of the grammar. */
struct ctl_command {
	const char *noun;
	const char *verb;       /* NULL: the noun alone; GRAMMAR_SHOW: with an id */
	const char *method;     /* "Stock.WeighLot"; NULL where run does it all */
	/* parameter names in order: "lot", "member commodity mass_g"; without a method also the options */
	const char *positional;
	int (*run)(struct ctl *ctl, int argc, char **argv); /* NULL: the generic one of its method */
	const char *summary;    /* one line for help; NULL: the method's comment */
	const char *tasks;      /* example lines for `help NOUN` and the manual, one a line, or NULL */
};

/* ---- calls ---- */

/*
 * Calls a method ("Stock.WeighLot", or a whole name with its interface) and waits for the answer.
 * params_json: the method's own parameters as a JSON object, or NULL for none; command, as and
 * dry_run are added from ctl where the method takes them and params_json does not have them. Every
 * write gets a fresh command id unless --id gave one. A connection lost in between and errors that
 * may be tried again are asked again with the same id for 30 s.
 * True: ret_reply->parameters is what was answered; reply_free it.
 * False: the error, which ctl_fail prints with all figures of a refusal.
 */
bool ctl_call(struct ctl *ctl, const char *method, const char *params_json,
	struct reply *ret_reply, struct error *error);

/* ctl_call of a method that takes a signed note; document: the id it is about, or NULL for none. */
bool ctl_call_note(struct ctl *ctl, const char *method, const char *document,
	const struct buffer *note, struct reply *ret_reply, struct error *error);

/* Takes one reply of a stream. False (with the error set) ends it. */
typedef bool ctl_each(void *context, const struct value *parameters, struct error *error);

/* The same with `more`: each is called once a reply. A stream is never asked again by itself. */
bool ctl_call_more(struct ctl *ctl, const char *method, const char *params_json, ctl_each *each,
	void *context, struct error *error);

/*
 * A stream that may be quiet for long, read as it comes: see follow.h. Nothing else is called over its
 * connection meanwhile; ctl_open_beside makes a ctl with the same options and a connection of its own.
 * take: true with the next reply where one has come (reply_free it); false without an error where
 * none has: then the descriptor becomes readable. A lost connection is ERROR_UNREACHABLE.
 */
bool ctl_stream_open(struct ctl *ctl, const char *method, const char *params_json,
	struct error *error);
bool ctl_stream_take(struct ctl *ctl, struct reply *ret_reply, struct error *error);
int ctl_stream_fd(const struct ctl *ctl);
void ctl_stream_close(struct ctl *ctl);
void ctl_open_beside(const struct ctl *ctl, struct ctl *ret_beside);

/* Pauses between attempts, growing, until ctl->again_ms after the first. Zeroed to begin with. */
struct ctl_again {
	int64_t deadline_ms;
	int pause_ms;
};

/* Waits before the next attempt, or less where a signal comes; false: the time is over. */
bool ctl_pause(const struct ctl *ctl, struct ctl_again *again);

/* CLOCK_MONOTONIC. */
int64_t ctl_clock_ms(void);

/*
 * Follows the pages of a list method: each row once. params_json without after and limit.
 */
bool ctl_list(struct ctl *ctl, const char *method, const char *params_json, ctl_each *each,
	void *context, struct error *error);

/* Sets ctl up for a run without options; ctl_close ends its connection and frees what it owns. */
void ctl_open(struct ctl *ctl);
void ctl_close(struct ctl *ctl);

/* An interface, parsed when first asked for: "Stock" or "org.projectvault.Stock". NULL: unknown. */
const struct interface *ctl_interface(struct ctl *ctl, const char *name);

/* The method of "Stock.WeighLot", or NULL. */
const struct interface_member *ctl_method(struct ctl *ctl, const char *method);

/* Makes a UUIDv7. */
void ctl_new_id(char text[UUID_TEXT_SIZE]);

/* ---- answering ---- */

/*
 * Tells a person on stderr what went wrong and what would pass, with -o json also a program on stdout
 * by the error reply as it came; returns the error's exit status.
 */
int ctl_fail(struct ctl *ctl, const struct error *error);

/*
 * Ends a write: `lot.weighed GA-0042   ledger index 48211` on stdout (-o id: the id alone; -o json:
 * the receipt), the next useful command on stderr on a terminal. receipt: the member of that name.
 */
void ctl_print_receipt(struct ctl *ctl, const struct value *receipt);

/*
 * Prints an array of objects of a type of the interfaces ("Lot", "AuditFinding") in the format
 * asked for: human columns in a table, exact rows in json and csv, ids alone.
 */
void ctl_print_rows(struct ctl *ctl, const char *type, const struct value *rows);

/* Prints one object of a type: name and value, line by line (json, csv and id as above). */
void ctl_print_object(struct ctl *ctl, const char *type, const struct value *object);

/* A line on stderr unless --quiet; and one on a terminal only, "next: vaultctl …". */
void ctl_say(const struct ctl *ctl, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void ctl_next(const struct ctl *ctl, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- tables (libsmartcols), for what is no reply ---- */

struct ctl_column {
	const char *title;
	bool right; /* align right */
};
struct ctl_table;

struct ctl_table *ctl_table_new(const struct ctl *ctl, const struct ctl_column *columns,
	size_t count);
void ctl_table_row(struct ctl_table *table, const char *const *cells); /* count; NULL: empty */
void ctl_table_print(struct ctl_table *table); /* to stdout, without columns that no row fills; frees it */

/* ---- progress: on stderr, on a terminal only ---- */

struct ctl_progress {
	const struct ctl *ctl;
	const char *what;
	int64_t total; /* 0: not known */
	int64_t shown_ms;
	bool drawn;
};

void ctl_progress_begin(struct ctl_progress *progress, const struct ctl *ctl, const char *what,
	int64_t total);
void ctl_progress_set(struct ctl_progress *progress, int64_t done);
void ctl_progress_end(struct ctl_progress *progress); /* wipes the line */

/* ---- asking, always on /dev/tty ---- */

/* Asks once; only yes or y is yes. ERROR_INVALID where there is no terminal. */
bool ctl_ask_yes(const char *question, bool *ret_yes, struct error *error);

/* One line without its end, echoed. */
bool ctl_ask_text(const char *question, char *to, size_t size, struct error *error);

/* One line, not echoed; the caller cleanses to after use. */
bool ctl_ask_passphrase(const char *question, char *to, size_t size, struct error *error);

/* ---- arguments of special commands ---- */

/*
 * Takes `--name VALUE` or `--name=VALUE` out of argv; *ret_value is left alone where it is not
 * there. name with its dashes. False: it stands without a value, or twice.
 */
bool ctl_take_option(int *argc, char **argv, const char *name, const char **ret_value,
	struct error *error);

/* Takes `--name` out of argv. */
bool ctl_take_flag(int *argc, char **argv, const char *name);

/*
 * After the options: false where an unknown option is left, or fewer words than least or more
 * than most.
 */
bool ctl_words(int argc, char **argv, int least, int most, struct error *error);

/*
 * The whole id of any unique prefix, by asking vaultd for the live ones. noun: "lot", "request",
 * "document" and so on; commodities also by the name of their mineral. What matches nothing comes
 * back as it is, for vaultd to say.
 */
bool ctl_resolve(struct ctl *ctl, const char *noun, const char *given, char to[CTL_ID],
	struct error *error);

/*
 * Appends a file's bytes; "-" is stdin. ERROR_STORE where it cannot be read, ERROR_LIMIT above
 * max.
 */
bool ctl_read_file(const char *path, size_t max, struct buffer *to, struct error *error);

/* Appends a word so that a shell reads it back as it is. */
void ctl_quote(struct buffer *to, const char *word);

#endif
