/* SPDX-License-Identifier: MIT */
/*
 * An emulator, host itself. Maps in each way and prints, one a line,
 *
 *	WAY host|guest
 *
 * by where that came to lie: guests' mappings are in 0x200000000-0x240000000.
 *
 *	emu THUNKS HOSTLIB		paths for dlopen
 */
#include "ways.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))

void *member_call(void);

static map_function *static_pointer = mmap;
map_function *global_pointer = mmap;
static way_function *volatile chosen; /* that the compiler cannot know */
static void *handled;

static void show(const char *way, void *at)
{
	if (!at || at == MAP_FAILED) {
		fprintf(stderr, "%s: nothing mapped\n", way);
		exit(1);
	}
	printf("%s %s\n", way, (uintptr_t)at >> 30 == 8 ? "guest" : "host");
	munmap(at, SIZE);
}

/* A segment that goes when the last has detached it. */
static int segment(void)
{
	static int id = -1;

	if (id < 0)
		id = shmget(IPC_PRIVATE, SIZE, IPC_CREAT | 0600);
	return id;
}

static void show_segment(const char *way, void *at)
{
	printf("%s %s\n", way, (uintptr_t)at >> 30 == 8 ? "guest" : "host");
	shmdt(at);
}

static void *find(void *library, const char *name)
{
	void *symbol = dlsym(library, name);

	if (!symbol) {
		fprintf(stderr, "%s\n", dlerror());
		exit(1);
	}
	return symbol;
}

NOINLINE static void *direct(void)
{
	return not_last(NOW_MAP(mmap));
}

/* Lies in front of functions that call, and jump to mmap. */
NOINLINE static void *hand_on(void)
{
	return thunk_call_tail(mmap);
}

NOINLINE static void *relay(way_function *function)
{
	return not_last(function());
}

NOINLINE static void *tail(void)
{
	return NOW_MAP(mmap);
}

void *second_name(void) __attribute__((alias("tail")));

static way_function *resolve(void)
{
	return tail;
}

void *resolved(void) __attribute__((ifunc("resolve")));

NOINLINE static void *by_static(void)
{
	return not_last(NOW_MAP(static_pointer));
}

NOINLINE static void *by_global(void)
{
	return not_last(NOW_MAP(global_pointer));
}

NOINLINE static void *by_parameter(map_function *function)
{
	return not_last(NOW_MAP(function));
}

NOINLINE static void *by_lookup(void *handle)
{
	map_function *function = (map_function *)dlsym(handle, "mmap");

	return not_last(NOW_MAP(function));
}

NOINLINE static void *by_mremap(void)
{
	return mremap(direct(), SIZE, LARGE, MREMAP_MAYMOVE);
}

NOINLINE static void *by_shmat(int id)
{
	return shmat(id, NULL, SHM_RDONLY);
}

NOINLINE static void *by_syscall(void)
{
	return not_last((void *)syscall(SYS_mmap, NULL, SIZE, PROT_READ,
					MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static void handler(int signal)
{
	(void)signal;
	handled = NOW_MAP(mmap);
}

static void *in_signal(void (*action)(int))
{
	signal(SIGUSR1, action);
	raise(SIGUSR1);
	return handled;
}

static void show_own(void)
{
	show("direct", direct());
	chosen = tail;
	show("relayed-tail", relay(chosen));
	show("tail", tail());
	show("alias", second_name());
	show("ifunc", resolved());
	show("static-pointer", by_static());
	show("global-pointer", by_global());
	show("parameter", by_parameter(mmap));
	show("lookup-default", by_lookup(RTLD_DEFAULT));
	show("lookup-next", by_lookup(RTLD_NEXT));
	show("lookup-libc", by_lookup(dlopen("libc.so.6", RTLD_NOW)));
	show("syscall", by_syscall());
	show("mremap", by_mremap());
	show_segment("shmat", by_shmat(segment()));
#ifndef WITHOUT_MEMBER /* where there is no compiler for C++ */
	show("member", member_call());
#endif
	show("handler", in_signal(handler));
}

static void show_linked(void)
{
	show("thunk-direct", thunk_direct());
	show("thunk-tail", thunk_tail());
	show("thunk-chain", thunk_chain());
	show("thunk-syscall", thunk_syscall());
	show("thunk-next", thunk_next());
	show("thunk-mremap", thunk_mremap(thunk_direct()));
	show_segment("thunk-shmat", thunk_shmat(segment()));
	show("thunk-calls-pointer", thunk_call(mmap));
	show("thunk-jumps-to-pointer", thunk_call_tail(mmap));
	show("handed-on", hand_on());
	thunk_keep(mmap);
	show("thunk-jumps-to-kept", thunk_call_kept());
	chosen = thunk_call_kept;
	show("relayed", relay(chosen));
	show("thunk-calls-host", thunk_call_way(tail));
	show("thunk-calls-hostlib", thunk_call_way(hostlib_tail));
	static_pointer = thunk_pointer();
	show("pointer-of-thunk", by_static());
	static_pointer = mmap;
	signal(SIGUSR1, thunk_handler);
	raise(SIGUSR1);
	show("thunk-handler", thunk_handled());
	show("thunk-thread", thunk_thread());
	show("thunk-constructor", thunk_constructed());
	show("hostlib-direct", hostlib_direct());
	show("hostlib-tail", hostlib_tail());
	show("hostlib-next", hostlib_next());
	show("hostlib-constructor", hostlib_constructed());
}

/* Thunks by pointers, as emulators have them. */
static void show_loaded(const char *thunks, const char *hostlib)
{
	void *library = dlopen(thunks, RTLD_NOW | RTLD_LOCAL);
	void *own = dlopen(hostlib, RTLD_NOW | RTLD_LOCAL);

	if (!library || !own) {
		fprintf(stderr, "%s\n", dlerror());
		exit(1);
	}
	show("loaded-direct", ((way_function *)find(library, "thunk_direct"))());
	show("loaded-tail", ((way_function *)find(library, "thunk_tail"))());
	show("loaded-chain", ((way_function *)find(library, "thunk_chain"))());
	show("loaded-calls-pointer",
	     ((void *(*)(map_function *))find(library, "thunk_call"))(mmap));
	show("loaded-jumps-to-pointer",
	     ((void *(*)(map_function *))find(library, "thunk_call_tail"))(mmap));
	((void (*)(map_function *))find(library, "thunk_keep"))(mmap);
	show("loaded-jumps-to-kept", ((way_function *)find(library, "thunk_call_kept"))());
	show("loaded-constructor", ((way_function *)find(library, "thunk_constructed"))());
	show("own-constructor", ((way_function *)find(own, "hostlib_constructed"))());
	show("own-direct", ((way_function *)find(own, "hostlib_direct"))());
	show("own-tail", ((way_function *)find(own, "hostlib_tail"))());
	show("own-next", ((way_function *)find(own, "hostlib_next"))());
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	show_own();
	show_linked();
	shmctl(segment(), IPC_RMID, NULL);
	show_loaded(argv[1], argv[2]);
	return 0;
}
