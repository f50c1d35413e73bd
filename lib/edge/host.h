/* SPDX-License-Identifier: MIT */
/* The host entries of the exported functions: each call is a host's. Otherwise they do the same
 * as the functions of interpose.c and api.c. */
#ifndef VALIMIT_EDGE_HOST_H
#define VALIMIT_EDGE_HOST_H

#include <stddef.h>
#include <sys/types.h>

#include "valimit.h"

void *host_mmap(void *address, size_t length, int prot, int flags, int fd, off_t offset);
void *host_mremap(void *old, size_t old_size, size_t new_size, int flags, ...);
void *host_shmat(int id, const void *address, int flags);
long host_syscall(long number, ...);
void *host_mmap_range(void *begin, void *end, size_t size, int prot, int flags, int fd,
		      off_t offset);
void *host_mremap_range(void *old, size_t old_size, size_t new_size, int flags, void *begin,
			void *end);
void *host_shmat_range(int id, void *begin, void *end, int flags);
void *host_valimit_place(const struct valimit_request *request, size_t size);
void *host_valimit_mremap(void *old, size_t old_size, size_t new_size, int flags, void *new);

#endif
