#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# Pictures: SVG that any XML parser reads, with any names of files, that contains every mapping,
# and stays small with 60,000 mappings.

load vactl.bash

# Parses a picture and prints the value of an expression in Python: `titles` are the texts that
# hovering shows, of the lines below; `texts` are the written ones.
picture() {
	python3 - "$1" <<-END
		import re, sys
		import xml.etree.ElementTree as tree
		svg = "{http://www.w3.org/2000/svg}"
		root = tree.parse(sys.argv[1]).getroot()
		assert root.tag == svg + "svg"
		rects = list(root.iter(svg + "rect"))
		titles = [t.text for r in rects for t in r.iter(svg + "title")]
		texts = ["".join(t.itertext()) for t in root.iter(svg + "text")]
		classes = [r.get("class") for r in rects]
		print($2)
	END
}

# A process in a window of its own, that makes the given mappings, as $target.
map() {
	mkfifo "$tmp/hold.$#.$RANDOM" 2>/dev/null
	hold=$(ls -t "$tmp"/hold.* | head -1)
	VA_LIMIT="$window" LD_PRELOAD="$VALIMIT_LIB" "$GUEST/calls" "$@" wait <"$hold" \
		>"$tmp/out" 3>&- &
	target=$!
	started="$started $target"
	exec 9>"$hold"
	awaits "$target" grep -q waiting "$tmp/out"
	: >"$tmp/out"
}

@test "plot: a picture that parses, with title, legend, axis and window" {
	publish good 3
	"$VACTL" plot "$target" >"$tmp/svg"
	[[ $(picture "$tmp/svg" 'texts[0]') == *"faketable good 3" ]]
	[[ $(picture "$tmp/svg" 'texts[1]') == "PID $target · window 0x10000-0x100000000 · reach process · fence on" ]]
	[ "$(picture "$tmp/svg" '"guest 48K in 4" in texts')" = True ]
	[ "$(picture "$tmp/svg" 'any(t.startswith("fence ") for t in texts)')" = True ]
	# Powers of two; the raised number is followed by a space of no width.
	[ "$(picture "$tmp/svg" '"232\u200b 4G" in texts')" = True ]
	[ "$(picture "$tmp/svg" 'classes.count("window")')" -eq 1 ]
	[ "$(picture "$tmp/svg" '"window 0x10000-0x100000000 (3.9G)" in titles')" = True ]
}

@test "plot: one page in a window of 64 TiB is there, and wide enough to be hit" {
	window=0x400000000000-0x7ffffffff000
	map 'mmap 0x500000001000 page rw fixed'
	"$VACTL" plot "$target" >"$tmp/svg"
	[ "$(picture "$tmp/svg" 'sum("0x500000001000-0x500000002000 (4K) rw" in t for t in titles)')" -ge 1 ]
	[ "$(picture "$tmp/svg" 'min(float(r.get("width")) for r in rects
		if "mark" in r.get("class")) >= 2.5')" = True ]
}

@test "plot: both spans of a wrapped window" {
	window=2^46-4G
	map 'mmap 0x20000000 64K rw fixed'
	"$VACTL" plot "$target" >"$tmp/svg"
	[ "$(picture "$tmp/svg" 'classes.count("window")')" -eq 2 ]
	[ "$(picture "$tmp/svg" 'sum(t.startswith("window 0x400000000000-") for t in titles)')" -eq 1 ]
	[ "$(picture "$tmp/svg" 'sum("0x20000000-0x20010000 (64K)" in t for t in titles) >= 1')" = True ]
}

@test "plot: every mapping of a small process is named by its address" {
	window=0x200000000-0x240000000
	map 'mmap 0x210000000 64K rw fixed' 'mmap 0x500000000 64K rw fixed'
	"$VACTL" plot --rows 500 --width 3000 "$target" >"$tmp/svg"
	"$VACTL" maps -rno START,END,KIND "$target" | grep -v ' fence$' |
		sed -E 's/0x0*([0-9a-f]+) 0x0*([0-9a-f]+) .*/0x\1-0x\2/' >"$tmp/ranges"
	[ "$(wc -l <"$tmp/ranges")" -gt 10 ]
	picture "$tmp/svg" '"\n".join(titles)' >"$tmp/titles"
	while read -r range; do
		grep -q -- " $range " "$tmp/titles" || { echo "$range is missing"; false; }
	done <"$tmp/ranges"
	grep -q "^guest, outside 0x500000000-0x500010000" "$tmp/titles"
	grep -q "^mapped from 0x.* in /.*/calls, operation " "$tmp/titles"
}

