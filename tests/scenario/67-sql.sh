#!/bin/bash
# An auditor reads by SQL: every query of docs/sql.md runs as the role that may only read, every table has
# its view with every column and says what it is, and nothing can be changed.
. "$(dirname "$0")/lib.bash"
new_reserve
found_reserve
furnish
stock_lot GA-0001 600
stock_lot GA-0002 100
vaultctl --quiet --as kim lot hold GA-0002 --reason seal --because "seal broken" >/dev/null
vaultctl --quiet --as ana lot unhold GA-0002/1 --because "weighed again" >/dev/null # a row that ended

as_auditor() { # SQL: what it answers, unaligned
	local line
	line=$(vaultctl --as noor sql)
	as_owner sh -c "$line -X -v ON_ERROR_STOP=1 -At -c \"\$1\"" sh "$1" 2>&1
}

say "Every query of the page"
docs=$tests/../docs/sql.md
[ -f "$docs" ] || docs=$tests/sql.md
queries=$(grep -c '^```sql$' "$docs")
for ((i = 1; i <= queries; i++)); do
	query=$(awk -v want="$i" '/^```sql$/ { number++; inside = 1; next } /^```$/ { inside = 0 } inside && number == want' "$docs")
	checks=$((checks + 1))
	if answer=$(as_auditor "$query"); then
		printf 'ok      query %s of %s: %s rows\n' "$i" "$queries" "$(grep -c . <<<"$answer" || true)"
	else
		wrong "query $i: $answer"
	fi
	case $query in *'audit.conservation where'* | *'<> on_hand_g'* | *'signatures < 2'* | *'where elsewhere'*)
		same "no row of query $i" "$answer" "" ;;
	esac
done
same "enough queries" "$((queries > 9))" 1

say "The views are whole and say what they are"
same "tables without their view or with a column that it lacks" "$(as_auditor "
	select t.table_name || '.' || t.column_name from information_schema.columns t
	join information_schema.tables b using (table_schema, table_name)
	left join information_schema.columns v on v.table_schema = 'audit' and v.table_name = t.table_name
		and v.column_name = t.column_name
	where t.table_schema = 'vault' and b.table_type = 'BASE TABLE' and v.column_name is null
		and t.table_name || '.' || t.column_name <> 'head.one'")" ""
same "views without a comment" "$(as_auditor "select table_name from information_schema.views
	where table_schema = 'audit' and obj_description(('audit.' || table_name)::regclass) is null")" ""
same "gallium by site" "$(as_auditor "select site, lots, contained_g from audit.stock_by_site
	where commodity = 'ga'")" "$(vaultctl lot GA-0001 -o json | json_value site)|2|$(available ga)"

say "A dump to take away"
take_dump() { vaultctl --as noor sql --dump "$1" | as_owner sh; }
ok take_dump "$work/r/it's a dump"
dump="$work/r/it's a dump"
same "lots in the dump" "$(as_owner sh -c 'tail -n +2 "$1/lot.csv" | wc -l' sh "$dump")" 2
same "entries that the dump ends with" "$(as_owner sh -c 'tail -n 1 "$1/head.csv" | cut -d, -f1' sh "$dump")" "$(entries)"

say "The dump beside an export, at home"
at_home() { # without vaultd
	vaultctl --socket /nowhere audit run --only ledger,replay --ledger "$work/export" --tables "$dump"
}
change() { # FILE OLD NEW: in the dump
	as_owner sed -i "s/$2/$3/" "$dump/$1.csv"
}
ok vaultctl ledger export "$work/export"
expect 0 "clean: " at_home
same "nothing to say of the tables' age" "$(grep -c '^tables' <<<"$said")" 0
lot=$(json_value contained_g < <(vaultctl lot GA-0001 -o json))
change lot "$lot" 7777777
expect 2 "lot GA-0001: contained_g is 7777777 in the table and $lot by the ledger" at_home
expect 3 "--tables DIR goes with --ledger DIR" vaultctl audit run --tables "$dump"
change lot ",7777777," ",one,"
expect 3 'lot.csv line 2, column contained_g: "one" cannot be read' at_home
change lot ',one,' ",$lot,"
cp -r "$work/export" "$work/older"
older=$(entries)
stock_lot GA-0003 5
ok vaultctl ledger export "$work/export"
expect 0 "tables  compared after entry $(($(sed -n 's/^\([0-9]*\),.*/\1/p' < <(as_owner cat "$dump/head.csv")) - 1))," at_home
ok take_dump "$dump"
mv "$work/export" "$work/newer"
cp -r "$work/older" "$work/export"
expect 3 "the dump is of $(entries) entries and the export of $older" at_home
rm -r "$work/export"
mv "$work/newer" "$work/export"
expect 0 "clean: " at_home
as_owner sed -i '2s/^[0-9]*,/20,/' "$dump/head.csv"
expect 2 "the entries do not hash to the root of the dump's head" at_home
as_owner sed -i "2s/^20,/$(entries),/" "$dump/head.csv"
expect 0 "clean: " at_home
as_owner rm "$dump/finding.csv"
expect 3 "finding.csv: No such file" at_home

say "Nothing can be changed"
for attempt in "update audit.lot set contained_g = 1" "delete from vault.ledger" \
	"insert into vault.finding(id) values ('F-1')" "create table vault.mine(a int)" \
	"select vault.take_head()" "select vault_schema.make_audit_views()"; do
	checks=$((checks + 1))
	if answer=$(as_auditor "$attempt"); then wrong "an auditor may: $attempt"; else
		printf 'ok      refused: %s\n' "$attempt"; fi
done
finish
