/* SPDX-License-Identifier: MIT */
#include "relocate.h"

#include <elf.h>

#include "arch.h"

/* Made by the linker. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char _end[] __attribute__((visibility("hidden")));
extern const Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden")));

void relocate_self(void)
{
	uintptr_t base = (uintptr_t)__ehdr_start;
	const Elf64_Rela *entry = NULL;
	size_t size = 0;

	for (const Elf64_Dyn *dyn = _DYNAMIC; dyn->d_tag != DT_NULL; dyn++) {
		if (dyn->d_tag == DT_RELA)
			entry = (const Elf64_Rela *)(base + dyn->d_un.d_ptr);
		else if (dyn->d_tag == DT_RELASZ)
			size = dyn->d_un.d_val;
	}
	for (size_t i = 0; i < size / sizeof(*entry); i++)
		if (ELF64_R_TYPE(entry[i].r_info) == ARCH_RELATIVE)
			*(uintptr_t *)(base + entry[i].r_offset) =
				base + (uintptr_t)entry[i].r_addend;
}

struct span relocate_image(void)
{
	return (struct span){ (uintptr_t)__ehdr_start, (uintptr_t)_end };
}
