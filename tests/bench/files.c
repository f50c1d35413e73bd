/* SPDX-License-Identifier: MIT */
/* A random munmap and mmap of a part of a file, and System V segments. */
#include "workload.h"

#include <sys/ipc.h>
#include <sys/shm.h>

#define OPERATIONS 500
#define FILE_SIZE (16 * MIB)

static struct slot *slots;
static size_t slot_count;
static uint64_t dice = DICE_SEED;
static int descriptor;

static void file_map(struct slot *slot)
{
	size_t page = page_size();
	off_t offset = (off_t)(dice_roll(&dice) % (FILE_SIZE / page - 16) * page);

	slot->length = (1 + dice_roll(&dice) % 16) * page;
	slot->at = mmap(NULL, slot->length, PROT_READ, MAP_PRIVATE, descriptor, offset);
	if (slot->at == MAP_FAILED)
		die("mmap of a file: %s", strerror(errno));
}

static void files_prepare(size_t size)
{
	descriptor = memfd_create("bench", MFD_CLOEXEC);
	if (descriptor < 0 || ftruncate(descriptor, FILE_SIZE))
		die("cannot make a file: %s", strerror(errno));
	slots = must_alloc(size, sizeof(*slots));
	slot_count = size;
	for (size_t i = 0; i < size; i++)
		file_map(&slots[i]);
}

static void files_slice(void)
{
	for (int i = 0; i < OPERATIONS; i++) {
		struct slot *slot = &slots[dice_roll(&dice) % slot_count];

		must_unmap(slot->at, slot->length);
		file_map(slot);
	}
}

const struct workload files = {
	.name = "files",
	.operations = OPERATIONS,
	.prepare = files_prepare,
	.slice = files_slice,
};

/* Marked for removal once it is attached: so it goes with the process, however
 * that ends. */
static void segments_prepare(size_t size)
{
	descriptor = shmget(IPC_PRIVATE, size, 0600);
	if (descriptor < 0 || shmat(descriptor, NULL, 0) == (void *)-1 ||
	    shmctl(descriptor, IPC_RMID, NULL))
		die("cannot make a segment: %s", strerror(errno));
}

static void segments_slice(void)
{
	for (int i = 0; i < OPERATIONS; i++) {
		void *at = shmat(descriptor, NULL, 0);

		if (at == (void *)-1 || shmdt(at))
			die("shmat, shmdt: %s", strerror(errno));
	}
}

const struct workload segments = {
	.name = "segments",
	.operations = OPERATIONS,
	.prepare = segments_prepare,
	.slice = segments_slice,
};
