/* SPDX-License-Identifier: MIT */
/* A process's start, with failures. */
#include "bed.h"

#include "../guest/guest.h"
#include "fault.h"
#include "place/settle.h"
#include "picture.h"
#include "stage.h"

#include "edge/process.h"

#include <sys/wait.h>

#define REFUSED 125
#define NOT_REACHED 2
#define TRACE_FD 9

static struct picture picture;
static struct picture_gaps gaps;

/* Whether the message of a refusal is one line of the library's. */
static bool well_said(int fd)
{
	char text[1024];
	ssize_t length = pread(fd, text, sizeof(text) - 1, 0);

	if (length <= 0)
		return false;
	text[length] = '\0';
	return strncmp(text, "valimit: ", 9) == 0 && strchr(text, '\n') == text + length - 1;
}

/* Starts the program with a failure; its wait status. */
static int start(char *program, unsigned int nth, int error, int messages, int trace)
{
	char at[32];
	int status;
	pid_t pid;

	snprintf(at, sizeof(at), "%u %d", nth, error);
	pid = fork();
	if (pid == 0) {
		setenv("FAULT_AT", at, 1);
		dup2(messages, STDERR_FILENO);
		dup2(trace, TRACE_FD);
		for (int fd = 3; fd < 64; fd++)
			if (fd != TRACE_FD)
				close(fd);
		alarm(20);
		execl(program, program, "started", NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork: %s", strerrorname_np(errno));
	return status;
}

static bool stands(char *program, unsigned int nth, int number, int error, unsigned int *injected)
{
	int messages = stage_file(0);
	int trace = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int status = start(program, nth, error, messages, trace);
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
	/* Where the message itself is what fails there is none. */
	bool good = code == 0 || code == NOT_REACHED ||
		    (code == REFUSED && (number == SYS_write || well_said(messages)));
	char text[512] = "";

	*injected += code != NOT_REACHED;
	if (!good && pread(messages, text, sizeof(text) - 1, 0) >= 0)
		fprintf(stderr, "# start: call %u, %s, fails with %s: status %d\n%s", nth,
			fault_name(number), error == FAULT_SHORT ? "short" : strerrorname_np(error), code,
			text);
	close(messages);
	close(trace);
	return good;
}

int bed_start(char *program)
{
	static struct fault_trace trace;
	int file = stage_file(0), messages = stage_file(0);
	int status = start(program, 0, 0, messages, file), bad = 0;
	unsigned int injected = 0;

	if (status != NOT_REACHED << 8) {
		char text[512] = "";

		if (pread(messages, text, sizeof(text) - 1, 0) < 0)
			text[0] = '\0';
		die("start: goes wrong without any failure: %x %s", (unsigned int)status, text);
	}
	if (pread(file, &trace, sizeof(trace), 0) != (ssize_t)sizeof(trace))
		die("start: no trace");
	for (unsigned int i = 0; i < trace.count; i++)
		for (const int *error = fault_errors(trace.number[i]); *error; error++)
			bad += !stands(program, i + 1, trace.number[i], *error, &injected);
	printf("%sok 1 - the process's start: %u failures\n1..1\n# injected %u\n", bad ? "not " : "",
	       injected, injected);
	return bad;
}

int bed_started(void)
{
	struct stage stage = { .space = process_space() };
	bool came = fault_disarm();

	if (write(TRACE_FD, fault_trace, sizeof(*fault_trace)) < 0)
		return 1;
	if (!stage.space)
		die("not confined");
	settle(stage.space);
	picture_take(stage.space, &picture);
	picture_gaps(stage.space, &picture, &gaps);
	for (size_t i = 0; stage.space->kernel.listed && i < gaps.count; i++)
		die("table and kernel differ at %lx-%lx", gaps.at[i].start, gaps.at[i].end);
	if (picture.files & ~(1UL << TRACE_FD | 7))
		die("files are open: %lx", picture.files);
	if (!stage_goes_on(&stage))
		return 1;
	return came ? 0 : NOT_REACHED;
}
