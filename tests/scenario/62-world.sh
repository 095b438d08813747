#!/bin/bash
# What people let happen in a hundred days: an assay that nobody renews, an order that nobody lifts, a load
# that is short, a lot held for no reason, a supplier whose papers say more than the scale, a return that is
# put off and then late, a price that grows old. The audit names each with its figures, by vaultd and from an
# export alone, in the same words.
origin=demo.vault.example/reserve-log
. "$(dirname "$0")/lib.bash"
clock 2027-01-04
new_reserve "$reserve" "self_check = never"
found_reserve --demonstration
furnish
stock_lot GA-0001 600
stock_lot GA-0002 200

# The clock goes on to a day, and vaultd's tick with it.
on() { # DATE
	clock "$1"
	sleep 1.5
}

audit() { # STATUS CHECK TEXT
	expect "$1" "$3" vaultctl --as noor audit run --only "$2" -o csv
}


audit() { # STATUS CHECK TEXT
	expect "$1" "$3" vaultctl --as noor audit run --only "$2" -o csv
}

say "A reserve in order: what is found is that its metal was never sampled, and no market observed"
audit_is_clean
expect 1 "supplier acme" vaultctl --as noor audit run
grep -q "observation-stale" <<<"$said" || wrong "no word of the market in: $said"
expect 0 "" vaultctl --as noor audit run --only floor-broken,price-broken,retest-overdue,order-unlifted
for lot in GA-0001 GA-0002; do ok vaultctl --as ana lot sample $lot --sample "S-$lot"; done
audit 0 accepted-on-paper ""

say "An assay with a retest date, and a lot that weighs 3% less than its papers say"
ok vaultctl --as ana lot assay GA-0002 --grade 99.99% --laboratory sgs --retest 2027-02-01
ok vaultctl --as kim lot new GA-0003 ga ROT 100kg --supplier zenith --origin CAN
ok vaultctl --as kim lot weigh GA-0003 --gross 107kg --tare 10kg
audit 1 supplier-weights "GA-0003 by 3 kg short of 100 kg"
ok vaultctl --as kim lot hold GA-0003 --reason weight --because "-"
audit 0 supplier-weights ""
audit 1 reason-missing "lot.held by kim of GA-0003 has no reason"

say "A load that is 2 kg short, and an order that nobody comes for"
declare_gallium 300kg
order_for() { # KG CONSIGNEE: sets $order
	ok vaultctl --as haas request submit JPN ga "$1kg" --need-by 2027-06-01 --tier B --purpose wafers
	request=$(said_id R)
	ok vaultctl --as haas order new "$request" --consignee "$2"
	order=$(said_id O)
	sign_by "$order" ruiz lee
}
order_for 100 "Nippon Wafers KK"
short=$order
lot=$(vaultctl order "$short" -o json | json_value lot)
net=$(vaultctl order "$short" -o json | json_value net_g)
ok vaultctl --as kim loadout weigh "$short" "$lot" --gross "$((net + 8000))g" --tare 10kg --carrier DHL \
	--vehicle 1-ABC-234
audit 1 weight-in-out "$lot left against order $short with $((net - 2000)) g: 2 kg short of"
order_for 50 "Kanto Crystals"
unlifted=$order
audit 0 order-unlifted ""

say "A loan, put off once"
ok vaultctl --as kim loan new JPN ga 40kg --due 2027-02-10
loan=$(said_id X)
order=$(vaultctl loan "$loan" -o json | json_value release_order)
sign_by "$order" ruiz lee
for lot in $(vaultctl order "$order" -o json | tr -d ' \n' | grep -o '"lot":"[^"]*"' | cut -d'"' -f4); do
	net=$(vaultctl order "$order" -o json | json_value net_g)
	ok vaultctl --as kim loadout weigh "$order" "$lot" --gross "$((net + 10000))g" --tare 10kg \
		--carrier DHL --vehicle 1-ABC-234
done
ok vaultctl --as kim deliver "$order" --receiver "K. Sato" \
	--consignee "$(vaultctl order "$order" -o json | json_value consignee)"
expect 0 "" vaultctl --as noor audit run --only return-amended,return-overdue
ok vaultctl --as haas loan amend "$loan" --due 2027-03-10 --because "strike at the mine"
sign_by "$(said_id N)" ruiz lee
audit 1 return-amended "due on 2027-02-10 at first and on 2027-03-10 now, 28 days later by 1 amendment"

say "In February: late by the first dates; the lot out of date; the order lapsed"
on 2027-02-15
audit 1 return-overdue "was to be back before 2027-02-10, 5 days ago; the last of it is due on 2027-03-10"
audit 1 retest-overdue "its assay expired on 2027-02-01, 14 days ago"
audit 1 order-unlifted "order $unlifted for Kanto Crystals lapsed: 50 kg of ga was not lifted"
grep -q "order $short left on 2027-01-04, 42 days ago" <<<"$said" || wrong "no word of $short in: $said"
audit 0 price-stale ""
ok vaultctl --as kim lot hold GA-0001 --reason seal --because "the seal is broken"

say "In April: the same, and worse"
on 2027-04-15
audit 2 retest-overdue "its assay expired on 2027-02-01, 73 days ago"
audit 2 return-overdue "was to be back before 2027-03-10 and is 36 days late"
audit 1 price-stale "the reference price ga/1 is in force since 2027-01-04"
audit 2 below-target "ga has been below its operating floor for"
audit 2 below-floor "ga is below its hard floor of 150 kg by 150 kg: 0 g available"
grep -q "held in" <<<"$said" || wrong "no cause in: $said"
grep -q "past their retest date in 1 lot" <<<"$said" || wrong "no cause in: $said"
audit 1 available-book "may leave"
audit 1 observation-stale "no market price was ever observed of ga"

say "Without vaultd, from an export alone, the same in the same words"
world=below-floor,below-target,retest-overdue,return-overdue,return-amended,order-unlifted,price-stale
world=$world,observation-stale,reason-missing,supplier-weights,weight-in-out,available-book,floor-broken
world=$world,price-broken,recount,mass-conserved,release-without-order,delivered-elsewhere
expect 2 "" vaultctl --as noor audit run --only $world -o csv
grep -v '^checked' <<<"$said" >"$work/online"
ok vaultctl ledger export "$work/export"
expect 2 "" vaultctl --quiet audit run --ledger "$work/export" --key "$work/reserve.vkey" --only $world -o csv
same "findings" "$(sort <<<"$said" | sha256sum)" "$(sort <"$work/online" | sha256sum)"
cut -d, -f 1-3,7-8 <"$work/online" | cut -c 1-150

say "What is mended is found no more"
ok vaultctl --as ana lot assay GA-0002 --grade 99.99% --laboratory sgs --retest 2028-01-01
audit 0 retest-overdue ""
sign_by "$(vaultctl --as haas price draft ga 590USD/kg --basis Ga --because list -o id)" ruiz lee
on 2027-04-16
audit 0 price-stale ""
finish
