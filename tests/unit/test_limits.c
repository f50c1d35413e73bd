/* SPDX-License-Identifier: MIT */
/*
 * Where user space begins and ends, and how old the kernel is, on kernels of the
 * test's own.
 */
#include "unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "sys/sysinfo.h"
#include "sys/sys.h"

#define PAGE 4096UL
#define MIB (1UL << 20)

static struct {
	const char *setting; /* vm.mmap_min_addr; NULL: it cannot be opened */
	bool unreadable;
	uintptr_t end;       /* of user space */
	uintptr_t taken;     /* a page that is mapped */
	bool ignores;        /* MAP_FIXED_NOREPLACE is a hint */
	bool denies;         /* an address that no program can have counts as taken */
	const char *release; /* NULL: uname fails */
	int mapped, open, asked;
} kernel;

/* Besides `taken`, this stack is there, up to its callers' frames; it may end where user
 * space does, so that a hint does not meet it. */
static long map(uintptr_t address, size_t length, long flags)
{
	uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
	bool on_stack = frame < address + length && address < frame + PAGE / 4;
	bool taken = address == kernel.taken || (on_stack && flags & MAP_FIXED_NOREPLACE);

	kernel.asked++;
	if (address >= kernel.end || length > kernel.end - address) {
		if (!kernel.denies)
			return -ENOMEM;
		if (flags & MAP_FIXED_NOREPLACE)
			return -EEXIST;
		taken = true;
	}
	if (taken && !kernel.ignores && flags & MAP_FIXED_NOREPLACE)
		return -EEXIST;
	kernel.mapped++;
	return taken ? (long)(16 * PAGE) : (long)address;
}

static long read_setting(char *to, size_t size)
{
	size_t length = strlen(kernel.setting);

	if (kernel.unreadable)
		return -EIO;
	assert_true(length <= size);
	memcpy(to, kernel.setting, length);
	return (long)length;
}

static long name_kernel(struct utsname *name)
{
	if (!kernel.release)
		return -EFAULT;
	strcpy(name->release, kernel.release);
	return 0;
}

/* limits.c links with these in place of the kernel's. */
long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
	(void)e;
	(void)f;
	switch (number) {
	case SYS_mmap:
		return map((uintptr_t)a, (size_t)b, d);
	case SYS_munmap:
		kernel.mapped--;
		return 0;
	case SYS_openat:
		assert_string_equal((const char *)b, "/proc/sys/vm/mmap_min_addr");
		kernel.open += kernel.setting != NULL;
		return kernel.setting ? 3 : -ENOENT;
	case SYS_read:
		return read_setting((char *)b, (size_t)c);
	case SYS_close:
		kernel.open--;
		return 0;
	case SYS_uname:
		return name_kernel((struct utsname *)a);
	}
	fail_msg("system call %ld", number);
	return -ENOSYS;
}

static uintptr_t min_of(const char *setting)
{
	uintptr_t min;

	kernel.setting = setting;
	min = limits_min(PAGE);
	assert_int_equal(kernel.open, 0);
	return min;
}

static void the_lowest_address_is_the_setting_in_whole_pages(void **state)
{
	(void)state;
	assert_int_equal(min_of("65536\n"), 65536);
	assert_int_equal(min_of("32768"), 32768);
	assert_int_equal(min_of("4097\n"), 8192);
	/* Address 0 is never free. */
	assert_int_equal(min_of("0\n"), PAGE);
	assert_int_equal(min_of("junk\n"), PAGE);
	assert_int_equal(min_of(""), PAGE);
}

static void without_the_setting_it_is_the_kernels_default(void **state)
{
	(void)state;
	assert_int_equal(min_of(NULL), 65536);
	kernel.unreadable = true;
	assert_int_equal(min_of("65536\n"), PAGE);
	kernel.unreadable = false;
}

static void where_the_first_page_can_be_had_it_is_the_lowest_address(void **state)
{
	(void)state;
	kernel.end = 1UL << 47;
	assert_int_equal(min_of("65536\n"), PAGE);
	assert_int_equal(kernel.mapped, 0);
	kernel.taken = PAGE;
	assert_int_equal(min_of("65536\n"), PAGE);
	kernel.end = 0;
}

static uintptr_t top_of(uintptr_t end, uintptr_t taken)
{
	uintptr_t top;

	kernel.end = end;
	kernel.taken = taken;
	top = limits_top(PAGE);
	assert_int_equal(kernel.mapped, 0);
	return top;
}

