/*
 * Running what may end in an assertion, so that an entry which no decision of a reserve can have made is a
 * finding and no end of the process. Only for replaying what strangers signed: what such a step leaves
 * behind may be half done, and must not be used again.
 */
#ifndef AUDIT_GUARD_H
#define AUDIT_GUARD_H

#include <stdbool.h>

/* False where the step aborted or touched what is not there. Not nested within one thread. */
bool guard_run(void (*step)(void *context), void *context);

#endif
