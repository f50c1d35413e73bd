/* SPDX-License-Identifier: MIT */
#include "namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The kernel takes less than a page at once. */
#define MAP_SIZE 4095

/* Who the user was. */
static uid_t user;
static gid_t group;

/* A process's list of ids, that it sees itself, as a list for a namespace in it
 * that leaves each as it is. */
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

static int write_file(pid_t pid, const char *name, const char *text)
{
	char path[64];
	int fd, err;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return err;
}

/* Gives the namespace of `pid` all ids that this one has. Needs the rights of
 * this one's root, which who has entered the new one has lost. */
static int give_all(pid_t pid)
{
	char users[MAP_SIZE + 1], groups[MAP_SIZE + 1];
	int err;

	read_ids("/proc/self/uid_map", users);
	read_ids("/proc/self/gid_map", groups);
	err = write_file(pid, "gid_map", groups);
	return err ? err : write_file(pid, "uid_map", users);
}

/* One user and one group, `inside` there being `outside` here; for this no
 * rights are needed. */
static int give_one(uid_t inside_user, uid_t outside_user, gid_t inside_group,
		    gid_t outside_group)
{
	char text[64];
	int err;

	err = write_file(getpid(), "setgroups", "deny");
	snprintf(text, sizeof(text), "%u %u 1", inside_group, outside_group);
	/* Where it is denied already it cannot be denied again. */
	if (!err || err == -EPERM)
		err = write_file(getpid(), "gid_map", text);
	snprintf(text, sizeof(text), "%u %u 1", inside_user, outside_user);
	return err ? err : write_file(getpid(), "uid_map", text);
}

/* A child that stays outside, and gives when it is told to. */
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
	/* Nothing to read: its parent could not enter. */
	_exit(read(start[0], &byte, 1) != 1 || give_all(self) != 0);
}

/* Whether it has given. */
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

/* Ambient, or it would be gone with the next exec. What it is good for without
 * it is in the library's hands, so that a failure is none. */
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
