/*
 * vault-load: asks a running vaultd for metal as fast as it answers, and counts what it says. It
 * speaks the socket itself and parses no JSON, so that what is measured is vaultd. With
 * --ledgerproof it outlives every crash: it asks again under the same command id and writes down
 * what was acknowledged, for a script to compare with the ledger.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "bench/drive.h"
#include "bench/histogram.h"
#include "bench/names.h"
#include "bench/submit.h"

enum { SECONDS_DEFAULT = 10, PATIENCE_MS = 120000, CONNECTIONS_MAX = 4096, IN_FLIGHT_MAX = 256,
	PROOF_CHUNK = 64 * 1024, SHOWN_MAX = 400 };

struct load {
	struct submit_plan plan;
	struct drive_plan drive;
	int64_t seconds, count;  /* 0: no such limit */
	const char *proof_path;  /* or NULL */
	bool json;

	int64_t until_ns, begun; /* calls */
	int proof_fd;
	struct buffer proof;
	uint64_t outcomes[SUBMIT_ERROR + 1];
	char first_error[SHOWN_MAX + 1];
	struct histogram histogram;
};

static const char usage_text[] =
	"usage: vault-load [OPTION…]\n"
	"  --socket PATH        of vaultd; else $VAULT_SOCKET\n"
	"  --connections N      clients (1)\n"
	"  --in-flight N        calls of each sent ahead of their replies (1)\n"
	"  --seconds N          how long (10, or without end where --count is given)\n"
	"  --count N            end after so many decisions\n"
	"  --commodities N      the first N of the benchmark's reserve; 1 is the hot one (1)\n"
	"  --commodity CODE,…   these instead\n"
	"  --member CODE,…      members that ask; else the benchmark's 55\n"
	"  --mass GRAMS         of each request (1000)\n"
	"  --grade LOW:HIGH     drawn as the least grade, ppm (900000:990000)\n"
	"  --as PERSON          who records them (" NAMES_KEEPER ")\n"
	"  --ledgerproof FILE   append \"COMMAND REQUEST INDEX OUTCOME\" of each decision that was\n"
	"                       acknowledged; after a lost connection ask again with the same id\n"
	"  -o json              one object for programs\n";

/* ---- the calls ---- */

static bool next(void *context, int connection, void *call)
{
	struct load *load = context;
	(void)connection;
	if (load->count != 0 && load->begun == load->count)
		return false;
	if (load->seconds != 0) {
		int64_t now_ns = drive_now_ns();
		if (load->until_ns == 0)
			load->until_ns = now_ns + load->seconds * 1000000000;
		if (now_ns >= load->until_ns)
			return false;
	}
	load->begun++;
	submit_draw(&load->plan, call);
	return true;
}

static void write_call(void *context, const void *call, struct buffer *out)
{
	const struct load *load = context;
	submit_write(&load->plan, call, out);
}

static void keep_first_error(struct load *load, const char *reply, size_t length)
{
	if (load->first_error[0] == '\0')
		memcpy(load->first_error, reply, length < SHOWN_MAX ? length : SHOWN_MAX);
}

static enum drive_verdict take(void *context, const void *call, const char *reply, size_t length,
	int64_t took_ns, struct error *error)
{
	struct load *load = context;
	enum submit_outcome outcome = submit_outcome(reply, length);
	load->outcomes[outcome]++;
	if (outcome == SUBMIT_AGAIN && load->proof_path != NULL)
		return DRIVE_AGAIN;
	histogram_add(&load->histogram, took_ns);
	if (outcome == SUBMIT_AGAIN || outcome == SUBMIT_ERROR) {
		keep_first_error(load, reply, length);
		return DRIVE_DONE;
	}
	if (load->proof_path == NULL || submit_proof(call, reply, length, &load->proof))
		return DRIVE_DONE;
	error_set(error, ERROR_INTERNAL, "", "a reply without request or index: %.300s", reply);
	return DRIVE_STOP;
}

static bool write_proof(struct load *load, size_t keep, struct error *error)
{
	while (load->proof.length > keep) {
		ssize_t done = write(load->proof_fd, load->proof.bytes, load->proof.length);
		if (done < 0 && errno != EINTR)
			return error_set(error, ERROR_STORE, "ledgerproof", "%s: %s", load->proof_path,
				strerror(errno));
		buffer_consume(&load->proof, done > 0 ? (size_t)done : 0);
	}
	return true;
}

