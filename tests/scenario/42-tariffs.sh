#!/bin/bash
# Tariffs: customs codes and baskets; the design's tungsten vector; what an import from inside the zone is
# told; schedules signed, in shadow, in force, following prices and imports by themselves; a file of
# consignments with faults; sales inside the zone; a back-test with its picture; every bad input by name.
origin=demo.vault.example/reserve-log
. "$(dirname "$0")/lib.bash"
data=$(cd "$(dirname "$0")/../../data" && pwd)
clock 0
new_reserve
found_reserve --demonstration
as() { vaultctl --as "$@"; }
for mineral in "w tungsten W" "ga gallium Ga" "ge germanium Ge" "ni nickel Ni"; do
	read -r code name symbol <<<"$mineral"
	as haas --quiet mineral new "$code" "$name" --symbol "$symbol" >/dev/null
done
as haas --quiet commodity new w-conc w --stage mining --form concentrate --basis WO3 >/dev/null
for code in ga:Ga ge:Ge ni:Ni; do
	as haas --quiet commodity new "${code%:*}" "${code%:*}" --stage refining --form metal \
		--basis "${code#*:}" >/dev/null
done
for country in JPN PRT; do
	sign_by "$(as haas member set "$country" in-force --name "$country" --kind state --because deposited -o id)" \
		ruiz lee
done
sign_by "$(as haas price draft w-conc 38USD/kg --basis WO3 --because "Q4 list" -o id)" ruiz lee
in_force() { # COMMODITY: until its reference price is in force
	local tries
	for ((tries = 100; tries > 0; tries--)); do
		vaultctl price "$1" -o csv | grep -q in-force && return 0
		sleep 0.1
	done
	wrong "no price of $1 is in force after ten seconds"
}
in_force w-conc

goods=(--net 25t --moisture 0.8% --grade 65%)
assess() { vaultctl tariff assess "$@"; }
vector=(--origin CHN --commodity w-conc "${goods[@]}" --value 499720USD --cif)

say "Customs codes"
expect 0 "would import 85" as haas hs import "$data/hs2022_mineral_stages.csv" --because "HS 2022" --dry-run
expect 0 "imported 85" as haas hs import "$data/hs2022_mineral_stages.csv" --because "HS 2022"
expect 0 "skipped 85" as haas hs import "$data/hs2022_mineral_stages.csv" --because "HS 2022"
expect 0 "Tungsten ores" vaultctl hs 261100
expect 0 810197 vaultctl hs --mineral tungsten
printf 'hs6,mineral,stage,hs_description\n26110,tungsten,ore,x\n' >"$work/codes.csv"
expect 2 "six digits" as haas hs import "$work/codes.csv" --because x
printf 'hs6,mineral,stage,hs_description\n261100,tungsten,dust,x\n' >"$work/codes.csv"
expect 2 "is no stage" as haas hs import "$work/codes.csv" --because x

say "The design's vector"
expect 0 "112,840.00 USD" assess "${vector[@]}"
expect 0 "612,560.00 USD" assess "${vector[@]}"
expect 0 "16,120.0 kg   WO3" assess "${vector[@]}"
expect 0 '"duty_cents":11284000' assess "${vector[@]}" -o json
expect 0 '"landed_cents":61256000' assess "${vector[@]}" -o json
expect 0 "nothing is charged" assess "${vector[@]}"
expect 0 "112,840.00 USD" assess --origin CHN --hs 261100 "${goods[@]}" --fob --value 480000USD \
	--freight 19000USD --insurance 720USD
expect 0 "112,845.00 USD" assess --origin CHN --hs 261100 "${goods[@]}" --value 449748EUR --cif --rate 1.1111 \
	--rate-source ECB
expect 0 "no duty" assess --origin CHN --commodity w-conc "${goods[@]}" --value 612560USD --cif
expect 0 "112,840.00 USD below the floor: a sale inside the zone at that price is refused [R12]" \
	assess --origin JPN --mined-in CHN --commodity tungsten "${goods[@]}" --value 499720USD --cif

