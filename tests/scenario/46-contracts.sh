#!/bin/bash
# The price floor at release with its two legs, a waiver of it, contracts for difference from the proposal
# to a settled quarter, and exposure with a ban; over a kill -9, and audited with and without the daemon.
# A demonstration reserve, because its clock can be moved forward.
origin=demo.vault.example/reserve-log
. "$(dirname "$0")/lib.bash"
clock 0
new_reserve
found_reserve --demonstration
furnish
stock_lot GA-0001 400
vaultctl --quiet --as kim lot new GA-0002 ga ROT 120kg --supplier acme --origin CHN >/dev/null
vaultctl --quiet --as kim lot weigh GA-0002 --gross 130kg --tare 10kg >/dev/null
vaultctl --quiet --as ana lot assay GA-0002 --grade 99.99% --laboratory sgs >/dev/null
vaultctl --quiet --as ana lot accept GA-0002 >/dev/null
vaultctl --quiet --as kim lot new GA-0003 ga ROT 50kg --supplier acme --origin CHN >/dev/null
vaultctl --quiet --as haas mineral new nd neodymium --family REE >/dev/null
vaultctl --quiet --as haas commodity new ndpr nd --stage refining --form oxide --basis REO >/dev/null
data=${VAULT_DATA:-$tests/../data}

observe() { # COMMODITY PERIOD PRICE BASIS SERIES [FIELDS]
	vaultctl --quiet --as haas call Zone.RecordObservations "{\"observations\":[{\"commodity\":\"$1\",
		\"period\":\"$2\",\"quoted\":$3,\"unit\":\"USD/kg\",\"basis\":\"$4\",\"series\":\"$5\"${6:-}}],
		\"revise\":true}" >/dev/null || wrong "no observation of $1 in $2"
}

say "World production, with the USGS's names of countries"
sh "$data/derive-production.sh" "$work"
grep -e '^mineral' -e '^ga,' -e '^REE,' "$work/production.csv" >"$work/p.csv"
rows=$(($(wc -l <"$work/p.csv") - 1))
expect 0 "would import $rows" vaultctl --as haas production import "$work/p.csv" --dry-run
expect 0 "imported $rows" vaultctl --as haas production import "$work/p.csv"
expect 0 "skipped $rows" vaultctl --as haas production import "$work/p.csv"
size=$(entries)
sed 's/,CHN,/,Burma,/' "$work/p.csv" >"$work/burma.csv"
expect 2 '"Burma" is no country' vaultctl --as haas production import "$work/burma.csv"
sed '2s/^ga/gold/' "$work/p.csv" >"$work/gold.csv"
expect 2 "no mineral has the code" vaultctl --as haas production import "$work/gold.csv"
expect 3 "stands twice" vaultctl --as haas call Zone.RecordProduction '{"productions":[
	{"mineral":"ga","stage":"mining","year":2020,"country":"CHN","mass_g":1},
	{"mineral":"ga","stage":"mining","year":2020,"country":"CHN","mass_g":2}]}'
expect 4 "" vaultctl --as kim production import "$work/burma.csv"
same "nothing was recorded" "$(entries)" "$size"

say "Exposure, and a ban"
yesterday=$(date -u -d yesterday +%F)
observe ga "$yesterday" 600 Ga customs ',"kind":"import","origin":"CHN","mass_g":800000'
observe ga "$yesterday" 650 Ga customs ',"kind":"import","origin":"JPN","mass_g":200000'
ok vaultctl --as haas tariff assess --origin KOR --commodity ga --net 20kg --grade 99.99% \
	--value 9000USD --cif --record
expect 0 "the largest source is China with 99.0%" vaultctl exposure gallium
expect 0 "imports,ga,refining,KOR,mass_g,19998,false" vaultctl exposure gallium -o csv
expect 0 "119.9 kg in store (11.9 d of cover) stays usable" vaultctl exposure ga --ban CHN
expect 0 "50.0 kg announced or in transit (5.0 d of cover) is at risk" vaultctl exposure Gallium --ban CHN
expect 0 "80.0% of the future supply (imports by customs): 8.0 kg a day" vaultctl exposure ga --ban CHN
expect 0 '"ban_bridged_tenths":649' vaultctl exposure ga --ban CHN -o json
expect 0 "lots,ga,refining,CHN,held_g,119988,true" vaultctl exposure ga --ban CHN -o csv
expect 0 "World mining of REE, 2025" vaultctl exposure nd
expect 0 "World mining of REE, 2024" vaultctl exposure neodymium --year 2024
expect 2 '"XXX" is no country' vaultctl exposure ga --ban XXX
expect 7 "no such mineral" vaultctl exposure gold

