/* SPDX-License-Identifier: MIT */
/*
 * What the launcher leaves for the library: an entry of the auxiliary vector,
 * whose value is the address of this struct. Fork hands it on, exec does not:
 * it is there exactly where the launcher's fence is.
 */
#ifndef VALIMIT_CORE_HANDOFF_H
#define VALIMIT_CORE_HANDOFF_H

#include "window.h"

#define HANDOFF_AUXV 0x76616c696d6974UL /* "valimit" */
#define HANDOFF_VERSION 1U

/* The launcher's argv[0] where the library has called it. A space, the number of
 * a descriptor, a space and a name follow where the process that becomes the
 * program was that program before: the descriptor is its file, the name is the
 * process's (comm), and PATH is what was executed. */
#define HANDOFF_CALL "valimit-launch"

/* In the environment of a program that the launcher could not start, so that the
 * kernel has started it without: the process's number in decimal. The library
 * takes it out, and does not call the launcher a second time. */
#define HANDOFF_TRIED "VALIMIT_TRIED="

/* Of the library's own memory: enough for a million mappings; address space is
 * all that it costs. And within how many pages of the outside's end it lies. */
#define HANDOFF_ROOM (64UL << 20)
#define HANDOFF_SPREAD (1UL << 20)

struct handoff {
	uint32_t version;
	uint32_t sealed;      /* the fence is, but for room and edge */
	uintptr_t min, top;   /* user space is [min, top) */
	struct window window; /* clamped; the fence stands outside of it */
	struct span edge;     /* fenced part of the window's top; empty: none */
	struct span room;     /* fenced, for the library's own memory; empty: none */
};

#endif
