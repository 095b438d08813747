#!/bin/bash
# `check schedule` against machines that are only folders: nothing installed, everything by timers, everything
# by cron, a timer that nobody enabled, one that runs too seldom.
. "$(dirname "$0")/lib.bash"
etc=$tests/../etc
[ -d "$etc" ] || etc=$VAULT_ETC
machine() { # NAME: an empty one
	root=$work/$1
	mkdir -p "$root/etc/systemd/system/timers.target.wants" "$root/lib/systemd/system" "$root/etc/cron.d"
}
verdict() { vaultctl check schedule --root "$root" -o json 2>/dev/null | tr '{' '\n' | grep "\"job\":\"$1\"" | json_value verdict; }

say "Nothing is installed"
machine bare
expect 1 "missing" vaultctl check schedule --root "$root"
expect 1 "vault-audit.timer" vaultctl check schedule --root "$root"
for job in audit export metrics report; do same "$job" "$(verdict "$job")" missing; done

say "Timers, enabled"
machine timers
cp "$etc"/systemd/*.timer "$etc"/systemd/*.service "$root/lib/systemd/system"
same "a timer that nobody enabled" "$(verdict audit)" missing
for timer in "$root"/lib/systemd/system/*.timer; do
	ln -s "/lib/systemd/system/$(basename "$timer")" "$root/etc/systemd/system/timers.target.wants/"
done
expect 0 "vault-audit.timer" vaultctl check schedule --root "$root"
sed -i 's/^OnCalendar=.*/OnCalendar=weekly/' "$root/lib/systemd/system/vault-audit.timer"
same "an audit once a week" "$(verdict audit)" seldom
sed -i 's/^OnCalendar=.*/OnCalendar=Sun *-*-* 02:00 Europe\/Berlin/' "$root/lib/systemd/system/vault-audit.timer"
same "a calendar that it cannot read" "$(verdict audit)" unknown

say "Cron"
machine cron
cp "$etc/cron.d/vault" "$root/etc/cron.d/"
expect 0 "/etc/cron.d/vault" vaultctl check schedule --root "$root"
mkdir -p "$root/run/systemd/system"
same "lines that stand back for systemd" "$(verdict audit)" missing
rmdir "$root/run/systemd/system"
sed -i 's/^\(.*audit run\)/#\1/' "$root/etc/cron.d/vault"
same "a line that is a comment" "$(verdict audit)" missing
mkdir -p "$root/etc/cron.daily"
printf '#!/bin/sh\nexec vaultctl audit run --quiet\n' >"$root/etc/cron.daily/audit"
same "a script of cron.daily" "$(verdict audit)" ok

say "Bad input"
expect 2 "is no folder" vaultctl check schedule --root "$work/nowhere"
expect 2 "" vaultctl check schedule --rot "$root"
finish
