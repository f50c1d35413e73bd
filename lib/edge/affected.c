/* SPDX-License-Identifier: MIT */
#include "affected.h"

#include "calls.h"
#include "place/passthrough.h"
#include "process.h"
#include "sys/sys.h"

long affected(struct affect what)
{
	struct space *space = process_made();
	struct pass pass;
	long result;

	if (space)
		what.start = sys_untag(what.start);
	if (!space || !space_fenced(space) ||
	    (space_inside(space, what.start, what.length) &&
	     !passthrough_keeps(space, what.start, what.length)))
		return call_answer(affect_kernel(&what));
	call_begin(&pass);
	result = affect(space, &what);
	call_end(&pass);
	return call_answer(result);
}
