#!/bin/sh
# Makes the import file of world production from the table of the USGS beside this script. POSIX sh and
# awk, whole numbers only.
#
#   derive-production.sh FOLDER     writes production.csv into FOLDER
#
# The code of a mineral is that of derive.sh: its symbol in small letters, or its name where that is no
# element; rare earths are counted together, and so stand under their family, REE. Countries by
# usgs_countries.csv. Mines are stage mining, all else refining. A figure that the table does not have
# (withheld, not available) has no row: what is missing from a stated total is told as such.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=$1
mkdir -p "$to"

awk "$(cat "$here/csv.awk")"'
BEGIN {
	kilograms["t"] = 1000; kilograms["kt"] = 1000000; kilograms["kg"] = 1
	print "mineral,stage,year,country,mass_kg,estimated,content,source"
}
FNR == 1 { file++; next }
file == 1 { cells($0, c); country[c[1]] = c[2]; next }
file == 2 {
	cells($0, c)
	mineral[c[1]] = c[2] ~ /^[A-Z][a-z]?$/ ? tolower(c[2]) : c[1]
	next
}
{
	cells($0, c)
	split(c[3], unit, " ")
	code = c[1] == "rare_earths" ? "REE" : mineral[c[1]]
	if (code == "" || country[c[6]] == "" || kilograms[unit[1]] == "") {
		printf "line %d: no mineral, country or unit is called so: %s\n", FNR, $0 >"/dev/stderr"
		failed = 1
		exit 1
	}
	content = match(c[2], /\([A-Z][a-z]? content\)/) ? substr(c[2], RSTART + 1, RLENGTH - 10) : unit[2]
	printf "%s,%s,%s,%s,%s,%s,%s,%s\n", code, c[2] ~ /^mine/ ? "mining" : "refining", c[4],
		country[c[6]], sprintf("%.0f", c[7] * kilograms[unit[1]]), c[5] == 1 ? "yes" : "",
		content, "USGS Mineral Commodity Summaries 2026"
}
' "$here/usgs_countries.csv" "$here/usgs_critical_minerals.csv" \
	"$here/usgs_mcs2026_world_production.csv" >"$to/production.csv"
