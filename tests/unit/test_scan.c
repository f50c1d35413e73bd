/* SPDX-License-Identifier: MIT */
/*
 * Placement by the kernel's list alone, as where the table cannot be had: by the kernel
 * that the test runs on.
 */
#include "unit.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fence/stack.h"
#include "place/scan.h"
#include "sys/sys.h"

#define SPAN_BYTES (64UL << 20)

static struct space space;
static struct span span;

static long map_readable(const void *what, uintptr_t at, bool over)
{
	const size_t *length = what;

	assert_false(over);
	return sys_mmap_free(at, *length, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* 0: there is no room. */
static uintptr_t map_aligned(size_t length, size_t align)
{
	long at = scan_map(&space, span, length, align, map_readable, &length);

	return sys_failed(at) ? 0 : (uintptr_t)at;
}

static uintptr_t map(size_t length)
{
	return map_aligned(length, space.page);
}

/* A free span of its own for each test, as small as what fills it soon. */
static int set_up(void **state)
{
	long at = sys_mmap(0, SPAN_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			   -1, 0);

	(void)state;
	if (sys_failed(at) || sys_munmap((uintptr_t)at, SPAN_BYTES) < 0)
		return -1;
	span = (struct span){ (uintptr_t)at, (uintptr_t)at + SPAN_BYTES };
	space.page = (size_t)sysconf(_SC_PAGESIZE);
	space.min = space.page;
	space.top = 1UL << 47;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return (int)sys_munmap(span.start, SPAN_BYTES);
}

static void test_highest(void **state)
{
	(void)state;
	assert_int_equal(map(space.page), span.end - space.page);
	assert_int_equal(map(4 * space.page), span.end - 5 * space.page);
	assert_int_equal(map(SPAN_BYTES), 0);
}

/* A gap that has just the wanted size, and no larger one. */
static void test_aligned(void **state)
{
	const size_t huge = 2UL << 20;
	uintptr_t at, last = 0;

	(void)state;
	while ((at = map_aligned(huge, huge)) != 0) {
		assert_int_equal(at % huge, 0);
		last = at;
	}
	assert_between(last, span.start, span.end - huge);
	assert_int_equal(sys_munmap(last + 4 * huge, huge), 0);
	assert_int_equal(map_aligned(2 * huge, huge), 0);
	assert_int_equal(map_aligned(huge, huge), last + 4 * huge);
}

static void test_grown(void **state)
{
	uintptr_t stack = span.end - (8UL << 20), at;
	long made = sys_mmap_free(stack, space.page, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0);

	(void)state;
	assert_int_equal(made, stack);
	for (int i = 0; i < 300; i++, stack -= space.page)
		*(volatile char *)stack = 1;
	stack += space.page;
	while ((at = map(1UL << 20)) != 0)
		assert_true(at > stack || at + (1UL << 20) <= stack - guard_size(&space));
	while ((at = map(space.page)) != 0)
		assert_true(at > stack || at + space.page <= stack - guard_size(&space));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_highest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_aligned, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_grown, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
