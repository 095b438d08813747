#!/bin/bash
# Reference prices and observations: a series imported as others publish it, prices computed from it and
# computed again, what is refused and why, dates, stages, history, age. A demonstration reserve, because
# its clock can be moved forward.
origin=demo.vault.example/reserve-log
. "$(dirname "$0")/lib.bash"
data=${VAULT_DATA:-$tests/../data}
clock 0
new_reserve
found_reserve --demonstration
furnish

in_force() { # COMMODITY/VERSION
	local tries
	checks=$((checks + 1))
	for ((tries = 100; tries > 0; tries--)); do
		if vaultctl price "$1" -o json | grep -q '"in-force"'; then echo "ok      $1 is in force"; return; fi
		sleep 0.1
	done
	wrong "$1 is not in force after ten seconds"
}
quoted() { vaultctl price "$1" -o json | json_value quoted; }
new_commodity() { # CODE MINERAL STAGE FORM BASIS
	vaultctl --quiet --as haas commodity new "$1" "$2" --stage "$3" --form "$4" --basis "$5" >/dev/null
}
new_mineral() { vaultctl --quiet --as haas mineral new "$1" "$2" --symbol "${3:-}" >/dev/null; }

say "A form that the table of stages knows has its stage"
new_mineral w tungsten W
new_mineral ni nickel Ni
expect 2 "concentrate is at the stage mining" vaultctl --as haas commodity new w-bad w --stage refining \
	--form concentrate --basis WO3
new_commodity w-conc w mining concentrate WO3
new_commodity w-apt w refining "ammonium paratungstate" WO3
new_commodity w w processing powder W
new_commodity ni ni refining metal Ni

say "The World Bank's file, recognised by its columns"
series=$data/worldbank_pinksheet_metals_monthly.csv
expect 0 "would import 798" vaultctl --as haas observation import "$series" --dry-run
expect 0 "left out, for no commodity here is meant: phosphate_rock" vaultctl --as haas observation import \
	"$series"
expect 0 "imported 0, skipped 798" vaultctl --as haas observation import "$series"
expect 0 "worldbank" vaultctl observation ni/worldbank/1960-01
expect 2 'NAME=COMMODITY' vaultctl --as haas observation import "$series" --map nickel
new_mineral potash potash
new_commodity potash potash mining "muriate" KCl
expect 2 "[R23]" vaultctl --as haas observation import "$series" --map potash=potash
expect 0 "imported 798, skipped 798" vaultctl --as haas observation import "$series" --map potash=potash:KCl
new_commodity ni-powder ni processing powder Ni
expect 2 "Choose one of ni, ni-powder" vaultctl --as haas observation import "$series" --map potash=-
printf 'month,commodity,price,unit\n2026-05,nickel,16000,$/mt\n' >"$work/revised.csv"
expect 2 "recorded already, as 18806" vaultctl --as haas observation import "$work/revised.csv" --map nickel=ni
expect 0 "imported 1" vaultctl --as haas observation import "$work/revised.csv" --map nickel=ni --revise
same "the revision is the next version" "$(vaultctl observation ni/worldbank/2026-05 -o json |
	json_value version)" 2

say "All twelve names, 9,575 rows, in a second"
for metal in al:aluminum cu:copper pb:lead sn:tin zn:zinc au:gold pt:platinum ag:silver fe:iron p:phosphate; do
	new_mineral "${metal%:*}" "${metal#*:}"
	case ${metal%:*} in
	fe) new_commodity fe fe mining ore Fe ;;
	p) new_commodity p p mining ore rock ;;
	*) code=${metal%:*}; new_commodity "$code" "$code" refining metal "${code^}" ;;
	esac
done
map=nickel=ni,potash=potash:KCl,iron_ore=fe:Fe,phosphate_rock=p:rock
sed -e '2,$s/^2026-05,nickel,.*/2026-05,nickel,16000,$\/mt/' "$series" >"$work/series.csv"
start_ms=$(date +%s%3N)
expect 0 "imported 7979, skipped 1596" vaultctl --as haas observation import "$work/series.csv" --map "$map"
echo "        7,979 rows imported beside 1,596 compared in $(($(date +%s%3N) - start_ms)) ms"
expect 0 "au/worldbank/1960-01" vaultctl observation --commodity au --limit 1
same "an ounce of gold at 35 dollars, per kilogram" "$(vaultctl observation au/worldbank/1960-01 -o json |
	json_value price_micros_per_kg)" 1125276130

