#!/bin/bash
# A declaration in full: what it promises before it opens, more days, the monthly account, its end by
# itself; and what if: a stream of requests tried on a copy, from CSV and from what was recorded.
origin=demo.vault.example/reserve-log
. "$(dirname "$0")/lib.bash"
clock 2027-01-20
new_reserve
found_reserve --demonstration
furnish
stock_lot GA-0001 600
stock_lot GA-0002 400 99.999%

declare_it() { vaultctl --as haas declare "$@" --findings "export ban" --authority "council 11"; }
whatif() { vaultctl whatif "$@"; }

say "What does not fit together is refused, and says what would"
expect 2 "needs a cap in mass" declare_it limited ga --days 30
expect 2 "at most 60 days" declare_it limited ga --caps ga=400kg --days 61
expect 2 "is for rounds" declare_it limited ga --caps ga=400kg --days 30 --tiers
expect 2 "tier A stands twice" declare_it full ga --days 30 --clocks A=24h,A=8d
expect 2 "is not TIER=HOURS/DAYS" declare_it full ga --days 30 --clocks A=24
expect 2 "belongs to the policy supply-right" declare_it full ga --days 30 --restraint 7%

say "What officers sign says everything"
expect 0 D-2027-0001 declare_it limited ga --caps ga=400kg --days 30 --clocks A=24h/8d,B=14d
expect 0 "clock A decide 24 h deliver 8 d" vaultctl document D-2027-0001
expect 0 "clock B decide 336 h" vaultctl document D-2027-0001
expect 0 "must-stay operating floor" vaultctl document D-2027-0001
sign_by D-2027-0001 ruiz lee
await declaration D-2027-0001 open
expect 3 "ga is covered by D-2027-0001" declare_it full ga --days 5
expect 3 "decides each request at once and has no rounds" vaultctl allocation compare D-2027-0001

say "What if: nothing of it is recorded"
cat >"$work/surge.csv" <<-END
	at,member,commodity,mass,tier,need_by,partial
	0,JPN,ga,150kg,C,,no
	1,DEU,ga,0.2t,C,,
	2.5,BRA,ga,1kg,C,,
	3,JPN,ga,100kg,B,2027-02-10,yes
END
before=$(entries)
expect 0 "4 requests for 451.0 kg: 2 would get all that they ask, 1 a part, 1 nothing; 400.0 kg" \
	whatif "$work/surge.csv"
expect 0 "the cap of the declaration (R03)" whatif "$work/surge.csv"
expect 0 "the member is not in force (R07)" whatif "$work/surge.csv"
expect 0 "not by these" whatif "$work/surge.csv" --fail-if floor
expect 0 '"floor_reached":false' whatif "$work/surge.csv" -o json
same "entries of the ledger" "$(entries)" "$before"
expect 0 "999.936 kg" vaultctl commodity ga

say "A file that is wrong is shown with line and column, and nothing is run"
expect 0 "at,member,commodity,mass,min_grade" whatif --template
vaultctl whatif --template >"$work/template.csv"
expect 0 "2 requests" whatif "$work/template.csv"
sed 's/0.2t/200/' "$work/surge.csv" >"$work/bad.csv"
expect 2 "bad.csv line 3, column mass: \"200\" has no unit" whatif "$work/bad.csv"
expect 2 "Nothing was run" whatif "$work/bad.csv"
sed 's/^1,/tomorrow,/' "$work/surge.csv" >"$work/bad.csv"
expect 2 "bad.csv line 3, column at: \"tomorrow\" is neither a time" whatif "$work/bad.csv"
sed 's/DEU/XXX/' "$work/surge.csv" >"$work/bad.csv"
expect 2 "bad.csv line 3, column member: no such member: XXX" whatif "$work/bad.csv"
sed 's/,yes/,ja/' "$work/surge.csv" >"$work/bad.csv"
expect 2 "line 5, column partial: \"ja\" is neither yes nor no" whatif "$work/bad.csv"
printf 'at,member,commodity,mass\n' >"$work/bad.csv"
expect 2 "no request stands in" whatif "$work/bad.csv"
: >"$work/bad.csv"
expect 2 "no request stands in" whatif "$work/bad.csv"
expect 2 "--fail-if takes floor" whatif "$work/surge.csv" --fail-if price
seq 100000 | sed 's/.*/JPN,ga,5/; 1i member,commodity,mass_g' >"$work/bad.csv"
expect 2 "head -n" whatif "$work/bad.csv"

