#!/bin/bash
# Two vaultd on one data directory: the second says who serves it and ends; when the first is killed, the
# next takes over its database, which has lived on.
. "$(dirname "$0")/lib.bash"
new_reserve
found_reserve
furnish
pid=$(reserve_pid "$reserve")

say "A second one"
expect 1 "already served by pid $pid" timeout 30 "$VAULT_BIN/vaultd" --config "$reserve/vaultd.conf"
ok vaultctl status

say "The first is killed; its PostgreSQL lives on and is adopted"
database=$(reserve_database_pid "$reserve")
size=$(entries)
reserve_kill "$reserve"
expect 5 "" vaultctl status
start
same "the database's process" "$(reserve_database_pid "$reserve")" "$database"
same "entries" "$(entries)" "$size"
stock_lot GA-0001 100

say "PostgreSQL is killed: it is started again, and nobody needs to do anything"
reserve_kill_database "$reserve"
expect 0 lot.announced vaultctl --as kim lot new GA-0002 ga ROT 5kg
checks=$((checks + 1))
[ "$(reserve_database_pid "$reserve")" != "$database" ] || wrong "the database was not started again"

say "A clean stop leaves nothing running"
database=$(reserve_database_pid "$reserve")
reserve_stop "$reserve"
checks=$((checks + 1))
if reserve_lives "$database"; then wrong "PostgreSQL still runs"; fi
start
audit_is_clean
finish
