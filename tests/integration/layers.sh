#!/bin/bash
# The layers as arrows, and a failure for every include that goes against one.
#
#   layers.sh SOURCE_TREE
#
#   base                      -> base
#   reserve, ledger, wire     -> base; the rooms of reserve: stock <- zone <- emergency <- evidence
#   view                      -> reserve, wire, base
#   audit                     -> reserve, ledger, wire, base
#   vaultd                    -> view, audit, reserve, ledger, wire, base
#   vaultctl                  -> ledger, wire, base; vaultctl/offline also -> view, audit, reserve
#
# OpenSSL belongs to lib/ledger, jansson to lib/wire, libpq to vaultd/store, inih and libsystemd to
# vaultd, libsmartcols to vaultctl, libuuid to both shells. lib/reserve is pure, so of the C library it
# has only the headers that can neither read a clock nor reach the world.
set -eu -o pipefail
tree=${1:?usage: layers.sh SOURCE_TREE}

# Prints FILE:LINE and the arrow that is broken, once for each forbidden include of a tree.
violations() { # TREE
	(cd "$1" && find lib vaultd vaultctl -name '*.[ch]' -exec grep -HnE \
		'^[[:space:]]*#[[:space:]]*include' {} + 2>/dev/null || true) | awk -F: '
	function layer_of(path) {
		if (path ~ /^lib\/reserve\/(stock|zone|emergency|evidence)\//) { split(path, part, "/"); return "reserve/" part[3] }
		if (path ~ /^lib\//) { split(path, part, "/"); return part[2] }
		if (path ~ /^vaultd\/store\//) return "vaultd/store"
		if (path ~ /^vaultctl\/offline\//) return "vaultctl/offline"
		split(path, part, "/"); return part[1]
	}
	function outer(layer) { sub(/\/.*/, "", layer); return layer }
	function says(why) { printf "%s:%s: %s may not include %s%s\n", $1, $2, from, name, why }
	BEGIN {
		allowed["base"] = " base "
		allowed["reserve"] = " base reserve "
		allowed["ledger"] = " base ledger "
		allowed["wire"] = " base wire "
		allowed["view"] = " base reserve wire view "
		allowed["audit"] = " base reserve ledger wire audit "
		allowed["vaultd"] = " base reserve ledger wire view audit vaultd "
		allowed["vaultctl"] = " base ledger wire vaultctl "
		rank["stock"] = 1; rank["zone"] = 2; rank["emergency"] = 3; rank["evidence"] = 4
		pure = " assert.h inttypes.h limits.h stdalign.h stdarg.h stdbool.h stddef.h stdint.h stdlib.h string.h "
		home["openssl"] = " ledger "; home["jansson.h"] = " wire "; home["libpq-fe.h"] = " vaultd/store "
		home["libpq"] = " vaultd/store "; home["postgres_ext.h"] = " vaultd/store "; home["pg_config.h"] = " vaultd/store "
		home["ini.h"] = " vaultd "; home["systemd"] = " vaultd vaultd/store "; home["libsmartcols"] = " vaultctl vaultctl/offline "
		home["libsmartcols.h"] = " vaultctl vaultctl/offline "; home["uuid"] = " vaultd vaultctl vaultd/store vaultctl/offline "
	}
	{
		from = layer_of($1)
		line = $0
		sub(/^[^:]*:[^:]*:[^<"]*/, "", line)
		name = line; sub(/^[<"]/, "", name); sub(/[>"].*$/, "", name)
		first = name; sub(/\/.*/, "", first)
	}
	line ~ /^</ {
		if (first in home) { if (index(home[first], " " from " ") == 0) says(": it belongs to" home[first]) }
		else if (outer(from) == "reserve" && index(pure, " " name " ") == 0) says(": the core is pure")
		next
	}
	line ~ /^"/ {
		if (first == "vault" || name !~ /\//) next  # the published contract; a neighbour in the same folder
		if (name ~ /\.\./) { says(": name the layer, not the way to it"); next }
		if (index(allowed[outer(from)], " " first " ") == 0 && !(from == "vaultctl/offline" && index(" reserve view audit ", " " first " "))) { says(""); next }
		split(name, part, "/"); split(from, own, "/")
		if (first == "reserve" && own[1] == "reserve" && (own[2] in rank) && (part[2] in rank) && rank[part[2]] > rank[own[2]])
			says(": the rooms lean the other way")
		next
	}
	{ printf "%s:%s: an include that this test cannot read: %s\n", $1, $2, line }'
}

broken=$(violations "$tree")
if [ -n "$broken" ]; then
	printf '%s\n' "$broken"
	exit 1
fi
count=$(cd "$tree" && find lib vaultd vaultctl -name '*.[ch]' | wc -l)
[ "$count" -gt 0 ] || { echo "no source was found in $tree"; exit 1; }

# A test that cannot fail proves nothing: each of these must be found, and nothing else.
planted=$(mktemp -d "${TMPDIR:-/var/tmp}/layers.XXXXXX")
trap 'rm -rf "$planted"' EXIT
number=0
while read -r folder include; do
	number=$((number + 1))
	mkdir -p "$planted/$folder"
	printf '#include %s\n' "$include" >"$planted/$folder/planted_$number.c"
done <<'PLANTED'
lib/base "wire/call.h"
lib/base <openssl/evp.h>
lib/reserve <time.h>
lib/reserve <stdio.h>
lib/reserve/stock <unistd.h>
lib/reserve/stock "ledger/tree.h"
lib/reserve/stock "reserve/emergency/request.h"
lib/reserve/zone "../stock/lot.h"
lib/ledger "reserve/state.h"
lib/ledger <jansson.h>
lib/wire "ledger/note.h"
lib/wire <openssl/sha.h>
lib/wire "vaultd/log.h"
vaultd <libpq-fe.h>
vaultd/handlers <jansson.h>
vaultd/store <openssl/evp.h>
vaultd "vaultctl/client.h"
vaultctl <libpq-fe.h>
vaultctl "reserve/state.h"
vaultctl "view/view.h"
lib/view "ledger/tree.h"
lib/view "audit/audit.h"
lib/audit "vaultd/log.h"
lib/reserve "view/view.h"
vaultctl/offline "vaultd/config.h"
PLANTED
mkdir -p "$planted/vaultctl/offline" "$planted/vaultd/store"
printf '#include "reserve/state.h"\n#include "base/error.h"\n' >"$planted/vaultctl/offline/good.c"
printf '#include <libpq-fe.h>\n#include "reserve/state.h"\n' >"$planted/vaultd/store/good.c"
found=$(violations "$planted" | cut -d: -f1 | sort -u)
if [ "$(printf '%s\n' "$found" | grep -c planted_)" != "$number" ] \
	|| printf '%s\n' "$found" | grep -q good; then
	echo "of $number planted includes these were found:"
	printf '%s\n' "$found"
	exit 1
fi
echo "$count files keep to the layers; all $number planted includes were found"
