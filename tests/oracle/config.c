/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#define MIB (1UL << 20)
#define GIB (1UL << 30)
#define PAGE 4096UL
#define EDGE (32 * PAGE)

/* Nothing lies there when a program starts; and above where the kernel begins
 * to search from the bottom, a third of the address space. */
#define HERE 0x300000000000UL
#define WIDE HERE, HERE + 64 * MIB
#define WIDE_BED { { HERE, HERE + 64 * MIB, EDGE, EDGE } }
#define TIGHT HERE, HERE + 96 * PAGE
#define TIGHT_BED { { HERE, HERE + 96 * PAGE, EDGE, EDGE } }
#define LOW GIB, 2 * GIB
#define LOW_BED { { GIB, GIB + 8 * MIB, EDGE, 0 }, { 2 * GIB - 8 * MIB, 2 * GIB, 0, EDGE } }
#define WRAPPED 0x7e0000000000, 0x30000000
#define WRAPPED_BED                                                       \
	{ { 0x2fc00000, 0x30000000, 0, EDGE },                            \
	  { 0x7e0000000000, 0x7e0000400000, EDGE, 0 } }
#define ALL 0x10000, 0x7ffffffff000
#define ALL_BED { { HERE, HERE + 16 * MIB, 0, 0 } }
/* The range is so large that no mapping is placed where the operations choose addresses. */
#define HUGE_WINDOW HERE, 0x500000000000
#define HUGE_BED { { HERE, HERE + 2 * MIB, 0, 0 } }
#define ANY_UNSEEN (UNSEEN_TAKES | UNSEEN_LEAVES | UNSEEN_ANY)

/* Where the library places, it finds an unseen munmap before ENOMEM only
 * (CONTRACT 32), and a hint there is not taken until then. So calls that unmap
 * unseen are left to the configurations in which the kernel places.
 *
 * The room that the library keeps below a MAP_GROWSDOWN mapping is not always
 * the kernel's to the page (CONTRACT 7): parts of such a mapping may go, others
 * come to lie right below it. So stacks are left to the configurations in
 * which the kernel places. */
const struct config configs[] = {
	{ "calls", WIDE, "off", .bed = WIDE_BED, .exact = true, .unseen = UNSEEN_TAKES },
	{ "process", WIDE, "on", .bed = WIDE_BED, .exact = true, .stacks = true, .unseen = ANY_UNSEEN },
	{ "calls-tight", TIGHT, "off", .bed = TIGHT_BED, .exact = true, .unseen = UNSEEN_TAKES },
	{ "process-tight", TIGHT, "on", .bed = TIGHT_BED, .exact = true, .stacks = true, .unseen = ANY_UNSEEN },
	{ "calls-wrapped", WRAPPED, "off", .bed = WRAPPED_BED, .exact = true,
	  .unseen = UNSEEN_TAKES },
	{ "process-wrapped", WRAPPED, "on", .bed = WRAPPED_BED, .exact = true,
	  .stacks = true, .unseen = ANY_UNSEEN },
	{ "calls-low", LOW, "off", .bed = LOW_BED, .exact = true, .unseen = UNSEEN_TAKES },
	{ "process-low", LOW, "on", .bed = LOW_BED, .exact = true, .stacks = true, .unseen = ANY_UNSEEN },
	{ "calls-deny", WIDE, "off", { "VA_LIMIT_FIXED=deny" }, .bed = WIDE_BED, .exact = true,
	  .deny = true, .unseen = UNSEEN_TAKES },
	{ "calls-bottomup", WIDE, "off", { "VA_LIMIT_PLACE=bottomup" }, .bed = WIDE_BED,
	  .exact = true, .legacy = true, .unseen = UNSEEN_TAKES },
	{ "process-bottomup", WIDE, "on", { "VA_LIMIT_PLACE=bottomup" }, .bed = WIDE_BED,
	  .exact = true, .legacy = true, .unseen = UNSEEN_TAKES },
	{ "calls-all", ALL, "off", .bed = ALL_BED, .exact = true, .unseen = UNSEEN_TAKES },
	{ "process-all", ALL, "on", .bed = ALL_BED, .exact = true, .stacks = true, .unseen = ANY_UNSEEN },
	{ "none", 0, 0, "on", .bed = ALL_BED, .exact = true, .stacks = true, .unseen = ANY_UNSEEN },
	{ "calls-random", HUGE_WINDOW, "off", { "VA_LIMIT_PLACE=random", "VA_LIMIT_SEED=1" },
	  .bed = HUGE_BED, .unseen = UNSEEN_TAKES },
	{ "process-random", HUGE_WINDOW, "on", { "VA_LIMIT_PLACE=random", "VA_LIMIT_SEED=1" },
	  .bed = HUGE_BED, .unseen = UNSEEN_TAKES | UNSEEN_ANY },
	{ "calls-align", HUGE_WINDOW, "off", { "VA_LIMIT_ALIGN=64K" }, .bed = HUGE_BED,
	  .unseen = UNSEEN_TAKES },
	{ "process-align", HUGE_WINDOW, "on", { "VA_LIMIT_ALIGN=64K" }, .bed = HUGE_BED,
	  .unseen = UNSEEN_TAKES | UNSEEN_ANY },
};
const size_t config_count = sizeof(configs) / sizeof(*configs);

const struct config *config_find(const char *name)
{
	for (size_t i = 0; i < config_count; i++)
		if (strcmp(configs[i].name, name) == 0)
			return &configs[i];
	return NULL;
}

int config_beds(const struct config *config)
{
	return config->bed[1].end ? 2 : 1;
}

bool config_inside(const struct config *config, uintptr_t start, size_t length)
{
	uintptr_t end = start + length;

	if (config->lower < config->upper)
		return start >= config->lower && end <= config->upper;
	return config->lower == config->upper || end <= config->upper || start >= config->lower;
}
