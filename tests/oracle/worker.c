/* SPDX-License-Identifier: MIT */
#include "worker.h"

#include <signal.h>
#include <sys/shm.h>
#include <sys/wait.h>

#include "../guest/guest.h"
#include "act.h"
#include "beside.h"
#include "call.h"
#include "fill.h"
#include "look.h"
#include "poke.h"
#include "supply.h"

/* The handlers' and the calls' part of the stack is mapped before all room below it is
 * filled. */
static void grow_stack(void)
{
	volatile char room[512 * 1024];

	for (size_t i = 0; i < sizeof(room); i += 4096)
		room[i] = 1;
}

static void perform(struct site *site)
{
	struct shared *shared = site->shared;
	uint32_t *done = &shared->done[site->side];

	alarm(30);
	supply_each(site);
	beside_begin(site, false);
	for (uint32_t i = 0; i < shared->count; i++) {
		struct op_outcome *outcome = &shared->outcome[site->side][i];
		uint64_t without_table = beside_without_table();

		*done = i;
		act(site, &shared->ops[i], outcome);
		outcome->without_table = shared->hosts && beside_without_table() != without_table;
		if ((i + 1) % shared->every == 0 || i + 1 == shared->count)
			outcome->state = look_all(site);
	}
	beside_end(site);
	*done = shared->count;
	_exit(0);
}

static int perform_apart(struct site *site)
{
	pid_t child;
	int status;

	child = fork();
	if (child < 0)
		die("fork: %s", strerror(errno));
	if (child == 0)
		perform(site);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (site->shared->segment[site->side] >= 0)
		shmctl(site->shared->segment[site->side], IPC_RMID, NULL);
	site->shared->segment[site->side] = -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int worker_main(enum side side, const struct config *config, int memory, int control)
{
	static struct site site;
	char command;

	site.side = side;
	site.config = config;
	/* Over a fence, which does not hinder an instruction. */
	if (raw6(SYS_mmap, (long)SHARED_AT, sizeof(struct shared), PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_FIXED, memory, 0) != (long)SHARED_AT)
		die("no shared memory");
	close(memory);
	site.shared = (struct shared *)SHARED_AT;
	site.shared->segment[side] = -1;
	grow_stack();
	poke_prepare();
	call_prepare();
	beside_prepare();
	supply_once(&site);
	fill_all(&site);
	if (config->exact)
		fill_show(&site);
	while (read(control, &command, 1) == 1) {
		int status = perform_apart(&site);

		if (write(control, &status, sizeof(status)) != sizeof(status))
			break;
	}
	return 0;
}
