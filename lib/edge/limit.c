/* SPDX-License-Identifier: MIT */
#include "limit.h"

#include "kernel/user.h"
#include "process.h"

long limit_set(const struct va_limit *limit)
{
	struct va_limit copy;
	long result = user_read(&copy, limit, sizeof(copy));

	if (result)
		return result;
	return process_limit((struct window){ copy.lower_bound, copy.upper_bound });
}

long limit_get(struct va_limit *limit)
{
	struct window window = process_limits();
	struct va_limit copy = { window.lower, window.upper };

	return user_write(limit, &copy, sizeof(copy));
}