static bool turn(void *context, struct error *error)
{
	return write_proof(context, PROOF_CHUNK, error);
}

/* ---- the report ---- */

static int64_t share(int64_t whole, int64_t parts)
{
	return parts > 0 ? whole / parts : 0;
}

/* calls a second, from nanoseconds */
static int64_t rate(const struct drive_result *result)
{
	return share(result->answered * 1000000, share(result->elapsed_ns, 1000));
}

static uint64_t errors(const struct load *load)
{
	return load->outcomes[SUBMIT_ERROR]
		+ (load->proof_path == NULL ? load->outcomes[SUBMIT_AGAIN] : 0);
}

static void report_json(const struct load *load, const struct drive_result *result)
{
	printf("{\"calls\":%lld,\"allocated\":%llu,\"refused\":%llu,\"errors\":%llu,"
		"\"asked_again\":%llu,\"reconnects\":%lld,\"elapsed_us\":%lld,\"per_second\":%lld,"
		"\"median_ns\":%lld,\"p99_ns\":%lld,\"max_ns\":%lld,\"own_cpu_ns_per_call\":%lld}\n",
		(long long)result->answered, (unsigned long long)load->outcomes[SUBMIT_ALLOCATED],
		(unsigned long long)load->outcomes[SUBMIT_REFUSED], (unsigned long long)errors(load),
		(unsigned long long)load->outcomes[SUBMIT_AGAIN], (long long)result->reconnects,
		(long long)result->elapsed_ns / 1000, (long long)rate(result),
		(long long)histogram_ns(&load->histogram, 500),
		(long long)histogram_ns(&load->histogram, 990), (long long)load->histogram.max_ns,
		(long long)share(result->cpu_ns, result->answered));
}

static void report_text(const struct load *load, const struct drive_result *result)
{
	printf("%lld requests decided and durable in %lld ms: %lld a second\n",
		(long long)result->answered, (long long)result->elapsed_ns / 1000000,
		(long long)rate(result));
	printf("  allocated %llu, refused %llu, errors %llu\n",
		(unsigned long long)load->outcomes[SUBMIT_ALLOCATED],
		(unsigned long long)load->outcomes[SUBMIT_REFUSED], (unsigned long long)errors(load));
	printf("  latency median %lld us, 99%% within %lld us, worst %lld us\n",
		(long long)histogram_ns(&load->histogram, 500) / 1000,
		(long long)histogram_ns(&load->histogram, 990) / 1000,
		(long long)load->histogram.max_ns / 1000);
	if (load->proof_path != NULL)
		printf("  connections lost and opened again %lld, calls asked again after an error %llu\n",
			(long long)result->reconnects,
			(unsigned long long)load->outcomes[SUBMIT_AGAIN]);
	printf("  own cost %lld ns of processor a request\n",
		(long long)share(result->cpu_ns, result->answered));
}

/* ---- options ---- */

static int usage(void)
{
	fputs(usage_text, stderr);
	return 2;
}

static bool number(const char *text, int64_t low, int64_t high, int64_t *ret_number)
{
	int64_t value;
	if (!text_to_int(text, &value) || value < low || value > high)
		return false;
	*ret_number = value;
	return true;
}

static bool grades(const char *text, struct submit_plan *plan)
{
	char low[24];
	size_t length = strcspn(text, ":");
	if (text[length] != ':' || length >= sizeof low)
		return false;
	memcpy(low, text, length);
	low[length] = '\0';
	return number(low, 0, VAULT_PPM, &plan->grade_low_ppm)
		&& number(text + length + 1, plan->grade_low_ppm, VAULT_PPM, &plan->grade_high_ppm);
}

/* The first of the benchmark's commodities; one alone is the hot one. */
static bool own_commodities(const char *text, struct submit_plan *plan)
{
	int64_t count;
	if (!number(text, 1, NAMES_COMMODITIES, &count))
		return false;
	plan->commodity_count = (uint32_t)count;
	for (unsigned i = 0; i < plan->commodity_count; i++)
		names_commodity(plan->commodities[i], count == 1 ? NAMES_HOT : i);
	return true;
}

static void defaults(struct load *load)
{
	struct submit_plan *plan = &load->plan;
	load->drive = (struct drive_plan){ .socket = getenv("VAULT_SOCKET"), .connections = 1,
		.in_flight = 1, .call_size = sizeof(struct submit_call), .context = load, .next = next,
		.write = write_call, .take = take };
	load->seconds = -1;
	plan->mass_g = 1000;
	grades("900000:990000", plan);
	text_copy(plan->person, sizeof plan->person, NAMES_KEEPER);
	own_commodities("1", plan);
	plan->member_count = NAMES_MEMBERS;
	for (unsigned i = 0; i < NAMES_MEMBERS; i++)
		names_member(plan->members[i], i);
}

