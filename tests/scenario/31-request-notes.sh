#!/bin/bash
# A member's delegate asks by notes signed on a machine of their own; sealed units are never split, and what
# they leave over is owed; why a request was decided so is said by vaultd, and years later by the ledger.
. "$(dirname "$0")/lib.bash"
new_reserve
found_reserve
furnish
stock_lot GA-0001 400
seal() { # CODE NET_KG UNITS GRADE
	ok vaultctl --as kim lot new "$1" ga ROT "$2kg" --class sealed --units "$3" --supplier acme
	ok vaultctl --as kim lot weigh "$1" --gross "$(($2 + 10))kg" --tare 10kg
	ok vaultctl --as ana lot assay "$1" --grade "$4" --laboratory sgs
	ok vaultctl --as ana lot accept "$1"
}
seal GA-S 100 4 100%
declare_gallium 150kg
by=$(in_days 40)

say "Without a delegate an officer records what a member asks"
expect 0 allocated vaultctl --as haas request submit JPN ga 1kg --need-by "$by" --tier B

say "A delegate is enrolled: from then on JPN asks by notes alone"
make_key sato
make_key eva
for person in sato:JPN eva:DEU; do
	code=${person%:*}
	ok vaultctl --as haas person enrol "$code" --name "$code" --duties delegate \
		--member "${person#*:}" --key "$work/people/vault/$code.pem.vkey" --because accredited
	sign_by "$(said_id N)" ruiz lee
done
expect 4 "request submit --note" vaultctl --as haas request submit JPN ga 1kg --need-by "$by" --tier B

say "Written and signed without any daemon"
write() { # ARGUMENT…
	VAULT_SOCKET=/nowhere vaultctl --quiet request write "$@"
}
sato=$work/people/vault/sato.pem
write JPN ga 20kg --need-by "$by" --tier B --purpose wafers --consignee "Nippon Wafers KK" \
	--key "$sato" >"$work/r.note"
expect 0 "command " cat "$work/r.note"
expect 0 "vault.example/reserve-log/sato" cat "$work/r.note"
expect 2 "for which reserve" write JPN ga 20kg
expect 2 "one word" write JPN ga 20kg --purpose "two words" --reserve "$origin"
expect 2 "is no key of the reserve" write JPN ga 20kg --reserve other.example/log --key "$sato"
write JPN ga 2kg --reserve "$origin" >"$work/by-hand.note"
expect 0 "request submit --note" vaultctl --as sato sign --offline "$work/by-hand.note" --yes

say "Brought by anybody, through a pipe; brought twice, answered once"
bring() { vaultctl "$@" request submit --note - <"$note"; }
piped() { # STATUS TEXT NOTE [OPTION…]
	local status=$1 text=$2
	note=$3
	shift 3
	checks=$((checks + 1))
	local got=0
	said=$(bring "$@" 2>&1) || got=$?
	if [ "$got" = "$status" ] && grep -qF -- "$text" <<<"$said"; then
		printf 'ok      brought %s %s: %s\n' "${note##*/}" "$*" "$text"
	else
		wrong "status $got, not $status, or no word of \"$text\": $said"
	fi
}
piped 0 request.allocated "$work/r.note" --as noor --dry-run
piped 0 request.allocated "$work/r.note" --as noor
first=$said
request=$(said_id R)
size=$(entries)
piped 0 request.allocated "$work/r.note" --as noor
same "the answer again" "$said" "$first"
same "entries" "$(entries)" "$size"
piped 2 "used with other parameters or by another actor" "$work/r.note" --as kim
piped 0 request.allocated "$work/by-hand.note" --as noor

say "What is no request of JPN's delegate"
sed 's/^mass-g 20000$/mass-g 20001/' "$work/r.note" >"$work/forged.note"
piped 4 "does not verify" "$work/forged.note" --as noor
id=$(sed -n 's/^command //p' "$work/r.note")
write JPN ga 21kg --need-by "$by" --tier B --key "$sato" --id "$id" >"$work/again.note"
piped 2 "used with other parameters" "$work/again.note" --as noor
write DEU ga 1kg --need-by "$by" --tier B --key "$sato" >"$work/other.note"
piped 4 "speaks for JPN and not for DEU" "$work/other.note" --as noor
write JPN ga 1kg --need-by "$by" --tier B --key "$work/people/vault/haas.pem" >"$work/officer.note"
piped 4 "no delegate" "$work/officer.note" --as noor
make_key nemo
write JPN ga 1kg --need-by "$by" --tier B --key "$work/people/vault/nemo.pem" >"$work/nemo.note"
piped 4 "not in force" "$work/nemo.note" --as noor
write JPN ga 1kg --need-by "$by" --tier B --key "$sato" --id "$(new_id -31)" >"$work/old.note"
piped 2 "older than 30 days" "$work/old.note" --as noor
sed 's/^purpose.*/purpose wafers\ncolour blue/' "$work/r.note" >"$work/more.note"
piped 2 'no line "colour"' "$work/more.note" --as noor
same "entries" "$(entries)" "$((size + 1))"

