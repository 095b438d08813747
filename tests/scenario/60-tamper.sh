#!/bin/bash
# Somebody with the database changes one gram, a floor, a person, an entry. The next audit names it.
. "$(dirname "$0")/lib.bash"
new_reserve
found_reserve
furnish
stock_lot GA-0001 600
stock_lot GA-0002 100
audit_is_clean

say "One gram of a lot"
old=$(behind_its_back "select contained_g from lot where code = 'GA-0001'")
behind_its_back "update lot set contained_g = contained_g + 1 where code = 'GA-0001'" >/dev/null
expect 2 GA-0001 vaultctl --as noor audit run --only ledger,replay
for word in contained_g "$old" "$((old + 1))"; do
	checks=$((checks + 1))
	grep -qF "$word" <<<"$said" || wrong "the audit does not say $word: $said"
done
index=$(behind_its_back "select last_index from lot where code = 'GA-0001'")
checks=$((checks + 1))
grep -qwF "$index" <<<"$said" || wrong "the audit does not say ledger index $index: $said"
behind_its_back "update lot set contained_g = contained_g - 1 where code = 'GA-0001'" >/dev/null
audit_is_clean

say "A floor, a person, a lot that is gone"
behind_its_back "update floor set mass_g = mass_g - 1 where kind = 'hard'" >/dev/null
expect 2 mass_g vaultctl --as noor audit run --only replay
behind_its_back "update floor set mass_g = mass_g + 1 where kind = 'hard'" >/dev/null
behind_its_back "update person set duties = (select duties from person where code = 'ruiz') where code = 'kim'" >/dev/null
expect 2 kim vaultctl --as noor audit run --only replay
behind_its_back "update person set duties = (select duties from person where code = 'none') where code = 'none'" >/dev/null
behind_its_back "delete from lot where code = 'GA-0002'" >/dev/null
expect 2 GA-0002 vaultctl --as noor audit run --only replay

say "An entry of the ledger"
checks=$((checks + 1))
if behind_its_back "update ledger set entry = replace(entry, '600', '601') where sequence = 5" 2>/dev/null
then wrong "the ledger let itself be changed"; fi
behind_its_back "alter table ledger disable trigger all;
	update ledger set entry = replace(entry, 'kim', 'lee') where sequence = (select max(sequence) from
		ledger where entry like '%lot.weighed%')" >/dev/null
expect 2 "" vaultctl --as noor audit run --only ledger
finish