@test "plot: what is mapped without access is drawn as a reserve, and no memory" {
	window=0x200000000-0x240000000
	map 'mmap 0x210000000 64K rw fixed' 'mmap 0x220000000 32M none fixed'
	"$VACTL" plot "$target" >"$tmp/svg"
	[ "$(picture "$tmp/svg" 'any(t.startswith("reserve 0x220000000-0x222000000 (32M)") for t in titles)')" = True ]
	[ "$(picture "$tmp/svg" '"mark reserve" in classes')" = True ]
	[ "$(picture "$tmp/svg" 'any(t.startswith("guest 64K in 1") for t in texts)')" = True ]
}

@test "plot: names of any bytes break nothing" {
	name=$'x<y>&"\'\xff\x01\n<svg>]]>'
	cp "$GUEST/faketable" "$tmp/$name" || skip "no such names here"
	publish_as "$tmp/$name" good 1 a$'\xed\xa0\x80'
	"$VACTL" plot "$target" >"$tmp/svg"
	[[ $(picture "$tmp/svg" 'titles') == *'x<y>&'* ]]
	LC_ALL=C grep -aq $'\x01' "$tmp/svg" && false
	python3 -c 'import sys; open(sys.argv[1], encoding="utf-8").read()' "$tmp/svg"
}

@test "plot: a hostile table does no harm, and its picture parses" {
	for seed in {1..40}; do
		publish hostile "$seed"
		run --separate-stderr timeout 20 "$VACTL" plot -f "$tmp/svg" "$target"
		[ "$status" -le 1 ]
		[ "$status" -eq 1 ] || picture "$tmp/svg" 'len(rects)'
		kill -KILL "$target"
		wait "$target" 2>/dev/null || true
	done
}

@test "plot: 60,000 mappings are a picture of a few megabytes with their number in it" {
	publish good 60000
	"$VACTL" plot "$target" >"$tmp/svg"
	[ "$(stat -c %s "$tmp/svg")" -lt 3000000 ]
	[ "$(picture "$tmp/svg" '"guest 937.5M in 60001" in texts')" = True ]
	[ "$(picture "$tmp/svg" 'any(re.match("[0-9]+ mappings of .*, most of them guest", t)
		for t in titles)')" = True ]
}

@test "plot: light and dark, and no wider than the reader's window" {
	publish good 3
	"$VACTL" plot "$target" >"$tmp/svg"
	grep -q '@media (prefers-color-scheme:dark)' "$tmp/svg"
	grep -q 'max-width:100%' "$tmp/svg"
	# Every class has a colour.
	for class in $(picture "$tmp/svg" '" ".join(set(" ".join(filter(None, classes)).split()))'); do
		grep -q "[.,]$class[{,:]" "$tmp/svg" || { echo "$class has none"; false; }
	done
}

@test "plot: width and rows are as asked for, and what is no number is refused" {
	publish good 200
	"$VACTL" plot --width 640 --rows 5 "$target" >"$tmp/svg"
	[ "$(picture "$tmp/svg" 'root.get("width"), root.get("viewBox").split()[2]')" = "640 640" ]
	[ "$(picture "$tmp/svg" 'sum(t.startswith("0x") for t in texts) <= 5')" = True ]
	for wrong in --width=0 --width=479 --width=x --width=1e3 --rows=0 --rows=-1 --rows=; do
		run --separate-stderr "$VACTL" plot "$wrong" "$target"
		[ "$status" -eq 1 ]
		[ -z "$output" ]
		says "${wrong%%=*} is not from "
	done
}

