/* SPDX-License-Identifier: MIT */
/*
 * What a random munmap and mmap of 4 to 64 KiB costs among many live mappings:
 * without the library, with it, and with it and the fence. Three processes do
 * the same and take turns, so that whatever else the machine does meets all.
 *
 *	churn [LIVE [TURNS [WINDOW]]]
 *
 * VALIMIT_LIB is the library's path.
 */
#include "bench.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLICE  500 /* pairs of calls in a turn */
#define WARMUP 20  /* turns that do not count */

struct slot {
	void *at;
	size_t length;
};

struct worker {
	pid_t pid;
	int in, out; /* the worker's, as the parent sees them */
	double *ns;
};

static uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	return *state ^= *state << 17;
}

/* Protections alternate at random, or the kernel would merge neighbours. */
static void slot_map(struct slot *slot, uint64_t *state)
{
	uint64_t dice = random_next(state);
	int prot = dice >> 40 & 1 ? PROT_READ : PROT_READ | PROT_WRITE;

	slot->length = (1 + dice % 16) * 4096;
	slot->at = mmap(NULL, slot->length, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			0);
	if (slot->at == MAP_FAILED)
		die("mmap fails: fewer live mappings are needed (vm.max_map_count)");
}

/* Does a slice for each byte that comes, and answers with its nanoseconds. */
static int work(size_t live)
{
	struct slot *slot = calloc(live, sizeof(*slot));
	uint64_t state = 88172645463325252;
	char byte;

	if (!slot)
		die("out of memory");
	for (size_t i = 0; i < live; i++)
		slot_map(&slot[i], &state);
	while (read(STDIN_FILENO, &byte, 1) == 1) {
		uint64_t start = now_ns();

		for (int i = 0; i < SLICE; i++) {
			struct slot *one = &slot[random_next(&state) % live];

			if (munmap(one->at, one->length))
				die("munmap fails");
			slot_map(one, &state);
		}
		start = now_ns() - start;
		if (write(STDOUT_FILENO, &start, sizeof(start)) != sizeof(start))
			die("the parent is gone");
	}
	return 0;
}

static void worker_start(struct worker *worker, const struct variant *variant, char *live,
			 size_t turns)
{
	static char self[] = "/proc/self/exe", role[] = "work";
	char *const argv[] = { self, role, live, NULL };
	char **environment = environment_make(environ, variant);
	posix_spawn_file_actions_t actions;
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		die("pipe fails");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
	if (posix_spawn(&worker->pid, self, &actions, NULL, argv, environment))
		die("cannot start a worker");
	posix_spawn_file_actions_destroy(&actions);
	free(environment);
	close(in[0]);
	close(out[1]);
	worker->in = in[1];
	worker->out = out[0];
	worker->ns = calloc(turns, sizeof(*worker->ns));
	if (!worker->ns)
		die("out of memory");
}

static double worker_turn(const struct worker *worker)
{
	uint64_t ns;

	if (write(worker->in, "g", 1) != 1 || read(worker->out, &ns, sizeof(ns)) != sizeof(ns))
		die("a worker is gone");
	return (double)ns / SLICE;
}

static void print_row(const char *name, const struct worker *worker, const struct worker *first,
		      size_t turns)
{
	double *ratio = calloc(turns, sizeof(*ratio)), *ns = calloc(turns, sizeof(*ns));

	if (!ratio || !ns)
		die("out of memory");
	for (size_t i = 0; i < turns; i++) {
		ns[i] = worker->ns[i];
		ratio[i] = worker->ns[i] / first->ns[i];
	}
	printf("%-28s %8.0f %8.3f\n", name, median(ns, turns), median(ratio, turns));
	free(ratio);
	free(ns);
}

int main(int argc, char **argv)
{
	static char usual[] = "10000";
	char *live = argc > 1 ? argv[1] : usual;
	size_t turns = argc > 2 ? strtoul(argv[2], NULL, 0) : 400;
	const char *library = getenv("VALIMIT_LIB");
	char *window = text_join("VA_LIMIT=", argc > 3 ? argv[3] : "4G-2^46"), *preload;
	static char off[] = "VA_LIMIT_FENCE=off", on[] = "VA_LIMIT_FENCE=on";
	struct worker worker[3];

	if (argc > 2 && strcmp(argv[1], "work") == 0)
		return work(strtoul(argv[2], NULL, 0));
	if (!library)
		die("churn: VALIMIT_LIB must be the path of libvalimit.so");
	preload = text_join("LD_PRELOAD=", library);

	const struct variant variants[3] = {
		{ "without the library", { NULL } },
		{ "reach calls", { preload, window, off } },
		{ "reach process", { preload, window, on } },
	};

	for (int i = 0; i < 3; i++)
		worker_start(&worker[i], &variants[i], live, turns);
	for (size_t turn = 0; turn < turns + WARMUP; turn++)
		for (int i = 0; i < 3; i++)
			worker[i].ns[turn % turns] = worker_turn(&worker[i]);
	printf("munmap + mmap of 4 to 64 KiB among %s live mappings, %zu turns of %d\n", live, turns,
	       SLICE);
	printf("%-28s %8s %8s\n", "", "ns", "ratio");
	for (int i = 0; i < 3; i++)
		print_row(variants[i].name, &worker[i], &worker[0], turns);
	for (int i = 0; i < 3; i++) {
		close(worker[i].in);
		waitpid(worker[i].pid, NULL, 0);
	}
	return 0;
}
