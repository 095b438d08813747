/*
 * vault-bench-round: how long the core takes to compute a round over 55 members and 60
 * commodities, and to decide its commit, as lots grow. Nothing is written; what a database adds is
 * measured through vaultd (vault-bench-setup --round).
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/text.h"
#include "bench/drive.h"
#include "bench/names.h"
#include "bench/round_reserve.h"

enum { TRIES_DEFAULT = 5, TRIES_MAX = 99, SIZES_MAX = 16, LOTS_MAX = 9999999 };

struct figures {
	int64_t lots, requests, orders, picks, slots; /* of the plan and its commit */
	int64_t run_us, commit_us, apply_us;          /* medians; apply is measured once */
	int64_t resident_kib;                         /* the most so far */
};

struct options {
	int64_t sizes[SIZES_MAX];
	int size_count, tries;
	bool bare; /* NAME VALUE a line, for scripts */
};

/* ---- counting ---- */

/* Members of a list that events of this kind hold. */
static int64_t count_items(const struct decision *decision, const char *name)
{
	int64_t count = 0;
	for (uint32_t i = 0; i < decision->count; i++) {
		const struct event *event = &decision->events[i];
		const struct field *field = descriptor_field(event->type->body, name);
		struct list list;
		if (field == NULL || field->type != FIELD_LIST)
			continue;
		memcpy(&list, (const char *)event->body + field->offset, sizeof list);
		count += list.count;
	}
	return count;
}

static int64_t count_events(const struct decision *decision, const char *kind)
{
	int64_t count = 0;
	for (uint32_t i = 0; i < decision->count; i++)
		count += text_equal(decision->events[i].type->kind, kind);
	return count;
}

/* ---- timing ---- */

static int compare(const void *a, const void *b)
{
	const int64_t *left = a, *right = b;
	return (*left > *right) - (*left < *right);
}

/* Decides so many times; the last decision stays. */
static bool measure(struct round_reserve *reserve, const char *person, const char *command,
	struct buffer *json, int tries, int64_t *ret_median_us, struct decision *ret_decision,
	struct error *error)
{
	int64_t took_us[TRIES_MAX];
	for (int i = 0; i < tries; i++) {
		int64_t began_ns = drive_now_ns();
		if (!round_reserve_decide(reserve, person, command, json, ret_decision, error))
			return false;
		took_us[i] = (drive_now_ns() - began_ns) / 1000;
	}
	qsort(took_us, (size_t)tries, sizeof *took_us, compare);
	*ret_median_us = took_us[tries / 2];
	return !ret_decision->refused || error_set(error, ERROR_REFUSED, "", "%s is refused", command);
}

static bool sign(struct round_reserve *reserve, const char *person, const char *plan, int tries,
	int64_t *ret_median_us, struct decision *ret_decision, struct error *error)
{
	struct buffer json = { 0 };
	round_reserve_signature(reserve, person, plan, &json);
	bool good = measure(reserve, person, "document.sign", &json, tries, ret_median_us,
		ret_decision, error);
	buffer_free(&json);
	return good;
}

