#!/bin/bash
# A reserve is founded by the people it names, and takes in its first lot: announced, weighed by us,
# assayed, accepted by somebody else. Nothing counts before the last of these. The audit is clean.
. "$(dirname "$0")/lib.bash"

say "Before a founding nothing can be done"
new_reserve
expect 3 "" vaultctl mineral new ga gallium
found_reserve
ok vaultctl status
expect 3 "founded already" vaultctl found "$work/founding.note"

say "What is missing is said, with whom it needs"
ok vaultctl check setup
furnish
ok vaultctl check setup

say "The first lot"
expect 0 GA-0001 vaultctl --as kim lot new GA-0001 ga ROT 250kg --supplier acme --origin CAN
same "available" "$(available ga)" 0
expect 3 "expected" vaultctl --as ana lot assay GA-0001 --grade 99.99% --laboratory sgs
expect 4 "" vaultctl --as ana lot weigh GA-0001 --gross 260kg --tare 10kg
expect 0 lot.weighed vaultctl --as kim lot weigh GA-0001 --gross 260kg --tare 10kg
expect 3 "received" vaultctl --as kim lot weigh GA-0001 --gross 260kg --tare 10kg
expect 3 "" vaultctl --as ana lot accept GA-0001
expect 0 lot.assayed vaultctl --as ana lot assay GA-0001 --grade 99.99% --laboratory sgs
same "available" "$(available ga)" 0
expect 4 "" vaultctl --as kim lot accept GA-0001
expect 0 lot.accepted vaultctl --as ana lot accept GA-0001
same "available" "$(available ga)" 249975

say "A mistake is corrected by a new entry of somebody else"
expect 4 "somebody else" vaultctl --as kim lot correct GA-0001 --net 25kg --because "decimal slip"
expect 0 lot.corrected vaultctl --as ruiz lot correct GA-0001 --net 240kg --because "read 250"
same "available" "$(available ga)" 239976

say "Holds, moves, losses"
expect 0 lot.held vaultctl --as ruiz lot hold GA-0001 --reason seal --because "seal broken"
same "available while held" "$(available ga)" 0
expect 4 "somebody else" vaultctl --as ruiz lot unhold GA-0001/1 --because "seal renewed"
expect 3 "" vaultctl --as kim lot arrive GA-0001
expect 0 "" vaultctl --as kim lot unhold GA-0001/1 --because "seal renewed"
expect 0 lot.moved vaultctl --as kim lot move GA-0001 BAL
same "available in transit" "$(available ga)" 0
expect 0 lot.arrived vaultctl --as kim lot arrive GA-0001
same "available" "$(available ga)" 239976
stock_lot GA-0002 20
expect 0 lot.lost vaultctl --as kim lot lose GA-0002 --reason transport --because "fell overboard"
same "available" "$(available ga)" 239976
ok vaultctl account ga

say "A dry run changes nothing"
size=$(entries)
ok vaultctl --as kim lot new GA-0003 ga ROT 10kg --dry-run
same "entries" "$(entries)" "$size"

say "The audit"
audit_is_clean
finish
