/* SPDX-License-Identifier: MIT */
/*
 * Host mappings are carved out of the fence, and it is closed behind them:
 * single steps, and 10,000 operations at random.
 */
#include "api.h"

#include <time.h>

static size_t page;

static void begin(void)
{
	page = page_size();
	check(set_limit(LOWER, UPPER) == 0);
	check_no_gap_outside(LOWER, UPPER);
}

/* Where there is no fence: that nothing is there. */
static bool is_fence(const void *at, size_t length)
{
	uintptr_t next = (uintptr_t)at, end = next + length;
	struct vma vma;

	if (!fence_expected())
		return mapped_bytes(next, end) == 0;
	while (next < end && vma_find(next, &vma) && strcmp(vma.perms, "---p") == 0)
		next = vma.end;
	return next >= end;
}

static void behind_munmap(void)
{
	char *at;

	begin();
	at = host_map(16 * page);
	check(!is_fence(at, page));
	check(munmap(at, 16 * page) == 0);
	check(is_fence(at, 16 * page));
	check_no_gap_outside(LOWER, UPPER);
}

static void behind_partial_munmaps(void)
{
	char *at;

	begin();
	at = host_map(16 * page);
	memset(at, 5, 16 * page);
	check(munmap(at, page) == 0 && munmap(at + 15 * page, page) == 0);
	check(munmap(at + 7 * page, 2 * page) == 0);
	check(is_fence(at, page) && is_fence(at + 15 * page, page));
	check(is_fence(at + 7 * page, 2 * page));
	check(all_bytes(at + page, 6 * page, 5) && all_bytes(at + 9 * page, 6 * page, 5));
	check_no_gap_outside(LOWER, UPPER);
	check(munmap(at - page, 18 * page) == 0);
	check(is_fence(at - page, 18 * page));
	check_no_gap_outside(LOWER, UPPER);
}

static void behind_mremap(void)
{
	char *at, *new;

	begin();
	at = host_map(16 * page);
	memset(at, 5, 16 * page);
	check(mremap(at, 16 * page, 8 * page, 0) == at);
	check(is_fence(at + 8 * page, 8 * page));
	check_no_gap_outside(LOWER, UPPER);
	new = mremap(at, 8 * page, 64 * page, MREMAP_MAYMOVE);
	check(beside_window(new, 64 * page) && all_bytes(new, 8 * page, 5));
	check(all_bytes(new + 8 * page, 56 * page, 0));
	check(new == at || is_fence(at, 8 * page));
	check_no_gap_outside(LOWER, UPPER);
	at = new;
	new = mremap(at, 64 * page, 64 * page, MREMAP_MAYMOVE | MREMAP_FIXED, 0x500000000);
	check(new == (char *)0x500000000 && all_bytes(new, 8 * page, 5));
	check(is_fence(at, 64 * page));
	check_no_gap_outside(LOWER, UPPER);
	/* Into the window, and out of it again. */
	at = mremap(new, 64 * page, 64 * page, MREMAP_MAYMOVE | MREMAP_FIXED, LOWER);
	check(at == (char *)LOWER && is_fence(new, 64 * page));
	check_no_gap_outside(LOWER, UPPER);
	new = mremap(at, 64 * page, 64 * page, MREMAP_MAYMOVE | MREMAP_FIXED, 0x500000000);
	check(new == (char *)0x500000000 && all_bytes(new, 8 * page, 5));
	check_no_gap_outside(LOWER, UPPER);
}

static void a_host_grows_in_place_into_the_fence(void)
{
	char *at;

	begin();
	valimit_host_enter();
	at = mmap((void *)0x500000000, page, RW, PRIVATE, -1, 0);
	check(at == (char *)0x500000000);
	memset(at, 6, page);
	check(mremap(at, page, 16 * page, 0) == at);
	check(all_bytes(at, page, 6) && all_bytes(at + page, 15 * page, 0));
	valimit_host_leave();
	check_no_gap_outside(LOWER, UPPER);
	check(munmap(at, 16 * page) == 0 && is_fence(at, 16 * page));
}

static void the_fence_cannot_be_used(void)
{
	void *fence = (void *)0x500000000;

	begin();
	nothing_changes_from_here();
	check(munmap(fence, MIB) == 0);
	check_fails(mremap(fence, MIB, 2 * MIB, MREMAP_MAYMOVE), EFAULT);
	check_fails(mremap(fence, MIB, MIB / 2, 0), EFAULT);
	check_fails(mremap(fence, MIB, MIB, MREMAP_MAYMOVE | MREMAP_FIXED, LOWER), EFAULT);
	check_unchanged();
	check_no_gap_outside(LOWER, UPPER);
}

