/* SPDX-License-Identifier: MIT */
/* valimit_walk(), valimit_gap() and valimit_bounds(). */
#include "api.h"

#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>

#define BEGIN 0x300000000UL
#define END 0x310000000UL

static ssize_t walk(uintptr_t from, struct valimit_mapping *at, size_t count)
{
	return valimit_walk((void *)from, at, count, sizeof(*at));
}

static struct valimit_mapping mapping_at(const void *address)
{
	struct valimit_mapping mapping;

	check(walk((uintptr_t)address, &mapping, 1) == 1);
	return mapping;
}

static bool is_it(const struct valimit_mapping *mapping, const void *at, size_t length,
		  uint32_t prot, uint32_t kind)
{
	return mapping->start == (uintptr_t)at && mapping->end == (uintptr_t)at + length &&
	       mapping->prot == prot && mapping->kind == kind;
}

static void *ranged(uintptr_t begin, uintptr_t end, size_t size)
{
	return mmap_range((void *)begin, (void *)end, size, RW, PRIVATE, -1, 0);
}

/* The kernel's list, with the parts that the walk has split put together again. */
static void a_walk_is_the_kernels_list(void)
{
	static struct valimit_mapping all[1024];
	size_t count = 0, step = 1, i = 0;
	uintptr_t from = 0, next = 0;
	struct vma vma;
	ssize_t got;
	uintptr_t top = space_top(); /* stdio's first use, before anything is looked at */
	for (; (got = walk(from, all + count, step)) > 0; from = all[count - 1].end, step = step % 7 + 1) {
		count += (size_t)got;
		check(count + 8 < 1024);
	}
	check(got == 0 && count > 10);
	maps_open("/proc/self/maps");
	while (vma_read(&vma) && vma.start < top) {
		check(all[i].start == vma.start);
		for (next = vma.start; i < count && all[i].end <= vma.end; i++) {
			check(all[i].start == next && all[i].end > next);
			check(all[i].inode == vma.inode);
			check(all[i].prot == (uint32_t)((vma.perms[0] == 'r' ? PROT_READ : 0) |
							(vma.perms[1] == 'w' ? PROT_WRITE : 0) |
							(vma.perms[2] == 'x' ? PROT_EXEC : 0)));
			check(all[i].shared == (vma.perms[3] == 's'));
			next = all[i].end;
		}
		check(next == vma.end);
	}
	maps_close();
	check(i == count);
}

static void files_are_told(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	size_t page = page_size();
	struct valimit_mapping got;
	struct stat facts;
	char *at = mmap(NULL, 3 * page, PROT_READ, MAP_SHARED, fd, (off_t)page);

	check(at != MAP_FAILED && fstat(fd, &facts) == 0);
	got = mapping_at(at + page);
	check(got.start == (uintptr_t)at && got.end == (uintptr_t)at + 3 * page);
	check(got.inode == facts.st_ino && got.device == facts.st_dev && got.offset == page);
	check(got.prot == PROT_READ && got.shared == 1 && got.reserved == 0);
	close(fd);
}

