/* SPDX-License-Identifier: MIT */
/* valimit_reserve() and valimit_release(): reservations that come, change and go. */
#include "reserve.h"

#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

static void it_is_carved_grown_and_shrunk(void)
{
	char *at = (char *)BEGIN + 4 * MIB;

	check(reserve_it(BEGIN, BEGIN + 8 * MIB) == 0);
	check(mmap(at, MIB, RW, PRIVATE | MAP_FIXED, -1, 0) == at);
	memset(at, 2, MIB);
	/* A grown reservation: its former part is no obstacle. */
	check(reserve_it(BEGIN, END) == 0);
	check_filled(BEGIN, END, MIB);
	/* A carved reservation: three are left of one; mappings stay. */
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

/* To figures it is no memory of a guest's. */
static void it_counts_as_no_ones_memory(void)
{
	struct valimit_stats before, after;

	check(set_limit(BEGIN - 256 * MIB, END + 256 * MIB) == 0);
	check(valimit_stats(&before, sizeof(before)) == 0);
	check(reserve_it(BEGIN, END) == 0);
	check(valimit_stats(&after, sizeof(after)) == 0);
	check(after.guest_bytes < before.guest_bytes + 16 * MIB);
	check(after.host_bytes == before.host_bytes);
	check(ranged(BEGIN, END, 64 * MIB) != MAP_FAILED);
	check(valimit_stats(&after, sizeof(after)) == 0);
	check(after.guest_bytes >= before.guest_bytes + 64 * MIB);
}

/* A mapping that may lie anywhere does not fill a reservation. */
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

/* A part that the program has made accessible, where it may, is not replaced either: the
 * fence counts as not mapped. */
static void what_mprotect_has_opened_is_not_replaced(void)
{
	char *opened = (char *)END - MIB;

	check(reserve_it(BEGIN, END) == 0);
	if (mprotect(opened, MIB, RW)) {
		check(errno == ENOMEM);
		check_filled(BEGIN, END, 0);
		return;
	}
	memset(opened, 7, MIB);
	for (int i = 0; i < 8; i++)
		check((char *)ranged(BEGIN, END, 2 * MIB) + 2 * MIB <= opened);
	check(all_bytes(opened, MIB, 7));
	check(munmap(opened, MIB) == 0);
	check_filled(BEGIN, END, 16 * MIB);
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
	/* If it interrupts a call, there may be no table. */
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

static const struct test_case cases[] = {
	EVERYWHERE(it_is_carved_grown_and_shrunk),
	EVERYWHERE(several_stand_at_once),
	EVERYWHERE(a_wide_range_takes_what_is_free_beside_it_first),
	EVERYWHERE(what_came_unseen_is_not_replaced),
	EVERYWHERE(what_mprotect_has_opened_is_not_replaced),
	EVERYWHERE(a_child_has_it),
	EVERYWHERE(reservations_that_cannot_be),
	EVERYWHERE(two_threads_share_it_and_a_third_stays_out),
	EVERYWHERE(reservations_come_and_go_beside_others),
	EVERYWHERE(handlers_map_in_it),
	CASE(it_outlasts_changes_of_the_limits),
	CASE(it_counts_as_no_ones_memory),
	{ 0 }
};

int main(int argc, char **argv)
{
	return run_everywhere(cases, argc, argv);
}
