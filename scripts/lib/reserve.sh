# A reserve of its own in a folder: configuration, daemon, end. For scenarios and the acts of the
# demonstration; sourced by what already runs as the unprivileged user, with VAULT_BIN set.
#
#   reserve_new FOLDER [LINE…]   writes FOLDER/vaultd.conf; lines are added before [users]
#   reserve_start FOLDER         starts vaultd and waits until it answers; sets VAULT_SOCKET
#   reserve_stop FOLDER          a clean stop of vaultd and its database
#   reserve_kill FOLDER          kill -9 of vaultd; the database lives on
#   reserve_kill_database FOLDER kill -9 of the database's first process
#   reserve_end FOLDER           whatever state it is in: nothing of it runs after

reserve_new() {
	local folder=$1
	shift
	mkdir -p "$folder"
	{
		printf 'data_dir = %s/data\nrun_dir = %s/run\n' "$folder" "$folder"
		if [ $# -gt 0 ]; then printf '%s\n' "$@"; fi
		printf '[users]\n%s = *\n' "$(id -un)"
		if [ "$(id -un)" != root ]; then printf 'root = *\n'; fi
	} >"$folder/vaultd.conf"
}

reserve_pid() { head -n 1 "$1/data/vaultd.pid" 2>/dev/null || true; }

reserve_database_pid() { head -n 1 "$1/data/postgres/postmaster.pid" 2>/dev/null || true; }

# A zombie that nobody reaps counts as gone.
reserve_lives() { # PID
	local line
	[ -n "$1" ] && { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
	case ${line##*) } in Z*) return 1 ;; esac
}

reserve_gone() { # PID SECONDS
	local tries
	for ((tries = $2 * 20; tries > 0; tries--)); do
		reserve_lives "$1" || return 0
		sleep 0.05
	done
	return 1
}

reserve_start() {
	local folder=$1 clock=() pid tries status
	if [ -e "$folder/clock" ]; then clock=(--clock-file "$folder/clock"); fi
	export VAULT_SOCKET=$folder/run/vaultd.sock
	setsid "$VAULT_BIN/vaultd" --config "$folder/vaultd.conf" "${clock[@]}" \
		>>"$folder/vaultd.log" 2>&1 </dev/null &
	pid=$!
	disown "$pid" # so that bash does not announce its end
	for ((tries = 1200; tries > 0; tries--)); do
		status=0
		"$VAULT_BIN/vaultctl" status >/dev/null 2>&1 </dev/null || status=$?
		if [ "$status" != 5 ]; then return 0; fi # any answer is an answer; 5 is none
		reserve_lives "$pid" || break
		sleep 0.05
	done
	echo "vaultd did not start; it said last:" >&2
	tail -n 5 "$folder/vaultd.log" >&2
	return 1
}

reserve_stop() {
	local pid
	pid=$(reserve_pid "$1")
	if reserve_lives "$pid"; then kill -TERM "$pid"; fi
	reserve_gone "$pid" 30
}

reserve_kill() {
	local pid
	pid=$(reserve_pid "$1")
	if reserve_lives "$pid"; then kill -KILL "$pid"; fi
	reserve_gone "$pid" 10
}

reserve_kill_database() {
	local pid
	pid=$(reserve_database_pid "$1")
	if reserve_lives "$pid"; then kill -KILL "$pid"; fi
	reserve_gone "$pid" 10
}

reserve_end() {
	local pid
	reserve_stop "$1" || reserve_kill "$1"
	pid=$(reserve_database_pid "$1")
	if reserve_lives "$pid"; then kill -INT "$pid"; fi
	reserve_gone "$pid" 20 || kill -KILL "$pid" 2>/dev/null
	return 0
}
