#!/bin/bash
# A round: twenty members after one metal, compared under every policy, one plan signed and committed,
# orders cut and slotted, receipts that verify offline; what moved is named; a rejection is final; a member
# with a delegate asks by a signed note; and the whole path once more by docs/emergency.sh.
origin=demo.vault.example/reserve-log
. "$(dirname "$0")/lib.bash"
clock 0
new_reserve
found_reserve --demonstration
furnish
stock_lot GA-0001 300
stock_lot GA-0002 300
stock_lot GA-0003 200 99.999%
members="AUS BEL CAN CZE EST FIN FRA GBR GRC IND ITA KOR LTU NLD NOR POL ROU SWE"
admit_members $(printf '%s,Member,in-force\n' $members)
need=$(in_days 40)
kept=$work/kept
mkdir "$kept"

say "In rounds by default: tiers, equal awards within A, proportional within B and C"
declaration=$(vaultctl --as haas declare full ga --days 60 --findings ban --authority council \
	--minimum 1kg -o id)
sign_by "$declaration" ruiz lee
await declaration "$declaration" open
expect 0 proportional vaultctl declaration "$declaration"
expect 3 "" vaultctl --as haas allocation run "$declaration"

say "Requests are screened on arrival and wait"
submit() { vaultctl --as kim request submit "$@"; }
expect 3 R09 submit JPN ga 50kg --tier A --purpose wafers
expect 3 R07 submit BRA ga 50kg --need-by "$need" --tier B --purpose wafers
expect 3 R08 submit JPN ga 50kg --need-by "$need" --tier B --purpose resale
expect 0 eligible submit JPN ga 120kg --need-by "$need" --tier A --purpose wafers
japan=$(said_id R)
expect 0 eligible submit DEU ga 200kg --need-by "$need" --tier B --purpose lasers
germany=$(said_id R)
number=0
for member in $members; do
	number=$((number + 1))
	submit "$member" ga "$((40 + number))kg" --need-by "$need" --tier "$([ $((number % 3)) = 0 ] &&
		echo B || echo C)" --purpose chips >/dev/null || wrong "$member could not ask"
done
expect 0 wait vaultctl why "$germany"

say "All policies side by side"
ok vaultctl allocation compare "$declaration"
for policy in proportional equal-awards equal-losses talmud consumption-share supply-right; do
	grep -q "$policy" <<<"$said" || wrong "$policy is not compared"
done
ok vaultctl allocation compare "$declaration" -o json

say "A plan says its hash and who must sign; who asked may not"
expect 0 P- vaultctl --as haas allocation run "$declaration"
plan=$(said_id P)
ok vaultctl plan "$plan"
grep -q "$(vaultctl plan "$plan" -o json | json_value content_sha256)" <<<"$said" ||
	wrong "the plan does not say its hash"

say "What moves is named: R20, and nothing is issued"
stock_lot GA-0004 10
sign_by "$plan" ruiz
expect 3 R20 vaultctl --as lee sign "$plan" --yes
expect 3 "vaultctl allocation run $declaration" vaultctl --as lee sign "$plan" --yes
same "no order" "$(vaultctl order -o csv | grep -c O- || true)" 0

say "Run again; one officer rejects: final"
second=$(vaultctl --as haas allocation run "$declaration" -o id)
expect 0 superseded vaultctl plan "$plan"
sign_by "$second" ruiz
ok vaultctl --as haas reject "$second" --because "the shares of tier C"
expect 3 "" vaultctl --as lee sign "$second" --yes
await plan "$second" rejected

