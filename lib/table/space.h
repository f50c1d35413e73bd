/* SPDX-License-Identifier: MIT */
/*
 * The state of the library in its process: one struct, and the lock that guards the tree in
 * it.
 *
 * The kernel is the truth and the tree a cache of it: a wrong tree may cost a retry, never
 * a mapping. So a function that cannot have the table (a handler has interrupted the lock's
 * holder, or the holder is stopped) does without it, and records its change later.
 */
#ifndef VALIMIT_TABLE_SPACE_H
#define VALIMIT_TABLE_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/handoff.h"
#include "core/policy.h"
#include "core/size.h"
#include "core/table.h"
#include "core/tree.h"
#include "core/window.h"
#include "mutex.h"
#include "sys/sys.h"
#include "sys/vma.h"

/* Why the kernel's list must be read again before the table is used. */
enum stale {
	STALE_NOT,
	STALE_MISSED,  /* a change was not recorded */
	STALE_ADOPTED, /* in a child: changes in flight have lost their thread */
	STALE_TORN,    /* the tree was left in the middle of a change */
};

/* Kinds of events that an observer is told (event.h). */
enum event { EVENT_LEARNT, EVENT_ESCAPED, EVENT_OUTSIDE, EVENT_FULL };

/* An observer, called by any thread, in signal handlers too, while it has the table: it
 * must not take the table, and must be async-signal-safe. Arguments: a span, or two
 * lengths. */
typedef void event_observer(enum event event, uintptr_t a, uintptr_t b);

/* The program's own reservations, in ascending order; no two are adjacent. */
#define RESERVES_MAX 64
struct reserves {
	uint32_t count;
	struct span at[RESERVES_MAX];
};

/* How many changes back a record can look for a conflict; a power of two. */
#define SPACE_RECENT 32

/* How the kernel behaves, as far as it has shown by now. */
struct kernel_facts {
	uint32_t version;  /* sysinfo.h; 0: not asked for yet */
	bool listed;       /* its list of mappings could be read */
	bool nameless;     /* it names no anonymous memory */
	bool unlocked;     /* it locks no new memory (mlockall), while the program starts */
	bool shared_known; /* shared_huge is known */
	bool shared_huge;  /* it aligns shared memory for transparent huge pages */
};

/* Parts of the program's memory that grow, or were there before the library. */
struct program {
	const struct handoff *handoff; /* NULL: no launcher's fence stands */
	struct span stack;  /* the main stack as it was found; empty: it lies around its end */
	struct span heap;   /* the brk heap by the latest reading of the list; empty: none seen */
	size_t segment_max; /* bytes of the largest shared memory segment ever attached */
	uint32_t guards;    /* rooms that were kept below growing mappings */
	bool starting;      /* mappings that are learnt now were there from the start */
	bool fresh;         /* it starts, under no filter: the kernel's list was read just now */
};

/* Holes in what is held (fence_hole.h). */
struct holes {
	bool opened;        /* mappings outside were found to be gone */
	bool unfilled;      /* some were not filled: refused by the kernel, or a fork's parent's: */
	struct span around; /* all of them */
};

/* Changes of the address space that threads are making, by which one call finds out
 * whether another's has met it (claim.h). */
struct changes {
	uint32_t epoch;        /* grows when the table is made to agree with the kernel */
	uint32_t in_flight;    /* those whose range the kernel arbitrates */
	uint32_t claims;       /* exclusive ones */
	uint16_t claim_number; /* of the latest exclusive one */
	struct span recent[SPACE_RECENT]; /* the latest changes, by their number */
};

struct space {
	struct table *table; /* the published region; it begins with this */
	struct mutex *mutex;
	uint32_t capacity_max; /* blocks that the region has room for */
	uint32_t freed_mark;   /* used blocks when memory was last given back */

	size_t page;           /* bytes */
	uintptr_t min, top;    /* user space is [min, top) */
	/* The window, clamped. It may change while other threads read it: the one in force
	 * is at `limits` modulo 2, the other is for the next. */
	struct window window[2];
	uint32_t limits;
	struct policy guest, host;
	bool fixed_deny;
	bool randomised;       /* placement starts at a random offset */
	bool based;            /* it starts at an address that the user has chosen */
	bool passthrough;      /* guests' calls are passed on to the kernel (passthrough.h) */
	bool placed_inside;    /* the window has mappings that the library has placed */
	struct kernel_facts kernel;
	struct program program;
	event_observer *observer; /* NULL: none */

	/* The reservations in force are at `reserves` modulo 2; 0: there was none (held.h). */
	struct reserves reserve[2];
	uint32_t reserves;
	struct holes holes;

