/* SPDX-License-Identifier: MIT */
#include "bind.h"

#include <dlfcn.h>
#include <sys/auxv.h>

#include "dynamic.h"
#include "export.h"
#include "sys/vma.h"
#include "sys/sys.h"
#include "module.h"

#if defined(__x86_64__)
#define RELOCATION_CALL R_X86_64_JUMP_SLOT
#define RELOCATION_SLOT R_X86_64_GLOB_DAT
#define RELOCATION_WORD R_X86_64_64
#elif defined(__aarch64__)
#define RELOCATION_CALL R_AARCH64_JUMP_SLOT
#define RELOCATION_SLOT R_AARCH64_GLOB_DAT
#define RELOCATION_WORD R_AARCH64_ABS64
#else
#define RELOCATION_CALL R_RISCV_JUMP_SLOT
#define RELOCATION_SLOT R_RISCV_64
#define RELOCATION_WORD R_RISCV_64
#endif

const bool bind_possible = true;
const uintptr_t bind_functions[] = { 0 };

static void *resolve(const char *name)
{
	return dlsym(RTLD_DEFAULT, name);
}

bool bind_prepare(void)
{
	static enum { NEW, UNDER_WAY, DONE } stage;

	/* The exported dlsym() (loader.c) would enter here again while export_learn() runs. */
	if (stage == NEW && module_ruled()) {
		stage = UNDER_WAY;
		export_learn(resolve);
		stage = DONE;
	}
	return stage != UNDER_WAY;
}

/* A module that is being bound. */
struct binding {
	const struct dl_phdr_info *info;
	const struct module *module;
	struct dynamic dynamic;
	struct span sealed; /* the pages that are read-only after relocation */
	bool unsealed;      /* bind.c has made the sealed pages writable */
	bool incomplete;
};

/* The pages that ld.so makes read-only. It rounds both ends down. */
static struct span find_sealed(const struct dl_phdr_info *info)
{
	uintptr_t page = getauxval(AT_PAGESZ);

	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + header->p_vaddr;

		if (header->p_type == PT_GNU_RELRO)
			return (struct span){ start & -page, (start + header->p_memsz) & -page };
	}
	return (struct span){ 0, 0 };
}

static bool protect(struct span span, int prot)
{
	return SYS(SYS_mprotect, span.start, span.end - span.start, prot) == 0;
}

/* Makes the sealed pages writable. If they are writable already, ld.so is still relocating the
 * module, and they have to stay writable. */
static bool unseal(struct binding *binding)
{
	struct vma_facts facts;

	if (binding->unsealed)
		return true;
	if (!vma_at(binding->sealed.start, &facts) || facts.span.start > binding->sealed.start)
		return false;
	if (facts.prot & PROT_WRITE) {
		binding->incomplete = true;
		return false;
	}
	binding->unsealed = protect(binding->sealed, PROT_READ | PROT_WRITE);
	return binding->unsealed;
}

static void write_slot(struct binding *binding, uintptr_t *slot, uintptr_t value)
{
	uintptr_t at = (uintptr_t)slot;

	if (*slot == value || !module_has_data(binding->module, at))
		return;
	if (span_holds(binding->sealed, at) && !unseal(binding))
		return;
	__atomic_store_n(slot, value, __ATOMIC_RELEASE);
}

/* The exported function by the slot's symbol, if ld.so has left the slot to its resolver. */
static const struct export *unresolved(const struct binding *binding, const ElfW(Sym) *symbol,
				      uintptr_t value)
{
	const struct export *export;

	if (!span_holds(binding->module->range, value) || symbol->st_shndx != SHN_UNDEF)
		return NULL;
	export = export_named(binding->dynamic.strings + symbol->st_name);
	return export && (export->first || export->canonical) ? export : NULL;
}

static void bind_call(struct binding *binding, const ElfW(Rela) *relocation)
{
	uintptr_t *slot = (uintptr_t *)(binding->info->dlpi_addr + relocation->r_offset);
	const ElfW(Sym) *symbol = &binding->dynamic.symbols[ELF64_R_SYM(relocation->r_info)];
	uintptr_t value;
	const struct export *export;

	if (ELF64_R_TYPE(relocation->r_info) != RELOCATION_CALL)
		return;
	value = __atomic_load_n(slot, __ATOMIC_RELAXED);
	export = export_reached(value);
	if (!export)
		export = unresolved(binding, symbol, value);
	/* A symbol with a value is a stub that serves as the function's address in all modules. */
	if (export)
		write_slot(binding, slot, symbol->st_value ? export->pointer : export->host);
}

static void bind_data(struct binding *binding, const ElfW(Rela) *relocation)
{
	uintptr_t *slot = (uintptr_t *)(binding->info->dlpi_addr + relocation->r_offset);
	unsigned long type = ELF64_R_TYPE(relocation->r_info);
	const struct export *export;

	if (type != RELOCATION_SLOT && type != RELOCATION_WORD)
		return;
	export = export_reached(__atomic_load_n(slot, __ATOMIC_RELAXED));
	if (export)
		write_slot(binding, slot, export->pointer);
}

/* Learns the function addresses that the program's stubs give to all modules. A program that is
 * not a PIE has such stubs. */
static void learn_canonical(const struct binding *binding)
{
	struct relocations calls = binding->dynamic.calls;

	for (size_t i = 0; i < calls.count; i++) {
		const ElfW(Sym) *symbol =
			&binding->dynamic.symbols[ELF64_R_SYM(calls.at[i].r_info)];
		struct export *export;

		if (!symbol->st_value || symbol->st_shndx != SHN_UNDEF)
			continue;
		export = export_named(binding->dynamic.strings + symbol->st_name);
		if (export)
			export_set_canonical(export, binding->info->dlpi_addr + symbol->st_value);
	}
}

/* Whether ld.so has relocated the module. ld.so does not tell, but relative relocations come
 * first, and the entries of DT_INIT_ARRAY are among them. */
static bool is_relocated(const struct binding *binding)
{
	const uintptr_t *first = binding->dynamic.initialisers;

	return !first || span_holds(binding->module->range, *first);
}

bool bind_module(const struct dl_phdr_info *info, const struct module *module)
{
	struct binding binding = { .info = info, .module = module, .dynamic = dynamic_read(info) };
	const struct dynamic *dynamic = &binding.dynamic;

	if (!info->dlpi_name[0])
		learn_canonical(&binding);
	if (module->kind != KIND_HOST || span_holds(module->range, (uintptr_t)bind_module))
		return true;
	if (!is_relocated(&binding))
		return false;
	binding.sealed = find_sealed(info);
	for (size_t i = 0; i < dynamic->calls.count; i++)
		bind_call(&binding, &dynamic->calls.at[i]);
	for (size_t i = 0; i < dynamic->data.count; i++)
		bind_data(&binding, &dynamic->data.at[i]);
	if (binding.unsealed)
		protect(binding.sealed, PROT_READ);
	return !binding.incomplete;
}