/* A host's call that fails leaves the fence as it was. */
static void behind_failures(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	begin();
	nothing_changes_from_here();
	valimit_host_enter();
	check_fails(mmap(NULL, MIB, RW, MAP_PRIVATE, -1, 0), EBADF);
	check_fails(mmap(NULL, MIB, RW, MAP_SHARED, fd, 0), EACCES);
	check_fails(mmap((void *)0x500000000, MIB, RW, MAP_SHARED, fd, 0), EACCES);
	check_fails(mmap((void *)0x500000000, MIB, RW, MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0),
		    EACCES);
	check_fails(mmap(NULL, 1UL << 60, RW, PRIVATE, -1, 0), ENOMEM);
	check_fails(mmap(NULL, MIB, RW, MAP_ANONYMOUS, -1, 0), EINVAL);
	valimit_host_leave();
	check_unchanged();
	check_no_gap_outside(LOWER, UPPER);
}

/* ---- 10,000 operations ---------------------------------------------------- */

#define OPERATIONS 10000
#define PIECES 400
#define PAGES_MAX 16

static struct piece {
	unsigned char *at; /* NULL: none */
	size_t pages;
	bool host, anywhere; /* anywhere: where the caller wanted it */
	int byte;
} pieces[PIECES];

static uint64_t state;

static size_t roll(size_t sides)
{
	return random_next(&state) % sides;
}

static bool rightly_placed(const struct piece *piece)
{
	size_t length = piece->pages * page;

	return piece->anywhere ||
	       (piece->host ? beside_window(piece->at, length) : in_window(piece->at, length));
}

static void look(const struct piece *piece)
{
	if (!rightly_placed(piece))
		die("a %s's piece of %zu pages lies at %p", piece->host ? "host" : "guest",
		    piece->pages, (void *)piece->at);
	for (size_t i = 0; i < piece->pages; i++)
		if (piece->at[i * page] != piece->byte || piece->at[(i + 1) * page - 1] != piece->byte)
			die("page %zu of a piece at %p is not what it was", i, (void *)piece->at);
}

static void fill(struct piece *piece, int byte)
{
	piece->byte = byte;
	for (size_t i = 0; i < piece->pages; i++) {
		piece->at[i * page] = (unsigned char)byte;
		piece->at[(i + 1) * page - 1] = (unsigned char)byte;
	}
}

static bool taken(uintptr_t start, size_t length)
{
	for (int i = 0; i < PIECES; i++)
		if (pieces[i].at && (uintptr_t)pieces[i].at < start + length &&
		    start < (uintptr_t)pieces[i].at + pieces[i].pages * page)
			return true;
	return false;
}

/* Free addresses outside that only a piece of ours uses. */
static uintptr_t place_outside(size_t length)
{
	uintptr_t at;

	do
		at = 0x500000000 + roll(4096) * page;
	while (taken(at, length));
	return at;
}

static void act_map(struct piece *piece)
{
	size_t length;
	long at;
	bool scoped = roll(2);

	piece->pages = 1 + roll(PAGES_MAX);
	piece->host = scoped;
	length = piece->pages * page;
	if (scoped)
		valimit_host_enter();
	switch (roll(5)) {
	case 0:
		piece->anywhere = true;
		at = (long)mmap((void *)place_outside(length), length, RW, PRIVATE | MAP_FIXED, -1, 0);
		break;
	case 1:
		/* Its range makes it a host's. */
		piece->anywhere = piece->host = true;
		at = (long)mmap_range((void *)0x600000000, (void *)0x604000000, length, RW, PRIVATE,
				      -1, 0);
		check(within((void *)at, length, 0x600000000, 0x604000000));
		break;
	case 2:
		piece->anywhere = false;
		at = syscall(SYS_mmap, 0, length, RW, PRIVATE, -1, 0);
		break;
	default:
		piece->anywhere = false;
		at = (long)map(length);
	}
	if (scoped)
		valimit_host_leave();
	if (at == -1)
		die("a mapping of %zu pages: %s", piece->pages, strerrorname_np(errno));
	piece->at = (unsigned char *)at;
	for (size_t i = 0; i < piece->pages; i++)
		check(piece->at[i * page] == 0);
	fill(piece, 1 + (int)roll(255));
}

