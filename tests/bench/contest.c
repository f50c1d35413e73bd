/* SPDX-License-Identifier: MIT */
#include "contest.h"

#include "figure.h"
#include "peer.h"
#include "worker.h"

#define WARMUP 2
#define TURNS_MIN 5
#define TURNS_MAX 200
#define WINDOW "32bit"

/* The measured side: libc, with or without the library, or a peer. The first is the
 * reference of all. */
static const struct player {
	const char *name, *fence, *peer;
} players[] = {
	{ "kernel", NULL, NULL },    { "fence", "on", NULL },     { "reach calls", "off", NULL },
	{ "FEX", NULL, "FEX" },      { "box64", NULL, "box64" },  { "box64, 47 bits", NULL, "box64-47" },
	{ "QEMU", NULL, "QEMU" },
};

#define PLAYERS (sizeof(players) / sizeof(*players))

static const struct game {
	const char *name;
	const struct workload *workload;
	size_t size;
	bool spread; /* over all processors */
	bool unseen; /* something that a blind player would map over */
} games[] = {
	{ .name = "churn 1", .workload = &churn, .size = 1 },
	{ .name = "churn 100", .workload = &churn, .size = 100 },
	{ .name = "churn 1000", .workload = &churn, .size = 1000 },
	{ .name = "churn 10000", .workload = &churn, .size = 10000 },
	{ .name = "churn 30000", .workload = &churn, .size = 30000 },
	{ .name = "256 MiB unmapped", .workload = &unmap_large },
	{ .name = "obstacle of 1.25 GiB", .workload = &obstacle, .unseen = true },
	{ .name = "threads 1", .workload = &threads, .size = 1, .spread = true },
	{ .name = "threads 2", .workload = &threads, .size = 2, .spread = true },
	{ .name = "threads 8", .workload = &threads, .size = 8, .spread = true },
};

struct entry {
	char name[64];
	bool plays;
	struct worker worker;
	double *ns;
};

static void entry_name(struct entry *entry, const struct game *game, const struct player *player)
{
	snprintf(entry->name, sizeof(entry->name), "peers: %s, %s", game->name, player->name);
}

static struct worker start(const struct bench *bench, const struct game *game,
			   const struct player *player)
{
	const struct setting setting = { player->fence ? bench->library : NULL,
					 player->fence ? WINDOW : NULL, player->fence, NULL };

	return worker_start(game->workload, game->size, &setting,
			    game->spread ? -1 : worker_processor(), player->peer);
}

/* A turn of each, one after the other. */
static size_t take_turns(const struct bench *bench, struct entry *entries)
{
	uint64_t end = now_ns() + (bench->quick ? 700000000UL : 4000000000UL);
	size_t turns = 0;

	for (int i = 0; i < WARMUP; i++)
		for (size_t p = 0; p < PLAYERS; p++)
			if (entries[p].plays)
				worker_slice(&entries[p].worker);
	for (; turns < TURNS_MAX && (turns < TURNS_MIN || now_ns() < end); turns++)
		for (size_t p = 0; p < PLAYERS; p++)
			if (entries[p].plays)
				entries[p].ns[turns] = worker_slice(&entries[p].worker);
	return turns;
}

static void report(const struct game *game, struct entry *entries, size_t turns)
{
	for (size_t p = 1; p < PLAYERS; p++) {
		struct figure figure = { .name = strdup(entries[p].name), .unit = "ns",
					 .measure = game->unseen ? MEASURE_MORE : MEASURE_RATIO };
		double *base = must_alloc(turns, sizeof(*base));

		memcpy(base, entries[0].ns, turns * sizeof(*base));
		if (entries[p].plays) {
			figure_pairs(figure, base, entries[p].ns, turns);
			continue;
		}
		figure.skipped = "it maps over what it does not know";
		if (game->unseen)
			figure_report(&figure);
		free(base);
		free(entries[p].ns);
	}
	free(entries[0].ns);
}

static void play(const struct bench *bench, const struct game *game)
{
	struct entry entries[PLAYERS] = { 0 };
	bool wanted = false;
	size_t turns;

	for (size_t p = 0; p < PLAYERS; p++) {
		entry_name(&entries[p], game, &players[p]);
		wanted |= p && bench_wants(bench, entries[p].name);
	}
	if (!wanted)
		return;
	for (size_t p = 0; p < PLAYERS; p++) {
		const struct peer *peer = players[p].peer ? peer_named(players[p].peer) : NULL;

		entries[p].plays = !game->unseen || !peer || !peer->blind;
		entries[p].ns = must_alloc(TURNS_MAX, sizeof(double));
		if (entries[p].plays)
			entries[p].worker = start(bench, game, &players[p]);
	}
	turns = take_turns(bench, entries);
	for (size_t p = 0; p < PLAYERS; p++)
		if (entries[p].plays)
			worker_end(&entries[p].worker);
	report(game, entries, turns);
}

void contest_measure(const struct bench *bench)
{
	figure_heading("in turns with emulators' allocators, 4 GiB");
	for (size_t i = 0; i < sizeof(games) / sizeof(*games); i++)
		play(bench, &games[i]);
}
