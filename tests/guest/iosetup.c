/* SPDX-License-Identifier: MIT */
/* Sets an asynchronous I/O context up: its ring is mapped by the kernel. */
#include "guest.h"

#include <linux/aio_abi.h>

int main(void)
{
	aio_context_t context = 0;
	long result = raw6(SYS_io_setup, 128, (long)&context, 0, 0, 0, 0);

	if (result)
		die("io_setup: %s", strerrorname_np((int)-result));
	if (bounds_fenced())
		expect_inside("io_setup", (void *)context, page_size());
	printf("ring 0x%lx\n", (unsigned long)context);
	return raw6(SYS_io_destroy, (long)context, 0, 0, 0, 0, 0) != 0;
}
