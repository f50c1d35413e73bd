/* SPDX-License-Identifier: MIT */
#include "fill.h"

#include <sys/mman.h>

#include "../guest/guest.h"
#include "vmas.h"

/* Offsets follow addresses, so that neighbours merge. */
static void fill(const struct site *site, uintptr_t start, uintptr_t end)
{
	long got;

	if (start >= end)
		return;
	got = raw6(SYS_mmap, (long)start, (long)(end - start), PROT_NONE,
		   MAP_SHARED | MAP_FIXED_NOREPLACE | MAP_NORESERVE, site->filler, (long)start);
	if (raw_failed(got))
		die("filling 0x%lx-0x%lx: %s", start, end, strerrorname_np((int)-got));
}

/* Fills the free parts of [start, end). */
static void fill_free(const struct site *site, uintptr_t start, uintptr_t end)
{
	size_t count;
	const struct mapping *mapping = vmas_read(&count);

	for (size_t i = 0; i < count && start < end; i++) {
		if (mapping[i].end <= start)
			continue;
		fill(site, start, mapping[i].start < end ? mapping[i].start : end);
		start = mapping[i].end;
	}
	fill(site, start, end);
}

/* All of [start, end) but the beds, which are in ascending order. */
static void fill_around(const struct site *site, uintptr_t start, uintptr_t end)
{
	const struct bed *bed = site->config->bed;

	for (int i = 0; i < config_beds(site->config); i++) {
		if (bed[i].end <= start || bed[i].start >= end)
			continue;
		fill_free(site, start, bed[i].start);
		start = bed[i].end;
	}
	fill_free(site, start, end);
}

void fill_all(struct site *site)
{
	const struct config *config = site->config;
	uintptr_t min = site->shared->min;

	if (!config->exact)
		return;
	if (site->side == SIDE_KERNEL || config->lower == config->upper) {
		fill_around(site, min, SITE_TOP);
	} else if (config->lower < config->upper) {
		fill_around(site, config->lower, config->upper);
	} else {
		fill_around(site, min, config->upper);
		fill_around(site, config->lower, SITE_TOP);
	}
}

/* Fillers were mapped unseen; a call without room makes the library read the kernel's list. */
void fill_show(const struct site *site)
{
	if (site->side == SIDE_LIBRARY && mmap(NULL, 1UL << 46, PROT_NONE,
					       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
					       0) != MAP_FAILED)
		die("room for 64 TiB");
}

static void unfill(uintptr_t start, uintptr_t end)
{
	size_t count;
	const struct mapping *mapping = vmas_read(&count);

	for (size_t i = 0; i < count; i++) {
		uintptr_t from = mapping[i].start > start ? mapping[i].start : start;
		uintptr_t to = mapping[i].end < end ? mapping[i].end : end;

		if (from < to && vmas_is_filler(&mapping[i]))
			raw6(SYS_munmap, (long)from, (long)(to - from), 0, 0, 0, 0);
	}
}

/* The part of [start, end) on an edge. */
static void unfill_edge(uintptr_t start, uintptr_t end, uintptr_t edge, size_t length)
{
	if (start < edge)
		start = edge;
	if (end > edge + length)
		end = edge + length;
	if (start < end)
		unfill(start, end);
}

void fill_open(struct site *site, uintptr_t start, uintptr_t end)
{
	const struct bed *bed = site->config->bed;

	if (site->side == SIDE_LIBRARY)
		return;
	for (int i = 0; i < config_beds(site->config); i++) {
		unfill_edge(start, end, bed[i].start - bed[i].below, bed[i].below);
		unfill_edge(start, end, bed[i].end, bed[i].above);
	}
}

void fill_close(struct site *site)
{
	const struct bed *bed = site->config->bed;

	if (site->side == SIDE_LIBRARY)
		return;
	for (int i = 0; i < config_beds(site->config); i++) {
		fill_free(site, bed[i].start - bed[i].below, bed[i].start);
		fill_free(site, bed[i].end, bed[i].end + bed[i].above);
	}
}

void fill_but(struct site *site, uintptr_t start, uintptr_t end)
{
	const struct bed *bed = site->config->bed;

	for (int i = 0; i < config_beds(site->config); i++) {
		fill_free(site, bed[i].start, start < bed[i].end ? start : bed[i].end);
		fill_free(site, end > bed[i].start ? end : bed[i].start, bed[i].end);
	}
}

void fill_undo(struct site *site)
{
	const struct bed *bed = site->config->bed;

	for (int i = 0; i < config_beds(site->config); i++)
		unfill(bed[i].start, bed[i].end);
}

bool fill_is_at(struct site *site, uintptr_t address)
{
	size_t count;
	const struct mapping *mapping;

	if (site->side == SIDE_LIBRARY || !site_bed(site, address))
		return false;
	mapping = vmas_read(&count);
	for (size_t i = 0; i < count; i++)
		if (address >= mapping[i].start && address < mapping[i].end)
			return vmas_is_filler(&mapping[i]);
	return false;
}
