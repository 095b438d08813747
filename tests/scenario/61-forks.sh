#!/bin/bash
# Whoever holds the database, the log key and all that the daemon keeps beside them puts back an older state
# and goes on from there with another history. In the reserve all of it fits together; an auditor who kept
# one checkpoint, or an export, sees it. And an export with one bit flipped.
. "$(dirname "$0")/lib.bash"
new_reserve "$reserve" "self_check = never"
found_reserve
furnish
reserve_stop "$reserve"
cp -a "$reserve/data" "$work/older"
start
stock_lot GA-0001 600
vaultctl --as noor ledger checkpoint >"$work/kept.checkpoint"
ok vaultctl ledger export "$work/export"
ok vaultctl --as noor audit run --only ledger,replay --checkpoint "$work/kept.checkpoint"
size=$(sed -n 2p "$work/kept.checkpoint")

say "An older database is restored, with all that stood beside it"
reserve_stop "$reserve"
rm -rf "$reserve/data"
mv "$work/older" "$reserve/data"
start
ok vaultctl --as noor audit run --only ledger,replay
expect 2 "checkpoint $size: a checkpoint of $size entries was signed" \
	vaultctl --as noor audit run --only ledger --checkpoint "$work/kept.checkpoint"
expect 0 "checkpoint $size" vaultctl --as noor finding --check ledger-root

say "It goes on with another history, signed by the same log key"
stock_lot GA-0001 500
stock_lot GA-0002 100
ok vaultctl --as noor audit run --only ledger,replay
expect 2 "the first $size entries are not those of the checkpoint that was signed" \
	vaultctl --as noor audit run --only ledger --checkpoint "$work/kept.checkpoint"
ok vaultctl ledger export "$work/fork"
ok vaultctl audit run --only ledger --ledger "$work/fork" --key "$work/reserve.vkey"
expect 2 "the first $size entries are not those of the checkpoint that was signed" vaultctl audit run \
	--only ledger --ledger "$work/fork" --key "$work/reserve.vkey" --checkpoint "$work/kept.checkpoint"

say "One bit of a tile of the export, a byte of an entry, another log key"
tile=$(find "$work/export/tile/0" -type f | head -n 1)
cp "$tile" "$work/tile"
byte=$(od -An -tu1 -j 100 -N 1 "$tile")
printf "\\x$(printf %x $((byte ^ 1)))" | dd of="$tile" bs=1 seek=100 conv=notrunc status=none
expect 2 ledger-root vaultctl audit run --only ledger --ledger "$work/export" --key "$work/reserve.vkey"
expect 2 "index 3" vaultctl audit run --only ledger --ledger "$work/export"
cp "$work/tile" "$tile"
bundle=$(find "$work/export/tile/entries" -type f | head -n 1)
cp "$bundle" "$work/bundle"
sed -i 's/Gallium/Gallion/; s/"gallium"/"gallion"/' "$bundle"
expect 2 ledger-root vaultctl audit run --only ledger --ledger "$work/export"
cp "$work/bundle" "$bundle"
ok vaultctl audit run --only ledger --ledger "$work/export" --key "$work/reserve.vkey"
expect 2 checkpoint vaultctl audit run --only ledger --ledger "$work/export" --key "$work/orders.vkey"

say "What could not be looked at is neither clean nor found"
expect 3 "could not run" vaultctl audit run --ledger "$work/nowhere"
expect 3 "there is no check" vaultctl audit run --only ledger,floors
expect 3 "--fail-on is warning or critical" vaultctl audit run --fail-on never
expect 3 "could not run" vaultctl --socket "$work/nowhere.sock" audit run
finish
