#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares files with the .editorconfig of their repository.

editorconfig.py FOLDER <FILES: prints each deviation, and exits with 1 if there is one.
Of the lines that are longer than max_line_length one in 200 is allowed, for tables and
for texts that are searched for as a whole.
"""
import fnmatch
import os
import re
import sys


def read_sections(text):
    sections = []
    for line in text.splitlines():
        if line.startswith("["):
            sections.append((line[1 : line.rindex("]")], {}))
        elif "=" in line and sections:
            key, value = (part.strip() for part in line.split("=", 1))
            sections[-1][1][key] = value
    return sections


def alternatives(pattern):
    group = re.match(r"(.*)\{(.*)\}(.*)", pattern)
    return [group[1] + one + group[3] for one in group[2].split(",")] if group else [pattern]


def rules_of(name, sections):
    rules = {}
    for pattern, properties in sections:
        if any(fnmatch.fnmatch(os.path.basename(name), one) for one in alternatives(pattern)):
            rules.update(properties)
    return rules


def deviations(text, rules):
    wrong_indent = {"tab": r" {8}", "space": r"\t"}.get(rules["indent_style"], r"(?!)")

    if "\r" in text:
        yield "a carriage return"
    if text and not text.endswith("\n"):
        yield "no newline at the end"
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip():
            yield f"{number}: a space at the end"
        if re.match(wrong_indent, line):
            yield f"{number}: indented by the other sort of space"


def long_lines(text, rules):
    limit = rules["max_line_length"]
    if limit == "off":
        return 0, 0
    lengths = [len(line.expandtabs(8)) for line in text.split("\n")]
    return sum(length > int(limit) for length in lengths), len(lengths)


def main():
    with open(os.path.join(sys.argv[1], ".editorconfig"), encoding="utf-8") as config:
        sections = read_sections(config.read())
    found = long = lines = 0
    for name in sys.stdin.read().splitlines():
        with open(os.path.join(sys.argv[1], name), "rb") as file:
            data = file.read()
        if b"\0" in data:
            continue
        rules = rules_of(name, sections)
        text = data.decode(rules["charset"])
        for deviation in deviations(text, rules):
            print(f"{name}: {deviation}")
            found += 1
        more = long_lines(text, rules)
        long, lines = long + more[0], lines + more[1]
    if long > lines / 200:
        print(f"{long} of {lines} lines are too long")
        found += 1
    return found > 0 or not lines


sys.exit(main())
