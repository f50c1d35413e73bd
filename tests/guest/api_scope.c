/* SPDX-License-Identifier: MIT */
/* Host and guest: the scope, whose an address is, and the library's own names. */
#include "api.h"

#include <pthread.h>
#include <signal.h>
#include <sys/shm.h>
#include <sys/wait.h>

static void begin(void)
{
	check(set_limit(LOWER, UPPER) == 0);
}

static void host_maps_outside_and_guest_inside(void)
{
	char *guest, *host;

	begin();
	valimit_host_enter();
	host = map(MIB);
	check(beside_window(host, MIB));
	check(valimit_host_leave() == 0);
	guest = map(MIB);
	check(in_window(guest, MIB));
	memset(host, 1, MIB);
	memset(guest, 2, MIB);
	check(valimit_is_guest(guest) == 1 && valimit_is_guest(guest + MIB - 1) == 1);
	check(valimit_is_guest(host) == 0 && valimit_is_guest(host + MIB - 1) == 0);
	check_no_gap_outside(LOWER, UPPER);
	check(munmap(host, MIB) == 0 && munmap(guest, MIB) == 0);
	check_no_gap_outside(LOWER, UPPER);
}

static void every_route_is_hosts_in_the_scope(void)
{
	int id = shmget(IPC_PRIVATE, MIB, IPC_CREAT | 0600);
	void *at;

	begin();
	valimit_host_enter();
	check(beside_window(mmap64(NULL, MIB, RW, PRIVATE, -1, 0), MIB));
	check(beside_window((void *)syscall(SYS_mmap, 0, MIB, RW, PRIVATE, -1, 0), MIB));
	check(beside_window(valimit_mmap(NULL, MIB, RW, PRIVATE, -1, 0), MIB));
	at = shmat(id, NULL, 0);
	check(beside_window(at, MIB) && shmdt(at) == 0);
	at = map(MIB);
	check(beside_window(mremap(at, MIB, 64 * MIB, MREMAP_MAYMOVE), 64 * MIB));
	/* A host may name any free address; the fence is not there for it. */
	at = mmap((void *)0x500000000, MIB, RW, PRIVATE, -1, 0);
	check(at == (void *)0x500000000);
	check(munmap(at, MIB) == 0);
	at = mmap((void *)0x500000000, MIB, RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0);
	check(at == (void *)0x500000000);
	check_fails(mmap(at, MIB, RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0), EEXIST);
	at = mmap((void *)(LOWER + MIB), MIB, RW, PRIVATE, -1, 0);
	check(at == (void *)(LOWER + MIB) && valimit_is_guest(at) == 0);
	check(valimit_host_leave() == 0);
	shmctl(id, IPC_RMID, NULL);
	check_no_gap_outside(LOWER, UPPER);
}

static void the_scope_nests(void)
{
	begin();
	for (int i = 0; i < 1000; i++)
		valimit_host_enter();
	for (int i = 0; i < 999; i++)
		check(valimit_host_leave() == 0);
	check(beside_window(map(MIB), MIB));
	check(valimit_host_leave() == 0);
	check(in_window(map(MIB), MIB));
}

static void leaving_once_too_often_is_einval(void)
{
	nothing_changes_from_here();
	check_fails(valimit_host_leave(), EINVAL);
	check_unchanged();
	begin();
	nothing_changes_from_here();
	check_fails(valimit_host_leave(), EINVAL);
	valimit_host_enter();
	check(valimit_host_leave() == 0);
	check_fails(valimit_host_leave(), EINVAL);
	check_unchanged();
	check(in_window(map(MIB), MIB));
}

static void *other_thread(void *kept)
{
	void *at = map(MIB);

	(void)kept;
	check(in_window(at, MIB));
	check_fails(valimit_host_leave(), EINVAL);
	return at;
}

static void the_scope_is_the_threads(void)
{
	pthread_t thread;
	void *at;

	begin();
	valimit_host_enter();
	check(pthread_create(&thread, NULL, other_thread, NULL) == 0);
	check(pthread_join(thread, &at) == 0);
	check(beside_window(map(MIB), MIB));
	check(munmap(at, MIB) == 0);
}

