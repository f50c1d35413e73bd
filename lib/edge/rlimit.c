/* SPDX-License-Identifier: MIT */
#include "rlimit.h"

#include "calls.h"
#include "core/rare.h"
#include "fence/fence.h"
#include "process.h"
#include "sys/aslimit.h"
#include "sys/sys.h"

/* The space whose fence has a share in that rlimit of that process; NULL: none has. */
static struct space *space_of(long pid, long resource)
{
	struct space *space = process_made();

	if (!space || (int)resource != RLIMIT_AS || !space_fenced(space))
		return NULL;
	return (int)pid == 0 || (int)pid == SYS(SYS_getpid, 0) ? space : NULL;
}

RARE long rlimit_call(long pid, long resource, const struct rlimit *new, struct rlimit *old)
{
	struct space *space = space_of(pid, resource);
	struct pass pass;
	long result;

	if (!space)
		return SYS(SYS_prlimit64, pid, resource, new, old);
	call_begin(&pass);
	result = aslimit_call(new, old, fence_share(space, space_window(space)));
	call_end(&pass);
	return result;
}
