/* SPDX-License-Identifier: MIT */
/*
 * Which system calls a seccomp filter lets the library make. A filter that the program
 * installs is announced, and from then on asked before each call: a call that is not
 * simply allowed is not made. A filter that was there at the start cannot be read.
 * Under it the library makes no call that it has not made before its first window
 * stood, or that no program can do without.
 */
#ifndef VALIMIT_SYS_PERMIT_H
#define VALIMIT_SYS_PERMIT_H

#include <stdbool.h>

/* Before any call that a filter might not like: looks whether there is one. Only the first
 * time asks. */
void permit_start(void);

/* Whether there is one, and what is called now may be called later. */
bool permit_learns(void);

/* The library has made all the calls of its start. */
void permit_started(void);

/* Strict mode is about to be entered. */
void permit_announce_strict(void);

/* A filter is about to be installed. What it answers is for permit_withdraw(), if the
 * kernel does not take the filter. */
struct sock_fprog;
int permit_announce(const struct sock_fprog *program);
void permit_withdraw(int filter);

#endif
