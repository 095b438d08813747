#!/bin/bash
# What audits ask for beside the stock itself: inspections, load-out tests, how metal is stored, what is
# required, the file behind each movement, reports that law expects; and the checks that find what is missing.
origin=demo.vault.example/reserve-log
. "$(dirname "$0")/lib.bash"
clock 2026-11-28
new_reserve
found_reserve --demonstration
furnish
echo "a report" >"$work/report.pdf"
echo "a slip" >"$work/slip.pdf"
sum() { sha256sum "$1" | cut -c 1-64; }

say "What a commodity needs and what a site offers; a lot that goes elsewhere warns"
expect 0 "commodity.storage_set" vaultctl --as haas commodity storage ga dry,tempered --because "melts at 30 degrees"
expect 0 "site.storage_set" vaultctl --as kim site storage BAL covered,dry,tempered --because "hall 2"
expect 3 "needs dry, tempered already" vaultctl --as haas commodity storage ga dry,tempered --because again
expect 2 "must be one of" vaultctl --as haas commodity storage ga cosy --because x
expect 4 "no duty" vaultctl --as noor commodity storage ga dry --because x
expect 0 "ga needs dry, tempered, and ROT offers nothing" vaultctl --as kim lot new GA-0001 ga ROT 500kg --supplier acme
expect 0 "tempered" vaultctl site BAL

say "The file behind each movement: its SHA-256 stands in the entry"
expect 0 "lot.weighed" vaultctl --as kim lot weigh GA-0001 --gross 510kg --tare 10kg --evidence "$work/slip.pdf"
index=$(grep -o 'ledger index [0-9]*' <<<"$said" | grep -o '[0-9]*')
expect 0 "\"evidence_sha256\":\"$(sum "$work/slip.pdf")\"" vaultctl ledger entry "$index"
ok vaultctl --as ana lot assay GA-0001 --grade 99.99% --laboratory sgs
ok vaultctl --as ana lot accept GA-0001
expect 0 "lot.moved" vaultctl --as kim lot move GA-0001 BAL --evidence "$work/slip.pdf"
expect 0 "lot.arrived" vaultctl --as kim lot arrive GA-0001
stock_lot GA-0002 100

say "A reason is one of a list of words, beside the sentence"
expect 2 "reason" vaultctl --as kim lot hold GA-0002 --because "seal broken"
expect 2 "must be one of" vaultctl --as kim lot hold GA-0002 --reason mood --because "seal broken"
expect 0 "lot.held" vaultctl --as kim lot hold GA-0002 --reason seal --because "seal broken"
expect 0 "seal" vaultctl lot GA-0002
expect 0 "lot.hold_released" vaultctl --as ana lot unhold GA-0002/1 --because "sealed again"

say "Inspections: who looked, who answers for it, when it is due again"
expect 0 "facility" vaultctl inspection due
expect 0 "inspection.recorded" vaultctl --as noor inspection new ROT --kind facility --by "M. Okafor" \
	--responsible "J. Bakker" --cells "halls 1-4" --at 2026-11-20 --result pass --evidence "$work/report.pdf"
expect 2 "until when the certificate" vaultctl --as noor inspection new ROT --kind scale --by "Metrology" \
	--responsible "J. Bakker" --at 2026-11-20 --result pass
expect 0 "inspection.recorded" vaultctl --as noor inspection new ROT --kind scale --by "Metrology" \
	--responsible "J. Bakker" --at 2026-11-20 --next 2027-06-01 --result pass --evidence "$work/report.pdf"
expect 2 "inspected again within 365 days" vaultctl --as noor inspection new ROT --kind facility --by x \
	--responsible y --at 2026-11-20 --next 2028-11-20 --result pass
expect 2 "cannot be who inspects" vaultctl --as noor inspection new ROT --kind facility --by "J. Bakker" \
	--responsible "J. Bakker" --at 2026-11-20 --result pass
expect 2 "has not come yet" vaultctl --as noor inspection new ROT --kind facility --by x --responsible y \
	--at 2027-11-20 --result pass
