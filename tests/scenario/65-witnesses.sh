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
checkpoint_size() { vaultctl ledger checkpoint -o json | json_value size; }
status_line() { vaultctl status | grep "^Evidence"; }

witness_key jpn
witness_key kor
vaultctl --quiet key generate kor --origin "$origin" --no-passphrase --out "$work/signer.pem" >/dev/null
new_reserve

say "A witness of the founding note, and one enrolled by two officers"
expect 2 "one for cosignatures, of type 0x04" vaultctl found write --origin "$origin" \
	--witness "kor:KOR:$work/signer.pem.vkey:Korea"
found_reserve --witness "jpn:JPN:$work/jpn.pem.vkey:Japan"
furnish
expect 0 "witness" vaultctl person jpn
ok vaultctl ledger checkpoint
expect 0 "1 witness, none has cosigned" status_line
expect 2 "has no other duty" vaultctl --as haas person enrol kor --name Korea --duties witness,officer \
	--member JPN --key "$work/kor.pem.vkey" --because "first ministerial"
expect 2 "of type 0x04" vaultctl --as haas person enrol kor --name Korea --duties witness --member JPN \
	--key "$work/signer.pem.vkey" --because "first ministerial"
expect 2 "signs no notes" vaultctl --as haas person enrol kor --name Korea --duties officer \
	--key "$work/kor.pem.vkey" --because "first ministerial"
admit_members KOR,Korea,in-force
ok vaultctl --as haas person enrol kor --name Korea --duties witness --member KOR \
	--key "$work/kor.pem.vkey" --because "first ministerial"
note=$(said_id N)
expect 4 "no cosignature by the key of a witness" cosign kor --log "$work/reserve.vkey"
sign_by "$note" ruiz lee

say "Japan cosigns: at its first use it says what it pins"
expect 2 "no witness's key" vaultctl ledger cosign --key "$work/signer.pem" --state "$work/x.state"
expect 0 "First use" cosign jpn --log "$work/reserve.vkey"
stock_lot GA-0001 100
expect 0 "cosigned: " cosign kor --log "$work/reserve.vkey"
same "both under one checkpoint" "$(vaultctl ledger checkpoint --quorum 2 | grep -c ^—)" 3
expect 0 "2 witnesses cosigned" status_line

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
openssl_cosigned() { # CODE: its line below the export's checkpoint, by openssl alone
	local time
	sed '/^$/,$d' "$work/export/checkpoint" >"$work/text"
	grep "^— $origin/$1 " "$work/export/checkpoint" | cut -d' ' -f3 | base64 -d | tail -c 72 >"$work/cosignature"
	time=$((0x$(head -c 8 "$work/cosignature" | od -An -tx1 | tr -d ' \n')))
	{ printf 'cosignature/v1\ntime %s\n' "$time"; cat "$work/text"; } >"$work/message"
	tail -c 64 "$work/cosignature" >"$work/signature"
	{ printf '\060\052\060\005\006\003\053\145\160\003\041\000'
	  cut -d+ -f3- "$work/$1.pem.vkey" | base64 -d | tail -c 32; } >"$work/key.der"
	openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$work/key.der" -in "$work/message" \
		-sigfile "$work/signature"
}
expect 0 Successfully openssl_cosigned jpn
expect 0 Successfully openssl_cosigned kor
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
vaultctl ledger consistency "$work/old.checkpoint" --key "$work/reserve.vkey" >"$work/proof" 2>/dev/null
expect 0 "This proof holds" vaultctl ledger consistency --verify "$work/proof" \
	--old "$work/old.checkpoint" --key "$work/reserve.vkey"
expect 0 "extends the checkpoint" vaultctl ledger consistency "$work/old.checkpoint" --ledger "$work/newest"
expect 1 "and your checkpoint of" vaultctl ledger consistency --verify "$work/proof" \
	--old "$work/newest/checkpoint" --key "$work/reserve.vkey"
expect 2 "the smaller size comes first" vaultctl ledger consistency "$work/newest/checkpoint" 3

say "What a witness remembers is guarded"
cp "$work/jpn.state" "$work/kept.state"
sed -i 's/^log .*/log nothing/' "$work/jpn.state"
expect 2 "does not hold" cosign jpn
cp "$work/kept.state" "$work/jpn.state"
expect 3 "is that of" vaultctl ledger cosign --key "$work/kor.pem" --state "$work/jpn.state"
exec 9>"$work/jpn.state.lock"
flock 9
expect 3 "another vaultctl works with" cosign jpn
exec 9>&-
same "refused, it remembers what it did" "$(cmp "$work/kept.state" "$work/jpn.state" && echo that)" that

