#!/bin/bash
# kill -9 of vaultd and of PostgreSQL while clients ask for one metal: every acknowledged decision is in
# the ledger once, none is there twice, the floor holds, and the audit is clean.
. "$(dirname "$0")/lib.bash"
new_reserve
found_reserve
furnish
stock_lot GA-0001 300
stock_lot GA-0002 400
declare_gallium 400kg 60

# Waits until so many more decisions are acknowledged.
grown() { # COUNT
	local from tries
	from=$(wc -l <"$work/acknowledged" 2>/dev/null || echo 0)
	for ((tries = 1200; tries > 0; tries--)); do
		if [ "$(wc -l <"$work/acknowledged" 2>/dev/null || echo 0)" -ge $((from + $1)) ]; then return 0; fi
		if ! kill -0 "$loader" 2>/dev/null; then
			wrong "the load ended early: $(cat "$work/load.txt")"
			return 0
		fi
		sleep 0.05
	done
	wrong "nothing is acknowledged any more"
}

vault-load --connections 16 --commodity ga --member JPN,DEU --as haas --grade 999900:999900 \
	--mass 50 --count 30000 --ledgerproof "$work/acknowledged" >"$work/load.txt" 2>&1 </dev/null &
loader=$!
: >>"$work/acknowledged"
for round in 1 2 3; do
	grown 1500
	say "Round $round: kill -9 of vaultd"
	reserve_kill "$reserve"
	start
	grown 1500
	say "Round $round: kill -9 of PostgreSQL"
	reserve_kill_database "$reserve"
	grown 1500
	say "Round $round: kill -9 of both"
	reserve_kill "$reserve"
	reserve_kill_database "$reserve"
	start
done
status=0
wait "$loader" || status=$?
same "the load's end" "$status" 0
cat "$work/load.txt"

say "The books"
ok vaultctl ledger export "$work/export"
cut -d' ' -f1 "$work/acknowledged" | sort >"$work/asked"
grep -aoh '"command":"[^"]*",[^{]*"kind":"request\.[a-z]*"' -r "$work/export/tile/entries" |
	cut -d'"' -f4 | sort >"$work/recorded"
same "acknowledged and present" "$(sort -u "$work/recorded" | comm -12 - <(sort -u "$work/asked") |
	wc -l)" "$(wc -l <"$work/asked")"
same "present twice" "$(uniq -d "$work/recorded" | wc -l)" 0
same "acknowledged twice" "$(uniq -d "$work/asked" | wc -l)" 0
same "decisions" "$(wc -l <"$work/asked")" 30000
checks=$((checks + 1))
[ "$(available ga)" -ge 300000 ] || wrong "the floor was passed: $(available ga) g"
same "the floor is reached and not passed: margin below one request" \
	"$([ $(($(available ga) - 300000)) -lt 50 ] && echo yes)" yes
audit_is_clean
ok vaultctl ledger verify "$work/export" --key "$work/reserve.vkey"
expect 0 "" vaultctl audit run $sound --ledger "$work/export"

say "Nobody writes: a database that died is started all the same"
sleep 2 # the last checkpoint is kept by then
before=$(entries)
reserve_kill_database "$reserve"
for ((tries = 100; tries > 0; tries--)); do
	if vaultctl audit run --only ledger >/dev/null 2>&1; then break; fi
	sleep 0.1
done
expect 0 "clean" vaultctl audit run --only ledger
same "entries" "$(entries)" "$before"
finish