static void kinds_are_told(void)
{
	struct valimit_mapping got;
	char *guest, *host, *ours;

	check(set_limit(LOWER, UPPER) == 0);
	guest = map(MIB);
	got = mapping_at(guest);
	check(got.kind == VALIMIT_GUEST && got.start <= (uintptr_t)guest);
	host = ranged(BEGIN, END, MIB);
	got = mapping_at(host);
	check(is_it(&got, host, MIB, RW, VALIMIT_HOST));
	check(got.caller != 0);
	got = mapping_at(host + MIB / 2);
	check(is_it(&got, host, MIB, RW, VALIMIT_HOST));
	if (fence_expected()) {
		got = mapping_at(host + MIB);
		check(got.start == (uintptr_t)host + MIB && got.kind == VALIMIT_FENCE && got.prot == 0);
		check(raw_mmap(BEGIN, MIB, RW, PRIVATE | MAP_FIXED) == (void *)BEGIN);
		got = mapping_at((void *)BEGIN);
		check(is_it(&got, (void *)BEGIN, MIB, RW, VALIMIT_FOREIGN));
	}
	ours = mmap((void *)(END + MIB), MIB, PROT_READ, PRIVATE | MAP_FIXED, -1, 0);
	got = mapping_at(ours);
	check(is_it(&got, ours, MIB, PROT_READ, VALIMIT_GUEST));
	check(valimit_reserve((void *)(END + 4 * MIB), (void *)(END + 8 * MIB)) == 0);
	got = mapping_at((void *)(END + 5 * MIB));
	check(is_it(&got, (void *)(END + 4 * MIB), 4 * MIB, 0, VALIMIT_RESERVED));
	ours = ranged(END + 4 * MIB, END + 8 * MIB, MIB);
	got = mapping_at(ours);
	check(is_it(&got, ours, MIB, RW, VALIMIT_HOST));
	/* In the window too. */
	check(valimit_reserve((void *)LOWER, (void *)(LOWER + 4 * MIB)) == 0);
	got = mapping_at((void *)(LOWER + MIB));
	check(is_it(&got, (void *)LOWER, 4 * MIB, 0, VALIMIT_RESERVED));
	check(mprotect(guest, page_size(), PROT_READ) == 0);
	got = mapping_at(guest);
	check(is_it(&got, guest, page_size(), PROT_READ, VALIMIT_GUEST));
}

static void the_librarys_own_is_told_and_occupied(void)
{
	struct valimit_mapping got[64];
	uintptr_t from = 0, own = 0;
	ssize_t count;

	check(set_limit(LOWER, UPPER) == 0);
	for (; !own && (count = walk(from, got, 64)) > 0; from = got[count - 1].end)
		for (ssize_t i = 0; i < count; i++)
			own = got[i].kind == VALIMIT_OWN ? got[i].start : own;
	check(own);
	/* No other mapping may have it. */
	check_fails(mmap((void *)own, MIB, RW, PRIVATE | MAP_FIXED, -1, 0), ENOMEM);
	check_fails(mmap((void *)own, MIB, RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0), EEXIST);
	check_fails(mmap((void *)(own + MIB), 64 * KIB, RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0),
		    EEXIST);
	check(in_window(map(MIB), MIB));
}

static void walks_that_cannot_be(void)
{
	struct {
		struct valimit_mapping known;
		uint64_t later[4];
	} wide[2];
	struct valimit_mapping got;

	nothing_changes_from_here();
	check_fails(valimit_walk(NULL, &got, 1, sizeof(got) - 1), EINVAL);
	check_fails(valimit_walk(NULL, NULL, 1, sizeof(got)), EFAULT);
	check_fails(valimit_walk(NULL, (void *)1, 1, sizeof(got)), EFAULT);
	check(valimit_walk(NULL, &got, 0, sizeof(got)) == 0);
	check(walk(UINTPTR_MAX, &got, 1) == 0 || get_limit().upper_bound == 0);
	/* A newer program's is filled as far as it is known. */
	memset(wide, 0x55, sizeof(wide));
	check(valimit_walk(NULL, &wide[0].known, 2, sizeof(wide[0])) == 2);
	check(wide[1].known.start >= wide[0].known.end);
	check(all_bytes(wide[0].later, sizeof(wide[0].later), 0x55));
	check_fails(valimit_bounds(NULL), EFAULT);
	check_unchanged();
}