	uint32_t yielding;     /* a thread gives back what is kept of the window's top */
	uint32_t given_up;     /* the mutex's turn that a thread has waited for in vain */
	uint32_t forker;       /* the thread that forks and has the table; 0: none */
	uint32_t stale;        /* enum stale */
	struct changes changes;
	struct spans inside[2]; /* the windows' pieces */
};

/* Counts up without a lock: two threads that count at once may count one. Exact numbers
 * would cost every call a locked instruction. */
static inline void space_increment(uint64_t *count)
{
	__atomic_store_n(count, table_count(count) + 1, __ATOMIC_RELAXED);
}

static inline void space_count(struct space *space, enum counter counter)
{
	space_increment(&space->table->counter[counter]);
}

static inline void space_count_call(struct space *space, enum call_name name, enum outcome outcome)
{
	space_increment(&space->table->call[name][outcome]);
}

inline bool space_fenced(const struct space *space)
{
	return space->table->fence != FENCE_OFF;
}

/* Notes a change that the table does not show, so that the kernel's list is read again. */
void space_missed(struct space *space);

/* Notes the changes missed by this thread once more, when a claim of its own ends: a
 * reading of the kernel's list in between has skipped the claimed range. */
void space_claim_ended(struct space *space);

/* Unmaps memory that the library has mapped for itself and the table does not list. Where
 * munmap() fails (it would make one VMA too many), the memory is found later like any
 * unseen mapping. */
void space_discard(struct space *space, uintptr_t start, size_t length);

static inline struct vma_bounds space_bounds(const struct space *space)
{
	return (struct vma_bounds){ space->page, space->min, space->top };
}

/* Rounds up to pages; 0 on overflow. */
static inline size_t space_pages(const struct space *space, size_t length)
{
	return round_up(length, space->page);
}

static inline bool space_aligned(const struct space *space, uintptr_t address)
{
	return (address & (space->page - 1)) == 0;
}

/* The window in force. Lock-free (seqlock): reads again if the window changes meanwhile. */
inline struct window space_window(const struct space *space)
{
	for (;;) {
		uint32_t limits = __atomic_load_n(&space->limits, __ATOMIC_ACQUIRE);
		struct window window = space->window[limits & 1];

		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&space->limits, __ATOMIC_RELAXED) == limits)
			return window;
	}
}

/* Stores a clamped window, to be in force when `limits` has that number. */
void space_keep_window(struct space *space, uint32_t limits, struct window window);

/* Puts another clamped window in force. Call inside the lock, or before there are other
 * threads. */
void space_set_window(struct space *space, struct window window);

/* The pieces of the window in force. Lock-free (seqlock). */
inline struct spans space_spans(const struct space *space)
{
	for (;;) {
		uint32_t limits = __atomic_load_n(&space->limits, __ATOMIC_ACQUIRE);
		struct spans inside = space->inside[limits & 1];

		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&space->limits, __ATOMIC_RELAXED) == limits)
			return inside;
	}
}

/* The pieces of user space outside the window. */
inline struct spans space_rest(const struct space *space)
{
	struct window window = space_window(space);

	return window_outside(&window, space->min, space->top);
}

/* Whether [start, start + length) lies in the window. */
inline bool space_inside(const struct space *space, uintptr_t start, size_t length)
{
	struct window window = space_window(space);

	return window_holds(&window, start, length);
}

/* The nearest border of the window above `at`; at most `end`. */
uintptr_t space_border(const struct space *space, uintptr_t at, uintptr_t end);

/* Whether no address of [start, start + length) lies in the window. */
static inline bool space_outside(const struct space *space, uintptr_t start, size_t length)
{
	struct spans spans = space_spans(space);

	for (int i = 0; i < spans.count; i++)
		if (!span_empty(span_cut((struct span){ start, start + length }, spans.at[i])))
			return false;
	return true;
}

/* Whether a mapping that the table does not list is fence. It may reach into the window,
 * where a reservation of a guest's own is adjacent to the fence. */
static inline bool space_is_fence(const struct space *space, const struct vma_facts *facts)
{
	return space_fenced(space) && vma_reserves(facts) &&
	       !space_inside(space, facts->span.start, facts->span.end - facts->span.start);
}

/* Whether the range, in user space, touches the library's own memory. */
static inline bool space_own(const struct space *space, uintptr_t start, size_t length)
{
	uintptr_t own = (uintptr_t)space->table;

	return start < own + space->table->region_size && own < start + length;
}

#endif
