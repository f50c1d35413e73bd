/* SPDX-License-Identifier: MIT */
#include "stage.h"

#include "../guest/guest.h"
#include "canary.h"
#include "picture.h"
#include "promise.h"

#include "valimit.h"

#include "fence/fence.h"
#include "fence/fence_hole.h"
#include "place/settle.h"
#include "table/sync.h"

static struct picture expected, found;
static struct picture_gaps gaps_before, gaps_after;

void stage_fill(char *at, size_t length)
{
	canary_set(at, length);
}

void stage_skip(void)
{
	_exit(STAGE_SKIPPED);
}

char *stage_map(struct stage *stage, uintptr_t address, size_t length, int flags)
{
	char *at = valimit_mmap((void *)address, length, PROT_READ | PROT_WRITE,
				MAP_ANONYMOUS | (flags & MAP_SHARED ? 0 : MAP_PRIVATE) | flags, -1, 0);

	if (at == MAP_FAILED && stage->space->table->fence == FENCE_SEALED)
		stage_skip();
	if (at == MAP_FAILED)
		die("preparation: mmap: %s", strerrorname_np(errno));
	stage_fill(at, length);
	return at;
}

char *stage_host(struct stage *stage, size_t length)
{
	char *at;

	valimit_host_enter();
	at = stage_map(stage, 0, length, 0);
	valimit_host_leave();
	return at;
}

int stage_file(size_t length)
{
	int fd = memfd_create("stage", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, (off_t)length))
		die("preparation: a file: %s", strerrorname_np(errno));
	return fd;
}

char *stage_unseen(uintptr_t address, size_t length, int prot)
{
	char *at = raw_mmap(address, length, prot,
			    MAP_PRIVATE | MAP_ANONYMOUS | (address ? MAP_FIXED : 0));

	if (at == MAP_FAILED)
		stage_skip();
	return at;
}

void stage_vanish(char *at, size_t length)
{
	if (raw_munmap(at, length))
		die("preparation: an unseen munmap");
}

void stage_open_fence(struct stage *stage)
{
	stage->hole = (struct span){ 0x500000000, 0x500000000 + MIB };
	if (raw_munmap((void *)stage->hole.start, MIB))
		stage_skip();
}

static bool full;

void stage_fill_window(void)
{
	full = true;
	for (size_t size = 4 * GIB; size >= page_size(); size /= 2)
		while (valimit_mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
				    0) != MAP_FAILED)
			;
}

uintptr_t stage_free_place(const struct stage *stage, size_t length)
{
	char *at = valimit_mmap(NULL, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)stage;
	if (at == MAP_FAILED || valimit_munmap(at, length))
		die("preparation: no free place");
	return (uintptr_t)at;
}

void stage_begin(struct stage *stage)
{
	picture_take(stage->space, &expected);
	picture_gaps(stage->space, &expected, &gaps_before);
}

static long answer(void *result)
{
	return result == MAP_FAILED ? -errno : (long)result;
}

/* Of the limits that it was to find. */
static long ask(const struct fault_call *call)
{
	struct valimit_stats stats = { 0 };
	struct va_limit limit;

	if (valimit_get(&limit) || valimit_stats(&stats, sizeof(stats)))
		return -errno;
	return limit.lower_bound == call->begin && limit.upper_bound == call->end &&
	       (stats.mmap_calls > 0 || call->begin == call->end) ? 0 : -ENOSYS;
}

static long perform(const struct fault_call *call)
{
	void *at = (void *)call->address;
	struct va_limit limit = { call->begin, call->end };
	bool ranged = call->begin != call->end;

	switch (call->kind) {
	case DO_MMAP:
		return answer(ranged ? mmap_range((void *)call->begin, (void *)call->end, call->length,
						  call->prot, call->flags, call->fd, 0) :
				       valimit_mmap(at, call->length, call->prot, call->flags, call->fd,
						    0));
	case DO_MUNMAP:
		return valimit_munmap(at, call->length) ? -errno : 0;
	case DO_MREMAP:
		return answer(ranged ? mremap_range(at, call->length, call->new_length, call->flags,
						    (void *)call->begin, (void *)call->end) :
				       valimit_mremap(at, call->length, call->new_length, call->flags,
						      (void *)call->to));
	case DO_SHMAT:
		return answer(ranged ? shmat_range(call->fd, (void *)call->begin, (void *)call->end,
						   call->flags) :
				       valimit_shmat(call->fd, at, call->flags));
	case DO_SHMDT:
		return valimit_shmdt(at) ? -errno : 0;
	case DO_LIMIT:
		return valimit_set(&limit) ? -errno : 0;
	case DO_ASK:
		return ask(call);
	case DO_RESERVE:
		return valimit_reserve((void *)call->begin, (void *)call->end) ? -errno : 0;
	case DO_RELEASE:
		return valimit_release((void *)call->begin, (void *)call->end) ? -errno : 0;
	}
	return -ENOSYS;
}

void stage_act(struct stage *stage)
{
	if (stage->call.host)
		valimit_host_enter();
	stage->result = perform(&stage->call);
	if (stage->call.host)
		valimit_host_leave();
}

static bool excused, left;

bool stage_excuse_left(void)
{
	excused = true;
	return left;
}

static bool check_table(struct stage *stage)
{
	/* What the table knows to be stale it reads again before it is used. */
	settle(stage->space);
	if (stage->call.kind == DO_LIMIT && stage->result == 0)
		sync_refresh(stage->space); /* malloc was busy */
	fence_retry(stage->space);              /* as the next call does */
	if (stage->call.kind != DO_LIMIT || raw_failed(stage->result))
		found.edge = expected.edge;
	picture_take(stage->space, &found);
	picture_gaps(stage->space, &found, &gaps_after);
	/* How long a segment was only the table knows, or the list, later. */
	if (stage->untabled && stage->call.kind == DO_SHMDT && !stage->space->kernel.listed)
		return true;
	return picture_no_new_gap(&gaps_before, &gaps_after);
}

bool stage_check_stuck(struct stage *stage)
{
	bool good = check_table(stage);

	/* Without the list it is not known; and a fence may be left in what was to
	 * be the window. */
	return good || !stage->space->kernel.listed || stage->call.kind == DO_LIMIT;
}

/* It may be closed; what could not be taken back may lie in it. */
static void check_hole(struct span hole)
{
	if (excused)
		picture_cut(&found, hole.start, hole.end);
	picture_fill(&expected, hole);
	picture_fill(&found, hole);
}

bool stage_check(struct stage *stage)
{
	bool good = check_table(stage);

	good = promise_kept(stage, &expected, &found) && good;
	left = excused && promise_admit_left(&expected, &found);
	check_hole(stage->hole);
	return picture_same(&expected, &found) && canary_lives(&found) && good;
}

bool stage_goes_on(struct stage *stage)
{
	char *at = valimit_mmap(NULL, page_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
				0);

	if (at == MAP_FAILED) {
		if (errno == ENOMEM && full)
			return true;
		fprintf(stderr, "#   the next mmap: %s\n", strerrorname_np(errno));
		return false;
	}
	if (!space_inside(stage->space, (uintptr_t)at, page_size())) {
		fprintf(stderr, "#   the next mmap is outside: %p\n", (void *)at);
		return false;
	}
	*at = 1;
	return valimit_munmap(at, page_size()) == 0;
}
