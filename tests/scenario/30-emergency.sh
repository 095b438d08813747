#!/bin/bash
# The straight path: declare, request, award, order, load-out, delivery; a refusal with every figure;
# withdrawal and expiry, and the mass coming back. The floor is never passed. A demonstration reserve,
# because its clock can be moved forward.
origin=demo.vault.example/reserve-log
. "$(dirname "$0")/lib.bash"
clock 0
new_reserve
found_reserve --demonstration --order-lapse-days 5
furnish
stock_lot GA-0001 200
stock_lot GA-0002 300
stock_lot GA-0003 100 99.999%
same "available" "$(available ga)" 599949

say "Without a declaration nothing leaves"
expect 3 R01 vaultctl --as haas request submit JPN ga 10kg --need-by "$(in_days 40)" --tier B \
	--purpose wafers
declare_gallium 400kg

say "Refusals, each with its rule"
submit() { vaultctl --as haas request submit "$@" --need-by "$(in_days 40)" --tier B; }
expect 3 R07 submit BRA ga 10kg --purpose wafers
expect 3 R08 submit JPN ga 10kg --purpose resale
expect 3 R10 submit JPN ga 10kg --purpose wafers --grade 99.9999%
expect 3 R04 submit JPN ga 350kg --purpose wafers
expect 3 "vaultctl request submit JPN ga 299.949kg" submit JPN ga 350kg --purpose wafers
expect 3 "50.051 kg" submit JPN ga 350kg --purpose wafers
size=$(entries)
expect 2 "" vaultctl --as haas request submit JPN ga 10kg --need-by 2027-02-30
expect 7 "" submit XXX ga 10kg --purpose wafers
same "an error is no entry" "$(entries)" "$size"

say "An award, lowest sufficient grade first"
expect 0 allocated submit JPN ga 250kg --purpose wafers
request=$(said_id R)
same "available" "$(available ga)" 349949
ok vaultctl request "$request" -o json
grep -q '"lot": *"GA-0003"' <<<"$said" && wrong "the purest lot was taken first"
ok vaultctl why "$request"
expect 0 "" submit DEU ga 100kg --purpose lasers --partial
same "awarded" "$(vaultctl request "$(said_id R)" -o json | json_value awarded_g)" 49949
partial=$(said_id R)
same "available stands on the floor" "$(available ga)" 300000
expect 3 R04 submit DEU ga 1g --purpose lasers

say "Withdrawn: the mass comes back, to the gram"
ok vaultctl --as haas request withdraw "$partial" --because "bought elsewhere"
same "available" "$(available ga)" 349949
expect 7 "" vaultctl --as haas request withdraw "$partial" --because again

say "The order: no price below the reference; two signatures"
expect 3 R12 vaultctl --as haas order new "$request" --consignee "Nippon Wafers KK" --price 579.99USD/kg
expect 2 "[R23]" vaultctl --as haas order new "$request" --consignee "Nippon Wafers KK" --price 580USD/kg --basis WO3
ok vaultctl --as haas order new "$request" --consignee "Nippon Wafers KK"
order=$(said_id O)
lots=$(vaultctl order "$order" -o json | tr -d ' \n' | grep -o '"lot":"[^"]*","net_g":[0-9]*' |
	sed 's/"lot":"//; s/","net_g":/ /')
first=${lots%% *}
expect 3 prepared vaultctl --as kim loadout weigh "$order" "$first" --gross 20kg --tare 10kg \
	--carrier DHL --vehicle 1-ABC-234
sign_by "$order" ruiz lee
await order "$order" issued
ok vaultctl order note "$order"

say "Load-out and delivery"
while read -r lot net; do
	expect 3 "lets" vaultctl --as kim loadout weigh "$order" "$lot" --gross "$((net + 10001))g" \
		--tare 10kg --carrier DHL --vehicle 1-ABC-234
	ok vaultctl --as kim loadout weigh "$order" "$lot" --gross "$((net + 10000))g" --tare 10kg \
		--carrier DHL --vehicle 1-ABC-234 --seals 7711,7712
done <<<"$lots"
expect 3 "is for" vaultctl --as kim deliver "$order" --consignee "Somebody Else" --receiver "K. Sato"
ok vaultctl --as kim deliver "$order" --consignee "Nippon Wafers KK" --receiver "K. Sato"
await request "$request" fulfilled

say "Expiry: a request that nobody served, an order that nobody lifted, the declaration itself"
ok vaultctl --as haas request submit DEU ga 10kg --need-by "$(in_days 3)" --tier B --purpose lasers
unserved=$(said_id R)
expect 0 allocated submit JPN ga 20kg --purpose wafers
late=$(said_id R)
ok vaultctl --as haas order new "$late" --consignee "Nippon Wafers KK"
unlifted=$(said_id O)
sign_by "$unlifted" ruiz lee
same "available" "$(available ga)" 319949
clock 4
await request "$unserved" expired
same "available" "$(available ga)" 329949
clock 6
await order "$unlifted" lapsed
same "available" "$(available ga)" 349949
clock 29
sleep 1.5
expect 0 open vaultctl declaration "$declaration"
clock 31
await declaration "$declaration" ended
audit_is_clean
finish
