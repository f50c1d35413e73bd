/* SPDX-License-Identifier: MIT */
/* A library of the emulator's own. */
#include "ways.h"

#include <dlfcn.h>

static void *constructed;

__attribute__((constructor)) static void construct(void)
{
	constructed = NOW_MAP(mmap);
}

void *hostlib_constructed(void)
{
	return constructed;
}

void *hostlib_direct(void)
{
	return not_last(NOW_MAP(mmap));
}

void *hostlib_tail(void)
{
	return NOW_MAP(mmap);
}

void *hostlib_next(void)
{
	map_function *next = (map_function *)dlsym(RTLD_NEXT, "mmap");

	return not_last(NOW_MAP(next));
}
