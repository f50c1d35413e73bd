/* SPDX-License-Identifier: MIT */
#include "request_call.h"

#include <errno.h>
#include <sys/mman.h>

#include "calls.h"
#include "core/size.h"
#include "sys/usercopy.h"

_Static_assert(VALIMIT_TOPDOWN == DIRECTION_DOWN && VALIMIT_BOTTOMUP == DIRECTION_UP,
	       "the header's directions are the library's");

/* The struct's size in its first version. */
#define SIZE_FIRST 64
_Static_assert(sizeof(struct valimit_request) == SIZE_FIRST, "the first version's size");

/* Bound on the struct's size in any version. */
#define SIZE_LIMIT 4096

/* Checks that the fields of a newer caller's struct which this version does not know are 0,
 * like openat2(2). */
static long check_rest(const char *at, size_t size)
{
	uint64_t words[8];

	for (size_t piece; size > 0; at += piece, size -= piece) {
		piece = size < sizeof(words) ? size : sizeof(words);
		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			words[i] = 0;
		if (user_read(words, at, piece) < 0)
			return -EFAULT;
		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			if (words[i])
				return -E2BIG;
	}
	return 0;
}

static long read_request(struct valimit_request *request, const struct valimit_request *from,
			 size_t size)
{
	long result;

	if (size < SIZE_FIRST)
		return -EINVAL;
	if (size > SIZE_LIMIT)
		return -E2BIG;
	result = user_read(request, from, sizeof(*request));
	return result ? result : check_rest((const char *)(from + 1), size - sizeof(*request));
}

static bool is_valid_request(const struct valimit_request *request)
{
	uint64_t below = request->alignment - 1;
	bool demanded = request->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);

	if (request->direction > VALIMIT_BOTTOMUP)
		return false;
	if (request->alignment == 0)
		return true;
	return (request->alignment & below) == 0 && !(demanded && request->address & below);
}

long request_call(const struct valimit_request *from, size_t size, bool host, uintptr_t caller)
{
	struct valimit_request request;
	long result = read_request(&request, from, size);
	struct range range;

	if (result)
		return result;
	if (!is_valid_request(&request))
		return -EINVAL;
	range = (struct range){
		.begin = request.begin,
		.end = request.end,
		.align = request.alignment,
		.direction = (enum direction)request.direction,
		.host = host,
	};
	return call_mmap(request.address, request.length, request.prot, request.flags, request.fd,
			 (long)request.offset, &range, caller);
}
