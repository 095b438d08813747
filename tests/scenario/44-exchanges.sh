#!/bin/bash
# Metal out against metal back: a loan that is loaded, delivered, returned in part, amended, overdue and in
# default; a rotation; a draw that is replenished; a sale out of the reserve; and kill -9 in the middle.
origin=demo.vault.example/reserve-log
. "$(dirname "$0")/lib.bash"
clock 2027-01-20
new_reserve
found_reserve --demonstration
furnish
stock_lot GA-0001 600
stock_lot GA-0002 400 99.999%

# All that an order releases leaves as it was ordered, and is delivered.
lift() { # ORDER CONSIGNEE
	local line lot net
	vaultctl order "$1" -o json | tr -d ' \n' | grep -o '"lines":\[[^]]*' | grep -o '{[^}]*}' |
		while read -r line; do
			lot=$(json_value lot <<<"$line")
			net=$(json_value net_g <<<"$line")
			vaultctl --quiet --as kim loadout weigh "$1" "$lot" --gross "$((net + 10000))g" --tare 10kg \
				--carrier DHL --vehicle 1-ABC-234 >/dev/null
		done
	ok vaultctl --as kim deliver "$1" --receiver "K. Sato" --consignee "$2"
}

# A lot that somebody brings back.
bring() { # CODE NET_G SUPPLIER [GRADE]
	vaultctl --quiet --as kim lot new "$1" ga ROT "$2g" --supplier "$3" --origin CAN >/dev/null
	vaultctl --quiet --as kim lot weigh "$1" --gross "$(($2 + 10000))g" --tare 10kg >/dev/null
	vaultctl --quiet --as ana lot assay "$1" --grade "${4:-99.99%}" --laboratory sgs >/dev/null
	vaultctl --quiet --as ana lot accept "$1" >/dev/null
}

owed() { vaultctl call Zone.GetExchange "{\"id\":\"$1\"}" | json_value owed_g; }

# The clock goes on to a day, and vaultd's tick with it.
on() { # DATE
	clock "$1"
	sleep 1.5
}

say "A loan: what cannot be lent, and what the note says that two sign"
lend() { vaultctl --as kim loan new "$@"; }
expect 2 "that date is past" lend JPN ga 100kg --due 2027-01-01
expect 2 "a member must answer for the loan" lend wafers ga 100kg --due 2027-02-10
expect 3 "at most 699.936 kg may go" lend JPN ga 701kg --due 2027-02-10
grep -q "R04" <<<"$said" || wrong "no rule in: $said"
expect 3 "BRA is delegation" lend BRA ga 1kg --due 2027-02-10
expect 0 "would record exchange.prepared, order.prepared" lend JPN ga 100kg --due 2027-02-10 --dry-run
same "nothing was prepared" "$(vaultctl loan -o csv | grep -c X- || true)" 0
expect 0 X-2027-0001 lend JPN ga 100kg --due 2027-02-10 --premium 100ppm
expect 0 "comes-back 100% of ga" vaultctl document O-2027-0001
expect 0 "premium-ppm-per-day 100" vaultctl document O-2027-0001
same "reserved" "$(available ga)" 899936
expect 0 "This lends metal of the reserve" vaultctl --as ruiz sign X-2027-0001 --yes
expect 3 "cannot sign twice" vaultctl --as ruiz sign O-2027-0001 --yes
sign_by O-2027-0001 lee
expect 0 "open" vaultctl loan X-2027-0001
expect 0 "projectvault.org/release-order@v1" vaultctl order note O-2027-0001
grep -q "request X-2027-0001" <<<"$said" || wrong "the carrier is not told what it is"

say "Loaded and delivered: it is with the borrower"
lift O-2027-0001 Japan
expect 0 "out" vaultctl loan X-2027-0001
same "the borrower's account" "$(vaultctl account ga -o csv | grep -c "borrower,JPN,100011")" 1

say "What is no return"
give() { vaultctl --as ruiz loan return X-2027-0001 "$@"; }
on 2027-01-30
bring RE-0001 50000 acme
bring RE-0002 50000 JPN 99.98%
bring RE-0003 50000 JPN
expect 3 "was delivered by acme" give RE-0001
expect 3 "R10" give RE-0002
expect 3 "what comes back must be of 99.99% or better" give RE-0002
expect 3 "vaultctl loan return X-2027-0001 RE-0003 --mass 49995g" give RE-0003 --mass 60kg
expect 4 "" vaultctl --as kim loan return X-2027-0001 RE-0003

