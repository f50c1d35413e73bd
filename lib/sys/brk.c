/* SPDX-License-Identifier: MIT */
#include "brk.h"

#include <linux/prctl.h>

#include "core/text.h"
#include "sys.h"

/* glibc's copy of the heap's end, from which sbrk() grows it. NULL until the first sbrk(). */
extern void *__curbrk __attribute__((weak));

/* Fields of /proc/PID/stat, numbered as in proc(5). */
enum { START_CODE = 26, END_CODE, START_STACK, START_DATA = 45, END_DATA, START_BRK, ARG_START,
       ARG_END, ENV_START, ENV_END, FIELDS };

#define FIRST_FIELD 3 /* the first field behind the process's name, which may contain any
		       * character */
#define STAT_BYTES 1024

uintptr_t brk_now(void)
{
	return (uintptr_t)SYS(SYS_brk, 0);
}

static const char *behind_name(const char *text)
{
	const char *at = text;

	for (; *text; text++)
		if (*text == ')')
			at = text + 1;
	return at;
}

static long read_stat(uint64_t field[FIELDS])
{
	char text[STAT_BYTES];
	long fd = sys_open("/proc/self/stat", O_RDONLY | O_CLOEXEC), length;
	const char *at;
	int i = FIRST_FIELD;

	if (fd < 0)
		return fd;
	length = sys_read((int)fd, text, sizeof(text) - 1);
	sys_close((int)fd);
	if (length < 0)
		return length;
	text[length] = 0;
	at = behind_name(text);
	/* Fields that are not unsigned numbers are skipped. */
	for (; *at == ' ' && i < FIELDS; i++)
		if (text_digits(at + 1, 10, &at, &field[i]) < 0)
			for (at++; *at && *at != ' ';)
				at++;
	return i == FIELDS ? 0 : -EINVAL;
}

static long set_map(const struct prctl_mm_map *map)
{
	return SYS(SYS_prctl, PR_SET_MM, PR_SET_MM_MAP, map, sizeof(*map));
}

long brk_move(uintptr_t start)
{
	uint64_t field[FIELDS] = { 0 };
	long result = read_stat(field);

	if (result < 0)
		return result;
	if (field[START_BRK] != brk_now() || (&__curbrk && __curbrk))
		return -EBUSY;

	struct prctl_mm_map map = {
		.start_code = field[START_CODE],
		.end_code = field[END_CODE],
		.start_data = field[START_DATA],
		.end_data = field[END_DATA],
		.start_brk = start,
		.brk = start,
		.start_stack = field[START_STACK],
		.arg_start = field[ARG_START],
		.arg_end = field[ARG_END],
		.env_start = field[ENV_START],
		.env_end = field[ENV_END],
		.exe_fd = (unsigned int)-1,
	};

	result = set_map(&map);
	/* Before Linux 5.15 the kernel required start_brk above end_data. The fields of the
	 * data are shown in /proc only, so moving them is harmless. */
	if (result == -EINVAL && start <= map.end_data) {
		map.start_data = map.end_data = start - 1;
		result = set_map(&map);
	}
	return result;
}
