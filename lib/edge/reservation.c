/* SPDX-License-Identifier: MIT */
#include "reservation.h"

#include <errno.h>

#include "calls.h"
#include "core/fmt.h"
#include "place/op_reserve.h"
#include "process.h"
#include "trace.h"

static void trace(const char *name, uintptr_t begin, uintptr_t end, long result, uintptr_t caller)
{
	char text[96];
	struct fmt fmt;

	fmt_init(&fmt, text, sizeof(text));
	fmt_text(&fmt, name);
	fmt_hex(&fmt, begin);
	fmt_text(&fmt, ", ");
	fmt_hex(&fmt, end);
	fmt_char(&fmt, ')');
	trace_other(text, result, caller);
}

static bool is_valid(const struct space *space, uintptr_t begin, uintptr_t end)
{
	return space_aligned(space, begin) && space_aligned(space, end) && begin < end;
}

/* While the limits stay as they are. */
static long gated(struct space *space, long (*act)(struct space *, uintptr_t, uintptr_t),
		  uintptr_t begin, uintptr_t end)
{
	struct pass pass;
	long result;

	call_begin(&pass);
	result = act(space, begin, end);
	call_end(&pass);
	return result;
}

long reservation_make(uintptr_t begin, uintptr_t end, uintptr_t caller)
{
	struct space *space = process_space_for_range();
	long result = -ENOMEM;

	if (space && !is_valid(space, begin, end))
		result = -EINVAL;
	else if (space && begin >= space->min && end <= space->top)
		result = gated(space, reserve, begin, end);
	if (trace_on())
		trace("valimit_reserve(", begin, end, result, caller);
	return result;
}

long reservation_end(uintptr_t begin, uintptr_t end, uintptr_t caller)
{
	struct space *space = process_space_for_range();
	long result = -ENOMEM;

	if (space)
		result = is_valid(space, begin, end) ? gated(space, reserve_end, begin, end) :
						       -EINVAL;
	if (trace_on())
		trace("valimit_release(", begin, end, result, caller);
	return result;
}
