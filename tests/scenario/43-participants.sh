#!/bin/bash
# Companies that have metal held for them: rates, a commitment from its note to its buy-back, transfers,
# months that are posted and stay as they are, and what an emergency leaves to them. The clock of the
# demonstration moves over the months.
origin=demo.example/participants
. "$(dirname "$0")/lib.bash"
clock 2026-12-07T09:00Z
new_reserve
found_reserve --demonstration
furnish
stock_lot GA-0001 5000
admit_members AUT,Austria,in-force

say "Companies and their host members"
ok vaultctl --as haas participant new acme "Acme Magnets AG" AUT
expect 3 "recorded already" vaultctl --as haas participant new acme "Acme again" AUT
expect 7 "no such member" vaultctl --as haas participant new core "Core" XXX
printf '%s\n' code,name,member "bolt,Bolt Wafers KK,JPN" "core,Core GmbH,DEU" >"$work/companies.csv"
expect 0 "" vaultctl --as haas participant import "$work/companies.csv" --dry-run
same "after a dry run" "$(vaultctl participant -o id | wc -l)" 1
ok vaultctl --as haas participant import "$work/companies.csv"
same "companies" "$(vaultctl participant -o id | wc -l)" 3
expect 4 "" vaultctl --as kim participant new dune "Dune" AUT
expect 0 "code,name,member" vaultctl participant import --template

say "Rates, in order of date, signed by two"
commit() { # FROM UNTIL BASIS [OPTION…]
	local from=$1 until=$2 basis=$3
	shift 3
	vaultctl --as haas commitment new acme ga 1t 365USD/kg --basis "$basis" --starts "$from" \
		--ends "$until" --replenish-days 30 --gross 120% "$@"
}
rate() { vaultctl --as haas rate set "$@" --because "board of 1 Dec"; }
expect 3 "no rates of the carrying cost are signed" commit 2026-12-10 2027-02-15 Ga
ok rate 2026-12-01 --interest 5% --storage 0.50USD/t
note=$(said_id N)
expect 2 "a rate begins with a day" rate 2026-12-05T10:00Z --interest 5% --storage 0.50USD/t
expect 3 "begins later than that" rate 2026-12-01 --interest 5% --storage 0.50USD/t
expect 2 "is no price of a tonne and day" rate 2027-01-01 --interest 5% --storage 0.50USD/kg
sign_by "$note" ruiz
expect 3 "R14" vaultctl --as ruiz sign "$note" --yes
sign_by "$note" lee
expect 2 "settled or running" rate 2026-12-07 --interest 6% --storage 0.50USD/t
ok rate 2027-01-11 --interest 7.3% --storage 0.60USD/t
sign_by "$(said_id N)" ruiz lee
expect 0 "7.3%" vaultctl rate

say "A commitment: bad input first, then two signatures"
expect 2 "dates are out of order" commit 2026-12-10 2026-12-09 Ga
expect 2 "has passed" commit 2026-12-06 2027-02-15 Ga
expect 2 "is within one" commit 2026-12-10T10:00Z 2027-02-15 Ga
expect 7 "no such participant" vaultctl --as haas commitment new nobody ga 1t 365USD/kg --basis Ga \
	--starts 2026-12-10 --ends 2027-02-15 --replenish-days 30
expect 2 "R23" commit 2026-12-10 2027-02-15 Ge
expect 2 "" vaultctl --as haas commitment new acme ga 0kg 365USD/kg --basis Ga --starts 2026-12-10 \
	--ends 2027-02-15 --replenish-days 30
expect 2 "more than all of it is worth" commit 2026-12-10 2027-02-15 Ga --fee 365000.01USD
expect 0 "commitment.proposed" commit 2026-12-10 2027-02-15 Ga --fee 2000USD --dry-run
ok commit 2026-12-10 2027-02-15 Ga --fee 2000USD
commitment=$(said_id K)
expect 0 "365" vaultctl document "$commitment"
sign_by "$commitment" ruiz lee
await commitment "$commitment" signed
same "nothing may be drawn yet" "$(vaultctl entitlement acme -o id | wc -l)" 0
clock 2026-12-10T08:00Z
await commitment "$commitment" in-force
expect 0 "1,000" vaultctl entitlement acme
expect 0 "" vaultctl participant acme

say "A transfer names both; more than the giver has is refused with the figure"
transfer() { vaultctl --as haas entitlement transfer "$@" --because "letters of both, 9 Dec"; }
expect 3 "acme is entitled to 1,000 kg of ga and cannot transfer 1,000.001 kg" transfer acme bolt ga 1000001g
expect 2 "cannot transfer to itself" transfer acme acme ga 1kg
expect 7 "no such participant" transfer acme nobody ga 1kg
ok transfer acme bolt ga 300kg
expect 0 bolt vaultctl entitlement transfers
sign_by "$(said_id N)" ruiz lee
expect 0 "300" vaultctl entitlement bolt

say "An emergency leaves them what they may draw"
declaration=$(vaultctl --as haas declare full ga --policy at-once --days 20 --findings ban \
	--authority council -o id)
sign_by "$declaration" ruiz lee
await declaration "$declaration" open
free=$(vaultctl call Evidence.Status '{}' | json_value may_leave_g)
same "may leave: all but the floor and the entitlements" "$free" \
	"$(($(available ga) - 150000 - 1000000))"