say "Returned in part; the premium is exact and goes on with what is still out"
same "owed after ten days" "$(owed X-2027-0001)" 100100
expect 0 "still to come back" give RE-0003
same "owed" "$(owed X-2027-0001)" $((100100 - 49995))
expect 3 "has come back already" give RE-0003

say "kill -9 in the middle: the same is still owed, and what was answered is kept"
before=$(vaultctl loan -o csv)
reserve_kill "$reserve"
start
same "the loans" "$(vaultctl loan -o csv)" "$before"
same "owed" "$(owed X-2027-0001)" $((100100 - 49995))

say "Overdue by the date that holds and by the first one; nothing new for who owes it"
on 2027-02-10
expect 0 "1 return overdue (loan X-2027-0001, 50.1 kg, since 10 Feb 2027)" vaultctl status
expect 0 "return-overdue" vaultctl finding
expect 0 "X-2027-0001" vaultctl --as ruiz inbox
expect 0 "X-2027-0001" vaultctl loan --overdue
expect 3 "R16" lend JPN ga 1kg --due 2027-03-10
note=$(vaultctl --as haas loan amend X-2027-0001 --due 2027-03-01 --premium 200ppm --because strike -o id)
expect 3 "waits for signatures" vaultctl --as haas loan amend X-2027-0001 --due 2027-03-02 --because x
sign_by "$note" ruiz lee
same "overdue now" "$(vaultctl loan -o json | grep -c '"overdue":true' || true)" 0
same "overdue at first" "$(vaultctl loan -o json | grep -c '"overdue_originally":true' || true)" 1
expect 3 "is not overdue" vaultctl --as haas loan default X-2027-0001 --because x

say "In default: still owed, still taken"
on 2027-03-02
note=$(vaultctl --as haas loan default X-2027-0001 --because liquidation -o id)
sign_by "$note" ruiz lee
expect 0 "defaulted" vaultctl loan X-2027-0001
expect 0 "return-defaulted" vaultctl finding
bring RE-0004 60000 JPN 99.999%
expect 0 exchange.returned give RE-0004 --mass "$(owed X-2027-0001)g"
same "loans" "$(vaultctl loan -o csv | grep -c X- || true)" 0
expect 0 "returned" vaultctl loan X-2027-0001
grep -q "RE-0004" <<<"$said" || wrong "what came back is lost with the loan"
grep -q "strike" <<<"$said" || wrong "the amendment is lost with the loan"
expect 0 X-2027-0002 lend JPN ga 1kg --due 2027-04-10
expect 0 "" vaultctl --as ruiz reject O-2027-0002 --because "no need"

say "Rotation: as much of the same, and the balance that is open"
expect 2 "an upgrade agrees how much comes back" vaultctl --as kim rotation new melt ga 50kg --kind upgrade \
	--due 2027-06-01
expect 2 "must be one of rotate, upgrade" vaultctl --as kim rotation new melt ga 50kg --kind loan --due 2027-06-01
expect 0 T-2027-0001 vaultctl --as kim rotation new melt ga 50kg --kind rotate --due 2027-06-01
sign_by O-2027-0003 ruiz lee
lift O-2027-0003 melt
expect 0 "50.0 kg" vaultctl rotation --open
bring RE-0005 60000 melt 99.999%
expect 0 exchange.returned vaultctl --as ruiz rotation return T-2027-0001 RE-0005 --mass 50kg
same "open" "$(vaultctl rotation --open -o csv | grep -c '^ga' || true)" 0

say "A draw in normal times, replenished"
ok vaultctl --as haas participant new magnets "Magnets AG" JPN
note=$(vaultctl --as haas rate set 2027-01-01 --interest 5.25% --storage 0.50USD/t --because board -o id)
sign_by "$note" ruiz lee
note=$(vaultctl --as haas commitment new magnets ga 300kg 365USD/kg --basis Ga --starts 2027-03-02 \
	--ends 2028-03-02 --replenish-days 30 --gross 120% --because deal -o id)
sign_by "$note" ruiz lee
expect 3 "R15" vaultctl --as kim draw new magnets ga 301kg
expect 2 "at the latest" vaultctl --as kim draw new magnets ga 200kg --replenish-by 2027-05-01
expect 0 B-2027-0001 vaultctl --as kim draw new magnets ga 200kg --replenish-by 2027-03-20
sign_by O-2027-0004 ruiz lee
lift O-2027-0004 "Magnets AG"
expect 3 "is entitled to 100 kg" vaultctl --as kim draw new magnets ga 101kg
on 2027-03-20
expect 3 "R16" vaultctl --as kim draw new magnets ga 1kg
expect 0 "1 return overdue (draw B-2027-0001" vaultctl status
bring RE-0006 210000 magnets 99.999%
expect 0 exchange.returned vaultctl --as ruiz draw return B-2027-0001 RE-0006 --mass 200kg
expect 0 B-2027-0002 vaultctl --as kim draw new magnets ga 300kg

