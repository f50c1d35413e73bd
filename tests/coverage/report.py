# SPDX-License-Identifier: MIT
"""Adds up gcov's JSON of several binaries and prints the coverage of lib/: by
file and by layer, then what nothing reached. What no test can reach is listed in
unreachable.txt, with the reason, and counts as reached."""

import json
import os
import sys

source = os.path.realpath(sys.argv[1])
lines = {}     # (file, line): how often
branches = {}  # (file, line, function): how often each way
here = os.path.join(source, "tests", "coverage")


def times(count):
    """gcov has some counts from the difference of others, and a process that was
    killed between two of them makes it one less than none."""
    return max(count, 0)


def add_line(name, line):
    key = (name, line["line_number"])
    lines[key] = lines.get(key, 0) + times(line["count"])
    ways = [times(branch["count"]) for branch in line["branches"]]
    key += (line.get("function_name"),)
    known = branches.get(key, [])
    longer, shorter = sorted((ways, known), key=len, reverse=True)
    branches[key] = [a + b for a, b in
                     zip(longer, shorter + [0] * (len(longer) - len(shorter)))]


def read(path):
    for text in open(path):
        if not text.startswith("{"):
            continue
        for file in json.loads(text)["files"]:
            name = os.path.relpath(os.path.realpath(
                os.path.join(os.path.dirname(path), file["file"])), source)
            if name.startswith("lib/"):
                for line in file["lines"]:
                    add_line(name, line)


def text_of(name):
    return [""] + open(os.path.join(source, name)).read().split("\n")


def unreachable():
    """{(file, text of the line): reason}"""
    known, reason = {}, None
    for line in open(os.path.join(here, "unreachable.txt")):
        line = line.rstrip("\n")
        if line.startswith("\t"):
            name, _, text = line[1:].partition(": ")
            known[name, text.strip()] = reason
        elif line and not line.startswith("#"):
            reason = line
    return known


def percent(reached, all_of):
    return 100.0 if all_of == 0 else 100.0 * reached / all_of


class Count:
    def __init__(self):
        self.lines = self.reached = self.ways = self.taken = 0

    def add(self, other):
        self.lines += other.lines
        self.reached += other.reached
        self.ways += other.ways
        self.taken += other.taken

    def row(self, name):
        return "%-28s %6d %6.1f %% %8d %6.1f %%" % (
            name, self.lines, percent(self.reached, self.lines),
            self.ways, percent(self.taken, self.ways))


for path in sys.argv[2:]:
    read(path)
if not lines:
    sys.exit("coverage: nothing was counted")

texts = {name: text_of(name) for name, _ in lines}
known = unreachable()
used, missed, files = set(), [], {}


def excused(name, number):
    key = (name, texts[name][number].strip())
    if key in known:
        used.add(key)
    return key in known


for (name, number), count in sorted(lines.items()):
    file = files.setdefault(name, Count())
    file.lines += 1
    if count or excused(name, number):
        file.reached += 1
    else:
        missed.append((name, number, "line"))
for (name, number, _), ways in sorted(branches.items(), key=str):
    file = files[name]
    file.ways += len(ways)
    file.taken += sum(1 for way in ways if way)
    # A line that nothing reaches is told once.
    if 0 in ways and not excused(name, number):
        if lines[name, number]:
            missed.append((name, number, "branch %s" % "".join(
                "+" if way else "-" for way in ways)))
    elif 0 in ways:
        file.taken += sum(1 for way in ways if not way)

print("%-28s %6s %8s %8s %8s" % ("file", "lines", "reached", "branches", "taken"))
total, layers = Count(), {}
for name, file in sorted(files.items()):
    print(file.row(name))
    layers.setdefault(os.path.dirname(name), Count()).add(file)
    total.add(file)
print()
for name, layer in sorted(layers.items()):
    print(layer.row(name))
print(total.row("lib"))

if missed:
    print("\nnot reached:")
for name, number, what in sorted(missed):
    print("%s:%d: %s: %s" % (name, number, what, texts[name][number].strip()))
if used:
    print("\nbeyond the tests, and why:")
for name, text in sorted(used, key=lambda key: (known[key], key)):
    print("%s: %s\n\t%s" % (name, text, known[name, text]))
for name, text in sorted(set(known) - used):
    print("coverage: unreachable.txt: reached, or gone: %s: %s" % (name, text))
