/* SPDX-License-Identifier: MIT */
/* valimit_reserve() and valimit_release(). */
#include "api.h"

#include <pthread.h>
#include <signal.h>
#include <sys/shm.h>
#include <sys/time.h>
#include <sys/wait.h>

#define BEGIN 0x300000000UL
#define END 0x310000000UL
#define SIZE (END - BEGIN)

static int reserve_it(uintptr_t begin, uintptr_t end)
{
	return valimit_reserve((void *)begin, (void *)end);
}

static int release_it(uintptr_t begin, uintptr_t end)
{
	return valimit_release((void *)begin, (void *)end);
}

static void *ranged(uintptr_t begin, uintptr_t end, size_t size)
{
	return mmap_range((void *)begin, (void *)end, size, RW, PRIVATE, -1, 0);
}

static bool in_it(const void *at, size_t length)
{
	return within(at, length, BEGIN, END);
}

static bool beside_it(const void *at, size_t length)
{
	return at != MAP_FAILED && ((uintptr_t)at + length <= BEGIN || (uintptr_t)at >= END);
}

/* No page of it is empty, and so many bytes have access rights. */
static void check_filled(uintptr_t begin, uintptr_t end, size_t usable)
{
	uintptr_t next = begin;
	size_t found = 0;
	struct vma vma;

	maps_open("/proc/self/maps");
	while (next < end && vma_read(&vma)) {
		uintptr_t start = vma.start > begin ? vma.start : begin;
		uintptr_t stop = vma.end < end ? vma.end : end;

		if (start >= stop)
			continue;
		if (start > next)
			die("a gap in what is reserved: 0x%lx-0x%lx", next, start);
		if (strcmp(vma.perms, "---p") != 0)
			found += stop - start;
		next = stop;
	}
	maps_close();
	if (next < end)
		die("a gap in what is reserved: 0x%lx-0x%lx", next, end);
	if (found != usable)
		die("0x%lx bytes can be used, not 0x%lx", found, usable);
}

static void only_calls_that_name_it_get_in(void)
{
	void *big = malloc(300 * MIB);

	check(reserve_it(BEGIN, END) == 0);
	check(beside_it(map(MIB), MIB));
	for (uintptr_t at = BEGIN; at < END; at += SIZE / 16) {
		check(beside_it(mmap((void *)at, MIB, RW, PRIVATE, -1, 0), MIB));
		check(beside_it(raw_mmap(at, MIB, RW, PRIVATE), MIB));
		check_fails(mmap((void *)at, MIB, RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0), EEXIST);
		check((long)raw_mmap(at, MIB, RW, PRIVATE | MAP_FIXED_NOREPLACE) == -1);
	}
	check(beside_it(malloc(20 * MIB), 20 * MIB));
	check_filled(BEGIN, END, 0);
	check(in_it(ranged(BEGIN, END, MIB), MIB));
	check_filled(BEGIN, END, MIB);
	free(big);
}

static void ranges_fill_it_to_the_last_page(void)
{
	size_t page = page_size();
	char *at[16];

	check(reserve_it(BEGIN, BEGIN + 16 * page) == 0);
	for (int i = 0; i < 16; i++) {
		at[i] = ranged(BEGIN, BEGIN + 16 * page, page);
		check(within(at[i], page, BEGIN, BEGIN + 16 * page));
		memset(at[i], i + 1, page);
	}
	nothing_changes_from_here();
	check_fails(ranged(BEGIN, BEGIN + 16 * page, page), ENOMEM);
	check_unchanged();
	for (int i = 0; i < 16; i++)
		check(all_bytes(at[i], page, i + 1));
	check(munmap(at[5], page) == 0);
	check_filled(BEGIN, BEGIN + 16 * page, 15 * page);
	check(ranged(BEGIN, BEGIN + 16 * page, 1) == at[5] && all_bytes(at[5], page, 0));
	for (int i = 0; i < 16; i++)
		check(i == 5 || all_bytes(at[i], page, i + 1));
}

