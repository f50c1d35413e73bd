#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# The output of vactl for programs: JSON, whose names and types the manual has, and raw text.

load vactl.bash

# The members in vactl.1's section JSON: each name with its type, once; and all that vactl
# prints.
@test "the JSON of every command has the names and types of the manual, and no other" {
	start on 'mmap 0x500000000 64K rw fixed' 'mmap 0 64K' 'raw.munmap 0x600000000 64K'
	i=0
	for command in "ps --output-all" "maps --output-all $target" "maps $$" "stat $target" \
		"stat $$" "check --output-all $target" "explain $target 0x500000000" \
		"explain $$ 0x10000" "plot $target" "plot --compare $$ $target" \
		"watch -c 1 $target" "watch -c 1"; do
		: $((i += 1))
		"$VACTL" $command --json >"$tmp/json.$i" || [ $? -eq 1 ]
	done
	python3 - "$SRCDIR/man/vactl.1" "$tmp"/json.* <<-'EOF'
		import json, re, sys
		page = open(sys.argv[1]).read()
		section = page[page.index(".Sh JSON"):page.index(".Sh EXAMPLES")]
		types = {}
		for names, kind in re.findall(r"^\.It Cm (.*) Pq (\w+)$", section, re.M):
		    for name in names.split(" , "):
		        assert name not in types, name
		        types[name] = kind
		python = {"number": (int, float), "size": int, "text": str, "flag": bool,
		          "array": list, "object": dict}
		def check(name, value):
		    kind = types.get(name)
		    assert kind, "not in the manual: " + name
		    if value is None:
		        return
		    if kind == "address":
		        assert re.fullmatch("0x[0-9a-f]{12,16}", value), (name, value)
		        return
		    assert isinstance(value, python[kind]), (name, value)
		    assert (kind == "flag") == isinstance(value, bool), (name, value)
		seen = set()
		def walk(value):
		    if isinstance(value, list):
		        for member in value:
		            walk(member)
		    elif isinstance(value, dict):
		        for name, member in value.items():
		            check(name, member)
		            seen.add(name)
		            # Their names are kinds, functions and outcomes.
		            if name not in ("kinds", "rates", "calls_by_outcome"):
		                walk(member)
		for path in sys.argv[2:]:
		    text, at = open(path).read(), 0
		    while at < len(text):
		        value, at = json.JSONDecoder().raw_decode(text, at)
		        at += 1 # the newline
		        walk(value)
		assert not set(types) - seen, set(types) - seen
	EOF
}

@test "watch: an object of JSON a look, in a line" {
	publish good 3
	LC_ALL=de_DE.UTF-8 "$VACTL" watch -J -i 0.05 -c 3 "$target" >"$tmp/out"
	[ "$(wc -l <"$tmp/out")" -eq 3 ]
	python3 - "$tmp/out" <<-'EOF'
		import json, sys
		looks = [json.loads(line) for line in open(sys.argv[1])]
		assert all(look["kinds"]["guest"]["bytes"] == 49152 for look in looks)
		assert looks[0]["rates"]["mmap"] is None and looks[1]["rates"]["mmap"] == 0.0
	EOF
	[ "$("$VACTL" watch -J -c 1 | grep -c "\"pid\": $target,")" -eq 1 ]
}

@test "plot: what is drawn as JSON, gap by gap" {
	publish good 3
	"$VACTL" plot --json "$target" >"$tmp/json"
	python3 - "$tmp/json" "$target" <<-'EOF'
		import json, sys
		found = json.load(open(sys.argv[1]))
		assert found["pid"] == int(sys.argv[2]) and "before" not in found
		at = 0
		for region in found["regions"]:
		    assert int(region["start"], 16) == at
		    at += region["size"]
		assert sum(r["size"] for r in found["regions"] if r["look"] == "guest") == 49152
	EOF
	"$VACTL" plot --json --compare "$target" "$target" >"$tmp/json"
	[ "$(member "['before']['pid']" <"$tmp/json")" -eq "$target" ]
	run --separate-stderr "$VACTL" plot --json --file "$tmp/svg" "$target"
	[ "$status" -eq 1 ]
	says "--json prints, and writes no file"
}

# The least of ten, in milliseconds.
milliseconds() {
	python3 -c 'import subprocess, sys, time
def run():
    start = time.monotonic()
    subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start
print(round(1000 * min(run() for _ in range(10))))' "$@"
}

# 60 ms on a machine of 2023, in emulators more: the table has to measure every cell.
@test "60,000 rows raw or in JSON take less than half of the table's time" {
	publish good 60000
	table=$(milliseconds "$VACTL" maps "$target")
	for how in --raw --json; do
		taken=$(milliseconds "$VACTL" maps "$how" "$target")
		echo "$how: $taken ms, the table: $table ms"
		[ "$taken" -le $((table / 2)) ]
	done
}

@test "raw text has no blank in a cell and no byte that is not ASCII" {
	name=$'a b\\\x01\xc3\xa4'
	cp "$GUEST/faketable" "$tmp/$name" || skip "no such names here"
	publish_as "$tmp/$name" good 1
	[ "$("$VACTL" maps -rno FILE "$target" | grep -o 'a.x20b.*' | sort -u)" = 'a\x20b\x5c\x01\xc3\xa4' ]
	"$VACTL" maps -r -o +CALLER,OWNER --sort CALLER "$target" |
		awk 'NR == 1 { want = NF } gsub(/ /, "") != want - 1 { exit 1 }'
}

@test "maps: JSON has the table's state, the sums and the rows" {
	publish good 3
	"$VACTL" maps -J "$target" >"$tmp/json"
	[ "$(member "['pid']" <"$tmp/json")" -eq "$target" ]
	[ "$(member "['consistent']" <"$tmp/json")" = True ]
	[ "$(member "['table']" <"$tmp/json")" = True ]
	[ "$(member "['window']" <"$tmp/json")" = 0x10000-0x100000000 ]
	[ "$(member "['reach']" <"$tmp/json")" = process ]
	[ "$(member "['kinds']['guest']['bytes']" <"$tmp/json")" -eq 49152 ]
	[ "$(member "['mappings'][0]['start']" <"$tmp/json")" = 0x000040000000 ]
	[ "$(member "['mappings'][0]['size']" <"$tmp/json")" -eq 4096 ]
}
