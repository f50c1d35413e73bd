# SPDX-License-Identifier: MIT
"""Maps 64 MiB, says where parts of its memory are, and stays for a minute."""
import ctypes
import mmap
import time

# Of the auxiliary vector, from <elf.h>.
AT_PHDR, AT_RANDOM, AT_SYSINFO_EHDR = 3, 25, 33

libc = ctypes.CDLL(None)
libc.malloc.restype = libc.getauxval.restype = ctypes.c_ulong
libc.getauxval.argtypes = [ctypes.c_ulong]
pages = mmap.mmap(-1, 64 << 20)

for name, address in (
        ("the program", libc.getauxval(AT_PHDR)),
        ("libc", ctypes.cast(libc.getauxval, ctypes.c_void_p).value),
        ("the heap (malloc)", libc.malloc(1000)),
        ("the stack", libc.getauxval(AT_RANDOM)),
        ("the vDSO", libc.getauxval(AT_SYSINFO_EHDR)),
        ("64 MiB of mmap", ctypes.addressof(ctypes.c_char.from_buffer(pages)))):
    print(address, name)
print("ready", flush=True)
time.sleep(60)
