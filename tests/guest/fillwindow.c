/* SPDX-License-Identifier: MIT */
/*
 * Fills the window to the last page, with single pages or with random sizes,
 * empties it in a random order, fills it again, and at the end maps each span
 * whole. What was free when it started is counted from the kernel's list.
 *
 *	fillwindow pages|sizes [SEED]
 */
#include "guest.h"

#define SLOTS 65000
#define FLAGS (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)

struct piece {
	char *at;
	size_t length;
};

static struct piece *pieces;
static size_t count;
static uint64_t state;

/* Neighbours differ in protection, so that each piece is a VMA of its own. */
static bool piece_map(size_t length)
{
	int prot = count % 2 ? PROT_READ : PROT_NONE;
	char *p = mmap(NULL, length, prot, FLAGS, -1, 0);

	if (p == MAP_FAILED) {
		if (errno != ENOMEM)
			die("mmap of 0x%zx: %s, not ENOMEM", length, strerrorname_np(errno));
		return false;
	}
	expect_inside("mmap", p, length);
	if (count == SLOTS)
		die("the window takes more than %d pieces", SLOTS);
	pieces[count++] = (struct piece){ p, length };
	return true;
}

static void piece_unmap(size_t i)
{
	if (munmap(pieces[i].at, pieces[i].length))
		die("munmap: %s", strerrorname_np(errno));
	pieces[i] = pieces[--count];
}

static void fill(bool sizes)
{
	size_t failures = 0;

	while (sizes && failures < 20) {
		failures += !piece_map((1 + random_next(&state) % 64) * page_size());
		if (count && random_next(&state) % 3 == 0)
			piece_unmap(random_next(&state) % count);
	}
	while (piece_map(page_size()))
		;
}

static size_t pieces_bytes(void)
{
	size_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += pieces[i].length;
	return sum;
}

static void empty(void)
{
	while (count)
		piece_unmap(random_next(&state) % count);
}

static size_t spans_free(const struct bounds *spans, int n)
{
	size_t sum = 0;

	for (int i = 0; i < n; i++)
		sum += spans[i].upper - spans[i].lower -
		       mapped_bytes(spans[i].lower, spans[i].upper);
	return sum;
}

/* A span in which nothing else lies can be had in one piece. */
static void map_whole(struct bounds span)
{
	size_t length = span.upper - span.lower;
	char *p;

	if (mapped_bytes(span.lower, span.upper))
		return;
	p = mmap((void *)span.lower, length, PROT_NONE, FLAGS, -1, 0);
	if (p != (char *)span.lower)
		die("0x%zx bytes of an empty span at 0x%lx: got %p", length, span.lower, p);
	munmap(p, length);
}

int main(int argc, char **argv)
{
	struct bounds spans[2];
	int n = spans_get(spans);
	size_t free_bytes;
	bool sizes = argc > 1 && strcmp(argv[1], "sizes") == 0;

	state = argc > 2 ? number(argv[2]) : 1;
	pieces = malloc(SLOTS * sizeof(*pieces));
	if (!pieces)
		die("malloc: %s", strerrorname_np(errno));
	free_bytes = spans_free(spans, n);
	for (int round = 0; round < 2; round++) {
		fill(sizes);
		printf("filled 0x%zx of 0x%zx\n", pieces_bytes(), free_bytes);
		if (pieces_bytes() != free_bytes)
			die("0x%zx bytes were free, 0x%zx could be mapped", free_bytes,
			    pieces_bytes());
		empty();
	}
	if (spans_free(spans, n) != free_bytes)
		die("mappings are left behind");
	for (int i = 0; i < n; i++)
		map_whole(spans[i]);
	return 0;
}
