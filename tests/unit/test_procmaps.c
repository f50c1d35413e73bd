/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>

#include "unit.h"

#include "core/procmaps.h"

/* The text in a heap block of its exact size, so that a sanitizer sees every
 * byte that is read beyond it. */
static long parse_exact(const char *text, size_t length, struct procmaps_line *line)
{
	char *copy = malloc(length ? length : 1);
	long result;

	assert_non_null(copy);
	memcpy(copy, text, length);
	result = procmaps_parse(copy, length, line);
	if (result > 0) {
		assert_true(line->name >= copy);
		assert_true(line->name + line->name_length <= copy + length);
		line->name = text + (line->name - copy);
	}
	free(copy);
	return result;
}

static void check_line(const char *text, const struct procmaps_line *expected)
{
	struct procmaps_line line;

	memset(&line, 0xa5, sizeof(line));
	assert_int_equal(parse_exact(text, strlen(text), &line), strlen(text));
	assert_int_equal(line.start, expected->start);
	assert_int_equal(line.end, expected->end);
	assert_int_equal(line.prot, expected->prot);
	assert_int_equal(!!line.shared, expected->shared);
	assert_int_equal(line.offset, expected->offset);
	assert_int_equal(line.inode, expected->inode);
	if (expected->major) {
		assert_int_equal(line.major, expected->major);
		assert_int_equal(line.minor, expected->minor);
	}
	assert_int_equal(line.name_length, strlen(expected->name));
	assert_memory_equal(line.name, expected->name, line.name_length);
}

static void a_file_mapping(void **state)
{
	(void)state;
	check_line("7f0000000000-7f0000021000 r-xp 00002000 fd:01 1048602"
		   "                    /usr/lib/libc.so.6\n",
		   &(struct procmaps_line){ .start = 0x7f0000000000, .end = 0x7f0000021000,
					    .prot = PROT_READ | PROT_EXEC, .offset = 0x2000,
					    .major = 0xfd, .minor = 1,
					    .inode = 1048602, .name = "/usr/lib/libc.so.6" });
}

static void an_anonymous_mapping_has_an_empty_name(void **state)
{
	const struct procmaps_line expected = { .start = 0x10000, .end = 0x11000,
						.prot = PROT_READ | PROT_WRITE, .name = "" };

	(void)state;
	check_line("00010000-00011000 rw-p 00000000 00:00 0 \n", &expected);
	check_line("00010000-00011000 rw-p 00000000 00:00 0\n", &expected);
}

static void a_shared_mapping(void **state)
{
	(void)state;
	check_line("10000-11000 rw-s 00000000 00:05 7    /SYSV00000000 (deleted)\n",
		   &(struct procmaps_line){ .start = 0x10000, .end = 0x11000,
					    .prot = PROT_READ | PROT_WRITE, .shared = 1,
					    .inode = 7, .name = "/SYSV00000000 (deleted)" });
}

static void every_permission_alone(void **state)
{
	static const struct {
		const char *text;
		int prot;
	} permission[] = {
		{ "---p", PROT_NONE }, { "r--p", PROT_READ },
		{ "-w-p", PROT_WRITE }, { "--xp", PROT_EXEC },
		{ "rwxp", PROT_READ | PROT_WRITE | PROT_EXEC },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(permission); i++) {
		char text[80];

		snprintf(text, sizeof(text), "1000-2000 %s 00000000 00:00 0 \n",
			 permission[i].text);
		check_line(text, &(struct procmaps_line){ .start = 0x1000, .end = 0x2000,
							  .prot = permission[i].prot,
							  .name = "" });
	}
}

static void the_vsyscall_page_above_user_space(void **state)
{
	(void)state;
	check_line("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0"
		   "                  [vsyscall]\n",
		   &(struct procmaps_line){ .start = 0xffffffffff600000,
					    .end = 0xffffffffff601000,
					    .prot = PROT_EXEC, .name = "[vsyscall]" });
}

static void numbers_of_64_bits(void **state)
{
	(void)state;
	check_line("0-ffffffffffffffff rw-p ffffffffffffffff ffff:fffff "
		   "18446744073709551615 x\n",
		   &(struct procmaps_line){ .start = 0, .end = UINTPTR_MAX,
					    .prot = PROT_READ | PROT_WRITE,
					    .offset = UINT64_MAX, .inode = UINT64_MAX,
					    .name = "x" });
}

static void a_name_keeps_its_own_spaces(void **state)
{
	(void)state;
	check_line("1000-2000 rw-p 00000000 00:01 9   /tmp/a  b \\012c \n",
		   &(struct procmaps_line){ .start = 0x1000, .end = 0x2000,
					    .prot = PROT_READ | PROT_WRITE, .inode = 9,
					    .name = "/tmp/a  b \\012c " });
}

