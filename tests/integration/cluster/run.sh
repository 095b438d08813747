#!/bin/bash
# The embedded cluster on a real PostgreSQL. VAULT_BIN holds cluster_test, VAULT_WORK is ours; as
# root VAULT_USER names whom the program becomes.
set -eu
folder=$(mktemp -d "$VAULT_WORK/cluster.XXXXXX")
cd / # where whoever runs this may stand
server_gone() {
	pid=$(head -n 1 "$folder/data/postgres/postmaster.pid" 2>/dev/null || true)
	if [ -n "$pid" ]; then kill -INT "$pid" 2>/dev/null || true; fi
	rm -rf "$folder"
}
trap server_gone EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
if [ "$(id -u)" = 0 ]; then
	chown "$VAULT_USER:" "$folder"
	"$VAULT_BIN/cluster_test" "$folder" "$VAULT_USER"
else
	"$VAULT_BIN/cluster_test" "$folder"
fi
