# SPDX-License-Identifier: MIT
"""Breakpoints and symbols in programs that valimit's launcher starts.

gdb takes the launcher for the program, since that is what the kernel has executed
last, and forgets the breakpoints. With this file sourced

    (gdb) valimit-run

is "run", with a stop that is not seen: when the launcher has mapped the program
inside the window gdb is told of its file, finds where everything lies, and sets
the breakpoints that were set before.

    (gdb) valimit-symbols

does this for a program that gdb has attached to: for users without privileges
/proc/PID/exe names the launcher, of whose symbols none fits.
"""
import re

import gdb

MARK_AT, MARK = 50, 0x56  # of the launcher's file: lib/core/mark.h
PR_SET_NAME = 15  # the launcher's last call but those that close its files
AT_PHDR = 3
PRCTL_ARGUMENT = {'i386:x86-64': '$rdi', 'aarch64': '$x0'}


def is_launcher(pid):
    with open(f'/proc/{pid}/exe', 'rb') as file:
        return file.read(MARK_AT + 1)[MARK_AT:] == bytes([MARK])


def auxiliary(pid, kind):
    with open(f'/proc/{pid}/auxv', 'rb') as file:
        data = file.read()
    for at in range(0, len(data), 16):
        if int.from_bytes(data[at:at + 8], 'little') == kind:
            return int.from_bytes(data[at + 8:at + 16], 'little')
    return None


def program_of(pid):
    """The file whose program headers the program has been told of."""
    headers = auxiliary(pid, AT_PHDR)
    with open(f'/proc/{pid}/maps') as maps:
        for line in maps:
            start, end = (int(word, 16) for word in line.split()[0].split('-'))
            if start <= headers < end:
                return line.split(None, 5)[5].strip()
    return None


def load_symbols():
    gdb.execute(f'file {program_of(gdb.selected_inferior().pid)}', to_string=True)


class Catch:
    """A catchpoint that says nothing, and tells whether it was hit."""

    def __init__(self, what):
        said = gdb.execute(f'catch {what}', to_string=True)
        self.number = re.search(r'Catchpoint (\d+)', said)[1]
        self.seen = 0
        gdb.execute(f'commands {self.number}\nsilent\nend')

    def is_hit(self):
        said = gdb.execute(f'info breakpoints {self.number}', to_string=True)
        count = re.search(r'already hit (\d+) time', said)
        before, self.seen = self.seen, int(count[1]) if count else 0
        return self.seen > before

    def delete(self):
        gdb.execute(f'delete {self.number}')


class Run(gdb.Command):
    """Start a program that valimit's launcher starts, with breakpoints that hold."""

    def __init__(self):
        super().__init__('valimit-run', gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        wanted = [point for point in gdb.breakpoints() if point.enabled]
        executed = Catch('exec')
        # With vactl's --children the kernel starts the launcher: where a fixed program's
        # breakpoints are, that has nothing.
        self.enable(wanted, False)
        try:
            gdb.execute(f'starti {argument}', to_string=True)
        finally:
            self.enable(wanted, True)
        stopped = True
        while stopped:
            if is_launcher(gdb.selected_inferior().pid):
                self.follow(wanted)
            gdb.execute('continue')
            stopped = executed.is_hit()
        executed.delete()

    @staticmethod
    def enable(points, enabled):
        for point in points:
            point.enabled = enabled

    def follow(self, wanted):
        """From the launcher's first instruction to where the program is mapped."""
        name = gdb.selected_inferior().architecture().name()
        calls = Catch('syscall prctl')
        named = False
        self.enable(wanted, False)
        while True:
            gdb.execute('continue', to_string=True)
            if not calls.is_hit():
                break
            if calls.seen % 2:
                named = int(gdb.parse_and_eval(PRCTL_ARGUMENT[name])) & 0xffffffff == PR_SET_NAME
            elif named:
                break
        calls.delete()
        if named:
            load_symbols()
        self.enable(wanted, True)


class Symbols(gdb.Command):
    """Load the symbols of the attached program that valimit's launcher has started."""

    def __init__(self):
        super().__init__('valimit-symbols', gdb.COMMAND_FILES)

    def invoke(self, argument, from_tty):
        pid = gdb.selected_inferior().pid
        if not pid:
            raise gdb.GdbError('There is no program; attach to one first.')
        load_symbols()


Run()
Symbols()
