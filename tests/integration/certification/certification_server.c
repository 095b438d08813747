/*
 * The daemon's own server code around nothing but org.varlink.certification, for a foreign client
 * to certify. Argument: the socket's path. Ends on SIGTERM.
 */
#include <signal.h>
#include <stdio.h>

#include <systemd/sd-event.h>

#include "vaultd/handlers/certification.h"
#include "vaultd/server.h"

/* The .varlink files, embedded. */
extern const unsigned char varlink_service[], varlink_certification[];
extern const size_t varlink_service_size, varlink_certification_size;

static const struct service_info info = { "Project Vault", "certification server", "1",
	"https://projectvault.org" };

static enum call_outcome dispatch(void *context, struct session *session,
	const struct invocation *invocation, struct buffer *out, uint64_t *ret_batch)
{
	(void)session;
	(void)ret_batch;
	return certification_answer(context, invocation, out);
}

static void refused(void *context, const struct peer *peer, const char *method, const char *reason)
{
	(void)context;
	fprintf(stderr, "refused uid=%u method=%s reason=%s\n", (unsigned)peer->uid, method, reason);
}

static bool register_all(struct registry *registry, struct error *error)
{
	return registry_add_interface(registry, (const char *)varlink_service,
			varlink_service_size, error) &&
		registry_add_interface(registry, (const char *)varlink_certification,
			varlink_certification_size, error) &&
		certification_register(registry, error) && registry_complete(registry, error);
}

int main(int argc, char **argv)
{
	struct error error = { 0 };
	struct server *server = NULL;
	sd_event *event = NULL;
	sigset_t signals;
	if (argc != 2) {
		fprintf(stderr, "usage: certification_server SOCKET\n");
		return 2;
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (sd_event_new(&event) < 0 || sd_event_add_signal(event, NULL, SIGTERM, NULL, NULL) < 0)
		return 1;
	struct registry *registry = registry_new(&info);
	struct certification *certification = certification_new();
	const struct server_hooks hooks = { .context = certification, .dispatch = dispatch,
		.refused = refused };
	bool good = register_all(registry, &error) &&
		server_new(event, registry, &hooks, NULL, &server, &error) &&
		server_listen(server, argv[1], 0600, &error);
	if (good)
		good = sd_event_loop(event) >= 0;
	else
		fprintf(stderr, "%s\n", error.message);
	server_free(server);
	registry_free(registry);
	certification_free(certification);
	sd_event_unref(event);
	return good ? 0 : 1;
}
