#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The structure of lib/: rooms, one below the other.

load helpers

setup_file() {
	FOLDER=$(mktemp -d)
	export FOLDER
}

teardown_file() {
	rm -rf "$FOLDER"
}

@test "no room includes one above it, no modules include or call each other in a circle, and a name is one thing's" {
	run -0 python3 "$SRCDIR/tests/rooms.py" "$SRCDIR"
	[[ $output == *"place: "*" modules on "* ]]
}

@test "the check of rooms finds an include that points upwards" {
	mkdir -p "$FOLDER/lib"
	cp -r "$SRCDIR"/lib/* "$FOLDER/lib/"
	echo '#include "place/place.h"' >>"$FOLDER/lib/table/sync.c"
	run python3 "$SRCDIR/tests/rooms.py" "$FOLDER"
	[ "$status" -eq 1 ]
	[[ $output == *"table/sync includes place/place, which is above it"* ]]
}

@test "the check of rooms finds a circle" {
	rm -rf "$FOLDER/lib" && mkdir -p "$FOLDER/lib"
	cp -r "$SRCDIR"/lib/* "$FOLDER/lib/"
	echo '#include "claim.h"' >>"$FOLDER/lib/table/lookup.c"
	echo '#include "lookup.h"' >>"$FOLDER/lib/table/claim.c"
	run python3 "$SRCDIR/tests/rooms.py" "$FOLDER"
	[ "$status" -eq 1 ]
	[[ $output == *"a circle: table/claim table/lookup"* ]]
}

@test "the check of rooms finds a circle of calls" {
	rm -rf "$FOLDER/lib" && mkdir -p "$FOLDER/lib"
	cp -r "$SRCDIR"/lib/* "$FOLDER/lib/"
	printf 'void wait_on(struct space *space)\n{\n\tsettle(space);\n}\n' >>"$FOLDER/lib/place/scan.c"
	printf 'void settle_on(struct space *space)\n{\n\twait_on(space);\n}\n' >>"$FOLDER/lib/place/settle.c"
	run python3 "$SRCDIR/tests/rooms.py" "$FOLDER"
	[ "$status" -eq 1 ]
	[[ $output == *"a circle of calls: "*"place/scan"*"place/settle"* ]]
}

@test "the check of rooms finds a name that two functions or two types have" {
	rm -rf "$FOLDER/lib" && mkdir -p "$FOLDER/lib"
	cp -r "$SRCDIR"/lib/* "$FOLDER/lib/"
	printf 'static int agree(void)\n{\n\treturn 0;\n}\n' >>"$FOLDER/lib/place/scan.c"
	printf 'struct space {\n\tint none;\n};\n' >>"$FOLDER/lib/edge/gate.c"
	run python3 "$SRCDIR/tests/rooms.py" "$FOLDER"
	[ "$status" -eq 1 ]
	[[ $output == *"place: agree() is defined in scan.c and settle.c"* ]]
	[[ $output == *"struct space is defined in edge/gate.c and table/space.h"* ]]
}
