/* SPDX-License-Identifier: MIT */
/* Calls with a range of their own: every success and every error. */
#include "api.h"

#include <sys/shm.h>

#define BEGIN 0x300000000UL
#define END 0x310000000UL

static void *ranged(uintptr_t begin, uintptr_t end, size_t size)
{
	return mmap_range((void *)begin, (void *)end, size, RW, PRIVATE, -1, 0);
}

static void *moved(void *old, size_t old_size, size_t size, int flags, uintptr_t begin,
		   uintptr_t end)
{
	return mremap_range(old, old_size, size, flags, (void *)begin, (void *)end);
}

static bool in_range(const void *at, size_t length)
{
	return within(at, length, BEGIN, END);
}

static int segment(size_t size)
{
	int id = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);

	check(id >= 0);
	return id;
}

/* The segment goes with its last attachment. */
static void *attached(int id, uintptr_t begin, uintptr_t end)
{
	void *at = shmat_range(id, (void *)begin, (void *)end, 0);

	shmctl(id, IPC_RMID, NULL);
	return at;
}

static void mmap_lies_in_the_range(void)
{
	char *at = ranged(BEGIN, END, MIB);

	check(in_range(at, MIB));
	memset(at, 5, MIB);
	for (int i = 0; i < 100; i++)
		check(in_range(ranged(BEGIN, END, 64 * KIB), 64 * KIB));
	check(all_bytes(at, MIB, 5));
}

static void mmap_fills_the_range_to_the_last_page(void)
{
	size_t page = page_size();

	for (int i = 0; i < 16; i++)
		check(within(ranged(BEGIN, BEGIN + 16 * page, page), page, BEGIN,
			     BEGIN + 16 * page));
	nothing_changes_from_here();
	check_fails(ranged(BEGIN, BEGIN + 16 * page, page), ENOMEM);
	check_unchanged();
	check(munmap((void *)(BEGIN + 7 * page), page) == 0);
	check(ranged(BEGIN, BEGIN + 16 * page, 1) == (void *)(BEGIN + 7 * page));
}

static void mmap_of_a_file_in_a_range(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	char *at = mmap_range((void *)BEGIN, (void *)END, 4096, PROT_READ, MAP_PRIVATE, fd, 0);

	check(in_range(at, 4096) && memcmp(at, "\177ELF", 4) == 0);
	nothing_changes_from_here();
	check_fails(mmap_range((void *)BEGIN, (void *)END, 4096, PROT_READ, MAP_PRIVATE, -1, 0),
		    EBADF);
	check_fails(mmap_range((void *)BEGIN, (void *)END, 4096, PROT_READ, MAP_PRIVATE, fd, 1),
		    EINVAL);
	check_fails(mmap_range((void *)BEGIN, (void *)END, 4096, RW, MAP_SHARED, fd, 0), EACCES);
	check_unchanged();
}

static void equal_bounds_are_a_plain_call(void)
{
	const uintptr_t equal[] = { 0, BEGIN, 1, UINTPTR_MAX };
	bool limited = get_limit().lower_bound != 0;

	for (int i = 0; i < 4; i++) {
		void *at = ranged(equal[i], equal[i], MIB), *more;
		int id = segment(MIB);

		check(at != MAP_FAILED && in_window(at, MIB) == limited);
		more = moved(at, MIB, 2 * MIB, MREMAP_MAYMOVE, equal[i], equal[i]);
		check(more != MAP_FAILED && in_window(more, 2 * MIB) == limited);
		at = attached(id, equal[i], equal[i]);
		check(at != MAP_FAILED && in_window(at, MIB) == limited);
	}
}

