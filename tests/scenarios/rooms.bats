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

# rooms_of_a_copy (LINE FILE)...: the check of a copy in which each file has its line more.
rooms_of_a_copy() {
	rm -rf "$FOLDER/lib"
	cp -r "$SRCDIR/lib" "$FOLDER/lib"
	while [ $# -gt 0 ]; do
		printf '%b\n' "$1" >>"$FOLDER/lib/$2"
		shift 2
	done
	run python3 "$SRCDIR/tests/rooms.py" "$FOLDER"
	[ "$status" -eq 1 ]
}

@test "no room includes one above it, no modules include or call each other in a circle, and a name is one thing's" {
	run -0 python3 "$SRCDIR/tests/rooms.py" "$SRCDIR"
	[[ $output == *"place: "*" modules on "* ]]
}

@test "the check of rooms finds an include that points upwards" {
	rooms_of_a_copy '#include "place/place.h"' table/sync.c
	[[ $output == *"table/sync includes place/place, which is above it"* ]]
}

@test "the check of rooms finds a circle" {
	rooms_of_a_copy '#include "claim.h"' table/lookup.c '#include "lookup.h"' table/claim.c
	[[ $output == *"a circle: table/claim table/lookup"* ]]
}

@test "the check of rooms finds a circle of calls" {
	rooms_of_a_copy 'void wait_on(struct space *space)\n{\n\tsettle(space);\n}' place/scan.c \
		'void settle_on(struct space *space)\n{\n\twait_on(space);\n}' place/settle.c
	[[ $output == *"a circle of calls: "*"place/scan"*"place/settle"* ]]
}

@test "the check of rooms finds a name that two functions or two types have" {
	rooms_of_a_copy 'static int agree(void)\n{\n\treturn 0;\n}' place/scan.c \
		'struct space {\n\tint none;\n};' edge/gate.c
	[[ $output == *"place: agree() is defined in scan.c and settle.c"* ]]
	[[ $output == *"struct space is defined in edge/gate.c and table/space.h"* ]]
}

@test "the check of rooms finds a constant of the kernel that is defined outside of core/uapi.h" {
	rooms_of_a_copy '#ifndef MADV_COLD\n#define MADV_COLD 20\n#endif' fence/fence_hold.c
	[[ $output == *"fence/fence_hold.c defines MADV_COLD"* ]]
}
