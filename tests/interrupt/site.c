/* SPDX-License-Identifier: MIT */
#include "site.h"

static struct va_limit window[] = { { 0, 0 }, { 0x200000000, 0x600000000 } };

void site_begin(void)
{
	window[SITE_FIRST] = get_limit();
	if (window[SITE_FIRST].lower_bound == window[SITE_FIRST].upper_bound)
		die("no window is in force: set VA_LIMIT");
}

int site_limit(enum site_window which)
{
	return prctl(PR_SET_VA_LIMITS, &window[which]);
}

enum site_window site_now(void)
{
	for (enum site_window which = SITE_FIRST; which <= SITE_OTHER; which++)
		if (limit_is(window[which].lower_bound, window[which].upper_bound))
			return which;
	die("limits are in force that were never set: 0x%lx-0x%lx", get_limit().lower_bound,
	    get_limit().upper_bound);
}

static bool is_right(const struct va_limit *limit, bool host, uintptr_t start, uintptr_t end)
{
	uintptr_t lower = limit->lower_bound, upper = limit->upper_bound;

	if (lower < upper)
		return host ? end <= lower || start >= upper : start >= lower && end <= upper;
	return host ? start >= upper && end <= lower : start >= lower || end <= upper;
}

void site_expect(enum site_window which, bool host, const void *at, size_t length,
		 const char *what)
{
	uintptr_t start = (uintptr_t)at, end = start + length;

	if (at == MAP_FAILED)
		die("memory of a %s: %s: %s", host ? "host" : "guest", what, strerrorname_np(errno));
	if ((which != SITE_OTHER && is_right(&window[SITE_FIRST], host, start, end)) ||
	    (which != SITE_FIRST && is_right(&window[SITE_OTHER], host, start, end)))
		return;
	die("astray: memory of a %s is at %p: %s", host ? "host" : "guest", at, what);
}

void site_expect_fence(void)
{
	const struct va_limit *limit = &window[site_now()];
	void *placed;

	if (!fence_expected())
		return;
	check_no_gap_outside(limit->lower_bound, limit->upper_bound);
	placed = raw_mmap(0, page_size(), RW, PRIVATE);
	site_expect(site_now(), false, placed, page_size(), "a raw mmap");
	check(raw_munmap(placed, page_size()) == 0);
}
