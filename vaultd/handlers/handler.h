/*
 * What a handler is: the row behind a method, and the shapes of the three kinds. Handlers turn
 * parameters into commands and answers into replies; they decide nothing.
 */
#ifndef VAULTD_HANDLERS_HANDLER_H
#define VAULTD_HANDLERS_HANDLER_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "reserve/decide.h"
#include "vaultd/handlers/jobs.h" /* what a LATER handler makes its job with */
#include "vaultd/vaultd.h"
#include "view/view.h"

/* A call under way. */
struct asked {
	struct vaultd *vaultd;
	struct session *session;
	const struct value *parameters;  /* checked against the interface; may be NULL */
	struct arena *arena;             /* until the reply is rendered */
	const struct person *actor;      /* who acts, or NULL where nobody is known */
	struct readers *pool;            /* that the job goes to; NULL: vaultd->readers */
	struct read_job *job;            /* left by a prepare or read that cannot go on by itself */
};

/*
 * Completes a command's parameters where the interface's are not they. One that leaves asked->job
 * and returns false without an error is called again when a worker has done it; see verified.h.
 */
typedef bool handler_prepare(struct asked *asked, void *params, struct error *error);

/*
 * Appends a whole reply, or fails. One that leaves asked->job and returns false without an error is
 * answered by that job of a reader thread instead.
 */
typedef bool handler_read(struct asked *asked, struct buffer *out, struct error *error);

/* Makes a job for a reader thread, or fails. See readers.h. */
typedef struct read_job *handler_later(struct asked *asked, struct error *error);

/* Makes the session one that replies are sent to from now on, or fails. See watch.h. */
typedef bool handler_stream(struct asked *asked, struct error *error);

enum handler_kind {
	HANDLER_WRITE, HANDLER_LIST, HANDLER_VIEW, HANDLER_SHOW, HANDLER_PAST, HANDLER_READ,
	HANDLER_LATER, HANDLER_STREAM
};

struct handler {
	enum handler_kind kind;
	const struct command_type *command;
	handler_prepare *prepare;
	enum table_id table;
	view_render *view;
	const struct show *show;
	handler_read *read;
	handler_later *later;
	handler_stream *stream;
};

/*
 * Every line of a note by a key in force here: their list of struct document_signature, as commands take
 * it. False: with an error, or leaving asked->job, which checks them; see verified.h.
 */
struct note;
bool evidence_signatures(struct asked *asked, const struct note *note, struct list *ret_list,
	struct error *error);

/* The person whose key name ORIGIN/CODE this is, or "". */
const char *evidence_person_of(const char *key_name, const char *origin);

/* The newest checkpoint that so many enrolled witnesses cosigned; false with an error that says so. */
struct cosigned;
bool evidence_of_quorum(const struct vaultd *vaultd, int64_t quorum,
	const struct cosigned **ret_cosigned, struct error *error);

/* Zone.Exposure of the live state: see show.h. */
handler_later zone_exposure;

/* Every row of methods.def, as the registry wants them. */
extern const struct method methods[];
extern const size_t methods_count;

/* The server's dispatch; context is the struct vaultd. */
server_dispatch handlers_dispatch;

/* Completions of parameters, and the functions that methods.def names. */
handler_prepare emergency_prepare_declare, emergency_prepare_note, evidence_prepare_found,
	evidence_prepare_sign, evidence_prepare_enrol, evidence_prepare_replace;
#define READ(room, method, handler) handler_read handler;
#define LATER(room, method, handler, more) handler_later handler;
#define STREAM(room, method, handler) handler_stream handler;
#include "vault/methods.def"

#endif
