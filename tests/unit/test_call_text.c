/* SPDX-License-Identifier: MIT */
/* Calls in strace's words. */
#include "unit.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/shm.h>

#include "core/call_text.h"
#include "core/error.h"

#define NOREPLACE 0x100000
#define K 1024UL

static const char *printed(struct call call)
{
	static char text[512];
	struct fmt fmt;

	fmt_init(&fmt, text, sizeof(text));
	call_print(&fmt, &call);
	return text;
}

static void mmap_reads_as_in_the_manual(void **state)
{
	(void)state;
	assert_string_equal(
		printed((struct call){ .name = CALL_MMAP, .kind = KIND_GUEST, .length = 256 * K,
				       .prot = PROT_READ | PROT_WRITE,
				       .flags = MAP_PRIVATE | MAP_ANONYMOUS, .fd = -1,
				       .result = 0xfffc0000 }),
		"mmap(NULL, 256K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = "
		"0xfffc0000 guest");
	assert_string_equal(
		printed((struct call){ .name = CALL_MMAP, .kind = KIND_HOST, .address = 0x200000000,
				       .length = 4097, .flags = MAP_SHARED | MAP_FIXED, .fd = 3,
				       .offset = 0x2000, .result = -EBADF }),
		"mmap(0x200000000, 4097, PROT_NONE, MAP_SHARED|MAP_FIXED, 3, 0x2000) = "
		"-1 EBADF (Bad file descriptor) host");
}

static const char *printed_flags(int flags)
{
	static char text[512];
	const char *from = strstr(printed((struct call){ .name = CALL_MMAP, .flags = flags }), "NONE, ");

	strcpy(text, from + 6);
	*strstr(text, ", ") = '\0';
	return text;
}

static void flags_have_their_names_and_the_rest_is_a_number(void **state)
{
	(void)state;
	assert_string_equal(printed_flags(0), "0");
	assert_string_equal(printed_flags(MAP_SHARED_VALIDATE | MAP_STACK),
			    "MAP_SHARED_VALIDATE|MAP_STACK");
	assert_string_equal(printed_flags(MAP_PRIVATE | NOREPLACE | 0x40),
			    "MAP_PRIVATE|MAP_32BIT|MAP_FIXED_NOREPLACE");
	assert_string_equal(printed_flags(MAP_PRIVATE | MAP_HUGETLB | 21 << 26),
			    "MAP_PRIVATE|MAP_HUGETLB|21<<MAP_HUGE_SHIFT");
	assert_string_equal(printed_flags(MAP_PRIVATE | MAP_HUGETLB), "MAP_PRIVATE|MAP_HUGETLB");
	assert_string_equal(printed_flags(7 | MAP_FIXED), "MAP_FIXED|0x7");
	assert_string_equal(printed_flags(INT32_MIN | MAP_PRIVATE), "MAP_PRIVATE|0x80000000");
}

static void every_other_call_reads_as_its_function(void **state)
{
	static const struct {
		struct call call;
		const char *text;
	} calls[] = {
		{ { .name = CALL_MUNMAP, .address = 0x1000, .length = 64 * K },
		  "munmap(0x1000, 64K) = 0" },
		{ { .name = CALL_MREMAP, .kind = KIND_GUEST, .address = 0x1000, .length = 4 * K,
		    .new_size = 8 * K, .flags = MREMAP_MAYMOVE, .result = 0x3000 },
		  "mremap(0x1000, 4K, 8K, MREMAP_MAYMOVE) = 0x3000 guest" },
		{ { .name = CALL_MREMAP, .address = 0x1000, .length = 4 * K, .new_size = 4 * K,
		    .flags = MREMAP_MAYMOVE | MREMAP_FIXED, .new = 0x9000, .result = 0x9000 },
		  "mremap(0x1000, 4K, 4K, MREMAP_MAYMOVE|MREMAP_FIXED, 0x9000) = 0x9000" },
		{ { .name = CALL_MREMAP, .address = 0x1000, .result = -EFAULT },
		  "mremap(0x1000, 0, 0, 0) = -1 EFAULT (Bad address)" },
		{ { .name = CALL_SHMAT, .fd = 5, .flags = SHM_RDONLY | SHM_RND, .result = 0x4000 },
		  "shmat(5, NULL, SHM_RDONLY|SHM_RND) = 0x4000" },
		{ { .name = CALL_SHMDT, .address = 0x4000, .result = -EINVAL },
		  "shmdt(0x4000) = -1 EINVAL (Invalid argument)" },
		{ { .name = CALL_MMAP_RANGE, .begin = 0x10000, .end = 0x20000, .length = 4 * K,
		    .prot = PROT_READ | PROT_EXEC, .flags = MAP_PRIVATE, .fd = 4,
		    .result = 0x1f000 },
		  "mmap_range(0x10000, 0x20000, 4K, PROT_READ|PROT_EXEC, MAP_PRIVATE, 4, 0) = "
		  "0x1f000" },
		{ { .name = CALL_MREMAP_RANGE, .address = 0x1000, .length = 4 * K,
		    .new_size = 12 * K, .flags = MREMAP_MAYMOVE, .begin = 0x10000, .end = 0x20000,
		    .result = -ENOMEM },
		  "mremap_range(0x1000, 4K, 12K, MREMAP_MAYMOVE, 0x10000, 0x20000) = "
		  "-1 ENOMEM (Cannot allocate memory)" },
		{ { .name = CALL_SHMAT_RANGE, .fd = 5, .begin = 0x10000, .end = 0x20000,
		    .result = 0x10000 },
		  "shmat_range(5, 0x10000, 0x20000, 0) = 0x10000" },
		{ { .name = CALL_LIMITS, .begin = 0x10000, .end = 0x100000000 },
		  "prctl(PR_SET_VA_LIMITS, {0x10000, 0x100000000}) = 0" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		assert_string_equal(printed(calls[i].call), calls[i].text);
}

static void an_unknown_error_is_a_number(void **state)
{
	char text[64];
	struct fmt fmt;

	(void)state;
	fmt_init(&fmt, text, sizeof(text));
	error_print(&fmt, -4095);
	assert_string_equal(text, "errno 4095");
}

/* strerror(3) knows better than the list, where it has the error at all. */
static void the_errors_read_as_the_c_library_has_them(void **state)
{
	(void)state;
	for (int number = 1; number < 134; number++) {
		char text[128], *open;
		struct fmt fmt;

		fmt_init(&fmt, text, sizeof(text));
		error_print(&fmt, -number);
		open = strchr(text, '(');
		if (!open)
			continue;
		text[strlen(text) - 1] = '\0';
		assert_string_equal(open + 1, strerror(number));
	}
}

static void a_line_longer_than_the_buffer_is_cut(void **state)
{
	struct call call = { .name = CALL_MMAP, .length = 4 * K };
	char text[16];
	struct fmt fmt;

	(void)state;
	fmt_init(&fmt, text, sizeof(text));
	call_print(&fmt, &call);
	assert_string_equal(text, "mmap(NULL, 4K, ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mmap_reads_as_in_the_manual),
		cmocka_unit_test(flags_have_their_names_and_the_rest_is_a_number),
		cmocka_unit_test(every_other_call_reads_as_its_function),
		cmocka_unit_test(an_unknown_error_is_a_number),
		cmocka_unit_test(the_errors_read_as_the_c_library_has_them),
		cmocka_unit_test(a_line_longer_than_the_buffer_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
