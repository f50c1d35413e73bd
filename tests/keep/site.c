/* SPDX-License-Identifier: MIT */
#include "site.h"

#include "keep.h"

/* A region is no larger than this: threads are to come close to each other. */
#define REGION_SIZE (64 * MIB)

#define REFUSALS_IN_A_ROW 50

static struct va_limit window[2];
static bool changing;

/* Even: window[moment / 2 % 2] is in force; odd: a change is on its way. */
static unsigned int moment;

static struct region regions[2];

static bool in_window(const struct va_limit *limit, uintptr_t start, uintptr_t end)
{
	if (limit->lower_bound < limit->upper_bound)
		return start >= limit->lower_bound && end <= limit->upper_bound;
	return start >= limit->lower_bound || end <= limit->upper_bound;
}

static bool beside_window(const struct va_limit *limit, uintptr_t start, uintptr_t end)
{
	if (limit->lower_bound < limit->upper_bound)
		return end <= limit->lower_bound || start >= limit->upper_bound;
	return start >= limit->upper_bound && end <= limit->lower_bound;
}

static bool is_right(const struct va_limit *limit, bool host, uintptr_t start, uintptr_t end)
{
	return host ? beside_window(limit, start, end) : in_window(limit, start, end);
}

static bool is_right_always(bool host, uintptr_t start, uintptr_t end)
{
	return is_right(&window[0], host, start, end) && is_right(&window[1], host, start, end);
}

/* The middle of the largest piece between two bounds that is right in all windows. */
static struct region find_region(bool host)
{
	/* The stack and its surroundings are left alone. */
	const uintptr_t bound[] = { 256 * MIB, window[0].lower_bound, window[0].upper_bound,
				    window[1].lower_bound, window[1].upper_bound,
				    space_top() - space_top() / 16 };
	const size_t count = sizeof(bound) / sizeof(*bound);
	struct region best = { 0, 0 };

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++)
			if (bound[i] < bound[j] && bound[j] - bound[i] > best.end - best.start &&
			    is_right_always(host, bound[i], bound[j]))
				best = (struct region){ bound[i], bound[j] };
	if (best.end - best.start > REGION_SIZE) {
		best.start += (best.end - best.start) / 2 & -(uintptr_t)REGION_SIZE;
		best.start &= -page_size();
		best.end = best.start + REGION_SIZE;
	}
	return best;
}

void site_begin(const struct va_limit *other)
{
	if (valimit_get(&window[0]) || window[0].lower_bound == window[0].upper_bound)
		die("no window is in force: set VA_LIMIT");
	changing = other != NULL;
	window[1] = other ? *other : window[0];
	for (int host = 0; host < 2; host++)
		regions[host] = find_region(host);
}

bool site_changes(void)
{
	return changing;
}

/* The old limits stay in force. EAGAIN says that it cannot be now, but not for ever. */
static void count_refusal(void)
{
	static unsigned int in_a_row;
	static unsigned long last;

	in_a_row = last == counters.changes ? in_a_row + 1 : 1;
	last = counters.changes;
	if (errno == EAGAIN && in_a_row < REFUSALS_IN_A_ROW)
		count(&counters.refused);
	else
		report(&counters.failed, "failed: valimit_set: %s", strerrorname_np(errno));
}

void site_change(void)
{
	unsigned int now = __atomic_add_fetch(&moment, 1, __ATOMIC_SEQ_CST);

	if (valimit_set(&window[(now + 1) / 2 % 2])) {
		count_refusal();
		/* The window before, but another moment. */
		__atomic_add_fetch(&moment, 3, __ATOMIC_SEQ_CST);
		return;
	}
	__atomic_add_fetch(&moment, 1, __ATOMIC_SEQ_CST);
	count(&counters.changes);
}

struct region site_region(bool host)
{
	return regions[host];
}

unsigned int site_moment(void)
{
	return __atomic_load_n(&moment, __ATOMIC_SEQ_CST);
}

bool site_is_right(unsigned int before, bool host, const void *at, size_t length)
{
	uintptr_t start = (uintptr_t)at, end = start + length;

	if (before % 2 == 0 && site_moment() == before)
		return is_right(&window[before / 2 % 2], host, start, end);
	return is_right(&window[0], host, start, end) || is_right(&window[1], host, start, end);
}
