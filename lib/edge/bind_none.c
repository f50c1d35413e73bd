/* SPDX-License-Identifier: MIT */
/* The static library's replacement for bind.c and export.c. */
#include "bind.h"

#include <stddef.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include "export.h"

const bool bind_possible = false;

/* libvalimit_interpose.a's functions, or else libc's, whose calls never reach the library. */
const uintptr_t bind_functions[] = {
	(uintptr_t)mmap, (uintptr_t)mremap, (uintptr_t)shmat, (uintptr_t)syscall, 0,
};

bool bind_prepare(void)
{
	return true;
}

bool bind_module(const struct dl_phdr_info *info, const struct module *module)
{
	(void)info;
	(void)module;
	return true;
}

struct export *export_reached(uintptr_t address)
{
	(void)address;
	return NULL;
}

const struct export *export_numbered(size_t number)
{
	(void)number;
	return NULL;
}
