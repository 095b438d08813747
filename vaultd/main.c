/*
 * The daemon's start, its loop and its end. The order of the start: arguments, configuration, folders
 * and the named user, logging, the database and its schema, the fence, keys, the state, threads, the
 * socket, readiness. Everything that can stop a start is said in one sentence with its remedy.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/text.h"
#include "reserve/founding.h"
#include "vaultd/loop.h"
#include "vaultd/embedded.h"
#include "vaultd/folders.h"
#include "vaultd/handlers/certification.h"
#include "vaultd/handlers/handler.h"
#include "vaultd/handlers/past.h"
#include "vaultd/handlers/verified.h"
#include "vaultd/keys.h"
#include "vaultd/log.h"
#include "vaultd/restore.h"
#include "vaultd/vaultd.h"
#include "vaultd/watch.h"
#include "vaultd/witnesses.h"

struct arguments {
	const char *config, *clock_file, *restore_from, *key;
};

static bool parse_arguments(int argc, char **argv, struct arguments *arguments, int *ret_status)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "clock-file", required_argument, NULL, 't' },
		{ "restore-from", required_argument, NULL, 'r' },
		{ "key", required_argument, NULL, 'k' },
		{ "version", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	int option;
	while ((option = getopt_long(argc, argv, "c:h", options, NULL)) != -1) {
		if (option == 'c') {
			arguments->config = optarg;
		} else if (option == 't') {
			arguments->clock_file = optarg;
		} else if (option == 'r') {
			arguments->restore_from = optarg;
		} else if (option == 'k') {
			arguments->key = optarg;
		} else if (option == 'v') {
			printf("vaultd %s\n", VAULT_VERSION);
			*ret_status = 0;
			return false;
		} else {
			fprintf(option == 'h' ? stdout : stderr,
				"usage: vaultd [--config FILE] [--clock-file FILE]\n"
				"       vaultd [--config FILE] --restore-from DIR [--key KEY]\nSee vaultd(8).\n");
			*ret_status = option == 'h' ? 0 : 2;
			return false;
		}
	}
	if (arguments->key != NULL && arguments->restore_from == NULL) {
		fprintf(stderr, "vaultd: --key goes with --restore-from\n");
		*ret_status = 2;
		return false;
	}
	if (optind < argc) {
		fprintf(stderr, "vaultd: no words are taken beside options: %s\n", argv[optind]);
		*ret_status = 2;
		return false;
	}
	return true;
}

static void harden(void)
{
	struct rlimit files;
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* keys are in memory */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	signal(SIGPIPE, SIG_IGN);
}

static void refused(void *context, const struct peer *peer, const char *method, const char *reason)
{
	(void)context;
	log_refused_call(peer->uid, method, reason);
}

/* The interface with which a foreign client certifies the server: in a test build alone. */
static bool register_certification(struct vaultd *vaultd, struct error *error)
{
#ifdef VAULT_CERTIFICATION
	extern const struct embedded_text certification_interface[];
	vaultd->certification = certification_new();
	return registry_add_interface(vaultd->registry, certification_interface[0].text,
			certification_interface[0].length, error) &&
		certification_register(vaultd->registry, error);
#else
	(void)vaultd;
	(void)error;
	return true;
#endif
}

static bool make_server(struct vaultd *vaultd, struct error *error)
{
	const struct service_info info = { "Project Vault", "vaultd", VAULT_VERSION,
		"https://projectvault.org/" };
	struct server_hooks hooks = { .context = vaultd, .dispatch = handlers_dispatch,
		.turn_end = loop_turn_end, .closed = loop_closed, .drained = loop_drained,
		.refused = refused };
	vaultd->info = info;
	if (vaultd->gate != GATE_OPEN) /* closed while loading */
		vaultd->info.product = vaultd->product;
	vaultd->registry = registry_new(&vaultd->info);
	for (size_t i = 0; i < interfaces_count; i++) {
		if (!registry_add_interface(vaultd->registry, interfaces[i].text, interfaces[i].length,
		    error))
			return false;
	}
	for (size_t i = 0; i < methods_count; i++) {
		if (!registry_add_method(vaultd->registry, &methods[i], error))
			return false;
	}
	return register_certification(vaultd, error) && registry_complete(vaultd->registry, error) &&
		server_new(vaultd->event, vaultd->registry, &hooks, NULL, &vaultd->server, error);
}