static void begin_above_end_wraps(void)
{
	uintptr_t top = space_top(), min = space_min();
	size_t page = page_size();
	int low = 0, high = 0;
	struct vma stack;
	void *at;

	/* Room for four pages at the bottom, and the room that the stack leaves at the top. */
	while ((at = ranged(top - 16 * page, min + 4 * page, page)) != MAP_FAILED) {
		check((uintptr_t)at < min + 4 * page || (uintptr_t)at >= top - 16 * page);
		low += (uintptr_t)at < min + 4 * page;
		high += (uintptr_t)at >= top - 16 * page;
	}
	check(errno == ENOMEM);
	/* Where nothing is at random, the stack leaves nothing. */
	check(vma_find_named("[stack]", &stack));
	check(low == 4 && (high > 0 || stack.end > top - 16 * page));
	/* No mapping joins the top to the bottom. */
	check_fails(ranged(top - page, min + page, 2 * page), ENOMEM);
}

static void begin_above_end_leaves_the_hole_alone(void)
{
	for (int i = 0; i < 1000; i++) {
		char *at = ranged(END, BEGIN, 64 * KIB);

		check(at != MAP_FAILED);
		check((uintptr_t)at >= END || (uintptr_t)at + 64 * KIB <= BEGIN);
	}
	check(mapped_bytes(BEGIN, END) == 0 || get_limit().upper_bound != 0);
}

static void a_wrapped_range_with_an_empty_rest_is_enomem(void)
{
	uintptr_t top = space_top(), min = space_min();

	nothing_changes_from_here();
	check_fails(ranged(top, min, page_size()), ENOMEM);
	check_fails(ranged(top, 0, page_size()), ENOMEM);
	check_fails(ranged(-page_size(), 0, page_size()), ENOMEM);
	check_fails(ranged(top + GIB, min, page_size()), ENOMEM);
	check_unchanged();
}

static void a_range_is_clamped_to_user_space(void)
{
	uintptr_t top = space_top(), min = space_min();
	size_t page = page_size();
	char *low = ranged(0, min + 64 * page, page);

	check(within(low, page, min, min + 64 * page));
	/* Wrapped, and the hole beyond it: all of user space. */
	check(ranged(top + 2 * GIB, top + GIB, page) != MAP_FAILED);
	check((uintptr_t)ranged(END, -page, page) + page <= top);
	nothing_changes_from_here();
	check_fails(ranged(0, min, page), ENOMEM);
	check_fails(ranged(top, -page, page), ENOMEM);
	check_fails(ranged(top, top + GIB, page), ENOMEM);
	check_fails(ranged(0, min + page, 2 * page), ENOMEM);
	check_unchanged();
}

static void ranges_that_are_not_whole_pages_are_einval(void)
{
	void *at = map(MIB);
	int id = segment(MIB);

	nothing_changes_from_here();
	for (int i = 0; i < 4; i++) {
		uintptr_t begin = BEGIN + (i & 1 ? 1 : 0), end = END + (i & 2 ? 2048 : 0);

		if (i == 0)
			continue;
		check_fails(ranged(begin, end, MIB), EINVAL);
		check_fails(ranged(end, begin, MIB), EINVAL);
		check_fails(moved(at, MIB, MIB, MREMAP_MAYMOVE, begin, end), EINVAL);
		check_fails(moved(at, MIB, 2 * MIB, MREMAP_MAYMOVE, end, begin), EINVAL);
		check_fails(shmat_range(id, (void *)begin, (void *)end, 0), EINVAL);
	}
	check_unchanged();
	shmctl(id, IPC_RMID, NULL);
}

static void sizes_that_no_range_has(void)
{
	void *at = map(MIB);

	nothing_changes_from_here();
	check_fails(ranged(BEGIN, END, 0), EINVAL);
	check_fails(ranged(BEGIN, END, SIZE_MAX), ENOMEM);
	check_fails(ranged(BEGIN, END, SIZE_MAX - 4095), ENOMEM);
	check_fails(ranged(BEGIN, END, SIZE_MAX / 2), ENOMEM);
	check_fails(ranged(BEGIN, END, END - BEGIN + 1), ENOMEM);
	check_fails(ranged(BEGIN, BEGIN + page_size(), 2 * 64 * KIB), ENOMEM);
	check_fails(moved(at, MIB, 0, MREMAP_MAYMOVE, BEGIN, END), EINVAL);
	check_fails(moved(at, MIB, SIZE_MAX, MREMAP_MAYMOVE, BEGIN, END), EINVAL);
	check_fails(moved(at, MIB, END - BEGIN + 1, MREMAP_MAYMOVE, BEGIN, END), ENOMEM);
	check_unchanged();
	check(ranged(BEGIN, END, END - BEGIN) == (void *)BEGIN);
}

