/* SPDX-License-Identifier: MIT */
/*
 * The compiler includes this before each of the library's sources, so that the
 * library's own code runs under the explorer (explore.h): before an access to what
 * threads share, another thread may go on, or a signal handler may run.
 *
 * The threads are coroutines of one real thread. So what is thread-local lies in a
 * section of its own, of which the explorer keeps a copy for each of them.
 *
 * A macro does not expand itself: the access that follows is the compiler's.
 */
#ifndef VALIMIT_TESTS_MODEL_STEPS_H
#define VALIMIT_TESTS_MODEL_STEPS_H

#include <stdbool.h>

void explore_touch(const volatile void *word);
bool explore_swapped(const volatile void *word, bool success);
void explore_exchanged(const volatile void *word);

#define __thread __attribute__((section("model_tls")))

/* How the lock spins is proved by a test of the lock alone; 0: it sleeps at once. */
#define SPINS 0

#define __atomic_load_n(word, ...) (explore_touch(word), __atomic_load_n(word, __VA_ARGS__))
#define __atomic_store_n(word, ...) (explore_touch(word), __atomic_store_n(word, __VA_ARGS__))
#define __atomic_fetch_add(word, ...) (explore_touch(word), __atomic_fetch_add(word, __VA_ARGS__))
#define __atomic_fetch_sub(word, ...) (explore_touch(word), __atomic_fetch_sub(word, __VA_ARGS__))
#define __atomic_fetch_or(word, ...) (explore_touch(word), __atomic_fetch_or(word, __VA_ARGS__))
#define __atomic_fetch_and(word, ...) (explore_touch(word), __atomic_fetch_and(word, __VA_ARGS__))
#define __atomic_exchange_n(word, ...) \
	(explore_touch(word), explore_exchanged(word), __atomic_exchange_n(word, __VA_ARGS__))
#define __atomic_compare_exchange_n(word, ...) \
	(explore_touch(word), \
	 explore_swapped(word, __atomic_compare_exchange_n(word, __VA_ARGS__)))

#endif