say "A sale out of the reserve, not below the floor"
expect 3 "R12" vaultctl --as kim disposal new DEU ga 10kg --price 579USD/kg
expect 0 V-2027-0001 vaultctl --as kim disposal new DEU ga 10kg --price 600USD/kg
order=$(vaultctl disposal V-2027-0001 -o json | json_value release_order)
sign_by "$order" ruiz lee
lift "$order" Germany
expect 0 "delivered" vaultctl disposal V-2027-0001

say "A loan in instalments: dates and masses, and the note to sign in the receipt"
expect 2 "are 9 kg together, and what is to come back is 12 kg" lend DEU ga 12kg --due 2027-04-01=4kg,2027-05-01=5kg
expect 2 "dates are out of order" lend DEU ga 12kg --due 2027-05-01=4kg,2027-04-01=8kg
expect 2 "is past" lend DEU ga 12kg --due 2027-03-20=4kg,2027-04-01=8kg
expect 2 "is not DATE=MASS" lend DEU ga 12kg --due 2027-04-01=4kg,2027-05-01
expect 2 "due is missing" lend DEU ga 12kg
expect 0 "to sign O-" lend DEU ga 12kg --due 2027-04-01=4kg,2027-05-01=8kg --premium 100ppm
loan=$(said_id X) order=$(said_id O)
same "the order" "$(vaultctl loan "$loan" -o json | json_value release_order)" "$order"
same "the note in a receipt" "$(lend DEU ga 1kg --due 2027-04-01 --dry-run -o json | json_value document)" \
	"O-2027-0$(printf %03d $((10#${order##*-} + 1)))"
same "the id is the loan's" "$(lend DEU ga 1kg --due 2027-04-01 --dry-run -o id)" \
	"X-2027-0$(printf %03d $((10#${loan##*-} + 1)))"
expect 0 "due 2027-04-01T00:00:00Z 4000 g" vaultctl document "$order"
sign_by "$order" ruiz lee
expect 0 "open" vaultctl wait "$loan" --for open --timeout 20s
lift "$order" Germany
expect 0 "out" vaultctl wait "$loan" --for out --timeout 20s

say "One that is missed is told with what is missing; what makes it up clears it"
on 2027-04-01
expect 0 "1 return overdue (loan $loan, 4.0 kg, since 1 Apr 2027)" vaultctl status
same "what is late" "$(vaultctl loan "$loan" -o json | json_value overdue_g)" 4000
expect 3 "R16" lend DEU ga 1kg --due 2027-05-01
bring RE-0007 30000 DEU 99.999%
expect 0 "still to come back" vaultctl --as ruiz loan return "$loan" RE-0007 --mass 4kg
same "overdue" "$(vaultctl loan --overdue -o csv | grep -c "$loan" || true)" 0
expect 2 "are 9 kg together, and what is still out is 8 kg" vaultctl --as haas loan amend "$loan" --because x \
	--due 2027-06-01=3kg,2027-07-01=6kg
note=$(vaultctl --as haas loan amend "$loan" --due 2027-06-01=3kg,2027-07-01=5kg --because strike -o id)
sign_by "$note" ruiz lee
on 2027-05-02
same "by the dates now" "$(vaultctl loan "$loan" -o json | json_value overdue_g)" ""
same "by those at first" "$(vaultctl loan "$loan" -o json | json_value overdue_originally_g)" "$(owed "$loan")"
expect 0 "original_instalments" vaultctl loan "$loan"
expect 0 "1 Apr 2027" vaultctl loan "$loan"
expect 0 exchange.returned vaultctl --as ruiz loan return "$loan" RE-0007 --mass "$(owed "$loan")g"
expect 0 "returned" vaultctl wait "$loan" --for returned,defaulted --timeout 20s
expect 3 "cannot come any more" vaultctl wait "$loan" --for defaulted --timeout 20s

say "The whole of it again from the ledger, with the daemon and without"
audit_is_clean
ok vaultctl ledger export "$work/export"
expect 0 "verified" vaultctl ledger verify "$work/export" --key "$work/reserve.vkey"
expect 0 "" vaultctl audit run $sound --ledger "$work/export"
finish
