/* SPDX-License-Identifier: MIT */
/*
 * The function syscall() with numbers that are no memory call: all six
 * arguments arrive, results and errors come back.
 */
#include "guest.h"

static int file_make(const char *text)
{
	int fd = (int)syscall(SYS_memfd_create, "sysfn", 0);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		die("memfd: %s", strerrorname_np(errno));
	return fd;
}

/* copy_file_range takes six: the last is flags and must be 0. */
static void check_six(void)
{
	int from = file_make("0123456789"), to = file_make("abcdefghij");
	off_t from_at = 2, to_at = 5;
	char text[11] = "";

	if (syscall(SYS_copy_file_range, from, &from_at, to, &to_at, 3UL, 0U) != 3)
		die("copy_file_range: %s", strerrorname_np(errno));
	if (pread(to, text, 10, 0) != 10 || strcmp(text, "abcde234ij") != 0)
		die("copy_file_range: got %s", text);
	if (syscall(SYS_copy_file_range, from, &from_at, to, &to_at, 3UL, 1U) != -1 ||
	    errno != EINVAL)
		die("copy_file_range: the sixth argument is lost");
	close(from);
	close(to);
}

static void check_error(void)
{
	errno = 0;
	if (syscall(SYS_close, -1) != -1 || errno != EBADF)
		die("close(-1): %s", strerrorname_np(errno));
	errno = EXDEV;
	if (syscall(SYS_getpid) != getpid() || errno != EXDEV)
		die("getpid: wrong, or errno not kept");
	if (syscall(100000L) != -1 || errno != ENOSYS)
		die("an unknown number: %s", strerrorname_np(errno));
}

int main(void)
{
	check_six();
	check_error();
	return 0;
}