static void act_unmap(struct piece *piece)
{
	size_t first = roll(piece->pages), count = 1 + roll(piece->pages - first);

	check(munmap(piece->at + first * page, count * page) == 0);
	/* One end is left; of two, the upper one goes as well. */
	if (first + count < piece->pages && first > 0)
		check(munmap(piece->at + (first + count) * page,
			     (piece->pages - first - count) * page) == 0);
	if (first > 0) {
		piece->pages = first;
	} else if (count < piece->pages) {
		piece->at += count * page;
		piece->pages -= count;
	} else {
		piece->at = NULL;
	}
}

static void act_resize(struct piece *piece)
{
	size_t pages = 1 + roll(2 * PAGES_MAX), was = piece->pages;
	unsigned char *old = piece->at;
	void *at = mremap(old, was * page, pages * page, roll(4) ? MREMAP_MAYMOVE : 0);

	if (at == MAP_FAILED) {
		check(errno == ENOMEM && pages > was);
		return;
	}
	/* A mapping that had to move has gone to the place of its kind. */
	if (at != old)
		piece->anywhere = false;
	piece->at = at;
	piece->pages = pages < was ? pages : was;
	look(piece);
	for (size_t i = was; i < pages; i++)
		check(piece->at[i * page] == 0);
	piece->pages = pages;
	fill(piece, piece->byte);
}

static void act_move(struct piece *piece)
{
	size_t length = piece->pages * page;
	uintptr_t to = place_outside(length);
	void *at = mremap(piece->at, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, to);

	check(at == (void *)to);
	piece->at = at;
	piece->anywhere = true;
}

static void act(void)
{
	struct piece *piece = &pieces[roll(PIECES)];

	if (!piece->at) {
		act_map(piece);
		return;
	}
	look(piece);
	switch (roll(4)) {
	case 0:
		act_unmap(piece);
		break;
	case 1:
		act_move(piece);
		break;
	case 2:
		act_resize(piece);
		break;
	default:
		check(munmap(piece->at, piece->pages * page) == 0);
		piece->at = NULL;
	}
}

/* The window's top, of which the library keeps some back, counts as free. */
static void what_is_kept_back_is_free(void)
{
	struct valimit_stats stats;
	struct vma vma;
	size_t used = 0, gap = 0;
	uintptr_t at = LOWER;

	begin();
	check(valimit_stats(&stats, sizeof(stats)) == 0);
	maps_open("/proc/self/maps");
	while (vma_read(&vma)) {
		if (vma.end <= LOWER || vma.start >= UPPER || strcmp(vma.perms, "---p") == 0)
			continue;
		gap = vma.start - at > gap ? vma.start - at : gap;
		used += vma.end - vma.start;
		at = vma.end;
	}
	maps_close();
	gap = UPPER - at > gap ? UPPER - at : gap;
	check(stats.largest_gap == gap);
	check(!fence_expected() || stats.guest_bytes == used);
}

static void ten_thousand_operations(void)
{
	const char *seed = getenv("TEST_SEED");

	state = seed ? strtoull(seed, NULL, 0) : (uint64_t)time(NULL);
	printf("# seed %lu: TEST_SEED=%lu replays it\n", state, state);
	fflush(stdout);
	begin();
	for (int i = 0; i < OPERATIONS; i++) {
		act();
		if (i % 1000 == 0)
			check_no_gap_outside(LOWER, UPPER);
	}
	check_no_gap_outside(LOWER, UPPER);
	for (int i = 0; i < PIECES; i++)
		if (pieces[i].at)
			look(&pieces[i]);
	for (int i = 0; i < PIECES; i++)
		if (pieces[i].at)
			check(munmap(pieces[i].at, pieces[i].pages * page) == 0);
	check_no_gap_outside(LOWER, UPPER);
	check(is_fence((void *)0x500000000, 0x200000000));
}

static const struct test_case cases[] = {
	CASE(behind_munmap),
	CASE(behind_partial_munmaps),
	CASE(behind_mremap),
	CASE(a_host_grows_in_place_into_the_fence),
	CASE(the_fence_cannot_be_used),
	CASE(behind_failures),
	CASE(what_is_kept_back_is_free),
	CASE(ten_thousand_operations),
	{ 0 }
};

int main(int argc, char **argv)
{
	return run_case(cases, argc, argv);
}
