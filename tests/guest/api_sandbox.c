/* SPDX-License-Identifier: MIT */
/*
 * Programs that take rights away from themselves: their calls go on as before, hosts'
 * and guests', and limits can be changed.
 */
#include "api.h"

#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <stddef.h>
#include <sys/stat.h>

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif

#define FAR 0x500000000UL

static size_t page;

static char *host_grow(char *old, size_t old_size, size_t new_size)
{
	char *at;

	valimit_host_enter();
	at = mremap(old, old_size, new_size, MREMAP_MAYMOVE);
	valimit_host_leave();
	check(at != MAP_FAILED && beside_window(at, new_size));
	return at;
}

static char *map_at(uintptr_t at, int flags)
{
	return mmap((void *)at, page, RW, PRIVATE | flags, -1, 0);
}

/* Mappings from before. */
static char *host, *guest;

static void begin(void)
{
	page = page_size();
	check(set_limit(LOWER, UPPER) == 0);
	host = host_map(MIB);
	memset(host, 1, MIB);
	guest = map(MIB);
	memset(guest, 2, MIB);
}

static void hosts_map_and_grow(void)
{
	char *other = host_map(MIB);

	check(all_bytes(other, MIB, 0));
	memset(other, 3, MIB);
	host = host_grow(host, MIB, 3 * MIB);
	check(all_bytes(host, MIB, 1) && all_bytes(host + MIB, 2 * MIB, 0));
	check(all_bytes(other, MIB, 3));
	check(munmap(other, MIB) == 0);
	check(all_bytes(host, MIB, 1));
}

static void demanded_addresses_are_had(void)
{
	char *at = mmap_range((void *)FAR, (void *)(FAR + page), page, RW, PRIVATE, -1, 0);

	check(at == (char *)FAR);
	check(all_bytes(at, page, 0));
	memset(at, 4, page);
	check_fails(map_at(FAR, MAP_FIXED_NOREPLACE), EEXIST);
	check_fails(mmap_range(at, at + page, page, RW, PRIVATE, -1, 0), ENOMEM);
	check(map_at(FAR + page, MAP_FIXED_NOREPLACE) == at + page);
	check(map_at(FAR + 2 * page, MAP_FIXED) == at + 2 * page);
	check(all_bytes(at, page, 4) && all_bytes(at + page, 2 * page, 0));
	check(munmap(at, 3 * page) == 0);
	check(map_at(FAR + page, MAP_FIXED_NOREPLACE) == at + page);
	check(munmap(at + page, page) == 0);
}

/* A call that the library does not see has mapped over the fence, alone and beside others:
 * two pages of three. */
static void the_unseen_stays(void)
{
	uintptr_t start = FAR + 64 * page;
	char *at = (char *)start;

	check(raw_mmap(start, page, RW, PRIVATE | MAP_FIXED) == at);
	check(raw_mmap(start + 2 * page, page, RW, PRIVATE | MAP_FIXED) == at + 2 * page);
	memset(at, 5, page);
	memset(at + 2 * page, 6, page);
	check_fails(map_at(start, MAP_FIXED_NOREPLACE), EEXIST);
	check_fails(mmap_range(at, at + 3 * page, 2 * page, RW, PRIVATE, -1, 0), ENOMEM);
	check(mmap_range(at, at + 3 * page, page, RW, PRIVATE, -1, 0) == at + page);
	check(all_bytes(at, page, 5) && all_bytes(at + 2 * page, page, 6));
	check(all_bytes(at + page, page, 0));
	check(munmap(at, 3 * page) == 0);
	check_fails(mremap(at, page, 2 * page, MREMAP_MAYMOVE), EFAULT);
}

static void the_kernel_places_inside(void)
{
	char *at = raw_mmap(0, MIB, RW, PRIVATE);

	check(in_window(at, MIB));
	check(raw_munmap(at, MIB) == 0);
}

/* To a window beside the old one: mappings inside stay, with a page that cannot be read, and
 * placements outside go around them. */
static void limits_change(void)
{
	char *none = raw_mmap(0, page, PROT_NONE, PRIVATE), *at;

	check(set_limit(UPPER, UPPER + GIB) == 0);
	check(within(map(MIB), MIB, UPPER, UPPER + GIB));
	if (fence_expected())
		check(within(raw_mmap(0, MIB, RW, PRIVATE), MIB, UPPER, UPPER + GIB));
	for (int i = 0; i < 8; i++) {
		at = mmap_range((void *)LOWER, (void *)UPPER, 64 * MIB, RW, PRIVATE, -1, 0);
		check(within(at, 64 * MIB, LOWER, UPPER));
		check(!within(none, page, (uintptr_t)at, (uintptr_t)at + 64 * MIB));
		check(all_bytes(at, page, 0));
	}
	check(all_bytes(guest, MIB, 2) && all_bytes(host, MIB, 1));
	check(mprotect(none, page, PROT_READ) == 0 && all_bytes(none, page, 0));
	check(set_limit(LOWER, UPPER) == 0);
	check(in_window(map(MIB), MIB));
	check(all_bytes(guest, MIB, 2) && all_bytes(host, MIB, 1));
}

