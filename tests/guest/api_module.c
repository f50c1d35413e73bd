/* SPDX-License-Identifier: MIT */
/*
 * Whose the calls of a library are: loads each, has it map, prints the verdict
 * and unloads it again.
 *
 *	api_module LIBRARY...       in turn
 *	api_module -t LIBRARY...    the same a hundred times in each of four threads
 *	api_module -s               the program's own calls
 */
#include "api.h"

#include <dlfcn.h>
#include <pthread.h>

#include "thunk.h"

static char **libraries;

static const char *verdict_of(void *at)
{
	if (at == MAP_FAILED)
		die("mmap: %s", strerrorname_np(errno));

	const char *verdict = in_window(at, MIB) ? "guest" : "host";

	if (valimit_is_guest(at) != in_window(at, MIB))
		die("%p is %s by its place, but not by valimit_is_guest", at, verdict);
	check(munmap(at, MIB) == 0);
	return verdict;
}

static const char *verdict(const char *path)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		die("%s", dlerror());

	void *(*mapped)(size_t) = (void *(*)(size_t))dlsym(library, "thunk_mmap");
	const char *result = verdict_of(mapped(MIB));

	dlclose(library);
	return result;
}

/* A file's name begins with its expected verdict: host-… or guest-…. */
static void *check_all(void *unused)
{
	for (int i = 0; i < 100; i++)
		for (char **path = libraries; *path; path++)
			if (strncmp(strrchr(*path, '/') + 1, verdict(*path), 4) != 0)
				die("%s: wrong verdict", *path);
	return unused;
}

static void in_threads(void)
{
	pthread_t thread[4];

	for (int i = 0; i < 4; i++)
		check(pthread_create(&thread[i], NULL, check_all, NULL) == 0);
	for (int i = 0; i < 4; i++)
		check(pthread_join(thread[i], NULL) == 0);
	puts("every verdict was right");
}

int main(int argc, char **argv)
{
	bool threads = argc > 1 && strcmp(argv[1], "-t") == 0;

	if (set_limit(LOWER, UPPER))
		die("valimit_set: %s", strerrorname_np(errno));
	libraries = argv + 1 + threads;
	if (threads)
		in_threads();
	else if (argc > 1 && strcmp(argv[1], "-s") == 0)
		puts(verdict_of(map(MIB)));
	else
		for (; *libraries; libraries++)
			puts(verdict(*libraries));
	return 0;
}
