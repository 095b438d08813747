# What the scenarios share: a reserve of their own in a temporary folder, its people, and a way to say
# what must happen. Sourced. $VAULT_BIN names the folder of the programs under test (build/release
# where it is not set); scripts/test runs these as the unprivileged user. Run by root, vaultd becomes
# the user vault, or nobody, and it is really root who types.

set -eu -o pipefail
tests=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
if [ -z "${VAULT_BIN:-}" ]; then
	VAULT_BIN=$tests/../build/release
	VAULT_BIN=$(dirname "$(find "$VAULT_BIN" -name vaultd -type f | head -n 1)")
	PATH=$(dirname "$(find "$VAULT_BIN/.." -name vaultctl -type f | head -n 1)"):$PATH
fi
export VAULT_BIN PATH=$VAULT_BIN:$PATH LC_ALL=C.UTF-8
. "${VAULT_LIB:-$tests/../scripts/lib}/reserve.sh"
work=$(mktemp -d "${VAULT_WORK:-/var/tmp}/s.XXXXXX")
export HOME=$work XDG_CONFIG_HOME=$work/people
unset VAULT_KEY VAULT_SOCKET XDG_RUNTIME_DIR
reserve=$work/r
origin=${origin:-vault.example/reserve-log}
scenario=$(basename "$0" .sh)
checks=0
checks_failed=0
people="kim:keeper:Kim Min-ji
ana:assayer:Ana Sousa
ruiz:officer:Elena Ruiz
lee:officer:Lee Ann
haas:officer:Jonas Haas
noor:auditor:Noor Haddad"

owner() { # the Unix user that vaultd runs as
	if [ "$(id -u)" != 0 ]; then id -un; elif id vault >/dev/null 2>&1; then echo vault; else echo nobody; fi
}

# A command as that user.
as_owner() {
	if [ "$(id -u)" = 0 ]; then
		setpriv "--reuid=$(owner)" "--regid=$(id -g "$(owner)")" --init-groups "$@"
	else
		"$@"
	fi
}

cleanup() {
	local status=$? folder
	for folder in "$work"/*/; do
		if [ -e "${folder}vaultd.conf" ]; then reserve_end "${folder%/}" || true; fi
	done
	if [ "$status" != 0 ]; then
		echo "$scenario: ended at line ${BASH_LINENO[0]} with status $status" >&2
		tail -n 5 "$work"/*/vaultd.log >&2 2>/dev/null || true
	fi
	rm -rf -- "$work"
}
trap cleanup EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

# ---- saying what must happen ----

say() { printf '\n== %s\n' "$*"; }

wrong() {
	checks_failed=$((checks_failed + 1))
	printf 'FAILED  %s\n' "$*"
}

# Runs a command; its exit status and a text in what it says are both required. $said keeps it all.
said=
expect() { # STATUS TEXT COMMAND…
	local status=0 wanted=$1 text=$2
	shift 2
	checks=$((checks + 1))
	said=$("$@" 2>&1 </dev/null) || status=$?
	if [ "$status" != "$wanted" ]; then
		wrong "status $status, not $wanted: $*"
		printf '%s\n' "$said" | sed 's/^/        /'
	elif ! grep -qF -- "$text" <<<"$said"; then
		wrong "no word of \"$text\": $*"
		printf '%s\n' "$said" | sed 's/^/        /'
	else
		printf 'ok      %s\n' "$*" | cut -c 1-150
	fi
}
ok() { expect 0 "" "$@"; }

same() { # WHAT A B
	checks=$((checks + 1))
	if [ "$2" = "$3" ]; then printf 'ok      %s: %s\n' "$1" "$2"; else wrong "$1: $2, not $3"; fi
}

# Ends a scenario.
finish() {
	printf '\n%s: %s of %s checks passed\n' "$scenario" $((checks - checks_failed)) "$checks"
	[ "$checks_failed" = 0 ]
}

# ---- reading answers ----

json_value() { # NAME: its first value in JSON on standard input
	tr -d '\n' | sed 's/"'"$1"'":/\n&/g' |
		sed -n 's/^"'"$1"'": *"\{0,1\}\([^",}]*\).*/\1/p' | head -n 1 || true
}
said_id() { # LETTER: the first id of that letter in what was said
	grep -o "$1-[0-9]\{4\}-[0-9]\{4,\}" <<<"$said" | head -n 1 || true
}
entries() { vaultctl call Evidence.Status '{}' | json_value entries; }
available() { vaultctl commodity "$1" -o json | json_value available_g; }

# A UUIDv7 of so many days from now (0).
new_id() {
	local ms random
	ms=$(printf '%012x' $(($(date +%s%3N) + ${1:-0} * 86400000)))
	random=$(od -An -N10 -tx1 /dev/urandom | tr -d ' \n')
	printf '%s-%s-7%s-8%s-%s\n' "${ms:0:8}" "${ms:8:4}" "${random:0:3}" "${random:3:3}" \
		"${random:6:12}"
}

# ---- reserves ----

# Sets the clock of a demonstration reserve (before new_reserve: makes it one that has its own), to so many
# days from the scenario's start, or to a time.
began=$(date +%s)
clock() { # DAYS|TIME
	local time=$1
	case $1 in *[!0-9]*) ;; *) time=@$((began + $1 * 86400)) ;; esac
	mkdir -p "$reserve"
	date -u -d "$time" +%Y-%m-%dT%H:%M:%SZ >"$reserve/clock.new"
	chmod 644 "$reserve/clock.new"
	mv "$reserve/clock.new" "$reserve/clock"
}

