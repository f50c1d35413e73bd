/* SPDX-License-Identifier: MIT */
/* The types that vactl gives to mappings, by lists as the kernel prints them. */
#include <stdio.h>

#include "unit.h"

#include "../../tools/vactl/vmas.h"

#define TEST(name) static void name(__attribute__((unused)) void **state)
#define LINES 16

/* Each line of the list is of the type that stands in front of it. */
static void assert_types(const char *list)
{
	struct procmaps_line line[LINES];
	struct vmas vmas = { .line = line };
	char type[LINES][16], text[2048];
	long used;

	snprintf(text, sizeof(text), "%s", list);
	for (char *at = text; *at; at += used, vmas.count++) {
		size_t length = strcspn(at, " ");

		memcpy(type[vmas.count], at, length);
		type[vmas.count][length] = 0;
		at += length + 1;
		used = procmaps_parse(at, strlen(at), &line[vmas.count]);
		assert_true(used > 0);
		at[used - 1] = 0;
	}
	for (size_t i = 0; i < vmas.count; i++)
		assert_string_equal(vma_type(&vmas, &line[i]), type[i]);
}

TEST(a_program_with_its_bss_its_heap_and_a_file)
{
	assert_types("image 00400000-00401000 r--p 00000000 08:01 7 /bin/a\n"
		     "image 00401000-00402000 r-xp 00001000 08:01 7 /bin/a\n"
		     "image 00402000-00403000 rw-p 00002000 08:01 7 /bin/a\n"
		     "image 00403000-00404000 rw-p 00000000 00:00 0 \n"
		     "heap 00800000-00821000 rw-p 00000000 00:00 0 [heap]\n"
		     "file 10000000-10001000 r--p 00000000 08:01 8 /usr/share/b\n"
		     "data 10001000-10002000 rw-p 00000000 00:00 0 \n");
}

TEST(heaps_of_malloc_for_threads_and_what_only_looks_like_one)
{
	assert_types("arena 7f0000000000-7f0000021000 rw-p 00000000 00:00 0 \n"
		     "reserve 7f0000021000-7f0004000000 ---p 00000000 00:00 0 \n"
		     "arena 7f0004000000-7f0008000000 rw-p 00000000 00:00 0 \n"
		     "data 7f0010000000-7f0010021000 rw-p 00000000 00:00 0 \n"
		     "reserve 7f0010021000-7f0011000000 ---p 00000000 00:00 0 \n"
		     "arena 7f0020000000-7f0020021000 rw-p 00000000 00:00 0 "
		     "[anon: glibc: malloc arena]\n");
}

TEST(stacks_of_the_process_and_of_threads)
{
	assert_types("reserve 7f0000000000-7f0000001000 ---p 00000000 00:00 0 \n"
		     "stack 7f0000001000-7f0000801000 rw-p 00000000 00:00 0 \n"
		     "reserve 7f0001000000-7f0002000000 ---p 00000000 00:00 0 \n"
		     "data 7f0002000000-7f0002001000 rw-p 00000000 00:00 0 \n"
		     "stack 7f0003000000-7f0003001000 rw-p 00000000 00:00 0 "
		     "[anon: glibc: pthread stack: 12]\n"
		     "vdso 7ffc00000000-7ffc00004000 r--p 00000000 00:00 0 [vvar]\n"
		     "vdso 7ffc00004000-7ffc00006000 r-xp 00000000 00:00 0 [vdso]\n"
		     "stack 7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 [stack]\n");
}

TEST(shared_memory_and_the_library_s_table)
{
	assert_types("shm 10000000-10001000 rw-s 00000000 00:01 5 /SYSV00000000 (deleted)\n"
		     "shm 10002000-10003000 rw-s 00000000 00:01 6 /memfd:other (deleted)\n"
		     "table 10004000-10005000 rw-p 00000000 00:01 7 /memfd:valimit (deleted)\n"
		     "shm 10006000-10007000 rw-s 00000000 00:01 8 /dev/shm/a\n"
		     "shm 10008000-10009000 rw-s 00000000 00:01 9 /dev/zero (deleted)\n"
		     "data 1000a000-1000b000 rw-p 00000000 00:00 0 [anon:named]\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_with_its_bss_its_heap_and_a_file),
		cmocka_unit_test(heaps_of_malloc_for_threads_and_what_only_looks_like_one),
		cmocka_unit_test(stacks_of_the_process_and_of_threads),
		cmocka_unit_test(shared_memory_and_the_library_s_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
