/* SPDX-License-Identifier: MIT */
/* RLIMIT_AS as a program sees it, and as the kernel gets it. */
#include "unit.h"

#include <errno.h>

#include "sys/aslimit.h"
#include "sys/sys.h"
#include "sys/usercopy.h"

#define KIB 1024UL
#define GIB (1UL << 30)
#define SHARE (128UL << 40)

static struct rlimit kernel;
static bool privileged;

/* aslimit.c links with these in place of the kernel's. */
long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
	const struct rlimit *new = (const struct rlimit *)c;

	(void)e, (void)f;
	assert_int_equal(number, SYS_prlimit64);
	assert_int_equal(a, 0);
	assert_int_equal(b, RLIMIT_AS);
	if (d)
		*(struct rlimit *)d = kernel;
	if (!new)
		return 0;
	if (new->rlim_cur > new->rlim_max)
		return -EINVAL;
	if (new->rlim_max > kernel.rlim_max && !privileged)
		return -EPERM;
	kernel = *new;
	return 0;
}

long user_read(void *to, const void *from, size_t size)
{
	memcpy(to, from, size);
	return 0;
}

long user_write(void *to, const void *from, size_t size)
{
	memcpy(to, from, size);
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	kernel = (struct rlimit){ RLIM_INFINITY, RLIM_INFINITY };
	privileged = false;
	return 0;
}

static long set(rlim_t soft, rlim_t hard)
{
	const struct rlimit new = { soft, hard };

	return aslimit_call(&new, NULL, SHARE);
}

static void assert_shown(rlim_t soft, rlim_t hard)
{
	struct rlimit old;

	assert_int_equal(aslimit_call(NULL, &old, SHARE), 0);
	assert_int_equal(old.rlim_cur, soft);
	assert_int_equal(old.rlim_max, hard);
}

/* Rounded to the page, as the kernel compares. */
static void assert_kernel(rlim_t soft, rlim_t hard)
{
	assert_int_equal(kernel.rlim_cur >> 12, soft >> 12);
	assert_int_equal(kernel.rlim_max >> 12, hard >> 12);
}

static void test_no_limit(void **state)
{
	(void)state;
	assert_shown(RLIM_INFINITY, RLIM_INFINITY);
	assert_int_equal(set(RLIM_INFINITY, RLIM_INFINITY), 0);
	assert_int_equal(kernel.rlim_cur, RLIM_INFINITY);
	assert_true(aslimit_admits(SHARE));
	assert_true(aslimit_raise(SHARE));
	assert_true(aslimit_change(SHARE, SHARE / 2));
	assert_int_equal(kernel.rlim_cur, RLIM_INFINITY);
}

static void test_set(void **state)
{
	(void)state;
	assert_int_equal(set(GIB + 3 * KIB, 4 * GIB), 0);
	assert_kernel(SHARE + GIB, SHARE + 4 * GIB);
	assert_shown(GIB + 3 * KIB, 4 * GIB);
	assert_int_equal(set(2 * GIB, 4 * GIB), 0);
	assert_shown(2 * GIB, 4 * GIB);
	assert_int_equal(set(2 * GIB, 5 * GIB), -EPERM);
	assert_int_equal(set(5 * GIB, 4 * GIB), -EINVAL);
	assert_shown(2 * GIB, 4 * GIB);
	assert_int_equal(set(RLIM_INFINITY, RLIM_INFINITY), -EPERM);
}

static void test_to_the_byte(void **state)
{
	(void)state;
	assert_int_equal(set(GIB + 1, RLIM_INFINITY), 0);
	assert_shown(GIB + 1, RLIM_INFINITY);
	assert_int_equal(set(0, 0), 0);
	assert_shown(0, 0);
	assert_kernel(SHARE, SHARE);
}

/* A program that was executed knows only the kernel's. */
static void test_inherited(void **state)
{
	(void)state;
	assert_int_equal(set(7 * GIB + KIB, 9 * GIB), 0);
	kernel.rlim_cur += SHARE; /* one of another parent */
	assert_true(aslimit_admits(SHARE));
	assert_true(aslimit_raise(SHARE));
	assert_kernel(2 * SHARE + 7 * GIB, SHARE + 9 * GIB);
	assert_shown(SHARE + 7 * GIB + KIB, 9 * GIB);
}

static void test_raise(void **state)
{
	(void)state;
	kernel.rlim_cur = 3 * GIB;
	assert_true(aslimit_admits(SHARE));
	assert_kernel(3 * GIB, RLIM_INFINITY);
	assert_true(aslimit_raise(SHARE));
	assert_kernel(SHARE + 3 * GIB, RLIM_INFINITY);
	assert_shown(3 * GIB, RLIM_INFINITY);
	assert_true(aslimit_raise(SHARE));
	assert_kernel(SHARE + 3 * GIB, RLIM_INFINITY);
}

static void test_hard(void **state)
{
	(void)state;
	kernel = (struct rlimit){ 3 * GIB, 8 * GIB };
	privileged = true;
	assert_false(aslimit_admits(SHARE));
	assert_false(aslimit_raise(SHARE));
	assert_kernel(3 * GIB, 8 * GIB);
	/* One that admits the share stays as it is. */
	privileged = false;
	kernel.rlim_max = SHARE + 4 * GIB;
	assert_true(aslimit_raise(SHARE));
	assert_shown(3 * GIB, SHARE + 4 * GIB);
	assert_int_equal(set(2 * GIB, SHARE + 4 * GIB), 0);
	assert_shown(2 * GIB, SHARE + 4 * GIB);
	assert_int_equal(set(SHARE, SHARE + 4 * GIB), 0);
	assert_kernel(SHARE + 4 * GIB, SHARE + 4 * GIB);
	assert_shown(SHARE, SHARE + 4 * GIB);
}

static void test_change(void **state)
{
	(void)state;
	assert_int_equal(set(GIB, 2 * GIB), 0);
	assert_false(aslimit_change(SHARE, SHARE + GIB));
	assert_kernel(SHARE + GIB, SHARE + 2 * GIB);
	assert_true(aslimit_change(SHARE, SHARE - GIB));
	assert_kernel(SHARE, SHARE + GIB);
	privileged = true;
	assert_true(aslimit_change(SHARE - GIB, SHARE));
	assert_shown(GIB, 2 * GIB);
	assert_true(aslimit_change(SHARE, 0));
	assert_int_equal(kernel.rlim_cur, GIB);
	assert_int_equal(kernel.rlim_max, 2 * GIB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_no_limit, set_up),
		cmocka_unit_test_setup(test_set, set_up),
		cmocka_unit_test_setup(test_to_the_byte, set_up),
		cmocka_unit_test_setup(test_inherited, set_up),
		cmocka_unit_test_setup(test_raise, set_up),
		cmocka_unit_test_setup(test_hard, set_up),
		cmocka_unit_test_setup(test_change, set_up),
	};

	return cmocka_run_group_tests_name("aslimit", tests, NULL, NULL);
}
