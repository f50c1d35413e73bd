/* SPDX-License-Identifier: MIT */
/* The file to run: found, opened and read as execve() would. */
#ifndef LAUNCH_PROGRAM_H
#define LAUNCH_PROGRAM_H

#include "core/elf.h"
#include "core/script.h"
#include "initial_stack.h"
#include "settings.h"

/* Words of scripts: for each script in a row its interpreter and argument, and the first
 * script. */
#define PROGRAM_FRONT (2 * SCRIPT_DEPTH + 1)

struct program {
	const char *path;    /* as the caller named it */
	const char *called;  /* `path`, or the script by which the kernel came to it */
	const char *comm;    /* the process's name; NULL: the last part of `called` */
	int fd;              /* of the program itself: a script's interpreter */
	struct image image;
	int interpreter_fd;  /* of its dynamic linker; -1: it has none */
	struct image interpreter;
	/* The words that come first, before the program's own but its name. */
	const char *front[PROGRAM_FRONT];
	size_t front_count;
};

/* Opens the program and its dynamic linker. `fd` is the file's if it is open already; else
 * it is -1, and `called` is the executed path. `name` is the program's argv[0]. If the
 * program cannot be run, it ends the process with the reason. */
void program_open(struct program *program, const char *path, const char *name, int fd,
		  const char *called, const struct settings *settings);

#endif
