# What scripts/demo and scripts/test share: packages, the unprivileged user, the work folder,
# builds, and an end that leaves no process of ours behind. Sourced, never run.
#
# As root nothing that runs as the user `vault` reads the clone: programs, data and tests are copied
# into the work folder first. Only build/ and that folder are written.

unset CDPATH GREP_OPTIONS
export LC_ALL=C.UTF-8
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
umask 022

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
work=                # the work folder, once it is made
child=               # the process group or process that we wait for
account=vault        # whom root's programs become

build_packages="gcc libc6-dev clang libclang-rt-14-dev cmake ninja-build pkgconf libpq-dev uuid-dev
	libssl-dev libcunit1-dev libjansson-dev libinih-dev libsmartcols-dev libsystemd-dev"
run_packages="postgresql-common postgresql-client-15 postgresql-15 openssl varlink-go"
test_packages="chromium libxml2-utils" # reports are looked at in a browser; setup_packages test

say() { printf '%s\n' "$@"; } # a line an argument

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

is_root() { [ "$(id -u)" = 0 ]; }

# ---- packages ----------------------------------------------------------------------------------

missing_packages() { # [test]
	local package status packages="$build_packages $run_packages"
	[ "${1:-}" != test ] || packages="$packages $test_packages"
	for package in $packages; do
		status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || status=
		[ "$status" = installed ] || printf '%s ' "$package"
	done
}

# Runs a command with root's rights; setup_packages has found out how.
rights=
privileged() { $rights "$@" </dev/null; }

# Sudo may ask for a password where somebody can type one, and only there.
find_rights() {
	is_root && return 0
	command -v sudo >/dev/null || return 1
	rights=sudo
	if sudo -n true 2>/dev/null; then return 0; fi
	[ -t 0 ] && sudo -v
}

apt_get() {
	privileged env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"
}

# Its package would make a cluster 15/main of its own; where there is none, none shall appear.
createcluster=/etc/postgresql-common/createcluster.conf
createcluster_changed=

restore_createcluster() {
	if [ -e "$createcluster.before-vault" ]; then
		privileged mv -f "$createcluster.before-vault" "$createcluster"
	fi
	createcluster_changed=
}

install_postgresql() {
	restore_createcluster # of a run that was killed
	if [ ! -e /etc/postgresql/15/main ] && [ -e "$createcluster" ]; then
		createcluster_changed=yes
		privileged cp -p "$createcluster" "$createcluster.before-vault"
		privileged sed -i -e '/^[[:space:]]*create_main_cluster/d' \
			-e '$a create_main_cluster = false' "$createcluster"
	fi
	apt_get install --no-install-recommends postgresql-15 || return 1
	restore_createcluster
}

