/* SPDX-License-Identifier: MIT */
#include "block.h"

struct block block_take(void *at, size_t length, bool host, enum site_window window,
			const char *what)
{
	static int byte;
	struct block block = { at, length, 1 + byte++ % 255, host };

	site_expect(window, host, at, length, what);
	if (!all_bytes(at, length, 0))
		die("lost: new memory of a %s at %p is not zero: %s", host ? "host" : "guest", at,
		    what);
	memset(at, block.byte, length);
	return block;
}

struct block block_map(bool host, size_t pages, const char *when)
{
	unsigned int depth = scope_begin(host);
	void *at = map(pages * page_size());

	scope_end(depth);
	return block_take(at, pages * page_size(), host, site_now(), when);
}

void block_check(const struct block *block, const char *when)
{
	if (!all_bytes(block->at, block->length, block->byte))
		die("lost: contents of a %s at %p: %s", block->host ? "host" : "guest",
		    (void *)block->at, when);
}

void block_unmap(struct block *block, const char *when)
{
	unsigned int depth = scope_begin(block->host);

	block_check(block, when);
	if (munmap(block->at, block->length))
		die("munmap of a %s: %s: %s", block->host ? "host" : "guest", when,
		    strerrorname_np(errno));
	scope_end(depth);
	block->at = NULL;
}
