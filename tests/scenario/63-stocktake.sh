#!/bin/bash
# A yearly stocktake of a site: frozen while two persons count blind, a recount, variances with causes, the
# books adjusted by two who did not count, a kill -9 in the middle; and lots drawn at random for another
# laboratory, by a seed that anybody works out again with sha256sum.
. "$(dirname "$0")/lib.bash"
people="$people
vera:keeper:Vera Lindt
axel:assayer:Axel Brandt"
new_reserve
found_reserve
furnish
stock_lot GA-0001 300
stock_lot GA-0002 400
vaultctl --quiet --as kim lot new GA-0003 ga ROT 100kg --class sealed --units 10 --supplier acme >/dev/null
vaultctl --quiet --as kim lot weigh GA-0003 --gross 110kg --tare 10kg >/dev/null
vaultctl --quiet --as ana lot assay GA-0003 --grade 99.99% --laboratory sgs >/dev/null
vaultctl --quiet --as ana lot accept GA-0003 >/dev/null
declaration=$(vaultctl --as haas declare full ga --policy at-once --days 30 --findings ban \
	--authority council -o id)
sign_by "$declaration" ruiz lee
await declaration "$declaration" open
expect 0 "" vaultctl --as haas request submit JPN ga 350kg --need-by "$(in_days 20)" --tier B --purpose wafers
request=$(said_id R)
order=$(vaultctl --as haas order new "$request" --consignee "Nippon Wafers KK" -o id)
sign_by "$order" ruiz lee
free=$(available ga)

say "An auditor opens it; who may count, and who not"
new() { vaultctl --as noor count new ROT --blind --because yearly "$@"; }
expect 2 "does not name two counters" new --counters vera
expect 4 "two persons count" new --counters vera,vera
expect 7 "no such enrolled person: nobody" new --counters vera,nobody
expect 4 "" vaultctl --as kim count new ROT --counters vera,axel
expect 0 count.opened new --counters vera,axel --dry-run
expect 0 count.opened new --counters vera,axel
count=$(said_id U)
expect 3 "is being counted already" new --counters vera,axel

say "The site stands still: R24 names the stocktake"
same "available" "$(available ga)" 0
expect 3 "$count" vaultctl --as kim loadout weigh "$order" GA-0001 --gross 310kg --tare 10kg --carrier DHL \
	--vehicle 1-ABC-234
grep -q R24 <<<"$said" || wrong "no R24 in: $said"
expect 3 R24 vaultctl --as kim lot move GA-0002 BAL
expect 3 R24 vaultctl --as haas lot correct GA-0002 --net 399kg --because slip
expect 0 "being counted" vaultctl status

