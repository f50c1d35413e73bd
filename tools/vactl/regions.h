/* SPDX-License-Identifier: MIT */
/*
 * The address space as pictures show it: regions of one look each, without a gap
 * between them. A region is a mapping, or a free part of the window or of the outside.
 */
#ifndef VACTL_REGIONS_H
#define VACTL_REGIONS_H

#include "image.h"
#include "vmas.h"

/* The content of a region, or its change between two snapshots. Looks up to LOOK_GUARD
 * are ground: a picture may fold long stretches of them away. */
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

/* The rank of a look. A picture draws the highest of several in one place: memory, however
 * little, before reserves, and reserves before ground. */
static inline int look_rank(enum look look)
{
	return look_ground(look) ? 0 : look == LOOK_RESERVE ? 1 : 2;
}

/* The names of a look, and how it is drawn. */
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

static inline uint64_t region_size(const struct region *region)
{
	return region->end - region->start;
}

/* The address of the code that mapped the region; 0: unknown. */
static inline uint64_t region_caller(const struct region *region)
{
	return region->entry ? region->entry->info.caller : 0;
}

/* Regions in ascending order from address 0 on, each beginning where the previous ends. */
struct regions {
	struct region *at;
	size_t count, room;
};

/* Makes the regions up to the table's top from its header (NULL: nothing is known of a
 * window), its intervals and the kernel's list. The regions point into both lists. */
void regions_make(struct regions *regions, const struct table *table,
		  const struct intervals *intervals, const struct vmas *vmas);

/* Appends a region that starts where the last one ends, and joins the two if they are
 * alike but for their bounds. Ignores an empty region. */
void regions_add(struct regions *regions, const struct region *region);

/* Bytes and number of the regions of one look. */
struct look_sum {
	enum look look;
	uint64_t bytes;
	size_t count;
};

/* Sums up each look that occurs, those of mappings first. Returns the number of looks. */
size_t regions_sum(const struct regions *regions, struct look_sum sum[LOOKS]);

/* The end of the last region; 0: there are none. */
uintptr_t regions_end(const struct regions *regions);

/* Whether there is a region of that number, and it begins below `end`. */
static inline bool regions_reach(const struct regions *regions, size_t number, uintptr_t end)
{
	return number < regions->count && regions->at[number].start < end;
}

/* The number of the region that holds `address`, which is below the end. */
static inline size_t regions_seek(const struct regions *regions, uintptr_t address)
{
	return array_seek(regions->at, regions->count, sizeof(*regions->at), address);
}

/* Compares two address spaces: the result has looks from LOOK_STAYED to LOOK_CHANGED where
 * either has a mapping, and the ground of `after` elsewhere. Its regions point into the
 * lists of `before` where a mapping went, else into those of `after`. */
void regions_compare(const struct regions *before, const struct regions *after,
		     struct regions *result);

#endif