static void all_is_as_before(void)
{
	hosts_map_and_grow();
	demanded_addresses_are_had();
	if (fence_expected()) {
		the_unseen_stays();
		the_kernel_places_inside();
	}
	limits_change();
	hosts_map_and_grow();
	check(all_bytes(guest, MIB, 2));
}

static void without_descriptors(void)
{
	struct rlimit few = { 32, 32 };
	int last = -1, fd;

	begin();
	check(setrlimit(RLIMIT_NOFILE, &few) == 0);
	while ((fd = open("/dev/null", O_RDONLY)) >= 0)
		last = fd;
	check(errno == EMFILE);
	all_is_as_before();
	check(close(last) == 0);
	check_no_gap_outside(LOWER, UPPER);
}

static void without_proc(void)
{
	char folder[] = "/tmp/sandbox.XXXXXX";
	int root;

	begin();
	root = open("/", O_PATH | O_DIRECTORY);
	check(root >= 0 && mkdtemp(folder) && chroot(folder) == 0 && chdir("/") == 0);
	check_fails(open("/proc/self/maps", O_RDONLY), ENOENT);
	all_is_as_before();
	check(fchdir(root) == 0 && chroot(".") == 0 && rmdir(folder) == 0);
	check_no_gap_outside(LOWER, UPPER);
}

static void landlock_is_there(void)
{
	check(syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0);
}

static void under_landlock(void)
{
	struct landlock_ruleset_attr nothing = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	};
	int rules;

	begin();
	rules = (int)syscall(SYS_landlock_create_ruleset, &nothing, sizeof(nothing), 0);
	check(rules >= 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	check(syscall(SYS_landlock_restrict_self, rules, 0) == 0);
	check_fails(open("/proc/self/maps", O_RDONLY), EACCES);
	all_is_as_before();
}

/* Fence that closes behind a mapping is left out of core dumps, which takes a call
 * that a filter could forbid. */
static bool is_dressed(const char *at)
{
	uintptr_t start = 0, end = 0;
	bool dressed = false;
	char *line;

	maps_open("/proc/self/smaps");
	while ((line = maps_line()) && start <= (uintptr_t)at) {
		sscanf(line, "%lx-%lx ", &start, &end);
		if ((uintptr_t)at >= start && (uintptr_t)at < end &&
		    strncmp(line, "VmFlags:", 8) == 0)
			dressed = strstr(line, " dd") != NULL;
	}
	maps_close();
	return dressed;
}

static void a_filter_that_the_kernel_does_not_take_changes_nothing(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog none = { 1, NULL }, empty = { 0, &allow }, endless = { 65535, &allow };
	char *at;

	begin();
	check_fails(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL), EFAULT);
	check_fails(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL), EFAULT);
	check_fails(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &none), EINVAL);
	check_fails(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &empty), EINVAL);
	check_fails(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &endless), EINVAL);
	at = host_map(MIB);
	check(munmap(at, MIB) == 0);
	check(!fence_expected() || is_dressed(at));
	all_is_as_before();
	check_no_gap_outside(LOWER, UPPER);
}

/* Kills at two calls of the library's, by their arguments. */
static void a_filter_may_look_at_arguments(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_VMA, 3, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_madvise, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MADV_DONTDUMP, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };

	begin();
	check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	check(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	check(prctl(PR_SET_NAME, "filtered") == 0);
	all_is_as_before();
	check_no_gap_outside(LOWER, UPPER);
}

/* More of them than the library keeps: each allows all. */
static void many_filters_are_one(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = { 1, &allow };

	begin();
	check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	for (int i = 0; i < 16; i++)
		check(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0);
	all_is_as_before();
	check_no_gap_outside(LOWER, UPPER);
}

static const struct test_case cases[] = {
	CASE(without_descriptors),
	CASE(without_proc),
	CASE(landlock_is_there),
	CASE(under_landlock),
	CASE(a_filter_that_the_kernel_does_not_take_changes_nothing),
	CASE(a_filter_may_look_at_arguments),
	CASE(many_filters_are_one),
	{ 0 }
};

int main(int argc, char **argv)
{
	return run_case(cases, argc, argv);
}
