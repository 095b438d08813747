#!/bin/sh
# Makes import files of every price in the USGS table, by the map in usgs_price_forms.csv from each form
# to commodity, series and basis. POSIX sh and awk; no figure is converted, rounded or made up.
#
#   derive-usgs.sh FOLDER [KNOWN.csv]   writes usgs-commodities, usgs-observations, usgs-prices (.csv);
#                                       commodities that KNOWN.csv (commodities.csv) has are left out
#
# A figure that USGS qualifies (">50") is its bound; the source column says so in words, and that it is an
# estimate where it is one. A row whose form is not in the map ends the run: none is left out silently.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=$1
known=${2:-/dev/null}
mkdir -p "$to"

awk -v to="$to" -v known="$known" "$(cat "$here/csv.awk")"'
	BEGIN {
		print "code,mineral,stage,form,basis" >(to "/usgs-commodities.csv")
		print "commodity,period,price,unit,basis,series,kind,source" >(to "/usgs-observations.csv")
		print "commodity,price,unit,basis,method,source" >(to "/usgs-prices.csv")
		words["gt"] = ", published as more than this"; words["lt"] = ", published as less than this"
		words["ge"] = ", published as this or more"; words["eq"] = ""
	}
	FNR == 1 { next }
	FILENAME == known { cells($0, c); there[c[1]] = 1; next }
	FILENAME ~ /usgs_price_forms/ {
		cells($0, c); key = c[1] SUBSEP c[2]
		commodity[key] = c[3]; series[key] = c[4]; basis[key] = c[5]
		if (!(c[3] in there)) {
			there[c[3]] = 1
			print c[3] "," c[6] "," c[7] "," csv(c[8]) "," c[9] >(to "/usgs-commodities.csv")
		}
		next
	}
	{
		cells($0, c); key = c[1] SUBSEP c[3]
		if (c[2] != "price") next
		if (!(key in commodity) || !(c[8] in words)) {
			print "derive-usgs.sh: no commodity for " c[1] ", " c[3] ", " c[8] >"/dev/stderr"
			exit 1
		}
		source = csv("USGS MCS 2026, " c[3] ", " c[5] (c[6] == 1 ? " (estimate)" : "") words[c[8]])
		print commodity[key] "," c[5] "," c[7] "," c[4] "," basis[key] "," series[key] ",market," source \
			>(to "/usgs-observations.csv")
		if (c[5] == 2025 && !(commodity[key] in priced)) {
			priced[commodity[key]] = 1
			print commodity[key] "," c[7] "," c[4] "," basis[key] ",published," source >(to "/usgs-prices.csv")
		}
	}' "$known" "$here/usgs_price_forms.csv" "$here/usgs_mcs2026_us_salient.csv"
