/* SPDX-License-Identifier: MIT */
/*
 * Programs that take rights away from themselves: their calls go on as before, hosts'
 * and guests', and limits can be changed.
 */
#include "api.h"

#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define FAR 0x500000000UL

static size_t page;

static char *host_map(size_t length)
{
	char *at;

	valimit_host_enter();
	at = map(length);
	valimit_host_leave();
	check(at != MAP_FAILED && beside_window(at, length));
	return at;
}

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

/* What is there from before. */
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

/* What a call has mapped over the fence that the library does not see, alone and with
 * others around it: two pages of three. */
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

/* To a window beside the old one: what was inside stays, with a page that cannot be
 * read, and what is placed outside goes around it. */
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

static const struct test_case cases[] = {
	CASE(without_descriptors),
	CASE(without_proc),
	CASE(landlock_is_there),
	CASE(under_landlock),
	{ 0 }
};

int main(int argc, char **argv)
{
	return run_case(cases, argc, argv);
}
