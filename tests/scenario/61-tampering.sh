#!/bin/bash
# Whoever has the database's owner role changes what is stored, each way once; the next audit names check,
# row and index.
. "$(dirname "$0")/lib.bash"
new_reserve "$reserve" "self_check = never"
found_reserve
furnish
stock_lot GA-0001 600
declare_gallium 500kg
ok vaultctl --as haas request submit JPN ga 10kg --need-by "$(in_days 20)" --tier B --purpose wafers
{
	echo code,commodity,site,expected_kg,supplier,origin
	for ((i = 1000; i < 1300; i++)); do echo "XX-$i,ga,ROT,100,acme,CAN"; done
} >"$work/lots.csv"
ok vaultctl --as kim lot import "$work/lots.csv"
vaultctl ledger checkpoint >"$work/kept.checkpoint"
audit_is_clean
behind_its_back "alter table ledger disable trigger all; alter table tile disable trigger all;
	alter table command disable trigger all; alter table checkpoint disable trigger all" >/dev/null

# Changes something, has it audited, says what must be told, changes it back.
planted() { # WHAT CHANGE BACK CHECK WORD…
	local what=$1 back=$3 check=$4 status=0 word missing=
	behind_its_back "$2" >/dev/null
	said=$(vaultctl --as noor audit run --only ledger,replay 2>&1) || status=$?
	shift 3
	for word in "$@"; do grep -qF -- "$word" <<<"$said" || missing="$missing \"$word\""; done
	checks=$((checks + 1))
	if [ "$status" != 2 ] || [ -n "$missing" ]; then
		wrong "$what: exit $status, no word of$missing"
		printf '%s\n' "$said" | sed 's/^/        /'
	else
		printf 'ok      %-34s %s\n' "$what, by $check" "$(grep -F -- "$2" <<<"$said" | head -n 1 | cut -c 3-110)"
	fi
	if [ -n "$back" ]; then behind_its_back "$back" >/dev/null; fi
}
sql() { behind_its_back "$1"; }
keep="create table public.kept as select * from"
put_back="insert into ledger select * from public.kept; drop table public.kept"

say "An entry: changed where a tile holds its hash, and behind the last tile"
at=$(sql "select min(sequence) from ledger where entry like '%lot.weighed%'")
planted "an entry" "$keep ledger where sequence = $at; update ledger set
	entry = replace(entry, '\"gross_g\":610000', '\"gross_g\":610001') where sequence = $at" \
	"delete from ledger where sequence = $at; $put_back" ledger-entry "entry $at: the entry's bytes"
last=$(sql "select max(sequence) from ledger where entry like '%XX-1299%'")
planted "an entry of the tail" "$keep ledger where sequence = $last; update ledger set
	entry = replace(entry, 'acme', 'acne') where sequence = $last" \
	"delete from ledger where sequence = $last; $put_back" ledger-root "to $last was"

signed=$(sql "select max(sequence) from ledger where entry like '%document.signed%'")
planted "a signature of an entry" "$keep ledger where sequence = $signed; update ledger set
	entry = regexp_replace(entry, '\"signature\":\"..', '\"signature\":\"AA') where sequence = $signed" \
	"delete from ledger where sequence = $signed; $put_back" signatures \
	"does not fit the text of D-2026-0001   [ledger index $signed]"
planted "who signed" "$keep ledger where sequence = $signed; update ledger set
	entry = replace(entry, '\"person\":\"lee\"', '\"person\":\"kim\"') where sequence = $signed" \
	"delete from ledger where sequence = $signed; $put_back" signatures \
	"kim signed D-2026-0001 and had no duty"

say "Removed, added, swapped, truncated, and one that claims another's sequence"
planted "removed" "$keep ledger where sequence = 7; delete from ledger where sequence = 7" "$put_back" \
	ledger-entry "entry 7: 1 entry is missing"
planted "added" "insert into ledger select 100000, entry from ledger where sequence = 7" \
	"delete from ledger where sequence = 100000" ledger-entry "from index 100000 on"
planted "swapped" "update ledger set sequence = case sequence when 8 then -9 else -8 end where sequence in (8, 9);
	update ledger set sequence = -sequence where sequence < 0" \
	"update ledger set sequence = case sequence when 8 then -9 else -8 end where sequence in (8, 9);
	update ledger set sequence = -sequence where sequence < 0" \
	ledger-entry "entry 8 says that it is number 9" "entry 9 says that it is number 8"
planted "another's sequence" "$keep ledger where sequence = 12; update ledger set
	entry = replace(entry, '\"sequence\":12}', '\"sequence\":5}') where sequence = 12" \
	"delete from ledger where sequence = 12; $put_back" ledger-entry "entry 12 says that it is number 5"
