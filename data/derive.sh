#!/bin/sh
# Makes the import files of the demonstration from the tables beside this script; SOURCE.md says by
# which rules. POSIX sh and awk, whole numbers only: what is above 2^53 is never multiplied out.
#
#   derive.sh FOLDER     writes minerals, commodities, sites, members, floors, prices, lots (.csv),
#                        and weighings and assays (plain words, a lot a line) into FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=$1
mkdir -p "$to"
cp "$here/sites.csv" "$to/sites.csv"

# Functions that every awk below begins with.
common=$(cat "$here/csv.awk")'
function up(number) { return number == int(number) ? number : int(number) + 1 }
'

# The code of a mineral is its symbol in small letters, or its name where that is no element.
awk "$common"'
	NR == 1 { print "code,name,symbol,family"; next }
	{
		cells($0, c)
		code = c[2] ~ /^[A-Z][a-z]?$/ ? tolower(c[2]) : c[1]
		gsub(/ /, "-", code)
		if (c[5] == 1) print code "," c[1] "," c[2] "," c[3]
	}' "$here/usgs_critical_minerals.csv" >"$to/minerals.csv"

# In force: the host, the named signatories, and the states of the Minerals Security Partnership. The states
# of the European Union (27, as of 2026) are part of it, so that none is counted twice.
awk "$common"'
	BEGIN {
		count = split("AUT BEL BGR CYP CZE DEU DNK ESP EST FIN FRA GRC HRV HUN IRL ITA LTU LUX LVA MLT NLD " \
			"POL PRT ROU SVK SVN SWE", states, " ")
		for (i = 1; i <= count; i++) union[states[i]] = 1
	}
	NR == 1 { print "code,name,kind,status,part_of"; next }
	{
		cells($0, c)
		entered = c[4] == "state" && (c[5] == "host" || c[6] == 1 || c[7] == 1)
		print c[1] "," csv(c[3]) "," c[4] "," (entered ? "in-force" : "delegation") "," (c[1] in union ? "EUE" : "")
	}' "$here/partners_2026_ministerial.csv" >"$to/members.csv"

# Both figures of 2025 for each commodity, then everything that hangs on them.
awk -v to="$to" "$common"'
	BEGIN {
		grams["t"] = 1000000; grams["kt"] = 1000000000; grams["kg"] = 1000
		print "code,mineral,stage,form,basis,min_grade_ppm" >(to "/commodities.csv")
		print "commodity,kind,mass_kg,days,consumption_g_per_day" >(to "/floors.csv")
		print "commodity,price,unit,basis,method,source" >(to "/prices.csv")
		print "code,commodity,site,expected_kg,class,supplier,origin,units" >(to "/lots.csv")
		site_count = split("ROT BAL BUS FRE ANT YOK", sites, " ")
	}

	function read_figure(c) {
		if (c[5] != 2025) return
		key = c[1] SUBSEP (c[2] ~ /^consumption/ ? "consumption" : c[2]) SUBSEP c[3]
		value[key] = c[7]; unit[key] = c[4]; more[key] = c[8] == "gt"
	}

	# In grams a day, rounded up.
	function consumption(c,   key, word) {
		key = c[7] SUBSEP "consumption" SUBSEP c[8]
		if (c[8] == "" || !(key in value)) return 0
		split(unit[key], word, " ")
		return up(value[key] * grams[word[1]] / 365)
	}

	function write_price(c,   key, word, count, basis) {
		key = c[7] SUBSEP "price" SUBSEP c[9]
		if (!(key in value)) { print "derive.sh: no price of " c[1] >"/dev/stderr"; exit 1 }
		sub(/^US cents\//, "USc/", unit[key])
		count = split(unit[key], word, " ")
		basis = count > 1 ? word[2] : c[5]
		print c[1] "," value[key] "," word[1] "," basis ",published," csv("USGS MCS 2026, " c[9] \
			", 2025e" (more[key] ? ", published as more than this" : "")) >(to "/prices.csv")
	}

	function write_floors(c, daily, stock_g) {
		if (daily > 0) {
			print c[1] ",operating,,30," daily >(to "/floors.csv")
			print c[1] ",hard,,15," daily >(to "/floors.csv")
		} else {
			print c[1] ",operating," stock_g / 2000 ",," >(to "/floors.csv")
			print c[1] ",hard," stock_g / 4000 ",," >(to "/floors.csv")
		}
	}

	# Net grams that hold so many contained grams: quotients first, for the product may pass 2^53.
	function net_of(contained, grade, moisture,   dry, left) {
		dry = int(contained / grade) * 1000000 + up(contained % grade * 1000000 / grade)
		left = 1000000 - moisture
		return int(dry / left) * 1000000 + up(dry % left * 1000000 / left)
	}

	# Shares 7 to 13 in a fixed round; the last lot takes what is left, rounded up to a package.
	function write_lots(c, number, stock_g,   i, lot, count, shares, left, part, units, net, grade,
			grades, origins, grade_count, origin_count, tare) {
		count = c[11] + 0; left = stock_g
		for (i = 0; i < count; i++) shares += 7 + i * 4 % 7
		grade_count = split(c[15], grades, " "); origin_count = split(c[16], origins, " ")
		for (i = 0; i < count; i++) {
			grade = grades[i % grade_count + 1]
			part = i == count - 1 ? left : int(stock_g / shares) * (7 + i * 4 % 7)
			units = net_of(part, grade, c[14]) / (c[13] * 1000)
			units = i == count - 1 ? up(units) : int(units)
			net = units * c[13]
			# what the lot will be found to contain, for the last one to complete
			left -= int(int(net * (1000000 - c[14]) / 1000) * grade / 1000000)
			tare = up(units * (c[12] == "sealed" ? c[13] / 25 : c[13] / 500))
			lot = sprintf("%s-%04d", toupper(c[1]), i + 1)
			print lot "," c[1] "," sites[(i + number) % site_count + 1] "," net "," c[12] \
				",example-supplier-" (i + number) % 5 + 1 "," origins[i % origin_count + 1] "," units \
				>(to "/lots.csv")
			print lot, "--gross", (net + tare) "kg", "--tare", tare "kg" >(to "/weighings")
			print lot, "--grade", grade "ppm", "--moisture", c[14] "ppm", "--laboratory", \
				"example-lab-" i % 3 + 1 >(to "/assays")
		}
	}

	FNR == 1 { next }
	FILENAME ~ /usgs/ { cells($0, c); read_figure(c); next }
	{
		cells($0, c)
		print c[1] "," c[2] "," c[3] "," csv(c[4]) "," c[5] "," c[6] >(to "/commodities.csv")
		daily = consumption(c)
		stock_g = daily > 0 ? daily * 60 : c[10] * 1000000
		if (stock_g == 0) { print "derive.sh: no stock of " c[1] >"/dev/stderr"; exit 1 }
		write_price(c)
		write_floors(c, daily, stock_g)
		write_lots(c, FNR, stock_g)
	}' OFMT=%.0f CONVFMT=%.0f "$here/usgs_mcs2026_us_salient.csv" "$here/demonstration.csv"
