/* SPDX-License-Identifier: MIT */
#include "limit.h"

#include "calls.h"
#include "kernel/user.h"
#include "process.h"

long limit_set(const struct va_limit *limit, uintptr_t caller)
{
	struct call call = { .name = CALL_LIMITS, .caller = caller };
	struct va_limit copy;

	call.result = user_read(&copy, limit, sizeof(copy));
	if (call.result == 0) {
		call.begin = copy.lower_bound;
		call.end = copy.upper_bound;
		call.result = process_limit((struct window){ call.begin, call.end });
	}
	call_note(&call);
	return call.result;
}

long limit_get(struct va_limit *limit)
{
	struct window window = process_limits();
	struct va_limit copy = { window.lower, window.upper };

	return user_write(limit, &copy, sizeof(copy));
}