expect 3 "set aside for what participants may draw" vaultctl --as haas request submit JPN ga 5t --purpose wafers
request=$(said_id R)
expect 0 "1,000 kg set aside for what participants may draw" vaultctl why "$request"
ok vaultctl --as haas request submit JPN ga 3.8t --purpose wafers --partial

say "Months are posted as they end; a statement stays as it is"
expect 0 "so far" vaultctl statement acme
clock 2027-01-01T06:00Z
await_posted() { # DAY
	local tries
	for ((tries = 100; tries > 0; tries--)); do
		[ "$(vaultctl commitment "$commitment" -o json | json_value charged_until)" = "$1T00:00:00Z" ] && return 0
		sleep 0.1
	done
	wrong "no charges until $1"
}
await_posted 2027-01-01
# 22 days of 365,000.00 less the fee of 2,000.00 at 5%; 1.2 t at 0.50 USD
expect 0 "1,093.97 USD" vaultctl statement acme --month 2026-12
grep -q "13.2" <<<"$said" || wrong "storage is not 13.20"
grep -q "final" <<<"$said" || wrong "not final"
december=$(vaultctl statement acme --month 2026-12 -o json)
grep -q "due_cents\":200000,\"fees\"" <<<"$december" || wrong "the fee is not due in December"
expect 0 "charge,2026-12-10" vaultctl statement acme --month 2026-12 -o csv
expect 0 "300.0 kg" vaultctl statement bolt --month 2026-12
expect 2 "is not a month" vaultctl statement acme --month 2026-13
expect 7 "no such participant" vaultctl statement nobody

say "At term: what is undrawn is bought back, whoever holds it"
clock 2027-02-16T06:00Z
await commitment "$commitment" ended
expect 0 "bought back 1,000.0 kg of ga for 365,000" vaultctl statement acme --month 2027-02
expect 0 "extinguished" vaultctl statement bolt --month 2027-02
# January: 10 days at 5%, 21 at 7.3%, the rest of the fee against it
expect 0 "892.83 USD" vaultctl statement acme --month 2027-01
same "December, again" "$(vaultctl statement acme --month 2026-12 -o json)" "$december"

ok vaultctl --as haas commitment new core ga 100kg 400USD/kg --basis Ga --starts 2027-02-16 \
	--ends 2030-02-16 --replenish-days 90 --because "three years"
second=$(said_id K)
sign_by "$second" ruiz lee
await commitment "$second" in-force

say "A draw and what replenishes it, in the month's statement"
expect 3 "is entitled to 100 kg" vaultctl --as kim draw new core ga 101kg
ok vaultctl --as kim draw new core ga 40kg
draw=$(said_id B)
order=$(vaultctl draw "$draw" -o json | json_value release_order)
sign_by "$order" ruiz lee
vaultctl order "$order" -o json | tr -d ' \n' | grep -o '"lines":\[[^]]*' | grep -o '{[^}]*}' |
	while read -r line; do
		vaultctl --quiet --as kim loadout weigh "$order" "$(json_value lot <<<"$line")" --tare 10kg \
			--gross "$(($(json_value net_g <<<"$line") + 10000))g" --carrier DHL --vehicle 1-ABC-234 >/dev/null
	done
ok vaultctl --as kim deliver "$order" --receiver "K. Sato" --consignee "Core GmbH"
expect 0 "40" vaultctl entitlement core
clock 2027-02-20T06:00Z
vaultctl --quiet --as kim lot new RE-0001 ga ROT 50kg --supplier core --origin CAN >/dev/null
vaultctl --quiet --as kim lot weigh RE-0001 --gross 60kg --tare 10kg >/dev/null
vaultctl --quiet --as ana lot assay RE-0001 --grade 99.999% --laboratory sgs >/dev/null
vaultctl --quiet --as ana lot accept RE-0001 >/dev/null
expect 0 exchange.returned vaultctl --as ruiz draw return "$draw" RE-0001 --mass 40kg
expect 0 "replenished" vaultctl statement core
same "drawn and replenished" "$(vaultctl statement core -o csv | grep -o 'drawn,-[0-9]*\|replenished,[0-9]*' |
	tr '\n' ' ')" "drawn,-40000 replenished,40000 "

say "An end before the term"
expect 2 "is no earlier" vaultctl --as haas commitment end "$second" --ends 2031-01-01 --because x
expect 2 "has begun" vaultctl --as haas commitment end "$second" --ends 2027-02-16 --because x
ok vaultctl --as kim draw new core ga 10kg
draw=$(said_id B)
sign_by "$(said_id O)" ruiz lee
same "due after the term to be" "$(vaultctl draw "$draw" -o json | json_value due_at)" 2027-05-21T00:00:00Z
ok vaultctl --as haas commitment end "$second" --ends 2027-03-01 --because "sold its works"
note=$(said_id N)
expect 0 "due-by-then $draw of core in-place-of 2027-05-21" vaultctl document "$note"
sign_by "$note" ruiz lee
same "due by its end" "$(vaultctl draw "$draw" -o json | json_value due_at)" 2027-03-01T00:00:00Z
expect 0 "$second ends early" vaultctl draw "$draw"
clock 2027-03-01T06:00Z
expect 0 "ended" vaultctl wait "$second" --for ended --timeout 20s

say "A start brings the same, and the audit finds nothing"
reserve_stop "$reserve"
start
same "December, after a start" "$(vaultctl statement acme --month 2026-12 -o json)" "$december"
audit_is_clean
ok vaultctl ledger export "$work/export"
expect 0 "" vaultctl audit run $sound --ledger "$work/export"
finish
