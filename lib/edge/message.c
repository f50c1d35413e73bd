/* SPDX-License-Identifier: MIT */
#include "message.h"

#include "sys/sys.h"

void message_begin(struct message *message)
{
	/* One byte is reserved for the newline. */
	fmt_init(&message->fmt, message->text, sizeof(message->text) - 1);
	fmt_text(&message->fmt, "valimit: ");
}

void message_say(struct message *message)
{
	message->text[message->fmt.length] = '\n';
	sys_write(2, message->text, message->fmt.length + 1);
}

void message_die(struct message *message)
{
	message_say(message);
	for (;;)
		SYS(SYS_exit_group, MESSAGE_EXIT_STATUS);
}