static bool listen_on(struct vaultd *vaultd, struct error *error)
{
	int activated;
	const struct config *config = vaultd->config;
	if (!server_listen_activated(vaultd->server, &activated, error))
		return false;
	if (activated > 0)
		return true;
	mode_t mode = config->socket_group[0] != '\0' ? 0660 : 0666;
	if (vaultd->was_standby) /* who still listens there serves no more */
		unlink(config->socket);
	return server_listen(vaultd->server, config->socket, mode, error) &&
		loop_socket_group(config, error);
}

/* What a start and a restore begin with. */
static bool prepare(const struct arguments *arguments, struct config **ret_config,
	struct error *error)
{
	enum log_level level = LOG_LEVEL_INFO;
	if (!config_load(arguments->config, arguments->clock_file, ret_config, error) ||
	    !folders_prepare(*ret_config, error))
		return false;
	log_level_from_name((*ret_config)->log_level, &level);
	log_open(level);
	harden();
	return true;
}

static bool start(struct vaultd *vaultd, const struct arguments *arguments, struct error *error)
{
	if (!prepare(arguments, &vaultd->config, error))
		return false;
	vaultd->config_generation = 1;
	vaultd->arena = arena_new(ARENA_REQUEST_MAX);
	vaultd->hasher = hasher_new();
	vaultd->verified = verified_new();
	vaultd->watches = watches_new();
	vaultd->witnesses = witnesses_new();
	vaultd->metrics.started_at = vaultd_wall_clock();
	vaultd->past = past_new();
	return (sd_event_default(&vaultd->event) >= 0 ||
		error_set(error, ERROR_CONFIG, "", "no event loop")) &&
		cluster_open(vaultd->config, &vaultd->cluster, error) &&
		keys_open(vaultd->config->log_key, &vaultd->log_signer, error) &&
		keys_open(vaultd->config->order_key, &vaultd->order_signer, error) &&
		loop_open(vaultd, error) && make_server(vaultd, error) &&
		loop_start(vaultd, error) && listen_on(vaultd, error);
}

static void say_ready(const struct vaultd *vaultd)
{
	const struct reserve *reserve = state_reserve(sequencer_state(vaultd->sequencer));
	log_info("ready", "socket=%s reserve=%s entries=%lld", vaultd->config->socket,
		reserve != NULL ? reserve->origin : "(not founded)",
		(long long)sequencer_size(vaultd->sequencer));
	sd_notify(0, "READY=1");
}

static void fail_to_start(const struct error *error)
{
	fprintf(stderr, "vaultd: %s\n", error->message);
	if (error->field[0] != '\0')
		fprintf(stderr, "  at: %s\n", error->field);
	if (error->remedy[0] != '\0')
		fprintf(stderr, "  %s\n", error->remedy);
}

static int restore(const struct arguments *arguments)
{
	struct config *config = NULL;
	struct error error = { 0 };
	bool good = prepare(arguments, &config, &error) &&
		restore_from(config, arguments->restore_from, arguments->key, &error);
	if (!good)
		fail_to_start(&error);
	if (config != NULL)
		config_free(config);
	return good ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	struct error error = { 0 };
	int status = 0;
	bool started;
	if (!parse_arguments(argc, argv, &arguments, &status))
		return status;
	if (arguments.restore_from != NULL)
		return restore(&arguments);
	struct vaultd *vaultd = calloc(1, sizeof *vaultd);
	if (vaultd == NULL)
		return 1;
	started = start(vaultd, &arguments, &error);
	if (started) {
		say_ready(vaultd);
		sd_event_loop(vaultd->event);
		status = vaultd->exit_status;
	} else {
		fail_to_start(&error);
		status = 1;
	}
	/* A start that failed leaves no database behind; a fenced vaultd leaves its successor's alone. */
	loop_close(vaultd, status == 0 || !started);
	free(vaultd);
	return status;
}
