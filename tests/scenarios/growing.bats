#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The room below mappings that grow downwards, after they have grown.

load helpers

# grown RUN [NAME=VALUE]... HOW: below a mapping that has grown by as much.
grown() {
	local how=${!#}

	for pages in 1 64 255 256 300 1000; do
		"${@:1:$#-1}" stackguard grown $pages "$how" || fail "$*: $pages pages"
	done
}

@test "43: below a MAP_GROWSDOWN mapping that has grown the kernel keeps 256 pages" {
	grown plain none host
}

@test "43: nothing is placed within 256 pages of where a MAP_GROWSDOWN mapping has grown to" {
	for place in $PLACES; do
		grown both $SMALL VA_LIMIT_PLACE=$place fill
	done
}

@test "43: and so with an alignment, of which no multiple is near" {
	grown both $SMALL VA_LIMIT_ALIGN=64K host
	grown both $SMALL VA_LIMIT_ALIGN=64K VA_LIMIT_PLACE=bottomup fill
}

@test "43: and so by ranges, whether a host or a guest has mapped what grows" {
	grown both $SMALL range
	grown with auto none GUEST_WINDOW=$SMALL GUEST_UNCONFINED=1 range
}

@test "43: and so for hosts" {
	grown confined $WINDOW VA_LIMIT_GUEST=nobody GUEST_UNCONFINED=1 host
}
