/*
 * From the words of a command to the parameters of its method, by walking the method's input in
 * the interface. Each parameter is a slot: its option is its name without the unit, its value is
 * read by its unit (mass_g: a mass; grade_ppm: a share; starts_at: a time).
 *
 * A required list of structs (floors, prices, lots) takes one element on the command line, whose
 * fields are slots like any other, and so are those of a required struct (a rule to try); quoted,
 * decimals and unit are one slot, price.
 */
#ifndef VAULTCTL_ARGUMENTS_H
#define VAULTCTL_ARGUMENTS_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "vaultctl/ctl.h"

enum { SLOTS_MAX = 40, SLOT_OPTION_MAX = 40 };

enum slot_kind {
	SLOT_TEXT,
	SLOT_INT,
	SLOT_MASS,
	SLOT_SHARE,
	SLOT_TIME,
	SLOT_FLAG,
	SLOT_PRICE,  /* quoted, decimals, unit */
	SLOT_DAY,    /* a date is that day UTC; else as SLOT_TIME */
	SLOT_MONEY,  /* 499720USD: thousandths of it, and for the customs value the currency */
	SLOT_CENTS,  /* 1200USD: US cents */
	SLOT_DECIMAL, /* 1.0842: digits and decimals */
	SLOT_CAP,    /* 25%, or 5USD/kg: cap_ppm or cap_micros_per_kg */
	SLOT_DUE,    /* a time, or instalments: 2027-03-01=4t,2027-06-01=8t: due_at or instalments */
	SLOT_RATE,   /* a price per mass as micro-dollars per kilogram: 3.2USD/kg */
	SLOT_TONNE_DAY, /* micro-dollars a tonne and day: 0.50USD/t */
	SLOT_DIGEST, /* a file, or its SHA-256 */
	SLOT_KEY,    /* a verifier key, or a file that holds it */
	SLOT_TEXTS,  /* a list: a,b,c */
	SLOT_PAIRS,  /* a list of structs of a code and a mass: ga=500kg,ge=20kg */
	SLOT_CLOCKS, /* service clocks, a tier's hours to decide and days to deliver: A=24h/8d,B=14d */
};

struct slot {
	const char *name;
	const struct type *type;
	const char *comment;
	enum slot_kind kind;
	bool required, in_item, rounds_up;
	bool filter;        /* of a list: not a parameter, rows are compared with it */
	char option[SLOT_OPTION_MAX]; /* without dashes */
	const char *typed;  /* NULL: not given */
	struct buffer json; /* members for it: "mass_g":372300 */
};

struct arguments {
	const struct ctl_command *command;
	const struct interface_member *method;
	const char *item;   /* the list of structs that the item slots belong to, or NULL */
	bool item_alone;    /* it is one struct and no list */
	struct slot slots[SLOTS_MAX];
	size_t count;
	int64_t limit;      /* --limit of a list, 0: none */
	bool asked;         /* something was asked for at the terminal */
	struct buffer file; /* --file: the parameters as they are, else empty */
	struct buffer kept; /* memory of answers */
};

/* The slots of a row's method, none filled. */
void arguments_open(struct arguments *arguments, struct ctl *ctl,
	const struct ctl_command *command);
void arguments_close(struct arguments *arguments);

/* Fills them from words; asks at the terminal for what is missing, or says what is. */
bool arguments_read(struct arguments *arguments, struct ctl *ctl, int argc, char **argv,
	struct error *error);

/* Puts another text into a slot, for instance the whole id of a prefix. */
bool arguments_set(struct arguments *arguments, struct ctl *ctl, struct slot *slot,
	const char *typed, struct error *error);

struct slot *arguments_slot(struct arguments *arguments, const char *name);

/* The parameters as a JSON object, appended. */
void arguments_json(const struct arguments *arguments, struct buffer *to);

/*
 * The command in one line. Up to the text of slot `until` where one is given (before), and what
 * follows it (after): with a mass between them they are the command at that mass.
 */
void arguments_line(const struct arguments *arguments, const struct ctl *ctl, struct buffer *to);
bool arguments_around(const struct arguments *arguments, const struct ctl *ctl, const char *slot,
	struct buffer *before, struct buffer *after);

/* "vaultctl lot weigh LOT --gross MASS --tare MASS [--…]" */
void arguments_usage(const struct arguments *arguments, struct buffer *to);

/* Another name that its option has, or NULL: --from is --effective where nothing else is. */
const char *arguments_alias(const struct arguments *arguments, const struct slot *slot);

/* The place-holder of a slot: MASS, TIME, CODE, … */
const char *slot_holder(const struct slot *slot);
bool slot_is_positional(const struct arguments *arguments, const struct slot *slot);

#endif