enum { SOCKET = 256, CONNECTIONS, IN_FLIGHT, SECONDS, COUNT, COMMODITIES, COMMODITY, MEMBER, MASS,
	GRADE, AS, LEDGERPROOF };

static const struct option long_options[] = {
	{ "socket", required_argument, NULL, SOCKET },
	{ "connections", required_argument, NULL, CONNECTIONS },
	{ "in-flight", required_argument, NULL, IN_FLIGHT },
	{ "seconds", required_argument, NULL, SECONDS },
	{ "count", required_argument, NULL, COUNT },
	{ "commodities", required_argument, NULL, COMMODITIES },
	{ "commodity", required_argument, NULL, COMMODITY },
	{ "member", required_argument, NULL, MEMBER },
	{ "mass", required_argument, NULL, MASS },
	{ "grade", required_argument, NULL, GRADE },
	{ "as", required_argument, NULL, AS },
	{ "ledgerproof", required_argument, NULL, LEDGERPROOF },
	{ NULL, 0, NULL, 0 },
};

static bool take_int(const char *value, int high, int *ret)
{
	int64_t wide;
	if (!number(value, 1, high, &wide))
		return false;
	*ret = (int)wide;
	return true;
}

static bool take_option(struct load *load, int option, const char *value)
{
	struct submit_plan *plan = &load->plan;
	switch (option) {
	case SOCKET: load->drive.socket = value; return true;
	case CONNECTIONS: return take_int(value, CONNECTIONS_MAX, &load->drive.connections);
	case IN_FLIGHT: return take_int(value, IN_FLIGHT_MAX, &load->drive.in_flight);
	case SECONDS: return number(value, 1, 86400, &load->seconds);
	case COUNT: return number(value, 1, VAULT_INT_MAX, &load->count);
	case COMMODITIES: return own_commodities(value, plan);
	case COMMODITY: return submit_codes(value, plan->commodities, &plan->commodity_count);
	case MEMBER: return submit_codes(value, plan->members, &plan->member_count);
	case MASS: return number(value, 1, VAULT_INT_MAX, &plan->mass_g);
	case GRADE: return grades(value, plan);
	case AS: return text_is_code(value) && text_copy(plan->person, sizeof plan->person, value);
	case LEDGERPROOF: load->proof_path = value; return true;
	case 'o': load->json = text_equal(value, "json"); return load->json;
	default: return false;
	}
}

static bool take_options(struct load *load, int argc, char **argv)
{
	int option;
	while ((option = getopt_long(argc, argv, "o:", long_options, NULL)) != -1) {
		if (!take_option(load, option, optarg))
			return false;
	}
	if (load->seconds < 0)
		load->seconds = load->count != 0 ? 0 : SECONDS_DEFAULT;
	return optind == argc && load->drive.socket != NULL;
}

static bool open_proof(struct load *load, struct error *error)
{
	if (load->proof_path == NULL)
		return true;
	load->drive.turn = turn;
	load->drive.patience_ms = PATIENCE_MS;
	load->proof_fd = open(load->proof_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	return load->proof_fd >= 0 || error_set(error, ERROR_STORE, "ledgerproof", "%s: %s",
		load->proof_path, strerror(errno));
}

int main(int argc, char **argv)
{
	static struct load load; /* the histogram is large */
	struct drive_result result;
	struct error error = { 0 };
	defaults(&load);
	if (!take_options(&load, argc, argv))
		return usage();
	submit_plan_ready(&load.plan);
	bool good = open_proof(&load, &error) && drive_run(&load.drive, &result, &error);
	good = (load.proof_path == NULL || write_proof(&load, 0, &error)) && good;
	buffer_free(&load.plan.middle);
	buffer_free(&load.proof);
	if (!good) {
		fprintf(stderr, "vault-load: %s\n", error.message);
		return error_info(error.id)->exit_status;
	}
	(load.json ? report_json : report_text)(&load, &result);
	if (errors(&load) == 0)
		return 0;
	fprintf(stderr, "vault-load: %llu errors, the first: %s\n", (unsigned long long)errors(&load),
		load.first_error);
	return 1;
}