say "Our own columns"
expect 0 "commodity,period,price,unit,basis,series" vaultctl observation import --template
cat >"$work/bad.csv" <<-END
	commodity,period,price,unit,basis,series,kind,origin,mass_kg
	w-conc,2026-09,315,USD/mtu WO3,,customs,import,CHN,120000
	w-conc,2026-09,31.5,USD/kg,,customs,import,RUS,5000
END
expect 2 "bad.csv line 3, column basis" vaultctl --as haas observation import "$work/bad.csv"
sed 's/USD\/kg,,/USD\/kg,WO3,/; s/RUS/XXX/' "$work/bad.csv" >"$work/bad2.csv"
expect 2 '"XXX" is no country' vaultctl --as haas observation import "$work/bad2.csv"
sed 's/USD\/kg,,/USD\/kg,WO3,/; s/RUS/CHN/' "$work/bad.csv" >"$work/bad3.csv"
expect 2 "the same stands in line 2 already" vaultctl --as haas observation import "$work/bad3.csv"
sed 's/USD\/kg,,/USD\/stone,WO3,/' "$work/bad.csv" >"$work/bad4.csv"
expect 2 "is no unit of price" vaultctl --as haas observation import "$work/bad4.csv"
sed 's/USD\/kg,,/USD\/kg,WO3,/; s/31\.5/0/' "$work/bad.csv" >"$work/bad5.csv"
expect 2 "line 3, column price" vaultctl --as haas observation import "$work/bad5.csv"
sed 's/USD\/kg,,/USD\/kg,WO3,/; s/^w-conc,2026-09,31/w-conc,2099-09,31/' "$work/bad.csv" >"$work/bad6.csv"
expect 2 "2099-09 is not over" vaultctl --as haas observation import "$work/bad6.csv"
sed 's/USD\/kg,,/USD\/kg,WO3,/' "$work/bad.csv" >"$work/good.csv"
expect 0 "imported 2" vaultctl --as haas observation import "$work/good.csv"
expect 0 "w-conc/import/customs/CHN/2026-09" vaultctl observation --kind import --origin CHN
today=$(date -u +%F)
ok vaultctl --as haas observation new ni "$today" "15120.5 \$/mt Ni" --series lme
expect 3 "recorded already" vaultctl --as haas observation new ni "$today" "15120.5 USD/t Ni" --series lme
expect 4 "" vaultctl --as kim observation new ni 2026-10-02 "15120.5 USD/t Ni" --series lme
audit_is_clean

say "A price computed from what was observed, and computed again"
expect 0 "by trimmed-mean of" vaultctl --as haas price draft ni --method trimmed-mean --months 24 --trim 10% \
	--because "list of Q1" --dry-run
ok vaultctl --as haas price draft ni --method trimmed-mean --months 24 --trim 10% --because "list of Q1"
note=$(said_id N)
expect 0 "computed ni trimmed-mean of" vaultctl document "$note"
sign_by "$note" ruiz lee
in_force ni/1
expect 0 "equal: ni/1 is" vaultctl price recompute ni/1
expect 3 "was not computed" vaultctl price recompute ga/1
expect 2 "has no mass to weigh it by" vaultctl --as haas price draft ni --method volume-weighted --months 24 \
	--because x
expect 0 "" vaultctl --as haas price draft w-conc --method volume-weighted --months 6 --observed import \
	--because "by customs"
expect 0 "computed w-conc volume-weighted of 2 observations" vaultctl document "$(said_id N)"
expect 0 "" vaultctl --as haas reject "$(said_id N)" --because "no list of its own"
expect 3 "has 0 such observations" vaultctl --as haas price draft w --method trimmed-mean --months 12 --because x

say "Cost-plus over the stage below; along the stages no later one is below an earlier one"
expect 3 "w-conc has no reference price in force" vaultctl --as haas price draft w-apt --method cost-plus \
	--below w-conc --yield 96% --because x
note=$(vaultctl --as haas price draft w-conc "380 \$/mtu WO3" --because list -o id)
sign_by "$note" ruiz lee
in_force w-conc/2
expect 2 "by contained mass" vaultctl --as haas price draft w-apt 37USD/kg --basis WO3 --because list
expect 2 "would be below w-conc (mining)" vaultctl --as haas price draft w 47USD/kg --basis W --because list
note=$(vaultctl --as haas price draft w-apt --method cost-plus --below w-conc --yield 96% \
	--conversion 4.10USD/kg --margin 8% --because list -o id)
