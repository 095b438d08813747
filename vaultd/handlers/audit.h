/* The audit that the daemon runs by itself. */
#ifndef VAULTD_HANDLERS_AUDIT_H
#define VAULTD_HANDLERS_AUDIT_H

struct vaultd;

/* Begins a self-check where one is due; to be called every second. */
void audit_tick(struct vaultd *vaultd);

/*
 * Compares the ledger with its hashes and with every stored row, on a reader thread; the loop records
 * what drifts, which stops releases (R24). Sets vaultd->self_checking until it has ended.
 */
void audit_self_check(struct vaultd *vaultd);

#endif