say "The floor at release: no market yet, and it is told"
declare_gallium 300kg 60
ok vaultctl --as haas request submit JPN ga 50kg --purpose wafers
request=$(said_id R)
expect 3 "the reference price is 580 USD/kg per Ga" vaultctl --as haas order new "$request" \
	--consignee "Nippon Wafers KK" --price 579.99USD/kg
ok vaultctl --as haas order new "$request" --consignee "Nippon Wafers KK"
order=$(said_id O)
expect 0 stale-market vaultctl finding
expect 0 "market-price no fresh market price" vaultctl document "$order"
ok vaultctl --as ruiz reject "$order" --because "the market is known now"

say "95% of the market binds: 665 of 700"
observe ga "$yesterday" 700 Ga spot
expect 3 R13 vaultctl --as haas order new "$request" --consignee "Nippon Wafers KK" --price 664.99USD/kg
expect 3 "vaultctl order new $request --price 665USD/kg --consignee \"Nippon Wafers KK\"" \
	vaultctl --as haas order new "$request" --consignee "Nippon Wafers KK" --price 664.99USD/kg
ok vaultctl --as haas order new "$request" --consignee "Nippon Wafers KK" --dry-run
ok vaultctl --as haas order new "$request" --consignee "Nippon Wafers KK"
order=$(said_id O)
expect 0 "price-floor 665 USD/kg, 95% of the market" vaultctl document "$order"
expect 0 "665 USD/kg" vaultctl order
ok vaultctl --as ruiz reject "$order" --because "a waiver is asked for"

say "A waiver: two who did not ask, down to a price, for one request, until its end"
size=$(entries)
expect 2 "is no country" vaultctl exposure ga --ban Atlantis
expect 2 "would be over already" vaultctl --as ruiz waiver new ga --ends 2020-01-01 --authority x --because x
expect 2 "[R23]" vaultctl --as ruiz waiver new ga --price 5USD/kg --basis WO3 --ends "$(in_days 20)" \
	--authority x --because x
expect 7 "R-2020-0001" vaultctl --as ruiz waiver new ga --subject R-2020-0001 --ends "$(in_days 20)" \
	--authority x --because x
expect 4 "" vaultctl --as kim waiver new ga --ends "$(in_days 20)" --authority x --because x
same "errors are no entries" "$(entries)" "$size"
ok vaultctl --as ruiz waiver new ga --subject "$request" --price 520USD/kg --basis Ga --ends "$(in_days 20)" \
	--authority "Art. 9" --because "a hospital"
waiver=$(said_id W)
expect 3 R13 vaultctl --as haas order new "$request" --consignee "Nippon Wafers KK" --price 600USD/kg
expect 3 R14 vaultctl --as ruiz sign "$waiver" --yes
sign_by "$waiver" lee haas
expect 0 granted vaultctl waiver
expect 3 R12 vaultctl --as haas order new "$request" --consignee "Nippon Wafers KK" --price 519USD/kg
ok vaultctl --as haas order new "$request" --consignee "Nippon Wafers KK" --price 530USD/kg
order=$(said_id O)
expect 0 "$waiver" vaultctl order "$order"
sign_by "$order" ruiz lee
await order "$order" issued
expect 0 "waiver $waiver" vaultctl order note "$order"

say "A round rests on the market: refused without one, refused when it moved, cut at 95% of it"
vaultctl --quiet --as haas mineral new ge germanium --symbol Ge >/dev/null
vaultctl --quiet --as haas commodity new ge ge --stage refining --form metal --basis Ge >/dev/null
for kind in operating hard; do
	note=$(vaultctl --as haas floor set ge "$kind" --mass 10kg --because board -o id)
	sign_by "$note" ruiz
done
note=$(vaultctl --as haas price draft ge 2000USD/kg --basis Ge --because list -o id)
sign_by "$note" ruiz lee
vaultctl --quiet --as kim lot new GE-0001 ge ROT 100kg --supplier acme --origin CAN >/dev/null
vaultctl --quiet --as kim lot weigh GE-0001 --gross 101kg --tare 1kg >/dev/null
vaultctl --quiet --as ana lot assay GE-0001 --grade 100% --laboratory sgs >/dev/null
vaultctl --quiet --as ana lot accept GE-0001 >/dev/null
rounds=$(vaultctl --as haas declare full ge --days 60 --policy proportional --stale-price refuse \
	--findings "export ban" --authority "council 12" -o id)