say "Sheets are blind, and filled in as CSV"
ok vaultctl count sheet "$count" --counter vera -o csv
same "columns" "$(head -n 1 <<<"$said")" "lot,commodity,site,class,net_kg,units,seals,missing"
same "no book masses" "$(grep -c '[34]00' <<<"$said" || true)" 0
sheet() { # COUNTER MASS1 MASS2 UNITS [ROW…]
	local counter=$1
	{
		echo lot,net_kg,units,seals,missing
		echo "GA-0001,$2,,,"
		echo "GA-0002,$3,,,"
		echo "GA-0003,,$4,intact,"
		shift 4
		[ $# = 0 ] || printf '%s\n' "$@"
	} >"$work/$counter.csv"
}
enter() { vaultctl --as "$1" count enter "$count" "$work/$1.csv" --counter "$1" "${@:2}"; }
sheet vera 300 "" 10
expect 2 "line 3" enter vera
sheet vera 300 4OO 10
expect 2 "column net_kg" enter vera
sed -i '/GA-0002/d' "$work/vera.csv"
expect 2 "the first is GA-0002" enter vera
echo lot,net_kg,units,seals,missing >"$work/vera.csv"
expect 2 "no row below the header" enter vera
printf '%s\n' lot,site,net_kg,units,seals,missing GA-0001,ROT,300,,, GA-0002,BAL,360,,, GA-0003,ROT,,10,intact, \
	>"$work/vera.csv"
expect 2 "column site: lot GA-0002 of this stocktake has ROT" enter vera
sheet vera 300 360 10
expect 0 count.entered enter vera --dry-run
expect 0 document.prepared enter vera
note=$(said_id N)
expect 3 R14 vaultctl --as ruiz sign "$note" --yes
expect 0 "This is what you found" vaultctl --as vera sign "$note" --yes
sheet axel 299 399.5 10 GA-0099,12,,,
ok enter axel
note=$(said_id N)
expect 0 "" vaultctl --as axel sign "$note" --yes

say "They differ on one lot and on one that is on no book: both count these again"
same "state" "$(vaultctl count "$count" -o json | json_value state)" recount
expect 0 GA-0002 vaultctl count sheet "$count" --counter vera -o csv
for counter in vera axel; do
	printf '%s\n' lot,net_kg,units,seals,missing GA-0002,360,,, GA-0099,12,,, >"$work/$counter.csv"
	ok enter "$counter"
	sign_by "$(said_id N)" "$counter"
	if [ "$counter" = vera ]; then
		same "figures of a round are told to nobody before both have signed" \
			"$(vaultctl count "$count" -o csv | grep -c 360 || true)" 0
		say "kill -9 in the middle of a count: it goes on where it was"
		before=$(vaultctl count "$count" -o json)
		reserve_kill "$reserve"
		reserve_kill_database "$reserve"
		start
		same "the same count" "$(vaultctl count "$count" -o json)" "$before"
		same "still frozen" "$(available ga)" 0
	fi
done
same "state" "$(vaultctl count "$count" -o json | json_value state)" counted

say "What is off the books is held at once, and wants a cause from somebody who did not count"
expect 0 "stocktake $count" vaultctl lot GA-0002
expect 0 "count-variance" vaultctl finding
expect 3 "has no cause yet" vaultctl --as haas count adjust "$count"
expect 4 "somebody else" vaultctl --as vera count cause "$count" GA-0002 spill --because x
expect 2 "must be one of" vaultctl --as noor count cause "$count" GA-0002 gremlins --because x
expect 0 count.explained vaultctl --as noor count cause "$count" GA-0002 handling-loss --because "report 12"
expect 0 count.explained vaultctl --as noor count cause "$count" GA-0099 found --because "no label"

say "Two officers sign; the books follow, and the site is free"
expect 0 document.prepared vaultctl --as haas count adjust "$count"
note=$(said_id N)
expect 3 "waits for signatures as $note" vaultctl --as haas count adjust "$count"
expect 0 "lot GA-0002 book-g 400000 found-g 360000 handling-loss" vaultctl document "$note"
sign_by "$note" haas ruiz
same "state" "$(vaultctl count "$count" -o json | json_value state)" ended
expect 0 '"on_hand_g":360000' vaultctl lot GA-0002 -o json
expect 0 'ga/adjustment/' vaultctl call Stock.ListAccounts '{"commodity":"ga"}'
expect 0 "" vaultctl --as kim loadout weigh "$order" GA-0001 --gross 310kg --tare 10kg --carrier DHL \
	--vehicle 1-ABC-234
ok vaultctl count due ROT
expect 0 handling-loss vaultctl count lot GA-0002
expect 0 bulk/0 vaultctl count policies

say "A random sample: announced, drawn by vaultd in the next entry, worked out again by hand"
expect 2 "say where or of what" vaultctl --as noor sample draw 2
expect 0 sample.announced vaultctl --as noor sample draw 1 --site ROT --days 30 --because quarterly
sample=$(said_id M)
same "state" "$(vaultctl sample "$sample" -o json | json_value state)" drawn
seed=$(vaultctl sample "$sample" -o json | json_value seed)
size=$(vaultctl sample "$sample" -o json | json_value size)
announced=$(vaultctl sample "$sample" -o json | json_value announced_index)
same "the seed is of the ledger up to and with the announcement" "$size" $((announced + 1))
drawn=$(vaultctl sample "$sample" -o json | json_value lot)
again=$(for lot in GA-0002 GA-0003; do
	printf '%s %s\n' "$(printf '{"lot":"%s","seed":"%s"}' "$lot" "$seed" | sha256sum | cut -d' ' -f1)" "$lot"
done | sort | head -n 1 | cut -d' ' -f2)
same "drawn" "$drawn" "$again"
expect 4 "another assayer" vaultctl --as ana sample result "$sample" "$drawn" --grade 99.99% --laboratory als
expect 0 sample.result vaultctl --as axel sample result "$sample" "$drawn" --grade 95% --laboratory als
expect 0 "differs" vaultctl sample "$sample"
expect 0 "sample-result" vaultctl finding

say "The audit works all of it out again"
for id in ledger-root signatures two-signatures mass-conserved accounts-zero recount tables \
	count-overdue count-variance count-hands count-sheet count-frozen sample-seed sample-overdue; do
	expect 0 "" vaultctl --as noor audit run --only "$id"
done
ok vaultctl ledger export "$work/export"
expect 0 "" vaultctl audit run --ledger "$work/export" --key "$work/reserve.vkey" --only count-hands,count-sheet,sample-seed
finish
