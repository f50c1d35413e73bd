/* SPDX-License-Identifier: MIT */
/* The bench's files share a clock, dice, and environments for children. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include "../guest/guest.h"

#include <fnmatch.h>
#include <sys/resource.h>
#include <time.h>

/* The options of the command line. */
struct bench {
	const char *library; /* libvalimit.so */
	const char *empty;   /* a library that does nothing */
	const char *tool;    /* vactl */
	const char *launcher;
	const char *only;    /* a glob of figures' names; NULL: all */
	bool quick;
};

/* Whether the command line asks for the figure. */
static inline bool bench_wants(const struct bench *bench, const char *name)
{
	return !bench->only || fnmatch(bench->only, name, 0) == 0;
}

static inline uint64_t now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* Name of the variable that has workers count the processor's time instead of the clock's. */
#define BENCH_CPU "BENCH_CPU"

/* Processor time of this process and of the children that it has waited for. */
static inline uint64_t cpu_ns(void)
{
	struct timespec time;
	struct rusage children;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	getrusage(RUSAGE_CHILDREN, &children);
	return (uint64_t)(time.tv_sec + children.ru_utime.tv_sec + children.ru_stime.tv_sec) *
		       1000000000 +
	       (uint64_t)time.tv_nsec +
	       (uint64_t)(children.ru_utime.tv_usec + children.ru_stime.tv_usec) * 1000;
}

/* The time that figures are made of. */
static inline uint64_t spent_ns(void)
{
	return getenv(BENCH_CPU) ? cpu_ns() : now_ns();
}

/* The next random number of a state that is not 0. */
static inline uint64_t dice_roll(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	return *state ^= *state << 17;
}

#define DICE_SEED 88172645463325252UL

static inline void *must_alloc(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (!memory)
		die("out of memory");
	return memory;
}

/* A mapping that must succeed; through libc's name, so through the library. */
static inline void *must_map(size_t length, int prot, int flags)
{
	void *at = mmap(NULL, length, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1,
			0);

	if (at == MAP_FAILED)
		die("mmap of %zu bytes: %s", length, strerror(errno));
	return at;
}

static inline void must_unmap(void *at, size_t length)
{
	if (munmap(at, length))
		die("munmap of %zu bytes: %s", length, strerror(errno));
}

/* How a program is started: settings of the library, NULL for those that are
 * not made. Without a library nothing is preloaded. */
struct setting {
	const char *library, *window, *fence, *reach;
};

/* The environment with these settings and no others of the library's. */
char **setting_environment(const struct setting *setting);
void setting_free(char **environment);

/* Starts argv[0] and waits for it; stdout and stderr go to /dev/null unless
 * `output`, which then receives up to `size` - 1 bytes of stdout. Its exit
 * status, or 128 and the signal. */
int program_run(char *const argv[], const struct setting *setting, char *output, size_t size);

#endif
