/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include <link.h>
#include <stddef.h>
#include <string.h>

#include "bind.h"
#include "libc.h"
#include "dynamic.h"
#include "sys/patience.h"
#include "module.h"
#include "roster.h"
#include "site.h"

static struct {
	bool wanted;
	uint32_t busy;   /* a thread is reading ld.so's list */
	bool incomplete; /* a module was not relocated yet, or did not fit into the roster */
	unsigned long long adds, subs;
} loaded;

/* One reading of ld.so's list. */
struct scan {
	const struct roster *old;
	struct roster *new;
	bool incomplete, gone;
	unsigned long long adds, subs;
};

static int see_counters(struct dl_phdr_info *info, size_t size, void *context)
{
	struct scan *scan = context;

	if (size >= offsetof(struct dl_phdr_info, dlpi_subs) + sizeof(info->dlpi_subs)) {
		scan->adds = info->dlpi_adds;
		scan->subs = info->dlpi_subs;
	}
	return 1;
}

static void widen_span(struct span *span, uintptr_t start, uintptr_t end)
{
	if (span->start == span->end)
		*span = (struct span){ start, end };
	if (start < span->start)
		span->start = start;
	if (end > span->end)
		span->end = end;
}

/* Stores a segment in the first empty span: there may be gaps between segments. */
static void keep_span(struct span *span, int count, uintptr_t start, uintptr_t end)
{
	while (count && span->start != span->end)
		span++, count--;
	if (count)
		*span = (struct span){ start, end };
}

static void measure_object(const struct dl_phdr_info *info, struct module *module)
{
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + header->p_vaddr;

		if (header->p_type != PT_LOAD)
			continue;
		widen_span(&module->range, start, start + header->p_memsz);
		if (header->p_flags & PF_X && header->p_flags & PF_R)
			keep_span(&module->text, 1, start, start + header->p_filesz);
		else if (header->p_flags & PF_W)
			keep_span(module->data, 2, start, start + header->p_memsz);
	}
}

static void set_name(char *to, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t length = strlen(name);

	if (length >= ROSTER_NAME)
		length = ROSTER_NAME - 1;
	memcpy(to, name, length);
	to[length] = 0;
}

static bool was_bound(const struct scan *scan, const struct module *module)
{
	for (uint32_t i = 0; i < scan->old->count; i++) {
		const struct module *old = &scan->old->listed[i].module;

		if (old->base == module->base && old->range.start == module->range.start &&
		    old->range.end == module->range.end)
			return old->bound && !scan->gone;
	}
	return false;
}

static void bind(const struct dl_phdr_info *info, struct scan *scan, struct module *module)
{
	if (was_bound(scan, module))
		module->bound = true;
	else
		module->bound = bind_module(info, module);
	if (!module->bound)
		scan->incomplete = true;
}

static int see_module(struct dl_phdr_info *info, size_t size, void *context)
{
	struct scan *scan = context;
	struct module module = { .base = info->dlpi_addr };
	const char *path = module_path(info->dlpi_name);

	see_counters(info, size, context);
	/* A module that was unloaded may have come again at its old address. */
	scan->gone = scan->subs != loaded.subs;
	measure_object(info, &module);
	if (scan->new->count == ROSTER_MAX) {
		scan->incomplete = true;
		return 1;
	}
	module.kind = module_judge(path, dynamic_read(info).soname);
	bind(info, scan, &module);

	struct listed *listed = &scan->new->listed[scan->new->count++];

	for (; listed > scan->new->listed && listed[-1].module.range.start > module.range.start;
	     listed--)
		*listed = listed[-1];
	listed->module = module;
	set_name(listed->name, path);
	return 0;
}

static bool begin_walk(void)
{
	uint32_t idle = 0;

	for (int turn = 0; turn < PATIENCE_TURNS; turn++, idle = 0) {
		if (__atomic_compare_exchange_n(&loaded.busy, &idle, 1, false, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return true;
		patience_turn(turn);
	}
	return false;
}

static __typeof__(dl_iterate_phdr) *next_walk(void)
{
	static __typeof__(dl_iterate_phdr) *kept;
	__typeof__(kept) walk = __atomic_load_n(&kept, __ATOMIC_RELAXED);

	if (!walk)
		walk = LIBC_NEXT(dl_iterate_phdr);
	if (!walk)
		walk = LIBC(dl_iterate_phdr);
	__atomic_store_n(&kept, walk, __ATOMIC_RELAXED);
	return walk;
}

static void update(void)
{
	__typeof__(dl_iterate_phdr) *walk = next_walk();
	struct scan scan = { .old = roster_now() };

	if (!scan.old->count)
		site_prepare();
	walk(see_counters, &scan);
	if (scan.old->count && !loaded.incomplete && scan.adds == loaded.adds &&
	    scan.subs == loaded.subs)
		return;
	scan.new = roster_begin();
	walk(see_module, &scan);
	loaded.adds = scan.adds;
	loaded.subs = scan.subs;
	loaded.incomplete = scan.incomplete;
	roster_publish();
}

void loaded_watch(void)
{
	loaded.wanted = true;
}

void loaded_refresh(void)
{
	if (!loaded.wanted || !bind_prepare() || !begin_walk())
		return;
	update();
	__atomic_store_n(&loaded.busy, 0, __ATOMIC_RELEASE);
}

bool loaded_alone(void)
{
	const struct roster *list = roster_now();

	/* The second module is the vDSO. */
	return list->count == 1 || list->count == 2;
}

void loaded_fork_child(void)
{
	loaded.busy = 0;
	roster_fork_child();
}
