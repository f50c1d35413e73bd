/* SPDX-License-Identifier: MIT */
/*
 * The program's own reservations: addresses for calls that name them with a range.
 *
 * They change while no other thread is in a call (process_alone()): a call maps over,
 * refills or avoids the addresses that it has found reserved, so they must not change under
 * it.
 */
#ifndef VALIMIT_PLACE_OP_RESERVE_H
#define VALIMIT_PLACE_OP_RESERVE_H

#include "table/space.h"

/* Reserves [start, end), whole pages of user space, or on error none of it. Addresses that
 * are reserved already stay so. 0, or -errno:
 *   -EEXIST  a mapping is there
 *   -EPERM   a sealed fence is there
 *   -EAGAIN  the table cannot be had, as in a handler that interrupts its holder
 *   -ENOMEM  too many reservations, or mappings */
long reserve(struct space *space, uintptr_t start, uintptr_t end);

/* Ends reservations in [start, end): mappings stay, free addresses are free for all calls.
 * 0; or, with a part still reserved, -EAGAIN or -ENOMEM. */
long reserve_end(struct space *space, uintptr_t start, uintptr_t end);

#endif
