/*
 * The commands that do more than one call: keys and signing, founding, imports, the ledger,
 * receipts and audits, following and waiting, prices, tariffs and statements. Contract as in ctl.h.
 * import_run serves every `NOUN import FILE`: ctl->command->noun says which.
 */
#ifndef VAULTCTL_SPECIAL_H
#define VAULTCTL_SPECIAL_H

#include "vaultctl/ctl.h"

int key_generate_run(struct ctl *ctl, int argc, char **argv);
int sign_run(struct ctl *ctl, int argc, char **argv); /* ID…, ID --fetch FILE, --offline FILE */
int submit_run(struct ctl *ctl, int argc, char **argv);      /* FILE */
int found_run(struct ctl *ctl, int argc, char **argv);       /* FILE */
int found_write_run(struct ctl *ctl, int argc, char **argv);
int import_run(struct ctl *ctl, int argc, char **argv);      /* FILE, --template */
int whatif_run(struct ctl *ctl, int argc, char **argv);      /* FILE, --template, --fail-if floor */
int declaration_account_run(struct ctl *ctl, int argc, char **argv); /* ID */
int ledger_checkpoint_run(struct ctl *ctl, int argc, char **argv);
int ledger_export_run(struct ctl *ctl, int argc, char **argv);
int ledger_verify_run(struct ctl *ctl, int argc, char **argv);
int ledger_prove_run(struct ctl *ctl, int argc, char **argv);
int audit_run_run(struct ctl *ctl, int argc, char **argv);
int audit_checks_run(struct ctl *ctl, int argc, char **argv);   /* CHECK… */
int allocation_compare_run(struct ctl *ctl, int argc, char **argv); /* DECLARATION [COMMODITY] */
int allocation_run_run(struct ctl *ctl, int argc, char **argv);     /* DECLARATION */
int request_write_run(struct ctl *ctl, int argc, char **argv);  /* MEMBER COMMODITY MASS --key FILE */
int request_submit_run(struct ctl *ctl, int argc, char **argv); /* as the method, or --note FILE */
int watch_run(struct ctl *ctl, int argc, char **argv);
int wait_run(struct ctl *ctl, int argc, char **argv);           /* ID --for STATE,… */
int receipt_run(struct ctl *ctl, int argc, char **argv);        /* ID or an index */
int receipt_verify_run(struct ctl *ctl, int argc, char **argv); /* FILE --key KEY */

int zone_show_run(struct ctl *ctl, int argc, char **argv);       /* COMMODITY: a list; COMMODITY/…: one */
int price_show_run(struct ctl *ctl, int argc, char **argv);      /* the same, and COMMODITY --history */
int price_recompute_run(struct ctl *ctl, int argc, char **argv); /* ID */
int tariff_assess_run(struct ctl *ctl, int argc, char **argv);     /* options, or --from CSV */
int tariff_assessment_run(struct ctl *ctl, int argc, char **argv); /* ID */
int tariff_schedule_run(struct ctl *ctl, int argc, char **argv);   /* list, or set … */
int tariff_backtest_run(struct ctl *ctl, int argc, char **argv);   /* COMMODITY, --svg FILE */
int statement_run(struct ctl *ctl, int argc, char **argv);      /* PARTICIPANT [--month 2026-11] */
int rotation_run(struct ctl *ctl, int argc, char **argv);      /* as the list, or --open */
int exposure_run(struct ctl *ctl, int argc, char **argv);      /* MINERAL [--ban COUNTRY] */

int count_sheet_run(struct ctl *ctl, int argc, char **argv);    /* ID --counter CODE */
int count_enter_run(struct ctl *ctl, int argc, char **argv);    /* ID FILE --counter CODE, --template */
int ledger_consistency_run(struct ctl *ctl, int argc, char **argv);   /* OLD [NEW], or --verify FILE */
int ledger_cosign_run(struct ctl *ctl, int argc, char **argv);        /* --key --state [DIR] */
int ledger_bring_run(struct ctl *ctl, int argc, char **argv);         /* FILE */
int ledger_fork_evidence_run(struct ctl *ctl, int argc, char **argv); /* FILE */
int metrics_run(struct ctl *ctl, int argc, char **argv);
int report_run(struct ctl *ctl, int argc, char **argv);       /* KIND [SUBJECT], --html FILE, --section N */
int check_schedule_run(struct ctl *ctl, int argc, char **argv); /* --root DIR */
int ledger_replay_run(struct ctl *ctl, int argc, char **argv);   /* DIR --key KEY */

#endif
