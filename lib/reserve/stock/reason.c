/* The names stand in the ledger for ever: one may be added at the end, none changed. */
#include "reserve/stock/reason.h"

#include <stddef.h>

const char *const reason_names[] = { "", "weight", "count", "grade", "goods", "seal", "packaging",
	"papers", "not-delivered", "inspection", "sample", "dispute", "legal", "safety", "decay", "damage",
	"fire", "flood", "spill", "theft", "transport", "unexplained", "other", NULL };
