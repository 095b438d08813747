#!/bin/bash
# The database is put back to yesterday's copy, as a careless or a dishonest restore would. vaultd knows
# what it has promised since, and will not serve it; with the right database it goes on.
. "$(dirname "$0")/lib.bash"
new_reserve
found_reserve
furnish
stock_lot GA-0001 100
reserve_stop "$reserve"
cp -a "$reserve/data/postgres" "$work/yesterday"
start
stock_lot GA-0002 100
ok vaultctl ledger checkpoint
size=$(entries)
reserve_stop "$reserve"
mv "$reserve/data/postgres" "$work/today"
cp -a "$work/yesterday" "$reserve/data/postgres"

say "On yesterday's database"
expect 1 "does not extend the checkpoint of $size" timeout 60 "$VAULT_BIN/vaultd" \
	--config "$reserve/vaultd.conf"
expect 5 "" vaultctl status
reserve_end "$reserve" # its database is left running for whoever looks into it

say "On today's"
rm -rf "$reserve/data/postgres"
mv "$work/today" "$reserve/data/postgres"
start
same "entries" "$(entries)" "$size"
ok vaultctl --as kim lot new GA-0003 ga ROT 5kg
audit_is_clean
finish
