#!/bin/bash
# From an issued order to the gate: slots within what a site loads a day, the queue, a move, loads in
# parts, sealed drums, a start in between; and what a carrier is shown, checked with openssl and sha256sum.
. "$(dirname "$0")/lib.bash"
new_reserve
found_reserve
furnish
ok vaultctl --as haas site new HAM "Hamburg" DEU --daily-loadout 60kg

# A lot at HAM that may leave.
ham_lot() { # CODE NET_KG [OPTION…]
	local code=$1 net=$2
	shift 2
	vaultctl --quiet --as kim lot new "$code" ga HAM "${net}kg" --supplier acme --origin CAN "$@" >/dev/null
	vaultctl --quiet --as kim lot weigh "$code" --gross "$((net + 10))kg" --tare 10kg >/dev/null
	vaultctl --quiet --as ana lot assay "$code" --grade 100% --laboratory sgs >/dev/null
	vaultctl --quiet --as ana lot accept "$code" >/dev/null
}
ham_lot HA-0001 600
ham_lot HA-0002 100 --class sealed --units 10

declaration=$(vaultctl --as haas declare full ga --policy at-once --days 30 --findings ban \
	--authority council -o id)
sign_by "$declaration" ruiz lee
await declaration "$declaration" open

say "An order is slotted at its issue; what cannot leave in time says when it will"
ok vaultctl --as haas request submit JPN ga 150kg --need-by "$(in_days 2)" --tier B \
	--purpose wafers --consignee "Nippon Wafers KK"
request=$(said_id R)
ok vaultctl --as haas order new "$request"
order=$(said_id O)
sign_by "$order" ruiz
expect 0 "expected out by $(in_days 3)" vaultctl --as lee sign "$order" --yes
ok vaultctl order "$order"
grep -q "expected out by *$(date -u -d '+3 days' '+%-d %b %Y')" <<<"$said" || wrong "no date in: $said"
grep -q "Nippon Wafers KK" <<<"$said" || wrong "the consignee of the request is lost"

say "The queue"
ok vaultctl loadout
same "slots" "$(vaultctl loadout --order "$order" -o csv | grep -c "$order")" 3
same "late ones" "$(vaultctl loadout -o json | grep -o '"late":true' | wc -l)" 2
expect 7 "no such site" vaultctl loadout --site MOON
same "no queue at ROT" "$(vaultctl loadout --site ROT -o csv | grep -c O- || true)" 0
expect 0 "1 site has slots" vaultctl status

say "A slot is moved: not over what the day loads, not into the past, not by an officer"
move() { vaultctl --as kim loadout move "$order" --because "the carrier comes later" "$@"; }
expect 3 "next day with room is $(in_days 4)" move --from "$(in_days 1)" --to "$(in_days 2)"
expect 3 "60 kg a day at most" move --to "$(in_days 9)"
expect 2 "past" move --from "$(in_days 1)" --to "$(in_days -1)"
expect 4 "" vaultctl --as ruiz loadout move "$order" --from "$(in_days 1)" --to "$(in_days 4)" --because x
expect 0 "" move --from "$(in_days 1)" --to "$(in_days 4)" --dry-run
expect 0 order.slotted move --from "$(in_days 1)" --to "$(in_days 4)"
expect 0 "expected_out_by\":\"$(in_days 4)T00:00:00Z" vaultctl order "$order" -o json

say "A start builds the same books"
before=$(vaultctl loadout -o csv)
reserve_stop "$reserve"
start
same "the queue" "$(vaultctl loadout -o csv | sha256sum)" "$(sha256sum <<<"$before")"
expect 3 "next day with room is $(in_days 5)" move --from "$(in_days 2)" --to "$(in_days 3)"

say "Loads in parts, and drums that stay whole"
lots=$(vaultctl order "$order" -o json | tr -d ' \n' | grep -o '"lot":"[^"]*"' | cut -d'"' -f4 | sort -u)
same "lots" "$(tr '\n' ' ' <<<"$lots")" "HA-0001 "
weigh() { # LOT GROSS_KG [OPTION…]
	local lot=$1 gross=$2
	shift 2
	vaultctl --as kim loadout weigh "$order" "$lot" --gross "${gross}kg" --tare 10kg --carrier DHL \
		--vehicle 1-ABC-234 --seals 7711 "$@"
}
expect 0 order.loaded weigh HA-0001 70 --partial
await order "$order" loading
expect 3 "90000 g more" weigh HA-0001 101 --partial
expect 2 "released by weight" weigh HA-0001 20 --partial --units 1
expect 0 order.loaded weigh HA-0001 60 --partial
expect 0 order.loaded weigh HA-0001 50
await order "$order" loaded
same "nothing is queued" "$(vaultctl loadout -o csv | grep -c O- || true)" 0
ok vaultctl --as kim deliver "$order" --receiver "K. Sato" --consignee "Nippon Wafers KK"
await request "$request" fulfilled

