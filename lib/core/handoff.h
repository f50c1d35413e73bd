/* SPDX-License-Identifier: MIT */
/*
 * The launcher's message to the library. An entry of the auxiliary vector holds the address of
 * struct handoff. A fork's child inherits it and execve() drops it, as both do with the
 * launcher's fence.
 */
#ifndef VALIMIT_CORE_HANDOFF_H
#define VALIMIT_CORE_HANDOFF_H

#include "window.h"

#define HANDOFF_AUXV 0x76616c696d6974UL /* "valimit" */
#define HANDOFF_VERSION 1U

/* The launcher's argv[0] if the library has called it. " FD NAME" follows if the process has
 * run the same program before: FD is a descriptor of the program's file, NAME the process's
 * name (comm), and argv[1] the path that was executed. */
#define HANDOFF_CALL "valimit-launch"

/* An environment variable whose value is a process's number in decimal: for that process the
 * launcher has been called. The library sets it when it calls the launcher, and the launcher
 * when it leaves a program to the kernel. The library removes it, and does not call the
 * launcher a second time. */
#define HANDOFF_TRIED "VALIMIT_TRIED="

/* HANDOFF_ROOM: bytes for the library's own memory, enough for a million mappings. It costs
 * address space only. HANDOFF_SPREAD: pages below the end of the outside, within which that
 * memory lies at random. */
#define HANDOFF_ROOM (64UL << 20)
#define HANDOFF_SPREAD (1UL << 20)

struct handoff {
	uint32_t version;
	uint32_t sealed;      /* the fence, except for room and edge, is sealed */
	uintptr_t min, top;   /* user space is [min, top) */
	struct window window; /* clamped; the fence stands outside it */
	struct span edge;     /* fenced part of the window's top; empty: none */
	struct span room;     /* fenced, reserved for the library's own memory; empty: none */
};

#endif
