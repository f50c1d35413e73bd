/* SPDX-License-Identifier: MIT */
/*
 * Nothing is lost: threads, hosts and guests, make memory in all ways, fill it with
 * patterns of their own, change it, move it, hand it on and give it up, and look at
 * each visit whether it is as they left it. Guests must be in the window, hosts
 * beside it, new memory zero, and no call may fail.
 *
 *	keep [--hosts N] [--guests N] [--seconds N] [--seed N]
 *	     [--forks N] [--clones N]   children a second
 *	     [--handlers N]             ticks a second whose handler maps as well
 *	     [--jumps N]                of each thread, out of such handlers
 *	     [--late LOWER-UPPER]       limits change to this window and back
 *	     [--load LIBRARY]...        is loaded and unloaded
 *
 * The seed decides what each thread does, and not how they meet. The last line says
 * how many operations there were and what was lost, astray (guests outside, hosts
 * inside) or failed. Status 1 if anything was; 99 where memory is gone altogether.
 */
#include "child.h"
#include "keep.h"
#include "keeper.h"
#include "site.h"
#include "tick.h"

#include <dlfcn.h>
#include <elf.h>
#include <getopt.h>
#include <link.h>
#include <signal.h>
#include <sys/random.h>
#include <time.h>

#define THREADS     64
#define LIBRARIES   8
#define MANY        20
#define CHANGE_USEC 20000

struct options options = { .hosts = 4, .guests = 4, .seconds = 5 };
struct counters counters;

static bool over;
static unsigned int findings;
static struct keeper keepers[THREADS];
static struct va_limit other_window;

bool is_over(void)
{
	return __atomic_load_n(&over, __ATOMIC_RELAXED);
}

void end_now(void)
{
	__atomic_store_n(&over, true, __ATOMIC_RELAXED);
}

void report(unsigned long *counter, const char *format, ...)
{
	char line[256];
	va_list args;
	int length;

	count(counter);
	va_start(args, format);
	length = vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	if (length >= (int)sizeof(line) - 1)
		length = sizeof(line) - 2;
	line[length++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)length) < 0 ||
	    __atomic_add_fetch(&findings, 1, __ATOMIC_RELAXED) >= MANY)
		end_now();
}

static void crash(int signal, siginfo_t *info, void *context)
{
	(void)context;
	report(&counters.lost, "lost: signal %d at %p, seed %lu", signal, info->si_addr,
	       options.seed);
	_exit(99);
}

static void *keep(void *data)
{
	struct keeper *keeper = data;

	scope_end(keeper->host ? 1 : 0);
	if (options.handlers)
		tick_start(keeper);
	while (!is_over())
		keeper_visit(keeper);
	if (options.handlers)
		tick_stop(keeper);
	keeper_end(keeper);
	return NULL;
}

/* The beginning of a library's file is mapped where it is loaded. */
static void load(const char *name)
{
	void *handle = dlopen(name, RTLD_NOW);
	struct link_map *map;

	if (!handle || dlinfo(handle, RTLD_DI_LINKMAP, &map)) {
		report(&counters.failed, "failed: dlopen: %s", dlerror());
		return;
	}
	if (memcmp((const void *)map->l_addr, ELFMAG, SELFMAG) != 0)
		report(&counters.lost, "lost: the beginning of %s at 0x%lx", name,
		       (unsigned long)map->l_addr);
	if (dlclose(handle))
		report(&counters.failed, "failed: dlclose: %s", dlerror());
	count(&counters.loads);
}

static void *load_on(void *unused)
{
	for (char **name = options.libraries; !is_over(); name = name[1] ? name + 1 :
									   options.libraries)
		load(*name);
	return unused;
}

static void *change_on(void *unused)
{
	while (!is_over()) {
		usleep(CHANGE_USEC);
		site_change();
	}
	return unused;
}

static pthread_t start(void *(*run)(void *), void *data)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, data))
		die("pthread_create fails");
	return thread;
}

