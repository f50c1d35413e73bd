/* SPDX-License-Identifier: MIT */
/*
 * Maps five files of 256 MiB one after the other next to an image that lies at
 * a given address, and reads each through its mapping; then unmaps and maps
 * them again in random order.
 *
 *	fivefiles FOLDER [IMAGE-ADDRESS|none [ROUNDS [SEED]]]
 */
#include "guest.h"

#define FILES 5
#define SIZE  (256 * MIB)
#define IMAGE (16 * MIB)
#define STEP  MIB /* a file has one number in every so many bytes */

static int fds[FILES];
static char *maps_at[FILES];

static uint64_t content(uint64_t file, uint64_t offset)
{
	uint64_t state = file << 48 | offset;

	return random_next(&state);
}

static void file_make(const char *folder, uint64_t i)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/file%lu", folder, i);
	fds[i] = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fds[i] < 0 || ftruncate(fds[i], SIZE))
		die("%s: %s", path, strerror(errno));
	for (uint64_t offset = 0; offset < SIZE; offset += STEP) {
		uint64_t value = content(i, offset);

		if (pwrite(fds[i], &value, sizeof(value), (off_t)offset) != sizeof(value))
			die("%s: %s", path, strerror(errno));
	}
	unlink(path);
}

static void file_map(uint64_t i)
{
	char what[16];

	snprintf(what, sizeof(what), "file %lu", i + 1);
	maps_at[i] = mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE, fds[i], 0);
	expect_inside(what, maps_at[i], SIZE);
}

static void file_unmap(uint64_t i)
{
	if (munmap(maps_at[i], SIZE))
		die("munmap of file %lu: %s", i + 1, strerrorname_np(errno));
	maps_at[i] = NULL;
}

static void file_check(uint64_t i)
{
	for (uint64_t offset = 0; offset < SIZE; offset += STEP)
		if (*(uint64_t *)(maps_at[i] + offset) != content(i, offset))
			die("file %lu differs at 0x%lx", i + 1, offset);
}

static void image_map(const char *address)
{
	void *wanted = (void *)number(address);
	char *image = mmap(wanted, IMAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (image != wanted)
		die("the image at %s: %s", address, strerrorname_np(errno));
	memset(image, 0x5a, page_size());
}

int main(int argc, char **argv)
{
	uint64_t rounds = argc > 3 ? number(argv[3]) : 0;
	uint64_t state = argc > 4 ? number(argv[4]) : 1;

	if (argc < 2)
		die("usage: fivefiles FOLDER [IMAGE-ADDRESS|none [ROUNDS [SEED]]]");
	for (uint64_t i = 0; i < FILES; i++)
		file_make(argv[1], i);
	if (argc > 2 && strcmp(argv[2], "none") != 0)
		image_map(argv[2]);
	for (uint64_t i = 0; i < FILES; i++) {
		file_map(i);
		printf("%p\n", (void *)maps_at[i]);
	}
	for (uint64_t i = 0; i < FILES; i++)
		file_check(i);
	for (uint64_t round = 0; round < rounds; round++) {
		uint64_t i = random_next(&state) % FILES;

		if (!maps_at[i]) {
			file_map(i);
		} else {
			file_check(i);
			file_unmap(i);
		}
	}
	return 0;
}
