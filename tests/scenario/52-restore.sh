#!/bin/bash
# The machine is lost. From an exported ledger and the two keys a new one is filled, and is the reserve that
# was: the same root, every row the same, an old command still answered as it was. Then the same from dumps
# and copies of the database, and what vaultd says to a dump that is older than its promises.
. "$(dirname "$0")/lib.bash"

# Every row of every table, but where the head's fence stands, and what a machine signed and when it heard.
tables() {
	local table rows
	for table in $(behind_its_back "select tablename from pg_tables where schemaname = 'vault' order by 1"); do
		case $table in
		checkpoint) continue ;;
		head) rows="size, root" ;;
		command) rows="id, actor, digest, sequence" ;;
		*) rows="*" ;;
		esac
		echo "$table $(behind_its_back "select count(*), md5(coalesce(string_agg(t::text, chr(10)
			order by t::text), '')) from (select $rows from $table) t")"
	done
}

lists() {
	local noun
	for noun in mineral commodity site lot title pledge floor annual account member price observation hs \
		tariff participant rate commitment entitlement loan waiver contract declaration rule request credit \
		order loadout plan person document finding; do
		echo "== $noun"
		vaultctl "$noun" -o json 2>&1 || true
	done
}

root() { vaultctl ledger checkpoint -o json | json_value root; }

restore_of() { # FOLDER [OPTION…]
	local folder=$1
	shift
	timeout 60 "$VAULT_BIN/vaultd" --config "$reserve/vaultd.conf" --restore-from "$folder" "$@"
}
restore() { restore_of "$work/export" "$@"; }

# A second machine: its folder and configuration, nothing in it.
machine() { # NAME
	reserve=$work/$1
	reserve_new "$reserve" "user = $(owner)"
	chmod 711 "$reserve"
	if [ "$(id -u)" = 0 ]; then chown "$(owner):" "$reserve"; fi
	export VAULT_SOCKET=$reserve/run/vaultd.sock
}

put_keys_back() {
	mkdir -p "$reserve/data"
	cp -p "$work/keys/log.key" "$work/keys/order.key" "$reserve/data/"
	if [ "$(id -u)" = 0 ]; then chown -R "$(owner):" "$reserve/data"; fi
}