say "Bad input, by name; nothing changes"
size=$(entries)
expect 2 "six digits" assess --origin CHN --hs 2611 "${goods[@]}" --value 5USD --cif
expect 7 "HS code 999999 stands for no mineral" assess --origin CHN --hs 999999 "${goods[@]}" --value 5USD --cif
expect 2 "one of ga (gallium), ge (germanium)" assess --origin CHN --hs 811292 --net 1t --grade 99.99% \
	--value 5USD --cif
expect 2 "which ga is not" assess --origin CHN --hs 261100 --commodity ga "${goods[@]}" --value 5USD --cif
expect 7 "no commodity of that mineral and stage" assess --origin CHN --hs 260800 "${goods[@]}" --value 5USD --cif
expect 7 "no reference price of ga" assess --origin CHN --commodity ga --net 1t --grade 99.99% --value 5USD --cif
expect 2 "XXX\" is no country" assess --origin XXX --commodity w-conc "${goods[@]}" --value 5USD --cif
expect 2 "ZZZ\" is no country" assess --origin CHN --mined-in ZZZ --commodity w-conc "${goods[@]}" --value 5USD --cif
expect 2 "must be above 0" assess --origin CHN --commodity w-conc "${goods[@]}" --value 0USD --cif
expect 2 "must be above 0" assess --origin CHN --commodity w-conc "${goods[@]}" --value -5USD --cif
expect 2 "freight" assess --origin CHN --commodity w-conc "${goods[@]}" --value 5USD --fob --insurance 1USD
expect 2 "has its freight inside" assess --origin CHN --commodity w-conc "${goods[@]}" --value 5USD --cif --freight 1USD
expect 2 "is not in the currency of the value" assess --origin CHN --commodity w-conc "${goods[@]}" --value 5USD --fob \
	--freight 1EUR --insurance 1USD
expect 2 "needs the rate" assess --origin CHN --commodity w-conc "${goods[@]}" --value 5EUR --cif
expect 2 "its source" assess --origin CHN --commodity w-conc "${goods[@]}" --value 5EUR --cif --rate 1.1
expect 2 "R23" assess --origin CHN --commodity w-conc --basis Cu "${goods[@]}" --value 5USD --cif
expect 2 "is not a sum of money" assess --origin CHN --commodity w-conc "${goods[@]}" --value 499720 --cif
expect 2 "terms" assess --origin CHN --commodity w-conc "${goods[@]}" --value 5USD
expect 2 "still to come" as haas tariff assess "${vector[@]}" --entry 2099-01-01 --record
expect 4 "" as kim tariff assess "${vector[@]}" --record
set_tariff() { as haas tariff schedule set "$@" --because board; }
expect 2 "a cap below zero" set_tariff w-conc CHN shadow --cap -1%
expect 2 "no country" set_tariff w-conc CHI shadow
expect 2 "out of order" set_tariff w-conc CHN shadow --effective 2099-02-01 --until 2099-01-01
expect 2 "a time that is past" set_tariff w-conc CHN shadow --effective 2020-01-01
expect 2 "needs its mode" set_tariff w-conc CHN
expect 7 "no such commodity" set_tariff xx CHN shadow
same "nothing was recorded" "$(entries)" "$size"

say "A schedule in shadow, then in force"
ok set_tariff w-conc CHN shadow --cap 10%
note=$(said_id N)
expect 3 "waits as $note" set_tariff w-conc CHN draft
expect 0 "cap 10% of the customs value" vaultctl note "$note"
expect 0 "This sets tariff schedules" vaultctl --as ruiz sign "$note" --yes
sign_by "$note" lee
expect 0 "Customs codes and what they stand for." vaultctl help hs
same "marks of the source in it" "$(vaultctl help hs | grep -c "methods:" || true)" 0
await_schedule() { # ID STATE
	local tries
	checks=$((checks + 1))
	for ((tries = 100; tries > 0; tries--)); do
		if vaultctl tariff schedule --all -o csv | grep -q "^$1,.*,$2,"; then
			printf 'ok      %s is %s\n' "$1" "$2"
			return 0
		fi
		sleep 0.1
	done
	wrong "$1 is not $2 after ten seconds"
}
await_schedule w-conc/CHN/1 in-force
expect 0 "in shadow" as haas tariff assess "${vector[@]}" --record
expect 0 "A-2026-0001" vaultctl tariff assessments -o id
expect 0 "62,868.00 USD   left by the cap" vaultctl tariff assessment A-2026-0001
expect 0 "0.00 USD   schedule w-conc/CHN/1, shadow" vaultctl tariff assessment A-2026-0001
sign_by "$(set_tariff w-conc CHN in-force --until 2099-01-01 -o id)" ruiz lee
await_schedule w-conc/CHN/2 in-force
expect 3 "its validity overlaps" set_tariff w-conc CHN shadow --effective 2098-01-01
expect 0 "charged by schedule w-conc/CHN/2" as haas tariff assess "${vector[@]}" --record
expect 0 "112,840.00 USD   schedule w-conc/CHN/2, in-force" vaultctl tariff assessment A-2026-0002

