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

# The clock goes on to a day; where something is due by then, vaultd's tick comes within a second.
on() { # DATE [due]
	clock "$1T08:00Z"
	[ -z "${2:-}" ] || sleep 1.2
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
on 2026-07-07 due
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
on 2026-11-22 due
ok vaultctl --as noor finding raise count warning "two pallets short at <ROT>" --subject GA-0001

say "Every kind, for people, as a page, as JSON and as CSV"
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
pages=$work/pages
mkdir -p "$pages"
chmod 755 "$pages"
while read -r kind subject; do
	ok vaultctl report "$kind" $subject
	printf '%s\n' "$said" >"$pages/$kind.txt"
	ok vaultctl report "$kind" $subject --html "$pages/$kind.html"
	vaultctl report "$kind" $subject -o json >"$pages/$kind.json"
	vaultctl report "$kind" $subject -o csv >"$pages/$kind.csv"
done <<<"$kinds"
tells() { # KIND TEXT
	checks=$((checks + 1))
	if grep -qF -- "$2" "$pages/$1"; then printf 'ok      %s tells %s\n' "$1" "$2"; else wrong "$1 does not tell $2"; fi
}
tells position.txt "below operating since 6 Oct 2026"
tells position.txt "assay out of date"
tells position.txt "-539.0 t"
tells shortfall.txt "608,000.00 USD"
tells shortfall.txt "listed, nothing set, nothing held"
tells declaration.txt "R03, the cap of the declaration"
tells declaration.txt "export ban on gallium & antimony"
tells declaration.txt "Elena Ruiz (ruiz), Lee Ann (lee)"
tells release.txt "no fresh market price"
tells release.txt "Kühne <& Nagel>"
tells release.txt "K. Sato \"night shift\""
tells sold-not-shipped.txt "O-2026-0002"
tells annual.txt "Vault keeps no purchase prices of lots"
tells annual.txt "ga/2027/acquire/1"
tells annual.txt "19 Nov 2026"
tells quarterly.txt "quarter 1 of fiscal year 2027 (1 Oct 2026 to 31 Dec 2026)"
tells participants.txt "20,000.00 USD"
tells findings.txt "two pallets short at <ROT>"
tells position.csv "commodity,mineral,available_g,hard_g,operating_g"
tells position.json '"available_g":'
same "tables of the position" "$(grep -c $'^\r$' "$pages/position.csv")" 3
same "one section alone" "$(vaultctl report position -o csv --section 4 | wc -l)" 3
same "what came in in July" "$(vaultctl report sites --from 2026-07-01 --until 2026-07-31 --commodity ga \
	-o csv --section 1 | grep ROT | cut -d, -f1,2,10,11)" "ROT,ga,300000,0"

say "What is asked wrongly is told, with what would do"
expect 2 "is none of position, shortfall" vaultctl report weather
expect 2 "which declaration is it about" vaultctl report declaration
expect 7 "no such order: O-2026-0099" vaultctl report release O-2026-0099
expect 2 "it is written 2027Q1" vaultctl report quarterly 2027-1
expect 2 "begins on 1 Oct 2028 only" vaultctl report annual 2029
expect 2 "has no such day" vaultctl report position --from 2026-10-01
expect 2 "it is before from" vaultctl report sites --from 2026-10-02 --until 2026-10-01
expect 2 "that day has not come yet" vaultctl report sites --from 2030-01-01
expect 2 "this report has 4 sections" vaultctl report position --section 9
expect 2 "is none of full, public, closed" vaultctl report position --edition secret
expect 2 "has no public edition" vaultctl report sites --edition public
expect 2 "a report has no id" vaultctl report position -o id
expect 1 "cannot be written" vaultctl report position --html /nowhere/x.html

say "The same index gives the same bytes: later, after a start, and from an export with no daemon"
index=$(json_value index <"$pages/annual.json")
again() { # WHERE OPTION…: all kinds once more, compared
	local where=$1 kind subject
	shift
	while read -r kind subject; do
		vaultctl report "$kind" $subject --html - "$@" >"$work/again.html" || wrong "$kind $where"
		same "$kind $where" "$(sha256sum <"$work/again.html")" "$(sha256sum <"$pages/$kind.html")"
	done <<<"$kinds"
}
on 2027-01-08 due
ok vaultctl --as kim lot new GA-0009 ga ROT 900kg --supplier acme --origin CAN
again "weeks later" --as-of-index "$index"
reserve_stop "$reserve"
start
again "after a start" --as-of-index "$index"
ok vaultctl ledger export "$work/export"
reserve_stop "$reserve"
again "offline" --ledger "$work/export" --key "$work/reserve.vkey" --as-of-index "$index"
start
expect 0 "Position of the reserve on 6 Oct 2026" vaultctl report position --as-of 2026-10-06

say "Editions: bands for the public, no figures where stock is secret; a delegate sees those, and its own"
vaultctl report position --edition public >"$work/public.txt"
vaultctl report position --edition closed >"$work/closed.txt"
same "bands" "$(grep -c "500 kg to 1 t" "$work/public.txt")" 2
same "figures in the public edition" "$(grep -cE '[0-9]\.[0-9] (kg|t)' "$work/public.txt" || true)" 0
same "figures in the closed one" "$(grep -cE '[0-9] (kg|t|d)\b' "$work/closed.txt" || true)" 0
vaultctl report annual 2027 --edition public --html "$pages/public.html"
make_key sato
ok vaultctl --as haas person enrol sato --name "Sato" --duties delegate --member JPN \
	--key "$work/people/vault/sato.pem.vkey" --because accredited
sign_by "$(said_id N)" ruiz lee
acts_for() { # LINE…: whom this connection may act for from now on
	sed -i '/^\[users\]/,$d' "$reserve/vaultd.conf"
	printf '[users]\n%s = %s\n' "$(id -un)" "$1" >>"$reserve/vaultd.conf"
	kill -HUP "$(reserve_pid "$reserve")"
	sleep 0.3
}
acts_for sato
expect 0 "public edition" vaultctl report position
expect 4 "for the staff of the reserve" vaultctl report position --edition full
expect 4 "a report sites is for the staff" vaultctl report sites
expect 0 "Requests of JPN" vaultctl report declaration "$declaration"
grep -q "R-2026-0003 .* 500.0 kg" <<<"$said" || wrong "its own rows are not whole: $said"
if grep -q R-2026-0002 <<<"$said"; then wrong "rows of others are told"; fi
expect 0 "150.0 kg of ga" vaultctl report release O-2026-0001
expect 4 "not for the member that you speak for" vaultctl report release O-2026-0002
expect 4 "for the reserve's own people" vaultctl status
expect 4 "for the reserve's own people" vaultctl lot
expect 4 "for the reserve's own people" vaultctl commodity ga --as-of 2026-10-06
expect 4 "for the reserve's own people" vaultctl request --member JPN --as-of 2026-10-25
ok vaultctl request --member JPN
expect 4 "for the reserve's own people" vaultctl request --member DEU
expect 0 580 vaultctl price
vaultctl request write JPN sb 900t --tier B --purpose flame --key "$work/people/vault/sato.pem" >"$work/ask.note"
expect 4 "a request that is only tried tells how much there is" vaultctl request submit --note "$work/ask.note" --dry-run
sed -i '/^\[users\]/i delegates_see = closed' "$reserve/vaultd.conf"
acts_for sato
expect 0 "closed edition" vaultctl report position
expect 4 "yours is --edition closed" vaultctl report position --edition public
acts_for '*'

say "The pages: well-formed, no request, no error, whatever stands in a name"
for page in "$pages"/*.html; do
	checks=$((checks + 1))
	xmllint --noout --nonet "$page" || wrong "$page is not well-formed"
	if grep -qiE '<script|src=|url\(http|@import|<link|<img|<iframe' "$page"; then wrong "$page asks for something"; fi
done
tells release.html "Nippon &lt;Wafers&gt; KK"
tells findings.html "two pallets short at &lt;ROT&gt;"
tells position.html "default-src 'none'; style-src 'unsafe-inline'"
tells position.html 'lang="en"'
tells position.html '<th scope="col"'

# Chromium as it is installed, with nothing of its own to fetch; --no-sandbox, for a container has no
# namespaces to make one of.
profile=dom
browse() { # OPTION… URL
	(cd "$work" && timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
		--no-first-run --disable-background-networking --disable-component-update --disable-sync \
		--host-resolver-rules="MAP * ~NOTFOUND" --user-data-dir="$work/chromium-$profile" --hide-scrollbars --virtual-time-budget=2000 "$@" 2>"$work/$profile.log")
}
asked_for() { # NETLOG: what was, what the browser asks of its maker for itself left out
	grep -oE '"url":"(https?|wss?|ftp)://[^"/]*' "$1" | grep -vE '(google|googleapis|gvt1)\.com$' | sort -u
}
picture() { # NAME OPTION…: of $page, at the same time as others
	profile=$1
	browse "${@:2}" "file://$pages/$page.html"
}
look() { # PAGE TITLE TEXT PICTURE…
	local page=$1 dom kind
	checks=$((checks + 1))
	dom=$(browse --enable-logging=stderr --v=0 --log-net-log="$work/net.json" --dump-dom \
		"file://$pages/$page.html") || wrong "chromium did not show $page: $(tail -n 3 "$work/dom.log")"
	grep -qF "<title>$2</title>" <<<"$dom" || wrong "$page has another title"
	grep -qF "$3" <<<"$dom" || wrong "$page does not show $3"
	if grep -q "CONSOLE" "$work/dom.log"; then wrong "$page: $(grep -m 1 CONSOLE "$work/dom.log")"; fi
	if asked_for "$work/net.json"; then wrong "$page asked the network for something"; fi
	for kind in "${@:4}"; do
		case $kind in
		light) picture light --window-size=1200,2400 --screenshot="$pages/$page-light.png" ;;
		dark) picture dark --window-size=1200,2400 --blink-settings=preferredColorScheme=0 \
			--screenshot="$pages/$page-dark.png" ;;
		narrow) picture narrow --window-size=500,2400 --screenshot="$pages/$page-narrow.png" ;;
		print) picture print --no-pdf-header-footer --print-to-pdf="$pages/$page.pdf" ;;
		esac &
	done
	wait
	for kind in "${@:4}"; do
		if [ "$kind" = print ]; then
			same "$page on paper" "$(head -c 5 "$pages/$page.pdf")" %PDF-
		else
			same "$page, $kind" "$(head -c 8 "$pages/$page-$kind.png" | od -An -tx1 | tr -d ' ')" 89504e470d0a1a0a
		fi
	done
}
sed 's|</header>|<img alt="" src="http://tracker.example/x.png"/></header>|; s|default-src|img-src *; default-src|' \
	"$pages/position.html" >"$work/planted.html"
browse --log-net-log="$work/net.json" --dump-dom "file://$work/planted.html" >/dev/null
same "a request that is planted is seen" "$(asked_for "$work/net.json")" '"url":"http://tracker.example'
look position "Position of the reserve on 22 Nov 2026" "3,942.9 t" light dark narrow print
same "it is dark in the dark" "$(cmp -s "$pages/position-light.png" "$pages/position-dark.png" || echo differs)" differs
look annual "Annual report, fiscal year 2027 (1 Oct 2026 to 30 Sep 2027)" "Inventory and requirements" light print
look declaration "Account of declaration $declaration" "R03, the cap of the declaration" dark

if [ -n "${REPORT_PAGES:-}" ]; then cp "$pages"/* "$REPORT_PAGES"; fi
finish