say "A cosignature is changed behind the reserve's back"
ok vaultctl --as noor audit run --only cosignatures
behind_its_back "alter table cosignature disable trigger all;
	update cosignature set witness = 'kor' where witness = 'jpn' and size = (select min(size) from cosignature)" >/dev/null
expect 2 "cosignature" vaultctl --as noor audit run --only cosignatures
behind_its_back "update cosignature set witness = 'jpn' where witness = 'kor' and key_id = '$(
	cut -d+ -f2 "$work/jpn.pem.vkey")';
	update cosignature set signature = set_byte(signature, 20, get_byte(signature, 20) # 1)
		where size = (select max(size) from cosignature)" >/dev/null
expect 2 "does not verify" vaultctl --as noor audit run --only cosignatures
behind_its_back "update cosignature set signature = set_byte(signature, 20, get_byte(signature, 20) # 1)
		where size = (select max(size) from cosignature);
	alter table cosignature enable trigger all" >/dev/null
ok vaultctl --as noor audit run --only cosignatures
for finding in $(vaultctl --as noor finding --check cosignatures -o id); do
	ok vaultctl --as noor finding close "$finding" --because "put back" # it stopped nothing
done

say "Metrics"
ok vaultctl metrics --out "$work/vault.prom"
expect 0 "vaultd_stock_available_grams{commodity=\"ga\"} $(available ga)" cat "$work/vault.prom"
expect 0 "vaultd_witnesses 2" cat "$work/vault.prom"
expect 0 'vaultd_commit_duration_seconds_bucket{le="+Inf"}' cat "$work/vault.prom"
comment='# (HELP|TYPE) vaultd_[a-z_]+ .+'
sample='vaultd_[a-z_]+(\{[a-z]+="[^"]*"\})? [0-9.e+-]+'
same "lines that are neither" "$(grep -cvE "^($comment|$sample)\$" "$work/vault.prom" || true)" 0

# Whoever has the machine, its database and the log key can begin again at an older copy.
say "History is written anew, and signed with the log key"
reserve_stop "$reserve"
cp -a "$reserve/data" "$work/yesterday"
start
stock_lot GA-0002 100
ok cosign kor # what Japan has cosigned and Korea has not
ok cosign jpn
ok cosign kor
same "both under one checkpoint" "$(vaultctl ledger checkpoint --quorum 2 | sed -n 2p)" "$(checkpoint_size)"
vaultctl ledger export "$work/before" >/dev/null
size=$(checkpoint_size)
reserve_stop "$reserve"
mv "$reserve/data" "$work/today"
mv "$work/yesterday" "$reserve/data"
start
expect 1 "the log goes back" cosign jpn
stock_lot XX-0001 70
while [ "$(checkpoint_size)" -le "$size" ]; do
	vaultctl --quiet --as kim lot new "XX-$RANDOM" ga ROT 5kg >/dev/null
done
expect 1 "THE LOG HAS FORKED" cosign jpn
expect 1 "THE LOG HAS FORKED" cosign kor
expect 1 "another history" vaultctl ledger export "$work/before"
evidence=$(find "$work" -name 'kor.state.fork-*')
expect 0 "This proves a fork" vaultctl ledger fork-evidence "$evidence" --key "$work/reserve.vkey"
sed '/^old-root /d' "$evidence" >"$work/tampered"
expect 1 "This proves no fork" vaultctl ledger fork-evidence "$work/tampered" --key "$work/reserve.vkey"

say "A witness that forgot is shown the forgery, and the reserve hears of it"
vaultctl ledger cosign --key "$work/jpn.pem" --state "$work/forgetful.state" \
	--log "$work/reserve.vkey" >/dev/null 2>&1
vaultctl ledger checkpoint --quorum 1 >"$work/forged.checkpoint"
reserve_stop "$reserve"
rm -rf "$work/r/data"
mv "$work/today" "$reserve/data"
start
expect 1 "somebody was shown another history" vaultctl ledger bring "$work/forged.checkpoint"
expect 0 "checkpoint-disputed" vaultctl finding
expect 1 "somebody was shown another history" vaultctl ledger bring "$work/forged.checkpoint"
same "findings" "$(vaultctl finding -o csv | grep -c checkpoint-disputed)" 1
expect 0 "cosigned: " cosign kor

say "A witness is revoked as a person is"
note=$(vaultctl --as haas person revoke kor --because "left the bloc" -o id)
sign_by "$note" ruiz lee
expect 4 "no cosignature by the key of a witness" cosign kor
expect 7 "1 is enrolled" vaultctl ledger checkpoint --quorum 2
ok vaultctl ledger export "$work/end"
expect 0 "verified: " vaultctl ledger verify "$work/end" --key "$work/reserve.vkey"
finish
