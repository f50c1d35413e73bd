/* SPDX-License-Identifier: MIT */
/* Limits that change while the program runs. */
#include "api.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <sys/time.h>

#define NARROW (LOWER + (UPPER - LOWER) / 4)
#define WIDE_UPPER (UPPER + GIB)

static bool stop;

/* Mappings of every stage stay where they are and keep their contents. */
static struct {
	char *at;
	int byte;
} kept[32];
static int kept_count;

static void keep(uintptr_t lower, uintptr_t upper)
{
	char *at = map(MIB);

	check(lower < upper ? within(at, MIB, lower, upper) :
			      (uintptr_t)at >= lower || (uintptr_t)at + MIB <= upper);
	kept[kept_count].at = at;
	kept[kept_count].byte = kept_count + 1;
	memset(at, kept[kept_count].byte, MIB);
	kept_count++;
}

static void check_kept(void)
{
	for (int i = 0; i < kept_count; i++)
		check(all_bytes(kept[i].at, MIB, kept[i].byte));
}

static void change_to(uintptr_t lower, uintptr_t upper)
{
	char *memory;

	check(set_limit(lower, upper) == 0);
	check(limit_is(lower, upper));
	check_kept();
	check_no_gap_outside(lower, upper);
	for (int i = 0; i < 3 && kept_count < 32; i++)
		keep(lower, upper);
	/* malloc goes on; it may hand out memory that it has kept from an earlier window. */
	memory = malloc(4 * MIB);
	check(memory);
	memset(memory, 1, 4 * MIB);
	free(memory);
}

/* All of the new window that is not in use can be mapped. */
static void check_free(uintptr_t lower, uintptr_t upper, size_t step)
{
	for (uintptr_t at = lower; at < upper; at += step) {
		void *got = mmap((void *)at, page_size(), RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0);

		if (got == MAP_FAILED && errno == EEXIST && mapped_at(at))
			continue; /* ours of before, malloc's or the plug at the top */
		check(got == (void *)at);
		check(munmap(got, page_size()) == 0);
	}
}

static void narrowing(void)
{
	change_to(LOWER, UPPER);
	change_to(NARROW, UPPER - GIB / 4);
	change_to(NARROW, NARROW + 16 * MIB);
}

static void widening(void)
{
	change_to(NARROW, UPPER - GIB / 4);
	change_to(LOWER, WIDE_UPPER);
	check_free(LOWER, WIDE_UPPER, 32 * MIB);
}

static void moving_to_another_place(void)
{
	change_to(LOWER, UPPER);
	change_to(UPPER + GIB, UPPER + 2 * GIB);
	change_to(LOWER, UPPER);
	check_free(LOWER, UPPER, 32 * MIB);
}

static void wrapping(void)
{
	change_to(LOWER, UPPER);
	change_to(UPPER, LOWER);
	change_to(LOWER, UPPER);
	change_to(0x7f0000000000, 0x80000000);
}

static void lifting_and_setting_again(void)
{
	for (int i = 0; i < 5; i++) {
		change_to(LOWER, UPPER);
		check(set_limit(0, 0) == 0);
		check(limit_is(0, 0));
		check_kept();
		check(mmap((void *)0x500000000, MIB, RW, PRIVATE, -1, 0) == (void *)0x500000000);
		check(munmap((void *)0x500000000, MIB) == 0);
		/* Nothing of the fence is left to be met. */
		check(raw_mmap(0x600000000, GIB, PROT_NONE, PRIVATE | MAP_FIXED_NOREPLACE) ==
		      (void *)0x600000000);
		check(raw_munmap((void *)0x600000000, GIB) == 0);
	}
}

static void mapped_without_limits_stays(void)
{
	change_to(LOWER, UPPER);
	check(set_limit(0, 0) == 0);
	keep(0, UINTPTR_MAX);
	keep(0, UINTPTR_MAX);
	change_to(LOWER, UPPER);
	change_to(LOWER, NARROW);
}

static void hosts_stay_and_can_be_unmapped(void)
{
	char *host;

	change_to(LOWER, UPPER);
	valimit_host_enter();
	host = map(8 * MIB);
	check(beside_window(host, 8 * MIB));
	memset(host, 9, 8 * MIB);
	valimit_host_leave();
	change_to(LOWER, NARROW);
	change_to(UPPER, LOWER);
	check(all_bytes(host, 8 * MIB, 9) && valimit_is_guest(host) == 0);
	change_to(LOWER, UPPER);
	check(munmap(host, 8 * MIB) == 0);
	check_no_gap_outside(LOWER, UPPER);
}

