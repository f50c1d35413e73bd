/* SPDX-License-Identifier: MIT */
#include "beside.h"

#include <dlfcn.h>

#include "../beside/hosts.h"
#include "../guest/guest.h"
#include "core/table.h"

/* Outside all windows that have an outside, and far from the edges of the beds. */
static struct hosts hosts = {
	.unmap = munmap,
	.start = 0x600000000000,
	.end = 0x600000000000 + 64 * MIB,
};
static const struct config *config;
static const struct table *table; /* NULL: without the library */

void beside_prepare(void)
{
	void *found[] = { dlsym(RTLD_DEFAULT, "mmap_range"), dlsym(RTLD_DEFAULT, "mremap_range"),
			  dlsym(RTLD_DEFAULT, "valimit_host_enter") };
	struct vma vma;

	memcpy(&hosts.map_range, &found[0], sizeof(found[0]));
	memcpy(&hosts.move_range, &found[1], sizeof(found[1]));
	memcpy(&hosts.enter, &found[2], sizeof(found[2]));
	if (vma_find_named("/memfd:" TABLE_NAME " (deleted)", &vma))
		table = (const struct table *)vma.start;
}

static bool is_inside(uintptr_t start, size_t length)
{
	return config_inside(config, start, length);
}

void beside_begin(const struct site *site, bool orphan)
{
	config = site->config;
	if (!site->shared->hosts || site->side == SIDE_KERNEL ||
	    is_inside(hosts.start, hosts.end - hosts.start))
		return;
	if (!hosts.map_range || !hosts.move_range || !hosts.enter)
		die("the library has no hosts");
	hosts.is_inside = is_inside;
	hosts.may_be_refused |= orphan;
	hosts.seed = site->shared->ops[0].length;
	/* Where the window wraps, hosts come first where its bed has an edge. */
	hosts.map = config->lower < config->upper ? mmap : NULL;
	hosts_start(&hosts);
}

uint64_t beside_without_table(void)
{
	return table ? table_count(&table->counter[COUNT_WITHOUT_TABLE]) : 0;
}

void beside_end(const struct site *site)
{
	site->shared->host_operations += hosts_stop();
}