expect 2 "say what was found" vaultctl --as noor inspection new ROT --kind facility --by x --responsible y \
	--at 2026-11-20 --result fail
expect 0 "lot.held" vaultctl --as noor inspection new ROT --kind commodity --lot GA-0002 --by "M. Okafor" \
	--responsible "J. Bakker" --at 2026-11-21 --result fail --remarks "drums corroded"
expect 0 "inspection" vaultctl lot GA-0002
expect 0 "halls 1-4" vaultctl inspection I-2026-0001
expect 0 "I-2026-0003" vaultctl inspection --site ROT
expect 0 "BAL" vaultctl inspection due
if vaultctl inspection due ROT -o csv | grep -q facility; then wrong "ROT's facility is due"; fi
expect 0 "I-2026-0002" vaultctl inspection due ROT --kind scale --within-days 200

say "Inspections by a file"
vaultctl inspection import --template >"$work/inspections.csv"
cat >"$work/inspections.csv" <<END
site,kind,by,responsible,inspected_at,next_at,result,remarks,evidence_sha256
BAL,facility,M. Okafor,A. Reyes,2026-11-22,,pass,,$(sum "$work/report.pdf")
BAL,scale,Metrology,A. Reyes,2026-11-22,,fail,5 kg short at 500 kg,
END
expect 0 "would import 2" vaultctl --as noor inspection import "$work/inspections.csv" --dry-run
expect 0 "2" vaultctl --as noor inspection import "$work/inspections.csv"
expect 0 "5 kg short" vaultctl inspection I-2026-0005
expect 0 "I-2026-0005" vaultctl inspection due BAL

say "Load-out: what is declared and what was proven"
expect 0 "site.set" vaultctl --as kim site set ROT open --daily-loadout 60t --because "as built"
expect 0 "declares 60,000 kg a day, and this proves 42,000 kg" vaultctl --as kim site test ROT --mass 42t \
	--on 2026-11-20 --hours 10 --by "J. Bakker" --evidence "$work/report.pdf"
expect 0 "E-2026-0001" vaultctl site tests ROT
expect 0 "42.0 t" vaultctl site ROT
expect 3 "is open already" vaultctl --as kim site set ROT open --because x

say "Requirements: two sign, a raise waits, and no commodity is left out"
ok vaultctl --quiet --as haas mineral new ge germanium --symbol Ge
expect 0 "no-requirement" vaultctl requirement
expect 0 "ge" vaultctl requirement --state no-requirement
expect 0 "requirement.proposed" vaultctl --as haas requirement set ga --days 60 --authority "Art. 4" --because board
note=$(said_id N)
expect 0 "This sets what the reserve is required to hold" vaultctl --as ruiz sign "$note" --yes
sign_by "$note" lee
for ((tries = 100; tries > 0; tries--)); do
	if vaultctl requirement ga -o csv | grep -q short; then break; fi
	sleep 0.1
done
expect 0 "short" vaultctl requirement ga
expect 0 "none" vaultctl requirement ga
expect 3 R21 vaultctl --as haas requirement set ga --mass 800kg --from 2026-11-30 --authority "Art. 4" --because x
expect 0 "ga/1" vaultctl commodity ga
expect 2 "not both" vaultctl --as haas requirement set ga --mass 1t --days 3 --authority x --because x

vaultctl requirement import --template >"$work/requirements.csv"
cat >"$work/requirements.csv" <<END
commodity,mass_kg,days,consumption_kg_per_day,authority,assumptions_sha256
ge,60000,,,Art. 4,$(sum "$work/report.pdf")
END
expect 2 "no such commodity: ge" vaultctl --as haas requirement import "$work/requirements.csv" --because board
ok vaultctl --quiet --as haas commodity new ge ge --stage refining --form metal --basis Ge
expect 0 "would import 1" vaultctl --as haas requirement import "$work/requirements.csv" --because board --dry-run
sign_by "$(vaultctl --as haas requirement import "$work/requirements.csv" --because board -o id)" ruiz lee
for ((tries = 100; tries > 0; tries--)); do
	if vaultctl requirement ge -o csv | grep -q unstocked; then break; fi
	sleep 0.1
