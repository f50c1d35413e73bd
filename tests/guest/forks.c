/* SPDX-License-Identifier: MIT */
/*
 * Makes children in every way while threads map and unmap; each child's next
 * calls must work, and what a vfork child maps is there for its parent.
 *
 *	forks ROUNDS [fork|clone|vfork|spawn]
 */
#include "guest.h"

#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <sys/wait.h>

#define MAPPERS 3

static atomic_bool stop;
static char *volatile vfork_mapping;

/* Exit statuses of a child: it must not print, its stdio is a copy. */
enum { CHILD_GOOD, CHILD_FAILED, CHILD_OUTSIDE, CHILD_CONTENT };

static int map_some(void)
{
	size_t length = 3 * page_size();

	for (int i = 0; i < 8; i++) {
		char *p = mmap(NULL, length, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			return CHILD_FAILED;
		if (!bounds_hold(bounds_get(), (uintptr_t)p, length))
			return CHILD_OUTSIDE;
		p[0] = 1;
		p = mremap(p, length, 2 * length, MREMAP_MAYMOVE);
		if (p == MAP_FAILED)
			return CHILD_FAILED;
		if (p[0] != 1)
			return CHILD_CONTENT;
		if (munmap(p, 2 * length))
			return CHILD_FAILED;
	}
	return CHILD_GOOD;
}

static void *map_on(void *unused)
{
	while (!stop)
		if (map_some() != CHILD_GOOD)
			die("a mapping thread of the parent fails");
	return unused;
}

static pid_t make_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(map_some());
	return pid;
}

static pid_t make_clone(void)
{
	pid_t pid = (pid_t)raw6(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);

	if (pid == 0)
		_exit(map_some());
	return pid;
}

static pid_t make_vfork(void)
{
	pid_t pid = vfork();

	if (pid == 0) {
		vfork_mapping = mmap(NULL, page_size(), PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		_exit(CHILD_GOOD);
	}
	expect_inside("a vfork child's mmap", vfork_mapping, page_size());
	vfork_mapping[0] = 1;
	if (munmap(vfork_mapping, page_size()))
		die("munmap of what a vfork child mapped: %s", strerrorname_np(errno));
	return pid;
}

static pid_t make_spawn(void)
{
	static char name[] = "true";
	char *const argv[] = { name, NULL };
	pid_t pid;

	return posix_spawnp(&pid, name, NULL, NULL, argv, environ) ? -1 : pid;
}

static const struct way {
	const char *name;
	pid_t (*make)(void);
} ways[] = {
	{ "fork", make_fork }, { "clone", make_clone }, { "vfork", make_vfork },
	{ "spawn", make_spawn },
};

static void storm(const struct way *way, uint64_t rounds)
{
	for (uint64_t i = 0; i < rounds; i++) {
		pid_t pid = way->make();
		int status;

		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			die("%s: %s", way->name, strerrorname_np(errno));
		if (status)
			die("a child of %s ended with status 0x%x", way->name, status);
	}
	printf("%s %lu\n", way->name, rounds);
}

int main(int argc, char **argv)
{
	pthread_t thread[MAPPERS];
	uint64_t rounds = argc > 1 ? number(argv[1]) : 50;

	for (int i = 0; i < MAPPERS; i++)
		if (pthread_create(&thread[i], NULL, map_on, NULL))
			die("pthread_create fails");
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (argc < 3 || strcmp(argv[2], ways[i].name) == 0)
			storm(&ways[i], rounds);
	stop = true;
	for (int i = 0; i < MAPPERS; i++)
		pthread_join(thread[i], NULL);
	return 0;
}
