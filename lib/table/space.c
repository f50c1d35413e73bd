/* SPDX-License-Identifier: MIT */
#include "space.h"

#include "core/rare.h"
#include "sys/sys.h"

/* External definitions for files in which the compiler does not inline these functions. */
extern inline bool space_fenced(const struct space *space);
extern inline struct window space_window(const struct space *space);
extern inline struct spans space_spans(const struct space *space);
extern inline struct spans space_rest(const struct space *space);
extern inline bool space_inside(const struct space *space, uintptr_t start, size_t length);

RARE void space_keep_window(struct space *space, uint32_t limits, struct window window)
{
	space->window[limits & 1] = window;
	space->inside[limits & 1] = window_spans(&window, space->min, space->top);
}

RARE void space_set_window(struct space *space, struct window window)
{
	/* Seqlock: a reader that sees the copy being written must see the other number. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	space_keep_window(space, space->limits + 1, window);
	__atomic_store_n(&space->limits, space->limits + 1, __ATOMIC_RELEASE);
	space->table->lower = window.lower;
	space->table->upper = window.upper;
}

uintptr_t space_border(const struct space *space, uintptr_t at, uintptr_t end)
{
	struct window window = space_window(space);

	if (window.lower > at && window.lower < end)
		end = window.lower;
	if (window.upper > at && window.upper < end)
		end = window.upper;
	return end;
}

static __thread bool missed;

RARE void space_missed(struct space *space)
{
	uint32_t not = STALE_NOT;

	missed = true;
	__atomic_compare_exchange_n(&space->stale, &not, STALE_MISSED, false, __ATOMIC_RELAXED,
				    __ATOMIC_RELAXED);
}

void space_claim_ended(struct space *space)
{
	if (!missed)
		return;
	space_missed(space);
	missed = false;
}

RARE void space_discard(struct space *space, uintptr_t start, size_t length)
{
	if (sys_munmap(start, length) < 0)
		space_missed(space);
}