say "The third is signed, and issues its orders in the same commit"
third=$(vaultctl --as haas allocation run "$declaration" -o id)
sign_by "$third" ruiz
expect 3 R14 vaultctl --as ruiz sign "$third" --yes
before=$(entries)
id=$(new_id)
expect 0 plan.committed vaultctl --as lee --id "$id" sign "$third" --yes
await plan "$third" committed
expect 0 plan.committed vaultctl --as lee --id "$id" sign "$third" --yes # who was in doubt asks again
expect 3 "nothing to sign" vaultctl --as haas sign "$third" --yes
await request "$japan" approved
same "tier A in full" "$(vaultctl request "$japan" -o json | json_value awarded_g)" 120000
[ "$(entries)" -gt $((before + 40)) ] || wrong "the commit made too few entries"
left=$(available ga)
[ "$left" -ge 150000 ] || wrong "the hard floor was passed: $left"
same "the estate is used up" "$left" 150000
expect 0 "share" vaultctl why "$germany"

say "Receipts verify without the daemon; a changed one does not"
ok vaultctl receipt "$germany"
printf '%s\n' "$said" >"$kept/receipt"
ok vaultctl receipt verify "$kept/receipt" --key "$work/reserve.vkey"
sed 's/^index .*/index 3/' "$kept/receipt" >"$kept/forged"
expect 1 "" vaultctl receipt verify "$kept/forged" --key "$work/reserve.vkey"

say "The queue, and what the ledger says about it all, offline"
ok vaultctl loadout
ok vaultctl ledger export "$kept/ledger"
ok vaultctl ledger verify "$kept/ledger" --key "$work/reserve.vkey"
audit_is_clean

say "A member with a delegate asks by a signed note alone"
make_key sato
ok vaultctl --as haas person enrol sato --name "Kenji Sato" --duties delegate --member JPN \
	--key "$work/people/vault/sato.pem.vkey" --because "note of the embassy"
sign_by "$(said_id N)" ruiz lee
expect 4 "" submit JPN ga 5kg --need-by "$need" --tier B --purpose wafers
vaultctl request write JPN ga 5kg --need-by "$need" --tier B --purpose wafers \
	--key "$work/people/vault/sato.pem" >"$kept/request.note" 2>"$kept/said" || wrong "$(cat "$kept/said")"
expect 0 eligible vaultctl --as kim request submit --note "$kept/request.note"
asked=$(said_id R)
expect 0 "$asked" vaultctl --as kim request submit --note "$kept/request.note"
sed 's/^mass-g 5000/mass-g 9000/' "$kept/request.note" >"$kept/forged.note"
expect 4 "" vaultctl --as kim request submit --note "$kept/forged.note"

say "By its script: docs/emergency.sh, officers signing elsewhere"
ok vaultctl --as haas request withdraw "$asked" --because done
clock 61
await declaration "$declaration" ended
stock_lot GA-0005 100
printf 'DEU 40kg %s B lasers\nFRA 80kg %s B chips\nITA 30kg %s C optics\nBRA 10kg %s B chips\n' \
	"$(in_days 100)" "$(in_days 100)" "$(in_days 100)" "$(in_days 100)" >"$kept/requests"
printf '#!/bin/sh\nexec "%s/vaultctl" --as haas "$@"\n' "$VAULT_BIN" >"$kept/vaultctl"
chmod +x "$kept/vaultctl"
(
	for ((tries = 600; tries > 0; tries--)); do
		for note in $(vaultctl --as ruiz inbox -o id 2>/dev/null); do
			vaultctl --quiet --as ruiz sign "$note" --yes >/dev/null 2>&1 || true
			vaultctl --quiet --as lee sign "$note" --yes >/dev/null 2>&1 || true
		done
		sleep 0.2
		[ ! -e "$kept/done" ] || break
	done
) &
officers=$!
expect 0 "receipts are in" env "PATH=$kept:$PATH" "VAULT_RECEIPTS=$kept" VAULT_PATIENCE=1m \
	bash "$tests/../docs/emergency.sh" ga 40kg "$kept/requests"
touch "$kept/done"
wait "$officers"
same "receipts" "$(find "$kept" -name 'R-*.tlog-proof' | wc -l)" 3
for receipt in "$kept"/R-*.tlog-proof; do
	expect 0 "" vaultctl receipt verify "$receipt" --key "$work/reserve.vkey"
done
audit_is_clean
finish
