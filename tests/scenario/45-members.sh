#!/bin/bash
# Members step by step, the Union beside its states, the annual plan, titles and pledges: who signs, what is
# refused and by which name, what a restart keeps, and that an audit of the export agrees.
origin=demo.vault.example/reserve-log
. "$(dirname "$0")/lib.bash"
clock 2026-11-28
new_reserve
found_reserve --demonstration
furnish
stock_lot GA-0001 600
prepare() { vaultctl --as haas "$@" -o id; } # says the note

say "A step waits for two, and for its day"
expect 0 "member.proposed" vaultctl --as haas member set BRA signatory --since 2027-01-10 \
	--authority "Art. 12" --because "signed at Lima"
note=$(said_id N)
expect 0 proposed vaultctl member steps BRA
expect 0 "standing of members" vaultctl --as ruiz sign "$note" --yes
expect 3 R14 vaultctl --as ruiz sign "$note" --yes
sign_by "$note" lee
expect 0 scheduled vaultctl member BRA
expect 0 "Art. 12" vaultctl member BRA
expect 0 delegation vaultctl member BRA -o csv
clock 2027-01-10
clock 2027-01-11
for ((tries = 100; tries > 0; tries--)); do
	if vaultctl member BRA -o json | grep -q '"status": *"signatory"'; then break; fi
	sleep 0.1
done
expect 0 "signatory" vaultctl member BRA

say "Steps out of order and illegal ones are refused by name"
refused() { # TEXT OPTION…
	local text=$1
	shift
	expect "$status" "$text" vaultctl --as haas member set "$@" --because x
}
status=3
refused "signatory and cannot become suspended; from there it becomes in-force or withdrawn" BRA suspended
refused "is in-force already" JPN in-force
refused "steps go forward" JPN suspended --since 2020-01-01
status=2
refused "needs a name with its first step" ECU delegation
expect 2 "must be one of" vaultctl --as haas member set JPN joined --because x
expect 4 "no duty" vaultctl --as kim member set JPN suspended --because x
before=$(entries)
expect 0 "would record" vaultctl --as haas member set JPN suspended --because x --dry-run
same "entries after a dry run" "$(entries)" "$before"

say "One note for a whole list, the Union beside its states; it is checked whole"
cat >"$work/union.csv" <<END
code,name,kind,status,since,part_of,authority
BEL,Belgium,state,delegation,2026-02-04,EUE,
EUE,European Union,organisation,in-force,2026-06-01,,Art. 12
DEU,,,in-force,,EUE,
END
expect 0 "would import 3" vaultctl --as haas member import "$work/union.csv" --because accession --dry-run
sed 's/BEL,Belgium,state,delegation/BEL,Belgium,state,guest/' "$work/union.csv" >"$work/bad.csv"
expect 2 "line 2" vaultctl --as haas member import "$work/bad.csv" --because accession
sign_by "$(prepare member import "$work/union.csv" --because accession)" ruiz lee
expect 0 "European Union" vaultctl member EUE
expect 0 "DEU" vaultctl member EUE
cat >"$work/bases.csv" <<END
code,kind,commodity,member,mass_kg,days
base-eue,consumption-base,ga,EUE,900,30
base-deu,consumption-base,ga,DEU,200,30
END
sign_by "$(prepare rule import "$work/bases.csv" --because "statistics of 2025")" ruiz lee
expect 0 "700.0 kg" vaultctl member EUE
expect 0 "base-deu" vaultctl member DEU

say "Who speaks for it"
make_key sato
note=$(vaultctl --as haas person enrol sato --name "Kenji Sato" --duties delegate --member BRA \
	--key "$work/people/vault/sato.pem.vkey" --because "note of the embassy" -o id)
sign_by "$note" ruiz lee
expect 0 "Kenji Sato" vaultctl member BRA

say "The annual plan: first when signed, a raise waits 45 days"
printf 'fiscal_year,commodity,action,max_kg,used_kg\n2027,ga,acquire,1000,600\n2027,ga,release,250,\n' \
	>"$work/plan.csv"