static void the_end_is_found_for_every_number_of_bits(void **state)
{
	static const int bits[] = { 57, 56, 52, 48, 47, 42, 39, 38, 36 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		uintptr_t end = 1UL << bits[i];

		assert_int_equal(top_of(end, 0), end);
		/* The last page is mapped. */
		assert_int_equal(top_of(end, end - PAGE), end);
		/* x86-64 keeps it to itself. */
		assert_int_equal(top_of(end - PAGE, 0), end - PAGE);
		assert_int_equal(top_of(end - PAGE, end - 2 * PAGE), end - PAGE);
	}
}

static void the_end_above_the_stack_takes_two_calls_that_map_nothing(void **state)
{
	uintptr_t stack = (uintptr_t)__builtin_frame_address(0);
	uintptr_t end = 1UL << (64 - __builtin_clzl(stack));

	(void)state;
	kernel.asked = 0;
	assert_int_equal(top_of(end, 0), end);
	assert_int_equal(top_of(end - PAGE, 0), end - PAGE);
	assert_int_equal(kernel.asked, 4);
}

/* Another address than the one asked for says nothing of that. */
static void an_address_that_is_not_the_asked_one_is_given_back(void **state)
{
	(void)state;
	kernel.ignores = true;
	assert_int_equal(top_of(1UL << 47, (1UL << 47) - PAGE), (1UL << 47) - PAGE);
	kernel.ignores = false;
}

/* Like valgrind 3.27: EEXIST for every address that its program must not have. */
static void where_everything_is_said_to_be_taken_hints_find_the_end(void **state)
{
	(void)state;
	kernel.denies = true;
	assert_int_equal(top_of(1UL << 47, 0), 1UL << 47);
	assert_int_equal(top_of((1UL << 47) - PAGE, 0), (1UL << 47) - PAGE);
	assert_int_equal(top_of(1UL << 48, 0), 1UL << 48);
	kernel.denies = false;
}

static void a_kernel_that_refuses_everything_has_the_least(void **state)
{
	(void)state;
	assert_int_equal(top_of(0, 0), 1UL << 36);
}

static unsigned version_of(const char *release)
{
	kernel.release = release;
	return limits_kernel();
}

static void the_version_is_the_releases_first_two_numbers(void **state)
{
	(void)state;
	assert_int_equal(version_of("6.12.3-arch1"), LIMITS_KERNEL(6, 12));
	assert_int_equal(version_of("4.4.302-old"), LIMITS_KERNEL(4, 4));
	assert_int_equal(version_of("6.1"), LIMITS_KERNEL(6, 1));
	assert_int_equal(version_of("7-rc1"), LIMITS_KERNEL(7, 0));
	assert_int_equal(version_of("strange"), 0);
	assert_int_equal(version_of(NULL), 0);
	assert_true(version_of("6.9") < version_of("6.12"));
}

static size_t stack_for(rlim_t soft, rlim_t hard)
{
	const struct rlimit rlimit = { soft, hard };

	return limits_stack(&rlimit);
}

static void a_stack_has_room_for_what_programs_raise_its_limit_to(void **state)
{
	(void)state;
	assert_int_equal(stack_for(8 * MIB, RLIM_INFINITY), 64 * MIB);
	assert_int_equal(stack_for(8 * MIB, 16 * MIB), 16 * MIB);
	assert_int_equal(stack_for(64 * MIB, 64 * MIB), 64 * MIB);
	assert_int_equal(stack_for(200 * MIB, RLIM_INFINITY), 200 * MIB);
	assert_int_equal(stack_for(RLIM_INFINITY, RLIM_INFINITY), 64 * MIB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lowest_address_is_the_setting_in_whole_pages),
		cmocka_unit_test(without_the_setting_it_is_the_kernels_default),
		cmocka_unit_test(where_the_first_page_can_be_had_it_is_the_lowest_address),
		cmocka_unit_test(the_end_is_found_for_every_number_of_bits),
		cmocka_unit_test(the_end_above_the_stack_takes_two_calls_that_map_nothing),
		cmocka_unit_test(an_address_that_is_not_the_asked_one_is_given_back),
		cmocka_unit_test(where_everything_is_said_to_be_taken_hints_find_the_end),
		cmocka_unit_test(a_kernel_that_refuses_everything_has_the_least),
		cmocka_unit_test(the_version_is_the_releases_first_two_numbers),
		cmocka_unit_test(a_stack_has_room_for_what_programs_raise_its_limit_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
