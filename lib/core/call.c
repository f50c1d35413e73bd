/* SPDX-License-Identifier: MIT */
#include "call.h"

#include <errno.h>
#include <sys/mman.h>

#include "uapi.h"

enum outcome call_error(long error)
{
	switch (error) {
	case -ENOMEM:
		return OUTCOME_ENOMEM;
	case -EEXIST:
		return OUTCOME_EEXIST;
	case -EINVAL:
		return OUTCOME_EINVAL;
	case -EACCES:
	case -EPERM:
		return OUTCOME_EACCES;
	}
	return OUTCOME_FAILED;
}

static enum outcome outcome_of_map(const struct call *call)
{
	if (call->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))
		return OUTCOME_FIXED;
	/* The kernel rounds a hint down to its page. */
	return call->address && call->address - (uintptr_t)call->result < 4096 ? OUTCOME_HINTED :
										  OUTCOME_PLACED;
}

static enum outcome outcome_of_move(const struct call *call)
{
	if (call->flags & MREMAP_FIXED)
		return OUTCOME_FIXED;
	return call->result == (long)call->address ? OUTCOME_IN_PLACE : OUTCOME_MOVED;
}

enum outcome call_outcome(const struct call *call)
{
	if (call_failed(call))
		return call_error(call->result);
	switch (call->name) {
	case CALL_MMAP:
	case CALL_MMAP_RANGE:
		return outcome_of_map(call);
	case CALL_MREMAP:
	case CALL_MREMAP_RANGE:
		return outcome_of_move(call);
	case CALL_SHMAT:
	case CALL_SHMAT_RANGE:
		return call->address ? OUTCOME_FIXED : OUTCOME_PLACED;
	default:
		return OUTCOME_DONE;
	}
}

const char *call_word(enum call_name name)
{
	static const char word[CALLS][16] = {
		[CALL_MMAP] = "mmap",
		[CALL_MUNMAP] = "munmap",
		[CALL_MREMAP] = "mremap",
		[CALL_SHMAT] = "shmat",
		[CALL_SHMDT] = "shmdt",
		[CALL_MMAP_RANGE] = "mmap_range",
		[CALL_MREMAP_RANGE] = "mremap_range",
		[CALL_SHMAT_RANGE] = "shmat_range",
		[CALL_LIMITS] = "limits",
	};

	return name < CALLS ? word[name] : "?";
}

const char *call_outcome_word(enum outcome outcome)
{
	static const char word[OUTCOMES][12] = {
		[OUTCOME_PLACED] = "placed",
		[OUTCOME_HINTED] = "at hint",
		[OUTCOME_FIXED] = "fixed",
		[OUTCOME_IN_PLACE] = "in place",
		[OUTCOME_MOVED] = "moved",
		[OUTCOME_DONE] = "done",
		[OUTCOME_ENOMEM] = "ENOMEM",
		[OUTCOME_EEXIST] = "EEXIST",
		[OUTCOME_EINVAL] = "EINVAL",
		[OUTCOME_EACCES] = "EACCES",
		[OUTCOME_FAILED] = "failed",
	};

	return outcome < OUTCOMES ? word[outcome] : "?";
}
