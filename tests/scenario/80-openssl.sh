#!/bin/bash
# What leaves the reserve is checked with tools written elsewhere: a release order with openssl, the
# ledger's tree with sha256sum, and an export with vaultctl while vaultd is stopped.
. "$(dirname "$0")/lib.bash"
new_reserve
found_reserve
furnish
stock_lot GA-0001 600
declare_gallium 400kg
ok vaultctl --as haas request submit JPN ga 100kg --need-by "$(in_days 20)" --tier B --purpose wafers
request=$(said_id R)
ok vaultctl --as haas order new "$request" --consignee "Nippon Wafers KK"
order=$(said_id O)
sign_by "$order" ruiz lee
await order "$order" issued
vaultctl order note "$order" >"$work/order.note"
ok vaultctl ledger export "$work/export"
vaultctl ledger prove 3 >"$work/entry.tlog-proof"
reserve_stop "$reserve"

# The public key of a verifier key NAME+ID+BASE64, as DER for openssl.
public_key() { # FILE
	printf '\060\052\060\005\006\003\053\145\160\003\041\000'
	cut -d+ -f3- "$1" | base64 -d | tail -c 32
}

# Verifies the note's signature of NAME with the key in FILE, by openssl alone.
openssl_verify() { # NOTE NAME FILE
	sed '/^$/,$d' "$1" >"$work/text"
	grep "^— $2 " "$1" | sed 's/.* //' | base64 -d | tail -c 64 >"$work/signature"
	public_key "$3" >"$work/key.der"
	openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$work/key.der" -in "$work/text" \
		-sigfile "$work/signature"
}

say "The release order, by openssl, vaultd stopped"
expect 0 Successfully openssl_verify "$work/order.note" "$origin/orders" "$work/orders.vkey"
sed 's/^contained-g 1/contained-g 2/' "$work/order.note" >"$work/forged.note"
expect 1 "" openssl_verify "$work/forged.note" "$origin/orders" "$work/orders.vkey"
for officer in ruiz lee; do
	if grep -q "^— $origin/$officer " "$work/order.note"; then
		expect 0 Successfully openssl_verify "$work/order.note" "$origin/$officer" \
			"$work/people/vault/$officer.pem.vkey"
	fi
done

say "The checkpoint, by openssl"
expect 0 Successfully openssl_verify "$work/export/checkpoint" "$origin" "$work/reserve.vkey"

say "The first entry's leaf hash, by sha256sum"
bundle=$(find "$work/export/tile/entries" -type f | sort | head -n 1)
tile=$(find "$work/export/tile/0" -type f | sort | head -n 1)
length=$(head -c 2 "$bundle" | od -An -tu1 | awk '{ print $1 * 256 + $2 }')
leaf=$({ printf '\000'; head -c $((length + 2)) "$bundle" | tail -c +3; } | sha256sum | cut -d' ' -f1)
same "leaf 0" "$leaf" "$(head -c 32 "$tile" | od -An -tx1 -v | tr -d ' \n')"
checks=$((checks + 1))
head -c $((length + 2)) "$bundle" | tail -c +3 | grep -q reserve.founded || wrong "entry 0 is no founding"

say "The whole export, with no daemon and no database"
expect 0 "" vaultctl ledger verify "$work/export" --key "$work/reserve.vkey"
expect 0 "" vaultctl audit run $sound --ledger "$work/export"
make_key stranger
expect 4 "" vaultctl ledger verify "$work/export" --key "$work/people/vault/stranger.pem.vkey"

say "One byte of it changed"
cp -R "$work/export" "$work/changed"
bundle=$(find "$work/changed/tile/entries" -type f | sort | head -n 1)
sed -i '0,/kim/s/kim/kin/' "$bundle"
expect 1 "" vaultctl ledger verify "$work/changed" --key "$work/reserve.vkey"
expect 2 "" vaultctl audit run --ledger "$work/changed"
finish
