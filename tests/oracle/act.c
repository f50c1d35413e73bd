/* SPDX-License-Identifier: MIT */
#include "act.h"

#include <linux/mman.h>
#include <sys/shm.h>

#include "../guest/guest.h"
#include "aim.h"
#include "beside.h"
#include "call.h"
#include "demand.h"
#include "fill.h"
#include "poke.h"
#include "range.h"
#include "remap.h"
#include "supply.h"
#include "vmas.h"

#define SYS_MSEAL 462

/* Rings take no address: the kernel places them by its own policy, and without a
 * fence outside. So they are not kept. */
static bool is_passing(const struct site *site, const struct op *op)
{
	return op->file == FILE_RING && !(op->flags & MAP_ANONYMOUS) &&
	       (strcmp(site->config->fence, "off") == 0 || site->config->legacy);
}

/* What the kernel rounds the length to. */
static uint64_t huge_size(const struct op *op)
{
	int log = op->flags >> MAP_HUGE_SHIFT & MAP_HUGE_MASK;

	if (!(op->flags & MAP_ANONYMOUS))
		return op->file == FILE_HUGE ? 2 * MIB : 4096;
	if (!(op->flags & MAP_HUGETLB))
		return 4096;
	return log ? 1UL << log : 2 * MIB;
}

static uint64_t rounded(uint64_t length, uint64_t to)
{
	return length < 1UL << 47 ? (length + to - 1) & -to : length;
}

static int64_t do_mmap(struct site *site, const struct op *op, struct op_outcome *outcome)
{
	bool demands = op->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
	struct demand demand = { aim_address(site, op->at), op->length, 4096, false }, judged;
	struct oracle_call call = { .number = SYS_mmap, .route = (enum op_route)op->route };
	uint64_t length = demand.length;
	long answer;

	demand.align = op->flags & MAP_ANONYMOUS ? huge_size(op) : 4096;
	if (demands)
		aim_demand(site, &demand.address, &length, huge_size(op));
	demand.length = rounded(length, huge_size(op));
	call.unseen = demands ? UNSEEN_TAKES : UNSEEN_ANY;
	call.start = demands ? demand.address : 0;
	call.length = demands ? demand.length : 0;
	demand.late = demands && !(op->flags & MAP_FIXED_NOREPLACE);
	judged = demand;
	/* What pages a file has the kernel says, and refuses what they do not fit; and it
	 * refuses an offset within a page before it looks at the address. */
	if (!(op->flags & MAP_ANONYMOUS))
		judged.length = rounded(length, 4096);
	if (demands && op->offset % 4096 == 0 && demand_denied(site, &judged))
		return op->flags & MAP_FIXED_NOREPLACE ? -EEXIST : -ENOMEM;
	if (op->flags & MAP_FIXED_NOREPLACE)
		fill_open(site, demand.address, demand.address + aim_pages(demand.length));
	call_arguments(&call, (long)demand.address, (long)length, op->prot, op->flags,
		       site->fd[op->file], op->offset);
	answer = demand_call(site, &call, &demand, outcome);
	if (answer >= 0 && is_passing(site, op)) {
		call_undo(site, (uintptr_t)answer, aim_pages(demand.length));
		return answer;
	}
	site->huge |= answer >= 0 && op_is_huge(op);
	site->uncopied |= answer >= 0 && op->file == FILE_PERF;
	site->grows |= answer >= 0 && op->flags & MAP_GROWSDOWN;
	return demand_keep(site, op, answer, demand.length);
}

static int64_t do_munmap(struct site *site, const struct op *op, struct op_outcome *outcome)
{
	struct demand source = demand_source(site, op);
	struct oracle_call call = { .number = SYS_munmap,
			     .route = (enum op_route)op->route,
			     .unseen = UNSEEN_LEAVES,
			     .start = source.address,
			     .length = source.length };
	bool whole = demand_whole(site, op);
	long answer;

	call_arguments(&call, (long)source.address, (long)source.length, 0, 0, 0, 0);
	answer = call_make(site, &call, outcome);
	if (whole && answer == 0)
		site->slot[op->at.index].address = 0;
	return answer;
}

/* One that was removed lives on while it is attached. */
static bool is_there(const struct site *site, unsigned int segment)
{
	struct shmid_ds facts;

	return shmctl(site->segment[segment], IPC_STAT, &facts) == 0;
}