expect 0 "over w-conc/2 yield 96% conversion 4.100000 USD/kg margin 8%" vaultctl document "$note"
sign_by "$note" ruiz lee
in_force w-apt/1
same "(38 / 0.96 + 4.10) x 1.08" "$(quoted w-apt/1)" 471780
expect 0 "equal: w-apt/1" vaultctl price recompute w-apt/1
note=$(vaultctl --as haas price draft w 47USD/kg --basis W --because list \
	--incoherent-because "powder from scrap of carbide" -o id)
expect 0 "because powder from scrap of carbide" vaultctl document "$note"
expect 0 "" vaultctl --as haas reject "$note" --because "another day"

say "Units, bases and dates that are refused"
expect 2 "[R23]" vaultctl --as haas price draft ni 15000USD/t --because x
expect 2 "[R23]" vaultctl --as haas price draft ni 15000USD/t --basis WO3 --because x
expect 2 "is not a unit" vaultctl --as haas price draft ni 15000USD/stone --basis Ni --because x
expect 2 "" vaultctl --as haas price draft ni 0USD/t --basis Ni --because x
expect 2 "" vaultctl --as haas price draft ni -- -5USD/t --basis Ni --because x
expect 2 "it cannot be in force before today" vaultctl --as haas price draft ni 15000USD/t --basis Ni \
	--from 2026-01-01 --because x
expect 2 "computed and not given" vaultctl --as haas price draft ni 15000USD/t --basis Ni \
	--method trimmed-mean --months 12 --because x

say "Notified, in force, superseded; what was in force on a day stays to be told"
note=$(vaultctl --as haas price draft ni "16500 USD/t Ni" --from "$(in_days 10)" --because list -o id)
sign_by "$note" ruiz lee
expect 0 notified vaultctl price --state notified
expect 3 "is notified from" vaultctl --as haas price draft ni "16000 USD/t Ni" --from "$(in_days 5)" --because x
clock 11
in_force ni/2
expect 0 ni/2 vaultctl price ni
checks=$((checks + 1))
if vaultctl price ni -o csv | grep -q superseded; then wrong "a list shows what is superseded"; fi
expect 0 superseded vaultctl price ni --history
expect 2 "may mean 2 things" vaultctl price nickel --history
same "in their order" "$(vaultctl price ni --history -o id | tr '\n' ' ')" "ni/1 ni/2 "

say "Old prices are told"
clock 130
sleep 1.2
expect 0 "older than 90 d" vaultctl status
expect 0 "stale" vaultctl price ga/1
audit_is_clean

say "Stopped and started: the same prices, the same observations"
reserve_stop "$reserve"
start
expect 0 superseded vaultctl price ni --history
expect 0 "equal: ni/1" vaultctl price recompute ni/1
audit_is_clean
ok vaultctl ledger export "$work/export"
expect 0 "" vaultctl audit run $sound --ledger "$work/export"

say "Every USGS 2026 price, in units and bases as published"
reserve_stop "$reserve"
first=$work
work=$work/usgs
mkdir "$work"
export HOME=$work XDG_CONFIG_HOME=$work/people
reserve=$work/r
clock 0
new_reserve
found_reserve --demonstration
"$data/derive.sh" "$work/derived"
"$data/derive-usgs.sh" "$work/derived" "$work/derived/commodities.csv"
rows=$(grep -c ',price,' "$data/usgs_mcs2026_us_salient.csv")
same "no row is left out" "$(($(wc -l <"$work/derived/usgs-observations.csv") - 1))" "$rows"
for what in minerals:mineral commodities:commodity usgs-commodities:commodity; do
	expect 0 imported vaultctl --as haas "${what#*:}" import "$work/derived/${what%:*}.csv"
done
expect 0 "imported $rows, skipped 0" vaultctl --as haas observation import "$work/derived/usgs-observations.csv"
expect 0 "imported 29, skipped 0" vaultctl --as haas price import "$work/derived/usgs-prices.csv" --because "USGS"
sign_by "$(vaultctl document -o id | tail -n 1)" ruiz lee
in_force v2o5/1
expect 0 "219.787977 USD/kg" vaultctl price ta
expect 0 "19.756792 USD/kg" vaultctl price v2o5
expect 0 "10.802651 USD/kg" vaultctl price cu
audit_is_clean
reserve_end "$reserve"
work=$first
finish
