# SPDX-License-Identifier: MIT
"""demo_compare.py END PID SAID PID SAID: where two processes of demo.py have their
memory, from what they SAID, and whether all mappings of the second lie below END, by
/proc/PID/maps. The first process is without a window. Exits with 1 if one does not."""
import sys


class Mapping:
    """A line of /proc/PID/maps."""

    def __init__(self, line):
        fields = line.split(maxsplit=5)
        self.start, self.end = (int(bound, 16) for bound in fields[0].split("-"))
        self.access = fields[1]
        self.name = fields[5].strip() if len(fields) > 5 else ""


def read_maps(pid):
    """All but [vsyscall], which is no mapping of the process."""
    with open("/proc/%s/maps" % pid, encoding="ascii", errors="replace") as lines:
        return [m for m in map(Mapping, lines) if m.name != "[vsyscall]"]


def table_of(mappings):
    """The library's own memory: its memfd's mapping, and what goes on without a gap up to
    memory without access rights."""
    table, end = [], None
    for mapping in mappings:
        usable = mapping.access[:3] != "---"
        if mapping.name.startswith("/memfd:valimit") or (usable and mapping.start == end):
            table.append(mapping)
            end = mapping.end
    return table


def read_said(path):
    with open(path, encoding="ascii") as lines:
        said = [line.split(maxsplit=1) for line in lines if line[0].isdigit()]
    return {name.strip(): int(address) for address, name in said}


def in_a_mapping(mappings, address):
    return any(m.start <= address < m.end and "r" in m.access for m in mappings)


def main(end, pid, said, pid_in, said_in):
    mappings, mappings_in = read_maps(pid), read_maps(pid_in)
    without, within = read_said(said), read_said(said_in)
    own = table_of(mappings_in)
    usable = [m for m in mappings if m.access[:3] != "---"]
    usable_in = [m for m in mappings_in if m.access[:3] != "---" and m not in own]
    above = [m for m in usable if m.end > end]
    above_in = [m for m in usable_in if m.end > end]

    print("%-18s %18s %18s" % ("", "without a window", "in the window"))
    for name, address in without.items():
        print("%-18s %#18x %#18x" % (name, address, within[name]))
    print("%-18s %18s %18s" % ("mappings above", "%d of %d" % (len(above), len(usable)),
                               "%d of %d" % (len(above_in), len(usable_in))))
    for mapping in above_in:
        print("outside: %#x-%#x %s" % (mapping.start, mapping.end, mapping.name))
    unknown = [name for name in within if not in_a_mapping(mappings_in, within[name])]
    good = not above_in and above and own and not unknown
    print("\n%s: %s" % ("PASSED" if good else "FAILED",
                        "every usable mapping of the second process is below %#x." % end
                        if good else "not every usable mapping is below %#x %s" % (end, unknown)))
    print("Checked in the kernel's list, /proc/%s/maps. Not counted: [vsyscall], which is no\n"
          "mapping of the process; valimit's own table, %d KiB at %#x; and what\n"
          "has no access rights, such as the fence outside the window." % (
              pid_in, sum(m.end - m.start for m in own) >> 10, own[0].start if own else 0))
    return 0 if good else 1


sys.exit(main(int(sys.argv[1], 0), *sys.argv[2:]))