static int64_t do_shmat(struct site *site, const struct op *op, struct op_outcome *outcome)
{
	struct demand demand = { aim_address(site, op->at), supply_length(op->segment), 4096, false };
	struct oracle_call call = { .number = SYS_shmat, .route = (enum op_route)op->route };
	bool demands = demand.address != 0;
	struct room room;

	if (demands)
		aim_demand(site, &demand.address, &demand.length, 4096);
	room = site_room(site, demand.address, true);
	/* It cannot be cut to fit. */
	if (demands && room.end > room.start && room.end - demand.address < supply_length(op->segment)) {
		demand.address = site->config->bed[0].start + demand.address % 4096;
		demand.length = supply_length(op->segment);
		if (site_room(site, demand.address, true).end - demand.address < demand.length)
			return 0;
	}
	/* What was attached unseen is detached unseen. */
	call.unseen = UNSEEN_LEAVES | (demands ? UNSEEN_TAKES : UNSEEN_ANY);
	call.start = demand.address;
	call.length = demands ? demand.length : 0;
	if (demands && op->flags & SHM_RND)
		demand.address &= -4096UL;
	if (demands && is_there(site, op->segment) &&
	    demand_denied(site, &demand))
		return -ENOMEM;
	if (demands && !(op->flags & SHM_REMAP))
		fill_open(site, demand.address, demand.address + aim_pages(demand.length));
	call_arguments(&call, site->segment[op->segment],
		       demands ? (long)call.start : 0, op->flags, 0, 0, 0);

	long answer = call_make(site, &call, outcome);

	return demand_keep(site, op, answer, supply_length(op->segment));
}

static int64_t do_shmdt(struct site *site, const struct op *op, struct op_outcome *outcome)
{
	bool whole = demand_whole(site, op);
	uintptr_t address = whole ? site->slot[op->at.index].address : aim_address(site, op->at);
	struct oracle_call call = { .number = SYS_shmdt,
			     .route = (enum op_route)op->route,
			     .unseen = UNSEEN_LEAVES,
			     .start = address,
			     .length = 4096 };
	long answer;

	/* Where addresses are not compared, a piece of a segment may lie by chance
	 * where it would if it were attached here. */
	if (whole && !vmas_named(address, "/SYSV"))
		return 0;
	call_arguments(&call, (long)address, 0, 0, 0, 0, 0);
	answer = call_make(site, &call, outcome);
	if (whole && answer == 0)
		site->slot[op->at.index].address = 0;
	return answer;
}

/* What a child does not get has gone unseen. A thread is not in it either. */
static void do_fork(struct site *site, enum op_route route)
{
	if (site->uncopied && !(site->config->unseen & UNSEEN_LEAVES))
		return;
	call_fork(route);
	beside_begin(site, route != ROUTE_LIBC);
}

/* Calls that are not the library's: the model has no word for what they do to
 * the edges. */
static int64_t do_other(struct site *site, const struct op *op)
{
	uintptr_t address = aim_address(site, op->at);
	uint64_t length = op->length;

	/* Even mprotect() may take a length that no address space has, and go on. */
	length %= 1UL << 30;
	aim_room(site, &address, &length, false);
	switch (op->kind) {
	case OP_MPROTECT:
		return raw6(SYS_mprotect, (long)address, (long)length, op->prot, 0, 0, 0);
	case OP_MADVISE:
		site->uncopied |= op->flags == MADV_DONTFORK;
		return raw6(SYS_madvise, (long)address, (long)length, op->flags, 0, 0, 0);
	case OP_MLOCK:
		return raw6(SYS_mlock, (long)address, (long)length, 0, 0, 0, 0);
	case OP_MUNLOCK:
		return raw6(SYS_munlock, (long)address, (long)length, 0, 0, 0, 0);
	case OP_MSEAL:
		return raw6(SYS_MSEAL, (long)address, (long)length, 0, 0, 0, 0);
	default:
		return address < SITE_TOP ? poke(address & -8UL, op->number + 1) : 0;
	}
}

static int64_t do_shmget(struct site *site)
{
	int32_t *passing = &site->shared->segment[site->side];

	if (*passing < 0)
		*passing = shmget(IPC_PRIVATE, 3 * 4096, IPC_CREAT | 0600);
	site->segment[SEGMENT_PASSING] = *passing;
	return *passing < 0 ? -errno : 0;
}

static int64_t do_shmrm(struct site *site)
{
	int32_t *passing = &site->shared->segment[site->side];

	if (*passing >= 0)
		shmctl(*passing, IPC_RMID, NULL);
	*passing = -1;
	return 0;
}

void act(struct site *site, const struct op *op, struct op_outcome *outcome)
{
	static int64_t (*const calls[])(struct site *, const struct op *, struct op_outcome *) = {
		[OP_MMAP] = do_mmap,   [OP_MUNMAP] = do_munmap, [OP_MREMAP] = remap,
		[OP_SHMAT] = do_shmat, [OP_SHMDT] = do_shmdt,   [OP_RANGE] = range_mmap,
		[OP_MREMAP_RANGE] = range_mremap, [OP_SHMAT_RANGE] = range_shmat,
	};

	*outcome = (struct op_outcome){ 0 };
	if (op->kind < sizeof(calls) / sizeof(*calls)) {
		outcome->answer = calls[op->kind](site, op, outcome);
		fill_close(site);
	} else if (op->kind == OP_FORK) {
		do_fork(site, (enum op_route)op->route);
	} else if (op->kind == OP_SHMGET) {
		outcome->answer = do_shmget(site);
	} else if (op->kind == OP_SHMRM) {
		outcome->answer = do_shmrm(site);
	} else {
		outcome->answer = do_other(site, op);
	}
}
