/* SPDX-License-Identifier: MIT */
#include "fence_piece.h"

#include "core/size.h"
#include "core/uapi.h"
#include "sys/sys.h"

static long length_of(struct span piece)
{
	return (long)(piece.end - piece.start);
}

/* The kernel counts only addresses greater than 2^48 as above (arch_get_mmap_end() on
 * AArch64), so 2^48 itself starts a short piece of its own: 64 KiB, a multiple of any page. */
#define ASKED_FROM (1UL << 48)
#define PAGE_LARGEST 65536

struct span piece_first(struct span span)
{
	static const uintptr_t cut[] = { ASKED_FROM, ASKED_FROM + PAGE_LARGEST };

	for (size_t i = 0; i < ARRAY_SIZE(cut); i++)
		if (span.start < cut[i] && cut[i] < span.end)
			return (struct span){ span.start, cut[i] };
	return span;
}

struct piece_call piece_map(struct span piece, int how)
{
	return (struct piece_call){ SYS_mmap,
				    { (long)piece.start, length_of(piece), PROT_NONE,
				      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | how, -1, 0 } };
}

struct piece_call piece_undump(struct span piece)
{
	return (struct piece_call){ SYS_madvise,
				    { (long)piece.start, length_of(piece), MADV_DONTDUMP } };
}

struct piece_call piece_name(struct span piece, const char *name)
{
	return (struct piece_call){ SYS_prctl,
				    { PR_SET_VMA, PR_SET_VMA_ANON_NAME, (long)piece.start,
				      length_of(piece), (long)name } };
}

struct piece_call piece_seal(struct span piece)
{
	return (struct piece_call){ SYS_mseal, { (long)piece.start, length_of(piece), 0 } };
}