start() { # [FOLDER]
	reserve_start "${1:-$reserve}"
}

new_reserve() { # [FOLDER [LINE…]]
	local folder=${1:-$reserve}
	[ $# = 0 ] || shift
	chmod 711 "$work"
	reserve_new "$folder" "user = $(owner)" "$@"
	chmod 711 "$folder"
	if [ "$(id -u)" = 0 ]; then chown "$(owner):" "$folder"; fi
	start "$folder"
}

make_key() { # CODE
	vaultctl --quiet key generate "$1" --origin "$origin" --no-passphrase >/dev/null
}

found_reserve() { # [OPTION…]
	local code duties name persons=()
	while IFS=: read -r code duties name; do
		make_key "$code"
		persons+=(--person "$code:$duties:$work/people/vault/$code.pem.vkey:$name")
	done <<<"$people"
	vaultctl --quiet found write --origin "$origin" "$@" "${persons[@]}" >"$work/founding.note"
	while IFS=: read -r code _; do
		vaultctl --quiet --as "$code" sign --offline "$work/founding.note" --yes 2>/dev/null
	done <<<"$people"
	vaultctl --quiet found "$work/founding.note" >/dev/null
	sed -n 's/^log //p' "$work/founding.note" >"$work/reserve.vkey"
	sed -n 's/^orders //p' "$work/founding.note" >"$work/orders.vkey"
}

sign_by() { # ID PERSON…
	local id=$1 person
	shift
	for person in "$@"; do
		vaultctl --quiet --as "$person" sign "$id" --yes >/dev/null 2>&1 || wrong "$person could not sign $id"
	done
}

# Until the state of a thing is the one wanted: what is due, vaultd's tick does within a second.
await() { # NOUN ID STATE
	local tries state=
	checks=$((checks + 1))
	for ((tries = 100; tries > 0; tries--)); do
		state=$(vaultctl "$1" "$2" -o json 2>/dev/null | json_value state) || true
		if [ "$state" = "$3" ]; then
			printf 'ok      %s %s is %s\n' "$1" "$2" "$3"
			return 0
		fi
		sleep 0.1
	done
	wrong "$1 $2 is \"$state\" and not $3 after ten seconds"
}

# Members by one note that two officers sign; in force with the next command.
admit_members() { # CODE,NAME,STATUS…
	printf '%s\n' code,name,status "$@" >"$work/members.csv"
	sign_by "$(vaultctl --as haas member import "$work/members.csv" --because signed -o id)" ruiz lee
}

# Gallium, a site, floors of 30 and 15 days at 10 kg a day, a price, and members.
furnish() {
	vaultctl --quiet --as haas mineral new ga gallium --symbol Ga >/dev/null
	vaultctl --quiet --as haas commodity new ga ga --stage refining --form metal --basis Ga \
		--min-grade 99.9% >/dev/null
	vaultctl --quiet --as haas site new ROT "Rotterdam" NLD >/dev/null
	vaultctl --quiet --as haas site new BAL "Baltimore" USA >/dev/null
	local kind days note
	admit_members JPN,Japan,in-force DEU,Germany,in-force BRA,Brazil,delegation
	for kind in operating:30 hard:15; do
		days=${kind#*:}
		note=$(vaultctl --as haas floor set ga "${kind%:*}" --days "$days" --consumption 10kg \
			--because board -o id)
		sign_by "$note" ruiz
	done
	note=$(vaultctl --as haas price draft ga 580USD/kg --basis Ga --because list -o id)
	sign_by "$note" ruiz lee
	await_price
}

await_price() {
	local tries
	for ((tries = 100; tries > 0; tries--)); do
		if vaultctl price ga -o csv | grep -q in-force && [ "$(vaultctl floor ga -o csv |
			grep -c in-force)" = 2 ]; then return 0; fi
		sleep 0.1
	done
	wrong "floors and price are not in force after ten seconds"
}

# A lot that is weighed, assayed and accepted.
stock_lot() { # CODE NET_KG [GRADE]
	vaultctl --quiet --as kim lot new "$1" ga ROT "$2kg" --supplier acme --origin CAN >/dev/null
	vaultctl --quiet --as kim lot weigh "$1" --gross "$(($2 + 10))kg" --tare 10kg >/dev/null
	vaultctl --quiet --as ana lot assay "$1" --grade "${3:-99.99%}" --laboratory sgs >/dev/null
	vaultctl --quiet --as ana lot accept "$1" >/dev/null
}

declare_gallium() { # CAP [DAYS]
	declaration=$(vaultctl --as haas declare limited ga --caps "ga=$1" --days "${2:-30}" \
		--findings "export ban" --authority "council 11" -o id)
	sign_by "$declaration" ruiz lee
	await declaration "$declaration" open
}

in_days() { date -u -d "+$1 days" +%F; }

# A reserve that is sound: what is merely overdue, short or old in a scenario is no fault of it.
sound="--only ledger,replay,history --fail-on critical"
audit_is_clean() { expect 0 "" vaultctl --as noor audit run $sound; }

# SQL as the superuser of the private cluster, behind vaultd's back.
behind_its_back() { # SQL
	(cd / && as_owner psql -qAt -h "$(sed -n 5p "$reserve/data/postgres/postmaster.pid")" -U postgres \
		-d vault -c "set search_path = vault; $1")
}
