#!/bin/bash
# Reports: a reserve lives through half a year, and what a board, a ministry and the public read of it is
# made in every form. The same index gives the same bytes; the page is well-formed, opens in Chromium
# without an error or a request, light and dark, on a phone and on paper. $REPORT_PAGES names a folder in
# which pages and pictures stay, for who wants to look at them.
origin=demo.vault.example/reserve-log
. "$(dirname "$0")/lib.bash"
clock 2026-07-06T08:00Z
new_reserve
found_reserve --demonstration

# The clock goes on to a day, and vaultd's tick with it.
on() { # DATE
	clock "$1T08:00Z"
	sleep 1.2
}

# Lots that are weighed, assayed and accepted: CODE COMMODITY SITE NET_KG GRADE SUPPLIER ORIGIN.
stock() {
	local code commodity site net grade supplier from
	while read -r code commodity site net grade supplier from; do
		vaultctl --quiet --as kim lot new "$code" "$commodity" "$site" "${net}kg" --supplier "$supplier" \
			--origin "$from" >/dev/null
		vaultctl --quiet --as kim lot weigh "$code" --gross "$((net + 10))kg" --tare 10kg >/dev/null
		vaultctl --quiet --as ana lot assay "$code" --grade "$grade" --laboratory sgs "${retest[@]}" >/dev/null
		vaultctl --quiet --as ana lot accept "$code" >/dev/null
	done
}
retest=()

lift() { # ORDER CONSIGNEE
	local line lot net
	vaultctl order "$1" -o json | tr -d ' \n' | grep -o '"lines":\[[^]]*' | grep -o '{[^}]*}' |
		while read -r line; do
			lot=$(json_value lot <<<"$line")
			net=$(json_value net_g <<<"$line")
			vaultctl --quiet --as kim loadout weigh "$1" "$lot" --gross "$((net + 10000))g" --tare 10kg \
				--carrier "Kühne <& Nagel>" --vehicle 1-ABC-234 --seals "7711,7712" >/dev/null
		done
	ok vaultctl --as kim deliver "$1" --receiver "K. Sato \"night shift\"" --consignee "$2"
}

say "Half a year of a reserve"
cat >"$work/minerals.csv" <<-END
	code,name,symbol
	ga,gallium,Ga
	ge,germanium,Ge
	sb,antimony,Sb
	w,tungsten,W
	ni,nickel,Ni
	nd,neodymium,Nd
	te,tellurium,Te
END
cat >"$work/commodities.csv" <<-END
	code,mineral,stage,form,basis,min_grade_ppm
	ga,ga,refining,metal,Ga,999000
	ge,ge,refining,metal,Ge,999000
	sb,sb,refining,metal,Sb,990000
	w-conc,w,mining,concentrate,WO3,500000
	ni,ni,refining,metal,Ni,990000
	nd-mag,nd,manufacturing,magnet,Nd,200000
END
ok vaultctl --as haas mineral import "$work/minerals.csv"
ok vaultctl --as haas commodity import "$work/commodities.csv"
ok vaultctl --as haas site new ROT "Rotterdam, Maasvlakte" NLD --daily-loadout 60t
ok vaultctl --as haas site new BAL "Baltimore" USA
admit_members JPN,Japan,in-force DEU,Germany,in-force CAN,Canada,in-force BRA,Brazil,delegation
for row in "ga 30 15 10kg" "ge 30 15 2kg" "sb 60 30 60t" "ni 45 20 90t"; do
	read -r commodity operating hard daily <<<"$row"
	sign_by "$(vaultctl --as haas floor set "$commodity" operating --days "$operating" --consumption "$daily" \
		--because "board of 1 July" -o id)" ruiz
	sign_by "$(vaultctl --as haas floor set "$commodity" hard --days "$hard" --consumption "$daily" \
		--because "board of 1 July" -o id)" ruiz
done
sign_by "$(vaultctl --as haas floor set w-conc operating --mass 120t --because "board of 1 July" -o id)" ruiz
sign_by "$(vaultctl --as haas floor set w-conc hard --mass 60t --because "board of 1 July" -o id)" ruiz
for row in "ga 580USD/kg Ga" "ge 2800USD/kg Ge" "sb 26USD/kg Sb" "w-conc 380USD/mtu WO3" "ni 17000USD/t Ni"; do
	read -r commodity price basis <<<"$row"
	sign_by "$(vaultctl --as haas price draft "$commodity" "$price" --basis "$basis" --because list -o id)" ruiz lee
