/* SPDX-License-Identifier: MIT */
/*
 * Moves a mapping with MREMAP_FIXED over memory with known contents, in ways
 * that the kernel refuses, while a thread reads that memory. One line for each
 * way: "kept", "lost", "done" where the kernel does it after all, or "none"
 * where there is no room to try.
 *
 *	latemove [full]
 *
 * full: when the call is made, the window has no room left.
 */
#include "guest.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>

#define SIZE (16 * page_size())

enum outcome { KEPT, DONE, NONE, LOST };
static const char *const outcomes[] = { "kept", "done", "none", "lost" };

/* A mapping to move, and how. */
struct way {
	char *source;
	size_t there; /* bytes of it that must be there afterwards */
	size_t old_size, new_size;
	int flags;
};

static volatile char *target;
static atomic_bool stop;

/* Memory at the beginning of a reservation; NULL where there is no room. */
static char *take(char with, size_t reserved)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	char *at = mmap(NULL, reserved, PROT_NONE, flags | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		return NULL;
	if (mmap(at, SIZE, PROT_READ | PROT_WRITE, flags | MAP_FIXED, -1, 0) != at)
		die("mmap: %s", strerrorname_np(errno));
	memset(at, with, SIZE);
	return at;
}

/* More memory than the machine has: the kernel finds that out late. */
static void grow_too_much(struct way *way)
{
	struct sysinfo info;

	if (sysinfo(&info))
		die("sysinfo: %s", strerrorname_np(errno));
	way->new_size = (info.totalram + info.totalswap) * info.mem_unit + 2 * GIB;
	way->new_size &= ~(page_size() - 1);
}

/* Several mappings do not grow together. */
static void grow_two(struct way *way)
{
	way->new_size = 2 * SIZE;
	if (mprotect(way->source + SIZE / 2, SIZE / 2, PROT_READ))
		die("mprotect: %s", strerrorname_np(errno));
}

static void copy_private(struct way *way)
{
	way->old_size = 0;
}

static void source_gone(struct way *way)
{
	munmap(way->source, SIZE);
	way->there = 0;
}

static void source_gone_larger(struct way *way)
{
	source_gone(way);
	way->new_size = 2 * SIZE;
}

static const struct {
	const char *name;
	void (*make)(struct way *way);
} ways[] = {
	{ "grow-too-much", grow_too_much },
	{ "grow-two", grow_two },
	{ "copy-private", copy_private },
	{ "source-gone", source_gone },
	{ "source-gone-larger", source_gone_larger },
};

static void fault(int signal)
{
	(void)signal;
	_exit(LOST);
}

static void *read_on(void *unused)
{
	while (!stop)
		(void)target[0];
	return unused;
}

static bool holds(const volatile char *at, char with, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (at[i] != with)
			return false;
	return true;
}

static void fill_window(void)
{
	for (size_t size = GIB; size >= page_size(); size /= 2)
		while (mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			    0) != MAP_FAILED)
			if (!getenv("VA_LIMIT"))
				return;
}

static enum outcome try(int which, bool full)
{
	struct way way = { .source = take('s', SIZE), .there = SIZE, .old_size = SIZE,
			   .new_size = SIZE, .flags = MREMAP_MAYMOVE | MREMAP_FIXED };
	pthread_t reader;
	void *result;

	if (!way.source)
		return NONE;
	ways[which].make(&way);
	target = take('v', way.new_size);
	if (!target)
		return NONE;
	if (pthread_create(&reader, NULL, read_on, NULL))
		die("pthread_create fails");
	if (full)
		fill_window();
	signal(SIGSEGV, fault);
	result = mremap(way.source, way.old_size, way.new_size, way.flags, (void *)target);
	stop = true;
	pthread_join(reader, NULL);
	if (result != MAP_FAILED)
		return DONE;
	return holds(target, 'v', SIZE) && holds(way.source, 's', way.there) ? KEPT : LOST;
}

int main(int argc, char **argv)
{
	bool full = argc > 1 && strcmp(argv[1], "full") == 0;

	for (int i = 0; i < (int)(sizeof(ways) / sizeof(ways[0])); i++) {
		pid_t child = fork();
		int status;

		if (child == 0)
			_exit((int)try(i, full));
		if (child < 0 || waitpid(child, &status, 0) != child)
			die("fork: %s", strerrorname_np(errno));
		/* A signal, a fault of the reader, is a loss as well. */
		printf("%s %s\n", ways[i].name,
		       outcomes[WIFEXITED(status) && WEXITSTATUS(status) < LOST ?
					WEXITSTATUS(status) : LOST]);
	}
	return 0;
}
