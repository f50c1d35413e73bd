/* SPDX-License-Identifier: MIT */
#include "relocate.h"

#include <elf.h>

#include "arch.h"

/* Made by the linker. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char _end[] __attribute__((visibility("hidden")));
extern const Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden")));

/* <elf.h> has them since glibc 2.36. */
#ifndef DT_RELR
#define DT_RELRSZ 35
#define DT_RELR   36
#endif

/* The value of an entry of the dynamic section; 0: there is none. */
static uintptr_t dynamic_value(Elf64_Sxword tag)
{
	for (const Elf64_Dyn *dyn = _DYNAMIC; dyn->d_tag != DT_NULL; dyn++)
		if (dyn->d_tag == tag)
			return dyn->d_un.d_val;
	return 0;
}

static void relocate_rela(uintptr_t base)
{
	const Elf64_Rela *entry = (const Elf64_Rela *)(base + dynamic_value(DT_RELA));
	size_t count = dynamic_value(DT_RELASZ) / sizeof(*entry);

	for (size_t i = 0; i < count; i++)
		if (ELF64_R_TYPE(entry[i].r_info) == ARCH_RELATIVE)
			*(uintptr_t *)(base + entry[i].r_offset) =
				base + (uintptr_t)entry[i].r_addend;
}

/* Packed relocations (ld -z pack-relative-relocs): an even entry is the address of one word;
 * an odd one is a bitmap of the 63 words behind it, from bit 1 on. */
static void relocate_relr(uintptr_t base)
{
	const uintptr_t *entry = (const uintptr_t *)(base + dynamic_value(DT_RELR));
	size_t count = dynamic_value(DT_RELRSZ) / sizeof(*entry);
	uintptr_t *word = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!(entry[i] & 1)) {
			word = (uintptr_t *)(base + entry[i]);
			*word++ += base;
			continue;
		}
		for (int bit = 1; bit < 64; bit++)
			if (entry[i] >> bit & 1)
				word[bit - 1] += base;
		word += 63;
	}
}

void relocate_self(void)
{
	uintptr_t base = (uintptr_t)__ehdr_start;

	relocate_rela(base);
	relocate_relr(base);
}

struct span relocate_image(void)
{
	return (struct span){ (uintptr_t)__ehdr_start, (uintptr_t)_end };
}
