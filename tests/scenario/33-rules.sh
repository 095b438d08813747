#!/bin/bash
# Rules: proposed, signed, in force; what each refuses and by how much; a window that counts over a restart
# and frees on its day; a trial that changes nothing; bases from a file; an end. A demonstration reserve,
# because its clock can be moved forward.
origin=demo.vault.example/reserve-log
. "$(dirname "$0")/lib.bash"
clock 0
new_reserve
found_reserve --demonstration
furnish
stock_lot GA-0001 400
stock_lot GA-0002 600
declare_gallium 600kg 60
submit() { vaultctl --as haas request submit "$@" --purpose wafers; }

say "Proposed and signed by two"
expect 2 "days" vaultctl --as haas rule set ga-cap member-cap --commodity ga --mass 100kg --because board
expect 7 "no such commodity" vaultctl --as haas rule set ga-cap member-cap --commodity xx --mass 100kg \
	--days 10 --because board
expect 4 "" vaultctl --as kim rule set ga-cap member-cap --commodity ga --mass 100kg --days 10 --because x
ok vaultctl --as haas rule set ga-cap member-cap --commodity ga --mass 100kg --days 10 --because board
note=$(said_id N)
expect 3 "$note" vaultctl --as haas rule set ga-cap member-cap --commodity ga --mass 90kg --days 10 \
	--because board
expect 0 proposed vaultctl rule ga-cap
expect 0 "rule ga-cap v1 member-cap" vaultctl note "$note"
ok submit JPN ga 60kg
first=$(said_id R)
sign_by "$note" ruiz lee
await rule ga-cap in-force

say "What is awarded counts, and stays counted over a restart"
expect 3 "100 kg a member in 10 days, by rule ga-cap v1" submit JPN ga 40.001kg
expect 3 R22 submit JPN ga 101kg
reserve_stop "$reserve"
start
expect 3 R22 submit JPN ga 40.001kg
expect 3 "vaultctl request submit JPN ga 40kg" submit JPN ga 50kg
ok submit JPN ga 40kg
ok submit DEU ga 100kg
expect 3 R19 vaultctl --as kim lot move GA-0001 BAL

say "A trial tells what a rule would change, and records nothing"
size=$(entries)
expect 0 "$first" vaultctl rule try small request-cap --mass 50kg
expect 0 "50 kg a request, by rule small v1" vaultctl rule try small request-cap --mass 50kg
expect 0 "$first,JPN,ga,allocated,60000,60000,50000,R22" vaultctl rule try small request-cap \
	--mass 50kg -o csv
expect 0 '"requests":3' vaultctl rule try small request-cap --mass 100kg -o json
expect 0 '"changes":[]' vaultctl rule try small request-cap --mass 100kg -o json
expect 0 R08 vaultctl rule try uses purposes --words lasers
expect 0 R10 vaultctl rule try no-can origin-ban --words CAN
expect 0 R07 vaultctl rule try none eligibility --words signatory --member DEU
expect 2 "words" vaultctl rule try uses purposes
same "nothing was recorded" "$(entries)" "$size"

say "The other kinds, in one file"
cat >"$work/rules.csv" <<'END'
code,kind,commodity,member,declaration_kind,mass_kg,share_percent,days,words,imports_kg,proxy
base-jpn,consumption-base,ga,JPN,,4000,,365,,3900,yes
base-deu,consumption-base,ga,DEU,,5000,,365,,-20.5,
uses,purposes,,,,,,,"wafers,lasers",,
no-trade,resale-ban,,,,,,,lasers,,
to,destinations,ga,,,,,,"JPN,DEU",,
wait,notice,ga,,full,,,14,,,
END
expect 0 "would import 6" vaultctl --as haas rule import "$work/rules.csv" --because board --dry-run
ok vaultctl --as haas rule import "$work/rules.csv" --because board
note=$(vaultctl inbox -o id --as ruiz | grep '^N-' | head -n 1)
sign_by "$note" ruiz lee
await rule wait in-force
expect 0 "skipped 6" vaultctl --as haas rule import "$work/rules.csv" --because board
expect 3 R08 vaultctl --as haas request submit JPN ga 1kg --purpose lasers
expect 3 R08 vaultctl --as haas request submit JPN ga 1kg --purpose toys
expect 3 R08 submit JPN ga 1kg --destination FRA
expect 3 R09 submit JPN ga 1kg --tier A
expect 0 '"proxy":true' vaultctl rule base-jpn -o json
sed 's/,4000,,365/,4000,,/; s/,\(uses\|no-trade\|to\|wait\),.*//' "$work/rules.csv" | head -n 2 >"$work/again.csv"
expect 0 "imported 1" vaultctl --as haas rule import "$work/again.csv" --because "no days: another rule"

say "The window frees on its day"
clock 9
expect 3 R22 submit JPN ga 60kg
clock 10
expect 0 "" submit JPN ga 60kg

say "Ended"
ok vaultctl --as haas rule set ga-cap member-cap --ends --because over
sign_by "$(said_id N)" ruiz lee
for ((tries = 100; tries > 0; tries--)); do
	vaultctl rule ga-cap >/dev/null 2>&1 || break
	[ -n "$(vaultctl rule ga-cap -o id)" ] || break
	sleep 0.1
done
same "no version is left" "$(vaultctl rule ga-cap -o id 2>/dev/null)" ""
expect 3 "consumption base of 657.534 kg for the declaration (a proxy), by rule base-jpn v1" \
	vaultctl --as haas request submit JPN ga 599kg --purpose wafers
audit_is_clean
ok vaultctl --as noor ledger export "$work/export"
ok vaultctl ledger verify "$work/export" --key "$work/reserve.vkey"
ok vaultctl audit run $sound --ledger "$work/export" --key "$work/reserve.vkey"
finish