new_reserve
found_reserve
furnish
say "A reserve that has lived: lots that came and went, holds, an emergency, an order delivered"
stock_lot GA-0001 400
stock_lot GA-0002 100
stock_lot GA-0003 10
old=$(new_id)
ok vaultctl --as kim lot hold GA-0002 --reason seal --because "torn bag" --id "$old"
first=$said
ok vaultctl --as ana lot unhold GA-0002/1 --because "weighed again"
ok vaultctl --as kim lot lose GA-0003 --reason damage --because "fire"
ok vaultctl --as kim lot new GA-0003 ga ROT 20kg
declare_gallium 60kg
ok vaultctl --as kim request submit --member JPN --commodity ga --mass 20kg
request=$(said_id R)
ok vaultctl --as kim request submit --member DEU --commodity ga --mass 5kg
ok vaultctl --as kim request withdraw "$(said_id R)" --because "bought elsewhere"
order=$(vaultctl --as haas order new "$request" --consignee Works -o id)
sign_by "$order" ruiz lee
ok vaultctl --as kim finding raise label warning "label unreadable" --subject GA-0001
ok vaultctl ledger export "$work/export"
mkdir "$work/keys"
as_owner cat "$reserve/data/log.key" >"$work/keys/log.key"
as_owner cat "$reserve/data/order.key" >"$work/keys/order.key"
chmod 600 "$work"/keys/*
chmod -R a+rX "$work/export"
cp -r "$work/export" "$work/older"
was=$(root) size=$(entries)
tables >"$work/tables.was"
lists >"$work/lists.was"
reserve_stop "$reserve"

say "On a new machine, without the key of the log"
machine r2
expect 1 "the reserve's log key is not here" restore
put_keys_back
say "With another key pinned, with an export that was touched"
expect 1 "" restore --key "$(cat "$work/people/vault/kim.pem.vkey")"
cp -r "$work/export" "$work/bad"
bundle=$(find "$work/bad/tile/entries" -type f | sort | head -n 1)
sed -i '0,/GA-0001/s//GA-0009/' "$bundle"
expect 1 "does not match its hash" restore_of "$work/bad"

say "Killed in the middle, the database is as empty as before; and it begins again"
start
reserve_kill "$reserve" # its database lives on, and somebody holds a table
(behind_its_back "begin; lock table vault.request in exclusive mode; select pg_sleep(30)" >/dev/null 2>&1 || true) &
holder=$!
restore >"$work/killed.log" 2>&1 &
for ((tries = 200; tries > 0; tries--)); do
	[ "$(behind_its_back "select count(*) from pg_locks where not granted")" != 0 ] && break
	sleep 0.05
done
pid=$(reserve_pid "$reserve")
reserve_kill "$reserve"
same "waiters for the table when it was killed" "$([ "$tries" -gt 0 ] && echo some)" some
behind_its_back "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep%'
	and pid <> pg_backend_pid()" >/dev/null
wait "$holder" 2>/dev/null || true
same "entries that it left" "$(behind_its_back "select count(*) from ledger")" 0
expect 0 "restored $size entries of $origin" restore --key "$(cat "$work/reserve.vkey")"
say "A database that holds something is left alone"
expect 1 "the database holds a ledger of $size entries already" restore

say "It is the reserve that was"
start
same "root" "$(root)" "$was"
same "entries" "$(entries)" "$size"
tables >"$work/tables.is"
ok diff "$work/tables.was" "$work/tables.is"
lists >"$work/lists.is"
ok diff "$work/lists.was" "$work/lists.is"
audit_is_clean # which is recorded, with what it found
audited=$(entries)
ok vaultctl --as kim lot hold GA-0002 --reason seal --because "torn bag" --id "$old"
same "the answer to an old command" "$said" "$first"
same "entries after an old command" "$(entries)" "$audited"
ok vaultctl --as kim lot weigh GA-0003 --gross 30kg --tare 10kg
expect 0 "$((audited + 1 - size)) of them new" vaultctl ledger export "$work/export"
ok vaultctl ledger verify "$work/export" --key "$(cat "$work/reserve.vkey")"

say "A dump of the database while it runs, and a copy of the whole cluster"
pg() { # PROGRAM OPTION…
	local program=$1
	shift
	(cd / && as_owner "$program" -h "$(sed -n 5p "$reserve/data/postgres/postmaster.pid")" -U postgres "$@")
}
mkdir "$work/backup"
chmod 777 "$work/backup"
ok pg pg_dump -Fc -f "$work/backup/vault.dump" vault
ok pg pg_basebackup -D "$work/backup/base" -X stream
tables >"$work/tables.dumped"
dumped=$(root)
ok vaultctl --as kim lot new GA-0004 ga ROT 20kg
ok vaultctl ledger checkpoint
ok vaultctl ledger export "$work/export"
newest=$(entries)
last=$(root)
cp "$reserve/data/checkpoint" "$work/backup/checkpoint" 2>/dev/null ||
	as_owner cat "$reserve/data/checkpoint" >"$work/backup/checkpoint"
reserve_stop "$reserve"

say "The dump on a third machine: vaultd makes the roles at its first start, pg_restore the rest"
machine r3
put_keys_back
start
reserve_kill "$reserve" # the database lives on
ok pg pg_restore --clean --if-exists -d vault "$work/backup/vault.dump"
start
same "root" "$(root)" "$dumped"
tables >"$work/tables.is"
ok diff "$work/tables.dumped" "$work/tables.is"
audit_is_clean
reserve_stop "$reserve"

say "The copy of the cluster on a fourth"
machine r4
put_keys_back
as_owner cp -a "$work/backup/base" "$reserve/data/postgres"
start
same "root" "$(root)" "$dumped"
audit_is_clean
reserve_stop "$reserve"

say "Either is older than what was promised since: vaultd does not serve it, and says from what to go on"
cp "$work/backup/checkpoint" "$reserve/data/checkpoint"
if [ "$(id -u)" = 0 ]; then chown "$(owner):" "$reserve/data/checkpoint"; fi
expect 1 "does not extend the checkpoint of $newest" timeout 60 "$VAULT_BIN/vaultd" \
	--config "$reserve/vaultd.conf"
same "the remedy" "$(grep -o -- "from the newest export with --restore-from" <<<"$said")" \
	"from the newest export with --restore-from"
reserve_end "$reserve"
as_owner rm -rf "$reserve/data/postgres"
expect 1 "the export of $size entries does not extend the checkpoint of $newest" restore_of "$work/older"
expect 0 "restored $newest entries" restore
start
same "root" "$(root)" "$last"
audit_is_clean
ok vaultctl --as kim lot weigh GA-0004 --gross 30kg --tare 10kg
finish