/* Makes children until the time is over. */
static void pass_time(unsigned int threads)
{
	unsigned int a_second = options.forks + options.clones;
	uint64_t dice = options.seed;
	time_t end = time(NULL) + options.seconds;

	while (time(NULL) < end && !is_over()) {
		usleep(a_second ? 1000000 / a_second : 50000);
		if (a_second)
			child_make(keepers, threads, roll(&dice, a_second) < options.clones);
	}
	end_now();
}

static void run(void)
{
	unsigned int threads = options.hosts + options.guests;
	pthread_t loader = 0, changer = 0;

	if (options.handlers)
		tick_begin();
	for (unsigned int i = 0; i < threads; i++) {
		keeper_begin(&keepers[i], i, i < options.hosts, options.seed);
		keepers[i].thread = start(keep, &keepers[i]);
	}
	if (options.libraries[0])
		loader = start(load_on, NULL);
	if (site_changes())
		changer = start(change_on, NULL);
	pass_time(threads);
	for (unsigned int i = 0; i < threads; i++)
		pthread_join(keepers[i].thread, NULL);
	if (loader)
		pthread_join(loader, NULL);
	if (changer)
		pthread_join(changer, NULL);
}

static const struct option known[] = {
	{ "hosts", required_argument, NULL, 'h' },    { "guests", required_argument, NULL, 'g' },
	{ "seconds", required_argument, NULL, 's' },  { "seed", required_argument, NULL, 'S' },
	{ "forks", required_argument, NULL, 'f' },    { "clones", required_argument, NULL, 'c' },
	{ "handlers", required_argument, NULL, 'H' }, { "jumps", required_argument, NULL, 'j' },
	{ "late", required_argument, NULL, 'l' },     { "load", required_argument, NULL, 'L' },
	{ 0 }
};

static void take(int option)
{
	static char *libraries[LIBRARIES + 1];
	static unsigned int count;
	uint64_t *bounds[2] = { &other_window.lower_bound, &other_window.upper_bound };

	options.libraries = libraries;
	switch (option) {
	case 'h': options.hosts = (unsigned int)number(optarg); break;
	case 'g': options.guests = (unsigned int)number(optarg); break;
	case 's': options.seconds = (unsigned int)number(optarg); break;
	case 'S': options.seed = number(optarg); break;
	case 'f': options.forks = (unsigned int)number(optarg); break;
	case 'c': options.clones = (unsigned int)number(optarg); break;
	case 'H': options.handlers = (unsigned int)number(optarg); break;
	case 'j': options.jumps = (unsigned int)number(optarg); break;
	case 'l':
		if (sscanf(optarg, "%li-%li", (long *)bounds[0], (long *)bounds[1]) != 2)
			die("not LOWER-UPPER: %s", optarg);
		break;
	case 'L':
		if (count == LIBRARIES)
			die("more libraries than %d", LIBRARIES);
		libraries[count++] = optarg;
		break;
	case 0: break;
	default: die("usage: see the beginning of tests/keep/main.c");
	}
}

static void parse(int argc, char **argv)
{
	int option;

	if (getrandom(&options.seed, 4, 0) != 4)
		die("getrandom: %s", strerrorname_np(errno));
	take(0);
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1)
		take(option);
	if (optind < argc || options.hosts + options.guests > THREADS)
		die("too many arguments, or threads");
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_sigaction = crash, .sa_flags = SA_SIGINFO };

	parse(argc, argv);
	site_begin(other_window.lower_bound != other_window.upper_bound ? &other_window : NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	printf("seed %lu\n", options.seed);
	fflush(stdout);
	run();
	printf("children %lu, interrupts %lu, jumps %lu, loads %lu, changes %lu, refused %lu\n",
	       counters.children, counters.interrupts, counters.jumps, counters.loads,
	       counters.changes, counters.refused);
	printf("%lu operations, %lu lost, %lu astray, %lu failed\n", counters.operations,
	       counters.lost, counters.astray, counters.failed);
	/* A refusal is the exception. */
	return counters.lost || counters.astray || counters.failed ||
	       counters.refused > counters.operations / 100 + 100;
}
