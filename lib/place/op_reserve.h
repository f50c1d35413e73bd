/* SPDX-License-Identifier: MIT */
/*
 * Reservations of the program's own: addresses for calls that name them with a range.
 *
 * They change while no other thread is in a call (process_alone): what a call has found
 * reserved it maps over, fills again or goes around, and must not find otherwise then.
 */
#ifndef VALIMIT_PLACE_OP_RESERVE_H
#define VALIMIT_PLACE_OP_RESERVE_H

#include "table/space.h"

/* Reserves [start, end), whole pages of user space, or with an error nothing of it.
 * What is reserved already stays. 0, or -errno:
 *   -EEXIST  something is mapped there
 *   -EPERM   a sealed fence is there
 *   -EAGAIN  the table cannot be had, as in a handler that interrupts its holder
 *   -ENOMEM  too many reservations, or mappings */
long reserve(struct space *space, uintptr_t start, uintptr_t end);

/* Ends what of [start, end) is reserved: mappings stay, what is free is free for all.
 * 0; or with some of it still reserved -EAGAIN or -ENOMEM. */
long reserve_end(struct space *space, uintptr_t start, uintptr_t end);

#endif
