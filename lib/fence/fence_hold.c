/* SPDX-License-Identifier: MIT */
#include "fence_hold.h"

#include <errno.h>

#include "core/uapi.h"
#include "fence_piece.h"
#include "sys/sys.h"

/* Unlocks the piece: after mlockall(MCL_FUTURE) the kernel locks all new memory, and the
 * piece would count against RLIMIT_MEMLOCK. While a program starts, its first piece tells
 * whether new memory is locked: MADV_COLD (Linux 5.4) does nothing to empty memory, and
 * fails with EINVAL for locked memory. */
static void unlock(struct space *space, struct span piece)
{
	if (space->program.fresh && !space->kernel.unlocked)
		space->kernel.unlocked = sys_madvise(piece.start, piece.end - piece.start,
						     MADV_COLD) == 0;
	if (!space->program.fresh || !space->kernel.unlocked)
		SYS(SYS_munlock, piece.start, piece.end - piece.start);
}

static void dress(struct space *space, struct span piece)
{
	piece_make(piece_undump(piece));
	unlock(space, piece);
	if (!space->kernel.nameless)
		space->kernel.nameless = piece_make(piece_name(piece, PIECE_NAME)) < 0;
}

long fence_hold_free(struct space *space, uintptr_t start, uintptr_t end)
{
	long result = sys_reserve(start, end - start);

	if (sys_failed(result))
		return result;
	dress(space, (struct span){ start, end });
	return 0;
}

/* mmap() fails with EAGAIN where all new memory is locked and the span is larger than
 * RLIMIT_MEMLOCK. The span is then reserved in parts, each unlocked at once. */
long fence_hold(struct space *space, struct span *span)
{
	size_t most = span->end - span->start;

	while (!span_empty(*span)) {
		struct span piece = span_cut(*span, (struct span){ span->start, span->start + most });
		long result = sys_reserve(piece.start, piece.end - piece.start);

		if (result == -EAGAIN && most > space->page) {
			most = space_pages(space, most / 2);
			continue;
		}
		if (sys_failed(result))
			return result;
		dress(space, piece);
		span->start = piece.end;
	}
	return 0;
}

long fence_hold_over(struct space *space, struct span piece)
{
	long result = piece_make(piece_map(piece, MAP_FIXED));

	if (sys_failed(result))
		return result;
	dress(space, piece);
	if (space->table->fence == FENCE_SEALED &&
	    !space_inside(space, piece.start, piece.end - piece.start))
		piece_make(piece_seal(piece));
	return 0;
}
