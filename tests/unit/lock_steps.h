/* SPDX-License-Identifier: MIT */
/*
 * Included by the compiler before mutex.c, so that the lock's own code runs under
 * the model's scheduler: before each access to what threads share it may be
 * another thread's turn. A macro does not expand itself: the access that follows
 * is the compiler's.
 */
#ifndef VALIMIT_TESTS_LOCK_STEPS_H
#define VALIMIT_TESTS_LOCK_STEPS_H

void model_step(void);

/* As many as make a difference. */
#define SPINS 1

#define __atomic_load_n(...) (model_step(), __atomic_load_n(__VA_ARGS__))
#define __atomic_store_n(...) (model_step(), __atomic_store_n(__VA_ARGS__))
#define __atomic_exchange_n(...) (model_step(), __atomic_exchange_n(__VA_ARGS__))
#define __atomic_compare_exchange_n(...) (model_step(), __atomic_compare_exchange_n(__VA_ARGS__))

#endif
