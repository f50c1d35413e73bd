/* SPDX-License-Identifier: MIT */
#include "bench.h"

#include <spawn.h>
#include <sys/wait.h>

static char *joined(const char *a, const char *b)
{
	size_t size = strlen(a) + strlen(b) + 1;
	char *text = must_alloc(1, size);

	snprintf(text, size, "%s%s", a, b);
	return text;
}

char **setting_environment(const struct setting *setting)
{
	size_t count = 0;
	char **made;

	while (environ[count])
		count++;
	made = must_alloc(count + 5, sizeof(*made));
	count = 0;
	if (setting->library)
		made[count++] = joined("LD_PRELOAD=", setting->library);
	if (setting->window)
		made[count++] = joined("VA_LIMIT=", setting->window);
	if (setting->fence)
		made[count++] = joined("VA_LIMIT_FENCE=", setting->fence);
	if (setting->reach)
		made[count++] = joined("VA_LIMIT_REACH=", setting->reach);
	for (char **from = environ; *from; from++)
		if (strncmp(*from, "VA_LIMIT", 8) != 0 && strncmp(*from, "LD_PRELOAD=", 11) != 0)
			made[count++] = joined(*from, "");
	return made;
}

void setting_free(char **environment)
{
	for (char **entry = environment; *entry; entry++)
		free(*entry);
	free(environment);
}

static void output_read(int fd, char *output, size_t size)
{
	size_t length = 0;
	ssize_t got;

	while (length + 1 < size && (got = read(fd, output + length, size - length - 1)) > 0)
		length += (size_t)got;
	output[length] = '\0';
	close(fd);
}

int program_run(char *const argv[], const struct setting *setting, char *output, size_t size)
{
	char **environment = setting_environment(setting);
	posix_spawn_file_actions_t actions;
	int pipe_end[2], status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (!output)
		posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	else if (pipe2(pipe_end, O_CLOEXEC) == 0)
		posix_spawn_file_actions_adddup2(&actions, pipe_end[1], STDOUT_FILENO);
	else
		die("pipe: %s", strerror(errno));
	if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, environment))
		die("cannot start %s", argv[0]);
	posix_spawn_file_actions_destroy(&actions);
	setting_free(environment);
	if (output) {
		close(pipe_end[1]);
		output_read(pipe_end[0], output, size);
	}
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid: %s", strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