static void a_range_and_a_fixed_address_are_einval(void)
{
	void *at = map(MIB);

	nothing_changes_from_here();
	check_fails(mmap_range((void *)BEGIN, (void *)END, MIB, RW, PRIVATE | MAP_FIXED, -1, 0),
		    EINVAL);
	check_fails(mmap_range((void *)BEGIN, (void *)END, MIB, RW,
			       PRIVATE | MAP_FIXED_NOREPLACE, -1, 0),
		    EINVAL);
	check_fails(moved(at, MIB, MIB, MREMAP_MAYMOVE | MREMAP_FIXED, BEGIN, END), EINVAL);
	check_fails(moved(at, MIB, MIB, MREMAP_MAYMOVE | MREMAP_FIXED, 0, 0), EINVAL);
	check_unchanged();
}

static void mremap_moves_into_the_range_and_stays_there(void)
{
	char *at = map(MIB), *new;

	memset(at, 3, MIB);
	new = moved(at, MIB, MIB, MREMAP_MAYMOVE, BEGIN, END);
	check(in_range(new, MIB) && all_bytes(new, MIB, 3));
	check(new == at || mapped_bytes((uintptr_t)at, (uintptr_t)at + MIB) == 0 ||
	      get_limit().upper_bound != 0);
	check(moved(new, MIB, MIB, 0, BEGIN, END) == new);
	check(moved(new, MIB, MIB / 2, 0, BEGIN, END) == new);
	new = moved(new, MIB / 2, 4 * MIB, MREMAP_MAYMOVE, BEGIN, END);
	check(in_range(new, 4 * MIB) && all_bytes(new, MIB / 2, 3) &&
	      all_bytes(new + MIB / 2, 4 * MIB - MIB / 2, 0));
	/* A chain of growths never leaves the range. */
	for (size_t size = 4 * MIB; size < 128 * MIB; size *= 2) {
		new = moved(new, size, 2 * size, MREMAP_MAYMOVE, BEGIN, END);
		check(in_range(new, 2 * size) && all_bytes(new, MIB / 2, 3));
	}
}

static void mremap_that_may_not_move_is_enomem_from_outside(void)
{
	char *at = map(MIB);

	memset(at, 3, MIB);
	nothing_changes_from_here();
	check_fails(moved(at, MIB, MIB, 0, BEGIN, END), ENOMEM);
	check_fails(moved(at, MIB, 2 * MIB, 0, BEGIN, END), ENOMEM);
	check_fails(moved(at, MIB, MIB / 2, 0, BEGIN, END), ENOMEM);
	check_unchanged();
	check(all_bytes(at, MIB, 3));
}

static void mremap_without_room_keeps_the_old_mapping(void)
{
	char *at = map(MIB), *full = ranged(BEGIN, BEGIN + MIB, MIB);

	memset(at, 3, MIB);
	memset(full, 4, MIB);
	nothing_changes_from_here();
	check_fails(moved(at, MIB, MIB, MREMAP_MAYMOVE, BEGIN, BEGIN + MIB), ENOMEM);
	check_fails(moved(full, MIB, 2 * MIB, MREMAP_MAYMOVE, BEGIN, BEGIN + MIB), ENOMEM);
	check_unchanged();
	check(all_bytes(at, MIB, 3) && all_bytes(full, MIB, 4));
}