static void only_the_first_of_two_lines_is_taken(void **state)
{
	static const char text[] = "1000-2000 rw-p 00000000 00:00 0 \n"
				   "3000-4000 r--p 00000000 00:00 0 [b]\n";
	struct procmaps_line line;
	long used;

	(void)state;
	used = parse_exact(text, strlen(text), &line);
	assert_int_equal(used, strchr(text, '\n') + 1 - text);
	assert_int_equal(line.start, 0x1000);
	assert_int_equal(line.name_length, 0);
	assert_int_equal(parse_exact(text + used, strlen(text + used), &line),
			 strlen(text + used));
	assert_int_equal(line.start, 0x3000);
	assert_memory_equal(line.name, "[b]", 3);
}

static void a_line_cut_anywhere_is_incomplete(void **state)
{
	static const char text[] = "1000-2000 rw-p 00000000 00:00 0   [heap]\n";
	struct procmaps_line line;

	(void)state;
	for (size_t length = 0; length < strlen(text); length++)
		assert_int_equal(parse_exact(text, length, &line), 0);
}

static void what_is_no_maps_line_is_refused(void **state)
{
	static const char *const text[] = {
		"\n",
		" \n",
		"-2000 rw-p 00000000 00:00 0\n",
		"1000 rw-p 00000000 00:00 0\n",
		"1000- rw-p 00000000 00:00 0\n",
		"1000+2000 rw-p 00000000 00:00 0\n",
		"g000-2000 rw-p 00000000 00:00 0\n",
		"1000-2000\n",
		"1000-2000rw-p 00000000 00:00 0\n",
		"1000-2000  00000000 00:00 0\n",
		"1000-2000 xw-p 00000000 00:00 0\n",
		"1000-2000 rr-p 00000000 00:00 0\n",
		"1000-2000 rwwp 00000000 00:00 0\n",
		"1000-2000 rw-q 00000000 00:00 0\n",
		"1000-2000 rw- 00000000 00:00 0\n",
		"1000-2000 rw-p00000000 00:00 0\n",
		"1000-2000 rw-p\n",
		"1000-2000 rw-p z 00:00 0\n",
		"1000-2000 rw-p 00000000\n",
		"1000-2000 rw-p 0000000000:00 0\n",
		"1000-2000 rw-p 00000000 0000 0\n",
		"1000-2000 rw-p 00000000 :00 0\n",
		"1000-2000 rw-p 00000000 00: 0\n",
		"1000-2000 rw-p 00000000 00:00\n",
		"1000-2000 rw-p 00000000 00:00 \n",
		"1000-2000 rw-p 00000000 00:00 x\n",
		"1000-2000 rw-p 00000000 00:00 0x\n",
		"1000-2000 rw-p 00000000 00:00 0/bin/true\n",
		"Size:                  4 kB\n",
	};
	struct procmaps_line line;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(text); i++)
		if (parse_exact(text[i], strlen(text[i]), &line) != -EINVAL)
			fail_msg("accepted: %s", text[i]);
}

static void an_empty_or_reversed_range_is_refused(void **state)
{
	static const char *const text[] = {
		"1000-1000 rw-p 00000000 00:00 0\n",
		"2000-1000 rw-p 00000000 00:00 0\n",
	};
	struct procmaps_line line;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(text); i++)
		assert_int_equal(parse_exact(text[i], strlen(text[i]), &line), -EINVAL);
}

static void a_number_above_64_bits_is_refused(void **state)
{
	static const char *const text[] = {
		"10000000000000000-2 rw-p 00000000 00:00 0\n",
		"0-10000000000001000 rw-p 00000000 00:00 0\n",
		"1000-2000 rw-p 10000000000000000 00:00 0\n",
		"1000-2000 rw-p 00000000 00:00 18446744073709551616\n",
	};
	struct procmaps_line line;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(text); i++)
		assert_int_equal(parse_exact(text[i], strlen(text[i]), &line), -EINVAL);
}

static void every_line_of_this_process(void **state)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char text[8192];
	struct procmaps_line line;
	uintptr_t below = 0;
	int seen_here = 0;

	(void)state;
	if (!maps)
		skip(); /* no /proc */
	while (fgets(text, sizeof(text), maps)) {
		assert_int_equal(parse_exact(text, strlen(text), &line), strlen(text));
		assert_true(line.start >= below);
		below = line.end;
		if (line.start <= (uintptr_t)&line && (uintptr_t)&line < line.end)
			seen_here = line.prot == (PROT_READ | PROT_WRITE) && !line.shared;
	}
	fclose(maps);
	assert_true(seen_here);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_mapping),
		cmocka_unit_test(an_anonymous_mapping_has_an_empty_name),
		cmocka_unit_test(a_shared_mapping),
		cmocka_unit_test(every_permission_alone),
		cmocka_unit_test(the_vsyscall_page_above_user_space),
		cmocka_unit_test(numbers_of_64_bits),
		cmocka_unit_test(a_name_keeps_its_own_spaces),
		cmocka_unit_test(only_the_first_of_two_lines_is_taken),
		cmocka_unit_test(a_line_cut_anywhere_is_incomplete),
		cmocka_unit_test(what_is_no_maps_line_is_refused),
		cmocka_unit_test(an_empty_or_reversed_range_is_refused),
		cmocka_unit_test(a_number_above_64_bits_is_refused),
		cmocka_unit_test(every_line_of_this_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