say "More days: by two officers, within the law's sixty, and the policy stays"
extend() { vaultctl --as haas declaration extend D-2027-0001 --because "the ban goes on" "$@"; }
expect 2 "has 30 and can have 30 more" extend --days 31
expect 3 "fixed before the window opened" extend --days 5 --policy proportional
expect 0 N-2027 extend --days 20
note=$(said_id N)
expect 3 "waits for signatures already" extend --days 1
expect 0 "policy-stays at-once" vaultctl document "$note"
sign_by "$note" ruiz lee
expect 0 "D-2027-0001/1" vaultctl declaration extensions D-2027-0001
expect 0 "11 Mar 2027" vaultctl declaration D-2027-0001

say "The monthly account, in order, also after a long stop"
ok vaultctl --as kim request submit JPN ga 100kg
ok vaultctl --as kim request submit DEU ga 50kg
expect 0 "has given no account yet" vaultctl declaration account D-2027-0001
clock 2027-02-01
sleep 2
expect 0 "D-2027-0001/2027-01" vaultctl declaration account D-2027
expect 0 "150.0 kg" vaultctl declaration account D-2027-0001
ok vaultctl --as haas request withdraw R-2027-0002 --because "bought elsewhere"
clock 2027-03-20
await declaration D-2027-0001 ended
expect 0 "-50.0 kg" vaultctl declaration account D-2027-0001
expect 0 "11 Mar 2027" vaultctl declaration account D-2027-0001
same accounts "$(vaultctl declaration account D-2027-0001 -o id | wc -l)" 3
expect 3 "D-2027-0001 ended at" extend --days 1

say "What if in rounds: a recorded stream is run again, as if it began now"
expect 0 D-2027-0002 declare_it full ga --days 30 --policy equal-awards
sign_by D-2027-0002 ruiz lee
await declaration D-2027-0002 open
{
	for member in JPN DEU; do
		printf '{"at":"2027-01-20T10:00:00Z","member":"%s","commodity":"ga","mass_g":600000}\n' "$member"
	done
	printf '{"index":7,"entry":{"at":"2027-01-21T00:00:00Z","kind":"lot.held","body":{"lot":"x"}}}\n'
	printf '{"index":8,"entry":"%s"}\n' '{\"at\":\"2027-01-21T00:00:00Z\",\"kind\":\"request.refused\",\"body\":{\"member\":\"JPN\",\"commodity\":\"ga\",\"mass_g\":1000}}'
} >"$work/recorded.json"
expect 3 "the share of a round" whatif "$work/recorded.json" --fail-if floor
expect 3 "today, 20 Mar 2027, by line" whatif "$work/recorded.json" --fail-if floor
expect 0 '"requests":3' whatif "$work/recorded.json" -o json
timeout -s INT 3 vaultctl watch --from 0 -o json >"$work/ledger.json" 2>/dev/null || true
expect 0 "2 requests for 150.0 kg: 2 would get all" whatif "$work/ledger.json"
printf '{"member":"JPN"}\n{"member":\n' >"$work/bad.json"
expect 2 "bad.json line 2" whatif "$work/bad.json"
printf '{"member":"JPN","commodity":"ga"}\n' >"$work/bad.json"
expect 2 "mass_g" whatif "$work/bad.json"
vaultctl request -o json >"$work/rows.json" # as it prints them
expect 0 "1 request for 100.0 kg" whatif "$work/rows.json"
same "requests that are open" "$(vaultctl request -o id | wc -l)" 1

audit_is_clean
finish
