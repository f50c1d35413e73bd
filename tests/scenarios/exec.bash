# SPDX-License-Identifier: MIT
#
# The scenarios of reach whole without vactl run share these functions.

load launch.bash

setup() {
	[ -x "$LAUNCH" ] || skip "no launcher for this processor"
	unset VA_LIMIT VA_LIMIT_FENCE VA_LIMIT_REACH VACTL_LIBRARY VACTL_LAUNCHER LD_PRELOAD
	export LC_ALL=C
	started=
	tmp=$BATS_TEST_TMPDIR
	cd "$tmp"
}

# The library alone, and no vactl: whole WINDOW [NAME=VALUE]... PROGRAM...
whole() {
	local window=$1

	shift
	timeout -k 5 60 env VA_LIMIT="$window" VA_LIMIT_REACH=whole LD_PRELOAD="$VALIMIT_LIB" "$@"
}

# watch WINDOW PROGRAM...: whole and watched; as $checked, $launched, $astray and
# $again what watchmaps has counted.
watch() {
	local window=$1 code=0

	shift
	timeout -k 5 120 "$GUEST/watchmaps" "$(bounds "$window")" "$tmp/report" \
		env VA_LIMIT="$window" VA_LIMIT_REACH=whole LD_PRELOAD="$VALIMIT_LIB" "$@" || code=$?
	[ "$code" -ne 77 ] || skip "may not trace"
	for count in checked launched astray again; do
		declare -g $count="$(sed -n "s/^$count //p" "$tmp/report")"
	done
	[ "$code" -eq 0 ] || { cat "$tmp/report" >&2; return $code; }
}
