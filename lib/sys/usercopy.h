/* SPDX-License-Identifier: MIT */
/* Memory at addresses that the caller gave and that may be none. */
#ifndef VALIMIT_SYS_USERCOPY_H
#define VALIMIT_SYS_USERCOPY_H

#include <stddef.h>

/* Copies `size` bytes from or to the caller's memory. 0, or -EFAULT where it
 * cannot be read or written; no signal. */
long user_read(void *to, const void *from, size_t size);
long user_write(void *to, const void *from, size_t size);

#endif