static void a_child_keeps_its_threads_scope(void)
{
	int status;
	pid_t pid;

	begin();
	valimit_host_enter();
	pid = fork();
	if (pid == 0) {
		check(beside_window(map(MIB), MIB));
		check(valimit_host_leave() == 0);
		check(in_window(map(MIB), MIB));
		check_no_gap_outside(LOWER, UPPER);
		_exit(0);
	}
	check(waitpid(pid, &status, 0) == pid && status == 0);
}

static void *handler_got;

static void handler(int signal)
{
	(void)signal;
	valimit_host_enter();
	handler_got = map(MIB);
	valimit_host_leave();
}

static void a_handler_has_a_scope_of_its_own(void)
{
	begin();
	signal(SIGUSR1, handler);
	raise(SIGUSR1);
	check(beside_window(handler_got, MIB));
	check(in_window(map(MIB), MIB));
}

static void scope_beats_range(void)
{
	void *at;

	begin();
	valimit_host_enter();
	at = mmap_range((void *)LOWER, (void *)UPPER, MIB, RW, PRIVATE, -1, 0);
	check(in_window(at, MIB) && valimit_is_guest(at) == 0);
	valimit_host_leave();
	at = mmap_range((void *)LOWER, (void *)UPPER, MIB, RW, PRIVATE, -1, 0);
	check(in_window(at, MIB) && valimit_is_guest(at) == 1);
}

static void what_moves_keeps_whose_it_is(void)
{
	char *guest, *host;

	begin();
	guest = map(MIB);
	valimit_host_enter();
	host = map(MIB);
	memset(host, 1, MIB);
	memset(guest, 2, MIB);
	guest = mremap(guest, MIB, 32 * MIB, MREMAP_MAYMOVE);
	valimit_host_leave();
	host = mremap(host, MIB, 32 * MIB, MREMAP_MAYMOVE);
	check(beside_window(host, 32 * MIB) && all_bytes(host, MIB, 1));
	check(in_window(guest, 32 * MIB) && all_bytes(guest, MIB, 2));
	check(valimit_is_guest(host) == 0 && valimit_is_guest(guest) == 1);
	check_no_gap_outside(LOWER, UPPER);
}

static void whose_an_address_is(void)
{
	int local = 0;
	void *at;

	begin();
	/* In the window and free: a guest may have it. */
	check(valimit_is_guest((void *)LOWER) == 1);
	check(valimit_is_guest((void *)(UPPER - 1)) == 1);
	check(valimit_is_guest((void *)UPPER) == 0);
	check(valimit_is_guest((void *)(LOWER - 1)) == 0);
	check(valimit_is_guest(NULL) == 0);
	check(valimit_is_guest((void *)UINTPTR_MAX) == 0);
	check(valimit_is_guest(&local) == 0);
	check(valimit_is_guest((const void *)(uintptr_t)whose_an_address_is) == 0);
	/* A guest that demands an address owns its mapping outside. */
	at = mmap((void *)0x500000000, MIB, RW, PRIVATE | MAP_FIXED, -1, 0);
	check(at == (void *)0x500000000 && valimit_is_guest(at) == 1);
	check(munmap(at, MIB) == 0 && valimit_is_guest(at) == 0);
	check(set_limit(0, 0) == 0);
	check(valimit_is_guest(NULL) == 1 && valimit_is_guest(&local) == 1);
}

