/* SPDX-License-Identifier: MIT */
#include "owner.h"

#include "bind.h"
#include "sys/vma.h"
#include "loaded.h"
#include "module.h"
#include "roster.h"
#include "site.h"

/* Whether a module that the roster lacks may contain the address. */
#if HAS_FIND_OBJECT
static bool is_owned(uintptr_t address)
{
	struct dl_find_object found;

	return site_object(address, &found);
}
#else
static bool is_owned(uintptr_t address)
{
	struct vma_facts facts;

	return vma_at(address, &facts) && !facts.anonymous;
}
#endif

/* The kind of a call to a library that is linked in statically, which has no slots. If there
 * are other modules, a function of theirs may have jumped to the library, so the code at the
 * return address has to show that it calls the library. */
static enum kind kind_of_program(uintptr_t returns, const struct module *module)
{
	if (loaded_alone())
		return module->kind;
	for (const uintptr_t *function = bind_functions; *function; function++)
		if (site_proves(returns, NULL, *function))
			return KIND_HOST;
	return KIND_GUEST;
}

/* Whether a module contains the address. Pages with a positive answer are cached, so that code
 * outside all modules which is mapped there later counts as a guest's. */
static bool is_known(uintptr_t address)
{
	static uintptr_t pages[16];
	uintptr_t page = address >> 12, *kept = &pages[page % 16];

	if (__atomic_load_n(kept, __ATOMIC_RELAXED) == page)
		return true;
	if (!roster_holds(address) && !is_owned(address))
		return false;
	__atomic_store_n(kept, page, __ATOMIC_RELAXED);
	return true;
}

enum kind owner_kind(uintptr_t returns)
{
	struct module module;

	if (!module_ruled() || owner_all_guest())
		return KIND_GUEST;
	if (!bind_possible && roster_find(returns, &module, NULL))
		return kind_of_program(returns, &module);
	return module_guests_named() && !is_known(returns) ? KIND_HOST : KIND_GUEST;
}

bool owner_is_doubted(uintptr_t returns)
{
	struct module module;

	return bind_possible && roster_find(returns, &module, NULL) && module.kind == KIND_HOST;
}

bool owner_all_guest(void)
{
	return !module_ruled() || (bind_possible && !module_guests_named());
}
