/*
 * Why something was held, rejected or lost, as a code beside the sentence, so that such acts can be
 * counted by their reason. The command asks for it; entries of before it was asked for have none,
 * and neither have acts that reach the ledger by another way: the audit's reason-missing asks
 * lot.held, lot.lost and lot.rejected for their field `reason`.
 */
#ifndef RESERVE_STOCK_REASON_H
#define RESERVE_STOCK_REASON_H

#include <stdint.h>

/* One list for all three: what is found wrong with metal decides later what becomes of it. */
enum reason {
	REASON_NONE,
	REASON_WEIGHT,       /* a weight beyond tolerance */
	REASON_COUNT,        /* a count that differs from the books */
	REASON_GRADE,        /* below its grade, or impure */
	REASON_GOODS,        /* not what it was said to be */
	REASON_SEAL,         /* a seal broken, missing or another */
	REASON_PACKAGING,
	REASON_PAPERS,       /* certificates or papers missing, doubted or forged */
	REASON_NOT_DELIVERED,
	REASON_INSPECTION,   /* what an inspection found */
	REASON_SAMPLE,       /* it waits for a sample or an assay */
	REASON_DISPUTE,
	REASON_LEGAL,        /* a court, customs, sanctions */
	REASON_SAFETY,
	REASON_DECAY,        /* it grew worse in store */
	REASON_DAMAGE,
	REASON_FIRE,
	REASON_FLOOD,
	REASON_SPILL,
	REASON_THEFT,
	REASON_TRANSPORT,    /* on its way */
	REASON_UNEXPLAINED,
	REASON_OTHER
};

extern const char *const reason_names[]; /* for F_ENUM */

#endif
