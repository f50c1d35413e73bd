/* SPDX-License-Identifier: MIT */
#include "limit.h"

#include "calls.h"
#include "core/fmt.h"
#include "sys/usercopy.h"
#include "process.h"
#include "trace.h"

long limit_set(const struct va_limit *limit, uintptr_t caller)
{
	struct call call = { .name = CALL_LIMITS, .returns = caller, .caller = caller };
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

static void trace_get(const struct va_limit *limit, long result, uintptr_t caller)
{
	char text[96];
	struct fmt fmt;

	fmt_init(&fmt, text, sizeof(text));
	fmt_text(&fmt, "prctl(PR_GET_VA_LIMITS, {");
	fmt_hex(&fmt, limit->lower_bound);
	fmt_text(&fmt, ", ");
	fmt_hex(&fmt, limit->upper_bound);
	fmt_text(&fmt, "})");
	trace_other(text, result, caller);
}

long limit_get(struct va_limit *limit, uintptr_t caller)
{
	struct window window = process_limits();
	struct va_limit copy = { window.lower, window.upper };
	long result = user_write(limit, &copy, sizeof(copy));

	if (trace_on())
		trace_get(&copy, result, caller);
	return result;
}
