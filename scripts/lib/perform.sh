#!/bin/bash
# One act of the demonstration, as the unprivileged user: a new reserve in FOLDER, the act, the end.
# scripts/demo runs it with the variables of as_user.
#
#   perform.sh ACT FOLDER
#
# The act finds VAULT_SOCKET, VAULT_RESERVE (the folder), VAULT_DATA, VAULT_LIB and VAULT_PAUSE. A
# file demo-acts/ACT.clock becomes the clock of the reserve; demo-acts/prepare runs before the act.
set -eu -o pipefail
. "$VAULT_LIB/reserve.sh"
acts=$(cd "$VAULT_LIB/../demo-acts" && pwd)
act=$1
export VAULT_RESERVE=$2

finish() {
	if [ -z "${VAULT_KEEP:-}" ] || [ -z "${done:-}" ]; then reserve_end "$VAULT_RESERVE"; fi
}
done=
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

reserve_new "$VAULT_RESERVE"
if [ -e "$acts/$act.clock" ]; then cp "$acts/$act.clock" "$VAULT_RESERVE/clock"; fi
reserve_start "$VAULT_RESERVE"
if [ -e "$acts/prepare" ]; then bash "$acts/prepare"; fi
bash "$acts/$act"
done=yes
