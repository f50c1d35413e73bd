/* SPDX-License-Identifier: MIT */
#include "message.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "core/size.h"
#include "core/utf8.h"
#include "sys/sys.h"

static void (*last_resort)(void);
static bool hushed;

void message_rescue(void (*rescue)(void))
{
	last_resort = rescue;
}

void message_hush(void)
{
	hushed = true;
}

const char *message_error(long error)
{
	static const struct {
		int number;
		const char *text;
	} errors[] = {
		{ EPERM, "Operation not permitted" },
		{ ENOENT, "No such file or directory" },
		{ EIO, "Input/output error" },
		{ E2BIG, "Argument list too long" },
		{ ENOEXEC, "Exec format error" },
		{ ENOMEM, "Cannot allocate memory" },
		{ EACCES, "Permission denied" },
		{ ENOTDIR, "Not a directory" },
		{ EISDIR, "Is a directory" },
		{ EINVAL, "Invalid argument" },
		{ ENFILE, "Too many open files in system" },
		{ EMFILE, "Too many open files" },
		{ ETXTBSY, "Text file busy" },
		{ ENAMETOOLONG, "File name too long" },
		{ ELOOP, "Too many levels of symbolic links" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (errors[i].number == -error)
			return errors[i].text;
	return "";
}

void message_begin(struct launch_message *message)
{
	/* One byte is kept for the newline. */
	fmt_init(&message->fmt, message->text, sizeof(message->text) - 1);
	fmt_text(&message->fmt, last_resort ? "valimit: " : "vactl: run: ");
}

size_t message_end(struct launch_message *message)
{
	utf8_plain(message->text);
	message->text[message->fmt.length] = '\n';
	return message->fmt.length + 1;
}

static void say(const char *text, va_list more, const char *end)
{
	struct launch_message message;

	message_begin(&message);
	for (; text; text = va_arg(more, const char *))
		fmt_text(&message.fmt, text);
	fmt_text(&message.fmt, end);
	sys_write(2, message.text, message_end(&message));
}

void message_say(const char *text, ...)
{
	va_list more;

	if (hushed)
		return;
	va_start(more, text);
	say(text, more, "");
	va_end(more);
}

static _Noreturn void leave(int status)
{
	for (;;)
		SYS(SYS_exit_group, status);
}

void message_die(int status, const char *text, ...)
{
	va_list more;

	va_start(more, text);
	say(text, more, last_resort ? "; the program starts without the launcher" : "");
	va_end(more);
	if (last_resort)
		last_resort();
	leave(status);
}

void message_cannot_run(const char *name, const char *file, long error)
{
	bool gone = error == -ENOENT || error == -ENOTDIR;
	bool same = strlen(name) == strlen(file) && memcmp(name, file, strlen(name)) == 0;
	const char *why = message_error(error);
	char text[32];
	struct fmt fmt;

	fmt_init(&fmt, text, sizeof(text));
	fmt_text(&fmt, "error ");
	fmt_signed(&fmt, -error);
	message_die(gone ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN, "cannot run ", name, ": ",
		    same ? "" : file, same ? "" : ": ", *why ? why : text, NULL);
}