/* A hundred times over, in one place. */
static void what_is_unmapped_is_reserved_again(void)
{
	char *at = NULL;

	check(reserve_it(BEGIN, END) == 0);
	for (int i = 0; i < 1000; i++) {
		char *now = ranged(BEGIN, END, 3 * MIB);

		check(in_it(now, 3 * MIB) && (!at || now == at));
		at = now;
		at[0] = 1;
		check(munmap(at + MIB, MIB) == 0 && at[0] == 1);
		check(munmap(at, 3 * MIB) == 0);
		if (i % 100 == 0)
			check_filled(BEGIN, END, 0);
	}
	check_filled(BEGIN, END, 0);
	/* What is free of it is not the program's to unmap or to move. */
	check(munmap((void *)BEGIN, SIZE) == 0);
	check_filled(BEGIN, END, 0);
	check_fails(mremap((void *)BEGIN, MIB, MIB, MREMAP_MAYMOVE | MREMAP_FIXED, map(MIB)), EFAULT);
	check_filled(BEGIN, END, 0);
	/* Across its end. */
	check(mmap((void *)(END - MIB), 2 * MIB, RW, PRIVATE | MAP_FIXED, -1, 0) ==
	      (void *)(END - MIB));
	memset((void *)(END - MIB), 1, 2 * MIB);
	check(munmap((void *)(END - MIB), 2 * MIB) == 0);
	check_filled(BEGIN, END, 0);
}

static void fixed_addresses_replace_it(void)
{
	struct valimit_request asked = {
		.address = BEGIN + 8 * MIB, .begin = BEGIN, .end = END, .length = MIB,
		.prot = RW, .flags = PRIVATE | MAP_FIXED_NOREPLACE, .fd = -1,
	};
	char *at = (char *)BEGIN;

	check(reserve_it(BEGIN, END) == 0);
	check(mmap(at, MIB, RW, PRIVATE | MAP_FIXED, -1, 0) == at);
	memset(at, 7, MIB);
	/* With a range the reservation is free, and what is mapped in it is not. */
	check(valimit_place(&asked, sizeof(asked)) == (void *)(BEGIN + 8 * MIB));
	memset((void *)asked.address, 8, MIB);
	check_fails(valimit_place(&asked, sizeof(asked)), EEXIST);
	asked.address -= MIB / 2;
	check_fails(valimit_place(&asked, sizeof(asked)), EEXIST);
	check(all_bytes((void *)(BEGIN + 8 * MIB), MIB, 8));
	/* A hint. */
	asked.flags = PRIVATE;
	asked.address = BEGIN + 16 * MIB;
	check(valimit_place(&asked, sizeof(asked)) == (void *)(BEGIN + 16 * MIB));
	check(all_bytes(at, MIB, 7));
	for (int i = 0; i < 50; i++)
		check(beside_it(map(MIB), MIB) || get_limit().lower_bound == 0);
	check(munmap(at, MIB) == 0);
	check_filled(BEGIN, END, 2 * MIB);
	/* A failure keeps what is there. */
	check_fails(mmap((void *)(BEGIN + 8 * MIB), MIB, RW, MAP_SHARED | MAP_FIXED, -1, 0), EBADF);
	check_fails(mmap((void *)BEGIN, MIB, RW, MAP_SHARED | MAP_FIXED, -1, 0), EBADF);
	check(all_bytes((void *)(BEGIN + 8 * MIB), MIB, 8));
	check_filled(BEGIN, END, 2 * MIB);
}

