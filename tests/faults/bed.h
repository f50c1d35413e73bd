/* SPDX-License-Identifier: MIT */
/* An environment in which the library runs, and all scenes in it. */
#ifndef VALIMIT_TESTS_BED_H
#define VALIMIT_TESTS_BED_H

struct bed {
	const char *name;
	const char *window, *fence, *place;
	unsigned int lacks; /* enum fault_lack */
};

extern const struct bed beds[]; /* up to one without a name */

/* In a process that was started in the bed: every scene whose name begins with
 * `scene`, with every failure, or with only the nth and `error` where n is not
 * 0. Prints TAP; the number of scenes that went wrong. */
int bed_run(const char *scene, unsigned int nth, int error);

/* The process's start in the bed, with every failure: a program of its own for
 * each. Prints TAP; the number of failures that it did not stand. */
int bed_start(char *program);

/* In such a program: whether it came to a start as it should be. Its status. */
int bed_started(void);

#endif
