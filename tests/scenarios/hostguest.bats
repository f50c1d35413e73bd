#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Which modules are host and which guest, by VA_LIMIT_HOST and VA_LIMIT_GUEST.

load helpers
load api

# Copies of one library, whose soname all of them have; names of one length, so
# that ld.so puts one where it had another.
setup() {
	HOST=$BATS_TEST_TMPDIR/host-1.so
	GUEST1=$BATS_TEST_TMPDIR/guest1.so
	cp "$GUEST/.libs/libthunk.so" "$HOST"
	cp "$GUEST/.libs/libthunk.so" "$GUEST1"
}

# verdicts EXPECTED NAME=VALUE... ARGUMENT...: in all ways with a linked library.
verdicts() {
	local expected=$1 way

	shift
	for way in linked both; do
		run way "$way" "$@"
		[ "$status" -eq 0 ] || fail "$way: $output"
		[ "$(echo $output)" = "$expected" ] || fail "$way: $*: $output"
	done
}

@test "all are guests where nothing else is said" {
	verdicts 'guest guest' api_module "$HOST" "$GUEST1"
	verdicts guest api_module -s
}

@test "VA_LIMIT_HOST by path" {
	verdicts 'host guest' VA_LIMIT_HOST="$HOST" api_module "$HOST" "$GUEST1"
	verdicts 'host guest' VA_LIMIT_HOST='*/host-?.so' api_module "$HOST" "$GUEST1"
}

@test "VA_LIMIT_HOST by the file's name" {
	verdicts 'host guest' VA_LIMIT_HOST=host-1.so api_module "$HOST" "$GUEST1"
	verdicts 'host guest' VA_LIMIT_HOST='[!g]*-[0-9].so' api_module "$HOST" "$GUEST1"
}

@test "VA_LIMIT_HOST by the soname" {
	verdicts 'host host' VA_LIMIT_HOST='libthunk.so*' api_module "$HOST" "$GUEST1"
}

@test "VA_LIMIT_HOST of the program itself, which ld.so knows by no name" {
	verdicts host VA_LIMIT_HOST=api_module api_module -s
	verdicts host VA_LIMIT_HOST='*/guest/api_module' api_module -s
	verdicts guest VA_LIMIT_HOST=api_module api_module "$HOST"
}

@test "several globs, empty ones among them" {
	verdicts 'host guest' VA_LIMIT_HOST=nothing::host-1.so: api_module "$HOST" "$GUEST1"
}

@test "VA_LIMIT_GUEST makes all others hosts" {
	verdicts 'host guest' VA_LIMIT_GUEST='guest*' api_module "$HOST" "$GUEST1"
	verdicts host VA_LIMIT_GUEST='guest*' api_module -s
}

@test "VA_LIMIT_HOST beats VA_LIMIT_GUEST" {
	verdicts 'host guest' VA_LIMIT_GUEST='*.so' VA_LIMIT_HOST='host*' api_module "$HOST" "$GUEST1"
}

@test "globs that match nothing" {
	verdicts 'guest guest' VA_LIMIT_HOST='nobody*' api_module "$HOST" "$GUEST1"
	verdicts 'host host' VA_LIMIT_GUEST='nobody*' api_module "$HOST" "$GUEST1"
}

@test "an empty value is as good as none" {
	verdicts 'guest guest' VA_LIMIT_HOST= VA_LIMIT_GUEST= api_module "$HOST" "$GUEST1"
}

@test "a library that comes where another was has its own verdict" {
	verdicts 'host guest host guest host host guest guest' VA_LIMIT_HOST='host*' api_module \
		"$HOST" "$GUEST1" "$HOST" "$GUEST1" "$HOST" "$HOST" "$GUEST1" "$GUEST1"
}

@test "verdicts are right while threads load and unload" {
	verdicts 'every verdict was right' VA_LIMIT_HOST='host*' api_module -t "$HOST" "$GUEST1"
}

@test "a name longer than the cache keeps is judged all the same" {
	local folder=$BATS_TEST_TMPDIR/$(printf '%0200d' 0)

	mkdir -p "$folder"
	cp "$HOST" "$folder/host-1.so"
	cp "$HOST" "$folder/guest1.so"
	verdicts 'host guest host' VA_LIMIT_HOST='host*' api_module "$folder/host-1.so" \
		"$folder/guest1.so" "$folder/host-1.so"
}

@test "a value of 1023 bytes is taken, a longer one ends the program with 125" {
	local long

	long=host*:$(printf '%01017d' 0)
	[ "${#long}" -eq 1023 ]
	verdicts 'host guest' VA_LIMIT_HOST="$long" api_module "$HOST" "$GUEST1"
	for name in VA_LIMIT_HOST VA_LIMIT_GUEST; do
		run way linked "$name=${long}0" api_module -s
		[ "$status" -eq 125 ]
		[[ $output == "valimit: "*"longer than 1023 bytes"* ]] || fail "$output"
	done
}

@test "the window of the environment and the globs work together, preloaded" {
	run with on $WINDOW VA_LIMIT_HOST=calls calls 'a=mmap 0 64K -> !inside' 'raw.mmap 0 64K -> inside' \
		'munmap a 64K -> 0' 'fenced a 64K -> yes'
	[ "$status" -eq 0 ] || fail "$output"
	run with off $WINDOW VA_LIMIT_HOST=calls calls 'a=mmap 0 64K -> !inside' 'munmap a 64K -> 0'
	[ "$status" -eq 0 ] || fail "$output"
}
