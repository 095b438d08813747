#!/bin/bash
# A foreign varlink client certifies the daemon's server. VAULT_BIN holds certification_server,
# VAULT_WORK is ours; the client is varlink-go-certification of Debian's package varlink-go.
set -eu
folder=$(mktemp -d "$VAULT_WORK/certification.XXXXXX")
pid=
clean() {
	if [ -n "$pid" ]; then kill "$pid" 2>/dev/null || true; fi
	rm -rf "$folder"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$VAULT_BIN/certification_server" "$folder/socket" 2>"$folder/refused" &
pid=$!
for _ in {1..100}; do
	[ -S "$folder/socket" ] && break
	sleep 0.05
done
timeout 20 varlink-go-certification --client "--varlink=unix:$folder/socket" \
	>"$folder/output" 2>&1 || true
cat "$folder/output"
if [ -s "$folder/refused" ]; then
	cat "$folder/refused"
	exit 1
fi
# The client exits 0 whatever happens; only its last line tells.
tail -n 1 "$folder/output" | grep -q "^End: 'true'" || exit 1
kill "$pid"
wait "$pid"
pid=
