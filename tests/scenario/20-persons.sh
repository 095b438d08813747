#!/bin/bash
# Who may: root cannot make an officer; after a key is replaced, what the old one signed still verifies;
# one person at two Unix users is one person; two signatures are two people.
. "$(dirname "$0")/lib.bash"
new_reserve
found_reserve
furnish
stock_lot GA-0001 900
declare_gallium 500kg

say "$(id -un) tries to make an officer"
make_key mallory
key=$work/people/vault/mallory.pem.vkey
expect 4 "" vaultctl --as mallory person enrol mallory --name Mallory --duties officer --key "$key" \
	--because "I have root"
ok vaultctl --as haas person enrol mallory --name Mallory --duties officer --key "$key" \
	--because "root may act for haas"
note=$(said_id N)
expect 4 "not an enrolled person" vaultctl --as mallory sign "$note" --yes --key "${key%.vkey}" \
	--name "$origin/mallory"
sign_by "$note" ruiz
expect 3 "R14" vaultctl --as ruiz sign "$note" --yes
expect 0 proposed vaultctl person mallory
expect 4 "" vaultctl --as mallory floor set ga hard --mass 0kg --because "mine now"
ok vaultctl --as lee reject "$note" --because "nobody asked us"
expect 3 "$note is rejected: there is nothing to sign" vaultctl --as lee sign "$note" --yes

say "An order signed by two, of whom neither asked for it"
ok vaultctl --as haas request submit JPN ga 100kg --need-by "$(in_days 20)" --tier B --purpose wafers
request=$(said_id R)
ok vaultctl --as haas order new "$request" --consignee "Nippon Wafers KK"
order=$(said_id O)
expect 3 "R14" vaultctl --as haas sign "$order" --yes
expect 4 "" vaultctl --as ana sign "$order" --yes
sign_by "$order" ruiz
expect 3 "R14" vaultctl --as ruiz sign "$order" --yes
ok vaultctl --as lee sign "$order" --fetch "$work/order.note"
expect 0 "" vaultctl --as lee sign --offline "$work/order.note" --yes
ok vaultctl --as lee submit "$work/order.note"
await order "$order" issued

say "Lee's key is lost: two other officers replace it"
mv "$work/people/vault/lee.pem" "$work/people/vault/lee-old.pem"
mv "$work/people/vault/lee.pem.vkey" "$work/people/vault/lee-old.pem.vkey"
make_key lee
ok vaultctl --as haas key rotate lee --key "$work/people/vault/lee.pem.vkey" --because "lost"
note=$(said_id N)
sign_by "$note" ruiz haas
ok vaultctl --as haas request submit DEU ga 50kg --need-by "$(in_days 20)" --tier B --purpose lasers
ok vaultctl --as haas order new "$(said_id R)" --consignee "Rhein Halbleiter GmbH"
second=$(said_id O)
expect 4 "not in force" vaultctl --as lee sign "$second" --yes \
	--key "$work/people/vault/lee-old.pem"
sign_by "$second" ruiz lee
await order "$second" issued

say "What the old key signed still verifies"
ok vaultctl order note "$order"
audit_is_clean
ok vaultctl ledger export "$work/export"
ok vaultctl ledger verify "$work/export" --key "$work/reserve.vkey"

say "One person at two Unix users is one person"
# The socket's other end is the same Unix user twice here; persons are what the core compares, and the
# same person over two connections signs once.
ok vaultctl --as haas request submit DEU ga 10kg --need-by "$(in_days 20)" --tier B --purpose lasers
ok vaultctl --as haas order new "$(said_id R)" --consignee "Rhein Halbleiter GmbH"
third=$(said_id O)
if [ "$(id -u)" = 0 ]; then
	printf '%s = ruiz\nnobody = ruiz\n' root >>"$reserve/users"
	sed -i 's/^root = .*/root = ruiz/; /^nobody/d; $a daemon = ruiz' "$reserve/vaultd.conf"
	kill -HUP "$(reserve_pid "$reserve")"
	sleep 0.5
	chmod -R a+rX "$work/people"
	chmod a+r "$work/people/vault/ruiz.pem"
	expect 0 "" vaultctl sign "$third" --yes
	expect 3 "R14" setpriv --reuid=daemon --regid=daemon --clear-groups \
		vaultctl --socket "$VAULT_SOCKET" sign "$third" --yes --key "$work/people/vault/ruiz.pem"
	expect 4 "" vaultctl --as lee inbox
else
	sign_by "$third" ruiz
	expect 3 "R14" vaultctl --as ruiz sign "$third" --yes
fi
finish
