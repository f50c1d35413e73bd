/* SPDX-License-Identifier: MIT */
/* valimit_reserve(): the calls that get into a reservation, and its rest. */
#include "reserve.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>

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
	/* The program cannot unmap or move the free part of the reservation. */
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
	/* With a range the reservation is free, except for mappings in it. */
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
	/* A failure keeps the mapping there. */
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
	/* In place into the reservation behind it, in which the mapping lies. */
	check(munmap(at, 2 * MIB) == 0);
	at = mmap((void *)BEGIN, MIB, RW, PRIVATE | MAP_FIXED, -1, 0);
	memset(at, 4, MIB);
	check(mremap(at, MIB, 4 * MIB, 0) == at);
	check(all_bytes(at, MIB, 4) && all_bytes(at + MIB, 3 * MIB, 0));
	check_filled(BEGIN, END, 4 * MIB);
	check(mremap(at, 4 * MIB, MIB, 0) == at);
	check_filled(BEGIN, END, MIB);
	/* A mapping beside the reservation does not grow into it. */
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

#define TURNS 4000

/* Both meet without a system call, which would take longer than the moment in question. */
static void meet(int turn)
{
	static int met;

	__atomic_fetch_add(&met, 1, __ATOMIC_ACQ_REL);
	for (int spins = 0; __atomic_load_n(&met, __ATOMIC_ACQUIRE) < 2 * turn; spins++)
		if (spins > 50000)
			sched_yield();
}

static void *end_its_middle(void *unused)
{
	(void)unused;
	for (int i = 0; i < TURNS; i++) {
		meet(2 * i + 1);
		for (volatile int delay = i % 128 * 64; delay > 0;)
			delay--;
		check(release_it(BEGIN, BEGIN + MIB) == 0);
		meet(2 * i + 2);
	}
	return NULL;
}

/* The reservation grows at both sides while its middle ends: the parts that are reserved
 * afterwards are not empty. */
static void growth_beside_an_end_leaves_no_gap(void)
{
	uintptr_t begin = BEGIN - MIB, end = BEGIN + 2 * MIB;
	pthread_t other;

	check(pthread_create(&other, NULL, end_its_middle, NULL) == 0);
	for (int i = 0; i < TURNS; i++) {
		check(reserve_it(BEGIN, BEGIN + MIB) == 0);
		meet(2 * i + 1);
		check(reserve_it(begin, end) == 0);
		meet(2 * i + 2);
		check(reserve_it(begin, end) == 0);
		check_filled(begin, end, 0);
		check(ranged(begin, end, 3 * MIB) == (void *)begin);
		check(munmap((void *)begin, 3 * MIB) == 0);
		check(release_it(begin, end) == 0);
	}
	check(pthread_join(other, NULL) == 0);
}

static volatile bool over;

static void *reserve_and_end(void *unused)
{
	while (!over)
		check(reserve_it(BEGIN, END) == 0 && release_it(BEGIN, END) == 0);
	return unused;
}

/* The thread that keeps calls out for a moment is not in the child. */
static void a_raw_clones_child_reserves_as_well(void)
{
	pthread_t other;

	/* A child that is made while another thread makes the first table has none. */
	check(reserve_it(BEGIN, END) == 0 && release_it(BEGIN, END) == 0);
	check(pthread_create(&other, NULL, reserve_and_end, NULL) == 0);
	for (int i = 0; i < 100; i++) {
		pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
		int status;

		if (child == 0) {
			/* Its status tells why it has failed. */
			if (reserve_it(END + SIZE, END + 2 * SIZE) != 0)
				_exit(errno);
			_exit(!within(ranged(END + SIZE, END + 2 * SIZE, MIB), MIB, END + SIZE,
				      END + 2 * SIZE));
		}
		check(child > 0 && waitpid(child, &status, 0) == child);
		if (status)
			fprintf(stderr, "child %d of 100: wait status %#x\n", i + 1, status);
		check(status == 0);
	}
	over = true;
	check(pthread_join(other, NULL) == 0);
}

static const struct test_case cases[] = {
	EVERYWHERE(only_calls_that_name_it_get_in),
	EVERYWHERE(ranges_fill_it_to_the_last_page),
	EVERYWHERE(what_is_unmapped_is_reserved_again),
	EVERYWHERE(fixed_addresses_replace_it),
	EVERYWHERE(a_direction_and_an_alignment_hold_in_it),
	EVERYWHERE(mremap_moves_in_grows_and_leaves),
	EVERYWHERE(segments_attach_and_detach),
	EVERYWHERE(files_lie_in_it),
	EVERYWHERE(growth_beside_an_end_leaves_no_gap),
	EVERYWHERE(a_raw_clones_child_reserves_as_well),
	{ 0 }
};

int main(int argc, char **argv)
{
	return run_everywhere(cases, argc, argv);
}
