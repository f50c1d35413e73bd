#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the structure of lib/: no room includes one above it, no modules include or call
each other in a circle, a function's name stands for one function in its room, and a type's
tag for one type in the library; and core/uapi.h alone has the kernel's constants. A module
is a .c and its .h; the tree's files, which share what they do not show to others, are one.
Of files that stand for each other, by architecture or because a part is left out, one is
built. Prints the rooms with their modules and floors; the status is 1 if anything is wrong."""
import collections
import pathlib
import re
import sys

ROOMS = ["core", "sys", "table", "fence", "place", "edge"]


def module(path):
    room, name = path.parent.name, path.stem
    return room, "tree" if room == "core" and name.startswith("tree_") else name


def includes(path, root):
    for name in re.findall(r'^#include "([^"]+)"', path.read_text(), re.M):
        target = root / name if "/" in name else path.parent / name
        if target.exists() and target.parent.parent == root:
            yield module(target)


def graph(root):
    edges = {}
    for path in sorted(root.glob("*/*.[ch]")):
        here = edges.setdefault(module(path), set())
        here.update(m for m in includes(path, root) if m != module(path))
    return edges


def circles(edges):
    """Tarjan: sets of modules that reach each other."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for to in edges.get(node, ()):
            if to not in index:
                visit(to)
            if to in stack:
                low[node] = min(low[node], low[to])
        if low[node] == index[node]:
            group = []
            while not group or group[-1] != node:
                group.append(stack.pop())
            if len(group) > 1:
                found.append(group)

    for node in edges:
        if node not in index:
            visit(node)
    return found


def floor(node, edges, known):
    if node not in known:
        below = [m for m in edges[node] if m[0] == node[0]]
        known[node] = 1 + max((floor(m, edges, known) for m in below), default=0)
    return known[node]


FUNCTION = re.compile(r"^([a-zA-Z_][\w *]*[ *])(\w+)\([^;{]*\)\n\{", re.M)


def code(path):
    """A file without comments, texts, and declarations of functions."""
    text = re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\])*"', "", path.read_text(), flags=re.S)
    return re.sub(r"^[a-zA-Z_][^;{=#]*\);$", "", text, flags=re.M)


def calls(root):
    """Which modules call which. A call of what the library exports goes to whichever
    library has it, as to libc; an address in a table is no call."""
    exported = set(re.findall(r"^\t(\w+);", (root / "libvalimit.map").read_text(), re.M))
    text = collections.defaultdict(str)
    owner = {}
    for path in sorted(root.glob("*/*.[ch]")):
        text[module(path)] += code(path)
        for head, name in FUNCTION.findall(code(path)):
            if path.suffix == ".h" or "static" not in head:
                owner.setdefault(name, module(path))
    edges = {}
    for here, body in text.items():
        own = {name for _, name in FUNCTION.findall(body)}
        called = set(re.findall(r"(?<![.>])\b(\w+)\(", body)) - own - exported
        edges[here] = {owner[name] for name in called if name in owner} - {here}
    return edges


def is_variant(path):
    return re.search(r"_(none|aarch64|riscv64|x86_64)$", path.stem) is not None


def defined_twice(root):
    """What is defined under one name in several files, as lines that say so."""
    tag = re.compile(r"^(?:typedef )?((?:struct|enum|union) \w+) \{", re.M)
    places = collections.defaultdict(set)
    for path in sorted(root.glob("*/*.[ch]")):
        if is_variant(path):
            continue
        text = path.read_text()
        for _, name in FUNCTION.findall(text):
            places[f"{path.parent.name}: {name}()"].add(path.name)
        for name in tag.findall(text):
            places[name].add(f"{path.parent.name}/{path.name}")
    return [f"{name} is defined in " + " and ".join(sorted(files))
            for name, files in places.items() if len(files) > 1]


def constants_elsewhere(root):
    """The kernel's constants that libc may lack are in core/uapi.h, and in no other file."""
    lacking = re.compile(r"^#ifndef ((?:AT|MADV|MAP|MREMAP|PR|SYS)_\w+)[^\n]*\n#define \1\b", re.M)
    return [f"{path.parent.name}/{path.name} defines {name}, as core/uapi.h does for all"
            for path in sorted(root.glob("*/*.[ch]")) if path.name != "uapi.h"
            for name in lacking.findall(path.read_text())]


def main():
    root = pathlib.Path(sys.argv[1]) / "lib"
    edges = graph(root)
    bad = [f"{a[0]}/{a[1]} includes {b[0]}/{b[1]}, which is above it"
           for a, to in edges.items() for b in to if ROOMS.index(b[0]) > ROOMS.index(a[0])]
    bad += ["a circle: " + " ".join("/".join(m) for m in sorted(group))
            for group in circles(edges)]
    bad += ["a circle of calls: " + " ".join("/".join(m) for m in sorted(group))
            for group in circles(calls(root))]
    bad += defined_twice(root) + constants_elsewhere(root)
    known = {}
    for room in ROOMS if not bad else []:
        modules = [m for m in edges if m[0] == room]
        floors = max(floor(m, edges, known) for m in modules)
        print(f"{room}: {len(modules)} modules on {floors} floors")
    print("\n".join(bad), end="\n" if bad else "")
    sys.exit(bool(bad))


main()
