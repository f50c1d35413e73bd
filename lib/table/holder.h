/* SPDX-License-Identifier: MIT */
/*
 * This thread's exclusive claims (claim.h), by their numbers. A child of fork() has
 * only this thread, so only these are alive there; and a signal handler must not wait
 * for one that its own thread holds. Nested handlers add theirs on top, and have ended
 * them when the interrupted call goes on.
 */
#ifndef VALIMIT_TABLE_HOLDER_H
#define VALIMIT_TABLE_HOLDER_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the thread has ever held one; set for good, so that a handler that comes in
 * between changes nothing. Without a fence and reservations no thread has. */
extern __thread bool holder_ever;

/* False where too many handlers are nested. */
bool holder_add(uint16_t number);
void holder_remove(uint16_t number);
bool holder_has(uint16_t number);

/* Whether the number is that of a claim of this thread's whose call was left by
 * siglongjmp(); whether there is any; and forgets them: how many. */
bool holder_left(uint16_t number);
bool holder_any_left(void);
uint32_t holder_forget_left(void);

/* How many there are. */
uint32_t holder_count(void);

#endif
