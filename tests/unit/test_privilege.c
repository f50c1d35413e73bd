/* SPDX-License-Identifier: MIT */
/*
 * Rights that a file gives its user, by the answers of the test's own kernel.
 */
#include "unit.h"

#include <linux/prctl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "sys/privilege.h"
#include "sys/sys.h"

#define FILE_FD 5
#define UID_MAP_FD 7
#define GID_MAP_FD 8
#define OWNER 0
#define ME 1000

static struct {
	struct stat file;
	bool gone, capable, nosuid, no_new_privs;
	long uid, gid;
	const char *map; /* both maps; NULL: there are none */
	int open, opened;
} kernel;

static long open_map(const char *path)
{
	bool uid = strcmp(path, "/proc/self/uid_map") == 0;

	assert_true(uid || strcmp(path, "/proc/self/gid_map") == 0);
	if (!kernel.map)
		return -ENOENT;
	kernel.open++;
	kernel.opened = uid ? UID_MAP_FD : GID_MAP_FD;
	return kernel.opened;
}

static long read_map(char *to, size_t size)
{
	size_t length = strlen(kernel.map);

	length = length < size ? length : size;
	memcpy(to, kernel.map, length);
	return (long)length;
}

static long mount_of(struct statfs *mount)
{
	*mount = (struct statfs){ .f_flags = kernel.nosuid ? 2 : 0 };
	return 0;
}

/* privilege.c links with these in place of the kernel's. */
long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
	(void)d;
	(void)e;
	(void)f;
	switch (number) {
	case SYS_fstat:
		assert_int_equal(a, FILE_FD);
		*(struct stat *)b = kernel.file;
		return kernel.gone ? -EBADF : 0;
	case SYS_getuid:
		return kernel.uid;
	case SYS_getgid:
		return kernel.gid;
	case SYS_prctl:
		assert_int_equal(a, PR_GET_NO_NEW_PRIVS);
		return kernel.no_new_privs;
	case SYS_fstatfs:
		return mount_of((struct statfs *)b);
	case SYS_fgetxattr:
		assert_string_equal((const char *)b, "security.capability");
		return kernel.capable ? 20 : -ENODATA;
	case SYS_openat:
		return open_map((const char *)b);
	case SYS_read:
		assert_int_equal(a, kernel.opened);
		return read_map((char *)b, (size_t)c);
	case SYS_close:
		kernel.open--;
		return 0;
	}
	fail_msg("system call %ld", number);
	return -ENOSYS;
}

/* A user's file, asked for by another user. */
static void begin(mode_t mode)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.file = (struct stat){ .st_mode = S_IFREG | mode, .st_uid = OWNER, .st_gid = OWNER };
	kernel.uid = kernel.gid = ME;
	kernel.map = "         0          0 4294967295\n";
}

static enum privilege ask(void)
{
	enum privilege gained = privilege_gained(FILE_FD);

	assert_int_equal(kernel.open, 0);
	return gained;
}

static void a_plain_file_gives_nothing(void **state)
{
	(void)state;
	begin(0755);
	assert_int_equal(ask(), PRIVILEGE_SAME);
}

static void a_file_that_cannot_be_asked_gives_nothing(void **state)
{
	(void)state;
	begin(04755);
	kernel.gone = true;
	assert_int_equal(ask(), PRIVILEGE_SAME);
}

static void setuid_gives_another_users_rights(void **state)
{
	(void)state;
	begin(04755);
	assert_int_equal(ask(), PRIVILEGE_SETUID);
	kernel.uid = OWNER;
	assert_int_equal(ask(), PRIVILEGE_SAME);
}

static void setgid_gives_another_groups_rights_to_what_it_may_run(void **state)
{
	(void)state;
	begin(02755);
	assert_int_equal(ask(), PRIVILEGE_SETGID);
	kernel.gid = OWNER;
	assert_int_equal(ask(), PRIVILEGE_SAME);
	/* Without the group's x the bit means something else. */
	begin(02745);
	assert_int_equal(ask(), PRIVILEGE_SAME);
	/* Of both bits that of the user is told. */
	begin(06755);
	assert_int_equal(ask(), PRIVILEGE_SETUID);
	kernel.uid = OWNER;
	assert_int_equal(ask(), PRIVILEGE_SETGID);
}

static void capabilities_give_rights_to_all_but_root(void **state)
{
	(void)state;
	begin(0755);
	kernel.capable = true;
	assert_int_equal(ask(), PRIVILEGE_CAPABLE);
	kernel.uid = 0;
	assert_int_equal(ask(), PRIVILEGE_SAME);
}

static void who_wants_no_new_rights_gets_none(void **state)
{
	(void)state;
	begin(06755);
	kernel.no_new_privs = true;
	assert_int_equal(ask(), PRIVILEGE_SAME);
	begin(0755);
	kernel.capable = kernel.no_new_privs = true;
	assert_int_equal(ask(), PRIVILEGE_SAME);
}

static void a_mount_without_setuid_gives_nothing(void **state)
{
	(void)state;
	begin(04755);
	kernel.nosuid = true;
	assert_int_equal(ask(), PRIVILEGE_SAME);
}

/* An id that the namespace shows for all ids outside gives no rights. */
static void an_owner_whom_the_user_namespace_lacks_gives_nothing(void **state)
{
	static const struct {
		const char *map;
		bool has;
	} cases[] = {
		{ "0 1000 1\n", true },
		{ "1 1000 1\n", false },
		{ "5 0 10\n9 20 1\n", false },
		{ "5 0 10\n0 20 1\n", true },
		{ "5 0 10\n0 20 1", true },
		{ "0 0 0\n", false },
		{ "", false },
		{ "none\n0 0 1\n", false },
		{ "99999999999999999999 0 1\n", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		begin(04755);
		kernel.map = cases[i].map;
		if ((ask() == PRIVILEGE_SETUID) != cases[i].has)
			fail_msg("the map %s", cases[i].map);
		begin(02755);
		kernel.map = cases[i].map;
		if ((ask() == PRIVILEGE_SETGID) != cases[i].has)
			fail_msg("of groups: the map %s", cases[i].map);
	}
}

static void a_kernel_without_namespaces_has_everybody(void **state)
{
	(void)state;
	begin(04755);
	kernel.map = NULL;
	assert_int_equal(ask(), PRIVILEGE_SETUID);
}

/* More lines than are read: an id that is not among them may be behind. */
static void behind_a_map_that_is_too_long_there_may_be_anybody(void **state)
{
	static char map[5000];

	(void)state;
	for (size_t length = 0; length < sizeof(map) - 20;)
		length += (size_t)sprintf(map + length, "%zu 0 1\n", 100000 + length);
	begin(04755);
	kernel.map = map;
	assert_int_equal(ask(), PRIVILEGE_SETUID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_file_gives_nothing),
		cmocka_unit_test(a_file_that_cannot_be_asked_gives_nothing),
		cmocka_unit_test(setuid_gives_another_users_rights),
		cmocka_unit_test(setgid_gives_another_groups_rights_to_what_it_may_run),
		cmocka_unit_test(capabilities_give_rights_to_all_but_root),
		cmocka_unit_test(who_wants_no_new_rights_gets_none),
		cmocka_unit_test(a_mount_without_setuid_gives_nothing),
		cmocka_unit_test(an_owner_whom_the_user_namespace_lacks_gives_nothing),
		cmocka_unit_test(a_kernel_without_namespaces_has_everybody),
		cmocka_unit_test(behind_a_map_that_is_too_long_there_may_be_anybody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