say "What a carrier is shown of an order that was cut from a plan"
ok vaultctl --as haas declaration "$declaration"
vaultctl --quiet --as haas mineral new ge germanium --symbol Ge >/dev/null
vaultctl --quiet --as haas commodity new ge ge --stage refining --form metal --basis Ge >/dev/null
vaultctl --quiet --as kim lot new GE-0001 ge HAM 100kg --class sealed --units 10 --supplier acme >/dev/null
vaultctl --quiet --as kim lot weigh GE-0001 --gross 110kg --tare 10kg >/dev/null
vaultctl --quiet --as ana lot assay GE-0001 --grade 99% --laboratory sgs >/dev/null
vaultctl --quiet --as ana lot accept GE-0001 >/dev/null
for kind in operating hard; do
	note=$(vaultctl --as haas floor set ge $kind --mass 1kg --because board -o id)
	sign_by "$note" ruiz
done
note=$(vaultctl --as haas price draft ge 1500USD/kg --basis Ge --because list -o id)
sign_by "$note" ruiz lee
second=$(vaultctl --as haas declare full ge --policy proportional --days 30 --findings ban \
	--authority council -o id)
sign_by "$second" ruiz lee
await declaration "$second" open
ok vaultctl --as haas request submit DEU ge 30kg --need-by "$(in_days 9)" --tier A --purpose optics
optics=$(said_id R)
plan=$(vaultctl --as haas allocation run "$second" -o id)
sign_by "$plan" ruiz lee
await request "$optics" approved
order=$(vaultctl request "$optics" -o json | json_value release_order)
vaultctl order note "$order" >"$work/order.note"
vaultctl order note "$order" >"$work/again.note"
vaultctl order note "$plan" >"$work/plan.note"
same "the same text again" "$(sed '/^$/,$d' "$work/order.note" | sha256sum)" \
	"$(sed '/^$/,$d' "$work/again.note" | sha256sum)"
same "it names the plan's note" "$(sed -n 's/^plan-note-sha256 //p' "$work/order.note")" \
	"$(sha256sum <"$work/plan.note" | cut -d' ' -f1)"
same "it names the drums" "$(grep '^lot ' "$work/order.note")" \
	"lot GE-0001 contained-g 29700 net-g 30000 units 3"
openssl_verify() { # NOTE NAME FILE
	sed '/^$/,$d' "$1" >"$work/text"
	grep "^— $2 " "$1" | sed 's/.* //' | base64 -d | tail -c 64 >"$work/signature"
	{
		printf '\060\052\060\005\006\003\053\145\160\003\041\000'
		cut -d+ -f3- "$3" | base64 -d | tail -c 32
	} >"$work/key.der"
	openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$work/key.der" -in "$work/text" \
		-sigfile "$work/signature"
}
expect 0 Successfully openssl_verify "$work/order.note" "$origin/orders" "$work/orders.vkey"
expect 0 Successfully openssl_verify "$work/plan.note" "$origin/ruiz" "$work/people/vault/ruiz.pem.vkey"
expect 0 Successfully openssl_verify "$work/plan.note" "$origin/lee" "$work/people/vault/lee.pem.vkey"
sed 's/ units 3$/ units 4/' "$work/order.note" >"$work/forged.note"
expect 1 "" openssl_verify "$work/forged.note" "$origin/orders" "$work/orders.vkey"
expect 2 "say how many of its 3 units" weigh GE-0001 20 --partial
expect 0 order.loaded weigh GE-0001 20 --partial --units 1
expect 0 order.loaded weigh GE-0001 30
same "drums left" "$(vaultctl lot GE-0001 -o json | json_value units)" 7
vaultctl order note "$order" >"$work/again.note"
same "the text never changes" "$(sed '/^$/,$d' "$work/order.note" | sha256sum)" \
	"$(sed '/^$/,$d' "$work/again.note" | sha256sum)"

ok vaultctl ledger export "$work/export"
ok vaultctl ledger verify "$work/export" --key "$work/reserve.vkey"
audit_is_clean
finish
