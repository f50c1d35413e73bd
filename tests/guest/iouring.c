/* SPDX-License-Identifier: MIT */
/*
 * Maps the rings of an io_uring, which take no address but the kernel's own:
 * by libc's mmap, and by a raw call. Exit status 77: no io_uring here.
 */
#include "guest.h"

#include <linux/io_uring.h>

static void ring_map(int fd, off_t offset, size_t length)
{
	const int prot = PROT_READ | PROT_WRITE, flags = MAP_SHARED | MAP_POPULATE;
	void *p = mmap(NULL, length, prot, flags, fd, offset);
	long got;

	if (p == MAP_FAILED) {
		/* Without a fence there is no way to have it inside. */
		if (bounds_fenced() || errno != ENOMEM)
			die("mmap of a ring: %s", strerrorname_np(errno));
		printf("ring ENOMEM\n");
		return;
	}
	expect_inside("ring", p, length);
	printf("ring %p\n", p);
	if (munmap(p, length))
		die("munmap of a ring: %s", strerrorname_np(errno));
	got = raw6(SYS_mmap, 0, (long)length, prot, flags, fd, offset);
	if (raw_failed(got))
		die("raw mmap of a ring: %s", strerrorname_np((int)-got));
	if (bounds_fenced())
		expect_inside("raw ring", (void *)got, length);
	raw_munmap((void *)got, length);
}

int main(void)
{
	struct io_uring_params params = { 0 };
	long fd = raw6(SYS_io_uring_setup, 32, (long)&params, 0, 0, 0, 0);

	if (fd == -ENOSYS || fd == -EPERM)
		return 77;
	if (raw_failed(fd))
		die("io_uring_setup: %s", strerrorname_np((int)-fd));
	ring_map((int)fd, IORING_OFF_SQ_RING, params.sq_off.array + 32 * sizeof(unsigned int));
	ring_map((int)fd, IORING_OFF_SQES, 32 * sizeof(struct io_uring_sqe));
	return 0;
}
