#!/bin/bash
# The workflow's view: who follows the ledger hears every entry once, in order, through kills of vaultd
# and of PostgreSQL and beside others who take nothing; who waits for a state is told when it comes, when
# it cannot come any more, and when it is late; a receipt proves a decision without the reserve, and
# one that was changed in any way proves nothing.
. "$(dirname "$0")/lib.bash"
new_reserve
found_reserve
furnish
stock_lot GA-0001 300
stock_lot GA-0002 300

# Whether a file holds the entries from an index up to the ledger's end, each once and in order.
whole() { # FILE FROM
	local size tries
	size=$(entries)
	checks=$((checks + 1))
	for ((tries = 300; tries > 0; tries--)); do
		[ "$(tail -n 1 "$1" | json_value sequence)" != $((size - 1)) ] || break
		sleep 0.1
	done
	if cmp -s <(grep -o '"sequence":[0-9]*}$' "$1") \
		<(seq -f '"sequence":%.0f}' "$2" $((size - 1))); then
		printf 'ok      %s holds entries %s to %s\n' "$(basename "$1")" "$2" $((size - 1))
	else
		wrong "$1 does not hold entries $2 to $((size - 1)) once each, in order"
	fi
}
follow() { # FILE OPTION…: sets $follower
	local file=$1
	shift
	setsid vaultctl watch -o json "$@" >"$file" 2>"$file.notes" </dev/null &
	follower=$!
}
submit() { vaultctl --as haas request submit "$@" --need-by "$(in_days 40)" --tier B; }
began() { # FILE COUNT: until it has so many lines
	local tries
	for ((tries = 200; tries > 0; tries--)); do
		[ "$(wc -l <"$1")" -lt "$2" ] || return 0
		sleep 0.05
	done
	wrong "$1 has not $2 lines after ten seconds"
}
ends() { # PID STATUS
	local status=0
	wait "$1" || status=$?
	same "ended with" "$status" "$2"
}