/* Reservations without access rights look as the fence does. */
static void inaccessible_memory_is_not_taken_for_fence(void)
{
	char *guest, *raw, *host;

	change_to(LOWER, UPPER);
	guest = mmap(NULL, 8 * MIB, PROT_NONE, PRIVATE, -1, 0);
	raw = raw_mmap(0, 8 * MIB, PROT_NONE, PRIVATE);
	check(in_window(guest, 8 * MIB) && in_window(raw, 8 * MIB));
	valimit_host_enter();
	host = mmap(NULL, 8 * MIB, PROT_NONE, PRIVATE, -1, 0);
	valimit_host_leave();
	check(beside_window(host, 8 * MIB));
	for (int i = 0; i < 3; i++) {
		change_to(UPPER + GIB, UPPER + 2 * GIB);
		check(map(2 * GIB) == MAP_FAILED); /* the kernel's list is read again */
		change_to(LOWER, UPPER);
	}
	change_to(UPPER + GIB, UPPER + 2 * GIB);
	check(mprotect(guest, 8 * MIB, RW) == 0 && mprotect(raw, 8 * MIB, RW) == 0);
	check(mprotect(host, 8 * MIB, RW) == 0);
	check(all_bytes(guest, 8 * MIB, 0) && all_bytes(raw, 8 * MIB, 0));
	check(all_bytes(host, 8 * MIB, 0));
	check(munmap(guest, 8 * MIB) == 0 && munmap(host, 8 * MIB) == 0);
	check_no_gap_outside(UPPER + GIB, UPPER + 2 * GIB);
}

static void *idle(void *unused)
{
	free(malloc(64));
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		usleep(1000);
	/* The arena and the stack, with their reserves, are still the thread's. */
	for (size_t size = 64; size < 16 * MIB; size *= 2)
		memset(malloc(size), 1, size);
	return unused;
}

static void threads_keep_their_stacks_and_arenas(void)
{
	pthread_t thread[4];
	size_t mapped;

	change_to(LOWER, UPPER);
	for (int i = 0; i < 4; i++)
		check(pthread_create(&thread[i], NULL, idle, NULL) == 0);
	usleep(20000);
	mapped = mapped_bytes(LOWER, UPPER - 16 * MIB);
	for (int i = 0; i < 3; i++) {
		change_to(UPPER + GIB, UPPER + 2 * GIB);
		change_to(LOWER, UPPER);
	}
	check(mapped_bytes(LOWER, UPPER - 16 * MIB) >= mapped);
	change_to(UPPER + GIB, UPPER + 2 * GIB);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < 4; i++)
		check(pthread_join(thread[i], NULL) == 0);
}

static void a_failed_change_changes_nothing(void)
{
	change_to(LOWER, UPPER);
	nothing_changes_from_here();
	check_fails(set_limit(UINT64_MAX, 0), EINVAL);
	check_fails(valimit_set(NULL), EFAULT);
	check_unchanged();
	check(limit_is(LOWER, UPPER));
	check_no_gap_outside(LOWER, UPPER);
}

static unsigned long changes, refused;

static void *changer(void *seed)
{
	uint64_t state = (uintptr_t)seed;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		uint64_t dice = random_next(&state);
		uintptr_t lower = LOWER + dice % 8 * 16 * MIB, upper = UPPER - dice / 8 % 8 * 16 * MIB;
		int result = dice % 11 == 0 ? set_limit(0, 0) :
			     dice % 7 == 0 ? set_limit(WIDE_UPPER, LOWER) : set_limit(lower, upper);

		if (result == 0)
			__atomic_fetch_add(&changes, 1, __ATOMIC_RELAXED);
		else if (errno == EAGAIN)
			__atomic_fetch_add(&refused, 1, __ATOMIC_RELAXED);
		else
			die("valimit_set: %s", strerrorname_np(errno));
	}
	return NULL;
}

static void *mapper(void *seed)
{
	uint64_t state = (uintptr_t)seed;
	struct {
		char *at;
		size_t length;
	} held[16] = { 0 };

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		uint64_t dice = random_next(&state);
		size_t i = dice % 16, length = (1 + dice / 16 % 64) * 4096;
		bool host = dice >> 40 & 1;

		if (held[i].at) {
			check(all_bytes(held[i].at, held[i].length, (int)(i + (uintptr_t)seed)));
			check(munmap(held[i].at, held[i].length) == 0);
		}
		if (host)
			valimit_host_enter();
		held[i].at = map(length);
		if (host)
			valimit_host_leave();
		check(held[i].at != MAP_FAILED);
		held[i].length = length;
		memset(held[i].at, (int)(i + (uintptr_t)seed), length);
		free(malloc(length % (64 * KIB)));
	}
	return NULL;
}

