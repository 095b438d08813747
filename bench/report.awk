# Makes the table of what Vault promises from lines "ROUND NAME VALUE": ratios round by round, then
# their median. A row is a ratio, a target, and whether it is the least or the most allowed.

{
	value[$1, $2] = $3
	if ($1 > rounds) rounds = $1
}

function of(round, name) {
	if ((round, name) in value) return value[round, name]
	missing = missing " " name
	return 1
}

function peer_best(round, kind,   best, i) {
	for (i = 1; i <= 64; i *= 2)
		if ((round, "peer-" kind "-" i) in value && value[round, "peer-" kind "-" i] > best)
			best = value[round, "peer-" kind "-" i]
	return best
}

function ours_best(round,   best, i) {
	for (i = 1; i <= 4; i++)
		if (of(round, mode[i]) > best) best = value[round, mode[i]]
	return best
}

function median_of(list, count,   i, j, swap) {
	for (i = 2; i <= count; i++)
		for (j = i; j > 1 && list[j] < list[j - 1]; j--) {
			swap = list[j]; list[j] = list[j - 1]; list[j - 1] = swap
		}
	return list[int((count + 1) / 2)]
}

function grouped(number,   text, out) {
	text = sprintf("%d", number)
	while (length(text) > 3) {
		out = "," substr(text, length(text) - 2) out
		text = substr(text, 1, length(text) - 3)
	}
	return text out
}

# One row; ours and theirs hold a figure a round, 1 to count.
function row(what, unit, against, count, bound, target,   i, ratios, ratio, met) {
	for (i = 1; i <= count; i++) ratios[i] = theirs[i] > 0 ? ours[i] / theirs[i] : 0
	ratio = median_of(ratios, count)
	met = bound == "least" ? ratio >= target : ratio <= target
	print_row(what, median_of(ours, count), unit, against, median_of(theirs, count), ratio, bound,
		target, met ? "ok" : "SHORT")
}

function print_row(what, figure, unit, against, other, ratio, bound, target, verdict) {
	if (output == "json")
		printf "%s{\"what\":\"%s\",\"figure\":%d,\"unit\":\"%s\",\"against\":\"%s\"," \
			"\"other\":%d,\"ratio_permille\":%d,\"bound\":\"at %s\",\"target_permille\":%d," \
			"\"verdict\":\"%s\"}", rows++ ? "," : "", what, figure, unit, against, other,
			ratio * 1000, bound, target * 1000, verdict
	else
		printf "| %-46s | %15s | %-42s | %15s | %6.2f | %s %-5s | %-5s |\n", what,
			grouped(figure) " " unit, against, grouped(other) " " unit, ratio,
			bound == "least" ? ">=" : "<=", target, verdict
}

function rates(name, kind, against,   i) {
	for (i = 1; i <= rounds; i++) {
		ours[i] = of(i, name)
		theirs[i] = against == "best" ? peer_best(i, kind) : of(i, against)
	}
}

function once(mine, other) {
	ours[1] = of(1, mine)
	theirs[1] = of(1, other)
}

# What a round costs, beside its promise: a figure against a fixed number of microseconds.
function bounded(what, mine, bound_us) {
	print_row(what, mine, "us", grouped(bound_us) " us", bound_us, mine / bound_us, "most", 1,
		mine <= bound_us ? "ok" : "SHORT")
}

function rounds_table(   largest) {
	bounded("a round of 55 x 60 over 100,000 lots, computed", of(1, "round-100000-run-us"), 50000)
	largest = size[size_count]
	if (largest > 100000) {
		ours[1] = of(1, "round-" largest "-run-us")
		theirs[1] = of(1, "round-100000-run-us")
		row("the same over " grouped(largest) " lots", "us", "over 100,000 lots", 1, "most", 10)
	}
	row_of_transactions()
}

function row_of_transactions(   transactions) {
	transactions = of(1, "round-transactions")
	print_row("its commit through vaultd, transactions", transactions, "", "one", 1, transactions,
		"most", 1, transactions == 1 ? "ok" : "SHORT")
}

