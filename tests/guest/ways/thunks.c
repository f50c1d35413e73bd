/* SPDX-License-Identifier: MIT */
/* A thunk library: all that it maps is its guest's. */
#include "ways.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *constructed, *handled;
static map_function *kept;

__attribute__((constructor)) static void construct(void)
{
	constructed = NOW_MAP(mmap);
}

void *thunk_constructed(void)
{
	return constructed;
}

void *thunk_direct(void)
{
	return not_last(NOW_MAP(mmap));
}

void *thunk_tail(void)
{
	return NOW_MAP(mmap);
}

void *thunk_chain(void)
{
	return chain_tail();
}

void *thunk_syscall(void)
{
	return (void *)syscall(SYS_mmap, NULL, SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *thunk_mremap(void *at)
{
	return mremap(at, SIZE, LARGE, MREMAP_MAYMOVE);
}

void *thunk_shmat(int id)
{
	return shmat(id, NULL, SHM_RDONLY);
}

void *thunk_next(void)
{
	map_function *next = (map_function *)dlsym(RTLD_NEXT, "mmap");

	return not_last(NOW_MAP(next));
}

void *thunk_call(map_function *function)
{
	return not_last(NOW_MAP(function));
}

void *thunk_call_tail(map_function *function)
{
	return NOW_MAP(function);
}

void *thunk_call_way(way_function *function)
{
	return not_last(function());
}

void thunk_keep(map_function *function)
{
	kept = function;
}

void *thunk_call_kept(void)
{
	return NOW_MAP(kept);
}

map_function *thunk_pointer(void)
{
	return mmap;
}

void thunk_handler(int signal)
{
	(void)signal;
	handled = NOW_MAP(mmap);
}

void *thunk_handled(void)
{
	return handled;
}

static void *in_thread(void *unused)
{
	(void)unused;
	return NOW_MAP(mmap);
}

void *thunk_thread(void)
{
	pthread_t thread;
	void *result = NULL;

	if (pthread_create(&thread, NULL, in_thread, NULL) == 0)
		pthread_join(thread, &result);
	return result;
}
