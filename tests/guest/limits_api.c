/* SPDX-License-Identifier: MIT */
/* Limits that a program sets for itself: every success and every error. */
#include "api.h"

static void none_at_first(void)
{
	struct valimit_stats stats;

	check(limit_is(0, 0));
	memset(&stats, 1, sizeof(stats));
	check(valimit_stats(&stats, sizeof(stats)) == 0);
	check(all_bytes(&stats, sizeof(stats), 0));
	check(valimit_is_guest(&stats) == 1);
	check(strcmp(valimit_version(), PACKAGE_VERSION) == 0);
}

static void confines_what_is_mapped_from_then_on(void)
{
	void *before = map(MIB);
	void *hint = (void *)0x500000000;

	memset(before, 7, MIB);
	check(set_limit(LOWER, UPPER) == 0);
	check(in_window(map(MIB), MIB));
	check(in_window(mmap(hint, MIB, RW, PRIVATE, -1, 0), MIB));
	check(in_window((void *)syscall(SYS_mmap, 0, MIB, RW, PRIVATE, -1, 0), MIB));
	check(in_window(raw_mmap(0, MIB, RW, PRIVATE), MIB));
	check(in_window(malloc(8 * MIB), 8 * MIB));
	check(beside_window(before, MIB) && all_bytes(before, MIB, 7));
	check_no_gap_outside(LOWER, UPPER);
}

static void malloc_of_any_size_is_confined(void)
{
	check(set_limit(LOWER, UPPER) == 0);
	for (size_t size = 1; size < 4 * MIB; size += size / 8 + 1)
		check(in_window(malloc(size), size));
}

static void malloc_is_confined_after_it_has_begun(void)
{
	/* The heap has pieces of many sizes to hand out. */
	void *kept[64];

	for (size_t i = 0; i < 64; i++) {
		kept[i] = malloc(16UL << i % 12);
		free(malloc(24UL << i % 12));
	}
	for (size_t i = 0; i < 64; i += 2)
		free(kept[i]);
	check(set_limit(LOWER, UPPER) == 0);
	malloc_of_any_size_is_confined();
}

static void prctl_does_the_same(void)
{
	struct va_limit limit = { LOWER + 1, UPPER + 4095 }, got;

	check(prctl(PR_SET_VA_LIMITS, &limit) == 0);
	check(prctl(PR_GET_VA_LIMITS, &got, 0, 0, 0) == 0);
	check(got.lower_bound == LOWER + page_size() && got.upper_bound == UPPER);
	check(syscall(SYS_prctl, PR_GET_VA_LIMITS, &got) == 0);
	check(got.lower_bound == LOWER + page_size());
	check(in_window(map(MIB), MIB));
	limit = (struct va_limit){ 0, 0 };
	check(syscall(SYS_prctl, PR_SET_VA_LIMITS, &limit, 0, 0, 0) == 0);
	check(limit_is(0, 0));
}

static void bounds_are_rounded_inwards(void)
{
	check(set_limit(LOWER + 1, UPPER - 1) == 0);
	check(limit_is(LOWER + page_size(), UPPER - page_size()));
	check(set_limit(UPPER - 1, LOWER + 1) == 0);
	check(limit_is(UPPER, LOWER));
}

static void bounds_are_clamped_to_user_space(void)
{
	check(set_limit(0, UPPER) == 0);
	check(limit_is(space_min(), UPPER));
	check(set_limit(LOWER, UINT64_MAX) == 0);
	check(limit_is(LOWER, space_top()));
	/* Of a window that wraps, the part above the top is nothing. */
	check(set_limit(UINT64_MAX - 4095, UPPER) == 0);
	check(limit_is(space_min(), UPPER));
	check(set_limit(UPPER, 1) == 0);
	check(limit_is(UPPER, space_top()));
}

static void equal_bounds_lift(void)
{
	void *high;

	check(set_limit(LOWER, UPPER) == 0);
	check(set_limit(UPPER, UPPER) == 0);
	check(get_limit().lower_bound == get_limit().upper_bound);
	high = map(MIB);
	check(beside_window(high, MIB));
	check(set_limit(LOWER, UPPER) == 0);
	check(in_window(map(MIB), MIB));
	memset(high, 1, MIB);
}

static void lifting_what_was_never_set_changes_nothing(void)
{
	nothing_changes_from_here();
	check(set_limit(0, 0) == 0);
	check_unchanged();
	check(limit_is(0, 0));
}

