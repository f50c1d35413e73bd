/* SPDX-License-Identifier: MIT */
#include "bed.h"

#include "../beside/hosts.h"
#include "../guest/guest.h"
#include "fault.h"
#include "stage.h"

#include "edge/process.h"
#include "table/sync.h"

#include "valimit.h"

#include <sys/shm.h>
#include <sys/wait.h>

/* How a child ends. */
enum { GOOD, BAD, NOT_REACHED, SKIPPED = STAGE_SKIPPED, LEFT };

/* Outside the windows: above them, and where one wraps in the hole below. */
#define HOSTS_AT      0x600000000000
#define HOSTS_IN_HOLE 0x2e0000000

/* A hint for memory that the beds share with their children: no scene maps over it. */
#define TRACE_AT 0x80000000

/* After so many one knows. */
#define BAD_MAX 8

struct tally {
	unsigned int injected, left, bad, tests;
};

static struct stage stage;
static struct tally tally;

static const char *error_name(int error)
{
	return error == FAULT_SHORT ? "short" : error ? strerrorname_np(error) : "none";
}

static uint64_t other_holds;
static bool with_hosts;

/* Another thread has the table in hand, and is stopped: no thread waits for it any
 * more. Not while the call itself has it. */
static bool hold_table(void)
{
	struct mutex *mutex = stage.space->mutex;

	if (stage.space->table->sequence & 1 || mutex_inherited(mutex))
		return false;
	mutex_take(mutex, &other_holds, 1);
	mutex->stuck = mutex->turns;
	stage.space->given_up = mutex->turns;
	stage.untabled = true;
	return true;
}

static bool failed_to_take_back(void)
{
	return fault_failed() == SYS_munmap || fault_failed() == SYS_shmdt;
}

/* A second thread maps and unmaps beside the call, if the scene wants it. A failing call can
 * keep the table, or free addresses, from it for longer, so that the thread may be refused.
 * All its mappings are gone before the picture is taken again. */
static void begin_hosts(bool in_need)
{
	struct hosts hosts = {
		.unmap = valimit_munmap,
		.map_range = mmap_range,
		.move_range = mremap_range,
		.enter = valimit_host_enter,
		.start = HOSTS_AT,
		.end = HOSTS_AT + 64 * MIB,
		.may_be_refused = in_need,
		.seed = 1,
	};

	if (space_inside(stage.space, hosts.start, hosts.end - hosts.start)) {
		hosts.start = HOSTS_IN_HOLE;
		hosts.end = HOSTS_IN_HOLE + 64 * MIB;
	}
	if (with_hosts)
		hosts_start(&hosts);
}

/* In the child: sets the scene, makes the call fail, looks. */
static int play(const struct scene *scene, unsigned int nth, int number, int error,
		enum fault_manner manner)
{
	bool came, good;

	scene->prepare(&stage);
	stage_begin(&stage);
	begin_hosts(scene->raw_fork || error);
	fault_arm(nth, number, error, manner);
	stage_act(&stage);
	came = fault_disarm();
	hosts_stop();
	if (other_holds)
		mutex_release(stage.space->mutex, &other_holds);
	if (failed_to_take_back())
		stage_excuse_left();
	good = manner == FAULT_STICKY ? stage_check_stuck(&stage) : stage_check(&stage);
	good = good && stage_goes_on(&stage);
	if (good && came && failed_to_take_back() && stage_excuse_left())
		return LEFT;
	return !good ? BAD : came ? GOOD : NOT_REACHED;
}

static int play_apart(const struct scene *scene, unsigned int nth, int number, int error,
		      enum fault_manner manner)
{
	int status;
	pid_t pid = scene->raw_fork ? (pid_t)raw6(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0) : fork();