@test "plot: to a file, and a file that cannot be written is a failure" {
	publish good 3
	run -0 "$VACTL" plot --file "$tmp/svg" "$target"
	[ -z "$output" ]
	[ "$(picture "$tmp/svg" 'len(rects) > 10')" = True ]
	run --separate-stderr "$VACTL" plot -f "$tmp/no/such" "$target"
	[ "$status" -eq 1 ]
	says "plot: cannot write $tmp/no/such: No such file or directory"
	run --separate-stderr "$VACTL" plot -f /dev/full "$target"
	[ "$status" -eq 1 ]
	says "plot: cannot write /dev/full: No space left on device"
}

@test "plot: no picture of what is not there, and no file" {
	run --separate-stderr "$VACTL" plot -f "$tmp/svg" 2147483647
	[ "$status" -eq 1 ]
	says "no such process"
	[ ! -e "$tmp/svg" ]
	run --separate-stderr "$VACTL" plot
	[ "$status" -eq 1 ]
	run --separate-stderr "$VACTL" plot --compare "$target"
	[ "$status" -eq 1 ]
	says "see 'vactl plot --help'"
}

@test "plot: a process that is not confined, and what a window changes" {
	publish none
	run -0 --separate-stderr "$VACTL" plot -f "$tmp/svg" "$target"
	[ -z "$stderr" ]
	[ "$(picture "$tmp/svg" 'texts[1]')" = "PID $target · not confined" ]
	[ "$(picture "$tmp/svg" '"room" in classes or "window" in classes')" = False ]
	[ "$(picture "$tmp/svg" 'any(re.match("unknown 0x.*r-xp.*/faketable", t, re.S) for t in titles)')" = True ]
	free=$target
	window=0x200000000-0x240000000
	map 'mmap 0x210000000 64K rw fixed'
	"$VACTL" plot --compare "$free" "$target" >"$tmp/svg"
	[ "$(picture "$tmp/svg" 'any(t.startswith("came 0x210000000-") for t in titles)')" = True ]
	run --separate-stderr "$VACTL" plot --save "$tmp/none" "$free"
	[ "$status" -eq 1 ]
	says "PID $free is not confined"
	[ ! -e "$tmp/none" ]
}

@test "plot: where the table may not be read, the kernel's list is drawn" {
	publish good 3
	run --separate-stderr "$GUEST/faketable" denied "$VACTL" plot -f "$tmp/svg" "$target"
	[ "$status" -eq 1 ]
	says "Operation not permitted"
	[ "$(picture "$tmp/svg" 'texts[1]')" = "PID $target · its table may not be read" ]
	[ "$(picture "$tmp/svg" 'sum(t.startswith("unknown 0x40000000-0x40001000") for t in titles) >= 1')" = True ]
	[ "$(picture "$tmp/svg" '"room" in classes or "window" in classes')" = False ]
	run "$GUEST/faketable" denied "$VACTL" plot -f "$tmp/svg" --compare "$target" "$target"
	[ "$status" -eq 1 ]
	[ "$(picture "$tmp/svg" '"stayed" in " ".join(filter(None, classes))')" = True ]
}

@test "plot --compare: what came, went and stayed from one to the other" {
	window=0x200000000-0x240000000
	map 'mmap 0x210000000 64K rw fixed' 'mmap 0x220000000 64K rw fixed'
	first=$target
	map 'mmap 0x220000000 64K r fixed' 'mmap 0x230000000 64K rw fixed'
	"$VACTL" plot --compare "$first" "$target" >"$tmp/svg"
	picture "$tmp/svg" '"\n".join(titles)' >"$tmp/titles"
	grep -q "^went 0x210000000-0x210010000 (64K) rw" "$tmp/titles"
	grep -q "^changed 0x220000000-0x220010000 (64K) r-" "$tmp/titles"
	grep -q "^came 0x230000000-0x230010000 (64K) rw" "$tmp/titles"
	[[ $(picture "$tmp/svg" 'texts[1]') == "PID $first → PID $target · window "* ]]
	"$VACTL" plot --compare "$target" "$target" >"$tmp/svg"
	picture "$tmp/svg" '"\n".join(titles)' >"$tmp/titles"
	grep -q ^stayed "$tmp/titles"
	grep -qE "^(went|came|changed)" "$tmp/titles" && false
	true
}