size=$(sql "select size from head")
planted "truncated" "$keep ledger where sequence >= $((size - 3)); delete from ledger where
	sequence >= $((size - 3))" "$put_back" ledger-entry "3 are missing at the end"

say "A tile with one bit flipped, a checkpoint, a command id"
planted "a tile" "update tile set hashes = set_byte(hashes, 1000, get_byte(hashes, 1000) # 1)
	where level = 0 and number = 0" "update tile set hashes = set_byte(hashes, 1000,
	get_byte(hashes, 1000) # 1) where level = 0 and number = 0" ledger-root "tile 0/0" "index 31]"
some=$(sql "select max(size) from checkpoint where size < (select size from head) - 10")
planted "a checkpoint's note" "update checkpoint set note = overlay(note placing 'A' from length(note) - 5 for 1)
	where size = $some" "" ledger-root "checkpoint $some: "
planted "a checkpoint's root" "update checkpoint set root = sha256('x') where size = $some" \
	"delete from checkpoint where size = $some" ledger-root "checkpoint $some: "
one=$(sql "select id from command order by sequence limit 1")
planted "a command id" "update command set actor = 'lee' where id = '$one'" \
	"update command set actor = (select entry::json ->> 'actor' from ledger l where l.sequence =
	command.sequence) where id = '$one'" command-ids "command $one"
planted "a command id that is gone" "create table public.kept as select * from command where id = '$one';
	delete from command where id = '$one'" "insert into command select * from public.kept;
	drop table public.kept" command-ids "is not kept"

say "Rows: a lot, an award, a price, a floor, a signature, a key, a person; one gone, one invented"
row() { # TABLE COLUMN VALUE WHERE WORD…
	local table=$1 column=$2 value=$3 where=$4 old
	old=$(sql "select quote_nullable($column) from \"$table\" where $where")
	shift 4
	planted "$table.$column" "update \"$table\" set $column = $value where $where" \
		"update \"$table\" set $column = $old where $where" tables "$column is " "$@"
}
row lot contained_g contained_g+1 "code = 'GA-0001'" "lot GA-0001" \
	"[ledger index $(sql "select last_index from lot where code = 'GA-0001'")]"
row lot commodity null "code = 'GA-0001'" "lot GA-0001"
row request awarded_g awarded_g-1 "id = 'R-2026-0001'" "request R-2026-0001"
row price quoted quoted-1 "id = 'ga/1'" "price ga/1"
row floor mass_g mass_g-1 "kind = 'hard'" "floor ga/hard"
row document signatures "replace(signatures, 'ruiz', 'haas')" "id = 'D-2026-0001'" "document D-2026-0001"
row key verifier_key "(select verifier_key from key where person = 'ruiz')" "person = 'lee'" "key lee"
row key until_index 5 "person = 'ruiz'" "key ruiz"
row person duties "'officer'" "code = 'kim'" "person kim"
planted "a lot that is gone" "create table public.kept as select * from lot where code = 'XX-1007';
	delete from lot where code = 'XX-1007'" "insert into lot select * from public.kept;
	drop table public.kept" tables "lot XX-1007: a row that the ledger amounts to is missing"
planted "an invented lot" "create table public.kept as select * from lot where code = 'XX-1007';
	update public.kept set code = 'YY-1', created_index = 3; insert into lot select * from public.kept" \
	"delete from lot where code = 'YY-1'; drop table public.kept" tables "lot YY-1: the ledger knows nothing"
audit_is_clean

say "What an auditor asks for and cannot have"
: >"$work/empty"
expect 3 "is empty" vaultctl audit run --checkpoint "$work/empty"
expect 2 "no signed checkpoint" vaultctl call Evidence.Audit '{"checkpoint":""}'
expect 3 "the ledger has $(entries) entries" vaultctl audit run --since $(($(entries) + 1))
expect 3 "lies ahead" vaultctl audit run --since "$(in_days 2)"

say "A damaged export proves nothing"
ok vaultctl ledger export "$work/damaged"
ok vaultctl ledger prove 3 --ledger "$work/damaged"
ok vaultctl ledger consistency 3 --ledger "$work/damaged"
expect 3 "the export has $(entries) entries" vaultctl audit run --since 999999 --ledger "$work/damaged"
chmod -R u+w "$work/damaged"
printf '\377\377\377\377' | dd of="$(find "$work/damaged/tile/0" -type f | sort | head -n 1)" bs=1 seek=40 \
	conv=notrunc 2>/dev/null
expect 1 "the export is damaged" vaultctl ledger prove 3 --ledger "$work/damaged"
expect 1 "the export is damaged" vaultctl ledger consistency 3 --ledger "$work/damaged"
: >"$work/damaged/checkpoint"
expect 1 "the file checkpoint: " vaultctl ledger verify "$work/damaged"
finish
