#!/bin/bash
# Bad input of every kind gets its named error, changes nothing, and vaultd lives on.
. "$(dirname "$0")/lib.bash"
new_reserve
found_reserve
furnish
stock_lot GA-0001 600
declare_gallium 400kg
size=$(entries)
before=$(available ga)
pid=$(reserve_pid "$reserve")

bad() { # ERROR TEXT METHOD JSON: refused with that error, and nothing written
	local status=0
	checks=$((checks + 1))
	said=$(vaultctl -o json call "$3" "$4" 2>&1 </dev/null) || status=$?
	if [ "$status" = 0 ] || ! grep -qF -- "$2" <<<"$said" || ! grep -qF -- "$1" <<<"$said"; then
		wrong "status $status, no $1 with \"$2\": $3 $4"
		printf '%s\n' "$said" | sed 's/^/        /'
	else
		printf 'ok      %s  %s\n' "$3" "$4" | cut -c 1-150
	fi
}

# Bytes as they stand, over the socket: what no client of ours would send. Prints the answer.
raw() { # PRINTF-FORMAT
	# shellcheck disable=SC2059
	printf "$1" | perl -MIO::Socket::UNIX -e '
		local ($/, $SIG{PIPE}) = (undef, "IGNORE");
		my $socket = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "no socket";
		my ($answer, $part) = ("", "");
		alarm 20;
		syswrite $socket, <STDIN>;
		while ($answer !~ /\0/ && sysread $socket, $part, 65536) { $answer .= $part }
		print $answer =~ s/\0.*//sr;' "$VAULT_SOCKET"
}

say "Masses"
lot='"lots":[{"code":"X-1","commodity":"ga","site":"ROT","expected_g"'
bad InvalidInput expected_g Stock.AddLots "{$lot:-5}],\"as\":\"kim\"}"
bad InvalidInput expected_g Stock.AddLots "{$lot:0}],\"as\":\"kim\"}"
bad "" expected_g Stock.AddLots "{$lot:9007199254740992}],\"as\":\"kim\"}"
bad "" "" Stock.AddLots "{$lot:99999999999999999999}],\"as\":\"kim\"}"
bad "" expected_g Stock.AddLots "{$lot:1.5}],\"as\":\"kim\"}"
bad "" expected_g Stock.AddLots "{$lot:\"5\"}],\"as\":\"kim\"}"
bad "" mass_g Emergency.Submit '{"member":"JPN","commodity":"ga","mass_g":0,"as":"haas"}'
expect 2 "" vaultctl --as kim lot new X-1 ga ROT -5kg
expect 2 "unit" vaultctl --as kim lot new X-1 ga ROT 5
expect 2 "" vaultctl --as kim lot new X-1 ga ROT 99999999999999t

say "Grades, moisture, dates"
ok vaultctl --as kim lot new GA-0009 ga ROT 100kg --supplier acme
ok vaultctl --as kim lot weigh GA-0009 --gross 110kg --tare 10kg
size=$(entries)
expect 3 "" vaultctl --as kim lot weigh GA-0009 --gross 110kg --tare 10kg
bad InvalidInput grade_ppm Stock.AssayLot '{"lot":"GA-0009","grade_ppm":1000001,"laboratory":"x","as":"ana"}'
bad InvalidInput moisture_ppm Stock.AssayLot \
	'{"lot":"GA-0009","grade_ppm":999900,"moisture_ppm":1000000,"laboratory":"x","as":"ana"}'
bad "" retest_at Stock.AssayLot \
	'{"lot":"GA-0009","grade_ppm":999900,"laboratory":"x","retest_at":"2027-02-30","as":"ana"}'
bad "" need_by Emergency.Submit \
	'{"member":"JPN","commodity":"ga","mass_g":1,"need_by":"soon","as":"haas"}'
expect 2 "" vaultctl --as ana lot assay GA-0009 --grade 100.01% --laboratory x
expect 2 "" vaultctl --as haas request submit JPN ga 1kg --need-by 2027-13-01

say "What does not exist"
expect 7 "commodity" vaultctl --as kim lot new X-1 unobtainium ROT 5kg
expect 7 "site" vaultctl --as kim lot new X-1 ga ATLANTIS 5kg
expect 7 "member" vaultctl --as haas request submit XXX ga 1kg --purpose wafers
expect 7 "lot" vaultctl --as kim lot weigh NO-LOT --gross 2kg --tare 1kg
expect 7 "" vaultctl --as ruiz sign N-2026-9999 --yes
expect 2 "" vaultctl frobnicate
expect 2 "" vaultctl lot frobnicate GA-0001 --hard
expect 2 "" vaultctl --as kim lot weigh GA-0009 --wings 2kg --tare 1kg
bad InvalidParameter wings Stock.ListLots '{"wings":2}'
bad MethodNotFound Fly Stock.Fly '{}'

say "Steps that are not legal"
expect 3 accepted vaultctl --as kim lot weigh GA-0001 --gross 2kg --tare 1kg
expect 3 "" vaultctl --as ana lot accept GA-0009
expect 3 "" vaultctl --as kim lot arrive GA-0001
expect 3 "recorded already" vaultctl --as kim lot new GA-0001 ga ROT 5kg

