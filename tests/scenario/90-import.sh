#!/bin/bash
# CSV: a file with a bad row changes nothing and shows the row, the column and the remedy; a good one goes
# in whole; run again it skips what is there and continues.
. "$(dirname "$0")/lib.bash"
new_reserve
found_reserve
furnish
cd "$work"
size=$(entries)
header=code,commodity,site,gross_kg,tare_kg,origin

say "A number with separators, and two more wrong rows"
{
	echo "$header"
	for i in $(seq 1 700); do
		case $i in
		417) echo 'GA-0418,ga,ROT,"25,310",310,CAN' ;;
		601) echo 'GA-0602,ga,ROT,100,200,CAN' ;;
		650) echo 'GA 651,ga,ROT,300,10,CAN' ;;
		*) printf 'GA-%04d,ga,ROT,310,10,CAN\n' $((i + 1)) ;;
		esac
	done
} >deliveries.csv
expect 2 'deliveries.csv line 418, column gross_kg: "25,310" is not a plain number' \
	vaultctl --as kim lot import deliveries.csv
for text in '418 | GA-0418,ga,ROT,"25,310",310,CAN' '^^^^^^' 'Write 25310' 'lines 602, 651' \
	'Nothing was imported (700 rows read)' '--dry-run'; do
	checks=$((checks + 1))
	grep -qF -- "$text" <<<"$said" || wrong "it does not say: $text"
done
expect 2 "line 651" vaultctl --as kim lot import deliveries.csv --dry-run
same "entries" "$(entries)" "$size"

say "Files that are no file of lots"
printf 'code,commodity,site\nGA-1,ga,ROT\n' >missing.csv
expect 2 "expected_kg" vaultctl --as kim lot import missing.csv
printf '%s,wings\nGA-1,ga,ROT,5,1,CAN,2\n' "$header" >unknown.csv
expect 2 "wings" vaultctl --as kim lot import unknown.csv
printf '%s\nGA-1,ga,ROT,5,1,C\377N\n' "$header" >byte.csv
expect 2 "line 2" vaultctl --as kim lot import byte.csv
printf '%s\nGA-1,ga,ROT,5,1,CAN\nGA-2,ga,RO' "$header" >half.csv
expect 2 "line 3" vaultctl --as kim lot import half.csv
printf '%s\nGA-1,ga,"ROT,5,1,CAN\n' "$header" >quote.csv
expect 2 "" vaultctl --as kim lot import quote.csv
printf '%s\nGA-1,ga,ROT,5,1,CAN\nGA-1,ga,ROT,5,1,CAN\n' "$header" >twice.csv
expect 2 "line 3" vaultctl --as kim lot import twice.csv
printf '%s\nGA-1,ga,ATLANTIS,5,1,CAN\n' "$header" >site.csv
expect 2 "ATLANTIS" vaultctl --as kim lot import site.csv
: >empty.csv
expect 2 "" vaultctl --as kim lot import empty.csv
expect 1 "" vaultctl --as kim lot import not-there.csv
same "entries" "$(entries)" "$size"

say "A good file, twice: the second time there is nothing to do"
{
	echo "$header"
	for i in $(seq 1 2500); do printf 'GA-%05d,ga,ROT,310.5,10.5,CAN\n' "$i"; done
} >good.csv
expect 0 "would import 2500" vaultctl --as kim lot import good.csv --dry-run
same "entries" "$(entries)" "$size"
expect 0 "imported 2500, skipped 0, commands 3" vaultctl --as kim lot import good.csv
same "entries" "$(entries)" $((size + 2500))
expect 0 "imported 0, skipped 2500" vaultctl --as kim lot import good.csv
{ cat good.csv; echo 'GA-90001,ga,BAL,20,1,CAN'; } >more.csv
expect 0 "imported 1, skipped 2500" vaultctl --as kim lot import more.csv
sed -i 's/^GA-00007,ga,ROT,310.5/GA-00007,ga,ROT,311.5/' good.csv
expect 2 "GA-00007" vaultctl --as kim lot import good.csv

say "Prices and floors: each file is one note"
printf 'commodity,price,unit,basis,method,source\nga,600,USD/kg,Ga,published,"a list, quoted"\n' >prices.csv
ok vaultctl --as haas price import prices.csv --because "second list"
printf 'commodity,price,unit,basis\nga,600,USD/furlong,Ga\n' >unit.csv
expect 2 "furlong" vaultctl --as haas price import unit.csv --because x
printf 'commodity,kind,mass_kg,days,consumption_kg_per_day\nga,operating,5,30,1\n' >both.csv
expect 2 "line 2" vaultctl --as haas floor import both.csv --because x
for noun in mineral commodity site lot floor price member; do
	ok vaultctl "$noun" import --template
done
audit_is_clean
finish
