/* Numbered migrations, each in a transaction of its own, forward only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vaultd/embedded.h"
#include "vaultd/store/connection.h"
#include "vaultd/store/store.h"

static bool schema_version(PGconn *connection, int *ret_version, struct error *error)
{
	if (!connection_run(connection, "create schema if not exists vault_schema; create table if not "
	    "exists vault_schema.migration(version integer primary key, name text not null, "
	    "applied_at timestamptz not null default now())", error))
		return false;
	PGresult *result = connection_query(connection,
		"select coalesce(max(version), 0)::int4 from vault_schema.migration", 0, NULL, error);
	if (result == NULL)
		return false;
	*ret_version = wire_int4(PQgetvalue(result, 0, 0));
	PQclear(result);
	return true;
}

static bool apply(PGconn *connection, const struct embedded_text *migration, int version,
	struct error *error)
{
	char number[12];
	snprintf(number, sizeof number, "%d", version);
	const char *values[] = { number, migration->name };
	PGresult *result = NULL;
	bool done = connection_run(connection, "begin", error) &&
		connection_run(connection, migration->text, error) &&
		(result = connection_query(connection, "insert into vault_schema.migration(version, name) "
			"values ($1::int4, $2)", 2, values, error)) != NULL &&
		connection_run(connection, "commit", error);
	PQclear(result);
	return done;
}

bool store_migrate(const char *owner_conninfo, struct error *error)
{
	PGconn *connection;
	int version;
	if (!connection_open(owner_conninfo, &connection, error))
		return false;
	/* Two that start at once: the second waits and then finds nothing to do. */
	bool done = connection_run(connection, "select pg_advisory_lock(7091)", error) &&
		schema_version(connection, &version, error);
	if (done && version > (int)migrations_count)
		done = error_set(error, ERROR_CONFIG, "database",
			"the records have schema %d and this vaultd knows %zu: it is older than they are",
			version, migrations_count);
	for (size_t i = 0; done && i < migrations_count; i++) {
		if ((int)i + 1 > version)
			done = apply(connection, &migrations[i], (int)i + 1, error);
	}
	PQfinish(connection);
	return done;
}

bool store_check_durability(const char *conninfo, bool allow_loss, struct error *error)
{
	PGconn *connection;
	if (!connection_open(conninfo, &connection, error))
		return false;
	PGresult *result = connection_query(connection,
		"select current_setting('fsync'), current_setting('synchronous_commit'), "
		"current_setting('synchronous_standby_names'), "
		"(select count(*)::text from pg_stat_replication)", 0, NULL, error);
	const char *hosts = PQhost(connection);
	bool several = strchr(conninfo, ',') != NULL && hosts != NULL;
	bool sure = result != NULL;
	if (sure && !allow_loss) {
		if (strcmp(PQgetvalue(result, 0, 0), "on") != 0)
			sure = error_set(error, ERROR_CONFIG, "database", "the database runs without fsync");
		else if (strcmp(PQgetvalue(result, 0, 1), "off") == 0 ||
		    strcmp(PQgetvalue(result, 0, 1), "local") == 0)
			sure = error_set(error, ERROR_CONFIG, "database",
				"synchronous_commit is %s: a commit could be lost", PQgetvalue(result, 0, 1));
		else if (several && PQgetvalue(result, 0, 2)[0] == '\0')
			sure = error_set(error, ERROR_CONFIG, "database",
				"several hosts are named and synchronous_standby_names is empty: a takeover "
				"could lose commits");
		if (!sure)
			error_remedy(error, "make commits synchronous, or say allow_loss = yes");
	}
	PQclear(result);
	PQfinish(connection);
	return sure;
}