@test "plot: a core file, alone and against the process" {
	command -v gcore >/dev/null || skip "gcore is not installed"
	window=0x200000000-0x240000000
	map 'mmap 0x210000000 64K rw fixed'
	gcore -o "$tmp/core" "$target" >/dev/null 2>&1
	"$VACTL" plot "$tmp/core.$target" >"$tmp/svg"
	[[ $(picture "$tmp/svg" 'texts[0]') == *calls* ]]
	[[ $(picture "$tmp/svg" 'texts[1]') == "core file $tmp/core.$target · window 0x200000000-"* ]]
	[ "$(picture "$tmp/svg" 'sum("0x210000000-0x210010000 (64K)" in t for t in titles) >= 1')" = True ]
	"$VACTL" plot -c "$tmp/core.$target" "$target" >"$tmp/svg"
	picture "$tmp/svg" '"\n".join(titles)' >"$tmp/titles"
	grep -q "^stayed 0x210000000-0x210010000" "$tmp/titles"
}

@test "plot --save: a snapshot is a core file of the same mappings" {
	short_name calls
	window=0x200000000-0x240000000
	map 'mmap 0x210000000 64K rw fixed' 'mmap 0x500000000 64K rw fixed'
	run -0 --separate-stderr "$VACTL" plot --save "$tmp/snapshot" "$target"
	[ -z "$output$stderr" ]
	[ "$(stat -c %s "$tmp/snapshot")" -lt 500000 ]
	readelf -h "$tmp/snapshot" | grep -q 'Type: *CORE'
	"$VACTL" maps -rno START,END,KIND,OWNER,FILE "$target" | grep -v ' fence ' >"$tmp/maps1"
	"$VACTL" maps -rno START,END,KIND,OWNER,FILE "$tmp/snapshot" | grep -v ' fence ' >"$tmp/maps2"
	grep -q '^0x000500000000 0x000500010000 guest /.*/calls' "$tmp/maps1"
	diff "$tmp/maps1" "$tmp/maps2"
	"$VACTL" maps -J "$tmp/snapshot" >"$tmp/json"
	[ "$(member "['pid']" <"$tmp/json")" -eq "$target" ]
	"$VACTL" plot "$tmp/snapshot" >"$tmp/svg"
	[[ $(picture "$tmp/svg" 'texts[0]') == *"calls mmap 0x210000000"* ]]
}

@test "plot --save: what has changed since" {
	publish churn 200 1
	kill -STOP "$target"
	"$VACTL" plot -s "$tmp/before" "$target" 2>/dev/null
	kill -CONT "$target"
	sleep 0.2
	kill -STOP "$target"
	"$VACTL" plot -c "$tmp/before" "$target" >"$tmp/svg" 2>/dev/null
	picture "$tmp/svg" '"\n".join(titles)' >"$tmp/titles"
	grep -q ^stayed "$tmp/titles"
	grep -q "most of them came\|^came" "$tmp/titles"
}

@test "plot --save: 60,000 mappings, and no snapshot of what may not be read" {
	publish good 60000
	"$VACTL" plot --save "$tmp/snapshot" "$target"
	[ "$("$VACTL" maps -rno KIND "$tmp/snapshot" | grep -c guest)" -eq 60001 ]
	run --separate-stderr "$GUEST/faketable" denied "$VACTL" plot -s "$tmp/none" "$target"
	[ "$status" -eq 1 ]
	says "Operation not permitted"
	[ ! -e "$tmp/none" ]
	run --separate-stderr "$VACTL" plot --save "$tmp/a" --file "$tmp/b" "$target"
	[ "$status" -eq 1 ]
	says "writes one file"
	run --separate-stderr "$VACTL" plot --save "$tmp/a" --compare "$target" "$target"
	[ "$status" -eq 1 ]
	[ ! -e "$tmp/a" ]
}

@test "plot: the manual's examples work as they stand" {
	publish good 3
	sed -n 's/^\$ vactl plot/plot/p' "$SRCDIR/man/vactl.1" >"$tmp/examples"
	[ "$(wc -l <"$tmp/examples")" -ge 3 ]
	cd "$tmp"
	while read -ra words; do
		"$VACTL" "${words[@]/#\$!/$target}"
	done <"$tmp/examples"
	[ "$(picture picture.svg 'len(rects) > 10')" = True ]
	[ "$(picture change.svg '"stayed" in " ".join(filter(None, classes))')" = True ]
}