static void windows_that_leave_nothing_are_einval(void)
{
	uintptr_t top = space_top(), min = space_min();
	const struct va_limit nothing[] = {
		{ top, top + GIB }, { top, UINT64_MAX }, { UINT64_MAX - 1, UINT64_MAX },
		{ 0, 1 }, { 0, min }, { 1, 4095 }, { LOWER + 1, LOWER + 4095 },
		{ UINT64_MAX, 0 }, { UINT64_MAX, min }, { top, 0 }, { top + GIB, 1 },
	};

	for (int limited = 0; limited < 2; limited++) {
		for (size_t i = 0; i < sizeof(nothing) / sizeof(*nothing); i++) {
			struct va_limit limit = nothing[i];

			nothing_changes_from_here();
			check_fails(valimit_set(&limit), EINVAL);
			check_fails(prctl(PR_SET_VA_LIMITS, &limit), EINVAL);
			check_unchanged();
			check(limited ? limit_is(LOWER, UPPER) : limit_is(0, 0));
		}
		check(set_limit(LOWER, UPPER) == 0);
	}
}

/* Pointers that are none: the last ends in a page that is not there. */
static void bad_pointers(void **bad, size_t size)
{
	size_t page = page_size();
	char *pages = raw_mmap(0, 3 * page, RW, PRIVATE);

	mprotect(pages, page, PROT_NONE);
	raw_munmap(pages + 2 * page, page);
	bad[0] = NULL;
	bad[1] = (void *)1;
	bad[2] = pages;
	bad[3] = pages + 2 * page - size / 2;
	bad[4] = (void *)0xffff800000000000;
	bad[5] = (void *)UINTPTR_MAX;
}

static void bad_pointers_are_efault(void)
{
	void *bad[6], *half[6];

	bad_pointers(bad, sizeof(struct va_limit));
	bad_pointers(half, sizeof(struct valimit_stats));
	for (int limited = 0; limited < 2; limited++) {
		nothing_changes_from_here();
		for (int i = 0; i < 6; i++) {
			check_fails(valimit_set(bad[i]), EFAULT);
			check_fails(valimit_get(bad[i]), EFAULT);
			check_fails(prctl(PR_SET_VA_LIMITS, bad[i]), EFAULT);
			check_fails(prctl(PR_GET_VA_LIMITS, bad[i]), EFAULT);
			check_fails(syscall(SYS_prctl, PR_SET_VA_LIMITS, bad[i]), EFAULT);
			check_fails(syscall(SYS_prctl, PR_GET_VA_LIMITS, bad[i]), EFAULT);
			check_fails(valimit_stats(half[i], sizeof(struct valimit_stats)), EFAULT);
		}
		check_unchanged();
		check(limited ? limit_is(LOWER, UPPER) : limit_is(0, 0));
		check(set_limit(LOWER, UPPER) == 0);
	}
}

static void read_only_memory_can_be_set_from_but_not_got_to(void)
{
	struct va_limit *limit = raw_mmap(0, page_size(), RW, PRIVATE);

	*limit = (struct va_limit){ LOWER, UPPER };
	mprotect(limit, page_size(), PROT_READ);
	check(valimit_set(limit) == 0);
	check_fails(valimit_get(limit), EFAULT);
	check_fails(prctl(PR_GET_VA_LIMITS, limit), EFAULT);
	check_fails(valimit_stats((void *)limit, 8), EFAULT);
	check(limit_is(LOWER, UPPER));
}

