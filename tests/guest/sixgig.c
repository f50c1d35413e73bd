/* SPDX-License-Identifier: MIT */
/*
 * Maps and unmaps 6 GiB again and again. Nothing may pile up: the address, the
 * number of mappings, the page tables and the resident memory are at the end
 * what they were after the first rounds. With `protect`, 64 MiB in it are made
 * writable and used.
 *
 *	sixgig ROUNDS [protect]
 */
#include "guest.h"

#define SIZE   (6 * GIB)
#define INSIDE (64 * MIB)
#define FIRST  10 /* rounds after which everything has settled */
#define SLACK  256 /* KiB */

struct use {
	unsigned long vmpte, rss; /* KiB */
	unsigned int vmas;
	char *at;
};

static unsigned long proc_field(const char *file, const char *name)
{
	static char text[8192];
	char path[64];
	const char *at;
	unsigned long value;
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/%s", file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (got < 0)
		die("%s: %s", path, strerror(errno));
	text[got] = '\0';
	close(fd);
	at = strstr(text, name);
	if (!at || sscanf(at + strlen(name), "%lu", &value) != 1)
		die("no %s in %s", name, path);
	return value;
}

/* smaps_rollup has the resident memory: the kernel counts that of status in batches, a
 * thread each, before Linux 6.2. */
static struct use use_read(char *at)
{
	return (struct use){ proc_field("status", "VmPTE:"), proc_field("smaps_rollup", "Rss:"),
			     vma_count(), at };
}

static char *round_make(bool protect)
{
	char *p = mmap(NULL, SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	expect_inside("mmap", p, SIZE);
	if (protect) {
		if (mprotect(p + SIZE / 2, INSIDE, PROT_READ | PROT_WRITE))
			die("mprotect: %s", strerrorname_np(errno));
		p[SIZE / 2] = p[SIZE / 2 + INSIDE - 1] = 1;
	}
	if (munmap(p, SIZE))
		die("munmap: %s", strerrorname_np(errno));
	return p;
}

static void use_print(const char *when, const struct use *use)
{
	printf("%s: address %p, VmPTE %lu kB, Rss %lu kB, %u mappings\n", when, (void *)use->at,
	       use->vmpte, use->rss, use->vmas);
}

int main(int argc, char **argv)
{
	uint64_t rounds = argc > 1 ? number(argv[1]) : 1000;
	bool protect = argc > 2 && strcmp(argv[2], "protect") == 0;
	bool wander = argc > 2 && strcmp(argv[2], "wander") == 0;
	struct use first = { 0 }, last;
	char *at = NULL;

	for (uint64_t i = 0; i < rounds; i++) {
		char *p = round_make(protect);

		if (i && p != at && !wander)
			die("round %lu: at %p, the round before at %p", i, (void *)p, (void *)at);
		at = p;
		if (i == FIRST)
			first = use_read(at);
	}
	if (wander) {
		printf("%lu rounds\n", rounds);
		return 0;
	}
	last = use_read(at);
	use_print("first", &first);
	use_print("last", &last);
	if (last.vmpte != first.vmpte || last.vmas != first.vmas || last.rss > first.rss + SLACK)
		die("something piles up");
	return 0;
}
