# SPDX-License-Identifier: MIT
"""below.py REACH: ends with the first thing that a reach does not keep below 4 GiB."""
import ctypes
import mmap
import sys


def low(address, what):
    if address >= 1 << 32:
        sys.exit("%s is at %#x" % (what, address))


reach = sys.argv[1]
page = mmap.mmap(-1, 4096)
low(ctypes.addressof(ctypes.c_char.from_buffer(page)), "a page of mmap")
if reach != "calls":
    low(ctypes.addressof(ctypes.create_string_buffer(1 << 20)), "a MiB of malloc")
if reach == "whole":
    names = {}
    for line in open("/proc/self/maps"):
        fields = line.split()
        if len(fields) > 5:
            names.setdefault(fields[5].split("/")[-1], int(fields[0].split("-")[0], 16))
    for name in ["[stack]"] + [name for name in names if name.startswith("libc.so")]:
        low(names[name], name)
