#!/bin/bash
# What becomes of findings: raised by audits and persons, acknowledged, closed by a reason, reopened; drift
# that the daemon finds by itself stops releases until two officers lift it.
. "$(dirname "$0")/lib.bash"
new_reserve "$reserve" "self_check = never"
found_reserve
furnish
stock_lot GA-0001 600
declare_gallium 500kg

say "An audit keeps what it finds"
expect 1 "observation-stale" vaultctl --as noor audit run --only observation-stale
expect 0 "observation-stale" vaultctl --as noor audit run --only observation-stale --fail-on critical
expect 0 "" vaultctl --as noor audit run --only ledger,replay --quiet
same "quiet on success" "$said" ""
expect 1 "looked at" vaultctl --as noor audit run
expect 0 "no market price" vaultctl finding --check observation-stale
finding=$(said_id F)
expect 0 "0 critical" vaultctl status
expect 0 "last audit" vaultctl status

say "Acknowledged, closed by a reason, reopened when it recurs"
expect 4 "no duty" vaultctl --as kim finding close "$finding" --because "it is well"
ok vaultctl --as ruiz finding acknowledge "$finding" --because "the desk is asked"
expect 3 "already" vaultctl --as lee finding acknowledge "$finding"
expect 2 "because" vaultctl --as noor finding close "$finding"
ok vaultctl --as noor finding close "$finding" --because "a market price comes tomorrow"
expect 3 "closed already" vaultctl --as noor finding close "$finding" --because "again"
expect 0 "" vaultctl finding --check observation-stale -o id
same "closed ones are history" "$said" ""
expect 0 "$finding" vaultctl finding --history -o id
expect 0 "a market price comes tomorrow" vaultctl finding "$finding"
expect 1 "" vaultctl --as noor audit run --only observation-stale
expect 0 "open" vaultctl finding "$finding"
same "the same finding, times" "$(vaultctl finding "$finding" -o json | json_value times)" 2

say "The last audit is known after a restart"
before=$(vaultctl status -o json | json_value last_audit_at)
reserve_stop "$reserve"
sed -i 's/^self_check = never/self_check = 1/' "$reserve/vaultd.conf"
start
same "last audit" "$(vaultctl status -o json | json_value last_audit_at)" "$before"

say "The daemon checks itself when it has come to rest"
checked() {
	local tries
	for ((tries = 100; tries > 0; tries--)); do
		if [ -n "$(vaultctl status -o json 2>/dev/null | json_value self_check_drifts)" ]; then return; fi
		sleep 0.1
	done
}
checked
same "drift at the start" "$(vaultctl status -o json | json_value self_check_drifts)" 0
reserve_stop "$reserve"
start
behind_its_back "update lot set contained_g = contained_g + 1 where code = 'GA-0001'" >/dev/null
index=$(behind_its_back "select last_index from lot where code = 'GA-0001'")
checked
expect 0 "STOPPED: ga" vaultctl status
expect 0 "tables" vaultctl finding --severity critical
drift=$(said_id F)
expect 0 "stops" vaultctl finding "$drift"
submit() { vaultctl --as haas request submit JPN ga 10kg --need-by "$(in_days 20)" --tier B --purpose wafers; }
expect 3 R24 submit
expect 3 "$drift stops it: lot GA-0001, ledger index $index" submit
expect 3 "two officers lift it" vaultctl --as noor finding close "$drift" --because "no"

say "Put right, and lifted by two officers"
behind_its_back "update lot set contained_g = contained_g - 1 where code = 'GA-0001'" >/dev/null
audit_is_clean
expect 4 "no duty" vaultctl --as noor finding lift "$drift" --because "restored"
ok vaultctl --as haas finding lift "$drift" --because "restored from the export"
expect 3 "waits for signatures" vaultctl --as haas finding lift "$drift" --because "again"
note=$(vaultctl finding "$drift" -o json | json_value document)
sign_by "$note" ruiz
expect 3 R24 submit
sign_by "$note" lee
expect 0 "closed" vaultctl finding "$drift"
ok submit
audit_is_clean
ok vaultctl ledger export "$work/export"
ok vaultctl audit run --only ledger --ledger "$work/export" --key "$work/reserve.vkey"

say "The same at home: an export and a dump of the tables, no daemon"
vaultctl sql --dump "$work/dump" | sh
ok vaultctl audit run --only ledger,replay --ledger "$work/export" --tables "$work/dump" --key "$work/reserve.vkey"
sed -i 's/,ROT,/,BAL,/' "$work/dump/lot.csv"
expect 2 'lot GA-0001: site is "BAL" in the table and "ROT" by the ledger' vaultctl audit run --only replay \
	--ledger "$work/export" --tables "$work/dump"
expect 3 "could not run" vaultctl audit run --ledger "$work/export" --tables "$work/nowhere"
say "A check that could not be run is run again soon"
drifts_until() { # VALUE
	local tries
	for ((tries = 200; tries > 0; tries--)); do
		[ "$(vaultctl status -o json 2>/dev/null | json_value self_check_drifts)" != "$1" ] || break
		sleep 0.1
	done
	same "what the daemon's own check found" "$(vaultctl status -o json | json_value self_check_drifts)" "$1"
}
reserve_stop "$reserve"
start
behind_its_back "alter table title rename to title_away"
drifts_until -1
expect 0 "could not be run" vaultctl status
behind_its_back "alter table title_away rename to title"
drifts_until 0
finish
