/* SPDX-License-Identifier: MIT */
/*
 * This thread's exclusive claims (claim.h), by their numbers. A child of fork() has only
 * this thread, so no other claims have a holder there; and a signal handler must not wait
 * for a claim of its own thread. Nested handlers add their claims on top, and have ended
 * them when the interrupted call goes on.
 */
#ifndef VALIMIT_TABLE_HOLDER_H
#define VALIMIT_TABLE_HOLDER_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the thread has ever held an exclusive claim. It is never reset, so that a handler
 * cannot race with it. Without a fence and reservations no thread holds one. */
extern __thread bool holder_ever;

/* Adds a claim of this thread's. False where too many handlers are nested. */
bool holder_add(uint16_t number);

/* Removes a claim of this thread's, if it is there. */
void holder_remove(uint16_t number);

/* Whether the claim is this thread's. */
bool holder_has(uint16_t number);

/* Whether the claim is this thread's, and its call was left by siglongjmp(). */
bool holder_left(uint16_t number);

/* Whether the thread has a claim whose call was left by siglongjmp(). */
bool holder_any_left(void);

/* Removes the claims whose calls were left by siglongjmp(), and returns their number. */
uint32_t holder_forget_left(void);

/* Number of this thread's claims. */
uint32_t holder_count(void);

#endif