static void the_librarys_names_are_the_calls(void)
{
	int id = shmget(IPC_PRIVATE, MIB, IPC_CREAT | 0600);
	char *at, *new;

	begin();
	at = valimit_mmap(NULL, MIB, RW, PRIVATE, -1, 0);
	check(in_window(at, MIB));
	memset(at, 1, MIB);
	new = valimit_mremap(at, MIB, 8 * MIB, MREMAP_MAYMOVE, NULL);
	check(in_window(new, 8 * MIB) && all_bytes(new, MIB, 1));
	at = valimit_mremap(new, 8 * MIB, 8 * MIB, MREMAP_MAYMOVE | MREMAP_FIXED,
			    (void *)(LOWER + 64 * MIB));
	check(at == (void *)(LOWER + 64 * MIB) && all_bytes(at, MIB, 1));
	check(valimit_munmap(at, 8 * MIB) == 0);
	check(mapped_bytes((uintptr_t)at, (uintptr_t)at + 8 * MIB) == 0);
	at = valimit_shmat(id, NULL, 0);
	check(in_window(at, MIB));
	check(valimit_shmdt(at) == 0);
	shmctl(id, IPC_RMID, NULL);
	nothing_changes_from_here();
	check_fails(valimit_mmap(NULL, 0, RW, PRIVATE, -1, 0), EINVAL);
	check_fails(valimit_mmap(NULL, SIZE_MAX, RW, PRIVATE, -1, 0), ENOMEM);
	check_fails(valimit_mmap(NULL, MIB, RW, MAP_PRIVATE, -1, 0), EBADF);
	check_fails(valimit_munmap((void *)1, MIB), EINVAL);
	check_fails(valimit_munmap(NULL, 0), EINVAL);
	check_fails(valimit_mremap((void *)1, MIB, MIB, 0, NULL), EINVAL);
	check_fails(valimit_shmat(-1, NULL, 0), EINVAL);
	check_fails(valimit_shmdt((void *)LOWER), EINVAL);
	check_unchanged();
}

static void names_work_without_limits(void)
{
	void *at = valimit_mmap(NULL, MIB, RW, PRIVATE, -1, 0);

	check(at != MAP_FAILED);
	at = valimit_mremap(at, MIB, 2 * MIB, MREMAP_MAYMOVE, NULL);
	check(at != MAP_FAILED && valimit_munmap(at, 2 * MIB) == 0);
	check_fails(valimit_host_leave(), EINVAL);
	valimit_host_enter();
	check(map(MIB) != MAP_FAILED);
	check(valimit_host_leave() == 0);
}

static void *where_is_my_stack(void *unused)
{
	(void)unused;
	return __builtin_frame_address(0);
}

/* The scope does not reach what libc maps by itself; a host says where a thread's
 * stack is. */
static void a_hosts_thread_has_the_stack_that_it_is_given(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	void *stack, *at;

	check(set_limit(LOWER, UPPER) == 0);
	valimit_host_enter();
	stack = mmap(NULL, MIB, RW, PRIVATE, -1, 0);
	check(beside_window(stack, MIB));
	check(pthread_attr_init(&attributes) == 0);
	check(pthread_attr_setstack(&attributes, stack, MIB) == 0);
	check(pthread_create(&thread, &attributes, where_is_my_stack, NULL) == 0);
	check(pthread_join(thread, &at) == 0);
	check(within(at, 1, (uintptr_t)stack, (uintptr_t)stack + MIB));
	if (fence_expected()) {
		check(pthread_create(&thread, NULL, where_is_my_stack, NULL) == 0);
		check(pthread_join(thread, &at) == 0 && in_window(at, 1));
		check(in_window(malloc(20 * MIB), 20 * MIB));
	}
	check(valimit_host_leave() == 0);
	check(munmap(stack, MIB) == 0);
}

static const struct test_case cases[] = {
	CASE(host_maps_outside_and_guest_inside),
	CASE(every_route_is_hosts_in_the_scope),
	CASE(the_scope_nests),
	CASE(leaving_once_too_often_is_einval),
	CASE(the_scope_is_the_threads),
	CASE(a_child_keeps_its_threads_scope),
	CASE(a_handler_has_a_scope_of_its_own),
	CASE(scope_beats_range),
	CASE(what_moves_keeps_whose_it_is),
	CASE(whose_an_address_is),
	CASE(the_librarys_names_are_the_calls),
	CASE(names_work_without_limits),
	CASE(a_hosts_thread_has_the_stack_that_it_is_given),
	{ 0 }
};

int main(int argc, char **argv)
{
	return run_case(cases, argc, argv);
}