say "Two who follow from the beginning, one from now on, one who follows one thing"
start_size=$(entries)
follow "$work/all" --from 0
all=$follower
follow "$work/also" --from 0
follow "$work/new" --from "$start_size"
whole "$work/all" 0
whole "$work/also" 0
declare_gallium 400kg
expect 0 allocated submit JPN ga 10kg --purpose wafers
request=$(said_id R)
follow "$work/one" --from 0 --subject "$request"
one=$follower
expect 0 allocated submit DEU ga 10kg --purpose lasers
ok vaultctl --as haas request withdraw "$request" --because "bought elsewhere"
whole "$work/all" 0
whole "$work/also" 0
whole "$work/new" "$start_size"
began "$work/one" 2
same "entries of one thing" "$(grep -o '"kind":"[^"]*"' "$work/one" | tr '\n' ' ')" \
	'"kind":"request.allocated" "kind":"request.withdrawn" '
same "an entry as followed and as asked for" "$(sed -n "$((start_size + 1))p" "$work/all")" \
	"$(vaultctl call Evidence.GetEntry "{\"index\":$start_size}" |
		sed 's/.*"entry":"\(.*\)"}$/\1/; s/\\"/"/g')"

say "A line for people; the index to go on from"
timeout --preserve-status -s INT 2 vaultctl watch --from "$start_size" >"$work/lines" 2>"$work/lines.notes" || true
same "lines" "$(wc -l <"$work/lines")" $(($(entries) - start_size))
expect 0 "haas      request.withdrawn       $request" cat "$work/lines"
expect 0 "vaultctl watch --from $(entries)" cat "$work/lines.notes"
kill -INT "$one"
ends "$one" 0
next=$(sed -n 's/.*--from \([0-9]*\).*/\1/p' "$work/one.notes")
same "goes on behind the last" "$next" $(($(tail -n 1 "$work/one" | json_value sequence) + 1))
expect 2 "has $(entries) entries" vaultctl watch --from 1000000
expect 2 "is no id" vaultctl watch --subject "no id"
expect 2 "-o table or -o json" vaultctl watch -o csv

say "kill -9 of vaultd and of PostgreSQL while they follow"
reserve_kill "$reserve"
start
expect 0 allocated submit JPN ga 10kg --purpose wafers
reserve_kill_database "$reserve"
expect 0 allocated submit JPN ga 10kg --purpose wafers
reserve_kill "$reserve"
reserve_kill_database "$reserve"
start
expect 0 allocated submit JPN ga 10kg --purpose wafers
whole "$work/all" 0
whole "$work/also" 0
whole "$work/new" "$start_size"

say "A signature is checked beside the loop: also when the commit behind it is lost"
note=$(vaultctl --as haas price draft ga 585USD/kg --basis Ga --because list -o id)
ok vaultctl --as ruiz sign "$note" --fetch "$work/price.note"
ok vaultctl --as ruiz sign --offline "$work/price.note" --yes
sed '$s/....=$/AAAA=/' "$work/price.note" >"$work/forged.note"
expect 4 "the signature of ruiz does not verify" vaultctl --as ruiz submit "$work/forged.note"
expect 4 "the signature of ruiz does not verify" vaultctl --as ruiz submit "$work/forged.note"
vaultctl --as ruiz submit "$work/price.note" >"$work/w0" 2>&1 </dev/null &
first=$!
reserve_kill_database "$reserve"
ends "$first" 0
sign_by "$note" lee
expect 0 "$note effective" vaultctl wait "$note" --for effective --timeout 10s
whole "$work/all" 0

say "One who takes nothing keeps nobody waiting, and misses nothing"
follow "$work/slow" --from 0
slow=$follower
sleep 0.2
kill -STOP "$slow"
vault-load --connections 8 --commodity ga --member JPN,DEU --as haas --grade 999900:999900 --mass 50 \
	--count 6000 >"$work/load.txt" 2>&1 </dev/null || wrong "the load failed: $(cat "$work/load.txt")"
whole "$work/all" 0
whole "$work/new" "$start_size"
sleep 11 # past WIRE_SEND_STALL_MS
expect 0 "the peer takes no replies" cat "$reserve/vaultd.log"
kill -CONT "$slow"
whole "$work/slow" 0
for pid in "$all" "$slow"; do
	kill -INT "$pid"
	ends "$pid" 0
done

say "A user follows at most 256 times"
crowd=() # two still follow from before
last=$(($(entries) - 1))
for ((i = 0; i < 254; i++)); do
	vaultctl watch --from "$last" >>"$work/crowd" 2>/dev/null </dev/null &
	crowd+=($!)
done
began "$work/crowd" 254
expect 2 "256 times already" vaultctl watch
kill "${crowd[@]}"
wait "${crowd[@]}" || true
ok timeout --preserve-status -s INT 1 vaultctl watch

say "Waiting: what is there, what comes, what cannot come, what is late"
stock_lot GA-0003 300
expect 0 allocated submit JPN ga 20kg --purpose wafers
request=$(said_id R)
await_end() { # PID STATUS TEXT FILE
	ends "$1" "$2"
	expect 0 "$3" cat "$4"
}
expect 0 "$request allocated" vaultctl wait "$request" --for allocated,refused
expect 0 "$request eligible" vaultctl wait "${request,,}" --for eligible # decided at once: past it
expect 1 "still allocated after 1s" vaultctl wait "$request" --for approved --timeout 1s
expect 2 "alocated\" is no state of a request" vaultctl wait "$request" --for alocated
expect 2 "eligible, allocated, approved, releasing; at its end fulfilled" vaultctl wait "$request" --for x
expect 2 "--for is missing" vaultctl wait "$request"
expect 2 "Write 90s, 10m, 2h or 3d" vaultctl wait "$request" --for approved --timeout 10
expect 2 "begin with R- (request)" vaultctl wait GA-0001 --for accepted
expect 7 "no such request" vaultctl wait R-2026-9999 --for allocated
vaultctl --as haas order new "$request" --consignee "Nippon Wafers KK" -o id >"$work/order"
order=$(cat "$work/order")
vaultctl wait "$request" --for approved,expired --timeout 1m >"$work/w1" 2>&1 </dev/null &
first=$!
vaultctl wait "$order" --for issued --timeout 1m >"$work/w2" 2>&1 </dev/null &
second=$!
vaultctl wait "$request" --for withdrawn --timeout 1m >"$work/w3" 2>&1 </dev/null &
third=$!
vaultctl wait "$order" --for issued --timeout 1m >"$work/w4" 2>&1 </dev/null &
passed=$!
sleep 0.5
kill -STOP "$passed" # it looks again only when the order is long delivered
reserve_kill "$reserve"
start
sign_by "$order" ruiz lee
await_end "$first" 0 "$request approved" "$work/w1"
await_end "$second" 0 "$order issued" "$work/w2"
vaultctl order "$order" -o json | tr -d ' \n' | grep -o '"lot":"[^"]*","net_g":[0-9]*' |
	sed 's/"lot":"//; s/","net_g":/ /' >"$work/lines"
while read -r lot net; do
	ok vaultctl --as kim loadout weigh "$order" "$lot" --gross "$((net + 10000))g" --tare 10kg \
		--carrier DHL --vehicle 1-ABC-234 --seals 7711
done <"$work/lines"
ok vaultctl --as kim deliver "$order" --consignee "Nippon Wafers KK" --receiver "K. Sato"
await_end "$third" 3 "ended as fulfilled" "$work/w3"
kill -CONT "$passed"
await_end "$passed" 0 "$order issued" "$work/w4"
expect 3 "$order ended as delivered" vaultctl wait "$order" --for lapsed,rejected --timeout 1m
expect 0 '"reached":true' vaultctl wait "$order" --for loaded -o json
note=$(vaultctl --as haas price draft ga 590USD/kg --basis Ga --because list -o id)
vaultctl wait "$note" --for effective --timeout 1m >"$work/w5" 2>&1 </dev/null &
first=$!
sign_by "$note" ruiz lee
await_end "$first" 0 "$note effective" "$work/w5"
note=$(vaultctl --as haas price draft ga 600USD/kg --basis Ga --because list -o id)
ok vaultctl --as lee reject "$note" --because "last quarter's"
expect 3 "$note ended as rejected" vaultctl wait "$note" --for effective --timeout 1m
expect 0 "$declaration open" vaultctl wait "$declaration" --for open

say "A state that something else follows at once"
expect 0 allocated submit JPN ga 20kg --purpose wafers
request=$(said_id R)
vaultctl wait "$request" --for approved,withdrawn --timeout 1m >"$work/w6" 2>&1 </dev/null &
first=$!
ok vaultctl --as haas request withdraw "$request" --because "bought elsewhere"
await_end "$first" 0 "$request withdrawn" "$work/w6"

say "The same command again: the same answer, of 900 entries as of one"
for ((i = 0; i < 900; i++)); do
	printf '{"code":"m%d","name":"mineral %d"},' "$i" "$i"
done >"$work/minerals"
printf '{"minerals":[%s],"command":"%s","as":"haas"}' "$(sed 's/,$//' "$work/minerals")" "$(new_id)" \
	>"$work/command"
size=$(entries)
expect 0 '"events":["mineral.listed"]' vaultctl call Stock.AddMinerals "$(cat "$work/command")"
first=$(sed 's/,"next":"[^"]*"//' <<<"$said")
same "entries" "$(entries)" $((size + 900))
same "asked again" "$(vaultctl call Stock.AddMinerals "$(cat "$work/command")")" "$first"
reserve_kill "$reserve"
start
same "asked of the next vaultd" "$(vaultctl call Stock.AddMinerals "$(cat "$work/command")")" "$first"
same "entries" "$(entries)" $((size + 900))

say "Receipts: of an award, of a refusal, of any entry"
key=$work/reserve.vkey
vaultctl receipt "$request" >"$work/award.tlog-proof"
expect 0 "This receipt holds" vaultctl receipt verify "$work/award.tlog-proof" --key "$key"
for word in "$request" JPN "20.0 kg" "awarded 20.0 kg" "request.allocated" "$origin"; do
	checks=$((checks + 1))
	grep -qF -- "$word" <<<"$said" || wrong "the receipt does not say $word: $said"
done
expect 3 R03 submit DEU ga 500kg --purpose lasers
refused=$(said_id R)
vaultctl receipt "${refused,,}" >"$work/refusal.tlog-proof"
expect 0 "refused by R" vaultctl receipt verify "$work/refusal.tlog-proof" --key "$(cat "$key")"
expect 0 '"holds":true' vaultctl receipt verify "$work/refusal.tlog-proof" --key "$key" -o json
vaultctl receipt 0 >"$work/founding.tlog-proof"
expect 0 "reserve.founded" vaultctl receipt verify "$work/founding.tlog-proof" --key "$key"
expect 7 "" vaultctl receipt 1000000
expect 7 "no such request" vaultctl receipt R-2026-99999
expect 2 "neither a request nor a ledger index" vaultctl receipt "$order"
expect 2 "--key is missing" vaultctl receipt verify "$work/award.tlog-proof"

say "What was changed proves nothing"
changed() { # TEXT SED
	sed "$2" "$work/award.tlog-proof" >"$work/changed"
	checks=$((checks + 1))
	! cmp -s "$work/changed" "$work/award.tlog-proof" || wrong "nothing was changed by $2"
	expect 1 "$1" vaultctl receipt verify "$work/changed" --key "$key"
}
index=$(sed -n 's/^index //p' "$work/award.tlog-proof")
sed -n 's/^extra //p' "$work/award.tlog-proof" | base64 -d >"$work/entry"
more=$(sed 's/"awarded_g":20000/"awarded_g":90000/' "$work/entry" | base64 -w 0)
changed "does not lead to the root" "s|^extra .*|extra $more|"
changed "says that it is entry $index" "s|^index .*|index $((index + 1))|"
moved=$(sed "s/\"sequence\":$index/\"sequence\":$((index + 1))/" "$work/entry" | base64 -w 0)
changed "does not lead to the root" "s|^extra .*|extra $moved|; s|^index .*|index $((index + 1))|"
hash=$(sed -n '/^index/{n;p}' "$work/award.tlog-proof")
changed "does not lead to the root" "s|^$hash\$|$(head -c 32 /dev/zero | base64)|"
changed "is not good" "/^vault.example/{n;s/.*/9/}"
changed "breaks off" 3q
changed "first line" "1s/v1/v2/"
changed "does not hold the entry" "/^extra/d"
changed "is not base64" "s/^extra ./extra !/"
expect 1 "no key given here" vaultctl receipt verify "$work/award.tlog-proof" --key "$work/orders.vkey"
vaultctl ledger prove "$index" >"$work/bare"
expect 1 "vaultctl receipt" vaultctl receipt verify "$work/bare" --key "$key"
expect 1 "it is empty" vaultctl receipt verify /dev/null --key "$key"

say "Without the reserve"
reserve_stop "$reserve"
expect 0 "awarded 20.0 kg" vaultctl receipt verify "$work/award.tlog-proof" --key "$key"
expect 5 "" vaultctl wait "$request" --for withdrawn
expect 5 "" vaultctl watch
start
audit_is_clean
finish
