/* SPDX-License-Identifier: MIT */
#include "vdso.h"

#include "sys/sys.h"

bool vdso_move(struct self *self, uintptr_t to)
{
	uintptr_t from = self_system(self).start;

	for (int i = 0; i < self->count; i++) {
		struct self_mapping *mapping = &self->at[i];
		struct span span = mapping->span;
		size_t length = span.end - span.start;

		if (!mapping->system)
			continue;
		if (to != from &&
		    sys_failed(sys_mremap(span.start, length, length, MREMAP_MAYMOVE | MREMAP_FIXED,
					  to + (span.start - from))))
			return false;
		mapping->moved = true;
	}
	return true;
}
