/* SPDX-License-Identifier: MIT */
#include "worker.h"

#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>

#include "peer.h"

static const struct workload *const workloads[] = {
	&churn,         &churn_apart,   &churn_scan, &growth,      &big,        &unmap_large,
	&files,         &segments,      &commits,    &loads,       &scopes,     &remap_inplace,
	&remap_move,    &obstacle,      &failure,    &threads,     &forks,      &forks_apart,
	&obstacle_none, &obstacle_step, &forks_host, &hint_hole,  &hint_below,
	&unmap_row,     &unmap_batch,
};

static const struct workload *workload_named(const char *name)
{
	for (size_t i = 0; i < sizeof(workloads) / sizeof(*workloads); i++)
		if (strcmp(workloads[i]->name, name) == 0)
			return workloads[i];
	die("no such workload: %s", name);
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int worker_processor(void)
{
	cpu_set_t set;
	int last = -1;

	if (sched_getaffinity(0, sizeof(set), &set))
		return -1;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET((size_t)cpu, &set))
			last = cpu;
	return last;
}

static void answer(uint64_t ns)
{
	if (write(STDOUT_FILENO, &ns, sizeof(ns)) != sizeof(ns))
		exit(1); /* the parent is gone, and says why */
}

int worker_main(int argc, char **argv)
{
	const struct workload *workload;
	char byte;

	if (argc != 4)
		die("a worker takes a workload, a size, a processor and a peer");
	workload = workload_named(argv[0]);
	if (atoi(argv[2]) >= 0)
		pin(atoi(argv[2]));
	if (argv[3][0])
		area_use(peer_named(argv[3]));
	workload->prepare(strtoul(argv[1], NULL, 0));
	answer(0);
	while (read(STDIN_FILENO, &byte, 1) == 1) {
		uint64_t start = spent_ns();

		workload->slice();
		start = spent_ns() - start;
		if (workload->restore)
			workload->restore();
		answer(start);
	}
	return 0;
}

static uint64_t answer_read(const struct worker *worker)
{
	uint64_t ns;

	if (read(worker->answer, &ns, sizeof(ns)) != sizeof(ns))
		die("a worker ended early: %s", worker->workload->name);
	return ns;
}

struct worker worker_start(const struct workload *workload, size_t size,
			   const struct setting *setting, int cpu, const char *peer)
{
	static char self[] = "/proc/self/exe", role[] = "worker";
	char name[32], size_text[24], cpu_text[12], peer_text[16];
	char *const argv[] = { self, role, name, size_text, cpu_text, peer_text, NULL };
	char **environment = setting_environment(setting);
	posix_spawn_file_actions_t actions;
	struct worker worker = { .workload = workload };
	int command[2], answers[2];

	snprintf(name, sizeof(name), "%s", workload->name);
	snprintf(size_text, sizeof(size_text), "%zu", size);
	snprintf(cpu_text, sizeof(cpu_text), "%d", cpu);
	snprintf(peer_text, sizeof(peer_text), "%s", peer ? peer : "");
	if (pipe2(command, O_CLOEXEC) || pipe2(answers, O_CLOEXEC))
		die("pipe: %s", strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, command[0], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, answers[1], STDOUT_FILENO);
	if (posix_spawn(&worker.pid, self, &actions, NULL, argv, environment))
		die("cannot start a worker");
	posix_spawn_file_actions_destroy(&actions);
	setting_free(environment);
	close(command[0]);
	close(answers[1]);
	worker.command = command[1];
	worker.answer = answers[0];
	answer_read(&worker);
	return worker;
}

double worker_slice(const struct worker *worker)
{
	if (write(worker->command, "g", 1) != 1)
		die("a worker ended early: %s", worker->workload->name);
	return (double)answer_read(worker) / (double)worker->workload->operations;
}

void worker_end(struct worker *worker)
{
	close(worker->command);
	close(worker->answer);
	waitpid(worker->pid, NULL, 0);
}
