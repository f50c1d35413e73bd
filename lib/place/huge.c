/* SPDX-License-Identifier: MIT */
#include "huge.h"

#include "core/rare.h"
#include "fence/fence_hole.h"
#include "sys/sys.h"

/* Whether the kernel aligns shared memory for huge pages (shmem_get_unmapped_area()), which
 * depends on tmpfs's mount options. Has it place two lengths that it aligns for no other
 * reason: one aligned address may be chance. */
static bool aligns_shared(struct space *space, size_t huge)
{
	bool aligns = true;

	for (size_t length = huge + space->page; aligns && length <= huge + 2 * space->page;
	     length += space->page) {
		long at = sys_mmap(0, length, PROT_READ, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE,
				   -1, 0);

		if (sys_failed(at))
			return false;
		space_discard(space, (uintptr_t)at, length);
		fence_patch(space, (uintptr_t)at, (uintptr_t)at + length);
		aligns = ((uintptr_t)at & (huge - 1)) == 0;
	}
	space->kernel.shared_huge = aligns;
	space->kernel.shared_known = true;
	return aligns;
}

RARE size_t huge_shared(struct space *space, size_t length)
{
	size_t huge = huge_align(space, 0);

	if (length < huge || (space->kernel.shared_known && !space->kernel.shared_huge))
		return 0;
	return space->kernel.shared_known || aligns_shared(space, huge) ? huge : 0;
}