static void a_direction_and_an_alignment_hold_in_it(void)
{
	struct valimit_request asked = {
		.begin = BEGIN, .end = END, .length = page_size(), .alignment = MIB,
		.prot = RW, .flags = PRIVATE, .fd = -1, .direction = VALIMIT_BOTTOMUP,
	};

	check(reserve_it(BEGIN, END) == 0);
	check(valimit_place(&asked, sizeof(asked)) == (void *)BEGIN);
	check(valimit_place(&asked, sizeof(asked)) == (void *)(BEGIN + MIB));
	asked.direction = VALIMIT_TOPDOWN;
	check(valimit_place(&asked, sizeof(asked)) == (void *)(END - MIB));
	check(valimit_place(&asked, sizeof(asked)) == (void *)(END - 2 * MIB));
	asked.address = BEGIN + MIB;
	check(valimit_place(&asked, sizeof(asked)) == (void *)(END - 3 * MIB));
	asked.direction = VALIMIT_BOTTOMUP;
	asked.address = END - 3 * MIB;
	check(valimit_place(&asked, sizeof(asked)) == (void *)(BEGIN + 2 * MIB));
	check_filled(BEGIN, END, 6 * page_size());
}

static void mremap_moves_in_grows_and_leaves(void)
{
	char *at = map(MIB), *neighbour;

	check(reserve_it(BEGIN, END) == 0);
	memset(at, 3, MIB);
	at = mremap_range(at, MIB, 2 * MIB, MREMAP_MAYMOVE, (void *)BEGIN, (void *)END);
	check(in_it(at, 2 * MIB) && all_bytes(at, MIB, 3));
	check_filled(BEGIN, END, 2 * MIB);
	/* In place into what is reserved behind it, which is its own to grow into. */
	check(munmap(at, 2 * MIB) == 0);
	at = mmap((void *)BEGIN, MIB, RW, PRIVATE | MAP_FIXED, -1, 0);
	memset(at, 4, MIB);
	check(mremap(at, MIB, 4 * MIB, 0) == at);
	check(all_bytes(at, MIB, 4) && all_bytes(at + MIB, 3 * MIB, 0));
	check_filled(BEGIN, END, 4 * MIB);
	check(mremap(at, 4 * MIB, MIB, 0) == at);
	check_filled(BEGIN, END, MIB);
	/* What lies beside it does not grow into it. */
	neighbour = mmap((void *)(BEGIN - MIB), MIB, RW, PRIVATE | MAP_FIXED, -1, 0);
	check(munmap(at, MIB) == 0);
	memset(neighbour, 5, MIB);
	check_fails(mremap(neighbour, MIB, 2 * MIB, 0), ENOMEM);
	check(all_bytes(neighbour, MIB, 5));
	check_filled(BEGIN, END, 0);
	/* Out of it. */
	at = ranged(BEGIN, END, MIB);
	memset(at, 6, MIB);
	at = mremap(at, MIB, MIB, MREMAP_MAYMOVE | MREMAP_FIXED, neighbour);
	check(at == neighbour && all_bytes(at, MIB, 6));
	check_filled(BEGIN, END, 0);
	check_fails(mremap_range(at, MIB, 2 * SIZE, MREMAP_MAYMOVE, (void *)BEGIN, (void *)END),
		    ENOMEM);
	check(all_bytes(at, MIB, 6));
	check_filled(BEGIN, END, 0);
}

static void segments_attach_and_detach(void)
{
	int id = shmget(IPC_PRIVATE, MIB, IPC_CREAT | 0600);
	char *at, *again;

	check(reserve_it(BEGIN, END) == 0);
	at = shmat_range(id, (void *)BEGIN, (void *)END, 0);
	check(in_it(at, MIB));
	memset(at, 9, MIB);
	again = shmat(id, (void *)BEGIN, SHM_REMAP);
	check(again == (void *)BEGIN && all_bytes(again, MIB, 9));
	check_fails(shmat(id, (void *)(BEGIN + 8 * MIB), 0), EINVAL);
	shmctl(id, IPC_RMID, NULL);
	check_filled(BEGIN, END, 2 * MIB);
	check(shmdt(again) == 0);
	check_filled(BEGIN, END, MIB);
	check(all_bytes(at, MIB, 9) && shmdt(at) == 0);
	check_filled(BEGIN, END, 0);
}

