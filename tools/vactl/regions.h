/* SPDX-License-Identifier: MIT */
/*
 * The address space as pictures show it: regions of one look each, without a gap
 * between them. They are mappings, and the free parts of the window and of the
 * outside.
 */
#ifndef VACTL_REGIONS_H
#define VACTL_REGIONS_H

#include "image.h"
#include "vmas.h"

/* What a region is, or what became of it between two snapshots. Those up to
 * LOOK_GUARD are ground: long stretches of them may be folded away. */
enum look {
	LOOK_BEYOND, /* free, outside the window */
	LOOK_ROOM,   /* free, in the window */
	LOOK_FENCE,
	LOOK_GUARD,
	LOOK_RESERVE, /* mapped without access: address space, and no memory */
	LOOK_GUEST,
	LOOK_ESCAPE, /* a guest's, not wholly in the window */
	LOOK_HOST,
	LOOK_FOREIGN,
	LOOK_OWN,
	LOOK_UNKNOWN,
	LOOK_STAYED,
	LOOK_CAME,
	LOOK_WENT,
	LOOK_CHANGED,
	LOOKS
};

static inline bool look_ground(enum look look)
{
	return look <= LOOK_GUARD;
}

/* Of several looks in one place one of the highest rank is drawn: memory, however little,
 * before reserves, and these before ground. */
static inline int look_rank(enum look look)
{
	return look_ground(look) ? 0 : look == LOOK_RESERVE ? 1 : 2;
}

/* How each look is named and drawn. */
struct look_style {
	const char *name;         /* "free in the window" */
	const char *brief;        /* for a terminal's legend */
	const char *class;        /* of its rectangles in SVG */
	const char *light, *dark; /* their fill */
	short many, few;          /* colours of terminals with 256, and with 8 */
	const char *full, *part;  /* letters without colours, of a cell and of less than half */
};
extern const struct look_style look_styles[LOOKS];

/* Above user space on all architectures of Linux. */
#define REGIONS_TOP ((uintptr_t)1 << 63)

struct region {
	uintptr_t start, end;
	enum look look;
	bool sought;                     /* a picture has to make it visible */
	const struct entry *entry;       /* NULL: the table has none there */
	const struct procmaps_line *vma; /* NULL: the kernel has none there */
};

/* The address that it was mapped from; 0: unknown. */
static inline uint64_t region_caller(const struct region *region)
{
	return region->entry ? region->entry->info.caller : 0;
}

/* Ascending, each beginning where the one before ends, the first at 0. */
struct regions {
	struct region *at;
	size_t count, room;
};

/* Made of a table's header (NULL: nothing is known of a window), its intervals and
 * the kernel's list, into which the regions point. Ends at the table's top. */
void regions_make(struct regions *regions, const struct table *table,
		  const struct intervals *intervals, const struct vmas *vmas);

/* Appends a region that starts where the last one ends, and joins it to that one if they
 * are alike but for their bounds. Ignores an empty one. */
void regions_add(struct regions *regions, const struct region *region);

/* Bytes and number of the regions of each look that there is, mappings first. Returns
 * how many looks. */
struct look_sum {
	enum look look;
	uint64_t bytes;
	size_t count;
};
size_t regions_sum(const struct regions *regions, struct look_sum sum[LOOKS]);

/* Where the last one ends; 0: there are none. */
uintptr_t regions_end(const struct regions *regions);

/* The region that holds `address`, which is below the end. */
static inline size_t regions_seek(const struct regions *regions, uintptr_t address)
{
	return array_seek(regions->at, regions->count, sizeof(*regions->at), address);
}

/* Compares two: the result has looks from LOOK_STAYED to LOOK_CHANGED where either
 * has a mapping, and the ground of `after` elsewhere. It points to what `before`
 * points to where something went, else to what `after` does. */
void regions_compare(const struct regions *before, const struct regions *after,
		     struct regions *result);

#endif