done
expect 0 "unstocked" vaultctl requirement ge
expect 0 "skipped 1" vaultctl --as haas requirement import "$work/requirements.csv" --because board

say "Reports that law expects"
expect 0 "quarterly" vaultctl report due
expect 2 "is none of annual, quarterly, requirements, shortfall" vaultctl report due --kind yearly
expect 2 "is none of commodity, facility, scale, other" vaultctl inspection due --kind stock
expect 2 "has not begun" vaultctl --as haas report filed annual 2029 --report "$work/report.pdf"
expect 2 "write 2027Q1" vaultctl --as haas report filed quarterly 2027 --report "$work/report.pdf"
clock 2027-06-15
sleep 1.5
expect 0 "overdue" vaultctl report due --state overdue
expect 0 "report.filed" vaultctl --as haas report filed quarterly 2027Q2 --report "$work/report.pdf"
expect 3 "filed already" vaultctl --as haas report filed quarterly 2027Q2 --report "$work/report.pdf"
expect 0 "late" vaultctl report due
expect 0 "quarterly/2027Q2" vaultctl report filings

say "What nobody did is found, by name, with what to do"
only() { vaultctl --as noor audit run --only "$@"; }
expect 2 "the scale of ROT was to be inspected again by 2027-06-01, 14 days ago" only inspection-overdue
expect 2 "lot GA-0002 at ROT failed its inspection I-2026-0003 on 2026-11-21" only inspection-overdue
expect 2 "the scale of BAL failed its inspection I-2026-0005" only inspection-overdue
expect 1 "declares 60,000 kg a day, and its test of 2026-11-20 proved 42,000 kg" only loadout-unproven
expect 1 "BAL declares no daily load-out" only loadout-unproven
expect 1 "ga needs dry, tempered, and ROT offers nothing: no dry, tempered; 1 lot of 100 kg" only storage-class
expect 2 "below its requirement ga/1 for 199 days" only below-requirement
expect 1 "1 of 2 weighings at ROT have no file that shows them; the last is of GA-0002" only evidence-missing
expect 1 "1 of 1 arrivals at BAL" only evidence-missing
expect 1 "requirements/2027 was to be filed by 2027-01-15" only report-overdue
expect 2 "ge: 60,000 kg are required (ge/1, by Art. 4), and nothing of it is held" only requirement-unstocked
expect 0 "" only criteria-missing,scale-failed

say "What is found later is attached, and what is mended is found no more"
only evidence-missing >"$work/found" 2>&1 || true
index=$(grep "weighings at ROT" "$work/found" | grep -o 'entry [0-9]*' | grep -o '[0-9]*' | head -n 1)
expect 0 "evidence.attached" vaultctl --as kim evidence attach "$index" --evidence "$work/slip.pdf" \
	--because "in the binder"
expect 7 "no such entry: 99999" vaultctl --as kim evidence attach 99999 --evidence "$work/slip.pdf" --because x
only evidence-missing >"$work/found" 2>&1 || true
if grep -q "weighings at ROT" "$work/found"; then wrong "a weighing still has no file"; fi
ok vaultctl --as kim site storage ROT dry,tempered --because "hall 4"
expect 0 "" only storage-class
ok vaultctl --as kim site set ROT open --daily-loadout 42t --because "what was proven"
only loadout-unproven >"$work/found" 2>&1 || true
if grep -q ROT "$work/found"; then wrong "ROT still declares more than it proved"; fi

say "A restart keeps all of it, and an audit agrees"
reserve_end "$reserve"
start
expect 0 "I-2026-0002" vaultctl inspection due
expect 0 "ga/1" vaultctl requirement ga
expect 0 "" only ledger,replay
vaultctl --quiet ledger export "$work/export" >/dev/null
expect 1 "1 of 1 arrivals at BAL" vaultctl audit run --ledger "$work/export" --only evidence-missing
finish
