/*
 * vault-bench-setup: founds a reserve behind a socket and fills it with the peer's content: 60
 * commodities, 55 members in force, lots of 100,000 t, floors, one declaration over everything. Its
 * keys are made for it and thrown away.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "bench/drive.h"
#include "bench/setup.h"

enum { LOTS_DEFAULT = 60000, LOTS_MAX = 9999999 };

void setup_end_params(struct setup *setup, struct buffer *params, const char *person)
{
	uint8_t id[COMMAND_ID_SIZE];
	char text[UUID_TEXT_SIZE];
	command_id_make(&setup->random, id);
	text_from_uuid(id, text);
	if (person != NULL)
		buffer_printf(params, ",\"as\":\"%s\"", person);
	buffer_printf(params, ",\"command\":\"%s\"}", text);
}

bool setup_call(struct setup *setup, const char *method, struct buffer *params,
	struct reply *ret_reply, struct error *error)
{
	char whole[96];
	struct reply reply;
	snprintf(whole, sizeof whole, "org.projectvault.%s", method);
	if (!client_call(setup->client, whole, buffer_text(params), 0, SETUP_TIMEOUT_MS, &reply,
	    error))
		return false;
	if (reply.error[0] == '\0') {
		*ret_reply = reply;
		return true;
	}
	client_reply_error(&reply, error);
	reply_free(&reply);
	return false;
}

static bool run(struct setup *setup, struct error *error)
{
	char declaration[CODE_MAX];
	setup->origin = setup->demonstration ? "demo.bench/reserve" : "bench.example/reserve";
	return client_connect(setup->socket, SETUP_TIMEOUT_MS, &setup->client, error)
		&& setup_found(setup, error) && setup_frame(setup, error)
		&& (setup->lots == 0 || setup_lots(setup, error)) && setup_floors(setup, error)
		&& (setup->round ? setup_round(setup, error) :
			setup_declare(setup, declaration, error));
}

static int usage(void)
{
	fputs("usage: vault-bench-setup [--socket PATH] [--lots N] [--demonstration] [--round]\n"
		"  founds the reserve behind the socket (else $VAULT_SOCKET) and fills it: 60 commodities,\n"
		"  55 members, N lots (60000), floors, one declaration over everything; with --demonstration\n"
		"  it may run on a clock of its own; with --round a request of each member for each commodity\n"
		"  is divided in a round, and what that took is printed\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "socket", required_argument, NULL, 's' },
		{ "lots", required_argument, NULL, 'l' },
		{ "demonstration", no_argument, NULL, 'd' },
		{ "round", no_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	struct setup setup = { .socket = getenv("VAULT_SOCKET"), .lots = LOTS_DEFAULT };
	struct error error = { 0 };
	int64_t began_ns = drive_now_ns();
	int option;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 's')
			setup.socket = optarg;
		else if (option == 'd')
			setup.demonstration = true;
		else if (option == 'r')
			setup.round = true;
		else if (option != 'l' || !text_to_int(optarg, &setup.lots) || setup.lots < 0 ||
		    setup.lots > LOTS_MAX)
			return usage();
	}
	if (optind != argc || setup.socket == NULL || (setup.round && setup.lots == 0))
		return usage();
	random_seed(&setup.random);
	bool good = run(&setup, &error);
	client_close(setup.client);
	for (int i = 0; i < SETUP_PERSONS; i++)
		signer_free(setup.signers[i]);
	if (!good) {
		fprintf(stderr, "vault-bench-setup: %s%s%s\n", error.message,
			error.field[0] != '\0' ? " in " : "", error.field);
		return error_info(error.id)->exit_status;
	}
	printf("reserve ready: %lld lots, in %lld ms\n", (long long)setup.lots,
		(long long)(drive_now_ns() - began_ns) / 1000000);
	return 0;
}