done
on 2026-07-07
stock <<-END
	GA-0001 ga ROT 300 99.99% acme CAN
	GE-0001 ge ROT 90 99.999% umicore BEL
	SB-0001 sb ROT 3000000 99.6% twinhills AUS
	W-0001 w-conc BAL 160000 65% panasqueira PRT
	NI-0001 ni ROT 5200000 99.8% harjavalta FIN
END
on 2026-08-11
stock <<-END
	GA-0002 ga ROT 260 99.99% dowa JPN
	GE-0002 ge BAL 40 99.999% umicore BEL
	SB-0002 sb ROT 1500000 99.6% twinhills AUS
END
on 2026-09-08
retest=(--retest 2026-11-19)
stock <<-END
	SB-0003 sb ROT 61200 99.6% twinhills AUS
	ND-0001 nd-mag BAL 12000 30% neo EST
END
retest=()
stock <<<"W-0002 w-conc BAL 90000 66% mittersill AUT"
ok vaultctl --as kim lot move GE-0002 ROT
ok vaultctl --as kim lot arrive GE-0002
on 2026-10-06
sign_by "$(vaultctl --as haas annual set 2027 ga acquire 2t --because "board of 1 Oct" -o id)" ruiz lee
sign_by "$(vaultctl --as haas annual set 2027 ga release 500kg --because "board of 1 Oct" -o id)" ruiz lee
stock <<-END
	GA-0003 ga BAL 400 99.99% acme CAN
	GA-0004 ga ROT 150 99.995% dowa JPN
END
vaultctl --quiet --as kim lot hold W-0002 --reason seal --because "seal <torn> & \"wet\" bags" >/dev/null
declaration=$(vaultctl --as haas declare limited ga,sb --caps ga=400kg,sb=900t --days 60 \
	--findings "export ban on gallium & antimony" --authority "council 2026/11" -o id)
sign_by "$declaration" ruiz lee
await declaration "$declaration" open
on 2026-10-20
ok vaultctl --as kim request submit JPN ga 150kg --need-by 2026-12-01 --tier B --purpose wafers
ok vaultctl --as haas order new R-2026-0001 --consignee "Nippon <Wafers> KK"
sign_by O-2026-0001 ruiz lee
lift O-2026-0001 "Nippon <Wafers> KK"
ok vaultctl --as kim request submit DEU ga 120kg --need-by 2026-12-20 --tier B --purpose radar
expect 3 R vaultctl --as kim request submit JPN ga 500kg --tier C --purpose lamps
expect 3 R07 vaultctl --as kim request submit BRA ga 10kg --tier B --purpose lamps
ok vaultctl --as kim request submit DEU sb 600t --tier B --need-by 2026-12-20 --purpose flame --partial
on 2026-11-10
ok vaultctl --as haas order new R-2026-0002 --consignee "Radar GmbH"
sign_by O-2026-0002 ruiz lee
ok vaultctl --as haas loan new JPN ge 20kg --due 2027-02-10 --premium 100ppm
sign_by "$(said_id O)" ruiz lee
lift O-2026-0003 Japan
sign_by "$(vaultctl --as haas rate set 2026-11-11 --interest 5% --storage 0.50USD/t --because board -o id)" ruiz lee
ok vaultctl --as haas participant new acme-mag "Acme <Magnets> AG" DEU
sign_by "$(vaultctl --as haas commitment new acme-mag ni 900t 17000USD/t --basis Ni --starts 2026-11-12 \
	--ends 2027-11-12 --replenish-days 30 --fee 20000USD -o id)" ruiz lee
on 2026-11-22
ok vaultctl --as noor finding raise count warning "two pallets short at <ROT>" --subject GA-0001

say "Every kind, in every form"
kinds="position
shortfall
declaration $declaration
release O-2026-0001
sites
sold-not-shipped
annual 2027
quarterly 2027Q1
participants
findings"
while read -r kind subject; do
	ok vaultctl report "$kind" $subject
	vaultctl report "$kind" $subject >"$work/$kind.txt"
	ok vaultctl report "$kind" $subject --html "$work/$kind.html"
	vaultctl report "$kind" $subject -o json >"$work/$kind.json"
	vaultctl report "$kind" $subject -o csv >"$work/$kind.csv"
done <<<"$kinds"

if [ -n "${REPORT_PAGES:-}" ]; then cp "$work"/*.{html,txt,csv,json} "$REPORT_PAGES"; fi
finish
