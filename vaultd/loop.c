/*
 * A batch's way: open -> sealed (with the writer) -> committed, refused or lost. When one comes back
 * the next is handed over first, and only then do replies go out. After a refusal or a loss the state
 * is loaded again, and the sessions bring their unanswered calls once more.
 */
#include "vaultd/loop.h"

#include <assert.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/configuration.h"
#include "reserve/founding.h"
#include "vaultd/checkpoints.h"
#include "vaultd/handlers/audit.h"
#include "vaultd/handlers/certification.h"
#include "vaultd/handlers/cosign.h"
#include "vaultd/handlers/past.h"
#include "vaultd/handlers/verified.h"
#include "vaultd/log.h"
#include "vaultd/peers.h"
#include "vaultd/watch.h"
#include "vaultd/witnesses.h"

static int64_t clock_ms(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t clock_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* The demonstration's clock: one line, an RFC 3339 time; the wall clock where it cannot be read. */
static int64_t file_clock(const char *path)
{
	char text[64] = "";
	int64_t now_ms;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = file >= 0 ? read(file, text, sizeof text - 1) : -1;
	if (file >= 0)
		close(file);
	if (length <= 0)
		return clock_ms(CLOCK_REALTIME);
	text[strcspn(text, "\r\n")] = '\0';
	return time_parse(text, &now_ms) ? now_ms : clock_ms(CLOCK_REALTIME);
}

int64_t vaultd_now(const struct vaultd *vaultd)
{
	if (vaultd->config->clock_file[0] != '\0')
		return file_clock(vaultd->config->clock_file);
	return clock_ms(CLOCK_REALTIME);
}

int64_t vaultd_wall_clock(void)
{
	return clock_ms(CLOCK_REALTIME);
}

/* ---- the gate ---- */

static void close_gate(struct vaultd *vaultd, enum gate gate, const char *reason)
{
	if (vaultd->gate == gate)
		return;
	vaultd->gate = gate;
	vaultd->gate_since = vaultd_now(vaultd);
	snprintf(vaultd->gate_reason, sizeof vaultd->gate_reason, "%s", reason);
	snprintf(vaultd->product, sizeof vaultd->product, "vaultd (writes stopped: %s)", reason);
	vaultd->info.product = vaultd->product;
	log_error("writes-stopped", "reason=%s", reason);
}

static void open_gate(struct vaultd *vaultd)
{
	if (vaultd->gate != GATE_OPEN)
		log_info("writes-resumed", NULL);
	vaultd->gate = GATE_OPEN;
	vaultd->info.product = "vaultd";
}

void vaultd_trust_clock(struct vaultd *vaultd)
{
	vaultd->clock_offset_ms = clock_ms(CLOCK_REALTIME) - clock_ms(CLOCK_BOOTTIME);
	if (vaultd->gate == GATE_CLOCK)
		open_gate(vaultd);
}

/* A ledger cannot take back a date: a clock that jumps stops writes until an officer confirms it. */
static void watch_clock(struct vaultd *vaultd)
{
	if (vaultd->config->clock_file[0] != '\0')
		return;
	int64_t offset_ms = clock_ms(CLOCK_REALTIME) - clock_ms(CLOCK_BOOTTIME);
	int64_t drift_ms = offset_ms - vaultd->clock_offset_ms;
	if (vaultd->gate == GATE_OPEN && (drift_ms > CLOCK_JUMP_MS || drift_ms < -CLOCK_JUMP_MS))
		close_gate(vaultd, GATE_CLOCK,
			"the clock jumped by more than a minute; an officer must confirm the time");
}

/* ---- loading ---- */

struct remembered {
	struct batch_command *commands;
	size_t count, capacity;
};

static void remember(void *context, const struct batch_command *command)
{
	struct remembered *all = context;
	if (all->count == all->capacity) {
		all->capacity = all->capacity == 0 ? 1024 : all->capacity * 2;
		all->commands = reallocarray(all->commands, all->capacity, sizeof *all->commands);
		if (all->commands == NULL)
			abort();
	}
	all->commands[all->count++] = *command;
}

static void take_loaded(struct vaultd *vaultd, const struct loaded *loaded,
	const struct remembered *ids)
{
	if (vaultd->sequencer == NULL)
		vaultd->sequencer = sequencer_new(loaded->state, &loaded->builder, loaded->ids_from);
	else
		sequencer_reset(vaultd->sequencer, loaded->state, &loaded->builder, loaded->ids_from);
	for (size_t i = 0; i < ids->count; i++)
		sequencer_remember(vaultd->sequencer, &ids->commands[i]);
	vaultd->committed_size = loaded->head.size;
	vaultd->committed_root = loaded->head.root;
	vaultd->committed_batch = sequencer_seen(vaultd->sequencer);
}

static bool load(struct vaultd *vaultd, struct error *error)
{
	struct loaded *loaded = calloc(1, sizeof *loaded);
	struct remembered ids = { 0 };
	if (loaded == NULL)
		abort();
	bool done = store_load(vaultd->conninfo, vaultd_wall_clock(), loaded, remember, &ids, error);
	if (done)
		take_loaded(vaultd, loaded, &ids);
	free(ids.commands);
	free(loaded);
	return done;
}

/* What somebody changed in the table is not handed out; the audit tells it as a finding. */
static void take_cosignature(void *context, const struct kept_checkpoint *checkpoint,
	const struct cosignature *cosignature)
{
	struct vaultd *vaultd = context;
	const struct state *state = sequencer_state(vaultd->sequencer);
	if (state_reserve(state) == NULL)
		return;
	if (witnesses_verify(state, checkpoint, cosignature))
		witnesses_add(vaultd->witnesses, checkpoint, cosignature);
	else
		log_error("cosignature-damaged", "size=%lld witness=%s", (long long)checkpoint->size,
			cosignature->witness);
}

static bool check_reserve(const struct vaultd *vaultd, struct error *error)
{
	const struct state *state = sequencer_state(vaultd->sequencer);
	const struct reserve *reserve = state_reserve(state);
	struct verifier_key own;
	if (reserve == NULL)
		return true;
	if (vaultd->config->clock_file[0] != '\0' && !reserve->demonstration)
		return error_set(error, ERROR_CONFIG, "--clock-file",
			"%s is no demonstration: it runs on the machine's clock alone", reserve->origin);
	struct verifier_key founded;
	if (!signer_verifier_key(vaultd->log_signer, reserve->origin, KEY_ED25519, &own, error) ||
	    !verifier_key_parse(reserve->log_key, &founded, error))
		return false;
	if (!verifier_key_equal(&own, &founded))
		return error_set(error, ERROR_CONFIG, vaultd->config->log_key,
			"this is not the log key of %s", reserve->origin);
	return true;
}

/* With a database of others: waits as a standby while another vaultd serves. */
static bool become_the_one(struct vaultd *vaultd, struct error *error)
{
	bool taken = true;
	if (cluster_is_embedded(vaultd->cluster))
		return true;
	if (!store_lock_open(vaultd->conninfo, &vaultd->lock, &taken, error))
		return false;
	if (!taken) {
		log_info("standby", "socket=%s", vaultd->config->socket);
		sd_notify(0, "READY=1\nSTATUS=standby: another vaultd serves these records");
		store_lock_wait(vaultd->lock);
		vaultd->was_standby = true;
		log_info("taking-over", NULL);
	}
	return true;
}

/* Before any thread begins: the loop alone takes signals. */
static bool block_signals(void)
{
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	return sigprocmask(SIG_BLOCK, &signals, NULL) == 0;
}

bool loop_open(struct vaultd *vaultd, struct error *error)
{
	const char *owner = cluster_conninfo(vaultd->cluster, CLUSTER_ROLE_OWNER);
	struct head head;
	vaultd->conninfo = strdup(cluster_conninfo(vaultd->cluster, CLUSTER_ROLE_WRITER));
	if (vaultd->conninfo == NULL)
		abort();
	if (!store_migrate(owner, error) || !become_the_one(vaultd, error) ||
	    !store_check_durability(vaultd->conninfo, vaultd->config->allow_loss, error) ||
	    !store_take_head(vaultd->conninfo, &head, error) ||
	    !checkpoint_check_released(vaultd, &head, error) || !load(vaultd, error) ||
	    !check_reserve(vaultd, error))
		return false;
	if (!block_signals())
		return error_set(error, ERROR_CONFIG, "", "signals cannot be blocked");
	vaultd_trust_clock(vaultd);
	if (vaultd_now(vaultd) + 1000 < state_last_at(sequencer_state(vaultd->sequencer)))
		close_gate(vaultd, GATE_CLOCK,
			"the clock stands before the last entry; set it, then an officer confirms the time");
	return store_load_cosignatures(vaultd->conninfo, take_cosignature, vaultd, error) &&
		writer_start(vaultd->cluster, vaultd->conninfo, &head, &vaultd->writer, error);
}

/* ---- the ends of a commit ---- */

static void stop(struct vaultd *vaultd, int status)
{
	if (vaultd->stopping)
		return;
	vaultd->stopping = true;
	vaultd->exit_status = status;
	sd_notify(0, "STOPPING=1");
	server_stop(vaultd->server);
}

static void committed(struct vaultd *vaultd)
{
	struct batch *batch = vaultd->sealed;
	vaultd->sealed = NULL;
	if (batch == NULL)
		return;
	vaultd->committed_batch = batch->number;
	vaultd->committed_size = batch->new_size;
	vaultd->committed_root = batch->new_root;
	batch_free(batch);
}

/*
 * What the writer had is durable, and those who brought it hear so; or it goes back to what waits, for it
 * rests on no batch; or, refused, its calls end and may come again.
 */
static void end_cosignings(struct vaultd *vaultd, enum commit_end end)
{
	struct cosigning *at = vaultd->cosignings_kept;
	vaultd->cosignings_kept = NULL;
	for (struct cosigning *next; at != NULL; at = next) {
		next = at->next;
		if (end == COMMIT_DONE || end == COMMIT_REFUSED) {
			evidence_cosigned(vaultd, at, end == COMMIT_DONE);
			continue;
		}
		at->next = vaultd->cosignings;
		vaultd->cosignings = at;
		vaultd->cosignings_count++;
	}
}

static void count_commit(struct vaultd *vaultd, enum commit_end end)
{
	struct metrics *metrics = &vaultd->metrics;
	if (end == COMMIT_DONE && vaultd->sealed != NULL) {
		metrics_add(&metrics->commit_us, metrics_commit_bounds_us,
			(uint64_t)(clock_us() - metrics->handed_over_us));
		metrics_add(&metrics->commands, metrics_command_bounds, vaultd->sealed->command_count);
	}
	metrics->commits_refused += end == COMMIT_REFUSED ? 1 : 0;
	metrics->commits_lost += end == COMMIT_LOST ? 1 : 0;
}

static void tell_readers(struct vaultd *vaultd)
{
	readers_committed(vaultd->readers, vaultd->committed_batch);
	readers_committed(vaultd->replayers, vaultd->committed_batch);
}

/* What was not committed is forgotten and asked for again. */
static void start_over(struct vaultd *vaultd)
{
	struct error error = { 0 };
	batch_free(vaultd->sealed);
	vaultd->sealed = NULL;
	if (!load(vaultd, &error)) {
		log_error("load-failed", "reason=%s", error.message);
		close_gate(vaultd, GATE_DATABASE_AWAY, "the database does not answer");
	} else {
		if (vaultd->gate == GATE_DATABASE_AWAY)
			open_gate(vaultd);
	}
	server_rewind(vaultd->server);
	server_release(vaultd->server, vaultd->committed_batch); /* what was loaded is durable */
	server_resume(vaultd->server);
	tell_readers(vaultd);
}

static void refused(struct vaultd *vaultd, const struct error *error)
{
	struct batch *batch = vaultd->sealed;
	uint32_t commands = batch != NULL ? batch->command_count : 0;
	uint32_t waiting = sequencer_open_commands(vaultd->sequencer);
	log_error("commit-refused", "reason=%s commands=%u size=%lld", error->message,
		(unsigned)commands, batch != NULL ? (long long)batch->old_size : -1LL);
	if (commands == 1) {
		char id[UUID_TEXT_SIZE];
		struct poison *poison = &vaultd->poisons[vaultd->poison_next++ % POISONS_KEPT];
		memcpy(poison->id, batch->commands[0].id, sizeof poison->id);
		memcpy(poison->digest, batch->commands[0].digest, sizeof poison->digest);
		text_from_uuid(poison->id, id);
		log_error("poison-command", "command=%s actor=%s entries=%s", id,
			batch->commands[0].actor, buffer_text(&batch->entries));
		vaultd->solo_left += waiting;
	} else {
		vaultd->solo_left = commands + waiting;
	}
	if (commands == 0 && batch != NULL)
		close_gate(vaultd, GATE_CLOCK, "what time brings about was refused by the database");
	start_over(vaultd);
}

static int on_writer(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct vaultd *vaultd = context;
	enum commit_end end;
	struct error error = { 0 };
	(void)source;
	(void)fd;
	(void)events;
	if (!writer_take(vaultd->writer, &end, &error))
		return 0;
	bool was_away = vaultd->gate == GATE_DATABASE_AWAY;
	count_commit(vaultd, end);
	end_cosignings(vaultd, end);
	switch (end) {
	case COMMIT_DONE:
		committed(vaultd);
		if (was_away) { /* the sessions were told; only what is durable goes on */
			start_over(vaultd);
			break;
		}
		if (vaultd->lock != NULL && !store_lock_holds(vaultd->lock))
			store_lock_again(vaultd->lock);
		loop_pump(vaultd);
		server_release(vaultd->server, vaultd->committed_batch);
		tell_readers(vaultd);
		server_resume(vaultd->server);
		break;
	case COMMIT_REFUSED:
		refused(vaultd, &error);
		break;
	case COMMIT_LOST:
		start_over(vaultd);
		break;
	case COMMIT_FENCED:
		log_error("fenced", "reason=%s", "another vaultd writes these records; this one ends");
		vaultd->exit_status = 1;
		sd_event_exit(vaultd->event, 1);
		break;
	}
	watch_pump(vaultd);
	return 0;
}

void loop_pump(void *context)
{
	struct vaultd *vaultd = context;
	if (vaultd->gate == GATE_DATABASE_AWAY || !writer_free(vaultd->writer))
		return;
	assert(vaultd->sealed == NULL);
	vaultd->sealed = sequencer_seal(vaultd->sequencer);
	if (vaultd->sealed == NULL && !vaultd->checkpoint_unkept && vaultd->cosignings == NULL)
		return;
	const struct kept_checkpoint *checkpoint = NULL;
	if (vaultd->checkpoint_unkept) {
		vaultd->keeping = vaultd->checkpoint;
		vaultd->checkpoint_unkept = false;
		checkpoint = &vaultd->keeping;
	}
	vaultd->cosignings_kept = vaultd->cosignings;
	vaultd->cosignings = NULL;
	vaultd->cosignings_count = 0;
	vaultd->metrics.handed_over_us = clock_us();
	writer_commit(vaultd->writer, vaultd->sealed, checkpoint, vaultd->cosignings_kept);
}

void loop_turn_end(void *context)
{
	loop_pump(context);
	watch_pump(context);
}

void loop_drained(void *context, uint64_t handle)
{
	struct vaultd *vaultd = context;
	readers_drained(vaultd->readers, handle);
	watch_drained(vaultd, handle);
}

/* A reader thread that waits for a peer that went must not wait for ever: its next reply fails. */
void loop_closed(void *context, struct session *session)
{
	struct vaultd *vaultd = context;
	if (vaultd->readers != NULL)
		readers_drained(vaultd->readers, session_handle(session));
	watch_closed(vaultd, session_handle(session));
	peer_closed(context, session);
}

/* ---- time and signals ---- */

static void watch_database(struct vaultd *vaultd)
{
	int64_t since = writer_away_since(vaultd->writer);
	if (vaultd->gate == GATE_DATABASE_AWAY && writer_free(vaultd->writer)) {
		writer_back(vaultd->writer);
		start_over(vaultd);
	} else if (since != 0 && vaultd->gate == GATE_OPEN &&
	    clock_ms(CLOCK_REALTIME) - since > STORE_WAIT_MS) {
		char text[TIME_TEXT_SIZE], reason[96];
		time_format(since, text);
		snprintf(reason, sizeof reason, "the database has not answered since %s", text);
		close_gate(vaultd, GATE_DATABASE_AWAY, reason);
		server_rewind(vaultd->server);
		server_resume(vaultd->server);
	}
}

/*
 * Where nobody writes, readers alone would meet a database that died, and nobody would start it. Whoever
 * lost the lock asks whether the head is still its own: a standby may have taken both.
 */
static void watch_connections(struct vaultd *vaultd)
{
	bool lock_holds = vaultd->lock == NULL || store_lock_holds(vaultd->lock);
	if (writer_free(vaultd->writer) && (!lock_holds ||
	    (vaultd->gate != GATE_DATABASE_AWAY && !writer_connected(vaultd->writer))))
		writer_ask(vaultd->writer);
}

static int on_second(sd_event_source *source, uint64_t usec, void *context)
{
	struct vaultd *vaultd = context;
	struct error error = { 0 };
	watch_database(vaultd);
	watch_connections(vaultd);
	watch_clock(vaultd);
	if (vaultd->gate == GATE_OPEN && sequencer_has_room(vaultd->sequencer))
		sequencer_tick(vaultd->sequencer, vaultd_now(vaultd));
	if (vaultd->gate != GATE_DATABASE_AWAY && vaultd->committed_size > vaultd->checkpoint.size &&
	    !vaultd_checkpoint(vaultd, &error) && error.id != ERROR_NOT_FOUNDED)
		log_error("checkpoint-failed", "reason=%s", error.message);
	loop_pump(vaultd);
	watch_tick(vaultd);
	past_tick(vaultd);
	audit_tick(vaultd);
	if (vaultd->stopping && server_flushed(vaultd->server) &&
	    (vaultd->sealed == NULL || vaultd->gate == GATE_DATABASE_AWAY))
		sd_event_exit(vaultd->event, vaultd->exit_status);
	sd_notify(0, "WATCHDOG=1");
	sd_event_source_set_time(source, usec + (vaultd->stopping ? 20 : TICK_MS) * 1000ULL);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_readers(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct vaultd *vaultd = context;
	(void)source;
	(void)fd;
	(void)events;
	readers_dispatch(vaultd->readers);
	return 0;
}

static int on_workers(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct vaultd *vaultd = context;
	(void)source;
	(void)fd;
	(void)events;
	readers_dispatch(vaultd->workers);
	return 0;
}

static int on_replayers(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct vaultd *vaultd = context;
	(void)source;
	(void)fd;
	(void)events;
	readers_dispatch(vaultd->replayers);
	return 0;
}

static int on_stop(sd_event_source *source, const struct signalfd_siginfo *info, void *context)
{
	struct vaultd *vaultd = context;
	(void)source;
	log_info("stopping", "signal=%u", (unsigned)info->ssi_signo);
	stop(vaultd, 0);
	return sd_event_source_set_time(vaultd->timer, 0) < 0 ? -1 :
		sd_event_source_set_enabled(vaultd->timer, SD_EVENT_ONESHOT);
}

/* Who may act for whom may have changed: the ledger says when, and pins the file. */
static void record_reload(struct vaultd *vaultd)
{
	struct configuration_reloaded body = { .file = vaultd->config->file,
		.users = (int64_t)vaultd->config->user_count };
	struct submission submission = { .type = &command_configuration_reload, .params = &body,
		.now = vaultd_now(vaultd), .arena = vaultd->arena };
	struct error error = { 0 };
	struct outcome outcome;
	struct hash hash;
	char bytes[CONFIG_BYTES_MAX];
	if (state_reserve(sequencer_state(vaultd->sequencer)) == NULL || vaultd->gate != GATE_OPEN)
		return;
	int file = open(vaultd->config->file, O_RDONLY | O_CLOEXEC);
	ssize_t length = file >= 0 ? read(file, bytes, sizeof bytes) : -1;
	if (file >= 0)
		close(file);
	hasher_sha256(vaultd->hasher, bytes, length > 0 ? (size_t)length : 0, &hash);
	memcpy(body.sha256, hash.bytes, sizeof body.sha256);
	if (!sequencer_submit(vaultd->sequencer, &submission, false, &outcome, &error))
		log_error("reload-not-recorded", "reason=%s", error.message);
	arena_reset(vaultd->arena);
	loop_pump(vaultd);
}

static int on_reload(sd_event_source *source, const struct signalfd_siginfo *info, void *context)
{
	struct vaultd *vaultd = context;
	struct config *config;
	struct error error = { 0 };
	(void)source;
	(void)info;
	if (!config_reload(vaultd->config, &config, &error)) {
		log_error("reload-refused", "reason=%s", error.message);
		return 0;
	}
	config_free(vaultd->config);
	vaultd->config = config;
	vaultd->config_generation++;
	record_reload(vaultd);
	log_info("reloaded", "file=%s", config->file);
	return 0;
}

static bool deliver(void *context, uint64_t handle, const void *bytes, size_t length,
	size_t *ret_unsent)
{
	struct vaultd *vaultd = context;
	return session_reply(vaultd->server, handle, bytes, length, ret_unsent);
}

bool loop_start(struct vaultd *vaultd, struct error *error)
{
	uint64_t now;
	if (!readers_start(vaultd->conninfo, READER_THREADS, READER_QUEUE_MAX, deliver, vaultd,
	    &vaultd->readers, error) ||
	    !readers_start(vaultd->conninfo, 1, PAST_QUEUE_MAX, deliver, vaultd, &vaultd->replayers,
	    error) ||
	    !readers_start(NULL, WORKER_THREADS, WORKER_QUEUE_MAX, deliver, vaultd, &vaultd->workers,
	    error))
		return false;
	bool added = sd_event_now(vaultd->event, CLOCK_MONOTONIC, &now) >= 0 &&
		sd_event_add_io(vaultd->event, NULL, writer_fd(vaultd->writer), EPOLLIN, on_writer,
			vaultd) >= 0 &&
		sd_event_add_io(vaultd->event, NULL, readers_fd(vaultd->readers), EPOLLIN, on_readers,
			vaultd) >= 0 &&
		sd_event_add_io(vaultd->event, NULL, readers_fd(vaultd->workers), EPOLLIN, on_workers,
			vaultd) >= 0 &&
		sd_event_add_io(vaultd->event, NULL, readers_fd(vaultd->replayers), EPOLLIN, on_replayers,
			vaultd) >= 0 &&
		sd_event_add_signal(vaultd->event, NULL, SIGTERM, on_stop, vaultd) >= 0 &&
		sd_event_add_signal(vaultd->event, NULL, SIGINT, on_stop, vaultd) >= 0 &&
		sd_event_add_signal(vaultd->event, NULL, SIGHUP, on_reload, vaultd) >= 0 &&
		sd_event_add_time(vaultd->event, &vaultd->timer, CLOCK_MONOTONIC, now + TICK_MS * 1000ULL,
			50000, on_second, vaultd) >= 0;
	return added || error_set(error, ERROR_CONFIG, "", "the loop could not be set up");
}

bool loop_socket_group(const struct config *config, struct error *error)
{
	if (config->socket_group[0] == '\0')
		return true;
	const struct group *group = getgrnam(config->socket_group);
	if (group != NULL && chown(config->socket, (uid_t)-1, group->gr_gid) == 0)
		return true;
	return error_set(error, ERROR_CONFIG, "socket_group",
		"the socket cannot be given to the group %s", config->socket_group);
}

void loop_close(struct vaultd *vaultd, bool clean)
{
	struct error error = { 0 };
	if (vaultd->readers != NULL)
		readers_stop(vaultd->readers);
	vaultd->readers = NULL;
	readers_stop(vaultd->replayers);
	past_free(vaultd->past);
	readers_stop(vaultd->workers);
	writer_stop(vaultd->writer);
	evidence_cosignings_free(vaultd->cosignings);
	evidence_cosignings_free(vaultd->cosignings_kept);
	witnesses_free(vaultd->witnesses);
	if (vaultd->server != NULL)
		server_free(vaultd->server);
	registry_free(vaultd->registry);
	certification_free(vaultd->certification);
	watches_free(vaultd->watches);
	verified_free(vaultd->verified);
	sequencer_free(vaultd->sequencer);
	batch_free(vaultd->sealed);
	if (clean && vaultd->cluster != NULL && cluster_is_embedded(vaultd->cluster) &&
	    !cluster_stop(vaultd->cluster, &error))
		log_error("database-stop", "reason=%s", error.message);
	store_lock_close(vaultd->lock);
	if (vaultd->cluster != NULL)
		cluster_free(vaultd->cluster);
	signer_free(vaultd->log_signer);
	signer_free(vaultd->order_signer);
	hasher_free(vaultd->hasher);
	arena_free(vaultd->arena);
	sd_event_source_unref(vaultd->timer);
	sd_event_unref(vaultd->event);
	config_free(vaultd->config);
	free(vaultd->conninfo);
}
