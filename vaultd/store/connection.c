/* Connecting, and reading SQLSTATEs. */
#include "vaultd/store/connection.h"

#include <endian.h>
#include <string.h>

bool connection_error(PGconn *connection, const PGresult *result, const char *doing,
	struct error *error)
{
	const char *message = result != NULL ? PQresultErrorMessage(result) : "";
	if (message[0] == '\0')
		message = PQerrorMessage(connection);
	int length = (int)strcspn(message, "\n");
	return error_set(error, ERROR_STORE, "", "%s: %.*s", doing, length, message);
}

bool connection_run(PGconn *connection, const char *sql, struct error *error)
{
	PGresult *result = PQexec(connection, sql);
	ExecStatusType status = PQresultStatus(result);
	bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
	if (!done)
		connection_error(connection, result, "the database refused a statement", error);
	PQclear(result);
	return done;
}

bool connection_open(const char *conninfo, PGconn **ret_connection, struct error *error)
{
	PGconn *connection = PQconnectdb(conninfo);
	bool open = PQstatus(connection) == CONNECTION_OK ||
		connection_error(connection, NULL, "no connection to the database", error);
	open = open && connection_run(connection, "set timezone = 'UTC'; set datestyle = 'ISO'; "
		"set plan_cache_mode = force_generic_plan; set client_min_messages = warning; "
		"set search_path = vault", error);
	if (!open) {
		PQfinish(connection);
		return false;
	}
	*ret_connection = connection;
	return true;
}

enum store_end connection_failure(const PGconn *connection, const PGresult *result)
{
	const char *state = result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	if (state == NULL || PQstatus(connection) != CONNECTION_OK)
		return STORE_LOST;
	if (strcmp(state, "VF001") == 0)
		return STORE_FENCED;
	/* 08 connection, 53 resources, 57 operator intervention, 58 system, 25006 read only */
	if (strncmp(state, "08", 2) == 0 || strncmp(state, "53", 2) == 0 ||
	    strncmp(state, "57", 2) == 0 || strncmp(state, "58", 2) == 0 ||
	    strcmp(state, "25006") == 0)
		return STORE_LOST;
	return STORE_REFUSED;
}

PGresult *connection_query(PGconn *connection, const char *sql, int count,
	const char *const *values, struct error *error)
{
	PGresult *result = PQexecParams(connection, sql, count, NULL, values, NULL, NULL, 1);
	ExecStatusType status = PQresultStatus(result);
	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
		return result;
	connection_error(connection, result, "the database refused a query", error);
	PQclear(result);
	return NULL;
}

int64_t wire_int8(const char *bytes)
{
	uint64_t value;
	memcpy(&value, bytes, 8);
	return (int64_t)be64toh(value);
}

int32_t wire_int4(const char *bytes)
{
	uint32_t value;
	memcpy(&value, bytes, 4);
	return (int32_t)be32toh(value);
}

int16_t wire_int2(const char *bytes)
{
	uint16_t value;
	memcpy(&value, bytes, 2);
	return (int16_t)be16toh(value);
}