	if (pid == 0) {
		alarm(20);
		_exit(play(scene, nth, number, error, manner));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork: %s", strerrorname_np(errno));
	if (WIFSIGNALED(status))
		fprintf(stderr, "#   ended by signal %d\n", WTERMSIG(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : BAD;
}

static unsigned int inject(const struct scene *scene, unsigned int nth, int number, int error,
			   enum fault_manner manner)
{
	int end = play_apart(scene, nth, with_hosts ? number : FAULT_ANY, error, manner);

	tally.injected += end == GOOD || end == LEFT;
	tally.left += end == LEFT;
	if (end == GOOD || end == LEFT || end == NOT_REACHED)
		return 0;
	if (manner == FAULT_HELD)
		fprintf(stderr, "# %s: the table cannot be had: %u\n", scene->name, nth);
	else
		fprintf(stderr, "# %s: call %u, %s, fails%s with %s\n", scene->name, nth,
			fault_name(number), manner == FAULT_STICKY ? " for good" : "",
			error_name(error));
	return 1;
}

/* Whether a system that gives this error may go on to give it. */
static bool is_lasting(int number, int error)
{
	return (error == ENOMEM && number != SYS_munmap) || error == EMFILE || error == ENOSYS;
}

/* Every call that the scene makes without failures, and every error of each; and
 * the table that cannot be had, from every moment on. */
static unsigned int inject_all(const struct scene *scene)
{
	static struct fault_trace trace;
	unsigned int bad = 0;

	trace = *fault_trace;
	for (unsigned int i = 0; i < trace.count && bad < BAD_MAX; i++)
		for (const int *error = fault_errors(trace.number[i]); *error && bad < BAD_MAX; error++) {
			bad += inject(scene, i + 1, trace.number[i], *error, FAULT_ONCE);
			if (is_lasting(trace.number[i], *error))
				bad += inject(scene, i + 1, trace.number[i], *error, FAULT_STICKY);
		}
	/* Hosts would wait for it in vain. */
	for (unsigned int i = 0; i <= trace.count && bad < BAD_MAX && !with_hosts; i++)
		bad += inject(scene, i + 1, FAULT_ANY, 0, FAULT_HELD);
	return bad;
}

static void run_scene(const struct scene *scene, unsigned int nth, int error)
{
	unsigned int before = tally.injected, bad;

	if (nth) {
		bad = inject(scene, nth, FAULT_ANY, error, error ? FAULT_ONCE : FAULT_HELD);
	} else {
		int end = play_apart(scene, 0, FAULT_ANY, 0, FAULT_ONCE);

		if (end == SKIPPED) {
			printf("ok %u - %s # skip nothing may lie outside a sealed fence\n",
			       ++tally.tests, scene->name);
			return;
		}
		bad = end == NOT_REACHED ? inject_all(scene) : 1;
		if (end != NOT_REACHED)
			fprintf(stderr, "# %s: goes wrong without any failure\n", scene->name);
	}
	tally.bad += bad > 0;
	printf("%sok %u - %s: %u failures\n", bad ? "not " : "", ++tally.tests, scene->name,
	       tally.injected - before);
	fflush(stdout);
}

static void run_scenes(const struct scene *scene, const char *name, unsigned int nth, int error)
{
	for (; scene->name; scene++)
		if (strncmp(scene->name, name, strlen(name)) == 0)
			run_scene(scene, nth, error);
}

/* Mappings that grow by themselves grow now. */
static void settle(void)
{
	volatile char deep[256 * 1024];

	deep[0] = 0;
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	printf("# pid %d\n", (int)getpid());
	(void)deep[0];
}

int bed_run(const char *scene, unsigned int nth, int error)
{
	static const struct scene *const all[] = { scenes_map, scenes_fixed, scenes_move, scenes_free,
						   scenes_segment, scenes_limit,
						   scenes_reserve };

	settle();
	with_hosts = getenv("FAULT_HOSTS") != NULL;
	fault_hold = hold_table;
	fault_trace = mmap((void *)TRACE_AT, sizeof(*fault_trace), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	stage.segment = shmget(IPC_PRIVATE, STAGE_SEGMENT, 0600);
	if (fault_trace == MAP_FAILED || stage.segment < 0)
		die("no memory to share: %s", strerrorname_np(errno));
	stage.space = process_space_for_range();
	if (!stage.space)
		die("the library confines nothing here");
	sync_refresh(stage.space);
	/* Without limits yet, only their change is the library's affair. */
	for (size_t i = process_space() ? 0 : 5; i < sizeof(all) / sizeof(all[0]); i++)
		run_scenes(all[i], scene, nth, error);
	shmctl(stage.segment, IPC_RMID, NULL);
	printf("1..%u\n# left %u\n# injected %u\n", tally.tests, tally.left, tally.injected);
	return (int)tally.bad;
}
