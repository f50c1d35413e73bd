# SPDX-License-Identifier: MIT
"""Prints, in gdb and by single steps, how many instructions, functions and files of the library
calls.c passes in measured_map() or measured_unmap(): $MEASURED, map or unmap, tells which."""
import os

import gdb


def whole_function(frame):
    """The function that the frame's code lies in, not one that is inlined there."""
    while frame.type() == gdb.INLINE_FRAME:
        frame = frame.older()
    return frame.function()


def in_library(pc):
    return "libvalimit" in (gdb.solib_name(pc) or "")


def count(name):
    gdb.Breakpoint("measured_" + name, temporary=True)
    gdb.execute("run")
    caller = gdb.selected_frame().older()
    instructions, functions, files = 0, set(), set()
    while gdb.selected_frame() != caller:
        frame = gdb.newest_frame()
        if in_library(frame.pc()):
            function = whole_function(frame)
            instructions += 1
            functions.add(function.name)
            files.add(function.symtab.filename)
        gdb.execute("stepi", to_string=True)
        gdb.newest_frame().select()
    print(name, instructions, len(functions), len(files))


gdb.execute("set confirm off")
gdb.execute("set startup-with-shell off")
count(os.environ["MEASURED"])
