/* SPDX-License-Identifier: MIT */
#include "make.h"

#include <linux/mman.h>
#include <sys/mman.h>
#include <sys/shm.h>

#include "../guest/guest.h"

#define PAGE 4096UL
#define HUGE_PAGES 512UL
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE 8
#endif

static uint64_t state;
static const struct config *config;

static uint64_t dice(uint64_t sides)
{
	return random_next(&state) % sides;
}

static bool chance(unsigned int percent)
{
	return dice(100) < percent;
}

static uint64_t bed_pages(void)
{
	return (config->bed[0].end - config->bed[0].start) / PAGE;
}

static uint64_t any_length(void)
{
	static const uint64_t absurd[] = { 0, 0, 1UL << 47, 1UL << 48, 1UL << 62, 1UL << 63,
					   -PAGE, -(2 * PAGE), -1UL, -4095UL, (1UL << 47) - PAGE };
	uint64_t pages, roll = dice(200);

	if (roll < 3)
		return absurd[dice(COUNT(absurd))];
	if (roll < 15)
		pages = HUGE_PAGES * (1 + dice(3)) + (chance(70) ? 0 : dice(3)) - (chance(80) ? 0 : 1);
	else if (roll < 20 && config->exact)
		pages = bed_pages() + dice(3) - 1;
	else if (roll < 24)
		pages = 1 + dice(config->exact ? bed_pages() : 64);
	else if (roll < 40)
		pages = 13 + dice(68);
	else
		pages = 1 + dice(12);
	return pages * PAGE - (chance(8) ? dice(PAGE) : 0);
}

/* The size of memory that is locked or filled at once. */
static uint64_t small_length(void)
{
	return (1 + dice(16)) * PAGE;
}

static int64_t any_offset(uint64_t pages)
{
	return (int64_t)(dice(pages) * PAGE) + (chance(4) ? (int64_t)dice(PAGE) : 0);
}

static struct where any_where(void)
{
	uint64_t roll = dice(100);

	if (roll < 55)
		return (struct where){ BASE_SLOT, (uint8_t)dice(OP_SLOTS), chance(45) ? 0 : any_offset(16) };
	if (roll < 80)
		return (struct where){ BASE_BED, (uint8_t)dice((uint64_t)config_beds(config)),
				       any_offset(256) - (chance(15) ? (int64_t)(16 * PAGE) : 0) };
	if (roll < 94)
		return (struct where){ BASE_END, (uint8_t)dice((uint64_t)config_beds(config)),
				       any_offset(48) - (int64_t)(32 * PAGE) };
	if (roll < 97)
		return (struct where){ BASE_FAR, (uint8_t)dice(op_far_count), 0 };
	return (struct where){ BASE_NONE, 0, chance(70) ? 0 : any_offset(20) };
}

static int any_prot(void)
{
	static const int prots[] = { PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE,
				     PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE,
				     PROT_READ | PROT_EXEC, PROT_READ | PROT_WRITE | PROT_EXEC,
				     PROT_WRITE, PROT_EXEC };

	if (chance(2))
		return (int)random_next(&state) & (chance(50) ? 0x1f : 0x0300000f);
	return prots[dice(COUNT(prots))];
}

static int any_map_type(void)
{
	uint64_t roll = dice(100);

	if (roll < 62)
		return MAP_PRIVATE;
	if (roll < 88)
		return MAP_SHARED;
	if (roll < 95)
		return MAP_SHARED_VALIDATE;
	return roll < 97 ? MAP_DROPPABLE : (int)dice(16);
}

static int any_map_flags(void)
{
	static const int seldom[] = { MAP_GROWSDOWN, MAP_GROWSDOWN, MAP_32BIT, MAP_32BIT,
				      MAP_NORESERVE, MAP_STACK, MAP_NONBLOCK, MAP_SYNC,
				      MAP_EXECUTABLE, MAP_DENYWRITE, 0x4000000, MAP_HUGETLB,
				      MAP_HUGETLB | MAP_NORESERVE,
				      MAP_HUGETLB | MAP_NORESERVE | MAP_HUGE_2MB,
				      MAP_HUGETLB | MAP_HUGE_1GB, MAP_POPULATE, MAP_LOCKED };
	int flags = any_map_type();
	uint64_t roll = dice(100);

	if (roll < 25)
		flags |= MAP_FIXED;
	else if (roll < 45)
		flags |= MAP_FIXED_NOREPLACE;
	else if (roll < 47)
		flags |= MAP_FIXED | MAP_FIXED_NOREPLACE;
	if (chance(25))
		flags |= seldom[dice(COUNT(seldom))];
	if (chance(1))
		flags |= 1 << dice(31);
	/* In a large window nothing is filled, and the kernel has room there. */
	if (!config->exact)
		flags &= ~MAP_32BIT;
	if (!config->stacks)
		flags &= ~MAP_GROWSDOWN;
	return flags;
}

static bool fills(int flags)
{
	return flags & (MAP_POPULATE | MAP_LOCKED);
}