/* What libc unmaps by itself outside the limits leaves a gap that the library does not see:
 * so the stacks are small enough for libc to keep. */
static void thread_start(pthread_t *thread, void *(*run)(void *), uintptr_t argument)
{
	pthread_attr_t attributes;

	check(pthread_attr_init(&attributes) == 0);
	check(pthread_attr_setstacksize(&attributes, 256 * KIB) == 0);
	check(pthread_create(thread, &attributes, run, (void *)argument) == 0);
	pthread_attr_destroy(&attributes);
}

/* On an emulated machine each takes as long as anywhere else a hundred. */
static void await_changes(void)
{
	while (__atomic_load_n(&changes, __ATOMIC_RELAXED) <= 10)
		usleep(10000);
}

static void from_several_threads_while_others_map(void)
{
	pthread_t thread[6];

	check(set_limit(LOWER, UPPER) == 0);
	for (uintptr_t i = 0; i < 6; i++)
		thread_start(&thread[i], i < 2 ? changer : mapper, i + 1);
	usleep(1500000);
	await_changes();
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < 6; i++)
		check(pthread_join(thread[i], NULL) == 0);
	change_to(LOWER, UPPER);
	printf("%lu changes, %lu refused with EAGAIN\n", changes, refused);
}

/* A child that begins while its parent's other thread changes the limits finds
 * them whole, and can change them itself. */
static void in_forked_children(void)
{
	pthread_t thread;

	check(set_limit(LOWER, UPPER) == 0);
	check(pthread_create(&thread, NULL, changer, (void *)1UL) == 0);
	for (int i = 0; i < 200; i++) {
		int status;
		pid_t child = fork();

		if (child == 0) {
			char *at;

			check(set_limit(LOWER, NARROW) == 0);
			at = map(64 * KIB);
			check((uintptr_t)at >= LOWER && (uintptr_t)at + 64 * KIB <= NARROW);
			memset(at, 1, 64 * KIB);
			_exit(0);
		}
		check(child > 0 && waitpid(child, &status, 0) == child);
		check(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	await_changes();
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	check(pthread_join(thread, NULL) == 0);
}

/* A child by a raw clone inherits the gate as a change has closed it, without the thread
 * that would open it: it waits for a second. */
static void in_raw_clones_children(void)
{
	pthread_t thread;
	int status;

	check(set_limit(LOWER, UPPER) == 0);
	check(pthread_create(&thread, NULL, changer, (void *)1UL) == 0);
	for (int i = 0; i < 2; i++) {
		pid_t child = (pid_t)raw6(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);

		if (child == 0)
			_exit(mmap((void *)WIDE_UPPER, 4096, RW, PRIVATE | MAP_FIXED, -1, 0) == MAP_FAILED);
		check(child > 0 && waitpid(child, &status, 0) == child && status == 0);
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	check(pthread_join(thread, NULL) == 0);
}

static void setter(int signal)
{
	int before = errno;

	(void)signal;
	if (set_limit(LOWER, NARROW) && errno != EAGAIN)
		die("valimit_set in a handler: %s", strerrorname_np(errno));
	errno = before;
}

static void from_a_handler(void)
{
	struct itimerval often = { { 0, 200 }, { 0, 200 } }, never = { 0 };

	check(set_limit(LOWER, UPPER) == 0);
	signal(SIGALRM, setter);
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < 3000; i++) {
		int result = set_limit(LOWER, UPPER);
		void *at = map(64 * KIB);

		check(result == 0 || errno == EAGAIN);
		check(in_window(at, 64 * KIB) && munmap(at, 64 * KIB) == 0);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	change_to(LOWER, UPPER);
}

static const struct test_case cases[] = {
	CASE(narrowing),
	CASE(widening),
	CASE(moving_to_another_place),
	CASE(wrapping),
	CASE(lifting_and_setting_again),
	CASE(mapped_without_limits_stays),
	CASE(hosts_stay_and_can_be_unmapped),
	CASE(inaccessible_memory_is_not_taken_for_fence),
	CASE(threads_keep_their_stacks_and_arenas),
	CASE(a_failed_change_changes_nothing),
	CASE(from_several_threads_while_others_map),
	CASE(in_forked_children),
	CASE(in_raw_clones_children),
	CASE(from_a_handler),
	{ 0 }
};

int main(int argc, char **argv)
{
	return run_case(cases, argc, argv);
}
