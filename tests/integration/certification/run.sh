#!/bin/bash
# A foreign varlink client certifies the daemon: vaultd_certification is vaultd with one interface more.
# The client is varlink-go-certification of Debian's package varlink-go.
set -eu
. "$VAULT_LIB/reserve.sh"
folder=$(mktemp -d "$VAULT_WORK/certification.XXXXXX")
mkdir "$folder/bin"
cp "$VAULT_BIN/vaultd_certification" "$folder/bin/vaultd"
cp "$VAULT_BIN/vaultctl" "$folder/bin"
VAULT_BIN=$folder/bin
clean() {
	reserve_end "$folder/reserve"
	rm -rf "$folder"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

reserve_new "$folder/reserve"
reserve_start "$folder/reserve"
timeout 20 varlink-go-certification --client "--varlink=unix:$VAULT_SOCKET" \
	>"$folder/output" 2>&1 || true
cat "$folder/output"
# The client exits 0 whatever happens; only its last line tells.
tail -n 1 "$folder/output" | grep -q "^End: 'true'"
