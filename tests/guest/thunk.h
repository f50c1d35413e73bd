/* SPDX-License-Identifier: MIT */
/* The functions of a thunk library, found with dlsym(). */
#ifndef TESTS_GUEST_THUNK_H
#define TESTS_GUEST_THUNK_H

#include <stddef.h>

void *thunk_data(void);
void *thunk_malloc(size_t size);
char *thunk_strdup(const char *text);
void *thunk_mmap(size_t size);
/* An address on the stack of a thread that it starts. */
void *thunk_stack(void);

#endif
