#!/bin/bash
# As of the past: what lists, rows and the status said is kept, much happens after it, and the same
# questions as of that index are answered by the same bytes: by the daemon, after a start, as of the time
# instead of the index, and from an export with no daemon at all. What has ended is shown where it had
# not. Then what cannot be asked.
origin=demo.vault.example/reserve-log
. "$(dirname "$0")/lib.bash"
clock 0
new_reserve
found_reserve --demonstration
furnish
stock_lot GA-0001 600
stock_lot GA-0002 300
vaultctl --quiet --as kim lot new GA-0003 ga BAL 70kg --supplier acme --origin CAN >/dev/null
vaultctl --quiet --as kim lot weigh GA-0003 --gross 80kg --tare 10kg >/dev/null
vaultctl --quiet --as ana lot hold GA-0002 --reason seal --because "seal broken" >/dev/null
hold=$(vaultctl lot GA-0002 -o json | tr -d " \n" | sed -n 's/.*"holds":\[{"id":"\([^"]*\).*/\1/p')
printf '%s\n' mineral,stage,year,country,mass_kg,estimated,content,source \
	ga,refining,2024,CHN,590000,no,Ga,bulletin ga,refining,2025,CHN,600000,yes,Ga,bulletin \
	ga,refining,2025,JPN,3000,yes,Ga,bulletin >"$work/production.csv"
ok vaultctl --as haas production import "$work/production.csv"
observe() { # PERIOD ORIGIN MASS
	vaultctl --quiet --as haas observation new ga "$1" "500 USD/kg Ga" --series customs --kind import \
		--origin "$2" --mass "$3" >/dev/null
}
observe 2025-06 CHN 7t
observe 2025-09 CHN 12t
observe 2026-06 JPN 2t
declare_gallium 400kg
ok vaultctl --as haas request submit JPN ga 40kg --need-by "$(in_days 40)" --tier B --purpose wafers
request=$(said_id R)
ok vaultctl --as haas order new "$request" --consignee "Nippon Wafers KK"
order=$(said_id O)
ok vaultctl --as haas price draft ga 600USD/kg --basis Ga --because "next list"
note=$(said_id N)

# Every question, one a file; options behind each.
questions="status
commodity
commodity ga
site
lot
lot GA-0001
lot GA-0002
lot GA-0003
floor ga
account ga
price
member
member JPN
person
declaration
declaration $declaration
request
request $request
why $request
order
order $order
document
document $order
document $note
inbox --as lee
loadout
rule
finding
exposure ga
exposure gallium --ban CHN
exposure ga --year 2024
production ga
observation ga
check setup"
ask() { # FOLDER [OPTION…]
	local folder=$work/$1 question
	shift
	mkdir -p "$folder"
	while read -r question; do
		# words of a question are words of a command
		# shellcheck disable=SC2086
		vaultctl $question -o json "$@" >"$folder/${question// /-}" 2>/dev/null ||
			echo "status $?" >>"$folder/${question// /-}"
	done <<<"$questions"
}
same_answers() { # FOLDER FOLDER [BUT…]
	local name but differ=
	for name in "$work/$1"/*; do
		name=${name##*/}
		for but in "${@:3}"; do [ "$name" != "$but" ] || continue 2; done
		cmp -s "$work/$1/$name" "$work/$2/$name" || differ+=" $name"
	done
	same "answers that differ between $1 and $2" "${differ:-none}" none
}

say "What is answered now, and what is answered as of now"
index=$(($(entries) - 1))
at=$(vaultctl call Evidence.AsOf "{\"method\":\"Stock.ListSites\"}" | json_value at)
ask live
ask then --as-of-index "$index"
# the daemon's own moment, checkpoint and reader are no part of the past; who asks must be said
same_answers live then status
same "questions" "$(grep -lE '^status ' "$work"/then/* | wc -l)" 0
grep -q '"available_g":' "$work/then/commodity-ga" || wrong "nothing is in the answer"
expect 0 "ledger index $index" vaultctl lot --as-of-index "$index"
expect 0 "ledger index $index" vaultctl status --as-of-index "$index"

say "Much happens"
clock 1
sign_by "$order" ruiz lee
await order "$order" issued
lot=$(vaultctl order "$order" -o json | tr -d ' \n' | grep -o '"lot":"[^"]*"' | head -n 1 | cut -d'"' -f4)
clock 3
ok vaultctl --as kim loadout weigh "$order" "$lot" --gross 50kg --tare 10kg --carrier DHL \
	--vehicle 1-ABC-234 --seals 7711
ok vaultctl --as kim deliver "$order" --receiver "K. Sato" --consignee "Nippon Wafers KK"
ok vaultctl --as ruiz reject "$note" --because "the price is last quarter's"
[ -z "$hold" ] || ok vaultctl --as kim lot unhold "$hold" --because "sealed again"
stock_lot GA-0004 100
ok vaultctl --as kim lot lose GA-0003 --reason theft --because "never came"
observe 2026-09 CHN 1t
ok vaultctl --as haas site set BAL suspended --because "flooded yard"
later=$(($(entries) - 1))
ask live-later
ask later --as-of-index "$later"
same_answers live-later later status