static void other_prctls_pass_untouched(void)
{
	char name[16] = "";

	check(set_limit(LOWER, UPPER) == 0);
	check(prctl(PR_SET_NAME, "valimit-name") == 0);
	check(prctl(PR_GET_NAME, name) == 0 && strcmp(name, "valimit-name") == 0);
	check(prctl(PR_SET_NAME, "five", 0, 0, 0) == 0);
	check(prctl(PR_GET_NAME, name, 0, 0, 0) == 0 && strcmp(name, "five") == 0);
	check(prctl(PR_GET_DUMPABLE) == raw6(SYS_prctl, PR_GET_DUMPABLE, 0, 0, 0, 0, 0));
	check(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
	check_fails(prctl(PR_SET_NO_NEW_PRIVS, 1, 1, 1, 1), EINVAL);
	check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	check(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	check_fails(prctl(0x7ffffff0), EINVAL);
	check_fails(prctl(0x7ffffff0, 1, 2, 3, 4), EINVAL);
	check_fails(prctl(PR_GET_NAME, 1), EFAULT);
}

static void stats_count_and_fill_as_much_as_is_asked(void)
{
	struct valimit_stats stats, two;
	void *at;

	check(set_limit(LOWER, UPPER) == 0);
	check(valimit_stats(&two, sizeof(two)) == 0);
	at = map(4 * MIB);
	valimit_host_enter();
	check(beside_window(map(2 * MIB), 2 * MIB));
	valimit_host_leave();
	check(munmap(at, MIB) == 0);
	memset(&stats, 0xee, sizeof(stats));
	check(valimit_stats(&stats, sizeof(stats)) == 0);
	check(stats.mmap_calls == two.mmap_calls + 2);
	check(stats.munmap_calls == two.munmap_calls + 1);
	check(stats.guest_bytes == two.guest_bytes + 3 * MIB);
	check(stats.host_bytes == two.host_bytes + 2 * MIB);
	check(stats.intervals > 0 && stats.table_bytes > 0);
	check(stats.largest_gap > 512 * MIB && stats.largest_gap <= UPPER - LOWER);
	memset(&two, 0xee, sizeof(two));
	check(valimit_stats(&two, 8) == 0);
	check(two.guest_bytes == stats.guest_bytes);
	check(all_bytes(&two.host_bytes, sizeof(two) - 8, 0xee));
	check(valimit_stats(&two, 0) == 0);
}

/* A program made for a later version asks for more than there is. */
static void stats_that_the_library_does_not_know_are_left_alone(void)
{
	struct {
		struct valimit_stats stats;
		uint64_t later;
	} more;

	memset(&more, 0xee, sizeof(more));
	check(valimit_stats(&more.stats, sizeof(more)) == 0);
	check(all_bytes(&more.later, sizeof(more.later), 0xee));
}

static void a_window_without_room_is_enomem_and_nothing_is_mapped(void)
{
	void *one;

	nothing_changes_from_here(); /* while there is room to read the list */
	check(set_limit(LOWER, LOWER + page_size()) == 0);
	one = raw_mmap(0, page_size(), PROT_NONE, PRIVATE);
	check(one == (void *)LOWER);
	nothing_changes_from_here();
	check_fails(map(page_size()), ENOMEM);
	check_fails(map(GIB), ENOMEM);
	check(raw_mmap(0, page_size(), RW, PRIVATE) == MAP_FAILED);
	check_unchanged();
	check(set_limit(0, 0) == 0);
	check(map(GIB) != MAP_FAILED);
}

static void a_finite_limit_on_address_space_leaves_calls_confined(void)
{
	check(set_limit(LOWER, UPPER) == 0);
	check(in_window(map(MIB), MIB));
}

__attribute__((noinline)) static unsigned int recurse(size_t left)
{
	volatile char frame[64 * KIB];

	frame[0] = 1;
	return left <= sizeof(frame) ? 1 : recurse(left - sizeof(frame)) + (unsigned char)frame[0];
}

/* As near to the stack as the kernel sometimes maps on AArch64: within the room
 * that the library would have the stack grow to. */
static void limit_with_a_neighbour_of_the_stack(void)
{
	struct vma stack;
	uintptr_t at;

	check(vma_find_named("[stack]", &stack));
	at = stack.end - 40 * MIB;
	check(mmap((void *)at, page_size(), PROT_READ, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0) ==
	      (void *)at);
	check(set_limit(LOWER, UPPER) == 0);
	check_no_gap_outside(LOWER, UPPER);
	check(recurse(7 * MIB) > 0);
}

static void a_neighbour_of_the_stack_stops_its_growth_and_no_fence(void)
{
	limit_with_a_neighbour_of_the_stack();
}

static void nor_does_one_that_came_when_there_was_a_table(void)
{
	check(mmap_range(NULL, NULL, page_size(), RW, PRIVATE, -1, 0) != MAP_FAILED);
	limit_with_a_neighbour_of_the_stack();
}

static void a_demanded_fence_that_cannot_stand_is_eperm(void)
{
	nothing_changes_from_here();
	check_fails(set_limit(LOWER, UPPER), EPERM);
	check_unchanged();
	check(limit_is(0, 0));
	check(beside_window(map(MIB), MIB));
}

static void a_sealed_fence_lets_no_call_change_limits(void)
{
	struct va_limit limit = get_limit();

	check(limit.lower_bound == LOWER);
	nothing_changes_from_here();
	check_fails(set_limit(LOWER, UPPER - GIB / 2), EPERM);
	check_fails(set_limit(0, 0), EPERM);
	check_unchanged();
	check(limit_is(LOWER, UPPER));
}

static const struct test_case cases[] = {
	CASE(none_at_first),
	CASE(confines_what_is_mapped_from_then_on),
	CASE(malloc_of_any_size_is_confined),
	CASE(malloc_is_confined_after_it_has_begun),
	CASE(prctl_does_the_same),
	CASE(bounds_are_rounded_inwards),
	CASE(bounds_are_clamped_to_user_space),
	CASE(equal_bounds_lift),
	CASE(lifting_what_was_never_set_changes_nothing),
	CASE(windows_that_leave_nothing_are_einval),
	CASE(bad_pointers_are_efault),
	CASE(read_only_memory_can_be_set_from_but_not_got_to),
	CASE(other_prctls_pass_untouched),
	CASE(stats_count_and_fill_as_much_as_is_asked),
	CASE(stats_that_the_library_does_not_know_are_left_alone),
	CASE(a_window_without_room_is_enomem_and_nothing_is_mapped),
	CASE(a_finite_limit_on_address_space_leaves_calls_confined),
	CASE(a_neighbour_of_the_stack_stops_its_growth_and_no_fence),
	CASE(nor_does_one_that_came_when_there_was_a_table),
	CASE(a_demanded_fence_that_cannot_stand_is_eperm),
	CASE(a_sealed_fence_lets_no_call_change_limits),
	{ 0 }
};

int main(int argc, char **argv)
{
	return run_case(cases, argc, argv);
}
