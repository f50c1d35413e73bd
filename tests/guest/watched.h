/* SPDX-License-Identifier: MIT */
/* Watchmaps' data of the processes that it watches, and the mappings that may lie outside
 * the window in each. */
#ifndef TESTS_GUEST_WATCHED_H
#define TESTS_GUEST_WATCHED_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct vma;

struct process {
	pid_t pid;
	bool known; /* its parent's stop has told of it; until then it waits */
	bool waits;
	bool begun; /* the library has made its first call, or it is the launcher */
	bool astray; /* it has begun without the launcher, and done nothing else since */
	unsigned long launcher; /* the inode of its file; 0: began without it */
	unsigned int doubts; /* escapes in the last look while it ran */
	struct vma *before;
	size_t count;
	unsigned int findings;
};

/* The window and the islands, as "0xSTART-0xEND", and where findings go. */
void watched_window(const char *text);
void watched_island(const char *text);
void watched_report(FILE *file);

/* Number of checked processes, and the findings. */
extern unsigned int watched_checked, watched_findings;

/* Whether there is no library, so that nothing counts as a finding. */
extern bool watched_natively;

/* The process of that number; made where there is none. */
struct process *process_of(pid_t pid);

/* Forgets all data of the process; 0: it is gone. */
void process_reset(struct process *process, pid_t pid);

/* Opens a process's list for vma_read. */
void process_maps(pid_t pid);

/* From here on the process is checked; its present mappings came before. */
void process_begin(struct process *process);

/* A child has what its parent had before. */
void process_inherit(struct process *child, const struct process *parent);

/* Whether the launcher is still at work, or has left something of itself. */
bool process_launching(const struct process *process);

/* Tells of all that lies outside, while the process is stopped. */
void process_tell(struct process *process);

/* Looks for what should not be where it is, while the process is stopped. */
void process_check(struct process *process);

/* Like the one above, for all mappings from the launcher, while they run. */
void process_check_running(void);

/* A finding of another kind. */
void process_fault(const struct process *process, const char *what);

#endif