say "It follows the market by itself"
expect 0 "tariff.adjusted" as haas observation new w-conc "$(date -u -d '-40 days' +%Y-%m)" "31 USD/kg WO3" --series customs \
	--kind import --origin CHN -o json
await_schedule w-conc/CHN/3 in-force
expect 0 '"duty_micros_per_kg":7000000,"duty_ppm":225807' vaultctl tariff schedule w-conc -o json
expect 0 "import price w-conc/import/customs/CHN" vaultctl tariff schedule --changed-since 1d
expect 0 "w-conc/CHN/1" vaultctl tariff schedule --changed-since 1d
sign_by "$(as haas price draft w-conc 40USD/kg --basis WO3 --because "Q1 list" -o id)" ruiz lee
await_schedule w-conc/CHN/4 in-force
expect 0 "reference price w-conc/2" vaultctl tariff schedule w-conc
expect 0 '"duty_micros_per_kg":9000000' vaultctl tariff schedule w-conc -o json
expect 0 "31.0 USD/kg" vaultctl tariff schedule w-conc/CHN/3
expect 0 superseded vaultctl tariff w-conc/CHN/3
expect 7 "w-conc/CHN/9 is recorded" vaultctl tariff w-conc/CHN/9
expect 0 "schedules: 1 in force" vaultctl status
reserve_stop "$reserve"
start
expect 0 "w-conc/CHN/4" vaultctl tariff schedule w-conc
sign_by "$(as haas tariff schedule set w-conc CHN --ends --because "the ban is over" -o id)" ruiz lee
await_schedule w-conc/CHN/4 superseded
expect 0 "no schedule covers it" assess "${vector[@]}"

say "A file of consignments"
vaultctl tariff assess --template >"$work/imports.csv"
expect 0 "commodity,hs,origin" cat "$work/imports.csv"
cat >"$work/imports.csv" <<'CSV'
ref,commodity,hs,origin,mined_in,entry,net_kg,moisture_percent,grade_percent,basis,value,currency,terms,freight,insurance,rate,rate_source,other_duty
1,w-conc,,CHN,,,25000,0.8,65,WO3,499720,USD,cif,,,,,
2,,261100,CHN,VNM,,25000,0.8,65,WO3,449748,EUR,cif,,,1.1111,ECB,
3,,811292,CHN,,,25000,,65,,5,USD,cif,,,,,
4,w-conc,,XXX,,,25000,,65,,5,USD,cif,,,,,
5,w-conc,,CHN,,,25000,,65,,-5,USD,cif,,,,,
6,w-conc,,CHN,,,"25,000",,65,,5,USD,cif,,,,,
7,w-conc,,CHN,,,25000,,65,,5,USD
8,w-conc,,JPN,,,25000,0.8,65,WO3,499720,USD,cif,,,,,
9,w-conc,,CHN,,,25000,,65,,5,USD,fob,1,"1
CSV
expect 2 "line 5, column origin: \"XXX\" is no country" vaultctl tariff assess --from "$work/imports.csv" --out "$work/out.csv"
expect 0 "2,1,w-conc,w-conc/2,16120000,64480000,49972000,14508000,0,64480000,0,290323,,,,," cat "$work/out.csv"
expect 0 "9,8,w-conc,w-conc/2,16120000,64480000,49972000,0,0,49972000,14508000,0,,,yes,," cat "$work/out.csv"
expect 0 "one of ga (gallium), ge (germanium)" grep "^4,3" "$work/out.csv"
expect 0 "must be above 0" grep "^6,5" "$work/out.csv"
expect 0 "is not a plain number" grep "^7,6" "$work/out.csv"
same "every line is answered" "$(grep -c '^[0-9]' "$work/out.csv")" 9
head -n 3 "$work/imports.csv" >"$work/good.csv"
expect 0 "a duty is due on 2" vaultctl tariff assess --from "$work/good.csv" --out "$work/out.csv"
awk 'NR == 1 { print; next } NR == 2 { for (i = 1; i <= 20000; i++) { sub(/^[0-9]*/, i); print } }' \
	"$work/good.csv" >"$work/many.csv"
