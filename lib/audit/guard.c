/*
 * A handler of the process that jumps back where the thread it runs on has a guard, and does what would
 * have happened anyway where it has none. abort() lets its handler leave by a jump (C17, 7.22.4.1).
 */
#include "audit/guard.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>

static _Thread_local sigjmp_buf *guard;

static void on_fault(int number)
{
	if (guard != NULL)
		siglongjmp(*guard, number);
	signal(number, SIG_DFL);
	raise(number);
}

static void install(void)
{
	/* not deferred: the mask stays as it is, and no step pays for saving it */
	struct sigaction action = { .sa_handler = on_fault, .sa_flags = SA_NODEFER };
	sigemptyset(&action.sa_mask);
	sigaction(SIGABRT, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
}

bool guard_run(void (*step)(void *context), void *context)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	sigjmp_buf here;
	pthread_once(&once, install);
	if (sigsetjmp(here, 0) != 0) {
		guard = NULL;
		return false;
	}
	guard = &here;
	step(context);
	guard = NULL;
	return true;
}
