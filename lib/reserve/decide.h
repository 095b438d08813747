/*
 * The core's two verbs. decide(state, command, now) checks every rule and returns events or an error
 * and changes nothing; apply(state, event) cannot fail and chooses nothing. The same apply serves live
 * commands, replay, as-of views and the simulation.
 *
 * A rule's refusal is an event too (decision.refused); an error writes nothing.
 */
#ifndef RESERVE_DECIDE_H
#define RESERVE_DECIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "reserve/state.h"

struct person;

/* What decide may look at. Everything it returns lives in the arena. */
struct context {
	struct state *state;          /* decide never changes it */
	int64_t now;                  /* ms UTC, never before the last entry */
	const struct person *actor;   /* NULL: vaultd itself, or nobody before founding */
	struct arena *arena;
	const uint8_t *content_digest; /* SHA-256 of the canonical JSON of the command's content list */
	/* SHA-256 of the canonical JSON of a record that decide makes itself (a plan). The core never hashes. */
	void (*digest)(void *digest_context, const struct descriptor *descriptor, const void *record,
		uint8_t ret_sha256[32]);
	/* The Merkle root of the ledger as it stands, entries of the open batch included (a sample's seed). */
	void (*root)(void *digest_context, uint8_t ret_root[32]);
	void *digest_context;
	const uint8_t *random; /* 16 bytes of chance that the shell made, where a command needs them */
};

/* What apply knows of the entry beside its body. */
struct applied {
	int64_t index, at;
	int64_t effective; /* ABSENT: at */
	const char *actor; /* a person's code or "vaultd" */
};

struct event_type {
	const char *kind;               /* "lot.weighed": stands in the ledger for ever */
	const struct descriptor *body;  /* fields in ascending order of name */
	void (*apply)(struct state *state, const struct applied *applied, const void *body);
};

struct event {
	const struct event_type *type;
	const void *body;
	int64_t effective; /* ABSENT: the time of record */
};

struct decision {
	struct arena *arena;
	struct event *events;
	uint32_t count, capacity;
	bool refused;
	const char *id;    /* what the command acted on or made: R-2026-0014, GA-0042 */
	const char *next;  /* the next useful command line, or NULL */
	const char *remark; /* what a person should know besides, or NULL: as next, in no entry */
};

struct command_type {
	const char *name;               /* "lot.weigh" */
	const struct descriptor *params; /* fields in ascending order of name */
	uint32_t duties;                /* any of enum duty; 0: nobody but vaultd, or before founding */
	bool (*decide)(const struct context *context, const void *params,
		struct decision *decision, struct error *error);
	const char *content;            /* the list whose digest a note names when too long, or NULL */
};

/* All that exist; NULL ends. */
extern const struct command_type *const command_types[];
extern const struct event_type *const event_types[];

const struct command_type *command_type_find(const char *name);
const struct event_type *event_type_find(const char *kind);

/* What a reader of many entries keeps, so that a kind is looked for in the list but once. Zeroed: empty. */
enum { EVENT_KINDS = 512 };
struct event_kinds {
	const struct event_type *slots[EVENT_KINDS];
};
const struct event_type *event_kinds_find(struct event_kinds *kinds, const char *kind);

/* The descriptor of a kind's body, or NULL: what a reader of entries asks for. context: kinds, or NULL. */
const struct descriptor *event_find_body(void *context, const char *kind);

/*
 * Checks that the reserve is founded and the actor has the duty, then decides. On false nothing is
 * to be recorded. The decision must be zeroed; its events live in context->arena.
 */
bool reserve_decide(const struct context *context, const struct command_type *type,
	const void *params, struct decision *decision, struct error *error);

/* Applies an event as the entry of that index, and moves the state's position behind it. */
void reserve_apply(struct state *state, const struct applied *applied,
	const struct event_type *type, const void *body);

/*
 * What time does: decides for the row that is due first at or before now; false where none is.
 * decision gets its events, with the due time as their effective time.
 */
bool reserve_decide_tick(const struct context *context, struct decision *decision);

/* A zeroed (numbers absent) body of that event type, to be filled and added. */
void *decision_body(struct decision *decision, const struct event_type *type);

/* Adds an event whose body came from decision_body. Returns true, to end a chain. */
bool decision_add(struct decision *decision, const struct event_type *type, const void *body);
bool decision_add_at(struct decision *decision, const struct event_type *type, const void *body,
	int64_t effective);

/* Copies text into a fixed field of a body; it fits, since input was checked. */
#define body_text(to, from) body_copy((to), sizeof(to), (from))
void body_copy(char *to, size_t size, const char *from);

/* "no such lot: GA-0042" and false. */
bool not_found(struct error *error, const char *field, const char *what, const char *code);

#endif
