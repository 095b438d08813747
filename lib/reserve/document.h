/*
 * Notes that officers sign: one mechanism for every promise of more than one person. A command
 * prepares a text; persons sign exactly that text; when enough have, its effect is decided in the
 * same command as the last signature. One rejection ends it for good.
 *
 * The text begins with its type line, then the reserve's origin and the note's id, then what is
 * promised, one "name value" a line. Content too long for a text of NOTE_TEXT_MAX is named in it by
 * the SHA-256 of its canonical JSON.
 */
#ifndef RESERVE_DOCUMENT_H
#define RESERVE_DOCUMENT_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum document_state { DOCUMENT_NONE, DOCUMENT_OPEN, DOCUMENT_EFFECTIVE, DOCUMENT_REJECTED,
	DOCUMENT_OBSOLETE };

struct document_signature {
	char person[CODE_MAX];
	char key_id[12];
	char signature[96]; /* base64 of the 64 bytes */
};

struct document {
	struct row row;
	char id[CODE_MAX];      /* N-2026-0003, or the id of the one thing it is about: O-, D-, P- */
	char kind[16];
	char subject[CODE_MAX]; /* what it is about where that is one thing, or "" */
	int64_t need;           /* signatures of different persons */
	uint8_t state;
	struct person *prepared_by;
	char barred[CODE_MAX];  /* a person who may not sign: who asked */
	int64_t prepared_at;
	char *text;
	struct list signatures; /* of struct document_signature */
};

/* What a kind of note is called and does. */
struct document_kind {
	const char *name; /* type line projectvault.org/NAME@v1 */
	/* The events of the last signature; false: refused or impossible now, nothing is signed. */
	bool (*effect)(const struct context *context, const struct document *document,
		struct decision *decision, struct error *error);
	/* Undoes what was proposed. */
	void (*rejected)(struct state *state, const struct document *document);
	/* What the person is who may not sign, for the sentence; NULL: everybody may. */
	const char *barred_because;
	/* Whether a person may not sign this note, beside document->barred; NULL: asks nobody. */
	bool (*bars)(const struct state *state, const struct document *document, const char *person);
};

extern const struct document_kind *const document_kinds[]; /* NULL ends */
extern const struct descriptor document_descriptor;
extern const struct event_type event_document_prepared, event_document_signed,
	event_document_rejected;
extern const struct command_type command_document_sign, command_document_reject;

/* The duties of which any may sign notes of that kind: officers', but for those that tables.c names. */
uint32_t document_signers(const char *kind);

/* Whether an open note waits for this person's signature; person may be NULL: nobody. */
struct person;
bool document_waits_for(const struct state *state, const struct document *document,
	const struct person *person);

/* A text in the making. */
struct document_draft {
	const struct document_kind *kind;
	char id[CODE_MAX], subject[CODE_MAX], barred[CODE_MAX];
	int64_t need;
	char *text;
	size_t length, head_length;
	bool overflow;
	bool digest_named; /* by a line of the head: what does not fit is left out */
};

/*
 * Begins a note under the next id N-…, or under a given one. need: 1, or 2 for as many persons as the
 * founding note asks of this kind.
 */
bool document_begin(const struct context *context, struct document_draft *draft,
	const struct document_kind *kind, const char *subject, int64_t need, struct error *error);
bool document_begin_as(const struct context *context, struct document_draft *draft,
	const struct document_kind *kind, const char *id, const char *subject, int64_t need,
	struct error *error);

/* One line "name value"; a value's line ends become spaces. */
void document_line(struct document_draft *draft, const char *name, const char *value);
void document_line_int(struct document_draft *draft, const char *name, int64_t value);
void document_line_time(struct document_draft *draft, const char *name, int64_t time_ms);
void document_line_sha256(struct document_draft *draft, const char *name, const uint8_t sha256[32]);

/* Writes integers and words into one line: fields separated by spaces; begin, add, end. */
void document_words(struct document_draft *draft, const char *const words[], size_t count);

/*
 * From here on lines are content: where they do not fit, the digest stands for them. Said again, what
 * stands so far is kept if it fits.
 */
void document_content(struct document_draft *draft);

/* An open note that nobody is to sign any more: its subject is no longer there to be signed for. */
void document_obsolete(struct state *state, const char *id);

/* Adds the event document.prepared. */
bool document_end(const struct context *context, struct document_draft *draft,
	struct decision *decision, struct error *error);

#endif
