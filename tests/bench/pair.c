/* SPDX-License-Identifier: MIT */
#include "pair.h"

#include "figure.h"
#include "worker.h"

#define WARMUP 3 /* slices that do not count */
#define PAIRS_MIN 7
#define PAIRS_MAX 400

#define FENCED "on"
#define CALLS "off"
#define SMALL "32bit"
#define LARGE "47bit"
#define WRAPPED "2^46-4G"
#define EMPTY "4G-2^46" /* no program lies there */

/* One figure: a workload in the bare kernel's hands, and in the library's. */
struct pair {
	const char *name;
	const struct workload *workload;
	size_t size;
	const char *window, *fence;  /* NULL: `peer` takes the library's place */
	const struct workload *peer;
	enum measure measure;
	double target;
	bool spread;                 /* over all processors */
};

static const struct pair churns[] = {
#define CHURN(size, text, window, fence) \
	{ "churn " #size ", " text, &churn, size, window, fence, .target = 1.05 }
#define CHURNS(text, window, fence)                                                     \
	CHURN(1, text, window, fence), CHURN(100, text, window, fence),                 \
		CHURN(1000, text, window, fence), CHURN(10000, text, window, fence),    \
		CHURN(30000, text, window, fence), CHURN(60000, text, window, fence)
	CHURNS("4 GiB, fence", SMALL, FENCED),
	CHURNS("2^47", LARGE, FENCED),
	CHURNS("wrapped, fence", WRAPPED, FENCED),
	CHURNS("4 GiB, reach calls", SMALL, CALLS),
	CHURNS("2^47, reach calls", LARGE, CALLS),
#undef CHURNS
#undef CHURN
};

static const struct pair calls[] = {
#define BOTH(text, workload, size, window, limit)                                   \
	{ text ", fence", &workload, size, window, FENCED, .target = limit },      \
	{ text ", reach calls", &workload, size, window, CALLS, .target = limit }
	BOTH("growth, 64 KiB each", growth, 0, SMALL, 1.05),
	BOTH("6 GiB mapped and unmapped", big, 0, "4G-20G", 1.05),
	BOTH("files, 1000 live", files, 1000, SMALL, 1.05),
	BOTH("mremap in place", remap_inplace, 0, SMALL, 1.05),
	BOTH("mremap that moves", remap_move, 0, SMALL, 1.30),
	BOTH("shmat and shmdt, 64 KiB", segments, 64 * KIB, SMALL, 1.05),
	BOTH("MAP_FIXED over a reservation", commits, 0, SMALL, 1.05),
	BOTH("MAP_FIXED of a file over it", loads, 0, SMALL, 1.10),
	BOTH("hosts and guests in turns, 1000 each", scopes, 0, "4G-20G", 0),
	BOTH("256 MiB unmapped", unmap_large, 0, SMALL, 1.05),
	BOTH("fork, 1000 live", forks, 1000, SMALL, 0),
#undef BOTH
};

#define THREADED(text, count, fence)                                         \
	{ "threads " #count ", " text, &threads, count, SMALL, fence,        \
	  .target = 1 / 0.95, .spread = true }
static const struct pair parallel[] = {
	THREADED("fence", 1, FENCED),      THREADED("fence", 2, FENCED),
	THREADED("fence", 4, FENCED),      THREADED("fence", 8, FENCED),
	THREADED("reach calls", 1, CALLS), THREADED("reach calls", 2, CALLS),
	THREADED("reach calls", 4, CALLS), THREADED("reach calls", 8, CALLS),
};
#undef THREADED

static const struct pair peers[] = {
	{ "peer: reads the maps file, 100 live", &churn, 100, .peer = &churn_scan },
	{ "peer: reads the maps file, 1000 live", &churn, 1000, .peer = &churn_scan },
	{ "peer: reads the maps file, 10000 live", &churn, 10000, .peer = &churn_scan },
};

/* The kernel's own calls with a hint, or fewer of them: all that a library under a fence
 * could make of a call. */
static const struct pair hints[] = {
	{ "hint: churn 1", &churn, 1, .peer = &hint_hole },
	{ "hint: churn 100", &churn, 100, .peer = &hint_hole },
	{ "hint: churn 1000", &churn, 1000, .peer = &hint_hole },
	{ "hint: churn 10000", &churn, 10000, .peer = &hint_hole },
	{ "hint: growth, just below the last", &growth, 0, .peer = &hint_below },
	{ "hint: 8 neighbours unmapped at once", &unmap_row, 0, .peer = &unmap_batch },
};

/* The call that meets an obstacle, less the same call without one. */
static const struct pair obstacles[] = {
	{ "no obstacle, reach calls", &obstacle_none, 0, EMPTY, CALLS, .measure = MEASURE_MORE },
	{ "the call that fails", &obstacle_none, 0, .peer = &failure, .measure = MEASURE_MORE },
	{ "obstacle of 1.25 GiB, reach calls", &obstacle_none, 0, EMPTY, CALLS, &obstacle,
	  MEASURE_MORE, .target = 10000 },
	{ "obstacle of 1.25 GiB, fence", &obstacle_none, 0, EMPTY, FENCED, &obstacle,
	  MEASURE_MORE, .target = 10000 },
	{ "peer: obstacle passed page by page", &obstacle_none, 0, .peer = &obstacle_step,
	  .measure = MEASURE_MORE },
};

/* New processes now and then: where their memory lies differs, and counts. */
static size_t measure_round(const struct bench *bench, const struct pair *pair, double *base,
			    double *ours, size_t room)
{
	const struct setting without = { NULL, NULL, NULL, NULL };
	const struct setting with = { bench->library, pair->window, pair->fence, NULL };
	const struct workload *other = pair->peer ? pair->peer : pair->workload;
	int cpu = pair->spread ? -1 : worker_processor();
	struct worker a = worker_start(pair->workload, pair->size, &without, cpu, NULL);
	struct worker b = worker_start(other, pair->size, pair->window ? &with : &without, cpu,
				       NULL);
	uint64_t end = now_ns() + (bench->quick ? 250000000UL : 1000000000UL);
	size_t count = 0;

	for (int i = 0; i < WARMUP; i++) {
		worker_slice(&a);
		worker_slice(&b);
	}
	while (count < room && (count < PAIRS_MIN || now_ns() < end)) {
		base[count] = worker_slice(&a);
		ours[count++] = worker_slice(&b);
	}
	worker_end(&a);
	worker_end(&b);
	return count;
}

static void measure(const struct bench *bench, const struct pair *pair)
{
	size_t rounds = bench->quick ? 1 : 3, count = 0;
	double *base = must_alloc(rounds * PAIRS_MAX, sizeof(*base));
	double *ours = must_alloc(rounds * PAIRS_MAX, sizeof(*ours));

	for (size_t i = 0; i < rounds; i++)
		count += measure_round(bench, pair, base + count, ours + count, PAIRS_MAX);
	figure_pairs((struct figure){ .name = pair->name, .unit = "ns", .measure = pair->measure,
				      .target = pair->target },
		     base, ours, count);
}

static void measure_all(const struct bench *bench, const char *heading, const struct pair *pair,
			size_t count)
{
	figure_heading(heading);
	for (size_t i = 0; i < count; i++)
		if (bench_wants(bench, pair[i].name))
			measure(bench, &pair[i]);
}

#define MEASURE(bench, heading, table) \
	measure_all(bench, heading, table, sizeof(table) / sizeof(*(table)))

void pair_measure(const struct bench *bench)
{
	MEASURE(bench, "munmap + mmap of 4 to 64 KiB among N live", churns);
	MEASURE(bench, "other calls", calls);
	MEASURE(bench, "munmap + mmap in threads, 1000 live each", parallel);
	MEASURE(bench, "one mmap that meets something unseen", obstacles);
	MEASURE(bench, "other calls than the program's, without the library", hints);
	MEASURE(bench, "what others do, without the library", peers);
}
