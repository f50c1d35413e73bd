/* SPDX-License-Identifier: MIT */
/* A program that has the library linked in. Prints "WAY host|guest", one a line, as
 * emu.c does. */
#include "ways.h"

#include <stdint.h>
#include <stdio.h>

#include "valimit.h"

#define NOINLINE __attribute__((noinline))

NOINLINE static void *tail(void)
{
	return NOW_MAP(mmap);
}

static way_function *volatile pointer = tail;

#ifdef WITH_THUNK
NOINLINE static void *jump(void)
{
	return chain_tail();
}
#endif

static void show(const char *way, const void *at)
{
	printf("%s %s\n", way, (uintptr_t)at >> 30 == 8 ? "guest" : "host");
}

int main(void)
{
	show("direct", not_last(NOW_MAP(mmap)));
	show("tail", tail());
	show("pointer", pointer());
#ifdef WITH_THUNK
	show("thunk", chain_tail());
	show("jump-to-thunk", jump());
#endif
	return 0;
}