static void files_lie_in_it(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	char *at;

	check(reserve_it(BEGIN, END) == 0);
	at = mmap_range((void *)BEGIN, (void *)END, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	check(in_it(at, 4096) && memcmp(at, "\177ELF", 4) == 0);
	check(mmap((void *)BEGIN, 4096, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) == (void *)BEGIN);
	check(memcmp((void *)BEGIN, "\177ELF", 4) == 0);
	check_fails(mmap_range((void *)BEGIN, (void *)END, 4096, RW, MAP_SHARED, fd, 0), EACCES);
	check_filled(BEGIN, END, 2 * page_size());
	close(fd);
}

static void it_is_carved_grown_and_shrunk(void)
{
	char *at = (char *)BEGIN + 4 * MIB;

	check(reserve_it(BEGIN, BEGIN + 8 * MIB) == 0);
	check(mmap(at, MIB, RW, PRIVATE | MAP_FIXED, -1, 0) == at);
	memset(at, 2, MIB);
	/* Grown: what it has is no obstacle. */
	check(reserve_it(BEGIN, END) == 0);
	check_filled(BEGIN, END, MIB);
	/* Carved: three are left of one; what is mapped stays. */
	check(release_it(BEGIN + 2 * MIB, BEGIN + 6 * MIB) == 0);
	check(all_bytes(at, MIB, 2));
	check(munmap(at, MIB) == 0);
	at = mmap((void *)(BEGIN + 2 * MIB), 4 * MIB, RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0);
	check(at == (void *)(BEGIN + 2 * MIB));
	memset(at, 1, 4 * MIB);
	check_filled(BEGIN, BEGIN + 2 * MIB, 0);
	check_filled(BEGIN + 6 * MIB, END, 0);
	nothing_changes_from_here();
	check_fails(reserve_it(BEGIN, END), EEXIST);
	check_fails(reserve_it(BEGIN + 5 * MIB, END + MIB), EEXIST);
	check_unchanged();
	check(all_bytes(at, 4 * MIB, 1) && munmap(at, 4 * MIB) == 0);
	/* Joined again. */
	check(reserve_it(BEGIN + 2 * MIB, BEGIN + 6 * MIB) == 0);
	check(ranged(BEGIN, END, SIZE) == (void *)BEGIN);
	check(munmap((void *)BEGIN, SIZE) == 0);
	check_filled(BEGIN, END, 0);
	/* Shrunk, and gone. */
	check(release_it(BEGIN + SIZE / 2, END) == 0);
	check_fails(ranged(BEGIN, BEGIN + SIZE / 2, SIZE / 2 + MIB), ENOMEM);
	check(release_it(BEGIN - MIB, END + MIB) == 0);
	check(release_it(BEGIN, END) == 0);
	check(mmap((void *)BEGIN, SIZE, RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0) == (void *)BEGIN);
	memset((void *)BEGIN, 1, MIB);
	check(munmap((void *)BEGIN, SIZE) == 0);
	check(mapped_bytes(BEGIN, END) == 0 || get_limit().upper_bound != 0);
}

static void several_stand_at_once(void)
{
	size_t step = 4 * MIB;
	int made = 0;

	while (made < 32 && reserve_it(BEGIN + 2 * (uintptr_t)made * step,
				       BEGIN + (2 * (uintptr_t)made + 1) * step) == 0)
		made++;
	check(made == 32);
	for (uintptr_t at = BEGIN; at < END; at += 2 * step) {
		char *mine = ranged(at, at + step, step);

		check(mine == (void *)at);
		memset(mine, 1, page_size());
	}
	check_filled(BEGIN, BEGIN + step, step);
	/* Too many are an error, and nothing is left of it. */
	for (made = 32; made < 64; made++)
		check(reserve_it(END + 2 * (uintptr_t)made * step,
				 END + (2 * (uintptr_t)made + 1) * step) == 0);
	nothing_changes_from_here();
	check_fails(reserve_it(END, END + step), ENOMEM);
	check_unchanged();
	for (uintptr_t at = BEGIN; at < END; at += 2 * step)
		check(((char *)at)[0] == 1);
}

/* Who wants to be anywhere does not fill what is reserved for others. */
static void a_wide_range_takes_what_is_free_beside_it_first(void)
{
	check(reserve_it(BEGIN, END) == 0);
	for (int i = 0; i < 20; i++)
		check(beside_it(ranged(BEGIN - 64 * MIB, END + 64 * MIB, MIB), MIB));
	while (beside_it(ranged(BEGIN - 64 * MIB, END + 64 * MIB, MIB), MIB))
		;
	check_filled(BEGIN, END, MIB);
}

/* The kernel's list is asked: nothing that a system call has put there is lost. */
static void what_came_unseen_is_not_replaced(void)
{
	char *unseen = (char *)END - 2 * MIB;

	check(reserve_it(BEGIN, END) == 0);
	check(raw_mmap((uintptr_t)unseen, 2 * MIB, RW, PRIVATE | MAP_FIXED) == unseen);
	memset(unseen, 6, 2 * MIB);
	for (int i = 0; i < 32; i++) {
		char *at = ranged(BEGIN, END, 4 * MIB);

		check(in_it(at, 4 * MIB) && at + 4 * MIB <= unseen);
		memset(at, 1, page_size());
	}
	check(all_bytes(unseen, 2 * MIB, 6));
	check(munmap(unseen, 2 * MIB) == 0);
	check_filled(BEGIN, END, 128 * MIB);
	check(ranged(BEGIN, END, 2 * MIB) == unseen || in_it(unseen, 1));
}

static void it_outlasts_changes_of_the_limits(void)
{
	size_t usable = MIB;
	char *at;

	check(reserve_it(BEGIN, END) == 0);
	at = ranged(BEGIN, END, MIB);
	memset(at, 1, MIB);
	for (int i = 0; i < 3; i++) {
		check(set_limit(LOWER, UPPER) == 0);
		check_filled(BEGIN, END, usable);
		check(set_limit(BEGIN - 64 * MIB, END + 64 * MIB) == 0);
		check_filled(BEGIN, END, usable);
		check(beside_it(map(MIB), MIB));
		check(set_limit(BEGIN + SIZE / 2, END + 64 * MIB) == 0);
		check_filled(BEGIN, END, usable);
		check(beside_it(map(MIB), MIB));
		check(in_it(ranged(BEGIN, END, 3 * MIB), 3 * MIB));
		usable += 3 * MIB;
		check(set_limit(0, 0) == 0);
		check_filled(BEGIN, END, usable);
		check(beside_it(map(MIB), MIB));
	}
	check(all_bytes(at, MIB, 1));
	check(release_it(BEGIN, END) == 0);
	check(mapped_bytes(BEGIN, END) == usable);
}

static void a_child_has_it(void)
{
	char *at;
	int status;
	pid_t child;

	check(reserve_it(BEGIN, END) == 0);
	at = ranged(BEGIN, END, MIB);
	memset(at, 1, MIB);
	child = fork();
	if (child == 0) {
		check(all_bytes(at, MIB, 1) && munmap(at, MIB) == 0);
		check_filled(BEGIN, END, 0);
		check(beside_it(map(MIB), MIB));
		check(in_it(ranged(BEGIN, END, MIB), MIB));
		check(release_it(BEGIN, END) == 0);
		exit(0);
	}
	check(waitpid(child, &status, 0) == child && status == 0);
	check(all_bytes(at, MIB, 1));
	check_filled(BEGIN, END, MIB);
}

static void reservations_that_cannot_be(void)
{
	uintptr_t own = (uintptr_t)&reserve_it & -page_size();
	char *taken = mmap((void *)(BEGIN + MIB), MIB, RW, PRIVATE | MAP_FIXED, -1, 0);

	memset(taken, 3, MIB);
	nothing_changes_from_here();
	check_fails(reserve_it(BEGIN + 1, END), EINVAL);
	check_fails(reserve_it(BEGIN, END - 1), EINVAL);
	check_fails(reserve_it(END, BEGIN), EINVAL);
	check_fails(reserve_it(BEGIN, BEGIN), EINVAL);
	check_fails(release_it(BEGIN, BEGIN), EINVAL);
	check_fails(release_it(BEGIN + 1, END), EINVAL);
	check_fails(reserve_it(0, BEGIN), ENOMEM);
	check_fails(reserve_it(BEGIN, space_top() + page_size()), ENOMEM);
	check_fails(reserve_it(BEGIN, END), EEXIST);
	check_fails(reserve_it(BEGIN + MIB, END), EEXIST);
	check_fails(reserve_it(BEGIN, BEGIN + 2 * MIB), EEXIST);
	check_fails(reserve_it(own, own + page_size()), EEXIST);
	check(release_it(BEGIN, END) == 0);
	check_unchanged();
	check(all_bytes(taken, MIB, 3));
}

/* --- threads and handlers ----------------------------------------------------- */

static volatile bool stop;

/* One that wants to get in, by all that does not name the reservation. */
static void *intrude(void *unused)
{
	(void)unused;
	for (uintptr_t at = BEGIN; !stop; at = at + 64 * KIB < END ? at + 64 * KIB : BEGIN) {
		void *got = raw_mmap(at, 64 * KIB, RW, PRIVATE | MAP_FIXED_NOREPLACE);

		check(got == MAP_FAILED || beside_it(got, 64 * KIB));
		got = raw_mmap(at, 64 * KIB, RW, PRIVATE);
		check(beside_it(got, 64 * KIB));
		raw_munmap(got, 64 * KIB);
	}
	return NULL;
}

#define ROUNDS 1500

static void *work(void *argument)
{
	int byte = (int)(long)argument;
	size_t page = page_size();
	char *kept[8] = { 0 };

	for (int i = 0; i < ROUNDS; i++) {
		int slot = i % 8;
		size_t size = page * (2 + (size_t)(i * 7 + byte) % 9);

		if (kept[slot])
			check(all_bytes(kept[slot], page, byte + slot) &&
			      munmap(kept[slot], page) == 0);
		kept[slot] = ranged(BEGIN, END, size);
		check(in_it(kept[slot], size) && all_bytes(kept[slot], size, 0));
		memset(kept[slot], byte + slot, size);
		check(munmap(kept[slot] + page, size - page) == 0);
	}
	for (int slot = 0; slot < 8; slot++)
		check(all_bytes(kept[slot], page, byte + slot) && munmap(kept[slot], page) == 0);
	return NULL;
}

static void two_threads_share_it_and_a_third_stays_out(void)
{
	pthread_t other, intruder;

	check(reserve_it(BEGIN, END) == 0);
	check(pthread_create(&intruder, NULL, intrude, NULL) == 0);
	check(pthread_create(&other, NULL, work, (void *)16L) == 0);
	work((void *)64L);
	check(pthread_join(other, NULL) == 0);
	stop = true;
	check(pthread_join(intruder, NULL) == 0);
	check_filled(BEGIN, END, 0);
	check(ranged(BEGIN, END, SIZE) == (void *)BEGIN);
}

/* Each its own, made and ended while the other maps. */
static void *reserve_and_end(void *unused)
{
	uintptr_t begin = END + MIB, end = END + 64 * MIB;

	(void)unused;
	for (int i = 0; i < 300; i++) {
		check(reserve_it(begin, end) == 0);
		char *at = ranged(begin, end, MIB);

		check(within(at, MIB, begin, end));
		at[0] = 1;
		check(release_it(begin, end) == 0);
		check(at[0] == 1 && munmap(at, MIB) == 0);
	}
	return NULL;
}

static void reservations_come_and_go_beside_others(void)
{
	pthread_t other;

	check(reserve_it(BEGIN, END) == 0);
	check(pthread_create(&other, NULL, reserve_and_end, NULL) == 0);
	work((void *)32L);
	check(pthread_join(other, NULL) == 0);
	check_filled(BEGIN, END, 0);
}

static volatile int handled;

static void on_alarm(int signal)
{
	char *at = ranged(BEGIN, END, 64 * KIB);

	(void)signal;
	/* Over what it interrupts there may be no table to be had. */
	if (at == MAP_FAILED) {
		check(errno == ENOMEM);
		return;
	}
	check(in_it(at, 64 * KIB) && all_bytes(at, 64 * KIB, 0));
	memset(at, 0x55, 64 * KIB);
	check(all_bytes(at, 64 * KIB, 0x55) && munmap(at, 64 * KIB) == 0);
	handled++;
}

static void handlers_map_in_it(void)
{
	struct itimerval often = { { 0, 300 }, { 0, 300 } }, never = { { 0, 0 }, { 0, 0 } };

	check(reserve_it(BEGIN, END) == 0);
	check(signal(SIGALRM, on_alarm) != SIG_ERR);
	check(setitimer(ITIMER_REAL, &often, NULL) == 0);
	while (handled < 300)
		work((void *)96L);
	check(setitimer(ITIMER_REAL, &never, NULL) == 0);
	check(munmap((void *)BEGIN, SIZE) == 0);
	check_filled(BEGIN, END, 0);
	check(ranged(BEGIN, END, SIZE) == (void *)BEGIN);
}

/* Outside the limits, under the fence; and inside them. */
static void limit_then(const char *name, void (*next)(void))
{
	bool inside = strncmp(name, "inside_", strlen("inside_")) == 0;
	uintptr_t lower = inside ? BEGIN - 256 * MIB : LOWER;
	uintptr_t upper = inside ? END + 0x40000000 : UPPER;

	if (strncmp(name, "limited_", strlen("limited_")) == 0 || inside) {
		check(set_limit(lower, upper) == 0);
		next();
		check(limit_is(lower, upper));
		check_no_gap_outside(lower, upper);
	} else {
		next();
	}
}

#define EVERYWHERE(name) { #name, name }, { "limited_" #name, name }, { "inside_" #name, name }

static const struct test_case cases[] = {
	EVERYWHERE(only_calls_that_name_it_get_in),
	EVERYWHERE(ranges_fill_it_to_the_last_page),
	EVERYWHERE(what_is_unmapped_is_reserved_again),
	EVERYWHERE(fixed_addresses_replace_it),
	EVERYWHERE(a_direction_and_an_alignment_hold_in_it),
	EVERYWHERE(mremap_moves_in_grows_and_leaves),
	EVERYWHERE(segments_attach_and_detach),
	EVERYWHERE(files_lie_in_it),
	EVERYWHERE(it_is_carved_grown_and_shrunk),
	EVERYWHERE(several_stand_at_once),
	EVERYWHERE(a_wide_range_takes_what_is_free_beside_it_first),
	EVERYWHERE(what_came_unseen_is_not_replaced),
	EVERYWHERE(a_child_has_it),
	EVERYWHERE(reservations_that_cannot_be),
	EVERYWHERE(two_threads_share_it_and_a_third_stays_out),
	EVERYWHERE(reservations_come_and_go_beside_others),
	EVERYWHERE(handlers_map_in_it),
	CASE(it_outlasts_changes_of_the_limits),
	{ 0 }
};

int main(int argc, char **argv)
{
	for (const struct test_case *one = cases; argc == 2 && one->name; one++) {
		if (strcmp(one->name, argv[1]) != 0)
			continue;
		limit_then(argv[1], one->run);
		return 0;
	}
	die("usage: %s CASE", argv[0]);
}