expect 0 "would import 2" vaultctl --as haas annual import "$work/plan.csv" --because board --dry-run
sign_by "$(prepare annual import "$work/plan.csv" --because board)" ruiz lee
expect 0 "400.0 kg" vaultctl annual ga
expect 3 "[R06]" vaultctl --as kim lot new GA-0002 ga ROT 401kg
printf 'code,commodity,site,expected_kg\nGA-0004,ga,ROT,300\nGA-0005,ga,ROT,300\n' >"$work/lots.csv"
expect 3 "R06" vaultctl --as kim lot import "$work/lots.csv"
expect 7 "GA-0004" vaultctl lot GA-0004
expect 0 "lot.announced" vaultctl --as kim lot new GA-0002 ga ROT 300kg
expect 3 "[R06]" vaultctl --as kim lot new GA-0003 ga ROT 101kg
expect 0 "lot.rejected" vaultctl --as ana lot reject GA-0002 --reason not-delivered --because "never came"
expect 0 "400.0 kg" vaultctl annual --action acquire
expect 3 "[R21]" vaultctl --as haas annual set 2027 ga acquire 2t --from 2027-01-20 --because more
sign_by "$(prepare annual set 2027 ga acquire 2t --because more)" ruiz lee
expect 0 scheduled vaultctl annual ga
expect 2 "is over" vaultctl --as haas annual set 2026 ga acquire 1t --because late
expect 3 "[R21]" vaultctl --as haas annual set 2027 ga acquire 1900kg --from 2027-01-20 --because "less than 2 t"
note=$(prepare annual set 2027 ga acquire 900kg --because "less at once")
sign_by "$note" ruiz lee
expect 0 "900.0 kg" vaultctl annual ga
sign_by "$(prepare annual set 2027 ga acquire 2t --because more)" ruiz lee
clock 2027-03-01
for ((tries = 100; tries > 0; tries--)); do
	if vaultctl annual ga | grep -q "2,000.0 kg.*in-force"; then break; fi
	sleep 0.1
done
expect 0 in-force vaultctl annual --action acquire
expect 0 "2,000.0 kg" vaultctl annual --action acquire
same "commits that the database refused" "$(grep -c commit-refused "$reserve/vaultd.log" || true)" 0

say "What is over plan is not released; why shows the rule"
declare_gallium 500kg
expect 3 "[R06]" vaultctl --as kim request submit JPN ga 260kg --need-by 2027-03-20 --tier B --purpose wafers
refusal=$(said_id R)
expect 0 "the annual plan" vaultctl why "$refusal"
expect 0 allocated vaultctl --as kim request submit JPN ga 100kg --need-by 2027-03-20 --tier B --purpose wafers
japan=$(said_id R)
expect 0 "150.0 kg" vaultctl annual --action release

say "Titles and pledges"
expect 0 "lot.titled" vaultctl --as haas lot title GA-0001 acme
title=$(vaultctl title GA-0001 -o id)
expect 3 "held by acme" vaultctl --as haas lot title GA-0001 exim
expect 7 "is not the number" vaultctl --as haas lot title GA-0001 exim --replaces 0000-0000-0000-0000
expect 0 "lot.titled" vaultctl --as haas lot title GA-0001 exim --replaces "$title"
printf 'EXIM lends 12 million dollars against lot GA-0001.\n' >"$work/exim.note"
pledge() { vaultctl --as haas lot pledge "$1" --to "$2" --note "$work/exim.note" --because "loan 12"; }
expect 3 "R19" pledge GA-0001 EXIM # part of it is awarded
ok vaultctl --as kim request withdraw "$japan" --because "bought elsewhere"
expect 0 "pledge.proposed" pledge GA-0001 EXIM
note=$(said_id N)
expect 3 "waits for signatures" pledge GA-0001 BANK
sign_by "$note" ruiz lee
expect 0 "L-2027-0001" vaultctl lot GA-0001
same "available while pledged" "$(available ga)" 0
expect 3 "pledged to EXIM already" pledge GA-0001 BANK
expect 3 "R11" vaultctl --as kim request submit JPN ga 1kg --need-by 2027-03-20 --tier B --purpose wafers
expect 0 "pledged" vaultctl status

say "A restart keeps it all, and so do the tables"
reserve_kill "$reserve"
start
same "available after a crash" "$(available ga)" 0
expect 0 "L-2027-0001" vaultctl pledge
expect 0 "700.0 kg" vaultctl member EUE
expect 0 "250.0 kg" vaultctl annual --action release
audit_is_clean
sign_by "$(prepare lot unpledge GA-0001 --because repaid)" ruiz lee
same "available afterwards" "$(available ga)" 599940

say "An export tells the same, and a standing changed behind vaultd's back is found"
ok vaultctl ledger export "$work/export"
expect 0 "" vaultctl audit run $sound --ledger "$work/export" --key "$work/reserve.vkey"
behind_its_back "update member set status = 'in-force' where code = 'BRA'"
expect 2 "BRA" vaultctl --as noor audit run
finish