static void make_mmap(struct op *op)
{
	op->flags = any_map_flags();
	op->prot = any_prot();
	op->length = fills(op->flags) ? small_length() : any_length();
	if (chance(68)) {
		op->flags |= MAP_ANONYMOUS;
		op->file = chance(95) ? FILE_NONE : FILE_MEMORY;
		return;
	}
	op->file = (uint8_t)(chance(50) ? FILE_MEMORY : dice(FILES));
	/* A private mapping of /dev/zero remembers where it was made. One that was
	 * made aside (CONTRACT 12) merges with other neighbours. */
	if (op->file == FILE_ZERO && op->flags & MAP_FIXED && !(op->flags & MAP_SHARED))
		op->file = FILE_MEMORY;
	op->offset = chance(60) ? 0 : any_offset(20);
	if (chance(2))
		op->offset = (int64_t)random_next(&state) & ~(int64_t)(PAGE - 1);
}

static void make_mremap(struct op *op)
{
	static const int flags[] = { 0, MREMAP_MAYMOVE, MREMAP_MAYMOVE, MREMAP_MAYMOVE,
				     MREMAP_MAYMOVE | MREMAP_FIXED, MREMAP_MAYMOVE | MREMAP_FIXED,
				     MREMAP_FIXED, MREMAP_MAYMOVE | MREMAP_DONTUNMAP,
				     MREMAP_DONTUNMAP,
				     MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP };

	op->flags = chance(98) ? flags[dice(COUNT(flags))] : (int)dice(256);
	op->target = any_where();
	op->size = any_length();
	op->length = chance(55) ? op->size : any_length();
	if (chance(5))
		op->length = 0;
}

static void make_range(struct op *op)
{
	make_mmap(op);
	op->flags &= ~(MAP_FIXED | MAP_FIXED_NOREPLACE | MAP_32BIT);
	op->target = any_where();
	op->target.offset &= ~(int64_t)(PAGE - 1);
	op->room = chance(10) ? 0 : (1 + dice(200)) * PAGE;
}

static void make_shmat(struct op *op)
{
	static const int flags[] = { 0, 0, SHM_RND, SHM_REMAP, SHM_RND | SHM_REMAP, SHM_RDONLY,
				     SHM_EXEC, SHM_RDONLY | SHM_REMAP };

	op->flags = chance(98) ? flags[dice(COUNT(flags))] : (int)dice(1 << 16);
	op->segment = (uint8_t)dice(SEGMENTS);
	if (chance(50))
		op->at = (struct where){ BASE_NONE, 0, 0 };
}

/* The other two calls with a range come now and then instead. Their own random numbers
 * change nothing of the sequence. */
static void vary_range(struct op *op)
{
	const struct where begin = op->target;
	uint64_t after = state;

	state ^= op->length + op->to;
	switch (dice(4)) {
	case 0:
		op->kind = OP_MREMAP_RANGE;
		make_mremap(op);
		break;
	case 1:
		op->kind = OP_SHMAT_RANGE;
		make_shmat(op);
		op->prot = 0;
		break;
	default:
		break;
	}
	op->target = begin;
	state = after;
}

static void make_madvise(struct op *op)
{
	static const int advice[] = { MADV_NORMAL, MADV_DONTNEED, MADV_DONTNEED, MADV_DONTFORK,
				      MADV_DOFORK, MADV_DONTDUMP, MADV_DODUMP, MADV_WIPEONFORK,
				      MADV_KEEPONFORK, MADV_NOHUGEPAGE, MADV_SEQUENTIAL,
				      MADV_REMOVE, 102, 103, 77 };

	op->flags = advice[dice(COUNT(advice))];
}

static uint8_t any_kind(void)
{
	static const struct {
		uint8_t kind;
		uint16_t weight;
	} mix[] = {
		{ OP_MMAP, 3300 }, { OP_MUNMAP, 1500 }, { OP_MREMAP, 2000 }, { OP_SHMAT, 500 },
		{ OP_SHMDT, 250 }, { OP_RANGE, 100 }, { OP_MPROTECT, 650 }, { OP_MADVISE, 250 },
		{ OP_MLOCK, 100 }, { OP_MUNLOCK, 60 }, { OP_MSEAL, 6 }, { OP_POKE, 1200 },
		{ OP_FORK, 8 }, { OP_SHMGET, 30 }, { OP_SHMRM, 30 },
	};
	uint64_t sum = 0, roll;

	for (size_t i = 0; i < COUNT(mix); i++)
		sum += mix[i].weight;
	roll = dice(sum);
	for (size_t i = 0;; i++) {
		if (roll < mix[i].weight)
			return mix[i].kind;
		roll -= mix[i].weight;
	}
}

static struct op make_one(void)
{
	struct op op = { .kind = any_kind(), .route = (uint8_t)(chance(60) ? 0 : dice(ROUTES)) };

	op.to = (uint8_t)dice(OP_SLOTS);
	op.at = any_where();
	op.length = any_length();
	switch (op.kind) {
	case OP_MMAP:
		if (chance(45))
			op.at = (struct where){ BASE_NONE, 0, 0 };
		make_mmap(&op);
		break;
	case OP_MREMAP:
		make_mremap(&op);
		break;
	case OP_SHMAT:
		make_shmat(&op);
		break;
	case OP_RANGE:
		make_range(&op);
		vary_range(&op);
		break;
	case OP_MPROTECT:
		op.prot = any_prot();
		break;
	case OP_MADVISE:
		make_madvise(&op);
		break;
	case OP_MLOCK:
	case OP_MSEAL:
		op.length = small_length();
		break;
	default:
		break;
	}
	return op;
}

void make_sequence(struct op *ops, uint32_t count, uint64_t seed, const struct config *for_config)
{
	config = for_config;
	state = seed;
	for (uint32_t i = 0; i < count; i++) {
		ops[i] = make_one();
		ops[i].number = i;
	}
}
