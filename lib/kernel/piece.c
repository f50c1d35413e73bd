/* SPDX-License-Identifier: MIT */
#include "piece.h"

#include <linux/prctl.h>

#include "sys.h"

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

static long length_of(struct span piece)
{
	return (long)(piece.end - piece.start);
}

struct call piece_map(struct span piece, int how)
{
	return (struct call){ SYS_mmap, { (long)piece.start, length_of(piece), PROT_NONE,
					  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | how, -1, 0 } };
}

struct call piece_undump(struct span piece)
{
	return (struct call){ SYS_madvise, { (long)piece.start, length_of(piece), MADV_DONTDUMP } };
}

struct call piece_name(struct span piece, const char *name)
{
	return (struct call){ SYS_prctl, { PR_SET_VMA, PR_SET_VMA_ANON_NAME, (long)piece.start,
					   length_of(piece), (long)name } };
}

struct call piece_seal(struct span piece)
{
	return (struct call){ SYS_mseal, { (long)piece.start, length_of(piece), 0 } };
}
