# SPDX-License-Identifier: MIT
"""Four threads work on JSON, say where their memory is, and stay for a while."""
import ctypes
import json
import mmap
import threading
import time


def address(buffer):
    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))


def work(number, lines):
    table = {str(key): [key * number] * 8 for key in range(2000)}
    text = bytearray(json.dumps(table), "ascii")
    assert json.loads(text) == table
    pages = mmap.mmap(-1, 64 << 20)
    pages[:len(text)] = text
    lines[number] = "thread %d: its stack ends near %#x, %d KiB of JSON at %#x, 64 MiB at %#x" % (
        number, threading.get_ident(), len(text) >> 10, address(text), address(pages))
    keep.append((text, pages))
    done.wait()
    time.sleep(60)


keep = []
lines = {}
done = threading.Barrier(5)
for number in range(1, 5):
    threading.Thread(target=work, args=(number, lines), daemon=True).start()
done.wait()
for number in sorted(lines):
    print(lines[number])
print("ready, for a minute", flush=True)
time.sleep(60)