function growth(   i, lots) {
	print "\nA round of 55 members and 60 commodities in memory, as lots grow; apply is measured once:\n"
	printf "| %9s | %8s | %6s | %8s | %8s | %8s | %10s | %9s | %8s |\n", "lots", "requests", "orders",
		"picks", "slots", "run, ms", "commit, ms", "apply, ms", "peak MiB"
	print "|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
	for (i = 1; i <= size_count; i++) {
		lots = "round-" size[i] "-"
		printf "| %9s | %8s | %6s | %8s | %8s | %8.1f | %10.1f | %9.1f | %8.0f |\n",
			grouped(size[i]), grouped(of(1, lots "requests")), grouped(of(1, lots "orders")),
			grouped(of(1, lots "picks")), grouped(of(1, lots "slots")),
			of(1, lots "run-us") / 1000, of(1, lots "commit-us") / 1000,
			of(1, lots "apply-us") / 1000, of(1, lots "resident-kib") / 1024
	}
	printf "\nThrough vaultd over %s lots: run %.1f ms; the last signature, which commits, %.1f ms: " \
		"%s entries (%.1f MB) and %s rows in %d transaction%s.\n",
		grouped(of(1, "round-lots")), of(1, "round-wall-run-us") / 1000,
		of(1, "round-wall-commit-us") / 1000, grouped(of(1, "round-entries")),
		of(1, "round-bytes") / 1000000, grouped(of(1, "round-rows")), of(1, "round-transactions"),
		of(1, "round-transactions") == 1 ? "" : "s"
}

function table() {
	if (only == "all") ratios_table()
	rounds_table()
}

function ratios_table(   i, perlot) {
	rates("ours-hot-512", "hot", "best")
	row("one commodity, 512 clients", "/s", "the peer at its best client count", rounds, "least", 14)
	rates("ours-hot-64", "hot", "peer-hot-64")
	row("one commodity, 64 clients, one call each", "/s", "the peer with 64 clients", rounds, "least", 22)
	rates("ours-spread-512", "spread", "best")
	row("60 commodities, 512 clients", "/s", "the peer at its best client count", rounds, "least", 5)
	for (i = 1; i <= rounds; i++) { ours[i] = ours_best(i); theirs[i] = of(i, "limit") }
	row("one commodity, best client count", "/s", "the limit: bare batched SQL", rounds, "least", 0.9)
	rates("ours-hot-1-median-us", "hot", "peer-hot-median-us")
	row("latency of a lone client, median", "us", "the peer's with one client", rounds, "most", 0.9)
	ours[1] = of(1, "entries") * 1000000 / of(1, "verify-us")
	theirs[1] = of(1, "entries") * 1000000 / of(1, "hash-us")
	row("verifying an exported ledger, entries", "/s", "EVP SHA-256 of each entry by itself", 1, "least", 0.6)
	once("start-us", "copy-us")
	row("start with " grouped(of(1, "lots")) " lots", "us", "COPY of the same rows to a file", 1, "most", 3)
	perlot = (of(1, "resident-kib") - of(1, "resident-none-kib")) * 1024 / of(1, "lots")
	print_row("resident memory a lot", perlot, "B", "400 bytes", 400, perlot / 400, "most", 1,
		perlot <= 400 ? "ok" : "SHORT")
	once("status-us", "psql-us")
	row("vaultctl status, whole process", "us", "psql -c 'select 1', whole process", 1, "most", 0.5)
	ours[1] = of(1, "tariff-per-s")
	theirs[1] = 1000000
	row("consignments assessed by the core on one core", "/s", "a million a second", 1, "least", 1)
}

END {
	size_count = split(sizes, size, ",")
	mode[1] = "ours-hot-1"; mode[2] = "ours-hot-64"; mode[3] = "ours-hot-512"; mode[4] = "ours-hot-64x16"
	if (output == "json") {
		printf "{\"quick\":%s,\"cores\":%d,\"rounds\":%d,\"seconds\":%d,\"rows\":[",
			quick == "yes" ? "true" : "false", cores, rounds, seconds
		table()
		printf "],\"figures\":["
		for (key in value) {
			split(key, part, SUBSEP)
			printf "%s{\"round\":%d,\"name\":\"%s\",\"value\":%d}", figures++ ? "," : "", part[1],
				part[2], value[key]
		}
		print "]}"
	} else {
		printf "%d cores; %d round%s of %d s%s; ratios are medians of the rounds\n\n", cores, rounds,
			(rounds > 1 ? "s" : ""), seconds, quick == "yes" ? " (--quick)" : ""
		printf "| %-46s | %15s | %-42s | %15s | %6s | %-8s | %-5s |\n", "what", "Vault", "against",
			"measured", "ratio", "target", ""
		print "|---|---:|---|---:|---:|---|---|"
		table()
		growth()
	}
	if (missing != "") {
		print "not measured:" missing > "/dev/stderr"
		exit 1
	}
}