expect 0 "20,000 consignments: a duty is due on 20,000, 2,901,600,000.00 USD in all" \
	vaultctl tariff assess --from "$work/many.csv" --out "$work/out.csv"
same "in their order" "$(tail -n 1 "$work/out.csv" | cut -d, -f1,2,8)" "20001,20000,14508000"
for ((i = 0; i < 50; i++)); do tail -n +2 "$work/many.csv"; done | cat <(head -n 1 "$work/many.csv") - >"$work/more.csv"
(sleep 0.3; reserve_kill "$reserve") &
expect 5 "Nothing was recorded: run it again" vaultctl tariff assess --from "$work/more.csv" --out "$work/out.csv"
wait $!
rm -f "$work/more.csv"
start
expect 2 "is no column" vaultctl tariff assess --from "$data/hs2022_mineral_stages.csv"
expect 1 "cannot be read" vaultctl tariff assess --from "$work/nothing.csv"

say "Sales inside the zone"
sale() { as haas sale "$1" "Panasqueira SA" "Nippon Alloys KK" w-conc 25t --grade 65% "${@:2}"; }
between=(--seller-country PRT --buyer-country JPN)
expect 0 "650,000.00 USD" sale check --price 40USD/kg --basis WO3 "${between[@]}"
expect 3 "the least price that passes is 18.15 USD/lb of WO3" sale check --price 18.14USD/lb --basis WO3 "${between[@]}"
size=$(entries)
expect 3 R12 sale record --price 39.99USD/kg --basis WO3 "${between[@]}"
same "the refusal is recorded" "$(entries)" $((size + 1))
expect 0 S-2026-0001 sale record --price 400USD/mtu --basis WO3 "${between[@]}"
expect 0 "Panasqueira SA" vaultctl sale S-2026-0001
expect 2 "without its basis" sale record --price 40USD/kg "${between[@]}"
expect 2 "outside the zone" sale record --price 40USD/kg --basis WO3 --seller-country CHN --buyer-country JPN
expect 2 "no country" sale record --price 40USD/kg --basis WO3 --seller-country XYZ --buyer-country JPN

say "A back-test"
expect 7 "no month of ni" vaultctl tariff backtest ni --floor 20000USD/t
grep -E '^month|,nickel,' "$data/worldbank_pinksheet_metals_monthly.csv" >"$work/nickel.csv"
ok as haas observation import "$work/nickel.csv" --map nickel=ni
expect 0 "Jan 1960 to Jun 2026: a duty in" vaultctl tariff backtest ni --floor 20000USD/t --svg "$work/nickel.svg"
expect 0 "</svg>" tail -n 1 "$work/nickel.svg"
expect 0 "prefers-color-scheme:dark" cat "$work/nickel.svg"
expect 0 "month,market_cents,floor_cents" vaultctl tariff backtest ni --floor 20000USD/t -o csv
expect 0 "2026-06-01T00:00:00Z,1758800,2000000," vaultctl tariff backtest ni --floor 20000USD/t -o csv
expect 0 "short of the floor in" vaultctl tariff backtest nickel --floor 20000USD/t --from 2015-01-01 --cap 10%
expect 2 "out of order" vaultctl tariff backtest ni --floor 20000USD/t --from 2020-01-01 --to 2019-01-01
expect 2 "not a price" vaultctl tariff backtest ni --floor 20000
expect 2 "not a unit" vaultctl tariff backtest ni --floor 20000USD/x

audit_is_clean
ok vaultctl ledger export "$work/export"
expect 0 "" vaultctl audit run $sound --ledger "$work/export"
finish