say "A refusal ends in a command that would succeed"
write JPN ga 9007199254kg --need-by "$by" --tier B --purpose wafers --key "$sato" >"$work/large.note"
piped 3 "vaultctl request write JPN ga 127kg --need-by" "$work/large.note" --as noor
refused=$(said_id R)

say "Sealed units: what is smaller is refused, and the smallest is told"
expect 4 "request submit --note" vaultctl --as haas request submit DEU ga 10kg
write DEU ga 10kg --grade 99.999% --key "$work/people/vault/eva.pem" >"$work/small.note"
piped 3 "less than the smallest sealed unit" "$work/small.note" --as noor
small=$(said_id R)
piped_units=$said
for word in "[R10]" "the smallest holds 25 kg" "vaultctl request write DEU ga 25kg"; do
	checks=$((checks + 1))
	grep -qF -- "$word" <<<"$piped_units" || wrong "the refusal does not say $word: $piped_units"
done
write DEU ga 30kg --grade 99.999% --key "$work/people/vault/eva.pem" >"$work/owed.note"
piped 0 "DEU is owed 5.0 kg" "$work/owed.note" --as noor
owed=$(said_id R)
expect 0 "\"picked_g\":25000" vaultctl request "$owed" -o json
expect 0 DEU/ga vaultctl call Emergency.ListCredits '{}'
write DEU ga 20kg --grade 99.999% --key "$work/people/vault/eva.pem" >"$work/next.note"
piped 0 "DEU is owed 0.0 kg" "$work/next.note" --as noor

say "Why, now"
expect 0 "signed by sato" vaultctl why "$request"
expect 0 "binds" vaultctl why "$refused"
expect 0 "most that could be had now" vaultctl why "$refused"
expect 0 "the smallest sealed unit that is held has 25.00 kg" vaultctl why "$small"
expect 0 "drawn in whole units 25.00 kg; DEU is owed 5.00 kg from then on" vaultctl why "$owed"
expect 7 "" vaultctl why R-2026-9999

say "Why, from the ledger alone, the same"
ok vaultctl --as noor ledger export "$work/export"
for id in "$request" "$refused" "$small" "$owed"; do
	same "why $id" "$(VAULT_SOCKET=/nowhere vaultctl why "$id" -o json --ledger "$work/export" \
		--key "$work/reserve.vkey")" "$(vaultctl why "$id" -o json)"
done
expect 7 "decides R-2026-9999" vaultctl why R-2026-9999 --ledger "$work/export"
ok vaultctl ledger verify "$work/export" --key "$work/reserve.vkey"

say "Started again, all is as it was"
before=$(vaultctl request "$owed" -o json)
reserve_stop "$reserve"
start
same "request" "$(vaultctl request "$owed" -o json)" "$before"
piped 0 request.allocated "$work/r.note" --as noor
same "the answer again" "$said" "$first"
expect 4 "request submit --note" vaultctl --as haas request submit JPN ga 1kg
audit_is_clean

say "A delegate who is revoked speaks for nobody"
ok vaultctl --as haas person revoke sato --because recalled
sign_by "$(said_id N)" ruiz lee
write JPN ga 1kg --need-by "$by" --tier B --key "$sato" >"$work/late.note"
piped 4 "not in force" "$work/late.note" --as noor
expect 0 allocated vaultctl --as haas request submit JPN ga 1kg --need-by "$by" --tier B
audit_is_clean

say "A note changed in the ledger behind vaultd's back"
behind_its_back "alter table ledger disable trigger all;
	update ledger set entry = replace(entry, 'mass-g 20000', 'mass-g 20001') where entry like
		'%mass-g 20000%'" >/dev/null
expect 2 "does not fit the note of" vaultctl --as noor audit run --only ledger
finish
