/* SPDX-License-Identifier: MIT */
/*
 * A small emulator's memory: a guest of 32 bits with its own kernel's rules, whose
 * addresses are its own. It reserves them, places by them, walks them, and leaves the
 * rest of the process alone. C and C++.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <valimit.h>

/* Free in most processes; a guest of 4 GiB has 0x10000 to 0x100000000. */
#define GUEST_BEGIN 0x300000000UL
#define GUEST_END   0x340000000UL
#define GUEST_SHMLBA 0x10000UL

static void *pointer(unsigned long address)
{
	return (void *)(GUEST_BEGIN + address);
}

static void expect(int condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "not so: %s (%s)\n", what, strerror(errno));
	exit(1);
}

/* Before any library can take some of the addresses. */
static void guest_start(void)
{
	struct va_limit bounds;

	expect(valimit_bounds(&bounds) == 0 && bounds.upper_bound > GUEST_END, "user space is large");
	expect(valimit_reserve(pointer(0), (void *)GUEST_END) == 0, "the addresses are free");
}

/* The guest's mmap: upwards from its hint, as its kernel searches. */
static void *guest_mmap(unsigned long address, size_t length, int flags, size_t alignment)
{
	struct valimit_request request;

	memset(&request, 0, sizeof(request));
	request.address = address ? GUEST_BEGIN + address : 0;
	request.begin = GUEST_BEGIN;
	request.end = GUEST_END;
	request.length = length;
	request.alignment = alignment;
	request.prot = PROT_READ | PROT_WRITE;
	request.flags = MAP_PRIVATE | MAP_ANONYMOUS | flags;
	request.fd = -1;
	request.direction = VALIMIT_BOTTOMUP;
	return valimit_place(&request, sizeof(request));
}

/* The guest's munmap: an unmapped range stays the guest's, and no library gets it. */
static int guest_munmap(void *memory, size_t length)
{
	return valimit_munmap(memory, length);
}

static void *guest_mremap(void *memory, size_t old_size, size_t new_size)
{
	return mremap_range(memory, old_size, new_size, 1 /* MREMAP_MAYMOVE */, pointer(0),
			    (void *)GUEST_END);
}

/* Its shmat: at multiples of its SHMLBA, which is not this machine's. */
static void *guest_shmat(int id, size_t length)
{
	void *memory = guest_mmap(0, length, 0, GUEST_SHMLBA);

	return memory == MAP_FAILED ? memory : valimit_shmat(id, memory, SHM_REMAP);
}

/* Its /proc/self/maps; how many bytes it has. */
static size_t guest_maps(FILE *out)
{
	struct valimit_mapping mapping[16];
	unsigned long from = GUEST_BEGIN;
	size_t total = 0;
	ssize_t count;

	while (from < GUEST_END &&
	       (count = valimit_walk((void *)from, mapping, 16, sizeof(mapping[0]))) > 0)
		for (ssize_t i = 0; i < count; i++) {
			from = mapping[i].end;
			if (mapping[i].start >= GUEST_END || mapping[i].kind == VALIMIT_RESERVED)
				continue;
			total += mapping[i].end - mapping[i].start;
			fprintf(out, "%08lx-%08lx %c%c%c\n",
				(unsigned long)mapping[i].start - GUEST_BEGIN,
				(unsigned long)mapping[i].end - GUEST_BEGIN,
				mapping[i].prot & PROT_READ ? 'r' : '-',
				mapping[i].prot & PROT_WRITE ? 'w' : '-', mapping[i].shared ? 's' : 'p');
		}
	return total;
}

static int is_guests(const void *memory)
{
	return (unsigned long)memory >= GUEST_BEGIN && (unsigned long)memory < GUEST_END;
}

int main(void)
{
	const size_t size = 1 << 20;
	int id = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);
	struct va_limit gap;
	char *first, *second, *segment;

	guest_start();
	first = (char *)guest_mmap(0x400000, size, 0, 0);
	expect(first == pointer(0x400000), "a hint is taken");
	memset(first, 'a', size);
	second = (char *)guest_mmap(0x400000, size, 0, 0);
	expect(second == pointer(0x500000), "a taken hint is where the search begins");
	expect(guest_mmap(0x400000, size, MAP_FIXED_NOREPLACE, 0) == MAP_FAILED && errno == EEXIST,
	       "what is there is occupied");
	memset(second, 'b', size);
	second = (char *)guest_mremap(second, size, 4 * size);
	expect(is_guests(second) && second[size - 1] == 'b' && second[size] == 0, "it grows");

	segment = (char *)guest_shmat(id, size);
	shmctl(id, IPC_RMID, NULL);
	expect(is_guests(segment) && (unsigned long)segment % GUEST_SHMLBA == 0, "a segment");
	memset(segment, 'c', size);

	/* The host's actions are not the guest's. */
	for (int i = 0; i < 100; i++)
		expect(!is_guests(malloc(size)), "malloc stays out");
	expect(!is_guests(mmap(pointer(0x2000000), size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			       0)), "a hint of the host's stays out");

	expect(guest_maps(stdout) == 6 * size, "the guest has what it has mapped");
	expect(guest_munmap(first, size) == 0 && valimit_shmdt(segment) == 0, "it goes");
	expect(guest_maps(stdout) == 4 * size, "the guest has what is left");
	expect(valimit_gap(pointer(0), (void *)GUEST_END, 1, &gap) == -1 ||
	       gap.upper_bound <= GUEST_END, "gaps are the guest's");
	expect(second[0] == 'b' && guest_munmap(second, 4 * size) == 0, "the rest goes");
	expect(valimit_release(pointer(0), (void *)GUEST_END) == 0, "and the guest");
	return 0;
}