install_packages() {
	local package before=() server=
	for package in "$@"; do
		if [ "$package" = postgresql-15 ]; then server=yes; else before+=("$package"); fi
	done
	apt_get update || return 1
	if [ ${#before[@]} -gt 0 ]; then
		apt_get install --no-install-recommends "${before[@]}" || return 1
	fi
	[ -z "$server" ] || install_postgresql
}

setup_packages() { # [test: those that only tests need as well]
	local missing log
	missing=$(missing_packages "${1:-}")
	[ -n "$missing" ] || return 0
	if ! find_rights; then
		say "These packages are missing, and only an administrator can install them:"
		say "  apt-get update && apt-get install -y --no-install-recommends ${missing% }"
		exit 2
	fi
	say "Installing: ${missing% }"
	log=$(mktemp /var/tmp/vault-apt.XXXXXX)
	if ! install_packages $missing >"$log" 2>&1; then
		tail -n 30 "$log" >&2
		rm -f "$log"
		die "the packages could not be installed (the end of apt's output is above)"
	fi
	rm -f "$log"
	missing=$(missing_packages "${1:-}")
	[ -z "$missing" ] || die "still missing after the installation: $missing"
}

# ---- user and folder ---------------------------------------------------------------------------

setup_user() {
	if ! is_root; then
		account=$(id -un)
	elif ! getent passwd "$account" >/dev/null; then
		useradd --system --user-group --no-create-home --home-dir /nonexistent \
			--shell /usr/sbin/nologin "$account" || die "the system user $account cannot be made"
	fi
}

# The folder of one run: programs and data that belong to the invoker, and home, which is the user's.
setup_work() { # NAME
	work=$(mktemp -d "/var/tmp/vault-$1.XXXXXX") || die "no folder can be made in /var/tmp"
	mkdir "$work/bin" "$work/home"
	find "$top/build/release" -type f -perm -u+x -not -path '*/CMakeFiles/*' -not -name '*.so*' \
		-exec cp -t "$work/bin" {} +
	local part
	for part in data docs tests scripts etc include bench; do
		if [ -e "$top/$part" ]; then cp -R "$top/$part" "$work/$part"; fi
	done
	chmod -R a+rX "$work"
	if is_root; then chown "$account:" "$work" "$work/home"; fi
}

# Turns this subshell into a command as the user, in a clean environment; more variables may stand
# before it, as for env.
as_user() {
	local become=()
	if is_root; then
		become=(setpriv "--reuid=$account" "--regid=$(id -g "$account")" --init-groups)
	fi
	cd "$work/home" && exec "${become[@]}" env -i "HOME=$work/home" "TMPDIR=$work/home" \
		"USER=$account" "TERM=${TERM:-dumb}" LC_ALL=C.UTF-8 \
		"PATH=$work/bin:/usr/local/bin:/usr/bin:/bin" "VAULT_BIN=$work/bin" \
		"VAULT_DATA=$work/data" "VAULT_TESTS=$work/tests" "VAULT_LIB=$work/scripts/lib" \
		"VAULT_WORK=$work/home" "$@"
}

# ---- children ----------------------------------------------------------------------------------

# Waits in a way that a signal to this script interrupts; the trap then ends the child's whole group.
in_group() {
	set -m
	"$@" </dev/null &
	child=-$!
	set +m
	local status=0
	wait "${child#-}" || status=$?
	child=
	return "$status"
}

# The same for what reads the terminal: it stays in our group.
in_front() {
	"$@" <&0 &
	child=$!
	local status=0
	wait "$child" || status=$?
	child=
	return "$status"
}

# Pids of what works in the work folder or was started with its path, this script left out.
ours_running() { # [NAME: only those]
	local folder pid state line
	[ -n "$work" ] || return 0
	for folder in /proc/[0-9]*; do
		pid=${folder#/proc/}
		[ "$pid" != $$ ] && [ "$pid" != "$BASHPID" ] || continue
		{ read -r line <"$folder/stat"; } 2>/dev/null || continue
		state=${line##*) }
		[ "${state%% *}" != Z ] || continue
		case $line in *"(${1:-}"*) ;; *) continue ;; esac
		case $(readlink "$folder/cwd" 2>/dev/null) in
		"$work"*) printf '%s\n' "$pid" ;;
		*) if grep -qaF "$work" "$folder/cmdline" 2>/dev/null; then printf '%s\n' "$pid"; fi ;;
		esac
	done
}

# Signals every one of them and waits until they are gone, at most so many seconds.
end_ours() { # SIGNAL SECONDS [NAME]
	local pids tries
	pids=$(ours_running "${3:-}")
	[ -n "$pids" ] || return 0
	kill "-$1" $pids 2>/dev/null
	for ((tries = $2 * 10; tries > 0; tries--)); do
		[ -n "$(ours_running "${3:-}")" ] || return 0
		sleep 0.1
	done
}

# vaultd stops its database itself; whatever is left after it is stopped here.
stop_everything() {
	end_ours TERM 20 vaultd
	end_ours INT 20 postgres
	end_ours TERM 5
	end_ours KILL 5
}

cleanup() {
	trap '' INT TERM HUP
	if [ -n "$child" ]; then kill -TERM -- "$child" 2>/dev/null; fi
	if [ -n "$createcluster_changed" ]; then restore_createcluster; fi
	stop_everything
	local left
	left=$(ours_running)
	if [ -n "$left" ]; then say "still running: $left" >&2; fi
	if [ -n "$work" ]; then rm -rf -- "$work"; fi
}

setup_traps() {
	trap cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
}

# ---- builds ------------------------------------------------------------------------------------

# Configures and builds a preset, quietly unless it fails.
build() { # PRESET
	local folder=$top/build/$1 fresh= log began=$SECONDS
	mkdir -p "$folder" || die "the folder build/ cannot be written"
	log=$folder/build.log
	if [ -e "$folder/CMakeCache.txt" ] \
		&& ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$top" "$folder/CMakeCache.txt"; then
		fresh=--fresh # the clone was moved
	fi
	say "Building: $1"
	if ! { cd "$top" && in_group cmake --preset "$1" $fresh && in_group ninja -C "$folder"; } \
		>"$log" 2>&1; then
		tail -n 60 "$log" >&2
		die "the $1 build failed (whole output: $log)"
	fi
	say "  done in $((SECONDS - began)) s"
}
