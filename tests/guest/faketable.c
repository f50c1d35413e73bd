/* SPDX-License-Identifier: MIT */
/*
 * Publishes a table as the library would, or one that is wrong in a chosen
 * way, for what reads tables: it is made with the core's own tree and needs no
 * library. Prints "ready" and waits to be killed. Links libvalcore.
 *
 *   good COUNT      COUNT guest intervals in 32bit, and mappings beside them
 *   churn COUNT N   the same, and N threads that change the tree all the time
 *   stuck           a writer stopped in the middle of a change
 *   hostile SEED    a good table with random bytes of it changed
 *   noise SEED      a region of that name with nothing but random bytes
 *   decoy           a good table, and noise that the kernel lists before it
 *   second          a good table, and below it that of an emulator's guest
 *   version         a later layout
 *   short           a table that claims more than is mapped
 *   none            no table
 *   denied PROGRAM ARGUMENT...  becomes a program that may not read the memory
 *                   of others, as Yama would have it
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>

#include "core/tree.h"
#include "guest.h"

#define REGION (64UL * MIB)
#define PAGE 4096UL
#define BITMAP (2 * PAGE)
#define BLOCKS (16 * PAGE)
#define WINDOW_START (64 * KIB)
#define WINDOW_END (4 * GIB)
#define STEP (32 * KIB)
#define LIFE 120 /* seconds, should no test kill it */

static struct table *table;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* A private mapping of a memfd that is closed at once, as the library has it. */
static void *map_region(size_t length)
{
	int fd = memfd_create(TABLE_NAME, MFD_CLOEXEC);
	void *region;

	if (fd < 0 || ftruncate(fd, (off_t)length))
		die("memfd: %s", strerror(errno));
	region = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (region == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	close(fd);
	return region;
}

static void set_entry(uintptr_t start, uintptr_t end, uint8_t kind, uint32_t when)
{
	struct mapping_info info = {
		.caller = (uintptr_t)&set_entry + 8, /* as if it had called */
		.when = when, .kind = kind,
		.owner = (uint16_t)when, /* so that neighbours do not merge */
	};

	tree_set(&table->tree, start, end, &info);
}

static void publish(unsigned long count)
{
	char *region = map_region(REGION);

	table = (struct table *)region;
	*table = (struct table){
		.magic = TABLE_MAGIC, .version = TABLE_VERSION, .size = sizeof(struct table),
		.block_size = sizeof(struct tree_block), .page_size = PAGE,
		.region_size = REGION, .bitmap_offset = BITMAP, .block_offset = BLOCKS,
		.lower = WINDOW_START, .upper = WINDOW_END, .min = WINDOW_START,
		.top = space_top(), .base = WINDOW_END, .reach = REACH_PROCESS,
		.fence = FENCE_UP, .pid = (uint32_t)getpid(),
	};
	tree_init(&table->tree, (struct tree_block *)(region + BLOCKS),
		  (uint64_t *)(region + BITMAP),
		  (uint32_t)((REGION - BLOCKS) / sizeof(struct tree_block)));
	for (uint32_t i = 0; i < count; i++)
		set_entry(GIB + i * STEP, GIB + i * STEP + STEP / 2, KIND_GUEST, i + 1);
	set_entry((uintptr_t)table, (uintptr_t)table + REGION, KIND_OWN, 1);
	set_entry(WINDOW_END, WINDOW_END + GIB, KIND_FENCE, 1);
	if (mmap((void *)GIB, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
	    MAP_FAILED)
		die("mmap: %s", strerror(errno));
}

/* Cuts and fills holes between the intervals that stay. */
static void *churn(void *argument)
{
	uint64_t state = 88172645463325252UL + (uintptr_t)argument;

	for (uint32_t when = 1;; when++) {
		uintptr_t at = GIB + random_next(&state) % 1024 * STEP + STEP / 2;

		pthread_mutex_lock(&lock);
		__atomic_fetch_add(&table->sequence, 1, __ATOMIC_SEQ_CST);
		if (state & 1UL << 40)
			set_entry(at, at + PAGE, KIND_GUEST, when);
		else
			tree_clear(&table->tree, at, at + PAGE);
		__atomic_fetch_add(&table->sequence, 1, __ATOMIC_SEQ_CST);
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

static void start_churn(unsigned long threads)
{
	pthread_t thread;

	for (uintptr_t i = 0; i < threads; i++)
		if (pthread_create(&thread, NULL, churn, (void *)i))
			die("pthread_create failed");
}

/* Of the bytes that mean something, some get another value. */
static void corrupt(uint64_t seed)
{
	static const struct {
		size_t offset, length;
	} parts[] = { { 0, sizeof(struct table) }, { BITMAP, 64 }, { BLOCKS, 64 * KIB } };
	uint64_t state = seed * 0x9e3779b97f4a7c15UL + 1;
	unsigned char *bytes = (unsigned char *)table;

	for (uint64_t count = 1 + random_next(&state) % 64; count; count--) {
		size_t part = random_next(&state) % 3;

		bytes[parts[part].offset + random_next(&state) % parts[part].length] =
			(unsigned char)random_next(&state);
	}
}

/* The kernel maps from the top down: later mappings lie lower. */
static void noise(uint64_t seed)
{
	uint64_t *words = map_region(MIB);

	for (size_t i = 0; i < MIB / 8; i++)
		words[i] = random_next(&seed);
}

/* The kernel maps from the top down: the guest's lies lower, and comes first in its list. */
static void publish_guests(void)
{
	table->started = 1;
	publish(3);
	table->started = 2;
	table->reach = REACH_CALLS;
	table->fence = FENCE_OFF;
}

/* Shrinks the mapping to the header's page. */
static void cut_short(void)
{
	if (munmap((char *)table + PAGE, REGION - PAGE))
		die("munmap: %s", strerror(errno));
}

static void deny_reading(char **argv)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_readv, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = 4, .filter = filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		die("seccomp: %s", strerror(errno));
	execvp(argv[0], argv);
	die("%s: %s", argv[0], strerror(errno));
}

static void act(const char *mode, unsigned long number, unsigned long threads)
{
	if (strcmp(mode, "none") == 0)
		return;
	if (strcmp(mode, "noise") == 0) {
		noise(number);
		return;
	}
	publish(strcmp(mode, "good") == 0 || strcmp(mode, "churn") == 0 ? number : 100);
	if (strcmp(mode, "churn") == 0)
		start_churn(threads);
	else if (strcmp(mode, "stuck") == 0)
		table->sequence++;
	else if (strcmp(mode, "hostile") == 0)
		corrupt(number);
	else if (strcmp(mode, "decoy") == 0)
		noise(number);
	else if (strcmp(mode, "second") == 0)
		publish_guests();
	else if (strcmp(mode, "version") == 0)
		table->version++;
	else if (strcmp(mode, "short") == 0)
		cut_short();
	else if (strcmp(mode, "good") != 0)
		die("unknown mode %s", mode);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		die("usage: faketable MODE [NUMBER [THREADS]]");
	if (strcmp(argv[1], "denied") == 0 && argc > 2)
		deny_reading(argv + 2);
	act(argv[1], argc > 2 ? strtoul(argv[2], NULL, 0) : 0,
	    argc > 3 ? strtoul(argv[3], NULL, 0) : 0);
	puts("ready");
	fflush(stdout);
	alarm(LIFE);
	for (;;)
		pause();
}
