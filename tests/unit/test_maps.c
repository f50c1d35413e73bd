/* SPDX-License-Identifier: MIT */
/*
 * Reading the kernel's list of mappings: whole, in pieces, interrupted, and from
 * kernels that have none to give.
 */
#include "unit.h"

#include <stdbool.h>
#include <stdio.h>

#include "sys/maps.h"
#include "sys/sys.h"

#define SELF 3
#define THREAD 4
#define VISITS_MAX 64

static struct {
	const char *self, *thread; /* the lists; NULL: cannot be opened */
	size_t at, piece;          /* so many bytes a read */
	long fails;                /* the read that is the next */
	bool interrupted;          /* every second read is */
	int reads, open;
} kernel;

static struct {
	size_t count;
	struct procmaps_line line[VISITS_MAX];
	char name[VISITS_MAX][200];
} seen;

static long give(const char *list, char *to, size_t size)
{
	size_t length = strlen(list + kernel.at);

	if (kernel.fails)
		return kernel.fails;
	if (kernel.interrupted && ++kernel.reads % 2)
		return -EINTR;
	length = length < size ? length : size;
	length = kernel.piece && kernel.piece < length ? kernel.piece : length;
	memcpy(to, list + kernel.at, length);
	kernel.at += length;
	return (long)length;
}

static long open_list(const char *path)
{
	bool self = strcmp(path, "/proc/self/maps") == 0;

	assert_true(self || strcmp(path, "/proc/thread-self/maps") == 0);
	if (!(self ? kernel.self : kernel.thread))
		return -ENOENT;
	kernel.open++;
	kernel.at = 0;
	return self ? SELF : THREAD;
}

/* maps.c links with these in place of the kernel's. */
long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
	(void)d;
	(void)e;
	(void)f;
	switch (number) {
	case SYS_openat:
		return open_list((const char *)b);
	case SYS_read:
		return give(a == SELF ? kernel.self : kernel.thread, (char *)b, (size_t)c);
	case SYS_close:
		kernel.open--;
		return 0;
	}
	fail_msg("system call %ld", number);
	return -ENOSYS;
}

static long note(const struct procmaps_line *line, void *context)
{
	size_t *stop_at = context;

	assert_true(seen.count < VISITS_MAX);
	seen.line[seen.count] = *line;
	snprintf(seen.name[seen.count], sizeof(seen.name[0]), "%.*s", (int)line->name_length,
		 line->name);
	return ++seen.count == *stop_at ? 7 : 0;
}

static long read_all(size_t stop_at)
{
	long result;

	seen.count = 0;
	kernel.reads = 0;
	result = maps_each(note, &stop_at);
	assert_int_equal(kernel.open, 0);
	return result;
}

static const char list[] =
	"00400000-00452000 r-xp 00000000 08:02 173521                             /usr/bin/dbus\n"
	"00e24000-011f7000 rw-p 00000000 00:00 0                                  [heap]\n"
	"7f0000000000-7f0000021000 ---p 00000000 00:00 0 \n"
	"7ffe00000000-7ffe00021000 rw-s 00001000 00:00 0                          [stack]\n";

static void check_list(void)
{
	assert_int_equal(seen.count, 4);
	assert_int_equal(seen.line[0].start, 0x400000);
	assert_int_equal(seen.line[0].prot, PROT_READ | PROT_EXEC);
	assert_string_equal(seen.name[0], "/usr/bin/dbus");
	assert_string_equal(seen.name[1], "[heap]");
	assert_int_equal(seen.line[2].end, 0x7f0000021000);
	assert_int_equal(seen.line[2].prot, PROT_NONE);
	assert_true(seen.line[3].shared);
	assert_string_equal(seen.name[3], "[stack]");
}

static void begin(const char *self, const char *thread)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.self = self;
	kernel.thread = thread;
}

static void every_line_is_visited_whatever_a_read_gives(void **state)
{
	(void)state;
	begin(list, NULL);
	for (kernel.piece = 0; kernel.piece < sizeof(list); kernel.piece++) {
		assert_int_equal(read_all(0), 0);
		check_list();
	}
}

static void an_interrupted_read_is_made_again(void **state)
{
	(void)state;
	begin(list, NULL);
	kernel.interrupted = true;
	kernel.piece = 50;
	assert_int_equal(read_all(0), 0);
	check_list();
}

static void a_visitor_ends_it(void **state)
{
	(void)state;
	begin(list, NULL);
	for (kernel.piece = 0; kernel.piece < 100; kernel.piece += 30) {
		assert_int_equal(read_all(2), 7);
		assert_int_equal(seen.count, 2);
	}
}

/* A line that comes in two pieces keeps its first part. */
static void a_name_of_any_length_is_no_obstacle(void **state)
{
	char text[1200] = "00400000-00452000 r-xp 00000000 08:02 173521 /";
	const char behind[] = "7ffe00000000-7ffe00021000 rw-p 00000000 00:00 0 [stack]\n";
	size_t length = strlen(text);

	(void)state;
	memset(text + length, 'n', 1000);
	sprintf(text + length + 1000, "\n%s", behind);
	begin(text, NULL);
	for (kernel.piece = 1; kernel.piece < 400; kernel.piece += 7) {
		assert_int_equal(read_all(0), 0);
		assert_int_equal(seen.count, 2);
		assert_int_equal(seen.line[0].end, 0x452000);
		assert_string_equal(seen.name[1], "[stack]");
	}
}

static void what_is_no_list_is_an_error(void **state)
{
	(void)state;
	begin("junk\n", NULL);
	assert_int_equal(read_all(0), -EINVAL);
	assert_int_equal(seen.count, 0);
	kernel.piece = 2;
	assert_int_equal(read_all(0), -EINVAL);
	begin("00400000-00452000 r-xp 00000000 08:02 1 /a\n00500000\n", NULL);
	assert_int_equal(read_all(0), -EINVAL);
	assert_int_equal(seen.count, 1);
}

static void a_read_that_fails_is_the_answer(void **state)
{
	(void)state;
	begin(list, list);
	kernel.fails = -EIO;
	assert_int_equal(read_all(0), -EIO);
}

static void a_process_without_its_first_thread_has_another_list(void **state)
{
	(void)state;
	/* The list is empty, or cannot be opened. */
	begin("", list);
	assert_int_equal(read_all(0), 0);
	check_list();
	begin(NULL, list);
	assert_int_equal(read_all(0), 0);
	check_list();
}

static void without_any_list_it_is_an_error(void **state)
{
	(void)state;
	begin(NULL, NULL);
	assert_int_equal(read_all(0), -ENOENT);
	begin("", NULL);
	assert_int_equal(read_all(0), -ENOENT);
	begin("", "");
	assert_int_equal(read_all(0), -ESRCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_is_visited_whatever_a_read_gives),
		cmocka_unit_test(an_interrupted_read_is_made_again),
		cmocka_unit_test(a_visitor_ends_it),
		cmocka_unit_test(a_name_of_any_length_is_no_obstacle),
		cmocka_unit_test(what_is_no_list_is_an_error),
		cmocka_unit_test(a_read_that_fails_is_the_answer),
		cmocka_unit_test(a_process_without_its_first_thread_has_another_list),
		cmocka_unit_test(without_any_list_it_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
