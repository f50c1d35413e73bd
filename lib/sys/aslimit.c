/* SPDX-License-Identifier: MIT */
#include "aslimit.h"

#include <errno.h>

#include "core/rare.h"
#include "sys.h"
#include "usercopy.h"

/* The mark uses bits below 4 KiB, the smallest page. Programs mostly set rlimits in KiB, so
 * that a limit without a share is unlikely to look marked. */
#define MARK_MASK 0x3ffUL
#define MARK 0x2a5UL

static bool is_marked(rlim_t kernels, size_t share)
{
	return share && kernels != RLIM_INFINITY && (kernels & MARK_MASK) == MARK && kernels >= share;
}

static rlim_t with_share(rlim_t programs, size_t share)
{
	rlim_t sum = (programs & ~MARK_MASK) + share;

	if (programs == RLIM_INFINITY || share == 0)
		return programs;
	return sum < share ? RLIM_INFINITY : sum | MARK;
}

static rlim_t without_share(rlim_t kernels, size_t share)
{
	return is_marked(kernels, share) ? (kernels & ~MARK_MASK) - share : kernels;
}

static long get(struct rlimit *rlimit)
{
	return sys_rlimit(RLIMIT_AS, NULL, rlimit);
}

RARE bool aslimit_is_finite(void)
{
	struct rlimit rlimit;

	return get(&rlimit) == 0 && rlimit.rlim_cur != RLIM_INFINITY;
}

/* Adds the share to the soft limit in *rlimit. False if there is no limit, if it has the share
 * already, or if the kernel does not tell. */
static bool lacks_share(struct rlimit *rlimit, size_t share)
{
	if (get(rlimit) < 0 || rlimit->rlim_cur == RLIM_INFINITY || is_marked(rlimit->rlim_cur, share))
		return false;
	rlimit->rlim_cur = with_share(rlimit->rlim_cur, share);
	return true;
}

RARE bool aslimit_admits(size_t share)
{
	struct rlimit rlimit;

	return !lacks_share(&rlimit, share) || rlimit.rlim_cur <= rlimit.rlim_max;
}

RARE bool aslimit_raise(size_t share)
{
	struct rlimit rlimit;

	if (!lacks_share(&rlimit, share))
		return true;
	return rlimit.rlim_cur <= rlimit.rlim_max && sys_rlimit(RLIMIT_AS, &rlimit, NULL) == 0;
}

static void change(rlim_t *kernels, size_t before, size_t after)
{
	if (is_marked(*kernels, before))
		*kernels = with_share(without_share(*kernels, before), after);
}

RARE bool aslimit_change(size_t before, size_t after)
{
	struct rlimit rlimit;

	if (before == after || get(&rlimit) < 0)
		return true;
	change(&rlimit.rlim_cur, before, after);
	change(&rlimit.rlim_max, before, after);
	return sys_rlimit(RLIMIT_AS, &rlimit, NULL) == 0;
}

/* The latest limit that the program has set, exact to the byte, and the kernel's limit for it. */
static struct {
	struct rlimit asked, given;
} latest;

/* The limit that the program sees: exact if the program has set it, else without the share. */
static rlim_t visible(rlim_t kernels, rlim_t asked, rlim_t given, size_t share)
{
	return kernels == given ? asked : without_share(kernels, share);
}

static long set(const struct rlimit *asked, const struct rlimit *now, const struct rlimit *shown,
		size_t share)
{
	struct rlimit given = { with_share(asked->rlim_cur, share), with_share(asked->rlim_max, share) };
	long result;

	if (asked->rlim_cur > asked->rlim_max)
		return -EINVAL;
	/* A hard limit that the program does not change stays as it is, which may be without a
	 * share. The soft limit stays at or below it. */
	if (asked->rlim_max == shown->rlim_max)
		given.rlim_max = now->rlim_max;
	if (given.rlim_cur > given.rlim_max)
		given.rlim_cur = given.rlim_max;
	result = sys_rlimit(RLIMIT_AS, &given, NULL);
	if (result == 0) {
		latest.asked = *asked;
		latest.given = given;
	}
	return result;
}

RARE long aslimit_call(const struct rlimit *new, struct rlimit *old, size_t share)
{
	struct rlimit asked, now = { 0 }, shown;
	long result = new ? user_read(&asked, new, sizeof(asked)) : 0;

	if (result == 0)
		result = get(&now);
	if (result < 0)
		return result;
	shown.rlim_cur = visible(now.rlim_cur, latest.asked.rlim_cur, latest.given.rlim_cur, share);
	shown.rlim_max = visible(now.rlim_max, latest.asked.rlim_max, latest.given.rlim_max, share);
	if (new)
		result = set(&asked, &now, &shown, share);
	return result == 0 && old ? user_write(old, &shown, sizeof(shown)) : result;
}