static int64_t resident_kib(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/* The run, then both signatures; the last one commits. */
static bool round_of(struct round_reserve *reserve, int tries, struct figures *figures,
	struct error *error)
{
	struct buffer json = { 0 };
	struct decision decision;
	char plan[CODE_MAX];
	int64_t first_us, began_ns;
	buffer_printf(&json, "{\"declaration\":\"%s\"}", round_reserve_declaration(reserve));
	bool good = measure(reserve, NAMES_OFFICER, "allocation.run", &json, tries, &figures->run_us,
		&decision, error);
	buffer_free(&json);
	if (!good)
		return false;
	figures->requests = count_events(&decision, "request.planned");
	text_copy(plan, sizeof plan, decision.id);
	(void)round_reserve_apply(reserve, NAMES_OFFICER, &decision);
	if (!sign(reserve, NAMES_OFFICER, plan, 1, &first_us, &decision, error))
		return false;
	(void)round_reserve_apply(reserve, NAMES_OFFICER, &decision);
	if (!sign(reserve, NAMES_SECOND_OFFICER, plan, tries, &figures->commit_us, &decision, error))
		return false;
	figures->orders = count_events(&decision, "order.cut");
	figures->picks = count_items(&decision, "picks");
	figures->slots = count_items(&decision, "slots");
	began_ns = drive_now_ns();
	(void)round_reserve_apply(reserve, NAMES_SECOND_OFFICER, &decision);
	figures->apply_us = (drive_now_ns() - began_ns) / 1000;
	figures->resident_kib = resident_kib();
	return true;
}

/* ---- printing ---- */

static void print_bare(const struct figures *figures)
{
	const struct { const char *name; int64_t value; } lines[] = {
		{ "requests", figures->requests }, { "orders", figures->orders },
		{ "picks", figures->picks }, { "slots", figures->slots },
		{ "run-us", figures->run_us }, { "commit-us", figures->commit_us },
		{ "apply-us", figures->apply_us }, { "resident-kib", figures->resident_kib },
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		printf("round-%lld-%s %lld\n", (long long)figures->lots, lines[i].name,
			(long long)lines[i].value);
}

static void print_row(const struct figures *figures)
{
	const int64_t counts[] = { figures->lots, figures->requests, figures->orders, figures->picks,
		figures->slots };
	const int64_t times_us[] = { figures->run_us, figures->commit_us, figures->apply_us };
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		printf("| %8lld ", (long long)counts[i]);
	for (size_t i = 0; i < sizeof times_us / sizeof *times_us; i++)
		printf("| %8lld.%lld ", (long long)times_us[i] / 1000,
			(long long)times_us[i] % 1000 / 100);
	printf("| %8lld |\n", (long long)figures->resident_kib / 1024);
}

static bool run_all(const struct options *options, struct error *error)
{
	if (!options->bare)
		printf("| %8s | %8s | %8s | %8s | %8s | %10s | %10s | %10s | %8s |\n"
			"|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n", "lots", "requests", "orders",
			"picks", "slots", "run, ms", "commit, ms", "apply, ms", "MiB");
	for (int i = 0; i < options->size_count; i++) {
		struct figures figures = { .lots = options->sizes[i] };
		struct round_reserve reserve;
		bool good = round_reserve_make(&reserve, figures.lots, error)
			&& round_of(&reserve, options->tries, &figures, error);
		round_reserve_free(&reserve);
		if (!good)
			return false;
		(options->bare ? print_bare : print_row)(&figures);
		fflush(stdout);
	}
	return true;
}

/* ---- the command line ---- */

static bool read_sizes(char *list, struct options *options)
{
	options->size_count = 0;
	for (char *size = strtok(list, ","); size != NULL; size = strtok(NULL, ",")) {
		int64_t *lots = &options->sizes[options->size_count++];
		if (options->size_count > SIZES_MAX || !text_to_int(size, lots) ||
		    *lots < NAMES_COMMODITIES || *lots > LOTS_MAX)
			return false;
	}
	return options->size_count > 0;
}

static bool read_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{ "lots", required_argument, NULL, 'l' },
		{ "tries", required_argument, NULL, 't' },
		{ "bare", no_argument, NULL, 'b' },
		{ NULL, 0, NULL, 0 },
	};
	int64_t tries = TRIES_DEFAULT;
	int option;
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'b')
			options->bare = true;
		else if (option == 'l' ? !read_sizes(optarg, options) :
		    option != 't' || !text_to_int(optarg, &tries) || tries < 1 || tries > TRIES_MAX)
			return false;
	}
	options->tries = (int)tries;
	return optind == argc;
}

int main(int argc, char **argv)
{
	struct options options = { .sizes = { 1000, 10000, 100000, 1000000 }, .size_count = 4 };
	struct error error = { 0 };
	if (!read_options(argc, argv, &options)) {
		fputs("usage: vault-bench-round [--lots N,N,...] [--tries N] [--bare]\n"
			"  computes and commits a round of 55 members and 60 commodities in memory, for so many\n"
			"  lots each (1000,10000,100000,1000000); --bare prints NAME VALUE lines\n", stderr);
		return 2;
	}
	if (run_all(&options, &error))
		return 0;
	fprintf(stderr, "vault-bench-round: %s%s%s\n", error.message,
		error.field[0] != '\0' ? " in " : "", error.field);
	return error_info(error.id)->exit_status;
}
