/* SPDX-License-Identifier: MIT */
/*
 * A timer's handler maps and unmaps while the thread that it interrupts does
 * the same.
 *
 *	sighandler SECONDS
 */
#include "guest.h"

#include <signal.h>
#include <sys/time.h>
#include <time.h>

static volatile sig_atomic_t interrupts;
static volatile sig_atomic_t handler_errno;

static void handle(int signal)
{
	int saved = errno;
	size_t length = 2 * page_size();
	char *p = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)signal;
	interrupts++;
	if (p == MAP_FAILED || !bounds_hold(bounds_get(), (uintptr_t)p, length)) {
		handler_errno = p == MAP_FAILED ? errno : ERANGE;
	} else {
		p[0] = p[length - 1] = 1;
		p = mremap(p, length, 2 * length, MREMAP_MAYMOVE);
		if (p == MAP_FAILED || p[0] != 1 || munmap(p, 2 * length))
			handler_errno = EFAULT;
	}
	errno = saved;
}

static void map_once(size_t length)
{
	char *p = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	expect_inside("mmap", p, length);
	p[0] = 2;
	p = mremap(p, length, 3 * length, MREMAP_MAYMOVE);
	expect_inside("mremap", p, 3 * length);
	if (p[0] != 2)
		die("the handler's mapping took this one's place");
	if (munmap(p, 3 * length))
		die("munmap: %s", strerrorname_np(errno));
}

int main(int argc, char **argv)
{
	const struct itimerval often = { { 0, 100 }, { 0, 100 } }, never = { 0 };
	struct sigaction action = { .sa_handler = handle, .sa_flags = SA_RESTART };
	time_t end = time(NULL) + (argc > 1 ? (time_t)number(argv[1]) : 1);
	unsigned long rounds = 0;
	unsigned int before, after;

	map_once(page_size());
	before = vma_count();
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (; time(NULL) < end && !handler_errno; rounds++)
		map_once((1 + rounds % 8) * page_size());
	setitimer(ITIMER_REAL, &never, NULL);
	if (handler_errno)
		die("in the handler: %s", strerrorname_np(handler_errno));
	after = vma_count();
	if (!interrupts || after > before + 1)
		die("%d interrupts, %u mappings before and %u after", (int)interrupts, before,
		    after);
	printf("rounds %lu interrupts %d\n", rounds, (int)interrupts);
	return 0;
}