say "What says nothing, and what names nothing"
expect 2 "because: is empty" vaultctl --as kim lot hold GA-0009 --reason seal --because ""
expect 2 "at most 511 bytes" vaultctl --as haas site set BAL suspended --because "$(printf '%0512d' 0)"
expect 2 "is none of" vaultctl lot --state acepted
expect 7 "no such commodity: zz" vaultctl lot --commodity zz
ok vaultctl lot --state held

say "Command ids"
id=$(new_id)
ok vaultctl --as kim --id "$id" lot hold GA-0009 --reason seal --because "first"
ok vaultctl --as kim --id "$id" lot hold GA-0009 --reason seal --because "first"
size=$(entries)
expect 2 "[R18]" vaultctl --as kim --id "$id" lot hold GA-0009 --reason seal --because "second"
expect 2 "" vaultctl --as ana --id "$id" lot hold GA-0009 --reason seal --because "first"
expect 2 "" vaultctl --as kim --id "$(new_id -31)" lot hold GA-0009 --reason seal --because "old"
expect 2 "" vaultctl --as kim --id "$(new_id 1)" lot hold GA-0009 --reason seal --because "early"
expect 2 "" vaultctl --as kim --id not-an-id lot hold GA-0009 --reason seal --because "none"

say "Keys and signatures"
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/rsa.pem" 2>/dev/null
expect 1 "" vaultctl --as haas person enrol eve --name Eve --duties keeper \
	--key "not-a-key" --because x
expect 2 "" vaultctl --as haas person enrol eve --name Eve --duties keeper \
	--key "$origin/kim+00000000+AAAA" --because x
vaultctl --as haas floor set ga operating --mass 400kg --because "higher" -o id >"$work/note.id"
note=$(cat "$work/note.id")
size=$(entries)
checks=$((checks + 1))
vaultctl --as ruiz sign "$note" --yes --key "$work/rsa.pem" >/dev/null 2>&1 && wrong "an RSA key signed"
make_key stranger
expect 4 "" vaultctl --as ruiz sign "$note" --yes --key "$work/people/vault/stranger.pem"
text=$(vaultctl document "$note" -o json | json_value text)
signed="$text\\n\\u2014 $origin/ruiz AAAAAAAA\\n"
bad BadSignature "" Evidence.Submit "{\"document\":\"$note\",\"note\":\"$signed\",\"as\":\"ruiz\"}"
ok vaultctl --as ruiz sign "$note" --fetch "$work/changed.note"
sed -i 's/400000/1/' "$work/changed.note"
ok vaultctl --as ruiz sign --offline "$work/changed.note" --yes
expect 4 "" vaultctl --as ruiz submit "$work/changed.note"

say "Bytes"
same "nothing was written" "$(entries)" "$size"

method='"method":"org.projectvault.Evidence.Status"'
same "malformed JSON ends the connection" "$(raw '{"method":}\0')" ""
same "no object" "$(raw '[1,2]\0')" ""
same "no method" "$(raw '{"parameters":{}}\0')" ""
same "an unknown key" "$(raw "{$method,\"wings\":2}\\0")" ""
same "a flag that is no boolean" "$(raw "{$method,\"more\":1}\\0")" ""
same "a key twice" "$(raw "{$method,$method}\\0")" ""
same "a bad byte" "$(raw '{"method":"\xff\xfe"}\0')" ""
deep=$(printf '[%.0s' $(seq 200))
same "deep nesting" "$(raw "{$method,\"parameters\":{\"a\":$deep\\0")" ""
same "half a message, then silence" "$(raw "{$method")" ""
ok vaultctl status

say "Configuration"
start_fails() { # TEXT CONFIG-LINE…
	local text=$1 folder=$work/bad
	shift
	rm -rf "$folder"
	mkdir -p "$folder"
	chmod 755 "$folder"
	{ printf 'data_dir = %s/data\nrun_dir = %s/run\nuser = %s\n' "$folder" "$folder" "$(owner)"
		printf '%s\n' "$@"; } >"$folder/x.conf"
	if [ "$(id -u)" = 0 ]; then chown "$(owner):" "$folder"; fi
	expect 1 "$text" timeout 60 "$VAULT_BIN/vaultd" --config "$folder/x.conf"
}
start_fails "wings" "wings = 2"
start_fails "log_level" "log_level = loud"
start_fails "not an absolute path" "log_key = somewhere"
start_fails "107" "socket = /tmp/$(printf 'x%.0s' $(seq 120))"
folder=$work/bad
old_version() {
	mkdir -p "$folder/data/postgres"
	echo 11 >"$folder/data/postgres/PG_VERSION"
	chmod 700 "$folder/data" "$folder/data/postgres"
	if [ "$(id -u)" = 0 ]; then chown -R "$(owner):" "$folder/data"; fi
}
rm -rf "$folder"
mkdir -p "$folder"
chmod 755 "$folder"
printf 'data_dir = %s/data\nrun_dir = %s/run\nuser = %s\n' "$folder" "$folder" "$(owner)" >"$folder/x.conf"
if [ "$(id -u)" = 0 ]; then chown "$(owner):" "$folder"; fi
old_version
expect 1 "11" timeout 60 "$VAULT_BIN/vaultd" --config "$folder/x.conf"

say "After all of it"
same "vaultd is the same process" "$(reserve_pid "$reserve")" "$pid"
same "available" "$(available ga)" "$before"
audit_is_clean
finish
