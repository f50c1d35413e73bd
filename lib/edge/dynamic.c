/* SPDX-License-Identifier: MIT */
#include "dynamic.h"

#include <stdint.h>

/* The tags in use are below this, except DT_RELACOUNT. */
#define TAGS (DT_INIT_ARRAY + 1)

static const ElfW(Dyn) *section(const struct dl_phdr_info *info)
{
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
			return (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
	return NULL;
}

/* The address that a tag's value stands for. ld.so has added the module's base already, except
 * in read-only sections (riscv64, musl, the vDSO). */
static const void *pointer(const struct dl_phdr_info *info, uintptr_t value)
{
	if (!value)
		return NULL;
	return (const void *)(value < info->dlpi_addr ? info->dlpi_addr + value : value);
}

static struct relocations relocations(const void *at, size_t size, size_t relative)
{
	size_t count = size / sizeof(ElfW(Rela));

	if (!at || relative > count)
		return (struct relocations){ NULL, 0 };
	return (struct relocations){ (const ElfW(Rela) *)at + relative, count - relative };
}

struct dynamic dynamic_read(const struct dl_phdr_info *info)
{
	uintptr_t value[TAGS] = { 0 };
	size_t relative = 0;
	const ElfW(Dyn) *entry = section(info);
	struct dynamic dynamic = { .soname = "" };

	if (!entry)
		return dynamic;
	for (; entry->d_tag != DT_NULL; entry++) {
		if (entry->d_tag == DT_RELACOUNT)
			relative = entry->d_un.d_val;
		else if (entry->d_tag > 0 && entry->d_tag < TAGS)
			value[entry->d_tag] = entry->d_un.d_val;
	}
	dynamic.strings = pointer(info, value[DT_STRTAB]);
	dynamic.symbols = pointer(info, value[DT_SYMTAB]);
	dynamic.initialisers = pointer(info, value[DT_INIT_ARRAY]);
	if (dynamic.strings && value[DT_SONAME])
		dynamic.soname = dynamic.strings + value[DT_SONAME];
	dynamic.data = relocations(pointer(info, value[DT_RELA]), value[DT_RELASZ], relative);
	if (value[DT_PLTREL] == DT_RELA)
		dynamic.calls = relocations(pointer(info, value[DT_JMPREL]), value[DT_PLTRELSZ], 0);
	return dynamic;
}
