/* SPDX-License-Identifier: MIT */
/*
 * Memory at addresses that may be none, by the kernel's word, and where a sandbox
 * keeps it from giving any.
 */
#include "unit.h"

#include <stdbool.h>
#include <sys/uio.h>

#include "sys/sys.h"
#include "sys/usercopy.h"

static long answer; /* of the careful way; 0: it works */
static int asked;
static bool missing; /* the result of a look at one word */

static void copy(const struct iovec *to, const struct iovec *from)
{
	assert_int_equal(to->iov_len, from->iov_len);
	memcpy(to->iov_base, from->iov_base, to->iov_len);
}

/* user.c links with these in place of the kernel's. */
long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
	const struct iovec *own = (const struct iovec *)b, *other = (const struct iovec *)d;

	(void)f;
	if (number == SYS_getpid)
		return 42;
	if (number == SYS_futex)
		return missing ? -EFAULT : -EAGAIN;
	assert_true(number == SYS_process_vm_readv || number == SYS_process_vm_writev);
	assert_int_equal(a, 42);
	assert_int_equal(c, 1);
	assert_int_equal(e, 1);
	asked++;
	if (answer)
		return answer;
	if (number == SYS_process_vm_readv)
		copy(own, other);
	else
		copy(other, own);
	return (long)own->iov_len;
}

static void check(long given, long wanted, bool copied)
{
	char from[] = "0123456789", to[sizeof(from)] = "";

	answer = given;
	assert_int_equal(user_read(to, from, sizeof(from)), wanted);
	assert_int_equal(memcmp(to, from, sizeof(from)) == 0, copied);
	memset(to, 0, sizeof(to));
	assert_int_equal(user_write(to, from, sizeof(from)), wanted);
	assert_int_equal(memcmp(to, from, sizeof(from)) == 0, copied);
}

static void what_is_there_is_copied(void **state)
{
	(void)state;
	check(0, 0, true);
}

static void what_is_not_there_is_efault(void **state)
{
	(void)state;
	check(-EFAULT, -EFAULT, false);
	/* Some of it is. */
	check(4, -EFAULT, false);
}

static void null_is_efault_without_a_question(void **state)
{
	char own[4] = "abc";

	(void)state;
	asked = 0;
	assert_int_equal(user_read(own, NULL, sizeof(own)), -EFAULT);
	assert_int_equal(user_write(NULL, own, sizeof(own)), -EFAULT);
	assert_int_equal(asked, 0);
}

static void where_a_sandbox_forbids_to_ask_it_is_copied(void **state)
{
	(void)state;
	check(-EPERM, 0, true);
	check(-ENOSYS, 0, true);
}

static void and_what_is_not_there_is_efault(void **state)
{
	(void)state;
	missing = true;
	check(-EPERM, -EFAULT, false);
	missing = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_is_copied),
		cmocka_unit_test(what_is_not_there_is_efault),
		cmocka_unit_test(null_is_efault_without_a_question),
		cmocka_unit_test(where_a_sandbox_forbids_to_ask_it_is_copied),
		cmocka_unit_test(and_what_is_not_there_is_efault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
