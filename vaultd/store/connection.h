/*
 * A connection to the records, and how its failures are told apart. Only the store's files include
 * libpq; everybody else sees struct connection.
 */
#ifndef VAULTD_STORE_CONNECTION_H
#define VAULTD_STORE_CONNECTION_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* How a statement or a transaction ended. */
enum store_end {
	STORE_DONE,
	STORE_REFUSED, /* the server says no: our bug */
	STORE_LOST,    /* connection, resources or shutdown: ask again later */
	STORE_FENCED,  /* another vaultd holds the head */
};

/* Opens with UTC, synchronous settings as the server has them, and generic plans. */
bool connection_open(const char *conninfo, PGconn **ret_connection, struct error *error);

/* Classifies a failed result (may be NULL) of this connection. */
enum store_end connection_failure(const PGconn *connection, const PGresult *result);

/* Runs statements without parameters; false with the server's first line as ERROR_STORE. */
bool connection_run(PGconn *connection, const char *sql, struct error *error);

/* One query with text parameters and binary results of the given status, freed by the caller. */
PGresult *connection_query(PGconn *connection, const char *sql, int count,
	const char *const *values, struct error *error);

/* ERROR_STORE from the connection's message, its first line. Always false. */
bool connection_error(PGconn *connection, const PGresult *result, const char *doing,
	struct error *error);

/* Integers of the binary protocol. */
int64_t wire_int8(const char *bytes);
int32_t wire_int4(const char *bytes);
int16_t wire_int2(const char *bytes);

#endif
