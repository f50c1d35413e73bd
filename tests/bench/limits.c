/* SPDX-License-Identifier: MIT */
/*
 * What limits with a fence cost an emulator:
 *
 *   - from main to confined, for a 32-bit guest: PR_SET_VA_LIMITS against the
 *     ways in which emulators fill the address space themselves, above 4 GiB:
 *     every gap that /proc/self/maps shows, and chunks of 1 GiB from the top
 *     down, halved around what is in the way;
 *   - a change of limits later on.
 *
 *	limits [TURNS]
 *
 * Each start is a process of its own, in turns.
 */
#include "bench.h"

#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <valimit.h>

#include "turns.h"

#define LOW (1UL << 32)
#define CHUNK GIB
#define CHANGES 200

static bool reserve(uintptr_t start, size_t length)
{
	return raw_mmap(start, length, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE) !=
	       MAP_FAILED;
}

static void fill_limits(void)
{
	struct va_limit limit = { 0, LOW };

	if (prctl(PR_SET_VA_LIMITS, &limit))
		die("PR_SET_VA_LIMITS: %s", strerrorname_np(errno));
}

static void fill_gaps(void)
{
	uintptr_t start[512], end[512], next = LOW;
	size_t count = 0;
	struct vma vma;

	maps_open("/proc/self/maps");
	while (vma_read(&vma) && vma.start < 1UL << 47 && count < 511) {
		if (vma.start > next) {
			start[count] = next;
			end[count++] = vma.start;
		}
		next = vma.end > next ? vma.end : next;
	}
	maps_close();
	start[count] = next;
	end[count++] = (1UL << 47) - page_size();
	for (size_t i = 0; i < count; i++)
		reserve(start[i], end[i] - start[i]); /* below the stack it is refused */
}

static void fill_chunk(uintptr_t start, size_t length)
{
	if (reserve(start, length) || length == page_size())
		return;
	fill_chunk(start + length / 2, length / 2);
	fill_chunk(start, length / 2);
}

static void fill_steps(void)
{
	for (uintptr_t at = (1UL << 47) - CHUNK; at >= LOW; at -= CHUNK)
		fill_chunk(at, CHUNK);
}

static const struct way {
	const char *name, *role;
	void (*fill)(void);
} ways[] = {
	{ "PR_SET_VA_LIMITS", "limits", fill_limits },
	{ "every gap of /proc/self/maps", "gaps", fill_gaps },
	{ "chunks from the top down", "steps", fill_steps },
};

#define WAYS (sizeof(ways) / sizeof(*ways))

/* In a process of its own; the cost of the filling goes to stdout. */
static int play(const char *role)
{
	for (size_t i = 0; i < WAYS; i++) {
		if (strcmp(ways[i].role, role) != 0)
			continue;

		uint64_t ns = now_ns();

		ways[i].fill();
		ns = now_ns() - ns;
		return write(STDOUT_FILENO, &ns, sizeof(ns)) != sizeof(ns);
	}
	return 1;
}

static double start_us(const char *role)
{
	static char self[] = "/proc/self/exe", start[] = "start";
	char name[16];
	char *const argv[] = { self, start, name, NULL };
	posix_spawn_file_actions_t actions;
	uint64_t ns;
	int out[2], status;
	pid_t pid;

	snprintf(name, sizeof(name), "%s", role);
	if (pipe2(out, O_CLOEXEC))
		die("pipe: %s", strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
	if (posix_spawn(&pid, self, &actions, NULL, argv, environ))
		die("cannot start a process");
	posix_spawn_file_actions_destroy(&actions);
	close(out[1]);
	if (read(out[0], &ns, sizeof(ns)) != sizeof(ns) || waitpid(pid, &status, 0) != pid ||
	    status)
		die("limits: a process fails");
	close(out[0]);
	return (double)ns / 1000;
}

static void measure_starts(size_t turns)
{
	double *us[WAYS], first = 0;

	for (size_t way = 0; way < WAYS; way++)
		us[way] = must_alloc(turns, sizeof(**us));
	for (size_t turn = 0; turn < turns; turn++)
		for (size_t way = 0; way < WAYS; way++)
			us[way][turn] = start_us(ways[way].role);
	printf("from main to a confined 32-bit guest, median of %zu turns\n%-32s %10s %8s\n", turns,
	       "", "us", "ratio");
	for (size_t way = 0; way < WAYS; way++) {
		double middle = turns_median(us[way], turns);

		first = way ? first : middle;
		printf("  %-30s %10.0f %8.1f\n", ways[way].name, middle, middle / first);
		free(us[way]);
	}
}

static double set_us(uint64_t lower, uint64_t upper)
{
	struct va_limit limit = { lower, upper };
	uint64_t ns = now_ns();

	if (valimit_set(&limit))
		die("valimit_set: %s", strerrorname_np(errno));
	return (double)(now_ns() - ns) / 1000;
}

static void measure_changes(void)
{
	static double narrow[CHANGES], widen[CHANGES], same[CHANGES], lift[CHANGES], set[CHANGES];

	set_us(0, LOW);
	for (int i = 0; i < CHANGES; i++) {
		narrow[i] = set_us(0, LOW / 2);
		widen[i] = set_us(0, LOW);
		same[i] = set_us(0, LOW);
		lift[i] = set_us(0, 0);
		set[i] = set_us(0, LOW);
	}
	printf("a change of limits with a fence, us, median of %d\n", CHANGES);
	printf("  %-30s %10.1f\n", "to half", turns_median(narrow, CHANGES));
	printf("  %-30s %10.1f\n", "to twice", turns_median(widen, CHANGES));
	printf("  %-30s %10.1f\n", "to the same", turns_median(same, CHANGES));
	printf("  %-30s %10.1f\n", "lifted", turns_median(lift, CHANGES));
	printf("  %-30s %10.1f\n", "set again", turns_median(set, CHANGES));
}

int main(int argc, char **argv)
{
	size_t turns = argc > 1 ? strtoul(argv[1], NULL, 0) : 40;

	if (argc > 2 && strcmp(argv[1], "start") == 0)
		return play(argv[2]);
	if (!turns)
		die("usage: limits [TURNS]");
	measure_starts(turns);
	measure_changes();
	return 0;
}
