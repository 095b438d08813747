/* The advisory lock that decides who tries to serve; the head decides who may write. */
#include <stdlib.h>
#include <time.h>

#include "vaultd/store/connection.h"
#include "vaultd/store/store.h"

struct store_lock {
	PGconn *connection;
	bool taken;
};

static bool try_lock(PGconn *connection, bool *ret_taken, struct error *error)
{
	PGresult *result = connection_query(connection, "select pg_try_advisory_lock(7092)", 0, NULL,
		error);
	if (result == NULL)
		return false;
	*ret_taken = PQgetvalue(result, 0, 0)[0] != 0;
	PQclear(result);
	return true;
}

bool store_lock_open(const char *conninfo, struct store_lock **ret_lock, bool *ret_taken,
	struct error *error)
{
	PGconn *connection;
	if (!connection_open(conninfo, &connection, error))
		return false;
	if (!try_lock(connection, ret_taken, error)) {
		PQfinish(connection);
		return false;
	}
	struct store_lock *lock = malloc(sizeof *lock);
	if (lock == NULL)
		abort();
	lock->connection = connection;
	lock->taken = *ret_taken;
	*ret_lock = lock;
	return true;
}

bool store_lock_wait(struct store_lock *lock)
{
	static const struct timespec pause = { 0, 500000000 };
	for (;;) {
		store_lock_again(lock);
		if (lock->taken)
			return true;
		nanosleep(&pause, NULL);
	}
}

bool store_lock_holds(const struct store_lock *lock)
{
	return lock->taken && PQconsumeInput(lock->connection) == 1 &&
		PQstatus(lock->connection) == CONNECTION_OK;
}

void store_lock_again(struct store_lock *lock)
{
	struct error error = { 0 };
	lock->taken = false;
	if (PQstatus(lock->connection) != CONNECTION_OK)
		PQreset(lock->connection);
	if (PQstatus(lock->connection) == CONNECTION_OK &&
	    !try_lock(lock->connection, &lock->taken, &error))
		PQreset(lock->connection);
}

void store_lock_close(struct store_lock *lock)
{
	if (lock == NULL)
		return;
	PQfinish(lock->connection);
	free(lock);
}
