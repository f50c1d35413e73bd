/* SPDX-License-Identifier: MIT */
/*
 * One call of the library, on a scene that was set for it, and its promise: the kernel's
 * result, or an error of the manual page with everything unchanged.
 */
#ifndef VALIMIT_TESTS_STAGE_H
#define VALIMIT_TESTS_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table/space.h"

enum act { DO_MMAP, DO_MUNMAP, DO_MREMAP, DO_SHMAT, DO_SHMDT, DO_LIMIT, DO_ASK,
	   DO_RESERVE, DO_RELEASE };

/* Arguments by their names in the manual pages; an argument that a call does not take is 0. */
struct fault_call {
	enum act kind;
	bool host;                /* in a host scope */
	uintptr_t address;
	size_t length, new_length;
	int prot, flags, fd;
	uintptr_t to;             /* mremap's new address */
	uintptr_t begin, end;     /* a range, or the limits */
};

struct stage {
	struct space *space;
	struct fault_call call;
	int segment; /* a System V segment of STAGE_SEGMENT bytes */
	struct span hole; /* in the fence; it may be closed at any time */
	long result;   /* a value or -errno */
	bool untabled; /* the table could not be had */
};

#define STAGE_SEGMENT 65536UL

struct scene {
	const char *name;
	void (*prepare)(struct stage *stage); /* makes the call's mappings, and notes them */
	bool raw_fork;                        /* in a child that no fork handler has seen */
};

/* Up to one without a name. */
extern const struct scene scenes_map[], scenes_fixed[], scenes_move[], scenes_free[],
	scenes_segment[], scenes_limit[], scenes_reserve[];

/* Makes a mapping through the library, dies where that fails, and fills it with
 * a byte that stage_check() looks for again. */
char *stage_map(struct stage *stage, uintptr_t address, size_t length, int flags);
char *stage_host(struct stage *stage, size_t length);

/* A file of `length` bytes. */
int stage_file(size_t length);

/* Like the function above, for a mapping that is there already. */
void stage_fill(char *at, size_t length);

/* A mapping that the library does not see; and taking one away. Where a sealed
 * fence is there is none. */
char *stage_unseen(uintptr_t address, size_t length, int prot);
void stage_vanish(char *at, size_t length);

/* A call that the library does not see has taken fence away, where the kernel places first. */
void stage_open_fence(struct stage *stage);

/* Leaves no room in the window. */
void stage_fill_window(void);

/* A place in the window where nothing is. */
uintptr_t stage_free_place(const struct stage *stage, size_t length);

/* Ends the child: the scene's need cannot be met in this bed. */
#define STAGE_SKIPPED 3
void stage_skip(void) __attribute__((noreturn));

/* After everything is set: the picture from which the call must not deviate. */
void stage_begin(struct stage *stage);
void stage_act(struct stage *stage);

/* Whether everything is as the result promises; else prints the difference. */
bool stage_check(struct stage *stage);

/* Where munmap is what failed: a placeholder of the library's own that it could
 * not take back may stay, as long as the table has it. Whether one did. */
bool stage_excuse_left(void);

/* The least promise, if nothing could be undone: the table equals the kernel's list. */
bool stage_check_stuck(struct stage *stage);

/* Whether calls work afterwards. */
bool stage_goes_on(struct stage *stage);

#endif
