# What the acts share: showing what is run, pausing, reading answers. Sourced by an act, which runs as
# the unprivileged user on a reserve of its own; scripts/lib/perform.sh sets the variables.

set -eu -o pipefail
. "$VAULT_LIB/reserve.sh"
cd "$VAULT_RESERVE"
umask 077
origin=demo.projectvault.example/reserve-log
export XDG_CONFIG_HOME=$VAULT_RESERVE/people # where vaultctl looks for a person's key

bold=
plain=
if [ -t 1 ]; then
	bold=$(printf '\033[1m')
	plain=$(printf '\033[0m')
fi

fail() {
	printf 'demo: %s\n' "$*" >&2
	exit 1
}

# A headline, a paragraph under it.
step() { # TITLE [LINE…]
	printf '\n%s== %s%s\n' "$bold" "$1" "$plain"
	shift
	[ $# = 0 ] || printf '   %s\n' "$@"
	echo
}

wait_for_enter() {
	[ -n "${VAULT_PAUSE:-}" ] || return 0
	printf '%s' "   [Enter] " >/dev/tty
	read -r _ </dev/tty
}

# A word as a shell would read it back.
quoted() {
	case $1 in
	*[!A-Za-z0-9._+=:/@%,-]* | '') printf "'%s'" "$1" ;;
	*) printf '%s' "$1" ;;
	esac
}

print_line() {
	local word line=
	for word in "$@"; do line="$line $(quoted "$word")"; done
	printf '%s$%s%s\n' "$bold" "$line" "$plain"
}

# Shows a line, runs it, shows its answer, and keeps what it printed in $shown.
shown=
show_ending() { # STATUS COMMAND…
	local expected=$1 status=0
	shift
	print_line "$@"
	wait_for_enter
	"$@" >"$VAULT_RESERVE/shown" 2>&1 </dev/null || status=$?
	shown=$(cat "$VAULT_RESERVE/shown")
	printf '%s\n\n' "$shown"
	[ "$status" = "$expected" ] || fail "that ended with status $status, not $expected"
}
show() { show_ending 0 "$@"; }
show_refused() { show_ending 3 "$@"; }

# The same for a line of the shell, which is clearer as it stands.
show_shell() { # LINE
	printf '%s$ %s%s\n' "$bold" "$1" "$plain"
	wait_for_enter
	bash -o pipefail -c "$1" 2>&1 </dev/null || fail "that failed"
	echo
}

# The first value of a name in JSON on standard input.
json_value() { # NAME
	tr -d '\n' | sed -n 's/.*"'"$1"'": *"\{0,1\}\([^",}]*\).*/\1/p' | head -n 1
}

# The id that a receipt names, in what was shown last.
shown_id() { # LETTER
	printf '%s\n' "$shown" | grep -o -m 1 "$1-[0-9]\{4\}-[0-9]\{4,\}" | head -n 1
}

# Signs, without showing.
sign_by() { # PERSON ID
	vaultctl --quiet --as "$1" sign "$2" --yes >/dev/null 2>"$VAULT_RESERVE/shown" ||
		fail "$1 could not sign $2: $(cat "$VAULT_RESERVE/shown")"
}
sign_both() { # ID
	sign_by ruiz "$1"
	sign_by lee "$1"
}

# Asks until the state of a thing is the one wanted; what is due is done by vaultd's tick.
await_state() { # NOUN ID STATE
	local tries
	for ((tries = 100; tries > 0; tries--)); do
		if [ "$(vaultctl "$1" "$2" -o json 2>/dev/null | json_value state)" = "$3" ]; then
			return 0
		fi
		sleep 0.1
	done
	fail "$1 $2 is not $3 after ten seconds"
}

# Ends an act: a frame around its lines.
card() { # TITLE LINE…
	local line
	printf '%s+%s\n' "$bold" '----------------------------------------------------------------------'
	printf '|  %s%s\n|\n' "$1" "$plain"
	shift
	for line in "$@"; do printf '%s|%s  %s\n' "$bold" "$plain" "$line"; done
	printf '%s+%s%s\n' "$bold" '----------------------------------------------------------------------' "$plain"
}

