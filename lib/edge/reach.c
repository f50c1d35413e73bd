/* SPDX-License-Identifier: MIT */
#include "reach.h"

#include <linux/prctl.h>
#include <string.h>
#include <sys/auxv.h>

#include "core/error.h"
#include "core/handoff.h"
#include "core/options.h"
#include "core/text.h"
#include "sys/aslimit.h"
#include "sys/sysinfo.h"
#include "sys/sys.h"
#include "launcher.h"
#include "message.h"

#define EXE "/proc/self/exe"
#define COMM_BYTES 16 /* the kernel's TASK_COMM_LEN */

static struct {
	bool hands_on, valgrind;
	uintptr_t min; /* the lowest address that the kernel allows */
} reach;

static const char start[] = "start the launcher ";
static const char remedy[] =
	"; install valimit, or set VACTL_LAUNCHER to the path of its program launch";

static bool mentions(char *const *envp, const char *variable)
{
	for (; *envp; envp++)
		if (text_behind(*envp, variable))
			return true;
	return false;
}

/* Whether valgrind is about to start a program or is running this one. A program that executes
 * the launcher would leave valgrind. */
static bool is_valgrinds(char *const *envp)
{
	for (; *envp; envp++) {
		const char *preloaded = text_behind(*envp, "LD_PRELOAD=");

		if (text_behind(*envp, "VALGRIND_LAUNCHER=") ||
		    (preloaded && text_after(preloaded, "/vgpreload_")))
			return true;
	}
	return false;
}

/* Whether RLIMIT_AS admits the launcher's fence. If not, it does not admit the library's
 * either, which then says so. */
static bool admits_fence(const struct options *options)
{
	struct spans outside;

	if (!aslimit_is_finite())
		return true;
	outside = window_outside(&options->window, reach.min, limits_top(getauxval(AT_PAGESZ)));
	return aslimit_admits(spans_size(&outside));
}

static bool asks(char *const *envp, struct options *options)
{
	struct options_error error;

	return mentions(envp, "VA_LIMIT_REACH=whole") &&
	       options_parse(envp, reach.min, options, &error) == 0 && options->limited &&
	       options->reach == WANT_WHOLE && admits_fence(options);
}

bool reach_asked(char *const *envp)
{
	struct options options;

	return asks(envp, &options) && !is_valgrinds(envp);
}

bool reach_hands_on(void)
{
	return __atomic_load_n(&reach.hands_on, __ATOMIC_RELAXED);
}

bool reach_valgrind(void)
{
	return reach.valgrind;
}

void reach_restrict(void)
{
	__atomic_store_n(&reach.hands_on, false, __ATOMIC_RELAXED);
}

/* Removes HANDOFF_TRIED from the environment. True if it was set for this process. */
static bool drop_tried(char **envp)
{
	bool tried = false;
	char **to = envp;
	const char *rest;
	uint64_t process;

	for (; *envp; envp++) {
		const char *value = text_behind(*envp, HANDOFF_TRIED);

		if (!value)
			*to++ = *envp;
		else if (text_digits(value, 10, &rest, &process) == 0)
			tried = tried || process == (uint64_t)SYS(SYS_getpid, 0);
	}
	*to = NULL;
	return tried;
}

/* Whether the launcher has started this process for this window. True for a launcher of another
 * version: its window cannot be read. */
static bool is_launched(const struct options *options, size_t page)
{
	const struct handoff *handoff = (const struct handoff *)getauxval(HANDOFF_AUXV);
	struct window window = options->window;

	if (!handoff || handoff->version != HANDOFF_VERSION)
		return handoff != NULL;
	return window_clamp(&window, handoff->min, handoff->top, page) == 0 &&
	       window.lower == handoff->window.lower && window.upper == handoff->window.upper;
}

static void say_why(const char *what, const char *file, long result, const char *advice)
{
	struct message message;

	message_begin(&message);
	fmt_text(&message.fmt, "reach process and not whole: cannot ");
	fmt_text(&message.fmt, what);
	fmt_foreign(&message.fmt, file, strlen(file));
	fmt_text(&message.fmt, ": ");
	error_print(&message.fmt, result);
	fmt_text(&message.fmt, advice);
	message_say(&message);
}

static size_t length_of(char **list)
{
	size_t length = 0;

	while (list[length])
		length++;
	return length;
}

/* Prints the launcher's argv[0]: the descriptor of the program's file, and the process's name,
 * which is the script's if the file is its interpreter. */
static void print_call(char *to, size_t size, long fd)
{
	char comm[COMM_BYTES] = "";
	struct fmt fmt;

	SYS(SYS_prctl, PR_GET_NAME, comm, 0, 0, 0);
	fmt_init(&fmt, to, size);
	fmt_text(&fmt, HANDOFF_CALL " ");
	fmt_decimal(&fmt, (uint64_t)fd);
	fmt_char(&fmt, ' ');
	fmt_text(&fmt, comm);
}

/* Executes the launcher. HANDOFF_TRIED keeps a program that the launcher starts without its
 * fence from calling the launcher again. */
static long execute(long fd, char **argv, char **envp)
{
	size_t words = length_of(argv), variables = length_of(envp);
	char call[sizeof(HANDOFF_CALL) + 24 + COMM_BYTES], tried[sizeof(HANDOFF_TRIED) + 20];
	char *word[REACH_FRONT + words + 1], *variable[variables + 2];
	struct fmt fmt;

	print_call(call, sizeof(call), fd);
	word[0] = call;
	word[1] = (char *)getauxval(AT_EXECFN);
	memcpy(word + REACH_FRONT, argv, (words + 1) * sizeof(*word));
	fmt_init(&fmt, tried, sizeof(tried));
	fmt_text(&fmt, HANDOFF_TRIED);
	fmt_decimal(&fmt, (uint64_t)SYS(SYS_getpid, 0));
	memcpy(variable, envp, variables * sizeof(*variable));
	variable[variables] = tried;
	variable[variables + 1] = NULL;
	return SYS(SYS_execve, launcher_path(), word, variable);
}

static void become_whole(char **argv, char **envp)
{
	long fd = sys_open(EXE, O_RDONLY), result;

	if (fd < 0) {
		say_why("open ", EXE, fd, "; mount /proc");
		return;
	}
	result = execute(fd, argv, envp);
	sys_close((int)fd);
	say_why(start, launcher_path(), result, remedy);
}

void reach_start(char **argv, char **envp)
{
	size_t page = getauxval(AT_PAGESZ);
	struct options options;
	bool tried;
	long result;

	reach.valgrind = is_valgrinds(envp);
	if (reach.valgrind || getauxval(AT_SECURE) || !mentions(envp, "VA_LIMIT_REACH="))
		return;
	tried = drop_tried(envp);
	reach.min = limits_min(page);
	if (!asks(envp, &options))
		return;
	result = launcher_seek(envp);
	reach.hands_on = result == 0;
	if (is_launched(&options, page) || tried || !argv[0])
		return;
	if (result == 0)
		become_whole(argv, envp);
	else
		say_why(start, launcher_path(), result, remedy);
}
