#!/bin/sh
# The alert rules: every metric of ours that they name is one that vaultd writes. Where promtool is
# installed (Debian: prometheus), it checks them and runs their tests; else python3 parses them where it can.
set -eu
root=${1:?usage: rules.sh SOURCE_TREE}
rules=$root/etc/prometheus/vault.rules.yml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# A family in metrics.c is "name", "type" in one call, or a row of the table of stocks.
sed -n 's/.*\(family\|single\|histogram\|moment\|write_states\)([a-z]*, \(vaultd, \)\{0,1\}"\([a-z_]*\)".*/\3/p; s/^\t{ "\(stock_[a-z_]*\)".*/\1/p' \
	"$root/vaultd/handlers/metrics.c" | sort -u >"$work/written"
grep '^ *expr:' "$rules" | grep -o 'vaultd_[a-z_]*' | sed 's/^vaultd_//; s/_bucket$//' | sort -u >"$work/named"
if [ "$(wc -l <"$work/written")" -lt 20 ] || [ "$(wc -l <"$work/named")" -lt 10 ]; then
	echo "the names could not be read"
	failed=1
fi
unknown=$(comm -13 "$work/written" "$work/named")
if [ -n "$unknown" ]; then
	echo "the rules name what vaultd does not write: $unknown"
	failed=1
fi
grep -c '^      - alert:' "$rules" >"$work/alerts"
for part in 'severity: ' 'summary: ' 'remedy: '; do
	if [ "$(grep -c "^ *$part" "$rules")" != "$(cat "$work/alerts")" ]; then
		echo "not every alert has one \"$part\""
		failed=1
	fi
done

if command -v promtool >/dev/null; then
	cp "$rules" "$root/tests/integration/rules.test.yml" "$work"
	(cd "$work" && promtool check rules vault.rules.yml && promtool test rules rules.test.yml) || failed=1
elif python3 -c 'import yaml' 2>/dev/null; then
	python3 -c 'import sys, yaml; [yaml.safe_load(open(name)) for name in sys.argv[1:]]' "$rules" \
		"$root/tests/integration/rules.test.yml" || failed=1
fi
[ "$failed" = 0 ] && echo "$(cat "$work/alerts") alerts"
