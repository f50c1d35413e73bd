/* SPDX-License-Identifier: MIT */
/* What the operations of a script are made of. */
#ifndef VALIMIT_TESTS_MODEL_ACT_H
#define VALIMIT_TESTS_MODEL_ACT_H

#include "bed.h"

#define PAGES(n) ((n) * KERNEL_PAGE)

/* What the call names that `who` is in: it may be replaced. */
void act_name(int who, uintptr_t start, size_t length);
void act_unname(int who);

/* A fault: there is room for all. Only what has not got the table may find none. */
void act_failed(const char *what, long result, int who);

/* Around each call, as the exported ones do it. */
void act_begin(struct pass *pass);
void act_end(struct pass *pass);

/* As process_alone() does it; and a fork waits for its end. 0 where it was not to be had. */
long act_alone(long (*act)(struct space *, uintptr_t, uintptr_t), uintptr_t start, uintptr_t end);

struct request act_request(enum kind kind, size_t length);
long act_map(struct request *request);

/* Unmaps it, if there is one. */
void act_unmap(int who, struct region *region);

/* MAP_FIXED over it. */
void act_replace(int who, struct region *region);

#endif
