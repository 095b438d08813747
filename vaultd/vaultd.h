/*
 * The daemon's parts, and what handlers may ask of it. The loop thread owns all of it; reader threads
 * see none of it but what is copied for them.
 */
#ifndef VAULTD_VAULTD_H
#define VAULTD_VAULTD_H

#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "ledger/key.h"
#include "vaultd/cluster.h"
#include "vaultd/config.h"
#include "vaultd/cosignature.h"
#include "vaultd/metrics.h"
#include "vaultd/registry.h"
#include "vaultd/sequencer.h"
#include "vaultd/server.h"
#include "vaultd/store/readers.h"
#include "vaultd/store/store.h"
#include "vaultd/store/writer.h"

/* Why writes stand still. */
enum gate { GATE_OPEN, GATE_DATABASE_AWAY, GATE_CLOCK };

/* A command that the database refused alone. */
struct poison {
	uint8_t id[16], digest[32];
};

enum { POISONS_KEPT = 16 };

struct vaultd {
	struct config *config;
	unsigned config_generation;      /* counts reloads */
	struct cluster *cluster;
	sd_event *event;
	struct registry *registry;
	struct service_info info;        /* what GetInfo says, with why writes stand still */
	char product[224];
	struct server *server;
	struct sequencer *sequencer;
	struct writer *writer;
	struct readers *readers;         /* read the database */
	struct readers *workers;         /* compute, without it */
	struct readers *replayers;       /* one thread that makes states of the past */
	struct past *past;               /* the one that was made last */
	struct verified *verified;       /* signatures that workers have checked */
	struct watches *watches;         /* who follows the ledger */
	struct store_lock *lock;         /* with `database =`: this one serves */
	char *conninfo;                  /* as the writer role */
	struct signer *log_signer, *order_signer;

	struct batch *sealed;            /* with the writer, or NULL */
	uint64_t committed_batch;
	int64_t committed_size;
	struct hash committed_root;

	struct kept_checkpoint checkpoint; /* the last one signed; size 0: none */
	bool checkpoint_unkept;          /* not yet in the database */
	struct kept_checkpoint keeping;  /* the copy that the writer has */
	struct witnesses *witnesses;     /* their cosignatures of checkpoints */
	struct cosigning *cosignings;    /* wait for the writer */
	size_t cosignings_count;         /* of them */
	struct cosigning *cosignings_kept; /* the writer has them */
	struct metrics metrics;

	uint32_t solo_left;              /* commands to be committed one by one after a refusal */
	struct poison poisons[POISONS_KEPT]; /* the last ones; zero where there is none */
	unsigned poison_next;
	enum gate gate;
	int64_t gate_since;
	char gate_reason[160];
	sd_event_source *timer;
	int64_t clock_offset_ms;         /* wall clock less boot clock when it was last trusted */
	bool self_checking;
	uint64_t self_check_batch;       /* the last commit that it saw go by, and since when none did */
	int64_t self_check_quiet_at;
	int64_t self_check_at;           /* wall clock; 0: none since the start */
	int64_t self_check_drifts;       /* what it found; -1: it failed */
	struct certification *certification; /* in the test build alone */
	struct arena *arena;             /* of the call being handled */
	struct hasher *hasher;
	int exit_status;
	bool stopping;
	bool was_standby;                /* another vaultd served these records before this one */
};

/* The wall clock, or the demonstration's own; ms UTC. */
int64_t vaultd_now(const struct vaultd *vaultd);

/* The machine's clock, whatever the reserve's: what command ids are made by. */
int64_t vaultd_wall_clock(void);

/* Signs a checkpoint of what is committed, unless the last one is of that size. False: no ledger yet. */
bool vaultd_checkpoint(struct vaultd *vaultd, struct error *error);

/* An officer says that the clock is right: writes go on. */
void vaultd_trust_clock(struct vaultd *vaultd);

#endif
