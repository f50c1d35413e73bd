/* SPDX-License-Identifier: MIT */
#include "run.h"

#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "procfile.h"

/* The kernel takes less than a page at once. */
#define MAP_SIZE 4095

/* The user before namespace_enter(). */
static uid_t user;
static gid_t group;

/* Makes of this process's map of ids one for a namespace below that keeps all ids. */
static void read_ids(const char *path, char text[MAP_SIZE + 1])
{
	FILE *file = fopen(path, "re");
	unsigned long first, outside, count;
	size_t length = 0;

	text[0] = 0;
	while (file && fscanf(file, "%lu %lu %lu", &first, &outside, &count) == 3 &&
	       length < MAP_SIZE - 64)
		length += (size_t)snprintf(text + length, MAP_SIZE - length, "%lu %lu %lu\n",
					   first, first, count);
	if (file)
		fclose(file);
}

static int write_map(pid_t pid, const char *name, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	return procfile_write(path, text);
}

/* Gives the namespace of `pid` all ids that this namespace has. Only a process
 * with the rights of this namespace's root may, and `pid` has lost them. */
static int give_all(pid_t pid)
{
	char users[MAP_SIZE + 1], groups[MAP_SIZE + 1];
	int err;

	read_ids("/proc/self/uid_map", users);
	read_ids("/proc/self/gid_map", groups);
	err = write_map(pid, "gid_map", groups);
	return err ? err : write_map(pid, "uid_map", users);
}

/* Maps one user and one group, `inside` the namespace to `outside`. That takes no rights. */
static int give_one(uid_t inside_user, uid_t outside_user, gid_t inside_group,
		    gid_t outside_group)
{
	char text[64];
	int err;

	err = write_map(getpid(), "setgroups", "deny");
	snprintf(text, sizeof(text), "%u %u 1", inside_group, outside_group);
	/* EPERM: setgroups is denied already. */
	if (!err || err == -EPERM)
		err = write_map(getpid(), "gid_map", text);
	snprintf(text, sizeof(text), "%u %u 1", inside_user, outside_user);
	return err ? err : write_map(getpid(), "uid_map", text);
}

/* Forks a child that stays in this namespace and gives the ids on demand. */
static pid_t start_giver(int start[2])
{
	pid_t self = getpid(), pid;
	char byte;

	if (pipe2(start, O_CLOEXEC))
		return -1;
	pid = fork();
	if (pid)
		return pid;
	close(start[1]);
	/* The pipe ends without a byte if the parent could not enter. */
	_exit(read(start[0], &byte, 1) != 1 || give_all(self) != 0);
}

/* Tells the child to give the ids, or to end. Returns whether it gave them. */
static bool let_give(pid_t giver, int start[2], bool entered)
{
	int status = 1;

	if (entered && write(start[1], "", 1) != 1)
		entered = false;
	close(start[0]);
	close(start[1]);
	while (waitpid(giver, &status, 0) < 0 && errno == EINTR)
		;
	return entered && status == 0;
}

int namespace_enter(void)
{
	int start[2];
	pid_t giver = -1;
	bool given = false;
	int err;

	user = geteuid();
	group = getegid();
	if (user == 0)
		giver = start_giver(start);
	err = unshare(CLONE_NEWUSER | CLONE_NEWNS) ? -errno : 0;
	if (giver > 0)
		given = let_give(giver, start, !err);
	return err || given ? err : give_one(0, user, 0, group);
}

/* Keeps CAP_CHECKPOINT_RESTORE, which lets the launcher set /proc/PID/exe. It is ambient,
 * or the next exec would drop it. The library does without if this fails. */
static void keep_right(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { 0, 0, 0 }, { 0, 0, 0 } };
	unsigned int bit = 1U << (CAP_CHECKPOINT_RESTORE - 32);

	data[1] = (struct __user_cap_data_struct){ bit, bit, bit };
	if (syscall(SYS_capset, &header, data) == 0)
		prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHECKPOINT_RESTORE, 0, 0);
}

int namespace_return(void)
{
	int err;

	if (user == 0)
		return 0;
	if (unshare(CLONE_NEWUSER))
		return -errno;
	err = give_one(user, 0, group, 0);
	if (!err)
		keep_right();
	return err;
}