static void without_proc_it_is_an_error(void)
{
	struct valimit_mapping got;
	int fd = 0, last = 0;

	while ((fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
		last = fd;
	check_fails(walk(0, &got, 1), EMFILE);
	close(last);
	check(walk(0, &got, 1) == 1);
}

static bool gap_is(uintptr_t begin, uintptr_t end, int largest, uintptr_t start, uintptr_t stop)
{
	struct va_limit gap = { 0, 0 };

	check(valimit_gap((void *)begin, (void *)end, largest, &gap) == 0);
	return gap.lower_bound == start && gap.upper_bound == stop;
}

static void gaps_are_what_is_not_mapped(void)
{
	struct va_limit gap;

	check(gap_is(BEGIN, END, 0, BEGIN, END) && gap_is(BEGIN, END, 1, BEGIN, END));
	check(ranged(BEGIN + MIB, BEGIN + 2 * MIB, MIB) != MAP_FAILED);
	check(ranged(BEGIN + 8 * MIB, BEGIN + 9 * MIB, MIB) != MAP_FAILED);
	check(gap_is(BEGIN, END, 0, BEGIN, BEGIN + MIB));
	check(gap_is(BEGIN + MIB, END, 0, BEGIN + 2 * MIB, BEGIN + 8 * MIB));
	check(gap_is(BEGIN + 3 * MIB, END, 0, BEGIN + 3 * MIB, BEGIN + 8 * MIB));
	check(gap_is(BEGIN, END, 1, BEGIN + 9 * MIB, END));
	check(gap_is(BEGIN, BEGIN + 9 * MIB, 1, BEGIN + 2 * MIB, BEGIN + 8 * MIB));
	check_fails(valimit_gap((void *)(BEGIN + MIB), (void *)(BEGIN + 2 * MIB), 0, &gap), ENOMEM);
	check_fails(valimit_gap((void *)END, (void *)BEGIN, 0, &gap), EINVAL);
	check_fails(valimit_gap((void *)space_top(), (void *)UINTPTR_MAX, 0, &gap), EINVAL);
	check_fails(valimit_gap((void *)BEGIN, (void *)END, 0, NULL), EFAULT);
	/* The gap that it names can be had. */
	check(valimit_gap((void *)BEGIN, (void *)END, 1, &gap) == 0);
	check(ranged(gap.lower_bound, gap.upper_bound, gap.upper_bound - gap.lower_bound) ==
	      (void *)gap.lower_bound);
	/* A reservation is none, but to those that name it. */
	check(valimit_reserve((void *)(BEGIN + 2 * MIB), (void *)(BEGIN + 6 * MIB)) == 0);
	check(gap_is(BEGIN + MIB, END, 0, BEGIN + 6 * MIB, BEGIN + 8 * MIB));
	check(gap_is(BEGIN + 2 * MIB, BEGIN + 6 * MIB, 0, BEGIN + 2 * MIB, BEGIN + 6 * MIB));
}

static void bounds_are_those_of_user_space(void)
{
	struct va_limit bounds;

	check(valimit_bounds(&bounds) == 0);
	check(bounds.lower_bound == space_min() && bounds.upper_bound == space_top());
	check(set_limit(LOWER, UPPER) == 0);
	check(valimit_bounds(&bounds) == 0);
	check(bounds.lower_bound == space_min() && bounds.upper_bound == space_top());
}

/* --- while others change ------------------------------------------------------- */

#define THREADS 16
#define SLICE (4 * MIB)

static volatile bool stop;

/* Each in addresses of its own: memory with access rights and nothing else. A host's call
 * that has waited for the table for too long is ENOMEM, and has changed nothing. */
static void *change(void *number)
{
	uintptr_t begin = BEGIN + (uintptr_t)number * SLICE;

	for (int i = 0; !stop; i++) {
		size_t size = (1 + (size_t)i % 5) * 64 * KIB;
		char *at = ranged(begin, begin + SLICE, size), *moved = MAP_FAILED;

		if (at == MAP_FAILED && errno == ENOMEM)
			continue;
		check(within(at, size, begin, begin + SLICE));
		memset(at, 1, 64);
		if (i % 3 == 0)
			moved = mremap_range(at, size, 2 * size, MREMAP_MAYMOVE, (void *)begin,
					     (void *)(begin + SLICE));
		if (moved == MAP_FAILED)
			check(all_bytes(at, 64, 1) && munmap(at, size) == 0);
		else
			check(all_bytes(moved, 64, 1) && munmap(moved, 2 * size) == 0);
	}
	return NULL;
}

static unsigned seen_host, seen_fence;

/* Its answer on a mapping is of one moment: fence has no access rights, and a mapping that
 * has some is a host's. */
static void look(const struct valimit_mapping *mapping)
{
	if (mapping->start < BEGIN || mapping->end > BEGIN + THREADS * SLICE)
		return;
	if (mapping->kind == VALIMIT_UNKNOWN)
		return;
	if (mapping->prot == RW) {
		check(mapping->kind == VALIMIT_HOST && mapping->caller != 0);
		seen_host++;
	} else {
		check(mapping->prot == PROT_NONE);
		check(mapping->kind == VALIMIT_FENCE);
		seen_fence++;
	}
}

static void look_at_all(const void *steady)
{
	struct valimit_mapping got[16];
	uintptr_t from = 0, end = 0;
	bool met = false;
	ssize_t count;

	for (; (count = walk(from, got, 16)) > 0; from = got[count - 1].end)
		for (ssize_t i = 0; i < count; i++) {
			/* Where two have become one since, a call begins with all of it. */
			check(got[i].end > got[i].start && (i == 0 || got[i].start >= end));
			end = got[i].end;
			/* Where the table could not be had for a second the kind is unknown. */
			met = met || is_it(&got[i], steady, MIB, RW, VALIMIT_HOST) ||
			      is_it(&got[i], steady, MIB, RW, VALIMIT_UNKNOWN);
			look(&got[i]);
		}
	check(count == 0 && met);
}

static void it_is_of_one_moment_beside_sixteen_threads(void)
{
	pthread_t thread[THREADS];
	void *steady;

	check(set_limit(LOWER, UPPER) == 0);
	steady = ranged(END + 64 * MIB, END + 66 * MIB, MIB);
	for (uintptr_t i = 0; i < THREADS; i++)
		check(pthread_create(&thread[i], NULL, change, (void *)i) == 0);
	for (int i = 0; i < 150 || seen_host == 0 || seen_fence == 0; i++)
		look_at_all(steady);
	stop = true;
	for (int i = 0; i < THREADS; i++)
		check(pthread_join(thread[i], NULL) == 0);
	check(seen_host && seen_fence);
}

static volatile int handled;

static void on_alarm(int signal)
{
	struct valimit_mapping got[4];

	(void)signal;
	check(walk(BEGIN, got, 4) >= 1);
	check(got[0].end > BEGIN);
	handled++;
}

static void handlers_walk(void)
{
	struct itimerval often = { { 0, 500 }, { 0, 500 } }, never = { { 0, 0 }, { 0, 0 } };

	check(set_limit(LOWER, UPPER) == 0);
	check(signal(SIGALRM, on_alarm) != SIG_ERR);
	check(setitimer(ITIMER_REAL, &often, NULL) == 0);
	while (handled < 500) {
		char *at = ranged(BEGIN, END, MIB);

		check(at != MAP_FAILED);
		at[0] = 1;
		check(munmap(at, MIB) == 0);
	}
	check(setitimer(ITIMER_REAL, &never, NULL) == 0);
}

/* For a tracer. */
static void walks_between_marks(void)
{
	struct valimit_mapping got[8];
	struct va_limit gap;

	check(set_limit(LOWER, UPPER) == 0 && guest_mark());
	check(walk(0, got, 8) == 8 && walk(got[7].end, got, 8) > 0);
	check(valimit_gap((void *)BEGIN, (void *)END, 1, &gap) == 0);
	check(guest_mark());
}

static const struct test_case cases[] = {
	CASE(a_walk_is_the_kernels_list),
	CASE(files_are_told),
	CASE(kinds_are_told),
	CASE(the_librarys_own_is_told_and_occupied),
	CASE(walks_that_cannot_be),
	CASE(without_proc_it_is_an_error),
	CASE(gaps_are_what_is_not_mapped),
	CASE(bounds_are_those_of_user_space),
	CASE(it_is_of_one_moment_beside_sixteen_threads),
	CASE(handlers_walk),
	{ "walks_between_marks", walks_between_marks },
	{ 0 }
};

/* A name that begins "limited_": the same while limits are in force. */
int main(int argc, char **argv)
{
	const char *limited = "limited_";

	if (argc == 2 && strncmp(argv[1], limited, strlen(limited)) == 0) {
		check(set_limit(LOWER, UPPER) == 0);
		argv[1] += strlen(limited);
	}
	return run_case(cases, argc, argv);
}