# The note that waits for an officer's signature; there is one at a time here.
note_waiting() {
	vaultctl --as ruiz inbox -o id | head -n 1
}

# Opens a limited emergency and waits until requests are decided under it; sets $declaration.
declare_emergency() { # CAPS DAYS
	local commodities
	commodities=$(printf '%s' "$1" | sed 's/=[^,]*//g')
	show vaultctl --as haas declare limited "$commodities" --caps "$1" --days "$2" \
		--findings "Export ban on critical minerals" \
		--authority "Council decision 2026/11"
	declaration=$(shown_id D)
}

# The second officer signs; the words were shown when the first did.
sign_lee() { # ID
	print_line vaultctl --as lee sign "$1" --yes
	wait_for_enter
	vaultctl --as lee sign "$1" --yes 2>"$VAULT_RESERVE/shown" || fail "$(cat "$VAULT_RESERVE/shown")"
	echo
}

# A UUIDv7, as vaultctl makes one for each command where none is given.
new_id() {
	local ms random
	ms=$(printf '%012x' "$(date +%s%3N)")
	random=$(od -An -N10 -tx1 /dev/urandom | tr -d ' \n')
	printf '%s-%s-7%s-8%s-%s\n' "${ms:0:8}" "${ms:8:4}" "${random:0:3}" "${random:3:3}" \
		"${random:6:12}"
}

# The field of that name in the rows of CSV whose other field has a value. No quoted cell before it.
csv_field() { # NAME FIELD=VALUE
	awk -F, -v name="$1" -v where="${2%%=*}" -v is="${2#*=}" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at[where] == is { print $at[name] }'
}

grams() { # 1561650 as 1,561.650 kg
	printf '%s' "$1" | sed -e ':a' -e 's/^\([0-9]*[0-9]\)\([0-9]\{3\}\)\([^0-9]\|$\)/\1,\2\3/;ta' \
		-e 's/,\([0-9]*\)$/.\1 kg/'
}

# Weighs out every lot of an issued order exactly as it lets go, then records the delivery.
load_out_and_deliver() { # ORDER CONSIGNEE RECEIVER
	local lot net seal=7710
	while read -r lot net; do
		seal=$((seal + 1))
		show vaultctl --as kim loadout weigh "$1" "$lot" --gross "$((net + 12000))g" --tare 12kg \
			--carrier "Example Lines" --vehicle 1-ABC-234 --seals "$seal"
	done < <(order_lines "$1")
	show vaultctl --as kim deliver "$1" --consignee "$2" --receiver "$3"
}

# Lot and net grams of each line of an order.
order_lines() { # ORDER
	vaultctl order "$1" -o json | tr -d '\n ' | sed 's/.*"lines":\[//; s/\].*//' | tr '}' '\n' |
		sed -n 's/.*"lot":"\([^"]*\)","net_g":\([0-9]*\).*/\1 \2/p'
}

# Runs SQL as the user that owns the database, past vaultd: what an intruder with the machine can do.
as_owner_of_database() { # SQL
	show_shell "psql -q -h $(database_folder) -U postgres -d vault -c \"set search_path = vault; $1\""
}

# Where the socket of the private cluster lies.
database_folder() {
	sed -n 5p "$VAULT_RESERVE/data/postgres/postmaster.pid"
}

# Decisions a second, from what vault-load prints.
rate() {
	sed -n 's/.*: \([0-9]*\) a second.*/\1/p'
}

# A signature, with the plain words that were signed; the exact text below them, which vaultctl shows
# as well, is left out here.
show_words_ending() { # STATUS COMMAND…
	local expected=$1 status=0
	shift
	print_line "$@"
	wait_for_enter
	"$@" >"$VAULT_RESERVE/shown" 2>&1 </dev/null || status=$?
	[ "$status" = "$expected" ] || fail "$(cat "$VAULT_RESERVE/shown")"
	shown=$(awk '/^The exact text:/ { cut = 1 } cut && !/^($|  \||The)/ { cut = 0 } !cut' \
		"$VAULT_RESERVE/shown")
	printf '%s\n\n' "$shown"
}
show_words() { show_words_ending 0 "$@"; }
