#!/bin/bash
# A workflow that runs an emergency from its declaration to delivered metal, with vaultctl alone. To be
# taken and changed: it is what an orchestrator would do, step by step, and it never polls. Officers sign at
# their own machines meanwhile; the script waits for them and says so.
#
#   emergency.sh COMMODITY CAP REQUESTS
#
#   COMMODITY   one commodity's code, CAP the mass that may leave (25t)
#   REQUESTS    lines "MEMBER MASS NEED-BY TIER PURPOSE", one a request
#
# Exit status as vaultctl's: 3 where a rule refused, 1 where somebody did not act in time.
set -eu -o pipefail
commodity=${1:?usage: emergency.sh COMMODITY CAP REQUESTS}
cap=${2:?usage: emergency.sh COMMODITY CAP REQUESTS}
requests=${3:?usage: emergency.sh COMMODITY CAP REQUESTS}
receipts=${VAULT_RECEIPTS:-.}
patience=${VAULT_PATIENCE:-30m}

tell() { printf '%s  %s\n' "$(date -u +%H:%M:%S)" "$*"; }

# The state of emergency. Two officers sign; the window opens by itself.
declaration=$(vaultctl declare full "$commodity" --caps "$commodity=$cap" --days 30 \
	--findings "export ban" --authority "Council decision 2026/11" -o id)
tell "$declaration waits for two officers: vaultctl sign $declaration"
vaultctl wait "$declaration" --for open --timeout "$patience"

# Members ask. What a rule bars on arrival is refused with its reason; the rest waits for the round.
asked=()
while read -r member mass need_by tier purpose; do
	[ -n "$member" ] || continue
	if request=$(vaultctl request submit "$member" "$commodity" "$mass" --need-by "$need_by" \
		--tier "$tier" --purpose "$purpose" -o id); then
		asked+=("$request")
	else
		tell "$member was refused on arrival"
	fi
done <"$requests"
tell "${#asked[@]} requests wait for the round"

# What each policy would give, for the record; then the plan of the declared one.
vaultctl allocation compare "$declaration" -o json >"$receipts/compare.json"
plan=$(vaultctl allocation run "$declaration" -o id)
tell "$plan waits for two officers: vaultctl sign $plan"
vaultctl wait "$plan" --for committed --timeout "$patience"

# Each member gets the proof of what was decided, to be verified without this reserve.
for request in "${asked[@]}"; do
	vaultctl wait "$request" --for approved,refused,partial --timeout 1m
	vaultctl receipt "$request" >"$receipts/$request.tlog-proof"
done
tell "receipts are in $receipts"

# Orders were issued with the plan; the keepers load by the queue.
vaultctl loadout -o csv >"$receipts/loadout.csv"
tell "the load-out queue is in $receipts/loadout.csv"