say "The same questions as of then: the same bytes"
ask then-again --as-of-index "$index"
same_answers then then-again
cmp -s "$work/then/order-$order" "$work/later/order-$order" && wrong "nothing has changed since"
ask by-time --as-of "$at"
same_answers then by-time
expect 0 '"state":"delivered"' vaultctl order "$order" -o json --as-of-index "$later"
expect 0 '"state":"lost"' vaultctl lot GA-0003 -o json --as-of-index "$later"
expect 0 '"state":"rejected"' vaultctl document "$note" -o json --as-of-index "$later"
same "as of the founding" "$(vaultctl commodity -o csv --as-of-index 0 | wc -l)" 1
expect 0 '"now":"'"$(date -u -d "@$began" +%F)"'T23:59:59.999Z"' vaultctl status -o json \
	--as-of "$(date -u -d "@$began" +%F)"

say "Pages of a list go on as of the past"
page() { vaultctl call Evidence.AsOf "{\"index\":$index,\"method\":\"Evidence.ListPersons\",\"parameters\":{\"limit\":4$1}}"; }
next=$(page "" | json_value next)
same "second page" "$(page ",\"after\":\"$next\"" | grep -o '"code":' | wc -l)" 2
same "whole" "$(vaultctl person -o id --as-of-index "$index" | wc -l)" 6

say "A start in between"
reserve_stop "$reserve"
start
ask restarted --as-of-index "$index"
same_answers then restarted
audit_is_clean

say "From an export, with no daemon"
ok vaultctl ledger export "$work/export"
expect 7 "" vaultctl statement nobody --ledger "$work/export"
expect 0 "recorded at ledger index" vaultctl why "$request" --ledger "$work/export"
expect 7 "no such request" vaultctl why "$request" --ledger "$work/export" --as-of-index 9
size=$(sed -n 2p "$work/export/checkpoint")
expect 0 "ledger index" vaultctl status --as-of-index "$((size - 1))"
vaultctl status -o json --as-of-index "$((size - 1))" >"$work/status"
reserve_stop "$reserve"
expect 5 "does not answer" vaultctl lot
ask offline --as-of-index "$index" --ledger "$work/export" --key "$work/reserve.vkey"
same_answers then offline
ask offline-time --as-of "$at" --ledger "$work/export"
same_answers then offline-time
expect 0 "the end of this export" vaultctl --ledger "$work/export" lot
expect 0 "the end of this export" vaultctl --ledger "$work/export"
expect 0 '"state":"delivered"' vaultctl order "$order" -o json --ledger "$work/export"
expect 0 "sha256 " vaultctl ledger replay "$work/export" --key "$work/reserve.vkey"
grep -q "$(vaultctl status --ledger "$work/export" 2>/dev/null | grep gallium)" <<<"$said" || wrong "another status"
digest=$(grep -o 'sha256 [0-9a-f]*' <<<"$said")
expect 0 "$(cat "$work/status")" vaultctl ledger replay "$work/export" -o json
expect 0 "${digest#sha256 }" vaultctl ledger replay "$work/export" -o json

say "What cannot be asked"
expect 7 "the last is $((size - 1))" vaultctl lot --ledger "$work/export" --as-of-index "$size"
expect 7 "begins later" vaultctl lot --ledger "$work/export" --as-of 2020-01-01
expect 2 "lies ahead" vaultctl lot --ledger "$work/export" --as-of 2100-01-01T00:00:00Z
expect 2 "--key goes with --ledger" vaultctl lot --key "$work/reserve.vkey"
expect 7 "no finished export" vaultctl lot --ledger "$work"
expect 4 "no key given" vaultctl lot --ledger "$work/export" --key "$work/orders.vkey"
expect 2 "no option --ledger" vaultctl whoami --ledger "$work/export"
start
expect 7 "the last is" vaultctl lot --as-of-index 999999
expect 2 "from 0" vaultctl lot --as-of-index -1
expect 2 "not both" vaultctl lot --as-of-index 1 --as-of 2026-01-01
expect 2 "is not over yet" vaultctl lot --as-of "$(in_days 9)"
expect 2 "lies ahead" vaultctl lot --as-of "$(in_days 9)T00:00:00Z"
expect 0 "As of $(date -u "+%-d %b %Y") 23:59 UTC" vaultctl lot --as-of today # the demonstration is further
expect 7 "begins later" vaultctl lot --as-of 2020-01-01
expect 2 "" vaultctl lot --as-of yesteryear
expect 7 "no such lot" vaultctl lot GA-0004 --as-of-index "$index"
expect 2 "cannot be asked as of the past" vaultctl --as kim lot arrive GA-0004 --as-of-index 3
expect 2 "cannot be asked as of the past" vaultctl audit run --as-of-index 3
expect 2 "who asks" vaultctl inbox --as-of-index 3
expect 2 "writes" vaultctl call Evidence.AsOf '{"method":"Stock.AddLots"}'
expect 2 "daemon" vaultctl call Evidence.AsOf '{"method":"Evidence.WhoAmI"}'
expect 7 "no method" vaultctl call Evidence.AsOf '{"method":"Stock.Nothing"}'
expect 2 "cod" vaultctl call Evidence.AsOf '{"method":"Stock.GetLot","parameters":{"cod":"GA-0001"}}'
finish
