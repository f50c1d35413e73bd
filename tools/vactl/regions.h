/* SPDX-License-Identifier: MIT */
/*
 * The address space as pictures show it: tiles without a gap between them, each
 * with one look. Mapped ones and what is free in the window or outside of it.
 */
#ifndef VACTL_TILES_H
#define VACTL_TILES_H

#include "image.h"
#include "vmas.h"

/* What lies where, and what became of it between two snapshots. Those up to
 * LOOK_GUARD are ground: long stretches of them may be folded away. */
enum look {
	LOOK_BEYOND, /* free, outside the window */
	LOOK_ROOM,   /* free, in the window */
	LOOK_FENCE,
	LOOK_GUARD,
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

/* User space of no architecture that Linux knows reaches as far. */
#define TILES_TOP ((uintptr_t)1 << 63)

struct tile {
	uintptr_t start, end;
	enum look look;
	bool sought;                     /* a picture has to make it visible */
	const struct entry *entry;       /* NULL: the table has none there */
	const struct procmaps_line *vma; /* NULL: the kernel has none there */
};

/* Ascending, each beginning where the one before ends, the first at 0. */
struct tiles {
	struct tile *at;
	size_t count, room;
};

/* Of a table's header (all zero: no window is known), its intervals and the
 * kernel's list, into which the tiles point. Ends at the table's top. */
void tiles_make(struct tiles *tiles, const struct table *table,
		const struct intervals *intervals, const struct vmas *vmas);
void tiles_free(struct tiles *tiles);

/* One more behind the last, which ends where it begins; an empty one is left out. */
void tiles_add(struct tiles *tiles, const struct tile *tile);

/* Where the last one ends; 0: there are none. */
uintptr_t tiles_end(const struct tiles *tiles);

/* The tile that holds `address`, which is below the end. */
size_t tiles_seek(const struct tiles *tiles, uintptr_t address);

static inline bool look_ground(enum look look)
{
	return look <= LOOK_GUARD;
}

/* As people read it: "free in the window". */
const char *look_name(enum look look);

#endif
