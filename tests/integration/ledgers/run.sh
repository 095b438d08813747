#!/bin/bash
# Every stage of the project left an exported ledger in tests/ledgers: each must verify and replay to the
# digest that was written beside it, for ever.
set -eu
failed=0
count=0
for stage in "$VAULT_TESTS"/ledgers/*/; do
	count=$((count + 1))
	"$VAULT_BIN/vaultctl" ledger verify "$stage/export" --key "$(cat "$stage/log.vkey")" || failed=1
	# what has become overdue since is no fault of the ledger: history alone
	"$VAULT_BIN/vaultctl" audit run --ledger "$stage/export" --only ledger,replay,history \
		--fail-on critical --key "$(cat "$stage/log.vkey")" </dev/null || failed=1
	found=$("$VAULT_BIN/vaultctl" ledger replay "$stage/export" --key "$(cat "$stage/log.vkey")" \
		-o id </dev/null) || failed=1
	printf '%s: %s\n' "$(basename "$stage")" "$found"
	[ "$found" = "$(cat "$stage/state.sha256")" ] || failed=1
done
[ "$count" -gt 0 ] && [ "$failed" = 0 ]
