/* SPDX-License-Identifier: MIT */
/*
 * Performs random sequences of memory calls in a process with the library and in
 * one without, and compares: answers, errno, mappings, permissions, contents.
 * Prints the seed; any difference is shrunk to a few calls.
 */
#include <getopt.h>
#include <inttypes.h>
#include <time.h>

#include "../guest/guest.h"
#include "excuse.h"
#include "make.h"
#include "pair.h"
#include "report.h"
#include "shrink.h"
#include "worker.h"

/* Operations that begin on an empty window. */
#define SEQUENCE 1000

struct wish {
	uint64_t seed, ops, from, to;
	const char *config; /* NULL: all */
	uint32_t every;
	bool shrink, hosts;
	char preload[512];
};

static struct op ops[SHARED_OPS];

/* Seeds below 2^32 have no sequence in common. */
static uint64_t seed_of(uint64_t seed, const struct config *config, uint64_t sequence)
{
	uint64_t state = seed + (sequence << 32) + ((uint64_t)(config - configs) << 56);

	return random_next(&state);
}

/* What is behind a difference. */
static void explain(struct pair *pair, const struct wish *wish, uint64_t first, uint32_t count,
		    const struct oracle_verdict *verdict)
{
	struct oracle_verdict again = *verdict;

	printf("%s: %s at operation %" PRIu64 "\n", pair->config->name,
	       report_difference(verdict->difference), first + verdict->at);
	printf("replay: oracle --seed %" PRIu64 " --config %s --from %" PRIu64 " --to %" PRIu64 "%s\n",
	       wish->seed, pair->config->name, first, first + verdict->at + 1,
	       wish->hosts ? " --hosts" : "");
	report_call(pair, &ops[verdict->at], verdict->at);
	if (wish->shrink) {
		count = verdict->at + 1;
		shrink(pair, ops, &count);
		again = pair_run(pair, ops, count, 1, false);
		if (again.difference == DIFFERENCE_NONE) {
			printf("it does not come back\n");
			return;
		}
	}
	report(pair, ops, &again);
}

/* One configuration; whether both processes have agreed. */
static bool run_config(const struct wish *wish, const struct config *config)
{
	uint64_t sequences = (wish->ops + SEQUENCE - 1) / SEQUENCE, first = wish->from;
	struct pair pair;
	bool agreed = true;

	pair_start(&pair, config, wish->preload);
	pair.shared->hosts = wish->hosts;
	for (uint64_t i = wish->from / SEQUENCE; agreed && i < wish->from / SEQUENCE + sequences; i++) {
		uint32_t count = SEQUENCE;
		struct oracle_verdict verdict;

		make_sequence(ops, SEQUENCE, seed_of(wish->seed, config, i), config);
		first = i * SEQUENCE;
		if (wish->to) {
			uint32_t skip = (uint32_t)(wish->from - first);

			count = (uint32_t)(wish->to - wish->from);
			if (skip + count > SEQUENCE)
				count = SEQUENCE - skip;
			memmove(ops, ops + skip, count * sizeof(*ops));
			first = wish->from;
		}
		verdict = pair_run(&pair, ops, count, wish->every, true);
		report_count(&pair, count);
		if (verdict.difference != DIFFERENCE_NONE) {
			explain(&pair, wish, first, count, &verdict);
			agreed = false;
		}
	}
	report_hosts(&pair);
	pair_stop(&pair);
	return agreed;
}

static const char usage[] =
	"usage: oracle [--seed N] [--ops N] [--config NAME] [--from A --to B] [--every N]\n"
	"              [--no-shrink] [--hosts] [--between LIBRARY] [--list]\n"
	"\n"
	"Performs random memory calls in a process with $VALIMIT_LIB and in one without,\n"
	"and compares. Exit status 1 where they differ.\n"
	"\n"
	"  --seed N        which calls; the clock's by default\n"
	"  --ops N         how many in each configuration (100000)\n"
	"  --config NAME   only this one; --list names them\n"
	"  --from A --to B only the operations from A up to, without, B, of one sequence\n"
	"  --every N       how many operations between two looks at the memory (50)\n"
	"  --no-shrink     do not look for a shorter sequence with a difference\n"
	"  --hosts         a second thread maps, moves and unmaps outside the window at the same\n"
	"                  time, in the process with the library, and looks at its memory\n"
	"  --between FILE  a library between the calls and the library, to try the oracle\n"
	"\n"
	"A long run: oracle --ops 10000000\n";

static void list(void)
{
	for (size_t i = 0; i < config_count; i++)
		puts(configs[i].name);
}

static struct wish wish_read(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seed", required_argument, NULL, 's' }, { "ops", required_argument, NULL, 'n' },
		{ "config", required_argument, NULL, 'c' }, { "from", required_argument, NULL, 'f' },
		{ "to", required_argument, NULL, 't' }, { "every", required_argument, NULL, 'e' },
		{ "no-shrink", no_argument, NULL, 'k' }, { "hosts", no_argument, NULL, 'H' }, { "between", required_argument, NULL, 'b' },
		{ "list", no_argument, NULL, 'l' }, { "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	struct wish wish = { .seed = (uint64_t)time(NULL), .ops = 100000, .every = 50, .shrink = true };
	const char *library = getenv("VALIMIT_LIB"), *between = "";
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 's': wish.seed = number(optarg); break;
		case 'n': wish.ops = number(optarg); break;
		case 'c': wish.config = optarg; break;
		case 'f': wish.from = number(optarg); break;
		case 't': wish.to = number(optarg); break;
		case 'e': wish.every = (uint32_t)number(optarg); break;
		case 'k': wish.shrink = false; break;
		case 'H': wish.hosts = true; break;
		case 'b': between = optarg; break;
		case 'l': list(); exit(0);
		case 'h': fputs(usage, stdout); exit(0);
		default: fputs(usage, stderr); exit(2);
		}
	}
	if (!library)
		die("VALIMIT_LIB names no library");
	if (wish.config && !config_find(wish.config))
		die("no configuration %s: --list names them", wish.config);
	if (wish.every == 0 || (wish.to && wish.to <= wish.from))
		die("nothing to do");
	if (wish.to)
		wish.ops = 1;
	snprintf(wish.preload, sizeof(wish.preload), "%s%s%s", between, *between ? ":" : "", library);
	return wish;
}

int main(int argc, char **argv)
{
	bool agreed = true;

	if (argc == 6 && strcmp(argv[1], "--worker") == 0)
		return worker_main((enum side)atoi(argv[2]), config_find(argv[3]), atoi(argv[4]),
				   atoi(argv[5]));

	struct wish wish = wish_read(argc, argv);

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("seed %" PRIu64 "\n", wish.seed);
	for (size_t i = 0; i < config_count; i++)
		if (!wish.config || strcmp(wish.config, configs[i].name) == 0)
			agreed &= run_config(&wish, &configs[i]);
	report_totals();
	excuse_print();
	return agreed ? 0 : 1;
}