static void mremap_of_nothing_is_efault(void)
{
	nothing_changes_from_here();
	check_fails(moved((void *)0x400000000, MIB, 2 * MIB, MREMAP_MAYMOVE, BEGIN, END), EFAULT);
	check_fails(moved((void *)0x400000001, MIB, 2 * MIB, MREMAP_MAYMOVE, BEGIN, END), EINVAL);
	check_unchanged();
}

static void shmat_lies_in_the_range(void)
{
	int id = segment(MIB);
	char *at = shmat_range(id, (void *)BEGIN, (void *)END, 0);
	char *again = shmat_range(id, (void *)BEGIN, (void *)END, SHM_RDONLY);

	check(in_range(at, MIB) && in_range(again, MIB));
	memset(at, 8, MIB);
	check(all_bytes(again, MIB, 8));
	check(shmdt(at) == 0 && shmdt(again) == 0);
	nothing_changes_from_here();
	check_fails(shmat_range(id, (void *)BEGIN, (void *)(BEGIN + MIB / 2), 0), ENOMEM);
	check_fails(shmat_range(id, (void *)space_top(), (void *)space_min(), 0), ENOMEM);
	shmctl(id, IPC_RMID, NULL);
	check_fails(shmat_range(id, (void *)BEGIN, (void *)END, 0), EINVAL);
	check_fails(shmat_range(-1, (void *)BEGIN, (void *)END, 0), EINVAL);
	check_unchanged();
}

static void a_range_replaces_the_limits(void)
{
	char *at;

	check(set_limit(LOWER, UPPER) == 0);
	at = ranged(BEGIN, END, MIB);
	check(in_range(at, MIB));
	memset(at, 1, MIB);
	check(valimit_is_guest(at) == 0);
	check(in_range(attached(segment(MIB), BEGIN, END), MIB));
	at = ranged(LOWER + MIB, LOWER + 2 * MIB, MIB);
	check(at == (void *)(LOWER + MIB) && valimit_is_guest(at) == 1);
	/* Half in the window: a host's. */
	at = ranged(UPPER - MIB, UPPER + MIB, 2 * MIB);
	check(at == (void *)(UPPER - MIB) && valimit_is_guest(at) == 0);
	memset(at, 1, 2 * MIB);
	check(munmap(at, 2 * MIB) == 0);
	check_no_gap_outside(LOWER, UPPER);
}

static const struct test_case cases[] = {
	PLAIN_AND_LIMITED(mmap_lies_in_the_range),
	PLAIN_AND_LIMITED(mmap_fills_the_range_to_the_last_page),
	PLAIN_AND_LIMITED(mmap_of_a_file_in_a_range),
	PLAIN_AND_LIMITED(equal_bounds_are_a_plain_call),
	PLAIN_AND_LIMITED(begin_above_end_wraps),
	PLAIN_AND_LIMITED(begin_above_end_leaves_the_hole_alone),
	PLAIN_AND_LIMITED(a_wrapped_range_with_an_empty_rest_is_enomem),
	PLAIN_AND_LIMITED(a_range_is_clamped_to_user_space),
	PLAIN_AND_LIMITED(ranges_that_are_not_whole_pages_are_einval),
	PLAIN_AND_LIMITED(sizes_that_no_range_has),
	PLAIN_AND_LIMITED(a_range_and_a_fixed_address_are_einval),
	PLAIN_AND_LIMITED(mremap_moves_into_the_range_and_stays_there),
	PLAIN_AND_LIMITED(mremap_that_may_not_move_is_enomem_from_outside),
	PLAIN_AND_LIMITED(mremap_without_room_keeps_the_old_mapping),
	PLAIN_AND_LIMITED(mremap_of_nothing_is_efault),
	PLAIN_AND_LIMITED(shmat_lies_in_the_range),
	{ "a_range_replaces_the_limits", a_range_replaces_the_limits },
	{ 0 }
};

int main(int argc, char **argv)
{
	return run_as_named(cases, argc, argv, limit_as_named);
}
