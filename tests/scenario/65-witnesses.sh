#!/bin/bash
# Two member states witness the reserve: each with its own key, on a machine of its own, with what it
# remembers in a file. Then somebody who holds the log key writes history anew: everybody notices.
. "$(dirname "$0")/lib.bash"

# Japan witnesses from the founding on; Korea is enrolled later, by a note of two officers.
witness_key() { # CODE
	vaultctl --quiet key generate "$1" --witness --origin "$origin" --no-passphrase \
		--out "$work/$1.pem" >/dev/null
}
cosign() { # CODE [OPTION…]
	local code=$1
	shift
	vaultctl ledger cosign --key "$work/$code.pem" --state "$work/$code.state" "$@"
}
status_line() { vaultctl status | grep -A 1 "^Evidence"; }

witness_key jpn
witness_key kor
new_reserve

say "A witness of the founding note, and one enrolled by two officers"
expect 2 "for cosignatures, of type 0x04" found_reserve --witness "jpn:JPN:$work/people/vault/kim.pem.vkey:Japan"
rm -rf "$work/people"
found_reserve --witness "jpn:JPN:$work/jpn.pem.vkey:Japan"
furnish
expect 0 "witness" vaultctl person jpn
expect 2 "has no other duty" vaultctl --as haas person enrol kor --name Korea --duties witness,officer \
	--member JPN --key "$work/kor.pem.vkey" --because "first ministerial"
expect 2 "of type 0x04" vaultctl --as haas person enrol kor --name Korea --duties witness --member JPN \
	--key "$work/people/vault/kim.pem.vkey" --because "first ministerial"
expect 2 "signs no notes" vaultctl --as haas person enrol kor --name Korea --duties officer \
	--key "$work/kor.pem.vkey" --because "first ministerial"
admit_members KOR,Korea,in-force
ok vaultctl --as haas person enrol kor --name Korea --duties witness --member KOR \
	--key "$work/kor.pem.vkey" --because "first ministerial"
note=$(said_id N)
expect 4 "" cosign kor --log "$work/reserve.vkey" # not before officers have signed
sign_by "$note" ruiz lee

say "Japan cosigns: at its first use it says what it pins"
expect 0 "First use" cosign jpn --log "$work/reserve.vkey"
expect 0 "the same as before" cosign jpn
stock_lot GA-0001 100
expect 0 "cosigned: " cosign kor --log "$work/reserve.vkey"
same "both under one checkpoint" "$(vaultctl ledger checkpoint --quorum 2 | grep -c ^—)" 3
expect 0 "2 witnesses" status_line

say "An export that two witnesses cosigned, and a receipt"
ok vaultctl ledger export "$work/export" --quorum 2
policy=(--key "$work/reserve.vkey" --witness "$work/jpn.pem.vkey" --witness "$work/kor.pem.vkey")
expect 0 "2 of 2 cosigned" vaultctl ledger verify "$work/export" "${policy[@]}" --quorum 2
{
	echo "log $(cat "$work/reserve.vkey")"
	echo "witness Japan $(cat "$work/jpn.pem.vkey")"
	echo "witness Korea $(cat "$work/kor.pem.vkey")"
	echo "group members all Japan Korea"
	echo "quorum members"
} >"$work/policy"
expect 0 "2 of 2 cosigned" vaultctl ledger verify "$work/export" --policy "$work/policy"
vaultctl receipt 5 --quorum 2 >"$work/receipt"
expect 0 "2 of 2 cosigned" vaultctl receipt verify "$work/receipt" --policy "$work/policy"
vaultctl ledger export "$work/newest" >/dev/null
expect 1 "missing: " vaultctl ledger verify "$work/newest" "${policy[@]}" --quorum 1
vaultctl receipt 5 >"$work/receipt"
expect 1 "too few witnesses" vaultctl receipt verify "$work/receipt" --policy "$work/policy"

say "From an export, on a machine that reaches no vaultd"
expect 0 "cosigned: " cosign jpn "$work/newest"
expect 0 "1 of 2 cosigned" vaultctl ledger verify "$work/newest" "${policy[@]}" --quorum 1
expect 1 "missing: $origin/kor" vaultctl ledger verify "$work/newest" "${policy[@]}" --quorum 2
expect 0 "cosigned by jpn" vaultctl ledger bring "$work/newest/checkpoint"

say "Consistency, for whoever keeps old checkpoints"
cp "$work/export/checkpoint" "$work/old.checkpoint"
vaultctl ledger consistency "$work/old.checkpoint" --key "$work/reserve.vkey" >"$work/proof"
expect 0 "This proof holds" vaultctl ledger consistency --verify "$work/proof" \
	--old "$work/old.checkpoint" --key "$work/reserve.vkey"
ok vaultctl ledger consistency "$work/old.checkpoint" --ledger "$work/newest"
expect 1 "about a ledger of" vaultctl ledger consistency --verify "$work/proof" \
	--old "$work/newest/checkpoint" --key "$work/reserve.vkey"
finish
