/* SPDX-License-Identifier: MIT */
/* Access to memory at the caller's pointers, which may be invalid. */
#ifndef VALIMIT_SYS_USERCOPY_H
#define VALIMIT_SYS_USERCOPY_H

#include <stddef.h>

/* Copies `size` bytes from or to the caller's memory. Returns 0, or -EFAULT if the memory is
 * not accessible, without a signal. */
long user_read(void *to, const void *from, size_t size);
long user_write(void *to, const void *from, size_t size);

#endif
