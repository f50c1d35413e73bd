/* SPDX-License-Identifier: MIT */
/*
 * Threads that map begin, are cancelled and begin again, libraries are loaded
 * and unloaded, children are made, and a timer's handler maps at 10 kHz; all at
 * once. Then nothing must have been lost and nothing left.
 *
 *	lives SECONDS [LIBRARY]...
 */
#include "../guest/guest.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#define MAPPERS 6

static atomic_bool stop;
static atomic_ulong mapped, interrupts, loads;

/* True after success; calls only functions that a handler and a child may call. */
static bool map_once(void)
{
	size_t length = 2 * page_size();
	char *p = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || !bounds_hold(bounds_get(), (uintptr_t)p, length))
		return false;
	p[0] = p[length - 1] = 1;
	p = mremap(p, length, 2 * length, MREMAP_MAYMOVE);
	return p != MAP_FAILED && p[0] == 1 && p[length - 1] == 1 && munmap(p, 2 * length) == 0;
}

static void handle(int signal)
{
	int saved = errno;

	(void)signal;
	interrupts++;
	if (!map_once())
		_exit(3);
	errno = saved;
}

static void *map_on(void *unused)
{
	for (;;) {
		pthread_testcancel();
		if (!map_once())
			die("a thread's call fails: %s", strerrorname_np(errno));
		mapped++;
	}
	return unused;
}

static void *load_on(void *data)
{
	char **names = data;

	for (int i = 0; !stop && names[0]; i++) {
		void *handle;

		if (!names[i])
			i = 0;
		handle = dlopen(names[i], RTLD_NOW);
		if (!handle)
			die("%s", dlerror());
		if (dlclose(handle))
			die("dlclose: %s", dlerror());
		loads++;
	}
	return NULL;
}

static void begin_thread(pthread_t *thread)
{
	if (pthread_create(thread, NULL, map_on, NULL))
		die("pthread_create fails");
}

static void end_thread(pthread_t thread)
{
	void *result;

	if (pthread_cancel(thread) || pthread_join(thread, &result) || result != PTHREAD_CANCELED)
		die("a thread was not cancelled");
}

/* The timer waits: the kernel begins a fork again when a signal comes, and one
 * takes longer than from tick to tick. */
static void make_child(void)
{
	sigset_t alarm;
	pid_t pid;
	int status;

	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm, NULL);
	pid = fork();
	if (pid == 0)
		_exit(map_once() ? 0 : 4);
	pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork: %s", strerrorname_np(errno));
	if (status)
		die("a child ended with status 0x%x", status);
}

static unsigned long live(time_t end)
{
	pthread_t mapper[MAPPERS];
	unsigned long rounds = 0;

	for (int i = 0; i < MAPPERS; i++)
		begin_thread(&mapper[i]);
	/* Where the handler takes all the time, none would be left for one round. */
	for (; time(NULL) < end || !rounds || !mapped; rounds++) {
		end_thread(mapper[rounds % MAPPERS]);
		begin_thread(&mapper[rounds % MAPPERS]);
		make_child();
	}
	for (int i = 0; i < MAPPERS; i++)
		end_thread(mapper[i]);
	return rounds;
}

int main(int argc, char **argv)
{
	const struct itimerval often = { { 0, 100 }, { 0, 100 } }, never = { 0 };
	struct sigaction action = { .sa_handler = handle, .sa_flags = SA_RESTART };
	time_t seconds = argc > 1 ? (time_t)number(argv[1]) : 1;
	pthread_t loader;
	unsigned long rounds;

	bounds_get();
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	if (pthread_create(&loader, NULL, load_on, argv + (argc > 1 ? 2 : 1)))
		die("pthread_create fails");
	rounds = live(time(NULL) + seconds);
	stop = true;
	pthread_join(loader, NULL);
	setitimer(ITIMER_REAL, &never, NULL);
	if (!interrupts)
		die("no signal came");
	if (!map_once())
		die("a call at the end fails: %s", strerrorname_np(errno));
	printf("mapped %lu interrupts %lu threads and children %lu loads %lu\n", mapped, interrupts,
	       rounds, loads);
	return 0;
}
