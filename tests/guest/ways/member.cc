// SPDX-License-Identifier: MIT
// C++ of the emulator's.
#include "ways.h"

namespace
{

struct allocator {
	virtual ~allocator() = default;
	virtual void *allocate() = 0;
};

struct mapper final : allocator {
	void *allocate() override { return NOW_MAP(mmap); }
};

allocator *volatile made;

} // namespace

extern "C" void *member_call()
{
	mapper own;

	made = &own;
	return not_last(made->allocate());
}
