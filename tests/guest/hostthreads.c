/* SPDX-License-Identifier: MIT */
/*
 * Host threads and guest threads map, write, check and unmap memory of their own,
 * which no other thread touches, while the process forks.
 *
 *	hostthreads HOSTS GUESTS SECONDS [FORKS-A-SECOND [GIB]]
 *
 * GIB: so much touched memory, of which all pages are the zero page, but whose page
 * tables a fork has to copy: 48 GiB make one last for half a second.
 *
 * Exit status 0: every word stayed what its owner wrote, new memory was zero, guests
 * were in the window, hosts beside it, and no call failed.
 */
#include "guest.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <valimit.h>

#define SLOTS   8
#define THREADS 64
#define ROOM    (64 * MIB)

struct mapping {
	char *at;
	size_t length;
	uint64_t tag;
};

struct thread {
	pthread_t thread;
	uint64_t number, dice;
	bool host;
	struct mapping slot[SLOTS];
};

static struct va_limit window;
static bool stop;
static unsigned long operations, lost, astray, failed;

static void count(unsigned long *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

static void crashed(int signal, siginfo_t *info, void *context)
{
	(void)context;
	dprintf(STDERR_FILENO, "signal %d at %p: a mapping of this program is gone\n", signal,
		info->si_addr);
	_exit(99);
}

static void check_word(const char *at, uint64_t want)
{
	uint64_t found = *(const volatile uint64_t *)at;

	if (found == want)
		return;
	count(&lost);
	dprintf(STDERR_FILENO, "lost: %p has 0x%lx, not 0x%lx\n", (const void *)at, found, want);
}

static void check(const struct mapping *mapping, size_t length)
{
	for (size_t i = 0; i < length; i += page_size())
		check_word(mapping->at + i, mapping->tag + i);
}

/* Pages from `old` on have just come. */
static void fill(struct mapping *mapping, size_t old)
{
	for (size_t i = old; i < mapping->length; i += page_size())
		check_word(mapping->at + i, 0);
	for (size_t i = 0; i < mapping->length; i += page_size())
		*(uint64_t *)(mapping->at + i) = mapping->tag + i;
}

static bool in_window(uintptr_t start, uintptr_t end)
{
	if (window.lower_bound < window.upper_bound)
		return start >= window.lower_bound && end <= window.upper_bound;
	return start >= window.lower_bound || end <= window.upper_bound;
}

static bool beside_window(uintptr_t start, uintptr_t end)
{
	if (window.lower_bound < window.upper_bound)
		return end <= window.lower_bound || start >= window.upper_bound;
	return start >= window.upper_bound && end <= window.lower_bound;
}

static void expect_site(const struct mapping *mapping, bool host, const char *call)
{
	uintptr_t start = (uintptr_t)mapping->at, end = start + mapping->length;

	if (host ? beside_window(start, end) : in_window(start, end))
		return;
	count(&astray);
	dprintf(STDERR_FILENO, "astray: %s of a %s answers %p\n", call, host ? "host" : "guest",
		(void *)mapping->at);
}

static void refuse(struct thread *self, const char *call)
{
	count(&failed);
	dprintf(STDERR_FILENO, "failed: %s of a %s: %s\n", call, self->host ? "host" : "guest",
		strerrorname_np(errno));
}

static size_t some_length(struct thread *self, size_t pages)
{
	return (1 + random_next(&self->dice) % pages) * page_size();
}

/* Anywhere, or a host's in the room above the window, half of the time. */
static char *map_some(struct thread *self, size_t length, const char **call)
{
	int protection = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;

	*call = "mmap";
	if (!self->host || random_next(&self->dice) % 2)
		return mmap(NULL, length, protection, flags, -1, 0);
	*call = "mmap_range";
	return mmap_range((void *)window.upper_bound, (void *)(window.upper_bound + ROOM), length,
			  protection, flags, -1, 0);
}

static void map_new(struct thread *self, struct mapping *mapping)
{
	size_t length = some_length(self, 4);
	const char *call;
	char *at = map_some(self, length, &call);

	if (at == MAP_FAILED) {
		refuse(self, call);
		return;
	}
	mapping->at = at;
	mapping->length = length;
	expect_site(mapping, self->host, call);
	fill(mapping, 0);
}

static void resize(struct thread *self, struct mapping *mapping)
{
	size_t length = some_length(self, 16), old = mapping->length;
	char *at = mremap(mapping->at, old, length, MREMAP_MAYMOVE);

	if (at == MAP_FAILED) {
		refuse(self, "mremap");
		return;
	}
	mapping->at = at;
	mapping->length = length;
	expect_site(mapping, self->host, "mremap");
	check(mapping, length < old ? length : old);
	fill(mapping, length < old ? length : old);
}

static void unmap(struct thread *self, struct mapping *mapping)
{
	if (munmap(mapping->at, mapping->length))
		refuse(self, "munmap");
	mapping->at = NULL;
}

static void *run(void *data)
{
	struct thread *self = data;

	if (self->host)
		valimit_host_enter();
	for (uint64_t round = 1; !__atomic_load_n(&stop, __ATOMIC_RELAXED); round++) {
		struct mapping *mapping = &self->slot[random_next(&self->dice) % SLOTS];

		count(&operations);
		if (!mapping->at) {
			mapping->tag = self->number << 48 | round << 20;
			map_new(self, mapping);
			continue;
		}
		check(mapping, mapping->length);
		if (random_next(&self->dice) % 3 == 0)
			resize(self, mapping);
		else
			unmap(self, mapping);
	}
	return NULL;
}

static void fork_once(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	if (child < 0 || waitpid(child, NULL, 0) != child)
		die("fork: %s", strerrorname_np(errno));
}

static void make_forks_long(size_t length)
{
	char *at;

	valimit_host_enter();
	at = mmap(NULL, length, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (at == MAP_FAILED || madvise(at, length, MADV_NOHUGEPAGE))
		die("no memory that makes forks long: %s", strerrorname_np(errno));
	/* Page tables are copied where something was written. */
	*(volatile char *)at = 1;
	for (size_t i = 0; i < length; i += page_size())
		(void)*(volatile char *)(at + i);
	valimit_host_leave();
}

int main(int argc, char **argv)
{
	static struct thread thread[THREADS];
	struct sigaction action = { .sa_sigaction = crashed, .sa_flags = SA_SIGINFO };
	size_t hosts = argc > 1 ? number(argv[1]) : 4, guests = argc > 2 ? number(argv[2]) : 2;
	time_t seconds = argc > 3 ? (time_t)number(argv[3]) : 5, end;
	size_t gib = argc > 5 ? number(argv[5]) : 0;
	unsigned int forks = argc > 4 ? (unsigned int)number(argv[4]) : 0;

	if (hosts + guests > THREADS)
		die("too many threads");
	if (valimit_get(&window) || window.lower_bound == window.upper_bound)
		die("no window is in force");
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	if (gib)
		make_forks_long(gib * GIB);
	end = time(NULL) + seconds;
	for (size_t i = 0; i < hosts + guests; i++) {
		thread[i].number = thread[i].dice = i + 1;
		thread[i].host = i < hosts;
		if (pthread_create(&thread[i].thread, NULL, run, &thread[i]))
			die("pthread_create fails");
	}
	while (time(NULL) < end) {
		usleep(forks ? 1000000 / forks : 100000);
		if (forks)
			fork_once();
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (size_t i = 0; i < hosts + guests; i++)
		pthread_join(thread[i].thread, NULL);
	printf("%lu operations, %lu lost, %lu astray, %lu failed\n", operations, lost, astray,
	       failed);
	return lost || astray || failed;
}