sign_by "$rounds" ruiz lee
await declaration "$rounds" open
ok vaultctl --as haas request submit JPN ge 40kg --purpose optics
ok vaultctl --as haas request submit DEU ge 30kg --purpose optics
expect 3 "refuses without one" vaultctl --as ruiz allocation run "$rounds"
observe ge "$yesterday" 3000 Ge spot
plan=$(vaultctl --as ruiz allocation run "$rounds" -o id)
sign_by "$plan" ruiz
observe ge "$yesterday" 3100 Ge spot
expect 3 "ge: market price 3000 USD/kg then, 3100 USD/kg now" vaultctl --as lee sign "$plan" --yes
plan=$(vaultctl --as ruiz allocation run "$rounds" -o id)
sign_by "$plan" ruiz lee
expect 0 "2,945 USD/kg" vaultctl order
expect 0 committed vaultctl plan "$plan"

say "A contract for difference: 110 USD/kg NdPr, 30% above"
year=$(date -u +%Y)
quarter=$((($(date -u +%-m) - 1) / 3)) # the one before this; 0: of last year
if [ "$quarter" = 0 ]; then year=$((year - 1)) quarter=4; fi
name=${year}Q$quarter
this=$(date -u +%Y)Q$((($(date -u +%-m) - 1) / 3 + 1))
month() { printf '%s-%02d' "$year" $(((quarter - 1) * 3 + $1)); }
new_contract() { vaultctl --as ruiz contract new "Example Magnets" ndpr "$@" --because "a producer inside"; }
size=$(entries)
expect 2 "[R23]" new_contract 110USD/kg --basis WO3 --series usgs --first "$name" --last "$this"
expect 2 "no quarter" new_contract 110USD/kg --basis REO --series usgs --first 2026Q5 --last "$this"
expect 2 "is before" new_contract 110USD/kg --basis REO --series usgs --first "$this" --last "$name"
same "errors are no entries" "$(entries)" "$size"
ok new_contract 110USD/kg --basis REO --series usgs --upside 30% --first "$name" --last "$this"
contract=$(said_id C)
expect 3 "not signed yet" vaultctl --as ruiz contract report "$contract" "$name" --sold 1t --evidence x
sign_by "$contract" ruiz lee
expect 0 signed vaultctl contract "$contract"
expect 3 "is not over" vaultctl --as ruiz contract report "$contract" "$this" --sold 1t --evidence x
expect 2 "without 2020Q1" vaultctl --as ruiz contract report "$contract" 2020Q1 --sold 1t --evidence x
expect 3 "nobody has reported" vaultctl --as lee contract settle "$contract" "$name"
expect 2 "is left of what was counted" vaultctl --as ruiz contract report "$contract" "$name" --sold 1t \
	--from-stockpile 1kg --evidence x
ok vaultctl --as ruiz contract report "$contract" "$name" --sold 120t --stockpiled 30t --evidence "sales book"
expect 3 "no market observation" vaultctl --as lee contract settle "$contract" "$name"
observe ndpr "$(month 1)" 69 REO usgs
ok vaultctl --as lee contract settle "$contract" "$name"
note=$(said_id N)
expect 0 "due-to-the-producer 6150000.00 USD" vaultctl document "$note"
expect 3 R14 vaultctl --as ruiz sign "$note" --yes

say "An input is revised under it: named, rejected, computed again; over a kill"
observe ndpr "$(month 1)" 70 REO usgs
sign_by "$note" lee
expect 3 "version 1 then, 2 now" vaultctl --as haas sign "$note" --yes
ok vaultctl --as haas reject "$note" --because "an observation was revised"
reserve_kill "$reserve"
start
expect 0 reported vaultctl contract "$contract"
ok vaultctl --as lee contract settle "$contract" "$name"
note=$(said_id N)
sign_by "$note" lee haas
expect 0 "6,000,000.00 USD" vaultctl contract settlements "$contract"
expect 0 '"to_producer_cents":600000000' vaultctl contract "$contract" -o json
expect 3 settled vaultctl --as ruiz contract report "$contract" "$name" --sold 1t --evidence x

say "The waiver ends by itself"
clock 25
await_closed() { # until no live waiver is left
	local tries
	checks=$((checks + 1))
	for ((tries = 100; tries > 0; tries--)); do
		[ -n "$(vaultctl waiver -o id)" ] || return 0
		sleep 0.1
	done
	wrong "a waiver lives on"
}
await_closed
expect 0 ended vaultctl waiver "$waiver"

say "Audited, and again from an export"
audit_is_clean
ok vaultctl --as noor ledger export "$work/export"
expect 0 "" vaultctl audit run $sound --ledger "$work/export" --key "$work/reserve.vkey"
finish
