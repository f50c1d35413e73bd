/* SPDX-License-Identifier: MIT */
#include "reservation.h"

#include <errno.h>

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

long reservation_make(uintptr_t begin, uintptr_t end, uintptr_t caller)
{
	struct space *space = process_space_for_range();
	long result = -ENOMEM;

	if (space && !is_valid(space, begin, end))
		result = -EINVAL;
	else if (space && begin >= space->min && end <= space->top)
		result = process_alone(space, reserve, begin, end);
	if (trace_on())
		trace("valimit_reserve(", begin, end, result, caller);
	return result;
}

long reservation_end(uintptr_t begin, uintptr_t end, uintptr_t caller)
{
	struct space *space = process_space_for_range();
	long result = -ENOMEM;

	if (space)
		result = is_valid(space, begin, end) ?
				 process_alone(space, reserve_end, begin, end) : -EINVAL;
	if (trace_on())
		trace("valimit_release(", begin, end, result, caller);
	return result;
}
